"""``cassette stats``, ``cassette find`` and ``cassette report``: what is in many recordings."""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import record, replace
from cassette_tools.cli.nothing import is_empty, tell_of_skipped, tell_of_unfit
from cassette_tools.cli.output import complain, remark, style_for, watching, write
from cassette_tools.config import load_config
from cassette_tools.errors import UsageError
from cassette_tools.printable import printable
from cassette_tools.walk import is_dataset, order_on_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.config import Config
    from cassette_tools.reporters import Style
    from cassette_tools.suite.find import Condition
    from cassette_tools.suite.history import Timeline
    from cassette_tools.suite.report import Report
    from cassette_tools.suite.survey import Opened, Selection, Survey


@record
class SuiteOptions:
    """What the command line says of any of these, or of `log`; ``None`` and empty mean "as configured"."""

    paths: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    scenario_from: str | None = None
    show_all: bool = False
    by: str | None = None
    tool: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    provider: tuple[str, ...] = ()
    scenario: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    text: str | None = None
    where: tuple[str, ...] = ()
    files: bool = False
    since: str | None = None
    history: str | None = None
    prices: bool = False
    contract: str | None = None
    write_contract: str | None = None
    exit_zero: bool = False
    format: str = "text"
    jobs: int | None = None
    no_cache: bool = False
    cache_dir: str | None = None
    allow_empty: bool = False
    output: str | None = None
    config: str | None = None
    color: str = "auto"
    quiet: bool = False


def stats(options: SuiteOptions) -> int:
    """Count; 0 unless something cannot be read. Raises CassetteError."""
    from cassette_tools.suite import as_json, as_text
    from cassette_tools.suite.stats import stats_of

    survey, selection = _surveyed(options, _stdin(options))
    price = None
    if options.prices:
        from cassette_tools.prices import prices

        price = prices()
    found = stats_of(selection, price)
    style = replace(style_for(options.color, to_file=options.output is not None), show_all=options.show_all)
    text = as_json.stats_json(found) if options.format == "json" else as_text.stats_text(found, style, options.by)
    return _told(text, options, survey, selection, colored=style.color)


def find(options: SuiteOptions) -> int:
    """Look for interactions; 0 when there is one, 1 when there is none. Raises CassetteError."""
    from cassette_tools.suite import as_json, as_text
    from cassette_tools.suite import find as finding

    conditions = tuple(_conditions(options))
    stdin = _stdin(options)
    survey, selection = _surveyed(options, stdin)
    found = finding.find(selection, conditions)
    if _is_of_dataset(options):  # whose rows lie in another order
        found = tuple(sorted(found, key=lambda each: order_on_walk(each.recorded.path)))
    if options.text is not None:
        found = finding.saying(found, options.text, _opening(options, stdin), options.jobs)
    style = style_for(options.color, to_file=options.output is not None)
    if options.format == "json":
        text = as_json.find_json(found, selection.count)
    else:
        text = as_text.files_text(found) if options.files else as_text.find_text(found, selection.count, style)
    if not options.quiet and selection.count:
        for words in finding.unmet(conditions):
            remark(f"cassette: {printable(words)}")
    return _told(text, options, survey, selection, colored=style.color, found=bool(found))


def report(options: SuiteOptions) -> int:
    """Tell the state; 0 unless something cannot be read, or a contract is not kept (1). Raises CassetteError."""
    if options.contract is not None or options.write_contract is not None:
        return _report_of_contract(options)
    from cassette_tools.suite.report import report_of

    config = load_config(options.config)
    survey, selection = _surveyed(options, _stdin(options), config)
    found = report_of(selection, selection.pattern)
    if options.history is not None and (survey.files or options.allow_empty):
        from cassette_tools.cli.history import keep_run

        keep_run(options.history, survey, options.paths)
    timeline = _since(options, config) if options.since is not None else None
    style = replace(style_for(options.color, to_file=options.output is not None), show_all=options.show_all)
    text = _report_text(found, options, style, timeline)
    return _told(text, options, survey, selection, colored=style.color)


def _since(options: SuiteOptions, config: Config) -> Timeline:
    """What happened since a commit or a day, by the runs of a history file or by git. Raises CassetteError."""
    from cassette_tools.cli.history import from_file, from_git

    timeline, _ = (from_git if options.history is None else from_file)(options, config, options.only)
    return timeline


def _report_of_contract(options: SuiteOptions) -> int:
    from cassette_tools.cli import contract

    contract.refuse_contrary(options)
    stdin = _stdin(options)
    survey, selection = _surveyed(options, stdin)
    recordings = tuple(selection)
    opened = _opening(options, stdin)
    style = style_for(options.color, to_file=options.output is not None)
    if options.write_contract is not None:
        text, is_kept = contract.learn(recordings, options.write_contract, options, opened), True
    else:
        text, is_kept = contract.check(
            recordings, options.contract or "", options, opened, lines_of_screen(options.output)
        )
    return _told(text, options, survey, selection, colored=style.color, found=is_kept or options.exit_zero)


