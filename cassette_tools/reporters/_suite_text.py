"""Many pairs as a person reads them: first what they have in common, then a pair with drift after the other."""

from __future__ import annotations

from cassette_tools.printable import printable
from cassette_tools.reporters._drift_text import COLORS, LEVELS, changes_of, counts_of
from cassette_tools.reporters._words import Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport, DriftSuite, Style

MAX_PATHS = 20


def render(suite: DriftSuite, style: Style) -> str:
    """The whole report. Levels below `style.show` are counted, not shown."""
    ink = Ink(style.color)
    shown = LEVELS[: LEVELS.index(style.show) + 1]
    told = {(each.rule, each.message, path) for each in suite.common for path in each.pairs}
    blocks = ["\n".join(_head(suite, ink))]
    common = [each for each in suite.common if each.level in shown]
    if common:
        lines = [ink("bold", "in several recordings")]
        lines += [
            f"  {ink(COLORS[each.level], each.rule)}  {printable(each.message)} ({len(each.pairs)} recordings)"
            for each in common
        ]
        blocks.append("\n".join(lines))
    quiet = 0
    for pair in suite.pairs:
        rest = [each for each in pair.findings if each.level in shown]
        own = [each for each in rest if (each.rule, each.message, pair.new_path) not in told]
        if own:
            blocks.append("\n".join(_pair(pair, own, style, ink)))
        quiet += not rest
    blocks.append(_summary(suite, quiet, shown, ink))
    return "\n\n".join(blocks)


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
