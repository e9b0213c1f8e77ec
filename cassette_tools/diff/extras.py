"""What a dialect keeps without having a place for it."""

from __future__ import annotations

from cassette_tools.data.wire import OPEN
from cassette_tools.diff.change import Change
from cassette_tools.diff.freeform import dotted, json_changes, route_of
from cassette_tools.diff.places import request_place, response_place
from cassette_tools.diff.scene import volatile_changes
from cassette_tools.diff.sources import source_changes
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.diff.freeform import JsonChange
    from cassette_tools.diff.scene import Scene
    from cassette_tools.model import Json, Place

_OPEN = frozenset(row.name for row in OPEN)


def extra_changes(
    scene: Scene,
    old: Mapping[str, Json],
    new: Mapping[str, Json],
    at: str,
    origin: str,
    bases: tuple[str, str] = ("", ""),
    rule: str | None = None,
) -> Iterator[Change]:
    """What the dialect has no place for, by JSON pointer from `bases`.

    In requests all of it is compared; in responses only values, because the wire's shape says what came and went.
    """
    if old == new:
        return
    for pointer in dict.fromkeys((*old, *new)):
        if pointer in _SOURCES:
            sources = (old.get(pointer) or (), new.get(pointer) or ())
            if all(isinstance(side, list | tuple) for side in sources):
                yield from source_changes(scene, at + dotted(route_of(pointer.removeprefix("/response"))), *sources)
                continue
        for found in json_changes(old.get(pointer, ABSENT), new.get(pointer, ABSENT)):
            inside = pointer.removeprefix(f"/{origin}") + pointer_from_route(found.route)
            if origin == "response" and ABSENT in (found.old, found.new):
                null = found.old in (None, ABSENT) and found.new in (None, ABSENT)
                if null or not _OPEN & {*route_of(inside)}:
                    continue
            path = at + dotted(route_of(inside))
            places = _places(scene, origin, (bases[0] + inside, bases[1] + inside), found)
            quiet = volatile_changes(scene, path, origin, found.old, found.new, places)
            if quiet is not None:
                yield from quiet
                continue
            if (
                isinstance(found.old, str)
                and isinstance(found.new, str)
                and scene.ids.are_renamed(found.old, found.new)
            ):
                continue
            yield Change(
                rule=rule or _rule_of_extra(found.old, found.new, origin, path),
                path=path,
                origin=origin,
                pair=scene.pair,
                old=found.old,
                new=found.new,
                subject=path.removeprefix(f"{origin}."),
                old_place=places[0],
                new_place=places[1],
            )


def _places(
    scene: Scene, origin: str, pointers: tuple[str, str], found: JsonChange
) -> tuple[Place | None, Place | None]:
    place_of = request_place if origin == "request" else response_place
    return (
        place_of(scene.old, pointers[0]) if found.old is not ABSENT else None,
        place_of(scene.new, pointers[1]) if found.new is not ABSENT else None,
    )


# Perplexity's sources, beside the citations.
_SOURCES = ("/response/search_results", "/response/citations")


def _rule_of_extra(old: Json, new: Json, origin: str, path: str) -> str:
    if "related_questions" in path:  # Perplexity's, which the model wrote
        return "text-reworded"
    if origin == "response":
        return "wire-detail-changed" if ABSENT in (old, new) else "unclassified-change"
    if old is ABSENT:
        return "request-field-added"
    return "request-field-removed" if new is ABSENT else "request-parameter-changed"
