"""Many recordings against many: paired by path, then by what they hold; compared in parallel; told together."""

from __future__ import annotations

import pickle

from cassette_tools._record import replace
from cassette_tools.data.drift import LEVELS, OF_SUITES
from cassette_tools.diff.compare import compare
from cassette_tools.diff.judging.accepted import tallied, with_accepted
from cassette_tools.diff.judging.merging import merged
from cassette_tools.diff.suites.groups import groups_of
from cassette_tools.diff.suites.matrix import matrix_of
from cassette_tools.diff.suites.pairing import paired
from cassette_tools.diff.suites.sides import cassettes_of
from cassette_tools.diff.suites.totals import added_up, asked_by_each, asked_of, totals_of
from cassette_tools.errors import CassetteError, SourceError, UnknownFormat
from cassette_tools.finding import Drift, Location, Region, fingerprint
from cassette_tools.load import load_source
from cassette_tools.one_file import OneFile
from cassette_tools.reporters import DriftReport, DriftSuite, Provenance
from cassette_tools.source import Source
from cassette_tools.walk import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from cassette_tools.config import DiffSettings
    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.diff.suites.sides import Side
    from cassette_tools.model import Place, Recording
    from cassette_tools.pool import Watch
    from cassette_tools.reporters import View


def compare_suites(
    old: Side,
    new: Side,
    *,
    profile: str | None,
    settings: DiffSettings,
    accepts: tuple[Accept, ...] = (),
    jobs: int | None = None,
    watch: Watch | None = None,
    view: Callable[[Recording, Recording], View] | None = None,
) -> DriftSuite:
    """What changed between two sides. Files that are no recordings are passed over; those that cannot be read are
    among the errors. `watch` sees how far it is. `view` makes of two
    recordings what a person wants to see of them.
    """
    before, old_errors = cassettes_of(old)
    after, new_errors = cassettes_of(new)
    pairing = paired(before, after)

    def work(number: int) -> DriftReport:
        left, right = pairing.pairs[number]
        with OneFile(f"{old.shown[left]} and {new.shown[right]}"):
            return _compared(old, new, left, right, before, after, profile, settings, accepts, view)

    size = sum(len(before[left]) + len(after[right]) for left, right in pairing.pairs if before[left] != after[right])
    reports, errors = each_compared(work, len(pairing.pairs), size, jobs, watch)
    return told_together(
        DriftSuite(
            old=old.name,
            new=new.name,
            pairs=tuple(reports),
            summary={},
            added=tuple(new.shown[path] for path in pairing.added if _is_cassette(after[path])),
            removed=tuple(old.shown[path] for path in pairing.removed if _is_cassette(before[path])),
            renamed=tuple((old.shown[left], new.shown[right]) for left, right in pairing.renamed),
            matrix=matrix_of(reports),
            totals=added_up(report.totals for report in reports),
            errors=(*old_errors, *new_errors, *errors),
            old_revision=old.revision,
            new_revision=new.revision,
        ),
        settings,
        accepts,
    )


def each_compared(
    work: Callable[[int], DriftReport], count: int, size: int, jobs: int | None, watch: Watch | None
) -> tuple[list[DriftReport], list[SourceError]]:
    """The reports that `work` makes of so many pairs of so many bytes, in several processes, and why some have none.
    What is no recording has neither.
    """
    from cassette_tools.pool import each, workers

    def packed(number: int) -> bytes:
        try:
            return pickle.dumps(work(number))
        except UnknownFormat:
            return pickle.dumps(None)
        except CassetteError as error:
            return pickle.dumps((error.message, error.path, error.line, error.column))

    results = dict(each(packed, count, workers(jobs, count, size), watch))
    reports: list[DriftReport] = []
    errors: list[SourceError] = []
    for number in range(count):
        outcome = pickle.loads(results[number])
        if isinstance(outcome, DriftReport):
            reports.append(outcome)
        elif outcome is not None:
            errors.append(SourceError(outcome[0], path=outcome[1], line=outcome[2], column=outcome[3]))
    return reports, errors


