"""Which of the token counts and costs of a call are told.

Counts are consequences: the output follows the answer, the input follows what is asked, the cost follows both, and a
cache holds what others asked for before. What nothing else that is told explains is news.
"""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import LEFT_OUT, OTHER_SUM, THINKING, TRIVIAL, WITHIN_TOLERANCE
from cassette_tools.diff.http.usage import counts_note
from cassette_tools.diff.judging.counted import (
    OUTPUT,
    REASONING,
    holds_thinking,
    is_before,
    is_factor,
    is_the_answer,
    models_of,
    more,
    said_on_both,
    spoken,
    thinking_of,
)
from cassette_tools.diff.judging.evidence import is_other_answering
from cassette_tools.diff.judging.plausible import CACHED, HIDDEN, can_explain, fit_of
from cassette_tools.diff.judging.sides import call_of, interactions_of, usages_of
from cassette_tools.diff.pairing.provenance import upstream_of
from cassette_tools.diff.values.amounts import cost_factors
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, LLMCall

TOLERANCES = {
    "token_ratio": 0.1,  # counts of one call vary with its words
    "token_delta": 16,  # of a short answer, a tenth is nothing
    "cost_ratio": 0.1,  # as the tokens
    "text_similarity": 0.0,  # a text may be reworded however much; raise it to be told of more
}
# How long a model thinks differs from run to run by these (o4-mini, gpt-5 and grok on one prompt: 0, 64, 128, 192).
THINKING_MOST = 128
BEYOND_MEASURE = 4.0  # a factor that no two models, and no two trains of thought, differ by as a rule
THINKING_BEGUN = 50  # tokens from which on there is thinking now, or none any more
THINKING_JUMP = 10.0  # a factor from which on it is told beside another answer, too
COST_EXPLAINED = 0.5  # another price for the same tokens is news from here on
_WORDS_PER_CHARACTER = 0.5  # tokens that a character of an answer takes at most, except where each is a word
_ANSWERED = (
    "text-appeared", "text-vanished", "text-reworded", "text-changed", "text-facts-changed", "tool-call-",
    "tool-arguments-", "refusal-", "reasoning-", "finish-reason-", "part-", "media-", "server-tool-", "choice-count-",
    "citation-", "structured-output-", "error-", "status-", "stream-truncated", "stream-mended",
)  # fmt: skip
"""What is told of an answer, after which it has another length."""
_UNTOLD = ("noise", "off")
_CACHING = re.compile(r"cache|\bttl\b")  # in the names of settings that are about caching
_INPUT = "input_tokens"
_KINDS = {"cache": ("cache",), "thinking": ("reasoning", "thought"), "input": ("input", "prompt"), "total": ("total",)}
"""The aspect of a count by a word in its name; any other count is of the output."""


def weighed(
    changes: Sequence[Change],
    levels: Mapping[int, str],
    tolerances: Mapping[str, float],
    sides: tuple[Sequence[Interaction], Sequence[Interaction]],
) -> list[Change]:
    """The changes, each that is of an amount with its circumstance. Of the counts of one call, those that are told and
    those that are noise become changes of their own. `sides` are all interactions of both recordings.
    """
    scales = _Scales(changes, levels, {**TOLERANCES, **tolerances}, sides)
    return [each for change in changes for each in scales.weighed(change)]


