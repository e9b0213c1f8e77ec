"""Sums over calls: of all of them, and by who was asked, with what, in which scenario."""

from __future__ import annotations

from array import array

from cassette_tools._record import record
from cassette_tools.suite.facts import COUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.prices import Price
    from cassette_tools.suite.facts import Facts
    from cassette_tools.suite.survey import Recorded

    Prices = Mapping[int, float | None]  # by the identity of the facts

_DIGITS = 10  # of a cost: what floating point adds is no amount


@record
class Sums:
    """What some calls come to. `interactions` counts traffic that is no call of a model as well. A call fails where the
    provider refuses, or says in the stream that it failed. `counts` are ``None`` where no answer has them; `duration`
    is the median of the `timed` calls, in seconds. `with_cost` calls say what they cost; `estimated_cost` is of the
    `priced` calls by list prices, where these were asked for.
    """

    recordings: int
    interactions: int
    calls: int
    failed: int
    counts: Mapping[str, float | None]
    timed: int = 0
    duration: float | None = None
    with_cost: int = 0
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


def stats_of(recordings: Iterable[Recorded], price: Price | None = None) -> Stats:
    """The sums of all recordings, each of which is looked at once; with what they cost by list prices where `price`
    says it.
    """
    total = _Tally()
    by: dict[str, dict[str, _Tally]] = {name: {} for name in DIMENSIONS}
    for recorded in recordings:
        prices = {id(facts): _price_of(facts, price) for facts in recorded.calls} if price else {}
        total.add(recorded.interactions, prices)
        for name, key in DIMENSIONS.items():
            for each, calls in _grouped(recorded, key).items():
                by[name].setdefault(each, _Tally()).add(calls, prices)
    sums = {name: _most_first(tallies) for name, tallies in by.items()}
    return Stats(total=total.sums(), by=sums, is_priced=price is not None)


def sums_of(recordings: Iterable[Recorded]) -> Sums:
    """The sums of some recordings."""
    tally = _Tally()
    for recorded in recordings:
        tally.add(recorded.interactions)
    return tally.sums()


def _price_of(facts: Facts, price: Price) -> float | None:
    return price(
        facts,
        models=(facts.response_model, facts.request_model),
        provider_name=facts.provider_name,
        url=facts.url,
        moment=facts.moment,
    )


def _grouped(recorded: Recorded, key: Callable[[Recorded, Facts], str]) -> dict[str, list[Facts]]:
    """The calls of a recording by the names that a key gives them."""
    found: dict[str, list[Facts]] = {}
    for facts in recorded.calls:
        found.setdefault(key(recorded, facts), []).append(facts)
    return {
        name: calls
        for name, calls in found.items()
        if any(each.asks_model or each.input_tokens is not None for each in calls)
    }


def _most_first(tallies: Mapping[str, _Tally]) -> tuple[tuple[str, Sums], ...]:
    """Those with most calls first."""
    sums = {name: tally.sums() for name, tally in tallies.items()}
    return tuple(sorted(sums.items(), key=lambda each: (-each[1].calls, each[0])))


class _Tally:
    """Sums that grow by one recording at a time; of its calls nothing is kept but the durations."""

    def __init__(self) -> None:
        self._recordings = self._interactions = self._calls = self._failed = self._with_cost = self._priced = 0
        self._counts: dict[str, float | None] = dict.fromkeys((*COUNTS, _ESTIMATED))
        self._durations = array("d")

    def add(self, interactions: Iterable[Facts], prices: Prices = {}) -> None:  # noqa: B006 - never changed
        """Those of one recording."""
        self._recordings += 1
        for facts in interactions:
            self._interactions += 1
            if facts.is_call:
                self._add_call(facts, prices.get(id(facts)))

    def _add_call(self, facts: Facts, price: float | None) -> None:
        if facts.asks_model:  # what is fetched later may say what the call took, but is none
            self._calls += 1
            self._failed += facts.has_failed
            if facts.duration is not None:
                self._durations.append(facts.duration)
        self._with_cost += facts.cost is not None
        self._priced += price is not None
        for name in COUNTS:
            self._count(name, getattr(facts, name))
        self._count(_ESTIMATED, price)

    def _count(self, name: str, count: float | None) -> None:
        if count is not None:
            self._counts[name] = (self._counts[name] or 0) + count

    def sums(self) -> Sums:
        """What they have come to."""
        counts = {name: None if count is None else round(count, _DIGITS) for name, count in self._counts.items()}
        return Sums(
            recordings=self._recordings,
            interactions=self._interactions,
            calls=self._calls,
            failed=self._failed,
            estimated_cost=counts.pop(_ESTIMATED),
            counts=counts,
            timed=len(self._durations),
            duration=_median(sorted(self._durations)),
            with_cost=self._with_cost,
            priced=self._priced,
        )


_ESTIMATED = "estimated_cost"


def _median(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else round((ordered[middle - 1] + ordered[middle]) / 2, _DIGITS)
