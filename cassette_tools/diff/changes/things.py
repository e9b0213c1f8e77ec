"""What came to a list of things that have names, and what went, as one change."""

from __future__ import annotations

from cassette_tools.data.drift import THINGS
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.things import OtherThings


def things_change(scene: Scene, things: OtherThings) -> Change:
    """The change of one list; it stands where the first of them has its name."""
    rule = "response-body-changed" if things.gone and things.come else _RULES[bool(things.come)]
    gone, come = (
        f"{pointer_from_route(each[0].route)}/{things.key}" if each else "" for each in (things.gone, things.come)
    )
    return Change(
        rule=rule,
        path=f"response.body{dotted(things.new_route)}",
        origin="response",
        pair=scene.pair,
        old=things.old,
        new=things.new,
        subject=dotted(things.new_route).lstrip(".") or "the list",
        note=things.words,
        circumstance=THINGS,
        old_place=response_place(scene.old, gone) if gone else None,
        new_place=response_place(scene.new, come) if come else None,
    )


_RULES = {True: "response-field-added", False: "response-field-removed"}
