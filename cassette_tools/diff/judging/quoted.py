"""Answers whose words stand in a later message: whole, or those of them that differ."""

from __future__ import annotations

from cassette_tools.diff.judging.memory import LAST, said_sides

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.memory import Memory


def embedded(change: Change, memory: Memory) -> Change | None:
    """The answer whose words a client put into a longer message, all of them (``… Observation: 42``), or the part that
    is the answer proper: then nothing else of the message differs.
    """
    sides = said_sides(change)
    if sides is None or sides[0] != "text" or sides[1] == sides[2]:
        return None
    _, old, new = sides
    pieces = _apart(old, new)
    is_answer = max(map(len, pieces)) >= _ANSWER
    for before, after, root in memory.spoken[-LAST:]:
        if _holds_or_lacks(old, before) and _holds_or_lacks(new, after):
            return root
        if is_answer and root.pair is not change.pair and pieces[0] in before and pieces[1] in after:
            return root
    return None


def _holds_or_lacks(whole: str, part: str) -> bool:
    """Whether a message holds an answer, or is not there at all."""
    return not whole or _holds(whole, part)


def said_again(change: Change, memory: Memory) -> Change | None:
    """The answer before that this one only quotes: the words that differ are those that differ there."""
    text = said_sides(change)
    if change.origin != "response" or text is None or text[0] != "text" or not change.rule.startswith("text-"):
        return None
    old, new = _apart(text[1], text[2])
    if min(len(old), len(new)) < _QUOTED:
        return None
    given = {id(root) for root in memory.given(change)}
    spoken = (each for each in memory.spoken[-LAST:] if id(each[2]) in given)
    return next((root for before, after, root in spoken if _is_exchange(before, after, old, new)), None)


def _is_exchange(before: str, after: str, old: str, new: str) -> bool:
    """Whether of two texts the one has some words, and the other one these in their place."""
    return old in before and new in after and old not in after and new not in before


_QUOTED = 4  # characters that another answer holds by no chance, where the request gives that answer back


def _apart(old: str, new: str) -> tuple[str, str]:
    """What two texts do not share, between their beginnings and their ends."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    return old[start : len(old) - end].strip(), new[start : len(new) - end].strip()


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


_ANSWER = 12  # characters of an answer that another message holds by no chance, where it holds the old one's as well


def _holds(whole: str, part: str) -> bool:
    return len(part) >= PIECE and part in whole


PIECE = 20  # characters from which a text stands in another by no chance
