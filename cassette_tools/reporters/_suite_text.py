"""Many pairs as a person reads them: what happened, on one screen; each pair in full when that is asked for."""

from __future__ import annotations

import re
import textwrap

from cassette_tools.printable import printable
from cassette_tools.reporters._drift_text import COLORS, LEVELS, changes_of, counts_of
from cassette_tools.reporters._story import (
    Entry,
    Table,
    folded,
    head_of,
    left_in_words,
    sentence,
    story_of,
    table_of,
    totals_in_words,
    turned,
)
from cassette_tools.reporters._told import shown_of
from cassette_tools.reporters._words import Ink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport, DriftSuite, Style

LINES = 25  # of a whole report
_ROWS, _FEW_ROWS = 6, 4  # of the table; where the sentences have no room
_LEAST = 4  # sentences, however narrow the terminal is
_MARKS = {"breaking": "X", "behavior": "b", "shape": "s", "cosmetic": "c", "noise": "n", "": "·", None: ""}
_MARGIN = 17  # columns before a sentence: how grave, in how many recordings


def render(suite: DriftSuite, style: Style) -> str:
    """The story; behind it every pair that drifted, where all are asked for, or there is only one."""
    ink = Ink(style.color)
    shown = shown_of(style)
    lines = _story(suite, style, shown, ink)
    if not (style.show_all or _is_one(suite)):
        return "\n".join(lines)
    *story, last = lines
    return "\n\n".join(["\n".join(story), *_pairs(suite, style, shown, ink), last])


def _is_one(suite: DriftSuite) -> bool:
    """Whether there is nothing to tell but one pair."""
    return len(suite.pairs) == 1 and not suite.findings


def _story(suite: DriftSuite, style: Style, shown: tuple[str, ...], ink: Ink) -> list[str]:
    head = _wrapped(printable(f"{suite.old} → {suite.new}: {head_of(suite)}"), style.width)
    everything = story_of(suite, shown, room=10**6)
    totals = totals_in_words(suite, (*everything.shared, *everything.single))
    foot = [line for words in totals for line in _wrapped(printable(words), style.width)]
    foot += _counts(suite, style, shown, ink)
    for rows in (_ROWS, _FEW_ROWS):  # rather a row less than a sentence
        table = _table(table_of(suite, shown), style, rows, ink)
        room = max(LINES - len(head) - len(table) - len(foot), _LEAST)
        body = _body(suite, style, shown, room, ink) if not _is_one(suite) else []  # it is told below
        if len(body) < room:
            break
    below = [line for words in _below(suite, shown) for line in _wrapped(words, style.width)]
    if len(body) + len(below) <= room:
        foot = [*below, *foot]
    return [ink("bold", head[0]), *head[1:], *body, *table, *foot]


_MORE = 3  # lines of a sentence


def _lines(entry: Entry, suite: DriftSuite, style: Style, most: int) -> list[str]:
    """A sentence in the lines that it may have."""
    width = max(style.width - _MARGIN, 40)
    lines = _wrapped(printable(sentence(entry, suite)), width)
    return lines if len(lines) <= most else [*lines[: most - 1], _fitted(" ".join(lines[most - 1 :]), width)]


def _body(suite: DriftSuite, style: Style, shown: tuple[str, ...], room: int, ink: Ink) -> list[str]:
    """The sentences below their titles; those that stand first get the lines that are left."""

    def whole(entry: Entry) -> int:
        return len(_lines(entry, suite, style, _MORE))

    story = story_of(suite, shown, room - _TITLES, whole)
    entries = (*story.shared, *story.single)
    wanted = sum(whole(entry) - 1 for entry in entries if entry.level == "breaking")
    if len(entries) + wanted > room - _TITLES:  # what breaks somebody is told in full, the least grave is counted
        story = story_of(suite, shown, max(room - _TITLES - min(wanted, _FULL), _LEAST), whole)
    sections = (("in several recordings", story.shared), ("in one recording each", story.single))
    spare = room - sum(1 + len(entries) for _, entries in sections if entries) - bool(story.left)
    body: list[str] = []
    for title, entries in sections:
        if entries:
            body.append(ink("bold", title) + ink("dim", _HINT if not body else ""))
        for entry in entries:
            lines = _lines(entry, suite, style, min(_MORE, 1 + max(spare, 0)))
            spare -= len(lines) - 1
            body += _with_margin(entry, lines, ink)
    if story.left:
        body.append(ink("dim", _fitted(f"  … and {left_in_words(story.left)}", style.width)))
    return body


_FULL = 4  # lines more for what breaks somebody, at the cost of what does not
_HINT = " (--show-all tells each in full)"
_TITLES = 2  # lines above what several recordings share, and above what is of single ones


def _with_margin(entry: Entry, lines: Sequence[str], ink: Ink) -> Iterator[str]:
    level = ink(COLORS[entry.level], entry.level, bold=True) + " " * (len("breaking") - len(entry.level))
    count = f"{len(entry.pairs):>4}" if len(entry.pairs) > 1 else "    "
    for number, line in enumerate(lines):
        yield f"  {level} {count}  {line}" if not number else " " * _MARGIN + line


