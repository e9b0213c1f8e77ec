"""Stopwatches: one command, and two commands turn and turn about."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BIN = Path(sys.executable).parent
PYTHON = str(BIN / "python")
CASSETTE = str(BIN / "cassette")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a command: seconds on the wall, seconds of processors (children too), and the peak of memory in MB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, kw_only=True)
class Race:
    """Times of both, in seconds, round by round."""

    ours: Sequence[float]
    peer: Sequence[float]

    @property
    def ratio(self) -> float:
        """Median over median."""
        return median(self.ours) / median(self.peer)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest ratio of a single round."""
        ratios = [ours / peer for ours, peer in zip(self.ours, self.peer, strict=True)]
        return min(ratios), max(ratios)


def surroundings(environment: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of what is measured: ours without what changes how an interpreter starts.

    With PYTHONDONTWRITEBYTECODE, which containers like to set, every start would compile what it imports.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | (environment or {})


def run(command: Sequence[str], environment: dict[str, str] | None = None, folder: Path | None = None) -> Run:
    """Run a command to its end, in a folder. Raises RuntimeError for a status that is neither success nor a verdict."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings(environment),
        cwd=folder,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command[:6])} …: status {process.returncode}")
    kilobyte = 1 if sys.platform == "darwin" else 1024  # macOS counts ru_maxrss in bytes
    return Run(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * kilobyte / 1e6)


def rehearse(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Raise RuntimeError, with what the command said, when it cannot do its work: a crash is fast, and no result."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(environment),
    )
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise RuntimeError(f"{' '.join(command[:6])} …: status {done.returncode}\n{done.stderr[-2000:]}")


def race(
    ours: Sequence[str],
    peer: Sequence[str],
    rounds: int,
    *,
    environment: dict[str, str] | None = None,
    before: Callable[[], None] = lambda: None,
    clock: str = "wall",
) -> Race:
    """Both commands in turn, after one round that does not count; `before` runs ahead of each of ours, unmeasured. What
    counts is the time of one `clock` of a `Run`.
    """
    rehearse(ours, environment)
    rehearse(peer)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        before()
        each = [getattr(one, clock) for one in (run(ours, environment), run(peer))]
        if number:
            times[0].append(each[0])
            times[1].append(each[1])
    return Race(ours=times[0], peer=times[1])
