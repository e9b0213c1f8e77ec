"""``cassette review``: accept or reject what changed, one group of changes after the other.

Nothing is written before the last answer. Then the baseline is written, what was rejected is kept in git's own folder,
and each recording is restored, each file whole or not at all: a stop at any moment loses nothing.
"""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import contextmanager

from cassette_tools import budgets
from cassette_tools._record import record, replace
from cassette_tools.cli.output import complain, remark, style_for, watching, write
from cassette_tools.config import load_config
from cassette_tools.diff.suites.decisions import (
    ACCEPTED,
    LEFT,
    REJECTED,
    WORDS,
    accepted_findings,
    by_recording,
    decided_as,
    parts_of,
    steps_back,
)
from cassette_tools.errors import NotWritable, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from cassette_tools.config import Config
    from cassette_tools.diff.suites.decisions import Decisions, Key, Step
    from cassette_tools.diff.suites.sides import Side
    from cassette_tools.reporters import DriftSuite, Group, Style

_KEPT = "cassette-rejected"  # below git's own folder


@record
class ReviewOptions:
    """What the command line says; ``None`` means "as configured"."""

    paths: tuple[str, ...]
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    show: str = "shape"
    baseline: str | None = None
    add_ignore: str | None = None
    reason: str | None = None
    until: str | None = None
    profile: str | None = None
    allow_empty: bool = False
    force: bool = False
    jobs: int | None = None
    config: str | None = None
    color: str = "auto"


@record
class _Review:
    """What is reviewed: all groups of the levels that count, and those among them that are asked about."""

    suite: DriftSuite
    groups: tuple[Group, ...]
    asked: tuple[Group, ...]
    old: Side
    new: Side
    top: str  # of the repository, in which what is rejected is kept


def review(options: ReviewOptions) -> int:
    """Compare, ask, and do what was decided; the exit status says whether all was accepted. Raises CassetteError."""
    config = load_config(options.config)
    budgets.use(config.budgets)
    until = _until(options)
    by_words = bool(options.accept or options.reject)
    if not by_words:
        _need_terminal()
    found = _found(options, config)
    if found is None:
        return 2
    errors = bool(found.suite.errors)
    if not found.asked:
        write(f"nothing to review\n{_head(found.suite)}")
        return 2 * errors
    style = style_for(options.color, show=options.show)
    decisions = _by_words(options, found) if by_words else _by_keys(options, found, style)
    if decisions is None:
        return 130
    failed = _do(options, config, until, found, decisions)
    decided = [word for group in found.asked for word, _ in parts_of(group, decisions)]
    said = ", ".join(f"{decided.count(word)} {word}" for word in WORDS)
    write(f"{len(decided)} change{'s' * (len(decided) != 1)} reviewed: {said}")
    return 2 if errors or failed else int({*decided} != {ACCEPTED})


def _until(options: ReviewOptions) -> date | None:
    """The last day of what is accepted. Raises UsageError for options that do not go together."""
    from datetime import date

    if options.baseline is not None and options.add_ignore is not None:
        raise UsageError("--baseline and --add-ignore are two places for what is accepted: name one of them")
    if options.reason is not None and options.baseline is None:
        raise UsageError("--reason is written into a baseline: name it with --baseline FILE; --add-ignore has its own")
    if options.add_ignore is not None and not options.add_ignore.strip():
        raise UsageError("--add-ignore needs a reason: say why this is accepted")
    if options.until is None:
        return None
    if options.baseline is None and options.add_ignore is None:
        raise UsageError("--until is the last day of what --baseline or --add-ignore accepts: give one of them, too")
    try:
        until = date.fromisoformat(options.until)
    except ValueError:
        raise UsageError(f"--until {options.until}: expected a day, such as 2027-01-31") from None
    if until < date.today():
        raise UsageError(f"--until {options.until}: that day is over, so that nothing would be accepted")
    return until


def _need_terminal() -> None:
    for name, stream in (("standard input", sys.stdin), ("standard output", sys.stdout)):
        if not stream.isatty():
            raise UsageError(
                f"{name} is no terminal, so that nobody can be asked; say what to accept and what to reject:"
                " --accept rule=NAME, --reject level=breaking; --accept 'rule=*' accepts all"
            )


# --- what is there ---------------------------------------------------------------------------------------------------


