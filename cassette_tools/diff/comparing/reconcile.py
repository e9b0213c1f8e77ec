"""What covers only some changes, and then may cover any difference."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import MOVED, OTHER_NORMAL, OTHER_SCALE, SIZE, UNCLASSIFIED, VECTOR
from cassette_tools.data.finish_reasons import canonical_finish_reason
from cassette_tools.data.usage import COUNTERS
from cassette_tools.data.wire import BUILD, OPEN
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.jobs import are_states, is_state_field
from cassette_tools.diff.changes.kinds import echo_of_kind, is_of_parts, kinds_in
from cassette_tools.diff.changes.masks import stripped
from cassette_tools.diff.changes.places import as_in_events, is_null_in_events, request_place, response_place
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.changes.schemas import schema_change
from cassette_tools.diff.changes.things import things_change
from cassette_tools.diff.comparing.covering import (
    OF_SETTINGS,
    SUBJECTS,
    Index,
    by_name,
    by_place,
    by_subject,
    by_value,
    is_object_of_settings,
    named_alike,
    pointer_of,
)
from cassette_tools.diff.comparing.json_rules import (
    ASKED_TIERS,
    OWN_WORDS,
    SEALED,
    VALUE,
    circumstance_of,
    echo_of,
    is_in_usage,
    is_ranking,
    is_sealed,
    is_spare_field,
    is_wrapped,
    rule_of_request,
    rule_of_response,
    shown_values,
    when_left_out,
)
from cassette_tools.diff.comparing.moves import WITHIN_AN_ELEMENT, from_the_end, marked, moves_in, value_of
from cassette_tools.diff.comparing.scales import scale_change, scales_in
from cassette_tools.diff.comparing.vectors import SAME_VECTOR, cosine_of, first_number, is_of_other_size, lengths_of
from cassette_tools.diff.messages.sources import source_couples
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.diff.pairing.provenance import upstream_of
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.differences import Difference, differences
from cassette_tools.diff.values.freeform import dotted, json_changes, route_of
from cassette_tools.diff.values.ids import are_made_names
from cassette_tools.diff.values.made_names import are_drawn_alike
from cassette_tools.diff.values.resettled import resettled
from cassette_tools.diff.values.schemas import other_schemas
from cassette_tools.diff.values.scores import is_emptied, score_differences
from cassette_tools.diff.values.things import other_things
from cassette_tools.diff.values.token_lists import are_given_back, are_lists_of_tokens
from cassette_tools.diff.values.wrapped import only_text
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.volatile import volatile_field
from cassette_tools.words import item_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, LLMCall, Place, Route

    Covers = Callable[[Change, Difference], bool]


_OPEN = frozenset(row.name for row in OPEN)

_TERMS = (("expires_at",), ("expire_time",), ("expireTime",), ("expirationTime",))


def reconciled(scene: Scene, side: str, changes: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The changes of a request or a response with their places, then the differences that none of them explains.

    `old` and `new` are the JSON bodies (of a stream, joined). A setting that only the canonical model knows (it was
    derived from others) is left to what it was derived from.
    """
    ledger = _Ledger(scene, side, old, new)
    yield from ledger.explained(changes)
    yield from ledger.unexplained()


def unexplained(scene: Scene, side: str, changes: Sequence[Change], old: Json, new: Json) -> Iterator[Change]:
    """The differences that none of the changes of a request or a response explains, alone."""
    ledger = _Ledger(scene, side, old, new)
    list(ledger.explained(changes))
    yield from ledger.unexplained()


