"""docs/adopting.md says what the program can do."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from cassette_tools import config
from cassette_tools.cli.app import cassette
from cassette_tools.data.mending import MENDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "adopting.md").read_text(encoding="utf-8")


def test_its_commands_have_the_options_that_it_names() -> None:
    commands = [shlex.split(line) for line in PAGE.splitlines() if line.startswith("cassette ")]
    assert len(commands) > 6
    for _program, command, *words in commands:
        known = {name for parameter in cassette.commands[command].params for name in parameter.opts}
        assert [word for word in words if word.startswith("-") and word not in known] == []


def test_its_table_lists_the_fixes() -> None:
    rows = [f"| `{row.rule}` | {row.does} | {'safe' if row.certain else 'unsafe'} |" for row in MENDS]
    assert re.findall(r"<!-- fixes: begin -->\n(.*)<!-- fixes: end -->", PAGE, re.DOTALL)[0].splitlines() == rows


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_its_settings_are_some(block: str, tmp_path: Path) -> None:
    tomllib.loads(block)
    path = tmp_path / "pyproject.toml"
    path.write_text(block, encoding="utf-8")
    assert config.load_config(str(path)).lint != config.LintSettings()
