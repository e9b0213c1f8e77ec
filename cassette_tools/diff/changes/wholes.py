"""Many differences that are one change: items that a list gained and lost, or a JSON Schema in a request."""

from __future__ import annotations

from cassette_tools.data.drift import OF_SETTING, THINGS
from cassette_tools.diff.changes.places import request_place, response_place
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.diff.values.json_schema import in_words, schema_changes
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.schemas import OtherSchema
    from cassette_tools.diff.values.things import OtherThings


def things_change(scene: Scene, things: OtherThings) -> Change:
    """The change of one list; it stands where the first of them has its name."""
    rule = "response-body-changed" if things.gone and things.come else _RULES[bool(things.come)]
    gone, come = (
        f"{pointer_from_route(each[0].route)}/{things.key}" if each else "" for each in (things.gone, things.come)
    )
    return scene.change(
        rule=rule,
        path=f"response.body{dotted(things.new_route)}",
        origin="response",
        old=things.old,
        new=things.new,
        subject=dotted(things.new_route).lstrip(".") or "the list",
        note=things.words,
        circumstance=THINGS,
        old_place=response_place(scene.old, gone) if gone else None,
        new_place=response_place(scene.new, come) if come else None,
    )


_RULES = {True: "response-field-added", False: "response-field-removed"}


def schema_change(scene: Scene, schema: OtherSchema) -> Change:
    """The change of one schema; it stands where its first difference does."""
    name, first = dotted(schema.new_route), schema.found[0]
    old = schema.old_route if first.old is ABSENT else first.old_route
    new = schema.new_route if first.new is ABSENT else first.new_route
    return scene.change(
        rule="response-schema-changed",
        path=f"request{name}",
        origin="request",
        old=schema.old,
        new=schema.new,
        subject=name.lstrip("."),
        note=in_words(schema_changes(schema.old, schema.new)) or "the order of its fields",
        circumstance=OF_SETTING,
        old_place=request_place(scene.old, pointer_from_route(old)),
        new_place=request_place(scene.new, pointer_from_route(new)),
    )
