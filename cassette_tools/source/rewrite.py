"""A file written again with other values at some routes: every character that stands elsewhere stays.

`put` gives a scalar another value, `drop` takes a member out of a mapping or an element out of a sequence. What was
asked for is proved before it is given out: the new text is read again, and must be the old data with these changes
and no others. Who reads it anyway takes `text` and asks `prove` then.
"""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes

from cassette_tools.errors import NotRewritable, SourceError
from cassette_tools.model import ABSENT
from cassette_tools.source._libyaml import SequenceStartEvent
from cassette_tools.source.json_tree import JsonText, members
from cassette_tools.source.plain_file import value_at
from cassette_tools.source.spelling import YamlSpelling, json_string
from cassette_tools.source.yaml_tree import DOCUMENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cassette_tools.model import Json, Route
    from cassette_tools.source import Source

    Scalar = str | bytes | int | float | bool | None


_FURTHER = (DOCUMENT,)  # how a route into a further document begins


class Rewriting:
    """The changes of one file, which was read to its end by `source`."""

    def __init__(self, source: Source) -> None:
        self._layout: _YamlLayout | _JsonLayout = _JsonLayout(source) if source.is_json else _YamlLayout(source)
        self._source = source
        self._put: dict[Route, Scalar] = {}
        self._dropped: dict[Route, None] = {}
        self._listed: dict[Route, None] = {}
        self._sorted: dict[Route, None] = {}
        self._known = source.data

    def put(self, route: Route, value: Scalar) -> None:
        """Give the scalar at `route` another value than it has."""
        self._put[route] = value

    def drop(self, route: Route) -> None:
        """Take the member or element at `route` out of what holds it."""
        self._dropped[route] = None

    def enlist(self, route: Route) -> None:
        """Make a list of the scalar at `route`, a member of a mapping."""
        self._listed[route] = None

    def sort(self, route: Route) -> None:
        """Put the members of the mapping at `route` in the order of their names; those of a list of mappings that have
        one, by it. Only where nothing below changes.
        """
        if isinstance(self.value(route), dict | list):
            self._sorted[route] = None

    @property
    def original(self) -> bytes:
        """The file as it is."""
        return self._layout.original

    def value(self, route: Route) -> Any:
        """The plain data at `route` as they were read; `ABSENT` when it leads nowhere."""
        data = self._data()
        return value_at(data, route[1:]) if route[:1] == _FURTHER else value_at(data[0], route)

    def _data(self) -> list[Json]:
        """The plain data of the file as it is: those that were read, which nobody changes."""
        if self._known is None:
            self._known = documents(self._source.path, self.original)
        return self._known

    def routes(self, pattern: Route) -> list[Route]:
        """The routes of what there is that fit one with ``*`` for any member."""
        found: list[Route] = [()]
        for step in pattern:
            further: list[Route] = []
            for route in found:
                if step != "*":
                    further.append((*route, step))
                    continue
                holder = self.value(route)
                keys = holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
                further.extend((*route, key) for key in keys)
            found = further
        return [route for route in found if self.value(route) is not ABSENT]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not (self._put or self._dropped or self._listed or self._sorted)

    def content(self) -> bytes:
        """The whole file with the changes. Raises NotRewritable, and SourceError when the proof fails."""
        content = self.text()
        self.prove(documents(self._source.path, content))
        return content

    def text(self) -> bytes:
        """The whole file with the changes, not proved yet. Raises NotRewritable."""
        layout = self._layout
        edits: list[tuple[int, int, str]] = []
        edits.extend(layout.edit(route, value) for route, value in self._kept().items())
        for route in self._listed:
            if not self._is_gone(route, len(route) + 1):
                edits.extend(layout.enlisted(route))
        holders: dict[Route, list[Any]] = {}
        for route in self._dropped:
            if not self._is_gone(route, len(route)):
                holders.setdefault(route[:-1], []).append(route[-1])
        for holder, keys in holders.items():
            edits.extend(_removals(layout, holder, keys))
        for route in self._sorted:
            edits.extend(self._reordered(route))
        text = layout.text
        pieces: list[str] = []
        at = 0
        for start, end, replacement in sorted(edits):
            if start < at:
                raise NotRewritable("two changes overlap")
            pieces += (text[at:start], _with_line_ends(text, replacement))
            at = end
        pieces.append(text[at:])
        return layout.encoded("".join(pieces))

    def _kept(self) -> dict[Route, Scalar]:
        """The new values of what is not dropped."""
        return {route: value for route, value in self._put.items() if not self._is_gone(route, len(route) + 1)}

    def _reordered(self, route: Route) -> Iterator[tuple[int, int, str]]:
        """Each member in the place of the one that stood where it belongs."""
        node = self.value(route)
        members = self._layout.members(route)
        if len(members) != len(node):  # an alias, or a key that stands twice
            return
        names = [str(key) if isinstance(node, dict) else _name_of(node[key]) for key, _start, _end in members]
        order = sorted(range(len(members)), key=lambda at: (names[at].lower(), at))
        for slot, member in zip(members, order, strict=True):
            _key, start, end = members[member]
            if slot[1:] != (start, end):
                yield slot[1], slot[2], self._layout.text[start:end]

    def _is_gone(self, route: Route, below: int) -> bool:
        """Whether something shorter than `below` on the way of the route is dropped."""
        return any(route[:length] in self._dropped for length in range(1, below))

    def prove(self, found: list[Json] | None) -> None:
        """Raise SourceError unless the new text, read again, is found to hold what it should."""
        expected = _Changed(self._data())
        for route in self._placed(dict.fromkeys(self._sorted)):
            expected.sort(route)
        for route, value in self._placed(self._kept()).items():
            expected.put(route, value)
        for route in self._placed({each: None for each in self._listed if not self._is_gone(each, len(each) + 1)}):
            expected.enlist(route)
        for route in sorted(self._placed(self._dropped), key=_last_first, reverse=True):
            expected.drop(route)
        if expected.data != found:
            place = _differing(expected.data, found)
            raise SourceError(
                f"cannot be rewritten: read again, the new text is not what it should be{place}; the file was left as "
                "it is. This is a fault of ours: please report it with the file's layout",
                path=self._source.path,
            )

    def _placed(self, routes: dict[Route, Any]) -> dict[Route, Any]:
        """Routes below the list of documents."""
        return {(route[1:] if route[:1] == _FURTHER else (0, *route)): value for route, value in routes.items()}


