"""A file's lint result as plain tuples and back: what crosses a pipe between processes, and what the cache keeps."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from cassette_tools.errors import SourceError
    from cassette_tools.finding import Finding, Location
    from cassette_tools.lint.engine import FileResult

    Packed: TypeAlias = tuple[Any, ...]  # (refused, error, findings), of what `marshal` can write


def pack(result: FileResult) -> Packed:
    """`result` without its path."""
    error = result.error
    return (
        result.refused,
        None if error is None else (error.message, error.line, error.column),
        tuple(_pack_finding(finding) for finding in result.findings),
    )


def unpack_findings(path: str, packed: Packed) -> tuple[Finding, ...]:
    """The findings that were packed, for the file at `path`."""
    return tuple(_unpack_finding(path, each) for each in packed[2])


def unpack_error(path: str, packed: Packed) -> SourceError | None:
    """Why the file at `path` could not be read, if it could not."""
    from cassette_tools.errors import SourceError

    error = packed[1]
    return None if error is None else SourceError(error[0], path=path, line=error[1], column=error[2])


def _pack_finding(finding: Finding) -> Packed:
    fix = finding.fix
    return (
        finding.rule,
        finding.level,
        finding.message,
        _pack_location(finding.location),
        finding.interaction,
        tuple(_pack_location(each) for each in finding.related),
        None if fix is None else (fix.applicability, fix.description),
        finding.fingerprint,
        finding.anchor,
    )


def _unpack_finding(path: str, packed: Packed) -> Finding:
    from cassette_tools.finding import Finding, Fix

    rule, level, message, location, interaction, related, fix, fingerprint, anchor = packed
    return Finding(
        rule=rule,
        level=level,
        message=message,
        location=_unpack_location(path, location),
        interaction=interaction,
        related=tuple(_unpack_location(path, each) for each in related),
        fix=None if fix is None else Fix(applicability=fix[0], description=fix[1]),
        fingerprint=fingerprint,
        anchor=anchor,
    )


def _pack_location(location: Location) -> Packed:
    region = location.region
    return (region.line, region.column, region.end_line, region.end_column)


def _unpack_location(path: str, packed: Packed) -> Location:
    from cassette_tools.finding import Location, Region

    line, column, end_line, end_column = packed
    return Location(path=path, region=Region(line=line, column=column, end_line=end_line, end_column=end_column))
