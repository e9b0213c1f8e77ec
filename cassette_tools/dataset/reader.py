"""The two kinds of work of `index`, which any process on any machine can do, and do twice: to read a batch of files
into the staging folder, and to put a bucket of the new commit together.
"""

from __future__ import annotations

import os
from threading import Lock

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.dataset import remote
from cassette_tools.dataset.digests import SIZE, digest_of
from cassette_tools.dataset.schema import files_schema, interactions_schema
from cassette_tools.dataset.store import Store, part_name, store_at
from cassette_tools.errors import SourceError
from cassette_tools.one_file import OneFile
from cassette_tools.regular import opened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from cassette_tools.budgets import Budgets
    from cassette_tools.dataset.listing import Listed
    from cassette_tools.dataset.rows import Rows
    from cassette_tools.source import Source

    Error = tuple[str, str, int | None, int | None]  # the path, and what is wrong where
    Old = tuple[int, str | None, str]  # size, stamp and digest of a file

_ONE = Lock()  # what a file may cost is counted in a process, whose threads must not count together
_ROW_GROUP = 8_192  # rows


@record
class Batch:
    """Files of one bucket to be read, each with its digest in the old commit. `folder` is what their paths start from.
    `dataset` is where it lies, as every worker finds it.
    """

    dataset: str
    staging: str
    bucket: int
    number: int
    folder: str
    files: tuple[tuple[Listed, str | None], ...]
    scenario_from: str | None
    limits: Budgets

    @property
    def size(self) -> int:
        """Bytes to be read."""
        return sum(each.size for each, _digest in self.files)

    @property
    def in_memory(self) -> bool:
        """Whether only this process sees some of it."""
        return any(place.startswith("memory://") for place in (self.dataset, *(each.path for each, _ in self.files)))

    def failed(self, why: str) -> tuple[int, tuple[Error, ...]]:
        """What is said where nobody can do it."""
        return 0, tuple((each.path, why, None, None) for each, _digest in self.files)


def staged_name(staging: str, table: str, bucket: int, number: int) -> str:
    """Where a batch leaves its rows of a table."""
    return f"{staging}/{table}/{bucket:05}-{number:06}.parquet"


def read_batch(batch: Batch) -> tuple[int, tuple[Error, ...]]:
    """Read files, and leave their rows; the number of rows, and what is wrong with files that cannot be read."""
    rows: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    errors: list[Error] = []
    with _ONE:
        budgets.use(batch.limits)
        for listed, old_digest in batch.files:
            try:
                found, state = _read(batch, listed, old_digest)
            except SourceError as error:
                errors.append((listed.path, error.message, error.line, error.column))
                continue
            rows += found
            states.append(state)
    store = store_at(batch.dataset)
    for table, schema, values in (("interactions", interactions_schema(), rows), ("files", files_schema(), states)):
        name = staged_name(batch.staging, table, batch.bucket, batch.number)
        store.write(name, _parquet(_table(values, schema)))
    return len(rows), tuple(errors)


