"""From the paths and URLs that a user names to files, each with what tells that it is unchanged."""

from __future__ import annotations

import os

from cassette_tools._record import record
from cassette_tools.dataset.remote import is_url, listed, local_path
from cassette_tools.errors import SourceError
from cassette_tools.walk import files, folder_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LASTING = 2_000_000_000  # nanoseconds; a change that is younger may be followed by one that has the same time


@record
class Listed:
    """A file: as it can be opened, what it is called below the PATH that was named, its size, and what tells that it is
    unchanged (``None``: nothing does). `named` says that the user named the file itself.
    """

    path: str
    name: str
    named: bool
    size: int
    stamp: str | None


def list_files(paths: tuple[str, ...], exclude: tuple[str, ...], output: str) -> Iterator[Listed | SourceError]:
    """Each file once, but for those of the dataset at `output` itself. Errors are handed on."""
    seen: set[str] = set()
    for path in paths:
        found = _at_url(path) if is_url(path) and not path.startswith("file://") else _local(local_path(path), exclude)
        for each in found:
            if isinstance(each, SourceError):
                yield each
            elif each.path not in seen and not is_below(each.path, output):
                seen.add(each.path)
                yield each


def is_below(path: str, folder: str) -> bool:
    """Whether a path or URL is that of a folder, or of something in it."""
    if is_url(path) or is_url(folder):
        return f"{path}/".startswith(f"{folder.rstrip('/')}/")
    return os.path.join(os.path.abspath(path), "").startswith(os.path.join(os.path.abspath(folder), ""))


def _at_url(url: str) -> Iterator[Listed | SourceError]:
    top = url.rstrip("/")
    for each in listed(url):
        if isinstance(each, SourceError):
            yield each
            continue
        path, size, stamp = each
        named = path == top
        name = path.rpartition("/")[2] if named else path[len(top) :].lstrip("/")
        yield Listed(path=path, name=name, named=named, size=size, stamp=stamp)


def _local(path: str, exclude: tuple[str, ...]) -> Iterator[Listed | SourceError]:
    for each in files((path,), exclude):
        if isinstance(each, SourceError):
            yield each
            continue
        found, named = each
        folder = folder_of(found, (path,))
        name = os.path.basename(found) if folder is None else os.path.relpath(found, folder)
        try:
            found.encode()
            size, stamp = _signature(found)
        except UnicodeEncodeError:
            yield SourceError("the name of the file is not UTF-8: rename it", path=found)
            continue
        yield Listed(path=found, name=name.replace(os.sep, "/"), named=named, size=size, stamp=stamp)


def _signature(path: str) -> tuple[int, str | None]:
    """The size of a file and the times of its last changes; no times where a change may follow that has the same."""
    from time import time_ns

    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return 0, None  # whoever reads it says why
    has_lasted = status.st_ctime_ns < time_ns() - LASTING
    return status.st_size, f"{status.st_mtime_ns} {status.st_ctime_ns}" if has_lasted else None
