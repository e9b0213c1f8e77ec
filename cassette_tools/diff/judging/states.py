"""What follows from how far a job is: when it came so far, what it has made by then, and why it failed."""

from __future__ import annotations

from cassette_tools.diff.changes.jobs import is_progress_field, is_state_field
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def of_its_state(change: Change, mates: list[Change]) -> Change | None:
    """The state of a job, where the change is of what the job has in one state and lacks in another."""
    if change.origin == "request" or _tells_state(change) or not _comes_with_time(change):
        return None
    return next((root for root in mates if _tells_state(root) and _is_of_one_job(change, root)), None)


def _tells_state(change: Change) -> bool:
    """Whether a state became another one, whether or not both are known."""
    words = isinstance(change.old, str) and isinstance(change.new, str)
    return words and change.rule in _STATES and is_state_field(change.path.rpartition(".")[2])


_STATES = ("job-state-changed", "response-body-changed", "unclassified-change")


def _comes_with_time(change: Change) -> bool:
    """Whether one side has nothing there, or says how much is done."""
    return any(map(_is_nothing, (change.old, change.new))) or any(map(is_progress_field, change.path.split(".")))


def _is_nothing(value: Json) -> bool:
    return value is ABSENT or value is None or value in ("", [], {})


def _is_of_one_job(change: Change, root: Change) -> bool:
    """Whether a change is of the object that has the state, or of something in it."""
    holder = root.path.rpartition(".")[0].removesuffix(".metadata")  # Google's operations and batches
    return change.path.startswith(f"{holder}.") or (holder == _BODY and change.path == _USAGE)


_BODY, _USAGE = "response.body", "response.usage"
