"""``--format html``: one file that needs nothing else, and no network (a Content-Security-Policy forbids it).

On top stands what it comes to; then what changed, where, and each recording that drifted. What is below a line that
folds is written as ``<noscript>``: to a browser without scripts it is there, and one with scripts makes elements of it
when the line is opened, so that a page of thousands of recordings opens at once.
"""

from __future__ import annotations

from itertools import accumulate

from cassette_tools._record import record
from cassette_tools.finding import cause_in_words
from cassette_tools.printable import json_text
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, Reporter, Style, suite_of
from cassette_tools.reporters._drift_text import MEANING
from cassette_tools.reporters._head import change_in_words, profile_in_words, sources_of
from cassette_tools.reporters._severity import place_of
from cassette_tools.reporters._side_by_side import side_by_side
from cassette_tools.reporters._story import (
    LEVELS,
    counts_of,
    head_of,
    left_in_words,
    model_of,
    none_in_words,
    sentence,
    story_of,
    verdict_of,
    worst_of,
)
from cassette_tools.reporters._told import folded_in, of_errors, shown_of
from cassette_tools.reporters._totals import totals_in_words
from cassette_tools.reporters._trends import trends_of
from cassette_tools.reporters.page import Mark, heat_of, page
from cassette_tools.scenarios import labels_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.finding import Drift
    from cassette_tools.model import Json
    from cassette_tools.reporters import Cell, Group, View
    from cassette_tools.reporters._side_by_side import Sides
    from cassette_tools.reporters._story import Entry, Story
    from cassette_tools.reporters.page import Heat

_FEW = {"breaking": 20, "behavior": 8, "shape": 3, "cosmetic": 0, "noise": 0}  # sentences of a level that do not fold
ROOM = 60  # sentences on what happened to many recordings
_EXAMPLES = 5  # changes that are shown below one sentence
_LINKS = 40  # recordings that are named below one sentence
_OPENED = 3  # recordings; so few are open from the beginning
_ROOM_OF_VIEWS = 1_500_000  # characters of all conversations; those of the least grave have no more room
SIGNS = {"breaking": "X", "behavior": "b", "shape": "s", "cosmetic": "c", "noise": "n", "": "·"}


def diff(report: DriftReport, style: Style) -> str:
    """The page of one pair."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """The page of many pairs: what happened to them, and each pair that drifted."""
    shown = shown_of(style)
    verdict = verdict_of(report)
    rows = _rows(report, shown)
    story = story_of(report, shown, ROOM)
    return page(
        "drift.html",
        report=report,
        title=f"cassette diff: {verdict}",
        verdict=verdict[0].upper() + verdict[1:],
        head="" if report.is_pair else head_of(report),
        counts=counts_of(report, shown),
        changes=() if report.is_pair else _changes(report, story, rows),
        left=left_in_words(story.left) if story.left else "",
        meaning=MEANING,
        few=_FEW,
        heat=_heat(report, shown, rows),
        totals=() if report.is_pair else totals_in_words(report, story.told),
        trends=None if report.is_pair else trends_of(report),
        rows=rows,
        opened=len(rows) <= _OPENED,
        alone=_alone(report, style),
        sides_of=sides_of,
    )


# --- what changed ----------------------------------------------------------------------------------------------------


@record
class Change:
    """A sentence of the story: the numbers of its recordings (as ``0-3 7``), examples of it, and links to the first of
    the recordings.
    """

    entry: Entry
    words: str
    numbers: str
    examples: tuple[Drift, ...]
    links: tuple[Row, ...]

    @property
    def more(self) -> int:
        """How many recordings have no link."""
        return len(self.entry.pairs) - len(self.links)


def _changes(report: DriftSuite, story: Story, rows: Sequence[Row]) -> dict[str, list[Change]]:
    """By their headings, the gravest first."""
    groups = {group.id: group for group in report.groups}
    by_path = {row.pair.new_path: row for row in rows}
    return {
        title: [_change(entry, report, groups, by_path) for entry in entries]
        for title, entries in story.by_heading.items()
    }


def _change(entry: Entry, report: DriftSuite, groups: Mapping[str, Group], rows: Mapping[str, Row]) -> Change:
    own = [rows[path] for path in entry.pairs if path in rows]
    return Change(
        entry=entry,
        words=sentence(entry, report),
        numbers=_ranges(sorted(row.number for row in own)),
        examples=tuple(groups[each].example for each in entry.groups[:_EXAMPLES]),
        links=tuple(own[:_LINKS]),
    )


def _ranges(numbers: Iterable[int]) -> str:
    """``0-3 7`` of 0, 1, 2, 3 and 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(f"{first}-{last}" if first != last else str(first) for first, last in runs)


# --- the recordings --------------------------------------------------------------------------------------------------


