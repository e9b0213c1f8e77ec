"""What `cassette index` does: list the files, read those that are new or changed, and put a new commit together.

A dataset holds what the paths of the last run hold: what is gone from them leaves it. A file that cannot be read has no
rows, and is tried again by the next run; where a folder cannot be listed, what was known of it stays.
"""

from __future__ import annotations

import os
from collections import Counter

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools._version import __version__
from cassette_tools.dataset.listing import Listed, is_below, list_files
from cassette_tools.dataset.lock import Lock
from cassette_tools.dataset.reader import KNOWN, Batch, Bucket, Known, bucket_of, put_together, read_batch, read_part
from cassette_tools.dataset.remote import is_url, local_path, missing
from cassette_tools.dataset.schema import files_schema
from cassette_tools.dataset.store import (
    COMMIT,
    STAGING,
    TABLES,
    Manifest,
    Part,
    Store,
    manifest_of,
    part_name,
    store_at,
    sweep,
    write_manifest,
)
from cassette_tools.errors import CassetteError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.dataset.engines import Run
    from cassette_tools.dataset.reader import Error, Written

FILES_OF_BUCKET = 20_000
_MOST_BUCKETS = 4_096
_GROWTH = 4  # a dataset that should have so many times its buckets is spread over more
_FILES_OF_BATCH = 256
_BYTES_OF_BATCH = 32_000_000
_BATCHES = 32  # at least, so that no worker is without work, where there are so many files


@record
class Indexed:
    """What a run did. `manifest` is that of the dataset now, ``None`` where there is none; `found` counts the files of
    the paths.
    """

    manifest: Manifest | None
    found: int
    read: int
    unchanged: int
    gone: int
    errors: tuple[CassetteError, ...]
    why_all: str | None  # why files were read that had not changed
    is_new: bool  # whether there is a new commit


def index(
    paths: tuple[str, ...],
    output: str,
    run: Run,
    *,
    exclude: tuple[str, ...] = (),
    scenario_from: str | None = None,
    break_lock: bool = False,
    allow_empty: bool = False,
) -> Indexed:
    """Bring the dataset at `output` up to date. Raises CassetteError where that cannot be done, and leaves it as it was
    then.
    """
    _need_packages()
    store = store_at(output)
    manifest_of(store)  # refused before anything is made
    with Lock(store, breaking=break_lock) as lock:
        old = manifest_of(store)
        sweep(store, old)
        return _Update(store, old, run, lock, scenario_from).index(list_files(paths, exclude, output), allow_empty)


def _need_packages() -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise missing("pyarrow", "cassette index") from error


