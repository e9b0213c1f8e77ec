"""Where the recordings of one side of a comparison are: in a folder, in a git revision, in the work tree."""

from __future__ import annotations

import os

from cassette_tools._record import record
from cassette_tools.diff.suites import git
from cassette_tools.errors import CassetteError, SourceError
from cassette_tools.formats import may_be_cassette
from cassette_tools.regular import read
from cassette_tools.source import Source
from cassette_tools.walk import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@record
class Side:
    """The files of one side: `read` gives the content of one, by the path that both sides call it; `shown` is its
    path as a person opens it; `revision` is the git revision that they are read from, "" for files on the disk; `top`
    is the folder that their paths are relative to, "" for the current one.
    """

    name: str
    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    shown: Mapping[str, str]
    revision: str = ""
    top: str = ""
    errors: tuple[CassetteError, ...] = ()

    def source(self, path: str) -> Source:
        """The source at a path. Raises SourceError."""
        return Source.from_bytes(self.read(path), self.shown[path])


def folder(top: str, exclude: tuple[str, ...] = ()) -> Side:
    """The recordings below a folder, by their paths relative to it."""
    found: dict[str, str] = {}
    errors = []
    for entry in files((top,), exclude):
        if isinstance(entry, CassetteError):
            errors.append(entry)
        else:
            found[os.path.relpath(entry[0], top)] = entry[0]
    return Side(
        name=top,
        paths=tuple(found),
        read=lambda path: read(found[path]),
        shown=found,
        top=top,
        errors=tuple(errors),
    )


def single(path: str) -> Side:
    """One file; none when it is the null device, by which git says that one side has no file."""
    there = () if path == os.devnull else (path,)
    return Side(name=path, paths=there, read=read, shown=dict.fromkeys(there, path))


def work_tree(limits: tuple[str, ...], exclude: tuple[str, ...] = ()) -> Side:
    """The recordings of the work tree, by their paths from the current folder."""
    found: dict[str, str] = {}
    errors = []
    for limit in limits or (".",):
        if os.path.lexists(limit):
            for entry in files((limit,), exclude):
                if isinstance(entry, CassetteError):
                    errors.append(entry)
                else:
                    found[os.path.relpath(entry[0])] = entry[0]  # as git has it, from whatever folder
    return Side(
        name="the work tree",
        paths=tuple(found),
        read=lambda path: read(found[path]),
        shown=found,
        errors=tuple(errors),
    )


def revision(commit: str, name: str, limits: tuple[str, ...]) -> Side:
    """The recordings of a git commit, by their paths from the current folder. Raises UsageError."""
    objects = git.cassettes(commit, limits)
    content = git.contents(objects.values())
    return Side(
        name=name,
        paths=tuple(objects),
        read=lambda path: content[objects[path]],
        shown={path: path for path in objects},
        revision=name,
    )


def cassettes_of(side: Side) -> tuple[dict[str, bytes], tuple[CassetteError, ...]]:
    """The contents of the files that look like recordings, and those that cannot be read."""
    found: dict[str, bytes] = {}
    errors = list(side.errors)
    for path in side.paths:
        try:
            content = side.read(path)
        except SourceError as error:
            errors.append(error)
            continue
        if may_be_cassette(content):
            found[path] = content
    return found, tuple(errors)
