"""The two kinds of work of `index`, which any process on any machine can do, and do twice: to read a batch of files
into the staging folder, and to put a bucket of the new commit together.
"""

from __future__ import annotations

import os
from collections import Counter
from threading import Lock

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.dataset import remote
from cassette_tools.dataset.digests import SIZE, digest_of
from cassette_tools.dataset.schema import files_schema, interactions_schema
from cassette_tools.dataset.store import Store, part_name, store_at
from cassette_tools.errors import SourceError
from cassette_tools.one_file import OneFile
from cassette_tools.regular import opened, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from cassette_tools.budgets import Budgets
    from cassette_tools.dataset.listing import Listed
    from cassette_tools.source import Source

    Fetched = Mapping[str, bytes | SourceError]  # what is at URLs
    Error = tuple[str, str, int | None, int | None]  # the path, and what is wrong where
    Written = tuple[tuple[int, int] | None, tuple[int, int] | None]  # rows and bytes of both tables
    Done = tuple[dict[str, int], tuple[Error, ...]]  # what files look like that are no recordings; errors

_ONE = Lock()  # what a file may cost is counted in a process, whose threads must not count together
_ROW_GROUP = 8_192  # rows


@record
class Known:
    """What the old commit knows of a file: the columns of `schema.FILES`."""

    size: int
    stamp: str | None
    digest: str
    interactions: int
    refused: str | None


KNOWN = ("size", "stamp", "digest", "interactions", "refused")


@record
class Batch:
    """Files of one bucket to be read, each with what is known of it. `folder` is what their paths start from, and
    `dataset` is where it lies, as every worker finds it.
    """

    dataset: str
    staging: str
    bucket: int
    number: int
    folder: str
    files: tuple[tuple[Listed, Known | None], ...]
    scenario_from: str | None
    limits: Budgets

    @property
    def size(self) -> int:
        """Bytes to be read."""
        return sum(each.size for each, _known in self.files)

    @property
    def in_memory(self) -> bool:
        """Whether only this process sees some of it."""
        return any(place.startswith("memory://") for place in (self.dataset, *(each.path for each, _ in self.files)))

    def failed(self, why: str) -> Done:
        """What is said where nobody can do it."""
        return {}, tuple((each.path, why, None, None) for each, _known in self.files)


def staged_name(staging: str, table: str, bucket: int, number: int) -> str:
    """Where a batch leaves its rows of a table."""
    return f"{staging}/{table}/{bucket:05}-{number:06}.parquet"


def read_batch(batch: Batch) -> Done:
    """Read files, and leave their rows in the staging folder."""
    rows: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    errors: list[Error] = []
    with _ONE:
        budgets.use(batch.limits)
        fetched = remote.read_all((each.path, each.size) for each, _known in batch.files if remote.is_url(each.path))
        for listed, known in batch.files:
            try:
                found, state = _read(batch, listed, known, fetched)
            except SourceError as error:
                errors.append((listed.path, error.message, error.line, error.column))
                continue
            rows += found
            states.append(state)
    store = store_at(batch.dataset)
    for table, values in (("interactions", rows), ("files", states)):
        name = staged_name(batch.staging, table, batch.bucket, batch.number)
        store.write(name, _parquet(_table(values, _schema(table))), lasting=False)
    refused = Counter(state["refused"] for state in states if state["refused"] is not None)
    return dict(refused), tuple(errors)


