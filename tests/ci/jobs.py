"""A job of each CI system on a scratch repository with a bare remote: the files of the project that a job is made of are
read, and what they say is run by a shell.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
IDENTITY = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false")
PATH = "tests/cassettes/noon.yaml"


def git(top: Path, *words: str) -> str:
    done = subprocess.run(("git", *IDENTITY, *words), cwd=top, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass
class Repository:
    """A bare remote, and the clone of a developer."""

    remote: Path
    clone: Path

    def commit(self, files: Mapping[str, bytes | None]) -> str:
        """Write files (``None`` deletes), commit them, push the branch; the commit's name."""
        for name, content in files.items():
            path = self.clone / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--message", "next")
        git(self.clone, "push", "--quiet", "origin", "HEAD")
        return git(self.clone, "rev-parse", "HEAD")

    def merge(self) -> None:
        """What GitHub keeps for a pull request: its branch merged into main, as refs/pull/7/merge."""
        branch = git(self.clone, "rev-parse", "--abbrev-ref", "HEAD")
        git(self.clone, "checkout", "--quiet", "--detach", "origin/main")
        git(self.clone, "merge", "--quiet", "--no-ff", "--message", "merge", branch)
        git(self.clone, "push", "--quiet", "--force", "origin", "HEAD:refs/pull/7/merge")
        git(self.clone, "checkout", "--quiet", branch)

    def checked_out(self, folder: Path, ref: str = "refs/pull/7/merge", depth: int = 0) -> Path:
        """The checkout of a job, as actions/checkout makes it."""
        folder.mkdir()
        git(folder, "init", "--quiet", "--template=")
        git(folder, "remote", "add", "origin", self.remote.as_uri())
        if depth:
            git(folder, "fetch", "--quiet", f"--depth={depth}", "origin", ref)
        else:
            git(folder, "fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", ref)
        git(folder, "checkout", "--quiet", "--detach", git(folder, "ls-remote", "origin", ref).split()[0])
        return folder


def repository_in(folder: Path) -> Repository:
    remote, clone = folder / "remote.git", folder / "clone"
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "--template=", str(remote))
    git(folder, "clone", "--quiet", "--template=", str(remote), str(clone))
    git(clone, "checkout", "--quiet", "-B", "main")
    return Repository(remote, clone)


def copied(repository: Repository, folder: Path) -> Repository:
    """The same repository, and one of its own."""
    copy = Repository(folder / "remote.git", folder / "clone")
    shutil.copytree(repository.remote, copy.remote)
    shutil.copytree(repository.clone, copy.clone)
    git(copy.clone, "remote", "set-url", "origin", str(copy.remote))
    return copy


@dataclass
class Step:
    """What a step came to."""

    status: int
    out: str
    err: str
    outputs: dict[str, str]


@dataclass
class Job:
    """What a job came to: its steps by name, and what was appended to the summary."""

    steps: dict[str, Step] = field(default_factory=dict)
    summary: str = ""
    uses: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def statuses(self) -> dict[str, int]:
        return {name: step.status for name, step in self.steps.items()}

    def commands(self, name: str) -> list[str]:
        """The workflow commands that a step printed."""
        return [line for line in self.steps[name].out.splitlines() if line.startswith("::")]


