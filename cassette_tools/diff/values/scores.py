"""What log probabilities tell beside their numbers: whether there are any, and which fields their entries have."""

from __future__ import annotations

from cassette_tools.diff.values.differences import Difference
from cassette_tools.diff.values.freeform import json_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from cassette_tools.model import Json, Route

    _Nodes: TypeAlias = list[tuple[Route, Json]]  # what stands at one place of all entries


def score_differences(found: Difference) -> Iterator[Difference]:
    """The lists that are empty on one side only, and the fields that entries have, or have a value of, on one side
    only. Entries are taken together: how many there are, and what each says, depends on the words.
    """
    if isinstance(found.old, dict | list) and isinstance(found.new, dict | list):
        yield from _apart([(found.old_route, found.old)], [(found.new_route, found.new)])


def is_emptied(found: Difference) -> bool:
    """Whether a list is empty on one side only."""
    sides = (found.old, found.new)
    return all(isinstance(side, list) for side in sides) and bool(found.old) != bool(found.new)


def _apart(old: _Nodes, new: _Nodes) -> Iterator[Difference]:
    kinds = [{json_type(value) for _, value in nodes} for nodes in (old, new)]
    if kinds[0].isdisjoint(kinds[1]):
        yield _between(old[0], new[0])
        return
    yield from _lists(*(_of_kind(nodes, list) for nodes in (old, new)))
    yield from _objects(*(_of_kind(nodes, dict) for nodes in (old, new)))


def _of_kind(nodes: _Nodes, kind: type) -> _Nodes:
    return [(route, value) for route, value in nodes if isinstance(value, kind)]


def _lists(old: _Nodes, new: _Nodes) -> Iterator[Difference]:
    if not old or not new:
        return
    full = [next(((route, value) for route, value in nodes if value), None) for nodes in (old, new)]
    if (full[0] is None) != (full[1] is None):
        yield _between(full[0] or old[0], full[1] or new[0])
        return
    yield from _objects(_elements(old), _elements(new))


def _elements(nodes: _Nodes) -> _Nodes:
    """The objects in lists; numbers and words are looked at no further."""
    return [
        ((*route, index), each) for route, value in nodes for index, each in enumerate(value) if isinstance(each, dict)
    ]


def _objects(old: _Nodes, new: _Nodes) -> Iterator[Difference]:
    old, new = _but_by_token(old), _but_by_token(new)
    if not old or not new:
        return
    for name in dict.fromkeys(key for _, value in (*new, *old) for key in value):
        left, right = _members(old, name), _members(new, name)
        if left and right:
            yield from _apart(left, right)
        elif left:
            yield Difference(old_route=left[0][0], new_route=(*new[0][0], name), old=left[0][1])
        else:
            yield Difference(old_route=(*old[0][0], name), new_route=right[0][0], new=right[0][1])


def _but_by_token(nodes: _Nodes) -> _Nodes:
    return [node for node in nodes if not _is_by_token(node[1])]


def _members(nodes: _Nodes, name: str) -> _Nodes:
    return [((*route, name), value[name]) for route, value in nodes if name in value]


def _is_by_token(value: dict[str, Json]) -> bool:
    """Whether its keys are tokens: OpenAI's Completions give ``{" Paris": -0.1}``."""
    return all(json_type(each) == "number" for each in value.values())


def _between(old: tuple[Route, Json], new: tuple[Route, Json]) -> Difference:
    return Difference(old_route=old[0], new_route=new[0], old=old[1], new=new[1])
