"""Where text goes: findings to standard output or a file, remarks to standard error."""

from __future__ import annotations

import os
import sys

from cassette_tools.errors import CassetteError, UsageError
from cassette_tools.reporters import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def style_for(color: str, *, to_file: bool = False, show: str | None = None, show_folded: bool = False) -> Style:
    """How to dress a report: `color` is auto, always or never; ``NO_COLOR`` and ``TERM=dumb`` are honoured under
    auto.
    """
    terminal = not to_file and sys.stdout.isatty()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colored = color == "always" or (color == "auto" and terminal and not plain)
    width = os.get_terminal_size(sys.stdout.fileno()).columns if terminal else 100
    if show is None:
        return Style(color=colored, width=width)
    return Style(color=colored, width=width, show=show, show_folded=show_folded)


def write(text: str, output: str | None = None) -> None:
    """Print a report, or write it to the file `output`. Raises UsageError when that cannot be written."""
    if not text.endswith("\n") and text:
        text += "\n"
    if output is None or output == "-":
        _encoded(sys.stdout, text)
        sys.stdout.flush()
    else:
        _replace(output, text.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes, output: str | None = None) -> None:
    """Write a file's content to standard output, or to `output`. Raises UsageError when that cannot be written."""
    if output is None or output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        _replace(output, content)


def _replace(output: str, content: bytes) -> None:
    try:
        replace_file(output, content)
    except OSError as error:
        raise UsageError(f"--output {output}: cannot be written: {error.strerror}") from error


def replace_file(path: str, content: bytes) -> None:
    """Put a file in the place of another, whole or not at all: whoever reads it meanwhile sees the old one, and a
    crash leaves one or the other. A symbolic link stays one, and permissions stay. Raises OSError.
    """
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if os.path.exists(target):
            os.chmod(temporary, os.stat(target).st_mode & 0o7777)
        os.replace(temporary, target)
        _sync_folder(os.path.dirname(target))
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _sync_folder(folder: str) -> None:
    """Make the new name last, where folders can be synchronised."""
    try:
        handle = os.open(folder or ".", os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def remark(text: str) -> None:
    """A word to the user that is no finding."""
    _encoded(sys.stderr, text + "\n")


def complain(error: CassetteError) -> None:
    """Why something could not be done."""
    remark(f"cassette: error: {error.located()}")


def _encoded(stream: TextIO, text: str) -> None:
    """Write text that the stream's encoding may not hold: what it cannot is escaped."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
