"""The way of a contributor: the examples of CONTRIBUTING.md, put where it says, are found at once and pass the gates."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Where the example of each kind of plugin goes.
PLACES = {
    "RULES": "rules/url_missing.py",
    "FORMATS": "formats/example.py",
    "DIALECTS": "dialects/example.py",
    "REPORTERS": "reporters/as_count.py",
}
RECORDING = {"example_recordings": [{"url": "", "answer": json.dumps({"kind": "example.answer", "text": "Olá!"})}]}


def skeletons() -> dict[str, str]:
    """The example of each kind of plugin, by the name of its registry."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
    named = [(re.findall(r"^([A-Z]+)\.register", text, re.MULTILINE), text) for text in blocks]
    return {names[0]: text for names, text in named}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with all four examples in their places, and a folder with one recording in the new format."""
    top = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "cassette_tools", top / "cassette_tools", ignore=ignored)
    for registry, text in skeletons().items():
        path = top / "cassette_tools" / PLACES[registry]
        assert not path.exists()
        path.write_text(text, encoding="utf-8")
    config = top / "cassette_tools" / "config.py"  # the one other place that CONTRIBUTING.md names
    text = config.read_text(encoding="utf-8")
    assert text.count("LINT_FORMATS = (") == 1
    config.write_text(text.replace("LINT_FORMATS = (", 'LINT_FORMATS = ("count", '), encoding="utf-8")
    (top / "suite").mkdir()
    (top / "suite" / "hello.json").write_text(json.dumps(RECORDING, indent=2), encoding="utf-8")
    return top


def run(*words: str, cwd: Path) -> tuple[int, str, str]:
    environment = {**os.environ, "PYTHONPATH": str(cwd), "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")}
    done = subprocess.run((sys.executable, *words), cwd=cwd, env=environment, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_there_is_an_example_for_each_kind_of_plugin() -> None:
    assert set(skeletons()) == set(PLACES)


def test_a_walk_sees_a_new_format_and_its_recording_is_read(checkout: Path) -> None:
    status, output, remarks = run("-m", "cassette_tools", "lint", "suite", cwd=checkout)
    place = "suite/hello.json:4:14"
    told = "the request has no URL, so that nothing can match it: record the interaction again"
    assert (status, output.splitlines()[0], remarks) == (1, f"{place}: warning url-missing: {told}", "")


def test_a_new_dialect_reads_the_call(checkout: Path) -> None:
    status, output, _ = run("-m", "cassette_tools", "show", "--format", "json", "suite/hello.json", cwd=checkout)
    call = json.loads(output)["interactions"][0]["llm"]
    assert (status, call["dialect"], call["output_messages"][0]["parts"][0]["content"]) == (0, "example", "Olá!")


def test_a_new_report_is_a_choice(checkout: Path) -> None:
    assert run("-m", "cassette_tools", "lint", "--format", "count", "suite", cwd=checkout) == (1, "1\n", "")


def test_the_examples_are_formatted_and_clean(checkout: Path) -> None:
    paths = [f"cassette_tools/{place}" for place in PLACES.values()]
    config = ("--config", str(ROOT / "pyproject.toml"), "--no-cache")
    assert run("-m", "ruff", "format", *config, "--check", *paths, cwd=checkout)[0] == 0
    assert run("-m", "ruff", "check", *config, *paths, cwd=checkout)[:2] == (0, "All checks passed!\n")
