"""Both texts of a long document in passages of whole lines, for a page that shows them side by side."""

from __future__ import annotations

from cassette_tools.reporters._side_by_side import PLACES, Cell, add_change, folded_cells
from cassette_tools.reporters._text_lines import more
from cassette_tools.text_diff import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.reporters._side_by_side import Sides
    from cassette_tools.text_diff import Piece

    Marked = tuple[Piece, bool]  # whether it belongs to a change

_MOST = 20  # lines of a passage that did not change; of a longer one only its ends are shown
_END = 5  # lines of each
_LINE = 300  # characters of a line in it


def passages(old: str, new: str) -> list[Sides]:
    """Both texts in passages: lines that are the same on both sides (the same list twice), and lines of which words
    changed.
    """
    found = pieces(old, new)
    changes = [at for at, (gone, come) in enumerate(found) if gone != come]
    end = changes[PLACES] if len(changes) > PLACES else len(found)
    told = [_passage(block) for block in _blocks(_by_lines(found[:end]))]
    if end == len(found):
        return told
    rest = [Cell(kind="folded", text=f"… and {more(len(changes) - PLACES, 'place')}")]
    return [*told, (rest, rest)]


def _by_lines(found: Sequence[Piece]) -> Iterator[Marked]:
    """What did not change, cut at the end of its first line and at the beginning of its last one, which belongs to the
    change that follows.
    """
    for number, (gone, come) in enumerate(found):
        if gone != come:
            yield (gone, come), True
            continue
        first, last = gone.find("\n") + 1, gone.rfind("\n") + 1
        for part, belongs in ((gone[:first], False), (gone[first:last], False), (gone[last:], number < len(found) - 1)):
            if part:
                yield (part, part), belongs


def _blocks(found: Iterable[Marked]) -> Iterator[list[Marked]]:
    """What stands on the same lines; lines of one kind together."""
    block: list[Marked] = []
    for piece, belongs in found:
        if block and block[0][1] != belongs and _ends_line(block):
            yield block
            block = []
        block.append((piece, belongs))
    if block:
        yield block


def _ends_line(block: Sequence[Marked]) -> bool:
    """Whether both sides are at the beginning of a line."""
    ends = (next((piece[side] for piece, _ in reversed(block) if piece[side]), "\n") for side in (0, 1))
    return all(end.endswith("\n") for end in ends)


def _passage(block: Sequence[Marked]) -> Sides:
    if not block[0][1]:
        same = _without_middle("".join(text for (text, _), _ in block))
        return same, same
    left: list[Cell] = []
    right: list[Cell] = []
    for number, ((gone, come), _) in enumerate(block):
        if gone != come:
            add_change(gone, come, left, right)
        else:
            same = list(folded_cells(gone, number == 0, False))
            left, right = [*left, *same], [*right, *same]
    return left, right


def _without_middle(text: str) -> list[Cell]:
    """Lines that did not change, without those in the middle of many."""
    lines = [line if len(line) <= _LINE else f"{line[:_LINE]}…" for line in map(str.rstrip, text.split("\n"))]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    if len(lines) <= _MOST:
        return [Cell(kind="same", text="\n".join(lines))]
    return [
        Cell(kind="same", text="\n".join(lines[:_END]) + "\n"),
        Cell(kind="folded", text=f"… {len(lines) - 2 * _END:,} lines did not change …\n"),
        Cell(kind="same", text="\n".join(lines[-_END:])),
    ]
