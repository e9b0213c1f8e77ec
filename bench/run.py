"""Measure `cassette` against other tools on the same files, in one run, as ratios: `make bench`.

    python bench/run.py              print the table
    python bench/run.py --write      and put it into docs/speed.md, and a short form into README.md
    python bench/run.py --quick      fewer rounds, and no large cassette

A ratio is the median of our times over the median of the peer's, both measured turn and turn about. Absolute times are
those of this machine at this moment and mean little elsewhere; a bound that is exceeded is named, and fails nothing.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import rerecorded
from material import ROOT, Material, corpora, large, material, pairs
from measure import BIN, CASSETTE, PYTHON, Race, race, run, surroundings

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
LINT = (CASSETTE, "lint", "--quiet", "--no-cache", "--jobs")
NOTHING = (PYTHON, "-c", "pass")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table: two amounts of one unit, their ratio, and the most that it may be."""

    what: str
    peer: str
    ours: float
    theirs: float
    bound: float
    spread: tuple[float, float] | None = None
    unit: str = "s"
    minor: bool = False  # says little that another row does not say: left out of the short form while it holds

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def holds(self) -> bool:
        return self.ratio <= self.bound


def raced(what: str, peer: str, bound: float, result: Race, *, minor: bool = False) -> Row:
    return Row(
        what=what,
        peer=peer,
        ours=median(result.ours),
        theirs=median(result.peer),
        bound=bound,
        spread=result.spread,
        minor=minor,
    )


