"""A dataset on disk or at a URL: one manifest, which names the folder of the last commit, and nothing but that counts.

    DATASET/cassette-dataset.json        the manifest; replaced at once, as the last step of a commit
    DATASET/commit-000007-5f3a…/         a commit: whole, and never changed
        interactions/bucket=00000/part.parquet
        files/bucket=00000/part.parquet
    DATASET/staging-…/                   what a run has read so far
    DATASET/dataset.lock                 who writes

A run that is killed leaves a commit or a staging folder that no manifest names; the next run sweeps it. The commit
before the last is kept until then, for those who are reading it.
"""

from __future__ import annotations

import os
import re

from cassette_tools._record import record
from cassette_tools._version import __version__
from cassette_tools.dataset.remote import filesystem, is_url, local_path
from cassette_tools.dataset.schema import VERSION
from cassette_tools.errors import NotWritable, SourceError, UsageError
from cassette_tools.regular import opened
from cassette_tools.writing import sync_folder, write_file, write_private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MANIFEST = "cassette-dataset.json"
LOCK = "dataset.lock"
COMMIT, STAGING, TEMPORARY = "commit-", "staging-", ".cassette-"
TABLES = ("interactions", "files")
_KIND = "cassette dataset"


@record
class Part:
    """One Parquet file of a table, for one bucket of paths."""

    rows: int
    bytes: int


@record
class Manifest:
    """What a dataset is. `parts` has, for each table, a part for each bucket. `program` is the version that made the
    rows, and `settings` what it was told: where either is another now, every file is read again. `refused` counts files
    that are no recordings, by what they look like.
    """

    commit: str
    previous: str | None
    program: str
    settings: Mapping[str, str | None]
    written_at: str
    refused: Mapping[str, int]
    parts: Mapping[str, tuple[Part, ...]]

    @property
    def buckets(self) -> int:
        """Over how many parts the paths are spread."""
        return len(self.parts["interactions"])

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return sum(part.rows for part in self.parts[table])

    @property
    def recordings(self) -> int:
        """How many recordings there are."""
        return self.rows("files") - sum(self.refused.values())

    @property
    def bytes(self) -> int:
        """What all parts take."""
        return sum(part.bytes for parts in self.parts.values() for part in parts)

    def names(self, table: str) -> list[str]:
        """The parts of a table, as paths within the dataset."""
        return [part_name(self.commit, table, bucket) for bucket in range(self.buckets)]


def part_name(commit: str, table: str, bucket: int) -> str:
    """Where a part of a commit stands in its dataset."""
    return f"{commit}/{table}/bucket={bucket:05}/part.parquet"


class Store:
    """Files by their names in one folder, whatever it lies on. `place` is how the user named it."""

    def __init__(self, place: str) -> None:
        self.place = place

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; ``None`` where there is none."""
        raise NotImplementedError

    def write(self, name: str, content: bytes, *, lasting: bool = True) -> None:
        """Write a file, which is there whole when this returns, and where it is `lasting` outlives a crash of the
        machine. Raises NotWritable.
        """
        raise NotImplementedError

    def create(self, name: str, content: bytes) -> bool:
        """Write a file that is not there; whether it was not."""
        raise NotImplementedError

    def same(self, old: str, new: str) -> None:
        """Let a file have another name as well."""
        raise NotImplementedError

    def settle(self, name: str) -> None:
        """Be sure that a folder, with all that was written into it, outlives a crash of the machine."""
        raise NotImplementedError

    def entries(self) -> list[str]:
        """What stands in the folder itself; nothing where there is no folder."""
        raise NotImplementedError

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it; nothing happens where there is none."""
        raise NotImplementedError

    def location(self, name: str) -> str:
        """A file as other programs open it: an absolute path, or a URL."""
        raise NotImplementedError


