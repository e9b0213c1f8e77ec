"""Killed at any moment, a run leaves the old dataset or the new one, and the next run sweeps the rest.

Each run is a child that is killed (SIGKILL): at each of its writes, just before and just after it; and some dozens of
times at any moment.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH, some
from indexing import contents, index, manifest, recording, write

from cassette_tools.dataset import index as index_module
from cassette_tools.dataset.engines import processes
from cassette_tools.dataset.reader import bucket_of
from cassette_tools.dataset.store import LocalStore, RemoteStore
from cassette_tools.errors import NotWritable

KILLS = {1: some(300, 25), 2: some(120, 25)}  # by the number of processes
STEPS = ("write", "same", "remove")


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of two buckets, of which one has changed: `old` is what it holds, `new` what it shall hold. `before` is
    the dataset, and `recordings` what it is of, as each test finds them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("states"))
        patch.setattr(index_module, "FILES_OF_BUCKET", 4)
        one, another = (
            [path for path in (f"s/{number}.json" for number in range(20)) if bucket_of(path, 2) == bucket][:4]
            for bucket in (0, 1)
        )
        for path in (*one[:3], *another):
            write(path, recording(path))
        index("s", output="before")
        index("s", output="old")
        write(one[0], recording("other", calls=2))
        os.unlink(one[1])
        write(one[3], recording("new"))
        index("s", output="new")
        shutil.copytree("s", "recordings")
        return Path.cwd()


@pytest.fixture(autouse=True)
def _two_states(states: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same folder for all, since a dataset names its recordings by where they are."""
    monkeypatch.setattr(index_module, "FILES_OF_BUCKET", 4)
    monkeypatch.chdir(states)
    for made, kept in (("ds", "before"), ("s", "recordings")):
        shutil.rmtree(made, ignore_errors=True)
        shutil.copytree(kept, made)


