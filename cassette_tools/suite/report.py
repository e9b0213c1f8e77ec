"""The state of a suite: each recording in its place, what providers show, where those of one scenario differ."""

from __future__ import annotations

from itertools import chain
from operator import attrgetter

from cassette_tools._record import record
from cassette_tools.suite.features import FEATURES
from cassette_tools.suite.stats import sums_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.suite.stats import Sums
    from cassette_tools.suite.survey import Recorded


@record
class Cell:
    """One recording in the matrix. `finish_reason` is how its last call ended (``error`` where that failed, "" where
    nothing says it), `tools` are the names that were called, each once; `structured` says whether all answers that had
    to be JSON are; `features` are those that were asked for and shown, each in some call. `days` are the first and the
    last on which something was recorded.
    """

    recorded: Recorded
    sums: Sums
    finish_reason: str
    tools: tuple[str, ...]
    structured: bool | None
    asked: frozenset[str]
    shown: frozenset[str]
    streams: tuple[str, ...]
    dialects: tuple[str, ...]
    sdks: tuple[str, ...]
    days: tuple[str, str]

    @property
    def asked_model(self) -> tuple[str, str]:
        """The provider and the model."""
        return self.recorded.provider_name, self.recorded.model


@record
class Support:
    """How many recordings of a provider show a feature, and how many ask for it in vain."""

    shown: int
    only_asked: int


@record
class Disagreement:
    """Recordings of one scenario and several models that are not alike in something: what each value is of, that of
    most recordings first.
    """

    scenario: str
    subject: str
    values: tuple[tuple[str, tuple[Cell, ...]], ...]


@record
class Report:
    """All of it; cells in the order of their scenarios, providers and models."""

    cells: tuple[Cell, ...]
    total: Sums
    support: Mapping[str, Mapping[str, Support]]  # by provider and feature: only what is shown or asked for
    disagreements: tuple[Disagreement, ...]
    pattern: str | None = None

    @property
    def by_scenario(self) -> dict[str, list[Cell]]:
        """The cells of each scenario, in their order."""
        return _grouped(self.cells, lambda cell: cell.recorded.scenario)

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of the providers, in their order."""
        return tuple(sorted({cell.recorded.provider_name for cell in self.cells}))

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last day."""
        return _ends(day for cell in self.cells for day in cell.days)


def report_of(recordings: Iterable[Recorded], pattern: str | None = None) -> Report:
    """The state of some recordings, whose scenarios a pattern names, or which are guessed."""
    ordered = sorted(recordings, key=lambda each: (each.scenario, each.provider_name, each.model, each.path))
    cells = tuple(map(cell_of, ordered))
    return Report(
        cells=cells,
        total=sums_of(ordered),
        support=_support(cells),
        disagreements=tuple(_disagreements(cells)),
        pattern=pattern,
    )


def cell_of(recorded: Recorded) -> Cell:
    """What one recording shows."""
    calls = recorded.calls
    structured = [each.structured for each in calls if each.structured is not None]
    return Cell(
        recorded=recorded,
        sums=sums_of([recorded]),
        finish_reason=_finish_reason(recorded),
        tools=tuple(dict.fromkeys(chain.from_iterable(each.tools for each in calls))),
        structured=all(structured) if structured else None,
        asked=frozenset[str]().union(*(each.asked for each in calls)),
        shown=frozenset[str]().union(*(each.shown for each in calls)),
        streams=_names(map(attrgetter("stream"), calls)),
        dialects=_names(map(attrgetter("dialect"), calls)),
        sdks=_names(map(attrgetter("sdk"), calls)),
        days=_ends(each.day for each in recorded.interactions),
    )


def _finish_reason(recorded: Recorded) -> str:
    """How the last call ended, of those that can say it."""
    said = [each for each in recorded.calls if each.finish_reason or each.has_failed]
    return "" if not said else "error" if said[-1].has_failed else said[-1].finish_reason


def _names(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def _ends(days: Iterator[str]) -> tuple[str, str]:
    known = sorted(filter(None, days))
    return (known[0], known[-1]) if known else ("", "")


# --- what providers show ---------------------------------------------------------------------------------------------


def _support(cells: Sequence[Cell]) -> dict[str, dict[str, Support]]:
    """By provider, then by feature. What no recording asks for says nothing of the provider."""
    found: dict[str, dict[str, Support]] = {}
    for name in sorted({cell.recorded.provider_name for cell in cells}):
        own = [cell for cell in cells if cell.recorded.provider_name == name]
        rows = {row.name: _supported(row.name, own) for row in FEATURES}
        found[name] = {feature: each for feature, each in rows.items() if each.shown or each.only_asked}
    return found


def _supported(feature: str, cells: Sequence[Cell]) -> Support:
    shown = sum(feature in cell.shown for cell in cells)
    return Support(shown=shown, only_asked=sum(feature in cell.asked for cell in cells) - shown)


# --- where recordings differ -----------------------------------------------------------------------------------------


def _reasoning(cell: Cell) -> str | None:
    """Whether a model thinks is told of those that were asked to; others do as they like."""
    return None if "reasoning" not in cell.asked else "yes" if "reasoning" in cell.shown else "no"


# What recordings of one scenario should have in common, whoever answers; ``None`` for one that says nothing of it.
SUBJECTS: Mapping[str, Callable[[Cell], str | None]] = {
    "finish reason": lambda cell: cell.finish_reason or None,
    "tools called": lambda cell: ", ".join(sorted(cell.tools)) or "none" if "tool_calls" in cell.asked else None,
    "reasoning": _reasoning,
    "structured output": lambda cell: None if cell.structured is None else "valid" if cell.structured else "not valid",
}


def _disagreements(cells: Sequence[Cell]) -> Iterator[Disagreement]:
    """In the order of the scenarios."""
    for scenario, own in _grouped(cells, lambda cell: cell.recorded.scenario).items():
        for subject, value_of in SUBJECTS.items():
            values = _grouped(own, value_of)
            asked = {cell.asked_model for each in values.values() for cell in each}
            if len(values) > 1 and len(asked) > 1:
                ordered = sorted(values.items(), key=lambda each: (-len(each[1]), each[0]))
                told = tuple((value, tuple(each)) for value, each in ordered)
                yield Disagreement(scenario=scenario, subject=subject, values=told)


def _grouped(cells: Iterable[Cell], key: Callable[[Cell], str | None]) -> dict[str, list[Cell]]:
    """The cells by a key; those without one are left out."""
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        name = key(cell)
        if name is not None:
            found.setdefault(name, []).append(cell)
    return found
