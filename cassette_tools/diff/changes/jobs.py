"""How far a job is that goes on while it is recorded: a file, a batch, a video."""

from __future__ import annotations

from cassette_tools.data.wire import JOB_STATES, JOBS_DONE, JOBS_FAILED, JOBS_ON_THEIR_WAY, PROGRESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

_FIELDS = tuple(row.name for row in JOB_STATES)
_DONE = frozenset(row.name for row in JOBS_DONE)
_ON_THEIR_WAY = frozenset(row.name for row in JOBS_ON_THEIR_WAY)
_FAILED = frozenset(row.name for row in JOBS_FAILED)
_PROGRESS = frozenset(row.name for row in PROGRESS)


def is_state_field(name: str | int | None) -> bool:
    """Whether jobs say how far they are in a field of this name."""
    return name in _FIELDS


def are_states(old: Json, new: Json) -> bool:
    """Whether two values both say how far a job is."""
    return all(isinstance(each, str) and each in _DONE | _FAILED | _ON_THEIR_WAY for each in (old, new))


def is_done(state: Json) -> bool:
    """Whether what it made can be used."""
    return isinstance(state, str) and state in _DONE


def is_failed(state: Json) -> bool:
    """Whether it will never be done."""
    return isinstance(state, str) and state in _FAILED


def is_progress_field(name: str) -> bool:
    """Whether jobs say how much of them is done in a field of this name."""
    return name in _PROGRESS


def is_progress(path: str, old: Json, new: Json) -> bool:
    """Whether two numbers say how much of something is done."""
    numbers = (isinstance(each, int | float) and not isinstance(each, bool) for each in (old, new))
    return all(numbers) and any(map(is_progress_field, path.split(".")))
