"""Sums over calls: of all of them, and by who was asked, with what, in which scenario."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.suite.facts import COUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.prices import Price
    from cassette_tools.suite.facts import Facts
    from cassette_tools.suite.survey import Recorded

    Pair = tuple[Recorded, Facts]
    Prices = Mapping[int, float | None]  # by the identity of the facts

_DIGITS = 10  # of a cost: what floating point adds is no amount


@record
class Sums:
    """What some calls come to. `interactions` counts traffic that is no call of a model as well. A call fails where the
    provider refuses, or says in the stream that it failed. `counts` are ``None`` where no answer has them; `duration`
    is the median of the `timed` calls, in seconds. `estimated_cost` is that of the `priced` calls by list
    prices, where these were asked for.
    """

    recordings: int
    interactions: int
    calls: int
    failed: int
    counts: Mapping[str, float | None]
    timed: int = 0
    duration: float | None = None
    priced: int = 0
    estimated_cost: float | None = None


@record
class Stats:
    """The sums of all, and by the rows of `DIMENSIONS`; "" is the name of what is not known."""

    total: Sums
    by: Mapping[str, tuple[tuple[str, Sums], ...]]
    is_priced: bool = False


DIMENSIONS: Mapping[str, Callable[[Recorded, Facts], str]] = {
    "provider": lambda _recorded, facts: facts.provider_name,
    "model": lambda _recorded, facts: facts.model,
    "sdk": lambda _recorded, facts: facts.sdk,
    "scenario": lambda recorded, _facts: recorded.scenario,
}


def stats_of(recordings: Sequence[Recorded], price: Price | None = None) -> Stats:
    """The sums of all recordings; with what they cost by list prices where `price` says it."""
    prices = {id(facts): _price_of(facts, price) for each in recordings for facts in each.calls} if price else {}
    by = {name: _by(key, recordings, prices) for name, key in DIMENSIONS.items()}
    return Stats(total=sums_of(recordings, prices), by=by, is_priced=price is not None)


def sums_of(recordings: Iterable[Recorded], prices: Prices = {}) -> Sums:  # noqa: B006 - never changed
    """The sums of some recordings."""
    whole = list(recordings)
    return _sums([(each, facts) for each in whole for facts in each.interactions], len(whole), prices)


def _price_of(facts: Facts, price: Price) -> float | None:
    return price(
        facts,
        models=(facts.response_model, facts.request_model),
        provider_name=facts.provider_name,
        url=facts.url,
        moment=facts.moment,
    )


def _by(
    key: Callable[[Recorded, Facts], str], recordings: Iterable[Recorded], prices: Prices
) -> tuple[tuple[str, Sums], ...]:
    """By the names that a key gives the calls: those with most calls first."""
    found: dict[str, list[Pair]] = {}
    for recorded in recordings:
        for facts in recorded.calls:
            found.setdefault(key(recorded, facts), []).append((recorded, facts))
    sums = {name: _sums(pairs, len({recorded.path for recorded, _ in pairs}), prices) for name, pairs in found.items()}
    return tuple(sorted(sums.items(), key=lambda each: (-each[1].calls, each[0])))


def _sums(pairs: Sequence[Pair], recordings: int, prices: Prices) -> Sums:
    calls = [facts for _, facts in pairs if facts.is_call]
    durations = sorted(facts.duration for facts in calls if facts.duration is not None)
    known = [cost for facts in calls if (cost := prices.get(id(facts))) is not None]
    return Sums(
        recordings=recordings,
        interactions=len(pairs),
        calls=len(calls),
        failed=sum(facts.has_failed for facts in calls),
        counts={name: _sum(getattr(facts, name) for facts in calls) for name in COUNTS},
        timed=len(durations),
        duration=_median(durations),
        priced=len(known),
        estimated_cost=_sum(known),
    )


def _sum(counts: Iterable[float | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return round(sum(known), _DIGITS) if known else None


def _median(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else round((ordered[middle - 1] + ordered[middle]) / 2, _DIGITS)
