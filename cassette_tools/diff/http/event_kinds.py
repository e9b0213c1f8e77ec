"""The events of a stream by their kind: what stands at each path of all of them, and the words a client knows them by.

Everything is taken over all events of a kind, so that it does not matter in which chunk a field came.
"""

from __future__ import annotations

from cassette_tools.data.wire import KEEP_ALIVE
from cassette_tools.diff.http.event_paths import is_opaque
from cassette_tools.diff.values.freeform import json_type
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from cassette_tools.model import Body, Event, Interaction, Json, Place

    # path -> {JSON type or, of a leaf, its value as text: where it was first seen}
    Seen: TypeAlias = dict[str, dict[str, "Sight"]]

KEEP_ALIVE_KINDS = frozenset(row.name for row in KEEP_ALIVE)
SENT = "sent"
_NONE = frozenset[str]()


class Spot:
    """A place that the events of a kind share: its path, its pointer, and the spots within; each is spelled once. What
    was seen is that of its path, which elements of a list share. `last` is the scalar that was seen here last.
    """

    __slots__ = ("holders", "is_opaque", "kind", "last", "name", "path", "pointer", "types", "values", "within")

    def __init__(self, kind: Kind, path: str, pointer: str, name: str | int) -> None:
        self.kind = kind
        self.path = path
        self.pointer = pointer
        self.name = name
        self.is_opaque = is_opaque(path)
        self.within: dict[str | tuple[int, str], Spot] = {}
        self.holders = kind.holders.setdefault(path, Holders())
        self.types = kind.types.setdefault(path, {})
        self.values = kind.values.setdefault(path, {})
        self.last: Json = ABSENT

    def member(self, key: str) -> Spot:
        spot = self.within.get(key)
        if spot is None:
            pointer = self.pointer + pointer_from_route((key,))
            spot = self.within[key] = Spot(self.kind, f"{self.path}.{key}", pointer, key)
        return spot

    def element(self, index: int, variant: str) -> Spot:
        spot = self.within.get((index, variant))
        if spot is None:
            path, pointer = f"{self.path}[{variant}]", f"{self.pointer}/{index}"
            spot = self.within[index, variant] = Spot(self.kind, path, pointer, index)
        return spot


class Sight:
    """A value and where it was seen: the event, its number among those of its kind, and the spot in its JSON."""

    __slots__ = ("event", "number", "spot", "value")

    def __init__(self, value: Json, event: Event, number: int, spot: Spot) -> None:
        self.value = value
        self.event = event
        self.number = number
        self.spot = spot

    def place(self, body: Body) -> Place:
        return body.place(offset=self.event.offset, pointer=self.spot.pointer)


class Holders:
    """Where a path is: the numbers of the events, which rise, and beside each of them the spot in it."""

    __slots__ = ("numbers", "spots")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.spots: list[Spot] = []

    def __iter__(self) -> Iterator[tuple[int, Spot]]:
        return zip(self.numbers, self.spots, strict=True)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, number: int, spot: Spot) -> None:
        self.numbers.append(number)
        self.spots.append(spot)


