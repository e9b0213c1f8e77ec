"""Every format beside text and JSON shows findings of both commands alike: as these lines."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.finding import cause_in_words
from cassette_tools.printable import printable
from cassette_tools.reporters._severity import place_of, place_of_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.errors import CassetteError
    from cassette_tools.finding import Drift, Finding, Location
    from cassette_tools.reporters import DriftReport, DriftSuite, LintReport

NOISE = "noise"
UNREADABLE = "unreadable-file"


@record
class Told:
    """One finding, whatever made it: `file` groups them, `path`, `line` to `end_column` say where (from 1, the end
    exclusive; columns in code points).
    """

    rule: str
    level: str
    message: str
    file: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    fingerprint: str
    related: tuple[Location, ...] = ()


def of_lint(report: LintReport) -> Iterator[Told]:
    """The findings, then the files that could not be read."""
    for finding in report.findings:
        yield _told(finding, finding.location.path, "")
    yield from of_errors(report.errors)


def of_suite(suite: DriftSuite) -> Iterator[Told]:
    """The changes of every pair that are more than noise, then the files that could not be compared."""
    for pair in suite.pairs:
        yield from of_pair(pair)
    yield from of_errors(suite.errors)


def of_pair(pair: DriftReport) -> Iterator[Told]:
    """The changes of one pair that are more than noise."""
    for finding in pair.findings:
        if finding.level != NOISE:
            yield _told(finding, pair.new_path, _why(finding))


def folded_in(pair: DriftReport) -> dict[str, list[Drift]]:
    """What is folded under each finding that is told, by its fingerprint: what follows, as many as the line counts,
    then what the line itself tells.
    """
    above = {finding.fingerprint: finding.caused_by for finding in pair.findings if finding.caused_by is not None}
    folded: dict[str, list[Drift]] = {}
    for finding in pair.findings:
        root = finding.caused_by
        while root in above:  # what follows from one of several that are told in one line
            root = above[root]
        if root is not None:
            folded.setdefault(root, []).append(finding)
    return {root: sorted(each, key=lambda finding: finding.merged or finding.told) for root, each in folded.items()}


def of_errors(errors: tuple[CassetteError, ...]) -> Iterator[Told]:
    """What could not be read, at the line where reading ended."""
    for error in errors:
        path, line, column = place_of_error(error)
        yield Told(
            rule=getattr(error, "rule", None) or UNREADABLE,
            level="error",
            message=printable(error.message),
            file=path,
            path=path,
            line=line,
            column=column,
            end_line=line,
            end_column=column,
            fingerprint="",
        )


def _why(finding: Drift) -> str:
    words = cause_in_words(finding)
    return f" ({finding.path}{f'; cause: {words}' if words else ''})"


def _told(finding: Finding | Drift, file: str, addition: str) -> Told:
    location = place_of(finding)
    region = location.region if location is not None else None
    return Told(
        rule=finding.rule,
        level=finding.level,
        message=printable(finding.message + addition),
        file=file,
        path=location.path if location is not None else file,
        line=region.line if region else 1,
        column=region.column if region else 1,
        end_line=region.end_line if region else 1,
        end_column=region.end_column if region else 1,
        fingerprint=finding.fingerprint,
        related=tuple(getattr(finding, "related", ())),
    )
