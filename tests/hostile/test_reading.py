"""Only regular files are opened, no link leads a recording out of its folder, and packed files are read whole."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from time import process_time

import pytest
from bad_files import GOOD, as_somebody, cassette, exchange, run

from cassette_tools.cli import main
from cassette_tools.errors import SourceError
from cassette_tools.load import load
from cassette_tools.walk import files

ONE = b"version: 2\ninteractions:\n- id: 0\n  request: {url: 'https://a/', method: GET, headers: {}, body: ''}\n  response: {body: '', headers: {}, status: '', code: 200, duration: 1s}\n"
TWO = b"- id: 1\n  request: {url: 'https://b/', method: GET, headers: {}, body: ''}\n  response: {body: '', headers: {}, status: '', code: 200, duration: 1s}\n"


# --- packed files ----------------------------------------------------------------------------------------------------


def test_every_member_of_a_packed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml.gz"
    path.write_bytes(gzip.compress(ONE) + gzip.compress(b"") + gzip.compress(TWO) + bytes(100))  # tapes pad with zeros
    assert [each.request.url for each in load(str(path)).interactions] == ["https://a/", "https://b/"]


def test_normalize_keeps_every_member(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml.gz"
    path.write_bytes(gzip.compress(ONE) + gzip.compress(TWO))
    assert main(["normalize", str(path), "-q"]) == 0
    assert gzip.decompress(path.read_bytes()) == (ONE + TWO).replace(b"1s", b"0s")


def test_a_packed_file_that_is_cut_or_damaged_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml.gz"
    whole = gzip.compress(ONE, mtime=0)
    damaged = [whole[:end] for end in range(2, len(whole))]
    damaged += [
        whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :] for at in (2, 10, 40, len(whole) - 5, len(whole) - 1)
    ]
    damaged += [whole + b"x", whole + whole[:-1], whole + b"\x1f\x8b"]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(SourceError, match="not readable as gzip: "):
            load(str(path))


# --- what is no regular file -----------------------------------------------------------------------------------------


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose name a socket can have, and that everybody may read."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def odd(folder: Path, kind: str) -> tuple[Path, str]:
    """Something with a recording's name that is no file, and what is said of it."""
    path = folder / f"{kind}.yaml"
    if kind == "pipe":
        os.mkfifo(path)
        return path, "is a pipe (FIFO), not a file: save what it gives in a file, or hand it on as - (standard input)"
    if kind == "device":
        path.symlink_to("/dev/zero")
        return path, "is a device, not a file"
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as it:
            it.bind(str(path))
        return path, "is a socket, not a file"
    if kind == "loop":
        path.symlink_to(path)
        return path, "cannot be read: Too many levels of symbolic links"
    path.symlink_to("nowhere")
    return path, "cannot be read: No such file or directory"


@pytest.mark.parametrize("kind", ["pipe", "device", "socket", "loop", "dangling"])
def test_a_walk_says_what_is_no_file_and_does_the_others(
    short: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (short / "a.json").write_bytes(GOOD)
    (short / "z.json").write_bytes(GOOD)
    path, words = odd(short, kind)
    before = path.lstat()
    status, output, errors = run("lint", "--no-cache", str(short))
    assert (status, errors) == (2, f"cassette: error: {path}: {words}\n")
    assert output.count("content-length-mismatch") == 2
    assert main(["normalize", str(short)]) == 2
    summary = "cassette: 2 files rewritten, 0 already normal, 1 failed\n"
    assert capsys.readouterr().err == f"cassette: error: {path}: {words}\n{summary}"
    assert path.lstat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "words", [("show",), ("lint",), ("normalize",), ("match", "--all"), ("convert", "--to", "har"), ("diff", "a.json")]
)
def test_a_pipe_that_is_named_is_refused_at_once(short: Path, words: tuple[str, ...]) -> None:
    (short / "a.json").write_bytes(GOOD)
    _path, said = odd(short, "pipe")
    status, _output, errors = run(*words, "pipe.yaml", cwd=short)
    if words[0] == "diff":
        said, words = "a.json is a file and pipe.yaml is a file; expected two files or two folders", ("diff",)
        assert (status, errors) == (2, f"cassette: error: {said}\n")
    else:
        assert (status, errors.splitlines()[0]) == (2, f"cassette: error: pipe.yaml: {said}")


def test_a_folder_that_cannot_be_read_is_an_error(short: Path) -> None:
    closed = short / "closed"
    closed.mkdir()
    (closed / "b.json").write_bytes(GOOD)
    (short / "a.json").write_bytes(GOOD)
    closed.chmod(0)
    with as_somebody():
        found = list(files((str(short),)))
    assert [each.located() if isinstance(each, SourceError) else each[0] for each in found] == [
        str(short / "a.json"),
        f"{closed}: the folder cannot be read: Permission denied",
    ]


# --- what a recording refers to --------------------------------------------------------------------------------------

STUB = {"request": {"url": "/", "method": "GET"}, "response": {"status": 200, "bodyFileName": ""}}


def stub(name: str) -> str:
    return json.dumps({**STUB, "response": {"status": 200, "bodyFileName": name}})


