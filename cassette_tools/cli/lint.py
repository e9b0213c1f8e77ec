"""``cassette lint``: from options to an exit status. Without click, which `fast` does not pay for."""

from __future__ import annotations

import os

from cassette_tools import budgets
from cassette_tools._record import record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from cassette_tools.cli.fixing import Fixed
    from cassette_tools.config import Config, LintSettings
    from cassette_tools.finding import Finding
    from cassette_tools.lint.accepted import Baseline
    from cassette_tools.lint.run import Outcome
    from cassette_tools.reporters import LintReport
    from cassette_tools.source import Source


@record
class LintOptions:
    """What the command line says; ``None`` and empty mean "as configured"."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    baseline: str | None = None
    write_baseline: str | None = None
    add_ignore: str | None = None
    show_source: bool = False
    show_all: bool = False
    statistics: bool = False
    format: str = "text"
    output: str | None = None
    report: tuple[str, ...] = ()
    config: str | None = None
    fail_on: str | None = None
    color: str = "auto"
    jobs: int | None = None
    quiet: bool = False
    verbose: bool = False
    exit_zero: bool = False
    no_cache: bool = False
    cache_dir: str | None = None
    force: bool = False
    allow_empty: bool = False


def lint(options: LintOptions) -> int:
    """Lint, report, and give the exit status."""
    from cassette_tools.cli.output import complain
    from cassette_tools.errors import CassetteError

    try:
        _refuse_what_contradicts(options)
        return _Lint(options).status()
    except CassetteError as error:
        complain(error)
        return 2


def _refuse_what_contradicts(options: LintOptions) -> None:
    from cassette_tools.errors import UsageError

    if "-" in options.paths and (options.fix or options.diff or options.add_ignore is not None):
        raise UsageError("standard input cannot be changed; `cassette normalize -` writes to standard output")
    doing = {
        "--fix": options.fix and not options.diff,
        "--diff": options.diff,
        "--write-baseline": options.write_baseline is not None,
        "--add-ignore": options.add_ignore is not None,
    }
    asked = [name for name, is_asked in doing.items() if is_asked]
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} are two things: do one after the other")
    if options.add_ignore is not None and not options.add_ignore.strip():
        raise UsageError("--add-ignore needs a reason: why are these findings accepted?")
    if (options.statistics or options.show_source) and options.format != "text":
        raise UsageError("--statistics and --show-source are for --format text; the other formats say it all")


class _Lint:
    """One run: the settings of each file, what was found, and what of it counts."""

    def __init__(self, options: LintOptions) -> None:
        from cassette_tools.cli.output import reports_asked
        from cassette_tools.config import LINT_FORMATS, Config, Nearest, load_config

        self._options = options
        self._reports = reports_asked(options.report, LINT_FORMATS)
        self._nearest = Nearest() if options.config is None else None
        here = self._nearest.of_folder(os.getcwd()) if self._nearest is not None else load_config(options.config)
        self._base = here or Config()
        budgets.use(self._base.budgets)
        self._known: dict[str | None, LintSettings] = {}
        self._folders: dict[str, LintSettings] = {}
        self._settings = self._with_options(self._base)
        self._outcome = self._linted()
        self._replaced: bytes | None = None  # what the baseline that is written anew held
        self._baseline = self._read_baseline()
        self._in_baseline = 0

    # --- settings ---------------------------------------------------------------------------------------------------

    def settings_of(self, path: str) -> LintSettings:
        """The settings of the configuration that is nearest to a file, as ruff has it; options count everywhere."""
        if self._nearest is None or path == "-":
            return self._settings
        folder = os.path.dirname(path)
        if folder not in self._folders:
            self._folders[folder] = self._with_options(self._config_of(path))
        return self._folders[folder]

    def _config_of(self, path: str) -> Config:
        """The configuration that holds for a file."""
        if self._nearest is None:
            return self._base
        return self._nearest.of_folder(os.path.dirname(os.path.abspath(path))) or self._base

    def _with_options(self, config: Config) -> LintSettings:
        """The command line over the configuration: `--select` replaces, `--extend-select` and `--ignore` add."""
        if config.path in self._known:
            return self._known[config.path]
        options, configured = self._options, config.lint
        settings = replace(
            configured,
            select=_names(options.select) or configured.select,
            extend_select=(*configured.extend_select, *_names(options.extend_select)),
            ignore=(*configured.ignore, *_names(options.ignore)),
            fail_on=options.fail_on or configured.fail_on,
        )
        self._known[config.path] = settings
        return settings

    def asked(self, path: str) -> frozenset[str]:
        """The names of the rules that ran on a file."""
        from cassette_tools.lint.select import chosen_rules

        return frozenset(rule.name for rule, _level in chosen_rules(self.settings_of(path), path))

    # --- findings ---------------------------------------------------------------------------------------------------

    def _linted(self) -> Outcome:
        from cassette_tools.cli.output import watching
        from cassette_tools.lint.run import lint_paths

        options = self._options
        stdin = b""
        if "-" in options.paths:
            from cassette_tools.cli.reading import standard_input

            stdin = standard_input()
        return lint_paths(
            options.paths or (".",),
            self._settings,
            jobs=options.jobs,
            cached=not options.no_cache,
            cache_dir=options.cache_dir,
            stdin=stdin,
            nearest=self.settings_of,
            watch=watching("linting", quiet=options.quiet, verbose=options.verbose),
        )

    def _read_baseline(self) -> Baseline | None:
        from cassette_tools.regular import read

        options = self._options
        path = options.baseline
        if path is None and self._settings.baseline is not None:
            path = os.path.join(self._settings.root, self._settings.baseline)
        if options.write_baseline is not None:
            path = options.write_baseline if os.path.isfile(options.write_baseline) else None
            self._replaced = read(path) if path is not None else None
        if path is None:
            return None
        from cassette_tools.lint.accepted import read_baseline

        return read_baseline(path)

    def _sifted(self, findings: Iterable[Finding], *, tells: bool = True) -> list[Finding]:
        """The findings that nobody has accepted; what accepts nothing (any more) is told."""
        tells = tells and not self._options.quiet
        left = self._not_ignored(findings, tells=tells)
        if self._baseline is None or self._options.write_baseline is not None:
            return left
        from datetime import date

        from cassette_tools.cli.output import remark

        if self._baseline.is_over(date.today()):
            if tells:
                remark(
                    f"cassette: the baseline {self._baseline.path} was until {self._baseline.until}: all counts again"
                )
            return left
        new, met = self._baseline.sift(left)
        self._in_baseline = len(left) - len(new)
        stale = self._baseline.stale(met, self._outcome.paths, self.asked)
        if stale and tells:
            shown = ", ".join(f"{row.rule} in {row.file}" for row in stale[:3])
            more = f" and {len(stale) - 3} more" if len(stale) > 3 else ""
            remark(
                f"cassette: {_counted(len(stale), 'finding')} of the baseline {_are(len(stale))} gone ({shown}{more}): "
                f"`cassette lint --write-baseline {self._baseline.path}` takes them out"
            )
        return new

    def _not_ignored(self, findings: Iterable[Finding], *, tells: bool = True) -> list[Finding]:
        with_rows = {id(each): each for each in (self._settings, *self._folders.values()) if each.accepted}
        if not with_rows:
            return list(findings)
        from datetime import date

        from cassette_tools.lint.accepted import row_for

        today = date.today()
        left = []
        met: set[int] = set()
        for finding in findings:
            row = row_for(finding, self.settings_of(finding.location.path), today)
            if row is None:
                left.append(finding)
            else:
                met.add(id(row))
        for settings in with_rows.values() if tells else ():
            self._tell_of_rows(settings, met, today)
        return left

    def _tell_of_rows(self, settings: LintSettings, met: set[int], today: date) -> None:
        """Rows whose day is over, and those that accepted nothing where they could have."""
        from cassette_tools.cli.output import remark
        from cassette_tools.lint.accepted import concerns, is_over

        own = [path for path in self._outcome.paths if self.settings_of(path) is settings]
        for row in settings.accepted:
            where = f" in {row.files}" if row.files else ""
            what = f"cassette: lint.ignore of {row.rule or 'every rule'}{where} ({row.reason})"
            if is_over(row, today):
                remark(f"{what} was until {row.until}: it accepts nothing any more")
            elif id(row) not in met and any(concerns(row, path, settings, self.asked(path)) for path in own):
                remark(f"{what} accepts nothing: there is no such finding; take it out")

    # --- what is done with them -------------------------------------------------------------------------------------

    def status(self) -> int:
        """Do what was asked for, and give the exit status."""
        from cassette_tools.cli.nothing import is_empty

        options = self._options
        if options.write_baseline is not None:
            return self._write_baseline(options.write_baseline)
        findings = self._sifted(self._outcome.findings, tells=not options.fix)
        if options.add_ignore is not None:
            return self._add_ignore(findings, options.add_ignore)
        if options.diff:
            return self._show_diff(findings)
        mended = 0
        if options.fix:
            findings, mended = self._fix(findings)
        self._report(findings, mended)
        if self._outcome.errors or is_empty(self._outcome, options.paths, allowed=options.allow_empty):
            return 2
        return int(not options.exit_zero and any(map(self._counts, findings)))

    def _counts(self, finding: Finding) -> bool:
        """Whether a finding is grave enough for the exit status."""
        from cassette_tools.config import LINT_LEVELS

        least = self.settings_of(finding.location.path).fail_on
        return LINT_LEVELS.index(finding.level) <= LINT_LEVELS.index(least)

    def _fix(self, findings: list[Finding]) -> tuple[list[Finding], int]:
        """Mend, and look again: what is left, and how many are gone."""
        from cassette_tools.cli.fixing import fix

        options = self._options
        fixed = fix(findings, options.paths or (".",), unsafe=options.unsafe_fixes, dry=False, force=options.force)
        self._remark(fixed)
        if fixed.paths:
            self._outcome = self._linted()
        self._outcome.errors.extend(fixed.errors)
        left = self._sifted(self._outcome.findings)
        secrets = _secrets(findings) - _secrets(left)
        if secrets > 0 and not self._options.quiet:
            from cassette_tools.cli.output import remark

            told = "1 secret was" if secrets == 1 else f"{secrets} secrets were"
            it = "it" if secrets == 1 else "them"
            remark(f"cassette: {told} taken out, but the history of the repository has {it}: revoke {it}")
        return left, max(0, len(findings) - len(left))

    def _show_diff(self, findings: list[Finding]) -> int:
        from cassette_tools.cli.fixing import fix
        from cassette_tools.cli.output import complain, remark, write

        for error in self._outcome.errors:
            complain(error)
        would = fix(findings, unsafe=self._options.unsafe_fixes, dry=True)
        self._remark(would)
        write("".join(would.diffs), self._options.output, force=self._options.force)
        if not self._options.quiet:
            remark(f"cassette: {_counted(len(would.paths), 'file')} would be rewritten")
        if self._outcome.errors:
            return 2
        return int(bool(would.diffs) and not self._options.exit_zero)

    def _remark(self, fixed: Fixed) -> None:
        from cassette_tools.cli.output import remark

        if not self._options.quiet:
            for line in fixed.remarks:
                remark(f"cassette: {line}")

    def _how_to_heed(self, path: str) -> str:
        """What makes a baseline count, where the configuration does not name it yet."""
        named = self._settings.baseline
        if named is not None and os.path.realpath(os.path.join(self._settings.root, named)) == os.path.realpath(path):
            return ""
        return (
            f": `cassette lint --baseline {path}` heeds it, and so does `cassette lint` with "
            f'`baseline = "{os.path.basename(path)}"` in a cassette.toml beside it'
        )

    def _write_baseline(self, path: str) -> int:
        from cassette_tools.cli.output import complain, remark, write
        from cassette_tools.lint.accepted import Baseline, baseline_text

        for error in self._outcome.errors:
            complain(error)
        old = self._baseline or Baseline(path)
        findings = [each for each in self._not_ignored(self._outcome.findings) if each.location.path != "<stdin>"]
        rows = [*map(old.row_of, findings), *old.of_others(self._outcome.paths)]
        text = baseline_text(rows, old.until)
        write(text, path, old=self._replaced, force=self._options.force)
        if not self._options.quiet:
            remark(f"cassette: {_counted(len(set(rows)), 'finding')} accepted in {path}{self._how_to_heed(path)}")
        return 2 if self._outcome.errors else 0

    def _add_ignore(self, findings: list[Finding], reason: str) -> int:
        from cassette_tools.cli.ignoring import Writing, add_ignores
        from cassette_tools.cli.output import complain, remark

        for error in self._outcome.errors:
            complain(error)
        of_files = [each for each in findings if each.location.path != "<stdin>"]
        options = self._options
        writing = Writing(options.paths or (".",), options.force)
        for line in add_ignores(of_files, reason, self._config_of, self._check_of, writing):
            if not options.quiet:
                remark(f"cassette: {line}")
        for refused in writing.errors:
            complain(refused)
        return 2 if self._outcome.errors or writing.errors else 0

    def _check_of(self, path: str) -> Callable[[Source], tuple[Finding, ...]]:
        """What finds in the text of a file what was found in it."""
        from cassette_tools.lint.engine import lint_source
        from cassette_tools.lint.select import chosen_rules

        settings = self.settings_of(path)
        chosen = chosen_rules(settings, path)
        return lambda source: lint_source(source, chosen, settings.match)

    def _report(self, findings: list[Finding], mended: int) -> None:
        from cassette_tools.cli.nothing import tell_of_skipped
        from cassette_tools.cli.output import complain
        from cassette_tools.reporters import LintReport

        options, outcome = self._options, self._outcome
        for error in outcome.errors:
            complain(error)
        if not options.quiet:
            tell_of_skipped(outcome.refused, outcome.skipped if options.verbose else ())
        report = LintReport(
            files=outcome.files,
            findings=tuple(findings),
            errors=tuple(outcome.errors),
            paths=options.paths or (".",),
            mended=mended,
            accepted=self._in_baseline,
        )
        if options.show_source:
            from cassette_tools.cli.excerpts import excerpts

            report = replace(report, excerpts=excerpts(findings))
        if not options.quiet or options.format != "text" or findings:
            self._write_report(report, options.format, options.output, options.color)
        for name, path in self._reports:
            self._write_report(report, name, path, "never")

    def _write_report(self, report: LintReport, name: str, output: str | None, color: str) -> None:
        from cassette_tools.cli.output import style_for, write
        from cassette_tools.reporters import REPORTERS

        options = self._options
        style = replace(
            style_for(color, to_file=output is not None, format=name),
            show_all=options.show_all or options.show_source,
            statistics=options.statistics,
        )
        reporter = REPORTERS.only(name)
        assert reporter.lint is not None
        commands = name == "github"
        write(reporter.lint(report, style), output, force=options.force, colored=style.color, commands=commands)


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for word in words for name in word.split(",") if name.strip())


def _secrets(findings: Iterable[Finding]) -> int:
    """How many secrets that open something are among the findings; a cookie is mostly over."""
    return sum(finding.rule.startswith("secret-in-") for finding in findings)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
