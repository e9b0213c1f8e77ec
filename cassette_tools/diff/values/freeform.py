"""Free-form JSON: arguments of tools, results of tools, settings, and bodies of APIs that no dialect reads.

Objects are walked side by side, lists by the couples that their elements form (`lists`).
"""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.diff.values.lists import couples_of
from cassette_tools.model import ABSENT
from cassette_tools.words import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from cassette_tools.model import Json, Route

    _Sides: TypeAlias = tuple[Route, Json, Json]  # a value as it was and as it is


@record
class JsonChange:
    """One difference. `old` is `ABSENT` when something was added, `new` when something was removed.

    `route` is where it stands in the new document (in the old one, for what was removed).
    """

    route: Route
    old: Json = ABSENT
    new: Json = ABSENT

    @property
    def came_or_went(self) -> bool:
        """Whether it is on one side only."""
        return self.old is ABSENT or self.new is ABSENT

    @property
    def is_lone_element(self) -> bool:
        """Whether it is an element of a list that came or went."""
        return self.came_or_went and bool(self.route) and isinstance(self.route[-1], int)

    @property
    def is_of_shape(self) -> bool:
        """Whether names or types changed, and not only a value. A list may have any number of elements."""
        if self.came_or_went:
            return not self.is_lone_element
        return json_type(self.old) != json_type(self.new)


_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    tuple: "array",
}


def json_type(value: Json) -> str:
    """The JSON type: null, boolean, number, string, array or object."""
    return _TYPES.get(type(value), "object")


def are_of_one_type(old: Json, new: Json) -> bool:
    """Whether both are there, and of one JSON type."""
    return ABSENT not in (old, new) and json_type(old) == json_type(new)


def json_changes(old: Json, new: Json) -> Iterator[JsonChange]:
    """The differences in the order of the new document. Numbers that are equal are the same, however spelled; 1 is not
    true.
    """
    pending: list[_Sides] = [((), old, new)]
    while pending:
        route, left, right = pending.pop()
        if left is right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            pending.extend(_members(route, left, right))
        elif isinstance(left, list) and isinstance(right, list):
            couples = couples_of(left, right)
            if couples.moved:
                before, after = couples.names or (left, right)
                yield JsonChange(route=route, old=before, new=after)
            pending.extend(_element(route, left, right, i, j) for i, j in reversed(couples.pairs))
        elif not are_same(left, right):
            yield JsonChange(route=route, old=left, new=right)


def _members(route: Route, old: dict[str, Json], new: dict[str, Json]) -> Iterator[_Sides]:
    """Each member as it was and as it is, the last one first."""
    for key in reversed([*new, *(key for key in old if key not in new)]):
        yield (*route, key), old.get(key, ABSENT), new.get(key, ABSENT)


def are_same(left: Json, right: Json) -> bool:
    """Whether two values are equal; 1 is not true."""
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _element(route: Route, old: list[Json], new: list[Json], i: int | None, j: int | None) -> tuple[Route, Json, Json]:
    """One element of a list as it was and as it is; a number that only repeats where it stands says nothing."""
    if i is None:
        return (*route, j or 0), ABSENT, ABSENT if j is None else new[j]
    if j is None:
        return (*route, i), old[i], ABSENT
    left, right = old[i], new[j]
    if i != j and isinstance(left, dict) and isinstance(right, dict):
        numbers = left.get("index", ABSENT), right.get("index", ABSENT)
        right = {**right, "index": i} if numbers == (i, j) else right
    return (*route, j), left, right


def is_same_json(old: Json, new: Json) -> bool:
    """Whether two texts are the same JSON object or list, laid out otherwise."""
    if not (isinstance(old, str) and isinstance(new, str)) or old[:1] not in ("{", "["):
        return False
    from cassette_tools.nesting import json_value

    try:
        return not any(json_changes(json_value(old), json_value(new)))
    except (ValueError, RecursionError):
        return False


