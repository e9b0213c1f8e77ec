"""`action.yml`, run as GitHub runs it: on the merge commit of a pull request, with its comments in a server of ours."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .api_server import TOKEN, Api
from .jobs import ACTION, PATH, Job, Repository, git, run_action

COMMENTS = "/repos/acme/tides/issues/7/comments"
REPORTS = [
    "codequality.json",
    "drift.gitlab.json",
    "drift.html",
    "drift.junit.xml",
    "drift.md",
    "drift.sarif",
    "lint.gitlab.json",
    "lint.junit.xml",
    "lint.md",
    "lint.sarif",
]
DRIFT = "### cassette diff: a client can fail on 1 of 2 recordings"
LINT = "### cassette lint: 1 warning in 2 files"
PAGE = "\n\n[The whole report](https://github.example/acme/tides/actions/runs/99)\n"
Run = Callable[..., Job]


@pytest.fixture
def run(repository: Repository, tmp_path: Path, api: Api) -> Run:
    """One run of the action for the pull request; each has a checkout of its own, and the runner's folder again."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    count = 0

    def run(*, depth: int = 0, ref: str = "refs/pull/7/merge", **words: Any) -> Job:
        nonlocal count
        count += 1
        environment = {
            "TOKEN": TOKEN,
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": api.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "acme/tides",
            "GITHUB_RUN_ID": "99",
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF_NAME": "7/merge",
            "GITHUB_EVENT_PATH": str(event),
            **words.pop("environment", {}),
        }
        folder = repository.checked_out(tmp_path / f"checkout{count}", ref, depth)
        return run_action(folder, tmp_path / "runner", environment, **words)

    return run


def test_a_pull_request_that_drifts(run: Run, api: Api, tmp_path: Path) -> None:
    job = run(sarif="true")
    assert job.statuses() == {"install": 0, "lint": 1, "drift": 1, "comment": 0}
    said = "\n".join(job.commands("lint") + job.commands("drift"))
    assert re.findall(r"^::(\w+) file=(.*?),line=(\d+),.*?title=([a-z-]+)::", said, re.MULTILINE) == [
        ("warning", PATH, "26", "cookie-recorded"),
        ("error", PATH, "21", "finish-reason-changed"),
        ("warning", PATH, "3", "request-parameter-changed"),
    ]
    assert said.count("::") == 6  # nothing but these
    assert [line for line in job.summary.splitlines() if line.startswith("#")] == [LINT, DRIFT]
    assert sorted(os.listdir(tmp_path / "runner" / "cassette-reports")) == REPORTS
    (comment,) = api.texts(COMMENTS)
    assert comment.startswith(f"<!-- cassette: cassette -->\n\n{DRIFT}\n")
    assert comment.endswith(PAGE)
    assert [line for line in comment.splitlines() if line.startswith("###")] == [DRIFT, LINT]
    reports = str(tmp_path / "runner" / "cassette-reports")
    assert [(name.partition("@")[0], *given.values()) for name, given in job.uses] == [
        ("actions/upload-artifact", "cassette-reports", reports, "ignore"),
        ("github/codeql-action/upload-sarif", f"{reports}/lint.sarif", "cassette-lint"),
        ("github/codeql-action/upload-sarif", f"{reports}/drift.sarif", "cassette-drift"),
    ]
    assert json.loads((tmp_path / "runner" / "cassette-reports" / "drift.sarif").read_text())["runs"][0]["results"]


def test_the_comment_updates_itself(run: Run, api: Api, repository: Repository, old: bytes) -> None:
    """Two pushes, one comment: drift, and none."""
    run()
    repository.commit({PATH: old, "README.md": b"the tides\n"})
    repository.merge()
    job = run()
    assert job.statuses() == {"install": 0, "lint": 0, "drift": 0, "comment": 0}
    (comment,) = api.texts(COMMENTS)
    headings = [line for line in comment.splitlines() if line.startswith("###")]
    assert headings == ["### cassette diff: no drift in all 2 recordings", "### cassette lint: no findings in 2 files"]
    assert [method for method, _path in api.writing()] == ["POST", "PATCH"]


def test_the_first_recordings_of_a_project_are_no_error(run: Run, repository: Repository, old: bytes) -> None:
    git(repository.clone, "checkout", "--quiet", "main")
    repository.commit({PATH: None, "tests/cassettes/late.yaml": None})
    git(repository.clone, "checkout", "--quiet", "-B", "upgrade")
    git(repository.clone, "push", "--quiet", "--force", "origin", "upgrade")
    repository.commit({PATH: old})
    repository.merge()
    assert run().statuses() == {"install": 0, "lint": 0, "drift": 0, "comment": 0}


# --- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_shallow_checkout_is_told_with_what_to_do(run: Run, api: Api) -> None:
    job = run(depth=1)
    assert job.statuses() == {"install": 0, "lint": 1, "drift": 2, "comment": 0}
    (line,) = job.commands("drift")
    assert line.startswith("::error title=cassette::cassette: error: 'origin/main' is no file, folder or revision here")
    assert "check out with `fetch-depth: 0` in GitHub Actions" in line
    (comment,) = api.texts(COMMENTS)
    assert "### cassette diff: it could not run\n\n    cassette: error: 'origin/main'" in comment
    assert LINT in comment


