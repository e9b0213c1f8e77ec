"""The shape of the JSON on the wire: which fields there are, and of which types, over a whole response or stream.

Presence is taken over all events of a kind, so that it does not matter in which chunk a field came. Fields whose
presence only says what the answer holds (a tool was called, so there are tool calls) are not spoken of here: that is
compared as what it is.
"""

from __future__ import annotations

from cassette_tools.data.wire import BY_CONTENT, FOREIGN, KEEP_ALIVE, OPEN
from cassette_tools.diff.change import Change
from cassette_tools.diff.freeform import json_type
from cassette_tools.model import ABSENT
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from cassette_tools.diff.scene import Scene
    from cassette_tools.model import Body, Json, Place

    Shape: TypeAlias = dict[str, dict[str, Json]]  # path -> {type: the first value of that type}

_BY_CONTENT = frozenset(row.name for row in BY_CONTENT)
_OPEN = frozenset(row.name for row in (*OPEN, *FOREIGN))
_KEEP_ALIVE = frozenset(row.name for row in KEEP_ALIVE)
_RELIED_UPON = ("id", "time", "score")  # volatile values that clients do read


def wire_changes(scene: Scene) -> Iterator[Change]:
    """Events, fields and types that came or went, between two responses of one dialect and one framing."""
    old, new = _shapes(scene.old.response.body), _shapes(scene.new.response.body)
    for kind in dict.fromkeys((*old, *new)):
        if kind in old and kind in new:
            yield from _shape_changes(scene, kind, old[kind], new[kind])
        elif old and new:
            yield Change(
                rule="event-type-added" if kind in new else "event-type-removed",
                path=f"response.events[{kind}]",
                origin="stream",
                pair=scene.pair,
                old=kind if kind in old else ABSENT,
                new=kind if kind in new else ABSENT,
                subject=kind,
            )


def _shapes(body: Body) -> dict[str, Shape]:
    if not body.stream:
        return {"": _shape([body.json])} if isinstance(body.json, dict | list) else {}
    kinds: dict[str, list[Json]] = {}
    for event in body.events:
        if isinstance(event.json, dict | list):
            kind = event_kind(event.event, event.json)
            if kind not in _KEEP_ALIVE:
                kinds.setdefault(kind, []).append(event.json)
    return {kind: _shape(documents) for kind, documents in kinds.items()}


def event_kind(name: str | None, document: Json) -> str:
    """What kind of event it is: its own name, or the ``type`` in its data; ``""`` where all are of one kind."""
    kind = name or (document.get("type") if isinstance(document, dict) else None)
    return kind if isinstance(kind, str) else ""


def _shape(documents: list[Json]) -> Shape:
    shape: Shape = {}
    pending: list[tuple[str, Json]] = [("", document) for document in documents]
    while pending:
        path, value = pending.pop()
        kind = json_type(value)
        types = shape.setdefault(path, {})
        types.setdefault(kind, value)
        if kind == "object" and _last_name(path) not in _OPEN:
            pending.extend((f"{path}.{key}", child) for key, child in value.items())
        elif kind == "array":
            pending.extend((f"{path}[{_variant(child)}]", child) for child in value)
    return shape


def _variant(element: Json) -> str:
    """Elements of a list that say their type are of different shapes by design."""
    kind = element.get("type") if isinstance(element, dict) else None
    return kind if isinstance(kind, str) and kind != "function" else ""


def _shape_changes(scene: Scene, kind: str, old: Shape, new: Shape) -> Iterator[Change]:
    if old.keys() == new.keys() and all(types.keys() == new[path].keys() for path, types in old.items()):
        return
    reported: list[str] = []
    for path in sorted({*old, *new}, key=lambda path: (path.count(".") + path.count("["), path)):
        before, after = _without_null(old.get(path)), _without_null(new.get(path))
        if any(path.startswith((f"{above}.", f"{above}[")) for above in reported):
            continue
        if path in old and path in new and before.keys() == after.keys():
            continue
        reported.append(path)
        if not path or (_is_by_content(path) and not (before and after)):
            continue
        change = _field_change(scene, kind, path, old.get(path), new.get(path))
        if change is not None:
            yield change


def _without_null(types: dict[str, Json] | None) -> dict[str, Json]:
    return {kind: value for kind, value in (types or {}).items() if kind != "null"}


def _is_by_content(path: str) -> bool:
    return _last_name(path) in _BY_CONTENT


def _last_name(path: str) -> str:
    """``reasoning_details`` of ``.message.reasoning_details[reasoning.text]``."""
    while path.endswith("]") and "[" in path:  # a name may end so by itself
        path = path[: path.rindex("[")]
    return path.rpartition(".")[2]


def _field_change(
    scene: Scene, kind: str, path: str, old: dict[str, Json] | None, new: dict[str, Json] | None
) -> Change | None:
    before, after = _without_null(old), _without_null(new)
    if before and after:
        shown: tuple[Json, Json]
        rule, shown = "wire-type-changed", (" or ".join(sorted(before)), " or ".join(sorted(after)))
    elif after or old is None:
        rule, shown = "wire-field-added", (ABSENT, _sample(after or new))
    elif before:
        row = volatile_field(path.lstrip("."))
        spare = row is not None and row.kind not in _RELIED_UPON
        rule, shown = "wire-volatile-field-removed" if spare else "wire-field-removed", (_sample(before), ABSENT)
    else:
        rule, shown = "wire-null-field-removed", (None, ABSENT)
    where = f"response.events[{kind}]{path}" if kind else f"response.body{path}"
    return Change(
        rule=rule,
        path=where,
        origin="stream" if scene.new.response.body.stream else "response",
        pair=scene.pair,
        old=shown[0],
        new=shown[1],
        subject=path.lstrip("."),
        old_place=_place(scene.old.response.body, path) if before else None,
        new_place=_place(scene.new.response.body, path) if after else None,
    )


def _sample(types: dict[str, Json] | None) -> Json:
    return next(iter(types.values())) if types else None


def _place(body: Body, path: str) -> Place:
    """The first event or the body that holds the field's name; near enough, for the path says the rest."""
    name = _last_name(path)
    for event in body.events:
        if f'"{name}"' in event.data:
            return body.place(offset=event.offset, length=len(event.data))
    return body.place()