def _fitted(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


# --- above and below -------------------------------------------------------------------------------------------------


def _below(suite: DriftSuite, shown: tuple[str, ...]) -> Iterator[str]:
    """In how many recordings each rule was found of the levels that are not shown."""
    for level in LEVELS[len(shown) :]:
        counts: dict[str, set[str]] = {}
        for group in suite.groups:
            if group.level == level:
                counts.setdefault(group.rule, set()).update(group.pairs)
        if counts:
            rules = sorted(counts, key=lambda rule: -len(counts[rule]))
            yield f"{level}: {', '.join(f'{rule} in {len(counts[rule])}' for rule in rules)}"


def _counts(suite: DriftSuite, style: Style, shown: tuple[str, ...], ink: Ink) -> list[str]:
    lines = _wrapped(counts_of(suite.summary, shown, Ink(False)), style.width)
    return lines if len(lines) > 1 else [counts_of(suite.summary, shown, ink)]


# --- the table -------------------------------------------------------------------------------------------------------


def _table(whole: Table | None, style: Style, most: int, ink: Ink) -> list[str]:
    if whole is None:
        return []
    room = style.width - 2
    ways = (whole, turned(whole), folded(whole), folded(turned(whole)))
    table = min(ways, key=lambda each: _loss(each, room))
    rows = sorted(table.rows, key=_gravity)[:most] if len(table.rows) > most else table.rows
    left = _left_column(rows, room)
    heads = _heads([printable(name) for name in table.columns], room - left - 2)
    used = {level for _, cells in rows for level in cells if level}
    legend = ", ".join(f"{_MARKS[level]} {level}" for level in LEVELS if level in used)
    legend += "; +N: N more like it" if any(map(_hidden, (*heads, *(name for name, _ in rows)))) else ""
    if len(rows) < len(table.rows):
        legend += f"; {len(table.rows) - len(rows)} rows left out"
    lines = [ink("bold", _GRAVEST) + ink("dim", _fitted(f"  ({legend})", style.width - len(_GRAVEST)))]
    lines.append(f"  {' ' * left}  {' '.join(heads)}".rstrip())
    for name, cells in rows:
        marks = (_mark(cell, len(head), ink) for cell, head in zip(cells, heads, strict=False))
        lines.append(f"  {_fitted(printable(name), left).ljust(left)}  {' '.join(marks)}".rstrip())
    return lines


_GRAVEST = "the gravest of each recording"


def _mark(level: str | None, width: int, ink: Ink) -> str:
    mark = _MARKS[level].ljust(width)
    return ink(COLORS[level], mark) if level else mark


def _left_column(rows: Sequence[tuple[str, object]], room: int) -> int:
    return min(max(len(name) for name, _ in rows), room // 3)


def _loss(table: Table, room: int) -> int:
    """How much a table loses when it is cut to the lines and columns that there are."""
    heads = _heads(table.columns, room - _left_column(table.rows, room) - 2)
    cut = sum(len(name) for name in table.columns) - sum(map(len, heads))
    names = sum(map(_hidden, (*table.columns, *(name for name, _ in table.rows))))
    return max(cut, 0) + _NAME * names + _LOST * max(len(table.rows) - _ROWS, 0) + len(table.rows)


_LOST, _NAME = 100, 10  # characters that a row is worth, and a name


def _hidden(name: str) -> int:
    """How many names stand behind one: 2 of ``simple +2``."""
    found = re.search(r" \+(\d+)$", name)
    return int(found[1]) if found is not None else 0


def _gravity(row: tuple[str, tuple[str | None, ...]]) -> list[int]:
    return sorted(LEVELS.index(cell) if cell else len(LEVELS) for cell in row[1])


def _heads(names: Sequence[str], room: int) -> list[str]:
    """The heads of the columns, cut so that all fit; what stays the same in most of them goes first."""
    brief = list(names) if _size(names) <= room else _without_suffix(names)
    longest = max(map(len, brief))
    while longest > _NARROW and _size(_cut(brief, longest)) > room:
        longest -= 1
    heads = _cut(brief, longest)
    count = len(heads)
    while len(heads) > 1 and _size(heads) > room:
        heads = [*heads[:-2], f"+{count - len(heads) + 2}"] if heads[-1].startswith("+") else [*heads[:-1], "+1"]
    return heads


_NARROW = 6


def _size(names: Sequence[str]) -> int:
    return sum(len(name) + 1 for name in names)


def _without_suffix(names: Sequence[str]) -> list[str]:
    """``bash download ls`` of ``bash_tool download_tool ls_tool``, when most end so and none becomes another."""
    ends = ["".join(re.findall(r"[_\W][^_\W]+$", name)) for name in names]
    end = max(ends, key=ends.count)
    brief = [name.removesuffix(end) for name in names]
    return brief if 2 * ends.count(end) > len(names) and len(set(brief)) == len(brief) else list(names)


def _cut(names: Sequence[str], longest: int) -> list[str]:
    return [_brief(name, longest, names) for name in names]


def _brief(name: str, longest: int, names: Sequence[str]) -> str:
    """A name cut at its end; in its middle where another begins alike."""
    if len(name) <= longest:
        return name
    begin = name[: longest - 1]
    if sum(other.startswith(begin) for other in names) == 1:
        return f"{begin}…"
    half = longest // 2
    return f"{name[: longest - 1 - half]}…{name[-half:]}"


# --- each pair -------------------------------------------------------------------------------------------------------


def _pairs(suite: DriftSuite, style: Style, shown: tuple[str, ...], ink: Ink) -> Iterator[str]:
    for pair in suite.pairs:
        findings = [each for each in pair.findings if each.level in shown]
        if findings:
            yield "\n".join(_pair(pair, findings, style, ink))


def _pair(pair: DriftReport, findings: list[Drift], style: Style, ink: Ink) -> Iterator[str]:
    yield f"{ink('bold', printable(pair.new_path))}  {ink('dim', pair.profile)}"
    yield from changes_of(findings, pair, style, ink)
