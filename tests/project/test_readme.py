"""Every console block of README.md, run in the project's folder, prints what the page says.

With CASSETTE_UPDATE=1 in the environment the page is written anew; read what changed before you keep it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)```\n", re.DOTALL)
BLOCKS = list(BLOCK.finditer(README.read_text(encoding="utf-8")))


def printed(command: str) -> str:
    """Standard output and standard error of a command line, which is one of ours or of git."""
    words = shlex.split(command)
    assert words[0] in ("cassette", "git")
    if words[0] == "cassette":
        words[:1] = [sys.executable, "-m", "cassette_tools"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert done.returncode in (0, 1)
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block["command"])
def test_an_example_prints_what_the_page_says(block: re.Match[str]) -> None:
    found = printed(block["command"])
    if os.environ.get("CASSETTE_UPDATE"):
        old = f"$ {block['command']}\n{block['output']}```"
        text = README.read_text(encoding="utf-8").replace(old, f"$ {block['command']}\n{found}```")
        README.write_text(text, encoding="utf-8")
    else:
        assert found == block["output"]


def test_there_are_examples() -> None:
    commands = [shlex.split(block["command"])[:2] for block in BLOCKS]
    assert ["cassette", "diff"] in commands
    assert ["cassette", "lint"] in commands


def test_what_is_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_page_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 240
