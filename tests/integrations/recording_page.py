"""docs/recording.md as tests read it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "recording.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """What stands between the fences of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def the_block(language: str, mark: str) -> str:
    """The one block that has a mark."""
    (found,) = [block for block in blocks(language) if mark in block]
    return found
