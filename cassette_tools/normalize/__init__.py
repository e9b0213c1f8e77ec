"""Recordings in which only meaning is left to change.

A step is a row of `cassette_tools.data.normal`; `engine` takes the steps, and `source.rewrite` writes the file again
with what they changed, so that every other character stays.
"""

from __future__ import annotations

from cassette_tools.data.normal import KEPT_HEADERS, REPAIRS, STEPS
from cassette_tools.errors import ConfigError
from cassette_tools.normalize.engine import Normalized, normalized
from cassette_tools.normalize.work import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import NormalizeSettings

__all__ = ["Normalized", "Settings", "normalized", "settings_from"]


def settings_from(configured: NormalizeSettings, placeholders: tuple[str, ...] = ()) -> Settings:
    """The steps that a configuration stands for, and what the user calls a placeholder. Raises ConfigError for a name
    that is no step.
    """
    selected = _named(configured.select, "select") or {step.name for step in STEPS if step.default}
    selected |= _named(configured.extend_select, "extend-select")
    if configured.headers:
        selected.add("headers")
    return Settings(
        steps=frozenset(selected - _named(configured.ignore, "ignore")),
        requests=configured.requests,
        headers=configured.headers or KEPT_HEADERS,
        placeholders=placeholders,
    )


def _named(names: tuple[str, ...], where: str) -> set[str]:
    known = {step.name for step in STEPS}
    found: set[str] = set()
    for name in names:
        if name != "all" and name not in known:
            raise ConfigError(
                f"{where}: {name!r} is no step of normalize; expected one of all, {', '.join(sorted(known))}"
            )
        found |= known - REPAIRS if name == "all" else {name}
    return found
