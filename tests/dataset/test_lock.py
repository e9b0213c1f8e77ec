"""One writer at a time: who holds the lock is told, with its age; who is gone is in nobody's way."""

from __future__ import annotations

import getpass
import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import fsspec
import pytest
from indexing import index, paths, recording, write

from cassette_tools.cli import main
from cassette_tools.dataset import lock as lock_module
from cassette_tools.dataset.lock import Lock
from cassette_tools.dataset.store import LOCK, store_at
from cassette_tools.errors import UsageError

WHO = f"process {os.getpid()} of {getpass.getuser()} on {socket.gethostname()}"
REMOTE = "memory://locked/ds"


@pytest.fixture(autouse=True)
def _recording(_here: None) -> None:
    write("s/a.json", recording())
    memory = fsspec.filesystem("memory")
    if memory.exists("/locked"):
        memory.rm("/locked", recursive=True)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["index", "s", "--quiet", *words])
    return status, capsys.readouterr().err


# --- in a folder: the system holds it --------------------------------------------------------------------------------


def test_a_second_writer_of_a_folder_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with Lock(store_at("ds")):
        assert said(capsys, "--output", "ds") == (
            2,
            f"cassette: error: ds is being written by {WHO}, begun 0 seconds ago: wait for it to end (the lock is free as soon "
            "as that process is gone)\n",
        )
    assert said(capsys, "--output", "ds") == (0, "")


def test_a_writer_that_was_killed_leaves_no_lock(capsys: pytest.CaptureFixture[str]) -> None:
    child = os.fork()
    if not child:
        Lock(store_at("ds")).__enter__()
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert os.path.getsize("ds/dataset.lock") > 0
    assert said(capsys, "--output", "ds") == (0, "")


def test_a_lock_that_is_a_link_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    write("other", b"kept")
    os.mkdir("ds")
    os.symlink("../other", "ds/dataset.lock")
    status, err = said(capsys, "--output", "ds")
    assert (status, err) == (
        2,
        f"cassette: error: {os.getcwd()}/ds/dataset.lock: cannot be written: Too many levels of symbolic links\n",
    )
    assert Path("other").read_bytes() == b"kept"


# --- at a URL: a file that only one can create -----------------------------------------------------------------------


def held(**values: Any) -> None:
    """A lock of another machine, since some time."""
    now = time.time()
    owner = {"host": "elsewhere", "process": 7, "user": "ada", "since": now - 3700, "renewed": now - 90, "token": "t"}
    store_at(REMOTE).write(LOCK, json.dumps({**owner, **values}).encode())


ADA = f"cassette: error: {REMOTE} is being written by process 7 of ada on elsewhere, begun"


def test_a_second_writer_of_a_url_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    held()
    assert said(capsys, "--output", REMOTE) == (
        2,
        f"{ADA} 61 minutes ago: wait for it to end (its last sign of life came 90 seconds ago)\n",
    )


def test_a_silent_writer_of_another_machine_is_broken_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    held(since=time.time() - 3 * 86_400, renewed=time.time() - 7300)
    assert said(capsys, "--output", REMOTE) == (
        2,
        f"{ADA} 3 days ago, and has said nothing for 2 hours: if it is gone, --break-lock takes its place\n",
    )
    assert said(capsys, "--output", REMOTE, "--break-lock") == (0, "")
    assert paths(REMOTE) == [("s/a.json", 0)]
    assert store_at(REMOTE).read(LOCK) is None


def test_a_process_of_this_machine_that_is_gone_is_in_nobodys_way(capsys: pytest.CaptureFixture[str]) -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    held(host=socket.gethostname(), process=child)
    assert said(capsys, "--output", REMOTE) == (0, "")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"since": "yesterday"}'])
def test_a_lock_that_says_nothing_is_one(capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    store_at(REMOTE).write(LOCK, content)
    unknown = f"{REMOTE} is being written by process ? of ? on ?, begun an unknown time ago, and has said nothing for an unknown time"
    assert said(capsys, "--output", REMOTE) == (
        2,
        f"cassette: error: {unknown}: if it is gone, --break-lock takes its place\n",
    )


def test_who_lost_the_lock_commits_nothing() -> None:
    index("s", output=REMOTE)
    before = store_at(REMOTE).read("cassette-dataset.json")
    write("s/b.json", recording())

    def run(work: Any, tasks: Any, doing: str) -> Any:
        held()  # somebody breaks the lock while this run works
        for number, task in enumerate(tasks):
            yield number, work(task)

    with pytest.raises(UsageError) as refused:
        index("s", output=REMOTE, run=run)
    assert refused.value.message == f"{REMOTE}: somebody has broken the lock of this run: it has changed nothing"
    assert store_at(REMOTE).read("cassette-dataset.json") == before
    assert b"elsewhere" in (store_at(REMOTE).read(LOCK) or b"")  # which is not ours


def test_a_long_run_says_that_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(lock_module, "time", lambda: now[0])
    store = store_at(REMOTE)

    def renewed() -> float:
        return float(json.loads(store.read(LOCK) or b"{}")["renewed"])

    with Lock(store) as lock:
        now[0] += lock_module.RENEWED_AFTER
        lock.renew()
        assert renewed() == 1000
        now[0] += 1
        lock.renew()
        assert renewed() == now[0]
