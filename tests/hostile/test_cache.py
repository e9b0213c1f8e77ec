"""The cache of lint, attacked: forged, malformed, reached through links, shared by runs at the same time, and with files
that pretend not to have changed.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import platformdirs
import pytest
from effort import THOROUGH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cassette_tools.cli import main
from cassette_tools.lint import cache as cache_module
from cassette_tools.lint.cache import Cache, users_folder
from cassette_tools.lint.packing import is_packed

ROOT = Path(__file__).resolve().parents[2]
BAD = (ROOT / "samples" / "rules" / "content-length-mismatch" / "bad.yaml").read_bytes()
FOUND = (1, "1 finding (1 warning) in 1 file")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and a checkout in it."""
    for name in ("CASSETTE_CACHE_DIR", "CASSETTE_CACHE_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    (tmp_path / "checkout").mkdir()
    monkeypatch.chdir(tmp_path / "checkout")
    Path("a.yaml").write_bytes(BAD)
    return tmp_path


def lint(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["lint", *words, "a.yaml"])
    said = capsys.readouterr()
    assert said.err == ""
    return status, said.out.splitlines()[-1]


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were linted, and not found in the cache."""
    run = importlib.import_module("cassette_tools.lint.run")
    lint_file = run.lint_file
    paths: list[str] = []

    def noted(path: str, *arguments: object, **options: object) -> object:
        paths.append(path)
        return lint_file(path, *arguments, **options)

    monkeypatch.setattr(run, "lint_file", noted)
    return paths


def stored(home: Path) -> Path:
    """The one cache file there is."""
    (found,) = (home / "caches" / "cassette").glob("lint-*.json")
    return found


# --- where it lies --------------------------------------------------------------------------------------------------


def test_it_lies_in_the_users_folder_and_not_in_the_checkout(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys) == FOUND
    assert os.listdir() == ["a.yaml"]
    folder = home / "caches" / "cassette"
    assert users_folder() == str(folder)
    assert sorted(os.listdir(folder)) == ["key", stored(home).name]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("said", ["", "/var/cache/mine", "relative", " "])
def test_the_users_folder_is_what_platformdirs_says(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("platformdirs is asked itself here")
    monkeypatch.setenv("XDG_CACHE_HOME", said)
    assert users_folder() == platformdirs.user_cache_dir("cassette", appauthor=False)


def test_without_a_home_there_is_no_cache(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert lint(capsys) == FOUND
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert lint(capsys) == FOUND
    assert os.listdir() == ["a.yaml"]


@pytest.mark.parametrize("how", ["option", "environment"])
def test_it_can_lie_elsewhere(how: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--cache-dir", ".cassette_cache") if how == "option" else ()
    if how == "environment":
        monkeypatch.setenv("CASSETTE_CACHE_DIR", ".cassette_cache")
    assert lint(capsys, *words) == FOUND
    assert Path(".cassette_cache/.gitignore").read_text() == "*\n"
    assert len(os.listdir(".cassette_cache")) == 2


def test_the_key_of_ci_makes_it_last_from_machine_to_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], linted: list[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    for key, count in (("", 1), ("", 2), ("a secret of the CI", 3), ("a secret of the CI", 3), ("another", 4)):
        monkeypatch.setenv("CASSETTE_CACHE_KEY", key)
        assert lint(capsys, "--cache-dir", "ci") == FOUND
        assert len(linted) == count


# --- forged and malformed -------------------------------------------------------------------------------------------


def test_a_forged_result_is_not_believed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A checkout brings the cache along in which its own files are clean."""
    words = ("--cache-dir", ".cassette_cache")
    assert lint(capsys, *words) == FOUND
    (path,) = Path(".cassette_cache").glob("lint-*.json")
    honest = path.read_bytes()
    document = json.loads(honest[64:])
    for known in document["files"].values():
        known[3] = [None, None, []]
    said = json.dumps(document).encode()
    others = Cache.__new__(Cache)
    others._key = b"a key of the attacker"
    for seal in (honest[:64], b"0" * 64, b"", others._seal(said)):
        path.write_bytes(seal + said)
        assert lint(capsys, *words) == FOUND
    path.write_bytes(Cache(".cassette_cache")._seal(said) + said)
    assert lint(capsys, *words) == (0, "no findings in 1 file")  # with the user's key it would be believed


MALFORMED = [
    *(b"", b"{", b"\xff\xfe", b"[]", b"null", b"0" * 10_000, b"[" * 100_000, b"{" * 100_000, b'"' + b"\\u0000" * 9),
    *(b'{"program": 1}', b'{"files": {}}', b'{"program": null, "files": {"a": null}}', b"1" * 5000, b"NaN"),
]


@pytest.mark.parametrize("content", MALFORMED, ids=lambda content: repr(content[:20]))
def test_a_malformed_cache_is_no_cache(content: bytes, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys) == FOUND
    path = stored(home)
    for said in (content, Cache()._seal(content) + content):
        path.write_bytes(said)
        assert lint(capsys) == FOUND
        assert Cache()._known.keys() == {os.path.abspath("a.yaml")}  # and it is a good one again


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats()
    | st.sampled_from(["", "a", "secret-in-body", "error"]),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=30,
)


