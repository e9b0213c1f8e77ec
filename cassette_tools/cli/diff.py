"""``cassette diff``."""

from __future__ import annotations

import os

from cassette_tools import budgets
from cassette_tools._record import record, replace
from cassette_tools.cli.output import complain, remark, reports_asked, style_for, watching, write
from cassette_tools.cli.reading import source_from
from cassette_tools.config import DIFF_FORMATS, DIFF_LEVELS, load_config
from cassette_tools.errors import UsageError
from cassette_tools.finding import Location
from cassette_tools.one_file import OneFile
from cassette_tools.walk import is_dataset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cassette_tools.choosing import Choices
    from cassette_tools.config import Config
    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.diff.suites.sides import Side
    from cassette_tools.model import Place, Recording
    from cassette_tools.reporters import DriftReport, DriftSuite, Style, View
    from cassette_tools.source import Source


@record
class DiffOptions:
    """What the command line says; ``None`` means "as configured"."""

    paths: tuple[str, ...]
    profile: str | None = None
    format: str = "text"
    show: str | None = None
    show_noise: bool = False
    show_folded: bool = False
    show_all: bool = False
    only: tuple[str, ...] = ()
    fail_on: str | None = None
    jobs: int | None = None
    output: str | None = None
    report: tuple[str, ...] = ()
    config: str | None = None
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    exit_zero: bool = False
    baseline: str | None = None
    write_baseline: str | None = None
    noise: str | None = None
    learn: bool = False
    allow_empty: bool = False


def diff(options: DiffOptions) -> int:
    """Compare, report, and give the exit status. Raises CassetteError."""
    config = load_config(options.config)
    budgets.use(config.budgets)
    if options.learn:
        return _learn(options, config)
    paths = options.paths
    one_pair = len(paths) == 2 and all(path == "-" or os.path.isfile(path) or _is_in_git(path) for path in paths)
    further = tuple(_further(options))
    accepts = tuple(accepts_of(options, config))
    if any(map(is_dataset, paths)):
        return _datasets(options, config, accepts, further)
    if one_pair:
        return _pair(options, config, accepts, further)
    return _many(options, config, accepts, further)


def _further(options: DiffOptions) -> Iterator[DiffOptions]:
    """The options of each further report, as if it were the only one. Raises UsageError."""
    for name, path in reports_asked(options.report, DIFF_FORMATS):
        yield replace(options, format=name, output=path, color="never", quiet=False)


def _write_reports(report: DriftReport | DriftSuite, asked: Iterable[DiffOptions], config: Config, found: bool) -> None:
    """Write what was asked for; quiet is what says nothing where nothing counts."""
    from cassette_tools.reporters import REPORTERS, DriftReport

    for options in asked:
        if options.quiet and not found:
            continue
        reporter = REPORTERS.only(options.format)
        assert reporter.diff is not None
        assert reporter.suite is not None
        is_pair = isinstance(report, DriftReport) or report.is_pair
        style = _style(options, config, is_pair=is_pair)
        text = reporter.diff(report, style) if isinstance(report, DriftReport) else reporter.suite(report, style)
        write(text, options.output, colored=style.color, commands=options.format == "github")


def _style(options: DiffOptions, config: Config, *, is_pair: bool) -> Style:
    usual = "cosmetic" if is_pair or options.format not in _TOLD else "shape"
    style = style_for(
        options.color,
        to_file=options.output is not None,
        show=_shown(options, config, usual),
        show_folded=options.show_folded,
        format=options.format,
    )
    return replace(style, show_all=options.show_all)


def _shown(options: DiffOptions, config: Config, usual: str) -> str:
    """The least level that is shown: `usual` where nobody says otherwise, but programs get all."""
    usual = "noise" if options.format == "json" else usual
    return "noise" if options.show_noise else options.show or config.diff.show or usual


_TOLD = ("text", "markdown", "html")  # formats that tell a person the story of many recordings


def _is_in_git(path: str) -> bool:
    """Whether it is git's name for one file: ``main:cassettes/trip.yaml``, ``:2:trip.yaml``."""
    if ":" not in path:
        return False
    from cassette_tools.diff.suites import git

    return git.is_file(path)


def _source(path: str) -> tuple[str, Source]:
    """The git revision of a file, "" for one on the disk, and its source."""
    if path == "-" or os.path.exists(path):
        return "", source_from(path)
    from cassette_tools.diff.suites import git
    from cassette_tools.source import Source

    revision, within = git.split(path)
    return revision, Source.from_bytes(git.file(path), within)


