"""``--format text``: what a person reads."""

from __future__ import annotations

from cassette_tools.printable import printable
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Finding

_COLORS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BOLD = "\x1b[1m"
_DIM = "\x1b[2m"
_END = "\x1b[0m"


def lint(report: LintReport, style: Style) -> str:
    """A line for each finding, ``path:line:column: level rule: message``, and one that sums up."""
    lines = [line for finding in report.findings for line in _finding(finding, style)]
    lines.append(_summary(report))
    return "\n".join(lines)


def diff(report: DriftReport, style: Style) -> str:
    """Who was asked and who answered, what changed in meaning, and one line that sums up."""
    from cassette_tools.reporters._drift_text import render

    return render(report, style)


def suite(report: DriftSuite, style: Style) -> str:
    """The pairs that drifted, each in a few lines, and what they have in common."""
    from cassette_tools.reporters._suite_text import render

    return render(report, style)


def _finding(finding: Finding, style: Style) -> list[str]:
    region = finding.location.region
    path = printable(finding.location.path)
    level, rule = finding.level, finding.rule
    if style.color:
        path = f"{_BOLD}{path}{_END}"
        level = f"{_COLORS[level]}{level}{_END}"
        rule = f"{_BOLD}{rule}{_END}"
    lines = [f"{path}:{region.line}:{region.column}: {level} {rule}: {printable(finding.message)}"]
    if finding.related:
        places = ", ".join(dict.fromkeys(str(location.region.line) for location in finding.related))
        lines.append(_dim(f"    also at {'line' if places.isdecimal() else 'lines'} {places}", style))
    if finding.fix is not None:
        lines.append(_dim(f"    fix ({finding.fix.applicability}): {printable(finding.fix.description)}", style))
    return lines


def _dim(text: str, style: Style) -> str:
    return f"{_DIM}{text}{_END}" if style.color else text


def _summary(report: LintReport) -> str:
    where = f"{report.files} file{'s' if report.files != 1 else ''}"
    if report.errors:
        where += f" ({len(report.errors)} more could not be read)"
    if not report.findings:
        return f"no findings in {where}"
    levels = [finding.level for finding in report.findings]
    counts = [
        f"{levels.count(level)} {level}{'s' if levels.count(level) != 1 else ''}"
        for level in ("error", "warning", "note")
        if level in levels
    ]
    total = len(levels)
    return f"{total} finding{'s' if total != 1 else ''} ({', '.join(counts)}) in {where}"


REPORTERS.register(Reporter(name="text", lint=lint, diff=diff, suite=suite))
