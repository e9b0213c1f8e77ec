"""What differs in the fields and values of one kind of event, but for what a change of the answer explains."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import IN_SOME_EVENTS, MOVED_APART, REPEATED
from cassette_tools.data.wire import BUILD, BY_CONTENT, FOREIGN, INTERIM, NUMBERED, OPEN, READ_FIRST
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.http.event_kinds import (
    SENT,
    Kind,
    Sight,
    beside,
    first_of,
    key_of_value,
    telling,
    types_in_words,
)
from cassette_tools.diff.http.event_paths import containers_of, in_body, is_spare, last_name, names_of
from cassette_tools.diff.http.gathered import gathered
from cassette_tools.diff.pairing.provenance import upstream_of
from cassette_tools.diff.values.freeform import is_same_json
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.http.told import Told
    from cassette_tools.model import Interaction, Json

_BY_CONTENT = {row.name: row.explained_by for row in BY_CONTENT}
_OPEN = frozenset(row.name for row in (*OPEN, *FOREIGN))
_ARGUMENTS = frozenset(row.name for row in FOREIGN)
_INTERIM = frozenset(row.name for row in INTERIM)
_NUMBERED = frozenset(row.name for row in NUMBERED)
_READ_FIRST = frozenset(row.name for row in READ_FIRST)
_CITED = "citation-"
_PIECE = "delta"  # what an event adds to the answer: how the answer is cut decides which event has it
_MANY = 0.25  # of the events; one that says otherwise is noise
_AS_REQUEST = {
    "event-value-changed": "request-parameter-changed",
    "wire-field-added": "request-field-added",
    "wire-field-removed": "request-field-removed",
    "wire-null-field-removed": "request-serialization-changed",
    "wire-type-changed": "request-type-changed",
}


class Comparison:
    """The events of one kind in both streams, but for what was told of the answer; `kind` is its name in the new."""

    def __init__(self, scene: Scene, told: Told, kind: str, old: Kind, new: Kind) -> None:
        self._scene = scene
        self._told = told
        self._kind = kind
        self._old, self._new = old, new
        self._elsewhere: set[str] = set()  # the paths that other events have

    def changes(self) -> Iterator[Change]:
        """Fields, types and values. Within a field that came or went, nothing more is told."""
        old, new = self._old, self._new
        yield from self._empty_lists()
        reported: list[str] = []
        for path in sorted({*old.types, *new.types}, key=lambda path: (path.count(".") + path.count("["), path)):
            if _lies_in(path, reported):
                continue
            before, after = old.types.get(path, {}), new.types.get(path, {})
            if not before or not after:
                reported.append(path)
            if before.keys() != after.keys():
                yield from self._shape_changes(path)
            told = [*self._value_changes(path), *self._gathered(path)]
            yield from told or self._presence_change(path)

    # --- presence ----------------------------------------------------------------------------------------------------

    def _gathered(self, path: str) -> Iterator[Change]:
        """A field that was in every event and is now only in the last one, or the reverse."""
        sides = self._old, self._new
        way = "" if not path or _lies_in(path, self._elsewhere) or _PIECE in names_of(path) else gathered(path, *sides)
        if way:
            self._elsewhere.add(path)
            old, new = (each.sight(*next(iter(each.holders[path]))) for each in sides)
            yield replace(self._change("event-presence-changed", path, old, new), circumstance=way)

    def _presence_change(self, path: str) -> Iterator[Change]:
        """A field that other events of the kind carry. Streams of another number of events are not compared so: which
        of them carry what follows from how the answer is cut.
        """
        old, new = self._old, self._new
        if not path or len(old.events) != len(new.events) or _lies_in(path, self._elsewhere):
            return
        if path in old.holders and path in new.holders and old.holders[path].numbers == new.holders[path].numbers:
            return
        left, right = old.spots_by_event(path), new.spots_by_event(path)
        other = [each for each in {*left, *right} if len(left.get(each, ())) != len(right.get(each, ()))]
        if left and right and other:
            self._elsewhere.add(path)
            sides = ((old, left), (new, right))
            first = min(other)
            before, after = (each.sight(first, spots[first][0]) if first in spots else None for each, spots in sides)
            yield self._change("event-presence-changed", path, before, after)

    def _empty_lists(self) -> Iterator[Change]:
        """Lists of which clients read the first element, and which are empty on one side."""
        old, new = self._old, self._new
        for path in dict.fromkeys((*old.empty, *new.empty)):
            if last_name(path) not in _READ_FIRST or (path in old.empty) == (path in new.empty):
                continue
            if path in old.empty:
                yield self._change("event-without-choices-gone", path, old.empty[path], None)
                continue
            change = self._change("event-without-choices", path, None, new.empty[path])
            document = new.empty[path].event.json
            moved = _beside_choices(old, path) - _beside_choices(new, path)
            moved &= {*document} if isinstance(document, dict) else set()
            note = " and ".join(sorted(moved, reverse=True))
            yield replace(change, note=note, circumstance=MOVED_APART) if moved else change

    # --- shape -------------------------------------------------------------------------------------------------------

    def _shape_changes(self, path: str) -> Iterator[Change]:
        if not path or last_name(path) in (self._told.names if is_spare(path) else self._told.names_of_shape):
            return
        before, after = self._old.types.get(path, {}), self._new.types.get(path, {})
        if last_name(path) == BUILD and self._is_another_build(before, after):
            yield self._change("fingerprint-changed", path, first_of(before), first_of(after))
        elif before and after:
            yield from self._other_types(path)
        elif not self._explains_shape(path) and not self._is_of_another_object(path):
            yield self._came_or_went(path)

    def _other_types(self, path: str) -> Iterator[Change]:
        """A field that is of other types, or null in some events."""
        if types_in_words(self._old.types[path]) == types_in_words(self._new.types[path]):
            yield from self._null_in_some(path)
        elif not self._explains_shape(path):
            yield from self._type_change(path)

    def _is_of_another_object(self, path: str) -> bool:
        """Whether the field came or went with the object that it lies in."""
        sides = (self._old, self._new) if self._old.types.get(path) else (self._new, self._old)
        return _is_of_another_object(path, *sides)

    def _explains_shape(self, path: str) -> bool:
        """Whether what was told of the answer says why the field is there or not, or is of another type."""
        rules = _BY_CONTENT.get(last_name(path), ())
        if self._told.explains_shape(rules) or (rules and is_spare(path) and self._told.has(rules)):
            return True
        if _ARGUMENTS & {*names_of(path)[:-1]} and self._told.has(("tool-",)):
            return True
        return path.endswith("]") and self._told.explains_event(path[path.rindex("[") + 1 : -1])

    def _came_or_went(self, path: str) -> Change:
        added = path not in self._old.types
        holder = self._new if added else self._old
        rule, seen = _presence_rule(path, holder, added=added), telling(holder, path)
        change = self._change(rule, path, None if added else seen, seen if added else None)
        is_repeated = rule in _OF_FIELDS and self._is_elsewhere(path, self._scene.old if added else self._scene.new)
        return replace(change, circumstance=REPEATED, note=self._kind) if is_repeated else change

    def _is_elsewhere(self, path: str, lacking: Interaction) -> bool:
        """Whether the answer has the field all the same where this event lacks it: another event says it."""
        if not self._kind or "[" in path or lacking.llm is None:
            return False
        return value_at(lacking.llm.body, pointer_from_route(tuple(names_of(path.lstrip("."))))) is not ABSENT

    def _type_change(self, path: str) -> Iterator[Change]:
        before, after = self._old.types[path], self._new.types[path]
        lost, gained = (next(iter(_alone(*sides)), None) for sides in ((before, after), (after, before)))
        types = types_in_words(before), types_in_words(after)
        if types[0] and types[1]:
            yield self._change("wire-type-changed", path, lost or first_of(before), gained or first_of(after), types)
        elif types[0]:
            rule = "wire-volatile-field-nulled" if is_spare(path) else "wire-field-nulled"
            yield self._change(rule, path, lost, gained or after["null"])
        else:
            yield self._change("wire-field-filled", path, lost or before["null"], gained)

    def _is_another_build(self, old: Collection[str], new: Collection[str]) -> bool:
        """Whether the name of a build changed, given the types of its field: another upstream gives a value in its own
        way, or not at all; null is the gateway's.
        """
        if old and new:
            return True
        return {*old, *new} != {"null"} and upstream_of(self._scene.old) != upstream_of(self._scene.new)

    def _null_in_some(self, path: str) -> Iterator[Change]:
        """A field that was in every event of the kind and never null, and is null in many; or the other way round. One
        that is not in every event is null where it is not sent.
        """
        came = "null" in self._new.types[path]
        whole, mixed = (self._old, self._new) if came else (self._new, self._old)
        if mixed.nulls[path] < max(2, _MANY * len(mixed.holders[path])):
            return
        holders = [len(whole.holders.get(each, ())) for each in (path, path.rpartition(".")[0])]
        is_everywhere = holders[0] >= max(2, holders[1])
        if self._explains_null(path, is_everywhere=is_everywhere):
            return
        sights = [mixed.types[path]["null"], first_of(whole.types[path])]
        left, right = reversed(sights) if came else sights
        yield replace(
            self._change(_NULL_RULES[is_everywhere, came], path, left, right),
            circumstance=IN_SOME_EVENTS,
            note=f"{mixed.nulls[path]} of {len(mixed.holders[path])} events",
        )

    def _explains_null(self, path: str, *, is_everywhere: bool) -> bool:
        """Whether null in some events is no news: in a field that nobody reads, or where what was told says why. Of one
        that is not everywhere, `event-presence-changed` tells in streams of as many events.
        """
        rules = tuple(each for each in _BY_CONTENT.get(last_name(path), ()) if each != "reasoning-")
        if self._told.explains_shape(rules) or self._is_of_other_sources(path):
            return True
        return is_spare(path) if is_everywhere else len(self._old.events) == len(self._new.events)

    def _is_of_other_sources(self, path: str) -> bool:
        """Whether the field belongs to a source of the search, and the search now found others: their fields differ."""
        holders = (_BY_CONTENT.get(name, ()) for name in names_of(path)[:-1])
        return any(_CITED in rules for rules in holders) and self._told.has((_CITED,))

    # --- values ------------------------------------------------------------------------------------------------------

    def _value_changes(self, path: str) -> Iterator[Change]:
        before, after = self._old.values.get(path, {}), self._new.values.get(path, {})
        if not before or not after or before.keys() == after.keys():
            return
        gone, come = _alone(before, after), _alone(after, before)
        if self._explains_values(path, gone, come):
            return
        left = gone[0] if gone else beside(come[0], self._old, self._new, path) or next(iter(before.values()))
        right = come[0] if come else beside(left, self._new, self._old, path) or next(iter(after.values()))
        yield from self._other_value(path, left, right, fewer=not gone or not come)

    def _other_value(self, path: str, old: Sight, new: Sight, *, fewer: bool) -> Iterator[Change]:
        """What two values of a field mean: noise, an id, another notation, or a change."""
        places = (old.place(self._scene.old.response.body), new.place(self._scene.new.response.body))
        where = in_body(self._kind, path)
        quiet = volatile_changes(self._scene, where, "response", old.value, new.value, places)
        if quiet is not None:
            yield from quiet
        elif self._is_renaming(old.value, new.value):
            yield self._change("id-changed", path, old, new)
        elif is_same_json(old.value, new.value):
            yield self._change("json-formatting-changed", path, old, new)
        elif last_name(path) not in self._told.names or isinstance(old.value, str):
            yield self._change(self._rule_of_value(path, fewer=fewer), path, old, new, (old.value, new.value))

    def _explains_values(self, path: str, gone: Sequence[Sight], come: Sequence[Sight]) -> bool:
        """Whether what was told of the answer says these values, or that the stream ends earlier or later."""
        values = [sight.value for sight in (*gone, *come)]
        if all(map(self._told.explains, values)):
            return True
        if not come and "stream-truncated" in self._told.rules:
            return True
        if not gone and "stream-mended" in self._told.rules:
            return True
        return last_name(path) == "type" and all(self._told.explains_event(str(value)) for value in values)

    def _rule_of_value(self, path: str, *, fewer: bool) -> str:
        is_numbered = last_name(path) in _NUMBERED or fewer
        if (is_numbered and self._told.came_or_went()) or _INTERIM & {*names_of(path)}:
            return "interim-value-changed"
        return "event-value-changed"

    def _is_renaming(self, old: Json, new: Json) -> bool:
        return isinstance(old, str) and isinstance(new, str) and self._scene.ids.are_renamed(old, new)

    # --- findings ----------------------------------------------------------------------------------------------------

    def _change(
        self, rule: str, path: str, old: Sight | None, new: Sight | None, shown: tuple[Json, Json] | None = None
    ) -> Change:
        values = shown or (ABSENT if old is None else old.value, ABSENT if new is None else new.value)
        sent = self._kind.partition(" ")[0] == SENT and rule in _AS_REQUEST  # by the client, over a WebSocket
        return Change(
            rule=_AS_REQUEST[rule] if sent else rule,
            path=in_body(self._kind, path),
            origin="request" if sent else "stream",
            pair=self._scene.pair,
            old=values[0],
            new=values[1],
            subject=path.lstrip("."),
            old_place=None if old is None else old.place(self._scene.old.response.body),
            new_place=None if new is None else new.place(self._scene.new.response.body),
        )


_OF_FIELDS = ("wire-field-added", "wire-field-removed")

_NULL_RULES = {  # by whether the field is in every event of the kind, and whether null came or went
    (True, True): "wire-field-nulled",
    (True, False): "wire-field-filled",
    (False, True): "wire-field-added",
    (False, False): "wire-null-field-removed",
}


def _presence_rule(path: str, holder: Kind, *, added: bool) -> str:
    if _OPEN & {*containers_of(path)} and not _INTERIM & {*names_of(path)}:
        return "wire-detail-changed"
    if added:
        return "wire-field-added"
    if holder.says_nothing(path):
        return "wire-null-field-removed"
    return "wire-volatile-field-removed" if is_spare(path) else "wire-field-removed"


def _lies_in(path: str, above: Iterable[str]) -> bool:
    return any(path.startswith((f"{each}.", f"{each}[")) for each in above)


def _is_of_another_object(path: str, holder: Kind, other: Kind) -> bool:
    """Whether the field is of objects that say a type (``item``) which the other stream has none of there: what came or
    went is the object, and its type says so.
    """
    above = path.rpartition(".")[0]
    while above:
        types = other.values.get(f"{above}.type", {})
        if types and all(
            kind is not None and key_of_value(kind) not in types for kind in _types_above(path, above, holder)
        ):
            return True
        above = above.rpartition(".")[0]
    return False


def _types_above(path: str, above: str, holder: Kind) -> Iterator[Json]:
    """The types of the objects at a path that hold something at another one within."""
    for number, spot in holder.holders[path]:
        pointer = spot.pointer.rsplit("/", path.count(".") - above.count("."))[0]
        element = value_at(holder.events[number].json, pointer)
        kind = element.get("type") if isinstance(element, dict) else None
        yield kind if isinstance(kind, str) else None


def _beside_choices(kind: Kind, path: str) -> set[str]:
    """The fields of events that have choices."""
    name = path.lstrip(".")
    return {key for each in kind.events if isinstance(each.json, dict) and each.json.get(name) for key in each.json}


def _alone(sights: Mapping[str, Sight], others: Mapping[str, Sight]) -> list[Sight]:
    """What only one side has."""
    return [sight for key, sight in sights.items() if key not in others]
