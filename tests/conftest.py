"""What all tests share: where the real recordings are, and a profile for hypothesis that a slow machine does not
fail.
"""

from __future__ import annotations

import gc
import os
import shutil
import ssl
import sys
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from effort import SHARED, examples
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from cassette_tools import budgets

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "default", examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("default")

# Hypothesis also draws constants of the modules that are loaded, which depend on the tests that ran before. Without these a
# test has the same examples alone, in any order, and in every worker (tests/project/test_examples.py).
NO_CONSTANTS = providers.Constants()
providers._get_local_constants = lambda: NO_CONSTANTS

# Where there is room for them in memory, the folders of the tests wait for no disk.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Every client of HTTP that a test makes reads the certificates of all authorities, and no test asks one of them.
ssl.create_default_context = cache(ssl.create_default_context)


def pytest_collection_finish() -> None:
    """The collector of garbage looks neither at the tests nor at the modules that they imported, and seldom at all.

    From Python 3.14 on, Hypothesis would look in vain for who holds its random numbers, and warn.
    """
    gc.collect()
    if sys.version_info < (3, 14):
        gc.freeze()
    gc.set_threshold(100_000, 50, 50)


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


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A folder of its own for each test. It is made by whoever writes to it, since few tests do."""
    top = tmp_path_factory.mktemp("caches")
    return (str(top / str(number)) for number in count())


@pytest.fixture(autouse=True)
def _no_cache_left_behind(_caches: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Linting in a test leaves nothing in the checkout and sees nothing of other tests."""
    monkeypatch.setenv("CASSETTE_CACHE_DIR", next(_caches))
    monkeypatch.setenv("CASSETTE_CACHE_KEY", "of the tests")


@pytest.fixture(autouse=True)
def _usual_budgets() -> Iterator[None]:
    """The limits that a test's configuration sets count for no other test."""
    yield
    budgets.use(budgets.Budgets())