def accepts_of(options: DiffOptions, config: Config) -> Iterator[Accept]:
    """What makes noise of a finding. An ignore that has expired is told of, and no error: the drift itself is loud."""
    if config.diff.ignore or options.baseline is not None:
        from datetime import date

        today = date.today()
    if config.diff.ignore:
        from cassette_tools.diff.judging.accepted import by_configuration, expired

        for row in expired(config.diff.ignore, today):
            where = row.rule or row.path or row.files
            remark(f"cassette: {config.path}: the ignore of {where} expired on {row.until}: {row.reason}")
        yield by_configuration(config.diff.ignore, today)
    if options.baseline is not None:
        from cassette_tools.diff.judging.accepted import baseline_rows, by_baseline, expired_rows

        rows = baseline_rows(options.baseline)
        for (until, reason), count in expired_rows(rows, today).items():
            said = f"{count} accepted finding{'s' * (count != 1)} expired on {until}{f': {reason}' if reason else ''}"
            remark(f"cassette: {options.baseline}: {said}")
        yield by_baseline(rows, today)
    if options.noise is not None:
        from cassette_tools.diff.suites.learn import by_noise, read_noise

        yield by_noise(read_noise(options.noise))


def _pair(options: DiffOptions, config: Config, accepts: tuple[Accept, ...], further: tuple[DiffOptions, ...]) -> int:
    old, new = options.paths
    if old == new == "-":
        raise UsageError("OLD and NEW are both -; only one of them can be standard input")
    report = _compared(options, config, old, new, accepts, _view((options, *further)))
    if options.write_baseline is not None:
        from cassette_tools.reporters import suite_of

        return _write_baseline(options.write_baseline, suite_of(report))
    if options.only:
        from cassette_tools.diff.suites.only import choices_of, only_of_pair

        report = only_of_pair(report, choices_of(options.only))
    found = _fails(options, config, report.summary)
    _write_reports(report, (options, *further), config, found)
    return int(found and not options.exit_zero)


def _compared(
    options: DiffOptions,
    config: Config,
    old: str,
    new: str,
    accepts: tuple[Accept, ...] = (),
    view: Callable[[Recording, Recording], View] | None = None,
) -> DriftReport:
    from cassette_tools.diff import compare
    from cassette_tools.load import load_source

    (old_revision, before), (new_revision, after) = _source(old), _source(new)
    sources = {"old": before, "new": after}

    def locate(side: str, place: Place) -> Location:
        return Location(path=sources[side].path, region=sources[side].region(place))

    with OneFile(f"{old} and {new}"):
        recordings = load_source(before), load_source(after)
        report = compare(
            *recordings,
            profile=options.profile or config.diff.profile,
            locate=locate,
            settings=config.diff,
            accepts=accepts,
        )
        shown = None if view is None else view(*recordings)
    return replace(report, old_revision=old_revision, new_revision=new_revision, view=shown)


def _view(asked: Iterable[DiffOptions]) -> Callable[[Recording, Recording], View] | None:
    """What makes the view that a page shows; ``None`` where no page is asked for."""
    if all(options.format != "html" for options in asked):
        return None
    return _beside_each_other


def _beside_each_other(old: Recording, new: Recording) -> View:
    from cassette_tools.conversation.views import view_of
    from cassette_tools.diff.pairing.align import in_one_order

    return view_of(*in_one_order(old, new))


def _many(options: DiffOptions, config: Config, accepts: tuple[Accept, ...], further: tuple[DiffOptions, ...]) -> int:
    """Folders, or revisions. That only one side has a recording is told, and for a person to judge."""
    from cassette_tools.diff.suites.only import choices_of
    from cassette_tools.diff.suites.suite import compare_suites

    choices = choices_of(options.only)
    old, new = _sides(options.paths, config.lint.exclude)
    report = compare_suites(
        old,
        new,
        profile=options.profile,
        settings=config.diff,
        accepts=accepts,
        jobs=options.jobs,
        watch=watching("comparing", quiet=options.quiet, verbose=options.verbose),
        view=_view((options, *further)),
    )
    missing = () if options.allow_empty else tuple(missing_from(options.paths, report, old, new))
    return _told(options, config, further, report, choices, missing)


def _datasets(
    options: DiffOptions, config: Config, accepts: tuple[Accept, ...], further: tuple[DiffOptions, ...]
) -> int:
    """What `cassette index` has written of two nights."""
    if len(options.paths) != 2 or not all(map(is_dataset, options.paths)):
        other = next((path for path in options.paths if not is_dataset(path)), "")
        raise UsageError(
            f"{' '.join(options.paths)}: a dataset is compared with one other dataset"
            f"{f'; `cassette index {other} --output DATASET` makes one' if other else ''}"
        )
    from cassette_tools.dataset.drift import compare_datasets
    from cassette_tools.dataset.reading import Dataset
    from cassette_tools.diff.suites.only import choices_of

    choices = choices_of(options.only)
    old, new = map(Dataset, options.paths)
    report = compare_datasets(
        old,
        new,
        profile=options.profile,
        settings=config.diff,
        accepts=accepts,
        jobs=options.jobs,
        watch=watching("comparing", quiet=options.quiet, verbose=options.verbose),
        view=_view((options, *further)),
    )
    gone = sum(pair.remembered for pair in report.pairs)
    if gone and not options.quiet:
        remark(
            f"cassette: {gone:,} of {len(report.pairs):,} recordings that differ are told by what the datasets "
            "remember of them: they are gone, or hold something else than when they were indexed"
        )
    nothing = report.compared or report.errors or options.allow_empty
    missing = () if nothing else (f"nothing was compared: no recording stands in {old.place} and in {new.place}",)
    return _told(options, config, further, report, choices, missing)