def test_no_link_leads_out_of_the_folder_of_a_recording(tmp_path: Path) -> None:
    mappings, secret = tmp_path / "mappings", tmp_path / "secret"
    mappings.mkdir()
    secret.mkdir()
    (secret / "environ").write_text("KEY=1", encoding="utf-8")
    path = mappings / "a.json"
    bodies = tmp_path / "__files"
    within = mappings / "__files"

    def body_of(name: str) -> tuple[str | None, list[str]]:
        path.write_text(stub(name), encoding="utf-8")
        (interaction,) = load(str(path)).interactions
        return interaction.response.body.text, [each.kind for each in interaction.response.body.problems]

    missed = (None, ["unreadable-body"])
    for folder in (bodies, within):
        for target in ("/proc/self", str(secret), "secret", "../secret"):
            folder.symlink_to(target)
            assert body_of("environ") == missed
            folder.unlink()
    bodies.mkdir()
    (bodies / "body").write_text("body", encoding="utf-8")
    (bodies / "folder").symlink_to(secret)
    (bodies / "link").symlink_to(secret / "environ")
    (bodies / "loop").symlink_to("loop")
    os.mkfifo(bodies / "pipe")
    assert body_of("body") == ("body", [])
    for name in (
        "folder/environ",
        "link",
        "loop",
        "pipe",
        "folder/../folder/environ",
        "../secret/environ",
        "/proc/self/environ",
    ):
        assert body_of(name) == missed, name


def test_a_file_is_not_read_again_after_another_was_put_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cassette_tools.source.STREAMED_ABOVE", 1000)
    path = tmp_path / "a.yaml"
    filler = b"- id: 0\n  request: {url: 'https://a/%d', method: GET, headers: {}, body: ''}\n  response: {body: '', headers: {}, status: '', code: 200, duration: 1s}\n"
    path.write_bytes(b"version: 2\ninteractions:\n" + b"".join(filler % n for n in range(2000)))
    from cassette_tools.model import Place
    from cassette_tools.source import Source

    source = Source.from_path(str(path))
    path.unlink()
    path.write_bytes(b"x\n" * 500_000)
    lines = [
        source.region(Place(route=("interactions", at, "response"))).line
        for at, _item in enumerate(source.items("interactions"))
    ]
    assert lines == [3 * at + 5 for at in range(2000)]


# --- .gitignore ------------------------------------------------------------------------------------------------------


def walked(folder: Path) -> list[str]:
    return [
        each.located() if isinstance(each, SourceError) else os.path.relpath(each[0], folder)
        for each in files((str(folder),))
    ]


@pytest.mark.parametrize("line", ["!", "\\", "[z-a]", "[", "[[a]", "!\\", "/", "**/", "\0", "[]", "a[!]b", "!!"])
def test_a_line_of_gitignore_that_is_no_pattern_says_nothing(suite: Path, line: str) -> None:
    (suite / ".gitignore").write_text(f"{line}\nz.*\n", encoding="utf-8")
    assert walked(suite) == ["a.json"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("folder", "is a folder, not a file"),
        ("pipe", "is a pipe (FIFO), not a file: save what it gives in a file, or hand it on as - (standard input)"),
        ("dangling", "is a symbolic link, and none is followed here: put the file itself in its place"),
        ("device", "is a symbolic link, and none is followed here: put the file itself in its place"),
        ("large", "is larger than 100,000 bytes, and is not obeyed"),
    ],
)
def test_a_gitignore_that_is_no_file_is_an_error(suite: Path, kind: str, words: str) -> None:
    path = suite / ".gitignore"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "large":
        path.write_text("z.*\n" * 25_001, encoding="utf-8")
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "nowhere")
    assert walked(suite) == [f"{path}: {words}", "a.json", "z.json"]
    (suite / ".git").mkdir()
    (suite / "inner").mkdir()
    assert walked(suite / "inner") == [f"{path}: {words}"]


def test_patterns_are_matched_in_time_that_grows_with_the_path() -> None:
    from cassette_tools._gitignore import spec_of

    stars, folders = "*a" * 20 + "b", "**/a*a/" * 20 + "b"
    spec = spec_of([stars, folders, f"/{folders}", "a/**/" + folders, "[ab]*?" * 20 + "c"])
    begun = process_time()
    for path in ("a" * 250, "/".join(["aa"] * 1300), "/".join(["a" * 200] * 20), "aa/" * 1000):
        assert spec.check_file(path).include is None
    assert process_time() - begun < 1


def test_patterns_mean_what_they_mean_to_pathspec() -> None:
    from random import Random

    from pathspec import GitIgnoreSpec

    from cassette_tools._gitignore import spec_of

    random = Random(14)
    pieces, names = (
        ("a", "b", "*", "?", "/", "**", "/**/", "[ab]", "!", "."),
        ("a", "b", "ab", "aab", "ba", "a.b", "bab"),
    )
    compared = 0
    while compared < 4000:
        lines = ["".join(random.choices(pieces, k=random.randint(1, 7))) for _ in range(random.randint(1, 3))]
        try:
            theirs = GitIgnoreSpec.from_lines(lines, backend="simple")
        except ValueError:  # what we take for nothing
            continue
        ours = spec_of(lines)
        for _ in range(4):
            path = "/".join(random.choices(names, k=random.randint(1, 5))) + random.choice(("", "/"))
            assert ours.check_file(path).include == theirs.check_file(path).include, (lines, path)
            compared += 1


# --- standard input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("show", "-"),
        ("lint", "-"),
        ("normalize", "-"),
        ("convert", "-", "--to", "har"),
        ("match", "-", "--all"),
        ("diff", "-", "cassette.toml"),
    ],
)
def test_standard_input_has_a_limit(
    tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cassette.toml").write_text("budgets.bytes = 1000", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(cassette(*(exchange(number) for number in range(20))))))
    assert main([*words]) == 2
    said = "it is larger than 1,000 bytes, which have to be held at once; no recording needs that (the limit is budgets.bytes)"
    assert capsys.readouterr().err == f"cassette: error: <stdin>: {said}\n"
