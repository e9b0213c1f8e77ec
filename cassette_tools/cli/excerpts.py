"""``--show-source``: the line of each finding, without the secrets in it."""

from __future__ import annotations

from cassette_tools.reporters import Excerpt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cassette_tools.finding import Finding, Region

BEFORE, AFTER = 40, 60  # characters of a long line that are shown beside what is meant
MASK = "*"
LEAST = 8  # characters of a secret that is looked for elsewhere in the file


def excerpts(findings: Iterable[Finding]) -> Mapping[int, Excerpt]:
    """By the number of each finding, what its line says; none for a file that cannot be shown."""
    shown: dict[int, Excerpt] = {}
    pages: dict[str, list[str]] = {}
    for number, finding in enumerate(findings):
        path = finding.location.path
        if path not in pages:
            pages[path] = _masked_lines(path)
        line = finding.location.region.line
        if line <= len(pages[path]):
            shown[number] = _excerpt(pages[path][line - 1], finding.location.region)
    return shown


def _excerpt(line: str, region: Region) -> Excerpt:
    start = min(region.column - 1, len(line))
    is_one_line = region.end_line == region.line
    end = max(start + 1, min(region.end_column - 1, start + AFTER)) if is_one_line else start + 1
    first, last = max(0, start - BEFORE), min(len(line), max(end, start + AFTER))
    indent = 0 if first else len(line) - len(line.lstrip(" "))
    first = max(first, min(indent, start))
    head, tail = "…" if first > indent else "", "…" if last < len(line) else ""
    moved = len(head) - first
    return Excerpt(text=head + line[first:last] + tail, start=start + moved, end=min(end, last) + moved)


def _masked_lines(path: str) -> list[str]:
    """The lines of a file with every secret that any rule finds in it masked, whether it was asked or not."""
    from cassette_tools.errors import SourceError
    from cassette_tools.lint.engine import lint_source
    from cassette_tools.rules import RULES
    from cassette_tools.source import Source

    if path == "<stdin>":
        return []
    chosen = tuple((rule, rule.level) for rule in RULES if rule.category == "secrets")
    try:
        source = Source.from_path(path)
        found = lint_source(source, chosen, silence=False)
        lines = [line.rstrip("\r") for line in source.all_lines()]
    except (SourceError, OSError):
        return _unread_lines(path)
    spoken: set[str] = set()
    for finding in found:
        for location in (finding.location, *finding.related):
            spoken.update(_mask(lines, location.region))
    for secret in spoken:  # said again where no rule looks
        lines = [line.replace(secret, MASK * len(secret)) for line in lines]
    return _by_looks(lines)


def _by_looks(lines: list[str]) -> list[str]:
    """The lines without what is a secret by its looks."""
    from cassette_tools.secrets import secrets_in

    for number, line in enumerate(lines):
        for each in secrets_in(line):
            lines[number] = _without(lines[number], each.start, each.end)
    return lines


def _unread_lines(path: str) -> list[str]:
    """The lines of what is no recording."""
    from cassette_tools.errors import SourceError
    from cassette_tools.regular import read

    try:
        return _by_looks([line.rstrip("\r") for line in read(path).decode("utf-8", "replace").split("\n")])
    except SourceError:
        return []


def _mask(lines: list[str], region: Region) -> Iterator[str]:
    """Mask a region; what stood there, as far as it is long enough to be known again."""
    for number in range(region.line, min(region.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = region.column - 1 if number == region.line else 0
        end = region.end_column - 1 if number == region.end_line else len(line)
        if len(line[start:end].strip()) >= LEAST:
            yield line[start:end].strip()
        lines[number - 1] = _without(line, start, end)


def _without(line: str, start: int, end: int) -> str:
    return line[:start] + MASK * len(line[start:end]) + line[end:]
