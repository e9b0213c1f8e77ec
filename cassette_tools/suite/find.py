"""Which interactions are looked for: by options, by comparisons of a field, and by words that were said."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache

from cassette_tools._record import record, replace
from cassette_tools.errors import UsageError
from cassette_tools.one_file import OneFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.model import Interaction, Json
    from cassette_tools.suite.facts import Facts
    from cassette_tools.suite.survey import Opened, Recorded

    Value = str | float
    Condition = Callable[[Recorded, Facts], bool]

# What a field of an interaction holds: one value or several, of which one has to fit; nothing where it has none.
FIELDS: Mapping[str, Callable[[Recorded, Facts], Sequence[Value | None]]] = {
    "scenario": lambda recorded, _facts: (recorded.scenario,),
    "provider": lambda _recorded, facts: (facts.provider_name,),
    "model": lambda _recorded, facts: (facts.request_model, facts.response_model),
    "tool": lambda _recorded, facts: facts.tools,
    "offered": lambda _recorded, facts: facts.offered,
    "finish": lambda _recorded, facts: facts.finish_reasons,
    "status": lambda _recorded, facts: (facts.status,),
    "error": lambda _recorded, facts: (facts.error,),
    "feature": lambda _recorded, facts: _with_titles(facts.shown),
    "operation": lambda _recorded, facts: (facts.operation_name,),
    "dialect": lambda _recorded, facts: (facts.dialect,),
    "stream": lambda _recorded, facts: (facts.stream,),
    "sdk": lambda _recorded, facts: (facts.sdk,),
    "url": lambda _recorded, facts: (facts.url,),
    "day": lambda _recorded, facts: (facts.day or None,),
    "duration": lambda _recorded, facts: (facts.duration,),
    "input_tokens": lambda _recorded, facts: (facts.input_tokens,),
    "output_tokens": lambda _recorded, facts: (facts.output_tokens,),
    "reasoning_output_tokens": lambda _recorded, facts: (facts.reasoning_output_tokens,),
    "cache_read_input_tokens": lambda _recorded, facts: (facts.cache_read_input_tokens,),
    "cost": lambda _recorded, facts: (facts.cost,),
    "secrets": lambda _recorded, facts: (facts.secrets,),
}
NUMBERS = frozenset(
    (
        "status",
        "duration",
        "input_tokens",
        "output_tokens",
        "reasoning_output_tokens",
        "cache_read_input_tokens",
        "cost",
        "secrets",
    )
)
OPTIONS = ("tool", "model", "provider", "scenario", "finish", "status")  # fields that have an option of their own
ORDERED = NUMBERS | {"day"}
_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "<=": lambda value, limit: value <= limit,  # type: ignore[operator]
    ">=": lambda value, limit: value >= limit,  # type: ignore[operator]
    "<": lambda value, limit: value < limit,  # type: ignore[operator]
    ">": lambda value, limit: value > limit,  # type: ignore[operator]
}


def _with_titles(features: Sequence[str]) -> list[str]:
    """The names of the features, and their titles in the tables."""
    return [*features, *(_titles()[name] for name in features)]


@cache
def _titles() -> Mapping[str, str]:
    """The title of each feature in the tables."""
    from cassette_tools.suite.features import FEATURES

    return {row.name: row.title for row in FEATURES}


class Wanted:
    """A condition on words: a field matches one of some patterns. It remembers whether any call met it, and else which
    words there are.
    """

    def __init__(self, asked: str, field: str, patterns: Iterable[str], expression: str = "") -> None:
        self.asked, self.field = asked, field
        self.is_met = False
        self._seen: set[str] = set()
        self._ways = [_equals(expression, field, pattern) for pattern in patterns]

    def __call__(self, recorded: Recorded, facts: Facts) -> bool:
        values = FIELDS[self.field](recorded, facts)
        fits = any(way(each) for way in self._ways for each in values)
        self.is_met = self.is_met or fits
        self._note(values)
        return fits

    def _note(self, values: Sequence[Value | None]) -> None:
        if not self.is_met and len(self._seen) < _MOST:
            self._seen.update(str(each) for each in values if each not in (None, ""))

    @property
    def in_words(self) -> str:
        """``no call has stream=true; the only value here is sse``."""
        known = sorted(self._seen - ({*_titles().values()} - {*_titles()}))
        more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
        told = (
            f"the only value here is {known[0]}"
            if len(known) == 1
            else f"the values here are {', '.join(known[:_SHOWN])}{more}"
        )
        return f"no call has {self.asked}; {told if known else f'no call has any {self.field}'}"


_MOST, _SHOWN = 1_000, 12  # words that are kept, and that are shown


def any_of(field: str, patterns: Sequence[str]) -> Condition:
    """That a field fits one of some patterns, in which ``*`` is any text."""
    return Wanted(f"{field} {' or '.join(patterns)}", field, patterns)


def condition(expression: str) -> Condition:
    """``field=value``, ``field!=value``, ``field<number`` and the like. Raises UsageError."""
    found = re.fullmatch(r"([a-z_]+)\s*+(!=|<=|>=|=|<|>)\s*+(.*)", expression.strip(), re.DOTALL)
    if found is None:
        raise UsageError(f"--where {expression}: expected FIELD=VALUE, or !=, <, >, <=, >= in the place of =")
    return _condition(expression, *found.groups())


def _condition(expression: str, field: str, comparison: str, value: str) -> Condition:
    if field not in FIELDS:
        raise UsageError(f"--where {expression}: there is no field {field}; the fields are {', '.join(FIELDS)}")
    values = FIELDS[field]
    if comparison in _COMPARISONS:
        if field not in ORDERED:
            raise UsageError(f"--where {expression}: {field} is text; expected = or !=, with * for any text")
        limit = _number(expression, field, value) if field in NUMBERS else value
        holds = _COMPARISONS[comparison]
        return lambda recorded, facts: any(each is not None and holds(each, limit) for each in values(recorded, facts))
    if comparison == "=":
        return Wanted(f"{field}={value}", field, (value,), expression)
    fits = _equals(expression, field, value)
    return lambda recorded, facts: not any(map(fits, values(recorded, facts)))


def _equals(expression: str, field: str, value: str) -> Callable[[Value | None], bool]:
    if field in NUMBERS:
        number = _number(expression, field, value)
        return lambda each: each == number
    # Only ``field=`` finds a missing value, never a pattern.
    return lambda each: isinstance(each, str) and bool(each) == bool(value) and fnmatchcase(each, value)


def _number(expression: str, field: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        said = f"--where {expression}" if expression else f"--{field} {text}"
        raise UsageError(f"{said}: {field} is a number, and {text!r} is none") from None


def unmet(conditions: Iterable[Condition]) -> list[str]:
    """For each condition that no call meets: the words that there are."""
    return [each.in_words for each in conditions if isinstance(each, Wanted) and not each.is_met]


@record
class Found:
    """Interactions of a recording that fit all that was asked for."""

    recorded: Recorded
    interactions: tuple[Facts, ...]


def find(recordings: Iterable[Recorded], conditions: Sequence[Condition]) -> tuple[Found, ...]:
    """The recordings with an interaction that meets all conditions."""
    found = []
    for each in recordings:
        own = tuple(facts for facts in each.interactions if _meets_all(each, facts, conditions))
        found += [Found(recorded=each, interactions=own)] if own else []
    return tuple(found)


def _meets_all(recorded: Recorded, facts: Facts, conditions: Sequence[Condition]) -> bool:
    """Ask every condition, also after one failed: each must learn which words there are."""
    met = [meets(recorded, facts) for meets in conditions]
    return all(met)


# --- words -----------------------------------------------------------------------------------------------------------


def saying(found: Sequence[Found], text: str, opened: Opened, jobs: int | None = None) -> tuple[Found, ...]:
    """Those of the interactions in which a text was said; the recordings are opened for that. Raises SourceError."""
    from cassette_tools.load import load_source
    from cassette_tools.pool import size_of, spread, workers

    def work(number: int) -> tuple[int, ...]:
        path = found[number].recorded.path
        with OneFile(path):
            recording = load_source(opened(path))
        return tuple(each.index for each in recording.interactions if says(each, text))

    count = len(found)
    processes = workers(jobs, count, sum(size_of(each.recorded.path) for each in found))
    said = dict(spread(work, count, processes) if processes > 1 else ((n, work(n)) for n in range(count)))
    kept = (
        replace(each, interactions=tuple(facts for facts in each.interactions if facts.index in said[number]))
        for number, each in enumerate(found)
    )
    return tuple(each for each in kept if each.interactions)


def says(interaction: Interaction, text: str) -> bool:
    """Whether somebody said a text, in any letters: a system prompt, a message, a thought, arguments, a result."""
    wanted = text.casefold()
    return any(wanted in each.casefold() for each in _said(interaction))


def _said(interaction: Interaction) -> Iterator[str]:
    call = interaction.llm
    if call is None:
        return
    messages = (*call.input_messages, *call.output_messages)
    for part in (*call.system_instructions, *(part for each in messages for part in each.parts)):
        for name in _WORDS.get(part.type, ()):
            yield from _strings(getattr(part, name))
    if call.error is not None:
        yield call.error.message


# Where the words of a part are; the characters of media are none.
_WORDS = {
    "text": ("content",),
    "reasoning": ("content",),
    "refusal": ("content",),
    "tool_call": ("name", "arguments"),
    "tool_call_response": ("response",),
    "server_tool_call": ("name", "server_tool_call"),
    "server_tool_call_response": ("server_tool_call_response",),
    "blob": ("transcript",),
    "generic": ("content",),
}


def _strings(value: Json) -> Iterator[str]:
    """Every text in a value, keys too; a number as JSON has it."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            pending += [*each.keys(), *each.values()]
        elif isinstance(each, list | tuple):
            pending += each
        elif isinstance(each, int | float) and not isinstance(each, bool):
            yield str(each)
