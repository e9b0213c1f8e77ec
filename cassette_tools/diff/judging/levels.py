"""The level of each change: from its row in the table, from the configuration, and from what other calls show."""

from __future__ import annotations

from cassette_tools.data.drift import (
    JUDGEMENTS,
    KNOWN,
    LEFT_OUT,
    OPTIONAL,
    OPTIONAL_FIELDS,
    UNCLASSIFIED,
    WITHIN_TOLERANCE,
    Judgement,
)
from cassette_tools.diff.changes.change import without_brackets
from cassette_tools.diff.http.event_kinds import event_kind
from cassette_tools.diff.judging.sides import interactions_of
from cassette_tools.diff.judging.tokens import TOLERANCES
from cassette_tools.diff.pairing.asked import asked_at
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, Json

_ROWS: dict[tuple[str, str | None, str | None], Judgement] = {
    (row.name, row.origin, row.circumstance): row for row in JUDGEMENTS
}


def row_of(change: Change) -> Judgement:
    """The row that speaks of a change; the loud one when none does."""
    for circumstance in dict.fromkeys((change.circumstance, None)):
        for origin in (change.origin, None):
            named = _ROWS.get((change.rule, origin, circumstance))
            if named is not None:
                return named
    return _ROWS[UNCLASSIFIED, None, None]


def levels_of(
    changes: Sequence[Change],
    profile: str,
    *,
    levels: Mapping[str, str],
    tolerances: Mapping[str, float],
    sides: tuple[Sequence[Interaction], Sequence[Interaction]],
) -> dict[int, str]:
    """The level that each change has by itself, by the change's identity; ``off`` for what nobody wants to hear of."""
    allowed = {**TOLERANCES, **tolerances}
    pairs = {id(change.pair): change.pair for change in changes if change.pair is not None}.values()
    calls = {id(pair.old): pair.old for pair in pairs}
    known = _Known(sides)
    found: dict[int, str] = {}
    for change in changes:
        row = _ROWS[change.rule, None, KNOWN] if known.has(change) else _row_beside(change, calls)
        asked = levels.get(row.name) if row.circumstance not in _UNASKED else None
        found[id(change)] = _expected(asked) if change.expected else asked or level_of(change, row, profile, allowed)
    return found


def _expected(asked: str | None) -> str:
    """The level of what another provider brings, whatever level its rule has."""
    return "off" if asked == "off" else "noise"


def _row_beside(change: Change, calls: Mapping[int, Interaction | None]) -> Judgement:
    """The row of a change whose circumstance lies in other calls."""
    if change.circumstance is not None:
        return row_of(change)
    name = change.path.rpartition(".")[2]
    spare = change.rule == "wire-field-removed" and name in _OPTIONAL_FIELDS
    if spare or (change.rule == "usage-detail-removed" and _is_left_out(name, calls)):
        return _ROWS[change.rule, None, OPTIONAL]
    return row_of(change)


def _is_left_out(name: str, calls: Mapping[int, Interaction | None]) -> bool:
    """Whether an answered call of the old recording does without the field."""
    answered = [each for each in calls.values() if each is not None and each.llm is not None and each.llm.usage]
    return any(f'"{name}"' not in (each.response.body.text or f'"{name}"') for each in answered)


class _Known:
    """Which fields the answers of other calls have: what comes and goes with the call is no news of the API."""

    def __init__(self, sides: tuple[Sequence[Interaction], Sequence[Interaction]]) -> None:
        answered = ([each for each in side if each.llm is not None and each.llm.error is None] for side in sides)
        self._sides = tuple(answered)

    def has(self, change: Change) -> bool:
        """Whether a field that came was known before, or one that went is still known."""
        if (change.rule, None, KNOWN) not in _ROWS:
            return False
        new = change.rule.endswith("-removed")
        own = interactions_of(change)[new]
        if own is None:
            return False
        steps, kind = _steps_of(change), change.path.partition("response.events[")[2].partition("]")[0]
        around = () if kind else _around(change)
        bodies = (body for each in self._others(own, new=new) for body in _bodies_of(each, kind))
        return any(_holds(body, steps, around) for body in bodies)

    def _others(self, own: Interaction, *, new: bool) -> Iterator[Interaction]:
        """The other calls of a recording that ask at the same address."""
        return (each for each in self._sides[new] if each is not own and asked_at(each) == asked_at(own))


def _bodies_of(interaction: Interaction, kind: str) -> Iterator[Json]:
    """The data of all events of a kind; the body, of a stream joined, where no kind is asked for."""
    if kind:
        yield from (each.json for each in interaction.response.body.events if event_kind(each.event, each.json) == kind)
    elif interaction.llm is not None:
        yield interaction.llm.body


def _steps_of(change: Change) -> list[str]:
    path = change.path.removeprefix("response.")
    path = path.partition("].")[2] if path.startswith("events[") else path.removeprefix("body.")
    return [step for step in without_brackets(path, ".[]").split(".") if step]


def _around(change: Change) -> tuple[Json, ...]:
    """The elements of lists that the field stands in, the outermost first."""
    side, place = ("old", change.old_place) if change.new is ABSENT else ("new", change.new_place)
    interaction = None if change.pair is None else getattr(change.pair, side)
    if interaction is None or interaction.llm is None or place is None or place.folded is None:
        return ()
    steps = place.folded.split("/")
    ends = (at for at, step in enumerate(steps, 1) if step.isdecimal())
    return tuple(value_at(interaction.llm.body, "/".join(steps[:end])) for end in ends)


def _holds(value: Json, steps: Sequence[str], around: Sequence[Json]) -> bool:
    """Whether a body has a value at these steps, in any element of its lists that is of the kind of those `around`."""
    if not steps:
        return value is not None
    if steps[0] == "[]":
        own, inner = next(iter(around), None), around[1:]
        listed = value if isinstance(value, list) else ()
        return any(_holds(each, steps[1:], inner) for each in listed if _is_of_a_kind(each, own, steps[-1]))
    if not isinstance(value, dict):
        return False
    return _holds(value.get(steps[0]), steps[1:], around)


def _is_of_a_kind(element: Json, own: Json, field: str) -> bool:
    """Whether two elements may have the same fields: they share another one (Gemini's parts are `text`, or
    `functionCall`). Of elements of several types nothing is known.
    """
    if not isinstance(element, dict) or not isinstance(own, dict):
        return True
    return "type" not in element and bool((element.keys() & own.keys()) - {field})


_OPTIONAL_FIELDS = frozenset(name for name, _ in OPTIONAL_FIELDS)
_UNASKED = (WITHIN_TOLERANCE, LEFT_OUT)  # noise, whatever level is set for the rule


def level_of(change: Change, row: Judgement, profile: str, allowed: Mapping[str, float]) -> str:
    """The row's level; noise where the profile expects the change; a step up for a text that is too little alike."""
    if profile not in row.profiles:
        return "noise"
    if row.name == "text-reworded" and change.size is not None and change.size < allowed["text_similarity"]:
        return "behavior"
    return row.level
