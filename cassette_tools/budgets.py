"""What one file may cost: no recording comes near, and what was made to cost without end is refused by the name of its
limit.

The limits are those of ``[tool.cassette.budgets]``, whichever file is read. One file is worked on at a time, and what
it has cost is forgotten when the next one begins.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.errors import UnsafeInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


@record
class Budgets:
    """``[tool.cassette.budgets]``: the most that one file may cost; `WORDS` says of what."""

    bytes: int = 256_000_000
    nodes: int = 1_000_000
    inflated: int = 256_000_000
    references: int = 20_000
    seconds: int = 60


# What is told when a limit is passed.
WORDS = {
    "bytes": "it is larger than {:,} bytes, which have to be held at once",
    "nodes": "aliases stand for more than {:,} nodes (16 characters of a text count as one)",
    "inflated": "its bodies come to more than {:,} bytes, decompressed and with those that stand in other files",
    "references": "following the references ($ref) of a recorded schema takes more than {:,} steps",
    "seconds": "it takes more than {:,} seconds of the processor",
}
TEXT_NODE = 16  # characters of a text that count as one node

_limits = Budgets()
_spent = dict.fromkeys(WORDS, 0)
_set_timer: Callable[[float, float], object] | None = None


def use(limits: Budgets) -> None:
    """Let these limits count from now on."""
    global _limits
    _limits = limits


def limits() -> Budgets:
    """The limits that count now."""
    return _limits


def limit(name: str) -> int:
    """The most that a file may cost of something."""
    most: int = getattr(_limits, name)
    return most


def begin(*names: str) -> None:
    """Forget what was spent before: of everything when a file begins, or of these alone."""
    for name in names or WORDS:
        _spent[name] = 0


def spend(name: str, amount: int = 1) -> None:
    """Count what the file costs. Raises UnsafeInput beyond the limit."""
    _spent[name] += amount
    if _spent[name] > limit(name):
        raise beyond(name)


def beyond(name: str, *, path: str | None = None) -> UnsafeInput:
    """What says that a file is beyond a limit."""
    words = WORDS[name].format(limit(name))
    return UnsafeInput(f"{words}; no recording needs that (the limit is budgets.{name})", path=path)


# --- seconds ---------------------------------------------------------------------------------------------------------


class OutOfTime(BaseException):
    """The seconds of a file are over. It is no Exception, because whoever catches all of those must not catch it."""


def watch() -> None:
    """From now on the seconds of each file are counted: those that the processor spends in this program, so that
    neither a slow disk nor a busy machine counts. For the program itself, which owns its signals; without effect where
    there is no such clock (Windows).
    """
    global _set_timer
    import _signal  # type: ignore[import-not-found]  # what `signal` stands on, without the enums around it

    if hasattr(_signal, "setitimer"):
        _signal.signal(_signal.SIGVTALRM, _over)
        _set_timer = _set_processor_timer


def _set_processor_timer(seconds: float, again: float) -> None:
    import _signal

    _signal.setitimer(_signal.ITIMER_VIRTUAL, seconds, again)


def set_clock(seconds: int) -> None:
    """Let the clock run for so many seconds; 0 stops it. It strikes every second then, until it is stopped."""
    if _set_timer is not None:
        _set_timer(seconds, 1 if seconds else 0)


def _over(_number: int, _frame: object) -> NoReturn:
    raise OutOfTime
