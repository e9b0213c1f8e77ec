"""docs/cassette.1, the page of `man cassette`, is made of the help of the commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from cassette_tools.cli.app import cassette

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cassette.1"


@pytest.fixture(scope="module")
def shown() -> str:
    """The page as a terminal shows it; what roff complains of fails."""
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    command = ("groff", "-man", "-Tutf8", "-Kutf8", "-P-cbou", "-ww", "-rLL=400n", str(PAGE))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_has_the_parts_of_a_manual_page(shown: str) -> None:
    assert re.findall(r"^[A-Z][A-Z ]*$", shown, re.MULTILINE) == [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "COMMANDS",
        "EXIT STATUS",
        "ENVIRONMENT",
    ]
    assert "       cassette - lint, diff and read recorded LLM HTTP traffic\n" in shown


def test_it_has_every_option_of_every_command(shown: str) -> None:
    lines = [line.strip() for line in shown.splitlines()]
    for name, command in cassette.commands.items():
        context = click.Context(command, info_name=name)
        begin = lines.index(" ".join((name, *command.collect_usage_pieces(context))))
        for parameter in command.params:
            record = parameter.get_help_record(context)
            if record is not None and record[1]:
                assert any(f"{line} ".startswith(f"{record[0]} ") for line in lines[begin:]), (name, record[0])


def test_layout_is_kept_where_the_help_keeps_it(shown: str) -> None:
    assert '       zsh   eval "$(cassette completion zsh)" in ~/.zshrc, after compinit\n' in shown