class _Update:
    """One run: what it has found out so far."""

    def __init__(self, store: Store, old: Manifest | None, run: Run, lock: Lock, scenario_from: str | None) -> None:
        self._store = store
        self._run = run
        self._lock = lock
        self._settings = {"scenario_from": scenario_from, "plugins": _plugins()}
        self._old = old
        self._why_all = _why_all(old, self._settings)
        self._token = os.urandom(4).hex()
        self._staging = f"{STAGING}{self._token}"
        self._errors: list[CassetteError] = []
        self._refused: Counter[str] = Counter()
        self._found = self._read = self._unchanged = self._gone_count = 0

    def index(self, found: Iterable[Listed | SourceError], allow_empty: bool) -> Indexed:
        listed = []
        for each in found:
            if isinstance(each, SourceError):
                self._errors.append(each)
            else:
                listed.append(each)
        self._found = len(listed)
        if not listed and not allow_empty:
            return self._indexed(self._old, is_new=False)
        count = self._bucket_count(len(listed))
        spread: list[list[Listed]] = [[] for _ in range(count)]
        for file in listed:
            spread[bucket_of(file.path, count)].append(file)
        batches, gone = self._planned(spread)
        failed = self._batches_read(batches)
        if self._is_current(count) and not self._read and not any(gone) and not any(failed.values()):
            self._store.remove(self._staging)
            return self._indexed(self._old, is_new=False)
        jobs = self._jobs(batches, gone, failed, count)
        manifest = self._committed(jobs)
        self._store.remove(self._staging)
        return self._indexed(manifest, is_new=True)

    # --- what is to be done ------------------------------------------------------------------------------------------

    def _bucket_count(self, files: int) -> int:
        """How many buckets there shall be: a power of two, and no less than there are."""
        wanted = 1
        while wanted < _MOST_BUCKETS and wanted * FILES_OF_BUCKET < files:
            wanted *= 2
        now = self._old.buckets if self._old is not None else wanted
        return wanted if wanted >= now * _GROWTH else now

    def _is_current(self, count: int) -> bool:
        return self._old is not None and self._why_all is None and self._old.buckets == count

    def _planned(self, spread: list[list[Listed]]) -> tuple[list[Batch], list[tuple[str, ...]]]:
        """The batches of files to be read, and the files of each bucket that are gone."""
        fresh: list[list[tuple[Listed, Known | None]]] = []
        gone: list[tuple[str, ...]] = []
        for bucket, files in enumerate(spread):
            known = self._known(bucket, len(spread))
            fresh.append([])
            for each in sorted(files, key=lambda file: file.path):
                old = known.pop(each.path, None)
                if old is not None and old.stamp is not None and (old.size, old.stamp) == (each.size, each.stamp):
                    self._keep(old)
                else:
                    fresh[-1].append((each, old))
            lost = {path: old for path, old in known.items() if self._may_be_there(path)}
            for old in lost.values():
                self._keep(old)
            gone.append(tuple(path for path in known if path not in lost))
        self._gone_count = sum(map(len, gone))
        return [*self._batches(fresh)], gone

    def _keep(self, known: Known) -> None:
        self._unchanged += 1
        if known.refused is not None:
            self._refused[known.refused] += 1

    def _known(self, bucket: int, count: int) -> dict[str, Known]:
        """What is known of the files of a bucket."""
        if self._old is None or self._why_all is not None:
            return {}
        name = part_name(self._old.commit, "files", bucket % self._old.buckets)
        table = read_part(self._store, name, files_schema())
        columns = (table[name].to_pylist() for name in KNOWN)
        return {
            path: Known(**dict(zip(KNOWN, values, strict=True)))
            for path, *values in zip(table["path"].to_pylist(), *columns, strict=True)
            if bucket_of(path, count) == bucket
        }

    def _may_be_there(self, path: str) -> bool:
        """Whether a file that was not met is in a folder that cannot be listed."""
        return any(error.path is not None and is_below(path, error.path) for error in self._errors)

    def _batches(self, fresh: list[list[tuple[Listed, Known | None]]]) -> Iterator[Batch]:
        most = max(1, min(_FILES_OF_BATCH, sum(map(len, fresh)) // _BATCHES))
        for bucket, files in enumerate(fresh):
            for number, piece in enumerate(_pieces(files, most)):
                yield Batch(
                    dataset=_absolute(self._store.place),
                    staging=self._staging,
                    bucket=bucket,
                    number=number,
                    folder=os.getcwd(),
                    files=tuple(piece),
                    scenario_from=self._settings["scenario_from"],
                    limits=budgets.limits(),
                )

    # --- the work ----------------------------------------------------------------------------------------------------

    def _batches_read(self, batches: Sequence[Batch]) -> dict[int, list[str]]:
        """Read them; the files that could be read once and cannot be any more, by their bucket."""
        failed: dict[int, list[str]] = {}
        errors: list[Error] = []
        for number, (refused, wrong) in self._run(read_batch, batches, "reading"):
            self._lock.renew()
            self._refused.update(refused)
            errors += wrong
            self._read += len(batches[number].files) - len(wrong)
            known = {each.path for each, old in batches[number].files if old is not None}
            failed.setdefault(batches[number].bucket, []).extend(path for path, *_where in wrong if path in known)
        for path, message, line, column in sorted(errors, key=lambda error: error[0]):
            self._errors.append(SourceError(message, path=path, line=line, column=column))
        return failed

    def _jobs(
        self, batches: Sequence[Batch], gone: list[tuple[str, ...]], failed: dict[int, list[str]], count: int
    ) -> list[Bucket]:
        of_bucket: dict[int, list[Batch]] = {}
        for batch in batches:
            of_bucket.setdefault(batch.bucket, []).append(batch)
        old = self._old if self._why_all is None else None
        number = 1 + (int(self._old.commit.split("-")[1]) if self._old is not None else 0)
        return [
            Bucket(
                dataset=_absolute(self._store.place),
                staging=self._staging,
                commit=f"{COMMIT}{number:06}-{self._token}",
                bucket=bucket,
                old=(old.commit, bucket % old.buckets) if old is not None else None,
                of=count if old is not None and old.buckets != count else None,
                gone=(*gone[bucket], *failed.get(bucket, ())),
                batches=tuple(batch.number for batch in of_bucket.get(bucket, ())),
                size=sum(batch.size for batch in of_bucket.get(bucket, ())),
            )
            for bucket in range(count)
        ]

    def _committed(self, jobs: Sequence[Bucket]) -> Manifest:
        from datetime import UTC, datetime

        done: dict[int, Written] = {}
        for number, written in self._run(put_together, jobs, "writing"):
            self._lock.renew()
            done[number] = written
        self._store.settle(jobs[0].commit)
        self._lock.check()
        commit = Manifest(
            commit=jobs[0].commit,
            previous=self._old.commit if self._old is not None else None,
            program=__version__,
            settings=self._settings,
            written_at=datetime.now(UTC).isoformat(timespec="seconds"),
            refused=dict(self._refused),
            parts={
                table: tuple(self._part(table, bucket, done[bucket][at]) for bucket in range(len(jobs)))
                for at, table in enumerate(TABLES)
            },
        )
        write_manifest(self._store, commit)
        return commit

    def _part(self, table: str, bucket: int, written: tuple[int, int] | None) -> Part:
        if written is None:
            assert self._old is not None
            return self._old.parts[table][bucket]
        return Part(rows=written[0], bytes=written[1])

    def _indexed(self, manifest: Manifest | None, *, is_new: bool) -> Indexed:
        return Indexed(
            manifest=manifest,
            found=self._found,
            read=self._read,
            unchanged=self._unchanged,
            gone=self._gone_count,
            errors=tuple(self._errors),
            why_all=self._why_all,
            is_new=is_new,
        )


def _why_all(old: Manifest | None, settings: dict[str, str | None]) -> str | None:
    """Why what is known of the files does not count."""
    if old is None:
        return None
    if old.program != __version__:
        return f"it was written by cassette {old.program}, and this is {__version__}"
    changed = next((name for name, value in settings.items() if old.settings.get(name) != value), None)
    return None if changed is None else _CHANGED[changed]


_CHANGED = {
    "scenario_from": "--scenario-from is another now",
    "plugins": "other plugins are installed now",
}


def _plugins() -> str | None:
    """What other packages add to formats, dialects and rules, with their versions."""
    from importlib.metadata import entry_points

    from cassette_tools._plugins import are_announced

    groups = [f"cassette_tools.{kind}" for kind in ("formats", "dialects", "rules")]
    found = {each.dist for group in filter(are_announced, groups) for each in entry_points(group=group)}
    return ", ".join(sorted(f"{each.name} {each.version}" for each in found if each is not None)) or None


def _pieces(files: list[tuple[Listed, Known | None]], most: int) -> Iterator[list[tuple[Listed, Known | None]]]:
    """Files in groups of so many, and of no more bytes than a batch may have, unless it is one."""
    piece: list[tuple[Listed, Known | None]] = []
    size = 0
    for each in files:
        if piece and (len(piece) == most or size + each[0].size > _BYTES_OF_BATCH):
            yield piece
            piece, size = [], 0
        piece.append(each)
        size += each[0].size
    if piece:
        yield piece


def _absolute(place: str) -> str:
    """A place as it is found from any folder."""
    return place if is_url(place) and not place.startswith("file://") else os.path.abspath(local_path(place))
