"""In what a call is measured: tokens, seconds, searches. Who adds up one of them has nothing to add up in another."""

from __future__ import annotations

import re

from cassette_tools.data.drift import OTHER_UNIT
from cassette_tools.diff.changes.places import response_place
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, LLMCall


def unit_change(scene: Scene) -> Change | None:
    """Another unit, where one API counts a call in something that it did not count before, and in nothing else."""
    left, right = scene.old.llm, scene.new.llm
    if left is None or right is None or left.dialect != right.dialect:
        return None
    (before, old), (after, new) = _counted(left), _counted(right)
    units = _units(old), _units(new)
    if not all(units) or units[0].keys() & units[1].keys():
        return None
    return scene.change(
        rule="usage-vanished",
        path="response.usage",
        origin="response",
        old=old,
        new=new,
        note=f"in {_listed(units[1])} now, not in {_listed(units[0])}",
        circumstance=OTHER_UNIT,
        old_place=response_place(scene.old, before),
        new_place=response_place(scene.new, after),
    )


def _counted(call: LLMCall) -> tuple[str, Json]:
    """Where an answer says what the call took, and what it says there."""
    known = (call.usage.pointer,) if call.usage is not None and call.usage.pointer else ()
    held = ((pointer, value_at(call.body, pointer)) for pointer in (*_POINTERS, *known))
    return next((each for each in held if isinstance(each[1], dict)), ("", ABSENT))


_POINTERS = ("/usage", "/meta/billed_units", "/usageMetadata")


def _units(counts: Json) -> dict[str, list[str]]:
    """What is counted, by the last words of the names: ``input_tokens``, ``seconds``. A nought says nothing."""
    units: dict[str, list[str]] = {}
    for name, value in counts.items() if isinstance(counts, dict) else ():
        words = re.findall("[A-Za-z][a-z]*", name)
        if words and isinstance(value, int | float) and value:
            units.setdefault(words[-1].lower(), []).append(name)
    return units


def _listed(units: dict[str, list[str]]) -> str:
    """``tokens``; of one count, its own name."""
    return " and ".join(names[0].replace("_", " ") if len(names) == 1 else unit for unit, names in units.items())
