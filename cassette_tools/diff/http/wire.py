"""The events of two streams: their kinds, the fields of each kind, and the values that the joined answer does not show.

Everything is taken over all events of a kind, so that it does not matter in which chunk a field came. What a change of
the answer explains is not told again: where a tool is no longer called, there are no events of calls.
"""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import IN_SOME_EVENTS, MOVED_APART, SPARE
from cassette_tools.data.wire import (
    BUILD,
    BY_CONTENT,
    EVENTS_BY_CONTENT,
    FOREIGN,
    INTERIM,
    KEEP_ALIVE,
    NUMBERED,
    OPEN,
    READ_FIRST,
)
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.http.pairwise import middle_changes
from cassette_tools.diff.pairing.provenance import upstream_of
from cassette_tools.diff.values.differences import words_of
from cassette_tools.diff.values.freeform import is_same_json, json_type
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Body, Event, Interaction, Json, Piece, Place

    # path -> {JSON type or, of a leaf, its value as text: where it was first seen}
    Seen: TypeAlias = dict[str, dict[str, "_Sight"]]

_BY_CONTENT = {row.name: row.explained_by for row in BY_CONTENT}
_OPEN = frozenset(row.name for row in (*OPEN, *FOREIGN))
_ARGUMENTS = frozenset(row.name for row in FOREIGN)
_KEEP_ALIVE = frozenset(row.name for row in KEEP_ALIVE)
_INTERIM = frozenset(row.name for row in INTERIM)
_NUMBERED = frozenset(row.name for row in NUMBERED)
_READ_FIRST = frozenset(row.name for row in READ_FIRST)
_RELIED_UPON = ("id", "time", "score")  # volatile values that clients do read
_OF_SHAPE = ("wire-", "usage-", "unclassified-")
_OTHER_VALUE = ("-reworded", "text-changed", "-facts-changed", "-whitespace-changed", "-arguments-changed")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_MANY = 0.25  # of the events; one that says otherwise is noise
_CAME_OR_WENT = ("-added", "-removed", "-appeared", "-vanished")


class _Spot:
    """A place that the events of a kind share: its path, its pointer, and the spots within; each is spelled once."""

    __slots__ = ("is_opaque", "name", "path", "pointer", "within")

    def __init__(self, path: str, pointer: str, name: str | int) -> None:
        self.path = path
        self.pointer = pointer
        self.name = name
        self.is_opaque = _is_opaque(path)
        self.within: dict[str | tuple[int, str], _Spot] = {}

    def member(self, key: str) -> _Spot:
        spot = self.within.get(key)
        if spot is None:
            spot = self.within[key] = _Spot(f"{self.path}.{key}", self.pointer + pointer_from_route((key,)), key)
        return spot

    def element(self, index: int, variant: str) -> _Spot:
        spot = self.within.get((index, variant))
        if spot is None:
            spot = self.within[index, variant] = _Spot(f"{self.path}[{variant}]", f"{self.pointer}/{index}", index)
        return spot


class _Sight:
    """A value and where it was seen: the event, its number among those of its kind, and the spot in its JSON."""

    __slots__ = ("event", "number", "spot", "value")

    def __init__(self, value: Json, event: Event, number: int, spot: _Spot) -> None:
        self.value = value
        self.event = event
        self.number = number
        self.spot = spot

    def place(self, body: Body) -> Place:
        return body.place(offset=self.event.offset, pointer=self.spot.pointer)


