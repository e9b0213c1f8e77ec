"""Which token counts changed, by how much, and which part of an answer they count."""

from __future__ import annotations

from cassette_tools.data.causes import COUNTS, WEIGHTY_FACTOR, WEIGHTY_TOKENS
from cassette_tools.diff.judging.sides import call_of, interactions_of, usages_of
from cassette_tools.model import Reasoning, Refusal, Text, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json, LLMCall

    Count = tuple[str, float, float]

OUTPUT, REASONING = "output_tokens", "reasoning_output_tokens"


def aspects_of_some(name: str, value: Json) -> Iterator[str]:
    """What the counts of a detail speak of that are not nought. Where they come as an object, what a cache gave is only
    one of them.
    """
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from (aspect for aspect in aspects_of_some(inner, each) if aspect != "cache")
    elif isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        yield from aspects_of_count(name)


def counted_in(change: Change) -> Iterator[Count]:
    """Each count that changed, with both of its values."""
    old, new = change.old, change.new
    if not isinstance(old, dict) or not isinstance(new, dict):
        name = change.path.rpartition(".")[2]
        old, new = {name: old}, {name: new}
    for name in [each for each in old if each in new]:
        before, after = old[name], new[name]
        if isinstance(before, int | float) and isinstance(after, int | float) and before != after:
            yield name, before, after


def is_the_answer(change: Change) -> bool:
    """Whether the calls only ask for the number of tokens of a request."""
    calls = map(call_of, interactions_of(change))
    return any(call is not None and call.operation_name == "token_count" for call in calls)


def aspects_of_count(name: str) -> tuple[str, ...]:
    lowered = name.lower()
    return next((aspects for word, aspects in COUNTS.items() if word in lowered), ())


def is_weighty(old: float, new: float) -> bool:
    """Whether a count moved by more than other words of the same length would move it."""
    return abs(new - old) > WEIGHTY_TOKENS and weight(old, new) > WEIGHTY_FACTOR


def weight(old: float, new: float) -> float:
    """By which factor a count moved, up or down."""
    low, high = sorted((old + 1, new + 1))
    return high / low if low > 0 else float("inf")


def models_of(change: Change) -> set[str | None]:
    """The models that the calls of a change ask."""
    return {call.request_model for call in map(call_of, interactions_of(change)) if call is not None}


def is_factor(old: float, new: float, most: float) -> bool:
    """Symmetric: a half is as far from one as the double."""
    return min(old, new) > 0 and max(old, new) <= most * min(old, new)


def spoken(name: str, side: Json) -> float:
    """The count; of the output without the reasoning in it, which varies by a measure of its own."""
    if not isinstance(side, dict):
        return float(side) if isinstance(side, int | float) else 0.0
    thought = side.get(REASONING, 0) if name == OUTPUT else 0
    return float(side[name]) - float(thought)


def more(change: Change, name: str) -> float:
    if not (isinstance(change.old, dict) and isinstance(change.new, dict)):
        return 0.0
    return float(change.new.get(name, 0)) - float(change.old.get(name, 0))


def is_before(change: Change, other: Change) -> bool:
    """Whether it is of an earlier call: only what was answered before is in a history."""
    sides = zip(interactions_of(change), interactions_of(other), strict=True)
    return all(one is not None and two is not None and one.index < two.index for one, two in sides)


def said_on_both(change: Change) -> tuple[int, int]:
    """How many characters each answer has, with its thinking unless that is counted apart."""
    usages = usages_of(change)
    apart = any(usage is not None and usage.reasoning_output_tokens for usage in usages)
    old, new = (_length(call_of(side), with_thinking=not apart) for side in interactions_of(change))
    return old, new


def _length(call: LLMCall | None, *, with_thinking: bool) -> int:
    if call is None:
        return 0
    length = 0
    for part in (part for said in call.output_messages for part in said.parts):
        if isinstance(part, Text | Refusal) or (with_thinking and isinstance(part, Reasoning)):
            length += len(part.content)
        elif isinstance(part, ToolCall):
            length += len(part.name) + len(part.raw_arguments or str(part.arguments))
    return length


def holds_thinking(call: LLMCall | None) -> bool:
    said = () if call is None else call.output_messages
    return any(isinstance(part, Reasoning) for message in said for part in message.parts)


def thinking_of(call: LLMCall) -> int:
    return 0 if call.usage is None else call.usage.reasoning_output_tokens or 0
