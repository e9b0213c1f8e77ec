"""``cassette report`` as a person reads it: where recordings of one scenario differ, what was done with whom, and what
each provider shows; each recording by itself where there is room for that.
"""

from __future__ import annotations

import re
import textwrap

from cassette_tools._record import record
from cassette_tools.amounts import counted, dollars, of_calls, seconds
from cassette_tools.printable import printable
from cassette_tools.reporters.columns import aligned, cut_names, fitted, heads_of
from cassette_tools.reporters.ink import Ink
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.features import FEATURES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.reporters import Style
    from cassette_tools.suite.features import Feature
    from cassette_tools.suite.report import Cell, Disagreement, Report, Support
    from cassette_tools.suite.stats import Sums

    Row = tuple[str, list[str]]

LINES = 40  # of a report, where no terminal says how many there are
FEWEST = 24
UNKNOWN = "not known"
_DISAGREEMENTS = 5
_ROWS = 3  # of a table, whatever else there is
_NAMED = 2  # models in a sentence


def report_text(report: Report, style: Style, lines: int = LINES) -> str:
    """One screen of so many lines; with `show_all` each recording in a line."""
    ink = Ink(style.color)
    if not report.cells:
        return "\n".join(head_in_words(report, style.width))
    first, *others = (line for words in head_in_words(report, style.width) for line in wrapped(words, style.width))
    head = [ink("bold", first), *others]
    disagreements = _disagreements(report, style, ink)
    details = _details(report, style, ink)
    room = max(lines, FEWEST) - len(head) - len(disagreements) - _BLANKS
    if style.show_all:
        parts = [*_tables(report, style, ink, None), details]
    else:
        parts = [details] if len(details) <= room else _tables(report, style, ink, room)
    return "\n\n".join("\n".join(part) for part in (head, disagreements, *parts) if part)


_BLANKS = 3  # between the parts


def head_in_words(report: Report, width: int) -> list[str]:
    """How much there is, what it comes to, and how scenarios were named, with an example where the line has room."""
    calls = [call for cell in report.cells for call in cell.recorded.calls]
    first, last = report.days
    days = "" if not first else f"; recorded on {first}" if first == last else f"; recorded from {first} to {last}"
    of = (
        counted(len(report.by_scenario), "scenario"),
        counted(len({call.provider_name for call in calls}), "provider"),
        counted(len({call.model for call in calls} - {""}), "model"),
    )
    told = f"{counted(report.total.recordings, 'recording')} of {', '.join(of)}{days}"
    return [told, sums_in_words(report.total), *_naming(report, width)]


def sums_in_words(sums: Sums) -> str:
    """``278 calls: 99,823 tokens in (10,187 cached), 35,593 out (23,686 reasoning), $0.086365, median 1.58 s``."""
    counts = sums.counts
    facts = [
        _tokens(counts["input_tokens"], "tokens in", counts["cache_read_input_tokens"], "cached"),
        _tokens(counts["output_tokens"], "out", counts["reasoning_output_tokens"], "reasoning"),
        "" if counts["cost"] is None else dollars(counts["cost"], 6) + _of_calls(sums),
        "" if sums.duration is None else f"median {seconds(sums.duration)}",
        f"{sums.failed:,} failed" if sums.failed else "",
    ]
    told = ", ".join(filter(None, facts))
    return f"{counted(sums.calls, 'call')}{f': {told}' if told else ''}"


def _of_calls(sums: Sums) -> str:
    told = of_calls(sums.with_cost, sums.calls, sums.failed)
    return told and f"{told} calls"


def _tokens(count: float | None, name: str, part: float | None, part_name: str) -> str:
    if count is None:
        return ""
    return f"{count:,} {name}" + (f" ({part:,} {part_name})" if part else "")


def _naming(report: Report, width: int) -> Iterator[str]:
    """The example is a recording of the scenario that most are of."""
    if report.pattern is not None:
        yield f"scenarios by {report.pattern}"
    elif report.cells:
        usual = max(report.by_scenario.values(), key=len)[0].recorded
        told = "scenarios are guessed (--scenario-from)"
        example = f": {_end_of(usual.path)} is {usual.scenario}"
        has_room = "/" in usual.path and len(told) + len(example) <= width
        yield told + (example if has_room else "")


def _end_of(path: str) -> str:
    steps = path.split("/")
    return "/".join(steps[-2:])


# --- where recordings differ -----------------------------------------------------------------------------------------


