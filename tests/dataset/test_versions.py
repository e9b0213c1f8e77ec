"""What another version wrote, what is no dataset, and what was damaged is refused with a way out."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from indexing import index, interactions, manifest, recording, write

from cassette_tools import __version__
from cassette_tools.cli import main
from cassette_tools.dataset import index as index_module
from cassette_tools.dataset.schema import VERSION, files_schema, interactions_schema
from cassette_tools.dataset.store import MANIFEST


@pytest.fixture(autouse=True)
def _dataset(_here: None) -> None:
    write("s/a.json", recording())
    index("s")


def said(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["index", "s", "--output", "ds", "--quiet"])
    return status, capsys.readouterr().err


def changed(**values: Any) -> None:
    """Another manifest."""
    path = Path("ds", MANIFEST)
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(
    ("version", "way_out"),
    [
        (VERSION + 1, "upgrade cassette-tools"),
        (VERSION - 1, "index the recordings into a new dataset, and remove this one"),
    ],
)
def test_another_version_of_the_schema_is_refused_and_left(
    capsys: pytest.CaptureFixture[str], version: int, way_out: str
) -> None:
    changed(schema_version=version)
    before = sorted(os.walk("ds"))
    assert said(capsys) == (
        2,
        f"cassette: error: ds is a dataset of schema version {version}, and this is cassette {__version__}, which reads and "
        f"writes version {VERSION}: {way_out}\n",
    )
    assert sorted(os.walk("ds")) == before


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"kind": "another", "schema_version": 1}', '{"kind": "cassette dataset"}', "[" * 10_000],
)
def test_what_is_no_manifest_is_refused(capsys: pytest.CaptureFixture[str], content: str) -> None:
    Path("ds", MANIFEST).write_text(content)
    place = f"{os.getcwd()}/ds/{MANIFEST}"
    assert said(capsys) == (2, f"cassette: error: {place} is not the manifest of a dataset: make the dataset anew\n")


@pytest.mark.parametrize(
    "values",
    [
        {"commit": "../elsewhere"},
        {"commit": "commit-000001-0123abcd/../../elsewhere"},
        {"previous": "commit-1"},
        {"previous": 3},
        {"parts": {"interactions": [], "files": []}},
        {"parts": {"interactions": [{"rows": 1, "bytes": 1}] * 2, "files": [{"rows": 1, "bytes": 1}]}},
        {"parts": {"interactions": [{"rows": "many", "bytes": 1}], "files": [{"rows": 1, "bytes": 1}]}},
        {"refused": None},
        {"settings": 7},
    ],
)
def test_a_manifest_with_something_else_in_it_is_none(
    capsys: pytest.CaptureFixture[str], values: dict[str, Any]
) -> None:
    changed(**values)
    place = f"{os.getcwd()}/ds/{MANIFEST}"
    assert said(capsys) == (2, f"cassette: error: {place} is not the manifest of a dataset: make the dataset anew\n")


@pytest.mark.parametrize("damage", ["gone", "cut", "other bytes"])
def test_a_damaged_part_is_told(capsys: pytest.CaptureFixture[str], damage: str) -> None:
    part = Path("ds", manifest().names("files")[0])
    content = part.read_bytes()
    part.unlink()
    if damage != "gone":
        part.write_bytes(content[:40] if damage == "cut" else b"PAR1" + bytes(90) + b"PAR1")
    why = "a part of the dataset is not there" if damage == "gone" else "this part of the dataset is damaged"
    status, err = said(capsys)
    assert (
        status,
        err.partition(" (")[0].partition(":  ")[0].startswith(f"cassette: error: {os.getcwd()}/{part}: {why}"),
    ) == (2, True)
    assert err.endswith(": make the dataset anew\n")


def test_another_program_reads_all_anew(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "__version__", "9.9")
    assert main(["index", "s", "--output", "ds"]) == 0
    out, err = capsys.readouterr()
    assert out == "ds: 1 interaction of 1 recording (1 file read, 0 unchanged, 0 gone)\n"
    assert err == f"cassette: every file was read anew: it was written by cassette {__version__}, and this is 9.9\n"
    assert (manifest().program, len(interactions())) == ("9.9", 1)


def test_every_part_says_its_version_and_what_its_columns_are() -> None:
    from pyarrow import parquet

    for table, schema in (("interactions", interactions_schema()), ("files", files_schema())):
        found = parquet.ParquetFile(Path("ds", manifest().names(table)[0])).schema_arrow
        assert found.equals(schema, check_metadata=True)
        assert found.metadata[b"cassette_schema_version"] == str(VERSION).encode()
        assert all(field.metadata[b"doc"] for field in found)


def test_without_the_extra_it_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    needed = "cassette index: needs the package pyarrow: pip install 'cassette-tools[scale]'"
    assert said(capsys) == (2, f"cassette: error: {needed}\n")


def test_without_the_extra_dask_it_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    assert main(["index", "s", "--output", "ds", "--engine", "dask"]) == 2
    needed = "--engine dask needs the package distributed: pip install 'cassette-tools[dask]'"
    assert capsys.readouterr().err == f"cassette: error: {needed}\n"
