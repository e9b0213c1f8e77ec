"""Where things stand in a JSON text (RFC 8259): found by walking it when somebody asks, never kept."""

from __future__ import annotations

import re
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]

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
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in route)


def find(text: str, route: Route, start: int = 0) -> Span | None:
    """The value that `route` (keys and indices, as such or as text) leads to in the JSON that begins at `start`.

    Where the route leads nowhere, the deepest value on the way; ``None`` when there is no JSON at all. Of duplicate
    keys the last counts, as for the parser.
    """
    try:
        index = _skip(text, start)
        span = Span(index, _value(text, index)[1], None)
        for step in route:
            inner = _step(text, span.start, str(step))
            if inner is None:
                break
            span = inner
    except (StopIteration, ValueError, IndexError, RecursionError):
        return None
    return span


def find_exactly(text: str, route: Route, start: int = 0) -> Span | None:
    """`find`, but ``None`` where the route leads nowhere."""
    try:
        index = _skip(text, start)
        span: Span | None = Span(index, _value(text, index)[1], None)
        for step in route:
            span = _step(text, span.start, str(step)) if span is not None else None
    except (StopIteration, ValueError, IndexError, RecursionError):
        return None
    return span


def end_of(text: str, start: int) -> int:
    """The end of the (valid) JSON value that begins at `start`."""
    end: int = _value(text, start)[1]
    return end


def members(text: str, start: int) -> list[tuple[str | int, int, int]]:
    """The members or elements of the object or array that begins at `start`: key or index, start (of the key), end."""
    found: list[tuple[str | int, int, int]] = []
    is_object = text[start] == "{"
    index = _skip(text, start + 1)
    while text[index] not in "}]":
        first, name = index, len(found)
        key: str | int = name
        if is_object:
            key, after = scanstring(text, index + 1, False)
            index = _skip(text, _skip(text, after) + 1)
        end = _value(text, index)[1]
        found.append((key, first, end))
        index = _skip(text, end)
        if text[index] == ",":
            index = _skip(text, index + 1)
    return found


class Leaf:
    """A scalar of a JSON text: its path (``choices[].delta.id``), its place, and the name of its holder's siblings."""

    __slots__ = ("end", "path", "start")

    def __init__(self, path: str, start: int, end: int) -> None:
        self.path = path
        self.start = start
        self.end = end


_TOKEN = re.compile(r'[ \t\n\r]*("[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+)', re.DOTALL)


def leaves(text: str, start: int = 0) -> Iterator[Leaf]:
    """Every scalar of the (valid) JSON text that begins at `start`, with its path; keys are none."""
    path = ""
    holders: list[tuple[str, bool]] = []  # the path of each open container, and whether it is an object
    expects_key = False
    at = start
    while True:
        match = _TOKEN.match(text, at)
        if match is None:
            return
        token, at = match[1], match.end()
        first = token[0]
        if first == "{" or first == "[":
            holders.append((path, first == "{"))
            expects_key = first == "{"
            if first == "[":
                path += "[]"
        elif first == "}" or first == "]":
            path, _ = holders.pop()
            if not holders:
                return
            expects_key = False
        elif first == ",":
            outer, is_object = holders[-1]
            expects_key = is_object
            path = outer if is_object else f"{outer}[]"
        elif first == ":":
            pass
        elif expects_key:
            name = token[1:-1] if "\\" not in token else scanstring(token, 1, False)[0]
            outer = holders[-1][0]
            path = f"{outer}.{name}" if outer else name
            expects_key = False
        else:
            yield Leaf(path, match.start(1), at)
            if not holders:
                return


def string_offset(text: str, start: int, offset: int) -> int:
    """The index in `text` of character `offset` of the JSON string whose opening quote is at `start`."""
    index = start + 1
    while offset > 0 and index < len(text):
        if text[index] != "\\":
            index += 1
        elif text[index + 1 : index + 2] != "u":
            index += 2
        elif re.match(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]", text[index : index + 12]):
            index += 12  # a surrogate pair is one character
        else:
            index += 6
        offset -= 1
    return index


def _skip(text: str, index: int) -> int:
    match = _space(text, index)
    assert match is not None
    return match.end()


def _step(text: str, start: int, step: str) -> Span | None:
    if text[start] == "{":
        return _member(text, start, step)
    if text[start] == "[" and step.isdigit():
        return _element(text, start, int(step))
    return None


def _member(text: str, start: int, key: str) -> Span | None:
    found = None
    index = _skip(text, start + 1)
    while text[index] != "}":
        name, after = scanstring(text, index + 1, False)
        value_start = _skip(text, _skip(text, after) + 1)
        value_end = _value(text, value_start)[1]
        if name == key:
            found = Span(value_start, value_end, (index, after))
        index = _skip(text, value_end)
        if text[index] == ",":
            index = _skip(text, index + 1)
    return found


def _element(text: str, start: int, wanted: int) -> Span | None:
    index = _skip(text, start + 1)
    position = 0
    while text[index] != "]":
        end = _value(text, index)[1]
        if position == wanted:
            return Span(index, end, None)
        position += 1
        index = _skip(text, end)
        if text[index] == ",":
            index = _skip(text, index + 1)
    return None
