"""JSON that is nested no deeper than a program can walk through: each level may cost several calls, of which Python
allows a thousand.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Scanner: TypeAlias = Callable[[str, int], tuple[Any, int]]

MAX_DEPTH = 200  # a cassette needs eight


class _Plain:
    """How `json.loads` reads."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def _scanner() -> Scanner:
    """The scanner of `json`, without the import of `json`, which takes longer than most files."""
    try:
        from _json import make_scanner
    except ImportError:
        from json import JSONDecoder

        return JSONDecoder().scan_once  # type: ignore[attr-defined,no-any-return]
    return make_scanner(_Plain)  # type: ignore[arg-type]


_scan = _scanner()


def scan_once(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at `start` of a JSON text, and where it ends. Raises ValueError, StopIteration and
    RecursionError.
    """
    try:
        return _scan(text, start)
    except SystemError:  # the scanner raises an error of `json.decoder`, and does not import it (CPython 3.11)
        import json.decoder  # noqa: F401

        return _scan(text, start)


_SPACE = " \t\n\r"


def _plain_value(text: str) -> Any:
    """`json.loads`, which is asked itself to say what is wrong."""
    try:
        value, end = scan_once(text, 0)
    except StopIteration:  # it begins with a space, or not as JSON does
        end = -1
    if end == len(text) or (end > 0 and not text[end:].strip(_SPACE)):
        return value
    from json import loads

    return loads(text)


def json_text(value: Any) -> str:
    """What `json.dumps` writes of plain data, without spaces, for who has not imported `json`."""
    try:
        from _json import encode_basestring_ascii, make_encoder
    except ImportError:
        from json import dumps

        return dumps(value, separators=(",", ":"))
    encode = make_encoder(None, _refused, encode_basestring_ascii, None, ":", ",", False, False, True)
    return "".join(encode(value, 0))


def _refused(value: object) -> Any:
    raise TypeError(f"{type(value).__name__} is not JSON")


def json_value(text: str, hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of a JSON text, as `json.loads` has it. Raises ValueError, and RecursionError for what is nested more
    than `MAX_DEPTH` levels deep.
    """
    if hook is None:
        value = _plain_value(text)
    else:
        from json import loads

        value = loads(text, object_pairs_hook=hook)
    if is_too_deep(text, value):
        raise RecursionError(f"nested more than {MAX_DEPTH} levels deep")
    return value


def is_too_deep(text: str, value: Any) -> bool:
    """Whether the value of a JSON text has more than `MAX_DEPTH` levels."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for each in level
            if each and type(each) in (dict, list)
            for inner in (each.values() if type(each) is dict else each)
        ]
        if not level:
            return False
    return True