def _read(batch: Batch, listed: Listed, old_digest: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of a file, and its row in the table of files. One that holds what it held has no new rows."""
    path = listed.path
    with OneFile(path):
        source, digest, size = _opened(batch.folder, listed, old_digest)
        state = {
            "path": path,
            "size": size,
            "stamp": listed.stamp,
            "digest": digest,
            "interactions": 0,
            "refused": None,
        }
        if source is None:
            return [], {**state, "interactions": -1}
        from cassette_tools.dataset.rows import rows_of

        found: Rows = rows_of(source, path, listed.name, digest, named=listed.named, scenario_from=batch.scenario_from)
        if not found.lasting:
            state.update(stamp=None, digest="")
        return found.rows, {**state, "interactions": len(found.rows), "refused": found.refused}


def _opened(folder: str, listed: Listed, old_digest: str | None) -> tuple[Source | None, str, int]:
    """The source of a file, no source where its digest is the old one; its digest and its size. Raises SourceError."""
    from cassette_tools.source import STREAMED_ABOVE, Source

    if remote.is_url(listed.path):
        content = remote.read(listed.path, listed.size)
        source_path = listed.path
    else:
        source_path = os.path.join(folder, listed.path)
        if listed.size > STREAMED_ABOVE:
            digest, size = _digest_of_file(source_path)
            return (None if digest == old_digest else Source.from_path(source_path)), digest, size
        with opened(source_path) as stream:
            from cassette_tools.regular import whole

            content = whole(stream, source_path)
    digest = digest_of(content)
    return (None if digest == old_digest else Source.from_bytes(content, source_path)), digest, len(content)


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
    def in_memory(self) -> bool:
        """Whether only this process sees it."""
        return self.dataset.startswith("memory://")

    def failed(self, why: str) -> NoReturn:
        """What is said where nobody can do it."""
        raise SourceError(f"a part of the new commit cannot be written: {why}", path=self.dataset)


def put_together(job: Bucket) -> tuple[int, int, int, int]:
    """Write a bucket of the new commit: the rows and bytes of its interactions, and of its files."""
    store = store_at(job.dataset)
    staged = _staged(store, job, "files")
    if job.old is not None and job.of is None and not job.gone and staged.num_rows == 0:
        return (*_linked(store, job, "interactions"), *_linked(store, job, "files"))
    import pyarrow
    from pyarrow import compute

    old = _old(store, job, "files")
    known = compute.equal(staged["interactions"], -1)  # they hold what they held
    read_anew = staged["path"].filter(compute.invert(known))
    rows = _old(store, job, "interactions")
    dropped = pyarrow.chunked_array([pyarrow.array(job.gone, pyarrow.string()), *read_anew.chunks])
    new_rows = _staged(store, job, "interactions")
    if job.old is not None and job.of is None and not new_rows.num_rows and not _has_any(rows, dropped):
        interactions = _linked(store, job, "interactions")
    else:
        interactions = _written(store, job, "interactions", [_without(rows, dropped), new_rows])
    files = [_without(old, pyarrow.chunked_array([*dropped.chunks, *staged["path"].filter(known).chunks]))]
    files += [staged.filter(compute.invert(known)), _with_counts(staged.filter(known), old)]
    return (*interactions, *_written(store, job, "files", files))


def _with_counts(known: Any, old: Any) -> Any:
    """The files that were looked at and hold what they held, with what was known of them."""
    if known.num_rows == 0:
        return known
    about = {row["path"]: row for row in old.to_pylist()}
    kept = ("interactions", "refused")
    rows = [{**row, **{name: about[row["path"]][name] for name in kept}} for row in known.to_pylist()]
    return _table(rows, files_schema())


def _written(store: Store, job: Bucket, table: str, pieces: list[Any]) -> tuple[int, int]:
    import pyarrow

    by = {"interactions": [("path", "ascending"), ("interaction", "ascending")], "files": [("path", "ascending")]}
    whole = pyarrow.concat_tables(pieces).sort_by(by[table]).combine_chunks()
    content = _parquet(whole)
    store.write(part_name(job.commit, table, job.bucket), content)
    return whole.num_rows, len(content)


def _linked(store: Store, job: Bucket, table: str) -> tuple[int, int]:
    """The old part under a new name; its rows and bytes, which are those of the old one: -1 says so."""
    assert job.old is not None
    store.same(part_name(job.old[0], table, job.old[1]), part_name(job.commit, table, job.bucket))
    return -1, -1


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


def _has_any(table: Any, paths: Any) -> bool:
    from pyarrow import compute

    return bool(compute.any(compute.is_in(table["path"], value_set=paths)).as_py())


def _without(table: Any, paths: Any) -> Any:
    from pyarrow import compute

    return table.filter(compute.invert(compute.is_in(table["path"], value_set=paths)))


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