@given(VALUES, st.integers(0, 12))
@settings(max_examples=2000 if THOROUGH else 40, suppress_health_check=list(HealthCheck))
def test_an_entry_that_is_none_changes_nothing(value: object, at: int) -> None:
    """With the seal of the user, so that what is said is looked at: any value, anywhere in an entry."""
    own = Cache()
    finding = ["rule", "error", "message", [1, 1, 1, 2], 0, [[1, 1, 1, 2]], ["safe", None], "f", "a"]
    known: list[object] = ["context", "digest", None, [None, None, [finding]]]
    if at < 4:
        known[at] = value
    else:
        finding[at - 4] = value  # type: ignore[call-overload]
    said = json.dumps({"program": own._program, "files": {os.path.abspath("a.yaml"): known}}).encode()
    Path(own._path).parent.mkdir(exist_ok=True)
    Path(own._path).write_bytes(own._seal(said) + said)
    for entry in Cache()._known.values():
        assert is_packed(entry[3])
        assert [type(each) for each in entry[:2]] == [str, str]
    assert main(["lint", "-q", "--exit-zero", "a.yaml"]) == 0


@pytest.mark.parametrize("kind", ["link", "fifo", "folder", "device"])
@pytest.mark.parametrize("name", ["key", "lint"])
def test_something_else_in_its_place(name: str, kind: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys) == FOUND
    victim = home / "victim"
    path = stored(home) if name == "lint" else home / "caches" / "cassette" / "key"
    victim.write_bytes(path.read_bytes())
    before = victim.read_bytes()
    path.unlink()
    if kind == "link":
        path.symlink_to(victim)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    for _ in range(2):
        assert lint(capsys) == FOUND
    assert victim.read_bytes() == before
    assert path.is_dir() if kind == "folder" else path.is_file() and not path.is_symlink()  # nothing was read there
    assert Path("/dev/zero").is_char_device()


