"""What a header may have brought that asks for features that are tried out: years may lie between two recordings."""

from __future__ import annotations

from cassette_tools.diff.judging.reasons import MODEL, SWAYS, listed
from cassette_tools.diff.values.differences import words_of
from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.evidence import Evidence


def or_server(change: Change, causes: list[Reason], evidence: Evidence) -> list[Reason]:
    """The headers that have the name of the field in them; else any of them, or who serves the call. What is no header
    stays the cause.
    """
    headers = {each.name: f"{each.change.old} {each.change.new}" for each in evidence.asked if _is_header(each.change)}
    if not causes or not all(each.rank == SWAYS and each.name in headers for each in causes):
        return causes
    field = words_of(change.path.rpartition(".")[2].partition("[")[0])
    tied = [each for each in causes if field <= words_of(headers[each.name])]
    return tied or [_either(causes, evidence)]


def _is_header(change: Change) -> bool:
    return change.path.startswith("request.headers.")


def _either(causes: Sequence[Reason], evidence: Evidence) -> Reason:
    names = listed([each.name for each in causes])
    return Reason(rank=MODEL, cause="unknown", name=f"request ({names}) or {evidence.server}")
