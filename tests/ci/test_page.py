"""docs/ci.md says what action.yml and ci/gitlab.yml do, its nightly job is run, and all of them are what their readers take."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cassette_tools.cli.app import cassette

from .api_server import TOKEN, Api
from .jobs import ACTION, PATH, ROOT, Repository, clean, git

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
OF_TUTORIAL = [block for block in re.findall(r"```yaml\n(.*?)```", TUTORIAL, re.DOTALL) if "jobs:" in block]
JOB, INCLUDING, NIGHT = (yaml.safe_load(block) for block in BLOCKS)


def test_its_table_has_the_inputs() -> None:
    rows = [f"| `{name}` | {given['description']} |" for name, given in ACTION["inputs"].items()]
    assert re.findall(r"<!-- inputs: begin -->\n(.*)<!-- inputs: end -->", PAGE, re.DOTALL)[0].splitlines() == rows


@pytest.mark.parametrize("workflow", [JOB, *map(yaml.safe_load, OF_TUTORIAL)])
def test_the_job_gives_inputs_that_there_are(workflow: dict[str, Any]) -> None:
    checkout, own = workflow["jobs"]["cassette"]["steps"]
    assert checkout["with"] == {"fetch-depth": 0}
    assert own["with"].keys() <= ACTION["inputs"].keys()


def test_its_commands_have_the_options_that_it_names() -> None:
    commands = [shlex.split(line) for line in PAGE.splitlines() if line.startswith("    cassette ")]
    assert [words[1] for words in commands] == ["lint", "diff"]
    for _program, command, *words in commands:
        known = {name for parameter in cassette.commands[command].params for name in parameter.opts}
        assert [word for word in words if word.startswith("-") and word not in known] == []


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("vendor.github-actions", (ROOT / "action.yml").read_text(encoding="utf-8")),
        ("vendor.gitlab-ci", (ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8")),
        ("vendor.gitlab-ci", BLOCKS[1]),
        ("vendor.github-workflows", BLOCKS[0]),
        ("vendor.github-workflows", BLOCKS[2]),
        *(("vendor.github-workflows", block) for block in OF_TUTORIAL),
    ],
)
def test_it_fits_the_schema_of_its_reader(schema: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "file.yml").write_text(text, encoding="utf-8")
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(tmp_path / "file.yml"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_shell_is_clean() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    scripts = [str(path) for path in sorted((ROOT / "ci").glob("*.sh"))]
    assert len(scripts) == 1
    done = subprocess.run(("shellcheck", *scripts), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_night(repository: Repository, api: Api, tmp_path: Path, new: bytes) -> None:
    """Its steps, one after the other; `pytest` is a program that writes what was recorded."""
    programs, recorded = tmp_path / "bin", tmp_path / "recorded.yaml"
    programs.mkdir()
    recorded.write_bytes(new)
    for name, text in {
        "pip": "exit 0",
        "pytest": f'test "$*" = --record-mode=rewrite && test "$OPENAI_API_KEY" = secret && cp "{recorded}" {PATH}',
        "python": f'exec "{sys.executable}" "$@"',
        "cassette": f'exec "{sys.executable}" -m cassette_tools "$@"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    folder = repository.checked_out(tmp_path / "night", "refs/heads/main")
    known = {"${{ github.token }}": TOKEN, "${{ secrets.OPENAI_API_KEY }}": "secret"}
    host = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": api.url,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/tides",
        "GITHUB_RUN_ID": "99",
        "GITHUB_REF_NAME": "main",
    }
    steps = [step for step in NIGHT["jobs"]["rerecord"]["steps"] if "run" in step]
    assert len(steps) == 4
    for step in steps:
        variables = {name: known.get(value, value) for name, value in step.get("env", {}).items()}
        script = step["run"].replace("<this package>", "cassette-tools")
        done = subprocess.run(
            ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script),
            cwd=folder,
            env=clean({**host, **variables}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (step, done.stdout, done.stderr)
    committed = git(repository.remote, "show", f"cassette/rerecorded:{PATH}")
    assert ("Set-Cookie" in committed, "1577836800" in committed) == (False, True)  # mended, and normal
    (pull,) = api.lists["/repos/acme/tides/pulls"]
    assert "### cassette diff: a client can fail on " in pull["body"]
