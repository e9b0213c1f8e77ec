"""A repository of recordings, compared by revisions: where findings are shown, what a baseline knows, what is no success.

The repository has two commits, made of the pairs in `samples/drift` and of a suite whose model was replaced.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from effort import THOROUGH

from cassette_tools.cli import main

PAIRS = (  # the first has a field that is only in the old file: there is no place for it in the new one
    "wire-field-removed",
    "wire-field-added",
    "finish-reason-changed",
    "tool-arguments-changed",
    "request-parameter-changed",
)
IDENTITY = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false")
FORMATS = ("github", "sarif", "gitlab")


def git(top: Path, *words: str) -> str:
    done = subprocess.run(("git", *IDENTITY, *words), cwd=top, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def record(top: Path, samples: Path, side: str, folder: str) -> None:
    """One side of every pair, in a folder each, and a scenario below the name of a model."""
    for name in PAIRS:
        path = top / "go" / "testdata" / name / "trip.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(samples / "drift" / name / f"{side}.yaml", path)
    shutil.rmtree(top / "go" / "testdata" / "models", ignore_errors=True)
    path = top / "go" / "testdata" / "models" / folder / "walk.yaml"
    path.parent.mkdir(parents=True)
    shutil.copy(samples / "readme" / f"{side}.yaml", path)


@pytest.fixture
def top(tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    top = tmp_path / "repository"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    record(top, samples, "old", "opus-3")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    git(top, "tag", "v1")
    record(top, samples, "new", "opus-4")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "two")
    monkeypatch.chdir(top)
    return top


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["diff", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def places(name: str, text: str) -> list[tuple[str, int]]:
    """The file and the line of every finding, as the reader of a format takes them."""
    if name == "github":
        found = re.findall(r"^::\w+ file=([^,]*),line=(\d+)", text, re.MULTILINE)
        return [(path.replace("%3A", ":").replace("%2C", ","), int(line)) for path, line in found]
    if name == "gitlab":
        return [(each["location"]["path"], each["location"]["lines"]["begin"]) for each in json.loads(text)]
    physical = [each["locations"][0]["physicalLocation"] for each in json.loads(text)["runs"][0]["results"]]
    return [(each["artifactLocation"]["uri"], each["region"]["startLine"]) for each in physical]


@pytest.mark.parametrize("words", [("v1..main",), ("v1..",), ("v1",), ("v1...main",)])
@pytest.mark.parametrize("name", FORMATS)
def test_every_place_is_a_line_of_a_file_in_the_repository(
    top: Path, capsys: pytest.CaptureFixture[str], name: str, words: tuple[str, ...]
) -> None:
    status, out, _ = run(capsys, *words, "--format", name)
    found = places(name, out)
    assert status == 1
    assert {path for path, _ in found} == {
        "go/testdata/models/opus-4/walk.yaml",
        *(f"go/testdata/{pair}/trip.yaml" for pair in PAIRS),
    }
    for path, line in found:
        assert 1 <= line <= len((top / path).read_text(encoding="utf-8").splitlines()), (path, line)


@pytest.mark.parametrize("name", FORMATS)
def test_places_are_those_of_the_repository_wherever_cassette_is_run(
    top: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    expected = places(name, run(capsys, "v1..main", "--format", name)[1])
    monkeypatch.chdir(top / "go" / "testdata")
    assert places(name, run(capsys, "v1..main", "--format", name)[1]) == expected
    linted = main(["lint", ".", "--format", name, "--no-cache", "--exit-zero"])
    assert linted == 0
    assert all((top / path).is_file() for path, _ in places(name, capsys.readouterr().out))


def test_what_is_gone_is_told_at_the_new_file_with_its_old_line(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "v1..main", "go/testdata/wire-field-removed", "--format", "gitlab")
    (issue,) = json.loads(out)
    assert issue["location"] == {"path": "go/testdata/wire-field-removed/trip.yaml", "lines": {"begin": 1}}
    assert re.search(r"\(interactions\[0\]\.\S+; line \d+ in v1", issue["description"])


def test_a_revision_is_a_field_of_its_own(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(run(capsys, "v1..main", "--format", "json")[1])
    assert (report["old"], report["new"]) == ({"revision": "v1"}, {"revision": "main"})
    assert report["renamed"] == [
        {"old": "go/testdata/models/opus-3/walk.yaml", "new": "go/testdata/models/opus-4/walk.yaml"}
    ]
    for pair in report["pairs"]:
        assert (pair["old"]["revision"], pair["new"]["revision"]) == ("v1", "main")
        sides = [pair["old"]["path"], pair["new"]["path"]]
        assert not [path for path in sides if ":" in path or not path.startswith("go/testdata/")]
        at = [(each["old_location"], each["new_location"]) for each in pair["findings"]]
        assert {place["path"] for both in at for place in both if place} <= set(sides)
    tree = json.loads(run(capsys, "v1", "--format", "json")[1])
    assert tree["old"] == {"revision": "v1"}
    assert "revision" not in tree["new"]
    assert {"revision" in pair["new"] for pair in tree["pairs"]} == {False}


def test_one_file_by_its_name_in_git(
    top: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = "go/testdata/finish-reason-changed/trip.yaml"
    report = json.loads(run(capsys, f"v1:{path}", path, "--format", "json")[1])
    assert (report["old"], report["new"]) == ({"path": path, "revision": "v1"}, {"path": path})
    monkeypatch.chdir(top / "go")
    report = json.loads(run(capsys, f"v1:{path}", f"HEAD:./{path[3:]}", "--format", "json")[1])
    assert report["old"] == {"path": path[3:], "revision": "v1"}
    assert report["new"] == {"path": path[3:], "revision": "HEAD"}


def ways(top: Path) -> list[tuple[str, ...]]:
    """The same comparison, typed otherwise."""
    old, new = git(top, "rev-parse", "v1"), git(top, "rev-parse", "main")
    return [
        ("main^..main",),
        (f"{old}..{new}",),
        ("v1...main",),
        ("v1",),
        ("v1", "go"),
        ("v1", "./go/testdata/"),
        ("v1..HEAD", "go/../go/testdata"),
    ]


def test_a_baseline_knows_its_findings_however_they_are_asked_for(
    top: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = str(tmp_path / "base.json")
    every = ways(top)
    for number, written in enumerate(every):
        assert run(capsys, *written, "--write-baseline", base)[0] == 0
        for read in every if THOROUGH else (every[number - 1], every[number - 3]):
            assert (read, run(capsys, *read, "--baseline", base, "--fail-on", "cosmetic")[0]) == (read, 0)
    monkeypatch.chdir(top / "go")
    assert run(capsys, "v1..main", "--baseline", base, "--fail-on", "cosmetic")[0] == 0
    pair = ("v1:go/testdata/finish-reason-changed/trip.yaml", "testdata/finish-reason-changed/trip.yaml")
    assert run(capsys, *pair, "--baseline", base)[0] == 0
    assert run(capsys, *pair)[0] == 1
    accepted = json.loads(Path(base).read_text(encoding="utf-8"))["accepted"]
    assert {row["file"].partition("/")[0] for row in accepted} == {"go"}


def test_a_baseline_of_folders_knows_them_by_any_path(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(samples / "suite", tmp_path / "suite")
    monkeypatch.chdir(tmp_path)
    base = str(tmp_path / "base.json")
    assert run(capsys, "./suite/old", "./suite/new/", "--write-baseline", base)[0] == 0
    for folders in (("suite/old", "suite/new"), (str(tmp_path / "suite" / "old"), str(tmp_path / "suite" / "new"))):
        assert run(capsys, *folders, "--baseline", base, "--fail-on", "cosmetic")[0] == 0


def test_a_baseline_knows_what_is_gone(top: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    base = str(tmp_path / "base.json")
    (top / "go" / "testdata" / PAIRS[0] / "trip.yaml").unlink()
    assert run(capsys, "main")[0] == 1
    run(capsys, "main", "--write-baseline", base)
    assert run(capsys, "main", "--baseline", base)[0] == 0


# --- no success ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("v1..main", "go/nowhere"), 2, "go/nowhere: no side has such a file or folder"),
        (("v1", "main"), 2, "main: no side has such a file or folder; to compare two revisions write v1..main"),
        (
            ("v1..main", "go/testdata/models/opus-3"),
            2,
            "nothing was compared (recordings only in v1: 1, only in main: 0;",
        ),
        (("v1..main", "go/nowhere", "--allow-empty"), 0, ""),
        (("v1..main", "go/testdata/models/opus-4", "--allow-empty"), 0, ""),
        (("v1..main", "go/testdata/models/opus-3", "--allow-empty"), 1, ""),
    ],
)
def test_nothing_compared_is_no_success(
    top: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], status: int, message: str
) -> None:
    found, _, err = run(capsys, *words)
    assert (found, message in err, bool(err)) == (status, True, bool(message))


def test_folders_of_other_scenarios_are_not_compared(
    tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for side, name in (("old", "text-reworded"), ("new", "nothing-but-noise")):
        (tmp_path / side).mkdir()
        shutil.copy(samples / "drift" / name / "old.yaml", tmp_path / side / f"{name}.yaml")
    status, out, err = run(capsys, str(tmp_path / "old"), str(tmp_path / "new"))
    assert status == 2
    assert "0 recordings compared; 1 added, 1 removed" in " ".join(out.split())
    assert err == (
        f"cassette: nothing was compared (recordings only in {tmp_path}/old: 1, only in {tmp_path}/new: 1; no two of them"
        " are of one scenario); --allow-empty takes that for success\n"
    )


def test_another_suffix_is_the_same_recording(
    tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for side, suffix in (("old", "yml"), ("new", "yaml")):
        (tmp_path / side).mkdir()
        shutil.copy(samples / "readme" / f"{side}.yaml", tmp_path / side / f"walk.{suffix}")
    report = json.loads(run(capsys, str(tmp_path / "old"), str(tmp_path / "new"), "--format", "json")[1])
    assert len(report["pairs"]) == 1
    assert report["summary"]["breaking"] == 1


def test_a_shallow_clone_says_how_to_fetch_the_base(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-tags", top.as_uri(), str(clone))
    monkeypatch.chdir(clone)
    fetch = (
        "this clone is shallow (it has only the last commits): fetch the rest with `git fetch --unshallow`, or check out"
        " with `fetch-depth: 0` in GitHub Actions and `GIT_DEPTH: 0` in GitLab CI"
    )
    for words in ("v1..main", "HEAD^", "v1...main"):
        status, out, err = run(capsys, words)
        missing = words.partition("..")[0]
        assert (status, out) == (2, "")
        assert err == f"cassette: error: {missing!r} is no file, folder or revision here; {fetch}\n"
    git(clone, "fetch", "-q", "--unshallow")
    assert run(capsys, "HEAD^")[0] == 1


def test_histories_without_a_common_commit(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(top, "checkout", "-q", "--orphan", "apart")
    git(top, "commit", "-q", "-m", "alone")
    status, out, err = run(capsys, "main...apart")
    assert (status, out) == (2, "")
    assert err == (
        "cassette: error: main...apart: the two have no common ancestor here; compare the two themselves with two dots in"
        " the place of three\n"
    )


def test_a_branch_that_only_the_remote_has_is_named(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(top, "branch", "base", "v1")
    git(tmp_path, "clone", "-q", top.as_uri(), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    assert run(capsys, "base...")[2] == (
        "cassette: error: 'base' is no file, folder or revision here; there is origin/base\n"
    )
    assert run(capsys, "origin/base...")[0] == 1


def test_outside_of_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "main")[2] == (
        "cassette: error: 'main' is no file, folder or revision here; this folder is in no git repository\n"
    )


# --- one summary -----------------------------------------------------------------------------------------------------


def test_every_format_counts_alike(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (top / "go" / "testdata" / "same.yaml").write_bytes((top / "go/testdata/models/opus-4/walk.yaml").read_bytes())
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "three")
    report = json.loads(run(capsys, "v1", "--format", "json")[1])
    quiet = sum(
        not any(count for level, count in pair["summary"].items() if level != "noise") for pair in report["pairs"]
    )
    worst = [cell["level"] for cell in report["matrix"]]
    told = [
        f"{worst.count(level)} {level}" for level in ("breaking", "behavior", "shape", "cosmetic") if level in worst
    ]
    told += [f"{quiet} without drift"] if quiet else []
    head = f"{len(report['pairs'])} recordings compared, each by its gravest change: {', '.join(told)}"
    for name in ("text", "markdown", "html"):
        out = " ".join(run(capsys, "v1", "--format", name)[1].split())
        assert out.count(head) == 1, name
