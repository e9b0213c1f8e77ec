"""``cassette normalize``."""

from __future__ import annotations

import os
from functools import partial

from cassette_tools import budgets
from cassette_tools._record import record, replace
from cassette_tools.cli.output import complain, remark, watching, write, write_bytes
from cassette_tools.cli.reading import STDIN, standard_input
from cassette_tools.config import load_config
from cassette_tools.errors import (
    CassetteError,
    ConfigError,
    FormatNotRewritable,
    NotRewritable,
    SourceError,
    UnknownFormat,
    UsageError,
)
from cassette_tools.one_file import OneFile
from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import NormalizeSettings
    from cassette_tools.hiding import Hiding
    from cassette_tools.normalize import Normalized, Settings

    _Done = tuple[str, str, list[str]]  # what became of a file, what is reported of it, and remarks


@record
class NormalizeOptions:
    """What the command line says; empty means "as configured"."""

    paths: tuple[str, ...]
    check: bool = False
    diff: bool = False
    output: str | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    rechunk: bool = False
    signatures: bool = False
    requests: bool = False
    ignore_unknown: bool = False
    steps: bool = False
    jobs: int | None = None
    config: str | None = None
    quiet: bool = False
    verbose: bool = False
    force: bool = False


def normalize(options: NormalizeOptions) -> int:
    """Rewrite files, or say what would be rewritten. Raises CassetteError for what the user asked in vain."""
    if options.steps:
        write(_told_steps())
        return 0
    if not options.paths:
        raise UsageError("no PATH: name recordings or folders, or - for standard input")
    config = load_config(options.config)
    budgets.use(config.budgets)
    try:
        settings = _settings(options, config.normalize, config.lint.placeholders)
    except ConfigError as error:
        error.path = error.path or config.path
        raise
    if options.paths == ("-",):
        return _standard_input(options, settings)
    if "-" in options.paths:
        raise UsageError("- for standard input stands alone")
    entries, unread = _entries(options.paths, config.lint.exclude)
    if options.output is not None and (len(entries) != 1 or os.path.isdir(options.paths[0])):
        raise UsageError("--output names one file: it needs one PATH that is a file")
    return _files(entries, unread, options, settings)


def _settings(options: NormalizeOptions, configured: NormalizeSettings, placeholders: tuple[str, ...]) -> Settings:
    """The command line over the configuration."""
    from cassette_tools.normalize import settings_from

    if options.select and not _words(options.select):
        raise UsageError("--select names no step; `cassette normalize --steps` lists them")
    canonical = ("rechunk", "layout") if options.rechunk else ()
    added = (*_words(options.extend_select), *canonical, *["signatures"] * options.signatures)
    return settings_from(
        replace(
            configured,
            select=_words(options.select) or configured.select,
            extend_select=(*configured.extend_select, *added),
            ignore=(*configured.ignore, *_words(options.ignore)),
            headers=_words(options.headers) or configured.headers,
            requests=options.requests or configured.requests,
        ),
        placeholders,
    )


def _words(options: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for option in options for name in option.split(",") if name.strip())


def _told_steps() -> str:
    from cassette_tools.data.normal import STEPS

    width = max(len(step.name) for step in STEPS)
    lines = []
    for default, title in ((True, "Taken unless switched off (--ignore):"), (False, "Taken when asked for:")):
        lines.append(title)
        lines += [f"  {step.name:{width}}  {step.summary}: {step.reason}" for step in STEPS if step.default is default]
        lines.append("")
    return "\n".join(lines[:-1])


def _standard_input(options: NormalizeOptions, settings: Settings) -> int:
    content = standard_input()
    try:
        with OneFile(STDIN):
            result = new_content(STDIN, content, settings)
    except (UnknownFormat, NotRewritable):
        if not options.ignore_unknown:
            raise
        from cassette_tools.normalize import Normalized

        result = Normalized(content=content, changes={})
    for each in result.remarks:
        remark(f"cassette: <stdin>: {each}")
    changed = result.content != content
    if options.diff:
        write(unified("<stdin>", content, result.content), options.output, force=options.force)
    elif not options.check:
        write_bytes(result.content, options.output, force=options.force)
    return int(changed and (options.check or options.diff))


def new_content(path: str, content: bytes, settings: Settings) -> Normalized:
    """The new content, packed again if it was packed."""
    from cassette_tools.normalize import normalized
    from cassette_tools.source import Source

    try:
        source = Source.from_bytes(content, path)
        result = normalized(source, settings)
    except SourceError as error:
        error.path = error.path or path
        raise
    if not content.startswith(b"\x1f\x8b"):
        return result
    import gzip

    if result.content == source.content:
        return replace(result, content=content)
    return replace(result, content=gzip.compress(result.content, 9, mtime=0))