class _Scales:
    """All changes between two recordings, by which each amount is weighed."""

    def __init__(
        self,
        changes: Sequence[Change],
        levels: Mapping[int, str],
        allowed: Mapping[str, float],
        sides: tuple[Sequence[Interaction], Sequence[Interaction]],
    ) -> None:
        self._allowed = allowed
        self._sides = sides
        told = [each for each in changes if levels[id(each)] not in _UNTOLD]
        self._pairs = _by_pair(changes)
        self._told = _by_pair(told)
        # what one call leaves in the cache is what the others read
        self._is_cached = any(map(_is_setting_of_caching, told))
        usages = [change for change in changes if change.path == "response.usage"]
        self._made = [(change, more(change, OUTPUT)) for change in usages]
        self._served = [*filter(None, (more(each, _INPUT) for each in usages if not self._reads_more(each)))]

    def _reads_more(self, change: Change) -> bool:
        """Whether it is told of a call that the model reads something else."""
        return any(map(_is_read, self._told.get(id(change.pair), ())))

    def weighed(self, change: Change) -> Iterator[Change]:
        if change.circumstance == OTHER_SUM:
            yield change
        elif change.rule == "usage-changed":
            yield from self._counts(change)
        elif change.rule == "cost-changed":
            yield self._cost(change)
        elif change.rule.startswith("usage-detail-") and self._is_left_out(change):
            yield replace(change, circumstance=LEFT_OUT)
        else:
            yield change

    # --- counts ------------------------------------------------------------------------------------------------------

    def _counts(self, change: Change) -> Iterator[Change]:
        if not isinstance(change.old, dict) or not isinstance(change.new, dict):
            yield replace(change, circumstance=self._of_count(change.subject or change.path, change))
            return
        for circumstance, names in self._verdicts(change).items():
            old, new = ({name: side[name] for name in names} for side in (change.old, change.new))
            yield replace(change, old=old, new=new, note=counts_note(old, new), circumstance=circumstance)

    def _verdicts(self, change: Change) -> dict[str | None, list[str]]:
        """The counts of a call by their verdict. The reasoning count is reported with the others that are reported,
        unless these follow from another API.
        """
        verdicts = {name: self._of_count(name, change) for name in change.old}
        is_other_api = any(each.rule == "dialect-changed" for each in self._told.get(id(change.pair), ()))
        is_news = None in verdicts.values() and not is_other_api
        found: dict[str | None, list[str]] = {}
        for name, verdict in verdicts.items():
            found.setdefault(None if is_news and verdict == THINKING else verdict, []).append(name)
        return found

    def _of_count(self, name: str, change: Change) -> str | None:
        """`WITHIN_TOLERANCE` for what follows or is chance, `THINKING`, or ``None`` for news."""
        told = self._told.get(id(change.pair), ())
        old, new = (spoken(name, side) for side in (change.old, change.new))
        kind = next((kind for kind, words in _KINDS.items() if _is_called(name, *words)), "output")
        if kind in ("input", "total") and is_the_answer(change):
            return None  # the count is what was asked for: report it, with its cause
        if kind == "cache":
            return None if self._is_cached and not self._is_near(old, new) else WITHIN_TOLERANCE
        is_near = self._is_near(old, new) or (name == OUTPUT and self._is_as_long(change))
        if is_near and kind != "thinking":
            return WITHIN_TOLERANCE
        ways = {"thinking": self._of_thinking, "input": self._of_input, "total": self._of_total}
        return ways.get(kind, self._of_output)(old, new, change, told)

    def _of_total(self, old: float, new: float, change: Change, told: Sequence[Change]) -> str | None:
        """A sum follows from the answer, and from the counts that are told of the same call."""
        if change.path == "response.usage":
            return self._of_output(old, new, change, told)
        is_counted = any(each.path == "response.usage" for each in self._pairs[id(change.pair)])
        return WITHIN_TOLERANCE if _follows(told) or is_counted else None

    def _is_as_long(self, change: Change) -> bool:
        """Whether the output has as many tokens, of which one side alone says how many were thinking."""
        counted = {usage is not None and usage.reasoning_output_tokens is not None for usage in usages_of(change)}
        whole = [float(side[OUTPUT]) for side in (change.old, change.new) if isinstance(side, dict)]
        return len(counted) > 1 and len(whole) > 1 and self._is_near(whole[0], whole[1])

    def _is_near(self, old: float, new: float) -> bool:
        return abs(new - old) <= self._allowed["token_delta"] or is_factor(old, new, 1 + self._allowed["token_ratio"])

    def _of_thinking(self, old: float, new: float, change: Change, told: Sequence[Change]) -> str | None:
        """A model thinks as long as it likes, and at times not at all. That it begins to is told where nothing else is
        told of the answer, and it is so in the whole recording or asked for; that it thinks many times as much wherever
        nothing orders that; not that thinking which is there is not counted.
        """
        if any(map(_switches_thinking, told)) or any(map(self._is_count_that_came, told)):
            return WITHIN_TOLERANCE
        if any(map(_is_of_model, told)):
            is_news = self._is_first_thinking(change, new - old)
        elif old and new:
            jump = THINKING_JUMP if _follows(told) else BEYOND_MEASURE
            is_news = abs(new - old) > THINKING_MOST and not is_factor(old, new, jump)
        else:
            is_news = abs(new - old) >= THINKING_BEGUN and self._is_begun(change, told)
        return THINKING if is_news else WITHIN_TOLERANCE

    def _is_count_that_came(self, change: Change) -> bool:
        """Whether thinking is counted now, or no longer, by who did not do so before."""
        return _is_count_of_thinking(change) and not self._is_left_out(change)

    def _is_begun(self, change: Change, told: Sequence[Change]) -> bool:
        """Whether that a model thinks now, or no longer, is all that is told of the answer, and is no chance."""
        if _follows([each for each in told if not each.rule.startswith(_SAID_ALIKE)]):
            return False
        return any(map(_is_asked_to_think, told)) or self._is_of_all(change)

    def _is_first_thinking(self, change: Change, more: float) -> bool:
        """Whether a model thinks that took the place of one that never did, or the other way round."""
        return abs(more) >= THINKING_BEGUN and not all(map(any, self._thinking(change)))

    def _thinking(self, change: Change) -> list[list[bool]]:
        """Which calls to the models of a call think, on either side."""
        models = models_of(change)
        return [
            [
                bool(thinking_of(call))
                for call in map(call_of, side)
                if call is not None and call.request_model in models
            ]
            for side in self._sides
        ]

    def _is_of_all(self, change: Change) -> bool:
        """Whether the calls to the model that thinks now, or no longer, do so: all that think on either side, or most
        of all calls to it.
        """
        counts = self._thinking(change)
        if not all(map(any, counts)):
            return True
        begins = more(change, REASONING) > 0
        flipped = [each for each, _ in self._made if _flips(each) and (more(each, REASONING) > 0) == begins]
        alike = [each for each in flipped if models_of(change) & models_of(each)]
        return 2 * len(alike) > max(map(len, counts))

    def _of_input(self, old: float, new: float, change: Change, told: Sequence[Change]) -> str | None:
        """The input grows as the prompt and the history do; a model that is another one has tokens of its own."""
        if self._is_as_asked(change, new - old, told):
            return WITHIN_TOLERANCE
        is_alike = is_factor(old, new, BEYOND_MEASURE)
        if not (is_alike or abs(new - old) <= HIDDEN / 4) or None in map(call_of, interactions_of(change)):
            return None
        is_of_history = is_alike and self._is_of_history(change, new - old, told)
        return WITHIN_TOLERANCE if is_of_history or any(map(_is_of_model, told)) else None

    def _is_as_asked(self, change: Change, grown: float, told: Sequence[Change]) -> bool:
        """Whether the input grew as much as what the model reads, or as what comes from a cache."""
        before, after = map(call_of, interactions_of(change))
        if change.pair is None or before is None or after is None:
            return False
        if fit_of(change.pair, grown) == CACHED or can_explain(before, after, grown):
            return True
        return any(map(_is_read, told)) and self._is_asked_for(before, after, grown)

    def _is_of_history(self, change: Change, grown: float, told: Sequence[Change]) -> bool:
        """Whether the history has what another answer took more, or other thinking."""
        return self._is_kept(change, grown) or any(map(_is_given_back, told))

    def _is_asked_for(self, old: LLMCall, new: LLMCall, grown: float) -> bool:
        """Whether what is told of the request explains the growth: an estimate may err, and who serves it may add the
        same to each call; else most of it is what that one counts otherwise.
        """
        added = [more for more in (0, *self._served) if abs(grown - more) >= abs(more)]
        return any(can_explain(old, new, (grown - more) / 2) for more in added)

    def _is_kept(self, change: Change, grown: float) -> bool:
        """Whether the input grew by what another answer took more: it stands in the history, or in the provider's."""
        made = [more for other, more in self._made if more * grown > 0 and is_before(other, change)]
        return any(abs(grown - more) <= self._allowed["token_delta"] for more in made)

    def _of_output(self, old: float, new: float, change: Change, told: Sequence[Change]) -> str | None:
        """The output follows the answer. What its words do not account for is thinking that is not counted apart."""
        if _follows(told):
            return WITHIN_TOLERANCE
        before, after = said_on_both(change)
        if (new - old) * (after - before) > 0 and abs(new - old) <= abs(after - before):
            return WITHIN_TOLERANCE
        thinks = max(old - before * _WORDS_PER_CHARACTER, new - after * _WORDS_PER_CHARACTER) > 0
        if thinks and is_factor(old, new, BEYOND_MEASURE):
            return WITHIN_TOLERANCE
        return THINKING if thinks and any(holds_thinking(call_of(side)) for side in interactions_of(change)) else None

    # --- costs -------------------------------------------------------------------------------------------------------

    def _cost(self, change: Change) -> Change:
        """A cost that moves as the tokens do says what they say; else the price is another."""
        usages = usages_of(change)
        if change.size is None:
            return change
        if is_factor(1, change.size, 1 + self._allowed["cost_ratio"]):
            return replace(change, circumstance=WITHIN_TOLERANCE)
        if usages[0] is None or usages[1] is None:
            return change
        low, high = cost_factors(usages[0], usages[1])
        if low / 1.01 <= change.size <= high * 1.01:
            told = any(self._is_told(each, change.size) for each in self._pairs[id(change.pair)])
            return change if told else replace(change, circumstance=WITHIN_TOLERANCE)
        if low / (1 + COST_EXPLAINED) < change.size < high * (1 + COST_EXPLAINED):
            return replace(change, circumstance=WITHIN_TOLERANCE)
        if any(map(_is_of_model, self._told.get(id(change.pair), ()))):
            return change  # another model has prices of its own
        is_same = low == high == 1
        circumstance = TRIVIAL if _is_trivial(change, is_same=is_same) else change.circumstance
        note = f"{change.note}: {_price_in_words(change.size, is_same=is_same)}"
        return replace(change, note=note, circumstance=circumstance)

    def _is_told(self, change: Change, factor: float) -> bool:
        """Whether a count is told that moved the same way as the cost: fewer tokens make nothing dearer."""
        if change.rule != "usage-changed" or change.path != "response.usage":
            return False
        told = [each for each in self._counts(change) if each.circumstance is None]
        return any(more(each, name) * (factor - 1) > 0 for each in told for name in _names(each))

    # --- details -----------------------------------------------------------------------------------------------------

    def _is_left_out(self, change: Change) -> bool:
        """Whether a count came or went here alone: calls of both recordings to this API have it."""
        place = change.old_place if change.new is ABSENT else change.new_place
        calls = [call for call in map(call_of, interactions_of(change)) if call is not None]
        if place is None or not place.folded or not calls:
            return False
        return all(_has_count(side, calls[0].dialect, place.folded) for side in self._sides)