def has_aliases(source: Source) -> bool:
    """Whether values of a YAML file that was read stand for others."""
    return alias_line(source) is not None


def alias_line(source: Source) -> int | None:
    """The line of the first alias of a YAML file that was read, from 1."""
    index = None if source.is_json or source.is_text else source.tree.alias_index()
    return None if index is None else source.line_column(index)[0]


def has_comments(source: Source) -> bool:
    """Whether a YAML file that was read has comments."""
    return next(source.comments("#"), None) is not None


def documents(path: str, content: bytes) -> list[Json]:
    """The plain data of every document of a file."""
    from cassette_tools.source import Source

    source = Source(path, content)
    for _ in source.items():
        pass
    return [source.top, *source.further]


def _removals(layout: _YamlLayout | _JsonLayout, holder: Route, keys: list[Any]) -> Iterator[tuple[int, int, str]]:
    """The stretches to cut so that the members `keys` of the node at `holder` are gone."""
    members = layout.members(holder)
    gone = [key in keys for key, _start, _end in members]
    if all(gone):
        yield layout.emptied(holder)
        return
    at = 0
    while at < len(members):
        if not gone[at]:
            at += 1
            continue
        last = at
        while last + 1 < len(members) and gone[last + 1]:
            last += 1
        if last + 1 < len(members):
            yield members[at][1], members[last + 1][1], ""
        else:
            yield layout.tail(holder, members[at - 1][2], members[at][1], members[last][2])
        at = last + 1


class _Changed:
    """Plain data with changes. What is changed is copied first, on the whole way to it: the old data stay."""

    def __init__(self, data: list[Json]) -> None:
        self.data = list(data)
        self._copies: dict[int, Any] = {id(self.data): self.data}  # held, so that no other gets the identity of one

    def put(self, route: Route, value: Scalar) -> None:
        holder = self._holder(route)
        if holder is not None:
            holder[_key(holder, route[-1])] = value

    def enlist(self, route: Route) -> None:
        holder = self._holder(route)
        if holder is not None:
            key = _key(holder, route[-1])
            holder[key] = [holder[key]]

    def drop(self, route: Route) -> None:
        holder = self._holder(route)
        if holder is not None:
            del holder[_key(holder, route[-1])]

    def sort(self, route: Route) -> None:
        listed = self._holder((*route, 0))
        if isinstance(listed, list):
            listed.sort(key=lambda each: _name_of(each).lower())

    def _holder(self, route: Route) -> Any:
        """What holds the value at a route, to be changed."""
        holder: Any = self.data
        for step in route[:-1]:
            key = _key(holder, step)
            inner = holder[key]
            if isinstance(inner, dict | list) and id(inner) not in self._copies:
                inner = holder[key] = inner.copy()
                self._copies[id(inner)] = inner
            holder = inner
        return holder


def _name_of(node: Json) -> str:
    """What a header field in a list is called: ``{name, value}``, ``[name, value]`` or a line."""
    if isinstance(node, dict):
        return str(node.get("name", ""))
    return str(node[0] if isinstance(node, list) and node else node)


