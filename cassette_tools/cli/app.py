"""The commands as click sees them; each imports what it does when it is called."""

from __future__ import annotations

from typing import Any

import click

from cassette_tools import __version__
from cassette_tools.cli.completion import SHELLS, complete_words
from cassette_tools.config import DIFF_FORMATS, DIFF_LEVELS, LINT_FORMATS, LINT_LEVELS, PROFILES
from cassette_tools.data.matchers import PLAYERS
from cassette_tools.dataset.questions import QUESTIONS

_config = click.option("--config", metavar="FILE", help="Configuration to use instead of the nearest one.")
_output = click.option("--output", "-o", metavar="FILE", help="Write the report to FILE instead of standard output.")
_report = click.option(
    "--report", multiple=True, metavar="FORMAT=FILE", help="Write a further report of another format to FILE."
)
_color = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colour the text; auto honours NO_COLOR and FORCE_COLOR.",
)
_quiet = click.option("--quiet", "-q", is_flag=True, help="No remarks and no summary when nothing was found.")
_verbose = click.option(
    "--verbose", "-v", is_flag=True, help="Name each file that is passed over, and say how long it took."
)
_force = click.option("--force", is_flag=True, help="Rewrite read-only files too, and those with other hard links.")
_jobs = click.option(
    "--jobs", "-j", type=click.IntRange(min=1), metavar="N", help="Processes [default: one a processor]."
)
_no_cache = click.option("--no-cache", is_flag=True, help="Look at every file anew, and remember nothing.")
_cache_dir = click.option(
    "--cache-dir", metavar="FOLDER", help="Where results are remembered [default: the user's cache folder]."
)
_allow_empty = click.option("--allow-empty", is_flag=True, help="Exit with status 0 even when no recording was found.")
_scenario_from = click.option(
    "--scenario-from",
    metavar="PATTERN",
    help="Paths that name the scenario, such as '{suite}/{model}/{scenario}.yaml' [default: guessed].",
)
_only = click.option(
    "--only",
    multiple=True,
    metavar="KIND=NAME",
    help="Only what fits: scenario=, provider= or model=; NAME may have * in it.",
)
_text_or_json = click.option(
    "--format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the report."
)
_text_json_or_markdown = click.option(
    "--format",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
    help="Form of the report.",
)
_prices = click.option(
    "--prices", is_flag=True, help="Estimate the cost by list prices (needs the extra cassette-tools[prices])."
)
_since = click.option(
    "--since", metavar="REV|DAY", help="What changed since a commit, or a day (2025-11-18, '2 weeks ago')."
)
_exit_zero = click.option("--exit-zero", is_flag=True, help="Exit with status 0 even when something was found.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cassette")
def cassette() -> None:
    """Lint, diff and read recorded LLM HTTP traffic.

    Exit status: 0 nothing found, 1 findings or drift, 2 could not run.
    """


@cassette.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--select", multiple=True, metavar="NAMES", help="Only these rules or categories (comma-separated; all).")
@click.option("--extend-select", multiple=True, metavar="NAMES", help="These rules or categories too.")
@click.option("--ignore", multiple=True, metavar="NAMES", help="Not these rules or categories.")
@click.option("--fix", is_flag=True, help="Mend what can be mended without changing what a test replays.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what has to be looked at afterwards.")
@click.option("--diff", is_flag=True, help="Write nothing; print what --fix would change. Status 1 when it would.")
@click.option("--baseline", metavar="FILE", help="Accept the findings that stand in FILE; what is new counts.")
@click.option("--write-baseline", metavar="FILE", help="Write the findings into FILE, to be accepted from now on.")
@click.option("--add-ignore", metavar="REASON", help="Accept each finding by a comment, or a row of the configuration.")
@click.option("--show-source", is_flag=True, help="Show the line of each finding, secrets masked.")
@click.option("--show-all", is_flag=True, help="Tell each finding, also where there are many.")
@click.option("--statistics", is_flag=True, help="Only count the findings of each rule.")
@click.option(
    "--format", type=click.Choice(LINT_FORMATS), default="text", show_default=True, help="Form of the report."
)
@click.option(
    "--fail-on", type=click.Choice(LINT_LEVELS), help="Lowest level that fails, with exit status 1 [default: note]."
)
@_jobs
@_no_cache
@_cache_dir
@_force
@_allow_empty
@_output
@_report
@_config
@_color
@_quiet
@_verbose
@_exit_zero
def lint(**options: Any) -> int:
    """Say what is wrong with recordings: leaked keys, cut streams, recorded errors, contradictions.

    A PATH may be a file, a folder (walked; .gitignore respected) or - for standard input; none means this folder.
    """
    from cassette_tools.cli.lint import LintOptions
    from cassette_tools.cli.lint import lint as run_lint

    return run_lint(LintOptions(**options))


