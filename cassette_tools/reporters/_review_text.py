"""One group of changes as somebody is asked about it, and in full."""

from __future__ import annotations

import os
import textwrap

from cassette_tools.printable import printable
from cassette_tools.reporters._drift_text import COLORS, changes_of
from cassette_tools.reporters._story import entry_of, sentence
from cassette_tools.reporters.ink import Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport, DriftSuite, Group, Style

_NAMED = 5  # recordings of a group that are named before somebody asks for all


def asked(number: int, count: int, group: Group, suite: DriftSuite, style: Style) -> str:
    """What changed, and in which recordings: ``2/7  behavior  text-changed  3 recordings``, and the words below."""
    ink = Ink(style.color)
    paths = group.pairs
    of = f"{len(paths):,} recording{'s' * (len(paths) != 1)}"
    head = f"{number}/{count}  {ink(COLORS[group.level], group.level, bold=True)}  {ink('bold', group.rule)}  {of}"
    words = textwrap.wrap(printable(sentence(entry_of(group), suite)), max(style.width - 2, 40), break_on_hyphens=False)
    left = len(paths) - _NAMED
    named = [_shown(path) for path in paths[: _NAMED if left > 1 else None]]
    more = [f"… and {left:,} more"] if left > 1 else []
    return "\n".join([head, *(f"  {line}" for line in words), *(f"    {ink('dim', line)}" for line in named + more)])


def _shown(path: str) -> str:
    return printable(os.path.normpath(path))


def in_full(group: Group, suite: DriftSuite, style: Style) -> str:
    """Each recording of a group, with what it said and what it says."""
    ink = Ink(style.color)
    pairs = {pair.new_path: pair for pair in suite.pairs}
    return "\n".join(line for path in group.pairs for line in _recording(path, group, pairs.get(path), style, ink))


def _recording(path: str, group: Group, pair: DriftReport | None, style: Style, ink: Ink) -> Iterator[str]:
    yield ink("bold", _shown(path))
    if pair is None:
        yield f"  {printable(group.example.message)}"
        return
    yield from changes_of(_told(path, group, pair), pair, style, ink)


def _told(path: str, group: Group, pair: DriftReport) -> list[Drift]:
    """The findings of a group in one recording: not those that the line of another one tells."""
    wanted = {member.fingerprint for member in group.members if member.pair == path}
    found = [finding for finding in pair.findings if finding.fingerprint in wanted]
    return [finding for finding in found if not finding.merged] or found
