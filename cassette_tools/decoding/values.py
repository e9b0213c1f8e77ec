"""Narrowing of recorded JSON, which may be of any shape whatever: every helper answers, none raises."""

from __future__ import annotations

from cassette_tools.nesting import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

_NOTHING: dict[str, Json] = {}


def mapping(value: Json) -> dict[str, Json]:
    """`value` if it is an object, else an empty one (shared: never write to it)."""
    return value if isinstance(value, dict) else _NOTHING


def sequence(value: Json) -> list[Json]:
    """`value` if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Json) -> str | None:
    """`value` if it is a string that is not empty, else ``None``."""
    return value if isinstance(value, str) and value else None


def number(value: Json) -> float | int | None:
    """`value` if it is a finite number (a boolean is none), else ``None``."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) or value - value == 0 else None


def count(value: Json) -> int | None:
    """`value` if it is a whole number; 12.0 is, since some servers write every number so."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def index_of(value: Json, default: int) -> int:
    """`value` if it is a whole number, as an index is (a boolean is none), else the `default`."""
    return value if type(value) is int else default


def at(value: Json, path: tuple[str | int, ...]) -> Json:
    """What stands at the end of `path`, whose steps are keys and indexes, or ``None``."""
    for step in path:
        if type(step) is int:
            value = value[step] if type(value) is list and len(value) > max(step, 0) else None
        else:
            value = mapping(value).get(str(step))
    return value


def escaped(key: str) -> str:
    """A key as a token of a JSON pointer (RFC 6901)."""
    key = str(key)  # a body that was recorded as YAML may have other keys
    if "~" in key or "/" in key:
        return key.replace("~", "~0").replace("/", "~1")
    return key


def compact(value: Json) -> str:
    """The JSON text of `value`, without spaces; of a value that JSON has no text for, what Python says of it."""
    try:
        import json

        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError):
        return repr(type(value))


def parsed_arguments(raw: Json) -> tuple[Json, str | None, bool]:
    """The arguments of a tool call, their exact string, and whether they are JSON. Nothing and ``""`` are an empty
    object.
    """
    if raw is None:
        return {}, None, True
    if not isinstance(raw, str):
        return raw, None, True  # an object where a string belongs: local servers
    if raw == "":
        return {}, raw, True
    try:
        return json_value(raw), raw, True
    except (ValueError, RecursionError):
        return raw, raw, False
