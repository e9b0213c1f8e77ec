"""The table of a suite: a cell for each pair, by its scenario and by who was asked."""

from __future__ import annotations

from cassette_tools.diff.suites.totals import worst_of
from cassette_tools.reporters import Cell, DriftReport
from cassette_tools.scenarios import scenarios_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def matrix_of(reports: Sequence[DriftReport]) -> tuple[Cell, ...]:
    """A cell for each pair, in their order."""
    scenarios = scenarios_of([report.new_path for report in reports], [report.asked for report in reports])
    return tuple(
        Cell(
            scenario=scenario,
            provider_name=report.asked[0],
            model=report.asked[1],
            level=worst_of(finding.level for finding in report.findings),
            path=report.new_path,
        )
        for scenario, report in zip(scenarios, reports, strict=True)
    )