def _is_called(name: str, *words: str) -> bool:
    """Whether the name of a count has one of the words."""
    return any(word in name.lower() for word in words)


def _has_count(interactions: Sequence[Interaction], dialect: str, pointer: str) -> bool:
    """Whether some answer of an API has a count."""
    calls = [call for call in map(call_of, interactions) if call is not None and call.dialect == dialect]
    return any(call.usage is not None and value_at(call.body, pointer) is not ABSENT for call in calls)


def _by_pair(changes: Sequence[Change]) -> dict[int, list[Change]]:
    """The changes of each pair."""
    found: dict[int, list[Change]] = {}
    for change in changes:
        found.setdefault(id(change.pair), []).append(change)
    return found


def _flips(change: Change) -> bool:
    """Whether thinking was counted on one side alone."""
    sides = [side for side in (change.old, change.new) if isinstance(side, dict)]
    return len({bool(side.get(REASONING)) for side in sides}) > 1


def _is_trivial(change: Change, *, is_same: bool) -> bool:
    """Whether the cost changed by less than a hundredth of a cent, and no price changed: that would show in the same
    number of tokens from the same upstream.
    """
    upstreams = {None if each is None else upstream_of(each) for each in interactions_of(change)}
    is_little = isinstance(change.old, float) and isinstance(change.new, float) and abs(change.new - change.old) < _CENT
    return is_little and (len(upstreams) > 1 or not is_same)


