"""Where the pieces of a folded string came from: noted while folding, spelled out only for those who ask.

A stream has hundreds of events, and nearly nobody asks: what is noted is one tuple for each event and string.
"""

from __future__ import annotations

from collections.abc import Mapping

from cassette_tools.model import Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    # (index of the event, pointer of the object in it that held the string, the string), in the order of arrival
    Runs = list[tuple[int, str, str]]


def joined(runs: Runs) -> str:
    """The string that the runs make."""
    return "".join([run[2] for run in runs])


class Trace(Mapping[str, "tuple[Piece, ...]"]):
    """The pieces of each joined string, by the pointer of the string in the folded body."""

    __slots__ = ("_spelled", "_strings")

    def __init__(self) -> None:
        self._strings: dict[str, tuple[Runs, str]] = {}
        self._spelled: dict[str, tuple[Piece, ...]] = {}  # of those that were asked for

    def note(self, pointer: str, runs: Runs, key: str) -> None:
        """Remember that the string at `pointer` was joined from `runs`.

        Each run stands under `key` in its object; with ``""`` the run's pointer is the string's own.
        """
        self._strings[pointer] = (runs, key)
        self._spelled.pop(pointer, None)

    def adopt(self, prefix: str, other: Trace) -> None:
        """Take over the strings of another trace, whose body stands at `prefix` of this one's."""
        for pointer, noted in other._strings.items():
            self._strings[prefix + pointer] = noted

    def __getitem__(self, pointer: str) -> tuple[Piece, ...]:
        if pointer not in self._spelled:
            self._spelled[pointer] = self._pieces(pointer)
        return self._spelled[pointer]

    def _pieces(self, pointer: str) -> tuple[Piece, ...]:
        runs, key = self._strings[pointer]
        pieces = []
        start = 0
        for index, where, content in runs:
            pieces.append(Piece(start=start, event_index=index, pointer=f"{where}/{key}" if key else where))
            start += len(content)
        return tuple(pieces)

    def __contains__(self, pointer: object) -> bool:
        return pointer in self._strings

    def __iter__(self) -> Iterator[str]:
        return iter(self._strings)

    def __len__(self) -> int:
        return len(self._strings)
