"""Whether an answer speaks of a job that is not done: a file, a batch, a video."""

from __future__ import annotations

from cassette_tools.data.wire import JOB_STATES, JOBS_ON_THEIR_WAY, PENDING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json

_FIELDS = tuple(row.name for row in JOB_STATES)
_ON_THEIR_WAY = frozenset(row.name for row in JOBS_ON_THEIR_WAY)
_PENDING = tuple(row.name for row in PENDING)


def is_on_its_way(interaction: Interaction | None) -> bool:
    """Whether an answer says of a job that it is not done."""
    body = None if interaction is None else interaction.response.body.json
    if not isinstance(body, dict):
        return False
    if isinstance(name := body.get("name"), str) and "operations/" in name:  # Google's: its state is one field
        return not body.get("done")
    return any(_is_at_work(holder) for holder in (body, body.get("metadata")))


def _is_at_work(holder: Json) -> bool:
    """Whether the state says so, by its word or by a count of what is left."""
    said = [holder.get(name) for name in _FIELDS] if isinstance(holder, dict) else []
    if any(isinstance(each, dict) and any(map(each.get, _PENDING)) for each in said):
        return True
    return next((each for each in said if isinstance(each, str)), None) in _ON_THEIR_WAY
