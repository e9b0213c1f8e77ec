"""A dataset as the recordings that it was made of, for the commands that else read files, and as tables for SQL.

Rows are read in batches, and those of one file follow each other. What is held for each recording is its path and its
scenario, which is guessed from the paths of all; where a pattern tells the scenarios, nothing is held.
"""

from __future__ import annotations

from itertools import groupby

from cassette_tools.dataset.by_columns import Remembered
from cassette_tools.dataset.remote import filesystem, is_url, missing, read_all
from cassette_tools.dataset.schema import DATE, INTERACTIONS, TEXT, TEXTS, files_schema, interactions_schema
from cassette_tools.dataset.store import existing_manifest, store_at
from cassette_tools.errors import SourceError
from cassette_tools.regular import read
from cassette_tools.scenarios import most_asked, parts_by, scenarios_of
from cassette_tools.source import Source
from cassette_tools.suite.facts import FIELDS, Facts
from cassette_tools.suite.survey import Recorded, Survey, recorded_as

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import Any

    from cassette_tools.scenarios import Model

    Row = tuple[Any, ...]

_BATCH = 4_096  # rows
_AHEAD = 2  # batches that are read before they are asked for


class Dataset:
    """The last commit of a dataset, as it was when this was made. Raises UsageError where there is none, and where the
    extra is not installed.
    """

    def __init__(self, place: str) -> None:
        try:
            import pyarrow.dataset  # noqa: F401
        except ImportError as error:
            raise missing("pyarrow", place) from error
        self.place = place
        self._store = store_at(place)
        self._manifest = existing_manifest(self._store)

    @property
    def scenario_from(self) -> str | None:
        """The pattern by which its scenarios were told."""
        return self._manifest.settings.get("scenario_from")

    def table(self, name: str) -> Any:
        """A table as Arrow reads it; nothing of it is read yet."""
        from pyarrow.dataset import dataset
        from pyarrow.fs import FSSpecHandler, PyFileSystem

        schema = interactions_schema() if name == "interactions" else files_schema()
        names = self._manifest.names(name)
        if not is_url(self.place) or self.place.startswith("file://"):
            return dataset([self._store.location(each) for each in names], schema=schema, format="parquet")
        fs, root = filesystem(self.place)
        paths = [f"{root}/{each}" for each in names]
        return dataset(paths, schema=schema, format="parquet", filesystem=PyFileSystem(FSSpecHandler(fs)))

    def rows(self, name: str, columns: Sequence[str], only: Any = None) -> Iterator[Row]:
        """Some columns of a table, a few thousand rows at a time; with `only` those that this filter of Arrow keeps."""
        scanner = self.table(name).scanner(
            columns=list(columns), filter=only, batch_size=_BATCH, batch_readahead=_AHEAD, fragment_readahead=1
        )
        for batch in scanner.to_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def survey_of(dataset: Dataset) -> Survey:
    """How many recordings a dataset has, and what the files are that are none."""
    found = Survey()
    for path, refused in dataset.rows("files", ("path", "refused")):
        if refused is None:
            found.files += 1
        else:
            found.pass_over(path, refused)
    return found


def recordings_in(dataset: Dataset, pattern: str | None = None) -> Iterator[Recorded]:
    """The recordings, in any order. `pattern` is what will tell their scenarios: they are guessed where it does not fit
    all paths.
    """
    scenario_of = _no_scenario if pattern is not None and _fits_all(dataset, pattern) else _guessed(dataset)
    columns = ("path", *map(_column, FIELDS))
    for path, rows in groupby(dataset.rows("interactions", columns), key=lambda row: row[0]):
        yield recorded_as(path, tuple(_facts(row[1:]) for row in rows), scenario_of(path))
    for path in _empty(dataset):
        yield recorded_as(path, (), scenario_of(path))


def remembered(dataset: Dataset, paths: Collection[str]) -> dict[str, list[Remembered]]:
    """What is known of the interactions of some recordings."""
    from pyarrow import array, string
    from pyarrow.compute import field

    columns = ("path", *_DIGESTS, *map(_column, FIELDS))
    found: dict[str, list[Remembered]] = {path: [] for path in paths}
    for path, *values in dataset.rows("interactions", columns, field("path").isin(array(paths, string()))):
        digests = {name: value or "" for name, value in zip(_DIGESTS, values, strict=False)}
        found[path].append(Remembered(facts=_facts(tuple(values[len(_DIGESTS) :])), **digests))
    return found


_DIGESTS = ("user_agent", "request_digest", "response_digest", "text_digest", "shape_digest")


def source_at(path: str) -> Source:
    """The source of a recording where it was indexed. Raises SourceError."""
    return Source.from_bytes(contents_of(path)[0], path) if is_url(path) else Source.from_path(path)


def contents_of(*paths: str) -> list[bytes]:
    """The bytes of recordings where they were indexed; those at URLs are fetched at once. Raises SourceError."""
    fetched = read_all((path, 0) for path in paths if is_url(path))
    found = [fetched[path] if path in fetched else read(path) for path in paths]
    for each in found:
        if isinstance(each, SourceError):
            raise each
    return [each for each in found if isinstance(each, bytes)]


# --- scenarios -------------------------------------------------------------------------------------------------------


def _no_scenario(_path: str) -> str:
    return ""


def _fits_all(dataset: Dataset, pattern: str) -> bool:
    parts = parts_by(pattern)
    return all(
        parts(path) is not None for path, refused in dataset.rows("files", ("path", "refused")) if refused is None
    )


def _guessed(dataset: Dataset) -> Callable[[str], str]:
    """What knows the scenario of each recording."""
    asked = dict(_asked(dataset))
    asked.update((path, ("", "")) for path in _empty(dataset))
    return dict(zip(asked, scenarios_of(list(asked), list(asked.values())), strict=True)).__getitem__


_WHO = ("path", "dialect", "provider_name", "request_model", "response_model", "input_tokens")


def _asked(dataset: Dataset) -> Iterator[tuple[str, Model]]:
    """Who is asked in most calls of each recording."""
    for path, rows in groupby(dataset.rows("interactions", _WHO), key=lambda row: row[0]):
        calls = (
            ((provider or "", asked or answers or ""), tokens)
            for _, dialect, provider, asked, answers, tokens in rows
            if dialect
        )
        yield path, most_asked(calls)


def _empty(dataset: Dataset) -> Iterator[str]:
    """The recordings that have no interaction."""
    for path, refused, count in dataset.rows("files", ("path", "refused", "interactions")):
        if refused is None and not count:
            yield path


# --- facts -----------------------------------------------------------------------------------------------------------


def _column(field: str) -> str:
    return "interaction" if field == "index" else field


def _facts(values: Row) -> Facts:
    """What a row remembers of an interaction."""
    fields = {name: known(value) for (name, known), value in zip(_KNOWN, values, strict=True)}
    return Facts(**fields)


# What a fact is in a column of each kind; null is "not known".
_FACTS: dict[str, Callable[[Any], Any]] = {
    TEXT: lambda value: value or "",
    TEXTS: tuple,
    DATE: lambda value: "" if value is None else value.isoformat(),
}
_KINDS = {column.name: column.kind for column in INTERACTIONS}
_KNOWN = tuple((name, _FACTS.get(_KINDS[_column(name)], lambda value: value)) for name in FIELDS)
