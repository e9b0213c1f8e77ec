"""Attack the targets of `fuzz.targets`, one after the other: ``python -m fuzz.run [--plain] [SECONDS] [TARGET ...]``.

Atheris guides by the coverage of the program and changes bytes; `fuzz.mutator` changes what the bytes mean. What is
found goes into `.fuzz/found/` (one file for each way of failing), and the run goes on; inputs that reach new code are
kept in `.fuzz/seeds/`, so that the next run begins where this one ended. With ``--plain`` the mutator works alone: it
counts no coverage, and is three to ten times as fast. `.fuzz/executions.json` counts executions and seconds of both.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(os.environ.get("FUZZ_DIR") or ROOT / ".fuzz")
LARGEST = 4_000  # bytes of a seed: small inputs are many inputs
POOL = 4_000  # inputs that the mutator alone changes further
PATIENCE = 60  # seconds for one input, on a busy machine, with coverage counted
MEMORY = 1500  # megabytes


_CONFIGURATIONS = (
    b'[lint]\nselect = ["all"]\n[[lint.ignore]]\nfiles = "*"\nrule = "usage-missing"\nreason = "x"\n',
    b'[diff.levels]\ntext-changed = "noise"\n',
    b'[normalize]\nselect = ["ids"]\nheaders = ["Accept"]\n',
)


def seeds(target: str) -> Path:
    """The folder of inputs to begin with: samples and, where they are at hand, real recordings."""
    folder = WORK / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        return folder
    for content in {content for content in _material(target) if len(content) <= LARGEST}:
        (folder / sha256(content).hexdigest()[:16]).write_bytes(content)
    return folder


def _material(target: str) -> list[bytes]:
    if target == "config":
        return [(ROOT / "pyproject.toml").read_bytes(), *_CONFIGURATIONS]
    if target == "cache_entry":
        from fuzz.targets import cache_content

        return [cache_content()]
    shared = Path(os.environ.get("CASSETTE_SHARED") or ROOT.parent / "shared")
    folders = (ROOT / "samples", ROOT / "tests" / "hostile" / "fuzzed", shared / "corpus", shared / "hostile")
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")) if path.is_file()]
    contents = [
        path.read_bytes() for path in files if path.stat().st_size <= LARGEST and path.suffix not in (".md", ".py")
    ]
    if target == "diff":
        from fuzz.mutator import BOUNDARY

        return [content + BOUNDARY + content for content in contents if 2 * len(content) < LARGEST]
    return [body for content in contents for body in _bodies(content)] if target == "wire" else contents


def _bodies(content: bytes) -> list[bytes]:
    from cassette_tools.load import load_source
    from cassette_tools.source import Source

    try:
        recording = load_source(Source.from_bytes(content, "a.yaml"))
    except Exception:  # a seed may be hostile itself
        return []
    bodies = [each.response.body for each in recording.interactions]
    return [body.raw if body.raw is not None else (body.text or "").encode("utf-8", "replace") for body in bodies]


def attack(target: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["cassette_tools"]):
        from fuzz.targets import TARGETS
    from fuzz.mutator import mutated

    tried = partial(_tried, target, TARGETS[target])

    def change(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)
        made = mutated(data, dice, most) if dice.random() < 0.7 else None
        return atheris.Mutate(data, most) if made is None else made

    words = [f"-max_total_time={seconds}", f"-timeout={PATIENCE}", f"-rss_limit_mb={MEMORY}", f"-max_len={2 * LARGEST}"]
    words += ["-print_final_stats=1", f"-artifact_prefix={_found()}/{target}-stopped-", str(seeds(target))]
    atheris.Setup([sys.argv[0], *words], tried, custom_mutator=change)
    atheris.Fuzz()


def attack_plainly(target: str, seconds: int) -> None:
    """Try what the mutator makes of the seeds, and of what it made before, until the time is over."""
    from fuzz.mutator import cut, mutated
    from fuzz.targets import TARGETS

    tried = partial(_tried, target, TARGETS[target])
    pool = [path.read_bytes() for path in sorted(seeds(target).iterdir())]
    dice = random.Random(time.time_ns())
    end = time.monotonic() + seconds
    executions = 0
    while time.monotonic() < end:
        data = dice.choice(pool)
        made = mutated(data, dice, 2 * LARGEST) if dice.random() < 0.7 else None
        made = cut(data, dice) if made is None else made
        tried(made)
        executions += 1
        if len(pool) < POOL:
            pool.append(made)
        elif len(made) <= LARGEST:
            pool[dice.randrange(len(pool) // 2, len(pool))] = made  # the first half stays what was recorded
    print(f"number_of_executed_units: {executions}")


def _found() -> Path:
    folder = WORK / "found"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tried(target: str, run: Callable[[bytes], None], data: bytes) -> None:
    """Run a target; of each way of failing the smallest input is kept."""
    try:
        run(data)
    except Exception as error:
        path = _found() / f"{target}-{_signature(error)}"
        if not path.exists() or path.stat().st_size > len(data):
            path.write_bytes(data)
            print(f"found {path.name}: {type(error).__name__}: {ascii(str(error))[:160]}", flush=True)


def _signature(error: Exception) -> str:
    """What two failures have in common that have one cause: what was raised, and where in the program."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "cassette_tools" in each.filename]
    where = f"{Path(frames[-1].filename).stem}.{frames[-1].name}" if frames else "property"
    words = (
        re.sub(r"[^a-z]+", "-", str(error).lower())[:140].strip("-")
        if isinstance(error, AssertionError) or not frames
        else ""
    )
    kind = re.sub(r"\W", "", where.replace(".", "_"))
    return "-".join(filter(None, (type(error).__name__, kind, words)))


def main(words: list[str]) -> int:
    """Attack each target for its share of the time; the status is 1 when something was found."""
    if words[:1] in (["--target"], ["--plain-target"]):
        (attack if words[0] == "--target" else attack_plainly)(words[1], int(words[2]))
        return 0
    from fuzz.targets import TARGETS

    way = "--plain-target" if "--plain" in words else "--target"
    words = [word for word in words if word != "--plain"]

    seconds = int(words[0]) if words else 600
    targets = words[1:] or list(TARGETS)
    unknown = sorted(set(targets) - set(TARGETS))
    if unknown:
        print(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    WORK.mkdir(exist_ok=True)
    for target in targets:
        start = time.monotonic()
        child = subprocess.run(
            [sys.executable, "-m", "fuzz.run", way, target, str(seconds // len(targets))],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False, cwd=ROOT,
        )  # fmt: skip
        counted = re.findall(r"(?:number_of_executed_units: |^#)(\d+)", child.stdout, re.MULTILINE)
        executions = max(map(int, counted), default=0)
        _count(target, executions, time.monotonic() - start)
        told = [line for line in child.stdout.splitlines() if line.startswith(("found ", "SUMMARY"))]
        print(f"{target}: {executions} executions", *told, sep="\n  ", flush=True)
        if not executions:
            print(child.stdout[-2000:])
    left = sorted((WORK / "found").glob("*")) if (WORK / "found").is_dir() else []
    print(f"{len(left)} finds in {WORK / 'found'}", *(path.name for path in left), sep="\n  ")
    return int(bool(left))


def _count(target: str, executions: int, seconds: float) -> None:
    path = WORK / "executions.json"
    counts = json.loads(path.read_text()) if path.exists() else {}
    before = counts.get(target, [0, 0])
    counts[target] = [before[0] + executions, round(before[1] + seconds)]
    path.write_text(json.dumps(counts, indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