_CENT = 0.0001  # dollars: a hundredth of it


def _price_in_words(factor: float, *, is_same: bool) -> str:
    """``the price rose, for as many tokens``."""
    return f"the price {'fell' if factor < 1 else 'rose'}" + (", for as many tokens" if is_same else "")


# --- what is told beside an amount -----------------------------------------------------------------------------------


def _follows(told: Sequence[Change]) -> bool:
    """Whether something is told of the answer, or of who gave it, from which another length follows."""
    return any(_is_of_model(each) or (each.origin != "request" and each.rule.startswith(_ANSWERED)) for each in told)


# The same answer, spelled otherwise: no reason to begin to think, nor to think no more.
_SAID_ALIKE = ("text-reworded", "text-whitespace-", "tool-arguments-")


def _is_of_model(change: Change) -> bool:
    return change.path == "request.model" or is_other_answering(change)


def _is_read(change: Change) -> bool:
    """Whether it is told of what the model reads, whose tokens are counted."""
    return change.origin == "request" and change.rule.startswith(_READ)


def _is_given_back(change: Change) -> bool:
    """Whether the history carries other thinking, which may be read, or left out."""
    return change.origin == "request" and change.rule.startswith("reasoning-")


_READ = ("prompt-changed", "system-prompt-changed", "tool-result-changed", "tool-definition-", "reasoning-")