class _Kind:
    """All events of one kind: the types that stand at each path, the values, and which events have it."""

    def __init__(self) -> None:
        self._top = _Spot("", "", 0)
        self.events: list[Event] = []
        self.holders: dict[str, list[tuple[int, _Spot]]] = {}  # by path: the number of the event, and where in it
        self.types: Seen = {}
        self.values: Seen = {}
        self.nulls: dict[str, int] = {}  # by path: in how many places it is null
        self.empty: dict[str, _Sight] = {}

    def see(self, event: Event, joined: Collection[str], names: frozenset[str]) -> None:
        """Take up one event. Strings at the pointers in `joined`, or under these names, are pieces of the answer, which
        is compared whole.
        """
        number = len(self.events)
        self.events.append(event)
        pending: list[tuple[_Spot, Json]] = [(self._top, event.json)]
        while pending:
            spot, value = pending.pop()
            path = spot.path
            kind = json_type(value)
            types = self.types.get(path)
            if types is None:
                types = self.types[path] = {}
                self.holders[path] = []
                self.values[path] = {}
            if kind not in types:
                types[kind] = _Sight(value, event, number, spot)
            self.holders[path].append((number, spot))
            if kind == "null":
                self.nulls[path] = self.nulls.get(path, 0) + 1
            if kind in ("object", "array") and spot.is_opaque:
                key = repr(value)
            elif kind == "object":
                pending.extend([(spot.member(name), child) for name, child in value.items()])
                continue
            elif kind == "array":
                if not value:
                    self.empty.setdefault(path, _Sight(value, event, number, spot))
                pending.extend([(spot.element(i, _variant(v)), v) for i, v in enumerate(value)])
                continue
            elif kind == "string" and (spot.name in names or spot.pointer in joined):
                continue
            else:
                key = _key(value)
            if key not in self.values[path]:
                self.values[path][key] = _Sight(value, event, number, spot)

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

    def sight(self, number: int, spot: _Spot) -> _Sight:
        """What stands at a spot of the event with this number among those of the kind."""
        event = self.events[number]
        return _Sight(value_at(event.json, spot.pointer), event, number, spot)


def _key(value: Json) -> str:
    """Numbers that are equal are the same, however spelled."""
    return repr(float(value)) if type(value) in (int, float) and abs(value) < 1e15 else repr(value)


def _is_opaque(path: str) -> bool:
    """Whether nothing within is looked at."""
    row = volatile_field(path.lstrip("."))
    return row is not None and row.kind != "id"


def event_changes(scene: Scene, told: Sequence[Change], pieces: frozenset[str] = frozenset()) -> Iterator[Change]:
    """Events, fields and values that came or went, and that nothing `told` explains.

    `pieces` are names of strings that were joined over the events and compared whole, where no dialect says which.
    """
    old, new = _kinds(scene.old, pieces), _kinds(scene.new, pieces)
    reader = _Reader(scene, told)
    found: list[Change] = []
    renamed = renamed_kinds(
        *({kind: each.fields() for kind, each in side.items() if not reader.decides(kind)} for side in (old, new))
    )
    if renamed:
        found.append(reader.renaming(renamed, old, new))
    for kind in dict.fromkeys((*old, *new)):
        if kind in renamed:
            found.extend(reader.field_changes(renamed[kind], old[kind], new[renamed[kind]]))
        elif kind in old and kind in new:
            found.extend(reader.field_changes(kind, old[kind], new[kind]))
        elif kind in renamed.values():
            continue
        elif old and new and kind not in _KEEP_ALIVE and not reader.explains_event(kind):
            found.append(reader.kind_change(kind, old.get(kind), new.get(kind)))
    before = {renamed.get(kind, kind): each for kind, each in old.items()}
    told_so = _with_renames(scene, found, before, new)
    yield from sorted(told_so, key=lambda each: each.origin != "request")  # what is asked goes before what is answered
    middle = middle_changes(scene, (*told, *found), lambda event: event_kind(event.event, event.json))
    yield from (each for each in middle if not (_is_session(scene.new) and _is_asked(each.path)))


_NONE = frozenset[str]()


def _is_asked(path: str) -> bool:
    """Whether a path leads into what the request says as well; sound is there by its words alone."""
    return path.startswith(_OF_SENT) and not path.endswith("].audio")


def _is_session(interaction: Interaction) -> bool:
    """Whether what the client sent over a WebSocket is compared as the request that it makes."""
    return interaction.llm is not None and interaction.llm.asked is not None