class _Ledger:
    """The differences of two bodies, and which change explains each."""

    def __init__(self, scene: Scene, side: str, old: Json, new: Json) -> None:
        self._scene = scene
        self._side = side
        self._bodies = (old, new)
        alone = {(added, pointer) for where, added, pointer in scene.alone if where == side}
        sources, self._reordered = source_couples(scene, old, new) if side == "response" else ({}, [])
        couples = {**sources, **scene.coupled(side)}
        self._found = resettled(list(differences(old, new, couples, self._is_opaque, alone)))
        self._index = Index(self._found)
        self._told: set[int] = set()
        self._texts: tuple[set[str], set[str]] = (set(), set())  # where texts stand that are told as such
        self._vectors = 0  # those that are told
        self._sizes: set[tuple[Json, Json]] = set()  # of vectors, that are told
        self._ranked: set[tuple[Route, Route]] = set()  # the rankings that are told
        self._scales = scales_in(scene, old, new) if side == "response" else []
        self._documents = (old, new)
        self._kinds = frozenset(kinds_in(self._found, old, new))
        self._moved = dict(moves_in(self._found)) if side == "request" else {}

    def _is_opaque(self, route: Route) -> bool:
        row = volatile_field(dotted(route).lstrip("."), self._side)
        if row is None or row.kind in ("id", "measure"):
            return False
        return not row.match.startswith("embedding") or not self._is_object(route)  # vectors lie in it, under names

    def _is_object(self, route: Route) -> bool:
        pointer = pointer_from_route(route)
        return any(isinstance(value_at(body, pointer), dict) for body in self._bodies)

    # --- what a change explains --------------------------------------------------------------------------------------

    def explained(self, changes: Sequence[Change]) -> Iterator[Change]:
        """The changes, each with the places of the differences that it explains."""
        evidence: dict[int, list[Difference]] = {id(change): [] for change in changes}
        self._note_texts(changes)
        for covers in (by_place, by_subject, by_value, by_name):
            self._ask(covers, changes, evidence)
        if self._side == "request":
            self._open_settings(changes, evidence)
        for change in changes:
            found_for = evidence[id(change)]
            if not found_for and (renamed := self._renamed_setting(change)) is not None:
                yield renamed
            elif found_for or not self._is_derived(change):
                yield self._placed(change, found_for)

    def _note_texts(self, changes: Sequence[Change]) -> None:
        """Note where texts stand that are told as such."""
        for change in [each for each in changes if each.rule in _TEXTS]:
            for side, place in zip(self._texts, (change.old_place, change.new_place), strict=True):
                side.add((place.folded if place is not None else None) or "")

    def _ask(self, covers: Covers, changes: Sequence[Change], evidence: dict[int, list[Difference]]) -> None:
        for change in changes:
            for index in self._index.candidates(covers, change):
                found = self._found[index]
                if index in self._kinds and is_of_parts(change):
                    continue
                if index not in self._told and covers(change, found):
                    evidence[id(change)].append(found)
                    self._told.add(index)

    def _open_settings(self, changes: Sequence[Change], evidence: dict[int, list[Difference]]) -> None:
        """Look into objects of settings that came or went: their members may be settings that a change speaks of."""
        for index, found in enumerate(self._found[:]):
            if index in self._told or not is_object_of_settings(found):
                continue
            members = [_within(found, member) for member in differences(found.old or {}, found.new or {}, {})]
            if any(covers(change, member) for member in members for change in changes for covers in OF_SETTINGS):
                self._told.add(index)
                self._found.extend(members)
                self._index = Index(self._found)
                for covers in OF_SETTINGS:
                    self._ask(covers, changes, evidence)

    def _left(self) -> dict[int, Difference]:
        """The differences that no change explains, by their numbers."""
        return {index: each for index, each in enumerate(self._found) if index not in self._told}

    def _is_derived(self, change: Change) -> bool:
        """A setting that was not sent so, beside others that were."""
        return bool(self._found) and change.path.startswith("request.parameters.")

    def _renamed_setting(self, change: Change) -> Change | None:
        """A setting that has another name and another value: what is gone has the old value, what came the new one."""
        if not self._is_derived(change) or ABSENT in (change.old, change.new):
            return None
        couple = next(named_alike(change, self._left()), None)
        if couple is None:
            return None
        self._told.update(couple)
        was, now = (self._found[index] for index in couple)
        names = [dotted(each.route).lstrip(".") for each in (was, now)]
        return replace(
            change,
            subject=f"{names[0]} (sent as {names[1]} now)",
            old_place=self._place(pointer_from_route(was.old_route), new=False),
            new_place=self._place(pointer_from_route(now.new_route), new=True),
        )

    def _placed(self, change: Change, evidence: list[Difference]) -> Change:
        if not evidence:
            return change
        first = self._in_joined(evidence[0])
        old_offset, new_offset = self._offsets(first)
        routes = _exact_routes(first)
        if first.old is ABSENT:
            old = self._inside(change, evidence, new=False)
        else:
            old = self._nearer(change.old_place, routes[0], old_offset, first, new=False)
        if first.new is ABSENT:
            new = self._inside(change, evidence, new=True)
        else:
            new = self._nearer(change.new_place, routes[1], new_offset, first, new=True)
        placed = replace(change, old_place=old or change.old_place, new_place=new or change.new_place)
        if change.rule == "response-schema-changed":
            return replace(placed, note=f"{change.note}{_sent_under_another_name(evidence)}")
        return _under_its_name(placed, first) if change.path.startswith("request.parameters.") else placed

    def _in_joined(self, found: Difference) -> Difference:
        """The difference itself; of two texts of JSON of which one was joined from events, that of the first value in
        them that differs: where blanks differ as well, the first character that does says nothing.
        """
        calls = (self._scene.old.llm, self._scene.new.llm)
        ways = found.old_route, found.new_route
        is_joined = any(
            call is not None and call.trace.get(pointer_from_route(way)) for call, way in zip(calls, ways, strict=True)
        )
        if self._side != "response" or not is_joined:
            return found
        inner = _in_documents(found)
        return found if ABSENT in (inner.old, inner.new) else inner

    def _inside(self, change: Change, evidence: list[Difference], *, new: bool) -> Place | None:
        """The first difference that this side has a value of, within what the change speaks of, where that is there;
        else what would hold the first one.
        """
        own = pointer_of(change, new=new)
        if own is None:
            return None
        nowhere = value_at(self._documents[new], own) is ABSENT
        for found in evidence if own else ():
            value, route = (found.new, found.new_route) if new else (found.old, found.old_route)
            if value is not ABSENT and (nowhere or pointer_from_route(route).startswith(f"{own}/")):
                return self._place(pointer_from_route(_exact_routes(found)[new]), new=new)
        is_deep = change.rule.startswith(_OF_SCHEMAS)  # a schema may be a page long
        return self._around(evidence[0], new=new) if nowhere or is_deep else None

    def _around(self, found: Difference, *, new: bool) -> Place | None:
        """The nearest object or list of this side in which the difference would lie."""
        route = (found.new_route if new else found.old_route)[:-1]
        while route and value_at(self._documents[new], pointer_from_route(route)) is ABSENT:
            route = route[:-1]
        return self._place(pointer_from_route(route), new=new) if route else None

    def _nearer(self, place: Place | None, route: Route, offset: int, found: Difference, *, new: bool) -> Place | None:
        """The place of a difference, unless the change has one of its own that differs and is no container of it.

        Of what came or went the place is that of the whole.
        """
        pointer = pointer_from_route(route)
        own = place.folded if place is not None else None
        if own and _is_elsewhere(own, pointer, found) and self._index.holds(own, new=new):
            return None
        return self._place(pointer, new=new, offset=offset)

    def _offsets(self, found: Difference) -> tuple[int, int]:
        """At which character of each side two texts begin to differ: where both streams are cut alike, that of the
        piece."""
        if not (isinstance(found.old, str) and isinstance(found.new, str)):
            return 0, 0
        starts = self._starts_of_pieces(found, found.old, found.new)
        if starts is not None:
            return starts
        return _first_other(found.old, found.new)

    def _starts_of_pieces(self, found: Difference, old: str, new: str) -> tuple[int, int] | None:
        """Where the first pieces of two streams begin that are not the same, if both are cut into as many."""
        calls = (self._scene.old.llm, self._scene.new.llm)
        if self._side != "response" or calls[0] is None or calls[1] is None:
            return None
        pieces = calls[0].trace.get(pointer_from_route(found.old_route), ())
        others = calls[1].trace.get(pointer_from_route(found.new_route), ())
        if not len(pieces) == len(others) > 1:
            return None
        ends = ([*(piece.start for piece in side[1:]), None] for side in (pieces, others))
        for left, right, end, stop in zip(pieces, others, *ends, strict=True):
            if old[left.start : end] != new[right.start : stop]:
                return left.start, right.start
        return None

    def _place(self, pointer: str, *, new: bool, offset: int = 0) -> Place | None:
        interaction = self._scene.new if new else self._scene.old
        if self._side == "request":
            return request_place(interaction, pointer, offset)
        return response_place(interaction, pointer, offset)

    # --- what no change explains -------------------------------------------------------------------------------------

    def unexplained(self) -> Iterator[Change]:
        """The other differences, as changes of their own."""
        # what a change speaks of at one end is no move to it
        moves = {gone: come for gone, come in self._moved.items() if not {gone, come} & self._told}
        arrived = frozenset(moves.values())
        yield from self._other_things()
        yield from self._other_schemas()
        yield from self._reordered_sources()
        yield from (scale_change(self._scene, each) for each in self._scales if each.is_in_order)
        for index, found in self._left().items():
            if self._side == "request" and self._is_as_far_from_the_end(found):
                yield self._elsewhere(self._path(found), self._places(found))
            elif index not in arrived:
                yield from self._other(index, found, moves)

    def _other(self, index: int, found: Difference, moves: Mapping[int, int]) -> Iterator[Change]:
        if index in moves:
            yield self._move(found, self._found[moves[index]])
        elif index in self._kinds:
            yield from self._other_kind(found)
        else:
            for each in self._opened(found):
                yield from self._own(each)

    def _other_things(self) -> Iterator[Change]:
        """The lists of resources in which things came or went."""
        if self._side == "request" or not self._is_of_resource():
            return
        left = self._left()
        for things in other_things([*left.values()], *self._bodies, url_path(self._scene.new.request.url)):
            yield things_change(self._scene, things)
            told = {id(each) for each in (*things.gone, *things.come)}
            self._told.update(index for index, each in left.items() if id(each) in told)

    def _other_schemas(self) -> Iterator[Change]:
        """The schemas in a request that no dialect speaks of. Those of tools are told with the tools."""
        if self._side == "response":
            return
        left = self._left()
        numbers = {id(each): index for index, each in left.items()}
        found = [each for each in left.values() if not self._path(each).startswith("request.tools[")]
        for schema in other_schemas(found, *self._bodies):
            yield schema_change(self._scene, schema)
            self._told.update(numbers[id(each)] for each in schema.found)

    def _reordered_sources(self) -> Iterator[Change]:
        """The noise that another order of the sources is."""
        for old, new in self._reordered:
            path = f"response.body{dotted(route_of(new))}"
            yield Change(
                rule="opaque-changed",
                path=path,
                origin="response",
                pair=self._scene.pair,
                subject=f"the order of {_subject(path)}",
                old_place=self._place(old, new=False),
                new_place=self._place(new, new=True),
            )

    def _opened(self, found: Difference) -> list[Difference]:
        """The difference; of probabilities, those in it that are of more than numbers, if any."""
        row = volatile_field(self._path(found)) if self._side == "response" and not found.renamed else None
        is_scored = row is not None and row.kind == "score"
        return (is_scored and [*score_differences(found)]) or [found]

    def _counts(self, found: Difference, path: str) -> bool:
        """Whether the difference is more than that of a value which says nothing."""
        return (
            found.renamed
            or self._is_said(found)
            or is_of_other_size(found)
            or self._is_setting(found, path)
            or (self._side == "response" and is_emptied(found))
        )

    def _other_kind(self, found: Difference) -> Iterator[Change]:
        """Of an element that is now called another kind: in an answer, the element was the one and is the other."""
        for own in self._own(found):
            change = replace(own, echo=echo_of_kind(found))
            if own.rule == UNCLASSIFIED and not found.renamed:
                element = replace(found, old_route=found.old_route[:-1], new_route=found.new_route[:-1])
                path = self._path(element)
                change = replace(change, rule="wire-type-changed", path=path, subject=self._called(element, path))
            yield change

    def _move(self, gone: Difference, come: Difference) -> Change:
        names = self._called(gone, self._path(gone)), self._called(come, self._path(come))
        if isinstance(gone.old, str) and isinstance(come.new, str) and gone.old != come.new:
            names = f"{names[0]}={gone.old}", f"{names[1].rpartition('.')[2]}={come.new}"
        return Change(
            rule="request-field-renamed",
            path=self._path(come),
            origin="request",
            pair=self._scene.pair,
            old=names[0],
            new=names[1],
            subject=self._called(come, self._path(come)),
            circumstance=MOVED if gone.route[-1] == come.route[-1] else None,
            old_place=self._place(pointer_from_route(gone.old_route), new=False),
            new_place=self._place(pointer_from_route(come.new_route), new=True),
        )

    def _own(self, found: Difference) -> Iterator[Change]:
        found = self._with_nulls(found)
        places = self._places(found)
        ranking = self._ranking_of(found)
        if ranking is not None:
            if (ranking.old_route, ranking.new_route) in self._ranked:
                return
            self._ranked.add((ranking.old_route, ranking.new_route))
            found = ranking
        quiet = self._quiet_changes(found, self._path(found), places)
        changes = self._told_changes(found, places) if quiet is None else quiet
        yield from (self._with_scale(each, found) for each in changes)

    def _with_scale(self, change: Change, found: Difference) -> Change:
        """The other order of a ranking, with the other scale of its scores, if any."""
        note = next((each.note for each in self._scales if each.route == found.new_route), "")
        return replace(change, note=note, circumstance=OTHER_SCALE) if note else change

    def _quiet_changes(
        self, found: Difference, path: str, places: tuple[Place | None, Place | None]
    ) -> Iterable[Change] | None:
        """What a difference is that says nothing by itself, or is told of all of its kind; ``None`` for any other."""
        if self._stands_elsewhere(found, path):
            return (self._elsewhere(path, places),)
        if are_lists_of_tokens(found) and (self._side == "response" or self._are_given_back(found)):
            return (self._other_tokens(found, path, places),)
        if lengths_of(found) is None and not self._counts(found, path):
            other = self._first_other_vector(found)
            if other is not None:
                return (other,)
            quiet = volatile_changes(self._scene, path, self._side, found.old, found.new, places)
            if quiet is not None:
                return quiet
        if _was_stripped(found, self._bodies):
            return (stripped(self._scene.pair, path, self._side, (found.old, found.new), places),)
        return None

    def _first_other_vector(self, found: Difference) -> Change | None:
        cosine = cosine_of(found) if self._side == "response" and not self._vectors else None
        if cosine is None or cosine >= SAME_VECTOR:
            return None
        self._vectors = sum((cosine_of(each) or 1) < SAME_VECTOR for each in self._found)
        return self._other_vector(found, cosine)

    def _told_changes(self, found: Difference, places: tuple[Place | None, Place | None]) -> Iterator[Change]:
        lengths, (rule, path) = lengths_of(found), self._rule_and_path(found)
        if lengths is not None:
            found = replace(found, old=lengths[0], new=lengths[1])
        item = item_in_words(value_of(found)) if self._is_item(found, rule) else ""
        if item:
            path = path.removesuffix("[]")
        if rule == "request-type-changed":
            yield from self._more_than_text(found)
        before, after = shown_values(found, rule)
        circumstance = OTHER_NORMAL if self._is_normal_end(found, rule) else circumstance_of(found, rule, item)
        if circumstance == SIZE:
            path = _any_index(path)  # all vectors of an answer are of one size
            if (before, after) in self._sizes:
                return
            self._sizes.add((before, after))
        if self._is_sealed(found):
            rule, item = SEALED[found.old is ABSENT], str(found.route[-1])
        named = _subject(path) if circumstance == SIZE else self._named(found, path)
        yield Change(
            rule=rule,
            circumstance=circumstance,
            path=path,
            origin=self._origin(),
            pair=self._scene.pair,
            old=before,
            new=after,
            subject=self._subject_of(found, named, rule, is_norm=lengths is not None),
            note=item or (f"{found.route[-1]} {found.old} → {found.new}" if rule == "usage-changed" else ""),
            echo=echo_of(found),
            old_place=places[0],
            new_place=places[1],
        )

    def _subject_of(self, found: Difference, named: str, rule: str, *, is_norm: bool) -> str:
        """The name with what a person must know beside it."""
        ranking = "the ranking of " if is_ranking(found.old) else ""
        norm = ": the norm of the vector" if is_norm else self._asked_for(found)
        return f"{ranking}{named}{norm}{when_left_out(rule, found)}{self._scored(found)}"

    def _origin(self) -> str:
        is_stream = self._side == "response" and self._scene.new.response.body.stream
        return "stream" if is_stream else self._side

    def _is_sealed(self, found: Difference) -> bool:
        """Whether thinking that only the provider can read is given back now, or no longer."""
        return self._side == "request" and found.came_or_went and is_sealed(found)

    def _rule_and_path(self, found: Difference) -> tuple[str, str]:
        path = self._path(found)
        rule = (
            self._quiet_rule(found)
            or self._build_rule(found)
            or self._state_rule(found)
            or (self._rule_of_request(found) if self._side == "request" else self._rule_of_response(found, path))
        )
        if self._is_of_one_resource(found) or self._is_term(found):
            rule, path = UNCLASSIFIED, f"response.body{dotted(found.new_route)}"
        if rule == UNCLASSIFIED and self._is_known_value(found, path):
            rule = VALUE
        return rule, path

    def _is_known_value(self, found: Difference, path: str) -> bool:
        """Whether a value is what the call is for: a resource, a ranking, a vector by its size or its length."""
        is_vector = is_of_other_size(found) or lengths_of(found) is not None
        return is_vector or (self._is_of_resource() and "[" not in path) or is_ranking(found.new)

    def _rule_of_response(self, found: Difference, path: str) -> str:
        is_spare = is_spare_field(path) and not self._is_setting(found, path)
        in_usage = path.startswith("response.usage.") or is_in_usage(found) or self._is_counter(found)
        return rule_of_response(found, is_spare=is_spare, is_open=self._is_in_open(found), in_usage=in_usage)

    def _is_counter(self, found: Difference) -> bool:
        """Whether it is one of the token counts of an API that has no object of its own for them."""
        calls = [call for call in (self._scene.old.llm, self._scene.new.llm) if call is not None]
        return any(row.path == found.route and row.dialect in {each.dialect for each in calls} for row in COUNTERS)

    def _are_given_back(self, found: Difference) -> bool:
        return are_given_back(found, (self._scene.old, self._scene.new), self._scene.ids.recordings)

    def _other_tokens(self, found: Difference, path: str, places: tuple[Place | None, Place | None]) -> Change:
        """The noise that the numbers of other tokens are: they follow from the words."""
        return Change(
            rule="opaque-changed",
            path=path,
            origin=self._side,
            pair=self._scene.pair,
            old=found.old,
            new=found.new,
            subject=f"{_subject(path)}, a list of tokens,",
            old_place=places[0],
            new_place=places[1],
        )

    def _is_in_open(self, found: Difference) -> bool:
        """Whether it lies in an object whose fields vary from call to call. One that has none at all now, or had none,
        does not vary.
        """
        at = next((at for at, step in enumerate(found.route[:-1]) if step in _OPEN), None)
        if at is None:
            return False
        routes = found.old_route[: at + 1], found.new_route[: at + 1]
        sides = [value_at(body, pointer_from_route(way)) for body, way in zip(self._bodies, routes, strict=True)]
        return {} not in sides

    def _is_setting(self, found: Difference, path: str) -> bool:
        """Whether a duration stands beside what the request sets, in the same object: it is a setting (how long a pause
        ends a turn), and nothing that was measured.
        """
        row = volatile_field(path, self._side) if self._side == "response" and len(found.route) > 1 else None
        if row is None or row.kind != "measure":
            return False
        pointer = pointer_from_route(found.route[:-1])
        asked = (each.request.body.json for each in (self._scene.old, self._scene.new))
        return any(isinstance(value_at(body, pointer), dict) for body in asked)

    def _places(self, found: Difference) -> tuple[Place | None, Place | None]:
        routes = _exact_routes(found)
        return (
            None if found.old is ABSENT else self._place(pointer_from_route(routes[0]), new=False),
            None if found.new is ABSENT else self._place(pointer_from_route(routes[1]), new=True),
        )

    def _ranking_of(self, found: Difference) -> Difference | None:
        """The whole ranking, where another document stands at a place of it."""
        ways = [way[:-2] for way in (found.old_route, found.new_route)]
        if self._side != "response" or found.renamed or found.route[-1:] != ("index",):
            return None
        old, new = (value_at(body, pointer_from_route(way)) for body, way in zip(self._bodies, ways, strict=True))
        if not is_ranking(old) or not is_ranking(new):
            return None
        return replace(found, old_route=ways[0], new_route=ways[1], old=old, new=new)

    def _other_vector(self, found: Difference, cosine: float) -> Change:
        """A vector that is no longer the same but for the last digits, which stands for those behind it."""
        path = self._path(found)
        where = _subject(path)
        first = first_number(found.old, found.new)
        return Change(
            rule="response-body-changed",
            path=path,
            origin="response",
            pair=self._scene.pair,
            subject=f"the vector {where} differs"
            if self._vectors == 1
            else f"{self._vectors} vectors differ, starting at {where}",
            note=f"{cosine:.3f}",
            circumstance=VECTOR,
            old_place=self._place(pointer_from_route((*found.old_route, *first)), new=False),
            new_place=self._place(pointer_from_route((*found.new_route, *first)), new=True),
        )

    def _with_nulls(self, found: Difference) -> Difference:
        """What a stream has as null on the one side, which its joined answer leaves out, and a value on the other."""
        if self._side == "request" or found.renamed or not found.came_or_went or None in (found.old, found.new):
            return found
        lacking = self._scene.old if found.old is ABSENT else self._scene.new
        if not is_null_in_events(lacking, found.route):
            return found
        return replace(found, old=None) if found.old is ABSENT else replace(found, new=None)

    def _asked_for(self, found: Difference) -> str:
        """Which tier the new request asks for, beside the one that served it."""
        name, asked = found.route[-1] if found.route else "", self._scene.new.request.body.json
        wanted = asked.get(name) if name in ASKED_TIERS and isinstance(asked, dict) else None
        return f" ({wanted} was asked for)" if self._side == "response" and isinstance(wanted, str) else ""

    def _is_item(self, found: Difference, rule: str) -> bool:
        """Whether a list of resources has one more, or one less."""
        of_list = rule.startswith("response-field-") and len(found.route) == 2 and isinstance(found.route[-1], int)
        return of_list and self._is_of_resource()

    def _is_of_resource(self) -> bool:
        call = self._scene.new.llm
        return call is not None and call.dialect == "resources"

    def _is_of_one_resource(self, found: Difference) -> bool:
        """Whether a field of one thing in a list has a value now, or no longer has: of most of them it is the API's."""
        if self._side != "response" or not self._is_of_resource() or not _is_filled_in_list(found):
            return False
        whole = value_at(self._bodies[1], pointer_from_route(found.new_route[:1]))
        place = _any_index(dotted(found.route))
        alike = sum(each.other_type and _any_index(dotted(each.route)) == place for each in self._found)
        return isinstance(whole, list) and 2 * alike <= len(whole)

    def _is_term(self, found: Difference) -> bool:
        """Whether a resource now ends at some time, or no longer does: that is what somebody asked for, and no field of
        the API.
        """
        is_filled = not found.came_or_went and None in (found.old, found.new)
        return self._side == "response" and self._is_of_resource() and is_filled and found.route[-1:] in _TERMS

    def _scored(self, found: Difference) -> str:
        """What a verdict of a moderation goes by: `category_scores` beside `categories`."""
        if self._side != "response" or found.route[-2:-1] != ("categories",):
            return ""
        routes = ((*route[:-2], "category_scores", route[-1]) for route in (found.old_route, found.new_route))
        scores = [value_at(body, pointer_from_route(r)) for body, r in zip(self._bodies, routes, strict=True)]
        if not all(type(score) in (int, float) for score in scores):
            return ""
        return " (score {:.3g} → {:.3g})".format(*scores)

    def _named(self, found: Difference, path: str) -> str:
        """What a person calls it: an element of a list by the name that it has on both sides."""
        subject = self._called(found, path)
        if self._side != "response" or found.came_or_went or "[" not in subject:
            return subject
        routes, said = (found.old_route, found.new_route), ""
        if len(routes[0]) != len(routes[1]):
            return subject
        for at, step in enumerate(routes[1]):
            if not isinstance(step, int):
                said += dotted((step,))
                continue
            sides = [value_at(b, pointer_from_route(r[: at + 1])) for b, r in zip(self._bodies, routes, strict=True)]
            said += f"[{_name_in(*sides) or step}]"
        return said.lstrip(".") if path == f"response.body{dotted(routes[1])}" else subject

    def _stands_elsewhere(self, found: Difference, path: str) -> bool:
        """Whether what came or went here, and says nothing by itself, went or came at another element of the list."""
        row = volatile_field(path, self._side) if found.came_or_went and "[" in path else None
        if row is None or row.kind == "id":
            return False
        others = (each for index, each in enumerate(self._found) if index not in self._told and each.came_or_went)
        return any((each.old is ABSENT) != (found.old is ABSENT) and self._path(each) == path for each in others)

    def _is_as_far_from_the_end(self, found: Difference) -> bool:
        """Whether a mark of an element (``cache_control``) moved with the end of a list that is longer now, or shorter:
        it stands where it stood, counted from there, and so do all others of its name.
        """
        if not found.came_or_went or not isinstance(value_of(found), dict) or len(found.route) < WITHIN_AN_ELEMENT:
            return False
        old, new = (body.get(found.route[0]) if isinstance(body, dict) else None for body in self._bodies)
        if not isinstance(old, list) or not isinstance(new, list) or len(old) == len(new):
            return False
        before, after = ([*marked(side, found.route[-1])] for side in (old, new))
        gone = from_the_end(before, after, len(old))
        return bool(gone) and gone == from_the_end(after, before, len(new))

    def _elsewhere(self, path: str, places: tuple[Place | None, Place | None]) -> Change:
        return Change(
            rule="opaque-changed",
            path=path,
            origin=self._side,
            pair=self._scene.pair,
            subject=f"{_subject(path)}, which stands at another element,",
            old_place=places[0],
            new_place=places[1],
        )

    def _is_said(self, found: Difference) -> bool:
        """Whether a value counts that is noise elsewhere: the tier that served the call, and the upstream's own word
        for the end, where no other upstream answered.
        """
        name = found.route[-1] if found.route else ""
        if self._side != "response" or not (isinstance(found.old, str) and isinstance(found.new, str)):
            return False
        calls = self._scene.old.llm, self._scene.new.llm
        if any(call is not None and not call.complete for call in calls):
            return False  # the end, which says it, is missing
        return name in ASKED_TIERS or (name in OWN_WORDS and self._has_same_upstream())

    def _has_same_upstream(self) -> bool:
        upstreams = [upstream_of(each) for each in (self._scene.old, self._scene.new)]
        return upstreams[0] == upstreams[1]

    def _more_than_text(self, found: Difference) -> Iterator[Change]:
        """What stands beside the words, where a text is now sent as a list of parts, or no longer is."""
        for way, value in _beside_texts(found.new):
            yield from self._own(Difference(old_route=found.old_route, new_route=(*found.new_route, *way), new=value))
        for way, value in _beside_texts(found.old):
            yield from self._own(Difference(old_route=(*found.old_route, *way), new_route=found.new_route, old=value))

    def _rule_of_request(self, found: Difference) -> str:
        """A text that is alone in a list means what it means without one; other words are told as what they are."""
        if not is_wrapped(found):
            return rule_of_request(found)
        if only_text(found.old) == only_text(found.new) or self._is_told_as_text(found):
            return "request-serialization-changed"
        return "request-parameter-changed"

    def _is_told_as_text(self, found: Difference) -> bool:
        ways = map(pointer_from_route, (found.old_route, found.new_route))
        return any(
            f"{pointer}/".startswith(f"{way}/") for way, side in zip(ways, self._texts, strict=True) for pointer in side
        )

    def _quiet_rule(self, found: Difference) -> str | None:
        """The noise that two strings are which say the same."""
        if not (isinstance(found.old, str) and isinstance(found.new, str)) or found.renamed:
            return None
        ids = self._scene.ids
        if ids.are_renamed(found.old, found.new):
            return "id-changed"
        if self._is_made_name(found, found.old, found.new):
            ids.define(found.old, found.new)
            return "id-changed"
        return "json-formatting-changed" if _is_same_document(found.old, found.new) else None

    def _is_made_name(self, found: Difference, old: str, new: str) -> bool:
        """Whether both are names that a program makes up."""
        return are_made_names(old, new) if self._side == "response" else are_drawn_alike(old, new, found.route)

    def _build_rule(self, found: Difference) -> str | None:
        """The name of the build that answered: as null it is a value like any other. Another upstream has its own way
        to name it, or not to; a field that is null is the gateway's.
        """
        if self._side != "response" or found.renamed or found.route[-1:] != (BUILD,):
            return None
        is_value = None not in (found.old, found.new)
        return "fingerprint-changed" if not found.came_or_went or (is_value and not self._has_same_upstream()) else None

    def _state_rule(self, found: Difference) -> str | None:
        """How far a job is that goes on while it is recorded."""
        call = self._scene.new.llm
        is_job = self._side == "response" and call is not None and call.dialect == "resources"
        if not is_job or not is_state_field(found.route[-1] if found.route else None):
            return None
        return "job-state-changed" if are_states(found.old, found.new) else None

    def _is_normal_end(self, found: Difference, rule: str) -> bool:
        """Whether two words say the same of the end: that the model had no more to say."""
        calls = self._scene.old.llm, self._scene.new.llm
        if rule != "finish-reason-changed" or not found.old or not found.new:
            return False
        return all(
            call is not None and canonical_finish_reason(call.dialect, str(word)) == "stop"
            for call, word in zip(calls, (found.old, found.new), strict=True)
        )

    def _called(self, found: Difference, path: str) -> str:
        """What it is called where it was sent: a message by its field and its number there, a piece of an event as one.
        Tools keep their names.
        """
        if self._side == "request":
            return _subject(path) if path.startswith("request.tools[") else dotted(found.route).lstrip(".")
        lacks = found.new is ABSENT
        return as_in_events(self._scene.old if lacks else self._scene.new, _subject(path))

    def _path(self, found: Difference) -> str:
        """Where it is, as findings say it: messages and tools by their canonical places, all else as it was sent."""
        call = self._scene.old.llm if found.new is ABSENT else self._scene.new.llm
        if self._side == "request":
            return _in_request(call, found.route)
        usage = "" if call is None or call.usage is None else call.usage.pointer
        if usage and pointer_from_route(found.route).startswith(f"{usage}/"):
            return f"response.usage{_any_index(dotted(found.route[usage.count('/') :]))}"
        path = dotted(found.route)
        any_element = found.came_or_went or found.renamed or found.other_type or is_emptied(found)
        return "response.body" + (_any_index(path) if any_element else path)


