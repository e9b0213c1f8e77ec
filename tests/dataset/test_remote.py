"""Recordings and datasets at URLs: in memory://, and over s3:// at a server of that protocol."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from typing import Any

import fsspec
import pytest
from effort import THOROUGH
from indexing import contents, files, index, interactions, manifest, paths, recording, write

from cassette_tools.cli import main
from cassette_tools.dataset import reader, remote
from cassette_tools.dataset.engines import processes
from cassette_tools.dataset.lock import Lock
from cassette_tools.dataset.store import LOCK, store_at
from cassette_tools.errors import UsageError


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server that speaks S3's protocol, on this machine."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threaded = server.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    threaded.start()
    host, port = threaded.get_host_and_port()
    yield f"http://{host}:{port}"
    threaded.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket with nothing in it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    files.mkdir("recordings")
    yield "s3://recordings"
    files.rm("recordings", recursive=True)


@pytest.fixture
def memory() -> Iterator[str]:
    """A folder in memory with nothing in it."""
    files = fsspec.filesystem("memory")
    files.mkdir("recordings")
    yield "memory://recordings"
    files.rm("recordings", recursive=True)


@pytest.fixture(params=["memory", "s3"] if THOROUGH else ["memory"])
def bucket(request: pytest.FixtureRequest) -> str:
    """A URL with nothing below it."""
    return str(request.getfixturevalue(request.param))


BOTH = pytest.mark.parametrize("bucket", ["memory", "s3"], indirect=True)


def put(url: str, content: bytes) -> None:
    """A file at a URL."""
    files, path = fsspec.core.url_to_fs(url)
    files.pipe_file(path, content)


def remove(url: str) -> None:
    files, path = fsspec.core.url_to_fs(url)
    files.rm(path)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs that are read from now on."""
    seen: list[str] = []
    real = remote.read_all

    def spy(files: Iterable[tuple[str, int]]) -> object:
        wanted = [*files]
        seen.extend(url for url, _ in wanted)
        return real(wanted)

    monkeypatch.setattr(reader.remote, "read_all", spy)
    return seen


@BOTH
def test_recordings_at_a_url_into_a_dataset_at_a_url(bucket: str, fetched: list[str]) -> None:
    output = f"{bucket}/ds"
    for name in ("a", "deep/b"):
        put(f"{bucket}/{name}.json", recording(name))
    put(f"{bucket}/picture.png", b"no recording")
    put(f"{bucket}/.git/c.json", recording())
    index(bucket, output=output)
    assert [(row["path"], row["name"]) for row in interactions(output)] == [
        (f"{bucket}/a.json", "a.json"),
        (f"{bucket}/deep/b.json", "deep/b.json"),
    ]
    assert fetched == [f"{bucket}/a.json", f"{bucket}/deep/b.json"]

    fetched.clear()
    assert index(bucket, output=output).is_new is False  # the dataset below is not walked
    assert fetched == []

    put(f"{bucket}/a.json", recording("other", calls=2))
    put(f"{bucket}/c.json", recording())
    remove(f"{bucket}/deep/b.json")
    done = index(bucket, output=output)
    assert fetched == [f"{bucket}/a.json", f"{bucket}/c.json"]
    assert (done.read, done.unchanged, done.gone) == (2, 0, 1)
    assert paths(output) == [(f"{bucket}/a.json", 0), (f"{bucket}/a.json", 1), (f"{bucket}/c.json", 0)]
    index(bucket, output="new")
    assert contents(output)[0] == contents("new")[0]


def test_the_rows_are_those_of_the_same_files_on_disk(bucket: str) -> None:
    for name in ("a", "b"):
        write(f"s/{name}.json", recording(name, calls=2))
        put(f"{bucket}/{name}.json", recording(name, calls=2))
    index("s", output="here")
    index(bucket, output=f"{bucket}/ds")
    there = [{**row, "path": row["path"].replace(bucket, "s")} for row in interactions(f"{bucket}/ds")]
    assert there == interactions("here")
    assert there[0]["name"] == "a.json"


