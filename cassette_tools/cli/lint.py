"""``cassette lint``: from options to an exit status. Without click, which `fast` does not pay for."""

from __future__ import annotations

import sys

from cassette_tools._record import record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import LintSettings
    from cassette_tools.lint.run import Outcome


@record
class LintOptions:
    """What the command line says; ``None`` and empty mean "as configured"."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    format: str = "text"
    output: str | None = None
    config: str | None = None
    fail_on: str | None = None
    color: str = "auto"
    jobs: int | None = None
    quiet: bool = False
    exit_zero: bool = False
    no_cache: bool = False


def lint(options: LintOptions) -> int:
    """Lint, report, and give the exit status."""
    from cassette_tools.cli.output import complain
    from cassette_tools.config import LINT_LEVELS, load_config
    from cassette_tools.errors import CassetteError
    from cassette_tools.lint.run import lint_paths

    try:
        settings = _settings(options, load_config(options.config).lint)
        outcome = lint_paths(
            options.paths or (".",),
            settings,
            jobs=options.jobs,
            cached=not options.no_cache,
            stdin=sys.stdin.buffer.read() if "-" in options.paths else b"",
        )
        _report(outcome, options)
    except CassetteError as error:
        complain(error)
        return 2
    if outcome.errors:
        return 2
    graver = LINT_LEVELS[: LINT_LEVELS.index(settings.fail_on) + 1]
    return int(not options.exit_zero and any(finding.level in graver for finding in outcome.findings))


def _settings(options: LintOptions, configured: LintSettings) -> LintSettings:
    """The command line over the configuration: `--select` replaces, `--ignore` adds."""
    return replace(
        configured,
        select=_names(options.select) or configured.select,
        ignore=(*configured.ignore, *_names(options.ignore)),
        fail_on=options.fail_on or configured.fail_on,
    )


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for word in words for name in word.split(",") if name.strip())


def _report(outcome: Outcome, options: LintOptions) -> None:
    from cassette_tools.cli.output import complain, remark, style_for, write
    from cassette_tools.reporters import REPORTERS, LintReport

    for error in outcome.errors:
        complain(error)
    if outcome.refused and not options.quiet:
        seen = ", ".join(
            f"{count} like {what}" for what, count in sorted(outcome.refused.items(), key=lambda each: -each[1])
        )
        count = sum(outcome.refused.values())
        remark(f"cassette: passed over {count} file{'s' * (count != 1)} that cannot be read yet: {seen}")
    if options.quiet and options.format == "text" and not outcome.findings:
        return
    report = LintReport(files=outcome.files, findings=tuple(outcome.findings), errors=tuple(outcome.errors))
    reporter = REPORTERS.only(options.format)
    assert reporter.lint is not None
    write(reporter.lint(report, style_for(options.color, to_file=options.output is not None)), options.output)
