"""From an offset in a scalar's value to the index in the file, through folding, quoting and block styles.

The spelling of a scalar is cut into runs, each of which gives a known piece of the value (YAML 1.1 §5.7, §9). Joined,
the pieces are the value; where they are not (a parser that disagrees with us), the caller falls back to the start of
the scalar.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import itemgetter

from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BREAK = "(?:\r\n|[\r\n\x85\u2028\u2029])"
ESCAPES = {
    "0": "\0", "a": "\x07", "b": "\x08", "t": "\t", "\t": "\t", "n": "\n", "v": "\x0b", "f": "\x0c", "r": "\r",
    "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "'": "'", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


class ScalarMap:
    """Runs of a scalar: `where(offset)` leads from the value to the file."""

    def __init__(self, runs: list[tuple[int, int, bool]], end: int) -> None:
        self._starts = [run[0] for run in runs]  # offsets in the value
        self._runs = runs  # (offset in the value, index in the file, whether both advance together)
        self._end = end

    def where(self, offset: int) -> int:
        """The index in the file of the character at `offset` of the value."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return self._end
        value_start, file_start, verbatim = self._runs[at]
        return min(file_start + (offset - value_start if verbatim else 0), self._end)


class JsonMap:
    """A string of JSON (RFC 8259 §7): `where(offset)` leads from the value to the file, past the escapes before it.

    It is walked through in strides of many escapes, and only as far as somebody asks.
    """

    def __init__(self, spelling: str, start: int) -> None:
        self._spelling = spelling
        self._start = start
        self._last = max(len(spelling) - 1, 1)  # where the string ends
        self._strides = [(0, 1)]  # where one begins: the offset in the value, the index in the spelling
        self._is_walked = False

    def where(self, offset: int) -> int:
        """The index in the file of the character at `offset` of the value."""
        while not self._is_walked and self._strides[-1][0] <= offset:
            self._stride()
        at = bisect_right(self._strides, offset, key=itemgetter(0)) - 1
        begun, index = self._strides[at]
        for match in _regex("json").finditer(self._spelling, index, self._last):
            if begun + match.start() - index >= offset:
                break
            begun, index = begun + match.start() - index + 1, match.end()
        return self._start + min(index + offset - begun, len(self._spelling))

    def _stride(self) -> None:
        begun, index = self._strides[-1]
        found = _STRIDE.match(self._spelling, index, self._last)
        if found is None:  # no further escape
            self._is_walked = True
            return
        escapes = _regex("json").findall(self._spelling, index, found.end())
        length = found.end() - index - sum(map(len, escapes)) + len(escapes)
        self._strides.append((begun + length, found.end()))


def scalar_map(spelling: str, start: int, value: str, style: str) -> ScalarMap | JsonMap | None:
    """The map of a scalar whose `spelling` begins at index `start`; ``None`` when it cannot be explained."""
    if style == "json":
        return JsonMap(spelling, start)
    runs: list[tuple[int, int, bool]] = []
    joined: list[str] = []
    length = 0
    for piece, index in _PIECES[style](spelling, value):
        if not piece:
            continue
        runs.append((length, start + index, spelling.startswith(piece, index)))
        joined.append(piece)
        length += len(piece)
    text = "".join(joined)
    if not text.startswith(value) and not (style in "|>" and value.startswith(text)):
        return None
    return ScalarMap(runs, start + len(spelling))


def _double_quoted(spelling: str, _value: str) -> Iterator[tuple[str, int]]:
    for match in _regex("double").finditer(spelling, 1, max(len(spelling) - 1, 1)):
        kind = match.lastgroup
        text = match.group()
        if kind == "text":
            yield text, match.start()
        elif kind == "fold":
            yield _folded(text), match.start()
        elif kind == "line":  # an escaped line break gives nothing, the blank lines after it a break each
            yield "".join(_normal(text)[1:]), match.start()
        elif kind == "code":
            yield chr(int(text[2:], 16)), match.start()
        else:
            yield ESCAPES.get(text[1:], text[1:]), match.start()


def _single_quoted(spelling: str, _value: str) -> Iterator[tuple[str, int]]:
    for match in _regex("single").finditer(spelling, 1, max(len(spelling) - 1, 1)):
        kind = match.lastgroup
        yield "'" if kind == "quote" else _folded(match.group()) if kind == "fold" else match.group(), match.start()