def _beside_texts(parts: Json) -> Iterator[tuple[Route, Json]]:
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        for key, value in part.items() if isinstance(part, dict) and isinstance(part.get("text"), str) else ():
            if key not in ("type", "text"):
                yield (index, key), value


def _in_request(call: LLMCall | None, route: Route) -> str:
    pointer = pointer_from_route(route)
    if call is not None:
        for index, message in enumerate(call.input_messages):
            if message.pointer[-1:].isdecimal() and pointer.startswith(message.pointer + "/"):
                depth = message.pointer.count("/")
                return f"request.input_messages[{index}]{dotted(route[depth:])}"
        for tool in call.tools:
            if tool.pointer and pointer.startswith(tool.pointer + "/"):
                return f"request.tools[{tool.name}]{dotted(route[tool.pointer.count('/') :])}"
    return f"request{dotted(route)}"


def _any_index(path: str) -> str:
    """A path in which lists have no indices: what came or went, did so in every element."""
    return re.sub(r"\[\d+\]", "[]", path)


def _within(whole: Difference, member: Difference) -> Difference:
    return replace(
        member, old_route=(*whole.old_route, *member.old_route), new_route=(*whole.new_route, *member.new_route)
    )


def _subject(path: str) -> str:
    """What a person calls it: the path within the request or the body."""
    return path.removeprefix("request.").removeprefix("response.").removeprefix("body.")


