"""Dask: worker processes of a real cluster on this machine; the rows are those of the usual engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH, some
from indexing import contents, index, interactions, manifest, recording, write

from cassette_tools.cli import main
from cassette_tools.dataset import engines
from cassette_tools.dataset.engines import dask
from cassette_tools.errors import CassetteError, UsageError

pytestmark = pytest.mark.skipif(
    find_spec("distributed") is None, reason="the extra cassette-tools[dask] is not installed"
)

FILES = some(200, 10)
WORKERS = 3 if THOROUGH else 2


@pytest.fixture
def cluster(_here: None) -> Iterator[Any]:
    """A scheduler and some worker processes, which are started again when they die: in the folder of the test."""
    import distributed

    with distributed.LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def _recordings(_here: None) -> None:
    for number in range(FILES):
        write(f"s/{number:03}.json", recording(str(number), calls=1 + number % 3))
    write("s/broken.json", b'{"version": 2, "interactions": [')


def engine(cluster: Any) -> engines.Run:
    return dask.engine(cluster.scheduler_address, None, lambda _doing: None)


def told(errors: Sequence[CassetteError]) -> list[str]:
    return [error.located() for error in errors]


def parts(output: str) -> list[bytes]:
    """The table `interactions` as it was written."""
    return [Path(output, name).read_bytes() for name in manifest(output).names("interactions")]


@pytest.mark.parametrize("moment", range(20 if THOROUGH else 1))
def test_a_worker_that_is_killed_in_the_middle_takes_nothing_with_it(cluster: Any, moment: int) -> None:
    """Nothing is lost, and nothing is there twice: each part is that of the usual engine, byte by byte."""
    killed: list[int] = []

    def run(work: Callable[[Any], Any], tasks: Sequence[Any], doing: str) -> Iterator[tuple[int, Any]]:
        for at, done in enumerate(engine(cluster)(work, tasks, doing)):
            if at == moment and len(killed) < 1:
                killed.append(cluster.workers[moment % WORKERS].pid)
                os.kill(killed[0], signal.SIGKILL)
            yield done

    done = index("s", output="there", run=run)
    assert killed
    usual = index("s", output="here")
    assert told(done.errors) == told(usual.errors) == ["s/broken.json:1:33: not readable as JSON: Expecting value"]
    assert parts("there") == parts("here")
    assert contents("there") == contents("here")
    assert len(interactions("there")) == sum(1 + number % 3 for number in range(FILES))


def test_a_cluster_that_loses_all_its_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(dask, "_LOOK", 0.2)
    monkeypatch.setattr(dask, "_PATIENCE", 0.5)
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1") as alone:
        done = engine(alone)(len, ["a"] * 50, "read")
        assert next(done)[1] == 1
        alone.scale(0)
        with pytest.raises(UsageError) as refused:
            list(done)
    assert str(refused.value).startswith("--engine dask: the cluster has had no worker for 0.5 seconds")


def test_a_cluster_that_is_not_there(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "_TIMEOUT", 0.5)
    assert main(["index", "s", "--output", "ds", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(
        "cassette: error: --scheduler tcp://127.0.0.1:9: no Dask cluster with a worker answers there within 0.5 seconds"
    )
    assert err.count("\n") == 1


@pytest.mark.skipif(not THOROUGH, reason="another cluster takes some seconds: CASSETTE_THOROUGH=1")
def test_without_a_scheduler_there_is_a_cluster_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "s", "--output", "ds", "--engine", "dask", "--jobs", "2"]) == 2
    assert capsys.readouterr().out.startswith("ds: ")
    index("s", output="here")
    assert contents("ds") == contents("here")


class Deadly:
    """A task that kills whoever does it."""

    size, in_memory = 1, False

    def failed(self, why: str) -> str:
        return why


def die_of_it(task: object) -> str:
    """Kill the worker, if that is the task."""
    if isinstance(task, Deadly):
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


@pytest.mark.skipif(not THOROUGH, reason="several workers die of it, one after the other: CASSETTE_THOROUGH=1")
def test_what_kills_every_worker_is_an_error_and_the_rest_is_done(cluster: Any) -> None:
    import sys

    import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    done = dict(engine(cluster)(die_of_it, ["one", Deadly(), "two"], "reading"))
    assert done == {0: "done", 1: "the worker that read it died several times", 2: "done"}