def _found(options: ReviewOptions, config: Config) -> _Review | None:
    """What there is to be reviewed; ``None`` where nothing could be compared, which is told."""
    from cassette_tools.cli.diff import DiffOptions, accepts_of, missing_from
    from cassette_tools.diff.suites.only import choices_of, only_of_suite
    from cassette_tools.diff.suites.suite import compare_suites
    from cassette_tools.reporters._told import shown_of

    choices = choices_of(options.only)
    paths, old, new = _sides(options.paths, config)
    top = _repository(new)
    baseline = options.baseline if options.baseline and os.path.lexists(options.baseline) else None
    suite = compare_suites(
        old,
        new,
        profile=options.profile,
        settings=config.diff,
        accepts=tuple(accepts_of(DiffOptions(paths=paths, baseline=baseline), config)),
        jobs=options.jobs,
        watch=watching("comparing", quiet=False),
    )
    for error in suite.errors:
        complain(error)
    missing = () if options.allow_empty else tuple(missing_from(paths, suite, old, new))
    if missing:
        remark(f"cassette: {'; '.join(missing)}; --allow-empty takes that for success")
        return None
    levels = shown_of(style_for("never", show=options.show))
    groups, asked = (
        tuple(group for group in each.groups if group.level in levels)
        for each in (suite, only_of_suite(suite, choices) if choices else suite)
    )
    return _Review(suite=suite, groups=groups, asked=asked, old=old, new=new, top=top)


def _sides(paths: tuple[str, ...], config: Config) -> tuple[tuple[str, ...], Side, Side]:
    """The two sides, and the paths as `diff` would be given them. The new side is read once: what is restored in its
    place is what was reviewed. Raises UsageError.
    """
    from functools import cache

    from cassette_tools.diff.suites import git, sides

    exclude = config.lint.exclude
    if len(paths) == 2 and all(map(os.path.isdir, paths)):
        old, new = sides.folder(paths[0], exclude), sides.folder(paths[1], exclude)
    else:
        paths = paths if paths and not os.path.lexists(paths[0]) else ("HEAD", *paths)
        first, *limits = paths
        commit, other = git.ends(first)
        if other is not None:
            raise UsageError(
                f"{first} is two commits, and a review is of the files in the work tree:"
                f" name one commit, `cassette review {commit[:12]}`"
            )
        old, new = sides.revision(commit, first, tuple(limits)), sides.work_tree(tuple(limits), exclude)
    return paths, old, replace(new, read=cache(new.read))


def _repository(new: Side) -> str:
    """The top of the repository of what is reviewed. Raises UsageError."""
    from cassette_tools.walk import repository_of

    top = repository_of(os.path.abspath(new.top or "."))
    if top is None:
        raise UsageError(
            f"{new.top or 'this folder'} is in no git repository, where a review keeps what is rejected:"
            " `git init` makes one; `cassette diff --write-baseline FILE` accepts without"
        )
    return top


def _head(suite: DriftSuite, width: int = 100) -> str:
    from textwrap import fill

    from cassette_tools.printable import printable
    from cassette_tools.reporters._story import head_of

    return fill(printable(f"{suite.old} → {suite.new}: {head_of(suite)}"), width, break_on_hyphens=False)


# --- decisions -------------------------------------------------------------------------------------------------------


def _by_words(options: ReviewOptions, found: _Review) -> Decisions:
    """What ``--accept`` and ``--reject`` decide. Raises UsageError where both speak of one change."""
    accepted = _named("--accept", options.accept, found, ACCEPTED)
    rejected = _named("--reject", options.reject, found, REJECTED)
    both = accepted.keys() & rejected.keys()
    if both:
        group = next(each for each in found.asked if decided_as(each, "").keys() & both)
        raise UsageError(
            f"{group.rule} ({group.level}) fits both --accept {' '.join(options.accept)}"
            f" and --reject {' '.join(options.reject)}: name it in one of them; nothing was changed"
        )
    decisions = {**accepted, **rejected}
    for group in found.asked:
        for word, part in parts_of(group, decisions):
            write(_decided(word, part, found.suite))
    return decisions


def _decided(word: str, group: Group, suite: DriftSuite) -> str:
    """``rejected  breaking  finish-reason-changed: …``: a line about a change that nobody was asked about."""
    from cassette_tools.printable import printable
    from cassette_tools.reporters._story import entry_of, sentence

    return f"{word}  {group.level}  {group.rule}: {printable(sentence(entry_of(group), suite))}"


