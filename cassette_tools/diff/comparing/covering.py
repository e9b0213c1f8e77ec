"""Which differences of the JSON a change explains."""

from __future__ import annotations

import re
from itertools import product

from cassette_tools.data.drift import INSTEAD
from cassette_tools.data.wire import BY_CONTENT, ENDS, FOREIGN, SPOKEN_OF_WHOLE
from cassette_tools.diff.comparing.json_rules import USAGE, is_count, is_of_tokens, says_nothing
from cassette_tools.diff.values.differences import words_of
from cassette_tools.diff.values.freeform import json_type
from cassette_tools.diff.values.lists import frozen
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route

    Covers = Callable[[Change, Difference], bool]


_ARGUMENTS = frozenset(row.name for row in FOREIGN)


def _values_of(change: Change) -> list[tuple[Json, Json]]:
    """The values of a change, and those that were sent."""
    return [(change.old, change.new), *((change.sent,) if change.sent is not None else ())]


def _pointers_of(change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The places on either side that a change speaks of."""
    old, new = pointer_of(change, new=False), pointer_of(change, new=True)
    return (*((old,) if old else ()), *change.also[0]), (*((new,) if new else ()), *change.also[1])


class Index:
    """Differences by where they are and by what they say, so that not every change is held against every difference."""

    def __init__(self, found: Sequence[Difference]) -> None:
        self._count = len(found)
        pointers = (
            [pointer_from_route(each.old_route) for each in found],
            [pointer_from_route(each.new_route) for each in found],
        )
        self._sorted = tuple(sorted(zip(side, range(len(side)), strict=True)) for side in pointers)
        self._at: tuple[dict[str, list[int]], ...] = ({}, {})
        for at, side in zip(self._at, pointers, strict=True):
            for index, pointer in enumerate(side):
                at.setdefault(pointer, []).append(index)
        self._by_value: dict[Hashable, list[int]] = {}
        for index, each in enumerate(found):
            self._by_value.setdefault((_value_key(each.old), _value_key(each.new)), []).append(index)

    def candidates(self, covers: Covers, change: Change) -> Iterable[int]:
        """The differences, in order, among which are all that a change may cover."""
        if covers in _ASKED_OF:
            return range(self._count) if _ASKED_OF[covers](change) else ()
        if change.rule == "usage-changed":
            return range(self._count)
        if covers is by_value:
            keys = {(_value_key(old), _value_key(new)) for old, new in _values_of(change)}
            return sorted({index for key in keys for index in self._by_value.get(key, ())})
        near: set[int] = set()
        for side, pointers in enumerate(_pointers_of(change)):
            for spoken in pointers:
                near.update(self._near(spoken, side))
        return sorted(near)

    def holds(self, pointer: str, *, new: bool) -> bool:
        """Whether a difference is at the pointer, or at something that it lies in."""
        return any(each in self._at[new] for each in _upwards(pointer))

    def _near(self, spoken: str, side: int) -> Iterator[int]:
        """What is at a pointer, holds it, or lies in it."""
        from bisect import bisect_left

        for each in _upwards(spoken):
            yield from self._at[side].get(each, ())
        rows = self._sorted[side]
        for at in range(bisect_left(rows, (f"{spoken}/",)), len(rows)):
            pointer, index = rows[at]
            if not pointer.startswith(f"{spoken}/"):
                return
            yield index


def is_object_of_settings(found: Difference) -> bool:
    """Whether an object, in no list, stands on one side at least, and nothing else does on the other."""
    if found.renamed or any(isinstance(step, int) for step in found.route):
        return False
    sides = (found.old, found.new)
    is_object = [isinstance(side, dict) for side in sides]
    return any(is_object) and all(own or says_nothing(side) for own, side in zip(is_object, sides, strict=True))


def named_alike(change: Change, left: Mapping[int, Difference]) -> Iterator[tuple[int, int]]:
    """What went with the old value of a setting, and what came with the new one, where their names share words."""
    gone = [number for number, each in left.items() if each.new is ABSENT and each.old == change.old]
    come = [number for number, each in left.items() if each.old is ABSENT and each.new == change.new]
    for one, other in product(gone, come):
        if len(words_of(left[one].route[-1]) & words_of(left[other].route[-1])) > 1:
            yield one, other


def pointer_of(change: Change, *, new: bool) -> str | None:
    place = change.new_place if new else change.old_place
    return place.folded if place is not None else None


_NAMED = ("request.parameters.", "response.usage.")


def _upwards(pointer: str) -> Iterator[str]:
    """A pointer and all that it lies in, up to the whole document."""
    while pointer:
        yield pointer
        pointer = pointer.rpartition("/")[0]
    yield ""


def _value_key(value: Json) -> Hashable:
    """Equal for values that `_is_same` takes for one: absent and null are."""
    try:
        return None if value is ABSENT else frozen(value)
    except RecursionError:  # nested deeper than a person would read
        return json_type(value)


def by_place(change: Change, found: Difference) -> bool:
    """Whether the change speaks of the place of the difference, or of something within what came or went."""
    if found.renamed and not (change.rule.startswith("tool-definition-") and _is_in_tool(found)):
        return False
    if change.rule in _PLACES:
        return _PLACES[change.rule](change, found)
    if not _may_explain(change, found):
        return False
    if change.rule == "request-type-changed" and pointer_from_route(found.new_route) in change.also[1]:
        return True
    old, new = _pointers_of(change)
    return _is_of_side(found, old, new=False) or _is_of_side(found, new, new=True)


def _is_of_side(found: Difference, pointers: tuple[str, ...], *, new: bool) -> bool:
    """Whether one of the places is that of the difference, on a side that has it."""
    there, other, route = (found.old, found.new, found.old_route)
    if new:
        there, other, route = (found.new, found.old, found.new_route)
    if there is ABSENT or not pointers:
        return False
    own = pointer_from_route(route)
    return any(_is_at(found, pointer, own, there, other) for pointer in pointers)


def _is_of_counts(change: Change, found: Difference) -> bool:
    """Whether it is a count of tokens."""
    if not is_count(found) or not is_of_tokens(found.route[-1]):
        return False
    return not USAGE.isdisjoint(found.route) or _is_within(change, found)


def _is_of_error(change: Change, found: Difference) -> bool:
    """Whether it is one of the members that the words of an error tell. The rest is told by itself."""
    routes = zip((found.old_route, found.new_route), change.also, strict=True)
    return any(pointer_from_route(route) in told for route, told in routes)


_PLACES: dict[str, Covers] = {
    "error-changed": _is_of_error,
    "cost-changed": lambda _change, _found: False,  # its place is that of the counts
    "usage-changed": _is_of_counts,
}


def _is_in_tool(found: Difference) -> bool:
    """Whether a name is one of the schema's own, or is that of `function`, in which a tool is sent or is not."""
    return any(step in ("properties", "function") for step in (*found.old_route[:-1], *found.new_route[:-1]))


def _may_explain(change: Change, found: Difference) -> bool:
    """Whether a field that came or went does so with the change: a text that is another one still stands somewhere.  An
    object shows itself which of its members came and went. The id of a call has the place of its arguments if its own
    is not known.
    """
    if _is_of_another_id(change, found):
        return False
    if not found.came_or_went or not found.route or isinstance(found.route[-1], int):
        return True
    side = change.old if found.old is ABSENT else change.new
    is_whole = side is ABSENT or says_nothing(side) or isinstance(side, dict | list)
    return is_whole or _has_other_fields(change, found)


def _is_of_another_id(change: Change, found: Difference) -> bool:
    is_of_call = change.rule == "id-changed" and ".tool_calls[" in change.path
    return is_of_call and not _are_same(found, change.old, change.new)


def _has_other_fields(change: Change, found: Difference) -> bool:
    """Whether something of another kind stands there now, which has fields of its own."""
    if change.rule in ("refusal-appeared", "refusal-vanished"):
        return True
    if change.circumstance == INSTEAD and not _ARGUMENTS.isdisjoint(found.route):
        return True  # another tool has other arguments
    return isinstance(change.echo, tuple) and change.echo[:1] == ("regrouped",)  # each message has some of the fields


def _is_within(change: Change, found: Difference) -> bool:
    base = change.new_place.folded if change.new_place is not None else None
    return bool(base) and pointer_from_route(found.new_route).startswith(f"{base}/")


def _is_at(found: Difference, spoken: str, pointer: str, there: Json, other: Json) -> bool:
    if pointer == spoken:
        return not found.other_type or None in (there, other)
    if pointer.startswith(spoken + "/"):
        return True
    return says_nothing(other) and spoken.startswith(pointer + "/")


def by_subject(change: Change, found: Difference) -> bool:
    """Whether the change is of all that stands in a field of this name."""
    names = SUBJECTS.get(change.rule, frozenset())
    return not names.isdisjoint(found.route) or (change.rule == "response-schema-changed" and _is_in(found, change))


def _is_in(found: Difference, change: Change) -> bool:
    """Whether the value that the change is of has just this difference at the end of its route."""
    return any(
        _has(change.old, found.old_route[at:], found.old) and _has(change.new, found.new_route[at:], found.new)
        for at in range(1, len(found.route))
    )


def _has(whole: Json, route: Route, value: Json) -> bool:
    """Whether a value is there; at the place of what is not, the next element may stand."""
    return value is ABSENT or value_at(whole, pointer_from_route(route)) == value


SUBJECTS = {
    rule: frozenset(row.name for row in BY_CONTENT if rule.startswith(row.explained_by) and row.name in SPOKEN_OF_WHOLE)
    for rule in ("citation-changed", "reasoning-kind-changed", "reasoning-appeared", "reasoning-vanished")
} | {
    "response-schema-changed": frozenset(
        ("schema", "responseSchema", "responseJsonSchema", "response_schema", "json_schema")
    ),
    "finish-reason-changed": frozenset(row.name for row in ENDS),
}


def by_value(change: Change, found: Difference) -> bool:
    """Whether the change says just these two values."""
    if found.renamed or not _is_same_element(change, found):
        return False
    if change.rule == "usage-changed" and isinstance(change.old, dict) and isinstance(change.new, dict):
        counts = [(change.old[name], change.new.get(name)) for name in change.old]
        return any(_are_same(found, old, new) for old, new in counts)
    if not any(_are_same(found, old, new) for old, new in _values_of(change)):
        return False
    return _are_telling(found.old, found.new) or _is_called_alike(change, found)


def _are_same(found: Difference, old: Json, new: Json) -> bool:
    return _is_same(found.old, old) and _is_same(found.new, new)


def _is_same_element(change: Change, found: Difference) -> bool:
    """Whether a setting in a list is not one of another element: four may change alike."""
    spoken = re.findall(r"\[(\d+)\]", change.path) if change.path.startswith("request.parameters.") else []
    steps = [str(step) for step in found.route if isinstance(step, int)]
    return not spoken or not steps or spoken == steps[-len(spoken) :]


def _is_same(sent: Json, said: Json) -> bool:
    if sent is ABSENT or sent is None:
        return said is ABSENT or said is None
    return json_type(sent) == json_type(said) and bool(sent == said)


def _are_telling(*values: Json) -> bool:
    """Whether no two fields have these values by chance."""
    return any((isinstance(v, str) and len(v) > 5) or (isinstance(v, int | float) and abs(v) > 20) for v in values)


def by_name(change: Change, found: Difference) -> bool:
    """Whether it is the same setting, spelled otherwise."""
    if not change.path.startswith(_NAMED) or found.renamed:
        return False
    came_or_went = [side is ABSENT or side is None for side in (found.old, found.new)]
    if came_or_went != [side is ABSENT or side is None for side in (change.old, change.new)]:
        return False
    said = words_of(change.path.rpartition(".")[2].partition("[")[0])
    return any(said == words_of(step) for step in found.route[-2:])


def _is_called_alike(change: Change, found: Difference) -> bool:
    """Whether the words of the one name are among those of the other (max_tokens, maxOutputTokens), the object that it
    lies in counted in.
    """
    said = words_of(change.path.rpartition(".")[2].partition("[")[0])
    names = [words_of(step) for step in found.route[-2:]]
    sent = names[-1] if names else frozenset()
    return bool(sent) and (said <= sent or sent <= said or (bool(sent & said) and said <= frozenset().union(*names)))


_ASKED_OF: dict[Covers, Callable[[Change], bool]] = {
    by_subject: lambda change: change.rule in SUBJECTS,
    by_name: lambda change: change.path.startswith(_NAMED),
}

OF_SETTINGS = (by_value, by_name)
