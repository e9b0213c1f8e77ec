"""What became of a JSON Schema in a request, as one change."""

from __future__ import annotations

from cassette_tools.data.drift import OF_SETTING
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.diff.values.json_schema import in_words, schema_changes
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.schemas import OtherSchema
    from cassette_tools.model import Place


def schema_change(scene: Scene, schema: OtherSchema) -> Change:
    """The change of one schema; it stands where its first difference does."""
    name = dotted(schema.new_route)
    return Change(
        rule="response-schema-changed",
        path=f"request{name}",
        origin="request",
        pair=scene.pair,
        old=schema.old,
        new=schema.new,
        subject=name.lstrip("."),
        note=in_words(schema_changes(schema.old, schema.new)) or "the order of its fields",
        circumstance=OF_SETTING,
        old_place=_place(scene, schema, new=False),
        new_place=_place(scene, schema, new=True),
    )


def _place(scene: Scene, schema: OtherSchema, *, new: bool) -> Place | None:
    first = schema.found[0]
    if new:
        return request_place(
            scene.new, pointer_from_route(schema.new_route if first.new is ABSENT else first.new_route)
        )
    return request_place(scene.old, pointer_from_route(schema.old_route if first.old is ABSENT else first.old_route))
