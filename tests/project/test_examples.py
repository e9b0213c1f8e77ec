"""The examples of hypothesis are a test's own: the same alone, in any order of the tests, and in every worker."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def drawn() -> list[tuple[str, int]]:
    """The examples that a test gets."""
    seen = []

    @given(st.text(), st.integers())
    def test(text: str, number: int) -> None:
        seen.append((text, number))

    test()
    return seen


def test_a_module_that_is_loaded_brings_no_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn()
    path = tmp_path / "harbour.py"
    path.write_text("".join(f"W{number} = 'harbour-{number}', {number + 7000}\n" for number in range(300)))
    spec = importlib.util.spec_from_file_location("harbour", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "harbour", module)
    assert drawn() == before
