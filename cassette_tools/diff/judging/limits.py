"""Whether a limit can explain that an output was cut, or no longer is."""

from __future__ import annotations

from cassette_tools.data.causes import LIMITS
from cassette_tools.diff.judging.sides import usages_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.asked import Asked
    from cassette_tools.model import Json

    Cut = tuple[bool, bool]


def is_limit(asked: Asked) -> bool:
    """Whether it is a setting that limits the output."""
    return asked.is_about(LIMITS)


def may_cut(limit: Change, cut: Cut) -> bool:
    """Whether a limit fits the outputs: the output with the lower limit was cut. If a side sends no limit, the server
    has its own, which may be higher or lower; then any cut fits.
    """
    old, new = _number(limit.old), _number(limit.new)
    if old is None or new is None:
        return any(cut)
    return cut[1] if new < old else cut[0]


def cuts_for_certain(limit: Change, cut: Cut) -> bool:
    """Whether one output is cut, and the other one is longer than the limit of the cut one."""
    if cut[0] == cut[1]:
        return False
    limits, usages = (_number(limit.old), _number(limit.new)), usages_of(limit)
    allowed, whole = limits[cut[1]], usages[cut[0]]
    longest = None if whole is None else whole.output_tokens
    return allowed is not None and longest is not None and longest > allowed


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