@record
class Row:
    """A recording that drifted: its number on the page, its place in the table, and the changes that are shown."""

    number: int
    pair: DriftReport
    scenario: str
    provider: str
    model: str
    level: str
    findings: tuple[Drift, ...]
    view: View | None = None

    @property
    def levels(self) -> dict[str, int]:
        """How many changes of each level there are, the gravest first."""
        found = [finding.level for finding in self.findings]
        return {level: found.count(level) for level in LEVELS if level in found}

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of its changes, each once."""
        return tuple(dict.fromkeys(finding.rule for finding in self.findings))

    @property
    def name(self) -> str:
        """What a link to it says."""
        return " · ".join(filter(None, (self.scenario, self.model)))

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """How it was compared, and who asked whom; each with its title."""
        pair = self.pair
        if pair.old_path != pair.new_path:
            yield "compared with", pair.old_path
        for title, old, new in sources_of(pair.provenance):
            yield title, old if old == new else change_in_words(old, new)
        if pair.answers:
            yield "answers", pair.answers
        yield "compared as", f"{pair.profile} ({profile_in_words(pair)})"

    @property
    def details(self) -> Iterator[Detail]:
        """Its changes, each with what is folded under it."""
        folded = folded_in(self.pair)
        for finding in self.findings:
            yield Detail(finding=finding, folded=tuple(folded.get(finding.fingerprint, ())))


@record
class Detail:
    """A change with what is folded under it."""

    finding: Drift
    folded: tuple[Drift, ...]

    @property
    def where(self) -> str:
        """The place, the line and the cause."""
        place = place_of(self.finding)
        cause = cause_in_words(self.finding)
        line = f"line {place.region.line}" if place is not None else ""
        return ", ".join(filter(None, (self.finding.path, line, f"cause: {cause}" * bool(cause))))

    @property
    def sides(self) -> Sides | None:
        """Old and new, with what changed marked; ``None`` where the sentence says it."""
        return sides_of(self.finding)


def _rows(report: DriftSuite, shown: tuple[str, ...]) -> tuple[Row, ...]:
    """The gravest first."""
    labels = labels_of(map(model_of, report.matrix))
    cells = {cell.path: cell for cell in report.matrix}
    found = []
    for pair in report.pairs:
        findings = tuple(finding for finding in pair.findings if finding.level in shown)
        if findings:
            found.append((pair, findings, cells.get(pair.new_path)))
    found.sort(
        key=lambda each: (LEVELS.index(each[1][0].level), -sum(one.level == each[1][0].level for one in each[1]))
    )
    sizes = accumulate(_size(pair.view) for pair, _, _ in found)
    return tuple(
        Row(
            number=number,
            pair=pair,
            scenario=cell.scenario if cell is not None else pair.new_path,
            provider=cell.provider_name if cell is not None else "",
            model=labels[model_of(cell)] if cell is not None else "",
            level=worst_of(pair),
            findings=findings,
            view=pair.view if size <= _ROOM_OF_VIEWS or not number else None,
        )
        for number, ((pair, findings, cell), size) in enumerate(zip(found, sizes, strict=True))
    )


def _size(view: View | None) -> int:
    """The characters of a conversation."""
    return 0 if view is None else sum(len(cell.text) for sides in view.conversation for side in sides for cell in side)


def sides_of(finding: Drift) -> Sides | None:
    """Both values as text, what changed marked. What is not there has no text; an empty text has quotes."""
    old, new = finding.old, finding.new
    if (old is None and new is None) or _is_said(finding):
        return None
    quoted = isinstance(old, str) != isinstance(new, str) or (old in _EMPTY and new in _EMPTY)
    before, after = ("" if value is None else _as_text(value, quoted) for value in (old, new))
    return side_by_side(before, after)


def _is_said(finding: Drift) -> bool:
    """Whether the sentence has both values: numbers, words, and what is not there or empty."""
    return all(
        value in (None, [], {})
        or (isinstance(value, int | float | str) and value != "" and str(value) in finding.message)
        for value in (finding.old, finding.new)
    )


def _as_text(value: Json, quoted: bool) -> str:
    return value if isinstance(value, str) and value and not quoted else json_text(value)


_EMPTY = ("", '""')  # which look the same as soon as one has quotes


# --- the table -------------------------------------------------------------------------------------------------------


def _heat(report: DriftSuite, shown: tuple[str, ...], rows: Sequence[Row]) -> Heat | None:
    """The gravest change at each crossing; ``None`` where there is nothing to cross."""
    if len(report.matrix) < 2:
        return None
    links = {row.pair.new_path: f"pair-{row.number}" for row in rows}
    names = _model_names(report.matrix)
    quiet = none_in_words(report, shown)
    marks: dict[tuple[str, str], Mark] = {}
    for cell in report.matrix:
        key = cell.scenario, names[model_of(cell)]
        mark = _mark(cell.level if cell.level in shown else "", quiet, links.get(cell.path, ""))
        marks[key] = min(marks.get(key, mark), mark, key=lambda each: each.weight)
    return heat_of(marks)


def _mark(level: str, quiet: str, link: str) -> Mark:
    weight = LEVELS.index(level) if level else len(LEVELS)
    return Mark(sign=SIGNS[level], word=level or quiet, kind=level or "none", link=link, weight=weight)


def _model_names(cells: Sequence[Cell]) -> dict[tuple[str, str], str]:
    """What each model is called, after its provider where there are several."""
    labels = labels_of(map(model_of, cells))
    if len({provider for provider, _ in labels}) == 1:
        return labels
    return {(provider, model): f"{provider or 'not known'} {label}" for (provider, model), label in labels.items()}


# --- what no pair shows ----------------------------------------------------------------------------------------------


def _alone(report: DriftSuite, style: Style) -> list[tuple[str, list[str]]]:
    """Titles and lines of what is on one side only, was renamed, or could not be compared."""
    lists = (
        ("Could not be compared", [f"{each.path}: {each.message}" for each in of_errors(report.errors, style)]),
        ("Removed", list(report.removed)),
        ("Added", list(report.added)),
        ("Renamed", [f"{old} → {new}" for old, new in report.renamed]),
    )
    return [(title, lines) for title, lines in lists if lines]


REPORTERS.register(Reporter(name="html", diff=diff, suite=suite))
