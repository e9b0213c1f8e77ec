"""Pieces of an answer, and events, that only repeat something: words of a text, the arguments of a call."""

from __future__ import annotations

import re
from functools import lru_cache

from cassette_tools.data.drift import ELEMENT
from cassette_tools.data.wire import OF_PIECES, TRANSCRIBES
from cassette_tools.diff.judging.sides import call_of, latest_of, value_of
from cassette_tools.diff.texts.text import leaves
from cassette_tools.model import ABSENT
from cassette_tools.nesting import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def of_the_text(change: Change, mates: list[Change]) -> Change | None:
    """The text that a piece of it only says again: the words, segments or speakers of what was transcribed."""
    if not change.path.startswith("response."):
        return None
    texts = (root for root in mates if root.rule.startswith("text-") and root is not change)
    return next((root for root in texts if _says_again(change, root) or _is_of_transcript(change, root)), None)


def _says_again(change: Change, root: Change) -> bool:
    return change.rule in _SAYS_AGAIN and "[" in change.path and _is_piece(change, root)


def _is_piece(change: Change, root: Change) -> bool:
    """Whether both sides of a change stand in both sides of another, as words of it."""
    sides = (change.old, root.old), (change.new, root.new)
    if root is change or not all(isinstance(each, str) and each.strip() for side in sides for each in side):
        return False
    return all(f" {_plain(piece)} " in f" {_plain(whole)} " and piece != whole for piece, whole in sides)


@lru_cache(maxsize=64)  # of one transcript each word may be another
def _plain(text: str) -> str:
    """The words of a text, without its marks, and without who speaks."""
    return " ".join(re.findall(r"\w+", re.sub(_SPEAKER, "", text).lower()))


_SPEAKER = r"(?m)^Speaker \d+:"  # at the head of each paragraph of Deepgram's


_SAYS_AGAIN = (
    "unclassified-change",
    "response-body-changed",
    "text-reworded",
    "text-whitespace-changed",
    "text-changed",
)


def _is_of_transcript(change: Change, root: Change) -> bool:
    """Whether a transcript gained or lost a word or a segment, or the times or the number of these changed."""
    call = call_of(latest_of(change))
    if call is None or call.dialect not in _TRANSCRIBES:
        return False
    if change.path.rpartition(".")[2] in _OF_PIECES:
        return change.rule in _SAYS_AGAIN
    text = root.old if change.new is ABSENT else root.new
    return change.circumstance == ELEMENT and any(_is_in(each, text) for each in leaves(value_of(change)).values())


def _is_in(piece: Json, whole: Json) -> bool:
    """Whether a text contains words."""
    if not isinstance(piece, str) or not isinstance(whole, str) or not _plain(piece):
        return False
    return f" {_plain(piece)} " in f" {_plain(whole)} "


_TRANSCRIBES = frozenset(row.name for row in TRANSCRIBES)
_OF_PIECES = frozenset(row.name for row in OF_PIECES)


def of_its_call(change: Change, mates: list[Change]) -> Change | None:
    """The arguments of a call that an event repeats, as text that may not be JSON."""
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
