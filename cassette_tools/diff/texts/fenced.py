"""Answers with words around one fenced block of JSON: the block is compared as data, the words as words."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.diff.texts.text import json_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.diff.texts.text import TextChange
    from cassette_tools.model import Json


@record
class Fenced:
    """The words before and after the block, the block with its fence, and what it holds."""

    words: str
    block: str
    document: Json


def fenced(text: str) -> Fenced | None:
    """The parts of a text that has words, and one fenced block, which is JSON; ``None`` for any other."""
    if text.count(_FENCE) != _TWO:
        return None
    before, inside, after = text.split(_FENCE)
    words = f"{before.strip()}\n{after.strip()}".strip()
    block = f"{_FENCE}{inside}{_FENCE}"
    document = json_document(block) if words else None
    return None if document is None else Fenced(words=words, block=block, document=document)


_FENCE, _TWO = "```", 2


def data_in(text: str) -> Json:
    """The object or the list that the text is, or has in its only fenced block; ``None`` where it has none."""
    document = json_document(text)
    found = fenced(text) if document is None else None
    return document if found is None else found.document


def fenced_change(old: str, new: str, compare: Callable[[str, str], TextChange | None]) -> TextChange | None:
    """How two such texts differ, given how two texts are compared; ``None`` for any others."""
    left, right = fenced(old), fenced(new)
    if left is None or right is None:
        return None
    from cassette_tools.diff.texts.wording import likeness

    words = _of_words(compare(left.words, right.words), left.words, right.words)
    data = compare(left.block, right.block)
    if words is None or data is None:
        found = words or data
        return None if found is None else replace(found, similarity=likeness(old, new))
    lost, gained = ((*one, *other) for one, other in zip(words.facts, data.facts, strict=True))
    graver = max(words.rule, data.rule, key=_GRAVITY.index)
    return replace(words, rule=graver, similarity=likeness(old, new), facts=(lost, gained))


def _of_words(change: TextChange | None, old: str, new: str) -> TextChange | None:
    """The change of the words around data: the few with which it is introduced may be any, but for a refusal."""
    if change is None or change.other is None or not change.other.is_whole:
        return change
    from cassette_tools.diff.texts.refusals import is_refused
    from cassette_tools.diff.texts.wording import is_short

    is_introduction = all(is_short(side, side) for side in (old, new)) and is_refused(old) == is_refused(new)
    return replace(change, rule="text-reworded", other=None) if is_introduction else change


_GRAVITY = (
    "text-whitespace-changed",
    "json-formatting-changed",
    "text-reworded",
    "text-changed",
    "text-facts-changed",
)
