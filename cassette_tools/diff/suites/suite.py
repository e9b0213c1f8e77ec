"""Many recordings against many: paired by path, then by what they hold; compared in parallel; told together."""

from __future__ import annotations

import pickle

from cassette_tools._record import replace
from cassette_tools.data.drift import LEVELS
from cassette_tools.diff.changes.change import opened
from cassette_tools.diff.compare import compare
from cassette_tools.diff.judging.accepted import tallied
from cassette_tools.diff.judging.merging import merged
from cassette_tools.diff.suites.pairing import paired
from cassette_tools.diff.suites.sides import cassettes_of
from cassette_tools.errors import CassetteError, UnknownFormat
from cassette_tools.finding import Location
from cassette_tools.load import load_source
from cassette_tools.one_file import OneFile
from cassette_tools.reporters import Common, DriftReport, DriftSuite, Provenance
from cassette_tools.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from cassette_tools.config import DiffSettings
    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.diff.suites.sides import Side
    from cassette_tools.finding import Drift
    from cassette_tools.model import Place

COMMON_FROM = 2  # in how many pairs the same change is told once for all


def compare_suites(
    old: Side,
    new: Side,
    *,
    profile: str | None,
    settings: DiffSettings,
    accepts: tuple[Accept, ...] = (),
    jobs: int | None = None,
) -> DriftSuite:
    """What changed between two sides. Files that are no recordings are passed over; those that cannot be read are
    among the errors.
    """
    from cassette_tools.pool import spread, workers

    before, old_errors = cassettes_of(old)
    after, new_errors = cassettes_of(new)
    pairing = paired(before, after)

    def work(number: int) -> bytes:
        left, right = pairing.pairs[number]
        try:
            with OneFile(f"{old.shown[left]} and {new.shown[right]}"):
                return pickle.dumps(_compared(old, new, left, right, before, after, profile, settings, accepts))
        except UnknownFormat:
            return pickle.dumps(None)
        except CassetteError as error:
            return pickle.dumps((type(error).__name__, str(error), error.located()))

    size = sum(len(before[left]) + len(after[right]) for left, right in pairing.pairs if before[left] != after[right])
    count = len(pairing.pairs)
    processes = workers(jobs, count, size)
    results = dict(spread(work, count, processes)) if processes > 1 else {n: work(n) for n in range(count)}
    reports: list[DriftReport] = []
    errors = [*old_errors, *new_errors]
    for number in range(count):
        outcome = pickle.loads(results[number])
        if isinstance(outcome, DriftReport):
            reports.append(outcome)
        elif outcome is not None:
            errors.append(CassetteError(outcome[2]))
    common = tuple(common_changes(reports))
    shared = {fingerprint for each in common for fingerprint in each.fingerprints}
    reports = [_merged(report, shared) for report in reports]
    return DriftSuite(
        old=old.name,
        new=new.name,
        pairs=tuple(reports),
        summary={level: sum(report.summary[level] for report in reports) for level in LEVELS},
        added=tuple(new.shown[path] for path in pairing.added if _is_cassette(after[path])),
        removed=tuple(old.shown[path] for path in pairing.removed if _is_cassette(before[path])),
        renamed=tuple((old.shown[left], new.shown[right]) for left, right in pairing.renamed),
        common=common,
        errors=tuple(errors),
        old_revision=old.revision,
        new_revision=new.revision,
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
) -> DriftReport:
    sources = {
        "old": Source.from_bytes(before[left], old.shown[left]),
        "new": Source.from_bytes(after[right], new.shown[right]),
    }
    if before[left] == after[right]:
        load_source(sources["new"])  # what cannot be read is an error here as well
        return DriftReport(
            old_path=old.shown[left],
            new_path=new.shown[right],
            profile=profile or settings.profile or "rerecord",
            provenance=Provenance(),
            findings=(),
            summary=dict.fromkeys(LEVELS, 0),
            old_revision=old.revision,
            new_revision=new.revision,
        )

    def locate(side: str, place: Place) -> Location:
        return Location(path=sources[side].path, region=sources[side].region(place))

    report = compare(
        load_source(sources["old"]),
        load_source(sources["new"]),
        profile=profile or settings.profile,
        locate=locate,
        settings=settings,
        accepts=accepts,
        merge=False,
    )
    return replace(report, old_revision=old.revision, new_revision=new.revision)


def _is_cassette(content: bytes) -> bool:
    try:
        with OneFile(""):
            load_source(Source.from_bytes(content, ""))
    except CassetteError:
        return False
    return True


# --- what several pairs share ----------------------------------------------------------------------------------------


def common_changes(reports: list[DriftReport]) -> Iterator[Common]:
    """The changes that several pairs share, the gravest first, then the most frequent."""
    found: dict[tuple[str, ...], list[tuple[str, Drift]]] = {}
    for report in reports:
        for finding in report.findings:
            if finding.level != "noise" and not finding.rule.startswith(_OWN):
                found.setdefault(_sameness(finding), []).append((report.new_path, finding))
    shared = [each for each in found.values() if len({path for path, _ in each}) >= COMMON_FROM]
    for each in sorted(shared, key=lambda each: (LEVELS.index(each[0][1].level), -len(each))):
        first = each[0][1]
        yield Common(
            rule=first.rule,
            level=first.level,
            message=first.message if first.said is None else first.said.words,
            pairs=tuple(dict.fromkeys(path for path, _ in each)),
            fingerprints=tuple(finding.fingerprint for _, finding in each),
        )


# What every answer has of its own: its words and counts, whether or not another has them too.
_OWN = ("text-", "usage-changed", "cost-changed", "reasoning-", "prompt-changed", "tool-result-changed")
# What is the same change whatever values it has: a field came or went.
_BY_FIELD = ("wire-", "event-type-", "usage-detail-", "header-")


def _sameness(finding: Drift) -> tuple[str, ...]:
    where = (finding.rule, finding.level, opened(finding.path))
    if finding.rule.startswith(_BY_FIELD):
        return where
    if finding.rule == "system-prompt-changed" and isinstance(finding.old, str) and isinstance(finding.new, str):
        return (*where, *_edits(finding.old, finding.new))  # the same edit of prompts that differ elsewhere
    return (*where, repr(finding.old), repr(finding.new))


def _edits(old: str, new: str) -> tuple[str, ...]:
    """What an edit took out of a text and put in."""
    from cassette_tools.text_diff import pieces

    return tuple(side for left, right in pieces(old, new) if left != right for side in (left, right))
