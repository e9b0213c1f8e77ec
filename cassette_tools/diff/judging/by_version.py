"""What another version of the API alone brings, whatever else was asked and whoever answers."""

from __future__ import annotations

from cassette_tools.data.causes import BY_VERSION, VERSIONS
from cassette_tools.diff.judging.reasons import DECIDES
from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.causes import ByVersion
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.evidence import Evidence


def causes_of_version(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    """The version that is asked for, where another one answers and its rows speak of the change."""
    if not evidence.is_other_version or not any(_speaks_of(row, change, evidence) for row in BY_VERSION):
        return ()
    names = (asked.name for asked in evidence.asked if asked.is_about(VERSIONS))
    return tuple(Reason(rank=DECIDES, cause="prompt", name=name) for name in names)


def _speaks_of(row: ByVersion, change: Change, evidence: Evidence) -> bool:
    if any(asked.decides(row.decided) for asked in evidence.asked) or (row.of_both and not (change.old and change.new)):
        return False
    return row.rule == change.rule and change.path.startswith(row.at) and row.of in (None, change.circumstance)