class LocalStore(Store):
    """A folder. Nothing in it is reached through a link."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self._root = os.path.abspath(local_path(place))

    def location(self, name: str) -> str:
        return os.path.join(self._root, *name.split("/"))

    def read(self, name: str) -> bytes | None:
        path = self.location(name)
        if not os.path.lexists(path):
            return None
        try:
            with opened(path, follow=False) as stream:
                return stream.read()
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}", path=path) from error

    def write(self, name: str, content: bytes, *, lasting: bool = True) -> None:
        path = self._with_folder(name)
        if lasting:
            write_file(path, content, within=self._root)
            return
        try:
            write_private(path, content)
        except OSError as error:
            raise NotWritable(f"cannot be written: {error.strerror or error}", path=path) from error

    def create(self, name: str, content: bytes) -> bool:
        try:
            handle = os.open(self._with_folder(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            return False
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        return True

    def same(self, old: str, new: str) -> None:
        path = self._with_folder(new)
        try:
            os.link(self.location(old), path, follow_symlinks=False)
        except FileExistsError:  # a worker that died has done it
            return
        except OSError:  # a file system without hard links
            content = self.read(old)
            assert content is not None
            self.write(new, content)

    def settle(self, name: str) -> None:
        for folder, _folders, _files in os.walk(self.location(name)):
            sync_folder(folder)

    def entries(self) -> list[str]:
        try:
            return sorted(os.listdir(self._root))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NotWritable(f"cannot be read: {error.strerror or error}", path=self.place) from error

    def remove(self, name: str) -> None:
        from shutil import rmtree

        path = self.location(name)
        try:
            if os.path.isdir(path) and not os.path.islink(path):
                rmtree(path)
            elif os.path.lexists(path):
                os.unlink(path)
        except FileNotFoundError:
            return
        except OSError as error:
            raise NotWritable(f"cannot be removed: {error.strerror or error}", path=path) from error

    def _with_folder(self, name: str) -> str:
        """The path of a file, whose folder is there and is no link out of the dataset. Raises NotWritable."""
        path = self.location(name)
        folder = os.path.dirname(path)
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise NotWritable(f"cannot be made: {error.strerror or error}", path=folder) from error
        root = os.path.realpath(self._root)
        if os.path.realpath(folder) != os.path.normpath(os.path.join(root, os.path.relpath(folder, self._root))):
            raise NotWritable("is reached through a link that leads out of the dataset: remove the link", path=folder)
        return path


class RemoteStore(Store):
    """A folder at a URL. A file appears there whole, or not at all, as object stores have it."""

    def __init__(self, place: str) -> None:
        super().__init__(place.rstrip("/"))
        self._fs, self._root = filesystem(self.place)

    def location(self, name: str) -> str:
        return f"{self.place}/{name}"

    def read(self, name: str) -> bytes | None:
        try:
            return bytes(self._fs.cat_file(self._path(name)))
        except FileNotFoundError:
            return None
        except Exception as error:  # each protocol has its own
            raise self._failed("read", name, error) from error

    def write(self, name: str, content: bytes, *, lasting: bool = True) -> None:
        try:
            self._fs.pipe_file(self._path(name), content)
        except Exception as error:
            raise self._failed("written", name, error) from error

    def create(self, name: str, content: bytes) -> bool:
        try:
            self._fs.pipe_file(self._path(name), content, mode="create")
        except FileExistsError:
            return False
        except Exception as error:
            raise self._failed("written", name, error) from error
        return True

    def same(self, old: str, new: str) -> None:
        try:
            self._fs.cp_file(self._path(old), self._path(new))
        except Exception as error:
            raise self._failed("copied", old, error) from error

    def settle(self, name: str) -> None:
        return  # a store answers when it has it

    def entries(self) -> list[str]:
        try:
            self._fs.invalidate_cache()
            found = self._fs.ls(self._root, detail=False)
        except FileNotFoundError:
            return []
        except Exception as error:
            raise self._failed("listed", "", error) from error
        return sorted(str(each).rstrip("/").rpartition("/")[2] for each in found if each.rstrip("/") != self._root)

    def remove(self, name: str) -> None:
        try:
            self._fs.rm(self._path(name), recursive=True)
        except FileNotFoundError:
            return
        except Exception as error:
            raise self._failed("removed", name, error) from error

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _failed(self, how: str, name: str, error: Exception) -> NotWritable:
        from cassette_tools.secrets.hiding import hidden

        words = hidden(f"{type(error).__name__}: {error}")[:200]
        return NotWritable(f"cannot be {how}: {words}", path=self.location(name) if name else self.place)


def store_at(place: str) -> Store:
    """The store at a path or a URL. Raises UsageError."""
    return RemoteStore(place) if is_url(place) and not place.startswith("file://") else LocalStore(place)


def location(place: str, manifest: Manifest, table: str) -> str:
    """The folder that holds all parts of a table, and nothing else, as other programs open it."""
    return store_at(place).location(f"{manifest.commit}/{table}")


# --- the manifest ----------------------------------------------------------------------------------------------------


def manifest_of(store: Store) -> Manifest | None:
    """What a dataset is; ``None`` where there is none yet. Raises UsageError for one of another version, and for a
    folder that holds something else.
    """
    content = store.read(MANIFEST)
    if content is None:
        strange = [name for name in store.entries() if not _is_own(name)]
        if strange:
            raise UsageError(
                f"{store.place} is no dataset: it holds {strange[0]}, and no {MANIFEST}; name a new or an empty folder"
            )
        return None
    return _manifest(content, store)


def existing_manifest(store: Store) -> Manifest:
    """What a dataset is, where there must be one. Raises UsageError."""
    content = store.read(MANIFEST)
    if content is None:
        raise UsageError(
            f"{store.place} is no dataset: there is no {MANIFEST} in it; `cassette index PATH --output {store.place}` "
            "makes one"
        )
    return _manifest(content, store)


def _manifest(content: bytes, store: Store) -> Manifest:
    from json import loads

    try:
        said = loads(content)
        version = int(said["schema_version"]) if said["kind"] == _KIND else None
        manifest = _read_manifest(said) if version == VERSION else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _no_manifest(store) from error
    if version is None:
        raise _no_manifest(store)
    if manifest is None:
        raise UsageError(
            f"{store.place} is a dataset of schema version {version}, and this is cassette {__version__}, which reads "
            f"and writes version {VERSION}: {_OTHER_VERSION[version > VERSION]}"
        )
    return manifest


def _no_manifest(store: Store) -> UsageError:
    return UsageError(f"{store.location(MANIFEST)} is not the manifest of a dataset: make the dataset anew")


def _read_manifest(said: Any) -> Manifest:
    """A manifest of this version. Raises ValueError and the like for what is none."""
    parts = {
        table: tuple(Part(rows=int(each["rows"]), bytes=int(each["bytes"])) for each in said["parts"][table])
        for table in TABLES
    }
    if not parts["files"] or len(parts["files"]) != len(parts["interactions"]):
        raise ValueError("parts")
    return Manifest(
        commit=_commit_name(said["commit"]),
        previous=None if said["previous"] is None else _commit_name(said["previous"]),
        program=str(said["program"]),
        settings=dict(said["settings"]),
        written_at=str(said["written_at"]),
        refused={str(words): int(count) for words, count in said["refused"].items()},
        parts=parts,
    )


def _commit_name(name: str) -> str:
    """The name of a folder of the dataset, and of nothing elsewhere."""
    if re.fullmatch(rf"{COMMIT}[0-9]{{6,}}-[0-9a-f]{{8}}", name) is None:
        raise ValueError(name)
    return name


_OTHER_VERSION = {
    True: "upgrade cassette-tools",
    False: "index the recordings into a new dataset, and remove this one",
}


def write_manifest(store: Store, manifest: Manifest) -> None:
    """Make a commit the one that counts. Raises NotWritable."""
    from json import dumps

    said = {
        "kind": _KIND,
        "schema_version": VERSION,
        "commit": manifest.commit,
        "previous": manifest.previous,
        "program": manifest.program,
        "settings": dict(manifest.settings),
        "written_at": manifest.written_at,
        "refused": dict(manifest.refused),
        "rows": {table: manifest.rows(table) for table in TABLES},
        "locations": {table: f"{manifest.commit}/{table}" for table in TABLES},
        "parts": {
            table: [{"rows": part.rows, "bytes": part.bytes} for part in manifest.parts[table]] for table in TABLES
        },
    }
    store.write(MANIFEST, (dumps(said, indent=1) + "\n").encode())


def sweep(store: Store, manifest: Manifest | None) -> None:
    """Remove what no manifest names: what runs that were killed have left, and commits that are past."""
    kept = () if manifest is None else (manifest.commit, manifest.previous)
    for name in store.entries():
        if name.startswith(_SWEPT) and name not in kept:
            store.remove(name)


_SWEPT = (COMMIT, STAGING, TEMPORARY)


def _is_own(name: str) -> bool:
    """Whether we make entries of this name."""
    return name == LOCK or name.startswith(_SWEPT)
