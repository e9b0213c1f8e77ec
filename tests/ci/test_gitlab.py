"""`ci/gitlab.yml`, run as GitLab runs it: the note in the merge request, and the reports that GitLab reads."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .api_server import TOKEN, Api
from .jobs import GITLAB, PATH, Repository, Step, git, run_gitlab

NOTES = "/projects/5/merge_requests/7/notes"
DRIFT = "### cassette diff: a client can fail on 1 of 2 recordings"
LINT = "### cassette lint: 1 warning in 2 files"
PAGE = "https://gitlab.example/acme/tides/-/jobs/99"
Run = Callable[..., tuple[Step, Path]]


@pytest.fixture
def run(repository: Repository, tmp_path: Path, api: Api) -> Run:
    """One run of the job for the merge request; each has a checkout of its own."""
    count = 0

    def run(**environment: str) -> tuple[Step, Path]:
        nonlocal count
        count += 1
        folder = repository.checked_out(tmp_path / f"checkout{count}", "refs/heads/upgrade")
        variables = {
            "CI_API_V4_URL": api.url,
            "CI_PROJECT_ID": "5",
            "CI_JOB_URL": PAGE,
            "CI_MERGE_REQUEST_IID": "7",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(folder, "merge-base", "origin/main", "HEAD"),
            "CASSETTE_PACKAGE": "git+https://git.example/cassette@0123abc",
            "CASSETTE_TOKEN": TOKEN,
            **environment,
        }
        return run_gitlab(folder, variables), folder

    return run


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("###")]


def test_a_merge_request_that_drifts(run: Run, api: Api, tmp_path: Path) -> None:
    step, folder = run()
    assert step.status == 1
    (note,) = api.texts(NOTES)
    assert note.startswith("<!-- cassette: cassette -->\n\n### cassette diff: ")
    assert headings(note) == [DRIFT, LINT]
    assert note.endswith(f"[The whole report]({PAGE})\n")
    assert headings(step.out) == []
    assert "::error" not in step.out  # commands of GitHub
    assert (tmp_path / "bin" / "pip.words").read_text() == "install --quiet git+https://git.example/cassette@0123abc\n"
    run()
    assert api.texts(NOTES) == [note]
    assert api.writing() == [("POST", NOTES), ("PUT", f"{NOTES}/1")]
    # What `artifacts:` of the job names.
    names = sorted(os.listdir(folder / "cassette-reports"))
    assert [name for name in names if name.endswith(".junit.xml")] == ["drift.junit.xml", "lint.junit.xml"]
    assert GITLAB["cassette"]["artifacts"]["paths"] == ["cassette-reports/"]


def test_the_code_quality_report_is_one_file_with_the_issues_of_both(run: Run) -> None:
    _step, folder = run()
    issues = json.loads((folder / GITLAB["cassette"]["artifacts"]["reports"]["codequality"]).read_text())
    found = [(each["check_name"], each["severity"], each["location"]["path"]) for each in issues]
    assert found == [
        ("cookie-recorded", "minor", PATH),
        ("finish-reason-changed", "critical", PATH),
        ("request-parameter-changed", "major", PATH),
    ]
    assert len({each["fingerprint"] for each in issues}) == 3  # GitLab drops what it has seen


def test_the_junit_reports_have_the_same_failures(run: Run) -> None:
    _step, folder = run()
    failures = []
    for path in sorted(folder.glob(GITLAB["cassette"]["artifacts"]["reports"]["junit"])):
        failures += [(path.name, failure.get("type")) for failure in ET.parse(path).iter("failure")]
    assert [name for name, _type in failures] == ["drift.junit.xml", "drift.junit.xml", "lint.junit.xml"]


def test_the_last_push_that_mends_it(run: Run, api: Api, repository: Repository, old: bytes) -> None:
    run()
    repository.commit({PATH: old, "README.md": b"the tides\n"})
    step, _folder = run()
    assert step.status == 0
    (note,) = api.texts(NOTES)
    assert headings(note) == [
        "### cassette diff: no drift in all 2 recordings",
        "### cassette lint: no findings in 2 files",
    ]


@pytest.mark.parametrize(
    ("environment", "status", "said"),
    [
        (
            {"CASSETTE_TOKEN": ""},
            1,
            "the comment could not be written: CASSETTE_TOKEN is empty; it must be an access token",
        ),
        ({"CI_API_V4_URL": "http://127.0.0.1:9"}, 1, "no answer: [Errno 111] Connection refused"),
        ({"CASSETTE_PACKAGE": ""}, 1, "CASSETTE_PACKAGE: is not set; it says what pip installs"),
        ({"CI_MERGE_REQUEST_DIFF_BASE_SHA": "1" * 40}, 2, "1111' is no file, folder or revision here"),
    ],
)
def test_what_goes_wrong(environment: dict[str, str], status: int, said: str, run: Run) -> None:
    step, _folder = run(**environment)
    assert (step.status, said in step.err) == (status, True), step.err
    assert "Traceback" not in step.err
    assert TOKEN not in step.err


def test_a_push_to_the_default_branch_is_compared_with_what_was_there_before(
    run: Run, api: Api, repository: Repository
) -> None:
    before: dict[str, Any] = {"CI_MERGE_REQUEST_IID": "", "CI_MERGE_REQUEST_DIFF_BASE_SHA": ""}
    step, _folder = run(**before, CI_COMMIT_BEFORE_SHA=git(repository.clone, "rev-parse", "HEAD~"))
    assert (step.status, api.asked) == (1, [])
    assert "a client can fail on 1 of 2 recordings" in step.out
    step, _folder = run(**before, CI_COMMIT_BEFORE_SHA="0" * 40, CASSETTE_LINT_FAIL_ON="never")  # its first push
    assert (step.status, api.asked) == (0, [])
    assert "no merge request and no commit before this one" in step.err
