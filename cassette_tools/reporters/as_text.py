"""``--format text``: what a person reads."""

from __future__ import annotations

from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style


def lint(report: LintReport, style: Style) -> str:
    """A line for each finding, ``path:line:column: level rule: message``, or an entry for each rule where there are
    many; and one line that sums up.
    """
    from cassette_tools.reporters._lint_text import render

    return render(report, style)


def diff(report: DriftReport, style: Style) -> str:
    """Who was asked and who answered, what changed in meaning, and one line that sums up."""
    from cassette_tools.reporters._drift_text import render

    return render(report, style)


def suite(report: DriftSuite, style: Style) -> str:
    """The pairs that drifted, each in a few lines, and what they have in common."""
    from cassette_tools.reporters._suite_text import render

    return render(report, style)


REPORTERS.register(Reporter(name="text", lint=lint, diff=diff, suite=suite))
