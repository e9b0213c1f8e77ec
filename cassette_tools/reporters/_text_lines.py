"""The words of a text that changed, as lines for a person: what stayed is left out, and of many changes the rest."""

from __future__ import annotations

import re

from cassette_tools.printable import printable
from cassette_tools.reporters._visible import shown_apart, visible
from cassette_tools.reporters.ink import each_in_colour, without_colour
from cassette_tools.text_diff import pieces, without_blanks, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.reporters.ink import Ink
    from cassette_tools.text_diff import Piece

    Place = tuple[str, list[Piece]]  # where it is, and what is there; "" for a text that is one place

CONTEXT = 6  # words and blanks kept on each side of a change
MAX_LINES = 12
LONG = 1000  # characters from which one wants to know where in the text a change is
AT_LEAST = 3  # lines that each of several long texts, or of several places in one, gets
_WIDE = 16  # `CONTEXT` in a long text
_NEAR = 400  # characters in which `_WIDE` words are looked for
_FEW_LINES = 3  # a text with no more of them tells its places by characters
_FOLDS = (None, 1200, 600, 300, 160)  # characters of one side of a change; the first with which all fits in the lines


def word_diff(old: str, new: str, ink: Ink, *, width: int, name: str = "", most: int = MAX_LINES) -> list[str]:
    """The changed words between what surrounds them: ``[-old-]{+new+}``, as ``git diff --word-diff`` writes it.

    Of a long text every place that changed is a line of its own, which begins with where that is.
    """
    found = without_blanks(pieces(old, new))
    apart = len(new) > LONG and len(found) > 1
    places = _places(found, new) if apart else [("", found)]
    shown = places[: most + 1]
    for fold in _folds(shown, most * width):
        lines = [_place_lines(place, ink, width, name, fold) for place in shown]
        if len(places) <= most and sum(map(len, lines)) <= most:
            break
    return _fitted(lines, [_lines_of(inside) for _, inside in places], most)


def is_cut(lines: list[str]) -> bool:
    """Whether the lines end with how much there is besides."""
    return bool(lines) and lines[-1].startswith("… and ")


def more(count: int, what: str) -> str:
    """How much there is besides."""
    return f"{count:,} more {what}{'s' * (count != 1)}"


# --- places ----------------------------------------------------------------------------------------------------------


def _places(found: list[Piece], new: str) -> list[Place]:
    """The changes that stand together, with what surrounds them and where that is."""
    at, line = 0, 1
    places: list[Place] = [("", [])]
    for number, (left, right) in enumerate(found):
        where, inside = places[-1]
        if left != right:
            inside.append((left, right))
            places[-1] = (where or _position(at, line, new), inside)
        else:
            head, tail = _around(left, first=number == 0, last=number == len(found) - 1)
            inside.append((head, head))
            places += [] if tail is None else [("", [(tail, tail)] if tail else [])]
        at, line = at + len(right), line + right.count("\n")
    return [(where, inside) for where, inside in places if where]


def _position(at: int, line: int, text: str) -> str:
    """Where in a text a change begins."""
    lines = text.count("\n") + 1
    return f"line {line:,} of {lines:,}" if lines > _FEW_LINES else f"character {at + 1:,} of {len(text):,}"


def _around(text: str, *, first: bool, last: bool) -> tuple[str, str | None]:
    """What did not change: the words after a change, and those before the next; all of it is the first when it is
    short.
    """
    if not first and not last and len(text) <= _NEAR and len(words_of(text)) <= 2 * _WIDE:
        return text, None
    return "" if first else _head(text), None if last else _tail(text)


def _head(text: str) -> str:
    """The first words of a text, of its first line."""
    head, line_end, _ = "".join(words_of(text[:_NEAR])[:_WIDE]).partition("\n")
    return head.rstrip(" ") + "…" if head and not line_end and head != text else head


