"""Dask: processes of many machines, which must see the same files and the same dataset (``--engine dask``).

Only a window of the tasks is with the scheduler at any moment. A task whose worker dies is done by another; one that
has killed several workers is an error of its files.
"""

from __future__ import annotations

from itertools import islice

from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

    from cassette_tools.dataset.engines import Run
    from cassette_tools.pool import Watch

_TIMEOUT = 10  # seconds to find the scheduler, or a first worker
_WINDOW = 4  # tasks for each thread of a worker
_LOOK: float = 5  # seconds between two checks that there are workers
_PATIENCE: float = 300  # seconds to wait for a worker in a cluster without any


def engine(scheduler: str | None, jobs: int | None, watching: Callable[[str], Watch | None]) -> Run:
    """The engine, at the scheduler with this address, or else with `jobs` processes of this machine."""
    try:
        from dask import distributed
    except ImportError as error:
        raise UsageError("--engine dask needs the package distributed: pip install 'cassette-tools[dask]'") from error

    def run(work: Callable[[Any], Any], tasks: Sequence[Any], doing: str) -> Iterator[tuple[int, Any]]:
        if not tasks:
            return
        watch = watching(doing)
        with _client(distributed, scheduler, jobs) as client:
            done = _done(distributed, client, work, tasks)
            yield from done if watch is None else watch(done, len(tasks))

    return run


def _client(distributed: Any, scheduler: str | None, jobs: int | None) -> AbstractContextManager[Any]:
    try:
        if scheduler is None:
            return distributed.Client(n_workers=jobs, threads_per_worker=1, dashboard_address=":0")  # type: ignore[no-any-return]
        client = distributed.Client(scheduler, timeout=_TIMEOUT)
        client.wait_for_workers(1, timeout=_TIMEOUT)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--scheduler {scheduler}: no Dask cluster with a worker answers there within {_TIMEOUT} seconds: {error}"
        ) from error
    return client  # type: ignore[no-any-return]


def _done(distributed: Any, client: Any, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    window = _WINDOW * max(1, sum(client.nthreads().values()))
    numbers = iter(range(len(tasks)))
    waiting: dict[Any, int] = {}

    def submit(most: int) -> None:
        waiting.update((client.submit(work, tasks[number], pure=False), number) for number in islice(numbers, most))

    submit(window)
    while waiting:
        for future in _completed(distributed, client, [*waiting]):
            try:
                result = future.result(timeout=_PATIENCE)
            except TimeoutError:  # the worker was lost before it sent its result: another one repeats the task
                continue
            except distributed.KilledWorker:
                result = tasks[waiting[future]].failed("the worker that read it died several times")
            number = waiting.pop(future)
            future.release()
            submit(1)
            yield number, result


def _completed(distributed: Any, client: Any, futures: Sequence[Any]) -> Iterable[Any]:
    """The tasks that are done, at least one. Raises UsageError when there is no worker to do any."""
    alone: float = 0
    while alone <= _PATIENCE:
        try:
            return distributed.wait(futures, timeout=_LOOK, return_when="FIRST_COMPLETED").done  # type: ignore[no-any-return]
        except TimeoutError:
            alone = 0 if client.nthreads() else alone + _LOOK
    raise UsageError(
        f"--engine dask: the cluster has had no worker for {_PATIENCE} seconds: start workers and run the command "
        "again; the dataset is unchanged"
    )