def _disagreements(report: Report, style: Style, ink: Ink) -> list[str]:
    every = report.disagreements
    if not every:
        return []
    labels = labels_of(cell.asked_model for cell in report.cells)
    told = every if style.show_all or len(every) <= _DISAGREEMENTS else every[: _DISAGREEMENTS - 1]
    lines = [fitted(printable(disagreement_in_words(each, labels)), style.width - 2) for each in told]
    if len(told) < len(every):
        lines.append(ink("dim", f"… and {len(every) - len(told)} more; --show-all tells all"))
    return [ink("bold", "recordings of one scenario that differ"), *(f"  {line}" for line in lines)]


def disagreement_in_words(disagreement: Disagreement, labels: Mapping[tuple[str, str], str]) -> str:
    """``summary: finish reason stop (3); length (gpt-4.1-mini)``."""
    usual = max(len(cells) for _, cells in disagreement.values)
    values = [f"{value} ({_who(cells, labels, usual)})" for value, cells in disagreement.values]
    return f"{disagreement.scenario}: {disagreement.subject} {'; '.join(values)}"


def _who(cells: Sequence[Cell], labels: Mapping[tuple[str, str], str], usual: int) -> str:
    """How many recordings; by their models where they are few."""
    models = list(dict.fromkeys(labels[cell.asked_model] for cell in cells))
    is_few = len(models) <= _NAMED and (len(cells) < usual or usual <= _NAMED)
    return ", ".join(models) if is_few else f"{len(cells):,}"


# --- the tables ------------------------------------------------------------------------------------------------------


@record
class _Grid:
    """The columns that both tables have: heads as they fit, behind names of `left` characters."""

    heads: Sequence[str]
    left: int
    width: int
    ink: Ink


