"""``--show-source``: the line of each finding, without the secrets in it."""

from __future__ import annotations

from cassette_tools.reporters import Excerpt
from cassette_tools.secrets.hiding import NOTHING, spans

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cassette_tools.finding import Finding, Region
    from cassette_tools.hiding import Hiding

BEFORE, AFTER = 40, 60  # characters of a long line that are shown beside what is meant
MASK = "*"
LEAST = 8  # characters of a secret that is looked for elsewhere in the file


def excerpts(findings: Iterable[Finding]) -> Mapping[int, Excerpt]:
    """By the number of each finding, what its line says; none for a file that cannot be shown."""
    shown: dict[int, Excerpt] = {}
    pages: dict[str, tuple[list[str], Hiding]] = {}
    for number, finding in enumerate(findings):
        path = finding.location.path
        if path not in pages:
            pages[path] = _masked_lines(path)
        lines, hiding = pages[path]
        line = finding.location.region.line
        if line <= len(lines):
            shown[number] = _excerpt(_by_looks(lines[line - 1], hiding), finding.location.region)
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


def _masked_lines(path: str) -> tuple[list[str], Hiding]:
    """The lines of a file with every secret that any rule finds in it masked, whether it was asked or not; and what
    hides the others.
    """
    from cassette_tools.errors import SourceError
    from cassette_tools.hiding import hiding_of
    from cassette_tools.lint.engine import lint_source
    from cassette_tools.load import load_source
    from cassette_tools.rules import RULES
    from cassette_tools.source import Source

    if path == "<stdin>":
        return [], NOTHING
    chosen = tuple((rule, rule.level) for rule in RULES if rule.category == "secrets")
    try:
        found = lint_source(Source.from_path(path), chosen, silence=False)
        source = Source.from_path(path)
        hiding = hiding_of(load_source(source))
        lines = [line.rstrip("\r") for line in source.all_lines()]
    except (SourceError, OSError):
        return _unread_lines(path)
    spoken: set[str] = set()
    for finding in found:
        for location in (finding.location, *finding.related):
            spoken.update(_mask(lines, location.region))
    for secret in spoken:  # said again where no rule looks
        lines = [line.replace(secret, MASK * len(secret)) for line in lines]
    return lines, hiding


def _by_looks(line: str, hiding: Hiding) -> str:
    """The line without what is a secret by its looks, or was one elsewhere in the file."""
    for start, end, _shown in (*spans(line), *hiding.spans(line)):
        line = _without(line, start, end)
    return line


def _unread_lines(path: str) -> tuple[list[str], Hiding]:
    """The lines of what is no recording."""
    from cassette_tools.errors import SourceError
    from cassette_tools.regular import read

    try:
        return [line.rstrip("\r") for line in read(path).decode("utf-8", "replace").split("\n")], NOTHING
    except SourceError:
        return [], NOTHING


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
