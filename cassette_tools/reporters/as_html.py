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
from cassette_tools.reporters._head import change_in_words, profile_in_words, sources_of
from cassette_tools.reporters._severity import place_of
from cassette_tools.reporters._story import head_of, left_in_words, sentence, story_of, table_of, totals_in_words
from cassette_tools.reporters._told import folded_in, of_errors, shown_of
from cassette_tools.reporters._words import side_by_side

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.finding import Drift, Location
    from cassette_tools.model import Json
    from cassette_tools.reporters._story import Entry
    from cassette_tools.reporters._words import Cell

ROOM = 20  # sentences on what happened to many recordings
LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --del: #ffd7d5; --ins: #ccffd8; --dim: #666; }
@media (prefers-color-scheme: dark) { :root { --del: #6b1d1d; --ins: #144a26; --dim: #aaa; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 78rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 0; display: inline; overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem; margin: .6rem 0; }
summary { cursor: pointer; } summary:focus-visible, a:focus-visible { outline: 3px solid #2f7ff0; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: .4rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
td { white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, monospace; }
.facts th { width: 9rem; } .dim { color: var(--dim); }
.level { border-radius: 4px; padding: 0 .4rem; border: 1px solid currentColor; font-size: .85em; }
.breaking { color: #c0152f; } .behavior { color: #9a5b00; } .shape { color: #0a7285; } .cosmetic { color: #3d5fc4; }
@media (prefers-color-scheme: dark) {
  .breaking { color: #ff8a94; } .behavior { color: #f0b45b; } .shape { color: #6fd3e6; } .cosmetic { color: #9db4ff; }
}
article { border-top: 1px solid var(--line); padding: .5rem 0; } article h3 { font-size: 1rem; margin: 0; }
del { background: var(--del); text-decoration: line-through; } ins { background: var(--ins); text-decoration: none; }
ul { padding-left: 1.2rem; }
.wide { overflow-x: auto; } .matrix { width: auto; table-layout: auto; }
.matrix td { text-align: center; white-space: nowrap; }
.matrix .none { color: var(--dim); }
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
    title = f"cassette diff: {_counted(report.summary, shown) or 'no drift'}"
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
    yield f"<header><h1>{escape(title)}</h1>"
    yield f"<p><code>{_text(report.old)}</code> → <code>{_text(report.new)}</code></p></header><main>"
    yield from _overview(report, shown, style)
    drifted = [(number, pair) for number, pair in enumerate(report.pairs) if _of(pair, shown)]
    for number, pair in drifted:
        yield from _pair(pair, number, shown, opened=len(drifted) <= 3)
    yield "</main></body></html>"


def _overview(report: DriftSuite, shown: tuple[str, ...], style: Style) -> Iterator[str]:
    if report.groups or len(report.pairs) != 1:
        yield f"<p>{_text(head_of(report))}.</p>"
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
    for name, entries in (("In several recordings", story.shared), ("In one recording each", story.single)):
        if entries:
            yield f"<section><h2>{name}</h2><ul>{''.join(_entry(entry, report) for entry in entries)}</ul></section>"
    if story.left:
        yield f"<p>… and {_text(left_in_words(story.left))}.</p>"
    table = table_of(report, shown)
    if table is not None:
        yield '<section class="wide"><h2>The gravest change of each recording</h2>'
        yield '<table class="matrix"><thead><tr><td></td>'
        yield "".join(f'<th scope="col">{_text(name)}</th>' for name in table.columns) + "</tr></thead><tbody>"
        for name, cells in table.rows:
            marks = "".join(
                f'<td class="{cell or "none"}">{_NONE if cell == "" else cell or ""}</td>' for cell in cells
            )
            yield f'<tr><th scope="row">{_text(name)}</th>{marks}</tr>'
        yield "</tbody></table></section>"
    totals = totals_in_words(report, (*story.shared, *story.single))
    if totals:
        yield f"<section><h2>Totals</h2><ul>{_items(totals)}</ul></section>"


_NONE = "none"


def _entry(entry: Entry, report: DriftSuite) -> str:
    count = f"{len(entry.pairs):,} × " if len(entry.pairs) > 1 else ""
    level = f'<span class="level {entry.level}">{entry.level}</span>'
    return f"<li>{level} {count}{_text(sentence(entry, report))}</li>"


def _pair(pair: DriftReport, number: int, shown: tuple[str, ...], *, opened: bool) -> Iterator[str]:
    yield f'<details id="pair-{number}"{" open" if opened else ""}>'
    yield f'<summary><h2>{_text(pair.new_path)}</h2> <span class="dim">{_tally(pair, shown)}</span></summary>'
    yield '<table class="facts">'
    if pair.old_path != pair.new_path:
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
    yield f'<article><h3><span class="level {finding.level}">{finding.level}</span> {escape(finding.rule)}</h3>'
    yield f"<p>{_text(finding.message)}<br>"
    yield f'<span class="dim">{_text(finding.path)}{_at(finding)}{cause}</span></p>'
    if finding.old is not None or finding.new is not None:
        old, new = _values(finding.old, finding.new)
        yield '<table><thead><tr><th scope="col">old</th><th scope="col">new</th></tr></thead>'
        yield f"<tbody><tr><td>{old}</td><td>{new}</td></tr></tbody></table>"
    if folded:
        yield f'<details><summary class="dim">{len(folded)} more of it</summary><ul>'
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
