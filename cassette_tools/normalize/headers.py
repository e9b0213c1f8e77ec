"""Header fields: what becomes of each, by the tables of `data.normal` and `data.volatile`."""

from __future__ import annotations

from cassette_tools.data.normal import HEADER_CLASSES, HEADERS
from cassette_tools.later import regex
from cassette_tools.normalize.names import is_made_up
from cassette_tools.normalize.redaction import redacted_header
from cassette_tools.normalize.signed_urls import unsigned
from cassette_tools.normalize.times import base_of, distance, seconds_of, spelled
from cassette_tools.secrets import REDACTED, is_placeholder, is_secret_header
from cassette_tools.volatile import volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.normal import Action
    from cassette_tools.model import Headers
    from cassette_tools.normalize.names import Names

_VERSION = regex(r"(?<=[/ v-])\d+(?:[.\-+_]\w+)*|^\d+(?:\.\w+)*$")
_NUMBER = regex(r"\d+(?:\.\d+)?\s*(?:m?s)?")
_ID = regex(r"[\w.:/+=-]+")
_LEAST = 8  # characters of an id
_YEARS = 2 * 366 * 24 * 3600  # seconds
_actions: dict[str, Action | None] = {}


def header_action(name: str) -> Action | None:
    """What is to be done with a header field; ``None`` for nothing."""
    name = name.lower()
    if name not in _actions:
        _actions[name] = _found(name)
    return _actions[name]


def _found(name: str) -> Action | None:
    for action in HEADERS:
        if _fits(action.match, name):
            return None if action.action == "keep" else action
    row = volatile_header(name)
    return HEADER_CLASSES[row.kind] if row is not None and not is_secret_header(name) else None


def _fits(pattern: str, name: str) -> bool:
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def ids_in(headers: Headers, steps: frozenset[str], selected: frozenset[str]) -> Iterator[str]:
    """The ids in header fields that are to be renamed; what such a field holds is one, whatever it looks like."""
    for name, value in headers:
        if "headers" in steps and name.lower() not in selected:
            continue
        action = header_action(name)
        if action is None or action.action != "rename" or action.step not in steps:
            continue
        if _ID.fullmatch(value) and (len(value) >= _LEAST or is_made_up(value)):
            yield value


def changes(
    headers: Headers, index: int, names: Names, steps: frozenset[str], selected: frozenset[str]
) -> Iterator[tuple[int, str, str | None]]:
    """The fields that change: position, step, and the new value (``None``: the field goes).
    `selected` are those that the step ``headers`` leaves.
    """
    sent = next((seconds_of(value) for name, value in headers if name.lower() == "date"), None)
    for position, (name, value) in enumerate(headers):
        field = name.lower()
        if "headers" in steps and field not in selected:
            yield position, "headers", None
            continue
        step, new = "secrets", value
        action = header_action(name)
        if action is not None and action.step in steps:
            done = None if action.action == "drop" else _done(action.action, field, value, index, sent, names)
            if done is None:
                yield position, action.step, None
                continue
            if done != value:
                step, new = action.step, done
        if field == "location":
            new = unsigned(new, steps)
        if "secrets" in steps:  # a field may hold what it is not for
            new = redacted_header(name, new)
        if new == value and "ids" in steps:
            step, new = "ids", names.in_text(value)
        if new != value:
            yield position, step, new


def _done(action: str, field: str, value: str, index: int, sent: float | None, names: Names) -> str | None:
    if action == "rename":
        return names.get(value) or value
    if action == "time":
        moment = seconds_of(value)
        if moment is None:
            return value
        base = base_of(index)
        if field == "expires" and (sent is None or not 0 <= moment - sent < _YEARS):
            return value  # 1970, or the end of time: the server's word for never or always
        if sent is not None and field == "expires":  # how long it may be kept is the server's policy
            return str(spelled(base + _later(moment - sent), value))
        return str(spelled(base, value))
    if action == "zero":
        return "0" if _NUMBER.fullmatch(value) else None
    if action == "redact":
        return value if (is_placeholder(value) and len(value) >= 16) or REDACTED in value else REDACTED
    if action == "version":
        return without_versions(value)
    return action


def without_versions(value: str) -> str:
    """What an SDK says of itself, each version 0."""
    return _VERSION.sub("0", value)


def _later(seconds: float) -> int:
    """The distance from the moment of sending, in whole minutes."""
    return distance(seconds, promised=True)
