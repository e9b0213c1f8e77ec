"""Where text goes: findings to standard output or a file, remarks to standard error."""

from __future__ import annotations

import os
import sys

from cassette_tools.cli.outgoing import outgoing, remarked
from cassette_tools.errors import CassetteError, NotWritable
from cassette_tools.reporters import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from cassette_tools.pool import Watch


def style_for(
    color: str, *, to_file: bool = False, show: str | None = None, show_folded: bool = False, format: str = "text"
) -> Style:
    """How to dress a report: `color` is auto, always or never; auto honours ``NO_COLOR`` and ``TERM=dumb``, and
    colours what goes to no terminal under ``FORCE_COLOR``.
    """
    if format in _ANNOTATING:
        return Style(show=show or "cosmetic", below=_below())
    terminal = not to_file and sys.stdout.isatty()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    wanted = terminal or (not to_file and bool(os.environ.get("FORCE_COLOR")))
    colored = color == "always" or (color == "auto" and wanted and not plain)
    width = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 100
    if show is None:
        return Style(color=colored, width=width)
    return Style(color=colored, width=width, show=show, show_folded=show_folded)


def reports_asked(words: tuple[str, ...], formats: tuple[str, ...]) -> list[tuple[str, str]]:
    """The formats and files of ``--report``. Raises UsageError."""
    from cassette_tools.errors import UsageError

    found = []
    for word in words:
        name, equals, path = word.partition("=")
        if name not in formats or not equals or not path:
            raise UsageError(f"--report {word}: expected FORMAT=FILE; the formats are {', '.join(formats)}")
        found.append((name, path))
    return found


_ANNOTATING = ("github", "sarif", "gitlab")  # what reads these knows files by their paths in the repository


def _below() -> str:
    """The current folder's path in its repository; "" at the top, and where there is no repository."""
    from cassette_tools.walk import path_within, repository_of

    folder = os.getcwd()
    top = repository_of(folder)
    return path_within(folder, top) if top not in (None, folder) else ""


def watching(doing: str, *, quiet: bool, verbose: bool = False) -> Watch | None:
    """What shows the progress of work: see `progress`, which is imported only where somebody would see it."""
    if quiet or not (verbose or sys.stderr.isatty()):
        return None
    from cassette_tools.cli.progress import watch

    return watch(doing, verbose=verbose)


def write(
    text: str,
    output: str | None = None,
    *,
    old: bytes | None = None,
    force: bool | None = None,
    colored: bool = False,
    commands: bool = False,
    secrets: bool = False,
) -> None:
    """Print a report, or write it to the file `output` (in the place of `old`), as it may leave: see `outgoing`. Raises
    NotWritable.
    """
    text = outgoing(text, colored=colored, to_file=output not in (None, "-"), commands=commands, secrets=secrets)
    if not text.endswith("\n") and text:
        text += "\n"
    if output is None or output == "-":
        _print(text)
    else:
        write_bytes(text.encode("utf-8", "backslashreplace"), output, old=old, force=force)


def write_bytes(
    content: bytes,
    output: str | None = None,
    *,
    old: bytes | None = None,
    within: str | None = None,
    force: bool | None = None,
) -> None:
    """Write a file's content to standard output, or to `output` (of the folder `within`). Raises NotWritable."""
    if output is None or output == "-":
        _print(content)
        return
    from cassette_tools.writing import write_file

    _print("")  # what was said before stands before: `output` may be the same (/dev/stdout)
    write_file(output, content, old=old, within=within, force=force)


def _print(content: str | bytes) -> None:
    """Print, and see to it that it arrived."""
    try:
        if isinstance(content, str):
            _encoded(sys.stdout, content)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence()
        raise NotWritable(f"standard output cannot be written: {error.strerror or error}") from error


def silence() -> None:
    """Let what could not be printed go, so that nobody tries again at the end."""
    _point_nowhere(sys.stdout)


def _point_nowhere(stream: TextIO) -> None:
    try:
        handle = stream.fileno()
    except OSError:  # a caller of `main` has put something of its own there
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), handle)


def remark(text: str) -> None:
    """A word to the user that is no finding, on one line; where standard error takes none, the status has to do."""
    try:
        _encoded(sys.stderr, remarked(text) + "\n")
        sys.stderr.flush()
    except OSError:
        _point_nowhere(sys.stderr)


def complain(error: CassetteError) -> None:
    """Why something could not be done."""
    remark(f"cassette: error: {error.located()}")


def _encoded(stream: TextIO, text: str) -> None:
    """Write text that the stream's encoding may not hold: what it cannot is escaped."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