def dotted(route: Route) -> str:
    """A route as a path is written: ``.messages[0].content``; names that are no identifiers are quoted."""
    return "".join(_step(step) for step in route)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if not isinstance(step, str):  # a YAML key may be anything
        step = str(step)
    if step.isidentifier() or (step and all(character.isalnum() or character in "_-$@" for character in step)):
        return f".{step}"
    import json

    return f"[{json.dumps(step, ensure_ascii=False)}]"


def route_of(pointer: str) -> Route:
    """The route of an RFC 6901 pointer; steps that are digits are taken for indices."""
    steps = pointer.split("/")[1:]
    return tuple(int(s) if s.isdecimal() else s.replace("~1", "/").replace("~0", "~") for s in steps)


def by_lists(changes: list[JsonChange], old: Json, new: Json) -> list[JsonChange]:
    """The same differences, but a list of words or numbers as it was and as it is, whole: "[0] is new, [0] is gone"
    shows nobody what became of it. As many objects, of which none stayed what it was, are compared in their order.
    """
    found: dict[Route, JsonChange] = {}
    for change in _in_their_order(changes, old, new):
        route = next((change.route[:k] for k, step in enumerate(change.route) if isinstance(step, int)), None)
        sides = (ABSENT, ABSENT) if route is None else (_plain_list(old, route), _plain_list(new, route))
        if route is None or ABSENT in sides:
            found[change.route] = change
        else:
            found[route] = JsonChange(route=route, old=sides[0], new=sides[1])
    return list(found.values())


def _in_their_order(changes: list[JsonChange], old: Json, new: Json) -> Iterator[JsonChange]:
    """The differences, with those of a list of which one object is new and another gone told element by element."""
    told: set[Route] = set()
    lone = [each.route[:-1] for each in changes if each.is_lone_element]
    for change in changes:
        route = next((each for each in lone if change.route[: len(each)] == each), None)
        if route is None or not _are_all_other(_at(old, route), _at(new, route)):
            yield change
        elif route not in told:
            told.add(route)
            yield from _by_number(route, _at(old, route), _at(new, route))


def _by_number(route: Route, old: list[Json], new: list[Json]) -> Iterator[JsonChange]:
    """The differences of two lists of one length, element by element."""
    for index, (left, right) in enumerate(zip(old, new, strict=True)):
        yield from (replace(each, route=(*route, index, *each.route)) for each in json_changes(left, right))


def _at(value: Json, route: Route) -> Json:
    for step in route:
        value = value.get(step, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def _are_all_other(old: Json, new: Json) -> bool:
    """Whether two lists have as many objects, and none in common."""
    if not isinstance(old, list) or not isinstance(new, list) or len(old) != len(new):
        return False
    return all(isinstance(each, dict) for each in (*old, *new)) and not any(each in new for each in old)


def _plain_list(value: Json, route: Route) -> Json:
    value = _at(value, route)
    plain = isinstance(value, list) and not any(isinstance(each, dict | list) for each in value)
    return value if plain else ABSENT


_LIMIT, _WHOLE, _VALUE = 40, 80, 100  # characters of one value among several, of a list, and of one with much room


def listed(changes: list[JsonChange], most: int = 3, whole: int = 0) -> str:
    """The first few differences in words: ``a 2 → 3, b is gone``; with whole values where all are within `whole`
    characters.
    """
    said = [_said(change, min(whole, _VALUE)) for change in changes[:most]]
    if sum(map(len, said)) > whole:
        said = [_said(change) for change in changes[:most]]
    return ", ".join(said) + (f" and {len(changes) - most} more" if len(changes) > most else "")


def _said(change: JsonChange, limit: int = 0) -> str:
    name = dotted(change.route).lstrip(".") or "the whole"
    lone = change.old if change.new is ABSENT else change.new
    called = lone.get("name") if change.is_lone_element and isinstance(lone, dict) else None
    if isinstance(called, str) and called:
        return f"{name.rpartition('[')[0]}[{called}] is {'gone' if change.new is ABSENT else 'new'}"
    is_list = isinstance(change.old, list) and isinstance(change.new, list)
    return f"{name} {became(change.old, change.new, max(limit, _WHOLE if is_list else _LIMIT))}"
