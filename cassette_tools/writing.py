"""The only module that writes files.

A file is written whole or not at all: into a temporary file of a random name beside it, which then takes its place.
Whoever reads it meanwhile sees the old one, and no kill, full disk or fault leaves anything else. What is kept of the
file that was there: mode (without set-user-ID), and owner and group where the system allows; the modification time is
that of writing. Access control lists and extended attributes are those of a new file.

- A link is followed where its target lies in the folder that was named, or beside the link; anything else is refused.
- Hard links (the other names would keep the old content) and read-only files are refused, unless forced.
- What is no regular file (a device, a FIFO, ``/dev/stdout``) is written to, and never replaced.
- While a temporary file exists, signals that end the program wait. What `kill -9` leaves is swept by the next run: it
  is nobody's when its lock is free.
"""

from __future__ import annotations

import os
import stat
import sys

from cassette_tools.errors import NotWritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, BinaryIO

_BEGIN, _END = ".cassette-", ".tmp"
_RANDOM = 16  # hexadecimal digits between these
_OWN = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK if hasattr(os, "O_NOFOLLOW") else getattr(os, "O_BINARY", 0)
_DESCRIPTORS = {"/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTOR_FOLDERS = ("/dev/fd/", "/proc/self/fd/")
_HERE, _SWAP = -100, 2  # AT_FDCWD, and RENAME_EXCHANGE of renameat2(2), RENAME_SWAP of renamex_np(2)
_FIFO_WAIT = 10  # seconds for somebody to read a FIFO


def write_file(
    path: str, content: bytes, *, old: bytes | None = None, within: str | None = None, force: bool | None = None
) -> None:
    """Write a file that the user named, or one of the folder `within`. Raises NotWritable: then nothing was changed.

    Where it stands for `old`, which was read before (empty: there was no file), it must still hold that: a change of
    somebody else is not lost.
    `force` takes hard links and read-only files, too (``None``: the command has no such option).
    """
    try:
        descriptor = _descriptor(path)
        if descriptor is not None:
            _pour(os.dup(descriptor), content)
            return
        target = _target(path, within)
        status = _status(target)
        if status is None or stat.S_ISREG(status.st_mode):
            if status is not None and not force:
                _refuse_kept(target, status, " or say --force" if force is not None else " or name another file")
            _replace(target, content, status, old)
        elif old is not None:
            raise NotWritable("is no file that can be rewritten (a device, a FIFO, a socket or a folder)")
        else:
            _pour(_opened(target), content)
    except NotWritable as refusal:
        refusal.path = refusal.path or path
        raise
    except BrokenPipeError:
        raise
    except OSError as error:
        left = "; it was left as it is" if old else ""
        raise NotWritable(f"cannot be written: {error.strerror or error}{left}", path=path) from error


def write_private(path: str, content: bytes) -> None:
    """Put a file for this user alone in its place, without waiting for the disk. Raises OSError."""
    _replace(path, content, None, None, private=True)


def create_private(path: str, content: bytes) -> None:
    """Make a file for this user alone, unless somebody else was first. Raises OSError."""
    try:
        _replace(path, content, None, b"", private=True)
    except NotWritable:
        return


def remove_file(path: str, old: bytes, *, within: str) -> None:
    """Remove a file of the folder `within` that still holds `old`. Raises NotWritable: then it is still there."""
    try:
        if os.path.islink(path):
            raise NotWritable("is a link: remove it by hand", path=path)
        target = _inside(path, within)
        with open(target, "rb") as stream:
            if stream.read() != old:
                raise _changed()
        os.unlink(target)
    except NotWritable as refusal:
        refusal.path = refusal.path or path
        raise
    except OSError as error:
        raise NotWritable(f"cannot be removed: {error.strerror or error}", path=path) from error


def make_folder(path: str, *, within: str | None = None) -> None:
    """Make a folder, and those above it, in the folder `within`. Raises NotWritable."""
    try:
        os.makedirs(path if within is None else _inside(path, within), exist_ok=True)
    except OSError as error:
        raise NotWritable(f"cannot be made: {error.strerror or error}", path=path) from error


def make_private_folder(path: str) -> bool:
    """Make a folder for this user alone, and those above it; whether it is new. Raises OSError."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        return False
    return True


_swept: set[str] = set()  # once a run is enough


def sweep(folders: Iterable[str]) -> None:
    """Remove the temporary files that runs which were killed have left in folders."""
    for folder in {*folders} - _swept:
        _swept.add(folder)
        try:
            with os.scandir(folder or ".") as entries:
                found = [
                    each.path for each in entries if _is_temporary(each.name) and each.is_file(follow_symlinks=False)
                ]
        except OSError:
            continue
        for path in found:
            _sweep(path)


# --- where ----------------------------------------------------------------------------------------------------------


def _descriptor(path: str) -> int | None:
    """The open file that a name stands for."""
    for folder in _DESCRIPTOR_FOLDERS:
        number = path[len(folder) :]
        if path.startswith(folder) and number.isascii() and number.isdigit():
            return int(number)
    return _DESCRIPTORS.get(path)


def _target(path: str, within: str | None) -> str:
    """The file that is written: what a link leads to, in the folder `within` or else the link's own."""
    if os.path.isdir(path):
        raise NotWritable("is a folder; a file was expected")
    return _inside(path, os.path.dirname(path) if within is None else within)


def _inside(path: str, folder: str) -> str:
    root = os.path.realpath(folder or ".")
    target = os.path.realpath(path)
    if target != root and not target.startswith(os.path.join(root, "")):
        raise NotWritable(f"is a link that leads out of {root}: to write what it stands for, name {target}", path=path)
    return target


def _status(target: str) -> os.stat_result | None:
    try:
        status = os.lstat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        raise NotWritable("is a link that leads nowhere: remove it")
    return status


def _refuse_kept(target: str, status: os.stat_result, otherwise: str) -> None:
    """Refuse a file that somebody wants to stay what it is."""
    if status.st_nlink > 1:
        raise NotWritable(
            f"has {status.st_nlink} names (hard links), and under the others it would stay what it was: "
            f"make it a file of its own,{otherwise}"
        )
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise NotWritable(f"is read-only: make it writable,{otherwise}")


# --- files ----------------------------------------------------------------------------------------------------------


def _replace(
    target: str, content: bytes, status: os.stat_result | None, old: bytes | None, *, private: bool = False
) -> None:
    """Put a new file in the place of `target`, whose `status` is ``None`` where there is none."""
    folder = os.path.dirname(target)
    sweep((folder,))
    before = _hold_signals()
    try:
        handle, temporary = _temporary(folder, 0o600 if private or status is not None else 0o666)
        try:
            _write(handle, content)
            if status is not None:
                _make_like(handle, status)
            if not private:
                os.fsync(handle)
            if old is None:
                os.replace(temporary, target)
            else:
                _take_place(temporary, target, old, content)
        except BaseException:
            if os.path.lexists(temporary):
                os.unlink(temporary)
            raise
        finally:
            os.close(handle)
    finally:
        _let_signals(before)
    if not private:
        sync_folder(folder)


def _take_place(temporary: str, target: str, old: bytes, new: bytes) -> None:
    """Put a file in the place of one that holds `old`. Raises NotWritable when it holds something else, unless that is
    `new`: then another run has done the same.
    """
    try:
        handle = os.open(target, os.O_RDONLY | _OWN)
    except FileNotFoundError:
        if old:
            raise NotWritable("was removed while it was worked on, and is not written again") from None
        if _take_free_place(temporary, target):
            return
        handle = os.open(target, os.O_RDONLY | _OWN)
    with os.fdopen(handle, "rb") as stream:
        _lock(handle)  # it may have the temporary name for a moment, and is not to be swept
        before = os.fstat(handle)
        content = stream.read()
        if content == new:
            os.unlink(temporary)
        elif content != old:
            raise _changed()
        elif _exchange(temporary, target):
            sync_folder(os.path.dirname(target))
            if not _is_as_it_was(stream, temporary, old):
                os.replace(temporary, target)
                raise _changed()
            os.unlink(temporary)
        elif _signature(before) != _signature(os.lstat(target)):
            raise _changed()
        else:
            os.replace(temporary, target)


def _take_free_place(temporary: str, target: str) -> bool:
    """Give a file a name that none has; whether none had."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        os.replace(temporary, target)
    else:
        os.unlink(temporary)
    return True


def _exchange(one: str, other: str) -> bool:
    """Let two files change places at once; whether the system and its file system can do that."""
    try:
        from ctypes import CDLL

        library = CDLL(None)
        names = os.fsencode(one), os.fsencode(other)
        if sys.platform == "darwin":
            return bool(library.renamex_np(*names, _SWAP) == 0)
        return bool(library.renameat2(_HERE, names[0], _HERE, names[1], _SWAP) == 0)
    except (ImportError, AttributeError, TypeError, OSError):
        return False


def _is_as_it_was(stream: BinaryIO, path: str, old: bytes) -> bool:
    """Whether what was exchanged is the file that was read before, and nobody has written to it since."""
    try:
        stream.seek(0)
        return os.path.samestat(os.fstat(stream.fileno()), os.lstat(path)) and stream.read() == old
    except OSError:
        return False


def _changed() -> NotWritable:
    return NotWritable("was changed while it was worked on: that change stays, and nothing was written; run it again")


def _signature(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _make_like(handle: int, status: os.stat_result) -> None:
    """Give a new file the owner (where the system allows) and the mode of another."""
    if not hasattr(os, "fchown"):
        return
    for owner, group in ((-1, status.st_gid), (status.st_uid, -1)):
        try:
            os.fchown(handle, owner, group)
        except PermissionError:
            continue
    os.fchmod(handle, status.st_mode & 0o777)


def _write(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def sync_folder(folder: str) -> None:
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


# --- temporary files ------------------------------------------------------------------------------------------------


def _temporary(folder: str, mode: int) -> tuple[int, str]:
    """A new file that is locked, and its path."""
    while True:
        name = os.path.join(folder, f"{_BEGIN}{os.urandom(_RANDOM // 2).hex()}{_END}")
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OWN, mode)
        if _lock(handle) is not False and os.fstat(handle).st_nlink:
            return handle, name
        os.close(handle)  # a run that sweeps was between the two calls


def _is_temporary(name: str) -> bool:
    random = name[len(_BEGIN) : -len(_END)]
    is_ours = name.startswith(_BEGIN) and name.endswith(_END) and len(random) == _RANDOM
    return is_ours and not random.strip("0123456789abcdef")


def _sweep(path: str) -> None:
    try:
        handle = os.open(path, os.O_RDONLY | _OWN)
    except OSError:
        return
    try:
        if os.fstat(handle).st_uid == os.geteuid() and _lock(handle):
            os.unlink(path)
    except OSError:
        pass
    finally:
        os.close(handle)


def _lock(handle: int) -> bool | None:
    """Lock a file until it is closed: whether nobody else had, ``None`` where files cannot be locked."""
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:
        return None
    try:
        flock(handle, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _hold_signals() -> set[int]:
    """Have the signals that end the program wait; those that did before."""
    signals = _signals()
    if signals is None:
        return set()
    return set(signals.pthread_sigmask(signals.SIG_BLOCK, (signals.SIGHUP, signals.SIGINT, signals.SIGTERM)))


def _let_signals(before: set[int]) -> None:
    signals = _signals()
    if signals is not None:
        signals.pthread_sigmask(signals.SIG_SETMASK, before)


def _signals() -> Any:
    """The part of `signal` that is C: the rest makes enums of it, which takes 5 ms. ``None`` on Windows."""
    import _signal  # type: ignore[import-not-found]

    return _signal if hasattr(_signal, "pthread_sigmask") else None


# --- what is no regular file ----------------------------------------------------------------------------------------


def _opened(target: str) -> int:
    """A device or a FIFO, open for writing; somebody who reads the FIFO is waited for, but not for ever."""
    from errno import ENXIO
    from time import monotonic, sleep

    until = monotonic() + _FIFO_WAIT
    while True:
        try:
            handle = os.open(target, os.O_WRONLY | os.O_NOCTTY | _OWN)
            break
        except OSError as error:
            if error.errno != ENXIO or not stat.S_ISFIFO(os.lstat(target).st_mode):
                raise
            if monotonic() > until:
                raise NotWritable(f"is a FIFO that nobody has read for {_FIFO_WAIT} seconds") from error
        sleep(0.02)
    os.set_blocking(handle, True)
    return handle


def _pour(handle: int, content: bytes) -> None:
    try:
        _write(handle, content)
    finally:
        os.close(handle)
