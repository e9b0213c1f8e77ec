"""``--format junit``: JUnit XML, which nearly every CI system shows: a test case a file (or pair), a failure a finding.

Source: the schema of Ant's JUnit task as Jenkins and GitLab read it. Files without findings are only counted in the
report that we get, so they have no test case of their own; a run without any finding has one that passed.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from cassette_tools.printable import printable
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style, suite_of
from cassette_tools.reporters._told import of_errors, of_lint, of_none, of_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cassette_tools.reporters._told import Told


def lint(report: LintReport, style: Style) -> str:
    """A test case for each file with findings."""
    cases: dict[str, list[Told]] = {}
    for finding in of_lint(report, style):
        cases.setdefault(finding.file, []).append(finding)
    if not cases:
        cases[f"{report.files} file{'s' * (report.files != 1)}"] = []
    return _document("cassette lint", cases)


def diff(report: DriftReport, style: Style) -> str:
    """A test case for the pair."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """A test case for each pair, also for those without drift."""
    cases: dict[str, list[Told]] = {pair.new_path: list(of_pair(pair, style)) for pair in report.pairs}
    for finding in of_none(report, style):
        cases.setdefault(finding.file, []).append(finding)
    for error in of_errors(report.errors, style):
        cases.setdefault(error.file, []).append(error)
    return _document("cassette diff", cases)


def _document(name: str, cases: Mapping[str, Iterable[Told]]) -> str:
    root = Element("testsuites", name=name)
    whole = SubElement(root, "testsuite", name=name, tests=str(len(cases)), errors="0", skipped="0")
    failed = 0
    for path, findings in cases.items():
        case = SubElement(whole, "testcase", classname=name, name=printable(path), file=printable(path))
        found = list(findings)
        failed += bool(found)
        for finding in found:
            message = printable(f"{finding.rule}: {finding.message}")
            failure = SubElement(case, "failure", type=finding.level, message=message)
            failure.text = f"{printable(finding.path)}:{finding.line}:{finding.column}: {finding.level} {message}"
    whole.set("failures", str(failed))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


REPORTERS.register(Reporter(name="junit", lint=lint, diff=diff, suite=suite))