def clean(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a job: nothing of the CI system that may run these tests."""
    own = ("GITHUB_", "GITLAB_", "CI", "CASSETTE_", "RUNNER_", "GIT_", "PYTHONPATH", "INPUT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, "CASSETTE_CACHE_DIR": os.environ.get("CASSETTE_CACHE_DIR", ""), **extra}


def run_action(
    folder: Path, temporary: Path, environment: Mapping[str, str], *, install: bool = False, **inputs: str
) -> Job:
    """Run the steps of action.yml. Without `install` cassette is that of this checkout; steps that use other actions
    are not run, but what they are given is kept.
    """
    job = Job()
    temporary.mkdir(exist_ok=True)
    summary = temporary / "summary.md"
    known: dict[str, Any] = {
        "github": {"token": environment.get("TOKEN", "")},
        "runner": {"temp": str(temporary)},
        "steps": {},
    }
    known["inputs"] = {name: _filled(text, known) for name, text in _inputs(inputs).items()}
    if not install:
        (temporary / "cassette").mkdir(exist_ok=True)
        for name in ("cassette_tools", "schemas"):
            link = temporary / "cassette" / name
            if not link.exists():
                link.symlink_to(ROOT / name)
    for step in ACTION["runs"]["steps"]:
        if not _condition(step.get("if", "true"), known):
            continue
        if "uses" in step:
            job.uses.append((step["uses"], {name: _filled(text, known) for name, text in step["with"].items()}))
            continue
        outputs = temporary / f"{step['id']}.outputs"
        variables = {name: _filled(text, known) for name, text in step.get("env", {}).items()}
        if step["id"] == "install" and not install:
            done = subprocess.CompletedProcess((), 0, "", "")
        else:
            done = subprocess.run(
                ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]),  # as GitHub runs `shell: bash`
                cwd=folder,
                env=clean(
                    {
                        **environment,
                        "GITHUB_ACTION_PATH": str(ROOT),
                        "RUNNER_TEMP": str(temporary),
                        "GITHUB_STEP_SUMMARY": str(summary),
                        "GITHUB_OUTPUT": str(outputs),
                        **variables,
                    }
                ),
                capture_output=True,
                text=True,
                check=False,
            )
        said = outputs.read_text() if outputs.exists() else ""
        found = Step(done.returncode, done.stdout, done.stderr, dict(line.split("=", 1) for line in said.splitlines()))
        outputs.unlink(missing_ok=True)
        job.steps[step["id"]] = found
        outcome = "failure" if found.status else "success"
        known["steps"][step["id"]] = {"outcome": outcome, "outputs": found.outputs}
    job.summary = summary.read_text(encoding="utf-8") if summary.exists() else ""
    summary.unlink(missing_ok=True)
    return job


def _inputs(given: Mapping[str, str]) -> dict[str, str]:
    """The inputs by name; those that nobody gives are as the action says."""
    said = {name.replace("_", "-"): text for name, text in given.items()}
    assert said.keys() <= ACTION["inputs"].keys()
    usual = {name: row["default"] for name, row in ACTION["inputs"].items()}
    return {**usual, "python": sys.executable, **said}


def _filled(text: str, known: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{\{ *(.*?) *\}\}", lambda found: str(_value(found[1], known)), text)


def _value(expression: str, known: Mapping[str, Any]) -> Any:
    value: Any = known
    for name in expression.split("."):
        value = value.get(name, "") if value else ""
    return value


def _condition(text: str, known: Mapping[str, Any]) -> bool:
    """The few words of GitHub's expressions that action.yml uses."""
    inner = text.removeprefix("${{").removesuffix("}}").strip()
    return all(_holds(each.strip(), known) for each in inner.split("&&"))


def _holds(term: str, known: Mapping[str, Any]) -> bool:
    if term in ("true", "!cancelled()"):
        return True
    name, operator, value = term.split(" ")
    assert operator in ("==", "!=")
    return (_value(name, known) == value.strip("'")) is (operator == "==")


def run_gitlab(folder: Path, environment: Mapping[str, str]) -> Step:
    """Run the job of ci/gitlab.yml: its commands are one script, as the runner makes one of them."""
    job = GITLAB["cassette"]
    script = "\n".join((*job["before_script"], *job["script"]))
    python = folder.parent / "bin"
    python.mkdir(exist_ok=True)
    for name, text in (("python", f'exec "{sys.executable}" "$@"'), ("pip", 'echo "$@" > "$0.words"')):
        (python / name).write_text(f"#!/bin/sh\n{text}\n")
        (python / name).chmod(0o755)
    variables = {name: str(value) for name, value in job["variables"].items()}
    paths = {"PATH": f"{python}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script),
        cwd=folder,
        env=clean({**variables, "GITLAB_CI": "true", **paths, **environment}),
        capture_output=True,
        text=True,
        check=False,
    )
    return Step(done.returncode, done.stdout, done.stderr, {})
