"""Patterns in gitignore syntax, matched in time that grows with the path and the pattern, whatever the pattern is.

`pathspec` reads them; of its regular expressions those with several wildcards would try all ways to divide a path among
them. But a wildcard that has found the first place for what follows it need not look for another: any path that fits
with a later one fits with the first as well.
"""

from __future__ import annotations

import re

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Literal

_STAR = "[^/]*"  # what `pathspec` writes for `*`,
_ANY_ABOVE = "^(?:.+/)?"  # for a leading `**/`,
_ANY_BETWEEN = "(?:/.+)?"  # and for `/**/`
_END_OF_NAME = "(?=/|$)"


def spec_of(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of a file. A line that is none says nothing, as for git."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `re` wonders at `[[a]`
        return GitIgnoreSpec.from_lines(lines, _pattern, backend="simple")


def _pattern(line: str) -> GitIgnoreSpecPattern:
    try:
        return _Pattern(line)
    except (ValueError, OverflowError, RecursionError, re.error):  # `!` alone, an unfinished escape, [z-a]
        return _Pattern("")


class _Pattern(GitIgnoreSpecPattern):
    """One line; see the module."""

    __slots__ = ()

    @staticmethod
    def _translate_segment_glob(pattern: str, range_error: Literal["literal", "raise"]) -> str:
        """A name between two slashes: each star but the last is content with the first place."""
        first, *others = GitIgnoreSpecPattern._translate_segment_glob(pattern, range_error).split(_STAR)
        if not others:
            return first
        *middle, last = others
        return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + _STAR + last + _END_OF_NAME

    @classmethod
    def pattern_to_regex(cls, pattern: Any) -> tuple[Any, bool | None]:
        """The whole line: each ``**`` but the last is content with the first place."""
        regex, include = super().pattern_to_regex(pattern)
        first, *others = (regex or "").split(_ANY_BETWEEN)
        if not others:
            return regex, include
        *middle, last = others
        steps = [first.replace(_ANY_ABOVE, "^(?:[^/]+/)*?"), *(f"(?:/[^/]+)*?{step}" for step in middle)]
        return "".join(f"(?>{step}(?=/))" for step in steps) + _ANY_BETWEEN + last, include
