"""What the tests that attack share."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_files import GOOD


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A folder with good recordings around what a test puts between them."""
    folder = tmp_path / "suite"
    folder.mkdir()
    for name in ("a.json", "z.json"):
        (folder / name).write_bytes(GOOD)
    return folder
