"""How far a job is that goes on while it is recorded: a file, a batch, a video."""

from __future__ import annotations

from cassette_tools.data.wire import JOB_STATES, JOBS_DONE, JOBS_FAILED, JOBS_ON_THEIR_WAY, PROGRESS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json

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


def is_on_its_way(interaction: Interaction | None) -> bool:
    """Whether an answer says of a job that it is not done."""
    body = None if interaction is None else interaction.response.body.json
    if not isinstance(body, dict):
        return False
    if isinstance(name := body.get("name"), str) and "operations/" in name:  # Google's: its state is one field
        return not body.get("done")
    return any(_state(holder) in _ON_THEIR_WAY for holder in (body, body.get("metadata")))


def _state(holder: Json) -> Json:
    said = (holder.get(name) for name in _FIELDS) if isinstance(holder, dict) else ()
    return next((each for each in said if isinstance(each, str)), None)


def is_progress_field(name: str) -> bool:
    """Whether jobs say how much of them is done in a field of this name."""
    return name in _PROGRESS


def is_progress(path: str, old: Json, new: Json) -> bool:
    """Whether two numbers say how much of something is done."""
    numbers = (isinstance(each, int | float) and not isinstance(each, bool) for each in (old, new))
    return all(numbers) and any(map(is_progress_field, path.split(".")))
