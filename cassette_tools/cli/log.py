"""``cassette log``: recordings through time, by git's commits or by the runs that a history file keeps."""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import replace
from cassette_tools.cli.history import from_file, from_git
from cassette_tools.cli.output import remark, style_for, write
from cassette_tools.config import load_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.cli.suite import SuiteOptions
    from cassette_tools.reporters import Style
    from cassette_tools.suite.history import Timeline


def log(options: SuiteOptions) -> int:
    """Tell; 0 unless there is nothing to be told (2). Raises CassetteError."""
    config = load_config(options.config)
    budgets.use(config.budgets)
    only = (*options.only, *(f"scenario={name}" for name in options.scenario))
    timeline, is_complete = (from_git if options.history is None else from_file)(options, config, only)
    if not timeline.tracks and not options.allow_empty:
        where = ", ".join(options.paths or (".",)) if options.history is None else options.history
        remark(f"cassette: no recording was found in the history of {where}; --allow-empty takes that for success")
        return 2
    style = replace(style_for(options.color, to_file=options.output is not None), show_all=options.show_all)
    write(_text(timeline, options, style, is_complete=is_complete), options.output, colored=style.color)
    return 0


def _text(timeline: Timeline, options: SuiteOptions, style: Style, *, is_complete: bool) -> str:
    if options.format == "json":
        from cassette_tools.suite.as_json import timeline_json

        return timeline_json(timeline, is_complete=is_complete)
    if options.format == "markdown":
        from cassette_tools.suite.history_markdown import timeline_markdown

        return timeline_markdown(timeline)
    from cassette_tools.cli.suite import lines_of_screen
    from cassette_tools.suite.history_text import timeline_text

    return timeline_text(timeline, style, lines_of_screen(options.output))
