"""From the paths a user names to files: folders are walked, ``.gitignore`` and excluded globs respected.

Whether a file that was found is a cassette is asked of its content, by `formats.may_be_cassette` and by the formats.
"""

from __future__ import annotations

import os

from cassette_tools.errors import SourceError
from cassette_tools.regular import opened, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SUFFIXES = (".yaml", ".yml", ".json", ".gz")  # beside those of single formats
# What the JSON of a call's answer or request has somewhere, when it stands alone in a file.
_MEMBERS = (
    b'"model"',
    b'"choices"',
    b'"candidates"',
    b'"stopReason"',
    b'"stop_reason"',
    b'"output"',
    b'"contents"',
    b'\\"model\\"',
)
MAX_GITIGNORE = 100_000  # bytes; each line is a pattern that is tried on each path below
DATASET = "cassette-dataset.json"  # the manifest in the folder of a dataset, which is no folder of recordings
SKIPPED_FOLDERS = frozenset((".git", ".hg", ".venv", "node_modules", "__pycache__", ".cassette_cache"))


def files(paths: tuple[str, ...], exclude: tuple[str, ...] = ()) -> Iterator[tuple[str, bool] | SourceError]:
    """Each file once, with whether the user named it; in the order of the paths, folders sorted. Errors are handed
    on.
    """
    seen: set[str] = set()
    for path in paths:
        if path == "-":
            yield path, True
        elif os.path.isdir(path):
            for found in _walked(path, exclude):
                if isinstance(found, SourceError):
                    yield found
                elif found not in seen:
                    seen.add(found)
                    yield found, False
        elif not os.path.lexists(path):
            yield SourceError("there is no such file or folder", path=path)
        elif path not in seen:
            seen.add(path)
            yield path, True


def is_dataset(path: str) -> bool:
    """Whether somebody names a dataset: a folder with its manifest, or a URL, which here can be nothing else."""
    return os.path.isfile(os.path.join(path, DATASET)) or ("://" in path and not os.path.lexists(path))


def order_on_walk(path: str) -> tuple[tuple[bool, str], ...]:
    """What sorts paths as a walk meets them: the files of a folder, then the folders in it."""
    *folders, name = path.split("/")
    return (*((True, each) for each in folders), (False, name))


def folder_of(path: str, paths: tuple[str, ...]) -> str | None:
    """The folder among the paths that a file was found in; ``None`` for a file that was named itself."""
    if path in paths:
        return None
    return next((each for each in paths if path.startswith(os.path.join(each, ""))), None)


_roots: dict[str, str | None] = {}


def repository_of(folder: str) -> str | None:
    """The top of the git repository that a folder (an absolute path) is in; ``None`` for no repository."""
    if folder not in _roots:
        parent = os.path.dirname(folder)
        if os.path.exists(os.path.join(folder, ".git")):
            _roots[folder] = folder
        else:
            _roots[folder] = None if parent == folder else repository_of(parent)
    return _roots[folder]


def path_within(path: str, root: str | None) -> str:
    """The path of a file below `root`, with slashes, however it was typed; below the current folder where there is no
    root, and whole where it is elsewhere.
    """
    full = os.path.abspath(path)
    root = root or os.getcwd()
    within = full[len(root.rstrip(os.sep)) + 1 :] if full.startswith(root.rstrip(os.sep) + os.sep) else full
    return within.replace(os.sep, "/")


def repository_path(path: str) -> str:
    """What a file is called in reports that are compared with those of other days and machines."""
    return path if path == "<stdin>" else path_within(path, repository_of(os.path.dirname(os.path.abspath(path))))


def matches(pattern: str, path: str, root: str) -> bool:
    """Whether a file fits a pattern in gitignore syntax that was written for `root`."""
    from cassette_tools._gitignore import spec_of

    within = path_within(path, root) if root else path
    return bool(spec_of([pattern]).match_file(within))


def may_be_named(name: str) -> bool:
    """Whether a walk looks at files of this name. Recorders for Python write some without a suffix."""
    if "." not in name or name.endswith(SUFFIXES):
        return True
    from cassette_tools.formats import clues  # most files are told without it

    return name.endswith(clues().suffixes)


