"""The strings of a stream that no dialect joins: those at one place of one kind of event, one after the other.

A client that adds up deltas makes such a strand of them, whatever the API is called.
"""

from __future__ import annotations

from cassette_tools.model import Piece

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Event, Json, Route

# What tells apart the things that are streamed side by side. Ids of items do not: some providers make them anew.
_WHICH = ("type", "output_index", "content_index", "summary_index", "index")
_DEEPEST = 40  # objects in each other; what is deeper is not looked at


class Strand:
    """The strings at one place, in the order of their events."""

    def __init__(self) -> None:
        self._strings: list[str] = []
        self._pieces: list[tuple[int, int, Route]] = []
        self._length = 0

    def add(self, event_index: int, route: Route, string: str) -> None:
        """Go on with the string at a place of an event."""
        self._pieces.append((self._length, event_index, route))
        self._strings.append(string)
        self._length += len(string)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._strings)

    def between(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces that hold ``[start:end]``."""
        ends = [*(piece[0] for piece in self._pieces[1:]), self._length]
        return tuple(
            Piece(start=first, event_index=index, pointer=_pointer(route))
            for (first, index, route), stop in zip(self._pieces, ends, strict=True)
            if first < end and max(start, first) < stop
        )


def _pointer(route: Route) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in route)


def strands(events: tuple[Event, ...]) -> Iterator[Strand]:
    """The strands of two strings or more."""
    found: dict[tuple[str, ...], list[tuple[int, Route, str]]] = {}
    for index, event in enumerate(events):
        if isinstance(event.json, dict | list):
            _gather(found, index, event.json, (kind_of(event.json),), ())
    for strings in found.values():
        if len(strings) > 1:
            strand = Strand()
            for index, route, string in strings:
                strand.add(index, route, string)
            yield strand


def kind_of(event: Json) -> str:
    """What kind of event it is, and which of the things that are streamed side by side it speaks of."""
    return " ".join([str(event[name]) for name in _WHICH if name in event]) if isinstance(event, dict) else ""


def _gather(
    found: dict[tuple[str, ...], list[tuple[int, Route, str]]],
    index: int,
    value: Json,
    path: tuple[str, ...],
    route: Route,
) -> None:
    """Add the strings of an event to those of its kind, by their paths."""
    if len(path) > _DEEPEST:
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, str):
            where = (*path, str(key) if isinstance(value, dict) else "[]")
            found.setdefault(where, []).append((index, (*route, key), inner))
        elif isinstance(inner, dict | list):
            _gather(found, index, inner, (*path, str(key) if isinstance(value, dict) else "[]"), (*route, key))
