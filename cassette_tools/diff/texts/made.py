"""Texts in which only what a program writes anew for every run differs: they are compared without it.

Two ids that change places, or one that stands for two, are no mere renaming.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.made import IDS, TIMES, Made, masked
from cassette_tools.secrets import secrets_in
from cassette_tools.words import bare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@record
class MadeApart:
    """All in which two texts differ: `ids` with their counterparts, `times` before and after. `note` names them."""

    ids: tuple[tuple[str, str], ...]
    times: tuple[tuple[str, str], ...]
    note: str


def made_apart(old: str, new: str) -> MadeApart | None:
    """The values that are all in which two texts differ; ``None`` where they differ in more, or not."""
    pairs = _made_pairs(old, new)
    if pairs is None:
        return None
    ids, times = (_values_of(pairs, kind) for kind in (IDS, TIMES))
    if any(secrets_in(value) for pair in ids for value in pair):
        return None  # another key is told as that
    if not _is_renaming(ids) or any(left in new or right in old for left, right in ids):
        return None
    return MadeApart(ids=ids, times=times, note=" and ".join(_notes(pairs)))


def _made_pairs(old: str, new: str) -> list[tuple[Made, Made]] | None:
    """The values that differ with their counterparts; ``None`` where the texts differ in more, or not."""
    lines = old.split("\n"), new.split("\n")
    if old == new or len(lines[0]) != len(lines[1]):
        return None
    others = [pair for pair in zip(*lines, strict=True) if pair[0] != pair[1]]
    left, right = (masked("\n".join(side)) for side in zip(*others, strict=True))
    if left[0] != right[0]:
        return None
    return [pair for pair in zip(left[1], right[1], strict=True) if pair[0].value != pair[1].value]


def _values_of(pairs: Sequence[tuple[Made, Made]], kind: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((left.value, right.value) for left, right in pairs if left.kind == kind))


def _is_renaming(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether each value became one other, and no two became the same."""
    return len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)


def _notes(pairs: Sequence[tuple[Made, Made]]) -> Iterator[str]:
    """``an id (toolCallId)``, ``2 ids (call_…, a UUID)``, ``the time (2031-05-27 → 2031-07-14)``."""
    ids = list(dict.fromkeys((left.value, left.name) for left, _ in pairs if left.kind == IDS))
    if ids:
        names = ", ".join(dict.fromkeys(name for _, name in ids))
        yield f"{'an id' if len(ids) == 1 else f'{len(ids)} ids'} ({names})"
    times = [f"{bare(left.value)} → {bare(right.value)}" for left, right in pairs if left.kind == TIMES]
    if times:
        more = f" and {len(times) - 1} more" if times[1:] else ""
        yield f"the time ({times[0]}{more})"
