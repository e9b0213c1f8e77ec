"""Every format beside text and JSON shows findings of both commands alike: as these lines."""

from __future__ import annotations

import os

from cassette_tools._record import record, replace
from cassette_tools.finding import cause_in_words
from cassette_tools.printable import printable
from cassette_tools.reporters._severity import place_of, place_of_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.errors import CassetteError
    from cassette_tools.finding import Drift, Finding, Location
    from cassette_tools.reporters import DriftReport, DriftSuite, LintReport, Style

LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")
NOISE = "noise"
UNREADABLE = "unreadable-file"


@record
class Told:
    """One finding, whatever made it: `file` groups them, `path`, `line` to `end_column` say where (from 1, the end
    exclusive; columns in code points). `change` is the same for all that one sentence can tell.
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
    change: str = ""


def of_lint(report: LintReport, style: Style) -> Iterator[Told]:
    """The findings, then the files that could not be read."""
    for finding in report.findings:
        yield _told(finding, finding.location.path, "", style.below)
    yield from of_errors(report.errors, style)


def of_suite(suite: DriftSuite, style: Style) -> Iterator[Told]:
    """The changes of every pair that are shown, then the files that could not be compared."""
    groups = {(member.pair, member.fingerprint): group.id for group in suite.groups for member in group.members}
    for pair in suite.pairs:
        for told in of_pair(pair, style):
            yield replace(told, change=groups.get((pair.new_path, told.fingerprint), told.rule))
    yield from of_none(suite, style)
    yield from of_errors(suite.errors, style)


def of_none(suite: DriftSuite, style: Style) -> Iterator[Told]:
    """What no pair shows: recordings that only one side has."""
    for finding in suite.findings:
        place = place_of(finding)
        if place is not None and finding.level in shown_of(style) and finding.level != NOISE:
            yield _told(finding, place.path, "", style.below)


def of_pair(pair: DriftReport, style: Style) -> Iterator[Told]:
    """The changes of one pair that are shown; noise is nobody's business."""
    for finding in pair.findings:
        if finding.level in shown_of(style) and finding.level != NOISE:
            yield _told(_openable(finding, pair), pair.new_path, _why(finding, pair), style.below)


def shown_of(style: Style) -> tuple[str, ...]:
    """The levels that are shown, the gravest first."""
    return LEVELS[: LEVELS.index(style.show) + 1]


def _openable(finding: Drift, pair: DriftReport) -> Drift:
    """The finding, with no place in a file that is only in git: what is gone from it is told at the new file."""
    return replace(finding, old_location=None) if pair.old_revision and finding.new_location is None else finding


def in_repository(path: str, below: str) -> str:
    """A path as the repository has it, given the path of the current folder in it."""
    if not path or os.path.isabs(path):
        return path
    return os.path.normpath(os.path.join(below, path)).replace(os.sep, "/")


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


def of_errors(errors: tuple[CassetteError, ...], style: Style) -> Iterator[Told]:
    """What could not be read, at the line where reading ended."""
    for error in errors:
        path, line, column = place_of_error(error)
        yield Told(
            rule=getattr(error, "rule", None) or UNREADABLE,
            level="error",
            message=printable(error.message),
            file=path,
            path=in_repository(path, style.below),
            line=line,
            column=column,
            end_line=line,
            end_column=column,
            fingerprint="",
        )


def _why(finding: Drift, pair: DriftReport) -> str:
    words = cause_in_words(finding)
    gone = finding.old_location if pair.old_revision and finding.new_location is None else None
    where = f"; line {gone.region.line} in {pair.old_revision}" if gone is not None else ""
    return f" ({finding.path}{where}{f'; cause: {words}' if words else ''})"


def _told(finding: Finding | Drift, file: str, addition: str, below: str) -> Told:
    location = place_of(finding)
    region = location.region if location is not None else None
    return Told(
        rule=finding.rule,
        level=finding.level,
        message=printable(finding.message + addition),
        file=file,
        path=in_repository(location.path if location is not None else file, below),
        line=region.line if region else 1,
        column=region.column if region else 1,
        end_line=region.end_line if region else 1,
        end_column=region.end_column if region else 1,
        fingerprint=finding.fingerprint,
        related=tuple(_below(each, below) for each in getattr(finding, "related", ())),
    )


def _below(location: Location, below: str) -> Location:
    return replace(location, path=in_repository(location.path, below))
