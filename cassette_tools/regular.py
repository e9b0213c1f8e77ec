"""Files that are opened: regular ones only, once, and no more of one than may be held.

A FIFO would never end, a device may do things, and what a recording refers to may be a link to anywhere: a checkout of
somebody's pull request holds what they like.
"""

from __future__ import annotations

import os
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK

from cassette_tools import budgets
from cassette_tools.errors import SourceError, UnsafeInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

_KINDS = (
    (S_ISDIR, "is a folder, not a file"),
    (S_ISFIFO, "is a pipe (FIFO), not a file: save what it gives in a file, or hand it on as - (standard input)"),
    (S_ISCHR, "is a device, not a file"),
    (S_ISBLK, "is a device, not a file"),
    (S_ISSOCK, "is a socket, not a file"),
    (S_ISLNK, "is a symbolic link, and none is followed here: put the file itself in its place"),
)
# A FIFO that took the file's place is opened at once, and then refused; no terminal becomes ours.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_PIECE = 1 << 20  # bytes
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def opened(path: str, *, follow: bool = True) -> IO[bytes]:
    """A regular file, to be read; without `follow` not through a link at its end. Raises SourceError for all else."""
    try:
        _refuse(os.stat(path, follow_symlinks=follow).st_mode, path)
        return _stream(os.open(path, _READ | (0 if follow else _NO_LINK)), path)
    except (OSError, ValueError) as error:  # a NUL in the name
        raise SourceError(f"cannot be read: {getattr(error, 'strerror', None) or error}", path=path) from error


def read(path: str, *, follow: bool = True) -> bytes:
    """The bytes of a regular file. Raises SourceError, and UnsafeInput for more than may be held."""
    with opened(path, follow=follow) as stream:
        return whole(stream, path)


def whole(stream: IO[bytes], path: str) -> bytes:
    """All of a file that was just opened, if so much may be held. Raises UnsafeInput."""
    size = os.fstat(stream.fileno()).st_size
    if size > budgets.limit("bytes"):
        raise budgets.beyond("bytes", path=path)
    return held(stream.read, path, size + 1)


def held(read: Callable[[int], bytes], path: str, first: int = _PIECE) -> bytes:
    """All that a stream's `read` gives, if so much may be held; `first` is how much is asked for at first. Raises
    UnsafeInput.
    """
    left = budgets.limit("bytes")
    pieces: list[bytes] = []
    while piece := read(_PIECE if pieces else first):
        pieces.append(piece)
        left -= len(piece)
        if left < 0:
            raise budgets.beyond("bytes", path=path)
    return b"".join(pieces)


def read_below(folder: str, name: str, *within: str) -> bytes | None:
    """The bytes of the file that a recording calls `name`, in the folder `within` below `folder`: one component after
    another, none of them a link, and none ``..`` that leads out. ``None`` for what cannot be read in this way. Raises
    UnsafeInput.
    """
    read_steps = _read_steps if os.open in os.supports_dir_fd else _read_path
    try:
        home = os.path.abspath(os.path.join(folder, *within))
        steps = os.path.relpath(os.path.join(home, name), home).split(os.sep)
        return None if steps[0] in (os.pardir, os.curdir) else read_steps(folder, [*within, *steps])
    except UnsafeInput:
        raise
    except (OSError, ValueError, SourceError):  # no permission; a NUL or a lone surrogate in the name; no file
        return None


def _read_steps(folder: str, steps: list[str]) -> bytes:
    """Each step from the folder before it, as it was opened: nobody can put a link in the way meanwhile."""
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for step in steps[:-1]:
            below = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        _refuse(os.stat(steps[-1], dir_fd=at, follow_symlinks=False).st_mode, steps[-1])
        with _stream(os.open(steps[-1], _READ | _NO_LINK, dir_fd=at), steps[-1]) as stream:
            return whole(stream, steps[-1])
    finally:
        os.close(at)


def _read_path(folder: str, steps: list[str]) -> bytes | None:
    """The same where a system has no folders to start from (Windows)."""
    path = os.path.join(os.path.realpath(folder), *steps)
    return read(path, follow=False) if os.path.realpath(path) == path else None


def _stream(handle: int, path: str) -> IO[bytes]:
    """What was opened, if it is what it was when it was looked at."""
    try:
        _refuse(os.fstat(handle).st_mode, path)
    except SourceError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def _refuse(mode: int, path: str) -> None:
    if not S_ISREG(mode):
        words = next((words for is_one, words in _KINDS if is_one(mode)), "is no regular file")
        raise SourceError(words, path=path)
