"""Header fields: what becomes of each, by the tables of `data.normal` and `data.volatile`."""

from __future__ import annotations

from cassette_tools._record import record
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
    from collections.abc import Callable, Iterator, Mapping

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
    message = _Message(base=base_of(index), sent=sent, names=names)
    for position, (name, value) in enumerate(headers):
        if "headers" in steps and name.lower() not in selected:
            yield position, "headers", None
            continue
        step, done = _by_table(name, value, steps, message)
        new = None if done is None else cleaned(name, done, steps)
        if new == value and "ids" in steps:
            step, new = "ids", names.in_text(value)
        if new != value:
            yield position, step, new


@record
class _Message:
    """What a header field belongs to: the moment that its interaction gets, the one at which it was sent, and the
    names of ids.
    """

    base: int
    sent: float | None
    names: Names


def cleaned(name: str, value: str, steps: frozenset[str]) -> str:
    """A value without the secrets and signatures that it may hold, although it is not for them."""
    if name.lower() == "location":
        value = unsigned(value, steps)
    return redacted_header(name, value) if "secrets" in steps else value


def _by_table(name: str, value: str, steps: frozenset[str], message: _Message) -> tuple[str, str | None]:
    """What the table makes of a field (``None``: it goes), and the step that does."""
    action = header_action(name)
    if action is None or action.step not in steps:
        return "secrets", value
    change = _CHANGES.get(action.action)
    new = action.action if change is None else change(name.lower(), value, message)
    return "secrets" if new == value else action.step, new


def _moved(field: str, value: str, message: _Message) -> str:
    """A moment as that of the interaction. How long it may be kept is the server's policy; 1970, or the end of time, is
    its word for never or always.
    """
    moment = seconds_of(value)
    if moment is None:
        return value
    if field != "expires":
        return str(spelled(message.base, value))
    if message.sent is None or not 0 <= moment - message.sent < _YEARS:
        return value
    return str(spelled(message.base + _later(moment - message.sent), value))


def _redacted(_field: str, value: str, _message: _Message) -> str:
    return value if (is_placeholder(value) and len(value) >= 16) or REDACTED in value else REDACTED


def without_versions(value: str) -> str:
    """What an SDK says of itself, each version 0."""
    return _VERSION.sub("0", value)


def _later(seconds: float) -> int:
    """The distance from the moment of sending, in whole minutes."""
    return distance(seconds, promised=True)


# What an action makes of a value; an action that is not here is itself the new value.
_CHANGES: Mapping[str, Callable[[str, str, _Message], str | None]] = {
    "drop": lambda _field, _value, _message: None,
    "rename": lambda _field, value, message: message.names.get(value) or value,
    "time": _moved,
    "zero": lambda _field, value, _message: "0" if _NUMBER.fullmatch(value) else None,
    "redact": _redacted,
    "version": lambda _field, value, _message: without_versions(value),
}
