"""Where `cassette log` and `cassette report --since` read history: from git, or from a file that keeps runs."""

from __future__ import annotations

import os

from cassette_tools.cli.nothing import tell_of_unfit
from cassette_tools.cli.output import remark, watching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cassette_tools.cli.suite import SuiteOptions
    from cassette_tools.config import Config
    from cassette_tools.suite.history import Moment, Timeline
    from cassette_tools.suite.survey import Survey


def from_git(options: SuiteOptions, config: Config, only: Iterable[str]) -> tuple[Timeline, bool]:
    """What git's commits tell, and whether that is all of it; where it is not, that is said. Raises CassetteError."""
    from cassette_tools.lint.cache import Cache
    from cassette_tools.suite.git_history import GitHistory, is_state

    found = GitHistory(
        options.paths or (".",),
        options.since,
        exclude=config.lint.exclude,
        jobs=options.jobs,
        cache=None if options.no_cache else Cache(options.cache_dir, "states", is_state),
        watch=watching("reading", quiet=options.quiet),
    )
    pattern = options.scenario_from or config.scenario_from
    timeline = found.timeline(pattern=pattern, only=only)
    tell_of_unfit(timeline.unfit, pattern, quiet=options.quiet)
    if found.walk.is_shallow and not options.quiet:
        from cassette_tools.diff.suites.git import SHALLOW

        first = timeline.moments[0]
        remark(f"cassette: the history begins on {first.day} ({first.name[:7]}){SHALLOW}")
    return timeline, not found.walk.is_shallow


def from_file(options: SuiteOptions, config: Config, only: Iterable[str]) -> tuple[Timeline, bool]:
    """What the runs in a history file tell. Raises CassetteError."""
    from cassette_tools.suite.runs import Runs

    pattern = options.scenario_from or config.scenario_from
    with Runs(options.history or "") as runs:
        timeline = runs.timeline(options.paths, options.since, pattern=pattern, only=only)
    tell_of_unfit(timeline.unfit, pattern, quiet=options.quiet)
    return timeline, True


def keep_run(path: str, survey: Survey, paths: Sequence[str]) -> None:
    """Add what was found to a history file. Raises CassetteError."""
    from cassette_tools.suite.runs import Runs
    from cassette_tools.suite.states import state_of

    states = {name: state_of(name, facts) for name, facts in survey.found}
    with Runs(path, may_be_new=True) as runs:
        runs.add(_now(), states, paths or (".",), [error.path for error in survey.errors if error.path])


def _now() -> Moment:
    """This run: its time, and the commit that is checked out, where there is one."""
    from datetime import UTC, datetime

    from cassette_tools.suite.commits import checked_out
    from cassette_tools.suite.history import RUN, Moment

    name, author, subject = checked_out(os.getcwd())
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Moment(kind=RUN, at=at, name=name, author=author, subject=subject)
