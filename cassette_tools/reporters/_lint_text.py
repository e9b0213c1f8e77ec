"""Findings of lint as text: each by itself, or by rule where there are so many that nobody would read them."""

from __future__ import annotations

from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.finding import Finding, Location
    from cassette_tools.reporters import Excerpt, LintReport, Style

LISTED = 20  # findings; more are told by rule
NOTED = 2  # files; a note that more of them have is told once
_LINES = 3  # other lines of a finding, where it has many
NAMED = {"error": 3, "warning": 1, "note": 1}  # places of a rule that are named
BASELINE = "cassette-baseline.json"  # the name that is proposed

_LEVELS = ("error", "warning", "note")
_COLORS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_END = "\x1b[0m"
_VARYING = r"`[^`]*`|\d+|\([^)]{0,400}\)"  # what equal findings say otherwise


def render(report: LintReport, style: Style) -> str:
    """The whole report."""
    lines = [*_told(report, style), _summary(report)]
    if report.paths and "-" not in report.paths and len(report.findings) > LISTED:
        lines += [_dim(line, style) for line in _next(report, style)]
    return "\n".join(lines)


def _told(report: LintReport, style: Style) -> Iterator[str]:
    """The findings: counted, by their rules where there are many, else each by itself."""
    if style.statistics:
        yield from _statistics(report, style)
        return
    groups = _by_rule(report.findings)
    if len(report.findings) <= LISTED or style.show_all:
        groups = [] if style.show_all else _together(groups)
        grouped = {found[0].rule for found in groups}
        for number, finding in enumerate(report.findings):
            if finding.rule not in grouped:
                yield from _finding(finding, style, report.excerpts.get(number))
    for found in groups:
        yield from _group(found, style)


# --- each by itself --------------------------------------------------------------------------------------------------


def _finding(finding: Finding, style: Style, excerpt: Excerpt | None) -> list[str]:
    level, rule = _dressed(finding, style)
    lines = [f"{_place(finding, style)}: {level} {rule}: {printable(finding.message)}"]
    if excerpt is not None:
        lines += _excerpt(finding, excerpt, style)
    if finding.related:
        lines.append(_dim(f"    also at {_lines(finding.related)}", style))
    if finding.fix is not None:
        lines.append(_fix(finding, style))
    return lines


def _lines(related: tuple[Location, ...]) -> str:
    """The lines of other places: the first few, and how many more. (The other formats list them all.)"""
    numbers = [str(line) for line in dict.fromkeys(location.region.line for location in related)]
    shown = _LINES if len(numbers) > _LINES + 1 else len(numbers)
    more = f" and {len(numbers) - shown} more" if len(numbers) > shown else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:shown])}{more}"


def _place(finding: Finding, style: Style) -> str:
    region = finding.location.region
    path = printable(finding.location.path)
    return (
        f"{_BOLD}{path}{_END}:{region.line}:{region.column}" if style.color else f"{path}:{region.line}:{region.column}"
    )


def _dressed(finding: Finding, style: Style) -> tuple[str, str]:
    if not style.color:
        return finding.level, finding.rule
    return f"{_COLORS[finding.level]}{finding.level}{_END}", f"{_BOLD}{finding.rule}{_END}"


def _fix(finding: Finding, style: Style) -> str:
    assert finding.fix is not None
    return _dim(f"    fix ({finding.fix.applicability}): {printable(finding.fix.description)}", style)


def _excerpt(finding: Finding, excerpt: Excerpt, style: Style) -> Iterator[str]:
    """The line with a caret under what is meant."""
    before, meant = printable(excerpt.text[: excerpt.start]), printable(excerpt.text[excerpt.start : excerpt.end])
    number = str(finding.location.region.line)
    carets = "^" * max(1, _columns(meant))
    if style.color:
        carets = f"{_COLORS[finding.level]}{carets}{_END}"
    yield f"    {number} | {before}{meant}{printable(excerpt.text[excerpt.end :])}"
    yield f"    {' ' * len(number)} | {' ' * _columns(before)}{carets}"


def _columns(text: str) -> int:
    """How wide a terminal shows a text (UAX #11)."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


# --- by rule ---------------------------------------------------------------------------------------------------------


def _by_rule(findings: tuple[Finding, ...]) -> list[list[Finding]]:
    """The findings of each rule, the graver rules first, then those with more."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.level, finding.rule), []).append(finding)
    return sorted(found.values(), key=lambda each: (_LEVELS.index(each[0].level), -len(each), each[0].rule))


