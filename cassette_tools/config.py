"""Configuration: ``cassette.toml``, or ``[tool.cassette]`` in ``pyproject.toml``, of this folder or the nearest above
it.

`schemas/config.schema.json` describes it for editors. A key that is not known, or a value of the wrong kind, is an
error that names the file, the key, what was seen and what was expected.
"""

from __future__ import annotations

import os

from cassette_tools._record import record
from cassette_tools.budgets import WORDS, Budgets
from cassette_tools.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from typing import Any


LINT_LEVELS = ("error", "warning", "note")  # the gravest first
DIFF_LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")  # the gravest first
PROFILES = ("rerecord", "sdk-upgrade", "cross-provider")
SIMILARITIES = ("words", "meaning")
LINT_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown")
DIFF_FORMATS = (*LINT_FORMATS, "html")


@record
class MatchSettings:
    """``[tool.cassette.match]``: how the project's player finds a recording, for `match` and for the rules on replay.

    `profile` is a player's name (``none``: nobody's), ``None`` for what the format tells; `match_on` replaces what the
    player compares; `repeats` says that it is told to play a recording again.
    """

    profile: str | None = None
    match_on: tuple[str, ...] = ()
    repeats: bool = False


@record
class Ignore:
    """``[[tool.cassette.diff.ignore]]``: drift that is accepted. `path` is a canonical path and `files` the path of a
    recording, where ``[*]`` is any index and ``*`` any text; ``""`` stands for all. After the day `until` the row
    accepts nothing any more.

    ``[[tool.cassette.lint.ignore]]``: findings that are accepted. `rule` is a rule or a category, `files` a pattern in
    gitignore syntax.
    """

    reason: str
    rule: str = ""
    path: str = ""
    files: str = ""
    until: date | None = None


@record
class TestNames:
    """``[[tool.cassette.tests]]``: how tests name their recordings. `cassettes` is the path of a recording, where
    ``{name}`` is any text without a slash, ``{dir}`` any folders with their slash, and ``*`` any text; `tests` is the
    path of the tests (a glob) in which these names stand, as `text` has it.
    """

    cassettes: str
    tests: str
    text: str = ""


@record
class LintSettings:
    """The configuration of `lint`. Names in `select` and `ignore` are rules or categories; ``all`` selects every rule.

    `levels` maps rules to error, warning, note or off. `per_path` maps globs (gitignore syntax) to names ignored there,
    `accepted` are rows of findings that are accepted with a reason. `baseline` is the file of those that were there
    before. `root` is the folder that globs and paths start from: that of the configuration.
    `fail_on` is the lowest level that fails. `match` is what the rules on replay know of the player.
    `max_age` is the first day (ISO 8601) on which a recording may have been made, ``""`` for any day.
    `min_versions` maps the names of SDKs to the oldest version that a recording may have been made with.
    `tests` are rows that say how tests name their recordings.
    `placeholders` are shell patterns for values that are no secrets; `normalize` leaves these, too.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, str] = {}
    per_path: Mapping[str, tuple[str, ...]] = {}
    exclude: tuple[str, ...] = ()
    fail_on: str = "note"
    match: MatchSettings = MatchSettings()
    max_age: str = ""
    min_versions: Mapping[str, str] = {}
    accepted: tuple[Ignore, ...] = ()
    baseline: str | None = None
    root: str = ""
    placeholders: tuple[str, ...] = ()
    tests: tuple[TestNames, ...] = ()


@record
class DiffSettings:
    """``[tool.cassette.diff]``: what `diff` shows, what makes its status 1, and how much may differ unnoticed.

    Without `show`, a pair is told down to cosmetic, many pairs down to shape.

    `similarity` says by what rewordings are rated: the words that both texts have, or their meaning (an extra).
    """

    fail_on: str = "behavior"
    show: str | None = None
    profile: str | None = None
    levels: Mapping[str, str] = {}
    tolerances: Mapping[str, float] = {}
    similarity: str = "words"
    ignore: tuple[Ignore, ...] = ()


@record
class NormalizeSettings:
    """``[tool.cassette.normalize]``: which steps `normalize` takes. `select` replaces those that are taken by
    default, `extend_select` adds, `ignore` takes away; ``all`` stands for every step.

    `requests` lets requests change although players of the format compare them; `headers` names the fields that the
    step of that name keeps (``()``: the usual three).
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    requests: bool = False


