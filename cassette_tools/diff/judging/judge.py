"""From facts to findings: the level, the words, the cause and the places of each change."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import (
    BESIDE_OTHERS,
    IDENTICAL,
    JUDGEMENTS,
    KINDS,
    KNOWN,
    LAST_CHECK,
    LEFT_OUT,
    OPTIONAL,
    OPTIONAL_FIELDS,
    OTHER_VERSION,
    STEP,
    UNCLASSIFIED,
    WITHIN_TOLERANCE,
    Judgement,
)
from cassette_tools.diff.changes.change import without_brackets
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.http.event_kinds import event_kind
from cassette_tools.diff.judging.causes import Causes
from cassette_tools.diff.judging.folding import counts
from cassette_tools.diff.judging.merging import line_of
from cassette_tools.diff.judging.order import in_order
from cassette_tools.diff.judging.reasons import in_words
from cassette_tools.diff.judging.repeats import LONE
from cassette_tools.diff.judging.settings import KIND_OF_THINKING, NAME_OF_FORM, OF_THINKING, halves_of, is_found_by
from cassette_tools.diff.judging.sides import call_of, interactions_of, latest_of, value_of
from cassette_tools.diff.judging.tokens import TOLERANCES
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.finding import Drift, Said, fingerprint
from cassette_tools.model import ABSENT, Text
from cassette_tools.places import value_at
from cassette_tools.words import bare, became, item_in_words, pair, settings_in_words, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.folding import Folded
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.finding import Location, Reason
    from cassette_tools.model import Interaction, Json, Place

    Locate = Callable[[str, Place], Location | None]

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
        return (each for each in self._sides[new] if each is not own and _asked_by(each) == _asked_by(own))


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


def judged(changes: list[Folded], levels: Mapping[int, str], *, path: str, locate: Locate) -> tuple[Drift, ...]:
    """The findings, `in_order`. A change that follows from another is noise and names it."""
    judge = _Judge(changes, levels, path, locate)
    made = [(each.change, judge.finding(each)) for each in changes if levels[id(each.change)] != "off"]
    return in_order([replace(each, told=True) if id(change) in judge.told else each for change, each in made])


class _Judge:
    """Makes findings of changes. `told` is what is said in the line of another one, by its identity."""

    def __init__(self, changes: list[Folded], levels: Mapping[int, str], path: str, locate: Locate) -> None:
        self._causes = Causes(changes, levels)
        self._keys = _Keys(path)
        self._levels = levels
        self._locate = locate
        self.told: set[int] = set()

    def finding(self, each: Folded) -> Drift:
        """The finding that a change is."""
        change, row, level = each.change, row_of(each.change), self._level(each)
        root = each.root if level != "noise" else None
        reasons = self._causes.of_all((change, *each.repeats)) if root is None and not change.expected else ()
        said, beside = self._said(each, row)
        said = replace(said, reasons=reasons, words=said.words + _answered_at(change, beside, self._locate))
        return Drift(
            rule=row.name,
            level="noise" if root is not None else level,
            message=line_of(said),
            path=change.full_path,
            origin=change.origin,
            cause=_cause(root, reasons),
            evidence=in_words(reasons),
            caused_by=None if root is None else self._keys.of(root, row_of(root).name),
            old=_value(change.old),
            new=_value(change.new),
            old_location=self._located("old", change.old_place or _instead(change, beside, new=False)),
            new_location=self._located("new", change.new_place or _instead(change, beside, new=True)),
            fingerprint=self._keys.of(change, row.name),
            said=said,
        )

    def _level(self, each: Folded) -> str:
        """The level of a change; what only restates its root says nothing."""
        is_restated = each.root is not None and _is_restated(each.change, each.root)
        return "noise" if is_restated else self._levels[id(each.change)]

    def _said(self, each: Folded, row: Judgement) -> tuple[Said, Sequence[Change]]:
        """What the message is made of, and the changes that it tells beside its own."""
        repeats, follows = (self._counting(side) for side in (each.repeats, each.follows))
        follows = tuple(other for other in follows if not _is_restated(other, each.change))
        said, beside = _said_of(each.change, row, repeats, follows)
        self.told.update(id(other) for other in (*repeats, *beside))
        return said, beside

    def _counting(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(change for change in changes if counts(change, self._levels))

    def _located(self, side: str, place: Place | None) -> Location | None:
        return None if place is None else self._locate(side, place)


def _cause(root: Change | None, reasons: Sequence[Reason]) -> str:
    """The cause, as JSON calls it."""
    if root is not None:
        return "echo"
    return reasons[0].cause if reasons else "unknown"


def _instead(change: Change, beside: Sequence[Change], *, new: bool) -> Place | None:
    """Where the words stand that are in the place of a call, on the side that has no call; or the call itself, which
    is made in a request of its own.
    """
    if change.origin != "response" or not change.rule.startswith("tool-call-"):
        return None
    texts = [each for each in beside if each.rule.startswith("text-") and each.pair is change.pair]
    places = [each.new_place if new else each.old_place for each in texts]
    places += [_place_of_call(interactions_of(each)[new]) for each in beside if each.rule in LONE]
    return next((place for place in places if place is not None), None)


def _place_of_call(interaction: Interaction | None) -> Place | None:
    """Where the first tool call of an answer stands."""
    call = interaction.llm if interaction is not None else None
    parts = (part for message in (call.output_messages if call is not None else ()) for part in message.parts)
    pointer = next((part.pointer for part in parts if part.type == "tool_call"), None)
    return response_place(interaction, pointer) if pointer is not None else None


def _answered_at(change: Change, beside: Sequence[Change], locate: Locate) -> str:
    """Where the answer changed that is told in the line of the request: its place is not that of the line."""
    answered = (each for each in beside if change.origin == "request" and each.origin != "request")
    for each in answered:
        places = (("new", each.new_place), ("old", each.old_place))
        found = next(((side, at) for side, place in places if place and (at := locate(side, place))), None)
        if found is not None:
            return f" ({found[0]} line {found[1].region.line})"
    return ""


def _is_restated(change: Change, root: Change) -> bool:
    """Whether a count only says in detail what the count above it says; or a form has the very field that is read."""
    if change.path.startswith("request.body.") and change.rule == root.rule:
        return change.pair is root.pair and (change.old, change.new) == (root.old, root.new)
    return change.rule == root.rule == "usage-changed" and change.path != "response.usage"


def level_of(change: Change, row: Judgement, profile: str, allowed: Mapping[str, float]) -> str:
    """The row's level; noise where the profile expects the change; a step up for a text that is too little alike."""
    if profile not in row.profiles:
        return "noise"
    if row.name == "text-reworded" and change.size is not None and change.size < allowed["text_similarity"]:
        return "behavior"
    return row.level


