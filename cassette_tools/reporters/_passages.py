"""Both texts of a long document in passages of whole lines, for a page that shows them side by side."""

from __future__ import annotations

from cassette_tools.reporters._side_by_side import PLACES, Cell, add_change, folded_cells
from cassette_tools.reporters._text_lines import more
from cassette_tools.text_diff import pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.reporters._side_by_side import Sides

_MOST = 20  # lines of a passage that did not change; of a longer one only its ends are shown
_END = 5  # lines of each
_LINE = 300  # characters of a line in it


def passages(old: str, new: str) -> list[Sides]:
    """Both texts in passages of whole lines: those that are the same on both sides (the same list twice), and those of
    which words changed.
    """
    found: list[Sides] = []
    left: list[Cell] = []
    right: list[Cell] = []
    places = 0
    for gone, come in pieces(old, new):
        if gone != come:
            places += 1
            if places <= PLACES:
                add_change(gone, come, left, right)
            continue
        rest, begins = gone, not left and not right
        if not begins:
            if not (_ends_line(left) and _ends_line(right)):
                head, newline, rest = gone.partition("\n")
                same = list(folded_cells(head + newline, False, False))
                left, right = [*left, *same], [*right, *same]
                if not newline:
                    continue
            found.append((left, right))
        whole = rest[: rest.rfind("\n") + 1]
        if whole:
            found.append((same := _without_middle(whole), same))
        left, right = _begun(rest[len(whole) :])
    if left or right:
        found.append((left, right))
    if places > PLACES:
        left_out = [Cell(kind="folded", text=f"… and {more(places - PLACES, 'place')}")]
        found.append((left_out, left_out))
    return found


def _ends_line(cells: Sequence[Cell]) -> bool:
    return not cells or cells[-1].text.endswith("\n")


def _begun(text: str) -> tuple[list[Cell], list[Cell]]:
    """The beginning of a line, on both sides."""
    cells = list(folded_cells(text, True, False)) if text else []
    return cells, list(cells)


def _without_middle(text: str) -> list[Cell]:
    """Whole lines that did not change."""
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
