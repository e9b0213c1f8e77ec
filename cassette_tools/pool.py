"""Many files over several processes: forked workers take the next file from a common pipe, so that none waits for
another.

Forking costs about a millisecond a worker, where a pool of spawned interpreters would cost more than the whole work;
it pays from a few hundred kilobytes on. Where there is no `os.fork` the files are done one after another.
"""

from __future__ import annotations

import marshal
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Done = Iterator[tuple[int, Any]]
    Watch = Callable[[Done, int], Done]  # hands on what is done of so many, and may show how far it is

PAYS_ABOVE = 600_000  # bytes of cassettes in all
_TICKET = 4  # bytes; a pipe hands out so few whole or not at all (POSIX, PIPE_BUF)


def workers(jobs: int | None, files: int, size: int) -> int:
    """How many processes are worth it for so many files of so many bytes; `jobs` is what the user asked for."""
    if not hasattr(os, "fork") or size < PAYS_ABOVE or files < 2:
        return 1
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(jobs or available, files))


def size_of(path: str) -> int:
    """The bytes of a file; 0 for one that is not there."""
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def each(work: Callable[[int], Any], count: int, processes: int, watch: Watch | None = None) -> Done:
    """``(n, work(n))`` for each n below `count`: by several processes in any order, by one in theirs."""
    done = spread(work, count, processes) if processes > 1 else ((number, work(number)) for number in range(count))
    return done if watch is None else watch(done, count)


def spread(work: Callable[[int], Any], count: int, processes: int) -> Iterator[tuple[int, Any]]:
    """``(n, work(n))`` for each n below `count`, in any order. Results must be what `marshal` can write.

    The parent works too. A worker that dies takes nothing with it: what it did not answer for is done by the parent.
    """
    tickets, source = os.pipe()
    children = [_fork(work, tickets, source) for _ in range(processes - 1)]
    feeder = _feed(tickets, source, count)
    os.close(source)
    unread = [results for _pid, results in children]
    answered = set()
    try:
        while ticket := os.read(tickets, _TICKET):
            number = int.from_bytes(ticket, "little")
            yield number, work(number)
            answered.add(number)
        while unread:
            for number, result in _results(unread.pop()):
                answered.add(number)
                yield number, result
    finally:
        for stream in (tickets, *unread):  # a worker that still writes must not wait for a reader that is gone
            os.close(stream)
        for pid in (*(child[0] for child in children), feeder):
            if pid:
                os.waitpid(pid, 0)
    for number in sorted(set(range(count)) - answered):
        yield number, work(number)


def _feed(taken: int, source: int, count: int) -> int:
    """Put a ticket for each piece of work into the pipe; by a process of its own when they do not fit at once."""
    tickets = b"".join(number.to_bytes(_TICKET, "little") for number in range(count))
    if len(tickets) <= 32_768:
        os.write(source, tickets)
        return 0
    pid = os.fork()
    if pid:
        return pid
    try:
        os.close(taken)  # or it would wait for itself when the others are gone
        for start in range(0, len(tickets), 4096):
            os.write(source, tickets[start : start + 4096])
    finally:
        os._exit(0)


def _fork(work: Callable[[int], Any], tickets: int, source: int) -> tuple[int, int]:
    results, answer = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(answer)
        return pid, results
    status = 1
    try:
        os.close(source)
        os.close(results)
        done = []
        while os.getppid() == parent and (
            ticket := os.read(tickets, _TICKET)
        ):  # nobody works on for one that was killed
            number = int.from_bytes(ticket, "little")
            done.append((number, work(number)))
        with os.fdopen(answer, "wb") as stream:
            marshal.dump(done, stream)
        status = 0
    finally:
        os._exit(status)


def _results(stream: int) -> list[tuple[int, Any]]:
    with os.fdopen(stream, "rb") as answers:
        try:
            done: list[tuple[int, Any]] = marshal.loads(answers.read())
        except (EOFError, ValueError, TypeError):
            return []
    return done