def in_child(work: Callable[[], Any]) -> int:
    """The process in which something is done."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def begin_again() -> None:
    shutil.rmtree("ds")
    shutil.copytree("before", "ds")


@cache
def state(place: str) -> object:
    """What a dataset that nobody changes holds."""
    return contents(place)


def judge() -> str:
    """Whether the dataset is the old one or the new one, whole."""
    found, here = contents(), os.getcwd()
    return next((name for name in ("old", "new") if state(f"{here}/{name}") == found), f"neither: {found}")


def stray() -> list[str]:
    """What stands in the dataset that its manifest does not name."""
    found = manifest()
    named = {"cassette-dataset.json", "dataset.lock", found.commit, found.previous}
    return sorted({*os.listdir("ds")} - named)


def goes_on() -> None:
    """The next run makes the new dataset of it, and leaves nothing beside it."""
    index("s")
    assert judge() == "new"
    assert stray() == []
    part = Path("ds", manifest().commit, "interactions")
    assert sorted(part.rglob("*.parquet")) == sorted(Path("ds", name) for name in manifest().names("interactions"))


def around_steps(patch: pytest.MonkeyPatch, before: Callable[[], None], after: Callable[[], None]) -> None:
    """Have something done around each step that writes."""
    for name in STEPS:
        real = getattr(LocalStore, name)

        def step(*arguments: Any, real: Callable[..., Any] = real, **more: Any) -> Any:
            before()
            result = real(*arguments, **more)
            after()
            return result

        patch.setattr(LocalStore, name, step)


def steps_of_a_run() -> int:
    """How many steps write."""
    seen: list[None] = []
    with pytest.MonkeyPatch.context() as patch:
        around_steps(patch, lambda: seen.append(None), lambda: None)
        index("s")
    begin_again()
    return len(seen)


def kill_when(left: list[None]) -> None:
    """Each call takes one away; the last one kills."""
    left.pop()
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)


def test_killed_at_each_of_its_writes() -> None:
    outcomes = []
    moments = range(1, 2 * steps_of_a_run() + 1)  # before the first step, after it, before the second
    for moment in moments if THOROUGH else (*moments[:-8:4], *moments[-8:]):
        kill = partial(kill_when, [None] * moment)
        with pytest.MonkeyPatch.context() as patch:
            around_steps(patch, kill, kill)
            child = in_child(partial(index, "s"))
            assert os.waitpid(child, 0)[1] == signal.SIGKILL
        outcomes.append(judge())
        goes_on()
        begin_again()
    assert {*outcomes} == {"old", "new"}
    assert outcomes == sorted(outcomes, reverse=True)  # old until the manifest is replaced, and new from then on


@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_at_any_moment(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PAYS_ABOVE", 10**9)
    engine = processes.engine(jobs, lambda _doing: None)
    moments = random.Random(jobs)
    began = time.monotonic()
    index("s", run=engine)
    lasts = time.monotonic() - began
    begin_again()
    outcomes = set()
    for _ in range(KILLS[jobs]):
        child = in_child(lambda: index("s", run=engine))
        time.sleep(moments.uniform(0, 1.5 * lasts))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        outcomes.add(judge())
        _wait_for_orphans()
        goes_on()
        begin_again()
    assert outcomes <= {"old", "new"}


def _wait_for_orphans() -> None:
    """The workers of a process that was killed end with what they have at hand; until then they hold its lock."""
    from cassette_tools.dataset.lock import Lock
    from cassette_tools.dataset.store import store_at
    from cassette_tools.errors import UsageError

    for _ in range(200):
        try:
            with Lock(store_at("ds")):
                return
        except UsageError:
            time.sleep(0.01)


def test_killed_at_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory:// a write that raises stands for a process that is gone: what is there stays as it was."""
    output = "memory://faults/ds"
    import fsspec

    memory = fsspec.filesystem("memory")
    real = RemoteStore.write

    class Gone(BaseException):
        pass

    for at in range(1, 40):
        if memory.exists("/faults"):
            memory.rm("/faults", recursive=True)
        write("s/more.json", recording("six"))
        index("s", output=output)
        before = contents(output)
        write("s/more.json", recording("seven"))
        left = [None] * at

        def doomed(store: RemoteStore, name: str, content: bytes, left: list[None] = left, **more: Any) -> None:
            left.pop()
            if not left:
                raise Gone
            real(store, name, content, **more)

        monkeypatch.setattr(RemoteStore, "write", doomed)
        try:
            index("s", output=output)
        except (Gone, IndexError):
            assert contents(output) == before
        else:
            break
        finally:
            monkeypatch.setattr(RemoteStore, "write", real)
    index("s", output=output)
    index("s", output="whole")
    assert contents(output) == contents("whole")
    assert at > 4


@pytest.mark.parametrize("name", STEPS)
def test_a_full_disk_leaves_the_old_dataset(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise NotWritable("cannot be written: No space left on device", path="x")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, name, full)
        with pytest.raises(NotWritable):
            index("s")
    assert judge() == ("new" if name == "remove" else "old")
    goes_on()


def test_a_worker_that_is_killed_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process does what the dead one has not answered for; nothing is lost, and nothing is there twice."""
    monkeypatch.setattr(processes, "PAYS_ABOVE", 10**9)
    parent = os.getpid()
    real = processes.each

    def each(work: Callable[[int], Any], *arguments: Any) -> Iterator[tuple[int, Any]]:
        def deadly(number: int) -> Any:
            result = work(number)
            if os.getpid() != parent:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return real(deadly, *arguments)

    monkeypatch.setattr(processes, "each", each)
    index("s", run=processes.engine(2, lambda _doing: None))
    assert judge() == "new"


def test_all_of_a_commit_is_on_the_disk_before_the_manifest_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file and each folder of it, as the system counts them."""
    synced: list[int] = []
    replaced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    real = os.replace

    def replace(old: str, new: str) -> None:
        if new.endswith("cassette-dataset.json"):
            replaced.extend(
                str(path)
                for path in Path("ds").glob("commit-000002-*/**/*")
                if os.stat(path).st_ino not in synced
                and (path.is_dir() or os.stat(path).st_nlink == 1)  # a part with two names is one of before
            )
            replaced.append("manifest")
        real(old, new)

    monkeypatch.setattr(os, "replace", replace)
    index("s")
    assert replaced == ["manifest"]
