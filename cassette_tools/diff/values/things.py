"""Lists of things that have names (models, files, results): which of them came and went, as one fact of the list."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.diff.values.lists import natural_key
from cassette_tools.made_names import form_of, known_prefixes
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import item_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.data.keys import Key
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route


@record
class OtherThings:
    """A list that holds other things now: their names before and after, the field that these stand in, and the
    differences that say so.
    """

    key: str
    old_route: Route
    new_route: Route
    old: list[str]
    new: list[str]
    gone: tuple[Difference, ...]
    come: tuple[Difference, ...]
    words: str


def other_things(found: Sequence[Difference], old: Json, new: Json, address: str = "") -> Iterator[OtherThings]:
    """The lists of two documents in which things with names came or went. The `address` that they were got from may
    say what they are.
    """
    by_list: dict[tuple[Route, Route], list[Difference]] = {}
    for each in found:
        if each.is_lone_element:
            by_list.setdefault(_lists(each), []).append(each)
    for routes, apart in by_list.items():
        sides = [value_at(body, pointer_from_route(way)) for body, way in zip((old, new), routes, strict=True)]
        row = natural_key(*sides) if all(isinstance(side, list) for side in sides) else None
        if row is not None and row.lasting:
            called = (str(routes[1][-1]) if routes[1] else "", address.rpartition("/")[2])
            yield _things_of(row, routes, sides, apart, _noun([*sides[0], *sides[1]], called))


def _lists(found: Difference) -> tuple[Route, Route]:
    return found.old_route[:-1], found.new_route[:-1]


def _things_of(
    row: Key, routes: tuple[Route, Route], sides: list[Json], found: list[Difference], noun: str
) -> OtherThings:
    gone = tuple(each for each in found if each.new is ABSENT)
    come = tuple(each for each in found if each.old is ABSENT)
    names = [[_name(row, each.old, noun) for each in gone], [_name(row, each.new, noun) for each in come]]
    return OtherThings(
        key=row.name,
        old_route=routes[0],
        new_route=routes[1],
        old=[_name(row, each, noun) for each in sides[0]],
        new=[_name(row, each, noun) for each in sides[1]],
        gone=gone,
        come=come,
        words=_in_words(noun, *names),
    )


def _name(row: Key, thing: Json, noun: str) -> str:
    """What a thing is known by; where a server made that up, what a person calls it."""
    name = str(thing.get(row.name))
    if not form_of(name) and name.partition("_")[0] not in known_prefixes():
        return name
    return item_in_words(thing).removeprefix(f"{noun} ")


def _noun(things: list[Json], called: tuple[str, str]) -> str:
    """``model``: what the things say they are, or what their list is called, or their address."""
    for name in ("object", "type", "kind"):
        said = {str(each.get(name, "")) for each in things}
        if len(said) == 1 and (word := said.pop().replace("_", " ").replace(".", " ")).replace(" ", "").isalpha():
            return word
    plural = next((each for each in called if each.endswith("s") and each.isalpha()), "items")
    return plural[:-1]


def _in_words(noun: str, gone: list[str], come: list[str]) -> str:
    """``the models a and b are no longer listed; c is new``."""
    lost, new = ((_listed(names), "are" if names[1:] else "is") for names in (gone, come))
    several = f"the {noun}s" if (gone or come)[1:] else f"the {noun}"
    if not gone:
        return f"{several} {new[0]} {new[1]} new in the list"
    more = f"; {new[0]} {new[1]} new" if come else ""
    return f"{several} {lost[0]} {lost[1]} no longer listed{more}"


def _listed(names: list[str]) -> str:
    """``a, b and c``; of many the first and the number of the others."""
    if len(names) > _MOST:
        return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


_MOST = 6  # things that are named
