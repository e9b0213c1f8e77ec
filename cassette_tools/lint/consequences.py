"""What follows from another finding is not told beside it: one defect is one finding."""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.finding import Finding
    from cassette_tools.model import Route


@record
class Consequence:
    """What is not told where `cause` is told of the same body; or, `at_once`, of the same line and column; or, where it
    is a problem `of_file`, of the same file.
    """

    cause: str
    follows: str
    reason: str
    at_once: bool = False
    of_file: bool = False


CONSEQUENCES: tuple[Consequence, ...] = (
    Consequence(
        cause="stream-truncated",
        follows="stream-event-not-json",
        reason="the last event is not JSON, since the stream was cut in the middle of it",
        at_once=True,
    ),
    Consequence(
        cause="stream-usage-missing",
        follows="stream-truncated",
        reason="the missing end of the stream held the counts",
        at_once=True,
    ),
    Consequence(
        cause="stream-events-out-of-order",
        follows="tool-arguments-not-json",
        reason="missing, repeated or moved pieces are not JSON when they are joined",
    ),
    Consequence(
        cause="stream-events-out-of-order",
        follows="stream-contradicts-itself",
        reason="missing, repeated or moved pieces do not add up to the whole text",
    ),
    Consequence(
        cause="secret-in-header",
        follows="cookie-recorded",
        reason="the cookie is a token that says whose it is, so it is sure to be a session",
        at_once=True,
    ),
    Consequence(cause="binary-as-text", follows="body-not-json", reason="compressed JSON was written as text"),
    Consequence(cause="binary-as-text", follows="unreadable-body", reason="bytes that are lost do not decompress"),
    Consequence(
        cause="invalid-utf8",
        follows="characters-lost",
        reason="a byte of the file that is no UTF-8 is read as U+FFFD",
        of_file=True,
    ),
)


def without_consequences(findings: list[Finding], routes: Mapping[str, Route]) -> list[Finding]:
    """The findings of one interaction, or of a whole file, but for those that follow from another; `routes` leads from
    an anchor to the place of its finding in the file.
    """
    told = {each.rule for each in findings}
    rows = [row for row in CONSEQUENCES if {row.cause, row.follows} <= told]
    if not rows:
        return findings
    causes = {(row.reason, _place(each, row, routes)) for each in findings for row in rows if row.cause == each.rule}
    return [
        each
        for each in findings
        if not any(row.follows == each.rule and (row.reason, _place(each, row, routes)) in causes for row in rows)
    ]


def _place(finding: Finding, row: Consequence, routes: Mapping[str, Route]) -> object:
    """What a finding and its consequence have in common."""
    if row.of_file:
        return None
    region = finding.location.region
    return (region.line, region.column) if row.at_once else routes.get(finding.anchor)
