"""Bodies that no dialect reads: other APIs, and LLM APIs that are not known here. Compared field by field, as JSON."""

from __future__ import annotations

from cassette_tools.data.drift import RESULTS
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import request_place, response_place
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.changes.schemas import schema_change
from cassette_tools.diff.changes.things import things_change
from cassette_tools.diff.http.event_kinds import event_kind
from cassette_tools.diff.http.events import event_changes
from cassette_tools.diff.http.unread import unread_changes
from cassette_tools.diff.messages.text_notes import answer_note
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.diff.texts.text import text_change
from cassette_tools.diff.values.amounts import factor
from cassette_tools.diff.values.differences import differences
from cassette_tools.diff.values.freeform import dotted, json_type
from cassette_tools.diff.values.schemas import other_schemas
from cassette_tools.diff.values.things import other_things
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.volatile import volatile_field
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Body, Event, Json, Place, Route

# Strings under these names are cut over the events of a stream, in every dialect that is known (dialects.md §4 to §11).
_FRAGMENTS = frozenset(
    (
        "text",
        "delta",
        "partial_json",
        "thinking",
        "content",
        "arguments",
        "reasoning",
        "refusal",
        "transcript",
        "response",
    )
)


def request_body_changes(scene: Scene) -> Iterator[Change]:
    """The fields of a request."""
    yield from _body_changes(scene, "request", scene.old.request.body, scene.new.request.body)


def response_body_changes(scene: Scene) -> Iterator[Change]:
    """The fields of a response; those of a stream with their fragments joined, then those of its events."""
    told = list(_body_changes(scene, "response", scene.old.response.body, scene.new.response.body))
    yield from told
    if scene.old.response.body.stream and scene.new.response.body.stream:
        yield from event_changes(scene, told, _FRAGMENTS)


def _body_changes(scene: Scene, side: str, old: Body, new: Body) -> Iterator[Change]:
    if (old.text, old.raw) == (new.text, new.raw) or not (old.text or old.raw or new.text or new.raw):
        return
    left, right = _document(old), _document(new)
    if left is ABSENT or right is ABSENT:
        yield from unread_changes(scene, side)
        return
    found_there = [] if side == "request" or old.stream or new.stream else [*_other_results(left, right)]
    for route, before, after in found_there:
        yield _results_change(scene, route, before, after)
    lists = [route for route, *_ in found_there]
    told = differences(left, right, {}, is_whole=lambda route: route in lists)
    changes = sorted((each for each in told if each.new_route not in lists), key=_names_nothing)
    # ids first: other fields repeat them
    things = [*other_things(changes, left, right, url_path(scene.new.request.url))] if side == "response" else []
    yield from (things_change(scene, each) for each in things)
    schemas = [*other_schemas(changes, left, right)] if side == "request" else []
    yield from (schema_change(scene, each) for each in schemas)
    told_whole = {id(found) for each in things for found in (*each.gone, *each.come)}
    told_whole |= {id(found) for each in schemas for found in each.found}
    changes = [found for found in changes if id(found) not in told_whole]
    counts = [found for found in changes if side == "response" and _is_count(found)]
    if counts:
        yield _counts_change(scene, counts, framed=bool(old.stream or new.stream))
    for found in changes:
        if found not in counts:
            yield from _field_changes(scene, side, found, framed=bool(old.stream or new.stream))
    if old.stream or new.stream:
        yield from unread_changes(scene, side)
    if not changes and not told_whole and not (old.stream or new.stream):
        yield Change(
            rule="json-formatting-changed", path=f"{side}.body", origin=side, pair=scene.pair, subject=f"the {side}"
        )


