"""What a pair adds to the sums of its suite: calls, tokens and cost, old and new, and who was asked."""

from __future__ import annotations

from cassette_tools.data.drift import LEVELS
from cassette_tools.reporters import Provenance, Totals
from cassette_tools.scenarios import most_asked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cassette_tools.model import LLMCall, Recording
    from cassette_tools.reporters import Step

COUNTS = ("input_tokens", "output_tokens", "reasoning_output_tokens", "cost")
FAILED = "failed"  # how many calls the provider refused, or gave up: these cost nothing
WITH_COST = "calls_with_cost"  # of how many calls the cost is known
_DIGITS = 10  # of a cost: what floating point adds is no amount
NAMES = ("sdk", "request_model", "response_model")


def asked_of(recording: Recording) -> tuple[str, str]:
    """The provider and the model that most calls ask; ``""`` for a recording without calls."""
    return most_asked(
        (
            _asked(call),
            call.usage.input_tokens if call.usage is not None else None,
        )
        for call in _calls(recording)
    )


def asked_by_each(recording: Recording) -> tuple[tuple[str, str], ...]:
    """The provider and the model of each interaction; ``""`` if it is no call."""
    calls = (each.llm for each in recording.interactions)
    return tuple(("", "") if call is None else _asked(call) for call in calls)


def _asked(call: LLMCall) -> tuple[str, str]:
    return call.provider_name, call.request_model or call.response_model or ""


def totals_of(old: Recording, new: Recording, provenance: Provenance) -> Totals:
    """The sums of one pair. Where one side has output that it does not count (its thinking), the other has no sum to be
    held against.
    """
    before, after = _calls(old), _calls(new)
    counts: dict[str, tuple[float | None, float | None]] = {"calls": (len(before), len(after))}
    counts.update({name: (_sum(before, name), _sum(after, name)) for name in COUNTS})
    counts[FAILED] = (_failed(old), _failed(new))
    counts[WITH_COST] = (_with_cost(before), _with_cost(after))
    lacking = [any(call.usage is not None and call.usage.lacks_output for call in side) for side in (before, after)]
    if lacking in ([True, False], [False, True]):
        sums = counts["output_tokens"]
        counts["output_tokens"] = (None, sums[1]) if lacking[0] else (sums[0], None)
    return named(counts, {name: getattr(provenance, name) for name in NAMES})


def named(
    counts: Mapping[str, tuple[float | None, float | None]],
    names: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
) -> Totals:
    """The sums of one pair, with its names and their changes."""
    apart = {name: (_without(old, new), _without(new, old)) for name, (old, new) in names.items()}
    return Totals(counts=counts, names=names, steps={name: {step: 1} for name, step in apart.items() if any(step)})


def _without(names: Iterable[str], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)


def added_up(sums: Iterable[Totals]) -> Totals:
    """The sums of all of them, each over the recordings that report it on both sides; `one_sided` counts the others."""
    counts: dict[str, tuple[float | None, float | None]] = {}
    names: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    steps: dict[str, dict[Step, int]] = {}
    one_sided: dict[str, int] = {}
    for each in sums:
        for name, (old, new) in each.counts.items():
            before, after = counts.get(name, (None, None))
            is_one_sided = (old is None) != (new is None)
            counts[name] = (before, after) if is_one_sided else (_plus(before, old), _plus(after, new))
            alone = is_one_sided + each.one_sided.get(name, 0)
            one_sided.update({name: one_sided.get(name, 0) + alone} if alone else {})
        for name, (olds, news) in each.names.items():
            known = names.get(name, ((), ()))
            names[name] = (_united(known[0], olds), _united(known[1], news))
        for name, own in each.steps.items():
            so_far = steps.setdefault(name, {})
            so_far.update({step: so_far.get(step, 0) + count for step, count in own.items()})
    return Totals(counts=counts, names=names, steps=steps, one_sided=one_sided)


def worst_of(levels: Iterable[str]) -> str:
    """The gravest of some levels; ``""`` where none is above noise."""
    found = {LEVELS.index(level) for level in levels if level != "noise"}
    return LEVELS[min(found)] if found else ""


def _calls(recording: Recording) -> list[LLMCall]:
    return [each.llm for each in recording.interactions if each.llm is not None]


def _sum(calls: Iterable[LLMCall], name: str) -> float | None:
    counts = [getattr(call.usage, name) for call in calls if call.usage is not None]
    known = [count for count in counts if count is not None]
    return round(sum(known), _DIGITS) if known else None


def _failed(recording: Recording) -> int:
    return sum(each.llm is not None and each.has_failed for each in recording.interactions)


def _with_cost(calls: Iterable[LLMCall]) -> int | None:
    """How many calls report a cost; ``None`` if none does (then the sum is ``None`` as well)."""
    return sum(call.usage is not None and call.usage.cost is not None for call in calls) or None


def _plus(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else round(one + other, _DIGITS)


def _united(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
