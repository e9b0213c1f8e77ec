"""Bodies that no dialect reads: other APIs, and LLM APIs that are not known here. Compared field by field, as JSON."""

from __future__ import annotations

from itertools import zip_longest

from cassette_tools.diff.changes.places import place_of
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.changes.wholes import schema_change, things_change
from cassette_tools.diff.http.event_kinds import event_kind
from cassette_tools.diff.http.events import event_changes
from cassette_tools.diff.http.results import other_results, results_change
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
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
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
    if (old.text, old.raw) == (new.text, new.raw) or not any((old.text, old.raw, new.text, new.raw)):
        return
    left, right = _document(old), _document(new)
    framed = bool(old.stream or new.stream)
    is_json = ABSENT not in (left, right)
    if is_json:
        yield from _json_changes(scene, side, left, right, framed=framed)
    if framed or not is_json:
        yield from unread_changes(scene, side)


def _json_changes(scene: Scene, side: str, old: Json, new: Json, *, framed: bool) -> Iterator[Change]:
    """The lists of results, the things and the schemas that are others, each told whole; then the other fields."""
    results = [] if side == "request" or framed else [*other_results(old, new)]
    yield from (results_change(scene, *each) for each in results)
    changes = _differences(old, new, [route for route, *_ in results])
    left = {id(each): each for each in changes}
    for change, found in (_schemas if side == "request" else _things)(scene, changes, old, new):
        yield change
        for each in found:
            left.pop(id(each), None)
    yield from _changes_of_fields(scene, side, [*left.values()], framed=framed)
    if not changes and not framed:
        yield scene.change(rule="json-formatting-changed", path=f"{side}.body", origin=side, subject=f"the {side}")


def _things(
    scene: Scene, changes: Sequence[Difference], old: Json, new: Json
) -> Iterator[tuple[Change, Sequence[Difference]]]:
    """The lists of an answer that gained or lost items, with the differences that show it."""
    for each in [*other_things(changes, old, new, url_path(scene.new.request.url))]:
        yield things_change(scene, each), (*each.gone, *each.come)


def _schemas(
    scene: Scene, changes: Sequence[Difference], old: Json, new: Json
) -> Iterator[tuple[Change, Sequence[Difference]]]:
    """The changed schemas of a request, with the differences that show it."""
    for each in [*other_schemas(changes, old, new)]:
        yield schema_change(scene, each), each.found


def _differences(old: Json, new: Json, whole: list[Route]) -> list[Difference]:
    """What differs outside the lists that are told whole; ids first, since other fields repeat them."""
    told = differences(old, new, {}, is_whole=lambda route: route in whole)
    return sorted((each for each in told if each.new_route not in whole), key=_names_nothing)


def _changes_of_fields(scene: Scene, side: str, changes: list[Difference], *, framed: bool) -> Iterator[Change]:
    """The token counts as one change, and each other field as its own."""
    counts = [found for found in changes if side == "response" and _is_count(found)]
    if counts:
        yield _counts_change(scene, counts, framed=framed)
    for found in changes:
        if found not in counts:
            yield from _field_changes(scene, side, found, framed=framed)


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
    """All token counts of one answer as one change."""
    parts = _parts(counts)
    said = (f"{name} {found.old} → {found.new}{factor(found.old, found.new)}" for name, found in parts.items())
    places = _places(scene, "response", next(iter(parts.values())), framed=framed)
    return scene.change(
        rule="usage-changed",
        path="response.usage",
        origin="response",
        old={name: found.old for name, found in parts.items()},
        new={name: found.new for name, found in parts.items()},
        note=", ".join(said),
        old_place=places[0],
        new_place=places[1],
    )


def _parts(counts: list[Difference]) -> dict[str, Difference]:
    """The counts by name, but for the total, which says nothing beside its parts, and for details by modality."""
    whole = [found for found in counts if not any(isinstance(step, int) for step in found.route)]
    named = {str(found.route[-1]): found for found in whole or counts}
    return {name: found for name, found in named.items() if "total" not in name.lower()} or named


def _field_changes(scene: Scene, side: str, found: Difference, *, framed: bool) -> Iterator[Change]:
    path = f"{side}.{'events' if framed else 'body'}{dotted(found.route)}"
    places = _places(scene, side, found, framed=framed)
    if found.renamed:
        yield scene.change(
            rule="request-field-renamed" if side == "request" else "wire-field-renamed",
            path=path,
            origin=side,
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
    elif not (_is_text(found) and scene.ids.are_renamed(found.old, found.new)):
        yield _value_change(scene, side, path, found, places)


def _value_change(
    scene: Scene, side: str, path: str, found: Difference, places: tuple[Place | None, Place | None]
) -> Change:
    """A field that came, went, or says something else."""
    is_answer = side == "response" and _is_text(found) and _is_prose(found)
    change = text_change(found.old, found.new) if is_answer else None
    return scene.change(
        rule=_rule(side, found, change.rule if change is not None else None, path),
        path=path,
        origin=side,
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


def _is_text(found: Difference) -> bool:
    return isinstance(found.old, str) and isinstance(found.new, str)


def _is_prose(found: Difference) -> bool:
    return any(" " in value.strip() for value in (found.old, found.new)) or found.route[-1:] in (
        ("text",),
        ("content",),
    )


_REASONING = ("reasoning", "thinking", "summary")  # in every dialect that is known


def _rule(side: str, found: Difference, text_rule: str | None, path: str) -> str:
    if text_rule is not None:
        return "reasoning-reworded" if any(word in path for word in _REASONING) else text_rule
    if ABSENT not in (found.old, found.new):
        return "request-parameter-changed" if side == "request" else "response-body-changed"
    what = "usage-detail" if side == "response" and _is_usage(found.route) else f"{side}-field"
    return f"{what}-{'added' if found.old is ABSENT else 'removed'}"


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
    place = place_of(side)
    before, after = (place(each, pointer_from_route(route)) for each, route, _ in sides)
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
        return {**old, **{key: _merged(old.get(key, ABSENT), value, key) for key, value in new.items()}}
    if isinstance(old, list) and isinstance(new, list):
        return [_merged(a, b, name) for a, b in zip_longest(old, new, fillvalue=ABSENT)]
    if new is ABSENT:
        return old
    is_piece = isinstance(old, str) and isinstance(new, str) and name in _FRAGMENTS
    return old + new if is_piece else new
