"""Many pairs as a person reads them: what happened, on one screen; each pair in full when that is asked for."""

from __future__ import annotations

import re
import textwrap
from functools import cache, partial

from cassette_tools._record import replace
from cassette_tools.printable import printable
from cassette_tools.reporters import _drift_text
from cassette_tools.reporters._drift_text import COLORS, LEVELS, MEANING, changes_of
from cassette_tools.reporters._story import (
    CHANGE,
    Entry,
    Table,
    counts_of,
    folded,
    head_of,
    heading_of,
    left_in_words,
    sentence,
    story_of,
    table_of,
    turned,
)
from cassette_tools.reporters._told import shown_of
from cassette_tools.reporters._totals import totals_in_words
from cassette_tools.reporters.columns import fitted, heads_of
from cassette_tools.reporters.ink import Ink
from cassette_tools.words import cut, cut_to_change, without_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport, DriftSuite, Style

LINES = 25  # of a whole report
_ROWS, _FEW_ROWS = 6, 4  # of the table; where the sentences have no room
_LEAST = 4  # sentences, however narrow the terminal is
_MARKS = {"breaking": "X", "behavior": "b", "shape": "s", "cosmetic": "c", "noise": "n", "": "·", None: ""}
_MARGIN = 7  # columns before a sentence: in how many recordings


def render(suite: DriftSuite, style: Style) -> str:
    """The story; behind it every pair that drifted, where all are asked for. One pair has its own report."""
    if suite.is_pair:
        return _drift_text.render(suite.pairs[0], style)
    ink = Ink(style.color)
    shown = shown_of(style)
    if not (suite.pairs or suite.errors or suite.only) and len(suite.findings) == 1:
        return _one_sided(suite, ink)
    *story, foot = _story(suite, style, shown, ink)
    pairs = _pairs(suite, style, shown, ink) if style.show_all else ()
    return "\n\n".join(["\n".join(each) for each in story if each] + [*pairs, "\n".join(foot)])


def _one_sided(suite: DriftSuite, ink: Ink) -> str:
    """What git asks of a file that a commit adds or removes: there is nothing to count."""
    (finding,), (path,) = suite.findings, (*suite.added, *suite.removed)
    level = ink(COLORS[finding.level], f"{finding.level:<{_LEVEL}}")
    return f"  {level}  {printable(f'{path}: {finding.message}')}"


_LEVEL = max(map(len, LEVELS))


def _story(suite: DriftSuite, style: Style, shown: tuple[str, ...], ink: Ink) -> list[list[str]]:
    """Its parts, which blank lines keep apart: how much was compared, what changed, the table, the sums."""
    head = _wrapped(printable(f"{suite.old} → {suite.new}: {head_of(suite)}"), style.width)
    totals = totals_in_words(suite, story_of(suite, shown, room=10**6).told)
    foot = [line for words in totals for line in _wrapped(printable(words), style.width)]
    foot += _counts(suite, style, shown, ink)
    for rows in (_ROWS, _FEW_ROWS, 0):  # rather no table than a change that is not told
        table = _table(table_of(suite, shown) if rows else None, style, rows, ink)
        blanks = 2 + bool(table)
        room = max(LINES - len(head) - len(table) - len(foot) - blanks, _LEAST)
        body, left = _body(suite, style, shown, room, ink)
        if not left:
            break
    return [[ink("bold", head[0]), *head[1:]], body, table, foot]


_MORE = 3  # lines of a sentence