# --- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [".cassette_cache", "build/cache", "build/../.cassette_cache"])
@pytest.mark.parametrize("absolute", [False, True])
def test_a_folder_that_is_a_link_is_not_followed(
    where: str, absolute: bool, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = home / "victim"
    victim.mkdir()
    (victim / ".gitignore").write_text("precious")
    for name in (".cassette_cache", "build"):
        os.symlink(victim, name)
    where = os.path.abspath(where) if absolute else where
    assert lint(capsys, "--cache-dir", where) == FOUND
    monkeypatch.setenv("CASSETTE_CACHE_DIR", where)
    assert lint(capsys) == FOUND
    assert (os.listdir(victim), (victim / ".gitignore").read_text()) == ([".gitignore"], "precious")


def test_a_link_named_gitignore_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    victim = home / "victim"
    victim.write_text("precious")
    os.mkdir(".cassette_cache")
    os.symlink(victim, ".cassette_cache/.gitignore")
    assert lint(capsys, "--cache-dir", ".cassette_cache") == FOUND
    assert victim.read_text() == "precious"
    assert os.path.islink(".cassette_cache/.gitignore")


# --- files that pretend ---------------------------------------------------------------------------------------------


def rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files count as old, as if the run had been seconds later."""
    monkeypatch.setattr(cache_module, "_LASTING", -60_000_000_000)


def test_an_unchanged_file_is_not_read_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rest(monkeypatch)
    assert lint(capsys) == FOUND
    monkeypatch.setattr(cache_module, "_content_of", None)
    assert lint(capsys) == FOUND


def test_a_fresh_file_is_read_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Two changes within one tick of the clock have the same time."""
    assert lint(capsys) == FOUND
    (entry,) = Cache()._known.values()
    assert entry[2] is None


def test_the_same_size_and_time_hide_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rest(monkeypatch)
    path = Path("a.yaml")
    clean = path.read_bytes().replace(b"content_length: ", b"content_lengtx: ")
    path.write_bytes(clean)
    assert lint(capsys, "--select", "http")[0] == 0
    before = path.stat()
    time.sleep(0.02)  # a tick of the file system's clock
    path.write_bytes(BAD)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert lint(capsys, "--select", "http") == FOUND


def test_a_checkout_with_new_times_is_known_by_its_content(
    capsys: pytest.CaptureFixture[str], linted: list[str]
) -> None:
    for _ in range(2):
        assert lint(capsys) == FOUND
        os.unlink("a.yaml")
        Path("a.yaml").write_bytes(BAD)
    assert linted == ["a.yaml"]


def test_a_file_that_changes_while_it_is_linted_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = importlib.import_module("cassette_tools.lint.run")
    lint_file = run.lint_file

    def disturbed(path: str, *arguments: object, **options: object) -> object:
        Path(path).write_bytes(BAD.replace(b"content_length: ", b"content_lengtx: "))
        result = lint_file(path, *arguments, **options)
        Path(path).write_bytes(BAD + b"\n")
        return result

    with monkeypatch.context() as context:
        context.setattr(run, "lint_file", disturbed)
        lint(capsys, "--select", "http")
    assert Cache()._known == {}
    assert lint(capsys, "--select", "http") == FOUND


def test_what_hangs_on_other_files_is_not_remembered(capsys: pytest.CaptureFixture[str]) -> None:
    """A body beside the recording changes, and the recording does not."""
    Path("mappings").mkdir()
    Path("__files").mkdir()
    Path("mappings/a.json").write_text(
        '{"id": "1", "request": {"method": "GET", "url": "/v1"}, '
        '"response": {"status": 200, "bodyFil\\u0065Name": "body.json", "headers": {"Content-Type": "application/json"}}}'
    )
    for body, status in (("fine", 0), ("Itâ€™s", 1), ("fine", 0)):
        Path("__files/body.json").write_text(f'{{"a": "{body}"}}')
        assert main(["lint", "--select", "mojibake", "mappings/a.json"]) == status
    capsys.readouterr()


def test_standard_input_is_not_a_file_of_that_name(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    Path("-").write_bytes(BAD)
    program = [sys.executable, "-m", "cassette_tools", "lint", "-q", "-"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    clean = BAD.replace(b"content_length: ", b"content_lengtx: ")
    done = [
        subprocess.run([*program, "--select", "http"], input=said, env=environment, capture_output=True, check=False)
        for said in (clean, BAD, clean)
    ]
    assert [each.returncode for each in done] == [0, 1, 0]


# --- runs at the same time ------------------------------------------------------------------------------------------


def test_runs_at_the_same_time_give_the_same_answer(home: Path) -> None:
    rounds = 40 if THOROUGH else 2
    for number in range(12):
        Path(f"{number}.yaml").write_bytes(BAD)
    command = [sys.executable, "-m", "cassette_tools", "lint", "--format", "json", "."]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = set()
    for _ in range(rounds):
        runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(3)]
        said |= {run.communicate()[0] for run in runs}
        assert {run.returncode for run in runs} == {1}
    assert len(said) == 1
    path = stored(home)
    assert sorted(os.listdir(home / "caches" / "cassette")) == ["key", path.name]
    content = path.read_bytes()
    document = json.loads(content[64:])
    assert len(document["files"]) == 13
    own = Cache()
    assert (own._seal(content[64:]), own._program) == (content[:64], document["program"])


def test_of_two_runs_that_make_a_key_the_first_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one writes between our look and our own writing."""
    path = home / "caches" / "cassette" / "key"
    path.parent.mkdir(parents=True)
    theirs = b"k" * 64
    random = os.urandom

    def late(length: int) -> bytes:
        path.write_bytes(theirs)
        monkeypatch.setattr(os, "urandom", random)
        return random(length)

    monkeypatch.setattr(os, "urandom", late)
    assert (Cache()._key, path.read_bytes()) == (theirs, theirs)


def test_what_is_no_key_makes_room_for_one(home: Path) -> None:
    path = home / "caches" / "cassette" / "key"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"short")
    assert Cache()._key == path.read_bytes() == Cache()._key
    assert len(path.read_bytes()) == 64
