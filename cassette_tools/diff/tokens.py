"""How grave it is that a call took another number of tokens, or cost another sum.

Counts of one call vary with its words. What is left is compared with what else is told of the call: the size of the
prompt, the length of the answer. A count that nothing explains, or that grew beyond all measure, is news.
"""

from __future__ import annotations

from cassette_tools.data.drift import EXPLAINED, WITHIN_TOLERANCE
from cassette_tools.diff.amounts import ratio
from cassette_tools.diff.plausible import CACHED, OTHERWISE, can_explain, fit_of
from cassette_tools.model import Reasoning, Refusal, Text, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cassette_tools.diff.change import Change
    from cassette_tools.model import Interaction, Json, LLMCall, Usage

TOLERANCES = {
    "token_ratio": 0.1,  # counts of one call vary with its words
    "token_delta": 16,  # of a short answer, a tenth is nothing
    "cost_ratio": 0.1,  # as the tokens
    "text_similarity": 0.0,  # a text may be reworded however much; raise it to be told of more
}
# How long a model thinks differs from run to run by these (o4-mini, gpt-5 and grok on one prompt: 0, 64, 128, 192).
THINKING_DELTA, THINKING_MOST = 64, 128
BEYOND_MEASURE = 4.0  # a factor that no prompt and no answer excuses
COST_EXPLAINED = 0.5  # another price for the same tokens is news from here on
_WORDS_PER_CHARACTER = 0.5  # tokens that a character of an answer takes at most, except where each is a word


class Amounts:
    """The token counts and costs among the changes between two recordings, each seen beside all others."""

    def __init__(self, changes: Sequence[Change], allowed: Mapping[str, float]) -> None:
        self._allowed = allowed
        self._mates: dict[int, list[Change]] = {}
        for change in changes:
            self._mates.setdefault(id(change.pair), []).append(change)
        self._made = [(change, _more_output(change)) for change in changes if change.path == "response.usage"]

    def circumstance_of(self, change: Change) -> str | None:
        """`WITHIN_TOLERANCE`, `EXPLAINED`, or ``None`` for news."""
        mates = self._mates[id(change.pair)]
        if change.rule == "cost-changed":
            return self._of_cost(change, mates)
        found = {_of_count(name, change, mates, self._allowed) for name in _names(change)}
        if None in found and self._is_kept(change):
            found = {_of_count(name, change, mates, self._allowed) for name in _names(change) if name != _INPUT}
            found.add(EXPLAINED)
        if None in found:
            return None
        return EXPLAINED if EXPLAINED in found else WITHIN_TOLERANCE

    def _is_kept(self, change: Change) -> bool:
        """Whether the input grew by what another answer took more: a provider that keeps the thinking itself."""
        if not (isinstance(change.old, dict) and isinstance(change.new, dict)) or _INPUT not in change.old:
            return False
        old, new = float(change.old[_INPUT]), float(change.new[_INPUT])
        made = [more for other, more in self._made if other is not change and more * (new - old) > 0]
        near = any(abs(new - old - more) <= self._allowed["token_delta"] for more in made)
        return near and _is_factor(old, new, BEYOND_MEASURE)

    def _of_cost(self, change: Change, mates: Sequence[Change]) -> str | None:
        """A cost that moves as the tokens do says what they say."""
        if change.size is None:
            return None
        if _is_factor(1, change.size, 1 + self._allowed["cost_ratio"]):
            return WITHIN_TOLERANCE
        usage = next((mate for mate in mates if mate.rule == "usage-changed" and isinstance(mate.old, dict)), None)
        if usage is not None and _goes_with(change.size, usage):
            return self.circumstance_of(usage)
        return EXPLAINED if _is_factor(1, change.size, 1 + COST_EXPLAINED) else None


_INPUT = "input_tokens"


def _more_output(change: Change) -> float:
    if not (isinstance(change.old, dict) and isinstance(change.new, dict)):
        return 0.0
    return float(change.new.get("output_tokens", 0)) - float(change.old.get("output_tokens", 0))


def _names(change: Change) -> list[str]:
    return [*change.old] if isinstance(change.old, dict) else [change.subject or change.path]


# --- one count -------------------------------------------------------------------------------------------------------


def _of_count(name: str, change: Change, mates: Sequence[Change], allowed: Mapping[str, float]) -> str | None:
    lowered = name.lower()
    if "cache" in lowered:
        return WITHIN_TOLERANCE  # whether a cache still holds the prompt depends on who asked before
    old, new = (_spoken(name, side) for side in (change.old, change.new))
    if "reasoning" in lowered or "thought" in lowered:
        return _of_thinking(old, new, allowed)
    if _is_near(old, new, allowed):
        return WITHIN_TOLERANCE
    if "total" in lowered:
        return EXPLAINED if any(mate.path == "response.usage" for mate in mates) else None
    if "input" in lowered or "prompt" in lowered:
        return _of_input(old, new, change)
    before, after = (
        float(side[name]) if isinstance(side, dict) else _spoken(name, side) for side in (change.old, change.new)
    )
    return _of_output(old, new, change, mates) if _is_factor(before, after, BEYOND_MEASURE) else None