def _exact_routes(found: Difference) -> tuple[Route, Route]:
    """The routes to the difference; of two objects or lists that are compared as one value, to the first value in them
    that differs. What one side lacks is missing from what would hold it; another name stands at the name.
    """
    if found.renamed:
        return found.old_route, found.new_route
    sides: tuple[Json, ...] = (found.old, found.new)
    ways: list[list[str | int]] = [[], []]
    while (steps := _first_steps(*sides)) is not None:
        for way, step in zip(ways, steps, strict=True):
            way.extend(() if step is None else (step,))
        sides = tuple(ABSENT if step is None else side[step] for side, step in zip(sides, steps, strict=True))
    return (*found.old_route, *ways[0]), (*found.new_route, *ways[1])


def _in_documents(found: Difference) -> Difference:
    """The first difference in two texts that are JSON; the difference itself where one is not, or they say the same."""
    old, new = (json_document(side) if isinstance(side, str) else None for side in (found.old, found.new))
    if old is None or new is None:
        return found
    routes = _exact_routes(replace(found, old=old, new=new))
    steps = routes[0][len(found.old_route) :], routes[1][len(found.new_route) :]
    if not steps[0] or steps[0] != steps[1]:  # one of the names differs, not what stands under it
        return found
    before, after = (value_at(side, pointer_from_route(way)) for side, way in zip((old, new), steps, strict=True))
    return Difference(old_route=routes[0], new_route=routes[1], old=before, new=after)


