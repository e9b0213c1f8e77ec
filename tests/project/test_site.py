"""The pages of docs/ make a site: every link leads somewhere, and nothing is fetched from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FETCHED = re.compile(r"<(?:script|link|img)[^>]*(?:src|href)=[\"']?(https?:[^\"'> ]*)")


def test_the_site_is_built_strictly_and_needs_no_network(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path / "site"))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    pages = {
        path.relative_to(tmp_path / "site").with_suffix(".md").as_posix()
        for path in (tmp_path / "site").rglob("*.html")
    }
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert written - {"README.md"} <= pages
    fetched = {address for path in (tmp_path / "site").rglob("*.html") for address in FETCHED.findall(path.read_text())}
    assert fetched == set()
