"""``--format markdown``: a comment for a pull request, or a page of a CI summary.

It stays below GitHub's limit for a comment (65,536 characters) and says what it left out. Recorded text is shown in
code spans and blocks only, where it can be no markup, no mention and no link.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.finding import cause_in_words
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style, suite_of
from cassette_tools.reporters._change_lines import change_lines
from cassette_tools.reporters._drift_text import MEANING
from cassette_tools.reporters._head import change_in_words, sources_of
from cassette_tools.reporters._severity import place_of
from cassette_tools.reporters._story import (
    counts_of,
    folded,
    head_of,
    left_in_words,
    sentence,
    story_of,
    table_of,
    verdict_of,
    worst_of,
)
from cassette_tools.reporters._told import folded_in, of_errors, of_lint
from cassette_tools.reporters._totals import totals_in_words
from cassette_tools.reporters.ink import Ink
from cassette_tools.reporters.markup import LIMIT, code, html, plain
from cassette_tools.words import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.finding import Drift
    from cassette_tools.reporters._story import Entry
    from cassette_tools.reporters._told import Told

ROOM = 24  # sentences on what happened to many recordings
_ROWS = 8  # of the table
LEVELS = ("breaking", "behavior", "shape", "cosmetic")
_MARKS = {
    "error": "❌",
    "warning": "⚠️",
    "note": "ℹ️",
    "breaking": "❌",
    "behavior": "⚠️",
    "shape": "ℹ️",
    "cosmetic": "✏️",
}


def lint(report: LintReport, style: Style) -> str:
    """A table of findings, the graver first in each file."""
    findings = list(of_lint(report, style))
    counts = {level: sum(each.level == level for each in findings) for level in ("error", "warning", "note")}
    head = [f"### cassette lint: {_counted(counts) or 'no findings'} in {_number(report.files, 'file')}", ""]
    if not findings:
        return "\n".join(head).rstrip()
    head += ["| | where | rule | what |", "|---|---|---|---|"]
    return _fitted(head, (_row(finding) for finding in findings), len(findings), "finding")


def diff(report: DriftReport, style: Style) -> str:
    """What changed in one pair, by level."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """What it comes to, what happened to all, then each pair in a fold, the gravest first."""
    shown = LEVELS[: LEVELS.index(style.show) + 1] if style.show in LEVELS else LEVELS
    head = [f"### cassette diff: {verdict_of(report)}", "", *_overview(report, shown, style), ""]
    pairs = sorted(report.pairs, key=lambda pair: _gravity(worst_of(pair)))
    blocks = [block for pair in pairs if (block := _pair(pair, shown, report, style))]
    if len(report.pairs) == 1:
        return "\n".join([*head, *(_cut_to(block, LIMIT - _length(head)) for block in blocks)]).rstrip()
    return _in_a_fold(head, blocks)


def _gravity(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


# --- parts -----------------------------------------------------------------------------------------------------------


def _overview(report: DriftSuite, shown: tuple[str, ...], style: Style) -> Iterator[str]:
    if report.is_pair:
        yield f"{code(report.old)} → {code(report.new)}, {_compared(report.pairs[0])}"
    else:
        yield f"{code(report.old)} → {code(report.new)}: {plain(head_of(report))}."
        yield from _story(report, shown)
    for error in of_errors(report.errors, style):
        yield f"\n❌ {code(error.path)}: {plain(error.message)}"


def _story(report: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    story = story_of(report, shown, ROOM)
    for title, entries in story.by_heading.items():
        yield f"\n**{_MARKS[entries[0].level]} {title}** ({MEANING[title]})\n"
        for entry in entries:
            yield f"- {_times(entry)}{plain(sentence(entry, report))}"
    if story.left:
        yield f"\n… and {plain(left_in_words(story.left))}"
    yield from _table(report, shown)
    totals = [*totals_in_words(report, story.told), counts_of(report, shown)]
    yield "\n" + "<br>\n".join(map(plain, totals))


def _times(entry: Entry) -> str:
    return f"{len(entry.pairs):,} × " if len(entry.pairs) > 1 else ""


def _table(report: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    """The gravest change of each recording."""
    whole = table_of(report, shown)
    if whole is None:
        return
    table = folded(whole) if len(whole.rows) > _ROWS else whole
    yield "\nThe gravest change of each recording:"
    yield "\n| | " + " | ".join(plain(name) for name in table.columns) + " |"
    yield "|---" * (len(table.columns) + 1) + "|"
    for name, cells in table.rows[:_ROWS]:
        marks = ("" if cell is None else f"{_MARKS[cell]} {cell}" if cell else "·" for cell in cells)
        yield f"| {plain(name)} | {' | '.join(marks)} |"
    if len(table.rows) > _ROWS:
        yield f"\n{len(table.rows) - _ROWS} rows are left out."


@record
class Block:
    """A pair: its path, how grave it is, and the lines of each change, the gravest first."""

    path: str
    level: str
    head: str
    changes: tuple[str, ...]
    opened: bool

    def __str__(self) -> str:
        return _block(self, self.changes, ())


def _block(block: Block, told: Iterable[str], left: Sequence[str]) -> str:
    """A fold, with a line that says how many changes it has no room for."""
    more = f"\n… and {_number(len(left), 'more change')}, the least grave (too long for one comment)" if left else ""
    body = "\n".join(told)
    return f"<details{' open' * block.opened}><summary>{block.head}\n\n{body}{more}\n\n</details>\n"


def _pair(pair: DriftReport, shown: tuple[str, ...], report: DriftSuite, style: Style) -> Block | None:
    """What a pair has beside what several share; ``None`` where that is nothing."""
    findings = [each for each in pair.findings if each.level in shown and each.fingerprint not in report.shared]
    if not findings:
        return None
    counts = {level: sum(each.level == level for each in findings) for level in shown}
    how = "" if report.is_pair else f"\n\n{_compared(pair)}"
    under = folded_in(pair) if style.show_folded else {}
    return Block(
        path=pair.new_path,
        level=findings[0].level,
        head=f"{html(pair.new_path)}: {_counted(counts)}</summary>{how}",
        changes=tuple("\n".join(_change(each, under.get(each.fingerprint, ()), style)) for each in findings),
        opened=len(report.pairs) == 1,
    )


def _change(finding: Drift, under: Iterable[Drift], style: Style) -> Iterator[str]:
    yield f"- {_MARKS[finding.level]} **{finding.rule}** {code(finding.path)}{_at(finding)}<br>"
    yield f"  {plain(finding.message)}"
    yield from _words(finding, style)
    for each in under:
        yield f"  - **{each.rule}** {code(each.path)}: {plain(each.message)}"


def _compared(pair: DriftReport) -> str:
    """How, and which of those that asked and answered are others."""
    told = [
        f"{title} {code(change_in_words(old, new))}"
        for title, old, new in sources_of(pair.provenance)
        if old != new and title != "model answered"
    ]
    told += [f"answers {plain(pair.answers)}"] if pair.answers else []
    return "; ".join([f"compared as {pair.profile}", *told])


def _at(finding: Drift) -> str:
    place = place_of(finding)
    words = cause_in_words(finding)
    cause = f", cause: {plain(words)}" if words else ""
    return f" line {place.region.line}{cause}" if place is not None else cause


def _words(finding: Drift, style: Style) -> Iterator[str]:
    lines = change_lines(finding, Ink(False), width=max(style.width, 80))
    if lines:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", "".join(lines))), default=0))
        yield f"  {fence}text"
        yield from (f"  {line}" for line in lines)
        yield f"  {fence}"


def _row(finding: Told) -> str:
    where = code(f"{finding.path}:{finding.line}")
    return f"| {_MARKS[finding.level]} | {where} | {finding.rule} | {plain(finding.message)} |"


# --- words -----------------------------------------------------------------------------------------------------------


def _fitted(head: list[str], rows: Iterable[str], count: int, what: str) -> str:
    """Head and as many rows as fit, and how many did not."""
    lines, length = list(head), _length(head)
    for number, row in enumerate(rows):
        length += len(row) + 1
        if length > LIMIT:
            return "\n".join(
                [*lines, "", f"… and {_number(count - number, f'more {what}')} (too long for one comment)"]
            )
        lines.append(row)
    return "\n".join(lines).rstrip()


def _in_a_fold(head: list[str], blocks: Sequence[Block]) -> str:
    """Head, and all pairs in one fold; those that have no room are counted, with the first of their names."""
    if not blocks:
        return "\n".join(head).rstrip()
    top = f"<details><summary>{_number(len(blocks), 'recording')} with changes of {_their_own(blocks)}</summary>\n"
    room = LIMIT - _length(head) - len(top) - _END
    told: list[str] = []
    for block in blocks:
        text = str(block) if len(str(block)) <= _PAIR or len(blocks) == 1 else _cut_to(block, _PAIR)
        if len(text) + 1 > room:
            break
        told.append(text)
        room -= len(text) + 1
    left = blocks[len(told) :]
    more = [f"… and {_left_out(left)} (too long for one comment)", ""] if left else []
    return "\n".join([*head, top, *told, *more, "</details>"])


_PAIR = 12_000  # characters of one pair among several
_END = 1_000  # characters for what says that something was left out


def _their_own(blocks: Sequence[Block]) -> str:
    return "its own" if len(blocks) == 1 else "their own"


def _left_out(blocks: Sequence[Block]) -> str:
    """``12 more recordings: 3 behavior, 9 shape``, with the first of their names."""
    counts = {level: sum(block.level == level for block in blocks) for level in LEVELS}
    names = [code(cut(block.path, _NAME)) for block in blocks[:_NAMES]]
    more = f" and {len(blocks) - _NAMES} more" if len(blocks) > _NAMES else ""
    return f"{_number(len(blocks), 'more recording')}, at worst {_counted(counts)}: {', '.join(names)}{more}"


_NAMES, _NAME = 5, 120


def _cut_to(block: Block, room: int) -> str:
    """A pair with as many of its changes as have room, the gravest first."""
    count, length = 0, len(_block(block, (), block.changes))
    for change in block.changes:
        length += len(change) + 1
        if length > room:
            break
        count += 1
    return _block(block, block.changes[:count], block.changes[count:])


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {level}" for level, count in counts.items() if count)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


REPORTERS.register(Reporter(name="markdown", lint=lint, diff=diff, suite=suite))
