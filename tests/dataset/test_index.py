"""A dataset follows its files: what is new, changed, touched, gone or unreadable, and what is not read again."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from effort import ROOT, examples
from hypothesis import given
from hypothesis import strategies as st
from indexing import contents, files, index, interactions, manifest, paths, recording, write

from cassette_tools.cli import main
from cassette_tools.dataset import index as index_module
from cassette_tools.dataset import listing, reader
from cassette_tools.dataset.reader import bucket_of


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened from now on."""
    seen: list[str] = []
    real = reader._opened

    def spy(folder: str, listed: listing.Listed, *more: Any) -> object:
        seen.append(listed.path)
        return real(folder, listed, *more)

    monkeypatch.setattr(reader, "_opened", spy)
    return seen


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Status, output and remarks of `cassette index`."""
    status = main(["index", *words])
    out, err = capsys.readouterr()
    return status, out, err


# --- what a run does -------------------------------------------------------------------------------------------------


def test_a_run_reads_what_is_new_or_changed_and_drops_what_is_gone(opened: list[str]) -> None:
    for name in ("a", "b", "c"):
        write(f"s/{name}.json", recording(name))
    index("s")
    assert paths() == [("s/a.json", 0), ("s/b.json", 0), ("s/c.json", 0)]
    assert opened == ["s/a.json", "s/b.json", "s/c.json"]

    opened.clear()
    write("s/b.json", recording("b", calls=2))
    write("s/d.json", recording("d"))
    os.unlink("s/c.json")
    done = index("s")
    assert opened == ["s/b.json", "s/d.json"]
    assert (done.read, done.unchanged, done.gone, manifest().recordings) == (2, 1, 1, 3)
    assert paths() == [("s/a.json", 0), ("s/b.json", 0), ("s/b.json", 1), ("s/d.json", 0)]


def test_nothing_is_opened_or_written_where_nothing_has_changed(opened: list[str]) -> None:
    write("s/a.json", recording())
    write("s/values.json", b'{"replicas": 3}')  # is no recording
    index("s")
    opened.clear()
    before = Path("ds/cassette-dataset.json").read_bytes()
    done = index("s")
    assert (opened, done.is_new, done.unchanged) == ([], False, 2)
    assert Path("ds/cassette-dataset.json").read_bytes() == before


def test_a_file_that_was_only_touched_keeps_its_rows_and_is_looked_at_once(opened: list[str]) -> None:
    write("s/a.json", recording(calls=2))
    index("s")
    part = manifest().names("interactions")[0]
    inode = os.stat(f"ds/{part}").st_ino
    os.utime("s/a.json", (1, 1))
    opened.clear()
    done = index("s")
    assert (opened, done.is_new) == (["s/a.json"], True)
    assert os.stat(f"ds/{manifest().names('interactions')[0]}").st_ino == inode  # the part itself, not a copy
    assert files()[0]["interactions"] == 2
    opened.clear()
    assert index("s").is_new is False
    assert opened == []


def test_a_change_that_leaves_size_and_time_is_seen_by_the_other_times() -> None:
    write("s/a.json", recording("one"))
    status = os.stat("s/a.json")
    index("s")
    write("s/a.json", recording("two"))
    os.utime("s/a.json", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert index("s").read == 1


def test_a_file_that_was_written_a_moment_ago_is_looked_at_again(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LASTING", 10**12)
    write("s/a.json", recording())
    index("s")
    assert files()[0]["stamp"] is None
    index("s")
    assert opened == ["s/a.json"] * 2


def test_paths_that_are_not_named_any_more_leave() -> None:
    write("s/a.json", recording())
    write("t/b.json", recording())
    index("s", "t")
    assert paths() == [("s/a.json", 0), ("t/b.json", 0)]
    index("t")
    assert paths() == [("t/b.json", 0)]


def test_the_dataset_itself_is_not_walked() -> None:
    write("s/a.json", recording())
    index(".", output="s/ds")
    index(".", output="s/ds")
    assert [row["path"] for row in files("s/ds")] == ["./s/a.json"]


def test_a_name_is_the_path_below_what_was_named() -> None:
    write("s/deep/a.json", recording())
    index("s", output="one")
    index("s/deep/a.json", output="two")
    assert [(row["path"], row["name"]) for row in interactions("one")] == [("s/deep/a.json", "deep/a.json")]
    assert [(row["path"], row["name"]) for row in interactions("two")] == [("s/deep/a.json", "a.json")]


# --- whatever has happened -------------------------------------------------------------------------------------------

NAMES = ("a.json", "b.json", "d/c.json", "d/e.json")
CONTENTS = st.sampled_from(
    [
        None,  # no such file
        recording("one"),
        recording("two", calls=3),
        recording("none", calls=0),
        b'{"replicas": 3}',  # no recording
        b'{"version": 2, "interactions": [',  # cannot be read
    ]
)
STATES = st.dictionaries(st.sampled_from(NAMES), CONTENTS)


@examples(60)
@given(history=st.lists(STATES, min_size=1, max_size=4), buckets=st.sampled_from((1, 2, 20_000)))
def test_after_any_history_a_dataset_is_what_a_new_one_would_be(
    tmp_path_factory: pytest.TempPathFactory, history: list[dict[str, bytes | None]], buckets: int
) -> None:
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(index_module, "FILES_OF_BUCKET", buckets)
        for state in history:
            for name, content in state.items():
                if content is not None:
                    write(f"s/{name}", content)
                elif os.path.exists(f"s/{name}"):
                    os.unlink(f"s/{name}")
            Path("s").mkdir(exist_ok=True)
            last = index("s", allow_empty=True)
        new = index("s", output="new", allow_empty=True)
        assert contents() == contents("new")
        assert [str(each) for each in last.errors] == [str(each) for each in new.errors]
        assert manifest().refused == manifest("new").refused
    shutil.rmtree(folder)


def test_a_dataset_that_grows_is_spread_over_more_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "FILES_OF_BUCKET", 2)
    write("s/0.json", recording())
    index("s")
    assert manifest().buckets == 1
    for number in range(8):
        write(f"s/{number}.json", recording())
    index("s")
    assert manifest().buckets == 4
    spread = [[row["path"] for row in _part(bucket)] for bucket in range(4)]
    assert spread == [sorted(path for path, _ in paths() if bucket_of(path, 4) == bucket) for bucket in range(4)]
    assert len(paths()) == 8
    for number in range(1, 8):
        os.unlink(f"s/{number}.json")
    index("s")
    assert (manifest().buckets, paths()) == (4, [("s/0.json", 0)])


def _part(bucket: int) -> list[dict[str, object]]:
    from pyarrow import parquet

    return parquet.ParquetFile(f"ds/{manifest().names('interactions')[bucket]}").read().to_pylist()  # type: ignore[no-any-return]


# --- what cannot be read ---------------------------------------------------------------------------------------------

BROKEN = "cassette: error: s/broken.json:1:33: not readable as JSON: Expecting value\n"


def test_one_bad_file_is_one_error_and_the_others_are_indexed(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", recording())
    write("s/broken.json", b'{"version": 2, "interactions": [')
    one = "ds: 1 interaction of 1 recording (1 file read, 0 unchanged, 0 gone)\n"
    assert said(capsys, "s", "--output", "ds") == (2, one, BROKEN)
    none = "ds: 1 interaction of 1 recording (0 files read, 1 unchanged, 0 gone)\n"
    assert said(capsys, "s", "--output", "ds") == (2, none, BROKEN)  # told until it is mended
    assert not manifest().previous  # and nothing was written for it
    write("s/broken.json", recording())
    two = "ds: 2 interactions of 2 recordings (1 file read, 1 unchanged, 0 gone)\n"
    assert said(capsys, "s", "--output", "ds") == (0, two, "")


def test_a_recording_that_breaks_loses_its_rows() -> None:
    write("s/a.json", recording())
    write("s/b.json", recording())
    index("s")
    write("s/b.json", b'{"version": 2, "interactions": [')
    index("s")
    assert paths() == [("s/a.json", 0)]


def test_what_a_folder_held_that_cannot_be_listed_stays(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("s/a.json", recording())
    write("s/deep/b.json", recording())
    index("s")
    real = os.scandir

    def scandir(path: str) -> object:
        if path == "s/deep":
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    told = "cassette: error: s/deep: the folder cannot be read: Permission denied\n"
    same = "ds: 2 interactions of 2 recordings (0 files read, 2 unchanged, 0 gone)\n"
    assert said(capsys, "s", "--output", "ds") == (2, same, told)


def test_a_path_that_is_not_there_takes_nothing_out(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", recording())
    index("s")
    shutil.rmtree("s")
    told = "cassette: error: s: there is no such file or folder\n"
    same = "ds: 1 interaction of 1 recording (0 files read, 0 unchanged, 0 gone)\n"
    assert said(capsys, "s", "--output", "ds") == (2, same, told)


def test_nothing_found_is_no_success_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    told = "cassette: no recording was found; --allow-empty takes that for success\n"
    assert said(capsys, "empty", "--output", "ds") == (2, "", told)
    assert os.listdir("ds") == ["dataset.lock"]
    empty = "ds: 0 interactions of 0 recordings (0 files read, 0 unchanged, 0 gone)\n"
    assert said(capsys, "empty", "--output", "ds", "--allow-empty") == (0, empty, "")
    assert interactions() == []


def test_a_name_that_is_no_utf_8_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", recording())
    Path(os.fsdecode(b"s/\xff.json")).write_bytes(recording())
    status, _out, err = said(capsys, "s", "--output", "ds")
    assert status == 2
    assert err.endswith(": the name of the file is not UTF-8: rename it\n")
    assert paths() == [("s/a.json", 0)]


def test_what_is_passed_over_is_told_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", recording())
    write("s/half.json", b'{"interactions": 3}')
    told = "cassette: skipped 1 unsupported file: 1 × a cassette of another recorder, without interactions\n"
    for _ in range(2):
        assert said(capsys, "s", "--output", "ds")[::2] == (0, told)
    assert said(capsys, "s", "--output", "ds", "--quiet") == (0, "", "")


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("s", "--output", "ds", "--scheduler", "tcp://h:1"), "--scheduler is for --engine dask"),
        (("-", "--output", "ds"), "standard input cannot be indexed: a dataset names files; save it in a file"),
        (
            ("s", "--output", "ds", "--scenario-from", "{model}.json"),
            "--scenario-from {model}.json; expected a path with {scenario} in it, and if need be {suite}, {provider} and "
            "{model}, such as '{suite}/{model}/{scenario}.yaml'",
        ),
        (
            ("s", "--output", "s"),
            "s is no dataset: it holds a.json, and no cassette-dataset.json; name a new or an empty folder",
        ),
        (
            ("nope://x", "--output", "ds"),
            "nope:// cannot be used here: Protocol not known: nope; docs/scale.md names the protocols",
        ),
        (
            ("s3://me:secret@bucket/x", "--output", "ds"),
            "s3://…: a URL must hold no user and password; docs/scale.md says where they belong",
        ),
        (("zip://a::s3://b", "--output", "ds"), "zip://a::s3://b: chained URLs (::) are not supported; name one place"),
    ],
)
def test_what_cannot_be_obeyed(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str) -> None:
    write("s/a.json", recording())
    assert said(capsys, *words) == (2, "", f"cassette: error: {message}\n")


def test_the_json_fits_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    from jsonschema import validate

    write("s/a.json", recording())
    validate(
        json.loads(said(capsys, "s", "--output", "ds", "--format", "json")[1]),
        json.loads((ROOT / "schemas" / "index-report.schema.json").read_text(encoding="utf-8")),
    )


def test_the_json_says_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", recording(calls=2))
    status, out, _err = said(capsys, "s", "--output", "ds", "--format", "json")
    told = json.loads(out)
    commit = manifest().commit
    assert status == 0
    assert told.pop("bytes") == manifest().bytes
    assert told == {
        "schema_version": 1,
        "dataset": "ds",
        "commit": commit,
        "is_new": True,
        "location": f"{os.getcwd()}/ds/{commit}/interactions",
        "interactions": 2,
        "recordings": 1,
        "read": 1,
        "unchanged": 0,
        "gone": 0,
        "errors": 0,
    }


def test_another_plugin_reads_all_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("s/a.json", recording())
    said(capsys, "s", "--output", "ds")
    described = tmp_path / "site" / "acme_rules-1.0.dist-info"
    write(described / "METADATA", b"Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
    write(described / "entry_points.txt", b"[cassette_tools.rules]\nurl-missing = acme_rules:RULE\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert index("s").why_all == "other plugins are installed now"
    assert index("s").why_all is None


def test_the_scenario_can_be_told_and_another_pattern_reads_all_anew(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/m/trip.json", recording())
    said(capsys, "s", "--output", "ds")
    assert [row["scenario"] for row in interactions()] == ["trip"]
    words = ("s", "--output", "ds", "--scenario-from", "{scenario}/*.json")
    assert said(capsys, *words) == (
        0,
        "ds: 1 interaction of 1 recording (1 file read, 0 unchanged, 0 gone)\n",
        "cassette: every file was read anew: --scenario-from is another now\n",
    )
    assert [row["scenario"] for row in interactions()] == ["m"]
    assert said(capsys, *words)[1] == "ds: 1 interaction of 1 recording (0 files read, 1 unchanged, 0 gone)\n"


# --- other programs --------------------------------------------------------------------------------------------------


def test_other_programs_read_the_folder_that_the_manifest_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever began before the next run goes on reading what he began."""
    duckdb = pytest.importorskip("duckdb")
    from pyarrow.dataset import dataset

    monkeypatch.setattr(index_module, "FILES_OF_BUCKET", 2)
    for number in range(8):
        write(f"s/{number}.json", recording(str(number)))
    first = json.loads(said(capsys, "s", "--output", "ds", "--format", "json")[1])["location"]
    write("s/0.json", recording("other", calls=3))
    second = json.loads(said(capsys, "s", "--output", "ds", "--format", "json")[1])["location"]
    for folder, calls in ((first, 8), (second, 10)):
        found = dataset(folder, partitioning="hive")
        assert (found.count_rows(), "bucket" in found.schema.names) == (calls, True)
        with duckdb.connect() as connection:
            assert connection.sql(f"SELECT count(*), sum(input_tokens) FROM '{folder}/*/*.parquet'").fetchall() == [
                (calls, 10 * calls)
            ]
    said_by_manifest = json.loads(Path("ds/cassette-dataset.json").read_text())["locations"]["interactions"]
    assert second == f"{os.getcwd()}/ds/{said_by_manifest}"
