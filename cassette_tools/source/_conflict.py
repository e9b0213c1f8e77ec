"""An unresolved merge conflict, found by git's markers (git-merge, "How conflicts are presented")."""

from __future__ import annotations

import re

_OURS = re.compile(rb"^<{7}(?: (?!SEARCH).*)?\r?$", re.MULTILINE)  # models write edits as SEARCH and REPLACE
_HALF = re.compile(rb"^={7}\r?$", re.MULTILINE)
_THEIRS = re.compile(rb"^>{7}(?: .*)?\r?$", re.MULTILINE)


def conflict_in(content: bytes) -> tuple[int, int] | None:
    """The lines (from 1) of the first conflict's markers, its first and its last; ``None`` for none."""
    ours = _OURS.search(content)
    half = _HALF.search(content, ours.end()) if ours else None
    theirs = _THEIRS.search(content, half.end()) if half else None
    if ours is None or theirs is None:
        return None
    return content.count(b"\n", 0, ours.start()) + 1, content.count(b"\n", 0, theirs.start()) + 1
