"""A file's lint result as plain tuples and back: what crosses a pipe between processes, and what the cache keeps."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from cassette_tools.errors import SourceError
    from cassette_tools.finding import Finding, Location
    from cassette_tools.lint.engine import FileResult

    Packed: TypeAlias = tuple[Any, ...]  # (refused, error, findings), of what `marshal` and JSON can write


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
    error = packed[1]
    if error is None:
        return None
    from cassette_tools.errors import SourceError

    return SourceError(error[0], path=path, line=error[1], column=error[2])


def is_packed(value: Any) -> bool:
    """Whether a value from elsewhere is what `pack` makes."""
    if value == [None, None, []]:  # most files are clean
        return True
    if not _is_row(value, (str, None), (list, tuple, None), (list, tuple)):
        return False
    _refused, error, findings = value
    return (error is None or _is_row(error, (str,), (int, None), (int, None))) and all(map(_is_finding, findings))


def _is_finding(value: Any) -> bool:
    sequence = (list, tuple)
    texts, maybe = (str,), (str, None)
    if not _is_row(value, texts, texts, texts, sequence, (int, None), sequence, (*sequence, None), texts, texts):
        return False
    locations, fix = (value[3], *value[5]), value[6]
    return (fix is None or _is_row(fix, texts, maybe)) and all(_is_row(each, *4 * ((int,),)) for each in locations)


def _is_row(value: Any, *kinds: tuple[type | None, ...]) -> bool:
    """Whether a value is a sequence of elements of these kinds, one after the other."""
    if not isinstance(value, list | tuple) or len(value) != len(kinds):
        return False
    return all((None if each is None else type(each)) in kind for each, kind in zip(value, kinds, strict=True))


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
