"""The scratch repository of these tests: a recording on main, and a branch that records it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .api_server import Api, serving
from .jobs import PATH, Repository, git, repository_in


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as found:
        yield found


COOKIE = b"      Set-Cookie:\n      - session=7b0f6c2e94d14a5f8c31; path=/; HttpOnly; Secure\n"


@pytest.fixture
def old(samples: Path) -> bytes:
    """A recording without findings."""
    text = (samples / "tutorial" / "monday.yaml").read_bytes()
    return re.sub(rb"Bearer sk-\S+", b"Bearer REDACTED", text).replace(COOKIE, b"")


@pytest.fixture
def new(samples: Path) -> bytes:
    """The same scenario, recorded anew: two changes, and a cookie that lint finds."""
    text = (samples / "tutorial" / "tuesday.yaml").read_bytes()
    return text.replace(b"      date:\n", COOKIE + b"      date:\n")


@pytest.fixture
def repository(tmp_path: Path, old: bytes, new: bytes) -> Repository:
    """A pull request that records anew, and a second recording that stays."""
    found = repository_in(tmp_path)
    found.commit({PATH: old, "tests/cassettes/late.yaml": old, "README.md": b"tides\n"})
    git(found.clone, "checkout", "--quiet", "-b", "upgrade")
    found.commit({PATH: new})
    found.merge()
    return found
