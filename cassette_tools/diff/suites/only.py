"""``--only rule=NAME``, ``scenario=NAME``, …: a report of what somebody asks for, whatever its format (`choosing`)."""

from __future__ import annotations

from fnmatch import fnmatchcase

from cassette_tools import choosing
from cassette_tools._record import replace
from cassette_tools.choosing import OF_RECORDINGS, fits, nothing_fits
from cassette_tools.data.drift import JUDGEMENTS, LEVELS, OF_SUITES, UNCLASSIFIED
from cassette_tools.diff.judging.accepted import tallied
from cassette_tools.diff.suites.totals import added_up, worst_of
from cassette_tools.errors import UsageError
from cassette_tools.reporters import Totals, Unread
from cassette_tools.scenarios import labels_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cassette_tools.choosing import Choices
    from cassette_tools.finding import Drift
    from cassette_tools.reporters import Cell, DriftReport, DriftSuite, Group

    Labels = Mapping[tuple[str, str], str]

OF_CHANGES = ("rule", "level")
KINDS = (*OF_CHANGES, *OF_RECORDINGS)


def choices_of(words: Iterable[str], option: str = "--only") -> Choices:
    """What an option of the command line asks for, by kind. Raises UsageError."""
    found = choosing.choices_of(words, KINDS, option)
    for pattern in found.get("level", ()):
        if pattern not in LEVELS:
            raise UsageError(f"{option} level={pattern}: expected one of {', '.join(LEVELS)}")
    for pattern in found.get("rule", ()):
        if not any(fnmatchcase(rule, pattern) for rule in _rules()):
            raise UsageError(f"{option} rule={pattern}: there is no such rule{_nearest(pattern)}")
    return found


def _rules() -> frozenset[str]:
    return frozenset(row.name for row in (*JUDGEMENTS, *OF_SUITES)) | {UNCLASSIFIED}


def _nearest(rule: str) -> str:
    from difflib import get_close_matches

    found = get_close_matches(rule, sorted(_rules()), n=1)
    return f"; did you mean {found[0]}?" if found else "; docs/drift.md lists them"


def only_of_pair(report: DriftReport, choices: Choices) -> DriftReport:
    """The report of one pair with the changes that were asked for. Raises UsageError."""
    wrong = [kind for kind in OF_RECORDINGS if kind in choices]
    if wrong:
        raise UsageError(f"--only {wrong[0]}=… chooses among recordings, but only two files are compared")
    return _narrowed(report, choices)


def only_of_suite(suite: DriftSuite, choices: Choices, option: str = "--only") -> DriftSuite:
    """The report of the recordings, and with the changes, that were asked for. Raises UsageError."""
    labels = labels_of([*((cell.provider_name, cell.model) for cell in suite.matrix), *suite.unread])
    cells = [cell for cell in suite.matrix if _is_chosen(cell, choices, labels)]
    unread = _unread(suite, cells, choices, labels)
    if any(kind in choices for kind in OF_RECORDINGS):
        if not (cells or unread):
            names = {kind: [_name(cell, kind) for cell in suite.matrix] for kind in OF_RECORDINGS}
            raise nothing_fits(choices, names, option)
        # What belongs to no recording of this report is left out.
        suite = replace(suite, findings=(), added=(), removed=())
    return _of_recordings(replace(suite, unread=unread), cells, choices)


def _of_recordings(suite: DriftSuite, cells: Sequence[Cell], choices: Choices) -> DriftSuite:
    """The report of some recordings, with the chosen changes only."""
    paths = {cell.path for cell in cells}
    pairs = tuple(_narrowed(pair, choices) for pair in suite.pairs if pair.new_path in paths)
    alone = tuple(each for each in suite.findings if _is_asked_for(each, choices))
    groups = (_members(group, paths, choices, alone) for group in suite.groups)
    summary = _summary(pairs, alone)
    by_change = any(kind in choices for kind in OF_CHANGES)
    told = [pair for pair in pairs if not by_change or worst_of(each.level for each in pair.findings)]
    named = {pair.new_path for pair in told} if by_change else paths
    return replace(
        suite,
        pairs=pairs,
        summary=summary,
        left_out={level: suite.summary.get(level, 0) - count for level, count in summary.items()},
        renamed=tuple((old, new) for old, new in suite.renamed if new in named),
        findings=alone,
        groups=tuple(filter(None, groups)),
        matrix=_matrix(cells, pairs),
        totals=_totals(told, {} if by_change else suite.unread),
        only=_as_words(choices),
    )