def _in_kinds(every: Sequence[Change]) -> str:
    """``, in 4 kinds of event: message_start, …``: one line speaks for all events that have the field."""
    named = [each.path.partition("].")[0] for each in every if each.path.startswith(_IN_EVENTS)]
    kinds = [*dict.fromkeys(name.removeprefix(_IN_EVENTS).removeprefix(_RECEIVED) for name in named)]
    if len(kinds) < 2:
        return ""
    more = f" and {len(kinds) - _MOST_KINDS} more" if kinds[_MOST_KINDS:] else ""
    return f", in {len(kinds)} kinds of event: {', '.join(kinds[:_MOST_KINDS])}{more}"


_IN_EVENTS = "response.events["
_RECEIVED = "received "  # over a WebSocket, as all are that an answer is made of
_MOST_KINDS = 4  # that are named


def _said_of(
    change: Change, row: Judgement, repeats: tuple[Change, ...], follows: tuple[Change, ...]
) -> tuple[Said, Sequence[Change]]:
    """What the message is made of: what changed, in which calls, and what is folded under it; and what of that the
    words tell.
    """
    words, beside = _words_with(change, row, follows)
    follows = tuple(other for other in follows if not any(other is each for each in beside))
    calls = (same.pair.path for same in (change, *repeats) if same.pair is not None)
    said = Said(
        words=words + _in_kinds((change, *repeats)),
        subject=change.subject or change.path,
        note=change.note,
        size=change.size,
        calls=tuple(dict.fromkeys(calls)),
        kind=kind_of(change.rule),
        follows=tuple(kinds_of(follows)),
        dialect=_dialect(change),
        endpoint=_endpoint(change),
        facts=change.facts,
    )
    return said, beside


def _words_with(change: Change, row: Judgement, follows: tuple[Change, ...]) -> tuple[str, Sequence[Change]]:
    """The words of a change with those of what follows and is said all the same; and which that is."""
    if halves := halves_of(change, follows):
        return _schema_in_words(change, halves), halves
    if said := _one_after_the_other(change, follows):
        return said
    words = message_of(change, row)
    beside = [other for other in follows if _is_told_beside(change, other)]
    if step := _another_step(change, words, beside):
        return step, beside
    told = [*[other for other in follows if other.rule in _QUOTED][:1], *beside]
    for other in dict.fromkeys(message_of(each, row_of(each)) for each in told):
        words += f"; {other.removeprefix(_SUCCEEDS) if _SUCCEEDS.rstrip('; ') in words else other}"
    return words, told