def _told(
    options: DiffOptions,
    config: Config,
    further: tuple[DiffOptions, ...],
    report: DriftSuite,
    choices: Choices,
    missing: tuple[str, ...],
) -> int:
    """Write the report of many recordings, or the baseline that accepts it; the exit status."""
    from cassette_tools.diff.suites.only import only_of_suite

    for error in report.errors:
        complain(error)
    if options.write_baseline is not None:
        return _write_baseline(options.write_baseline, report) or 2 * bool(report.errors)
    report = only_of_suite(report, choices) if choices else report
    found = _fails(options, config, report.summary)
    _write_reports(report, (options, *further), config, found)
    if missing:
        remark(f"cassette: {'; '.join(missing)}; --allow-empty takes that for success")
    return 2 if report.errors or missing else int(found and not options.exit_zero)


def _as_revisions(first: str, second: str) -> str:
    """A hint how to write two revisions, if both words are revisions."""
    from cassette_tools.diff.suites import git

    are_two = git.is_revision(first) and git.is_revision(second) and ".." not in first
    return f"; to compare two revisions write {first}..{second}" if are_two else ""


def missing_from(paths: tuple[str, ...], report: DriftSuite, old: Side, new: Side) -> Iterator[str]:
    """Why a report says nothing, which must not look like success."""
    if os.devnull in paths:  # git, which says so that a file is new or gone
        return
    limits = paths[1:] if not os.path.isdir(paths[0]) else ()
    known = (*old.paths, *new.paths)
    for limit in limits:
        path = os.path.normpath(limit)
        if not os.path.lexists(limit) and not any(each == path or each.startswith(f"{path}/") for each in known):
            yield f"{limit}: no side has such a file or folder{_as_revisions(paths[0], limit)}"
    if report.pairs or report.errors:
        return
    if not (report.added or report.removed):
        yield f"no recording was found, in {old.name} or in {new.name}"
        return
    counts = f"recordings only in {old.name}: {len(report.removed)}, only in {new.name}: {len(report.added)}"
    yield f"nothing was compared ({counts}; no two of them are of one scenario)"


def _write_baseline(path: str, report: DriftSuite) -> int:
    from cassette_tools.diff.judging.accepted import acceptable, baseline_text

    write(baseline_text(acceptable(report)), path)
    return 0


def _learn(options: DiffOptions, config: Config) -> int:
    """Every recording against the first: what varies among them is the scenario's noise."""
    from cassette_tools.diff.suites.learn import learned, noise_text

    first, *others = options.paths or ("",)
    if not others:
        raise UsageError("--learn needs at least two recordings of the same scenario, better more")
    rows = learned(_compared(options, config, first, other).findings for other in others)
    write(noise_text(rows, options.paths), options.output)
    return 0


def _fails(options: DiffOptions, config: Config, summary: Mapping[str, int]) -> bool:
    failing = DIFF_LEVELS[: DIFF_LEVELS.index(options.fail_on or config.diff.fail_on) + 1]
    return any(summary.get(level) for level in failing)


def _sides(paths: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[Side, Side]:
    """What to compare: two folders, or a revision (or range of two) limited to paths. What exists as a file is one."""
    from cassette_tools.diff.suites import git, sides

    if not paths:
        raise UsageError("say what to compare: two files, two folders, or a git revision (main, main..HEAD)")
    if len(paths) == 2 and all(os.path.isdir(path) for path in paths):
        return sides.folder(paths[0], exclude), sides.folder(paths[1], exclude)
    if len(paths) == 2 and os.devnull in paths:
        return sides.single(paths[0]), sides.single(paths[1])
    first, *limits = paths
    if os.path.exists(first):
        raise UsageError(_mismatch(paths))
    old, new = git.ends(first)
    limited = tuple(limits)
    before, dots, after = first.partition("..")
    names = (before or "HEAD", after.removeprefix(".") or "HEAD") if dots else (first, "")
    if new is None:
        return sides.revision(old, names[0], limited), sides.work_tree(limited, exclude)
    return sides.revision(old, names[0], limited), sides.revision(new, names[1], limited)


def _mismatch(paths: tuple[str, ...]) -> str:
    if len(paths) == 1:
        return f"{paths[0]} stands alone: name what to compare it with, or a git revision before it"
    if len(paths) > 2:
        return f"{len(paths)} paths; expected two files, two folders, or a git revision and paths"
    kinds = [
        "standard input"
        if path == "-"
        else "a folder"
        if os.path.isdir(path)
        else "a file"
        if os.path.exists(path)
        else ""
        for path in paths
    ]
    missing = next((path for path, kind in zip(paths, kinds, strict=True) if not kind), None)
    if missing is not None:
        return f"{missing} does not exist"
    return f"{paths[0]} is {kinds[0]} and {paths[1]} is {kinds[1]}; expected two files or two folders"
