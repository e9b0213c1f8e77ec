"""JSON that is nested no deeper than a program can walk through: each level may cost several calls, of which Python
allows a thousand.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_DEPTH = 200  # a cassette needs eight


def json_value(text: str, hook: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:
    """The value of a JSON text, as `json.loads` has it. Raises ValueError, and RecursionError for what is nested more
    than `MAX_DEPTH` levels deep.
    """
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
