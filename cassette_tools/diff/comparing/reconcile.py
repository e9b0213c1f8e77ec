"""Make sure that every difference of the JSON is reported once.

The changes of meaning are compared with all differences of the JSON. In a `Ledger`, each change claims the differences
that it explains, and gets its place from them (`placing`). A difference that no change claims becomes a change itself:
together with others if they are one fact, else alone, as noise, as a move, or by its rule (`json_rules`, `shown`).
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import OTHER_SCALE, SIZE, UNCLASSIFIED
from cassette_tools.diff.changes.kinds import echo_of_kind
from cassette_tools.diff.changes.masks import stripped
from cassette_tools.diff.changes.places import is_null_in_events
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.changes.wholes import schema_change, things_change
from cassette_tools.diff.comparing.bodies import Bodies, Spot, short_path
from cassette_tools.diff.comparing.json_rules import OWN_WORDS, is_ranking, is_setting, ruled
from cassette_tools.diff.comparing.ledger import Ledger
from cassette_tools.diff.comparing.moves import at_another_element, is_as_far_from_the_end, moved, stands_elsewhere
from cassette_tools.diff.comparing.placing import placed, under_both_names
from cassette_tools.diff.comparing.scales import scale_change, scales_in
from cassette_tools.diff.comparing.shown import told
from cassette_tools.diff.comparing.vectors import is_of_other_size, lengths_of, other_vector
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.diff.values.differences import Difference
from cassette_tools.diff.values.freeform import dotted, route_of
from cassette_tools.diff.values.schemas import other_schemas
from cassette_tools.diff.values.scores import is_emptied, score_differences
from cassette_tools.diff.values.things import other_things
from cassette_tools.diff.values.token_lists import are_given_back, are_lists_of_tokens, follow_from_words
from cassette_tools.model import ABSENT
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Route


def reconciled(scene: Scene, side: str, changes: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The changes of a request or a response with their places, then the differences that none of them explains.

    `old` and `new` are the JSON bodies (of a stream, joined). A setting that only the canonical model knows (it was
    derived from others) is left to what it was derived from.
    """
    ledger = Ledger(Bodies(scene=scene, side=side, old=old, new=new))
    yield from _explained(ledger, changes)
    yield from _Leftover(ledger).changes()