class Kind:
    """All events of one kind: the types that stand at each path, the values, and which events have it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.holders: dict[str, Holders] = {}  # by path
        self.types: Seen = {}
        self.values: Seen = {}
        self.nulls: dict[str, int] = {}  # by path: in how many places it is null
        self.empty: dict[str, Sight] = {}
        self._top = Spot(self, "", "", 0)

    def see(self, event: Event, joined: Collection[str], names: frozenset[str]) -> None:
        """Take up one event. Strings at the pointers in `joined`, or under these names, are pieces of the answer, which
        is compared whole.
        """
        number = len(self.events)
        self.events.append(event)
        pending: list[tuple[Spot, Json]] = [(self._top, event.json)]
        while pending:
            spot, value = pending.pop()
            kind = json_type(value)
            if kind not in spot.types:
                spot.types[kind] = Sight(value, event, number, spot)
            spot.holders.add(number, spot)
            if kind == "null":
                self._count_null(spot)
            if kind in ("object", "array") and spot.is_opaque:
                key = repr(value)
            elif kind == "object":
                pending.extend(self._others(value, spot, number))
                continue
            elif kind == "array":
                if not value:
                    self.empty.setdefault(spot.path, Sight(value, event, number, spot))
                pending.extend([(spot.element(i, variant_of(v)), v) for i, v in enumerate(value)])
                continue
            elif kind == "string" and (spot.name in names or spot.pointer in joined):
                continue
            else:
                key = key_of_value(value)
                spot.last = value
            if key not in spot.values:
                spot.values[key] = Sight(value, event, number, spot)

    def _others(self, value: dict[str, Json], spot: Spot, number: int) -> Iterator[tuple[Spot, Json]]:
        """The members of an object that differ from those seen there last; in most events few do."""
        known = spot.within
        for name, child in value.items():
            inner = known.get(name) or spot.member(name)
            if type(child) is type(inner.last) and child == inner.last:
                inner.holders.add(number, inner)
                if child is None:
                    self._count_null(inner)
            else:
                yield inner, child

    def _count_null(self, spot: Spot) -> None:
        self.nulls[spot.path] = self.nulls.get(spot.path, 0) + 1

    def fields(self) -> frozenset[str]:
        """The names of the fields at the top of any of the events."""
        return frozenset(name for event in self.events if isinstance(event.json, dict) for name in event.json)

    def says_nothing(self, path: str) -> bool:
        """Whether there is only null at the path, or lists and objects of nothing."""
        if not self.types[path].keys() <= {"null", "array", "object"}:
            return False
        if any(sight.value not in (None, [], {}) for sight in self.values[path].values()):
            return False
        return not any(each.startswith((f"{path}.", f"{path}[")) for each in self.types)

    def spots_by_event(self, path: str) -> dict[int, list[Spot]]:
        """Where the path is in each event that has it, by the event's number."""
        found: dict[int, list[Spot]] = {}
        for number, spot in self.holders.get(path, ()):
            found.setdefault(number, []).append(spot)
        return found

    def filled(self, path: str) -> list[int]:
        """The numbers of the events that have something at the path."""
        spots = self.spots_by_event(path).items()
        return [number for number, some in spots if any(self.sight(number, each).value is not None for each in some)]

    def sight(self, number: int, spot: Spot) -> Sight:
        """What stands at a spot of the event with this number among those of the kind."""
        event = self.events[number]
        return Sight(value_at(event.json, spot.pointer), event, number, spot)


def key_of_value(value: Json) -> str:
    """Numbers that are equal are the same, however spelled."""
    kind = type(value)
    if kind is str:
        return f"'{value}"
    return repr(float(value)) if kind in (int, float) and abs(value) < 1e15 else repr(value)


def variant_of(element: Json) -> str:
    """The type that an object says: those of different types are of different shapes by design."""
    kind = element.get("type") if isinstance(element, dict) else None
    return kind if isinstance(kind, str) and kind != "function" else ""


# --- of an interaction -----------------------------------------------------------------------------------------------


def kinds_of(interaction: Interaction, names: frozenset[str]) -> dict[str, Kind]:
    joined = _joined(interaction)
    kinds: dict[str, Kind] = {}
    for index, event in enumerate(interaction.response.body.events):
        if not isinstance(event.json, dict | list) or (event.event == SENT and is_session(interaction)):
            continue
        name = event_kind(event.event, event.json)
        if name not in kinds:
            kinds[name] = Kind()
        kinds[name].see(event, joined.get(index, _NONE), names)
    return kinds