def told_together(suite: DriftSuite, settings: DiffSettings, accepts: tuple[Accept, ...]) -> DriftSuite:
    """The suite with what its pairs have in common told once, with what stands on one side only, and counted."""
    alone = tuple(with_accepted(_alone(suite.added, suite.removed, settings), accepts))
    suite = replace(suite, findings=alone, groups=groups_of(suite.pairs, alone))
    pairs = tuple(_merged(report, suite.shared) for report in suite.pairs)
    counts = [*(report.summary for report in pairs), tallied(alone)]
    return replace(suite, pairs=pairs, summary={level: sum(each[level] for each in counts) for level in LEVELS})


def _alone(added: Iterable[str], removed: Iterable[str], settings: DiffSettings) -> Iterator[Drift]:
    """That a recording is on one side only."""
    rows = {row.name: row for row in OF_SUITES}
    top = Region(line=1, column=1, end_line=1, end_column=1)
    for name, paths in (("recording-added", added), ("recording-removed", removed)):
        level = settings.levels.get(name, rows[name].level)
        for path in paths:
            place = Location(path=path, region=top)
            yield Drift(
                rule=name,
                level=level,
                message=rows[name].message,
                path="",
                origin="transport",
                old_location=place if name == "recording-removed" else None,
                new_location=place if name == "recording-added" else None,
                fingerprint=fingerprint(name, repository_path(path), "", ""),
            )


def _merged(report: DriftReport, shared: Collection[str]) -> DriftReport:
    """The report with a line for what is one thing; what several pairs share has lines of its own."""
    findings = merged(report.findings, shared)
    return replace(report, findings=findings, summary=tallied(findings))


def _compared(
    old: Side,
    new: Side,
    left: str,
    right: str,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    profile: str | None,
    settings: DiffSettings,
    accepts: tuple[Accept, ...],
    view: Callable[[Recording, Recording], View] | None,
) -> DriftReport:
    sources = {
        "old": Source.from_bytes(before[left], old.shown[left]),
        "new": Source.from_bytes(after[right], new.shown[right]),
    }
    if before[left] == after[right]:
        recording = load_source(sources["new"])  # what cannot be read is an error here as well
        return DriftReport(
            old_path=old.shown[left],
            new_path=new.shown[right],
            profile=profile or settings.profile or "rerecord",
            provenance=Provenance(),
            findings=(),
            summary=dict.fromkeys(LEVELS, 0),
            old_revision=old.revision,
            new_revision=new.revision,
            asked=asked_of(recording),
            totals=totals_of(recording, recording, Provenance()),
        )

    recordings = _loaded(sources["old"], old), _loaded(sources["new"], new)
    report = drift_between(sources, recordings, profile, settings, accepts, view)
    return replace(report, old_revision=old.revision, new_revision=new.revision)


def drift_between(
    sources: Mapping[str, Source],
    recordings: tuple[Recording, Recording],
    profile: str | None,
    settings: DiffSettings,
    accepts: tuple[Accept, ...],
    view: Callable[[Recording, Recording], View] | None = None,
) -> DriftReport:
    """The report of a pair in a suite: not merged yet, with what it adds to the sums. `sources` has an ``old`` and a
    ``new`` one.
    """

    def locate(side: str, place: Place) -> Location:
        return Location(path=sources[side].path, region=sources[side].region(place))

    report = compare(
        *recordings,
        profile=profile or settings.profile,
        locate=locate,
        settings=settings,
        accepts=accepts,
        merge=False,
    )
    return replace(
        report,
        asked=asked_of(recordings[1]),
        asked_each=asked_by_each(recordings[1]),
        totals=totals_of(*recordings, report.provenance),
        view=None if view is None else view(*recordings),
    )


def _loaded(source: Source, side: Side) -> Recording:
    """The recording; what cannot be read says of which revision it is."""
    try:
        return load_source(source)
    except SourceError as error:
        if side.revision:
            error.message += f" (in {side.revision})"
        raise


def _is_cassette(content: bytes) -> bool:
    try:
        with OneFile(""):
            load_source(Source.from_bytes(content, ""))
    except CassetteError:
        return False
    return True
