"""Measure how the time and the memory of commands grow with each part of their input: `make growth`.

    python bench/growth.py               measure and print
    python bench/growth.py events        only what grows in this way
    python bench/growth.py --write       keep it in bench/growth.json, and put all that is kept into docs/speed.md, and
                                         the plot into docs/growth.svg

Seconds are those of processors, which other work on the machine changes least; memory is the peak of one process. The
exponent is the slope of a line through the logarithms (least squares): 1 for time in proportion to the input. What an
input of size 1 takes is the start of the program, and subtracted; sizes at which the work takes less than that start
do not count, since their difference is mostly noise. (`bench/scale.py` measures datasets.)
"""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import linear_regression, median

import sizes
from chart import Line, Panel, chart
from material import ROOT
from measure import PYTHON, Run, run
from run import write
from sizes import NEW, OLD

BOUND = 1.1
PROGRAM = (PYTHON, "-m", "cassette_tools")
PLOT = ROOT / "docs" / "growth.svg"
KEPT = ROOT / "bench" / "growth.json"
UNLIMITED = "[budgets]\nseconds = 3600\nbytes = 4_000_000_000\ninflated = 4_000_000_000\n"
LINT = ("lint", "--quiet", "--no-cache", "--jobs", "1")
SHOW = ("show", "--format", "json", OLD)
CONVERT = ("convert", "--quiet", "--to", "har", "--output", "out.har", OLD)
DIFF = ("diff", "--quiet", OLD, NEW)
NORMALIZE = ("normalize", "--quiet", "--check", OLD)


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A way in which an input grows, and the commands that are measured as it does."""

    unit: str
    make: Callable[[Path, int], None]
    sizes: tuple[int, ...]
    commands: Mapping[str, tuple[str, ...]]


AXES = {
    "recordings": Axis(
        unit="recordings in a folder",
        make=sizes.many_recordings,
        sizes=(1_000, 10_000, 100_000),
        commands={"lint": (*LINT, "old")},
    ),
    "interactions": Axis(
        unit="interactions in a file",
        make=sizes.many_interactions,
        sizes=(100, 1_000, 10_000),
        commands={"lint": (*LINT, OLD), "show as JSON": SHOW, "convert": CONVERT, "normalize": NORMALIZE},
    ),
    "changed": Axis(
        unit="interactions on both sides",
        make=sizes.many_interactions,
        sizes=(50, 500, 5_000),
        commands={"diff, each answer another": DIFF},
    ),
    "unlike": Axis(
        unit="interactions on both sides",
        make=sizes.nothing_in_common,
        sizes=(50, 500, 5_000),
        commands={"diff, no request in common": DIFF},
    ),
    "moved": Axis(
        unit="interactions in another order",
        make=sizes.another_order,
        sizes=(50, 500, 5_000),
        commands={"diff": DIFF},
    ),
    "events": Axis(
        unit="events in a stream",
        make=sizes.many_events,
        sizes=(100, 1_000, 10_000, 100_000),
        commands={"lint": (*LINT, OLD), "show as JSON": SHOW, "normalize": NORMALIZE, "diff, each another": DIFF},
    ),
    "words": Axis(
        unit="characters of a text",
        make=sizes.long_text,
        sizes=(20_000, 200_000, 2_000_000),
        commands={"diff, a tenth of the words": DIFF},
    ),
    "texts": Axis(
        unit="characters of a text",
        make=sizes.another_text,
        sizes=(20_000, 200_000, 2_000_000),
        commands={"diff, another text": DIFF},
    ),
}


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What a command took for an input of size 1, and for each size."""

    axis: str
    command: str
    date: str
    start: Run
    runs: Mapping[int, Run]

    @property
    def work(self) -> dict[int, float]:
        """The seconds of each size without those of the start, where they are the more."""
        left = {size: each.cpu - self.start.cpu for size, each in self.runs.items()}
        return {size: seconds for size, seconds in left.items() if seconds > self.start.cpu}

    @property
    def exponent(self) -> float | None:
        """The power of the size that the time grows with; None where fewer than two sizes say something."""
        work = self.work
        if len(work) < 2:
            return None
        return linear_regression([*map(math.log, work)], [*map(math.log, work.values())]).slope