@record
class Config:
    """All of it; `path` is the file it came from, ``None`` for the defaults. `scenario_from` is the pattern by which
    paths name scenarios, ``None`` where these are guessed.
    """

    path: str | None = None
    lint: LintSettings = LintSettings()
    diff: DiffSettings = DiffSettings()
    normalize: NormalizeSettings = NormalizeSettings()
    budgets: Budgets = Budgets()
    scenario_from: str | None = None


def load_config(path: str | None = None) -> Config:
    """The configuration in `path`, or the nearest one. Raises ConfigError."""
    if path is not None:
        table = _tables(path)
        return _config(path, table if table is not None else {})
    return Nearest().of_folder(os.getcwd()) or Config()


class Nearest:
    """The nearest configuration of any folder; each file is read once."""

    def __init__(self) -> None:
        self._known: dict[str, Config | None] = {}

    def of_folder(self, folder: str) -> Config | None:
        """The configuration in a folder (an absolute path) or the nearest above it; ``None`` where there is none.
        Raises ConfigError.
        """
        if folder not in self._known:
            found = self._in(folder)
            parent = os.path.dirname(folder)
            self._known[folder] = found if found is not None or parent == folder else self.of_folder(parent)
        return self._known[folder]

    def _in(self, folder: str) -> Config | None:
        for name in ("cassette.toml", "pyproject.toml"):
            candidate = os.path.join(folder, name)
            if os.path.isfile(candidate):
                table = _tables(candidate)
                if table is not None:
                    return _config(candidate, table)
        return None


def _tables(path: str) -> Mapping[str, Any] | None:
    """The tables that are ours in a file; ``None`` when it has none."""
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError as error:
        raise ConfigError(f"the configuration cannot be read: {error.strerror}", path=path) from error
    is_project = os.path.basename(path) == "pyproject.toml"
    if is_project and b"tool.cassette" not in content:
        return None
    import tomllib

    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not readable as TOML: {error}", path=path) from error
    if not is_project:
        return document
    table = document.get("tool", {}).get("cassette")
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"tool.cassette is {_kind(table)}; expected a table", path=path)
    return table


def _config(path: str, table: Mapping[str, Any]) -> Config:
    diff = table.get("diff", {})
    normalize = table.get("normalize", {})
    match = MatchSettings(**_fields(path, "match.", _as_table(path, "match", table.get("match", {})), _MATCH_KEYS))
    lint_table = {key: value for key, value in table.items() if key not in _TABLES}
    accepted = _fields(path, "lint.", _as_table(path, "lint", table.get("lint", {})), _ACCEPTED_KEYS)
    root = os.path.dirname(os.path.abspath(path))
    return Config(
        path=path,
        lint=LintSettings(
            **_fields(path, "", lint_table, _LINT_KEYS), match=match, accepted=accepted.get("ignore", ()), root=root
        ),
        diff=DiffSettings(**_fields(path, "diff.", _as_table(path, "diff", diff), _DIFF_KEYS)),
        normalize=NormalizeSettings(
            **_fields(path, "normalize.", _as_table(path, "normalize", normalize), _NORMALIZE_KEYS)
        ),
        budgets=Budgets(
            **_fields(path, "budgets.", _as_table(path, "budgets", table.get("budgets", {})), _BUDGET_KEYS)
        ),
        **_fields(path, "suite.", _as_table(path, "suite", table.get("suite", {})), _SUITE_KEYS),
    )


def _fields(
    path: str, prefix: str, table: Mapping[str, Any], keys: Mapping[str, Callable[[str, str, Any], Any]]
) -> dict[str, Any]:
    found = {}
    for key, value in table.items():
        if key not in keys:
            raise ConfigError(f"{prefix}{key} is no setting; expected one of {', '.join(sorted(keys))}", path=path)
        found[key.replace("-", "_")] = keys[key](path, prefix + key, value)
    return found


