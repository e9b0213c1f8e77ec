"""A defect that is planted into a real recording is found, at its line: a sample of what `tools/planted.py` proves of all."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from effort import THOROUGH

ROOT = Path(__file__).resolve().parents[2]
OF_EACH = 5 if THOROUGH else 2  # recordings for each rule


@cache
def tool() -> ModuleType:
    """tools/planted.py under a name that is no other package's."""
    name = "cassette_planted"
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / "planted.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.mark.parametrize("rule", tool().ALL)
def test_what_is_planted_is_found_at_its_line(rule: str, shared: Path) -> None:
    results = list(tool().run(shared / "corpus", [rule], OF_EACH))
    assert len({result.path for result in results}) == OF_EACH
    assert [result for result in results if result.trouble] == []
