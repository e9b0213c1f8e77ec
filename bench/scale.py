"""Measure a dataset of many recordings, with exponents: `python bench/scale.py [COUNT…]` (1,000 10,000 100,000).

For each count: two nights of invented recordings are made and indexed, then asked, counted and compared. Seconds are
those of all processors, which other work on the machine changes least. The exponent of a row is the slope between the
two greatest counts: 1 for time in proportion to the recordings. `--write` puts the table into docs/scale.md.
"""

from __future__ import annotations

import datetime
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import recordings
from measure import PYTHON, Run, run
from run import write

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (PYTHON, "-m", "cassette_tools")
COUNTS = (1_000, 10_000, 100_000)
SQL = "SELECT provider_name, request_model, count(*), sum(input_tokens) FROM interactions GROUP BY ALL"
STEPS = (  # what is measured, and the command
    ("index, all new", ("index", "{night0}", "--output", "{set0}", "--quiet")),
    ("index again, nothing changed", ("index", "{night0}", "--output", "{set0}", "--quiet")),
    ("query: sums by model", ("query", "{set0}", SQL)),
    ("query --ask drift-by-field", ("query", "{set0}", "--ask", "drift-by-field")),
    ("stats of the dataset", ("stats", "{set0}")),
    ("find in the dataset", ("find", "{set0}", "--finish", "length", "--files")),
    ("stats of the files, nothing remembered", ("stats", "{night0}", "--no-cache")),
    ("diff of two nights, as datasets", ("diff", "{set0}", "{set1}", "--quiet")),
    ("diff of two nights, as files", ("diff", "{night0}", "{night1}", "--quiet")),
)
MOST_FILES = 10_000  # recordings from which on `diff` of the files themselves is left out: it holds both nights


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A step on so many recordings."""

    what: str
    count: int
    run: Run


def measured(count: int, scratch: Path) -> Iterator[Measured]:
    """All steps on so many recordings."""
    places = {name: str(scratch / name) for name in ("night0", "night1", "set0", "set1")}
    start = time.perf_counter()
    for night in (0, 1):
        recordings.write(Path(places[f"night{night}"]), count, night=night)
    made = time.perf_counter() - start
    print(f"{count:,} recordings of two nights made in {made:.0f} s", flush=True)
    for what, words in STEPS:
        if what.endswith("as datasets"):
            run([*PROGRAM, "index", places["night1"], "--output", places["set1"], "--quiet"])
        if what.endswith("as files") and count > MOST_FILES:
            continue
        found = run([*PROGRAM, *(word.format(**places) if "{" in word else word for word in words)])
        print(f"  {what:<42} {found.wall:8.2f} s {found.cpu:8.2f} s of processors {found.peak:6.0f} MB", flush=True)
        yield Measured(what=what, count=count, run=found)
    size = sum(path.stat().st_size for path in Path(places["set0"]).rglob("*.parquet"))
    read = sum(path.stat().st_size for path in Path(places["night0"]).rglob("*") if path.is_file())
    print(f"  {read / 1e6:.1f} MB of recordings, {size / 1e6:.1f} MB of Parquet", flush=True)


def table(done: list[Measured]) -> str:
    """A row for each step: seconds at each count, the exponents between them, and the greatest peak of memory."""
    counts = sorted({each.count for each in done})
    heads = ["", *(f"{count:,}" for count in counts), "exponent", "memory"]
    lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    for what, _ in STEPS:
        own = {each.count: each.run for each in done if each.what == what}
        cells = [f"{own[count].cpu:.1f} s" if count in own else "" for count in counts]
        peak = f"{max(each.peak for each in own.values()):.0f} MB"
        lines.append(f"| {' | '.join([what, *cells, exponent(own), peak])} |")
    system = f"CPython {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors"
    return "\n".join([f"{system}; {datetime.date.today()}.", "", *lines])


def exponent(runs: dict[int, Run]) -> str:
    """The slope of seconds of processors between the two greatest counts."""
    if len(runs) < 2:
        return ""
    fewer, more = sorted(runs)[-2:]
    return f"{math.log(runs[more].cpu / runs[fewer].cpu) / math.log(more / fewer):.2f}"


def main(argv: list[str]) -> int:
    counts = tuple(int(word) for word in argv if word.isdigit()) or COUNTS
    done: list[Measured] = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            done += measured(count, Path(folder))
    text = table(done)
    print(text)
    if "--write" in argv:
        write(ROOT / "docs" / "scale.md", text, "scale")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
