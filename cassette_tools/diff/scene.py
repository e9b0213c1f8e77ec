"""What a comparison of two interactions works with, and the few moves that all comparisons share."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import CROSS_PROVIDER
from cassette_tools.diff.change import Change
from cassette_tools.model import ABSENT
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.volatile import Volatile
    from cassette_tools.diff.align import Pair
    from cassette_tools.diff.ids import Correlation
    from cassette_tools.model import Interaction, Json, Place


@record
class Scene:
    """Two interactions that ask the same, the ids met so far, and the profile."""

    pair: Pair
    old: Interaction
    new: Interaction
    ids: Correlation
    profile: str

    @property
    def is_cross_provider(self) -> bool:
        """Only canonical meaning is compared then."""
        return self.profile == CROSS_PROVIDER


def noise(scene: Scene, row: Volatile, path: str, origin: str, old: Json, new: Json) -> Change:
    """A change of something volatile, under the name of its class."""
    return Change(
        rule=f"{row.kind}-changed",
        path=path,
        origin=origin,
        pair=scene.pair,
        old=old,
        new=new,
        subject=path,
        note=row.reason,
    )


def volatile_changes(
    scene: Scene, path: str, origin: str, old: Json, new: Json, places: tuple[Place | None, Place | None] = (None, None)
) -> Iterator[Change] | None:
    """The noise (or the broken id) that a change at `path` is; ``None`` when the field is not volatile."""
    row = volatile_field(path)
    if row is None:
        return None
    if row.kind == "id" and _may_be_id(old) and _may_be_id(new):
        return id_changes(scene, path, origin, old or None, new or None, places)
    return iter((noise(scene, row, path, origin, old, new),))


def _may_be_id(value: Json) -> bool:
    return value is None or value is ABSENT or isinstance(value, str)


def id_changes(
    scene: Scene,
    path: str,
    origin: str,
    old: str | None,
    new: str | None,
    places: tuple[Place | None, Place | None] = (None, None),
) -> Iterator[Change]:
    """Nothing for a consistent renaming but noise at its first sight; a finding for an id that is missing or leads
    elsewhere.
    """
    if not old and not new:
        return
    if not old or not new:
        note = f"the id {old} is missing" if old else f"an id {new} where there was none"
        yield Change(
            rule="id-topology-changed",
            path=path,
            origin=origin,
            pair=scene.pair,
            old=old or ABSENT,
            new=new or ABSENT,
            subject=path,
            note=note,
            echo=("text", old or "", new or ""),
            old_place=places[0],
            new_place=places[1],
        )
        return
    if scene.ids.are_coupled(old, new):
        return
    if origin == "request" and not scene.ids.refer(old, new):
        yield Change(
            rule="id-topology-changed",
            path=path,
            origin=origin,
            pair=scene.pair,
            old=old,
            new=new,
            subject=path,
            note=f"{old} and {new} do not stand for the same thing",
            echo=("text", old or "", new or ""),
            old_place=places[0],
            new_place=places[1],
        )
        return
    scene.ids.define(old, new)
    if old != new:
        yield Change(rule="id-changed", path=path, origin=origin, pair=scene.pair, old=old, new=new, subject=path)
