"""How tokens and cost of each scenario became more or less, for the page."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.amounts import dollars

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cassette_tools.reporters import DriftSuite

    Sums = Mapping[str, tuple[float | None, float | None]]

COUNTS = (("input_tokens", "tokens in"), ("output_tokens", "tokens out"), ("cost", "cost"))
_SCENARIOS = 12  # that are shown
_LEAST = 0.01  # share by which a sum changes that is shown
_FULL = 0.5  # share at which a bar ends


@record
class Amount:
    """A sum, old and new, in words; how it changed as a share, and as the length of a bar from -50 to 50."""

    old: str
    new: str
    share: str
    bar: float


@record
class Trends:
    """A row for each scenario, with an amount (or ``None``) for each title; how many changed too little to be told."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Amount | None, ...]], ...]
    left: int


def trends_of(suite: DriftSuite) -> Trends | None:
    """The scenarios whose sums changed most; ``None`` where none did."""
    sums = _by_scenario(suite)
    if len(sums) < 2:
        return None
    names = [(name, title) for name, title in COUNTS if any(_change(each, name) for each in sums.values())]
    ranked = sorted(sums.items(), key=lambda each: -max((abs(_change(each[1], name)) for name, _ in names), default=0))
    told = [each for each in ranked if any(abs(_change(each[1], name)) >= _LEAST for name, _ in names)][:_SCENARIOS]
    if not told:
        return None
    return Trends(
        titles=tuple(title for _, title in names),
        rows=tuple((scenario, tuple(_amount(own, name) for name, _ in names)) for scenario, own in told),
        left=len(sums) - len(told),
    )


def _by_scenario(suite: DriftSuite) -> dict[str, dict[str, tuple[float | None, float | None]]]:
    scenarios = {cell.path: cell.scenario for cell in suite.matrix}
    found: dict[str, dict[str, tuple[float | None, float | None]]] = {}
    for pair in suite.pairs:
        own = found.setdefault(scenarios.get(pair.new_path, pair.new_path), {})
        for name, sides in pair.totals.counts.items():
            old, new = own.get(name, (None, None))
            if None not in sides:  # what one side does not report is not 0
                own[name] = (_plus(old, sides[0]), _plus(new, sides[1]))
    return found


def _plus(*amounts: float | None) -> float | None:
    known: Iterable[float] = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _change(sums: Sums, name: str) -> float:
    """By which share a sum grew; 0 where that cannot be said."""
    old, new = sums.get(name, (None, None))
    return (new - old) / old if old and new is not None else 0.0


def _amount(sums: Sums, name: str) -> Amount | None:
    old, new = sums.get(name, (None, None))
    if old is None or new is None:
        return None
    share = _change(sums, name)
    words = f"{share:+.1%}".replace("-", "−") if abs(share) >= 0.0005 else "as before"
    return Amount(
        old=_in_words(name, old), new=_in_words(name, new), share=words, bar=50 * max(-1.0, min(1.0, share / _FULL))
    )


def _in_words(name: str, amount: float) -> str:
    """Of a cost three digits."""
    return dollars(float(f"{amount:.3g}")) if name == "cost" else f"{amount:,.0f}"