def _entries(paths: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[list[tuple[str, bool]], list[CassetteError]]:
    """The files of the paths, and whether each was named; and what cannot be opened."""
    from cassette_tools.walk import files

    found: list[tuple[str, bool]] = []
    unread: list[CassetteError] = []
    for entry in files(paths, exclude):
        if isinstance(entry, CassetteError):
            unread.append(entry)
        else:
            found.append(entry)
    return found, unread


def _files(
    entries: list[tuple[str, bool]], unread: list[CassetteError], options: NormalizeOptions, settings: Settings
) -> int:
    from cassette_tools.pool import each, size_of, workers

    def work(number: int) -> _Done:
        return _one(*entries[number], options, settings)

    if options.output is None and not (options.check or options.diff):
        from cassette_tools.writing import sweep

        sweep(os.path.dirname(path) for path, _named in entries)
    size = sum(size_of(path) for path, _named in entries)
    watch = watching("normalizing", quiet=options.quiet, verbose=options.verbose)
    done = dict(each(work, len(entries), workers(options.jobs, len(entries), size), watch))
    counts = dict.fromkeys(("changed", "same", "failed", "passed over", "no cassette"), 0)
    counts["failed"] = len(unread)
    for error in unread:
        complain(error)
    reports: list[str] = []
    for number, (path, _named) in enumerate(entries):
        outcome, report, remarks = done[number]
        counts[outcome] += 1
        reports.extend([report] if report else ())
        _tell(path, outcome, remarks, options)
    if reports:
        write(("" if options.diff else "\n").join(reports))
    if not options.quiet:
        _summarize(counts, options)
    if counts["failed"]:
        return 2
    return int(counts["changed"] > 0 and (options.check or options.diff))


def _tell(path: str, outcome: str, remarks: list[str], options: NormalizeOptions) -> None:
    """Report on standard error what happened to a file; a failure even with `--quiet`."""
    failed = outcome == "failed"
    if options.verbose and not options.quiet and outcome in _PASSED:
        remark(f"cassette: {path}: passed over: {_PASSED[outcome]}")
    for line in remarks if failed or not options.quiet else ():
        remark(f"cassette: {'error: ' if failed else ''}{line}")


_PASSED = {"no cassette": "no recording", "passed over": "a recording of a format that is not rewritten"}


def _summarize(counts: dict[str, int], options: NormalizeOptions) -> None:
    would = "would be rewritten" if options.check or options.diff else "rewritten"
    said = [f"{_files_of(counts['changed'])} {would}", f"{counts['same']} already normal"]
    if counts["passed over"]:
        said.append(f"{counts['passed over']} passed over (of a format that is not rewritten)")
    if counts["failed"]:
        said.append(f"{counts['failed']} failed")
    remark(f"cassette: {', '.join(said)}")


def _files_of(count: int) -> str:
    return f"{count} file{'s' * (count != 1)}"


def _one(path: str, named: bool, options: NormalizeOptions, settings: Settings) -> _Done:
    """Do one file."""
    from cassette_tools.formats import may_be_cassette
    from cassette_tools.regular import read

    try:
        with OneFile(path):
            content = read(path)
            if not named and not may_be_cassette(content):
                return "no cassette", "", []
            result = new_content(path, content, settings)
            report = _report(path, content, result, options)
        if not (options.diff or options.check):
            _put(path, content, result.content, options)
        outcome = "same" if result.content == content else "changed"
        return outcome, report, [f"{path}: {each}" for each in result.remarks]
    except CassetteError as error:
        passed = _passed_over(path, error) if options.ignore_unknown or not named else None
        if passed is not None:
            return passed, "", []
        error.path = error.path or path
        return "failed", "", [error.located()]


def _report(path: str, old: bytes, result: Normalized, options: NormalizeOptions) -> str:
    """What `--diff` and `--check` say of a file."""
    if options.diff:
        return unified(path, old, result.content)
    if not options.check or result.content == old:
        return ""
    return f"{printable(path)}: {', '.join(f'{step} {count}' for step, count in result.changes.items())}"


def _put(path: str, old: bytes, new: bytes, options: NormalizeOptions) -> None:
    """Write a file, where it is to go."""
    from cassette_tools.walk import folder_of
    from cassette_tools.writing import write_file

    if options.output is not None:
        write_bytes(new, options.output, force=options.force)
    elif new != old:
        write_file(path, new, old=old, within=folder_of(path, options.paths), force=options.force)


def _passed_over(path: str, error: CassetteError) -> str | None:
    """As what a file is passed over that nobody named as a recording, if it is."""
    if isinstance(error, UnknownFormat) or _is_foreign(path, error):
        return "no cassette"
    return "passed over" if isinstance(error, FormatNotRewritable) else None


def _is_foreign(path: str, error: CassetteError) -> bool:
    """Whether a file that is not well-formed has no mark of a cassette: a template, or JSON with comments."""
    from cassette_tools.formats import may_be_cassette
    from cassette_tools.regular import read

    try:
        return getattr(error, "rule", "") == "yaml-syntax" and not may_be_cassette(read(path))
    except CassetteError:
        return False


def unified(path: str, old: bytes, new: bytes) -> str:
    """A unified diff, as ``diff -u`` and git print it, of lines as they may be shown."""
    from difflib import unified_diff

    before, after = (content.decode("utf-8", "replace") for content in (old, new))
    hiding = _hiding(path, old, before, after)
    name = hiding.text(printable(path))
    lines = unified_diff(_lines(before), _lines(after), fromfile=name, tofile=name)
    return "".join(map(partial(_shown, hiding), lines))


def _lines(text: str) -> list[str]:
    """The lines of a text; only a line feed ends one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return lines[:-1] if text.endswith("\n") or not text else [*lines[:-1], lines[-1][:-1]]


def _shown(hiding: Hiding, line: str) -> str:
    end = "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""
    shown = "\t".join(map(printable, hiding.text(line.removesuffix(end)).split("\t")))
    return f"{shown}{end}" if end else f"{shown}\n\\ No newline at end of file\n"


def _hiding(path: str, old: bytes, *texts: str) -> Hiding:
    """What hides the secrets of a file, also those that are seen only when it is read."""
    from cassette_tools.hiding import Hiding, texts_of
    from cassette_tools.load import load_source
    from cassette_tools.source import Source

    try:
        recording = load_source(Source.from_bytes(old, path))
    except CassetteError:
        return Hiding(texts)
    return Hiding((*texts, *(text for each in recording.interactions for text in texts_of(each))))
