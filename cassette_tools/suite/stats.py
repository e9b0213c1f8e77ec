"""Sums over calls: of all of them, and by who was asked, with what, in which scenario."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.suite.facts import COUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.suite.facts import Facts
    from cassette_tools.suite.survey import Recorded

    Pair = tuple[Recorded, Facts]

_DIGITS = 10  # of a cost: what floating point adds is no amount


@record
class Sums:
    """What some calls come to. `interactions` counts traffic that is no call of a model as well. A call fails where the
    provider refuses, or says in the stream that it failed. `counts` are ``None`` where no answer has them; `duration`
    is the median of the `timed` calls, in seconds.
    """

    recordings: int
    interactions: int
    calls: int
    failed: int
    counts: Mapping[str, float | None]
    timed: int = 0
    duration: float | None = None


@record
class Stats:
    """The sums of all, and by the rows of `DIMENSIONS`; "" is the name of what is not known."""

    total: Sums
    by: Mapping[str, tuple[tuple[str, Sums], ...]]


DIMENSIONS: Mapping[str, Callable[[Recorded, Facts], str]] = {
    "provider": lambda _recorded, facts: facts.provider_name,
    "model": lambda _recorded, facts: facts.model,
    "sdk": lambda _recorded, facts: facts.sdk,
    "scenario": lambda recorded, _facts: recorded.scenario,
}


def stats_of(recordings: Sequence[Recorded]) -> Stats:
    """The sums of all recordings."""
    return Stats(total=sums_of(recordings), by={name: _by(key, recordings) for name, key in DIMENSIONS.items()})


def sums_of(recordings: Iterable[Recorded]) -> Sums:
    """The sums of some recordings."""
    whole = list(recordings)
    return _sums([(each, facts) for each in whole for facts in each.interactions], len(whole))


def _by(key: Callable[[Recorded, Facts], str], recordings: Iterable[Recorded]) -> tuple[tuple[str, Sums], ...]:
    """By the names that a key gives the calls: those with most calls first."""
    found: dict[str, list[Pair]] = {}
    for recorded in recordings:
        for facts in recorded.calls:
            found.setdefault(key(recorded, facts), []).append((recorded, facts))
    sums = {name: _sums(pairs, len({recorded.path for recorded, _ in pairs})) for name, pairs in found.items()}
    return tuple(sorted(sums.items(), key=lambda each: (-each[1].calls, each[0])))


def _sums(pairs: Sequence[Pair], recordings: int) -> Sums:
    calls = [facts for _, facts in pairs if facts.is_call]
    durations = sorted(facts.duration for facts in calls if facts.duration is not None)
    return Sums(
        recordings=recordings,
        interactions=len(pairs),
        calls=len(calls),
        failed=sum(facts.has_failed for facts in calls),
        counts={name: _sum(getattr(facts, name) for facts in calls) for name in COUNTS},
        timed=len(durations),
        duration=_median(durations),
    )


def _sum(counts: Iterable[float | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return round(sum(known), _DIGITS) if known else None


def _median(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else round((ordered[middle - 1] + ordered[middle]) / 2, _DIGITS)