def grown(name: str, axis: Axis, scratch: Path) -> Iterator[Growth]:
    """All commands of an axis at all of its sizes."""
    starts: dict[str, Run] = {}
    runs: dict[str, dict[int, Run]] = {command: {} for command in axis.commands}
    for size in (1, *axis.sizes):
        folder = scratch / f"{name}-{size}"
        folder.mkdir()
        (folder / "cassette.toml").write_text(UNLIMITED, encoding="utf-8")
        # In a process of its own: the peak of a child is counted from that of its parent, which has to stay small.
        run((PYTHON, sizes.__file__, axis.make.__name__, str(folder), str(size)))
        for command, words in axis.commands.items():
            if size == 1:
                starts[command] = typical([taken(words, folder) for _ in range(5)])
            else:
                runs[command][size] = taken(words, folder)
        shutil.rmtree(folder)
    date = datetime.date.today().isoformat()
    for command in axis.commands:
        yield Growth(axis=name, command=command, date=date, start=starts[command], runs=runs[command])


def taken(words: Sequence[str], folder: Path) -> Run:
    """What the command takes in the folder."""
    return run([*PROGRAM, *words], {"PYTHONPATH": str(ROOT)}, folder)


def typical(each: Sequence[Run]) -> Run:
    """The medians of several runs."""
    return Run(
        wall=median(one.wall for one in each),
        cpu=median(one.cpu for one in each),
        peak=median(one.peak for one in each),
    )


def verdict(exponent: float | None) -> str:
    """An exponent, and whether it exceeds its bound."""
    if exponent is None:
        return "too short"
    return f"{exponent:.2f}" + (" (over)" if round(exponent, 2) > BOUND else "")


def kept() -> list[Growth]:
    """What was measured before, in the order of `AXES`."""
    rows = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    found = []
    for row in rows:
        runs = {int(size): Run(**run) for size, run in row.pop("runs").items()}
        found.append(Growth(**row | {"start": Run(**row["start"]), "runs": runs}))
    return sorted((each for each in found if each.axis in AXES), key=lambda each: [*AXES].index(each.axis))


def keep(done: Sequence[Growth]) -> None:
    """Let these take the place of what was measured before on the same axes."""
    again = {each.axis for each in done}
    rows = [asdict(each) for each in (*(each for each in kept() if each.axis not in again), *done)]
    KEPT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def by_unit(done: Sequence[Growth]) -> dict[str, list[Growth]]:
    """What grows in the same unit stands together."""
    return {
        unit: [each for each in done if AXES[each.axis].unit == unit]
        for unit in dict.fromkeys(AXES[each.axis].unit for each in done)
    }


def tables(done: Sequence[Growth]) -> Iterator[str]:
    """A Markdown table for each unit: seconds at each size, the exponent, and the peak of memory at the greatest."""
    for unit, rows in by_unit(done).items():
        heads = [unit, "start", *(f"{size:,}" for size in rows[0].runs), "exponent", "memory"]
        lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
        lines += [f"| {' | '.join(cells(row))} |" for row in rows]
        yield "\n".join(lines)


def cells(row: Growth) -> list[str]:
    """A line of a table."""
    taken = [f"{each.cpu:.2f} s" if each.cpu < 10 else f"{each.cpu:.0f} s" for each in (row.start, *row.runs.values())]
    return [row.command, *taken, verdict(row.exponent), f"{row.runs[max(row.runs)].peak:.0f} MB"]


def page(done: Sequence[Growth]) -> str:
    """What stands in docs/speed.md."""
    system = f"CPython {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors"
    dates = [each.date for each in done]
    period = " to ".join(sorted({min(dates), max(dates)}))
    return "\n\n".join([f"{system}; {period}.", *tables(done)])


def plot(done: Sequence[Growth]) -> str:
    """A panel for each unit, a line for each command."""
    panels = [
        Panel(title=f"seconds by {unit}", lines=[Line(name=each.command, points=[*each.work.items()]) for each in rows])
        for unit, rows in by_unit(done).items()
    ]
    return chart(panels, title="Seconds of processors, without the start of the program, by the size of the input")


def main(argv: list[str]) -> int:
    names = [word for word in argv if word != "--write"]
    if set(names) - AXES.keys():
        print(f"{__doc__}\nWhat grows: {', '.join(AXES)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        for name in names or AXES:
            done = []
            for each in grown(name, AXES[name], Path(folder)):
                done.append(each)
                print(f"{AXES[name].unit:<28}", " ".join(f"{cell:<11}" for cell in cells(each)).rstrip(), flush=True)
            if "--write" in argv:
                keep(done)
    if "--write" in argv:
        write(ROOT / "docs" / "speed.md", page(kept()), "growth")
        PLOT.write_text(plot(kept()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
