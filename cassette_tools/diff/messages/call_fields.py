"""What a client needs of a tool call to run it, told across providers: an id, and arguments that it can read.

Within one API the comparison of the JSON tells of an id and of a type as of any field (`diff.reconcile`). Another
provider has other fields, and that is no news; but a call that cannot be run is one whoever made it.
"""

from __future__ import annotations

from cassette_tools.data.drift import OF_A_CALL
from cassette_tools.data.wire import NAMED_CALLS, STRING_CALLS
from cassette_tools.diff.changes.places import is_null_in_events, response_place
from cassette_tools.diff.values.freeform import json_type
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import route_from_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, LLMCall, ToolCall

_STRINGS = frozenset(row.name for row in STRING_CALLS)
_NAMED = frozenset(row.name for row in NAMED_CALLS)


def call_field_changes(scene: Scene, old: ToolCall, new: ToolCall, path: str) -> Iterator[Change]:
    """What the API of a call promises that it has, and the other recording's call lacks, or has of another type."""
    before, after = scene.old.llm, scene.new.llm
    if before is None or after is None:
        return
    found = {"arguments": (_arguments(scene.old, before, old), _arguments(scene.new, after, new))}
    told_as_json = before.dialect == after.dialect and not scene.is_cross_provider
    if not told_as_json:
        found["id"] = (_id(before, old), _id(after, new))
    for name, values in found.items():
        rule = _RULES.get((_kind(values[0]), _kind(values[1])))
        if rule is not None and not (told_as_json and rule == "wire-type-changed"):
            yield _change(scene, rule, name, (old, new), values, path)


def _id(call: LLMCall, made: ToolCall) -> Json:
    return (made.id or ABSENT) if call.dialect in _NAMED else _NOT_PROMISED


def _arguments(interaction: Interaction, call: LLMCall, made: ToolCall) -> Json:
    """The arguments as they were sent."""
    if call.dialect not in _STRINGS or made.kind != "function":
        return _NOT_PROMISED
    body = interaction.response.body
    found = value_at(call.body if body.stream else body.json, made.pointer)
    is_null = found is ABSENT and bool(body.stream) and is_null_in_events(interaction, route_from_pointer(made.pointer))
    return None if is_null else found


_NOT_PROMISED = ""  # any string: there is nothing that the call could lack


def _kind(value: Json) -> str:
    return "absent" if value is ABSENT else json_type(value)


_RULES = {
    ("string", "absent"): "wire-field-removed",
    ("string", "null"): "wire-field-nulled",
    ("string", "object"): "wire-type-changed",
    ("absent", "string"): "wire-field-added",
    ("null", "string"): "wire-field-filled",
    ("object", "string"): "wire-type-changed",
}


def _change(
    scene: Scene, rule: str, name: str, calls: tuple[ToolCall, ToolCall], values: tuple[Json, Json], path: str
) -> Change:
    typed = rule == "wire-type-changed"
    old, new = (json_type(side) if typed else side for side in values)
    return scene.change(
        rule=rule,
        path=f"{path}.{name}",
        origin="response",
        old=old,
        new=new,
        subject=f"{name} of the call to {calls[1].name or calls[0].name}",
        circumstance=OF_A_CALL,
        old_place=response_place(scene.old, calls[0].pointer),
        new_place=response_place(scene.new, calls[1].pointer),
    )