def _is_setting_of_caching(change: Change) -> bool:
    """Whether it is a setting that is about caching."""
    if change.origin != "request":
        return False
    note = change.note if change.rule.startswith("tool-definition-") else ""  # words of a prompt are no settings
    return _CACHING.search(f"{change.path} {note}".lower()) is not None


def _is_count_of_thinking(change: Change) -> bool:
    """Whether the count of the thinking came or went, by itself or with others."""
    said = f"{change.path} {change.old} {change.new}".lower()
    is_thought = any(word in said for word in ("reasoning", "thought", "thinking"))
    return change.rule.startswith("usage-detail-") and is_thought


def _switches_thinking(change: Change) -> bool:
    """Whether the request asks for more thinking or less, or the answer shows it now, or failed."""
    if change.origin == "request":
        return change.path.startswith("request.parameters.reasoning") or "thinking" in change.path.lower()
    return change.rule.startswith(("reasoning-", "error-", "status-", "refusal-"))


def _is_asked_to_think(change: Change) -> bool:
    """Whether the request says otherwise how much to think."""
    return change.origin == "request" and _THINKING_ASKED.search(change.path) is not None


_THINKING_ASKED = re.compile(r"^request\..*(?:reasoning|thinking|effort)", re.IGNORECASE)


def _names(change: Change) -> Iterator[str]:
    yield from change.old if isinstance(change.old, dict) else ()
