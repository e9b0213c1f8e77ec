"""The processes of this machine: see `cassette_tools.pool`."""

from __future__ import annotations

from cassette_tools.pool import PAYS_ABOVE, each, workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from cassette_tools.dataset.engines import Run
    from cassette_tools.pool import Watch


def engine(jobs: int | None, watching: Callable[[str], Watch | None]) -> Run:
    """The engine, with at most so many processes."""

    def run(work: Callable[[Any], Any], tasks: Sequence[Any], doing: str) -> Iterator[tuple[int, Any]]:
        size = sum(task.size for task in tasks)
        alone = any(task.in_memory for task in tasks)  # what a child writes to its memory:// is lost with it
        processes = 1 if alone else workers(jobs, len(tasks), max(size, PAYS_ABOVE if jobs else 0))
        return each(lambda number: work(tasks[number]), len(tasks), processes, watching(doing))

    return run