def _schema_in_words(schema: Change, halves: Sequence[Change]) -> str:
    """``the request now has response_format json_schema Invoice in place of the tool Invoice and tool_choice``."""
    has, place, beside = _CAME if schema.old is ABSENT else _WENT
    value = schema.new if schema.old is ABSENT else schema.old
    names = [schema.subject or schema.path.removeprefix("request."), *_schema_names(value)]
    tools = [f"the tool {each.subject}" for each in halves if each.rule == "tool-definition-changed"]
    choices = [_setting_in_words(each) for each in halves if each.path.endswith(".tool_choice")]
    headers = [f"the header {_setting_in_words(each)}" for each in halves if ".headers." in each.path]
    allowed = f", {beside} {' and '.join(headers)}" if headers else ""
    listed = ", ".join(dict.fromkeys([*tools, *choices]))
    return f"the request {has} {' '.join(names)} {place.replace('{}', listed)}{allowed}"


_CAME = ("now has", "in place of {}", "with")
_WENT = ("no longer has", "but {} in its place", "and without")


def _setting_in_words(change: Change) -> str:
    value = value_of(change)
    return f"{change.path.rpartition('.')[2]}{f' {bare(value)}' if isinstance(value, str) else ''}"


def _schema_names(value: Json) -> Iterator[str]:
    """The kind of a schema and what it is called, wherever an API puts its name."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("type"), str) and value["type"] != "object":
        yield value["type"]
    inner = value.get("json_schema") or value.get("schema") or {}
    yield from [*_own_names(value), *_own_names(inner)][:1]


def _own_names(schema: Json) -> list[str]:
    names = [schema.get("name"), schema.get("title")] if isinstance(schema, dict) else []
    return [name for name in names if isinstance(name, str)]


def _one_after_the_other(change: Change, follows: tuple[Change, ...]) -> tuple[str, Sequence[Change]] | None:
    """Calls that were made together and are now made in requests of their own, or the other way round."""
    apart = {"tool-call-removed": "interaction-added", "tool-call-added": "interaction-removed"}.get(change.rule)
    if change.circumstance not in (BESIDE_OTHERS, IDENTICAL):
        return None
    requests = [other for other in follows if other.rule == apart]
    if not requests:
        return None
    value = change.new if change.old is ABSENT else change.old
    what = f"{change.subject} with {short(value.get('arguments') if isinstance(value, dict) else value)}"
    if change.rule == "tool-call-removed":
        words = f"the model no longer makes its calls in parallel: {what} now has a request of its own"
    else:
        words = f"the model now makes its calls in parallel: {what} no longer has a request of its own"
    return words, requests


def _another_step(change: Change, words: str, beside: Sequence[Change]) -> str:
    """A call more, or less, with the requests that send its result: how much later or earlier the answer stands, and
    what it was and is.
    """
    requests = [other.pair for other in beside if other.rule in _REQUESTS]
    last = next(reversed(requests), None)
    if last is None or change.pair is None or change.rule not in _CALLS:
        return ""
    if change.circumstance == STEP:
        return words
    added = change.rule == "tool-call-added"
    here, there = (change.pair.old, last.new) if added else (last.old, change.pair.new)
    if change.circumstance != LAST_CHECK:
        words += f"; it answers {_counted(len(requests))} {'later' if added else 'earlier'}"
    return _with_answers(words, _answer_of(here), _answer_of(there))


_CALLS = ("tool-call-added", "tool-call-removed")
_REQUESTS = ("interaction-added", "interaction-removed")


def _counted(requests: int) -> str:
    return "one request" if requests == 1 else f"{requests} requests"


def _with_answers(words: str, old: str, new: str) -> str:
    """The words, with both answers where these are not the same; "" where one of them is not there."""
    if not old or not new:
        return ""
    return words if old.split() == new.split() else f"{words}: {' → '.join(pair(old, new, plain=False))}"


def _answer_of(interaction: Interaction | None) -> str:
    call = call_of(interaction)
    parts = [part for message in (call.output_messages if call is not None else ()) for part in message.parts]
    return "".join(part.content for part in parts if isinstance(part, Text)).strip()


def _endpoint(change: Change) -> str:
    interaction = latest_of(change)
    if interaction is None or interaction.llm is not None:
        return ""
    return interaction.request.url.partition("://")[2].partition("/")[0].partition("?")[0]


_SUCCEEDS = "the call no longer fails; "
_QUOTED = ("error-appeared", "error-vanished")  # what a failure says belongs to the line that tells of it


def _dialect(change: Change) -> str:
    interaction = latest_of(change)
    return "" if interaction is None or interaction.llm is None else interaction.llm.dialect


_BESIDE = frozenset(
    (
        ("content-type-changed", "response-body-changed"),
        ("status-class-changed", "response-body-changed"),
        ("tool-call-removed", "text-appeared"),
        ("tool-call-added", "text-vanished"),
        ("usage-changed", "cost-changed"),
        ("tool-call-removed", "interaction-removed"),
        ("tool-call-added", "interaction-added"),
        ("status-changed", "error-changed"),
        ("request-field-added", "request-type-changed"),
        ("request-field-removed", "request-type-changed"),
        ("request-field-added", "reasoning-appeared"),
        ("request-field-removed", "reasoning-appeared"),
        ("request-parameter-changed", "reasoning-appeared"),
        ("request-field-removed", "usage-vanished"),
        *(
            (root, text)
            for root in ("tool-call-removed", "tool-call-added")
            for text in ("text-changed", "text-facts-changed", "text-reworded")
        ),
    )
)
"""What follows, but is said all the same: what stands in the place of what the line tells of."""


_WHY_A_JOB_FAILS = ("error", "errors", "last_error", "incomplete_details")


def _is_said_with_room(cut: Change, other: Change) -> bool:
    """Whether it is what is said now that the output is no longer cut."""
    return cut.old == "length" and other.rule.startswith("text-")


def _is_why_it_fails(_job: Change, other: Change) -> bool:
    return other.new is not ABSENT and bool(other.new) and other.path.rpartition(".")[2] in _WHY_A_JOB_FAILS


def _is_what_was_switched(_mode: Change, other: Change) -> bool:
    return other.path == "request.parameters.stream"


def _is_of_address(_url: Change, other: Change) -> bool:
    return other.path.startswith("request.query.") or other.path == "request.model"


def _is_of_one_tool(tool: Change, other: Change) -> bool:
    """Whether it is the list that holds a mark of the tool, or what the tool searches."""
    instead = (tool.old is ABSENT) != (other.old is ABSENT)
    return other.rule == "request-type-changed" or (instead and is_found_by(other, tool))


def _is_of_one_switch(change: Change, other: Change) -> bool:
    """Whether both are settings of how the model thinks."""
    return change.rule == other.rule and all(each.path.startswith(OF_THINKING) for each in (change, other))


# By the beginning of the rule of the change whose line it is.
_BESIDE_OF: dict[str, Callable[[Change, Change], bool]] = {
    "tool-definition-": _is_of_one_tool,
    "finish-reason-changed": _is_said_with_room,
    "job-state-changed": _is_why_it_fails,
    "stream-mode-changed": _is_what_was_switched,
    "request-url-changed": _is_of_address,
}


def _is_told_beside(change: Change, other: Change) -> bool:
    """Whether what follows from a change is told in its line."""
    if (change.rule, other.rule) in _BESIDE or other.path in (KIND_OF_THINKING, NAME_OF_FORM):
        return True
    if change.circumstance == OTHER_VERSION:
        return True
    tellers = (tells for rule, tells in _BESIDE_OF.items() if change.rule.startswith(rule))
    return next(tellers, _is_of_one_switch)(change, other)


def kinds_of(changes: Sequence[Change]) -> Iterator[str]:
    """What a person calls the changes that are folded under another: by their kind, a field or two by their names."""
    fields = {_field_of(change) for change in changes if change.rule.startswith(_FIELDS)}
    for change in changes:
        named = change.rule.startswith(_FIELDS) and len(fields) <= _FEW
        yield _field_of(change) if named else kind_of(change.rule)


def kind_of(rule: str) -> str:
    """What a person calls the changes of a rule."""
    return next(row.words for row in KINDS if rule.startswith(row.rule))


_FIELDS = ("wire-", "request-", "response-field-", "usage-detail-", "unclassified-", "event-value-", "response-body-")
_FEW = 3  # fields that are named


def _field_of(change: Change) -> str:
    """``functionCall.id``, ``reasoning.context``: a field as one finds it in the body."""
    path = change.path.partition("].")[2] if change.path.startswith("response.events[") else change.path
    if "[" in change.subject.partition(".")[0] and path.startswith(
        ("request.input_messages[", "response.body.choices[")
    ):
        path = change.subject  # as it was sent
    steps = without_brackets(path, "").split(".")
    return ".".join([step for step in steps if step not in _CONTAINERS][-2:]) or steps[-1]


_CONTAINERS = ("request", "response", "body", "parameters", "output", "choices", "candidates", "content", "parts")


def message_of(change: Change, row: Judgement) -> str:
    """The row's words with what changed in them."""
    plain = not row.name.startswith("text-")  # of a text, one wants to see where it begins and ends

    def filled(field: re.Match[str]) -> str:
        if field[1] == "subject":
            return change.subject or change.path
        if field[1] == "note":
            return change.note or became(change.old, change.new, plain=plain)
        if field[1] == "more":
            return change.note
        if field[1] == "change":
            return became(change.old, change.new, arrow=" became ", plain=plain)
        return _side(change, row, field[1], plain)

    return _with_days(re.sub(r"\{(subject|note|more|change|old|new)\}", filled, row.message), change)