def _kinds(interaction: Interaction, names: frozenset[str]) -> dict[str, _Kind]:
    trace = interaction.llm.trace if interaction.llm is not None else {}
    joined: dict[int, set[str]] = {}
    events = interaction.response.body.events
    for pointer, pieces in trace.items():
        texts = [value_at(events[piece.event_index].json, piece.pointer) for piece in pieces]
        whole = value_at(interaction.llm.body, pointer) if interaction.llm is not None else ABSENT
        if isinstance(whole, str) and len(whole) < sum(len(text) for text in texts if isinstance(text, str)):
            continue  # said again and again, not joined: the role in every chunk
        again = _repeated(events, pieces)
        for piece in pieces:
            joined.setdefault(piece.event_index, set()).update((piece.pointer, *again))
    kinds: dict[str, _Kind] = {}
    for index, event in enumerate(events):
        if event.event == _SENT and _is_session(interaction):
            continue
        if isinstance(event.json, dict | list):
            name = event_kind(event.event, event.json)
            if name not in kinds:
                kinds[name] = _Kind()
            kinds[name].see(event, joined.get(index, _NONE), names)
    return kinds


def _repeated(events: Sequence[Event], pieces: Sequence[Piece]) -> list[str]:
    """Where else every event says its piece of the answer: `text` beside `delta.content` (Together)."""
    said = [(events[each.event_index].json, each.pointer) for each in pieces]
    told = [(event, pointer, value_at(event, pointer)) for event, pointer in said if value_at(event, pointer)]
    if not told:
        return []
    event, own, text = told[0]
    found = [pointer for pointer in _pointers_to(event, text) if pointer != own]
    return [each for each in found if all(value_at(other, each) == value for other, _, value in told)]


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
    kinds = {event_kind(event.event, event.json) for event in body.events if event.json is not ABSENT} - _KEEP_ALIVE
    if body.stream and kinds - {""}:
        return frozenset(kinds)
    return frozenset(key for document in documents if isinstance(document, dict) for key in document)


def _called(kind: str) -> str:
    """A kind of event as the API calls it; that the client received it goes without saying."""
    return kind.removeprefix(_RECEIVED)