def _names(path: str, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f"{key} is {_kind(value)}; expected a list of strings", path=path)
    return tuple(value)


def _first_day(path: str, key: str, value: Any) -> str:
    """The day (of UTC) so many days ago: what is remembered of a run is then forgotten when a day has passed."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 36500:
        raise ConfigError(f"{key} is {value!r}; expected a number of days, from 1 to 36500", path=path)
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) - timedelta(days=value)).date().isoformat()


def _amount(path: str, key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{key} is {value!r}; expected a whole number from 1 on", path=path)
    return value


def _flag(path: str, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{key} is {_kind(value)}; expected true or false", path=path)
    return value


def _as_table(path: str, key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigError(f"{key} is {_kind(value)}; expected a table", path=path)
    return value


def _per_path(path: str, key: str, value: Any) -> Mapping[str, tuple[str, ...]]:
    return {glob: _names(path, f"{key}.{glob!r}", names) for glob, names in _as_table(path, key, value).items()}


def _one_of(*words: str) -> Callable[[str, str, Any], str]:
    def read(path: str, key: str, value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ConfigError(f"{key} is {value!r}; expected one of {', '.join(words)}", path=path)
        return value

    return read


def _profile(path: str, key: str, value: Any) -> str:
    from cassette_tools.data.matchers import NO_PLAYER, PLAYERS

    return _one_of(*(player.name for player in PLAYERS), NO_PLAYER)(path, key, value)


def _matchers(path: str, key: str, value: Any) -> tuple[str, ...]:
    from cassette_tools.data.matchers import MATCHER_NAMES

    read = _one_of(*MATCHER_NAMES)
    return tuple(read(path, key, name) for name in _names(path, key, value))


def _levels(*words: str) -> Callable[[str, str, Any], Mapping[str, str]]:
    read_level = _one_of(*words)

    def read(path: str, key: str, value: Any) -> Mapping[str, str]:
        return {rule: read_level(path, f"{key}.{rule}", level) for rule, level in _as_table(path, key, value).items()}

    return read


def _versions(path: str, key: str, value: Any) -> Mapping[str, str]:
    for name, version in _as_table(path, key, value).items():
        if not isinstance(version, str) or not version.lstrip("v")[:1].isdecimal():
            raise ConfigError(f"{key}.{name} is {version!r}; expected a version, such as '1.60'", path=path)
    return dict(value)


def _tolerances(path: str, key: str, value: Any) -> Mapping[str, float]:
    for name, number in _as_table(path, key, value).items():
        if name not in ("token_ratio", "token_delta", "cost_ratio", "text_similarity"):
            raise ConfigError(
                f"{key}.{name} is no tolerance; expected token_ratio, token_delta, cost_ratio or text_similarity",
                path=path,
            )
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise ConfigError(f"{key}.{name} is {_kind(number)}; expected a number", path=path)
    return dict(value)


def _ignores(path: str, key: str, value: Any) -> tuple[Ignore, ...]:
    if not isinstance(value, list):
        raise ConfigError(f"{key} is {_kind(value)}; expected tables [[…{key}]]", path=path)
    return tuple(_ignore(path, f"{key}[{number}]", row) for number, row in enumerate(value))


def _accepted(path: str, key: str, value: Any) -> tuple[Ignore, ...]:
    rows = _ignores(path, key, value)
    for number, row in enumerate(rows):
        if row.path:
            raise ConfigError(f"{key}[{number}].path is no setting; expected rule, files, reason or until", path=path)
    return rows


def _text(path: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{key} is {_kind(value)}; expected a path", path=path)
    return value


def _ignore(path: str, key: str, row: Any) -> Ignore:
    from datetime import date, datetime

    for name, inner in _as_table(path, key, row).items():
        if name == "until":
            if not isinstance(inner, date) or isinstance(inner, datetime):
                raise ConfigError(f"{key}.until is {inner!r}; expected a date (2027-01-31, without quotes)", path=path)
        elif name not in ("rule", "path", "files", "reason"):
            raise ConfigError(f"{key}.{name} is no setting; expected rule, path, files, reason or until", path=path)
        elif not isinstance(inner, str):
            raise ConfigError(f"{key}.{name} is {_kind(inner)}; expected a string", path=path)
    if not row.get("reason"):
        raise ConfigError(f"{key} has no reason; say why this is accepted", path=path)
    if not any(row.get(name) for name in ("rule", "path", "files")):
        raise ConfigError(f"{key} would ignore everything; say which rule, path or files", path=path)
    return Ignore(**row)


def _tests(path: str, key: str, value: Any) -> tuple[TestNames, ...]:
    if not isinstance(value, list):
        raise ConfigError(f"{key} is {_kind(value)}; expected tables [[…{key}]]", path=path)
    return tuple(_test_names(path, f"{key}[{number}]", row) for number, row in enumerate(value))


def _test_names(path: str, key: str, row: Any) -> TestNames:
    expected = "cassettes, tests and perhaps text"
    for name, inner in _as_table(path, key, row).items():
        if name not in ("cassettes", "tests", "text"):
            raise ConfigError(f"{key}.{name} is no setting; expected {expected}", path=path)
        if not isinstance(inner, str) or not inner:
            raise ConfigError(f"{key}.{name} is {_kind(inner)}; expected a pattern", path=path)
    if "cassettes" not in row or "tests" not in row:
        raise ConfigError(f"{key} is not complete; expected {expected}", path=path)
    names = _placeholders(row["cassettes"])
    for name in _placeholders(row["tests"] + row.get("text", "")):
        if name not in names:
            raise ConfigError(f"{key}: `cassettes` has no {{{name}}}", path=path)
    if not row.get("text") and not any(name != "dir" and f"{{{name}}}" not in row["tests"] for name in names):
        raise ConfigError(
            f"{key} looks for nothing in the tests: `cassettes` needs a {{name}} that `tests` has not", path=path
        )
    return TestNames(**row)


def _pattern(path: str, key: str, value: Any) -> str:
    if not isinstance(value, str) or "{scenario}" not in value:
        raise ConfigError(
            f"{key} is {value!r}; expected a path with {{scenario}} in it, such as '{{model}}/{{scenario}}.yaml'",
            path=path,
        )
    return value


def _placeholders(pattern: str) -> list[str]:
    import re

    return re.findall(r"\{(\w+)\}", pattern)


def _kind(value: Any) -> str:
    kinds = {str: "a string", list: "a list", dict: "a table", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), type(value).__name__)


_LINT_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = {
    "select": _names,
    "extend-select": _names,
    "ignore": _names,
    "exclude": _names,
    "placeholders": _names,
    "tests": _tests,
    "levels": _levels(*LINT_LEVELS, "off"),
    "per-path": _per_path,
    "fail-on": _one_of(*LINT_LEVELS),
    "max-age": _first_day,
    "min-versions": _versions,
    "baseline": _text,
}
_ACCEPTED_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = {"ignore": _accepted}
_DIFF_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = {
    "fail-on": _one_of(*DIFF_LEVELS),
    "show": _one_of(*DIFF_LEVELS),
    "profile": _one_of(*PROFILES),
    "levels": _levels(*DIFF_LEVELS),
    "tolerances": _tolerances,
    "similarity": _one_of(*SIMILARITIES),
    "ignore": _ignores,
}
_MATCH_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = {
    "profile": _profile,
    "match-on": _matchers,
    "repeats": _flag,
}
_NORMALIZE_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = {
    "select": _names,
    "extend-select": _names,
    "ignore": _names,
    "headers": _names,
    "requests": _flag,
}
_BUDGET_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = dict.fromkeys(WORDS, _amount)
_SUITE_KEYS: Mapping[str, Callable[[str, str, Any], Any]] = {"scenario-from": _pattern}
_TABLES = ("diff", "normalize", "match", "lint", "budgets", "suite")  # all else are settings of lint
