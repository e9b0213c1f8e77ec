"""Amounts as a person reads them."""

from __future__ import annotations


def seconds(amount: float) -> str:
    """Three digits, never an exponent: ``0.095 ms``, ``1.26 s``, ``3,720 s``."""
    if 0 < amount < 0.001:
        return f"{amount * 1000:.3f}".rstrip("0").rstrip(".") + " ms"
    return f"{amount:.3g} s" if amount < 999.5 else f"{amount:,.0f} s"


def dollars(amount: float, digits: int = 10) -> str:
    """``$0.00159375``, with so many digits behind the point at most."""
    return "$" + (f"{amount:,.{digits}f}".rstrip("0").rstrip(".") or "0")


def counted(count: int, what: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def of_calls(known: int, calls: int, failed: int) -> str:
    """`` of 36``: how many calls a sum covers, if not all. A failed call costs nothing."""
    return f" of {known:,}" if 0 < known < calls - failed else ""


def amounts_apart(old: float, new: float, *, is_cost: bool = False) -> str:
    """``1,234 → 1,230 (−0.3%)``."""
    say = "${:,.4g}" if is_cost else "{:,.0f}"
    if old == new:
        return f"{say.format(old)}, as before"
    share = f" ({100 * (new - old) / old:+.1f}%)".replace("-", "−") if old else ""
    return f"{say.format(old)} → {say.format(new)}{share}"
