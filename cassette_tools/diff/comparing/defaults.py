"""A setting that came or went, and says what holds without it."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.defaults import DEFAULTS
from cassette_tools.data.drift import DEFAULT
from cassette_tools.diff.values.freeform import are_same
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json

_CAME_OR_WENT = ("request-field-added", "request-field-removed")


def with_defaults(scene: Scene, changes: Iterable[Change]) -> Iterator[Change]:
    """The changes of a request, those among them that only spell a default out marked as such."""
    for change in changes:
        yield replace(change, circumstance=DEFAULT) if _is_default(scene, change) else change


def _is_default(scene: Scene, change: Change) -> bool:
    if change.rule not in _CAME_OR_WENT or change.circumstance is not None or change.path == "request.model":
        return False
    came = change.old is ABSENT
    place, side = (change.new_place, scene.new) if came else (change.old_place, scene.old)
    pointer = (place.folded if place is not None else None) or ""
    value = value_at(side.request.body.json, pointer) if pointer else ABSENT
    return value is not ABSENT and (_is_documented(scene, pointer, value) or _is_given_back(scene, pointer, value))


def _is_documented(scene: Scene, pointer: str, value: Json) -> bool:
    call = scene.new.llm
    rows = (row for row in DEFAULTS if row.pointer == pointer and are_same(row.value, value))
    return call is not None and any(call.dialect.startswith(row.apis) for row in rows)


def _is_given_back(scene: Scene, pointer: str, value: Json) -> bool:
    """Whether both answers say that this holds, although only one of them was asked for it (OpenAI's Responses)."""
    calls = [side.llm for side in (scene.old, scene.new)]
    return all(call is not None and are_same(value_at(call.body, pointer), value) for call in calls)
