"""``cassette report --format html``: one page that needs nothing else, of the parts that the page of ``diff`` has."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.amounts import counted
from cassette_tools.reporters.page import Mark, heat_of, page
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.history_html import history_of
from cassette_tools.suite.state_text import (
    COLUMNS,
    MARKS,
    PLAIN,
    UNKNOWN,
    disagreement_in_words,
    head_in_words,
    legend_of,
    marks_by_scenario,
    shown_by_provider,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.reporters.page import Heat
    from cassette_tools.suite.history import Timeline
    from cassette_tools.suite.report import Cell, Report
    from cassette_tools.suite.state_text import Row

_WIDTH = 200  # characters of a line
_WORDS = {**{mark: word for _, mark, word in MARKS}, PLAIN: "an answer alone"}
_SIGNS = {"yes": "✓", "no": "–"}


def report_html(report: Report, since: tuple[str, Timeline] | None = None) -> str:
    """What changed since a moment, where that was asked; where recordings differ, what was done with whom, what
    providers show; each recording below its scenario.
    """
    links = {scenario: f"scenario-{number}" for number, scenario in enumerate(report.by_scenario)}
    labels = labels_of(cell.asked_model for cell in report.cells)
    columns = report.providers
    return page(
        "state.html",
        title="cassette report",
        history=None if since is None else history_of(*since),
        verdict=_verdict(report),
        head=head_in_words(report, _WIDTH),
        differences=[
            (links[each.scenario], each.scenario, disagreement_in_words(each, labels).removeprefix(each.scenario))
            for each in report.disagreements
        ],
        done=_table(marks_by_scenario(report, columns), columns, _done, links),
        legend=legend_of(report),
        shown=_table(shown_by_provider(report, columns), columns, _shown, {}),
        months=_months(report),
        rows=[_scenario(name, cells, links[name]) for name, cells in report.by_scenario.items()],
    )


def _verdict(report: Report) -> str:
    """In how many of the scenarios that are recorded with several models these differ."""
    compared = [cells for cells in report.by_scenario.values() if len({cell.asked_model for cell in cells}) > 1]
    differing = len({each.scenario for each in report.disagreements})
    if not compared:
        return f"{counted(len(report.cells), 'recording')} of {counted(len(report.by_scenario), 'scenario')}"
    shared = counted(len(compared), "shared scenario")
    return f"Models differ in {differing:,} of {shared}" if differing else f"Models agree in {shared}"


# --- the tables ------------------------------------------------------------------------------------------------------


def _table(
    rows: Sequence[Row], columns: Sequence[str], mark_of: Callable[[str], tuple[str, str]], links: Mapping[str, str]
) -> Heat | None:
    """The table, without blanks; of many rows those come first that come first here."""
    marks = {
        (name, column or UNKNOWN): _mark(*mark_of(word), links.get(name, ""), number)
        for number, (name, words) in enumerate(rows)
        for column, word in zip(columns, words, strict=True)
        if word
    }
    return heat_of(marks) if marks else None


def _mark(sign: str, word: str, link: str, weight: int) -> Mark:
    return Mark(sign=sign, word=word, link=link, weight=weight)


def _done(letters: str) -> tuple[str, str]:
    return letters, ", ".join(_WORDS[letter] for letter in letters)


def _shown(word: str) -> tuple[str, str]:
    return _SIGNS[word], word


def _months(report: Report) -> list[tuple[str, int, float]]:
    """How many recordings are of each month, with the length of a bar; nothing where all are of one."""
    months = [cell.days[1][:7] for cell in report.cells if cell.days[1]]
    counts = {month: months.count(month) for month in sorted({*months})}
    most = max(counts.values(), default=0)
    return [(month, count, 100 * count / most) for month, count in counts.items()] if len(counts) > 1 else []


# --- each recording --------------------------------------------------------------------------------------------------


@record
class Scenario:
    """A line of the page that folds: its recordings by their models, with what stands in each column."""

    name: str
    link: str
    count: str
    providers: tuple[str, ...]
    heads: tuple[str, ...]
    recordings: tuple[tuple[str, tuple[str, ...]], ...]


def _scenario(name: str, cells: Sequence[Cell], link: str) -> Scenario:
    told = {head: values for head, value, _ in COLUMNS if any(values := [*map(value, cells)])}
    return Scenario(
        name=name,
        link=link,
        count=counted(len(cells), "recording"),
        providers=tuple(dict.fromkeys(cell.recorded.provider_name or UNKNOWN for cell in cells)),
        heads=tuple(told),
        recordings=tuple(
            (cell.recorded.model or UNKNOWN, row)
            for cell, row in zip(cells, _turned(told.values(), len(cells)), strict=True)
        ),
    )


def _turned(columns: Iterable[Sequence[str]], count: int) -> list[tuple[str, ...]]:
    """So many rows of columns."""
    return [*zip(*columns, strict=True)] or [()] * count
