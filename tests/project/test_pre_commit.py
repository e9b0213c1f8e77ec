"""The hooks as pre-commit runs them, on a repository with cassettes and much that only looks like them.

The hooks of `.pre-commit-hooks.yaml` become local ones of `language: system`, so that nothing is fetched; all else is as it is.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
GOOD = (SAMPLES / "rules" / "cookie-recorded" / "good.yaml").read_bytes()
BAD = (SAMPLES / "rules" / "cookie-recorded" / "bad.yaml").read_bytes()
OTHERS = {
    "docker-compose.yml": "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n",
    "deploy/fixtures/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n---\nkind: Service\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    steps:\n    - run: echo requests\n",
    "api/testdata/openapi.yaml": "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        '200': {description: ok}\n",
    "tests/fixtures/users.json": '[{"name": "Maja", "requests": []}]\n',
    "tests/fixtures/list.yaml": "- a\n- b\n",
    "tests/cassettes/notes.md": "interactions\n",
    # Not well-formed, and no cassettes: to say so is another hook's work.
    "deploy/fixtures/chart.yaml": "metadata:\n  name: {{ .Values.name }}\n{{- if .Values.x }}\n  a: b\n{{- end }}\n",
    "tests/fixtures/tsconfig.json": '{\n  // a note\n  "a": 1,\n}\n',
    "tests/fixtures/broken.json": '{"a": [1, 2',
}


def git(*words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *words], check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which everything is added, with the hooks configured."""
    pytest.importorskip("pre_commit", reason="pre-commit runs the hooks")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        program, *words = shlex.split(hook["entry"])
        assert program == "cassette"
        hook.update(language="system", entry=shlex.join([sys.executable, "-m", "cassette_tools", *words]))
    configuration = {"repos": [{"repo": "local", "hooks": hooks}]}
    (work / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    for name, text in OTHERS.items():
        put(name, text.encode())
    git("init", "-q", ".")
    git("add", ".")
    return tmp_path


def put(name: str, content: bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def pre_commit(repository: Path, *words: str) -> tuple[int, str]:
    """Status and output of ``pre-commit run``, which keeps what it knows beside the repository."""
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(repository / "home"),
        "PYTHONPATH": str(ROOT),
        "CASSETTE_CACHE_DIR": str(repository / "cache"),
        "NO_COLOR": "1",
    }
    command = [sys.executable, "-m", "pre_commit", "run", "--color", "never", "--verbose", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_what_is_no_cassette_is_passed_over(repository: Path) -> None:
    status, said = pre_commit(repository, "--all-files")
    assert status == 0, said
    assert "no findings in 0 files" in said
    assert "skipped 7 unsupported files" in said


def test_a_cassette_is_looked_at_and_nothing_else(repository: Path) -> None:
    put("tests/cassettes/good.yaml", GOOD)
    put("tests/cassettes/lines.yaml", GOOD.replace(b"\n", b"\r\n"))
    git("add", ".")
    status, said = pre_commit(repository, "cassette-lint")
    assert status == 0, said
    assert "no findings in 2 files" in said
    put("tests/cassettes/bad.yaml", BAD.replace(b"\n", b"\r\n"))
    put("elsewhere/bad.yaml", BAD)  # not where cassettes are
    git("add", ".")
    status, said = pre_commit(repository, "cassette-lint")
    assert status == 1
    assert "tests/cassettes/bad.yaml:31:9: warning cookie-recorded" in said
    assert "1 finding (1 warning) in 3 files" in said


def test_a_cassette_that_is_not_well_formed_is_a_finding(repository: Path) -> None:
    put("tests/cassettes/cut.yaml", GOOD[: GOOD.index(b"response:") + 40] + b" [")
    git("add", ".")
    status, said = pre_commit(repository, "cassette-lint", "--all-files")
    assert (status, said.count("error yaml-syntax")) == (1, 1)
    assert pre_commit(repository, "cassette-normalize", "--all-files")[0] == 1


def test_cassettes_reach_the_hooks_whatever_their_names_end_in(repository: Path) -> None:
    """pre-commit has no type for most of these."""
    har = (SAMPLES / "formats" / "har" / "chat.har").read_bytes()
    httprr = (SAMPLES / "formats" / "httprr" / "chat.httprr").read_bytes()
    put("tests/cassettes/a/chat.har", har)
    put("pkg/testdata/chat.httprr", httprr)
    git("add", ".")
    _status, said = pre_commit(repository, "cassette-lint", "--all-files")
    assert "in 2 files" in said, said


def test_a_project_with_old_findings_adopts_it(repository: Path) -> None:
    """The whole way: a baseline of what is old, a green hook, and a red one for what is new."""
    put("tests/cassettes/old.yaml", BAD)
    command = [sys.executable, "-m", "cassette_tools", "lint", "--write-baseline", "cassette-baseline.json", "tests"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    put("cassette.toml", b'baseline = "cassette-baseline.json"\n')
    git("add", ".")
    status, said = pre_commit(repository, "cassette-lint", "--all-files")
    assert status == 0, said
    assert "no findings in 1 file; 1 finding in the baseline" in said
    put("tests/cassettes/new.yaml", BAD)
    git("add", ".")
    status, said = pre_commit(repository, "cassette-lint", "--all-files")
    assert (status, said.count("warning cookie-recorded")) == (1, 1)


def test_the_hook_that_rewrites_leaves_line_endings_and_others_alone(repository: Path) -> None:
    path = put("tests/cassettes/lines.yaml", BAD.replace(b"\n", b"\r\n"))
    git("add", ".")
    status, said = pre_commit(repository, "cassette-normalize", "--all-files")
    assert (status, "files were modified by this hook" in said) == (1, True)
    content = path.read_bytes()
    assert (b"Set-Cookie" in content, content.count(b"\n") - content.count(b"\r\n")) == (False, 0)
    assert {name: Path(name).read_text() for name in OTHERS} == OTHERS
    git("add", ".")
    status, said = pre_commit(repository, "--all-files")
    assert status == 0, said
