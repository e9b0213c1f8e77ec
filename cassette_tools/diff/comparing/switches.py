"""An object that switches thinking, of which several fields changed: it is one setting, and told as a whole.

Which of the fields is the switch every provider says otherwise; beside it stand others, that mean nothing without it.
"""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.diff.changes.places import request_place
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene

_SWITCH = re.compile(r"request((?:\.\w+)*\.(?:think|thinking|reasoning|thinking_config|thinkingConfig))\.")
_CANONICAL = "request.parameters.reasoning."
_SETTINGS = ("request-field-added", "request-field-removed", "request-parameter-changed")


def with_whole_switches(scene: Scene, changes: Iterable[Change]) -> Iterator[Change]:
    """The changes of a request; those of the fields of one switch as one. A field that has a name of ours (an effort,
    a budget) is told by that name.
    """
    told = list(changes)
    switches = {} if any(each.path.startswith(_CANONICAL) for each in told) else _switches(told)
    firsts = {id(group[0]): (path, group) for path, group in switches.items()}
    others = {id(each) for group in switches.values() for each in group[1:]}
    for change in told:
        if id(change) in firsts:
            yield _whole(scene, *firsts[id(change)])
        elif id(change) not in others:
            yield change


def _switches(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """The objects that switch thinking of which several fields changed, by their paths."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        switch = _SWITCH.match(change.path) if change.rule in _SETTINGS and change.circumstance is None else None
        if switch is not None:
            found.setdefault(switch[1], []).append(change)
    return {path: group for path, group in found.items() if len(group) > 1}


def _whole(scene: Scene, path: str, fields: list[Change]) -> Change:
    pointer = path.replace(".", "/")
    old, new = (value_at(side.request.body.json, pointer) for side in (scene.old, scene.new))
    return replace(
        fields[0],
        rule="request-parameter-changed",
        path=f"request{path}",
        old=old,
        new=new,
        subject=path.lstrip("."),
        note="",
        echo=None,
        sent=None,
        old_place=None if old is ABSENT else request_place(scene.old, pointer),
        new_place=None if new is ABSENT else request_place(scene.new, pointer),
    )
