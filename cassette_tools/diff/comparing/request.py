"""What is asked: the changes of a request, whatever became of the response."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import LONE_MEDIUM, SETTING
from cassette_tools.diff.changes.change import Change, as_expected
from cassette_tools.diff.changes.one_place import is_asked_alike
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.comparing.asked_alike import edits_of_settings
from cassette_tools.diff.comparing.defaults import with_defaults
from cassette_tools.diff.comparing.errors import is_one_provider_asked
from cassette_tools.diff.comparing.other_fields import other_fields
from cassette_tools.diff.comparing.reconcile import explained, reconciled
from cassette_tools.diff.comparing.switches import with_whole_switches
from cassette_tools.diff.comparing.system import system_changes, system_move, system_moved, system_role_changes
from cassette_tools.diff.http.plain import request_body_changes
from cassette_tools.diff.http.transport import header_changes, length_changes
from cassette_tools.diff.http.unread import unread_changes
from cassette_tools.diff.http.url import model_place, url_changes
from cassette_tools.diff.messages.history import history_changes
from cassette_tools.diff.messages.tools import tool_definition_changes
from cassette_tools.diff.pairing.vocabulary import common_parameters, is_asked_of_one, is_of_siblings
from cassette_tools.diff.values.freeform import dotted, json_changes, route_of
from cassette_tools.diff.values.json_schema import in_words, schema_changes
from cassette_tools.made_names import are_drawn_alike
from cassette_tools.model import ABSENT, Blob
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.freeform import JsonChange
    from cassette_tools.model import Interaction, Json, LLMCall


def request_changes(scene: Scene) -> Iterator[Change]:
    """Every change of the request."""
    old, new = scene.old.request, scene.new.request
    yield from length_changes(scene, "request")
    yield from as_expected(url_changes(scene)) if scene.is_cross_provider else url_changes(scene)
    yield from header_changes(scene, "request", old.headers, new.headers)
    if scene.old.llm is not None and scene.new.llm is not None:
        told = with_defaults(scene, _asked_changes(scene, scene.old.llm, scene.new.llm))
        yield from edits_of_settings(scene, with_whole_switches(scene, told))
    else:
        yield from request_body_changes(scene)


# --- the call --------------------------------------------------------------------------------------------------------


def _asked_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    before, after = scene.old.request.body, scene.new.request.body
    if before.text is not None and before.text == after.text:
        yield from _model_changes(scene, old, new)  # it may stand in the URL
        _meet_ids(scene, old, new)
        return
    changes = [*_call_changes(scene, old, new)]
    if scene.is_cross_provider or old.dialect != new.dialect:
        yield from explained(scene, "request", changes, before.json, after.json) if is_asked_alike(scene) else changes
        yield from other_fields(scene, "request", changes, before.json, after.json)
        return
    changes = list(_with_moved_media(scene, changes, old, new))
    if before.json is ABSENT or after.json is ABSENT:
        yield from changes
        yield from unread_changes(scene, "request", changes)
        return
    told = list(reconciled(scene, "request", changes, before.json, after.json))
    yield from told
    if not told and before.text != after.text and before.json == after.json:  # else it is other ids of the history
        yield scene.change(
            rule="json-formatting-changed",
            path="request.body",
            origin="request",
            subject="the request",
            old_place=before.place(),
            new_place=after.place(),
        )


def _call_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """What the request means otherwise."""
    moved = system_move(old, new)
    yield from _model_changes(scene, old, new)
    yield from parameter_changes(scene, old.parameters, new.parameters)
    if moved is None:
        yield from system_changes(scene, old, new)
    else:
        yield system_moved(scene, old, new, moved)
    yield from history_changes(scene, old.input_messages, new.input_messages, moved or ((), ()))
    yield from tool_definition_changes(scene, old.tools, new.tools)
    yield from system_role_changes(scene, old, new)


def _meet_ids(scene: Scene, old: LLMCall, new: LLMCall) -> None:
    """The same request names the same ids: they must still be the ones that the answers before it made."""
    list(history_changes(scene, old.input_messages, new.input_messages))


def _model_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    if old.request_model != new.request_model:
        yield scene.change(
            rule="request-parameter-changed",
            path="request.model",
            origin="request",
            old=ABSENT if old.request_model is None else old.request_model,
            new=ABSENT if new.request_model is None else new.request_model,
            subject="model",
            old_place=model_place(scene.old),
            new_place=model_place(scene.new),
        )


def parameter_changes(scene: Scene, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Change]:
    """The settings of the call, one by one, each as deep as it goes; across providers, those that all know."""
    if scene.is_cross_provider and not is_asked_alike(scene):
        kept = ("stream",) if _came_otherwise(scene) else ()
        old, new = common_parameters(old, kept), common_parameters(new, kept)
    for name in dict.fromkeys((*old, *new)):
        left, right = old.get(name, ABSENT), new.get(name, ABSENT)
        if _has_schema(left) and _has_schema(right):
            yield from _schema_change(scene, name, left["schema"], right["schema"])
            left, right = ({**each, "schema": None} for each in (left, right))
        for found in json_changes(left, right):
            yield from _setting_changes(scene, name, found)


def _setting_changes(scene: Scene, name: str, found: JsonChange) -> Iterator[Change]:
    """What differs of one setting. Null asks for the default, as silence does; that it is sent otherwise is told by
    `reconcile`.
    """
    where = f"parameters.{name}{dotted(found.route)}"
    quiet = volatile_changes(scene, f"request.{where}", "request", found.old, found.new)
    if quiet is not None:
        yield from quiet
    elif found.old not in (None, ABSENT) or found.new not in (None, ABSENT):
        yield _setting_change(scene, name, found, where)


def _setting_change(scene: Scene, name: str, found: JsonChange, where: str) -> Change:
    pointer = f"/{name}{pointer_from_route(found.route)}"
    is_drawn = are_drawn_alike(found.old, found.new, (name, *found.route))
    if is_drawn:
        scene.ids.define(str(found.old), str(found.new))
    return scene.change(
        rule="id-changed" if is_drawn else _rule_of(found.old, found.new),
        circumstance=_setting_of_both(scene, name, found),
        path=f"request.{where}",
        origin="request",
        old=found.old if found.route else _as_sent(scene.old, name, found.old),
        new=found.new if found.route else _as_sent(scene.new, name, found.new),
        subject=where.removeprefix("parameters."),
        old_place=request_place(scene.old, pointer) if found.old is not ABSENT else None,
        new_place=request_place(scene.new, pointer) if found.new is not ABSENT else None,
    )


def _came_otherwise(scene: Scene) -> bool:
    """Whether one answer is a stream, and the other is not."""
    return bool(scene.old.response.body.stream) != bool(scene.new.response.body.stream)


def _rule_of(old: Json, new: Json) -> str:
    if old is ABSENT:
        return "request-field-added"
    return "request-field-removed" if new is ABSENT else "request-parameter-changed"


def _setting_of_both(scene: Scene, name: str, found: JsonChange) -> str | None:
    """Whether it is the client's doing that only one of two providers is asked for a setting."""
    if not scene.is_cross_provider or found.route:
        return None
    dialects = [each.llm.dialect for each in (scene.old, scene.new) if each.llm is not None]
    value = found.new if found.old is ABSENT else found.old
    is_moved = is_one_provider_asked(scene) and is_of_siblings(name, *dialects)
    return SETTING if is_moved or is_asked_of_one(name, value, *dialects) else None


