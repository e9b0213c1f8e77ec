"""Two streams that are cut alike, event by event: what differs in the middle, and that nothing else speaks of.

The joined answer keeps one value of what many events repeat (an id, a model, a role), and the fields of a kind of event
are compared over all its events. A value that is another in one event only is seen by neither. It is noise (a later
event says what counts), but it is told.
"""

from __future__ import annotations

from itertools import zip_longest

from cassette_tools.diff.changes.scene import noise
from cassette_tools.diff.values.freeform import dotted, json_type
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route, route_from_pointer
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Body, Event, Json, Place, Route

    KindOf = Callable[[Event], str]

_END = ""  # in a tree of keys: what was told ends here


def middle_changes(scene: Scene, told: Sequence[Change], kind_of: KindOf) -> Iterator[Change]:
    """The first difference of each field in each kind of event, unless a change of `told` stands where it differs."""
    old, new = scene.old.response.body, scene.new.response.body
    pairs = [*_other_pairs(old.events, new.events)] if len(old.events) == len(new.events) else []
    strangers = sum(kind_of(left) != kind_of(right) for _, left, right in pairs)
    if not pairs or strangers * _FEW > len(old.events):
        return
    known = _Told(old, new, told, kind_of)
    for number, left, right in pairs:
        kind = kind_of(right)
        is_other = kind != kind_of(left)
        for route, before, after in known.differences(kind, left.json, right.json):
            if not is_other or route == ("type",):
                yield _change(scene, kind, number, route, before, after)


def _other_pairs(old: Sequence[Event], new: Sequence[Event]) -> Iterator[tuple[int, Event, Event]]:
    """The events of JSON that differ, with their number."""
    for number, (left, right) in enumerate(zip(old, new, strict=True)):
        if left.json is not ABSENT and right.json is not ABSENT and left.json != right.json:
            yield number, left, right


_FEW = 5  # one event of so many may be of another kind


class _Told:
    """Which fields of which kind of event were told, as trees of keys: ``{kind: {"choices": {0: {"": {}}}}}``."""

    def __init__(self, old: Body, new: Body, told: Sequence[Change], kind_of: KindOf) -> None:
        self._trees: dict[str, dict[Any, Any]] = {}
        self._names: set[tuple[str, bool, bool]] = set()  # with the sides on which they have a place
        if not (old.verbatim or old.tree or old.parsed):  # events have no lines of their own
            self._names = {(_last_name(each), each.old_place is not None, each.new_place is not None) for each in told}
        numbers = [{event.offset: number for number, event in enumerate(body.events)} for body in (old, new)]
        for change in told:
            number, pointer = _spot_of(change, numbers)
            if number is not None and pointer is not None:
                self._note(change, number, pointer, old, new, kind_of)

    def _note(self, change: Change, number: int, pointer: str, old: Body, new: Body, kind_of: KindOf) -> None:
        """Take up a change that stands in the same event on both sides, if the value there does differ."""
        sides = [value_at(body.events[number].json, pointer) for body in (old, new)]
        places = (change.old_place, change.new_place)
        if sides[0] == sides[1] or any(
            place is None and side is not ABSENT for place, side in zip(places, sides, strict=True)
        ):
            return
        node = self._trees.setdefault(kind_of(new.events[number]), {})
        for step in route_from_pointer(pointer):
            node = node.setdefault(step, {})
        node[_END] = {}

    def differences(self, kind: str, old: Json, new: Json) -> Iterator[tuple[Route, Json, Json]]:
        """Where the data of two events differ and nobody has said so; it counts as told from then on."""
        top = self._trees.setdefault(kind, {})
        pending: list[tuple[Route, Json, Json, dict[Any, Any]]] = [] if _END in top else [((), old, new, top)]
        while pending:
            route, left, right, node = pending.pop()
            if (members := _members(left, right)) is not None:
                apart = [each for each in members if not _is_told(node, str(each[0])) and not _is_same(*each[1:])]
                pending.extend(((*route, step), a, b, node.setdefault(str(step), {})) for step, a, b in apart)
            elif not node or (isinstance(left, dict | list) == isinstance(right, dict | list)):
                node[_END] = {}
                if not self._is_named(route, left, right):
                    yield route, left, right

    def _is_named(self, route: Route, old: Json, new: Json) -> bool:
        name = str(route[-1]) if route else ""
        sides = [(True,) if side is not ABSENT else (True, False) for side in (old, new)]
        return any((name, left, right) in self._names for left in sides[0] for right in sides[1])


def _members(old: Json, new: Json) -> Iterable[tuple[str | int, Json, Json]] | None:
    """The members of two objects, or the elements of two lists, side by side; ``None`` for all else."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = old if old.keys() == new.keys() else dict.fromkeys((*old, *new))
        return ((name, old.get(name, ABSENT), new.get(name, ABSENT)) for name in names)
    if isinstance(old, list) and isinstance(new, list):
        return ((index, *both) for index, both in enumerate(zip_longest(old, new, fillvalue=ABSENT)))
    return None


def _spot_of(change: Change, numbers: list[dict[int, int]]) -> tuple[int | None, str | None]:
    """The number of the event and the pointer in it at which a change stands, if these are the same on both sides."""
    places = zip(numbers, (change.old_place, change.new_place), strict=True)
    spots = {(side.get(place.offset or 0), place.pointer) for side, place in places if place is not None}
    return spots.pop() if len(spots) == 1 else (None, None)


def _is_told(node: dict[Any, Any], step: str) -> bool:
    inner = node.get(step)
    return inner is not None and _END in inner


def _is_same(left: Json, right: Json) -> bool:
    return left is right or (bool(left == right) and isinstance(left, bool) == isinstance(right, bool))


def _last_name(change: Change) -> str:
    return change.path.rpartition(".")[2].partition("[")[0]


def _change(scene: Scene, kind: str, number: int, route: Route, old: Json, new: Json) -> Change:
    pointer = pointer_from_route(route)
    places: tuple[Place | None, Place | None] = (
        None if old is ABSENT else _place(scene.old.response.body, number, pointer),
        None if new is ABSENT else _place(scene.new.response.body, number, pointer),
    )
    path = dotted(route)
    where = f"response.events[{kind}]{path}" if kind else f"response.body{path}"
    row = volatile_field(where) if ABSENT not in (old, new) and json_type(old) == json_type(new) else None
    if row is not None and row.kind != "id":
        return noise(scene, row, where, "response", old, new, places)
    return scene.change(
        rule=_presence_rule(scene, number, route) if ABSENT in (old, new) else "interim-value-changed",
        path=where,
        origin="stream",
        old=old,
        new=new,
        subject=path.lstrip("."),
        old_place=places[0],
        new_place=places[1],
    )


def _presence_rule(scene: Scene, number: int, route: Route) -> str:
    """What a field is called that one of two events has: over a WebSocket, objects of two types differ in detail."""
    holder = pointer_from_route(route[:-1])
    sides = [value_at(side.response.body.events[number].json, holder) for side in (scene.old, scene.new)]
    types = [side.get("type") for side in sides if isinstance(side, dict)]
    is_of_type = scene.new.response.body.stream == "websocket" and len(types) == 2 and types[0] != types[1]
    return "wire-detail-changed" if is_of_type else "event-presence-changed"


def _place(body: Body, number: int, pointer: str) -> Place:
    return body.place(offset=body.events[number].offset, pointer=pointer)