def explained(scene: Scene, side: str, changes: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The changes of a request or a response with their places, alone."""
    return _explained(Ledger(Bodies(scene=scene, side=side, old=old, new=new)), changes)


def unexplained(scene: Scene, side: str, changes: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The differences that none of the changes of a request or a response explains, alone."""
    ledger = Ledger(Bodies(scene=scene, side=side, old=old, new=new))
    list(_explained(ledger, changes))
    yield from _Leftover(ledger).changes()


def _explained(ledger: Ledger, changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, each with the places of the differences that it explains."""
    for change, evidence in zip(changes, ledger.claims(changes), strict=True):
        if evidence:
            yield placed(ledger, change, evidence)
        elif (couple := ledger.renamed_setting(change)) is not None:
            yield under_both_names(ledger.bodies, change, *couple)
        elif not ledger.has_derived(change):
            yield change


class _Leftover:
    """Turns the differences that no change explains into changes, and remembers what is reported once for each kind."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._bodies = ledger.bodies
        self._scene = ledger.bodies.scene
        self._is_request = ledger.bodies.is_request
        self._scales = [] if self._is_request else scales_in(self._scene, self._bodies.old, self._bodies.new)
        self._once: set[Hashable] = set()

    def changes(self) -> Iterator[Change]:
        """The differences as changes of their own."""
        moves = self._ledger.moves()
        arrived = frozenset(moves.values())
        yield from self._schemas() if self._is_request else self._of_lists()
        for number, found in self._ledger.left().items():
            if is_as_far_from_the_end(self._bodies, found):
                yield at_another_element(self._bodies, self._bodies.spot(found))
            elif number in moves:
                yield moved(self._bodies, found, self._ledger.found[moves[number]])
            elif number not in arrived:
                yield from self._of_kind(found) if number in self._ledger.kinds else self._alone(found)

    def _is_news(self, key: Hashable) -> bool:
        """Whether it is the first of its kind."""
        is_first = key not in self._once
        self._once.add(key)
        return is_first

    # --- many that are one change ------------------------------------------------------------------------------------

    def _schemas(self) -> Iterator[Change]:
        """The schemas in a request that no dialect speaks of. Those of tools are told with the tools."""
        left = self._ledger.left().values()
        found = [each for each in left if not self._bodies.path(each).startswith("request.tools[")]
        for schema in other_schemas(found, self._bodies.old, self._bodies.new):
            yield schema_change(self._scene, schema)
            self._tell(schema.found)

    def _of_lists(self) -> Iterator[Change]:
        """Changes of whole lists in an answer: resources, sources in another order, scores."""
        if self._bodies.are_of_resource:
            yield from self._things()
        for old, new in self._ledger.reordered:
            yield self._reordered(route_of(old), route_of(new))
        yield from (scale_change(self._scene, each) for each in self._scales if each.is_in_order)

    def _things(self) -> Iterator[Change]:
        """The lists of resources in which things came or went."""
        left, address = [*self._ledger.left().values()], url_path(self._scene.new.request.url)
        for things in other_things(left, self._bodies.old, self._bodies.new, address):
            yield things_change(self._scene, things)
            self._tell((*things.gone, *things.come))

    def _reordered(self, old: Route, new: Route) -> Change:
        """The noise that another order of the sources is."""
        path = f"response.body{dotted(new)}"
        places = self._bodies.place(old, new=False), self._bodies.place(new, new=True)
        found = Difference(old_route=old, new_route=new)
        return self._noise(Spot(found=found, path=path, places=places), f"the order of {short_path(path)}")

    def _tell(self, every: Iterable[Difference]) -> None:
        told_now = {id(each) for each in every}
        self._ledger.tell([number for number, each in self._ledger.left().items() if id(each) in told_now])

    # --- one by one --------------------------------------------------------------------------------------------------

    def _of_kind(self, found: Difference) -> Iterator[Change]:
        """Of an element that is now called another kind: in an answer, the element was the one and is the other."""
        for own in self._own(found):
            change = replace(own, echo=echo_of_kind(found))
            if own.rule == UNCLASSIFIED and not found.renamed:
                element = replace(found, old_route=found.old_route[:-1], new_route=found.new_route[:-1])
                path = self._bodies.path(element)
                subject = self._bodies.name(element, path)
                change = replace(change, rule="wire-type-changed", path=path, subject=subject)
            yield change

    def _alone(self, found: Difference) -> Iterator[Change]:
        for each in self._opened(found):
            yield from self._own(each)

    def _opened(self, found: Difference) -> list[Difference]:
        """The difference; of probabilities, those in it that are of more than numbers, if any."""
        row = None if self._is_request or found.renamed else volatile_field(self._bodies.path(found))
        is_scored = row is not None and row.kind == "score"
        return (is_scored and [*score_differences(found)]) or [found]

    def _own(self, found: Difference) -> Iterator[Change]:
        spot = self._bodies.spot(self._with_nulls(found))
        ranking = self._ranking_of(spot.found)
        if ranking is not None:
            if not self._is_news(ranking.routes):
                return
            spot = replace(spot, found=ranking, path=self._bodies.path(ranking))
        quiet = self._quiet(spot)
        note = next((each.note for each in self._scales if each.route == spot.found.new_route), "")
        for change in self._told(spot) if quiet is None else quiet:
            yield replace(change, note=note, circumstance=OTHER_SCALE) if note else change

    def _with_nulls(self, found: Difference) -> Difference:
        """What a stream has as null on the one side, which its joined answer leaves out, and a value on the other."""
        if self._is_request or found.renamed or not found.came_or_went or None in found.values:
            return found
        lacking = self._scene.old if found.old is ABSENT else self._scene.new
        if not is_null_in_events(lacking, found.route):
            return found
        return replace(found, old=None) if found.old is ABSENT else replace(found, new=None)

    def _ranking_of(self, found: Difference) -> Difference | None:
        """The whole ranking, if it has another document at some place or another order."""
        if self._is_request or found.renamed or not (found.whole or found.route[-1:] == ("index",)):
            return None
        ways = found.routes if found.whole else (found.old_route[:-2], found.new_route[:-2])
        old, new = self._bodies.at(ways)
        if not is_ranking(old) or not is_ranking(new):
            return None
        return replace(found, old_route=ways[0], new_route=ways[1], old=old, new=new, whole=False)

    # --- what says nothing by itself ---------------------------------------------------------------------------------

    def _quiet(self, spot: Spot) -> Iterable[Change] | None:
        """The changes for a difference without meaning, or reported once for its kind; ``None`` for any other."""
        if stands_elsewhere(self._ledger, spot):
            return (at_another_element(self._bodies, spot),)
        if self._are_other_tokens(spot.found):
            subject = f"{short_path(spot.path)}, a list of tokens,"
            return (replace(self._noise(spot, subject), old=spot.found.old, new=spot.found.new),)
        quiet = None if self._counts(spot) else self._quiet_value(spot)
        if quiet is None and _was_stripped(self._bodies, spot.found):
            return (stripped(self._scene.pair, spot.path, self._bodies.side, spot.found.values, spot.places),)
        return quiet

    def _noise(self, spot: Spot, subject: str) -> Change:
        return self._bodies.change("opaque-changed", spot, subject=subject)

    def _are_other_tokens(self, found: Difference) -> bool:
        """Whether they are lists of token numbers, which follow from the words."""
        if not self._is_request:
            return follow_from_words(found)
        return are_lists_of_tokens(found) and are_given_back(
            found, (self._scene.old, self._scene.new), self._scene.ids.recordings
        )

    def _quiet_value(self, spot: Spot) -> Iterable[Change] | None:
        """The first vector that changed; noise for a changed value of a volatile field."""
        vector = (
            None if self._is_request or "vector" in self._once else other_vector(self._bodies, spot, self._ledger.found)
        )
        if vector is not None:
            self._once.add("vector")
            return (vector,)
        return volatile_changes(self._scene, spot.path, self._bodies.side, *spot.found.values, spot.places)

    def _counts(self, spot: Spot) -> bool:
        """Whether the difference is more than that of a value which says nothing."""
        found = spot.found
        return (
            found.renamed
            or lengths_of(found) is not None
            or self._is_said(found)
            or is_of_other_size(found)
            or is_setting(self._bodies, spot)
            or (not self._is_request and is_emptied(found))
        )

    def _is_said(self, found: Difference) -> bool:
        """Whether a value counts that is noise elsewhere: the upstream's own word for the end, where no other upstream
        answered.
        """
        name = found.route[-1] if found.route else ""
        if self._is_request or not all(isinstance(value, str) for value in found.values):
            return False
        if any(call is not None and not call.complete for call in self._bodies.calls):
            return False  # the end, which says it, is missing
        return name in OWN_WORDS and self._bodies.are_of_one_upstream

    # --- what is told ------------------------------------------------------------------------------------------------

    def _told(self, spot: Spot) -> Iterator[Change]:
        rule, path = ruled(self._ledger, spot)
        if rule == "request-type-changed":
            yield from self._beside_text(spot.found)
        change = told(self._bodies, replace(spot, path=path), rule)
        if change.circumstance != SIZE or self._is_news((change.old, change.new)):
            yield change

    def _beside_text(self, found: Difference) -> Iterator[Change]:
        """What stands beside the words, where a text is now sent as a list of parts, or no longer is."""
        old, new = found.routes
        for way, value in _members_beside_texts(found.new):
            yield from self._own(Difference(old_route=old, new_route=(*new, *way), new=value))
        for way, value in _members_beside_texts(found.old):
            yield from self._own(Difference(old_route=(*old, *way), new_route=new, old=value))


def _members_beside_texts(parts: Json) -> Iterator[tuple[Route, Json]]:
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        for key, value in part.items() if isinstance(part, dict) and isinstance(part.get("text"), str) else ():
            if key not in ("type", "text"):
                yield (index, key), value


def _was_stripped(bodies: Bodies, found: Difference) -> bool:
    """Whether an id is missing from what is nothing without it: ``{"type": "item_reference"}`` was never sent."""
    if not found.came_or_went or found.route[-1:] != ("id",):
        return False
    rest = bodies.at((found.old_route[:-1], found.new_route[:-1]))[found.new is ABSENT]
    return isinstance(rest, dict) and rest.keys() == {"type"}
