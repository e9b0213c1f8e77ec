"""Every test of datasets has a folder of its own; without the extra there are none."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from cassette_tools.dataset import listing

collect_ignore_glob = [] if find_spec("pyarrow") and find_spec("fsspec") else ["test_*.py"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written a moment ago count as old: no test waits until they are."""
    monkeypatch.setattr(listing, "LASTING", -(10**12))


@pytest.fixture(autouse=True)
def _machine_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test pulls the plug, so nothing waits for the disk; the one that asks what is on it counts the calls itself."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