def _together(groups: list[list[Finding]]) -> list[list[Finding]]:
    """The notes that several files have in common: one line says as much as one for each file."""
    notes = [found for found in groups if found[0].level == "note"]
    return [found for found in notes if len({each.location.path for each in found}) > NOTED]


def _group(findings: list[Finding], style: Style) -> Iterator[str]:
    """``warning cookie-recorded: 799 in 214 files: …``, with the most frequent message and the first places."""
    if len(findings) == 1:
        yield from _finding(findings[0], style, None)
        return
    most = _most_alike(findings)
    level, rule = _dressed(most[0], style)
    left = len(findings) - len(most)
    others = f" (and {left} other{'s' * (left != 1)})" if left else ""
    places = sum(1 + len(each.related) for each in findings)
    at = f", at {places} places" if places > len(findings) else ""
    yield f"{level} {rule}: {len(findings)} in {_files(findings)}{at}: {printable(most[0].message)}{others}"
    named = most[: NAMED[most[0].level]]
    for each in named:
        rest = len(findings) - len(named) if each is named[-1] else 0
        yield f"    {_place(each, style)}{f' and {rest} more' if rest else ''}"
    fixes = {each.fix.applicability: each for each in findings if each.fix is not None}
    yield from (_fix(fixes[applicability], style) for applicability in sorted(fixes))


def _most_alike(findings: list[Finding]) -> list[Finding]:
    """Those of the most frequent message."""
    import re

    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(re.sub(_VARYING, "", finding.message), []).append(finding)
    return max(alike.values(), key=len)


def _files(findings: list[Finding]) -> str:
    count = len({each.location.path for each in findings})
    return f"{count} file{'s' if count != 1 else ''}"


def _statistics(report: LintReport, style: Style) -> Iterator[str]:
    """How many findings each rule has, in how many files, and how many of them can be mended."""
    groups = _by_rule(report.findings)
    width = max((len(str(len(found))) for found in groups), default=1)
    for found in groups:
        level, rule = _dressed(found[0], style)
        mended = sum(each.fix is not None for each in found)
        note = f", {mended} can be mended" if mended else ""
        yield f"{len(found):>{width}}  {level} {rule} in {_files(found)}{note}"


# --- what it comes to, and what to do next ---------------------------------------------------------------------------


def _dim(text: str, style: Style) -> str:
    return f"{_DIM}{text}{_END}" if style.color else text


def _summary(report: LintReport) -> str:
    where = _counted(report.files, "file")
    if report.errors:
        where += f" ({len(report.errors)} more could not be read)"
    if report.accepted:
        where += f"; {_counted(report.accepted, 'finding')} in the baseline"
    mended = f"{_counted(report.mended, 'finding')} mended, " if report.mended else ""
    if not report.findings:
        return f"{mended}no findings in {where}"
    counts = _by_level(report.findings)
    told = [_counted(counts[level], level) for level in _LEVELS if counts[level]]
    return f"{mended}{_counted(len(report.findings), 'finding')} ({', '.join(told)}) in {where}"


def _by_level(findings: tuple[Finding, ...]) -> Mapping[str, int]:
    levels = [finding.level for finding in findings]
    return {level: levels.count(level) for level in _LEVELS}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _next(report: LintReport, style: Style) -> Iterator[str]:
    """The commands that go on from here: those that mend, that which accepts, that which lists."""
    from shlex import quote

    paths = " ".join(map(quote, report.paths)) if len(report.paths) < 4 else "…"
    rows = [(f"cassette lint {option} {paths}", what) for option, what in _ways_on(report, style)]
    width = max(len(command) for command, _what in rows)
    for command, what in rows:
        yield f"    {printable(command):{width}}  {what}"


def _ways_on(report: LintReport, style: Style) -> Iterator[tuple[str, str]]:
    """Each option, and what it does."""
    fixes = [finding.fix.applicability for finding in report.findings if finding.fix is not None]
    safe, unsafe = fixes.count("safe"), fixes.count("unsafe")
    if safe:
        yield "--fix", f"mends {safe} of them (--diff in its place shows how)"
    if unsafe:
        yield "--fix --unsafe-fixes", f"{'also mends' if safe else 'mends'} {unsafe}: look at what it did"
    yield f"--write-baseline {BASELINE}", "accepts all of them; what is new still fails"
    if not style.show_all:
        yield "--show-all", "lists each"