def _other_results(old: Json, new: Json, route: Route = ()) -> Iterator[tuple[Route, list[str], list[str]]]:
    """The lists of things that have an address, of which some are others: by the addresses, wherever they stand."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [each for each in old if each in new]:
            yield from _other_results(old[name], new[name], (*route, name))
    elif isinstance(old, list) and isinstance(new, list) and old and new:
        sides = [list(map(_address, side)) for side in (old, new)]
        known = all(all(side) and len({*side}) == len(side) for side in sides) and max(len(old), len(new)) > 1
        if known and {*sides[0]} != {*sides[1]}:
            yield route, sides[0], sides[1]


def _address(value: Json) -> str:
    """By which a thing that was found is known, in itself or in what it holds."""
    if not isinstance(value, dict):
        return ""
    for name in _ADDRESSES:
        if isinstance(address := value.get(name), str):
            return address
    return next((found for each in value.values() if (found := _address(each))), "")


_ADDRESSES = ("url", "html_url", "uri", "link", "href", "path")


def _results_change(scene: Scene, route: Route, old: list[str], new: list[str]) -> Change:
    from urllib.parse import urlsplit

    come, gone = ([each for each in side if each not in other] for side, other in ((new, old), (old, new)))
    host = urlsplit(scene.new.request.url).hostname or "the API"
    verb = "are" if len(come or gone) > 1 else "is"
    if len(come) == len(new) and len(gone) == len(old) and len(old) != len(new):
        words = f"{len(old)} became {len(new)}, none the same"
    elif come and gone:
        words = f"{len(come)} of {len(new)} {verb} {'others' if len(come) > 1 else 'another'}"
        words = words if len(old) == len(new) else f"{len(old)} became {len(new)}, {len(new) - len(come)} the same"
    else:
        words = f"{len(come)} of {len(new)} {verb} new" if come else f"{len(gone)} of {len(old)} {verb} gone"
    kept = [[each for each in side if each in other] for side, other in ((old, new), (new, old))]
    if kept[0] != kept[1]:
        words += ", the rest in another order"
    before = _pointer_of_first(scene.old.response.body.json, route, old, gone)
    after = _pointer_of_first(scene.new.response.body.json, route, new, come)
    return Change(
        rule="response-body-changed",
        path=f"response.body{dotted(route)}",
        origin="response",
        pair=scene.pair,
        old=old,
        new=new,
        subject=f"body{dotted(route)}",
        note=f"{host} returned other results: {words}",
        circumstance=RESULTS,
        old_place=response_place(scene.old, before),
        new_place=response_place(scene.new, after),
    )


def _pointer_of_first(document: Json, route: Route, addresses: list[str], which: list[str]) -> str:
    """Where the first of those results has its address; the list, where there is none of them."""
    if not which:
        return pointer_from_route(route)
    pointer = pointer_from_route((*route, addresses.index(which[0])))
    found = value_at(document, pointer)
    name = next((name for name in _ADDRESSES if isinstance(found, dict) and found.get(name) == which[0]), "")
    return f"{pointer}/{name}" if name else pointer


def _names_nothing(found: Difference) -> bool:
    row = volatile_field(dotted(found.route).lstrip("."))
    return row is None or row.kind != "id"


def _document(body: Body) -> Json:
    return _folded(body.events) if body.stream else body.json


def _is_count(found: Difference) -> bool:
    return _is_usage(found.route) and all(json_type(value) == "number" for value in (found.old, found.new))


def _is_usage(route: Route) -> bool:
    return any(isinstance(step, str) and step.lower().startswith("usage") for step in route)


def _counts_change(scene: Scene, counts: list[Difference], *, framed: bool) -> Change:
    """All token counts of one answer as one change; the total says nothing beside its parts."""
    whole = [found for found in counts if not any(isinstance(step, int) for step in found.route)]  # details by modality
    named = {str(found.route[-1]): found for found in whole or counts}
    parts = {name: found for name, found in named.items() if "total" not in name.lower()} or named
    said = (f"{name} {found.old} → {found.new}{factor(found.old, found.new)}" for name, found in parts.items())
    places = _places(scene, "response", next(iter(parts.values())), framed=framed)
    return Change(
        rule="usage-changed",
        path="response.usage",
        origin="response",
        pair=scene.pair,
        old={name: found.old for name, found in parts.items()},
        new={name: found.new for name, found in parts.items()},
        note=", ".join(said),
        old_place=places[0],
        new_place=places[1],
    )


def _field_changes(scene: Scene, side: str, found: Difference, *, framed: bool) -> Iterator[Change]:
    path = f"{side}.{'events' if framed else 'body'}{dotted(found.route)}"
    places = _places(scene, side, found, framed=framed)
    if found.renamed:
        yield Change(
            rule="request-field-renamed" if side == "request" else "wire-field-renamed",
            path=path,
            origin=side,
            pair=scene.pair,
            old=dotted(found.old_route).lstrip("."),
            new=str(found.new_route[-1]),
            subject=path.removeprefix(f"{side}."),
            old_place=places[0],
            new_place=places[1],
        )
        return
    quiet = volatile_changes(scene, path, side, found.old, found.new, places)
    if quiet is not None:
        yield from quiet
        return
    words = isinstance(found.old, str) and isinstance(found.new, str)
    if words and scene.ids.are_renamed(found.old, found.new):
        return
    change = text_change(found.old, found.new) if words and side == "response" and _is_prose(found) else None
    yield Change(
        rule=_rule(side, found, change.rule if change is not None else None, path),
        path=path,
        origin=side,
        pair=scene.pair,
        old=found.old,
        new=found.new,
        subject=path.removeprefix(f"{side}.") if found.route else "the body",
        note=answer_note(change, found.old, found.new)
        if change is not None
        else f"{path.rpartition('.')[2]} {became(found.old, found.new)}",
        size=None if change is None else change.similarity,
        echo=_echo(found),
        old_place=places[0] if found.old is not ABSENT else None,
        new_place=places[1] if found.new is not ABSENT else None,
    )


def _is_prose(found: Difference) -> bool:
    return any(" " in value.strip() for value in (found.old, found.new)) or found.route[-1:] in (
        ("text",),
        ("content",),
    )


_REASONING = ("reasoning", "thinking", "summary")  # in every dialect that is known


def _rule(side: str, found: Difference, text_rule: str | None, path: str) -> str:
    if text_rule is not None:
        return "reasoning-reworded" if any(word in path for word in _REASONING) else text_rule
    if side == "response" and _is_usage(found.route) and ABSENT in (found.old, found.new):
        return "usage-detail-added" if found.old is ABSENT else "usage-detail-removed"
    if found.old is ABSENT or found.new is ABSENT:
        return f"{side}-field-{'added' if found.old is ABSENT else 'removed'}"
    return "request-parameter-changed" if side == "request" else "response-body-changed"


def _echo(found: Difference) -> tuple[str, str, str] | None:
    """A later request that repeats this string, or an earlier answer that said it."""
    old = "" if found.old is ABSENT else found.old
    new = "" if found.new is ABSENT else found.new
    if isinstance(old, str) and isinstance(new, str):
        return ("text", old.strip(), new.strip())
    return ("text", short(old, 10_000), short(new, 10_000))


def _places(scene: Scene, side: str, found: Difference, *, framed: bool) -> tuple[Place | None, Place | None]:
    sides = ((scene.old, found.old_route, found.old), (scene.new, found.new_route, found.new))
    if framed:
        old, new = (_event_place(getattr(each, side).body, route, value) for each, route, value in sides)
        return old, new
    place_of = request_place if side == "request" else response_place
    before, after = (place_of(each, pointer_from_route(route)) for each, route, _ in sides)
    return before, after


def _event_place(body: Body, route: Route, value: Json) -> Place:
    """The last event of the kind (the first step of the route) that says the value, or a piece of it."""
    kind, pointer = str(route[0]) if route else "", pointer_from_route(route[1:])
    found = None
    for event in body.events:
        if _key_of(event) != kind:
            continue
        said = value_at(event.json, pointer)
        if said == value or (isinstance(said, str) and isinstance(value, str) and said in value and found is None):
            found = event
    return body.place() if found is None else body.place(offset=found.offset, pointer=pointer)


def _key_of(event: Event) -> str:
    """By which name the events of one thing are joined: their kind, and the number of the thing."""
    kind = event_kind(event.event, event.json) or "data"
    index = event.json.get("index", event.json.get("output_index")) if isinstance(event.json, dict) else None
    return f"{kind} {index}" if isinstance(index, int) and not isinstance(index, bool) else kind


def _folded(events: tuple[Event, ...]) -> Json:
    """The events of a stream as one object: by kind, fragments joined, of all else the last value."""
    folded: dict[str, Json] = {}
    for event in events:
        if not isinstance(event.json, dict):
            continue
        key = _key_of(event)
        folded[key] = _merged(folded.get(key, ABSENT), event.json, "")
    return folded


def _merged(old: Json, new: Json, name: str) -> Json:
    if isinstance(old, dict) and isinstance(new, dict):
        merged = dict(old)
        for key, value in new.items():
            merged[key] = _merged(merged.get(key, ABSENT), value, key)
        return merged
    if isinstance(old, list) and isinstance(new, list):
        longer = max(len(old), len(new))
        padded = [[*side, *[ABSENT] * (longer - len(side))] for side in (old, new)]
        return [_merged(a, b, name) for a, b in zip(*padded, strict=True)]
    if new is ABSENT:
        return old
    if isinstance(old, str) and isinstance(new, str) and name in _FRAGMENTS:
        return old + new
    return new
