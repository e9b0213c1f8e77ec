"""``--format github``: workflow commands that GitHub Actions turns into annotations.

Source: GitHub Docs, "Workflow commands for GitHub Actions" (setting a notice, warning or error message), and its limit
of ten annotations of each kind for one step: beyond nine, the tenth says what more there is. The nine are those of
secrets, then one of each change.
"""

from __future__ import annotations

from cassette_tools.data.telling import is_of_secret
from cassette_tools.printable import printable
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style, suite_of
from cassette_tools.reporters._severity import NAMES
from cassette_tools.reporters._told import of_lint, of_suite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.reporters._told import Told

LIMIT = 10  # annotations of each kind that GitHub shows for one step
KINDS = ("error", "warning", "notice")


def lint(report: LintReport, style: Style) -> str:
    """An annotation for each finding, the graver kinds first."""
    return "\n".join(_commands(of_lint(report, style)))


def diff(report: DriftReport, style: Style) -> str:
    """An annotation for each change of one pair that is more than noise."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """The same for many pairs."""
    return "\n".join(_commands(of_suite(report, style)))


def _commands(findings: Iterable[Told]) -> Iterator[str]:
    sorted_by_kind: dict[str, list[Told]] = {kind: [] for kind in KINDS}
    for finding in findings:
        sorted_by_kind[NAMES[finding.level][1]].append(finding)
    for kind, found in sorted_by_kind.items():
        found = found if len(found) <= LIMIT else _foremost(found)
        shown = found if len(found) <= LIMIT else found[: LIMIT - 1]
        yield from (_command(kind, finding) for finding in shown)
        rest = found[len(shown) :]
        if rest:
            yield f"::{kind} title=cassette::{_escaped(_more(rest))}"


def _foremost(found: Iterable[Told]) -> list[Told]:
    """Secrets first, since somebody must act; then one of each change; then the rest."""
    every = list(found)
    first = {finding.change or finding.rule: finding for finding in reversed(every)}
    ones = {id(finding) for finding in first.values()}
    return sorted(every, key=lambda finding: (not is_of_secret(finding.rule), id(finding) not in ones))


def _more(rest: list[Told]) -> str:
    files = len({finding.file for finding in rest})
    rules = sorted({finding.rule for finding in rest})
    names = ", ".join(rules[:6]) + (", …" if len(rules) > 6 else "")
    return f"and {len(rest)} more in {files} file{'s' * (files != 1)}: {names} (other formats have them all)"


def _command(kind: str, finding: Told) -> str:
    properties = [("file", printable(finding.path)), ("line", finding.line), ("endLine", finding.end_line)]
    if finding.line == finding.end_line:  # columns count only within one line, and the end is inclusive there
        properties += [("col", finding.column), ("endColumn", max(finding.end_column - 1, finding.column))]
    properties.append(("title", finding.rule))
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties)
    return f"::{kind} {said}::{_escaped(finding.message)}"


def _escaped(text: str) -> str:
    """Text that cannot end the command or begin another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


REPORTERS.register(Reporter(name="github", lint=lint, diff=diff, suite=suite))
