"""What is written, where a checkout is hostile: links, devices, files that are to stay, and predictable names."""

from __future__ import annotations

import ast
import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from cassette_tools import writing
from cassette_tools.cli import main

ROOT = Path(__file__).resolve().parents[2]
RECORDED = ROOT / "samples" / "normalize" / "recorded" / "monday.yaml"
NORMAL = ROOT / "samples" / "normalize" / "normal" / "monday.yaml"
BAD = (ROOT / "samples" / "rules" / "content-length-mismatch" / "bad.yaml").read_bytes()
IS_ROOT = os.geteuid() == 0


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, with one beside it that nobody named."""
    (tmp_path / "here").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    writing._swept.clear()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    said = capsys.readouterr()
    return status, said.out, said.err


def recording(path: str) -> Path:
    """A recording that `normalize` rewrites."""
    copy = Path(path)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(RECORDED.read_bytes())
    return copy


# --- one module -----------------------------------------------------------------------------------------------------

WRITES = {  # calls that write, make or remove files; `open` is looked at by its mode
    *(
        "replace",
        "rename",
        "renames",
        "unlink",
        "remove",
        "removedirs",
        "rmdir",
        "mkdir",
        "makedirs",
        "link",
        "symlink",
    ),
    *("truncate", "ftruncate", "chmod", "chown", "utime", "mkfifo", "mknod"),
    *(
        "mkstemp",
        "mkdtemp",
        "NamedTemporaryFile",
        "TemporaryFile",
        "TemporaryDirectory",
        "copyfile",
        "copytree",
        "move",
    ),
}
OF_PATHS = {"write_text", "write_bytes", "touch", "symlink_to", "hardlink_to"}  # and the same of `pathlib`
ALLOWED = {
    ("cli/__init__.py", "open(1, 'w')"),  # standard streams that the caller has closed
    ("cli/__init__.py", "open(2, 'w')"),
    ("cli/output.py", "os.open(os.devnull, os.O_WRONLY)"),  # and those that take nothing any more
    # A dataset is written into folders of its own, which its manifest names only when they are whole.
    ("dataset/lock.py", "os.makedirs(os.path.dirname(path), exist_ok=True)"),
    ("dataset/lock.py", "os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 438)"),
    ("dataset/lock.py", "os.ftruncate(handle, 0)"),
    ("dataset/lock.py", "os.unlink(path)"),
    ("dataset/store.py", "os.unlink(path)"),
    ("dataset/store.py", "os.link(self.location(old), path, follow_symlinks=False)"),
    ("dataset/store.py", "os.makedirs(folder, exist_ok=True)"),
    ("dataset/store.py", "os.open(self._with_folder(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 438)"),
    (
        "dataset/query.py",
        "tempfile.TemporaryDirectory(prefix='cassette-')",
    ),  # where DuckDB puts what memory cannot hold
}


def writes(tree: ast.AST) -> set[str]:
    """The calls in a module that can change a file."""
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and is_writing(node)}


def is_writing(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    how = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "mode")]
    if name != "open":
        return (owner in ("os", "shutil", "tempfile") and name in WRITES) or (bool(owner) and name in OF_PATHS)
    if owner == "os":
        return any(flag in " ".join(map(ast.unparse, how)) for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"))
    return owner in ("", "io", "gzip") and any(getattr(each, "value", None) not in ("r", "rb") for each in how)


def test_one_module_writes_files() -> None:
    package = ROOT / "cassette_tools"
    found = {
        (str(path.relative_to(package)), call)
        for path in package.rglob("*.py")
        if path.name != "writing.py"
        for text in (path.read_text(encoding="utf-8"),)
        if any(f"{name}(" in text for name in (*WRITES, "open"))
        for call in writes(ast.parse(text))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'w')",
        "open(path, mode='ab')",
        "open(path, how)",
        "os.open(path, os.O_RDONLY | os.O_CREAT)",
        "os.replace(a, b)",
        "gzip.open(path, 'wb')",
        "Path(path).write_text('')",
    ],
)
def test_the_search_finds_what_writes(code: str) -> None:
    assert writes(ast.parse(code)) == {code}


# --- names ----------------------------------------------------------------------------------------------------------


def test_no_link_stands_where_the_temporary_file_will_be(capsys: pytest.CaptureFixture[str]) -> None:
    """It once was FILE.PID.tmp: a checkout with a link of each process number chose what was written to."""
    copy = recording("a.yaml")
    victim = Path("../elsewhere/pre-commit")
    victim.write_text("#!/bin/sh\n")
    for number in (os.getpid(), os.getpid() + 1):
        os.symlink(victim.resolve(), f"a.yaml.{number}.tmp")
    names = sorted(os.listdir())
    assert run(capsys, "normalize", "--rechunk", "a.yaml")[0] == 0
    assert (copy.read_bytes(), victim.read_text(), sorted(os.listdir())) == (NORMAL.read_bytes(), "#!/bin/sh\n", names)


def test_temporary_names_are_drawn_and_links_at_them_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    monkeypatch.setattr("os.replace", lambda old, new: (names.append(old), os.rename(old, new)))
    for _ in range(20):
        writing.write_file("a", b"content")
    assert len({*names}) == 20
    monkeypatch.setattr("os.urandom", lambda count: bytes(count))
    os.symlink("../elsewhere/victim", writing._BEGIN + "0" * writing._RANDOM + writing._END)
    with pytest.raises(writing.NotWritable, match="cannot be written: File exists"):
        writing.write_file("a", b"other")
    assert (Path("a").read_bytes(), os.listdir("../elsewhere")) == (b"content", [])


# --- links ----------------------------------------------------------------------------------------------------------


def leads_out(path: str, target: str) -> str:
    root = os.path.realpath(os.path.dirname(path) or ".")
    return f"{path}: is a link that leads out of {root}: to write what it stands for, name {os.path.realpath(target)}"


def test_a_link_out_of_the_folder_is_not_followed(capsys: pytest.CaptureFixture[str]) -> None:
    outside = recording("../elsewhere/a.yaml")
    recording("all/b.yaml")
    os.symlink("../../elsewhere/a.yaml", "all/a.yaml")
    before = outside.read_bytes()
    status, out, err = run(capsys, "normalize", "all")
    assert (status, out) == (2, "")
    assert f"cassette: error: {leads_out('all/a.yaml', '../elsewhere/a.yaml')}" in err.splitlines()
    assert run(capsys, "normalize", "--check", "all/b.yaml")[0] == 0  # the others are done
    assert run(capsys, "normalize", "all/a.yaml")[0] == 2
    assert (outside.read_bytes(), os.readlink("all/a.yaml")) == (before, "../../elsewhere/a.yaml")


@pytest.mark.parametrize(
    "words",
    [
        ("show", "bad.yaml", "-o"),
        ("lint", "bad.yaml", "-o"),
        ("lint", "bad.yaml", "--write-baseline"),
        ("diff", "bad.yaml", "other.yaml", "-o"),
        ("diff", "bad.yaml", "other.yaml", "--write-baseline"),
        ("diff", "--learn", "bad.yaml", "other.yaml", "-o"),
        ("match", "--all", "bad.yaml", "-o"),
        ("normalize", "bad.yaml", "-o"),
        ("convert", "bad.yaml", "--to", "har", "-o"),
    ],
    ids=lambda words: " ".join(words),
)
def test_an_output_that_is_a_link_out_of_its_folder_is_refused(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.yaml").write_bytes(BAD)
    Path("other.yaml").write_bytes(BAD.replace(b"200", b"500"))
    Path("../elsewhere/rc").write_text('{"accepted": []}')
    os.symlink("../elsewhere/rc", "out")
    status, out, err = run(capsys, *words, "out")
    assert (status, out) == (2, "")
    assert f"cassette: error: {leads_out('out', '../elsewhere/rc')}" in err
    assert Path("../elsewhere/rc").read_text() == '{"accepted": []}'


def test_a_link_within_the_folder_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    real = recording("real/a.yaml")
    os.symlink("real/a.yaml", "a.yaml")
    assert run(capsys, "normalize", "--rechunk", "-q", "a.yaml") == (0, "", "")
    assert (real.read_bytes(), os.readlink("a.yaml")) == (NORMAL.read_bytes(), "real/a.yaml")


def test_converting_a_folder_writes_nothing_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    recording("in/deep/a.yaml")
    Path("out").mkdir()
    os.symlink("../../elsewhere", "out/deep")
    status, _out, err = run(capsys, "convert", "in", "--to", "har", "-o", "out")
    assert status == 2
    assert "cassette: error: out/deep: is a link that leads out of " in err
    assert os.listdir("../elsewhere") == []


@pytest.mark.parametrize("name", ["loop", "pyproject.toml"])
def test_links_that_lead_nowhere(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_bytes(BAD)
    os.symlink(name, name)
    with pytest.raises(writing.NotWritable, match="is a link that leads nowhere: remove it"):
        writing.write_file(name, b"")
    assert os.path.islink(name)


def test_add_ignore_follows_no_link_out(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml.gz").write_bytes(gzip.compress(BAD))
    Path("../elsewhere/cassette.toml").write_text("")
    os.symlink("../elsewhere/cassette.toml", "cassette.toml")
    status, _out, err = run(capsys, "lint", "--add-ignore", "known", "bad.yaml.gz")
    where = os.path.join(os.getcwd(), "cassette.toml")
    assert (status, err) == (2, f"cassette: error: {leads_out(where, '../elsewhere/cassette.toml')}\n")
    assert Path("../elsewhere/cassette.toml").read_text() == ""


# --- files that are to stay -----------------------------------------------------------------------------------------


def test_a_file_with_other_names_is_refused_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    copy = recording("a.yaml")
    os.link("a.yaml", "../elsewhere/same")
    before = copy.read_bytes()
    assert run(capsys, "normalize", "-q", "a.yaml") == (
        2,
        "",
        "cassette: error: a.yaml: has 2 names (hard links), and under the others it would stay what it was: "
        "make it a file of its own, or say --force\n",
    )
    assert copy.read_bytes() == before
    assert run(capsys, "normalize", "-q", "--rechunk", "--force", "a.yaml") == (0, "", "")
    assert (copy.read_bytes(), Path("../elsewhere/same").read_bytes()) == (NORMAL.read_bytes(), before)


@pytest.mark.parametrize("words", [("normalize", "-q"), ("lint", "--fix", "-q"), ("lint", "--add-ignore", "known")])
def test_a_read_only_file_is_refused_unless_forced(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    copy = recording("a.yaml") if words[0] == "normalize" else Path("a.yaml")
    copy.write_bytes(RECORDED.read_bytes() if words[0] == "normalize" else BAD)
    copy.chmod(0o444)
    before = copy.read_bytes()
    status, _out, err = run(capsys, *words, "a.yaml")
    assert status == 2
    assert "a.yaml: is read-only: make it writable, or say --force" in err
    assert copy.read_bytes() == before
    run(capsys, *words, "--force", "a.yaml")
    assert copy.read_bytes() != before
    assert copy.stat().st_mode & 0o777 == 0o444


def test_an_output_that_is_read_only_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    recording("a.yaml")
    Path("out").write_text("kept")
    os.chmod("out", 0o400)
    assert run(capsys, "show", "a.yaml", "-o", "out") == (
        2,
        "",
        "cassette: error: out: is read-only: make it writable, or name another file\n",
    )
    assert Path("out").read_text() == "kept"


def test_mode_and_owner_stay_and_the_time_is_that_of_writing(capsys: pytest.CaptureFixture[str]) -> None:
    copy = recording("a.yaml")
    if IS_ROOT:
        os.chown(copy, 1234, 2345)
    copy.chmod(0o4640)
    os.utime(copy, (0, 0))
    old = copy.stat()
    assert run(capsys, "normalize", "-q", "a.yaml")[0] == 0
    new = copy.stat()
    assert (new.st_uid, new.st_gid, new.st_mode & 0o7777) == (old.st_uid, old.st_gid, 0o640)  # no set-user-ID
    assert new.st_mtime > old.st_mtime


def test_a_new_file_has_the_usual_mode(capsys: pytest.CaptureFixture[str]) -> None:
    recording("a.yaml")
    before = os.umask(0o027)
    try:
        assert run(capsys, "show", "a.yaml", "-o", "out")[0] == 0
    finally:
        os.umask(before)
    assert Path("out").stat().st_mode & 0o777 == 0o640


# --- what is no regular file ----------------------------------------------------------------------------------------


@pytest.mark.skipif(not IS_ROOT, reason="only root could replace a device")
def test_a_device_is_written_to_and_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    recording("a.yaml")
    os.mknod("null", 0o666 | 0o020000, os.makedev(1, 3))
    try:
        os.close(os.open("null", os.O_WRONLY))
    except PermissionError:
        pytest.skip("devices cannot be opened on this file system")
    assert run(capsys, "show", "a.yaml", "-o", "null") == (0, "", "")
    assert Path("null").is_char_device()
    os.mknod("full", 0o666 | 0o020000, os.makedev(1, 7))
    error = "cassette: error: full: cannot be written: No space left on device\n"
    assert run(capsys, "show", "a.yaml", "-o", "full") == (2, "", error)


def test_a_fifo_is_written_to_and_stays_one(capsys: pytest.CaptureFixture[str]) -> None:
    recording("a.yaml")
    os.mkfifo("out")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path("out").read_bytes()))
    reader.start()
    assert run(capsys, "show", "a.yaml", "-o", "out") == (0, "", "")
    reader.join()
    assert Path("out").is_fifo()
    assert read[0].decode() == run(capsys, "show", "a.yaml")[1]


def test_a_fifo_that_nobody_reads_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    recording("a.yaml")
    os.mkfifo("out")
    monkeypatch.setattr(writing, "_FIFO_WAIT", 0)
    error = "cassette: error: out: is a FIFO that nobody has read for 0 seconds\n"
    assert run(capsys, "show", "a.yaml", "-o", "out") == (2, "", error)


def program(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "cassette_tools", *words)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, text=True, check=False, timeout=60, **options)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_can_be_named(name: str) -> None:
    if not os.path.exists(name):
        pytest.skip(f"there is no {name} here")
    recording("a.yaml")
    plain = program("show", "a.yaml", capture_output=True)
    piped = program("show", "a.yaml", "-o", name, capture_output=True)
    assert (piped.stdout, piped.stderr, piped.returncode) == (plain.stdout, "", 0)
    with Path("log").open("w") as stream:  # a file that others write to as well
        stream.write("before\n")
        stream.flush()
        assert program("show", "a.yaml", "-o", name, stdout=stream).returncode == 0
        stream.seek(0, os.SEEK_END)
        stream.write("after\n")
    assert Path("log").read_text() == f"before\n{plain.stdout}after\n"


@pytest.mark.parametrize(
    "words",
    [
        ("show", "a.yaml"),
        ("lint", "a.yaml"),
        ("normalize", "--diff", "a.yaml"),
        ("normalize", "--steps"),
        ("convert", "a.yaml", "--to", "har", "-q"),
        ("rules",),
        ("schema", "config"),
        ("--help",),
        ("--version",),
    ],
    ids=" ".join,
)
def test_standard_output_that_is_full_or_closed_ends_the_run_with_status_2(words: tuple[str, ...]) -> None:
    recording("a.yaml")
    with open("/dev/full", "w") as full:
        done = program(*words, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    who = "the system:" if words[0].startswith("--") else "standard output cannot be written:"  # click prints these
    assert done.stderr.splitlines()[-1] == f"cassette: error: {who} No space left on device"
    closed = program(*words, preexec_fn=lambda: os.close(1), stderr=subprocess.PIPE)
    assert (closed.returncode, "Traceback" in closed.stderr) == (2, False)
    assert closed.stderr.splitlines()[-1] == f"cassette: error: {who} Bad file descriptor"
    mute = program(*words, preexec_fn=lambda: os.close(2), stdout=subprocess.DEVNULL)
    assert mute.returncode in (0, 1)


def test_a_socket_or_folder_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    recording("a.yaml")
    Path("folder").mkdir()
    error = "cassette: error: folder: is a folder; a file was expected\n"
    assert run(capsys, "show", "a.yaml", "-o", "folder") == (2, "", error)
    assert run(capsys, "show", "a.yaml", "-o", "folder/") == (2, "", error.replace("folder:", "folder/:"))


# --- what killed runs left ------------------------------------------------------------------------------------------


def test_what_killed_runs_left_is_swept_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    from fcntl import LOCK_EX, flock

    name = "{}" + "{:016x}" + "{}"
    stale, working, link, folder, fifo = (name.format(writing._BEGIN, number, writing._END) for number in range(5))
    victim = Path("../elsewhere/victim")
    for path in (stale, working, ".cassette-notes.tmp", ".cassette-XXXXXXXXXXXXXXXX.tmp", victim):
        Path(path).write_text("")
    os.symlink(victim, link)
    os.mkdir(folder)
    os.mkfifo(fifo)
    recording("a.yaml")
    before = {*os.listdir()}
    with Path(working).open() as stream:
        flock(stream, LOCK_EX)
        run(capsys, "normalize", "--check", "a.yaml")  # writes nothing, and removes nothing
        assert {*os.listdir()} == before
        run(capsys, "normalize", "a.yaml")
        assert before - {*os.listdir()} == {stale}
    assert victim.exists()