def _tables(report: Report, style: Style, ink: Ink, room: int | None) -> list[list[str]]:
    """What was done in each scenario, and what providers show; in `room` lines, a blank one between them."""
    columns = sorted(report.providers, key=lambda name: (-_recordings(report, name), name))
    done, shown = marks_by_scenario(report, columns), shown_by_provider(report, columns)
    everywhere = [name for name, words in shown if set(words) == {"yes"}]
    shown = [row for row in shown if row[0] not in everywhere]
    left = min(max((len(name) for name, _ in (*done, *shown)), default=0), style.width // 4)
    heads = heads_of([printable(name or UNKNOWN) for name in columns], style.width - left - 4)
    grid = _Grid(heads=heads, left=left, width=style.width, ink=ink)
    in_all = wrapped(f"all show {', '.join(everywhere)}", style.width - 2) if everywhere else []
    most_done, most_shown = _shares(len(done), len(shown), None if room is None else room - len(in_all))
    return [
        [
            _title("what was done", legend_of(report), grid),
            ink("dim", f"  {' ' * left}  {' '.join(heads)}"),
            *_rows(done, grid, most_done, "scenarios; --only scenario=NAME tells one, --show-all all"),
        ],
        [
            _title("what each provider's recordings show", "no: asked for in vain; blank: not recorded", grid),
            *_rows(shown, grid, most_shown, "rows; --show-all tells all"),
            *(f"  {line}" for line in in_all),
        ],
    ]


def _shares(done: int, shown: int, room: int | None) -> tuple[int, int]:
    """How many rows each table may have: the second what the first leaves, and half of all if it needs so much."""
    if room is None:
        return done, shown
    rows = room - _TITLES
    most_shown = min(shown, max(rows - done, rows // 2, _ROWS))
    return max(rows - most_shown, _ROWS), most_shown


_TITLES = 4  # lines that are no rows: two titles, the heads of the columns, a blank line


def _recordings(report: Report, provider: str) -> int:
    return sum(cell.recorded.provider_name == provider for cell in report.cells)


def _title(title: str, legend: str, grid: _Grid) -> str:
    return grid.ink("bold", title) + grid.ink("dim", fitted(f" ({legend})", grid.width - len(title)))


def _rows(rows: Sequence[Row], grid: _Grid, most: int, rest: str) -> Iterator[str]:
    """As many of the rows as there is room for, the line on the `rest` included."""
    told = rows if len(rows) <= most else rows[: most - 1]
    heads = [head for head in grid.heads if not head.startswith("+")]  # ``+2``: two columns have no room
    for name, (_, words) in zip(cut_names([name for name, _ in told], grid.left), told, strict=True):
        cells = " ".join(word.ljust(len(head)) for word, head in zip(words, heads, strict=False))
        yield f"  {name.ljust(grid.left)}  {cells}".rstrip()
    if len(told) < len(rows):
        yield grid.ink("dim", fitted(f"  … and {len(rows) - len(told)} more {rest}", grid.width))


def marks_by_scenario(report: Report, columns: Sequence[str]) -> list[Row]:
    """The marks of each scenario, that with most recordings first."""
    ordered = sorted(report.by_scenario.items(), key=lambda each: (-len(each[1]), each[0]))
    return [(printable(name), _marks(cells, columns)) for name, cells in ordered]


def _marks(cells: Sequence[Cell], columns: Sequence[str]) -> list[str]:
    own: dict[str, list[Cell]] = {}
    for cell in cells:
        own.setdefault(cell.recorded.provider_name, []).append(cell)
    return [marks_of(own.get(name, ())) for name in columns]


def shown_by_provider(report: Report, columns: Sequence[str]) -> list[Row]:
    """What each provider shows, of what any of them shows or is asked for."""
    rows = [(row.title, [_said(report.support[each].get(row.name), row) for each in columns]) for row in FEATURES]
    return [row for row in rows if any(row[1])]


def _said(support: Support | None, feature: Feature) -> str:
    if support is None or (not support.shown and feature.optional):
        return ""
    return "yes" if support.shown else "no"


# What a recording did: how that is known, the letter for it, and its words.
MARKS: tuple[tuple[Callable[[Cell], bool], str, str], ...] = (
    (lambda cell: bool(cell.tools), "t", "tool called"),
    (lambda cell: "reasoning" in cell.shown, "r", "reasoning"),
    (lambda cell: cell.structured is True, "j", "structured output"),
    (lambda cell: cell.structured is False, "J", "structured output not valid"),
    (lambda cell: cell.finish_reason == "length", "l", "cut at the limit"),
    (lambda cell: cell.finish_reason == "content_filter", "f", "filtered"),
    (lambda cell: cell.finish_reason == "error", "x", "failed"),
)
PLAIN = "·"


def marks_of(cells: Iterable[Cell]) -> str:
    """The letters of what some recordings did, each once; ``·`` for none of it."""
    own = list(cells)
    return "".join(mark for holds, mark, _ in MARKS if any(map(holds, own))) or (PLAIN if own else "")


def legend_of(report: Report) -> str:
    """What the marks mean that are there."""
    used = marks_of(report.cells)
    return ", ".join((*(f"{mark} {word}" for _, mark, word in MARKS if mark in used), f"{PLAIN} an answer alone"))


# --- each recording --------------------------------------------------------------------------------------------------


def _details(report: Report, style: Style, ink: Ink) -> list[str]:
    """A line for each recording, below its scenario."""
    heads = ("", *(head for head, _, _ in COLUMNS))
    rows = [
        (printable(cell.recorded.model.rpartition("/")[2] or UNKNOWN), *(value(cell) for _, value, _ in COLUMNS))
        for cell in report.cells
    ]
    left = frozenset({0, *(at for at, (_, _, is_text) in enumerate(COLUMNS, 1) if is_text)})
    first, *lines = aligned([heads, *rows], style.width - 2, left=left)
    told = [ink("dim", f"  {first}")]
    scenario = None
    for cell, line in zip(report.cells, lines, strict=True):
        if cell.recorded.scenario != scenario:
            scenario = cell.recorded.scenario
            told.append(ink("bold", printable(scenario)))
        told.append(f"  {line}")
    return told


def _amount(count: float | None) -> str:
    return "" if count is None else f"{count:,}"


# The head of a column, what stands in it, and whether that is text rather than a number.
COLUMNS: tuple[tuple[str, Callable[[Cell], str], bool], ...] = (
    ("provider", lambda cell: printable(cell.recorded.provider_name or UNKNOWN), True),
    ("finish", lambda cell: cell.finish_reason, True),
    ("tools", lambda cell: printable(", ".join(cell.tools)), True),
    ("thinks", lambda cell: "yes" if "reasoning" in cell.shown else "", True),
    ("JSON", lambda cell: "" if cell.structured is None else "valid" if cell.structured else "wrong", True),
    ("in", lambda cell: _amount(cell.sums.counts["input_tokens"]), False),
    ("out", lambda cell: _amount(cell.sums.counts["output_tokens"]), False),
    ("cost", lambda cell: "" if cell.sums.counts["cost"] is None else dollars(cell.sums.counts["cost"], 6), False),
    ("median", lambda cell: "" if cell.sums.duration is None else seconds(cell.sums.duration), False),
    ("stream", lambda cell: ", ".join(cell.streams), True),
    ("day", lambda cell: cell.days[1], True),
    ("SDK", lambda cell: printable(", ".join(cell.sdks)), True),
)


def wrapped(text: str, width: int) -> list[str]:
    """A sentence in lines of a width."""
    glued = re.sub(r"(?<=\d) (?=m?s\b)", "\N{NO-BREAK SPACE}", printable(text))  # no unit stands alone
    lines = textwrap.wrap(glued, width, break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
