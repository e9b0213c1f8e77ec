"""``--format html``: one file that needs nothing else: no script, no network (a Content-Security-Policy forbids both).

Old and new stand side by side, with what changed marked as deleted and inserted text, so that a screen reader tells
it as well. Everything folds with ``<details>``, which a keyboard can open. Recorded text is escaped everywhere.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from cassette_tools.finding import cause_in_words
from cassette_tools.printable import json_text, printable
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, Reporter, Style, suite_of
from cassette_tools.reporters._drift_text import MEANING
from cassette_tools.reporters._head import change_in_words, profile_in_words, sources_of
from cassette_tools.reporters._severity import place_of
from cassette_tools.reporters._side_by_side import side_by_side
from cassette_tools.reporters._story import (
    counts_of,
    head_of,
    left_in_words,
    none_in_words,
    sentence,
    story_of,
    table_of,
    totals_in_words,
    turned,
    verdict_of,
)
from cassette_tools.reporters._told import folded_in, of_errors, shown_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.finding import Drift, Location
    from cassette_tools.model import Json
    from cassette_tools.reporters._side_by_side import Cell
    from cassette_tools.reporters._story import Entry

ROOM = 30  # sentences on what happened to many recordings
LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")

_STYLE = """
:root {
  color-scheme: light dark; --page: #fff; --card: #f6f7f9; --ink: #1b1f24; --dim: #5b636d; --line: #d5dae0;
  --del: #ffd7d5; --ins: #ccffd8; --link: #0b5cad;
  --breaking: #b3122a; --behavior: #8a5000; --shape: #0a6b7a; --cosmetic: #3d55b8; --noise: #5b636d;
}
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --card: #1d2127; --ink: #e6e9ed; --dim: #a0a9b4; --line: #39414b;
  --del: #6b1d1d; --ins: #144a26; --link: #7db8ff;
  --breaking: #ff8a94; --behavior: #f0b45b; --shape: #6fd3e6; --cosmetic: #9db4ff; --noise: #a0a9b4;
} }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
body { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 0; } h3 { font-size: 1rem; margin: 0; } p { margin: .3rem 0; }
summary h2 { display: inline; font-weight: 600; } a { color: var(--link); }
code { font: .92em ui-monospace, monospace; }
.dim { color: var(--dim); font-weight: 400; } h2 .dim { font-size: .9rem; }
section { margin: 1.4rem 0; } ul { padding-left: 1.2rem; margin: .4rem 0; }
.changes { list-style: none; padding: 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.changes li { display: grid; grid-template-columns: 3.6rem 1fr; gap: .6rem; padding: .45rem .8rem; }
.changes li + li { border-top: 1px solid var(--line); }
.times { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--dim); }
.breaking { --level: var(--breaking); } .behavior { --level: var(--behavior); } .shape { --level: var(--shape); }
.cosmetic { --level: var(--cosmetic); } .noise { --level: var(--noise); }
.level { color: var(--level); border: 1px solid; border-radius: 99px; padding: 0 .55rem; font-size: .85rem; }
.level { font-weight: 600; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .8rem; margin: .6rem 0; }
summary { cursor: pointer; } summary:focus-visible, a:focus-visible { outline: 3px solid #2f7ff0; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .5rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
td { white-space: pre-wrap; font: 13px/1.45 ui-monospace, monospace; }
.facts th { width: 10rem; font-weight: 500; } article { border-top: 1px solid var(--line); padding: .7rem 0; }
del { background: var(--del); text-decoration: line-through; } ins { background: var(--ins); text-decoration: none; }
.matrix { table-layout: auto; width: auto; } .matrix :is(th, td) { vertical-align: middle; }
.matrix th { font-weight: 500; font-size: .9rem; }
.matrix td { font: 600 .85rem system-ui, sans-serif; color: var(--level, var(--dim)); }
.matrix td.none { font-weight: 400; } .matrix td.absent { background: var(--card); }
.matrix.many thead { display: none; } .matrix.many tr { display: block; padding: .3rem 0; }
.matrix.many th { display: block; border: 0; padding: 0; }
.matrix.many td { display: inline-block; border-radius: 6px; margin: .15rem .3rem .15rem 0; }
.matrix.many td::before { content: attr(data-of) ": "; color: var(--ink); font-weight: 400; }
.matrix.many td.absent { display: none; }
@media (max-width: 40rem) {
  h1 { font-size: 1.3rem; } .changes li { grid-template-columns: 2.8rem 1fr; padding: .45rem .5rem; }
  .facts th { width: 7rem; font-size: .85rem; } .values thead { display: none; }
  .values tr, .values td { display: block; } .values td + td { border-top: 0; }
  .values td::before { content: "old\\a"; color: var(--dim); }
  .values td + td::before { content: "new\\a"; }
  .matrix thead { display: none; } .matrix tr { display: block; padding: .3rem 0; }
  .matrix th { display: block; border: 0; padding: 0; }
  .matrix td { display: inline-block; border-radius: 6px; margin: .15rem .3rem .15rem 0; }
  .matrix td::before { content: attr(data-of) ": "; color: var(--ink); font-weight: 400; }
  .matrix td.absent { display: none; }
}
"""
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode("ascii")
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"


def diff(report: DriftReport, style: Style) -> str:
    """The page of one pair."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """The page of many pairs: an overview, then each pair that drifted."""
    return "\n".join(_page(report, style))


def _page(report: DriftSuite, style: Style) -> Iterator[str]:
    shown = shown_of(style)
    verdict = verdict_of(report)
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>cassette diff: {escape(verdict)}</title><style>{_STYLE}</style></head><body>"
    yield f"<header><h1>{escape(verdict[0].upper() + verdict[1:])}</h1>"
    yield f"<p><code>{_text(report.old)}</code> → <code>{_text(report.new)}</code></p>"
    if not report.is_pair:
        yield f"<p>{_text(head_of(report))}.</p>"
    yield f'<p class="dim">{_text(counts_of(report, shown))}.</p></header><main>'
    yield from _overview(report, shown, style)
    drifted = [(number, pair) for number, pair in enumerate(report.pairs) if _of(pair, shown)]
    for number, pair in drifted:
        yield from _pair(pair, number, shown, opened=len(drifted) <= 3, alone=report.is_pair)
    yield "</main></body></html>"


def _overview(report: DriftSuite, shown: tuple[str, ...], style: Style) -> Iterator[str]:
    if not report.is_pair:
        yield from _story(report, shown)
    for name, lines in (
        ("Added", report.added),
        ("Removed", report.removed),
        ("Renamed", [f"{old} → {new}" for old, new in report.renamed]),
        ("Could not be compared", [f"{each.path}: {each.message}" for each in of_errors(report.errors, style)]),
    ):
        if lines:
            yield f"<details><summary><h2>{name} ({len(lines)})</h2></summary><ul>{_items(lines)}</ul></details>"
    links = [
        f'<li><a href="#pair-{number}">{_text(pair.new_path)}</a> <span class="dim">{_tally(pair, shown)}</span></li>'
        for number, pair in enumerate(report.pairs)
        if _of(pair, shown)
    ]
    if len(links) > 1:
        yield f'<nav aria-label="Pairs with drift"><details><summary><h2>Recordings with drift ({len(links)})</h2>'
        yield f"</summary><ul>{''.join(links)}</ul></details></nav>"


def _story(report: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    """What happened to all of them: the changes, the table, the totals."""
    story = story_of(report, shown, ROOM)
    for level, entries in story.by_level.items():
        yield f'<section><h2>{_badge(level)} <span class="dim">{MEANING[level]}</span></h2>'
        yield f'<ul class="changes">{"".join(_entry(entry, report) for entry in entries)}</ul></section>'
    if story.left:
        yield f"<p>… and {_text(left_in_words(story.left))}.</p>"
    yield from _matrix(report, shown)
    totals = totals_in_words(report, story.told)
    if totals:
        yield f"<section><h2>Totals</h2><ul>{_items(totals)}</ul></section>"


def _matrix(report: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    """Models against scenarios; what has no room as a table, or stands on a narrow screen, names its columns itself."""
    whole = table_of(report, shown)
    if whole is None:
        return
    table = min(whole, turned(whole), key=lambda each: len(each.columns))
    many = " many" if len(table.columns) > _COLUMNS else ""
    yield '<section><h2>The gravest change of each recording <span class="dim">'
    yield f"“none”: {none_in_words(shown)}</span></h2>"
    yield f'<table class="matrix{many}"><thead><tr><td></td>'
    yield "".join(f'<th scope="col">{_text(name)}</th>' for name in table.columns) + "</tr></thead><tbody>"
    for name, cells in table.rows:
        marks = "".join(
            f'<td class="{_kind(cell)}" data-of="{_text(column)}">{_word(cell)}</td>'
            for column, cell in zip(table.columns, cells, strict=True)
        )
        yield f'<tr><th scope="row">{_text(name)}</th>{marks}</tr>'
    yield "</tbody></table></section>"


_COLUMNS = 8  # that fit on a wide screen


def _kind(cell: str | None) -> str:
    return "absent" if cell is None else cell or "none"


def _word(cell: str | None) -> str:
    return "" if cell is None else cell or "none"


def _badge(level: str) -> str:
    return f'<span class="level {level}">{level}</span>'


def _entry(entry: Entry, report: DriftSuite) -> str:
    return f'<li><span class="times">{len(entry.pairs):,} ×</span><span>{_text(sentence(entry, report))}</span></li>'


def _pair(pair: DriftReport, number: int, shown: tuple[str, ...], *, opened: bool, alone: bool) -> Iterator[str]:
    """A pair, with what the page does not say already where it is the only one."""
    yield f'<details id="pair-{number}"{" open" if opened else ""}>'
    tally = "" if alone else _tally(pair, shown)
    yield f'<summary><h2>{_text(pair.new_path)}</h2> <span class="dim">{tally}</span></summary>'
    yield '<table class="facts">'
    if pair.old_path != pair.new_path and not alone:
        yield f'<tr><th scope="row">compared with</th><td>{_text(pair.old_path)}</td></tr>'
    for title, old, new in sources_of(pair.provenance):
        told = old if old == new else change_in_words(old, new)
        yield f'<tr><th scope="row">{title}</th><td>{_text(told)}</td></tr>'
    if pair.answers:
        yield f'<tr><th scope="row">answers</th><td>{_text(pair.answers)}</td></tr>'
    how = f"{pair.profile} ({profile_in_words(pair)})"
    yield f'<tr><th scope="row">compared as</th><td>{_text(how)}</td></tr></table>'
    folded = folded_in(pair)
    for finding in _of(pair, shown):
        yield from _finding(finding, folded.get(finding.fingerprint, ()))
    yield "</details>"


def _finding(finding: Drift, folded: Sequence[Drift]) -> Iterator[str]:
    words = cause_in_words(finding)
    cause = f", cause: {_text(words)}" if words else ""
    yield f"<article><h3>{_badge(finding.level)} {escape(finding.rule)}</h3>"
    yield f"<p>{_text(finding.message)}<br>"
    yield f'<span class="dim">{_text(finding.path)}{_at(finding)}{cause}</span></p>'
    if finding.old is not None or finding.new is not None:
        old, new = _values(finding.old, finding.new)
        yield '<table class="values"><thead><tr><th scope="col">old</th><th scope="col">new</th></tr></thead>'
        yield f"<tbody><tr><td>{old}</td><td>{new}</td></tr></tbody></table>"
    if folded:
        yield f'<details><summary class="dim">what goes with it ({len(folded)})</summary><ul>'
        yield from (f"<li>{escape(each.rule)}: {_text(each.message)} ({_text(each.path)})</li>" for each in folded)
        yield "</ul></details>"
    yield "</article>"


def _at(finding: Drift) -> str:
    place: Location | None = place_of(finding)
    return f", line {place.region.line}" if place is not None else ""


def _values(old: Json, new: Json) -> tuple[str, str]:
    """Both sides as text, what changed marked. What is not there has no text; an empty text has quotes."""
    quoted = isinstance(old, str) != isinstance(new, str) or "" in (old, new)
    before, after = ("" if value is None else _said(value, quoted) for value in (old, new))
    left, right = side_by_side(before, after)
    return _cells(left, "del"), _cells(right, "ins")


def _said(value: Json, quoted: bool) -> str:
    return value if isinstance(value, str) and not quoted else json_text(value)


def _cells(cells: Iterable[Cell], tag: str) -> str:
    tags = {"same": "{}", "changed": f"<{tag}>{{}}</{tag}>", "folded": '<span class="dim">{}</span>'}
    return "".join(tags[cell.kind].format(_text(cell.text)) for cell in cells)


def _of(pair: DriftReport, shown: tuple[str, ...]) -> list[Drift]:
    return [finding for finding in pair.findings if finding.level in shown]


def _tally(pair: DriftReport, shown: tuple[str, ...]) -> str:
    found = [finding.level for finding in pair.findings]
    return _counted({level: found.count(level) for level in shown}, shown)


def _counted(counts: Mapping[str, int], shown: tuple[str, ...]) -> str:
    return ", ".join(f"{counts[level]:,} {level}" for level in shown if counts.get(level))


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li>{_text(line)}</li>" for line in lines)


def _text(text: str) -> str:
    return escape(printable(text, keep_newlines=True))


REPORTERS.register(Reporter(name="html", diff=diff, suite=suite))
