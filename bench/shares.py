"""Where the time of `cassette lint` goes, in instructions, which do not depend on what else the machine does.

    python bench/shares.py PATH        needs valgrind; takes half a minute a megabyte

Each part is what a program with it takes more than one without it; what is done once is told apart by doing it twice.
"""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import PYTHON, surroundings

PARTS = ("load", "read", "decode", "lint")  # each does all that the one before does, and more


def part(what: str, path: str, times: int) -> None:
    """Do one part of the work so many times: what is measured."""
    gc.set_threshold(100_000)  # as the program does
    from cassette_tools.config import LintSettings
    from cassette_tools.lint.run import lint_paths
    from cassette_tools.load import Reading
    from cassette_tools.source import Source
    from cassette_tools.walk import files

    paths = [entry[0] for entry in files((path,)) if isinstance(entry, tuple)]
    work: dict[str, Callable[[], object]] = {
        "load": lambda: [list(Source.from_path(each).items("interactions")) for each in paths],
        "read": lambda: [sum(1 for _ in Reading(Source.from_path(each), calls=False).entries()) for each in paths],
        "decode": lambda: [sum(1 for _ in Reading(Source.from_path(each)).entries()) for each in paths],
        "lint": lambda: lint_paths((path,), LintSettings(), jobs=1, cached=False),
    }
    for _ in range(times):
        work[what]()


def imported(path: str) -> str:
    """A program that imports what linting a path imports, and no more."""
    lister = (
        "import gc, sys; gc.set_threshold(100_000); before = {*sys.modules}\n"
        "from cassette_tools.cli import main\n"
        f"main(['lint', '--quiet', '--no-cache', '--jobs', '1', {path!r}])\n"
        "print(*(name for name in sys.modules if name not in before and 'ruamel' not in name and '_cy' not in name))"
    )
    done = subprocess.run((PYTHON, "-c", lister), capture_output=True, text=True, check=True, env=surroundings())
    names = done.stdout.splitlines()[-1].replace("cython_runtime", "").split()
    return f"import gc, os; gc.set_threshold(100_000)\nfor name in {names!r}: __import__(name)\nos._exit(0)"


def millions(*command: str) -> float:
    """The instructions of a program, in millions."""
    with tempfile.TemporaryDirectory() as folder:
        grind = ("valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={folder}/out")
        fixed = surroundings({"PYTHONHASHSEED": "0"})
        done = subprocess.run((*grind, PYTHON, *command), capture_output=True, text=True, env=fixed, check=False)
    found = re.search(r"I +refs: +([\d,]+)", done.stderr)
    if found is None:
        raise SystemExit(f"valgrind counted nothing; it said: {done.stderr[-500:]}")
    return int(found[1].replace(",", "")) / 1e6


def main(path: str) -> None:
    for each in PARTS:  # once unmeasured, so that everything is compiled
        subprocess.run((PYTHON, __file__, each, path, "1"), check=True, env=surroundings())
    start = millions("-c", "import os; os._exit(0)")  # as the program ends
    entry = "from cassette_tools.cli import entry; entry()"
    whole = millions("-c", entry, "lint", "--quiet", "--no-cache", "--jobs", "1", path)
    imports = millions("-c", imported(path)) - start
    again = {each: millions(__file__, each, path, "2") - millions(__file__, each, path, "1") for each in PARTS}
    rows = {
        "the interpreter": start,
        "imports": imports,
        "what else is done once": whole - start - imports - again["lint"],
    }
    before = 0.0
    for each, name in zip(PARTS, ("YAML", "bodies: framing, JSON", "calls: dialects", "rules, findings"), strict=True):
        rows[name] = again[each] - before
        before = again[each]
    for name, count in rows.items():
        print(f"{name:<24}{count:8.0f} M {count / whole:6.0%}")
    print(f"{'all':<24}{whole:8.0f} M")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        part(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    elif len(sys.argv) == 2 and os.path.exists(sys.argv[1]):
        main(str(Path(sys.argv[1]).resolve()))
    else:
        sys.exit(str(__doc__))
