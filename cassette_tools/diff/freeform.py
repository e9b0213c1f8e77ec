"""Free-form JSON: arguments of tools, results of tools, settings, and bodies of APIs that no dialect reads.

Objects and lists of one length are walked side by side. Only lists that grew or shrank need the search for what was
inserted where: that is DeepDiff's, and it is imported there and nowhere else, because importing it takes longer than
all the rest.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.model import ABSENT
from cassette_tools.words import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Json, Route


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
    def is_of_shape(self) -> bool:
        """Whether names or types changed, and not only a value. A list may have any number of elements."""
        if self.old is ABSENT or self.new is ABSENT:
            return not (self.route and isinstance(self.route[-1], int))
        return json_type(self.old) != json_type(self.new)


def json_type(value: Json) -> str:
    """The JSON type: null, boolean, number, string, array or object."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list | tuple) else "object"


def json_changes(old: Json, new: Json) -> Iterator[JsonChange]:
    """The differences in the order of the new document. Numbers that are equal are the same, however spelled; 1 is not
    true.
    """
    pending: list[tuple[Route, Json, Json]] = [((), old, new)]
    while pending:
        route, left, right = pending.pop()
        if left is right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            pending.extend(
                ((*route, key), left.get(key, ABSENT), right.get(key, ABSENT))
                for key in reversed([*right, *(key for key in left if key not in right)])
            )
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) == len(right):
                pending.extend(((*route, k), left[k], right[k]) for k in range(len(left) - 1, -1, -1))
            else:
                yield from _list_changes(route, left, right)
        elif isinstance(left, bool) != isinstance(right, bool) or left != right:
            yield JsonChange(route=route, old=left, new=right)


def _list_changes(route: Route, old: list[Json], new: list[Json]) -> Iterator[JsonChange]:
    """Lists of unequal length: equal elements first, in order; then each run of what stands between them."""
    if all(isinstance(value, str) for value in (*old, *new)):
        yield from _word_changes(route, old, new)
        return
    for lefts, rights in _runs(old, new):
        if lefts and rights and len(lefts) != len(rights):
            yield from _run_changes(route, lefts, rights, old, new)
            continue
        yield from (JsonChange(route=(*route, i), old=old[i]) for i in lefts if not rights)
        yield from (JsonChange(route=(*route, j), new=new[j]) for j in rights if not lefts)
        for i, j in zip(lefts, rights, strict=False):
            for change in json_changes(old[i], new[j]):
                yield JsonChange(route=(*route, j, *change.route), old=change.old, new=change.new)


def _runs(old: list[Json], new: list[Json]) -> Iterator[tuple[range, range]]:
    """The stretches between the elements that both lists have, as indices."""
    from cassette_tools.diff.align import align_by_key

    keys_old, keys_new = ([repr(value) for value in side] for side in (old, new))
    pairs = align_by_key(keys_old, keys_new, lambda key: key, lambda left, right: 0.0, ordered=True)
    due_old = due_new = 0
    for i, j in [*pairs, (len(old), len(new))]:
        if i is not None and j is not None:
            if i > due_old or j > due_new:
                yield range(due_old, i), range(due_new, j)
            due_old, due_new = i + 1, j + 1


def _run_changes(route: Route, lefts: range, rights: range, old: list[Json], new: list[Json]) -> Iterator[JsonChange]:
    """What became of some elements that are now more or fewer, and none of them the same: DeepDiff's question."""
    from deepdiff import DeepDiff

    try:
        found = DeepDiff(
            [old[i] for i in lefts], [new[j] for j in rights], view="tree", ignore_numeric_type_changes=True
        )
    except RecursionError:
        yield JsonChange(route=route, old=old, new=new)
        return
    levels = [(level.path(output_format="list"), level) for kind in found for level in found[kind]]
    for (first, *rest), level in sorted(levels, key=lambda pair: [str(step).zfill(9) for step in pair[0]]):
        gone = type(level.t2).__name__ == "NotPresent" and not rest
        place = (lefts if gone else rights)[first]
        yield JsonChange(route=(*route, place, *rest), old=_present(level.t1), new=_present(level.t2))


def _word_changes(route: Route, old: list[Json], new: list[Json]) -> Iterator[JsonChange]:
    """Lists of words (`required`, `enum`, `stop`): which words came and went."""
    for index, value in enumerate(new):
        if value not in old:
            yield JsonChange(route=(*route, index), new=value)
    for index, value in enumerate(old):
        if value not in new:
            yield JsonChange(route=(*route, index), old=value)
    if {*old} == {*new}:
        yield JsonChange(route=route, old=old, new=new)  # how often, not what


def _present(value: Json) -> Json:
    return ABSENT if type(value).__name__ == "NotPresent" else value


def dotted(route: Route) -> str:
    """A route as a path is written: ``.messages[0].content``; names that are no identifiers are quoted."""
    return "".join(_step(step) for step in route)


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if not isinstance(step, str):  # a YAML key may be anything
        step = str(step)
    if step and all(character.isalnum() or character in "_-$@" for character in step):
        return f".{step}"
    import json

    return f"[{json.dumps(step, ensure_ascii=False)}]"


def route_of(pointer: str) -> Route:
    """The route of an RFC 6901 pointer; steps that are digits are taken for indices."""
    steps = pointer.split("/")[1:]
    return tuple(int(s) if s.isdecimal() else s.replace("~1", "/").replace("~0", "~") for s in steps)


_LIMIT = 40  # characters of one value among several


def listed(changes: list[JsonChange], most: int = 3) -> str:
    """The first few differences in words: ``a 2 → 3, b is gone``."""
    said = [_said(change) for change in changes[:most]]
    return ", ".join(said) + (f" and {len(changes) - most} more" if len(changes) > most else "")


def _said(change: JsonChange) -> str:
    name = dotted(change.route).lstrip(".") or "the whole"
    return f"{name} {became(change.old, change.new, _LIMIT)}"
