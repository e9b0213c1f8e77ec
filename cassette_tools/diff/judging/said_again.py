"""What a piece of an answer, or an event, only says again: words of a text, the arguments of a call."""

from __future__ import annotations

import re
from functools import lru_cache

from cassette_tools.nesting import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def of_the_text(change: Change, mates: list[Change]) -> Change | None:
    """The text that a piece of it only says again: the words, segments or speakers of what was transcribed."""
    if change.rule not in _SAYS_AGAIN or "[" not in change.path or not change.path.startswith("response."):
        return None
    return next((root for root in mates if root.rule.startswith("text-") and _is_piece(change, root)), None)


def _is_piece(change: Change, root: Change) -> bool:
    """Whether both sides of a change stand in both sides of another, as words of it."""
    sides = (change.old, root.old), (change.new, root.new)
    if root is change or not all(isinstance(each, str) and each.strip() for side in sides for each in side):
        return False
    return all(f" {_plain(piece)} " in f" {_plain(whole)} " and piece != whole for piece, whole in sides)


@lru_cache(maxsize=64)  # of one transcript each word may be another
def _plain(text: str) -> str:
    """The words of a text, without its marks."""
    return " ".join(re.findall(r"\w+", text.lower()))


_SAYS_AGAIN = (
    "unclassified-change",
    "response-body-changed",
    "text-reworded",
    "text-whitespace-changed",
    "text-changed",
)


def of_its_call(change: Change, mates: list[Change]) -> Change | None:
    """The arguments of a call, of which an event tells once more: as text, which may be no JSON."""
    if change.rule != "event-value-changed" or not change.path.endswith("arguments"):
        return None
    calls = (root for root in mates if root.rule.startswith("tool-arguments-"))
    told = (each for each in calls if _is_written(change.old, each.old) and _is_written(change.new, each.new))
    return next(told, None)


def _is_written(text: Json, value: Json) -> bool:
    """Whether a text is a value, as JSON or as it is."""
    if text == value or not isinstance(text, str):
        return bool(text == value)
    try:
        return bool(json_value(text) == value)
    except (ValueError, RecursionError):
        return False
