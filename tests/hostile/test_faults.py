"""Every command that writes is killed, interrupted, run on a full disk, raced by another and disturbed by an editor.

A file then holds what it held or what it shall hold, and nothing lies beside it. `CASSETTE_THOROUGH=1` tries each fault at
every step; otherwise some are drawn.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import gzip
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from effort import THOROUGH

from cassette_tools import pool, writing
from cassette_tools.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
RECORDED = (ROOT / "samples" / "normalize" / "recorded" / "monday.yaml").read_bytes()
BAD = (ROOT / "samples" / "rules" / "content-length-mismatch" / "bad.yaml").read_bytes()
TRIES = 300 if THOROUGH else 2  # of what hangs on the moment

COMMANDS = {  # what it writes: the files in place, an output that is new, one that is there
    "normalize": ("normalize", "a.yaml"),
    "normalize-many": ("normalize", "--jobs", "2", "."),
    "normalize-output": ("normalize", "a.yaml", "-o", "out"),
    "fix": ("lint", "--no-cache", "--fix", "bad.yaml"),
    "add-ignore": ("lint", "--no-cache", "--add-ignore", "known", "bad.yaml"),
    "add-ignore-row": ("lint", "--no-cache", "--add-ignore", "known", "bad.yaml.gz"),
    "baseline": ("lint", "--no-cache", "--write-baseline", "out", "bad.yaml"),
    "baseline-again": ("lint", "--no-cache", "--write-baseline", "accepted.json", "bad.yaml"),
    "lint-output": ("lint", "--no-cache", "bad.yaml", "-o", "out"),
    "cache": ("lint", "--cache-dir", "cache", "bad.yaml"),
    "diff-output": ("diff", "a.yaml", "bad.yaml", "-o", "out"),
    "diff-baseline": ("diff", "a.yaml", "bad.yaml", "--write-baseline", "out"),
    "learn": ("diff", "--learn", "a.yaml", "b.yaml", "-o", "out"),
    "show": ("show", "a.yaml", "-o", "out"),
    "match": ("match", "a.yaml", "--all", "-o", "out"),
    "convert": ("convert", "a.yaml", "--to", "har", "-o", "out"),
    "convert-folder": ("convert", "in", "--to", "har", "-o", "all"),
}
SOME = ("normalize-many", "add-ignore-row", "cache", "convert-folder")
SIGNALS = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT, "end": signal.SIGTERM, "hang-up": signal.SIGHUP}

State = dict[str, bytes]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASSETTE_CACHE_KEY", "for tests")
    monkeypatch.setattr(pool, "PAYS_ABOVE", 0)
    monkeypatch.chdir(tmp_path)


@contextlib.contextmanager
def fresh(name: str) -> Iterator[None]:
    """A folder of its own, with the recordings, in which one run takes place."""
    here = os.getcwd()
    os.mkdir(name)
    os.chdir(name)
    try:
        for path in ("a.yaml", "b.yaml", "in/c.yaml", "in/deep/d.yaml"):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            Path(path).write_bytes(RECORDED)
        Path("bad.yaml").write_bytes(BAD)
        Path("accepted.json").write_text('{"schema_version": 1, "accepted": []}')
        Path("bad.yaml.gz").write_bytes(gzip.compress(BAD, mtime=0))
        writing._swept.clear()
        yield
    finally:
        os.chdir(here)
        shutil.rmtree(name)


def state() -> State:
    """What every file here holds."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def leftovers() -> list[str]:
    return [str(path) for path in Path().rglob(".cassette-*") if path.is_file()]


