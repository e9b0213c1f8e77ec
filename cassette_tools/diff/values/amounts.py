"""How a person reads that a number grew, and by how much a cost may."""

from __future__ import annotations

from itertools import product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Usage


def ratio(old: float, new: float) -> float | None:
    """By what factor a number grew; ``None`` when it was 0."""
    return new / old if old else None


def dollars(amount: float) -> str:
    """A sum without exponent: ``$0.00000315``."""
    return "$" + (f"{amount:.10f}".rstrip("0").rstrip(".") or "0")


def alike(similarity: float) -> str:
    """``93% alike``; what differs is never wholly alike."""
    return f"{min(similarity, 0.99):.0%} alike"


def factor(old: float, new: float) -> str:
    """The factor as a person reads it, in brackets: `` (×48.6)``; "" for none, and for what is near 1."""
    said = "" if not old or not new else f"{new / old:.3g}" if new / old < 1000 else f"{new / old:,.0f}"
    return f" (×{said})" if said not in ("", "1") else ""


def cost_factors(old: Usage, new: Usage) -> tuple[float, float]:
    """By what factors a cost may move as the tokens do, at the least and at the most: at the same prices, whatever each
    kind of token costs.
    """
    prices = [(_sum(old, *each), _sum(new, *each)) for each in product(*_PRICES)]
    factors = [1.0, *(after / before for before, after in prices if before and after)]
    cached = [(usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0) for usage in (old, new)]
    slack = _OF_CACHES if cached[0] != cached[1] else 1.0
    return min(factors) / slack, max(factors) * slack


_PRICES = ((0.0, 1.0), (1.0, 2.0), (1.0, 10.0))
"""What a token may cost by those of the prompt: read from a cache, written to one, in the output."""

_OF_CACHES = 1.2  # what a cache spares differs from provider to provider


def _sum(usage: Usage, read: float, written: float, output: float) -> float:
    cached, kept = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    asked = usage.input_tokens or 0
    fresh = asked - cached - kept if asked >= cached + kept else asked  # some count the cached ones apart
    return fresh + read * cached + written * kept + output * (usage.output_tokens or 0)
