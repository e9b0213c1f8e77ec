"""``--format markdown``: a comment for a pull request, or a page of a CI summary.

It stays below GitHub's limit for a comment (65,536 characters) and says what it left out. Recorded text is shown in
code spans and blocks only, where it can be no markup, no mention and no link.
"""

from __future__ import annotations

import re

from cassette_tools.finding import cause_in_words
from cassette_tools.printable import printable
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style, suite_of
from cassette_tools.reporters._head import change_in_words, sources_of
from cassette_tools.reporters._severity import place_of
from cassette_tools.reporters._story import (
    folded,
    head_of,
    left_in_words,
    sentence,
    story_of,
    table_of,
    totals_in_words,
)
from cassette_tools.reporters._told import folded_in, of_errors, of_lint
from cassette_tools.reporters._words import Ink, change_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cassette_tools.finding import Drift
    from cassette_tools.reporters._told import Told

ROOM = 16  # sentences on what happened to many recordings
_ROWS = 8  # of the table
LIMIT = 60_000  # characters; GitHub takes 65,536, and a bot may want to add a line
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
_LONGEST = 2000  # characters of one message


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
    """What happened to all, then each pair in a fold of its own, the gravest first; those without drift are counted."""
    shown = LEVELS[: LEVELS.index(style.show) + 1] if style.show in LEVELS else LEVELS
    title = _counted({level: report.summary.get(level, 0) for level in shown})
    head = [f"### cassette diff: {title or 'no drift'}", "", *_overview(report, shown, style), ""]
    told = [(_gravest(pair), block) for pair in report.pairs if (block := list(_pair(pair, shown, report, style)))]
    blocks = ["\n".join(block) for _, block in sorted(told, key=lambda each: each[0])]
    return _fitted(head, blocks, len(blocks), "pair")


def _gravest(pair: DriftReport) -> int:
    return min((LEVELS.index(each.level) for each in pair.findings if each.level in LEVELS), default=len(LEVELS))


# --- parts -----------------------------------------------------------------------------------------------------------


def _overview(report: DriftSuite, shown: tuple[str, ...], style: Style) -> Iterator[str]:
    if len(report.pairs) == 1 and not report.groups:
        yield f"{_code(report.old)} → {_code(report.new)}"
    else:
        yield f"{_code(report.old)} → {_code(report.new)}: {_plain(head_of(report))}."
        yield from _story(report, shown)
    for error in of_errors(report.errors, style):
        yield f"\n❌ {_code(error.path)}: {_plain(error.message)}"


def _story(report: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    story = story_of(report, shown, ROOM)
    for title, entries in (("In several recordings", story.shared), ("In one recording each", story.single)):
        if entries:
            yield f"\n**{title}**\n"
        for entry in entries:
            count = f"{len(entry.pairs)} × " if len(entry.pairs) > 1 else ""
            yield f"- {_MARKS[entry.level]} {count}{_plain(sentence(entry, report))}"
    if story.left:
        yield f"- … and {_plain(left_in_words(story.left))}"
    yield from _table(report, shown)
    totals = totals_in_words(report, (*story.shared, *story.single))
    if totals:
        yield "\n" + "; ".join(map(_plain, totals))


def _table(report: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    """The gravest change of each recording."""
    whole = table_of(report, shown)
    if whole is None:
        return
    table = folded(whole) if len(whole.rows) > _ROWS else whole
    yield "\n| | " + " | ".join(_plain(name) for name in table.columns) + " |"
    yield "|---" * (len(table.columns) + 1) + "|"
    for name, cells in table.rows[:_ROWS]:
        marks = ("" if cell is None else f"{_MARKS[cell]} {cell}" if cell else "·" for cell in cells)
        yield f"| {_plain(name)} | {' | '.join(marks)} |"
    if len(table.rows) > _ROWS:
        yield f"\n{len(table.rows) - _ROWS} rows are left out."


def _pair(pair: DriftReport, shown: tuple[str, ...], report: DriftSuite, style: Style) -> Iterator[str]:
    findings = [each for each in pair.findings if each.level in shown and each.fingerprint not in report.shared]
    if not findings:
        return
    counts = {level: sum(each.level == level for each in findings) for level in shown}
    opened = " open" if len(report.pairs) == 1 else ""
    yield f"<details{opened}><summary>{_html(pair.new_path)}: {_counted(counts)}</summary>\n"
    yield f"compared as {pair.profile}{_provenance(pair)}\n"
    folded = folded_in(pair) if style.show_folded else {}
    for finding in findings:
        yield f"- {_MARKS[finding.level]} **{finding.rule}** {_code(finding.path)}{_at(finding)}<br>"
        yield f"  {_plain(finding.message)}"
        yield from _words(finding, style)
        for each in folded.get(finding.fingerprint, ()):
            yield f"  - **{each.rule}** {_code(each.path)}: {_plain(each.message)}"
    yield "\n</details>\n"


def _provenance(pair: DriftReport) -> str:
    told = [
        f"{title} {_code(change_in_words(old, new))}"
        for title, old, new in sources_of(pair.provenance)
        if old != new and title != "model answered"
    ]
    told += [f"answers {_plain(pair.answers)}"] if pair.answers else []
    return "; " + "; ".join(told) if told else ""


def _at(finding: Drift) -> str:
    place = place_of(finding)
    words = cause_in_words(finding)
    cause = f", cause: {_plain(words)}" if words else ""
    return f" line {place.region.line}{cause}" if place is not None else cause


def _words(finding: Drift, style: Style) -> Iterator[str]:
    lines = change_lines(finding, Ink(False), width=max(style.width, 80))
    if lines:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", "".join(lines))), default=0))
        yield f"  {fence}text"
        yield from (f"  {line}" for line in lines)
        yield f"  {fence}"


def _row(finding: Told) -> str:
    where = _code(f"{finding.path}:{finding.line}")
    return f"| {_MARKS[finding.level]} | {where} | {finding.rule} | {_plain(finding.message)} |"


# --- words -----------------------------------------------------------------------------------------------------------


def _fitted(head: list[str], blocks: Iterable[str], count: int, what: str) -> str:
    """Head and as many blocks as fit, and how many did not."""
    lines, length = list(head), sum(len(line) + 1 for line in head)
    for number, block in enumerate(blocks):
        length += len(block) + 1
        if length > LIMIT:
            return "\n".join(
                [*lines, "", f"… and {_number(count - number, f'more {what}')} (too long for one comment)"]
            )
        lines.append(block)
    return "\n".join(lines).rstrip()


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {level}" for level, count in counts.items() if count)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _listed(paths: Iterable[str]) -> str:
    names = [_code(path) for path in paths]
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _code(text: str) -> str:
    """A code span (CommonMark §6.1) that holds the text whatever backticks it has, also in a table's cell."""
    clean = printable(text).replace("|", "\\|") if "|" in text else printable(text)
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", clean)), default=0))
    padded = f" {clean} " if clean.startswith("`") or clean.endswith("`") else clean
    return f"{ticks}{padded}{ticks}" if clean else ""


def _plain(text: str) -> str:
    """Text that is no markup: what Markdown or HTML would act on is escaped; the words of a message stay readable."""
    clean = printable(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
    clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@\u200b")
    clean = re.sub(r"([\\*_\[\]|~#!])", r"\\\1", clean)
    return clean.replace("://", ":\u200b//")


def _html(text: str) -> str:
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


REPORTERS.register(Reporter(name="markdown", lint=lint, diff=diff, suite=suite))