@cassette.command()
@click.argument("paths", nargs=-1, metavar="OLD NEW | REV [PATH]...")
@click.option(
    "--profile", type=click.Choice(PROFILES), help="What may differ [default: by who was asked and who answered]."
)
@click.option(
    "--format", type=click.Choice(DIFF_FORMATS), default="text", show_default=True, help="Form of the report."
)
@click.option(
    "--show",
    type=click.Choice(DIFF_LEVELS),
    help="Lowest level that is shown [default: cosmetic; shape for many pairs].",
)
@click.option("--show-noise", is_flag=True, help="Show everything that differs, expected or not (--show noise).")
@click.option("--show-folded", is_flag=True, help="List under each change what follows from it.")
@click.option("--show-all", is_flag=True, help="Tell each recording in full, also where there are many.")
@click.option(
    "--only",
    multiple=True,
    metavar="KIND=NAME",
    help="Only what fits: rule=, level=, scenario=, provider= or model=; NAME may have * in it.",
)
@click.option("--baseline", metavar="FILE", help="Accept the drift that stands in FILE.")
@click.option("--write-baseline", metavar="FILE", help="Write the drift found into FILE, to be accepted from now on.")
@click.option("--noise", metavar="FILE", help="Accept the noise of this scenario that --learn found.")
@click.option("--learn", is_flag=True, help="Learn the noise of one scenario from several recordings of it.")
@click.option("--allow-empty", is_flag=True, help="Exit with status 0 even when there was nothing to compare.")
@_jobs
@click.option(
    "--fail-on", type=click.Choice(DIFF_LEVELS), help="Lowest level that fails, with exit status 1 [default: behavior]."
)
@_output
@_report
@_config
@_color
@_quiet
@click.option("--verbose", "-v", is_flag=True, help="Say how long it took.")
@_exit_zero
def diff(**options: Any) -> int:
    """Say what changed in meaning from OLD to NEW, how bad that is, and who did it.

    OLD and NEW are two files (either may be - for standard input), or two folders. REV is a git revision, which is
    compared with the work tree, or a range: A..B, or A...B for what B did since it left A.
    """
    from cassette_tools.cli.diff import DiffOptions
    from cassette_tools.cli.diff import diff as run_diff

    return run_diff(DiffOptions(**options))


@cassette.command()
@click.argument("paths", nargs=-1, metavar="[REV | OLD NEW] [PATH]...")
@click.option(
    "--accept", multiple=True, metavar="KIND=NAME", help="Accept what fits without asking; written as for --only."
)
@click.option(
    "--reject", multiple=True, metavar="KIND=NAME", help="Reject what fits without asking; written as for --only."
)
@click.option(
    "--only",
    multiple=True,
    metavar="KIND=NAME",
    help="Only what fits: rule=, level=, scenario=, provider= or model=; NAME may have * in it.",
)
@click.option(
    "--show",
    type=click.Choice(DIFF_LEVELS[:-1]),
    default="shape",
    show_default=True,
    help="Lowest level that is asked about.",
)
@click.option("--baseline", metavar="FILE", help="Pass over the drift that stands in FILE; add what is accepted.")
@click.option("--reason", metavar="TEXT", help="Why it is accepted, for the baseline.")
@click.option(
    "--add-ignore", metavar="REASON", help="Add what is accepted to the configuration, as rows of diff.ignore."
)
@click.option("--until", metavar="DAY", help="The last day on which --baseline or --add-ignore accepts it: 2027-01-31.")
@click.option(
    "--profile", type=click.Choice(PROFILES), help="What may differ [default: by who was asked and who answered]."
)
@_force
@_allow_empty
@_jobs
@_config
@_color
def review(**options: Any) -> int:
    """Accept or reject what changed since REV (a commit; HEAD), or from the folder OLD to the folder NEW.

    Each change is told once, the gravest first, with the recordings that have it; one key answers. A recording
    whose changes are all rejected is restored from git, and a copy of the new one is kept. The exit status is 0 when
    all was accepted, and 1 when something was rejected or left.
    """
    from cassette_tools.cli.review import ReviewOptions
    from cassette_tools.cli.review import review as run_review

    return run_review(ReviewOptions(**options))


