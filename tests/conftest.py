"""What all tests share: where the real recordings are, and a profile for hypothesis that a slow machine does not
fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cassette_tools import budgets

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CASSETTE_SHARED") or ROOT.parent / "shared")

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("default")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recordings; tests that need it are skipped where it is absent."""
    if not (SHARED / "corpus").is_dir():
        pytest.skip(f"no real recordings at {SHARED}; CASSETTE_SHARED names their folder")
    return SHARED


@pytest.fixture(scope="session")
def samples() -> Path:
    """The project's own small recordings."""
    return ROOT / "samples"


@pytest.fixture(autouse=True)
def _no_cache_left_behind(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linting in a test leaves nothing in the checkout and sees nothing of other tests."""
    monkeypatch.setenv("CASSETTE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("CASSETTE_CACHE_KEY", "of the tests")


@pytest.fixture(autouse=True)
def _usual_budgets() -> Iterator[None]:
    """The limits that a test's configuration sets count for no other test."""
    yield
    budgets.use(budgets.Budgets())
