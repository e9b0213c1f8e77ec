"""Recordings through the commits of git: renames are followed, and each content is read once, now and in later runs."""

from __future__ import annotations

import os
import subprocess

from cassette_tools.diff.suites.pairing import paired
from cassette_tools.errors import SourceError, UsageError
from cassette_tools.formats import ASKED_BESIDE, may_be_cassette
from cassette_tools.suite.commits import is_within, walk
from cassette_tools.suite.facts import unpack
from cassette_tools.suite.history import BASE, COMMIT, WORK_TREE, Held, Moment, timeline_of
from cassette_tools.suite.states import FIELDS, State, as_fields, from_fields, is_fields, state_of
from cassette_tools.suite.survey import result_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from cassette_tools.lint.cache import Cache
    from cassette_tools.pool import Watch
    from cassette_tools.source import Source
    from cassette_tools.suite.commits import Commit, Entry, Walk
    from cassette_tools.suite.history import Timeline

_ON_DISK = "disk:"  # of the key of what is not committed, before its path
_USUAL_SIZE = 20_000  # bytes of a recording, where nobody has counted them


class GitHistory:
    """The history of files and folders, all of it or since a revision or a day. Raises UsageError."""

    def __init__(
        self,
        paths: Sequence[str],
        since: str | None = None,
        *,
        exclude: tuple[str, ...] = (),
        jobs: int | None = None,
        cache: Cache | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.walk: Walk = walk(paths, since)
        self._jobs, self._cache, self._watch = jobs, cache, watch
        self._objects = _Objects(self.walk.top)
        self._states: dict[str, State | str | None] = {}
        commits = [*([self.walk.base] if self.walk.base is not None else ()), *self.walk.commits]
        self._held = [each for each in self._followed(commits) if self._is_asked(each, paths, exclude)]
        self._moments = [_moment(commit, is_base=commit is self.walk.base) for commit in commits]

    def timeline(self, *, pattern: str | None = None, only: Iterable[str] = ()) -> Timeline:
        """What is told of it. Raises UsageError."""
        try:
            return timeline_of(self._moments, self._held, self._read, pattern=pattern, only=only)
        finally:
            self._objects.close()
            if self._cache is not None:
                self._cache.save()

    # --- files through commits ---------------------------------------------------------------------------------------

    def _followed(self, commits: Sequence[Commit]) -> list[list[Held]]:
        """Each file with what it held, by whatever names."""
        every: list[list[Held]] = []
        by_path: dict[str, list[Held]] = {}
        for number, commit in enumerate(commits):
            moved = self._also_renamed(commit, by_path)
            stay = [each for each in commit.entries if not (each.is_gone and each.path in moved.values())]
            befores = [by_path.pop(moved.get(entry.path, entry.old_path), None) for entry in stay]
            for entry, before in zip(stay, befores, strict=True):
                if before is None and entry.is_gone:
                    continue
                versions = _begun(every) if before is None else before
                versions.append(self._held_from(number, entry, versions))
                if not entry.is_gone:
                    by_path[entry.path] = versions
        return every

    def _held_from(self, number: int, entry: Entry, before: Sequence[Held]) -> Held:
        path = self._shown(entry.path)
        old = before[-1].path if before and before[-1].path != path else ""
        key = _key_of(entry)
        return Held(moment=number, path=path, key=key, old_path=old)

    def _also_renamed(self, commit: Commit, by_path: Mapping[str, Sequence[Held]]) -> dict[str, str]:
        """The old path of each file that only its scenario tells to be one that is gone, as `diff` pairs them."""
        gone = [each.path for each in commit.entries if each.is_gone and each.path in by_path]
        come = [each for each in commit.entries if not each.is_gone and not each.old_path]
        if not gone or not come:
            return {}
        before = self._cassettes((path, by_path[path][-1].key) for path in gone)
        after = self._cassettes((each.path, _key_of(each)) for each in come)
        return {right: left for left, right in paired(before, after).renamed}

    def _cassettes(self, keys: Iterable[tuple[str, str]]) -> dict[str, bytes]:
        """The content of those paths that may be recordings."""
        contents = ((path, self._content(key)) for path, key in keys)
        return {path: content for path, content in contents if may_be_cassette(content)}

    def _shown(self, path: str) -> str:
        """A path as the user can open it."""
        return os.path.relpath(os.path.join(self.walk.top, path))

    def _is_asked(self, held: Sequence[Held], paths: Sequence[str], exclude: tuple[str, ...]) -> bool:
        """Whether a file was at one of the paths that the user named, and is not left out by the configuration."""
        from cassette_tools.walk import matches

        wanted = [os.path.relpath(path) for path in paths]
        own = [each.path for each in held if is_within(each.path, ["" if path == "." else path for path in wanted])]
        top = os.getcwd()
        return bool(own) and not any(matches(pattern, own[-1], top) for pattern in exclude)

    # --- what they hold ----------------------------------------------------------------------------------------------

    def _content(self, key: str) -> bytes:
        """What a file held; nothing where it cannot be read any more."""
        from cassette_tools.regular import read

        try:
            on_disk = key.startswith(_ON_DISK)
            return read(os.path.join(self.walk.top, key[len(_ON_DISK) :])) if on_disk else self._objects.read(key)
        except SourceError:
            return b""

    def _read(self, wanted: Iterable[tuple[str, str]]) -> Mapping[str, State | str | None]:
        """The states of what paths hold."""
        from cassette_tools.pool import each, workers

        missing: dict[str, str] = {}
        for path, key in wanted:
            if key not in self._states and not self._is_remembered(key):
                missing.setdefault(key, path)
        work = tuple(missing.items())
        processes = workers(self._jobs, len(work), len(work) * _USUAL_SIZE)
        for number, packed in each(lambda number: self._packed(*work[number]), len(work), processes, self._watch):
            key, (lasts, *found) = work[number][0], packed
            self._states[key] = _unpacked(found)
            if self._cache is not None and lasts:
                self._cache.keep(key, found)
        return self._states

    def _is_remembered(self, key: str) -> bool:
        known = self._cache.kept(key) if self._cache is not None else None
        if known is not None:
            self._states[key] = _unpacked(known)
        return known is not None

    def _packed(self, key: str, path: str) -> list[Any]:
        """Whether it stays so, whether it is a recording, why it cannot be read, and its state."""
        from cassette_tools.source import Source

        def source() -> Source:
            return Source.from_bytes(self._content(key), path)

        asked = len(ASKED_BESIDE)
        refused, error, packed = result_of(source, path, named=False)
        lasts = not key.startswith(_ON_DISK) and error is None and len(ASKED_BESIDE) == asked
        is_one = refused is None and error is None
        fields = as_fields(state_of(path, tuple(map(unpack, packed)))) if is_one else {}
        return [lasts, refused is None, "" if error is None else error[0], [_listed(fields[name]) for name in fields]]


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _unpacked(found: Sequence[Any]) -> State | str | None:
    is_recording, problem, values = found
    if not is_recording:
        return None
    return problem or from_fields(dict(zip(FIELDS, values, strict=True)))


def is_state(value: Any) -> bool:
    """Whether a value from elsewhere is what `GitHistory` remembers of a content."""
    if not isinstance(value, list) or len(value) != 3:
        return False
    is_recording, problem, values = value
    if not isinstance(is_recording, bool) or problem != "" or not isinstance(values, list):
        return False
    return (
        is_fields(dict(zip(FIELDS, values, strict=True)))
        if len(values) == len(FIELDS)
        else not (is_recording or values)
    )


def _moment(commit: Commit, *, is_base: bool) -> Moment:
    from datetime import UTC, datetime

    if not commit.name:
        return Moment(kind=WORK_TREE)
    return Moment(
        kind=BASE if is_base else COMMIT,
        name=commit.name,
        at=datetime.fromtimestamp(commit.seconds, UTC).isoformat().replace("+00:00", "Z"),
        author=commit.author,
        subject=commit.subject,
    )


class _Objects:
    """Contents by their names in git, from one `git cat-file` for each process that asks."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._asked: tuple[int, subprocess.Popen[bytes]] | None = None

    def read(self, name: str) -> bytes:
        """What git holds under a name. Raises UsageError."""
        given, taken = self._pipes()
        given.write(name.encode() + b"\n")
        given.flush()
        head = taken.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise UsageError(f"git has no file of the name {name} (a clone without all objects?)")
        content: bytes = taken.read(int(head[2]) + 1)
        return content[:-1]

    def _pipes(self) -> tuple[Any, Any]:
        if self._asked is None or self._asked[0] != os.getpid():
            words = ("git", "-C", self._top, "cat-file", "--batch")
            self._asked = os.getpid(), subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process = self._asked[1]
        return process.stdin, process.stdout

    def close(self) -> None:
        """End what this process has begun."""
        if self._asked is not None and self._asked[0] == os.getpid():
            self._asked[1].communicate()
            self._asked = None


def _begun(every: list[list[Held]]) -> list[Held]:
    """The versions of one more file, none so far."""
    every.append([])
    return every[-1]


def _key_of(entry: Entry) -> str:
    """Where the content of a file is found: on the disk, or in git."""
    return _ON_DISK + entry.path if entry.is_on_disk else entry.blob