def _with_days(words: str, change: Change) -> str:
    """The words with the day beside a moment that is sent as a number of seconds: ``1785197881 (2026-07-28)``."""
    if change.rule == "time-changed" or not _MOMENT.search(change.path):
        return words
    for value in (change.old, change.new):
        if type(value) is int and _SECONDS[0] <= value < _SECONDS[1]:
            words = words.replace(str(value), f"{value} ({_day(value)})", 1)
    return words


def _day(seconds: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


_MOMENT = re.compile(r"(?:_at|At|expir\w{0,12})$")
_SECONDS = 1_000_000_000, 5_000_000_000  # since 1970: from 2001 to 2128


def _side(change: Change, row: Judgement, name: str, plain: bool) -> str:
    """The old or the new value; beside the other one, cut down to where they differ."""
    value = change.old if name == "old" else change.new
    if value in (None, ABSENT) and row.none:
        return row.none
    both = _own_words(change) or _cut_down(change, row, plain)
    if both is not None:
        return both[name == "new"]
    if isinstance(value, dict) and change.path.endswith("]") and row.name.startswith(_OF_LISTS):
        return item_in_words(value)
    if isinstance(value, dict) and row.name.startswith("request-field-"):
        return settings_in_words(value)
    return bare(value) if plain else short(value)


def _cut_down(change: Change, row: Judgement, plain: bool) -> tuple[str, str] | None:
    """Both values, where a row shows both and they differ."""
    is_shown = "{old}" in row.message and "{new}" in row.message
    return pair(change.old, change.new, plain=plain) if is_shown and change.old != change.new else None


def _own_words(change: Change) -> tuple[str, str] | None:
    """How the API itself calls why the output ended, before and after; ``None`` where these are two APIs."""
    if change.rule != "finish-reason-changed" or change.sent is None:
        return None
    old, new = change.sent
    if not isinstance(old, str) or not isinstance(new, str) or old == new:
        return None
    sides = [side for side in interactions_of(change) if side is not None]
    dialects = {None if side.llm is None else side.llm.dialect for side in sides}
    return (old, new) if len(dialects) == 1 else None


_OF_LISTS = ("request-field-", "response-field-")


def _value(value: Json) -> Json:
    """A value as the report holds it: JSON."""
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_value(inner) for inner in value]
    return None if value is ABSENT else value


# --- identity --------------------------------------------------------------------------------------------------------


class _Keys:
    """Fingerprints: rule, file, the interaction's key (what it asks and which occurrence of it), canonical path."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._ordinals: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self._twins: dict[tuple[str, str, str], list[int]] = {}

    def of(self, change: Change, rule: str) -> str:
        """The fingerprint of a change. Of two that only their values tell apart, the second is told by its number."""
        key = self._key(change.pair)
        twins = self._twins.setdefault((rule, key, change.path), [])
        if id(change) not in twins:
            twins.append(id(change))
        number = twins.index(id(change))
        return fingerprint(rule, self._path, key, change.path + (f" #{number + 1}" if number else ""))

    def _key(self, pair: Pair | None) -> str:
        if pair is None:
            return ""
        if id(pair) not in self._ordinals:
            name = _asked_by(pair.new if pair.new is not None else pair.old)
            self._counts[name] = self._counts.get(name, 0) + 1
            self._ordinals[id(pair)] = f"{name} #{self._counts[name]}"
        return self._ordinals[id(pair)]


def _asked_by(interaction: Interaction | None) -> str:
    return "" if interaction is None else f"{interaction.request.method} {url_path(interaction.request.url)}"