def _lines(entry: Entry, suite: DriftSuite, style: Style, most: int) -> list[str]:
    """A sentence in the lines that it may have. A long one loses names of recordings, then its cause, and at last words
    of what changed.
    """
    width = _width(style)
    bare = replace(entry, cause="", words=entry.words.replace(" changed: ", ": ", 1))  # the arrow already says so
    forms = ((entry, False), (entry, True), (bare, True), (replace(bare, words=_WAS.sub("", bare.words)), True))
    wholes = [_wrapped(printable(sentence(each, suite, brief=brief)), width) for each, brief in forms]
    fitting = next((lines for lines in wholes if len(lines) <= most), None)
    if fitting is not None:
        return fitting
    named = _with_short_names(entry, suite, width, most)
    if named:
        return named
    for brief, fewest in ((False, _FEWEST), (True, _FEWEST // 2)):
        lines = _with_fewer_words(entry, suite, width, most, brief=brief, fewest=fewest)
        if len(lines) <= most:
            return lines
    return [*lines[: most - 1], fitted(" ".join(lines[most - 1 :]), width)]


_WAS = re.compile(r"; it was [^;]*")  # the old value of what is gone


def _with_short_names(entry: Entry, suite: DriftSuite, width: int, most: int) -> list[str]:
    """A sentence whose long names of recordings lack their middles, so that two of them do not look alike; nothing
    where that is not enough.
    """
    head, words, place = sentence(replace(entry, cause=""), suite).partition(entry.words)
    for room in range(_NAME_ROOM[0], _NAME_ROOM[1], -_STEP):
        brief = [_LONG_NAME.sub(partial(_middle_cut, room), each) for each in (head, place)]
        lines = _wrapped(printable(f"{brief[0]}{words}{brief[1]}"), width)
        if len(lines) <= most:
            return lines if len({*_words(brief)}) == len({*_words((head, place))}) else []
    return []


def _words(parts: Iterable[str]) -> list[str]:
    return [word for part in parts for word in part.split()]


_LONG_NAME = re.compile(r"[^\s(),;]{24,}")
_NAME_ROOM = (60, 12)  # characters of a name, at most and at least


def _middle_cut(room: int, found: re.Match[str]) -> str:
    name, half = found[0], (room - 1) // 2
    return name if len(name) <= room else f"{name[:half]}…{name[-half:]}"


def _with_fewer_words(entry: Entry, suite: DriftSuite, width: int, most: int, *, brief: bool, fewest: int) -> list[str]:
    """A sentence whose changed words are shortened until it has few enough lines or words."""
    whole = printable(sentence(entry, suite, brief=brief))
    lines = _wrapped(whole, width)
    room = most * width - (len(whole) - len(entry.words))
    while len(lines) > most and room >= fewest:
        words = _shortened(entry, room)
        lines = _wrapped(printable(sentence(replace(entry, words=words), suite, brief=brief)), width)
        room -= _STEP
    return lines


def _shortened(entry: Entry, room: int) -> str:
    """The words with less of their subject, where that is enough, for the verb stands behind it; else without their
    end.
    """
    head, mark, gone = entry.words.partition(_GONE)
    if mark and room - len(mark) - len(gone) >= _SUBJECT:  # what is gone breaks more than what is called otherwise
        return cut_to_change(head, room - len(mark) - len(gone)) + mark + gone
    rest = entry.words.removeprefix(entry.subject)
    if entry.subject and room - len(rest) >= _SUBJECT:
        return cut(entry.subject, room - len(rest)) + rest
    return cut_to_change(entry.words, room) if CHANGE.search(entry.words) else without_end(entry.words, room)


_GONE = "; the request no longer has "
_SUBJECT = 20  # characters of what a sentence is about
_STEP = 6  # characters less at a time
_FEWEST = 60  # characters of what changed


def _width(style: Style) -> int:
    return max(style.width - _MARGIN, 40)


def _body(
    suite: DriftSuite, style: Style, shown: tuple[str, ...], room: int, ink: Ink
) -> tuple[list[str], tuple[Entry, ...]]:
    """The sentences below their levels, those that stand first in as many lines as are left; and what had no room."""

    @cache
    def cost(entry: Entry) -> int:
        lines = len(_wrapped(printable(sentence(entry, suite)), _width(style)))
        return min(lines, _WORTH.get(entry.level, 1))

    titles = {heading_of(group) for group in suite.groups if group.level in shown}
    room = max(room - len(titles), _LEAST)
    story = story_of(suite, shown, room, cost)
    wanted = sum(cost(entry) - 1 for entry in story.told if _is_in_full(entry, suite))
    if len(story.told) + wanted > room:  # rather these in full than the least grave
        story = story_of(suite, shown, max(room - min(wanted, _FULL), _LEAST), cost)
    spare = room - len(story.told) - bool(story.left)
    body: list[str] = []
    for title, entries in story.by_heading.items():
        meaning = fitted(f" ({MEANING[title]})", style.width - len(title))
        body.append(ink(COLORS[entries[0].level], title, bold=True) + ink("dim", meaning))
        for entry in entries:
            lines = _lines(entry, suite, style, min(_MORE, 1 + max(spare, 0)))
            spare -= len(lines) - 1
            body += _with_margin(entry, lines)
    if story.left:
        left = left_in_words(story.left, style.width - len("… and "))
        body.append(ink("dim", fitted(f"… and {left}", style.width)))
    return body, story.left


_WORTH = {"breaking": _MORE, "behavior": 2}  # lines of a sentence, before changes of one rule are told in one
_FULL = 4  # lines more for what is told in full, at the cost of the rest


def _is_in_full(entry: Entry, suite: DriftSuite) -> bool:
    """What breaks somebody, and what a third of the recordings have."""
    return entry.level == "breaking" or len(entry.pairs) * 3 >= suite.compared


def _with_margin(entry: Entry, lines: Sequence[str]) -> Iterator[str]:
    count = f"{len(entry.pairs):,}×"
    for number, line in enumerate(lines):
        yield f"{count if not number else '':>{_MARGIN - 2}}  {line}"


def _wrapped(text: str, width: int) -> list[str]:
    wrapper = textwrap.TextWrapper(width, break_on_hyphens=False)
    wrapper.wordsep_simple_re = _BLANKS
    return wrapper.wrap(_LONG.sub(lambda found: found[0].replace("/", f"/{_BREAK}"), text)) or [""]


_BREAK = "\0"  # where a long path may be broken: `printable` leaves none in a text
_BLANKS, _LONG = re.compile(f"([ ]+)|{_BREAK}"), re.compile(r"\S{60,}")


# --- below -----------------------------------------------------------------------------------------------------------


def _counts(suite: DriftSuite, style: Style, shown: tuple[str, ...], ink: Ink) -> list[str]:
    """How many changes there are, and what shows more of them."""
    # Noise has no sentence in the story of many: only each recording in full tells it.
    hidden = [level for level in LEVELS[len(shown) :] if level != "noise" and suite.summary.get(level)]
    ways = [f"--show {hidden[0]} shows more"] if hidden else []
    ways += ["--show-all tells each recording in full"] if suite.groups and not style.show_all else []
    options = _wrapped("; ".join(ways), style.width) if ways else []
    return [*_wrapped(counts_of(suite, shown), style.width), *(ink("dim", line) for line in options)]


# --- the table -------------------------------------------------------------------------------------------------------


def _table(whole: Table | None, style: Style, most: int, ink: Ink) -> list[str]:
    if whole is None:
        return []
    room = style.width - 2
    ways = (whole, turned(whole), folded(whole), folded(turned(whole)))
    table = min(ways, key=lambda each: _loss(each, room))
    rows = sorted(table.rows, key=_gravity)[:most] if len(table.rows) > most else table.rows
    left = _left_column(rows, room)
    heads = [head for head in heads_of([*map(printable, table.columns)], room - left - 2) if not head.startswith("+")]
    if any(map(_MIDDLE_CUT.search, heads)):
        return []  # a name without its middle says nothing
    legend = _legend(rows, table.quiet)
    missing = ((len(table.rows) - len(rows), "row"), (len(table.columns) - len(heads), "column"))
    legend += [f"{count} {name}{'s' * (count > 1)} left out" for count, name in missing if count]
    if any(map(_hidden, (*heads, *(name for name, _ in rows)))):
        legend.append("+2: and 2 alike")
    first, *more = _wrapped(f"{_GRAVEST} ({', '.join(legend)})", style.width)
    lines = [
        ink("bold", first[: len(_GRAVEST)]) + ink("dim", first[len(_GRAVEST) :]),
        *(ink("dim", line) for line in more),
    ]
    lines.append(f"  {' ' * left}  {' '.join(heads)}".rstrip())
    for name, cells in rows:
        marks = (_mark(cell, len(head), ink) for cell, head in zip(cells, heads, strict=False))
        lines.append(f"  {fitted(printable(name), left).ljust(left)}  {' '.join(marks)}".rstrip())
    return lines


_MIDDLE_CUT = re.compile(r"\S…\S")
_GRAVEST = "the gravest change of each recording"


def _legend(rows: Iterable[tuple[str, Iterable[str | None]]], quiet: str) -> list[str]:
    """What the marks mean that are in the rows, each by its mark: ``X breaking``, ``· none``."""
    used = {level for _, cells in rows for level in cells}
    return [f"{_MARKS[level]} {level or quiet}" for level in (*LEVELS, "") if level in used]


def _mark(level: str | None, width: int, ink: Ink) -> str:
    mark = _MARKS[level].ljust(width)
    return ink(COLORS[level], mark) if level else mark


def _left_column(rows: Sequence[tuple[str, object]], room: int) -> int:
    return min(max(len(name) for name, _ in rows), room // 3)


def _loss(table: Table, room: int) -> int:
    """How much a table loses when it is cut to the lines and columns that there are."""
    heads = heads_of(table.columns, room - _left_column(table.rows, room) - 2)
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


# --- each pair -------------------------------------------------------------------------------------------------------


def _pairs(suite: DriftSuite, style: Style, shown: tuple[str, ...], ink: Ink) -> Iterator[str]:
    for pair in suite.pairs:
        findings = [each for each in pair.findings if each.level in shown]
        if findings:
            yield "\n".join(_pair(pair, findings, style, ink))


def _pair(pair: DriftReport, findings: list[Drift], style: Style, ink: Ink) -> Iterator[str]:
    yield f"{ink('bold', printable(pair.new_path))}  {ink('dim', pair.profile)}"
    yield from changes_of(findings, pair, style, ink)