def _as_words(choices: Choices) -> tuple[str, ...]:
    """The choices as the user typed them."""
    return tuple(f"{kind}={pattern}" for kind, patterns in choices.items() for pattern in patterns)


def _summary(pairs: Iterable[DriftReport], alone: Iterable[Drift]) -> dict[str, int]:
    """How many changes there are of each level."""
    counts = [*(pair.summary for pair in pairs), tallied(alone)]
    return {level: sum(each[level] for each in counts) for level in LEVELS}


def _matrix(cells: Iterable[Cell], pairs: Iterable[DriftReport]) -> tuple[Cell, ...]:
    """The cells with the levels of what is left of their pairs."""
    levels = {pair.new_path: worst_of(each.level for each in pair.findings) for pair in pairs}
    return tuple(replace(cell, level=levels.get(cell.path, "")) for cell in cells)


def _narrowed(report: DriftReport, choices: Choices) -> DriftReport:
    if not any(kind in choices for kind in OF_CHANGES):
        return report
    findings = tuple(each for each in report.findings if _is_asked_for(each, choices))
    kept = {each.fingerprint for each in findings}
    findings = tuple(each for each in report.findings if {each.fingerprint, each.caused_by} & kept)
    return replace(report, findings=findings, summary=tallied(findings))


def _is_asked_for(finding: Drift | Group, choices: Choices) -> bool:
    return fits(finding.rule, choices.get("rule")) and fits(finding.level, choices.get("level"))


def _unread(
    suite: DriftSuite, cells: Iterable[Cell], choices: Choices, labels: Labels
) -> dict[tuple[str, str], Unread]:
    """What is chosen of the recordings that were not read. Of these a scenario is known only where they have a cell."""
    if "scenario" not in choices:
        return {asked: each for asked, each in suite.unread.items() if _is_asked(asked, choices, labels)}
    read = {pair.new_path for pair in suite.pairs}
    counts: dict[tuple[str, str], int] = {}
    for cell in cells:
        if cell.path not in read:
            asked = cell.provider_name, cell.model
            counts[asked] = counts.get(asked, 0) + 1
    return {asked: Unread(recordings=count) for asked, count in counts.items()}


def _is_asked(asked: tuple[str, str], choices: Choices, labels: Labels) -> bool:
    """Whether a provider and a model are chosen. The model may have its whole name, or the one that reports print."""
    provider, model = asked
    models = choices.get("model")
    return fits(provider, choices.get("provider")) and (fits(model, models) or fits(labels[asked], models))


def _totals(pairs: Iterable[DriftReport], unread: Mapping[tuple[str, str], Unread]) -> Totals:
    """The sums of what is chosen; none where they are not known of each."""
    if not all(each.totals.counts for each in unread.values()):
        return Totals()
    return added_up([*(pair.totals for pair in pairs), *(each.totals for each in unread.values())])


def _is_chosen(cell: Cell, choices: Choices, labels: Labels) -> bool:
    is_asked = _is_asked((cell.provider_name, cell.model), choices, labels)
    return is_asked and fits(cell.scenario, choices.get("scenario"))


def _name(cell: Cell, kind: str) -> str:
    return {"scenario": cell.scenario, "provider": cell.provider_name, "model": cell.model}[kind]


def _members(group: Group, paths: set[str], choices: Choices, alone: Iterable[Drift]) -> Group | None:
    """The group of the chosen recordings; ``None`` where it is not asked for, or has none of them."""
    apart = {each.fingerprint for each in alone}
    members = tuple(each for each in group.members if each.pair in paths or each.fingerprint in apart)
    return replace(group, members=members) if members and _is_asked_for(group, choices) else None