def _last_first(route: Route) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, str(step)) for step in route]


def _key(holder: Any, step: Any) -> Any:
    if isinstance(holder, list):
        return int(step)
    return step if step in holder else next((key for key in holder if str(key) == str(step)), step)


class _YamlLayout:
    def __init__(self, source: Source) -> None:
        content = source.content
        if content is None:
            raise NotRewritable("it is too large to be held in memory")
        self.original = content
        self._tree = source.tree
        self._spelling = YamlSpelling()
        self.text, self._codec = _text_of(content)

    def encoded(self, text: str) -> bytes:
        return text.encode(self._codec)

    def edit(self, route: Route, value: Scalar) -> tuple[int, int, str]:
        found = self._tree.find(route)
        event = self._tree.event(found.at) if found is not None else None
        old = getattr(event, "value", None)
        if found is None or event is None or old is None:
            raise NotRewritable(f"there is no scalar at {_told(route)}")
        start, end = event.start_mark.index, event.end_mark.index
        if event.anchor:
            raise NotRewritable(f"the value at {_told(route)} has the anchor &{event.anchor}, which others may use")
        spelling = self.text[start:end]
        tag = ""
        if event.ctag is not None:
            tag, spelling = _split_tag(spelling)
            if tag.rstrip().endswith("binary"):
                return start, end, tag + _base64(value, event, spelling, found.margin)
        if isinstance(value, str):
            wanted = tuple(str(step) if not isinstance(step, int) else step for step in route)
            plain = spelling.replace("\r\n", "\n")
            new = self._spelling.spelled(value, event, plain, wanted, flow=found.flow, margin=found.margin)
            return start, end, tag + new
        if isinstance(value, bytes):
            raise NotRewritable(f"the value at {_told(route)} is text, and would have to hold bytes")
        return start, end, _plain(value)

    def enlisted(self, route: Route) -> Iterator[tuple[int, int, str]]:
        """What is written around a scalar that becomes the one element of a list: recorders write the list below the
        name, as far in as that.
        """
        found = self._tree.find(route)
        event = self._tree.event(found.at) if found is not None else None
        if found is None or event is None or event.anchor:
            raise NotRewritable(f"there is no scalar of its own at {_told(route)}")
        start, end = event.start_mark.index, event.end_mark.index
        if found.flow:
            yield start, start, "["
            yield end, end, "]"
            return
        key = next(begin for name, begin, _end in self.members(route[:-1]) if str(name) == str(route[-1]))
        margin = " " * (key - self.text.rfind("\n", 0, key) - 1)
        yield self._content_end(start), start, f"\n{margin}- "

    def members(self, route: Route) -> list[tuple[Any, int, int]]:
        found = self._tree.find(route)
        if found is None:
            raise NotRewritable(f"there is nothing at {_told(route)}")
        listed = []
        is_sequence = type(self._tree.event(found.at)) is SequenceStartEvent
        for key, first, last in self._tree.children(found.at):
            start = first.start_mark.index
            end = last.end_mark.index
            if not self._is_flow(found):
                start = self._indicator(start, "-" if isinstance(key, int) and is_sequence else "?")
                end = self._content_end(end)
            listed.append((key, start, end))
        return listed

    def tail(self, route: Route, before: int, start: int, end: int) -> tuple[int, int, str]:
        """The stretch to cut when the last members of the node at `route`, from `start` to `end`, go; the one that
        stays ends at `before`.
        """
        found = self._tree.find(route)
        if found is not None and self._is_flow(found):
            return before, end, ""
        line = self.text.rfind("\n", 0, start) + 1
        following = self.text.find("\n", end)
        return line, len(self.text) if following < 0 else following + 1, ""

    def _content_end(self, end: int) -> int:
        """The end of a node without the white space that libyaml counts to it."""
        while end and self.text[end - 1] in " \r\n\t":
            end -= 1
        return end

    def _is_flow(self, found: Any) -> bool:
        return bool(getattr(self._tree.event(found.at), "flow_style", False))

    def _indicator(self, start: int, indicator: str) -> int:
        """Where the ``-`` or ``?`` before a node stands, else the node itself."""
        at = start
        while at and self.text[at - 1] in (" \n" if indicator == "-" else " "):
            at -= 1
        return at - 1 if at < start and self.text[at - 1] == indicator else start

    def emptied(self, route: Route) -> tuple[int, int, str]:
        found = self._tree.find(route)
        assert found is not None
        first, last = self._tree.event(found.at), self._tree.event(self._tree.end(found.at))
        start, end = first.start_mark.index, last.end_mark.index
        empty = "[]" if type(first) is SequenceStartEvent else "{}"
        if self._is_flow(found):
            return start, end, empty
        while start and self.text[start - 1] in " \r\n":
            start -= 1
        return start, self._content_end(end), f" {empty}"