def lines_of_screen(output: str | None) -> int:
    """How many lines stay in sight above the prompt; as many as a page where there is no terminal."""
    import os
    import sys

    from cassette_tools.suite.state_text import LINES

    is_terminal = output is None and sys.stdout.isatty()
    return os.get_terminal_size(sys.stdout.fileno()).lines - 2 if is_terminal else LINES


def _report_text(found: Report, options: SuiteOptions, style: Style, timeline: Timeline | None) -> str:
    since = options.since or ""
    if options.format == "json":
        from cassette_tools.suite.as_json import report_json

        return report_json(found, None if timeline is None else (since, timeline))
    if options.format == "markdown":
        from cassette_tools.suite.state_markdown import report_markdown

        return report_markdown(found, None if timeline is None else (since, timeline))
    if options.format == "html":
        from cassette_tools.suite.state_html import report_html

        return report_html(found, None if timeline is None else (since, timeline))
    lines = lines_of_screen(options.output)
    if timeline is not None:
        from cassette_tools.suite.since_text import since_text

        return since_text(found, since, timeline, style, lines)
    from cassette_tools.suite.state_text import report_text

    return report_text(found, style, lines)


def _conditions(options: SuiteOptions) -> Iterator[Condition]:
    from cassette_tools.suite.find import OPTIONS, any_of, condition

    if options.files and options.format != "text":
        raise UsageError("--files is for --format text; the JSON has the path of each interaction")
    asked = {name: getattr(options, name) for name in OPTIONS}
    if not (any(asked.values()) or options.where or options.text):
        names = ", ".join(f"--{name}" for name in OPTIONS)
        raise UsageError(f"say what to look for: {names}, --text or --where (several must all be met)")
    for name, patterns in asked.items():
        if patterns:
            yield any_of(name, patterns)
    yield from map(condition, options.where)


def _stdin(options: SuiteOptions) -> bytes:
    if "-" not in options.paths:
        return b""
    from cassette_tools.cli.reading import standard_input

    return standard_input()


def _opening(options: SuiteOptions, stdin: bytes) -> Opened:
    """What opens the recordings, for what no survey remembers."""
    if _is_of_dataset(options):
        from cassette_tools.dataset.reading import source_at

        return source_at
    from cassette_tools.suite.survey import source_of

    return lambda path: source_of(path, stdin)


def _surveyed(options: SuiteOptions, stdin: bytes, config: Config | None = None) -> tuple[Survey, Selection]:
    """The recordings that are asked for, with their scenarios."""
    from cassette_tools.suite.survey import Selection, recordings_of, survey

    config = config or load_config(options.config)
    budgets.use(config.budgets)
    if _is_of_dataset(options):
        return _of_dataset(options, config)
    found = survey(
        options.paths or (".",),
        config.lint.exclude,
        jobs=options.jobs,
        cached=not options.no_cache,
        cache_dir=options.cache_dir,
        stdin=stdin,
        watch=watching("reading", quiet=options.quiet),
    )
    return found, Selection(recordings_of(found), options.scenario_from or config.scenario_from, options.only)


def _is_of_dataset(options: SuiteOptions) -> bool:
    return any(map(is_dataset, options.paths))


def _of_dataset(options: SuiteOptions, config: Config) -> tuple[Survey, Selection]:
    """The same from what `cassette index` has written."""
    from cassette_tools.dataset.reading import Dataset, recordings_in, survey_of
    from cassette_tools.suite.survey import Selection

    if len(options.paths) > 1:
        raise UsageError(f"{' '.join(options.paths)}: a dataset stands alone; index all of it into one")
    if options.history is not None or options.since is not None:
        raise UsageError(
            f"{options.paths[0]}: --since and --history look at recordings, not at a dataset: name their PATH"
        )
    dataset = Dataset(options.paths[0])
    pattern = options.scenario_from or dataset.scenario_from or config.scenario_from
    return survey_of(dataset), Selection(recordings_in(dataset, pattern), pattern, options.only)


def _told(
    text: str, options: SuiteOptions, survey: Survey, selection: Selection, *, colored: bool, found: bool = True
) -> int:
    """Write what was found, and what could not be looked at; the exit status."""
    tell_of_unfit(selection.unfit, selection.pattern, quiet=options.quiet)
    for error in survey.errors:
        complain(error)
    if not options.quiet:
        tell_of_skipped(survey.refused)
    nothing = is_empty(survey, options.paths, allowed=options.allow_empty)
    if survey.files or not (nothing or survey.errors):
        write(text, options.output, colored=colored)
    return 2 if survey.errors or nothing else int(not found)
