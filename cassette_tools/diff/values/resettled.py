"""What moved into an object or a list beside it, or out of one: told as a move, not as gone here and new there."""

from __future__ import annotations

from itertools import permutations

from cassette_tools._record import replace
from cassette_tools.diff.values.differences import Difference, differences, words_of
from cassette_tools.diff.values.freeform import json_type
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.model import Json, Route


def resettled(found: list[Difference]) -> list[Difference]:
    """The differences; what is gone and stands in a new neighbour now (``output_format``, ``output_config.format``) as
    another name, with what is another in it, and with what else is in that neighbour. The same the other way round.
    """
    lone = [each for each in found if _is_lone_member(each)]
    done: dict[int, list[Difference]] = {}
    for one, holder in permutations(lone, 2):
        if id(one) in done or id(holder) in done or not _are_neighbours(one, holder):
            continue
        way = _way_to(_value(one), str(one.route[-1]), _value(holder))
        if way is not None:
            done[id(one)] = []
            done[id(holder)] = [*_move(one, holder, way), *_beside(holder, way)]
    return [each for old in found for each in done.get(id(old), [old])]


def _value(lone: Difference) -> Json:
    return lone.new if lone.old is ABSENT else lone.old


def _are_neighbours(one: Difference, holder: Difference) -> bool:
    """Whether one is gone and the other came, in the same object."""
    return (one.old is ABSENT) != (holder.old is ABSENT) and one.route[:-1] == holder.route[:-1]


def _is_lone_member(found: Difference) -> bool:
    """Whether a member of an object came or went."""
    return found.came_or_went and bool(found.route) and isinstance(found.route[-1], str)


def _way_to(value: Json, name: str, holder: Json) -> Route | None:
    """The way to the same value within a new object or list: to an equal one, or to one of the same name and type that
    nobody calls so by chance.
    """
    if not (_is_telling(value) or _is_count(value, name)):
        return None
    pending: list[Route] = [()]
    while pending:
        way = pending.pop(0)
        here = _at(holder, way)
        is_same = _is_telling(value) and here == value
        if way and json_type(here) == json_type(value) and (is_same or _is_alike(value, name, here, way)):
            return way
        if len(way) < _DEEP:
            pending.extend((*way, step) for step in _steps_into(here))
    return None


def _steps_into(value: Json) -> Iterable[str | int]:
    """The keys of an object; the only number of a list of one."""
    if isinstance(value, dict):
        return value
    return (0,) if isinstance(value, list) and len(value) == 1 else ()


_DEEP = 2  # steps
_LONG = 12  # characters, or numbers of a vector


def _is_telling(value: Json) -> bool:
    """Whether two fields hold the like by no chance."""
    return len(value) > _LONG if isinstance(value, str) else isinstance(value, dict | list) and bool(value)


def _is_count(value: Json, name: str) -> bool:
    """Whether it is a number with a name of its own: ``cached_tokens``, by which it is known wherever it stands."""
    return type(value) in (int, float) and len(words_of(name)) > 1


def _is_alike(value: Json, name: str, other: Json, way: Route) -> bool:
    if type(value) in (int, float):
        return way[-1] == name
    if isinstance(value, list) and _is_vector(value) and _is_vector(other):
        return len(value) == len(other)
    return way[-1] == name and (isinstance(value, dict) or _is_telling(other))


def _is_vector(value: Json) -> bool:
    return len(value) > _LONG and all(type(each) in (int, float) for each in value)


def _at(value: Json, way: Route) -> Json:
    for step in way:
        value = value[step]
    return value


def _move(one: Difference, holder: Difference, way: Route) -> Iterator[Difference]:
    inside = _at(_value(holder), way)
    came = holder.old is ABSENT
    routes = ((*one.old_route,), (*holder.new_route, *way)) if came else ((*holder.old_route, *way), (*one.new_route,))
    old, new = (one.old, inside) if came else (inside, one.new)
    yield Difference(old_route=routes[0], new_route=routes[1], old=old, new=new, renamed=True)
    for each in differences(old, new, {}):
        yield replace(each, old_route=(*routes[0], *each.old_route), new_route=(*routes[1], *each.new_route))


def _beside(holder: Difference, way: Route) -> Iterator[Difference]:
    """What else a new object holds, step by step."""
    whole, came = _value(holder), holder.old is ABSENT
    for depth, step in enumerate(way):
        here = _at(whole, way[:depth])
        for key in here if isinstance(here, dict) else ():
            if key != step:
                step_by_step = (*way[:depth], key)
                yield Difference(
                    old_route=(*holder.old_route, *step_by_step),
                    new_route=(*holder.new_route, *step_by_step),
                    old=ABSENT if came else here[key],
                    new=here[key] if came else ABSENT,
                )
