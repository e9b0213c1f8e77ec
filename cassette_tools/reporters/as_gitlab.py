"""``--format gitlab``: a Code Quality report, which GitLab shows in merge requests.

Source: GitLab Docs, "Code Quality", "Code Quality report format": description, check_name, fingerprint (unique in the
report), location.path, location.lines.begin, severity.
"""

from __future__ import annotations

from cassette_tools.finding import fingerprint
from cassette_tools.printable import json_text
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style, suite_of
from cassette_tools.reporters._severity import NAMES
from cassette_tools.reporters._told import of_lint, of_suite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from cassette_tools.reporters._told import Told


def lint(report: LintReport, style: Style) -> str:
    """An array of issues, one for each finding."""
    return json_text(_issues(of_lint(report, style)))


def diff(report: DriftReport, style: Style) -> str:
    """An array of issues, one for each change of the pair that is more than noise."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """The same for many pairs."""
    return json_text(_issues(of_suite(report, style)))


def _issues(findings: Iterable[Told]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    return [_issue(finding, seen) for finding in findings]


def _issue(finding: Told, seen: dict[str, int]) -> dict[str, Any]:
    return {
        "description": f"{finding.rule}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": _unique(finding, seen),
        "severity": NAMES[finding.level][2],
        "location": {"path": finding.path, "lines": {"begin": finding.line}},
    }


def _unique(finding: Told, seen: dict[str, int]) -> str:
    """GitLab drops an issue whose fingerprint it has seen: what repeats is numbered."""
    own = finding.fingerprint or fingerprint(finding.rule, finding.path)
    repeated = seen[own] = seen.get(own, 0) + 1
    return own if repeated == 1 else fingerprint(own, repeated)


REPORTERS.register(Reporter(name="gitlab", lint=lint, diff=diff, suite=suite))
