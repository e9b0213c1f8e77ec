"""Both texts of a change in pieces, for a page that shows them side by side."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.printable import printable
from cassette_tools.reporters._text_lines import more
from cassette_tools.reporters._visible import folded_apart, seen, shown_apart
from cassette_tools.text_diff import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Sides = tuple[Sequence["Cell"], Sequence["Cell"]]

_FOLD = 1_500  # characters of one side of a change; there is more room than on lines
PLACES = 200  # changes of one text
_SAME = 240  # characters of what did not change, before and after a change


@record
class Cell:
    """A piece of one side of a page: `kind` is ``changed``, ``same``, or ``folded`` for words on what is left out."""

    kind: str
    text: str


def side_by_side(old: str, new: str) -> tuple[list[Cell], list[Cell]]:
    """Both texts in pieces; long stretches that did not change are folded, invisible changes are made visible."""
    left: list[Cell] = []
    right: list[Cell] = []
    found = pieces(old, new)
    places = 0
    for number, (gone, come) in enumerate(found):
        if gone == come:
            same = list(folded_cells(gone, number == 0, number == len(found) - 1))
            left += same
            right += same
            continue
        places += 1
        if places > PLACES:
            rest = Cell(kind="folded", text=f"… and {more(_changes_in(found[number:]), 'place')}")
            return [*left, rest], [*right, rest]
        add_change(gone, come, left, right)
    return left, right


def add_change(gone: str, come: str, left: list[Cell], right: list[Cell]) -> None:
    """Add what changed to both sides."""
    before, after = _texts(gone, come)
    left += [Cell(kind="changed", text=before)] if before else []
    right += [Cell(kind="changed", text=after)] if after else []


def _changes_in(found: list[tuple[str, str]]) -> int:
    return sum(before != after for before, after in found)


def _texts(gone: str, come: str) -> tuple[str, str]:
    """A change as it is where white space is kept, or as it can be told apart."""
    gone, come = folded_apart(gone, come, _FOLD)
    plain = printable(gone, keep_newlines=True), printable(come, keep_newlines=True)
    return plain if seen(gone) != seen(come) and plain[0] != plain[1] else shown_apart(gone, come)


def folded_cells(text: str, first: bool, last: bool) -> Iterator[Cell]:
    """What did not change: of a long stretch what stands beside the changes."""
    head, tail = "" if first else text[:_SAME], "" if last else text[-_SAME:]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    hidden = text[len(head) : len(text) - len(tail)]
    if len(hidden) <= _SAME:
        yield Cell(kind="same", text=text)
        return
    if head:
        yield Cell(kind="same", text=head)
    yield Cell(kind="folded", text=_left_out(hidden) + "\n" * (hidden.endswith("\n") and bool(tail)))
    if tail:
        yield Cell(kind="same", text=tail)


def _left_out(text: str) -> str:
    lines = text.count("\n")
    amount = f"{lines:,} lines" if lines > 1 else f"{len(text):,} characters"
    return f"… {amount} did not change …"