def _first_steps(old: Json, new: Json) -> tuple[str | int | None, str | int | None] | None:
    """At which member or element two objects, or two lists, differ first; ``None`` for all else."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _other_keys(old, new)
    if not isinstance(old, list) or not isinstance(new, list):
        return None
    shorter = min(len(old), len(new))
    index = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    return index if index < len(old) else None, index if index < len(new) else None


def _other_keys(old: dict[str, Json], new: dict[str, Json]) -> tuple[str | None, str | None]:
    """Under which key two objects differ first; of keys that came and went, the first of each."""
    both = next((key for key in new if key in old and old[key] != new[key]), None)
    if both is not None:
        return both, both
    return next((key for key in old if key not in new), None), next((key for key in new if key not in old), None)


def _name_in(old: Json, new: Json) -> str:
    """The id or the name that an element has in both recordings, where that is a word that a person gave it."""
    for key in ("id", "name"):
        if isinstance(old, dict) and isinstance(new, dict) and old.get(key) == new.get(key):
            name = new.get(key)
            if isinstance(name, str) and name and len(name) <= _LONGEST_NAME and not any(map(str.isspace, name)):
                return name
    return ""


_LONGEST_NAME = 40  # characters


def _was_stripped(found: Difference, bodies: tuple[Json, Json]) -> bool:
    """Whether an id is missing from what is nothing without it: ``{"type": "item_reference"}`` was never sent."""
    if not found.came_or_went or found.route[-1:] != ("id",):
        return False
    body, route = (bodies[0], found.old_route) if found.old is ABSENT else (bodies[1], found.new_route)
    rest = value_at(body, pointer_from_route(route[:-1]))
    return isinstance(rest, dict) and rest.keys() == {"type"}


def _first_other(old: str, new: str) -> tuple[int, int]:
    """At which character of each side two texts begin to differ; of one that only ends sooner, its last."""
    shorter = min(len(old), len(new))
    if old[:shorter] == new[:shorter]:
        return max(0, min(shorter, len(old) - 1)), max(0, min(shorter, len(new) - 1))
    index = next(index for index in range(shorter) if old[index] != new[index])
    return index, index


_OF_SCHEMAS = ("response-schema-", "tool-definition-")
_TEXTS = frozenset(("prompt-changed", "system-prompt-changed", "tool-result-changed", "reasoning-reworded"))


def _is_elsewhere(own: str, pointer: str, found: Difference) -> bool:
    """Whether a pointer does not lead into what a change is of, nor, of what came or went, to what holds that."""
    if found.came_or_went and own.startswith(f"{pointer}/"):
        return False
    return pointer != own and not pointer.startswith(f"{own}/")


def _is_filled_in_list(found: Difference) -> bool:
    """Whether a field of an element of a list became something of null, or the other way round."""
    if found.came_or_went or not found.other_type or None not in (found.old, found.new):
        return False
    return len(found.route) > 2 and isinstance(found.route[1], int)


def _is_same_document(old: str, new: str) -> bool:
    """Whether two strings are JSON that says the same."""
    left, right = json_document(old), json_document(new)
    return left is not None and right is not None and not any(json_changes(left, right))


def _sent_under_another_name(evidence: list[Difference]) -> str:
    """``; generationConfig.response_schema is now sent as responseJsonSchema``."""
    names = SUBJECTS["response-schema-changed"]
    for each in evidence:
        for step, (old, new) in enumerate(zip(each.old_route, each.new_route, strict=False)):
            if old != new and {old, new} <= names:
                return f"; {dotted(each.old_route[: step + 1]).lstrip('.')} is now sent as {new}"
    return ""


def _under_its_name(change: Change, found: Difference) -> Change:
    """The change of a setting, under the name that was sent, beside the canonical one where that is another."""
    sent, said = _last_name(found), change.subject
    if {} in (change.old, change.new) and (isinstance(found.old, dict) or isinstance(found.new, dict)):
        change = replace(change, old=found.old, new=found.new)  # no canonical word for what is in the object
    is_same = not sent or sent == said.rpartition(".")[2].partition("[")[0]
    is_whole = ("." in said and "[" not in said) if is_same else sent == "type"  # the type of what, no word says better
    if is_whole and len(found.route) > 1 and all(isinstance(step, str) for step in found.route):
        return replace(change, subject=".".join(map(str, found.route)))
    return change if is_same else replace(change, subject=f"{sent} ({said})")


def _last_name(found: Difference) -> str:
    """The name of the innermost member that a difference lies in."""
    return str(next((step for step in reversed(found.route) if isinstance(step, str)), ""))