class _JsonLayout:
    def __init__(self, source: Source) -> None:
        content = source.content
        if content is None:
            raise NotRewritable("it is too large to be held in memory")
        self.original = content
        self.text, self._codec = _text_of(content)
        self._json = JsonText(self.text)

    def encoded(self, text: str) -> bytes:
        return text.encode(self._codec, "surrogatepass")

    def edit(self, route: Route, value: Scalar) -> tuple[int, int, str]:
        span = self._span(route)
        old = self.text[span.start : span.end]
        if old[:1] in "{[":
            raise NotRewritable(f"there is no scalar at {_told(route)}")
        if isinstance(value, str):
            return span.start, span.end, json_string(value, old if old.startswith('"') else '""')
        if isinstance(value, bytes):
            raise NotRewritable(f"the value at {_told(route)} is text, and would have to hold bytes")
        return span.start, span.end, json.dumps(value)

    def enlisted(self, route: Route) -> Iterator[tuple[int, int, str]]:
        span = self._span(route)
        yield span.start, span.start, "["
        yield span.end, span.end, "]"

    def members(self, route: Route) -> list[tuple[Any, int, int]]:
        return members(self.text, self._span(route).start)

    def tail(self, _route: Route, before: int, _start: int, end: int) -> tuple[int, int, str]:
        return before, end, ""

    def emptied(self, route: Route) -> tuple[int, int, str]:
        span = self._span(route)
        return span.start, span.end, "[]" if self.text[span.start] == "[" else "{}"

    def _span(self, route: Route) -> Any:
        span = self._json.find_exactly(route)
        if span is None:
            raise NotRewritable(f"there is nothing at {_told(route)}")
        return span


def _with_line_ends(text: str, new: str) -> str:
    """What is put into a text, with the line ends that the text has: those of its first line."""
    first = text.find("\n")
    if first < 1 or text[first - 1] != "\r" or "\n" not in new:
        return new
    return new.replace("\r\n", "\n").replace("\n", "\r\n")


def _text_of(content: bytes) -> tuple[str, str]:
    """The characters of a file as the parsers count them, and the codec that gives its bytes again."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                text = content.decode(codec)
            except UnicodeDecodeError as error:
                raise NotRewritable(f"it is not {codec} throughout ({error.reason})") from error
            if text.encode(codec) != content:
                raise NotRewritable(f"it is {codec} of a byte order that would be lost")
            return text, codec
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        raise NotRewritable(f"it is not UTF-8 throughout (byte {error.start}: {error.reason})") from error


def _split_tag(spelling: str) -> tuple[str, str]:
    """The tag with the spaces after it, and what it is the tag of."""
    tag = spelling.split(None, 1)[0]
    rest = spelling[len(tag) :].lstrip(" ")
    return spelling[: len(spelling) - len(rest)], rest


def _base64(value: Scalar, old: Any, spelling: str, margin: int) -> str:
    """Bytes in the layout that the old ones had: a block of lines of their length, or one scalar."""
    content = value if isinstance(value, bytes) else str(value).encode()
    encoded = b64encode(content).decode("ascii")
    lines = [line.strip() for line in old.value.split("\n") if line.strip()]
    if old.style in ("|", ">"):
        return _base64_block(encoded, max(map(len, lines), default=76), spelling, margin)
    if len(lines) > 1:
        return json.dumps(encodebytes(content).decode("ascii"))
    return f"{old.style or ''}{encoded}{old.style or ''}"


def _base64_block(encoded: str, width: int, spelling: str, margin: int) -> str:
    header, _, block = spelling.partition("\n")
    first = next((line for line in block.split("\n") if line.strip()), " " * (margin + 2))
    indent = " " * (len(first) - len(first.lstrip(" ")))
    cut = [encoded[at : at + width] for at in range(0, len(encoded), width)] or [""]
    return f"{header}\n" + "".join(f"{indent}{line}\n" for line in cut)


def _plain(value: int | float | bool | None) -> str:
    return "null" if value is None else json.dumps(value)


def _differing(expected: Any, found: Any) -> str:
    """`` at [0]['interactions'][3]``: where two documents that should be the same first differ. Values are not shown:
    they may be secrets.
    """
    from deepdiff import DeepDiff

    try:
        levels = DeepDiff(expected, found, view="tree", ignore_order=False)
    except RecursionError:
        return ""
    paths = sorted(level.path() for kind in levels.values() for level in kind)
    return f" at {paths[0].removeprefix('root')}" if paths else ""


def _told(route: Route) -> str:
    return ".".join(str(step) for step in route) or "the top"
