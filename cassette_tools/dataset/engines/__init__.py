"""Who does the work of `index`: a module for each engine, with one function ``run``.

``run(work, tasks)`` gives ``(number of the task, work(task))`` in any order. A task may be done twice, when a worker
dies; `work` must leave the same behind then.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, Protocol

    class Run(Protocol):
        """See the module."""

        def __call__(
            self, work: Callable[[Any], Any], tasks: Sequence[Any], doing: str
        ) -> Iterator[tuple[int, Any]]: ...


NAMES = ("processes", "dask")
