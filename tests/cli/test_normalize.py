"""``cassette normalize`` as a user meets it."""

from __future__ import annotations

import gzip
import io
import os
import stat
import subprocess
from pathlib import Path

import pytest

from cassette_tools import normalize
from cassette_tools.cli import main

MONDAY = "normalize/recorded/monday.yaml"


@pytest.fixture
def cassette(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "monday.yaml"
    path.write_bytes((samples / MONDAY).read_bytes())
    return path


def normal(samples: Path) -> bytes:
    return (samples / "normalize/normal/monday.yaml").read_bytes()


@pytest.mark.parametrize("name", ["monday", "tuesday"])
def test_the_samples_are_what_it_makes(samples: Path, name: str) -> None:
    recorded = (samples / f"normalize/recorded/{name}.yaml").read_bytes()
    expected = (samples / f"normalize/normal/{name}.yaml").read_bytes()
    assert normalize(recorded, extend_select=("rechunk",)) == expected
    assert normalize(expected, extend_select=("rechunk",)) == expected


def test_in_place_keeping_mode_and_link(cassette: Path, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cassette.chmod(0o640)
    link = cassette.with_name("link.yaml")
    link.symlink_to(cassette.name)
    assert main(["normalize", "link.yaml", "--rechunk"]) == 0
    assert link.is_symlink()
    assert cassette.read_bytes() == normal(samples)
    assert stat.S_IMODE(cassette.stat().st_mode) == 0o640
    assert sorted(os.listdir()) == ["link.yaml", "monday.yaml"]
    assert capsys.readouterr() == ("", "cassette: 1 file rewritten, 0 already normal\n")
    assert main(["normalize", "link.yaml", "--rechunk", "--check"]) == 0
    assert capsys.readouterr() == ("", "cassette: 0 files would be rewritten, 1 already normal\n")


def test_check_and_diff_write_nothing(cassette: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = cassette.read_bytes()
    assert main(["normalize", "--check", "monday.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out == (
        "monday.yaml: request-ids 4, times 25, routes 2, cookies 2, durations 2, rate-limits 2, ids 26, padding 23, "
        "fingerprints 23\n"
    )
    assert err == "cassette: 1 file would be rewritten, 0 already normal\n"
    assert main(["normalize", "--diff", "--quiet", "monday.yaml"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("--- monday.yaml\n+++ monday.yaml\n@@ ")
    assert err == ""
    assert cassette.read_bytes() == before


def test_the_diff_is_one_that_patch_takes(cassette: Path, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once no secret stands in the file: these are masked in what is printed."""
    main(["normalize", "--select", "cookies", "monday.yaml"])
    main(["normalize", "--rechunk", "--diff", "monday.yaml"])
    patch = capsys.readouterr().out.encode()
    subprocess.run(["git", "init", "-q", "."], check=True)
    subprocess.run(["git", "apply", "-p0", "-"], input=patch, check=True)
    assert cassette.read_bytes() == normal(samples)


def test_output_and_standard_input(
    cassette: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    before = cassette.read_bytes()
    assert main(["normalize", "monday.yaml", "--rechunk", "--output", "new.yaml"]) == 0
    assert (Path("new.yaml").read_bytes(), cassette.read_bytes()) == (normal(samples), before)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(before)))
    capfdbinary.readouterr()
    assert main(["normalize", "-", "--rechunk"]) == 0
    assert capfdbinary.readouterr() == (normal(samples), b"")


def test_what_is_no_cassette_goes_through_a_filter(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for content in (b"a: 1\n", b'{"is_streaming": false, "request": {}, "response": {}}'):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert main(["normalize", "-", "--ignore-unknown"]) == 0
        assert capfdbinary.readouterr() == (content, b"")


def test_a_folder_is_walked_and_what_is_no_cassette_passed_over(
    cassette: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = cassette.parent / "cassettes"
    folder.mkdir()
    cassette.rename(folder / "monday.yaml")
    (folder / "notes.yaml").write_text("a: 1\n")
    (folder / "other.httpmock.json").write_bytes(next((samples / "formats").glob("nock/*.json")).read_bytes())
    assert main(["normalize", "cassettes", "--rechunk"]) == 0
    assert (folder / "monday.yaml").read_bytes() == normal(samples)
    assert (folder / "notes.yaml").read_text() == "a: 1\n"
    assert capsys.readouterr().err == (
        "cassette: 1 file rewritten, 0 already normal, 1 passed over (of a format that is not rewritten)\n"
    )


def test_a_recording_of_a_folder_that_cannot_be_rewritten_is_no_success(
    cassette: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = cassette.parent / "cassettes"
    folder.mkdir()
    text = cassette.read_text(encoding="utf-8").replace("method: POST", "method: &method POST  # ours", 1)
    (folder / "monday.yaml").write_text(f"{text}note: *method\n", encoding="utf-8")
    assert main(["normalize", "--check", "cassettes"]) == 2
    error, summary = capsys.readouterr().err.splitlines()
    assert error.startswith("cassette: error: cassettes/monday.yaml:")
    assert "it has YAML aliases" in error
    assert summary == "cassette: 0 files would be rewritten, 0 already normal, 1 failed"


def test_packed_files_stay_packed(cassette: Path, samples: Path) -> None:
    packed = cassette.with_suffix(".yaml.gz")
    packed.write_bytes(gzip.compress(cassette.read_bytes()))
    assert main(["normalize", packed.name, "--rechunk"]) == 0
    once = packed.read_bytes()
    assert gzip.decompress(once) == normal(samples)
    assert main(["normalize", packed.name, "--rechunk"]) == 0
    assert packed.read_bytes() == once


def test_configuration(cassette: Path, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cassette.toml").write_text('[normalize]\nextend-select = ["rechunk"]\n')
    assert main(["normalize", "monday.yaml"]) == 0
    assert cassette.read_bytes() == normal(samples)
    Path("cassette.toml").write_text('[normalize]\nselect = ["cookies"]\nignore = ["cookies"]\n')
    cassette.write_bytes((samples / MONDAY).read_bytes())
    assert main(["normalize", "--check", "monday.yaml"]) == 0
    Path("cassette.toml").write_text('[normalize]\nheaders = ["content-type"]\n')
    assert main(["normalize", "monday.yaml"]) == 0
    assert b"User-Agent" not in cassette.read_bytes()
    Path("cassette.toml").write_text("[normalize]\nrequests = 1\n")
    capsys.readouterr()
    assert main(["normalize", "monday.yaml"]) == 2
    expected = (
        f"cassette: error: {Path('cassette.toml').resolve()}: normalize.requests is a number; expected true or false\n"
    )
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no PATH: name recordings or folders, or - for standard input"),
        (["nothing.yaml"], "nothing.yaml: there is no such file or folder"),
        (["monday.yaml", "--select", "id"], "select: 'id' is no step of normalize; expected one of all, accounts, "),
        (["monday.yaml", "-"], "- for standard input stands alone"),
        ([".", "-o", "x"], "--output names one file: it needs one PATH that is a file"),
        (["notes.yaml"], "notes.yaml: not a supported cassette: it looks like a mapping with unknown keys"),
    ],
)  # fmt: skip
def test_what_cannot_be_done(cassette: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("notes.yaml").write_text("a: 1\n")
    before = cassette.read_bytes()
    assert main(["normalize", *words]) == 2
    assert said in capsys.readouterr().err
    assert cassette.read_bytes() == before


def test_a_secret_that_must_stay_is_told(cassette: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"
    text = "version: 2\ninteractions:\n- id: 0\n  request:\n    url: https://a.example/\n    method: POST\n"
    text += f"    body: the key is {key}\n  response:\n    body: ok\n    headers: {{}}\n    code: 200\n"
    cassette.write_text(text)
    assert main(["normalize", "monday.yaml"]) == 0
    assert capsys.readouterr().err.splitlines()[0] == (
        "cassette: monday.yaml: the request body of interaction 0 holds a secret, and stays: go-vcr compares the bodies "
        "of requests; --requests redacts it, and the test must then send the same placeholder"
    )
    assert cassette.read_text() == text
    assert main(["normalize", "monday.yaml", "--requests"]) == 0
    assert cassette.read_text() == text.replace(key, "REDACTED")


def test_the_steps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["normalize", "--steps"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Taken unless switched off (--ignore):"
    assert "  cookies       Cookie and Set-Cookie go: a cookie is a session, and marks one machine" in lines


def test_a_file_that_cannot_be_written_is_left_as_it_is(
    cassette: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = cassette.read_bytes()
    monkeypatch.setattr("os.fsync", full)
    assert main(["normalize", "monday.yaml"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == (
        "cassette: error: monday.yaml: cannot be written: No space left on device; it was left as it is"
    )
    assert (cassette.read_bytes(), os.listdir()) == (before, ["monday.yaml"])
