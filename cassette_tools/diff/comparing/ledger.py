"""The differences of two bodies, and the changes of meaning that explain them."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.diff.changes.kinds import is_of_parts, kinds_in
from cassette_tools.diff.comparing.covering import (
    OF_SETTINGS,
    Index,
    by_name,
    by_place,
    by_subject,
    by_value,
    is_object_of_settings,
    named_alike,
)
from cassette_tools.diff.comparing.moves import moves_in
from cassette_tools.diff.messages.sources import source_couples
from cassette_tools.diff.values.differences import differences
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.diff.values.resettled import resettled
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.comparing.bodies import Bodies
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Route

    Covers = Callable[[Change, Difference], bool]


class Ledger:
    """The numbered differences of two bodies, and which of them are reported already."""

    def __init__(self, bodies: Bodies) -> None:
        scene, old, new = bodies.scene, bodies.old, bodies.new
        alone = {(added, pointer) for where, added, pointer in scene.alone if where == bodies.side}
        sources, self.reordered = ({}, []) if bodies.is_request else source_couples(scene, old, new)
        couples = {**sources, **scene.coupled(bodies.side)}
        self.bodies = bodies
        self.found = resettled(list(differences(old, new, couples, self._is_opaque, alone)))
        self.index = Index(self.found)
        self.kinds = frozenset(kinds_in(self.found, old, new))
        self._moves = dict(moves_in(self.found)) if bodies.is_request else {}
        self._told: set[int] = set()
        self._texts: tuple[set[str], set[str]] = (set(), set())  # where texts stand that are told as such

    def _is_opaque(self, route: Route) -> bool:
        """Whether the value at a route is compared as a whole, whatever is in it."""
        row = volatile_field(dotted(route).lstrip("."), self.bodies.side)
        if row is None or row.kind in ("id", "measure"):
            return False
        if not row.match.startswith("embedding"):
            return True
        return not any(
            isinstance(value, dict) for value in self.bodies.at((route, route))
        )  # of vectors, by their names

    # --- what is told ------------------------------------------------------------------------------------------------

    def tell(self, numbers: Iterable[int]) -> None:
        """Note that these differences are reported."""
        self._told.update(numbers)

    def left(self) -> dict[int, Difference]:
        """The differences that nothing reports yet."""
        return {number: each for number, each in enumerate(self.found) if number not in self._told}

    def moves(self) -> Mapping[int, int]:
        """From each removed text to the same text that was added elsewhere, by their numbers. A pair with a reported
        end is no move.
        """
        return {gone: come for gone, come in self._moves.items() if not {gone, come} & self._told}

    # --- what the changes explain ------------------------------------------------------------------------------------

    def claims(self, changes: Sequence[Change]) -> list[list[Difference]]:
        """The differences that each change explains. If several changes could, the surest way to match decides."""
        claimed: list[list[Difference]] = [[] for _ in changes]
        self._note_texts(changes)
        for covers in (by_place, by_subject, by_value, by_name):
            self._ask(covers, changes, claimed)
        if self.bodies.is_request:
            self._open_settings(changes, claimed)
        return claimed

    def renamed_setting(self, change: Change) -> tuple[Difference, Difference] | None:
        """The removed field with the old value of a setting, and the field that was added with its new value."""
        if not self.has_derived(change) or ABSENT in (change.old, change.new):
            return None
        couple = next(named_alike(change, self.left()), None)
        if couple is None:
            return None
        self.tell(couple)
        return self.found[couple[0]], self.found[couple[1]]

    def is_told_as_text(self, found: Difference) -> bool:
        """Whether a text in it is reported as part of a message."""
        ways = map(pointer_from_route, found.routes)
        return any(
            f"{each}/".startswith(f"{way}/") for way, side in zip(ways, self._texts, strict=True) for each in side
        )

    def has_derived(self, change: Change) -> bool:
        """Whether it may be a setting that was not sent like this: the model of calls derived it from what was sent."""
        return bool(self.found) and change.path.startswith("request.parameters.")

    def _note_texts(self, changes: Sequence[Change]) -> None:
        for change in [each for each in changes if each.rule in _TEXTS]:
            for side, place in zip(self._texts, (change.old_place, change.new_place), strict=True):
                side.add((place.folded if place is not None else None) or "")

    def _ask(self, covers: Covers, changes: Sequence[Change], claimed: list[list[Difference]]) -> None:
        for change, own in zip(changes, claimed, strict=True):
            for number in self.index.candidates(covers, change):
                found = self.found[number]
                if self._is_open(number, change) and covers(change, found):
                    own.append(found)
                    self._told.add(number)

    def _is_open(self, number: int, change: Change) -> bool:
        """Whether a change may explain a difference: a change of a part does not explain that the part has another
        kind.
        """
        return number not in self._told and not (number in self.kinds and is_of_parts(change))

    def _open_settings(self, changes: Sequence[Change], claimed: list[list[Difference]]) -> None:
        """Look into objects of settings that came or went: a change may explain one of their members."""
        for number, whole in self.left().items():
            is_open = number not in self._told and is_object_of_settings(whole)
            members = _members_of(whole) if is_open else []
            if not _is_any_covered(members, changes):
                continue
            self._told.add(number)
            self.found.extend(members)
            self.index = Index(self.found)
            for covers in OF_SETTINGS:
                self._ask(covers, changes, claimed)


_TEXTS = frozenset(("prompt-changed", "system-prompt-changed", "tool-result-changed", "reasoning-reworded"))


def _members_of(whole: Difference) -> list[Difference]:
    """The differences within an object that is on one side only, or empty on the other."""
    members = differences(whole.old or {}, whole.new or {}, {})
    return [
        replace(each, old_route=(*whole.old_route, *each.old_route), new_route=(*whole.new_route, *each.new_route))
        for each in members
    ]


def _is_any_covered(members: Sequence[Difference], changes: Sequence[Change]) -> bool:
    return any(covers(change, member) for member in members for change in changes for covers in OF_SETTINGS)
