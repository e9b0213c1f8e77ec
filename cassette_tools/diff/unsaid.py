"""The net under the comparison: JSON that differs although nothing that was compared by its meaning does.

A dialect may leave something out, and a provider may send what nobody has seen: that is never swallowed. What is let
through is known to mean nothing: noise, ids renamed, the order of parallel calls, and other spellings of nothing.
"""

from __future__ import annotations

from cassette_tools.diff.freeform import dotted, json_changes
from cassette_tools.diff.text import json_document
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from cassette_tools.diff.freeform import JsonChange
    from cassette_tools.diff.scene import Scene
    from cassette_tools.model import Json


def first_unsaid(
    scene: Scene, old: Json, new: Json, told: Collection[str] = (), values: Collection[tuple[object, object]] = ()
) -> JsonChange | None:
    """The first difference that means something, or may; ``None`` when all is accounted for.

    `told` are the names of fields of which something was reported already, `values` what was compared.
    """
    first = None
    for found in json_changes(old, new):
        if _is_told(found, told) or _is_among(found, values) or is_known(scene, found):
            continue
        first = first or found
        if found.is_of_shape:
            return found
    return None if first is None or _is_reordering(scene, old, new) else first


def _is_told(found: JsonChange, told: Collection[str]) -> bool:
    return any(isinstance(step, str) and step.startswith(name) for step in found.route for name in told)


def _is_among(found: JsonChange, values: Collection[tuple[object, object]]) -> bool:
    """Whether both values were compared: as they are, as members of a part, or as pieces of a text."""
    if not (isinstance(found.old, str) and isinstance(found.new, str)):
        return False
    for old, new in values:
        if isinstance(old, dict) and isinstance(new, dict):
            if any(found.old == old[key] and found.new == new.get(key) for key in old):
                return True
        elif isinstance(old, str) and isinstance(new, str) and _is_piece(found.old, old) and _is_piece(found.new, new):
            return True
    return False


def _is_piece(part: str, whole: str) -> bool:
    return part == whole or (len(part) >= _PIECE and part in whole)


_PIECE = 20  # characters from which a piece of a text is found in it by no chance


def is_known(scene: Scene, found: JsonChange) -> bool:
    """Noise, an id renamed, another spelling of nothing, or JSON in a string that is laid out otherwise."""
    if volatile_field(dotted(found.route).lstrip(".")) is not None:
        return True
    if found.route and _is_nothing(found.old) and _is_nothing(found.new):
        return True
    if not (isinstance(found.old, str) and isinstance(found.new, str)):
        return False
    if _is_renaming(scene, found.old, found.new):
        return True
    left, right = json_document(found.old), json_document(found.new)
    return left is not None and right is not None and not any(json_changes(left, right))


def _is_nothing(value: Json) -> bool:
    """Absent, null, and what is empty; but 0 and false are something."""
    return not value and not isinstance(value, bool | int | float)


def _is_renaming(scene: Scene, old: Json, new: Json) -> bool:
    return isinstance(old, str) and isinstance(new, str) and scene.ids.are_renamed(old, new)


def _is_reordering(scene: Scene, old: Json, new: Json) -> bool:
    """Whether two documents hold the same values in another order, ids and noise aside."""
    left, right = _leaves(old), _leaves(new)
    lost = [value for key, value in left.items() if key not in right]
    gained = [value for key, value in right.items() if key not in left]
    return len(lost) == len(gained) and all(any(_is_renaming(scene, a, b) for b in gained) for a in lost)


def _leaves(document: Json) -> dict[tuple[str, int], Json]:
    """The values of a document that are no noise, each with its how-manieth occurrence. Indices count for nothing."""
    counts: dict[str, int] = {}
    leaves: dict[tuple[str, int], Json] = {}
    pending = [("", document)]
    while pending:
        name, value = pending.pop()
        if isinstance(value, dict):
            pending.extend((str(key), child) for key, child in value.items() if key != "index")
        elif isinstance(value, list):
            pending.extend((name, child) for child in value)
        else:
            row = volatile_field(name)
            if row is not None and row.kind != "id":
                continue
            spelled = repr(value)
            counts[spelled] = counts.get(spelled, 0) + 1
            leaves[spelled, counts[spelled]] = value
    return leaves