def _plain(spelling: str, _value: str) -> Iterator[tuple[str, int]]:
    for match in _regex("plain").finditer(spelling):
        yield _folded(match.group()) if match.lastgroup == "fold" else match.group(), match.start()


def _normal(breaks: str) -> list[str]:
    """The line breaks in a run as a value has them: LF, except the two that Unicode calls separators."""
    return [each if each in "\u2028\u2029" else "\n" for each in _regex("break").findall(breaks)]


def _folded(breaks: str) -> str:
    """What a run of line breaks gives in a flow scalar: one is a space, each further one stays."""
    first, *further = _normal(breaks)
    rest = "".join(further)
    return (rest or " ") if first == "\n" else first + rest


def _literal(spelling: str, value: str) -> Iterator[tuple[str, int]]:
    for line, index, ending in _block_lines(spelling, value):
        yield line, index
        yield ending, index + len(line)


def _folded_block(spelling: str, value: str) -> Iterator[tuple[str, int]]:
    """Content lines are aligned with the value; what stands between two of them is one space or a run of line feeds."""
    at = 0
    for line, index, _ending in _block_lines(spelling, value):
        if not line:
            continue
        gap = at
        while gap < len(value) and value[gap] == "\n":
            gap += 1
        if gap == at and at and value.startswith(" ", at):
            gap += 1
        yield value[at:gap], max(index - 1, 0)
        yield line, index
        at = gap + len(line)
    yield value[at:], len(spelling) - 1 if spelling else 0


def _block_lines(spelling: str, value: str) -> Iterator[tuple[str, int, str]]:
    """The lines of a block scalar without their indentation: (text, index in the spelling, ending in the value)."""
    lines = []
    position = 0
    for match in _regex("break").finditer(spelling):
        lines.append((spelling[position : match.start()], position, match.group()))
        position = match.end()
    if position < len(spelling):
        lines.append((spelling[position:], position, ""))
    indent: int | None = None
    first = next((line for line in _regex("break").split(value) if line.strip(" ")), None)
    for text, index, ending in lines[1:]:  # the first holds the indicators
        blanks = len(text) - len(text.lstrip(" "))
        if indent is None and first is not None and blanks < len(text):
            indent = next((cut for cut in range(blanks + 1) if first.startswith(text[cut:])), blanks)
        cut = blanks if indent is None else indent
        yield text[cut:], index + min(cut, len(text)), ending if ending in ("\u2028", "\u2029", "") else "\n"


_PIECES = {
    '"': _double_quoted,
    "'": _single_quoted,
    "": _plain,
    "|": _literal,
    ">": _folded_block,
}
_FOLD = rf"(?P<fold>[ \t]*{BREAK}(?:[ \t]*{BREAK})*[ \t]*)"
_ESCAPE = r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)"  # two escaped surrogates are one character
_STRIDE = regex(rf"(?:[^\\]*+{_ESCAPE}){{1,4000}}+")
_PATTERNS = {
    "json": _ESCAPE,
    "break": BREAK,
    "double": rf"(?P<line>\\{BREAK}(?:[ \t]*{BREAK})*[ \t]*)"
    r"|(?P<code>\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))|(?P<escape>\\.)"
    rf"|{_FOLD}|(?P<text>(?:[^\\ \t\r\n\x85\u2028\u2029]|[ \t]+(?![ \t\r\n\x85\u2028\u2029]))+|[ \t])",
    "single": rf"(?P<quote>'')|{_FOLD}"
    r"|(?P<text>(?:[^' \t\r\n\x85\u2028\u2029]|[ \t]+(?![ \t\r\n\x85\u2028\u2029]))+|[ \t])",
    "plain": rf"{_FOLD}|(?P<text>(?:[^ \t\r\n\x85\u2028\u2029]|[ \t]+(?![ \t\r\n\x85\u2028\u2029]))+|[ \t])",
}
_COMPILED: dict[str, re.Pattern[str]] = {}


def _regex(name: str) -> re.Pattern[str]:
    """Compiled when first wanted: only findings inside scalars need them."""
    if name not in _COMPILED:
        _COMPILED[name] = re.compile(_PATTERNS[name])
    return _COMPILED[name]
