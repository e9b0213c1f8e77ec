"""Where things stand in a JSON text (RFC 8259), found when somebody asks."""

from __future__ import annotations

import re
from functools import lru_cache
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]

from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Route

_space = re.compile(r"[ \t\n\r]*").match
_value = JSONDecoder().scan_once  # type: ignore[attr-defined]


class Span:
    """Where a value stands: `start` and `end`, and the key's own `key` span when it is a member of an object."""

    __slots__ = ("end", "key", "start")

    def __init__(self, start: int, end: int, key: tuple[int, int] | None) -> None:
        self.start = start
        self.end = end
        self.key = key


def route_from_pointer(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer (RFC 6901)."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def pointer_from_route(route: Route) -> str:
    """The JSON pointer (RFC 6901) of keys and indices."""
    return "".join(["/" + str(step).replace("~", "~0").replace("/", "~1") for step in route])


class JsonText:
    """A JSON text in which places are looked for: what is inside of an object or array is found once, when it is first
    asked for.
    """

    __slots__ = ("_inside", "_roots", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._roots: dict[int, Span] = {}  # by where the search begins
        self._inside: dict[int, dict[str, Span]] = {}  # by the start of the object or array

    def find(self, route: Route, start: int = 0) -> Span | None:
        """The value that `route` (keys and indices, as such or as text) leads to in the JSON that begins at `start`.

        Where the route leads nowhere, the deepest value on the way; ``None`` when there is no JSON at all. Of duplicate
        keys the last counts, as for the parser.
        """
        return self._follow(route, start)[0]

    def find_exactly(self, route: Route, start: int = 0) -> Span | None:
        """`find`, but ``None`` where the route leads nowhere."""
        span, is_there = self._follow(route, start)
        return span if is_there else None

    def _follow(self, route: Route, start: int) -> tuple[Span | None, bool]:
        """The value at `route`, or the deepest on the way, and whether the route leads there."""
        try:
            span = self._whole(start)
            for step in route:
                inner = self._members(span.start).get(str(step))
                if inner is None:
                    return span, False
                span = inner
        except (StopIteration, ValueError, IndexError, RecursionError):
            return None, False
        return span, True

    def _whole(self, start: int) -> Span:
        span = self._roots.get(start)
        if span is None:
            index = _skip(self.text, start)
            span = self._roots[start] = Span(index, _value(self.text, index)[1], None)
        return span

    def _members(self, start: int) -> dict[str, Span]:
        inside = self._inside.get(start)
        if inside is None:
            inside = self._inside[start] = {}
            if self.text[start] in "{[":
                for key, at, value, end in _walk(self.text, start):
                    inside[str(key)] = Span(value, end, at)
        return inside


@lru_cache(maxsize=4)
def _known(text: str) -> JsonText:
    """The text as it was asked before: findings come in groups."""
    return JsonText(text)


def find(text: str, route: Route, start: int = 0) -> Span | None:
    """`JsonText.find` in a text that is asked now and then."""
    return _known(text).find(route, start)


def find_exactly(text: str, route: Route, start: int = 0) -> Span | None:
    """`JsonText.find_exactly` in a text that is asked now and then."""
    return _known(text).find_exactly(route, start)


def end_of(text: str, start: int) -> int:
    """The end of the (valid) JSON value that begins at `start`."""
    end: int = _value(text, start)[1]
    return end


def members(text: str, start: int) -> list[tuple[str | int, int, int]]:
    """The members or elements of the object or array that begins at `start`: key or index, start (of the key), end."""
    return [(key, at[0] if at is not None else value, end) for key, at, value, end in _walk(text, start)]


def _walk(text: str, start: int) -> Iterator[tuple[str | int, tuple[int, int] | None, int, int]]:
    """The members or elements of the object or array that begins at `start`: key or index, span of the key, start and
    end of the value.
    """
    if text[start] == "{":
        index = start + 1
        while (found := _KEY.match(text, index)) is not None:
            begin = found.end()
            index = _value(text, begin)[1]
            yield _content(found[1]), found.span(1), begin, index
        return
    index = _after(text, start + 1)
    count = 0
    while text[index] != "]":
        end = _value(text, index)[1]
        yield count, None, index, end
        count += 1
        index = _after(text, end)


def _content(string: str) -> str:
    """What a JSON string says."""
    return string[1:-1] if "\\" not in string else str(scanstring(string, 1, False)[0])


_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SPACE = r"[ \t\n\r]*+"
_KEY = regex(rf"{_SPACE},?{_SPACE}({_STRING}){_SPACE}:{_SPACE}", re.DOTALL)
_NEXT = regex(rf"{_SPACE},?{_SPACE}")
_BARE = r'[^\s{}\[\],:"]++'  # a number, ``true``, ``false`` or ``null``
SCALAR = rf"{_STRING}|{_BARE}"
_SIGNS = r"[\s{}\[\],]*+"
# What stands before a scalar: signs, and keys that lead into objects and lists; then its own key.
_BEFORE = rf"{_SIGNS}(?:{_STRING}\s*+:\s*+[{{\[]{_SIGNS})*+(?:{_STRING}\s*+:\s*+)?+"
_RUN = rf"{_STRING}|{_BARE}(?:{_SPACE},{_SPACE}{_BARE})*+"  # several without a string in between stand in a list
_LEAF = regex(rf"({_BEFORE})({_RUN})|{_BEFORE}\Z", re.DOTALL)  # or what stands behind the last
_ONE = regex(r"[^\s,]++")
_STEP = regex(rf"[{{}}\[\]]|({_STRING})\s*+:", re.DOTALL)


def leaves(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
    """The path (``choices[].delta.id``), start and end of every scalar of the (valid) JSON text from `start`
    to `end` (or to where it ends); keys are none.
    """
    for path, begin, last in runs(text, start, end):
        for at, to in scalars_in(text, begin, last):
            yield path, at, to


def scalars_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The scalars of a run."""
    if text[start] == '"' or text.find(",", start, end) < 0:
        return [(start, end)]
    return [match.span() for match in _ONE.finditer(text, start, end)]


def runs(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
    """`leaves`, but numbers that follow each other in a list are one (and ``true``, ``false``, ``null``): embeddings
    have thousands.
    """
    if end is None:
        start = _skip(text, start)
        end = end_of(text, start) if start < len(text) else start
    found = _LEAF.findall(text, start, end)
    while found and not found[-1][1]:
        found.pop()
    between = tuple(before for before, _scalar in found)
    paths = _paths(between) if len(between) <= _SMALL else _paths.__wrapped__(between)
    at = start
    for path, (before, scalar) in zip(paths, found, strict=True):
        begin = at + len(before)
        at = begin + len(scalar)
        yield path, begin, at


_SMALL = 100  # scalars up to which it pays to remember what stands between them


@lru_cache(maxsize=1024)  # the events of a stream differ in nothing but their scalars
def _paths(between: tuple[str, ...]) -> list[str]:
    """The path of each scalar of a JSON text, by what stands before each."""
    paths = []
    path = ""
    holders: list[str] = []  # the path of each open object and list
    known: dict[str, list[tuple[str, str]]] = {}
    for before in between:
        steps = known.get(before)
        if steps is None:
            steps = known[before] = [(match[0], _content(match[1] or "")) for match in _STEP.finditer(before)]
        for sign, name in steps:
            if sign in "}]":
                path = holders.pop()
            elif sign in "{[":
                holders.append(path)
                path = f"{path}[]" if sign == "[" else path
            else:
                path = f"{holders[-1]}.{name}" if holders[-1] else name
        paths.append(path)
    return paths


def _skip(text: str, index: int) -> int:
    match = _space(text, index)
    assert match is not None
    return match.end()


def _after(text: str, index: int) -> int:
    """Where the next member begins, or the end of its holder stands."""
    match = _NEXT.match(text, index)
    assert match is not None
    return match.end()
