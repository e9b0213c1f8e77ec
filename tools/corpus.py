"""Run `lint`, `show`, `normalize --check` and `diff` over every recording of a folder, and count what came of it.

    python tools/corpus.py FOLDER

First, by dialect, how the calls in them were understood (`census`). FOLDER holds corpus/ and seeds/ (any recordings)
and pairs/ (old.* beside new.*). The exit status is 1 when a command ended in a traceback, when a rule failed inside,
when one took more than a minute, when a call of a model was not recognised, when a planted defect was missed, or when a
change of one value went untold; findings and unknown formats are expected and only counted. Runs of more than two
seconds are named.

Then, whether `lint` finds the defects that are planted into them (`planted`), and last, what `diff` says when one value
of a recording is another (`completeness`).
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path

import completeness
import planted
from census import report

from cassette_tools.cli import main as cassette

PATIENCE = 60  # seconds
SLOW = 2  # seconds
CLASSES = 40  # kinds of values that are listed of each failure of `completeness`
OUTCOMES = {0: "nothing found", 1: "findings", 2: "could not run"}
BROKEN = "TRACEBACK"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one command, in seconds and words; `trouble` is what to print about it when it broke."""

    words: tuple[str, ...]
    seconds: float
    said: str
    trouble: str = ""


def commands(folder: Path) -> Iterator[tuple[str, ...]]:
    """The command lines, those of the same kind together."""
    recordings = sorted(path for part in ("seeds", "corpus") for path in (folder / part).rglob("*") if path.is_file())
    for path in recordings:
        yield ("lint", "--no-cache", "--jobs", "1", str(path))
    for path in recordings:
        yield ("show", str(path))
        yield ("show", "--format", "json", str(path))
        yield ("show", "--events", str(path))
    for path in recordings:
        yield ("normalize", "--check", "--quiet", str(path))
        yield ("normalize", "--check", "--quiet", "--select", "all", "--requests", str(path))
    for old in sorted((folder / "pairs").rglob("old.*")):
        new = old.with_name("new" + old.suffix)
        if new.exists():
            yield ("diff", str(old), str(new))
            yield ("diff", "--format", "json", str(old), str(new))


def run(words: tuple[str, ...]) -> Outcome:
    """Run one command in this process."""
    written, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(written, encoding="utf-8")
    start = time.perf_counter()
    signal.alarm(PATIENCE)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = cassette(list(words))
    except BaseException:  # whatever escapes is what we are looking for
        return Outcome(words=words, seconds=time.perf_counter() - start, said=BROKEN, trouble=traceback.format_exc())
    finally:
        signal.alarm(0)
    seconds = time.perf_counter() - start
    out.flush()
    text = written.getvalue().decode("utf-8")
    failed = [line for line in text.splitlines() if "internal error in this rule" in line]
    if failed:
        return Outcome(words=words, seconds=seconds, said=BROKEN, trouble=failed[0])
    said = OUTCOMES.get(status, f"status {status}") + (format_of(words, text) or reason(words, text, err.getvalue()))
    return Outcome(words=words, seconds=seconds, said=said)


def format_of(words: tuple[str, ...], text: str) -> str:
    """The format and version of what was shown."""
    if words[:3] != ("show", "--format", "json") or not text:
        return ""
    source = json.loads(text)["source"]
    return f": {source['format']} {source['format_version']}"


def reason(words: tuple[str, ...], text: str, remarks: str) -> str:
    """Why a file could not be read, without what is peculiar to it: so that like is counted with like."""
    for line in (*remarks.splitlines(), *(text.splitlines() if words[0] == "lint" else ())):
        if "cassette: error: " not in line and " unknown-format: " not in line:
            continue
        looks = re.search("it looks like ([^;:]*)", line)
        if looks:
            return f": {looks[1]}"
        said = line.partition("cassette: error: ")[2] or line.partition("unknown-format: ")[2]
        for path in filter(is_path, words):
            said = re.sub(re.escape(path) + r"(:\d+)*: ", "", said)
        return f": {said[:90]}"
    return ""


def is_path(word: str) -> bool:
    return os.sep in word


def label(words: tuple[str, ...]) -> str:
    """The command without its files and without what is the same for all."""
    return " ".join(word for word in words if not (is_path(word) or word in ("--no-cache", "--jobs", "1")))


def out_of_time(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"more than {PATIENCE} seconds")


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(argv[0])
    if not (folder / "corpus").is_dir():
        print(
            f"{folder}/corpus: there is no such folder; CASSETTE_SHARED names the one that holds corpus/",
            file=sys.stderr,
        )
        return 2
    os.environ["CASSETTE_TRACEBACK"] = "1"  # a fault of the program shall reach us as it is
    signal.signal(signal.SIGALRM, out_of_time)
    understood, unrecognised = report(folder)
    print("\n".join(understood), end="\n\n", flush=True)
    counts: Counter[tuple[str, str]] = Counter()
    broken, slow = 0, 0
    slowest = Outcome(words=(), seconds=0, said="")
    with Pool(os.cpu_count()) as pool:
        for outcome in pool.imap(run, commands(folder), chunksize=4):
            counts[label(outcome.words), outcome.said] += 1
            slowest = max(slowest, outcome, key=lambda each: each.seconds)
            if outcome.trouble:
                broken += 1
                print(f"cassette {' '.join(outcome.words)}\n{outcome.trouble}\n", file=sys.stderr)
            elif outcome.seconds > SLOW:
                slow += 1
                print(f"cassette {' '.join(outcome.words)}\n{outcome.seconds:.1f} s\n", file=sys.stderr)
    for (command, said), count in sorted(counts.items()):
        print(f"{count:6}  {command:<20}  {said}")
    print(f"{sum(counts.values()):6}  runs, {broken} broken, {slow} of more than {SLOW} s")
    print(f"        the slowest took {slowest.seconds:.2f} s: cassette {' '.join(slowest.words)}")
    print(flush=True)
    missed = planted.report(folder / "corpus", list(planted.PLANTS))
    print(flush=True)
    untold = completeness.main([str(folder), "--classes", str(CLASSES)])
    return 1 if broken or unrecognised or missed or untold else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
