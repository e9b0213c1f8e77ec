"""The step `propose`: recordings that were made anew go to a branch of the bare remote, and into a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cassette_tools.ci.__main__ import main
from cassette_tools.ci.steps import TITLE

from .api_server import TOKEN, Api
from .jobs import PATH, Repository, git

BRANCH = "cassette/rerecorded"
PULLS = "/repos/acme/tides/pulls"
MERGES = "/projects/5/merge_requests"
Night = Callable[..., Path]


@pytest.fixture
def night(repository: Repository, tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch) -> Night:
    """A nightly job on main: a fresh checkout, with what was recorded in it."""
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": api.url,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/tides",
        "GITHUB_RUN_ID": "99",
        "GITHUB_REF_NAME": "main",
        "GITHUB_TOKEN": TOKEN,
        "CASSETTE_PATHS": "tests/cassettes",
        "CASSETTE_REPORTS": str(tmp_path / "reports"),
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("GITHUB_EVENT_PATH", "GITHUB_BASE_REF", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    count = 0

    def night(**recorded: bytes) -> Path:
        nonlocal count
        count += 1
        folder = repository.checked_out(tmp_path / f"night{count}", "refs/heads/main")
        for name, content in recorded.items():
            (folder / "tests" / "cassettes" / f"{name}.yaml").write_bytes(content)
        monkeypatch.chdir(folder)
        return folder

    return night


def of_branch(repository: Repository) -> list[str]:
    """The files that the last commit of the branch changes, and whose it is."""
    said = git(repository.remote, "log", "-1", "--name-only", "--format=%an: %s", BRANCH)
    return [line for line in said.splitlines() if line]


def test_what_changed_becomes_a_pull_request(night: Night, api: Api, repository: Repository, new: bytes) -> None:
    folder = night(noon=new, fresh=new)
    (folder / "log.txt").write_text("not a recording")
    (folder / "README.md").write_text("not one either")
    assert main(["propose"]) == 0
    assert of_branch(repository) == [f"cassette: {TITLE}", "tests/cassettes/fresh.yaml", PATH]
    assert git(repository.remote, "rev-parse", f"{BRANCH}~") == git(repository.remote, "rev-parse", "main")
    (pull,) = api.lists[PULLS]
    assert (pull["title"], pull["head"], pull["base"]) == (TITLE, BRANCH, "main")
    assert pull["body"].startswith(
        "<!-- cassette: cassette -->\n\n### cassette diff: a client can fail on 1 of 2 recordings"
    )


def test_the_next_night_writes_it_anew(night: Night, api: Api, repository: Repository, old: bytes, new: bytes) -> None:
    api.add(PULLS, body="of another branch", head="feature")
    night(noon=new)
    assert main(["propose"]) == 0
    night(noon=new, late=new)
    assert main(["propose"]) == 0
    assert of_branch(repository) == [f"cassette: {TITLE}", "tests/cassettes/late.yaml", PATH]
    assert git(repository.remote, "rev-list", "--count", f"main..{BRANCH}") == "1"  # in the place of the first one
    other, pull = api.texts(PULLS)
    assert (other, "a client can fail on all 2 recordings" in pull) == ("of another branch", True)
    assert api.writing() == [("POST", PULLS), ("PATCH", f"{PULLS}/2")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text, "no recording has changed"),
        (lambda text: text.replace(b"req_5d20", b"req_6e31"), "the recordings changed in noise only"),
    ],
)
def test_nothing_to_propose(
    change: Callable[[bytes], bytes],
    said: str,
    night: Night,
    api: Api,
    repository: Repository,
    old: bytes,
    capfd: pytest.CaptureFixture[str],
) -> None:
    night(noon=change(old))
    assert main(["propose"]) == 0
    assert f"cassette: {said}: nothing is proposed" in capfd.readouterr().err
    assert (api.asked, git(repository.remote, "branch", "--list", BRANCH)) == ([], "")


def test_the_work_of_a_person_is_not_lost(
    night: Night, api: Api, repository: Repository, new: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """Who mends a test on the branch finds it as it was."""
    night(noon=new)
    assert main(["propose"]) == 0
    git(repository.clone, "fetch", "--quiet")
    git(repository.clone, "checkout", "--quiet", "-b", BRANCH, f"origin/{BRANCH}")
    commit = repository.commit({"test_noon.py": b"pass\n"})
    night(noon=new, late=new)
    assert main(["propose"]) == 2
    expected = (
        f"cassette: error: {BRANCH} has commits of nobody@example.invalid, which would be lost: merge that branch"
    )
    assert expected in capfd.readouterr().err
    assert git(repository.remote, "rev-parse", BRANCH) == commit


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CASSETTE_PATHS": ""}, "CASSETTE_PATHS is empty: name the recordings that may be committed"),
        ({"GITHUB_TOKEN": ""}, "the pull request could not be written: GITHUB_TOKEN is empty"),
        (
            {"GITHUB_API_URL": "http://127.0.0.1:9"},
            "the pull request could not be written: GET /repos/acme/tides/pulls",
        ),
        ({"CASSETTE_BRANCH": "no..such"}, "git push: "),
    ],
)
def test_what_goes_wrong(
    environment: dict[str, str],
    said: str,
    night: Night,
    new: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Without the pull request nobody sees the branch: the night must not look green."""
    night(noon=new)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["propose"]) == 2
    assert said in capfd.readouterr().err


def test_a_recording_that_cannot_be_read_is_not_proposed(night: Night, api: Api, repository: Repository) -> None:
    night(noon=b"interactions:\n- request: [")
    assert main(["propose"]) == 2
    assert (api.asked, git(repository.remote, "branch", "--list", BRANCH)) == ([], "")


def test_a_merge_request_of_gitlab(night: Night, api: Api, new: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS")
    variables = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": api.url,
        "CI_PROJECT_ID": "5",
        "CI_COMMIT_BRANCH": "main",
        "CASSETTE_TOKEN": TOKEN,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    night(noon=new)
    assert main(["propose"]) == 0
    night(noon=new, late=new)
    assert main(["propose"]) == 0
    (request,) = api.lists[MERGES]
    assert (request["title"], request["source_branch"], request["target_branch"]) == (TITLE, BRANCH, "main")
    assert "a client can fail on all 2 recordings" in request["description"]
    assert api.writing() == [("POST", MERGES), ("PUT", f"{MERGES}/1")]


def test_a_summary_gets_the_report(night: Night, new: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary: Any = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    night(noon=new)
    assert main(["propose"]) == 0
    assert summary.read_text().startswith("### cassette diff: a client can fail on 1 of 2 recordings")
    assert json.loads((tmp_path / "reports" / "drift.sarif").read_text())["runs"][0]["results"]


def test_reports_are_not_written_where_a_link_leads(
    night: Night, new: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A checkout may have a link of the folder's name."""
    folder = night(noon=new)
    monkeypatch.setenv("CASSETTE_REPORTS", "cassette-reports")
    (tmp_path / "elsewhere").mkdir()
    (folder / "cassette-reports").symlink_to(tmp_path / "elsewhere")
    assert main(["propose"]) == 2
    assert capfd.readouterr().err == (
        "cassette: error: cassette-reports is a link: name a folder for the reports by CASSETTE_REPORTS\n"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []
