"""How far a command is: one line on standard error, on a terminal only, once the work has lasted a second.

It is drawn over itself and gone when the work is over, so that nothing of it is left between what the command says.
"""

from __future__ import annotations

import os
import sys
import time

from cassette_tools.cli.output import remark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.pool import Done, Watch

PATIENCE = 1.0  # seconds without a line
_PAUSE = 0.1  # seconds between two lines
_BAR = 24  # characters
_ERASE = "\r\x1b[K"


def watch(doing: str, *, verbose: bool = False) -> Watch | None:
    """What shows the progress of work, and hands on what is done; ``None`` where nobody would see it. `verbose` says at
    the end how long it took.
    """
    is_shown = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if verbose:
        return lambda done, count: _timed(_shown(done, count, doing) if is_shown else done, count, doing)
    return (lambda done, count: _shown(done, count, doing)) if is_shown else None


def _timed(done: Done, count: int, doing: str) -> Done:
    begun = time.monotonic()
    yield from done
    remark(f"cassette: {doing} {count:,} file{'s' * (count != 1)} took {time.monotonic() - begun:.1f} s")


def _shown(done: Done, count: int, doing: str) -> Done:
    """The files are begun in their order, by whatever process: what is begun here tells what is done everywhere."""
    begun = time.monotonic()
    due, far = begun + PATIENCE, 0
    try:
        for number, result in done:
            far = max(far, number + 1)
            now = time.monotonic()
            if now >= due:
                _draw(line(doing, far, count, now - begun))
                due = now + _PAUSE
            yield number, result
    finally:
        if due != begun + PATIENCE:
            _draw("")


def line(doing: str, far: int, count: int, seconds: float) -> str:
    """``linting [######------------------] 250 of 1,000 files, 12 s left``."""
    filled = _BAR * far // count
    left = round(seconds * (count - far) / far)
    bar = "#" * filled + "-" * (_BAR - filled)
    return f"{doing} [{bar}] {far:,} of {count:,} files{_left(left)}"


def _left(seconds: int) -> str:
    if not seconds:
        return ""
    return f", {seconds} s left" if seconds < 100 else f", {seconds // 60} min {seconds % 60} s left"


def _draw(text: str) -> None:
    """Show a line in the place of the last one. A terminal that is gone is no reason to stop the work."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
        sys.stderr.write(_ERASE + text[: width - 1])  # a line as wide as the terminal would wrap
        sys.stderr.flush()
    except OSError:
        return
