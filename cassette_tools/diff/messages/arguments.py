"""How grave a change of JSON that a model made is: of a tool call's arguments, of an answer that was to be JSON.

The schema that the request declared decides: what it allows is the model's business, and what it does not is for the
client to fail on. Without one, another name or type in arguments is another shape.
"""

from __future__ import annotations

from cassette_tools.data.drift import ACTING_ARGUMENTS, SPOKEN, SPOKEN_ARGUMENTS, WHITESPACE
from cassette_tools.diff.values.freeform import dotted, json_type
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.freeform import JsonChange
    from cassette_tools.model import Interaction, Json, LLMCall, ToolCall

SHAPE, VALUE = "tool-arguments-shape-changed", "tool-arguments-changed"
# What a value can break without another type: the keywords that limit values.
_LIMITS = (
    "enum",
    "const",
    "minimum",
    "maximum",
    "Length",
    "Items",
    "Properties",
    "multipleOf",
    "anyOf",
    "oneOf",
    "not",
)


def judged_arguments(scene: Scene, differences: Sequence[JsonChange], old: ToolCall, new: ToolCall) -> tuple[str, str]:
    """The rule, and what of the schema the new arguments break, in words that go on a sentence (mostly ``""``)."""
    if old.arguments_valid != new.arguments_valid:
        return SHAPE if old.arguments_valid else VALUE, ""
    before, after = _declared(scene.old, old.name), _declared(scene.new, new.name)
    broken = (
        broken_by(differences, old.arguments, new.arguments, before or after, after, shown=False) if after else None
    )
    if broken:
        return SHAPE, f"; by its schema, {', '.join(broken)}"
    if broken is None:
        is_other_shape = any(found.is_of_shape for found in differences)
    else:
        is_other_shape = any(_is_undeclared(found, after) for found in differences)
    return SHAPE if is_other_shape else VALUE, ""


def circumstance_of(differences: Sequence[JsonChange], old: Json, new: Json) -> str | None:
    """That the tool does the same with both: only blanks behind commas differ, or what a person is told of the call."""
    import re

    spaced = [re.sub(r"([,;])[ ]+", r"\1", repr(side)) for side in (old, new)]
    if spaced[0] == spaced[1] and "\\n" not in spaced[0]:
        return WHITESPACE
    if not differences or not isinstance(old, dict) or not isinstance(new, dict):
        return None
    acts = any(name in ACTING_ARGUMENTS for name in old)
    return SPOKEN if acts and all(map(_is_spoken, differences)) else None


def _is_spoken(found: JsonChange) -> bool:
    """Whether what differs is a text that a person is told."""
    if len(found.route) != 1 or found.route[0] not in SPOKEN_ARGUMENTS:
        return False
    return all(side is ABSENT or isinstance(side, str) for side in (found.old, found.new))


def broken_by(
    differences: Sequence[JsonChange],
    old: Json,
    new: Json,
    old_schema: Json,
    new_schema: Json,
    *,
    shown: bool = True,
) -> list[str] | None:
    """What of its schema the new document breaks although the old one kept to its own, in words (with the values,
    unless these are `shown` beside); ``None`` where there is no schema to judge by.
    """
    if not isinstance(new_schema, dict):
        return None
    can = any(found.is_of_shape or _may_break(found.new) for found in differences) or _limits(new_schema)
    if not can and old_schema == new_schema:
        return []
    from cassette_tools.diff.messages.validity import faults

    broken = faults(new, new_schema, shown=shown)
    return broken if not broken or not faults(old, old_schema) else []


def other_shape(differences: Sequence[JsonChange], old: Json, new: Json, schemas: tuple[Json, Json]) -> str:
    """What two answers that are JSON have of other types, or lack of what was promised, in words; nothing where a
    schema that is asked for now says what there may be.
    """
    if schemas[1] is not None:
        return ""
    if schemas[0] is not None:
        from cassette_tools.diff.messages.validity import faults

        broken = faults(new, schemas[0], _OF_SHAPE)
        return ", ".join(broken) if broken and not faults(old, schemas[0]) else ""
    return ", ".join(
        f"{dotted(each.route).lstrip('.') or 'it'} {json_type(each.old)} → {json_type(each.new)}"
        for each in differences
        if _is_retyped(each)
    )


def _is_retyped(found: JsonChange) -> bool:
    """Whether a value is of another type; null is of any."""
    return found.is_of_shape and not found.came_or_went and None not in (found.old, found.new)


_OF_SHAPE = ("type", "required", "anyOf", "oneOf")  # keywords: what else a schema says of a value, no type says


def schema_of(call: LLMCall | None) -> Json:
    """The JSON Schema that the answer was asked to satisfy, if any."""
    wanted = call.parameters.get("response_format") if call is not None else None
    return wanted.get("schema") if isinstance(wanted, dict) else None


def _declared(interaction: Interaction, name: str) -> dict[str, Json]:
    """The schema of a tool's arguments, by the tool's name; an empty one when there is none."""
    tools = interaction.llm.tools if interaction.llm is not None else ()
    for tool in tools:
        if tool.name == name and isinstance(tool.parameters, dict):
            return tool.parameters
    return {}


def _limits(schema: dict[str, Json]) -> bool:
    written = repr(schema)
    return any(f"{word}'" in written for word in _LIMITS)


def _may_break(value: Json) -> bool:
    """Whether a value breaks a schema by itself: one that is no integer, or a new element with members of its own."""
    return isinstance(value, dict | list) or (isinstance(value, float) and not value.is_integer())


def _is_undeclared(found: JsonChange, schema: dict[str, Json]) -> bool:
    """An argument that came or went without a word of the schema on it."""
    properties = schema.get("properties")
    name = found.route[0] if found.route else ""
    return ABSENT in (found.old, found.new) and not (isinstance(properties, dict) and name in properties)
