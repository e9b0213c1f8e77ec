"""Prompts that differ only in what a program made for the run: ids are noise, the time is not quite."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import MADE, STAMPED
from cassette_tools.diff.texts.made import made_apart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene


def as_made_anew(scene: Scene, change: Change) -> Change:
    """The change of a text; where only ids and times differ, and each id is that of the same thing, as what it is."""
    if not isinstance(change.old, str) or not isinstance(change.new, str):
        return change
    found = made_apart(change.old, change.new)
    if found is None or not all(_is_same_thing(scene, *each) for each in found.ids):
        return change
    for old, new in found.ids:
        scene.ids.define(old, new)
    return replace(change, circumstance=STAMPED if found.times else MADE, note=found.note, size=None)


def _is_same_thing(scene: Scene, old: str, new: str) -> bool:
    """Whether two ids are a couple, or neither was met before."""
    known = scene.ids.common_name(old, new=False), scene.ids.common_name(new, new=True)
    return scene.ids.are_coupled(old, new) or known == (None, None)
