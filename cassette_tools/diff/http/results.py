"""What a search returned: lists of things that are known by their addresses, and of which some are others now."""

from __future__ import annotations

from cassette_tools.data.drift import RESULTS
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Route

_ADDRESSES = ("url", "html_url", "uri", "link", "href", "path")


def other_results(old: Json, new: Json, route: Route = ()) -> Iterator[tuple[Route, list[str], list[str]]]:
    """The lists of things that have an address, of which some are others: by the addresses, wherever they stand."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in filter(new.__contains__, old):
            yield from other_results(old[name], new[name], (*route, name))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _addresses(old), _addresses(new)
        if before and after and {*before} != {*after} and max(len(old), len(new)) > 1:
            yield route, before, after


def _addresses(things: list[Json]) -> list[str]:
    """The addresses of the things of a list, where each has its own; else none."""
    found = list(map(_address, things))
    return found if all(found) and len({*found}) == len(found) else []


def _address(value: Json) -> str:
    """By which a thing that was found is known, in itself or in what it holds."""
    if not isinstance(value, dict):
        return ""
    own = (value.get(name) for name in _ADDRESSES)
    address = next((each for each in own if isinstance(each, str)), None)
    return next(filter(None, map(_address, value.values())), "") if address is None else address


def results_change(scene: Scene, route: Route, old: list[str], new: list[str]) -> Change:
    """The change of such a list."""
    from urllib.parse import urlsplit

    come, gone = ([each for each in side if each not in other] for side, other in ((new, old), (old, new)))
    host = urlsplit(scene.new.request.url).hostname or "the API"
    before = _pointer_of_first(scene.old.response.body.json, route, old, gone)
    after = _pointer_of_first(scene.new.response.body.json, route, new, come)
    return scene.change(
        rule="response-body-changed",
        path=f"response.body{dotted(route)}",
        origin="response",
        old=old,
        new=new,
        subject=f"body{dotted(route)}",
        note=f"{host} returned other results: {_results_in_words(old, new, gone, come)}",
        circumstance=RESULTS,
        old_place=response_place(scene.old, before),
        new_place=response_place(scene.new, after),
    )


def _results_in_words(old: list[str], new: list[str], gone: list[str], come: list[str]) -> str:
    """How many results came and went, and whether those that stayed have another order."""
    words = _counted(len(old), len(new), len(gone), len(come))
    kept = ([each for each in side if each in other] for side, other in ((old, new), (new, old)))
    return words if next(kept) == next(kept) else f"{words}, the rest in another order"


def _counted(old: int, new: int, gone: int, come: int) -> str:
    """How many of the results are others, by how many there were and are, and how many went and came."""
    if gone and come and old != new:
        return f"{old} became {new}, " + ("none the same" if (gone, come) == (old, new) else f"{new - come} the same")
    several = (come or gone) > 1
    verb = "are" if several else "is"
    if gone and come:
        return f"{come} of {new} {verb} {'others' if several else 'another'}"
    return f"{come} of {new} {verb} new" if come else f"{gone} of {old} {verb} gone"


def _pointer_of_first(document: Json, route: Route, addresses: list[str], which: list[str]) -> str:
    """Where the first of those results has its address; the list, where there is none of them."""
    if not which:
        return pointer_from_route(route)
    pointer = pointer_from_route((*route, addresses.index(which[0])))
    found = value_at(document, pointer)
    name = next((name for name in _ADDRESSES if isinstance(found, dict) and found.get(name) == which[0]), "")
    return f"{pointer}/{name}" if name else pointer