@cassette.command()
@click.argument("path")
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the output."
)
@click.option("--events", is_flag=True, help="The events of each stream instead of the conversation.")
@click.option("--show-secrets", is_flag=True, help="Show keys, tokens and passwords as they were recorded.")
@_prices
@_output
@_color
def show(**options: Any) -> int:
    """Show the conversation in a recording as a person reads it, or as the canonical JSON model. PATH may be -."""
    from cassette_tools.cli.show import ShowOptions
    from cassette_tools.cli.show import show as run_show

    return run_show(ShowOptions(**options))


class _WithCurl(click.Command):
    """A command whose words end in a curl command, which has options of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("curl") if "curl" in args[1:] else len(args)
        ctx.meta["curl"] = tuple(args[at + 1 :])
        own = args[:at]
        if own and own[-1] == "--request":
            own.pop()
        return super().parse_args(ctx, own)


@cassette.command(cls=_WithCurl)
@click.argument("path", metavar="CASSETTE [curl ...]")
@click.option("--request", metavar="FILE", help="The request: raw HTTP, JSON, an entry of a HAR, a curl command; or -.")
@click.option("--all", is_flag=True, help="Whether each recorded request would find its own answer.")
@click.option(
    "--profile",
    type=click.Choice(tuple(player.name for player in PLAYERS)),
    help="The player [default: as configured, else as the format tells].",
)
@click.option("--match-on", multiple=True, metavar="NAMES", help="What the player compares (comma-separated).")
@click.option("--repeats", is_flag=True, help="The player plays a recording again (allow_playback_repeats, …).")
@click.option(
    "--format", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the report."
)
@_output
@_config
@_color
@click.pass_context
def match(context: click.Context, /, **options: Any) -> int:
    """Say which recording answers a request, or what keeps the nearest one from it: field by field, with lines.

    The request comes from --request, or from a curl command after the cassette. CASSETTE may be -. The exit status is 0
    when it is matched, and 1 when it is not.
    """
    from cassette_tools.cli.match import MatchOptions
    from cassette_tools.cli.match import match as run_match

    return run_match(MatchOptions(**options, curl=context.meta["curl"]))


@cassette.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--check", is_flag=True, help="Write nothing; exit with status 1 when a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change. Status as with --check.")
@click.option("--output", "-o", metavar="FILE", help="Write the one file to FILE instead of over itself.")
@click.option("--select", multiple=True, metavar="STEPS", help="Only these steps (comma-separated; all).")
@click.option("--extend-select", multiple=True, metavar="STEPS", help="These steps too.")
@click.option("--ignore", multiple=True, metavar="STEPS", help="Not these steps.")
@click.option(
    "--rechunk",
    is_flag=True,
    help="One delta for each part of a streamed answer, and the recorder's own layout.",
)
@click.option("--signatures", is_flag=True, help="Placeholders for sealed reasoning, which some SDKs verify.")
@click.option("--headers", multiple=True, metavar="NAMES", help="Only these header fields stay.")
@click.option("--requests", is_flag=True, help="Change requests too, where players of the format compare them.")
@_force
@click.option("--ignore-unknown", is_flag=True, help="Pass over what is no recording that can be rewritten.")
@click.option("--steps", is_flag=True, help="List the steps with their reasons.")
@_jobs
@_config
@_quiet
@_verbose
def normalize(**options: Any) -> int:
    """Rewrite recordings so that only meaning is left to change: ids, times, secrets and noise get fixed values.

    A PATH may be a file, a folder (walked; .gitignore respected) or - for standard input, which goes to standard
    output. Files are rewritten in place, each whole or not at all.
    """
    from cassette_tools.cli.normalize import NormalizeOptions
    from cassette_tools.cli.normalize import normalize as run_normalize

    return run_normalize(NormalizeOptions(**options))


def _of_many(command: click.decorators.FC) -> click.decorators.FC:
    """The options of the commands that read many recordings and change none."""
    for option in (_quiet, _color, _config, _output, _allow_empty, _cache_dir, _no_cache, _jobs, _scenario_from):
        command = option(command)
    return command


@cassette.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_only
@click.option("--show-all", is_flag=True, help="Tell each recording (or change), also where there are many.")
@click.option("--write-contract", metavar="FOLDER", help="Learn a contract from the recordings; write it into FOLDER.")
@click.option(
    "--contract", metavar="FOLDER", help="Say how the recordings differ from the contract in FOLDER (status 1)."
)
@_since
@click.option("--history", metavar="FILE", help="Add this run to FILE; --since then asks the runs in it, not git.")
@click.option(
    "--format",
    type=click.Choice(("text", "json", "markdown", "html")),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@_exit_zero
@_of_many
def report(**options: Any) -> int:
    """Show the state of a suite: its scenarios by provider and model, and which recordings differ.

    A PATH may be a file, a folder (walked; .gitignore respected) or - for standard input; none means this folder.
    """
    from cassette_tools.cli.suite import SuiteOptions
    from cassette_tools.cli.suite import report as run_report

    return run_report(SuiteOptions(**options))


@cassette.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--scenario", multiple=True, metavar="NAME", help="Only this scenario; * stands for any text.")
@_only
@_since
@click.option(
    "--history", metavar="FILE", help="Tell the runs that `report --history` has kept in FILE, not git's commits."
)
@click.option("--show-all", is_flag=True, help="Tell every commit, and every change.")
@_text_json_or_markdown
@_of_many
def log(**options: Any) -> int:
    """Tell what changed in recordings through git's history, commit by commit; of one scenario as a timeline.

    A PATH may be a file or a folder, also one that is gone; none means this folder. Nothing is checked out. Renames are
    followed, and what a merge brought is told when it arrived.
    """
    from cassette_tools.cli.log import log as run_log
    from cassette_tools.cli.suite import SuiteOptions

    return run_log(SuiteOptions(**options))


@cassette.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--by", type=click.Choice(("provider", "model", "sdk", "scenario")), help="All rows of one table [default: a few]."
)
@_only
@click.option("--show-all", is_flag=True, help="All rows of every table.")
@_prices
@_text_or_json
@_of_many
def stats(**options: Any) -> int:
    """Count calls, tokens, cost, failures and time: in all, by provider, by model, by SDK and by scenario.

    A PATH may be a file, a folder (walked; .gitignore respected) or - for standard input; none means this folder.
    """
    from cassette_tools.cli.suite import SuiteOptions
    from cassette_tools.cli.suite import stats as run_stats

    return run_stats(SuiteOptions(**options))


@cassette.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--tool", multiple=True, metavar="NAME", help="Calls this tool.")
@click.option("--model", multiple=True, metavar="NAME", help="Asks this model, or is answered by it.")
@click.option("--provider", multiple=True, metavar="NAME", help="Asks this provider.")
@click.option("--scenario", multiple=True, metavar="NAME", help="Is of this scenario.")
@click.option(
    "--finish", multiple=True, metavar="REASON", help="Ends so: stop, length, tool_call, or the provider's word."
)
@click.option("--status", multiple=True, metavar="CODE", help="Has this HTTP status.")
@click.option("--text", metavar="TEXT", help="Says this: in a prompt, an answer, a thought, arguments or a result.")
@click.option("--where", multiple=True, metavar="EXPR", help="FIELD=VALUE; also !=, <, >, <=, >= (docs/suites.md).")
@click.option("--files", is_flag=True, help="Only the paths of the recordings.")
@_text_or_json
@_of_many
def find(**options: Any) -> int:
    """Find recorded requests and answers. NAME may have * in it for any text.

    Values of one option add up; different options, and each --where, must all be met by one interaction. The exit
    status is 0 when something is found, and 1 when nothing is.
    """
    from cassette_tools.cli.suite import SuiteOptions
    from cassette_tools.cli.suite import find as run_find

    return run_find(SuiteOptions(**options))


@cassette.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH|URL...")
@click.option("--output", "-o", required=True, metavar="DATASET", help="The folder or the URL of the dataset.")
@click.option(
    "--engine",
    type=click.Choice(("processes", "dask")),
    default="processes",
    show_default=True,
    help="Who reads: this machine, or a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="The scheduler of the cluster, such as tcp://10.0.0.1:8786.")
@_scenario_from
@click.option("--break-lock", is_flag=True, help="Take the place of a writer at a URL that is gone.")
@_text_or_json
@_jobs
@_allow_empty
@_config
@_quiet
def index(**options: Any) -> int:
    """Write recordings as a table: a dataset of Parquet files with one row for each interaction.

    A PATH may be a file or a folder (walked; .gitignore respected), a URL is one of fsspec (s3://, gs://, memory://).
    Files that have not changed since the last run are not read again; those that are gone leave the dataset.
    """
    from cassette_tools.cli.index import IndexOptions
    from cassette_tools.cli.index import index as run_index

    return run_index(IndexOptions(**options))


@cassette.command()
@click.argument("path")
@click.option(
    "--to",
    required=True,
    metavar="FORMAT",
    help="go-vcr, har, ruby-vcr, vcrpy, …; `cassette convert - --to ?` lists all.",
)
@click.option(
    "--output", "-o", metavar="PATH", help="The file, or for a folder the folder, to write [default: standard output]."
)
@click.option(
    "--url",
    metavar="URL",
    help="Where requests went of which the recording has no host: https://api.openai.com, or a whole address.",
)
@click.option("--decompress", is_flag=True, help="Undo content codings (gzip, br, …) in bodies and headers.")
@click.option("--strict", is_flag=True, help="Fail when the target format cannot hold something.")
@_jobs
@_quiet
def convert(**options: Any) -> int:
    """Write a recording in another cassette format, and say what that format has no place for."""
    from cassette_tools.cli.convert import ConvertOptions
    from cassette_tools.cli.convert import convert as run_convert

    return run_convert(ConvertOptions(**options))


@cassette.command()
@click.argument("dataset")
@click.argument("sql", required=False)
@click.option("--ask", type=click.Choice(tuple(QUESTIONS)), help="A question that has a name, in the place of SQL.")
@click.option("--show-sql", is_flag=True, help="Print the SQL, and do not ask.")
@click.option("--show-all", is_flag=True, help="All rows of the table [default: the first 100].")
@click.option(
    "--format",
    type=click.Choice(("text", "json", "csv")),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=64),
    metavar="MB",
    help="What the question may take; more is spilled [default: 512].",
)
@_output
def query(**options: Any) -> int:
    """Ask a dataset in SQL (DuckDB's). The one table is `interactions`; nothing else is read, and nothing is changed.

    DATASET is what `cassette index` has written, a folder or a URL. SQL may be - for standard input. The columns are
    told by `DESCRIBE interactions`.
    """
    from cassette_tools.cli.query import QueryOptions
    from cassette_tools.cli.query import query as run_query

    return run_query(QueryOptions(**options))


@cassette.command()
@click.argument("name", required=False)
def rules(name: str | None) -> int:
    """List the lint rules, or explain one of them."""
    from cassette_tools.cli.rules import rules as run_rules

    return run_rules(name)


@cassette.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """List the JSON Schemas of formats and reports, or print one of them."""
    from cassette_tools.cli.schema import schema as run_schema

    return run_schema(name)


@cassette.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print the script with which a shell completes commands, options, files and names.

    \b
    bash  eval "$(cassette completion bash)" in ~/.bashrc
    zsh   eval "$(cassette completion zsh)" in ~/.zshrc, after compinit
    fish  cassette completion fish > ~/.config/fish/completions/cassette.fish
    """
    from cassette_tools.cli.completion import completion as run_completion

    return run_completion(shell, cassette)


complete_words(cassette)


def run(words: list[str]) -> int:
    """Run a command; usage errors are click's. Raises CassetteError for everything else that cannot be done."""
    try:
        status = cassette.main(words, prog_name="cassette", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return 130
    except click.ClickException as error:
        _complain(error)
        return 2
    return status if isinstance(status, int) else 0


def _complain(error: click.ClickException) -> None:
    """What click says of wrong usage, as `error.show` says it; words of the command line may be names of files, which
    act on nothing.
    """
    from cassette_tools.cli.output import remark

    context = getattr(error, "ctx", None)
    if context is not None:
        for line in context.get_usage().splitlines():
            remark(line)
        remark(f"Try '{context.command_path} {context.help_option_names[0]}' for help.")
        remark("")
    remark(f"Error: {error.format_message()}")
