"""``cassette diff``."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.cli.output import style_for, write
from cassette_tools.cli.reading import source_from
from cassette_tools.config import DIFF_LEVELS, load_config
from cassette_tools.errors import UsageError
from cassette_tools.finding import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Place


@record
class DiffOptions:
    """What the command line says; ``None`` means "as configured"."""

    old: str
    new: str
    profile: str | None = None
    format: str = "text"
    show: str | None = None
    show_noise: bool = False
    fail_on: str | None = None
    output: str | None = None
    config: str | None = None
    color: str = "auto"
    quiet: bool = False
    exit_zero: bool = False


def diff(options: DiffOptions) -> int:
    """Compare two recordings, report, and give the exit status. Raises CassetteError."""
    from cassette_tools.diff import compare
    from cassette_tools.load import load_source
    from cassette_tools.reporters import REPORTERS

    if options.old == options.new == "-":
        raise UsageError("OLD and NEW are both -; only one of them can be standard input")
    settings = load_config(options.config).diff
    sources = {"old": source_from(options.old), "new": source_from(options.new)}

    def locate(side: str, place: Place) -> Location:
        return Location(path=sources[side].path, region=sources[side].region(place))

    report = compare(
        load_source(sources["old"]),
        load_source(sources["new"]),
        profile=options.profile or settings.profile,
        locate=locate,
        settings=settings,
    )
    shown = "noise" if options.show_noise else options.show or settings.show
    failing = DIFF_LEVELS[: DIFF_LEVELS.index(options.fail_on or settings.fail_on) + 1]
    found = any(report.summary.get(level) for level in failing)
    if found or not options.quiet:
        reporter = REPORTERS.only(options.format)
        assert reporter.diff is not None
        style = style_for(options.color, to_file=options.output is not None, show=shown)
        write(reporter.diff(report, style), options.output)
    return int(found and not options.exit_zero)