def rows(files: Material, scratch: Path, *, rounds: int, with_large: bool) -> Iterator[Row]:
    """Every row, as it is measured."""
    yield from many_files(files, rounds)
    yield from other_corpora(scratch, max(2, rounds // 2))
    yield from one_file(files, scratch, 2 * rounds)
    yield from many_pairs(scratch, max(3, rounds // 2))
    if with_large:
        yield from large_file(scratch)


def many_files(files: Material, rounds: int) -> Iterator[Row]:
    folder = str(files.folder)
    bare = (PYTHON, str(ROOT / "bench" / "peers" / "bare_load.py"), folder)
    loader = "`CSafeLoader`, bare"
    yield raced("lint all, one process", loader, 1.4, race((*LINT, "1", folder), bare, rounds))
    yield raced("lint all, two processes", loader, 1.0, race((*LINT, "2", folder), bare, rounds))
    bare_inside = f"{loader}, without start-up"
    yield raced("load with every position", bare_inside, 0.65, inside("load", folder, rounds))
    slow = max(2, rounds // 2)
    plain = (CASSETTE, "lint", "--quiet", "--no-cache", folder)  # as users run it: on every processor
    peer = (str(BIN / "yamllint"), "-d", "relaxed", folder)
    yield raced("lint all", "`yamllint -d relaxed`", 1 / 20, race(plain, peer, slow))
    rewrite = (CASSETTE, "normalize", "--quiet", "--check", "--jobs", "1", folder)
    dump = (PYTHON, str(ROOT / "bench" / "peers" / "load_and_dump.py"), folder)
    yield raced("normalize all, one process", "`yaml.load` and `yaml.dump`, in C", 8, race(rewrite, dump, slow))
    state = (CASSETTE, "report", "--no-cache", "--jobs", "1", folder)
    same = race(state, (*LINT, "1", folder), rounds)
    yield raced("report on all, one process", "`cassette lint`, one process", 3, same, minor=True)
    schema = str(ROOT / "schemas" / "go-vcr-2.schema.json")
    checker = (str(BIN / "check-jsonschema"), "--schemafile", schema, *map(str, files.files))
    yield raced("lint all", "`check-jsonschema`", 1 / 4, race(plain, checker, slow))


def other_corpora(scratch: Path, rounds: int) -> Iterator[Row]:
    """Recordings of other shapes than those of the Go suite."""
    for corpus in corpora(scratch):
        folder = str(corpus.folder)
        bare = (PYTHON, str(ROOT / "bench" / "peers" / "bare_load.py"), folder)
        found = race((*LINT, "1", folder), bare, rounds, clock="cpu")  # one process each: nothing else tells more
        yield raced(f"lint {corpus.title}, one process", "`CSafeLoader`, bare", 2, found)


def one_file(files: Material, scratch: Path, rounds: int) -> Iterator[Row]:
    one = str(files.one)
    old, new = map(str, files.pair)
    cache = scratch / "cache"
    environment = {"CASSETTE_CACHE_DIR": str(cache)}
    start = "`python -c pass`"

    def forget() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    fresh = race((CASSETTE, "lint", one), NOTHING, rounds, environment=environment, before=forget)
    yield raced("lint one file", start, 3.5, fresh)
    yield raced("show one file", start, 7, race((CASSETTE, "show", one), NOTHING, rounds))
    as_json = (CASSETTE, "show", "--format", "json", one)
    yield raced("show one file as JSON", start, 7, race(as_json, NOTHING, rounds), minor=True)
    yield raced("diff of a pair", start, 7, race((CASSETTE, "diff", old, new), NOTHING, rounds))
    normal = (CASSETTE, "normalize", "--check", one)
    yield raced("normalize one file", start, 7, race(normal, NOTHING, rounds), minor=True)
    forget()
    known = race((CASSETTE, "lint", str(files.folder)), NOTHING, rounds, environment=environment)
    yield raced("lint all again, nothing changed", start, 1.5, known)
    peer = (str(BIN / "deep"), "diff", old, new)
    yield raced("diff of a pair", "`deep diff`", 0.5, race((CASSETTE, "diff", old, new), peer, max(3, rounds // 2)))


def many_pairs(scratch: Path, rounds: int) -> Iterator[Row]:
    old, new, count = pairs(scratch)
    ours = (CASSETTE, "diff", "--quiet", str(old), str(new))
    peer = (PYTHON, str(ROOT / "bench" / "peers" / "deep_pairs.py"), str(old), str(new))
    yield raced(
        f"diff of {count} pairs in two folders", "`DeepDiff` of each, one process", 0.5, race(ours, peer, rounds)
    )


def large_file(scratch: Path) -> Iterator[Row]:
    """Memory may not grow with the file, and time only in proportion to it."""
    small, big = large(scratch / "50.yaml", 50_000_000), large(scratch / "200.yaml", 200_000_000)
    first, second = run((*LINT, "1", str(small))), run((*LINT, "1", str(big)))
    events = run((PYTHON, str(ROOT / "bench" / "peers" / "bare_events.py"), str(big)))
    yield Row(what="lint 200 MB, peak memory", peer="60 MB", ours=second.peak, theirs=60, bound=1, unit="MB")
    yield Row(what="lint 200 MB", peer="4 × lint 50 MB", ours=second.cpu, theirs=4 * first.cpu, bound=1.1, minor=True)
    yield Row(what="lint 200 MB", peer="libyaml's events, bare", ours=second.cpu, theirs=events.cpu, bound=2.5)


def inside(what: str, folder: str, rounds: int) -> Race:
    command = (PYTHON, str(ROOT / "bench" / "inside.py"), what, folder, str(rounds))
    times = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=surroundings()).stdout)
    return Race(ours=times["ours"], peer=times["peer"])


def number(ratio: float) -> str:
    """As many places as it takes to tell a ratio from its bound."""
    return f"{ratio:.2f}" if ratio >= 1 else f"{ratio:.3f}"


def amount(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.0f} {unit}"
    return f"{value * 1000:.0f} ms" if value < 10 else f"{value:.1f} s"


def cells(row: Row) -> tuple[str, ...]:
    low, high = row.spread or (row.ratio, row.ratio)
    spread = f"{number(low)}–{number(high)}" if row.spread else ""
    verdict = "ok" if row.holds else "over"
    times = amount(row.ours, row.unit), amount(row.theirs, row.unit)
    return (row.what, row.peer, *times, number(row.ratio), spread, f"≤ {row.bound:g}", verdict)


HEADINGS = ("what", "against", "ours", "theirs", "ratio", "min–max", "bound", "")


def conditions(files: Material) -> str:
    return (
        f"{files.title}, {files.megabytes:.1f} MB; {platform.python_implementation()} {platform.python_version()} on "
        f"{platform.system()}, {os.cpu_count()} processors; {datetime.date.today().isoformat()}."
    )


def whole_table(done: Sequence[Row], files: Material) -> str:
    """Every row with all that was measured, for docs/speed.md."""
    headings = ("what", "against", "ours", "theirs", "ratio", "min–max", "bound")
    body = ((*cells(row)[:-2], bound(row)) for row in done)
    return "\n".join((f"Medians. {conditions(files)}", "", *table(headings, body)))


def short_table(done: Sequence[Row], files: Material) -> str:
    """The ratios that a reader of README.md wants to know, and how many there are that exceed their bound."""
    shown = (row for row in done if row.holds and not row.minor)
    body = ((row.what, row.peer, number(row.ratio), bound(row)) for row in shown)
    over = sum(not row.holds for row in done)
    rest = (f"{over} of all {len(done)} rows exceed their bound; [here they are](docs/speed.md).",) if over else ()
    lines = table(("what", "against", "ratio", "bound"), body)
    return "\n\n".join((conditions(files), "\n".join(lines), *rest))


def table(headings: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table: two columns of words, then numbers."""
    yield f"| {' | '.join(headings)} |"
    yield "|---" * 2 + "|--:" * (len(headings) - 2) + "|"
    for row in body:
        yield f"| {' | '.join(row)} |"


def bound(row: Row) -> str:
    return f"≤ {row.bound:g}" + ("" if row.holds else " (over)")


def write(path: Path, text: str, name: str = "bench") -> None:
    """Put `text` between the markers of a page."""
    begin_mark, end_mark = (mark.replace("bench", name, 1) for mark in (BEGIN, END))
    before, begin, rest = path.read_text(encoding="utf-8").partition(begin_mark)
    _old, end, after = rest.partition(end_mark)
    if not (begin and end):
        raise SystemExit(f"{path.name} has no place for the table; expected {begin_mark} and {end_mark}")
    path.write_text(f"{before}{begin_mark}\n{text}\n{end_mark}{after}", encoding="utf-8")


def main(argv: list[str]) -> int:
    if set(argv) - {"--write", "--quick"}:
        print(__doc__, file=sys.stderr)
        return 2
    quick = "--quick" in argv
    if quick and "--write" in argv:
        print("--write puts a whole measurement on record, --quick makes less than one: leave one out", file=sys.stderr)
        return 2
    widths = (40, 36, 9, 9, 6, 12, 7, 4)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        files = material(scratch)
        print(conditions(files))
        print(" ".join(f"{heading:<{width}}" for heading, width in zip(HEADINGS, widths, strict=True)).rstrip())
        done = []
        for row in rows(files, scratch, rounds=3 if quick else 12, with_large=not quick):
            done.append(row)
            print(" ".join(f"{cell:<{width}}" for cell, width in zip(cells(row), widths, strict=True)), flush=True)
        again = list(rerecorded.pairs(scratch))
        if again:
            print("\n" + rerecorded.table(again))
    if "--write" in argv:
        write(ROOT / "docs" / "speed.md", whole_table(done, files))
        if again:
            write(ROOT / "docs" / "speed.md", rerecorded.table(again), "rerecorded")
        write(ROOT / "README.md", short_table(done, files))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