def forked(work: Callable[[], int]) -> int:
    """Do work in a process of its own, mute; its exit status, or the signal that ended it with a minus."""
    pid = os.fork()
    if not pid:
        status = 99
        try:
            gc.disable()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup make test` ignores it
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            null = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(null, number)
            sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def at_step(number: int, fault: Callable[[], None], words: tuple[str, ...]) -> Callable[[], int]:
    """A run in which `fault` happens before the call of that number that the writing module makes."""
    count = 0

    def watch(frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        if event == "c_call" and frame.f_code.co_filename == writing.__file__:
            count += 1
            if count == number:
                fault()

    def work() -> int:
        sys.setprofile(watch)
        return main(list(words))

    return work


def steps(words: tuple[str, ...]) -> list[str]:
    """The calls that the writing module makes, in the process that was started: from where, and of what."""
    calls: list[str] = []

    def noted(frame: Any, event: str, argument: Any) -> None:
        if event == "c_call" and frame.f_code.co_filename == writing.__file__:
            calls.append(f"{frame.f_code.co_name} {argument.__name__}")

    sys.setprofile(noted)
    try:
        assert main(list(words)) in (0, 1)
    finally:
        sys.setprofile(None)
    return calls


def drawn(count: int) -> list[int]:
    """The steps at which a fault is tried."""
    everything = range(1, count + 1)
    return list(everything) if THOROUGH else sorted(random.Random(count).sample(everything, min(2, count)))


def assert_whole(before: State, after: State, now: State) -> None:
    """Each file is what it was, or what it shall be; none is there that is neither."""
    cache = {path for path in now if path.startswith("cache/")}  # its entries hold the time of the files
    assert {path for path in now if path not in cache} <= {*before, *after}
    for path in {*before, *now} - cache:
        assert now.get(path) in (before.get(path), after.get(path)), path


@functools.cache
def states(name: str) -> tuple[State, State]:
    """What a command finds, and what it leaves."""
    with fresh("whole"):
        before = state()
        assert main(list(COMMANDS[name])) in (0, 1)  # here, so that what is started below has imported all
        return before, state()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        (name, fault)
        for number, name in enumerate(COMMANDS)
        for turn, fault in enumerate(SIGNALS)
        if THOROUGH or turn == number % len(SIGNALS)
    ],
)
def test_signals(name: str, fault: str) -> None:
    before, after = states(name)
    assert before != after
    with fresh("counted"):
        count = len(steps(COMMANDS[name]))
    assert count > 20
    for number in drawn(count):
        with fresh(f"{number}"):
            ended = forked(at_step(number, lambda: os.kill(os.getpid(), SIGNALS[fault]), COMMANDS[name]))
            if "--jobs" in COMMANDS[name] and ended in (0, 1):
                continue  # its workers left fewer steps to this process than when they were counted
            assert ended == (130 if fault == "interrupt" else -SIGNALS[fault]), number
            settle()
            left = leftovers()
            assert not left or fault == "kill", number
            assert_whole(before, after, {path: held for path, held in state().items() if path not in left})
            if left:
                assert forked(lambda: main(list(COMMANDS[name]))) in (0, 1)
                assert leftovers() == [], number
                assert_whole({}, after, {path: held for path, held in state().items() if path in after})


def settle() -> None:
    """Wait for the workers of a run that was killed: they stop after the file that they have begun."""
    until = time.monotonic() + 5
    while time.monotonic() < until and any(_is_worker(path) for path in Path("/proc").glob("[0-9]*")):
        time.sleep(0.01)


def _is_worker(process: Path) -> bool:
    with contextlib.suppress(OSError):
        return process.joinpath("cwd").resolve() == Path.cwd() and process.name != str(os.getpid())
    return False


@pytest.mark.parametrize("name", COMMANDS if THOROUGH else SOME)
def test_a_call_of_the_system_that_fails(name: str) -> None:
    """A disk that is full, broken or read-only, wherever it shows."""
    before, after = states(name)
    calls = ("open", "write", "fsync", "fchown", "fchmod", "replace", "close", "lstat", "mkdir")
    for call in calls if THOROUGH else random.Random(name).sample(calls, 2):
        for number in (1, 2, 3) if THOROUGH else (1,):
            with fresh("failing"):
                status = forked(lambda call=call, number=number: failing(call, number, COMMANDS[name]))
                assert status in (0, 1, 2), call
                assert leftovers() == [], call
                assert_whole(before, after, state())


def failing(call: str, number: int, words: tuple[str, ...]) -> int:
    """A run in which one call of the writing module fails."""
    real, count = getattr(os, call), 0

    def fail(*arguments: Any, **options: Any) -> Any:
        nonlocal count
        if sys._getframe(1).f_code.co_filename == writing.__file__:
            count += 1
            if count == number:
                if call == "close":
                    real(*arguments)
                raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    setattr(os, call, fail)
    return main(list(words))


@pytest.mark.parametrize("name", COMMANDS if THOROUGH else SOME)
def test_a_limit_of_the_size_of_files(name: str) -> None:
    before, after = states(name)
    sizes = range(0, 6000, 100) if THOROUGH else (0, 700)
    for size in sizes:

        def limited(size: int = size) -> int:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            return main(list(COMMANDS[name]))

        with fresh("limited"):
            assert forked(limited) in (0, 1, 2)
            assert leftovers() == []
            assert_whole(before, after, state())


@pytest.mark.parametrize("name", COMMANDS if THOROUGH else SOME)
def test_a_full_disk(name: str) -> None:
    """A file system in memory, filled up to what is free in each turn."""
    os.mkdir("disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", "disk"], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    before, after = states(name)
    here = os.getcwd()
    try:
        os.chdir("disk")
        for pages in range(12) if THOROUGH else (0, 2):
            with fresh("full"):
                filled = os.statvfs(".").f_bavail - pages
                Path("../filler").write_bytes(bytes(max(0, filled) * os.statvfs(".").f_frsize))
                assert forked(lambda: main(list(COMMANDS[name]))) in (0, 1, 2)
                assert leftovers() == []
                assert_whole(before, after, state())
            os.unlink("filler")
    finally:
        os.chdir(here)
        subprocess.run(["umount", "disk"], check=True)


# --- moments --------------------------------------------------------------------------------------------------------


def started(words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "cassette_tools", *words)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("fault", SIGNALS)
def test_signals_at_any_moment(fault: str) -> None:
    """The program as a user starts it, with workers, killed while it starts, reads and writes."""
    before, after = states("normalize-many")
    drawing = random.Random(fault)
    with fresh("timed"):
        begun = time.monotonic()
        started(COMMANDS["normalize-many"]).wait()
        length = time.monotonic() - begun
    for number in range(TRIES):
        with fresh(f"{number}"):
            run = started(COMMANDS["normalize-many"])
            time.sleep(drawing.uniform(0, length * 1.1))
            run.send_signal(SIGNALS[fault])
            run.wait()
            settle()
            left = leftovers()
            assert not left or fault == "kill", number
            assert_whole(before, after, {path: held for path, held in state().items() if path not in left})
            if left:
                assert started(COMMANDS["normalize-many"]).wait() == 0
                assert leftovers() == []


@pytest.mark.parametrize("count", [50, 40_000])  # so many that a process of its own hands them out
def test_a_worker_does_not_go_on_for_a_run_that_was_killed(count: int) -> None:
    done, answer = os.pipe()

    def run() -> int:
        parent = os.getpid()

        def work(_number: int) -> int:
            if os.getpid() == parent:
                os.kill(parent, signal.SIGKILL)
            os.write(answer, b".")
            until = time.monotonic() + 5
            while os.getppid() == parent and time.monotonic() < until:
                continue
            return 0

        return sum(1 for _ in pool.spread(work, count, 2))

    assert forked(run) == -signal.SIGKILL
    os.close(answer)
    said = b""
    while select.select([done], [], [], 10)[0] and (piece := os.read(done, 100)):
        said += piece
    assert select.select([done], [], [], 0)[0], "a process is left"
    os.close(done)
    assert len(said) <= 1


@pytest.mark.parametrize("name", COMMANDS if THOROUGH else SOME)
def test_two_runs_at_once(name: str) -> None:
    """Both end well: where one has written what the other would, nothing is left to do."""
    _before, after = states(name)
    for number in range(20 if THOROUGH else 1):
        with fresh(f"{number}"):
            runs = [started(COMMANDS[name]) for _ in range(2)]
            refused = {2} if name.startswith(("add-ignore", "normalize")) else set()  # what the other has changed
            assert {run.wait() for run in runs} <= {0, 1} | refused
            assert leftovers() == []
            now = state()
            assert_whole({}, after, {path: held for path, held in now.items() if path in after})


EDITED = {"baseline-again": "accepted.json", "normalize": "a.yaml", "fix": "bad.yaml", "add-ignore": "bad.yaml"}


@pytest.mark.parametrize("way", ["in place", "by renaming"])
@pytest.mark.parametrize("name", EDITED)
def test_an_edit_while_it_runs_is_not_lost(name: str, way: str) -> None:
    path = EDITED[name]
    drawing = random.Random(name + way)
    with fresh("timed"):
        begun = time.monotonic()
        assert forked(lambda: main(list(COMMANDS[name]))) in (0, 1)
        length = time.monotonic() - begun
    for number in range(TRIES):
        with fresh(f"{number}"):
            pid = os.fork()
            if not pid:
                time.sleep(drawing.uniform(0, length))
                edit(path, way)
                os._exit(0)
            ended = forked(lambda: main(list(COMMANDS[name])))
            os.waitpid(pid, 0)
            assert ended in (0, 1, 2)
            assert Path(path).read_bytes().endswith(b"# edited\n"), number
            assert leftovers() == []


def edit(path: str, way: str) -> None:
    """What an editor does."""
    if way == "in place":
        with open(path, "ab") as stream:
            stream.write(b"# edited\n")
    else:
        Path("mine").write_bytes(Path(path).read_bytes() + b"# edited\n")
        os.replace("mine", path)


@pytest.mark.parametrize("way", ["in place", "by renaming"])
@pytest.mark.parametrize("name", EDITED)
def test_an_edit_at_any_step_is_not_lost(name: str, way: str) -> None:
    """The same at every step of the writing, until the last."""
    with fresh("counted"):
        calls = steps(COMMANDS[name])
    first = next(number for number, call in enumerate(calls, 1) if call.startswith("_descriptor "))
    looked = calls.index("_take_place read") + 1
    everything = range(first, len(calls) + 1)
    for number in everything if THOROUGH else (first, looked, *random.Random(name).sample(everything, 2)):
        with fresh(f"{number}"):
            status = forked(at_step(number, lambda: edit(EDITED[name], way), COMMANDS[name]))
            assert status == 2 if number <= looked else status in (0, 1, 2), number
            assert Path(EDITED[name]).read_bytes().endswith(b"# edited\n"), number
            assert leftovers() == []


@pytest.mark.parametrize("way", ["in place", "by renaming"])
@pytest.mark.parametrize("name", EDITED)
def test_an_edit_between_the_look_and_the_exchange_is_not_lost(
    name: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing._exchange

    def late(one: str, other: str) -> bool:
        edit(EDITED[name], way)
        return real(one, other)

    monkeypatch.setattr(writing, "_exchange", late)
    with fresh("late"):
        assert forked(lambda: main(list(COMMANDS[name]))) == 2
        assert Path(EDITED[name]).read_bytes().endswith(b"# edited\n")
        assert leftovers() == []


@pytest.mark.parametrize("name", EDITED)
def test_an_edit_is_not_lost_where_files_cannot_be_exchanged(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the last look comes before the new file takes the place."""
    monkeypatch.setattr(writing, "_exchange", lambda _one, _other: False)
    with fresh("counted"):
        calls = steps(COMMANDS[name])
    first = next(number for number, call in enumerate(calls, 1) if call.startswith("_descriptor "))
    last = calls.index("_take_place lstat") + 1
    for number in range(first, last + 1) if THOROUGH else (first, (first + last) // 2, last):
        with fresh(f"{number}"):
            assert forked(at_step(number, lambda: edit(EDITED[name], "in place"), COMMANDS[name])) == 2
            assert Path(EDITED[name]).read_bytes().endswith(b"# edited\n")
            assert leftovers() == []


def test_a_file_that_appears_while_it_is_made_is_not_replaced() -> None:
    """The configuration to which `--add-ignore` adds a row, where there was none."""
    with fresh("counted"):
        calls = steps(COMMANDS["add-ignore-row"])
    first = next(number for number, call in enumerate(calls, 1) if call.startswith("_descriptor "))
    taken = calls.index("_take_free_place link") + 1
    for number in range(first, taken + 1) if THOROUGH else (first, taken):
        with fresh(f"{number}"):
            assert forked(at_step(number, lambda: edit("cassette.toml", "in place"), COMMANDS["add-ignore-row"])) == 2
            assert Path("cassette.toml").read_bytes() == b"# edited\n"
            assert leftovers() == []
