"""Every console block of README.md and of the pages of docs/ prints what the page says.

The blocks of one page are one session of a shell, in a folder of its own that has `samples` in it. A block may hold
several commands, each with its output. With CASSETTE_UPDATE=1 in the environment the pages are written anew; read what
changed before you keep it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?<=```console\n).*?(?=```\n)", re.DOTALL)
COMMAND = re.compile(r"^\$ ", re.MULTILINE)
GENERATED = ("rules.md", "options.md")  # `make docs` runs their commands
PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if path.name not in GENERATED and BLOCK.search(path.read_text(encoding="utf-8"))
]
END = "\x1e"  # between the output of two commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a session begins: `samples`, and a program `cassette` that is the one of this checkout."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "cassette"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cassette_tools "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


def printed(commands: list[str], folder: Path) -> list[str]:
    """What each of the commands prints, on standard output and standard error together."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Marisol Vega",
        "GIT_AUTHOR_EMAIL": "marisol@example.com",
        "GIT_COMMITTER_NAME": "Marisol Vega",
        "GIT_COMMITTER_EMAIL": "marisol@example.com",
    }
    script = "".join(f"{command}\nprintf '{END}'\n" for command in commands)
    done = subprocess.run(
        ("sh", "-c", script),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.stdout.decode("utf-8").split(END)[:-1]


def commands_of(block: str) -> list[str]:
    """The command lines of a block, each of one line."""
    return [part.partition("\n")[0] for part in COMMAND.split(block)[1:]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_prints_what_it_says(page: Path, folder: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    outputs = iter(printed([command for block in blocks for command in commands_of(block)], folder))
    found = ["".join(f"$ {command}\n{next(outputs)}" for command in commands_of(block)) for block in blocks]
    if os.environ.get("CASSETTE_UPDATE"):
        replaced = iter(found)
        page.write_text(BLOCK.sub(lambda _old: next(replaced), text), encoding="utf-8")
    else:
        assert found == blocks


def test_what_is_linked_exists() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        assert (page.name, [link for link in links if not (page.parent / link).exists()]) == (page.name, [])


def test_the_first_page_shows_the_first_jobs() -> None:
    commands = [command.split()[:2] for block in BLOCK.findall(PAGES[0].read_text()) for command in commands_of(block)]
    assert ["cassette", "diff"] in commands
    assert ["cassette", "lint"] in commands