def test_one_bad_file_at_a_url_is_one_error(bucket: str, capsys: pytest.CaptureFixture[str]) -> None:
    put(f"{bucket}/a.json", recording())
    put(f"{bucket}/broken.json", b'{"version": 2, "interactions": [')
    assert main(["index", bucket, f"{bucket}/none.json", "--output", "ds"]) == 2
    assert capsys.readouterr() == (
        "ds: 1 interaction of 1 recording (1 file read, 0 unchanged, 0 gone)\n",
        f"cassette: error: {bucket}/none.json: there is no such file or folder\n"
        f"cassette: error: {bucket}/broken.json:1:33: not readable as JSON: Expecting value\n",
    )


def test_what_could_not_be_listed_stays(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(f"{bucket}/a.json", recording())
    write("s/b.json", recording())
    index(bucket, "s")

    def refused(*_arguments: object, **_more: object) -> None:
        raise PermissionError("Access Denied")

    with monkeypatch.context() as patch:
        patch.setattr(type(fsspec.core.url_to_fs(bucket)[0]), "find", refused)
        done = index(bucket, "s")
    assert [each.located() for each in done.errors] == [f"{bucket}: cannot be listed: PermissionError: Access Denied"]
    assert paths() == sorted([(f"{bucket}/a.json", 0), ("s/b.json", 0)])


@BOTH
def test_a_run_that_died_is_swept_and_its_lock_is_taken_over(bucket: str) -> None:
    output = f"{bucket}/ds"
    write("s/a.json", recording())
    index("s", output=output)
    store = store_at(output)
    store.write("staging-dead/files/x.parquet", b"")
    store.write("commit-000009-dead/files/x.parquet", b"")
    store.write(LOCK, b'{"host": "elsewhere"}')
    with pytest.raises(UsageError):
        index("s", output=output)
    index("s", output=output, break_lock=True)
    assert store.entries() == sorted(["cassette-dataset.json", manifest(output).commit])


@BOTH
def test_of_two_that_want_the_lock_one_gets_it(bucket: str) -> None:
    store = store_at(f"{bucket}/ds")
    with Lock(store), pytest.raises(UsageError) as refused:
        Lock(store).__enter__()
    assert refused.value.message.startswith(f"{bucket}/ds is being written by process {os.getpid()} of ")
    with Lock(store):
        assert store.read(LOCK) is not None


def test_several_processes_write_one_bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PAYS_ABOVE", 10**9)
    for number in range(9):
        write(f"s/{number}.json", recording(str(number)))
    index("s", output=f"{s3}/ds", run=processes.engine(2, lambda _doing: None))
    index("s", output="here")
    assert contents(f"{s3}/ds") == contents("here")


def test_a_large_file_at_a_url_is_refused_before_it_is_fetched(
    bucket: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("pyproject.toml", b"[tool.cassette.budgets]\nbytes = 1000\n")
    put(f"{bucket}/a.json", recording("x" * 2000))
    put(f"{bucket}/b.json", recording())
    fetched: list[str] = []
    files: Any = type(fsspec.core.url_to_fs(bucket)[0])
    real = files.cat

    def cat(self: Any, paths: list[str], **more: Any) -> Any:
        fetched.extend(paths)
        return real(self, paths, **more)

    monkeypatch.setattr(files, "cat", cat)
    assert main(["index", bucket, "--output", "ds", "--jobs", "1"]) == 2
    assert capsys.readouterr().err == (
        f"cassette: error: {bucket}/a.json: it is larger than 1,000 bytes, which have to be held at once; no recording "
        "needs that (the limit is budgets.bytes)\n"
    )
    assert [path.rpartition("/")[2] for path in fetched] == ["b.json"]


def test_what_goes_away_between_listing_and_reading_is_an_error(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(f"{bucket}/a.json", recording())
    put(f"{bucket}/b.json", recording())
    real = remote.read_all

    def late(files: Iterable[tuple[str, int]]) -> object:
        wanted = [*files]
        if (f"{bucket}/b.json", len(recording())) in wanted:
            remove(f"{bucket}/b.json")
        return real(wanted)

    monkeypatch.setattr(reader.remote, "read_all", late)
    done = index(bucket, f"{bucket}/a.json")
    assert [(error.path, error.message.partition(":")[0]) for error in done.errors] == [
        (f"{bucket}/b.json", "cannot be read")
    ]
    assert paths() == [(f"{bucket}/a.json", 0)]


def test_a_file_url_is_a_path() -> None:
    write("s/a.json", recording())
    here = os.getcwd()
    index(f"file://{here}/s", output=f"file://{here}/ds")
    assert [row["path"] for row in files()] == [f"{here}/s/a.json"]