def test_an_api_that_fails_takes_nothing_with_it(run: Run, api: Api) -> None:
    """As in a pull request from a fork: the reports are as without it, and the job says where they are."""
    api.failing = 403
    job = run()
    assert job.statuses() == {"install": 0, "lint": 1, "drift": 1, "comment": 0}
    assert [line for line in job.summary.splitlines() if line.startswith("#")] == [LINT, DRIFT]
    (line,) = job.commands("comment")
    assert line.startswith(f"::warning title=cassette::the comment could not be written: POST {COMMENTS} was answered")
    assert len(job.uses) == 1  # the artifact


# --- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "statuses"),
    [
        ({"fail_on": "never", "lint_fail_on": "never"}, (0, 0)),
        ({"fail_on": "breaking", "lint_fail_on": "error"}, (0, 1)),
        ({"paths": "tests/cassettes/late.yaml\n README.md \n", "fail_on": "noise"}, (1, 0)),  # README.md is no cassette
        ({"base": "origin/main..origin/main"}, (1, 0)),  # nothing differs from itself
        ({"fail_on": "sometimes", "lint_fail_on": "always"}, (2, 2)),
        ({"paths": "tests/cassettes\nnowhere"}, (2, 1)),  # what was to be looked at is not there
        ({"base": "v9"}, (1, 2)),
        ({"paths": "$(touch pwned)\n`touch pwned`; touch pwned\n--force"}, (2, 0)),  # words, never commands or options
    ],
)
def test_inputs(inputs: dict[str, str], statuses: tuple[int, int], run: Run, tmp_path: Path) -> None:
    job = run(comment="false", **inputs)
    assert (job.steps["lint"].status, job.steps["drift"].status) == statuses, job.steps
    assert list(tmp_path.rglob("pwned")) == []


def test_without_the_comment_nothing_is_asked_of_the_api(run: Run, api: Api) -> None:
    job = run(comment="false")
    assert (job.statuses(), api.asked) == ({"install": 0, "lint": 1, "drift": 1}, [])


def test_what_lies_in_the_checkout_is_not_run(run: Run, repository: Repository) -> None:
    """A pull request may hold modules of any name."""
    bad = b"raise SystemExit('run by the pull request')\n"
    repository.commit(dict.fromkeys(("json.py", "cassette_tools/__init__.py", "sitecustomize.py", "ruamel.py"), bad))
    repository.merge()
    assert run().statuses() == {"install": 0, "lint": 1, "drift": 1, "comment": 0}


def test_a_push_is_compared_with_what_was_there_before(
    run: Run, api: Api, repository: Repository, tmp_path: Path
) -> None:
    event = tmp_path / "push.json"
    event.write_text(json.dumps({"before": git(repository.clone, "rev-parse", "HEAD~")}))
    environment = {"GITHUB_BASE_REF": "", "GITHUB_EVENT_PATH": str(event)}
    job = run(ref="refs/heads/upgrade", environment=environment)
    assert job.statuses() == {"install": 0, "lint": 1, "drift": 1, "comment": 0}
    assert job.steps["comment"].err.startswith("cassette: this job belongs to no pull request")
    event.write_text(json.dumps({"before": "0" * 40}))  # a new branch
    job = run(ref="refs/heads/upgrade", environment=environment)
    assert (job.steps["drift"].status, api.asked) == (0, [])
    assert job.steps["drift"].err.startswith("cassette: no pull request and no commit before this one")


# --- the file itself -------------------------------------------------------------------------------------------------


def test_it_installs_itself(repository: Repository, tmp_path: Path, api: Api) -> None:
    """The step that installs, with pip itself, which gets what it needs from the environment of the tests."""
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_COMPILE": "0",  # of the package, the steps need a part
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it so that this is without isolation
        "GITHUB_ACTIONS": "true",
    }
    pytest.importorskip("hatchling", reason="it builds the package")
    folder = repository.checked_out(tmp_path / "checkout")
    job = run_action(folder, tmp_path / "runner", offline, install=True, comment="false", base="origin/main")
    assert job.steps["install"].err == ""
    assert job.statuses() == {"install": 0, "lint": 1, "drift": 1}
    assert (tmp_path / "runner" / "cassette" / "cassette_tools" / "ci" / "steps.py").is_file()


@pytest.mark.parametrize("python", ["false", "no-such-python"])
def test_a_python_that_is_too_old_is_told(python: str, repository: Repository, tmp_path: Path) -> None:
    job = run_action(repository.clone, tmp_path / "runner", {}, install=True, python=python)
    assert job.statuses() == {"install": 2}  # and no other step is run
    (line,) = job.commands("install")
    assert line.startswith(
        f"::error title=cassette::{python} is older than Python 3.11, or is not installed: put actions"
    )


def test_other_actions_are_pinned_by_commit() -> None:
    text = (Path(__file__).resolve().parents[2] / "action.yml").read_text(encoding="utf-8")
    uses = re.findall(r"uses: (.*)", text)
    assert len(uses) == 3
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)] == []


def test_no_input_is_written_into_a_script() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert len(scripts) == 4
    assert [script for script in scripts if "${{" in script] == []
