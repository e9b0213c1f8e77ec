"""The scratch repository of these tests: a recording on main, and a branch that records it anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .api_server import Api, serving
from .jobs import PATH, Repository, copied, git, repository_in


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as found:
        yield found


COOKIE = b"      Set-Cookie:\n      - session=7b0f6c2e94d14a5f8c31; path=/; HttpOnly; Secure\n"


@pytest.fixture(scope="session")
def old(samples: Path) -> bytes:
    """A recording without findings."""
    text = (samples / "tutorial" / "monday.yaml").read_bytes()
    return re.sub(rb"Bearer sk-\S+", b"Bearer REDACTED", text).replace(COOKIE, b"")


@pytest.fixture(scope="session")
def new(samples: Path) -> bytes:
    """The same scenario, recorded anew: two changes, and a cookie that lint finds."""
    text = (samples / "tutorial" / "tuesday.yaml").read_bytes()
    return text.replace(b"      date:\n", COOKIE + b"      date:\n")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, old: bytes, new: bytes) -> Repository:
    """A pull request that records anew, and a second recording that stays."""
    found = repository_in(tmp_path_factory.mktemp("repository"))
    found.commit({PATH: old, "tests/cassettes/late.yaml": old, "README.md": b"tides\n"})
    git(found.clone, "checkout", "--quiet", "-b", "upgrade")
    found.commit({PATH: new})
    found.merge()
    return found


@pytest.fixture
def repository(made_once: Repository, tmp_path: Path) -> Repository:
    return copied(made_once, tmp_path)
