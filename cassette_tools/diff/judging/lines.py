"""The line of a change: its words, with those of the consequences that are worth saying."""

from __future__ import annotations

from cassette_tools.data.drift import BESIDE_OTHERS, IDENTICAL, LAST_CHECK, OTHER_VERSION, STEP
from cassette_tools.data.merging import IN_PARALLEL
from cassette_tools.diff.judging.alone import CALLS, LONE, OUTCOMES
from cassette_tools.diff.judging.levels import row_of
from cassette_tools.diff.judging.message import kind_of, kinds_of, message_of
from cassette_tools.diff.judging.settings import KIND_OF_THINKING, NAME_OF_FORM, OF_THINKING, halves_of, is_found_by
from cassette_tools.diff.judging.sides import call_of, latest_of, value_of
from cassette_tools.finding import Said
from cassette_tools.model import ABSENT, Text
from cassette_tools.words import bare, pair, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cassette_tools.data.drift import Judgement
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, Json


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


def said_of(
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
    """The words of a change with those of the consequences worth saying, and these consequences."""
    if halves := halves_of(change, follows):
        return _schema_in_words(change, halves), halves
    if said := _one_after_the_other(change, follows):
        return said
    words = message_of(change, row)
    beside = [other for other in follows if _is_told_beside(change, other)]
    if step := _another_step(change, words, beside):
        return step, beside
    failure = [other for other in follows if other.rule in _QUOTED][:1]
    requests = [other for other in follows if change.rule in OUTCOMES and other.rule in LONE]
    told = [*failure, *beside]
    return _with_others(words, told) + _course_in_words(requests), [*told, *requests]


def _course_in_words(requests: Sequence[Change]) -> str:
    """``; the session goes on: 2 more requests``."""
    if not requests:
        return ""
    goes_on = requests[0].rule == "interaction-added"
    number = len(requests)
    return (
        f"; the session goes on: {_counted(number, 'more ')}"
        if goes_on
        else f"; the session ends there: {_counted(number, 'fewer ')}"
    )


def _with_others(words: str, others: Sequence[Change]) -> str:
    """The words with those of other changes, each once. That a call now succeeds is said once, too."""
    for other in dict.fromkeys(message_of(each, row_of(each)) for each in others):
        words += f"; {other.removeprefix(_SUCCEEDS) if _SUCCEEDS.rstrip('; ') in words else other}"
    return words


def _schema_in_words(schema: Change, halves: Sequence[Change]) -> str:
    """``the request now has response_format json_schema Invoice in place of the tool Invoice and tool_choice``."""
    has, place, beside = _CAME if schema.old is ABSENT else _WENT
    names = [schema.subject or schema.path.removeprefix("request."), *_schema_names(value_of(schema))]
    headers = [f"the header {_setting_in_words(each)}" for each in halves if ".headers." in each.path]
    allowed = f", {beside} {' and '.join(headers)}" if headers else ""
    return f"the request {has} {' '.join(names)} {place.replace('{}', _tools_in_words(halves))}{allowed}"


def _tools_in_words(halves: Sequence[Change]) -> str:
    """``the tool Invoice, tool_choice``."""
    tools = [f"the tool {each.subject}" for each in halves if each.rule == "tool-definition-changed"]
    choices = [_setting_in_words(each) for each in halves if each.path.endswith(".tool_choice")]
    return ", ".join(dict.fromkeys([*tools, *choices]))


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
    if change.circumstance not in (BESIDE_OTHERS, IDENTICAL) or change.rule not in _APART:
        return None
    rule, now, has, more = _APART[change.rule]
    requests = [other for other in follows if other.rule == rule]
    if not requests:
        return None
    head = IN_PARALLEL.format(now)
    if change.circumstance == IDENTICAL:
        return f"{head}: {change.note} of {change.subject} in the answer, {_counted(len(requests), more)}", requests
    value = value_of(change)
    what = f"{change.subject} with {short(value.get('arguments') if isinstance(value, dict) else value)}"
    return f"{head}: {what} {has} a request of its own", requests


_APART = {
    "tool-call-removed": ("interaction-added", "no longer", "now has", "more "),
    "tool-call-added": ("interaction-removed", "now", "no longer has", "fewer "),
}
"""By the rule of a call that moved to a request of its own, or from there: the rule of that request, and the words."""


def _another_step(change: Change, words: str, beside: Sequence[Change]) -> str:
    """An added or removed call with the requests that send its result: how many requests later or earlier the answer
    comes, and both answers.
    """
    requests = [other.pair for other in beside if other.rule in LONE]
    last = next(reversed(requests), None)
    if last is None or change.pair is None or change.rule not in CALLS:
        return ""
    if change.circumstance == STEP:
        return words
    added = change.rule == "tool-call-added"
    here, there = (change.pair.old, last.new) if added else (last.old, change.pair.new)
    if change.circumstance != LAST_CHECK:
        words += f"; it answers {_counted(len(requests))} {'later' if added else 'earlier'}"
    return _with_answers(words, _answer_of(here), _answer_of(there))


def _counted(requests: int, way: str = "") -> str:
    """``2 requests``, ``one more request``."""
    return f"one {way}request" if requests == 1 else f"{requests} {way}requests"


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
        *(
            (root, reasoning)
            for root in ("request-field-added", "request-field-removed", "request-parameter-changed")
            for reasoning in ("reasoning-appeared", "reasoning-vanished")
        ),
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


def _is_of_the_cut(end: Change, other: Change) -> bool:
    """Whether it is what is said now that the output is no longer cut, or the JSON that was cut with it."""
    return other.rule.startswith(_OF_JSON) or (end.old == "length" and other.rule.startswith("text-"))


_OF_JSON = ("structured-output-", "tool-arguments-")


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
    "finish-reason-changed": _is_of_the_cut,
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
