"""Many pairs as a person reads them: first what they have in common, then a pair with drift after the other."""

from __future__ import annotations

import os

from cassette_tools.printable import printable
from cassette_tools.reporters._drift_text import COLORS, LEVELS, changes_of, counts_of
from cassette_tools.reporters._words import Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport, DriftSuite, Style

MAX_PATHS = 20
FEW = 3  # paths beside a change that several recordings share


def render(suite: DriftSuite, style: Style) -> str:
    """The whole report. Of levels below `style.show`, only in how many recordings each rule was found."""
    ink = Ink(style.color)
    shown = LEVELS[: LEVELS.index(style.show) + 1]
    blocks = ["\n".join(_head(suite, ink)), *_common(suite, shown, ink)]
    told = {fingerprint for each in suite.common for fingerprint in each.fingerprints}
    quiet = 0
    for pair in suite.pairs:
        rest = [each for each in pair.findings if each.level in shown]
        own = [each for each in rest if each.fingerprint not in told]
        if own:
            blocks.append("\n".join(_pair(pair, own, style, ink)))
        quiet += all(each.level == "noise" for each in pair.findings)
    below = [line for level in LEVELS[len(shown) :] if level != "noise" for line in _counted(suite, level, ink)]
    if below:
        blocks.append("\n".join(below))
    blocks.append(_summary(suite, quiet, shown, ink))
    return "\n\n".join(blocks)


def _common(suite: DriftSuite, shown: tuple[str, ...], ink: Ink) -> Iterator[str]:
    common = [each for each in suite.common if each.level in shown]
    if not common:
        return
    lines = [ink("bold", "in several recordings")]
    for each in common:
        lines.append(f"  {ink(COLORS[each.level], each.rule, bold=True)}  {printable(each.message)}")
        lines.append(ink("dim", f"    {_where(each.pairs)}"))
    yield "\n".join(lines)


def _where(paths: tuple[str, ...]) -> str:
    """How many recordings, and which: all of a few, else their folder."""
    if len(paths) <= FEW:
        return f"{len(paths)} recordings: {', '.join(map(printable, paths))}"
    folder = os.path.commonpath(paths) if len({os.path.isabs(path) for path in paths}) == 1 else ""
    return f"{len(paths)} recordings" + (f" in {printable(folder)}" if folder else "")


def _counted(suite: DriftSuite, level: str, ink: Ink) -> Iterator[str]:
    """In how many recordings each rule of a level was found."""
    counts: dict[str, int] = {}
    for pair in suite.pairs:
        for rule in dict.fromkeys(each.rule for each in pair.findings if each.level == level):
            counts[rule] = counts.get(rule, 0) + 1
    if counts:
        listed = [f"{rule} in {count}" for rule, count in sorted(counts.items(), key=lambda item: -item[1])]
        yield f"{ink(COLORS[level], level, bold=True)}  {', '.join(listed)} of {len(suite.pairs)} recordings"


def _head(suite: DriftSuite, ink: Ink) -> Iterator[str]:
    yield f"{ink('bold', 'old')}  {printable(suite.old)}"
    yield f"{ink('bold', 'new')}  {printable(suite.new)}"
    yield from _paths("added", suite.added, ink)
    yield from _paths("removed", suite.removed, ink)
    yield from _paths("renamed", [f"{old} → {new}" for old, new in suite.renamed], ink)


def _paths(title: str, paths: Iterable[str], ink: Ink) -> Iterator[str]:
    listed = list(paths)
    for path in listed[:MAX_PATHS]:
        yield f"{ink('bold', title)}  {printable(path)}"
    if len(listed) > MAX_PATHS:
        yield f"{ink('bold', title)}  … and {len(listed) - MAX_PATHS} more"


def _pair(pair: DriftReport, findings: list[Drift], style: Style, ink: Ink) -> Iterator[str]:
    yield f"{ink('bold', printable(pair.new_path))}  {ink('dim', pair.profile)}"
    yield from changes_of(findings, pair, style, ink)


def _summary(suite: DriftSuite, quiet: int, shown: tuple[str, ...], ink: Ink) -> str:
    pairs = len(suite.pairs)
    where = f"{pairs} pair{'s' * (pairs != 1)} compared, {quiet} without drift"
    if suite.errors:
        where += f", {len(suite.errors)} more could not be read"
    return f"{counts_of(suite.summary, shown, ink)}; {where}"