def may_be_body(content: bytes) -> bool:
    """Whether a walked file may be the JSON of one call, with nothing around it."""
    return content[:20].lstrip()[:1] == b"{" and any(member in content for member in _MEMBERS)


def may_be_cut_answer(path: str, content: bytes) -> bool:
    """Whether a walked file that does not parse begins as the answer of a model: then it was one, and is damaged."""
    if not path.endswith(".json") or not content.lstrip().startswith(b"{"):
        return False
    from cassette_tools.formats.raw_body import ANSWERS

    return any(all(f'"{key}"'.encode() in content for key in shape) for shape in ANSWERS)


def _walked(folder: str, exclude: tuple[str, ...]) -> Iterator[str | SourceError]:
    ignored = _Ignored(folder, exclude)
    yield from ignored.errors()
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield SourceError(f"the folder cannot be read: {error.strerror or error}", path=here)
            continue
        if any(entry.name == ".gitignore" for entry in found):
            ignored.read(here)
            yield from ignored.errors()
        folders = []
        for entry in found:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name not in SKIPPED_FOLDERS and not ignored(entry.path + "/"):
                    folders.append(entry.path)
            elif _may_be_one(entry) and not ignored(entry.path):
                yield entry.path
        pending.extend(reversed(folders))


def _may_be_one(entry: os.DirEntry[str]) -> bool:
    """Whether a file may be a recording by its name. What is named like one and cannot be read (a link that leads
    nowhere, a FIFO) is not passed over: whoever reads it says so. A link to a folder is, as git has it.
    """
    if "." in entry.name:
        return (may_be_named(entry.name) and not _is_folder(entry)) or _is_body_as_text(entry)
    try:
        return entry.is_file()
    except OSError:  # a link to itself
        return False


_BODIES = (b"data: {", b"event: ", b"{")


def _is_body_as_text(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file of text that begins as the body of a call does; all other texts are none of ours."""
    if not entry.name.endswith(".txt"):
        return False
    try:
        with opened(entry.path) as file:
            return file.read(max(map(len, _BODIES))).startswith(_BODIES)
    except SourceError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


class _Ignored:
    """What ``.gitignore`` files (gitignore(5)) and the configured globs leave out, for one walk."""

    def __init__(self, folder: str, exclude: tuple[str, ...]) -> None:
        self._specs: list[tuple[str, Any]] = []
        self._errors: list[SourceError] = []
        here = os.getcwd()
        top = os.path.abspath(folder)
        if exclude:  # written for the project's folder, and for what is walked elsewhere
            self._add(here if top.startswith(here) else top, list(exclude))
        self._read_above(top)

    def __call__(self, path: str) -> bool:
        if not self._specs:
            return False
        full = os.path.abspath(path) + ("/" if path.endswith("/") else "")
        verdict = False
        for base, spec in self._specs:
            if full.startswith(base):
                included = spec.check_file(full[len(base) :]).include
                verdict = verdict if included is None else included
        return verdict

    def read(self, folder: str) -> None:
        """Take the ``.gitignore`` of a folder into account, for what is below it. As for git, a link is none."""
        path = os.path.join(folder, ".gitignore")
        try:
            lines = read(path, follow=False)
            if len(lines) > MAX_GITIGNORE:
                raise SourceError(f"is larger than {MAX_GITIGNORE:,} bytes, and is not obeyed", path=path)
            self._add(folder, lines.decode("utf-8", "replace").splitlines())
        except SourceError as error:
            self._errors.append(error)

    def errors(self) -> Iterator[SourceError]:
        """What was wrong with ``.gitignore`` files since this was asked last."""
        while self._errors:
            yield self._errors.pop(0)

    def _read_above(self, folder: str) -> None:
        """The ``.gitignore`` files between the repository's root and the folder."""
        above = []
        while not os.path.exists(os.path.join(folder, ".git")):
            parent = os.path.dirname(folder)
            if parent == folder:
                return  # no repository: nothing above speaks for the folder
            folder = parent
            above.append(folder)
        for each in reversed(above):
            if os.path.lexists(os.path.join(each, ".gitignore")):
                self.read(each)

    def _add(self, folder: str, lines: list[str]) -> None:
        from cassette_tools._gitignore import spec_of

        self._specs.append((os.path.abspath(folder).rstrip("/") + "/", spec_of(lines)))
