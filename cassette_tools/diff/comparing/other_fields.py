"""What two providers of one API are sent, and answer, in other fields: expected, and listed with all noise.

An id that a client makes up for a call is not: one server wants it and another refuses it.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import OF_A_CALL
from cassette_tools.diff.comparing.reconcile import unexplained
from cassette_tools.diff.messages.parts import tool_calls
from cassette_tools.diff.values.differences import words_of
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json


def other_fields(scene: Scene, side: str, told: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The differences of two bodies, JSON of one API, of which no change of meaning speaks."""
    for change in unexplained(scene, side, told, old, new):
        if side == "request" and _is_id_of_a_call(change) and not _was_given(scene, change):
            yield replace(change, circumstance=OF_A_CALL)
        else:
            yield replace(change, expected=True)


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
