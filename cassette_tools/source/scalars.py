"""From an offset in a scalar's value to the index in the file, through folding, quoting and block styles.

What stands between quotes, or plainly, is the value but for its *tokens*: escapes, doubled quotes and folded line
breaks (YAML 1.1 §5.7, §9.1; RFC 8259 §7). A block scalar is cut into runs, each of which gives a known piece of the
value (§9.3). Where these do not come to the value (a parser that disagrees with us), the caller falls back to the start
of the scalar.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter

from cassette_tools._record import record
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STRIDE = 100  # tokens
BREAK = "(?:\r\n|[\r\n\x85\u2028\u2029])"


class BlockMap:
    """Runs of a block scalar: `where(offset)` leads from the value to the file."""

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


class TokenMap:
    """A scalar on one level: `where(offset)` leads from the value to the file, past the tokens before it.

    It is walked through in strides of many tokens, and only as far as somebody asks: the body of a long stream has
    millions, and each stride is counted without a step of ours for each of them.
    """

    def __init__(self, spelling: str, start: int, style: Style) -> None:
        self._spelling = spelling
        self._start = start
        self._style = style
        self._last = max(len(spelling) - style.quote, style.quote)  # where the value ends
        self._strides = [(0, style.quote)]  # where one begins: the offset in the value, the index in the spelling
        self._is_walked = False
        self._opened: tuple[int, list[tuple[int, int, int]]] = -1, []  # the last stride asked for, and its runs

    def __len__(self) -> int:
        """How long the value is."""
        if self._style.mark:
            return self._given(self._style.quote, self._last)
        while not self._is_walked:
            self._stride()
        offset, index = self._strides[-1]
        return offset + self._last - index

    def where(self, offset: int) -> int:
        """The index in the file of the character at `offset` of the value."""
        while not self._is_walked and self._strides[-1][0] <= offset:
            self._stride()
        at = bisect_right(self._strides, offset, key=itemgetter(0)) - 1
        if self._opened[0] != at:
            self._opened = at, [*self._runs(at)]
        runs = self._opened[1]
        begun, index, end = runs[bisect_right(runs, offset, key=itemgetter(0)) - 1]
        return self._start + min(index + offset - begun, end)  # of what a token gives, all stands where it begins

    def _runs(self, at: int) -> Iterator[tuple[int, int, int]]:
        """The texts between the tokens of a stride: the offset in the value, and where one begins and ends."""
        (begun, index), *after = self._strides[at : at + 2]
        for match in self._style.token.finditer(self._spelling, index, after[0][1] if after else index):
            yield begun, index, match.start(1)
            begun += match.start(1) - index + self._style.given(match[1])
            index = match.end()
        yield begun, index, self._last

    def _stride(self) -> None:
        begun, index = self._strides[-1]
        found = self._style.stride.match(self._spelling, index, self._last)
        if found is None:  # no further token
            self._is_walked = True
            return
        self._strides.append((begun + self._given(index, found.end()), found.end()))

    def _given(self, start: int, end: int) -> int:
        """How much of the value a part of the spelling gives that ends with a token, or where no further one is."""
        style, spelling = self._style, self._spelling
        if style.mark:
            return end - start - spelling.count(style.mark, start, end) + spelling.count(style.mark * 2, start, end)
        tokens = style.token.findall(spelling, start, end)
        return end - start - len("".join(tokens)) + sum(map(style.given, tokens))


def scalar_map(spelling: str, start: int, value: str, style: str) -> TokenMap | BlockMap | None:
    """The map of a scalar whose `spelling` begins at index `start`; ``None`` when it cannot be explained."""
    if style in _PIECES:
        return _block_map(spelling, start, value, style)
    is_short = not any(sign in spelling for sign in _LONGER[style])
    found = TokenMap(spelling, start, (_SHORT if is_short else _STYLES)[style])
    is_explained = style == "json" or not value or len(found) == len(value)
    return found if is_explained else None


def _block_map(spelling: str, start: int, value: str, style: str) -> BlockMap | None:
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
    if not text.startswith(value) and not value.startswith(text):
        return None
    return BlockMap(runs, start + len(spelling))


# --- tokens ----------------------------------------------------------------------------------------------------------


@record
class Style:
    """A way to write a scalar on one level: how long its quotes are, and what its tokens are, one or many at a time.

    `token` has the token as its group, after the text before it; `given` says how much of the value it gives. Where all
    are a `mark` and one character more, and give one character, they can be counted without being looked at.
    """

    quote: int
    token: re.Pattern[str]
    stride: re.Pattern[str]
    given: Callable[[str], int]
    mark: str = ""


def _style(quote: int, text: str, token: str, given: Callable[[str], int], mark: str = "") -> Style:
    return Style(
        quote=quote,
        token=regex(f"(?:{text})*+({token})", re.DOTALL),
        stride=regex(f"(?:(?:{text})*+(?:{token})){{1,{STRIDE}}}+", re.DOTALL),
        given=given,
        mark=mark,
    )


def _one(_token: str) -> int:
    return 1


@lru_cache(maxsize=1024)
def _of_fold(token: str) -> int:
    """Several line breaks give all but the first, one gives a space, or itself where Unicode calls it a separator."""
    return len(_folded(token))


@lru_cache(maxsize=1024)
def _of_single_quoted(token: str) -> int:
    return 1 if token == "''" else _of_fold(token)


@lru_cache(maxsize=1024)
def _of_double_quoted(token: str) -> int:
    if token[0] != "\\":
        return _of_fold(token)
    # An escaped line break gives nothing, the blank lines after it a break each.
    return len(_normal(token)) - 1 if token[1] in _BREAKS else 1


_BREAKS = "\r\n\x85\u2028\u2029"
_BLANK_LINES = rf"(?:[ \t]*+{BREAK})*+[ \t]*+"
_FOLD = rf"[ \t]*+{BREAK}{_BLANK_LINES}"
_BLANKS = rf"[ \t]++(?![{_BREAKS}])"  # those before a line break are of its fold
_CODE = "x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}"
_STYLES = {
    # Two escaped surrogates are one character.
    "json": _style(1, r"[^\\]++", r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)", _one),
    '"': _style(
        1,
        rf"[^\\ \t{_BREAKS}]++|{_BLANKS}",
        rf"\\{BREAK}{_BLANK_LINES}|\\(?:{_CODE}|.)|{_FOLD}",
        _of_double_quoted,
    ),
    "'": _style(1, rf"[^' \t{_BREAKS}]++|{_BLANKS}", rf"''|{_FOLD}", _of_single_quoted),
    "": _style(0, rf"[^ \t{_BREAKS}]++|{_BLANKS}", _FOLD, _of_fold),
}
_ESCAPED = _style(1, r"[^\\]++", r"\\.", _one, mark="\\")
_SHORT = {  # of scalars without what makes tokens longer: those of recorders that fold no lines
    "json": _ESCAPED,
    '"': _ESCAPED,
    "'": _style(1, "[^']++", "''", _one, mark="'"),
    "": _style(0, ".++", "(?!)", _one),  # nothing but text
}
_LONGER = {"json": ("\\u",), '"': (*_BREAKS, r"\x", r"\u", r"\U"), "'": _BREAKS, "": _BREAKS}


_BREAK = regex(BREAK)


def _normal(breaks: str) -> list[str]:
    """The line breaks in a run as a value has them: LF, except the two that Unicode calls separators."""
    return [each if each in "\u2028\u2029" else "\n" for each in _BREAK.findall(breaks)]


def _folded(breaks: str) -> str:
    """What a run of line breaks gives in a flow scalar: one is a space, each further one stays."""
    first, *further = _normal(breaks)
    rest = "".join(further)
    return (rest or " ") if first == "\n" else first + rest


# --- blocks ----------------------------------------------------------------------------------------------------------


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
    indent: int | None = None
    first = next((line for line in _BREAK.split(value) if line.strip(" ")), None)
    for text, index, ending in _lines(spelling)[1:]:  # the first holds the indicators
        blanks = len(text) - len(text.lstrip(" "))
        if indent is None and first is not None and blanks < len(text):
            indent = next((cut for cut in range(blanks + 1) if first.startswith(text[cut:])), blanks)
        cut = blanks if indent is None else indent
        yield text[cut:], index + min(cut, len(text)), ending if ending in ("\u2028", "\u2029", "") else "\n"


def _lines(spelling: str) -> list[tuple[str, int, str]]:
    """The lines of a text: (text, index, line break)."""
    lines = []
    position = 0
    for match in _BREAK.finditer(spelling):
        lines.append((spelling[position : match.start()], position, match.group()))
        position = match.end()
    if position < len(spelling):
        lines.append((spelling[position:], position, ""))
    return lines


_PIECES = {"|": _literal, ">": _folded_block}
