"""A fact of the comparison: what changed, where, from what to what. How grave it is, is judged elsewhere."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Json, Place


@record
class Change:
    """One fact. `path` is canonical and within `pair`'s interaction; `pair` is ``None`` for the recording as a whole.

    `old` and `new` are JSON values, or `ABSENT`. `subject` and `note` go into the message. `size` is the factor by
    which a number grew (for tolerances), or a similarity. `echo` is what a later request would repeat of this change,
    or what this change of a request may repeat: equal echoes are one change. `circumstance` chooses among the rows of a
    rule (`data.drift.Judgement`).

    `sent` are the values as the provider spells them, where `old` and `new` are canonical words; `also` are JSON
    pointers of the old and of the new body that the change speaks of beside its places. `facts` are those of a
    text that differ. `expected` is what differs between any two providers: noise, whatever its rule.
    """

    rule: str
    path: str
    origin: str
    pair: Pair | None = None
    old: Json = ABSENT
    new: Json = ABSENT
    subject: str = ""
    note: str = ""
    size: float | None = None
    echo: Hashable = None
    circumstance: str | None = None
    old_place: Place | None = None
    new_place: Place | None = None
    sent: tuple[Json, Json] | None = None
    also: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    facts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    expected: bool = False

    @property
    def places(self) -> tuple[Place | None, Place | None]:
        """The place in the old recording and in the new one."""
        return self.old_place, self.new_place

    @property
    def full_path(self) -> str:
        """The path from the top of the recording."""
        if self.pair is None:
            return self.path
        return f"{self.pair.path}.{self.path}" if self.path else self.pair.path


def as_expected(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes as those that another provider brings."""
    return (replace(each, expected=True) for each in changes)


def without_brackets(path: str, instead: str) -> str:
    """The path with other words for each index and each name in brackets."""
    pieces: list[str] = []
    at = 0
    while (start := path.find("[", at)) >= 0 and (end := path.find("]", start)) >= 0:
        pieces += (path[at:start], instead)
        at = end + 1
    return "".join((*pieces, path[at:]))


def opened(path: str) -> str:
    """A canonical path with every index open: the same place in any interaction, message or choice."""
    import re

    return re.sub(r"\[\d+\]", "[*]", path)
