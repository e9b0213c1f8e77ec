"""``cassette report --format markdown``: a page of a CI summary, or a comment."""

from __future__ import annotations

from cassette_tools.amounts import counted
from cassette_tools.reporters.markup import LIMIT, html, plain
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.history_markdown import since_parts
from cassette_tools.suite.state_text import (
    COLUMNS,
    UNKNOWN,
    disagreement_in_words,
    head_in_words,
    legend_of,
    marks_by_scenario,
    shown_by_provider,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.suite.history import Timeline
    from cassette_tools.suite.report import Cell, Report
    from cassette_tools.suite.state_text import Row


_WIDTH = 200  # characters of a line


def report_markdown(report: Report, since: tuple[str, Timeline] | None = None) -> str:
    """What changed since a moment, where that was asked; where recordings differ, the matrix, what providers show; then
    each recording, below its scenario in a fold.
    """
    first, *others = head_in_words(report, _WIDTH)
    head = [f"### cassette report: {plain(first)}", "", "<br>\n".join(map(plain, others))]
    if not report.cells:
        return "\n".join(head)
    if since is not None:
        head += ["", *since_parts(*since)]
    labels = labels_of(cell.asked_model for cell in report.cells)
    if report.disagreements:
        head += ["", "**Recordings of one scenario that differ**", ""]
        head += [f"- {plain(disagreement_in_words(each, labels))}" for each in report.disagreements]
    columns = report.providers
    head += ["", f"**What was done** ({legend_of(report)})", *_table(columns, marks_by_scenario(report, columns))]
    head += ["", "**What each provider's recordings show** (no: asked for in vain; blank: not recorded)"]
    head += _table(columns, shown_by_provider(report, columns))
    return "\n".join((*head, *_folds(report, sum(len(line) + 1 for line in head))))


def _table(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    yield "\n| | " + " | ".join(plain(name or UNKNOWN) for name in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for name, words in rows:
        yield f"| {plain(name)} | {' | '.join(words)} |"


def _folds(report: Report, length: int) -> Iterator[str]:
    """The recordings of each scenario, as long as there is room for the next."""
    left = 0
    for name, cells in report.by_scenario.items():
        fold = "\n".join(_fold(name, cells))
        length += len(fold) + 1
        if length > LIMIT:
            left += 1
        else:
            yield fold
    if left:
        yield f"\nThe recordings of {counted(left, 'scenario')} are left out, for want of room."


def _fold(name: str, cells: Sequence[Cell]) -> Iterator[str]:
    columns = [(head, [value(cell) for cell in cells]) for head, value, _ in COLUMNS]
    told = [(head, values) for head, values in columns if any(values)]
    yield f"\n<details><summary>{html(name)}: {counted(len(cells), 'recording')}</summary>\n"
    yield f"| model | {' | '.join(head for head, _ in told)} |"
    yield "|---" * (len(told) + 1) + "|"
    for at, cell in enumerate(cells):
        model = plain(cell.recorded.model or UNKNOWN)
        yield f"| {model} | {' | '.join(plain(values[at]) for _, values in told)} |"
    yield "\n</details>"