def _read(
    batch: Batch, listed: Listed, known: Known | None, fetched: Fetched
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of a file, and its row in the table of files. One that holds what it held has no new rows."""
    path = listed.path
    with OneFile(path):
        source, digest, size = _opened(batch.folder, listed, known.digest if known is not None else None, fetched)
        state = {"path": path, "size": size, "stamp": listed.stamp, "digest": digest}
        if source is None:
            assert known is not None
            return [], {**state, "interactions": known.interactions, "refused": known.refused}
        from cassette_tools.dataset.rows import rows_of

        found = rows_of(source, path, listed.name, digest, named=listed.named, scenario_from=batch.scenario_from)
        if not found.lasting:
            state.update(stamp=None, digest="")
        return found.rows, {**state, "interactions": len(found.rows), "refused": found.refused}


def _opened(folder: str, listed: Listed, old_digest: str | None, fetched: Fetched) -> tuple[Source | None, str, int]:
    """The source of a file, no source where its digest is the old one; its digest and its size. Raises SourceError."""
    from cassette_tools.source import STREAMED_ABOVE, Source

    found = fetched.get(listed.path)
    if isinstance(found, SourceError):
        raise found
    path = listed.path if found is not None else os.path.join(folder, listed.path)
    if found is None and listed.size > STREAMED_ABOVE:
        digest, size = _digest_of_file(path)
        return (None if digest == old_digest else Source.from_path(path)), digest, size
    content = read(path) if found is None else found
    digest = digest_of(content)
    return (None if digest == old_digest else Source.from_bytes(content, path)), digest, len(content)


def _digest_of_file(path: str) -> tuple[str, int]:
    """The digest of a file that is not held."""
    from hashlib import blake2b

    digest, size = blake2b(digest_size=SIZE), 0
    with opened(path) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


# --- a bucket of a commit --------------------------------------------------------------------------------------------


@record
class Bucket:
    """A bucket of the commit to come: what the old one has (`old`, its name and bucket), without the files that are
    `gone`, and what `batches` batches have read. With `of`, the old bucket is shared out among so many.
    """

    dataset: str
    staging: str
    commit: str
    bucket: int
    old: tuple[str, int] | None
    of: int | None
    gone: tuple[str, ...]
    batches: tuple[int, ...]
    size: int

    @property
    def may_stay(self) -> bool:
        """Whether the old part is that of the same paths."""
        return self.old is not None and self.of is None

    @property
    def in_memory(self) -> bool:
        """Whether only this process sees it."""
        return self.dataset.startswith("memory://")

    def failed(self, why: str) -> NoReturn:
        """What is said where nobody can do it."""
        raise SourceError(f"a part of the new commit cannot be written: {why}", path=self.dataset)


def put_together(job: Bucket) -> Written:
    """Write a bucket of the new commit: the rows and bytes of each of its tables; ``None`` for a part of the old commit
    that stays what it is.
    """
    store = store_at(job.dataset)
    staged = _staged(store, job, "files")
    if job.may_stay and not job.gone and not staged.num_rows:
        return _linked(store, job, "interactions"), _linked(store, job, "files")
    old = _old(store, job, "files")
    anew = _read_anew(old, staged)
    rows, dropped = _old(store, job, "interactions"), [*job.gone, *anew]
    new_rows = _staged(store, job, "interactions")
    if job.may_stay and not new_rows.num_rows and not _has_any(rows, dropped):
        interactions = _linked(store, job, "interactions")
    else:
        interactions = _written(store, job, "interactions", [_without(rows, dropped), new_rows])
    replaced = [*job.gone, *staged["path"].to_pylist()]
    return interactions, _written(store, job, "files", [_without(old, replaced), staged])


def _read_anew(old: Any, staged: Any) -> list[str]:
    """The files that do not hold what they held."""
    before = dict(zip(old["path"].to_pylist(), old["digest"].to_pylist(), strict=True))
    now = zip(staged["path"].to_pylist(), staged["digest"].to_pylist(), strict=True)
    return [path for path, digest in now if not digest or before.get(path) != digest]


def _written(store: Store, job: Bucket, table: str, pieces: list[Any]) -> tuple[int, int]:
    import pyarrow

    by = {"interactions": [("path", "ascending"), ("interaction", "ascending")], "files": [("path", "ascending")]}
    whole = pyarrow.concat_tables(pieces).sort_by(by[table]).combine_chunks()
    content = _parquet(whole)
    store.write(part_name(job.commit, table, job.bucket), content)
    return whole.num_rows, len(content)


def _linked(store: Store, job: Bucket, table: str) -> tuple[int, int] | None:
    """The old part under a new name: nothing was written."""
    assert job.old is not None
    store.same(part_name(job.old[0], table, job.old[1]), part_name(job.commit, table, job.bucket))
    return None


def _old(store: Store, job: Bucket, table: str) -> Any:
    schema = _schema(table)
    if job.old is None:
        return schema.empty_table()
    found = read_part(store, part_name(job.old[0], table, job.old[1]), schema)
    if job.of is None:
        return found
    mine = [bucket_of(path, job.of) == job.bucket for path in found["path"].to_pylist()]
    import pyarrow

    return found.filter(pyarrow.array(mine, pyarrow.bool_()))


def _staged(store: Store, job: Bucket, table: str) -> Any:
    import pyarrow

    schema = _schema(table)
    names = [staged_name(job.staging, table, job.bucket, number) for number in job.batches]
    return pyarrow.concat_tables([schema.empty_table(), *(read_part(store, name, schema) for name in names)])


def _has_any(table: Any, paths: list[str]) -> bool:
    return not set(paths).isdisjoint(table["path"].unique().to_pylist())


def _without(table: Any, paths: list[str]) -> Any:
    import pyarrow
    from pyarrow import compute

    return table.filter(compute.invert(compute.is_in(table["path"], value_set=pyarrow.array(paths, pyarrow.string()))))


# --- Parquet ---------------------------------------------------------------------------------------------------------


def read_part(store: Store, name: str, schema: Any, columns: list[str] | None = None) -> Any:
    """A part of a table. Raises SourceError where it is not there, or damaged."""
    import pyarrow
    from pyarrow import parquet

    content = store.read(name)
    if content is None:
        raise SourceError("a part of the dataset is not there: make the dataset anew", path=store.location(name))
    try:
        found = parquet.ParquetFile(pyarrow.BufferReader(content)).read(columns=columns, use_threads=False)
        return found if columns is not None else found.cast(schema)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise SourceError(
            f"this part of the dataset is damaged ({type(error).__name__}): make the dataset anew",
            path=store.location(name),
        ) from error


def _schema(table: str) -> Any:
    return interactions_schema() if table == "interactions" else files_schema()


def _table(rows: list[dict[str, Any]], schema: Any) -> Any:
    import pyarrow

    return pyarrow.Table.from_pylist(rows, schema=schema)


def _parquet(table: Any) -> bytes:
    import pyarrow
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    parquet.write_table(table, sink, compression="zstd", row_group_size=_ROW_GROUP)
    return bytes(sink.getvalue())


def bucket_of(path: str, buckets: int) -> int:
    """Where the rows of a path are."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(path.encode(), digest_size=8).digest()) % buckets