def renamed_kinds(old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Which kinds of event, each given with its fields, are called otherwise: those of the same fields whose names are
    most alike, each taken once. A name has half of its words in common with the other at least.
    """
    gone, come = ([kind for kind in side if kind not in other] for side, other in ((old, new), (new, old)))
    likely = [(_likeness(one, other), one, other) for one in gone for other in come if old[one] == new[other]]
    found: dict[str, str] = {}
    for likeness, one, other in sorted(likely, key=lambda each: -each[0]):
        if likeness >= _ALIKE and one not in found and other not in found.values():
            found[one] = other
    return {kind: found[kind] for kind in gone if kind in found}


_ALIKE = 0.5


def _likeness(old: str, new: str) -> float:
    """How much of two names is the same: of their words, and of these their order."""
    from difflib import SequenceMatcher

    before, after = (tuple(_WORD.findall(_called(name))) for name in (old, new))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def _variant(element: Json) -> str:
    """Elements of a list that say their type are of different shapes by design."""
    kind = element.get("type") if isinstance(element, dict) else None
    return kind if isinstance(kind, str) and kind != "function" else ""


_SENT = "sent"
_OF_SENT = f"response.events[{_SENT} "
_RECEIVED = "received "
_AS_REQUEST = {
    "event-value-changed": "request-parameter-changed",
    "wire-field-added": "request-field-added",
    "wire-field-removed": "request-field-removed",
    "wire-null-field-removed": "request-serialization-changed",
    "wire-type-changed": "request-type-changed",
}


# --- renames ---------------------------------------------------------------------------------------------------------


def _with_renames(
    scene: Scene, found: Sequence[Change], old: Mapping[str, _Kind], new: Mapping[str, _Kind]
) -> list[Change]:
    """The changes; of a field that went and one that came in its place, with what it held, that it has another name."""
    couples = [
        (gone, come, names, _Match(scene, (old[kind], path), (new[kind], field)))
        for gone in found
        if gone.rule in _GONE
        for come in found
        if come.rule == "wire-field-added"
        for (kind, path), (of_kind, field) in [(_kind_and_field(gone), _kind_and_field(come))]
        for names in [(path, field)]
        if kind == of_kind
    ]
    certain = {names for _, _, names, match in couples if match.is_certain()}
    told: dict[int, Change | None] = {id(each): each for each in found}
    for gone, come, names, match in couples:
        if names in certain and match.is_possible() and told[id(gone)] is gone and told[id(come)] is come:
            told[id(gone)], told[id(come)] = _renamed(gone, come), None
    return [each for each in told.values() if each is not None]


_GONE = ("wire-field-removed", "wire-volatile-field-removed")


def _kind_and_field(change: Change) -> tuple[str, str]:
    """``response.created`` and ``.response.id`` of ``response.events[response.created].response.id``."""
    if change.path.startswith(_IN_EVENTS):
        kind, _, field = change.path.removeprefix(_IN_EVENTS).partition("].")
        return kind, f".{field}"
    return "", change.path.removeprefix("response.body")


_IN_EVENTS = "response.events["


class _Match:
    """Whether one field of a kind of event is what another was: under another name, or in another object."""

    def __init__(self, scene: Scene, old: tuple[_Kind, str], new: tuple[_Kind, str]) -> None:
        self._scene = scene
        self._sides = (old, new)
        (_, path), (_, field) = self._sides
        self._beside = path.rpartition(".")[0] == field.rpartition(".")[0]
        self._words = words_of(_last_name(path)), words_of(_last_name(field))

    def is_possible(self) -> bool:
        """Whether it stands in the same events, is of the same type, and has its name or its place."""
        (old, path), (new, field) = self._sides
        numbers = [[number for number, _ in kind.holders[at]] for kind, at in self._sides]
        is_there = numbers[0] == numbers[1] or len(old.events) != len(new.events)
        is_alike = old.types[path].keys() == new.types[field].keys()
        return is_there and is_alike and (self._beside or self._words[0] == self._words[1])

    def is_certain(self) -> bool:
        """Whether it also holds the same, which is no chance; of words and objects, the name is enough."""
        (old, path), (new, field) = self._sides
        if not self.is_possible():
            return False
        alike = self._beside and (self._words[0] <= self._words[1] or self._words[1] <= self._words[0])
        values = [kind.values[at] for kind, at in self._sides]
        if values[0] and values[0].keys() == values[1].keys():
            return alike or any(_is_telling(sight.value) for sight in values[0].values())
        is_counted = not {"number", "boolean"}.isdisjoint(old.types[path])
        return _are_renamed(self._scene, _telling(old, path), _telling(new, field)) or (alike and not is_counted)


def _are_renamed(scene: Scene, old: _Sight | None, new: _Sight | None) -> bool:
    values = [each.value for each in (old, new) if each is not None and isinstance(each.value, str)]
    return len(values) == 2 and scene.ids.are_renamed(*values)


def _is_telling(value: Json) -> bool:
    """Whether two fields have this value by no chance."""
    return value > 1 if type(value) in (int, float) else not isinstance(value, bool) and bool(value)


def _renamed(gone: Change, come: Change) -> Change:
    beside = gone.path.rpartition(".")[0] == come.path.rpartition(".")[0]
    return replace(
        come,
        rule="wire-field-renamed",
        old=gone.subject,
        new=_last_name(come.subject) if beside else come.subject,
        old_place=gone.old_place,
        circumstance=SPARE if gone.rule == "wire-volatile-field-removed" else None,
    )


class _Reader:
    """What was told of the answer, and the comparison of its events in that light."""

    def __init__(self, scene: Scene, told: Sequence[Change]) -> None:
        self._scene = scene
        self._rules = tuple({change.rule for change in told})
        self._names = {name for change in told for name in _names_in(change)}
        self._shapes = {name for change in told if change.rule.startswith(_OF_SHAPE) for name in _names_in(change)}
        sides = [side for change in told for side in (change.old, change.new, *(change.sent or ()))]
        self._values = {_key(value) for side in sides for value in _leaves(side)}
        self._elsewhere: set[str] = set()
        self._texts = [side for side in sides if isinstance(side, str)]

    # --- kinds -------------------------------------------------------------------------------------------------------

    def explains_event(self, kind: str) -> bool:
        """Whether what was told of the answer says why events of this kind came or went."""
        return any(row.name in kind and self._has(row.explained_by) for row in EVENTS_BY_CONTENT)

    def decides(self, kind: str) -> bool:
        """Whether what came or went in the answer says so: other words are no reason for other events."""
        return any(row.name in kind and self._is_explained(row.explained_by) for row in EVENTS_BY_CONTENT)

    def _has(self, beginnings: tuple[str, ...]) -> bool:
        return any(rule.startswith(beginnings) for rule in self._rules)

    def renaming(self, renamed: Mapping[str, str], old: Mapping[str, _Kind], new: Mapping[str, _Kind]) -> Change:
        """All kinds of event that are called otherwise, as one change; it stands where the first of them does."""
        pairs = [(_called(kind), _called(name)) for kind, name in renamed.items()]
        self._values.update(_key(name) for pair in pairs for name in pair)  # the type that the data say
        kind, name = next(iter(renamed.items()))
        listed = ", ".join(f"{left} → {right}" for left, right in pairs)
        many = len(pairs) > 1
        return Change(
            rule="event-type-renamed",
            path=f"response.events[{kind}]",
            origin="stream",
            pair=self._scene.pair,
            old=[left for left, _ in pairs] if many else pairs[0][0],
            new=[right for _, right in pairs] if many else pairs[0][1],
            subject=pairs[0][0],
            note=f"{len(pairs)} kinds of event are renamed: {listed}"
            if many
            else f"a kind of event is renamed: {listed}",
            old_place=_whole(self._scene.old, old[kind].events[0]),
            new_place=_whole(self._scene.new, new[name].events[0]),
        )

    def kind_change(self, kind: str, old: _Kind | None, new: _Kind | None) -> Change:
        """A kind of event on one side only."""
        events = (old.events[0] if old is not None else None, new.events[0] if new is not None else None)
        return Change(
            rule="event-type-removed" if new is None else "event-type-added",
            path=f"response.events[{kind}]",
            origin="stream",
            pair=self._scene.pair,
            old=ABSENT if old is None else _called(kind),
            new=ABSENT if new is None else _called(kind),
            subject=_called(kind) or "without a name",
            old_place=self._event_place(events[0], events[1], new=False),
            new_place=self._event_place(events[1], events[0], new=True),
        )

    def _event_place(self, event: Event | None, other: Event | None, *, new: bool) -> Place | None:
        """The event; where this side has none, the one in its place in a stream of as many events."""
        side, opposite = (self._scene.new, self._scene.old) if new else (self._scene.old, self._scene.new)
        events, others = side.response.body.events, opposite.response.body.events
        if event is None and other is not None and len(events) == len(others):
            event = next(mine for mine, theirs in zip(events, others, strict=True) if theirs is other)
        return None if event is None else _whole(side, event)

    # --- fields ------------------------------------------------------------------------------------------------------

    def field_changes(self, kind: str, old: _Kind, new: _Kind) -> Iterator[Change]:
        """Fields, types and values of one kind of event."""
        self._elsewhere = set()
        yield from self._empty_lists(kind, old, new)
        reported: list[str] = []
        for path in sorted({*old.types, *new.types}, key=lambda path: (path.count(".") + path.count("["), path)):
            if any(path.startswith((f"{above}.", f"{above}[")) for above in reported):
                continue
            before, after = old.types.get(path, {}), new.types.get(path, {})
            if before.keys() != after.keys():
                if not before or not after:
                    reported.append(path)
                yield from self._shape_change(kind, path, old, new)
            told = list(self._value_changes(kind, path, old, new))
            yield from told or self._presence_change(kind, path, old, new)

    def _presence_change(self, name: str, path: str, old: _Kind, new: _Kind) -> Iterator[Change]:
        """A field that other events of the kind carry. Streams of another number of events are not compared so: which
        of them carry what follows from how the answer is cut.
        """
        before, after = old.holders.get(path, []), new.holders.get(path, [])
        if not before or not after or not path or len(old.events) != len(new.events):
            return
        if [number for number, _ in before] == [number for number, _ in after]:
            return
        seen: tuple[dict[int, list[_Spot]], dict[int, list[_Spot]]] = ({}, {})
        for side, holders in zip(seen, (before, after), strict=True):
            for number, spot in holders:
                side.setdefault(number, []).append(spot)
        numbers = (n for n in seen[0].keys() | seen[1].keys() if len(seen[0].get(n, ())) != len(seen[1].get(n, ())))
        first = min(numbers, default=None)
        if first is not None and not any(path.startswith((f"{p}.", f"{p}[")) for p in self._elsewhere):
            self._elsewhere.add(path)
            left, right = (
                kind.sight(first, side[first][0]) if first in side else None
                for kind, side in zip((old, new), seen, strict=True)
            )
            yield self._change("event-presence-changed", name, path, left, right)

    def _empty_lists(self, kind: str, old: _Kind, new: _Kind) -> Iterator[Change]:
        for path in dict.fromkeys((*old.empty, *new.empty)):
            if _last_name(path) in _READ_FIRST and (path in old.empty) != (path in new.empty):
                came = path in new.empty
                change = self._change(
                    "event-without-choices" if came else "event-without-choices-gone",
                    kind,
                    path,
                    None if came else old.empty[path],
                    new.empty[path] if came else None,
                )
                moved = _beside_choices(old, path) - _beside_choices(new, path) if came else set()
                moved &= (
                    {*new.empty[path].event.json} if came and isinstance(new.empty[path].event.json, dict) else set()
                )
                note = " and ".join(sorted(moved, reverse=True))
                yield replace(change, note=note, circumstance=MOVED_APART) if moved else change

    def _shape_change(self, kind: str, path: str, old: _Kind, new: _Kind) -> Iterator[Change]:
        name = _last_name(path)
        before, after = old.types.get(path, {}), new.types.get(path, {})
        if not path or name in (self._names if _is_spare(path) else self._shapes):
            return
        if name == BUILD and ((before and after) or self._is_of_another_upstream((before or after).keys())):
            yield self._change("fingerprint-changed", kind, path, _any(before), _any(after))
            return
        if before and after and _types(before) == _types(after):
            yield from self._null_in_some(kind, path, old, new)
            return
        rules = _BY_CONTENT.get(name, ())
        if self._is_explained(rules) or (rules and _is_spare(path) and self._has(rules)):
            return
        if _ARGUMENTS & {*_names(path)[:-1]} and self._has(("tool-",)):
            return
        if path.endswith("]") and self.explains_event(path[path.rindex("[") + 1 : -1]):
            return
        if not before or not after:
            holder = old if before else new
            if _is_of_another_object(path, holder, new if before else old):
                return
            rule = self._presence_rule(path, holder, added=not before)
            seen = _telling(holder, path)
            yield self._change(rule, kind, path, seen if before else None, None if before else seen)
            return
        lost, gained = (_without_null(side, other) for side, other in ((before, after), (after, before)))
        types = _types(before), _types(after)
        if types[0] and types[1] and types[0] != types[1]:
            yield self._change("wire-type-changed", kind, path, lost or _any(before), gained or _any(after), types)
        elif types[0] != types[1]:
            spare = _is_spare(path)
            rule = "wire-field-filled" if types[1] else "wire-volatile-field-nulled" if spare else "wire-field-nulled"
            yield self._change(rule, kind, path, lost or before["null"], gained or after["null"])

    def _is_of_another_upstream(self, types: Collection[str]) -> bool:
        """Whether it is a value, which another upstream gives in its own way, or not at all; null is the gateway's."""
        return {*types} != {"null"} and upstream_of(self._scene.old) != upstream_of(self._scene.new)

    def _null_in_some(self, kind: str, path: str, old: _Kind, new: _Kind) -> Iterator[Change]:
        """A field that was in every event of the kind and never null, and is null in many; or the other way round. One
        that is not in every event is null where it is not sent.
        """
        came = "null" in new.types[path]
        whole, mixed = (old, new) if came else (new, old)
        holders = [len(whole.holders.get(each, ())) for each in (path, path.rpartition(".")[0])]
        rules = tuple(each for each in _BY_CONTENT.get(_last_name(path), ()) if each != "reasoning-")
        if mixed.nulls[path] < max(2, _MANY * len(mixed.holders[path])):
            return
        is_everywhere = holders[0] >= max(2, holders[1])
        if (is_everywhere and _is_spare(path)) or self._is_explained(rules):
            return
        rule = "wire-field-nulled" if came else "wire-field-filled"
        if not is_everywhere:
            if len(old.events) == len(new.events):
                return  # told as `event-presence-changed`
            rule = "wire-field-added" if came else "wire-null-field-removed"
        sights = [mixed.types[path]["null"], _any(whole.types[path])]
        left, right = reversed(sights) if came else sights
        yield replace(
            self._change(rule, kind, path, left, right),
            circumstance=IN_SOME_EVENTS,
            note=f"{mixed.nulls[path]} of {len(mixed.holders[path])} events",
        )

    def _is_explained(self, rules: tuple[str, ...]) -> bool:
        """Whether what the field holds came or went: that it says something else is no reason for another shape."""
        return any(rule.startswith(rules) and not rule.endswith(_OTHER_VALUE) for rule in self._rules)

    def _presence_rule(self, path: str, holder: _Kind, *, added: bool) -> str:
        if _OPEN & {*_containers(path)} and not _INTERIM & {*_names(path)}:
            return "wire-detail-changed"
        if added:
            return "wire-field-added"
        if holder.says_nothing(path):
            return "wire-null-field-removed"
        return "wire-volatile-field-removed" if _is_spare(path) else "wire-field-removed"

    # --- values ------------------------------------------------------------------------------------------------------

    def _value_changes(self, kind: str, path: str, old: _Kind, new: _Kind) -> Iterator[Change]:
        before, after = old.values.get(path, {}), new.values.get(path, {})
        if not before or not after or before.keys() == after.keys():
            return
        gone = [sight for key, sight in before.items() if key not in after]
        come = [sight for key, sight in after.items() if key not in before]
        if all(self._explains(sight.value) for sight in (*gone, *come)):
            return
        if (not come and "stream-truncated" in self._rules) or (not gone and "stream-mended" in self._rules):
            return
        name = _last_name(path)
        if name == "type" and all(self.explains_event(str(sight.value)) for sight in (*gone, *come)):
            return
        left = gone[0] if gone else _beside(come[0], old, new, path) or next(iter(before.values()))
        right = come[0] if come else _beside(left, new, old, path) or next(iter(after.values()))
        places = (left.place(self._scene.old.response.body), right.place(self._scene.new.response.body))
        where = _where(kind, path)
        quiet = volatile_changes(self._scene, where, "response", left.value, right.value, places)
        if quiet is not None:
            yield from quiet
            return
        if self._is_renaming(left.value, right.value):
            yield self._change("id-changed", kind, path, left, right)
            return
        if is_same_json(left.value, right.value):
            yield self._change("json-formatting-changed", kind, path, left, right)
            return
        if name in self._names and not isinstance(left.value, str):
            return
        fewer = name in _NUMBERED or not gone or not come
        numbered = fewer and any(rule.endswith(_CAME_OR_WENT) for rule in self._rules)
        rule = "interim-value-changed" if numbered or _INTERIM & {*_names(path)} else "event-value-changed"
        yield self._change(rule, kind, path, left, right, (left.value, right.value))

    def _is_renaming(self, old: Json, new: Json) -> bool:
        return isinstance(old, str) and isinstance(new, str) and self._scene.ids.are_renamed(old, new)

    def _explains(self, value: Json) -> bool:
        """Whether what was told says this value, or a text that it is a piece of."""
        if _key(value) in self._values or value is None:
            return True
        return isinstance(value, str) and any(value in text for text in self._texts)

    # --- findings ----------------------------------------------------------------------------------------------------

    def _change(
        self,
        rule: str,
        kind: str,
        path: str,
        old: _Sight | None,
        new: _Sight | None,
        shown: tuple[Json, Json] | None = None,
    ) -> Change:
        values = shown or (ABSENT if old is None else old.value, ABSENT if new is None else new.value)
        sent = kind.partition(" ")[0] == _SENT and rule in _AS_REQUEST  # by the client, over a WebSocket
        return Change(
            rule=_AS_REQUEST[rule] if sent else rule,
            path=_where(kind, path),
            origin="request" if sent else "stream",
            pair=self._scene.pair,
            old=values[0],
            new=values[1],
            subject=path.lstrip("."),
            old_place=None if old is None else old.place(self._scene.old.response.body),
            new_place=None if new is None else new.place(self._scene.new.response.body),
        )


def _is_of_another_object(path: str, holder: _Kind, other: _Kind) -> bool:
    """Whether the field is of objects that say a type (``item``) which the other stream has none of there: what came or
    went is the object, and its type says so.
    """
    above = path.rpartition(".")[0]
    while above:
        types = other.values.get(f"{above}.type", {})
        if types and all(kind is not None and _key(kind) not in types for kind in _types_above(path, above, holder)):
            return True
        above = above.rpartition(".")[0]
    return False


def _types_above(path: str, above: str, holder: _Kind) -> Iterator[Json]:
    """The types of the objects at a path that hold something at another one within."""
    for number, spot in holder.holders[path]:
        pointer = spot.pointer.rsplit("/", path.count(".") - above.count("."))[0]
        element = value_at(holder.events[number].json, pointer)
        kind = element.get("type") if isinstance(element, dict) else None
        yield kind if isinstance(kind, str) else None


def _beside_choices(kind: _Kind, path: str) -> set[str]:
    """The fields of events that have choices."""
    name = path.lstrip(".")
    return {key for each in kind.events if isinstance(each.json, dict) and each.json.get(name) for key in each.json}


def _beside(sight: _Sight, side: _Kind, other: _Kind, path: str) -> _Sight | None:
    """What the other stream says in the same event, where both have as many of the kind."""
    if len(side.events) != len(other.events):
        return None
    spot = next((spot for number, spot in side.holders.get(path, ()) if number == sight.number), None)
    return None if spot is None else side.sight(sight.number, spot)


def _where(kind: str, path: str) -> str:
    return f"response.events[{kind}]{path}" if kind else f"response.body{path}"


def _whole(interaction: Interaction, event: Event) -> Place:
    return interaction.response.body.place(offset=event.offset, length=len(event.data.split("\n", 1)[0]))


def _any(types: Mapping[str, _Sight]) -> _Sight | None:
    """The first that says something."""
    return next((sight for kind, sight in types.items() if kind != "null"), next(iter(types.values()), None))


def _telling(kind: _Kind, path: str) -> _Sight | None:
    """The first that says something, not only that it is there."""
    first = _any(kind.types[path])
    if first is None or first.value != "":
        return first
    return next((sight for sight in kind.values[path].values() if sight.value not in ("", None)), first)


def _without_null(types: Mapping[str, _Sight], others: Mapping[str, _Sight]) -> _Sight | None:
    return next((sight for kind, sight in types.items() if kind not in others), None)


def _types(types: Mapping[str, _Sight]) -> str:
    return " or ".join(sorted(kind for kind in types if kind != "null"))


def _is_spare(path: str) -> bool:
    row = volatile_field(path.lstrip("."))
    return row is not None and row.kind not in _RELIED_UPON


def _names(path: str) -> list[str]:
    return [step.partition("[")[0] for step in path.split(".")]


def _containers(path: str) -> list[str]:
    """What a field lies in; the `input` of a session's `audio` is no tool's."""
    names = _names(path)[:-1]
    return [name for before, name in zip(["", *names], names, strict=False) if (before, name) != ("audio", "input")]


def _last_name(path: str) -> str:
    """``reasoning_details`` of ``.message.reasoning_details[reasoning.text]``."""
    while path.endswith("]") and "[" in path:  # a name may end so by itself
        path = path[: path.rindex("[")]
    return path.rpartition(".")[2]


def _names_in(change: Change) -> Iterator[str]:
    """The names of the fields that a change tells of."""
    if change.rule.startswith(("wire-", "usage-detail-", "unclassified-")) or change.rule.endswith("-changed"):
        yield _last_name(change.path)
    if change.rule == "wire-field-renamed":
        yield from (str(change.old), str(change.new))


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for child in value.values():
            yield from _leaves(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _leaves(child)
    elif value is not ABSENT:
        yield value
