"""What a job may set: the inputs of `action.yml`, the variables of `ci/gitlab.yml`. Nothing means "as usual"."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

NEVER = "never"


@record
class Settings:
    """`paths` are recordings and folders, `base` the revision that drift is measured from, `fail_on` and
    `lint_fail_on` the lowest levels that fail (or `NEVER`), `name` tells the comments of several jobs apart, `folder`
    is where reports lie, and `branch` that of `propose`.
    """

    paths: tuple[str, ...] = ()
    base: str = ""
    fail_on: str = ""
    lint_fail_on: str = ""
    name: str = "cassette"
    folder: str = "cassette-reports"
    branch: str = "cassette/rerecorded"


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings that the environment says. Raises UsageError."""

    def said(name: str, usual: str = "") -> str:
        return environment.get(f"CASSETTE_{name}", "").strip() or usual

    usual = Settings()
    name = said("NAME", usual.name)
    if "--" in name or any(character in "<>\r\n" for character in name):
        raise UsageError(f"CASSETTE_NAME is {name!r}; expected a word or two without <, > and --")
    return Settings(
        paths=tuple(path.strip() for path in said("PATHS").splitlines() if path.strip()),
        base=said("BASE"),
        fail_on=said("FAIL_ON"),
        lint_fail_on=said("LINT_FAIL_ON"),
        name=name,
        folder=said("REPORTS", usual.folder),
        branch=said("BRANCH", usual.branch),
    )
