"""git shows recordings by `cassette`: the commands of docs/git.md, run by git itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "git.md").read_text(encoding="utf-8"), re.DOTALL)
TRIP = "cassettes/trip.yaml"


class Repository:
    """A repository whose work tree holds a newer recording than its commit."""

    def __init__(self, folder: Path, samples: Path) -> None:
        self.folder = folder
        self.samples = samples
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.com",
        }
        self.run("git init -q -b main .")
        (folder / ".gitattributes").write_text("cassettes/* diff=cassette\n")
        self.record("readme/old.yaml")
        self.run("git add . && git commit -q -m old")
        self.record("readme/new.yaml")

    def record(self, sample: str, name: str = TRIP) -> None:
        (self.folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(self.samples / sample, self.folder / name)

    def run(self, command: str, status: int = 0) -> str:
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    def cassette(self, words: str, status: int) -> str:
        return self.run(f"cassette {words}", status)


@pytest.fixture
def repository(tmp_path: Path, samples: Path) -> Repository:
    if shutil.which("git") is None or os.name != "posix":
        pytest.skip("git is not installed")
    return Repository(tmp_path, samples)


def test_textconv_compares_conversations(repository: Repository) -> None:
    repository.run(RECIPES[0])
    changed = [line for line in repository.run("git diff").splitlines() if line[:1] in "+-" and line[1:2] == " "]
    assert changed == [
        "-  max_tokens 400 · stream true · include_usage true · tools: get_weather",
        "+  max_tokens 20 · stream true · include_usage true · tools: get_weather",
        "-  max_tokens 400 · stream true · include_usage true · tools: get_weather",
        "+  max_tokens 20 · stream true · include_usage true · tools: get_weather",
        "-    It is 31 °C in Évora under a clear sky, with a light wind of 9 km/h. Take water and a hat.",
        "-  finish: stop",
        "-  usage: 112 in · 31 out",
        "+    It is 31 °C in Évora under a clear sky, with a light wind",
        "+  finish: length",
        "+  usage: 112 in · 20 out",
    ]


def test_textconv_can_leave_other_files_as_they_are(repository: Repository) -> None:
    repository.run(RECIPES[1])
    (repository.folder / "cassettes" / "README").write_text("about\n")
    repository.run("git add .")
    shown = repository.run("git diff --cached -- cassettes/README").splitlines()
    assert shown[-1] == "+about"
    assert "+  finish: length" in repository.run("git diff --cached").splitlines()


def test_the_external_diff_is_the_report(repository: Repository) -> None:
    repository.run(RECIPES[2])
    report = repository.run("git diff").splitlines()
    assert (report[0], report[-1]) == (
        TRIP,
        "1 breaking, 1 behavior (17 noise, 2 consequences hidden; --show-noise shows them)",
    )
    repository.run("git commit -q -a -m new")
    between = repository.run("git diff HEAD~1 HEAD").splitlines()
    assert (between[0], between[-1]) == (report[0], report[-1])


def test_the_external_diff_leaves_other_files_as_they_are(repository: Repository) -> None:
    repository.run(RECIPES[2])
    notes = repository.folder / "cassettes" / "notes.yaml"
    notes.write_text("a: 1\n")
    repository.run("git add . && git commit -q -m notes")
    notes.write_text("a: 2\n")
    assert repository.run("git diff -- cassettes/notes.yaml").splitlines()[3:] == ["@@ -1 +1 @@", "-a: 1", "+a: 2"]


def test_texts_that_git_kept_are_made_again_when_asked(repository: Repository) -> None:
    repository.run(RECIPES[0])
    repository.run("git commit -q -a -m new && git diff HEAD~1 HEAD")
    (forget,) = re.findall(r"`(git update-ref [^`]*)`", (ROOT / "docs" / "git.md").read_text(encoding="utf-8"))
    reference = forget.rpartition(" ")[2]
    assert repository.run(f"git rev-parse --verify -q {reference}") != ""
    repository.run(forget)
    assert repository.run(f"git rev-parse --verify -q {reference}", 1) == ""


def test_a_file_that_is_new_or_gone_has_no_other_side(repository: Repository) -> None:
    repository.run(RECIPES[2])
    repository.record("readme/new.yaml", "cassettes/second.yaml")
    repository.run(f"git add . && git rm -q --cached {TRIP}")
    report = repository.run("git diff --cached --no-renames").splitlines()
    told = [line.split() for line in report if line.startswith("  ")]
    assert [(words[0], words[2:]) for words in told] == [
        ("shape", ["the", "recording", "is", "new"]),
        ("behavior", ["the", "recording", "is", "gone"]),
    ]
    assert told[0][1] == "cassettes/second.yaml:"
    assert told[1][1].endswith("trip.yaml:")


def test_difftool_prints_the_report(repository: Repository) -> None:
    repository.run(RECIPES[3])
    report = repository.run("git difftool --tool cassette").splitlines()
    assert report[-1] == "1 breaking, 1 behavior (17 noise, 2 consequences hidden; --show-noise shows them)"


def test_files_by_their_names_in_git(repository: Repository) -> None:
    assert repository.cassette(f"diff main:{TRIP} {TRIP} --quiet", 1).splitlines()[:2] == [
        f"old             main:{TRIP}",
        f"new             {TRIP}",
    ]
    repository.run("git commit -q -a -m new")
    assert repository.cassette(f"diff HEAD:{TRIP} {TRIP} --quiet", 0) == ""


def test_an_unfinished_merge_is_named_and_its_sides_can_be_compared(repository: Repository) -> None:
    repository.run("git checkout -q -b topic && git commit -q -a -m new && git checkout -q main")
    path = repository.folder / TRIP
    path.write_text(path.read_text(encoding="utf-8").replace('"max_tokens":400', '"max_tokens":500'), encoding="utf-8")
    repository.run("git commit -q -a -m ours")
    repository.run("git merge topic", 1)
    found = repository.cassette(f"lint {TRIP}", 1).splitlines()
    assert [line.split(": ")[:2] for line in found[:-1]] == [[f"{TRIP}:11:1", "error merge-conflict"]]
    sides = repository.cassette(f"diff :2:{TRIP} :3:{TRIP}", 1).splitlines()
    assert "    max_tokens 500 became 20, in 2 calls" in sides
