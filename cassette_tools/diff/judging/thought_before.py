"""Thinking that moved into the content of an answer, or out of it: what else says so, there and in the history."""

from __future__ import annotations

from cassette_tools.data.drift import LEAKED, LEFT_NULL
from cassette_tools.diff.judging.sides import interactions_of
from cassette_tools.diff.messages.parts import thoughts_in
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def words_of_moved_thinking(change: Change) -> tuple[str, ...]:
    """The contents and the thoughts of an answer on both sides, where thinking moved from the ones into the others."""
    if change.circumstance not in (LEAKED, LEFT_NULL) or not isinstance(change.echo, tuple):
        return ()
    said = [side.llm.output_messages for side in interactions_of(change) if side is not None and side.llm is not None]
    thoughts = [part.content for messages in said for each in messages for part in thoughts_in(each.parts)]
    return tuple(each for each in (*change.echo[1:], *thoughts) if each)


def given_back_elsewhere(change: Change, moved: Iterable[tuple[str, Change]]) -> Change | None:
    """The answer whose thinking moved, where a later request has that very thinking in the other place as well."""
    said = [each.strip() for each in _said(change) if isinstance(each, str) and len(each.strip()) >= _NO_CHANCE]
    return next((root for words, root in moved if any(each in words for each in said)), None)


def _said(change: Change) -> Iterator[Json]:
    """What stands in the history now, or no longer, as thinking; of a field with another name, what it holds."""
    if change.rule in ("reasoning-appeared", "reasoning-vanished"):
        yield from (change.old, change.new)
    if change.rule == "request-field-renamed":
        places = change.old_place, change.new_place
        for side, place in zip(interactions_of(change), places, strict=True):
            if side is not None and place is not None and place.folded:
                yield value_at(side.request.body.json, place.folded)


_NO_CHANCE = 24  # characters that no two thoughts have in common by chance


def of_moved_thinking(change: Change, mates: list[Change]) -> Change | None:
    """The thinking that moved into the content, or out of it, where its field is called otherwise with that."""
    if change.rule != "wire-field-renamed":
        return None
    names = str(change.old), str(change.new)
    moved = (root for root in mates if root.circumstance in (LEAKED, LEFT_NULL))
    return next((root for root in moved if any(_is_at(name, root) for name in names)), None)


def _is_at(name: str, root: Change) -> bool:
    """Whether a field is the one of its own that the thinking had, or has."""
    return any(isinstance(own, str) and name.endswith(f".{own}") for own in (root.old, root.new))
