"""A hook of MkDocs: files of the repository that the pages link to become files of the site.

On disk a page of docs/ links to ``../samples/…``; in the site the same file stands at ``samples/…``. CONTRIBUTING.md
becomes a page.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"(?<=\]\()([^)#:]+)(?=[#)])")
PAGES = ("CONTRIBUTING.md",)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what lies outside docs/ and is linked."""
    from mkdocs.structure.files import File

    outside = set(PAGES)
    for page in files.documentation_pages():
        outside |= {path for link in LINK.findall(page.content_string) if (path := _outside(link, page.src_uri))}
    for name in PAGES:
        outside |= set(LINK.findall((ROOT / name).read_text(encoding="utf-8")))
    known = {each.src_uri for each in files}
    for path in sorted(outside):
        if path not in known and not path.startswith("docs/"):
            files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point the links at where these files are in the site."""
    here = page.file.src_uri

    def moved(match: re.Match[str]) -> str:
        path = match[1].removeprefix("docs/") if here in PAGES else _outside(match[1], here)
        return posixpath.relpath(path, posixpath.dirname(here) or ".") if path else match[1]

    return LINK.sub(moved, markdown)


def _outside(link: str, page: str) -> str:
    """The path in the repository that a page of docs/ links to; ``""`` for another page."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), link))
    return "" if path.startswith("docs/") else path
