"""What two providers are sent, and answer, in other fields: expected, and listed with all noise.

A value of which no row speaks is not: what is unknown is told, unless every server words it in its own way. Nor is an
id that a client makes up for a call: one server wants it and another refuses it.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import OF_A_CALL, SETTING, UNCLASSIFIED
from cassette_tools.data.vocabulary import WORDED
from cassette_tools.diff.changes.change import Change, as_expected, without_brackets
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.comparing.errors import is_one_provider_asked
from cassette_tools.diff.comparing.reconcile import unexplained
from cassette_tools.diff.http.unread import unread_changes
from cassette_tools.diff.messages.parts import tool_calls
from cassette_tools.diff.pairing.vocabulary import siblings_of
from cassette_tools.diff.values.differences import words_of
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json


def other_fields(scene: Scene, side: str, told: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The differences of two bodies of which no change of meaning speaks; of two APIs, the names of their fields."""
    if not scene.is_of_one_api:
        yield from as_expected(_other_names(scene, side, old, new))
        if side == "request":
            yield from _settings_of_siblings(scene, old, new)
    elif ABSENT in (old, new):
        yield from as_expected(unread_changes(scene, side, told))
    else:
        yield from _of_one_api(scene, side, told, old, new)


def _other_names(scene: Scene, side: str, old: Json, new: Json) -> Iterator[Change]:
    """``the fields messages, max_tokens became contents, generationConfig``."""
    names = [[*each] if isinstance(each, dict) else [] for each in (old, new)]
    gone, come = ([name for name in one if name not in other] for one, other in (names, names[::-1]))
    if not gone and not come:
        return
    yield scene.change(
        rule="transport-changed",
        path=f"{side}.body",
        origin=side,
        old=gone,
        new=come,
        subject=f"the fields of the {side}, which another API has,",
        note=f"{', '.join(gone) or 'none'} became {', '.join(come) or 'none'}",
        old_place=getattr(scene.old, side).body.place(),
        new_place=getattr(scene.new, side).body.place(),
    )


def _settings_of_siblings(scene: Scene, old: Json, new: Json) -> Iterator[Change]:
    """The settings that both APIs of one provider have, without a name that all share, and one side is sent."""
    sides = [each if isinstance(each, dict) else {} for each in (old, new)]
    if not is_one_provider_asked(scene):
        return
    for name in [name for name in siblings_of(*_dialects(scene)) if (name in sides[0]) != (name in sides[1])]:
        pointer = f"/{name}"
        yield scene.change(
            rule="request-field-added" if name in sides[1] else "request-field-removed",
            path=f"request.body.{name}",
            origin="request",
            old=sides[0].get(name, ABSENT),
            new=sides[1].get(name, ABSENT),
            subject=name,
            circumstance=SETTING,
            old_place=request_place(scene.old, pointer) if name in sides[0] else None,
            new_place=request_place(scene.new, pointer) if name in sides[1] else None,
        )


def _dialects(scene: Scene) -> list[str]:
    return [each.llm.dialect for each in (scene.old, scene.new) if each.llm is not None]


def _of_one_api(scene: Scene, side: str, told: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    for change in unexplained(scene, side, told, old, new):
        if side == "request" and _is_id_of_a_call(change) and not _was_given(scene, change):
            yield replace(change, circumstance=OF_A_CALL)
        else:
            yield replace(change, expected=change.rule != UNCLASSIFIED or _is_worded(change))


def _is_worded(change: Change) -> bool:
    """Whether each server fills the field with words of its own."""
    path = without_brackets(change.path, "[]")
    return any(path.endswith(f".{row.match}") for row in WORDED)


def _is_id_of_a_call(change: Change) -> bool:
    """Whether a call in the history, its result or another item of it has an id on one side only."""
    is_of_one_side = change.rule in _OF_ONE_SIDE or change.circumstance == OF_A_CALL
    is_said = change.path.startswith("request.input_messages[")
    return is_of_one_side and is_said and "id" in words_of(change.path.rpartition(".")[2])


_OF_ONE_SIDE = ("request-field-added", "request-field-removed")


def _was_given(scene: Scene, change: Change) -> bool:
    """Whether an earlier answer gave the id to its call: then the client only gives it back."""
    came = change.old in ("", ABSENT)
    value, asking = (change.new, scene.new) if came else (change.old, scene.old)
    return any(value in _ids_given(each) for each in scene.ids.recordings[came] if each.index < asking.index)


def _ids_given(interaction: Interaction) -> list[Json]:
    said = () if interaction.llm is None else interaction.llm.output_messages
    return [call.id for message in said for call in tool_calls(message.parts)]