def _as_sent(interaction: Interaction, name: str, value: Json) -> Json:
    """A setting that is an object, as the provider spells it, where it stands under its own name."""
    body = interaction.request.body.json
    if not isinstance(value, dict) or not isinstance(body, dict):
        return value
    inner = [each for each in body.values() if isinstance(each, dict)]
    for holder in (body, *inner):
        for key, sent in holder.items():
            if key.replace("_", "").lower() == name.replace("_", ""):
                return sent
    return value


def _has_schema(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("schema"), dict)


def _schema_change(scene: Scene, name: str, old: Json, new: Json) -> Iterator[Change]:
    """The JSON Schema that the answer must satisfy, as one change."""
    changes = schema_changes(old, new)
    if changes:
        yield scene.change(
            rule="response-schema-changed",
            path=f"request.parameters.{name}.schema",
            origin="request",
            old=old,
            new=new,
            subject=f"{name}.schema",
            note=in_words(changes),
            old_place=request_place(scene.old, f"/{name}"),
            new_place=request_place(scene.new, f"/{name}"),
        )


def _with_moved_media(scene: Scene, changes: list[Change], old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """The changes; an image that is gone here and new there, with all its bytes, has moved."""
    gone_to = _moved_media(changes)
    moved = {id(gone) for gone in gone_to.values()}
    for change in changes:
        if id(change) in gone_to:
            yield _moved_medium(scene, gone_to[id(change)], change, old, new)
        elif id(change) not in moved:
            yield change


def _moved_media(changes: list[Change]) -> dict[int, Change]:
    """What is gone, by the identity of what came with the same bytes."""
    media = [each for each in changes if each.rule == "prompt-changed" and _is_lone_medium(each)]
    gone = [each for each in media if each.new is ABSENT]
    found: dict[int, Change] = {}
    for come in media:
        same = next((each for each in gone if _is_same_medium(each, come)), None)
        if same is not None:
            gone = [each for each in gone if each is not same]
            found[id(come)] = same
    return found


def _is_same_medium(gone: Change, come: Change) -> bool:
    return come.old is ABSENT and bool(gone.old == come.new)


def _is_lone_medium(change: Change) -> bool:
    value = change.new if change.old is ABSENT else change.old
    return isinstance(value, dict) and "sha256" in value and ABSENT in (change.old, change.new)


def _moved_medium(scene: Scene, gone: Change, come: Change, old: LLMCall, new: LLMCall) -> Change:
    medium = come.new if isinstance(come.new, dict) else {}
    sides = [[each for each in _media(call) if len(each[0]) == medium.get("length")] for call in (old, new)]
    at = [
        _element(next(pointer for content, pointer in side if (content, pointer) not in other))
        for side, other in (sides, sides[::-1])
    ]
    names = [dotted(route_of(each)).lstrip(".") for each in at]
    return replace(
        come,
        old={**gone.old, "at": names[0]},
        new={**come.new, "at": names[1]},
        note=f"the {medium.get('modality') or 'file'} part moved from {names[0]} to {names[1]}",
        circumstance=LONE_MEDIUM,
        echo=None,
        old_place=request_place(scene.old, at[0]),
        new_place=request_place(scene.new, at[1]),
        also=((at[0],), (at[1],)),
    )


def _media(call: LLMCall) -> Iterator[tuple[str, str]]:
    for message in call.input_messages:
        for part in message.parts:
            if isinstance(part, Blob):
                yield part.content, part.pointer


def _element(pointer: str) -> str:
    """The element of a list that a value lies in."""
    while pointer and not pointer.rpartition("/")[2].isdecimal():
        pointer = pointer.rpartition("/")[0]
    return pointer