def _joined(interaction: Interaction) -> dict[int, set[str]]:
    """The pointers in each event to the pieces of the answer's strings."""
    joined: dict[int, set[str]] = {}
    events, call = interaction.response.body.events, interaction.llm
    for pointer, pieces in call.trace.items() if call is not None else ():
        texts = [value_at(events[piece.event_index].json, piece.pointer) for piece in pieces]
        whole = value_at(call.body, pointer) if call is not None else ABSENT
        if isinstance(whole, str) and len(whole) < sum(len(text) for text in texts if isinstance(text, str)):
            continue  # said again and again, not joined: the role in every chunk
        again = _repeated([(events[piece.event_index].json, piece.pointer) for piece in pieces], texts)
        for piece in pieces:
            joined.setdefault(piece.event_index, set()).update((piece.pointer, *again))
    return joined


def _repeated(said: Sequence[tuple[Json, str]], texts: Sequence[Json]) -> list[str]:
    """Where else every event says its piece of the answer (`text` beside `delta.content`: Together), given the event
    and the pointer of each piece.
    """
    told = [(event, pointer, text) for (event, pointer), text in zip(said, texts, strict=True) if text]
    if not told:
        return []
    event, own, first = told[0]
    found = [pointer for pointer in _pointers_to(event, first) if pointer != own]
    return [each for each in found if all(value_at(other, each) == text for other, _, text in told)]


def _pointers_to(document: Json, text: Json) -> Iterator[str]:
    """Where a document says a text."""
    pending: list[tuple[str, Json]] = [("", document)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            pending.extend((pointer + pointer_from_route((key,)), child) for key, child in value.items())
        elif isinstance(value, list):
            pending.extend((f"{pointer}/{index}", child) for index, child in enumerate(value))
        elif isinstance(value, str) and value == text:
            yield pointer


def is_session(interaction: Interaction) -> bool:
    """Whether what the client sent over a WebSocket is compared as the request that it makes."""
    return interaction.llm is not None and interaction.llm.asked is not None


def event_kind(name: str | None, document: Json) -> str:
    """What kind of event it is: its own name, or the ``type`` in its data; ``""`` where all are of one kind.

    The name of a WebSocket message is only its direction, that of Bedrock's events is always the same: it is both.
    """
    said = (
        document.get("type", document.get("event_type")) if isinstance(document, dict) else None
    )  # Cohere's first API
    if name in ("sent", "received", "chunk") and isinstance(said, str):
        return f"{name} {said}"
    kind = name or said
    return kind if isinstance(kind, str) else ""


def vocabulary(interaction: Interaction) -> frozenset[str]:
    """By which words a client knows the parts of an answer: the kinds of its events, or the fields at the top."""
    body = interaction.response.body
    documents = [event.json for event in body.events] if body.stream else [body.json]
    kinds = {
        event_kind(event.event, event.json) for event in body.events if event.json is not ABSENT
    } - KEEP_ALIVE_KINDS
    if body.stream and kinds - {""}:
        return frozenset(kinds)
    return frozenset(key for document in documents if isinstance(document, dict) for key in document)


# --- one of several --------------------------------------------------------------------------------------------------


def first_of(types: Mapping[str, Sight]) -> Sight | None:
    """The first that says something."""
    return next((sight for kind, sight in types.items() if kind != "null"), next(iter(types.values()), None))


def telling(kind: Kind, path: str) -> Sight | None:
    """The first that says something, not only that it is there."""
    first = first_of(kind.types[path])
    if first is None or first.value != "":
        return first
    return next((sight for sight in kind.values[path].values() if sight.value not in ("", None)), first)


def beside(sight: Sight, side: Kind, other: Kind, path: str) -> Sight | None:
    """What the other stream says in the same event, where both have as many of the kind."""
    if len(side.events) != len(other.events):
        return None
    spot = next((spot for number, spot in side.holders.get(path, ()) if number == sight.number), None)
    return None if spot is None else side.sight(sight.number, spot)


def types_in_words(types: Mapping[str, Sight]) -> str:
    return " or ".join(sorted(kind for kind in types if kind != "null"))
