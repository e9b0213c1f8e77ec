"""How a person reads that a number grew."""

from __future__ import annotations


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
    """The factor as a person reads it: ``×48.6``, ``×0.25``; from or to 0, the difference."""
    if not old or not new:
        return f"{new - old:+.6g}"
    return f"×{new / old:.3g}" if new / old < 1000 else f"×{new / old:,.0f}"
