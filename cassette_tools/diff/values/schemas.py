"""JSON Schemas that stand in other JSON, wherever: what differs in one of them is one edit of it."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route


@record
class OtherSchema:
    """A schema before and after, the ways to it, and the differences that lie in it."""

    old_route: Route
    new_route: Route
    old: Json
    new: Json
    found: tuple[Difference, ...]


def other_schemas(found: Sequence[Difference], old: Json, new: Json) -> Iterator[OtherSchema]:
    """The schemas of two documents that are not the same."""
    within: dict[tuple[Route, Route], list[Difference]] = {}
    for each in found:
        for routes in _ways_to(each):
            if all(_is_schema(_at(body, route)) for body, route in zip((old, new), routes, strict=True)):
                within.setdefault(routes, []).append(each)
                break
    for (before, after), inside in within.items():
        yield OtherSchema(
            old_route=before, new_route=after, old=_at(old, before), new=_at(new, after), found=tuple(inside)
        )


def _ways_to(found: Difference) -> Iterator[tuple[Route, Route]]:
    """The routes to all that a difference lies in, the outermost first; the documents themselves are no schemas."""
    for length in range(1, len(found.route)):
        yield found.old_route[:length], found.new_route[:length]


def _at(body: Json, route: Route) -> Json:
    return value_at(body, pointer_from_route(route))


def _is_schema(value: Json) -> bool:
    """Whether it describes objects by their fields."""
    if not isinstance(value, dict) or str(value.get("type", "object")).lower() != "object":
        return False
    fields = value.get("properties")
    return isinstance(fields, dict) and all(isinstance(each, dict | bool) for each in fields.values())