def _named(option: str, words: tuple[str, ...], found: _Review, word: str) -> dict[Key, str]:
    """The decision of every finding that an option names."""
    from cassette_tools.diff.suites.only import choices_of, only_of_suite

    if not words:
        return {}
    fitting = only_of_suite(found.suite, choices_of(words, option), option).groups
    asked = {key for group in found.asked for key in decided_as(group, word)}
    decided = {key: word for group in fitting for key in decided_as(group, word) if key in asked}
    if not decided:
        remark(f"cassette: {option} {' '.join(words)}: no change that is reviewed fits")
    return decided


def _by_keys(options: ReviewOptions, found: _Review, style: Style) -> Decisions | None:
    """What somebody answers at the terminal; ``None`` where that was interrupted."""
    write(_head(found.suite, style.width))
    write("\n")
    try:
        with _stopped_by_signals():
            return _answers(options, found, style)
    except KeyboardInterrupt:
        write("\n")
        remark("cassette: interrupted: nothing was changed")
        return None


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Have SIGTERM and SIGHUP stop as Ctrl-C does: the terminal must be given back as it was."""
    import signal

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [(number, signal.signal(number, signal.default_int_handler)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _answers(options: ReviewOptions, found: _Review, style: Style) -> Decisions:
    from cassette_tools.reporters._review_text import asked, in_full

    decisions: dict[Key, str] = {}
    count = len(found.asked)
    for number, group in enumerate(found.asked, 1):
        write(asked(number, count, group, found.suite, style), colored=style.color)
        while (key := _key()) in "d?":
            text = in_full(group, found.suite, style) if key == "d" else _help(options, found)
            write(text, colored=style.color)
        write("\n")
        if key == "q":
            break
        decisions.update(decided_as(group, _DECIDES[key]))
    return decisions


_DECIDES = {"a": ACCEPTED, "r": REJECTED, "s": LEFT}
_SAID = {"a": "accepted", "r": "rejected", "s": "skipped", "d": "details", "q": "quit", "?": "help"}


def _help(options: ReviewOptions, found: _Review) -> str:
    place = options.baseline or ("the configuration" if options.add_ignore else "")
    into = f", and {place} says so" if place else ""
    return (
        f"a  accept: the new recordings stay{into}\n"
        f"r  reject: a recording of which every change is rejected is taken back to {found.old.name}\n"
        "s  skip: this change is left for another time\n"
        "d  details: each recording, with what it said and what it says\n"
        "q  quit: do what was decided, and leave the rest\n"
        "Ctrl-C  stop, and change nothing"
    )


def _key() -> str:
    """The answer to the question; what it means is printed behind it. A key that means nothing asks for help, and so do
    several that arrive at once, such as those of a text that is pasted.
    """
    import click

    click.echo(f"accept, reject, skip, details, quit, help? [{','.join(_SAID)}] ", nl=False)
    try:
        typed = click.getchar()
    except EOFError:  # Ctrl-D
        typed = "q"
    if not typed or "\x03" in typed:  # the terminal is gone; Ctrl-C behind another key
        raise KeyboardInterrupt
    key = typed.lower() if typed.lower() in _SAID else "?"
    click.echo(_SAID[key])
    return key


# --- what follows ----------------------------------------------------------------------------------------------------


def _do(options: ReviewOptions, config: Config, until: date | None, found: _Review, decisions: Decisions) -> bool:
    """Write what was decided; whether something could not be done, which is told."""
    if options.baseline is not None:
        _write_baseline(options.baseline, found, decisions, reason=options.reason, until=until)
    if options.add_ignore is not None:
        _write_ignores(config, found, decisions, reason=options.add_ignore, until=until)
    decided = by_recording(found.groups, decisions)
    whole = [path for path, words in decided.items() if {*words} == {REJECTED}]
    for path, words in decided.items():
        if REJECTED in words and path not in whole:
            said = ", ".join(f"{words.count(word)} {word}" for word in WORDS if word in words)
            write(f"{_shown(path)}: not taken back, since not every change in it is rejected ({said})")
    return bool(whole) and _take_back(whole, found, force=options.force)


def _shown(path: str) -> str:
    from cassette_tools.printable import printable

    return printable(os.path.normpath(path))


def _write_ignores(config: Config, found: _Review, decisions: Decisions, *, reason: str, until: date | None) -> None:
    """Add rows for what was accepted to the configuration. Raises NotWritable, UsageError."""
    from cassette_tools.cli.ignoring import Writing, append_rows
    from cassette_tools.diff.judging.accepted import acceptable, rows_for

    accepted = list(accepted_findings(found.suite, decisions))
    if not accepted:
        return
    known = {id(finding) for _, finding in accepted}
    others = [finding for _, finding in acceptable(found.suite) if id(finding) not in known]
    rows = rows_for(accepted, others, " ".join(reason.split()), until)
    where = config.path or os.path.join(os.getcwd(), "cassette.toml")
    writing = Writing((where,), False)
    fields = ("rule", "path", "files", "reason", "until")
    if not append_rows(where, "diff.ignore", ({name: getattr(row, name) for name in fields} for row in rows), writing):
        raise writing.errors[0]
    write(f"{where}: {len(rows)} row{'s' * (len(rows) != 1)} [[diff.ignore]] added, for {_findings(len(accepted))}")


def _findings(count: int) -> str:
    return f"{count} finding{'s' * (count != 1)}"


def _write_baseline(path: str, found: _Review, decisions: Decisions, *, reason: str | None, until: date | None) -> None:
    """Add what was accepted to a baseline, new or old. Raises NotWritable, ConfigError."""
    from cassette_tools.diff.judging.accepted import baseline_rows, baseline_text
    from cassette_tools.regular import read

    accepted = list(accepted_findings(found.suite, decisions))
    if not accepted:
        return
    there = os.path.lexists(path)
    old, known = (read(path), baseline_rows(path)) if there else (b"", [])
    more = {
        name: said
        for name, said in (("reason", reason and " ".join(reason.split())), ("until", until and until.isoformat()))
        if said
    }
    write(baseline_text(accepted, known, more), path, old=old)
    write(f"{path}: {_findings(len(accepted))} accepted {f'until {until}' if until else 'from now on'}")


def _take_back(paths: Sequence[str], found: _Review, *, force: bool) -> bool:
    """Restore recordings, after what was recorded is kept; whether one could not be. Raises NotWritable."""
    steps = {path: steps_back(path, found.suite, found.old, found.new) for path in paths}
    kept = _keep([step for each in steps.values() for step in each if step.recorded], found.top)
    restored = []
    for path, each in steps.items():
        try:
            for step in each:
                _make_so(step, found.top, force=force)
        except NotWritable as error:
            complain(error)
        else:
            restored.append(path)
    _tell_restored(restored, found, kept)
    return len(restored) < len(steps)


def _keep(steps: Iterable[Step], top: str) -> str:
    """Keep what was recorded in a folder of git's own, named after what it holds; "" where there is nothing to keep."""
    from hashlib import sha256

    from cassette_tools.diff.suites import git
    from cassette_tools.walk import path_within
    from cassette_tools.writing import make_folder, write_file

    files = {path_within(step.path, top): step.recorded for step in steps}
    if not files:
        return ""
    content = sha256()
    for path, recorded in sorted(files.items()):
        content.update(sha256(os.fsencode(path)).digest() + sha256(recorded).digest())
    own = git.own_folder(top)
    folder = os.path.join(own, _KEPT, content.hexdigest()[:12])
    for path, recorded in files.items():
        target = os.path.join(folder, path)
        make_folder(os.path.dirname(target), within=own)
        write_file(target, recorded, within=folder)
    return folder


def _make_so(step: Step, top: str, *, force: bool) -> None:
    from cassette_tools.writing import make_folder, remove_file, write_file

    if step.content is None:
        remove_file(step.path, step.recorded, within=top)
        return
    make_folder(os.path.dirname(step.path) or ".", within=top)
    write_file(step.path, step.content, old=step.recorded, within=top, force=force)


def _tell_restored(paths: Sequence[str], found: _Review, kept: str) -> None:
    from cassette_tools.diff.suites import git

    for path in paths:
        write(f"{_shown(path)}: taken back to {found.old.name}")
    if kept:
        there, top = (shlex.quote(os.path.relpath(each)) for each in (kept, found.top))
        write(f"what was recorded is kept: `cp -R {there}/. {top}` brings it back")
    staged = git.staged(paths) if found.old.revision else []
    if staged:
        named = " ".join(map(shlex.quote, staged))
        write(f"git would still commit the rejected recordings, which are staged: `git restore --staged {named}`")
