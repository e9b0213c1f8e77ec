"""The place of a change: the first difference that it explains."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.diff.comparing.bodies import exact_routes
from cassette_tools.diff.comparing.covering import SUBJECTS, pointer_of
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.differences import Difference
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.comparing.bodies import Bodies
    from cassette_tools.diff.comparing.ledger import Ledger
    from cassette_tools.model import Piece, Place, Route


def placed(ledger: Ledger, change: Change, evidence: Sequence[Difference]) -> Change:
    """A change with the place of the differences that it explains (at least one) and the name that was sent."""
    first = _in_joined(ledger.bodies, evidence[0])
    ways = [*zip(exact_routes(first), _offsets(ledger.bodies, first), strict=True)]
    old, new = (
        _place_without(ledger.bodies, change, evidence, new=side)
        if first.values[side] is ABSENT
        else _place(ledger, change, first, *ways[side], new=side)
        for side in (False, True)
    )
    change = replace(change, old_place=old or change.old_place, new_place=new or change.new_place)
    if change.rule == "response-schema-changed":
        return replace(change, note=f"{change.note}{_sent_under_another_name(evidence)}")
    return _under_its_name(change, first) if change.path.startswith("request.parameters.") else change


def under_both_names(bodies: Bodies, change: Change, was: Difference, now: Difference) -> Change:
    """The change of a setting whose name and value both changed."""
    names = [dotted(each.route).lstrip(".") for each in (was, now)]
    return replace(
        change,
        subject=f"{names[0]} (sent as {names[1]} now)",
        old_place=bodies.place(was.old_route, new=False),
        new_place=bodies.place(now.new_route, new=True),
    )


# --- one side --------------------------------------------------------------------------------------------------------


def _place(ledger: Ledger, change: Change, found: Difference, route: Route, offset: int, *, new: bool) -> Place | None:
    """The place of a difference; ``None`` if the change has a place of its own elsewhere."""
    own = pointer_of(change, new=new)
    if own and _is_elsewhere(own, pointer_from_route(route), found) and ledger.index.holds(own, new=new):
        return None
    return ledger.bodies.place(route, new=new, offset=offset)


def _is_elsewhere(own: str, pointer: str, found: Difference) -> bool:
    """Whether a pointer leads neither into the subject of a change nor, if something came or went, to its parent."""
    if found.came_or_went and own.startswith(f"{pointer}/"):
        return False
    return pointer != own and not pointer.startswith(f"{own}/")


def _place_without(bodies: Bodies, change: Change, evidence: Sequence[Difference], *, new: bool) -> Place | None:
    """The place on the side without the first difference: the first difference with a value on this side (within the
    subject of the change, if that is there), else the nearest parent.
    """
    own = pointer_of(change, new=new)
    if own is None:
        return None
    is_nowhere = value_at((bodies.old, bodies.new)[new], own) is ABSENT
    there = (each for each in (evidence if own else ()) if each.values[new] is not ABSENT)
    for found in there:
        if is_nowhere or pointer_from_route(found.routes[new]).startswith(f"{own}/"):
            return bodies.place(exact_routes(found)[new], new=new)
    is_deep = change.rule.startswith(_OF_SCHEMAS)  # a schema may be a page long
    return _place_around(bodies, evidence[0].routes[new], new=new) if is_nowhere or is_deep else None


_OF_SCHEMAS = ("response-schema-", "tool-definition-")


def _place_around(bodies: Bodies, route: Route, *, new: bool) -> Place | None:
    """The nearest existing parent of something that is missing."""
    body, around = (bodies.old, bodies.new)[new], route[:-1]
    while around and value_at(body, pointer_from_route(around)) is ABSENT:
        around = around[:-1]
    return bodies.place(around, new=new) if around else None


# --- within texts ----------------------------------------------------------------------------------------------------


def _in_joined(bodies: Bodies, found: Difference) -> Difference:
    """The difference itself; for two JSON texts of which one was joined from events, the first value in them that
    differs. The first character that differs may be white space only.
    """
    if bodies.is_request or not any(_pieces(bodies, found)):
        return found
    inner = _in_documents(found)
    return found if inner.came_or_went else inner


def _in_documents(found: Difference) -> Difference:
    """The first difference in two texts that are JSON; the difference itself where one is not, or they say the same."""
    old, new = (json_document(side) if isinstance(side, str) else None for side in found.values)
    if old is None or new is None:
        return found
    routes = exact_routes(replace(found, old=old, new=new))
    steps = routes[0][len(found.old_route) :], routes[1][len(found.new_route) :]
    if not steps[0] or steps[0] != steps[1]:  # one of the names differs, not what stands under it
        return found
    before, after = (value_at(side, pointer_from_route(way)) for side, way in zip((old, new), steps, strict=True))
    return Difference(old_route=routes[0], new_route=routes[1], old=before, new=after)


def _pieces(bodies: Bodies, found: Difference) -> tuple[Sequence[Piece], ...]:
    """The pieces from which each side of a difference was joined."""
    return tuple(
        call.trace.get(pointer_from_route(route), ()) if call is not None else ()
        for call, route in zip(bodies.calls, found.routes, strict=True)
    )


def _offsets(bodies: Bodies, found: Difference) -> tuple[int, int]:
    """At which character of each side two texts begin to differ: where both streams are cut alike, that of the
    piece."""
    if not (isinstance(found.old, str) and isinstance(found.new, str)):
        return 0, 0
    starts = None if bodies.is_request else _starts_of_pieces(found.old, found.new, *_pieces(bodies, found))
    return _first_other(found.old, found.new) if starts is None else starts


def _starts_of_pieces(old: str, new: str, pieces: Sequence[Piece], others: Sequence[Piece]) -> tuple[int, int] | None:
    """Where the first pieces of two streams begin that are not the same, if both are cut into as many."""
    if not len(pieces) == len(others) > 1:
        return None
    ends = ([*(piece.start for piece in side[1:]), None] for side in (pieces, others))
    for left, right, end, stop in zip(pieces, others, *ends, strict=True):
        if old[left.start : end] != new[right.start : stop]:
            return left.start, right.start
    return None


def _first_other(old: str, new: str) -> tuple[int, int]:
    """At which character of each side two texts begin to differ; of one that only ends sooner, its last."""
    shorter = min(len(old), len(new))
    if old[:shorter] == new[:shorter]:
        return max(0, min(shorter, len(old) - 1)), max(0, min(shorter, len(new) - 1))
    index = next(index for index in range(shorter) if old[index] != new[index])
    return index, index


# --- names -----------------------------------------------------------------------------------------------------------


def _sent_under_another_name(evidence: Sequence[Difference]) -> str:
    """``; generationConfig.response_schema is now sent as responseJsonSchema``."""
    names = SUBJECTS["response-schema-changed"]
    for each in evidence:
        for step, (old, new) in enumerate(zip(*each.routes, strict=False)):
            if old != new and {old, new} <= names:
                return f"; {dotted(each.old_route[: step + 1]).lstrip('.')} is now sent as {new}"
    return ""


def _under_its_name(change: Change, found: Difference) -> Change:
    """The change of a setting, under the name that was sent, beside the canonical one where that is another."""
    if {} in (change.old, change.new) and any(isinstance(side, dict) for side in found.values):
        change = replace(change, old=found.old, new=found.new)  # no canonical word for what is in the object
    return replace(_without_null(change, found), subject=_sent_as(change.subject, found.route))


def _without_null(change: Change, found: Difference) -> Change:
    """The change of a setting of which the canonical model says null, and the request on that side nothing at all."""
    old, new = (
        sent if said is None and sent is ABSENT else said
        for said, sent in zip((change.old, change.new), found.values, strict=True)
    )
    if (old is ABSENT) == (new is ABSENT) or ABSENT in (change.old, change.new):
        return change
    return replace(change, rule="request-field-added" if old is ABSENT else "request-field-removed", old=old, new=new)


def _sent_as(said: str, route: Route) -> str:
    """The name of a setting that was sent at a route."""
    names = [step for step in route if isinstance(step, str)]
    sent = names[-1] if names else ""
    is_same = not sent or sent == said.rpartition(".")[2].partition("[")[0]
    is_whole = ("." in said and "[" not in said) if is_same else sent == "type"  # the type of what, no word says better
    if is_whole and len(names) == len(route) > 1:
        return ".".join(names)
    return said if is_same else f"{sent} ({said})"