def _spoken(name: str, side: Json) -> float:
    """The count; of the output without the reasoning in it, which varies by a measure of its own."""
    if not isinstance(side, dict):
        return float(side) if isinstance(side, int | float) else 0.0
    thought = side.get("reasoning_output_tokens", 0) if name == "output_tokens" else 0
    return float(side[name]) - float(thought)


def _is_near(old: float, new: float, allowed: Mapping[str, float]) -> bool:
    return abs(new - old) <= allowed["token_delta"] or _is_factor(old, new, 1 + allowed["token_ratio"])


def _is_factor(old: float, new: float, most: float) -> bool:
    """Symmetric: a half is as far from one as the double."""
    return min(old, new) > 0 and max(old, new) <= most * min(old, new)


def _of_thinking(old: float, new: float, allowed: Mapping[str, float]) -> str | None:
    came_or_went = not old or not new
    if not came_or_went and (abs(new - old) <= THINKING_DELTA or _is_near(old, new, allowed)):
        return WITHIN_TOLERANCE
    usual = abs(new - old) <= THINKING_MOST or _is_factor(old, new, BEYOND_MEASURE)
    return EXPLAINED if usual else None


# --- the input -------------------------------------------------------------------------------------------------------


def _of_input(old: float, new: float, change: Change) -> str | None:
    """The input grows as the prompt does. Where the whole is what it was, a cache gave the rest."""
    if change.pair is None:
        return None
    fit = fit_of(change.pair, new - old)
    if fit == CACHED:
        return WITHIN_TOLERANCE
    sides = [_call(side) for side in _interactions(change)]
    fits = sides[0] is not None and sides[1] is not None and can_explain(sides[0], sides[1], new - old)
    return EXPLAINED if fits and fit != OTHERWISE and _is_factor(old, new, BEYOND_MEASURE) else None


def _agrees(tokens: float, characters: float) -> bool:
    """Whether so many tokens more go with so many characters more: in one direction, and no more than there are."""
    return tokens * characters > 0 and abs(tokens) <= abs(characters)


# --- the output ------------------------------------------------------------------------------------------------------


def _of_output(old: float, new: float, change: Change, mates: Sequence[Change]) -> str | None:
    """The output grows as the answer does. What its words do not account for is thinking that is not counted apart."""
    before, after = _said(change)
    if _agrees(new - old, after - before):
        return EXPLAINED
    thinks = max(old - before * _WORDS_PER_CHARACTER, new - after * _WORDS_PER_CHARACTER) > 0
    if thinks:
        return WITHIN_TOLERANCE if abs(new - old) <= THINKING_DELTA else EXPLAINED
    return EXPLAINED if any(mate.rule.startswith(_OTHER_OUTPUT) for mate in mates) else None


_OTHER_OUTPUT = ("media-", "server-tool-", "part-", "choice-count-")  # whose tokens no length tells


def _said(change: Change) -> tuple[int, int]:
    """How many characters each answer has, with its thinking unless that is counted apart."""
    usages = _usages(change)
    apart = any(usage is not None and usage.reasoning_output_tokens for usage in usages)
    old, new = (_length(_call(side), with_thinking=not apart) for side in _interactions(change))
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


# --- the cost --------------------------------------------------------------------------------------------------------


def _goes_with(size: float, usage: Change) -> bool:
    if not isinstance(usage.old, dict) or not isinstance(usage.new, dict):
        return False
    if any("cache" in name for name in usage.old):
        return True
    grown = [ratio(usage.old[name], usage.new[name]) for name in ("input_tokens", "output_tokens") if name in usage.old]
    known = [1.0, *(each for each in grown if each)]
    return min(known) * 0.99 <= size <= max(known) * 1.01


# --- the two sides ---------------------------------------------------------------------------------------------------


def _interactions(change: Change) -> tuple[Interaction | None, Interaction | None]:
    return (None, None) if change.pair is None else (change.pair.old, change.pair.new)


def _call(interaction: Interaction | None) -> LLMCall | None:
    return None if interaction is None else interaction.llm


def _usages(change: Change) -> tuple[Usage | None, Usage | None]:
    old, new = (None if call is None else call.usage for call in map(_call, _interactions(change)))
    return old, new