def _tail(text: str) -> str:
    """The last words of a text, of its last line."""
    _, line_end, tail = "".join(words_of(text[-_NEAR:])[-_WIDE:]).rpartition("\n")
    return "…" + tail.lstrip(" ") if tail and not line_end and tail != text else tail


# --- as many lines as there is room for ------------------------------------------------------------------------------


def _folds(places: list[Place], room: int) -> Iterator[int | None]:
    """To how many characters each side of a change may be cut, the longest first: those with which all can fit."""
    for fold in _FOLDS:
        if fold == _FOLDS[-1] or _length_of(places, fold) <= room:
            yield fold


def _length_of(places: list[Place], fold: int | None) -> int:
    """How many characters of changes there are to show, when each is cut to `fold`."""
    lengths = (len(side) for _, inside in places for piece in inside if piece[0] != piece[1] for side in piece)
    return sum(length if fold is None else min(length, fold) for length in lengths)


def _lines_of(found: list[Piece]) -> int:
    """How many lines a place has, both sides of a change counted."""
    return 1 + sum(left.count("\n") + (right.count("\n") if left != right else 0) for left, right in found)


def _fitted(told: list[list[str]], whole: list[int], most: int) -> list[str]:
    """As many places as there is room for, and how much there is besides; `whole` has the lines of each."""
    shown: list[str] = []
    for number, lines in enumerate(told):
        others = len(whole) - number - 1
        room = most - len(shown) - (others > 0)
        if len(lines) <= room:
            shown += lines
            continue
        if shown and room < AT_LEAST:
            return [*shown, f"… and {more(others + 1, 'place')}"]
        rest = [more(max(len(lines), whole[number]) - room + 1, "line"), more(others, "place")]
        return [*shown, *lines[: room - 1], f"… and {' and '.join(rest if others else rest[:1])}"]
    return shown


# --- one place -------------------------------------------------------------------------------------------------------


def _place_lines(place: Place, ink: Ink, width: int, name: str, fold: int | None) -> list[str]:
    where, found = place
    label = ", ".join(filter(None, (printable(name), where)))
    start = [ink("dim", f"{label}: ")] if label else []
    return _wrapped([*start, *_marked(found, ink, fold, whole=bool(where))], width)


def _marked(found: list[Piece], ink: Ink, fold: int | None, *, whole: bool) -> Iterator[str]:
    """The pieces with their marks; `whole` for what did not change as it is, else its ends."""
    last = len(found) - 1
    for number, (left, right) in enumerate(found):
        if left != right:
            yield from _change(*shown_apart(left, right, fold), ink)
        else:
            yield visible(left) if whole or last == 0 else _ends(left, number == 0, number == last, ink)


def _change(gone: str, come: str, ink: Ink) -> Iterator[str]:
    """What is gone and what came, each in its colour or between its marks."""
    if gone:
        yield ink("red", gone if ink else f"[-{gone}-]")
    if come:
        yield ink("green", come if ink else f"{{+{come}+}}")


def _ends(text: str, first: bool, last: bool, ink: Ink) -> str:
    same = words_of(text)
    head = [] if first else same[:CONTEXT]
    tail = [] if last else same[-CONTEXT:]
    if len(head) + len(tail) >= len(same):
        return visible(text)
    cut = ink("dim", " … " if head and tail else "…")
    return visible("".join(head)).rstrip(" ") + cut + visible("".join(tail)).lstrip(" ")


def _wrapped(pieces: Iterable[str], width: int) -> list[str]:
    """Pieces on lines of about `width`; a visible line feed ends a line, as the line feed did."""
    lines: list[str] = [""]
    for part in re.split(r"(?<=↵)(?!-\]|\+\}|\x1b\[0m)", "".join(pieces)):
        for word in re.split(r"(?<= )", part):
            if lines[-1] and _length(lines[-1]) + _length(word) > width:
                lines.append("")
            lines[-1] += word
        if part.endswith("↵"):
            lines.append("")
    return each_in_colour([line.rstrip(" ") for line in lines if line.strip()])


def _length(text: str) -> int:
    return len(without_colour(text))
