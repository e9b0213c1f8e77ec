"""The files around the code: what they promise is there, and nothing in them belongs to one machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from cassette_tools import config
from cassette_tools.cli.app import cassette

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Paths that only one machine has, addresses of package registries, and what asks for one in particular.
MACHINE = re.compile(
    r"/(?:home|Users|root|opt|work|mnt|srv)/(?!marisol|runner/|user/|page)[a-z]|[A-Z]:\\Users\\(?!marisol)|(?:pypi|pythonhosted)\.org|--(?:extra-)?index-url|find-links"
)


def tracked() -> list[Path]:
    """The files that are in the repository, or would be."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)


def test_make_knows_its_targets() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets == [
        "help",
        "demo",
        "test",
        "check",
        "install-peers",
        "peers",
        "pythons",
        "bench",
        "growth",
        "corpus",
        "fuzz",
        "mutants",
        "coverage",
        "docs",
        "site",
        "schemas",
        "format",
        "clean",
    ]
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert phony[1].split() == targets


def test_continuous_integration_runs_the_check() -> None:
    script = ROOT / ".ci" / "run"
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make check </dev/null"


@pytest.mark.parametrize("tool", ["write_docs.py", "compile_schemas.py"])
def test_what_is_generated_is_up_to_date(tool: str) -> None:
    done = run(sys.executable, str(ROOT / "tools" / tool), "--check")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_nothing_belongs_to_one_machine() -> None:
    found = []
    for path in tracked():
        if path == Path(__file__):
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [
            f"{path.relative_to(ROOT)}:{number}: {match[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            for match in MACHINE.finditer(line)
        ]
    assert found == []


HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_calls_a_command_that_exists(hook: dict[str, Any]) -> None:
    program, command, *options = hook["entry"].split()
    assert program in PROJECT["project"]["scripts"]
    known = {name for parameter in cassette.commands[command].params for name in parameter.opts}
    assert [word for word in options if word.startswith("-") and word not in known] == []
    assert (hook["language"], hook["pass_filenames"], hook["require_serial"]) == ("python", True, True)


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("cassettes/chat.yaml", True),
        ("pkg/testdata/TestChat/simple.yaml", True),
        ("spec/fixtures/vcr_cassettes/chat.yml", True),
        ("tests/recordings/a.json", True),
        ("spec/fixtures/chat.yaml", True),
        ("__cassettes__/chat.har", True),
        ("cassettes/deep/er/chat.toml", True),
        ("testdata/TestChat.httprr", True),
        ("testdata/calls.jsonl", True),
        ("testdata/chat.txtar", True),
        ("cassettes/chat.yaml.gz", True),
        ("cassettes/notes.md", False),
        ("testdata/photo.png", False),
        ("deploy/values.yaml", False),
        ("my-cassettes.yaml", False),
    ],
)
def test_a_hook_looks_where_cassettes_are(hook: dict[str, Any], path: str, wanted: bool) -> None:
    assert bool(re.search(hook["files"], path)) is wanted


def test_the_hook_that_rewrites_does_so_and_passes_over_what_is_no_cassette(tmp_path: Path) -> None:
    _program, *words = HOOKS["cassette-normalize"]["entry"].split()
    (tmp_path / "values.yaml").write_text("replicas: 3\n", encoding="utf-8")
    (tmp_path / "list.json").write_text("[1, 2]\n", encoding="utf-8")
    folder = ROOT / "samples" / "normalize"
    (tmp_path / "monday.yaml").write_bytes((folder / "recorded" / "monday.yaml").read_bytes())
    done = run(sys.executable, "-m", "cassette_tools", *words, "values.yaml", "list.json", "monday.yaml", cwd=tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == ("", "cassette: 1 file rewritten, 0 already normal\n", 0)
    assert (tmp_path / "monday.yaml").read_bytes() == (folder / "normal" / "monday.yaml").read_bytes()


def test_the_hook_passes_over_what_is_no_cassette(tmp_path: Path) -> None:
    _program, *words = HOOKS["cassette-lint"]["entry"].split()
    (tmp_path / "values.yaml").write_text("replicas: 3\n", encoding="utf-8")
    (tmp_path / "list.json").write_text("[1, 2]\n", encoding="utf-8")
    done = run(sys.executable, "-m", "cassette_tools", *words, "values.yaml", "list.json", cwd=tmp_path)
    remark = "cassette: skipped 2 unsupported files: 1 × a mapping with unknown keys: 'replicas', 1 × a list\n"
    assert (done.stdout, done.stderr, done.returncode) == ("no findings in 0 files\n", remark, 0)


def test_the_configuration_and_its_schema_know_the_same_settings() -> None:
    schema = json.loads((ROOT / "schemas" / "config.schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) - {"budgets", "diff", "lint", "match", "normalize", "suite"} == set(
        config._LINT_KEYS
    )
    assert set(schema["properties"]["lint"]["properties"]) == set(config._ACCEPTED_KEYS)
    assert set(schema["properties"]["match"]["properties"]) == set(config._MATCH_KEYS)
    assert set(schema["properties"]["budgets"]["properties"]) == set(config._BUDGET_KEYS)
    assert set(schema["properties"]["suite"]["properties"]) == set(config._SUITE_KEYS)
    assert set(schema["properties"]["diff"]["properties"]) == set(config._DIFF_KEYS)
    assert set(schema["properties"]["normalize"]["properties"]) == set(config._NORMALIZE_KEYS)


def test_changes_are_named_by_kind() -> None:
    names = sorted(path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md")
    assert [name for name in names if not re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed)\.md", name)] == []


def test_the_public_functions_stay_functions(samples: Path) -> None:
    """Modules of the same names are imported when they are used; they must not take the functions' places."""
    code = (
        "import sys, cassette_tools as c\n"
        "for _ in range(2):\n"
        "    old, new = c.load(sys.argv[1]), c.load(sys.argv[2])\n"
        "    print(c.diff(old, new).summary['breaking'], len(c.lint(sys.argv[1])))\n"
        "import cassette_tools.diff.compare, cassette_tools.lint.run, cassette_tools.load\n"
        "from cassette_tools import diff, lint, load\n"
        "print(diff.__name__, lint.__name__, load.__name__)\n"
    )
    pair = [str(samples / "readme" / f"{side}.yaml") for side in ("old", "new")]
    done = run(sys.executable, "-c", code, *pair)
    assert (done.stdout.split(), done.stderr) == (["1", "0", "1", "0", "diff", "lint", "load"], "")
