"""The text of a file, its plain data, and the way from a place in the data to a line and a column.

`Source` is one file being read. Formats take interactions from it; findings ask it for regions.
"""

from __future__ import annotations

import os

from cassette_tools import budgets
from cassette_tools.errors import SourceError, SyntaxFault, UnsafeInput
from cassette_tools.finding import Region
from cassette_tools.model import Place, Problem
from cassette_tools.nesting import MAX_DEPTH, json_value
from cassette_tools.regular import held, opened, whole
from cassette_tools.source.text import FileText, MemoryText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cassette_tools.model import Json, Route
    from cassette_tools.source.comments import Comment
    from cassette_tools.source.json_tree import JsonText
    from cassette_tools.source.scalars import BlockMap, TokenMap
    from cassette_tools.source.text import Text
    from cassette_tools.source.yaml_tree import YamlSpan, YamlTree

STREAMED_ABOVE = 24_000_000  # bytes; a larger file is read in pieces
IGNORE_MARK = "cassette: ignore"  # what a suppression comment begins with


class Source:
    """One file being read, once: iterate `items`, then look at `top`. Regions can be asked for at any time.

    A file above `STREAMED_ABOVE` bytes is not held: of an item that was read before, regions are then its beginning.
    """

    def __init__(self, path: str, content: bytes | FileText) -> None:
        self.path = path
        self.keeps_items = False  # whether `top` holds also what `items` gives
        self.top: Json = None
        self.problems: list[Problem] = []
        self.documents = 0
        self.further: list[Json] = []
        self._content = content
        self._text: Text = content if isinstance(content, FileText) else MemoryText(content)
        self._yaml: YamlTree | None = None
        self._pieces: dict[Route, tuple[int, int]] | None = None
        self._json: JsonText | None = None
        self._maps: dict[int, TokenMap | BlockMap | None] = {}
        self._string: tuple[int, str] | None = None  # of JSON: where the last one asked for begins, and its value

    @classmethod
    def from_path(cls, path: str) -> Source:
        """The file at `path`. Raises SourceError when it cannot be opened, or is no regular file."""
        stream = opened(path)
        try:
            is_large = os.fstat(stream.fileno()).st_size > STREAMED_ABOVE
            if is_large and stream.read(2)[:1] not in (b"{", b"[", b"\x1f"):
                return cls(path, FileText(stream, IGNORE_MARK))
            stream.seek(0)
            with stream:
                return cls.from_bytes(whole(stream, path), path)
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}", path=path) from error

    @classmethod
    def from_bytes(cls, content: bytes, path: str) -> Source:
        """Content that is already here; `path` is what messages call it. What is gzip (RFC 1952) is unpacked, and
        lines count in what was in it. Raises SyntaxFault and UnsafeInput.
        """
        return cls(path, _unpacked(content, path) if content[:2] == b"\x1f\x8b" else content)

    @property
    def content(self) -> bytes | None:
        """The bytes of the file; ``None`` for one that is read in pieces."""
        return self._content if isinstance(self._content, bytes) else None

    def hold(self) -> None:
        """Say that all that is read of the file will be held at once. Raises UnsafeInput for more than may be."""
        if isinstance(self._content, FileText) and self._content.size > budgets.limit("bytes"):
            raise budgets.beyond("bytes", path=self.path)

    @property
    def is_json(self) -> bool:
        """Whether the file was read as JSON."""
        return self._yaml is None and self._pieces is None

    @property
    def tree(self) -> YamlTree:
        """The tree of a file that was read as YAML."""
        assert self._yaml is not None
        return self._yaml

    @property
    def is_text(self) -> bool:
        """Whether the file was read as neither YAML nor JSON."""
        return self._pieces is not None

    @property
    def data(self) -> list[Json] | None:
        """The plain data of every document of a file that was read to its end; ``None`` where items were not kept."""
        return [self.top, *self.further] if self._yaml is None or self._yaml.is_whole else None

    def items(self, *split: str) -> Iterator[Json]:
        """The elements of the first top-level sequence at a key in `split`, while the file is read. See
        `YamlTree.items`.

        For JSON files the whole is read first. Raises SyntaxFault and UnsafeInput, with path and line.
        """
        try:
            if isinstance(self._content, bytes):
                yield from self._from_memory(self._content, split)
            else:
                yield from self._from_yaml(self._content, split)
        except SourceError as error:
            error.path = self.path
            if error.byte is not None and isinstance(self._content, bytes):
                error.index = len(self._content[: error.byte].decode("utf-8", "replace"))
            if error.index is not None:
                error.line, error.column = self._text.line_column(error.index)
            raise

    def _from_memory(self, content: bytes, split: tuple[str, ...]) -> Iterator[Json]:
        start = content.lstrip()[:1]
        if start in (b"{", b"[") and self._is_json(content):
            inner = next(
                (key for key in split if isinstance(self.top, dict) and isinstance(self.top.get(key), list)), None
            )
            if inner is not None:
                yield from self.top[inner]
            return
        if content[:3] == b"\xef\xbb\xbf" or content[:2] in (b"\xff\xfe", b"\xfe\xff") or not _is_utf8(content):
            content = self._decoded(content).encode("utf-8")
            self._text = MemoryText(content)
        yield from self._from_yaml(content, split)

    def _from_yaml(self, content: bytes | FileText, split: tuple[str, ...]) -> Iterator[Json]:
        from cassette_tools.source._lenient import MAX_SIZE, REFUSALS, events
        from cassette_tools.source.yaml_tree import YamlTree

        count = 0
        try:
            for item in self._items_of(
                YamlTree(content, keep=isinstance(content, bytes), whole=self.keeps_items), split
            ):
                count += 1
                yield item
        except SyntaxFault as fault:
            lenient = isinstance(content, bytes) and len(content) < MAX_SIZE and fault.message.endswith(REFUSALS)
            if not lenient:
                raise
            assert isinstance(content, bytes)
            again = self._items_of(YamlTree(content, whole=self.keeps_items, events=events(content)), split)
            try:
                for number, item in enumerate(again):
                    if number >= count:  # those before were given already
                        yield item
            except (ValueError, OverflowError) as error:  # it trips over some numbers of characters that there are not
                raise fault from error

    def _items_of(self, tree: YamlTree, split: tuple[str, ...]) -> Iterator[Json]:
        self._yaml = tree
        tree.problems = self.problems = [problem for problem in self.problems if problem.kind != "duplicate-key"]
        for item in tree.items(*split):
            self.top = tree.top
            yield item
        self.top = tree.top
        self.documents = tree.documents
        self.further = tree.further

    def as_text(self) -> str:
        """The file as text that is neither YAML nor JSON; afterwards places are found by `mark`."""
        assert isinstance(self._content, bytes)
        text = self._decoded(self._content)
        self._yaml, self._text, self._pieces = None, MemoryText(text), {}
        return text

    def mark(self, route: Route, start: int, end: int) -> None:
        """Say that the piece of the text from `start` to `end` (code points) is what `route` leads to."""
        assert self._pieces is not None
        self._pieces[route] = (start, end)

    def _is_json(self, content: bytes) -> bool:
        from json import JSONDecodeError

        text = self._decoded(content)
        try:
            self.top = json_value(text, self._noting_duplicates)
        except RecursionError as error:
            raise UnsafeInput(f"nested more than {MAX_DEPTH} levels deep; no cassette is") from error
        except ValueError as error:
            if self.path.endswith((".yaml", ".yml")):  # a YAML file may begin with a flow mapping
                return False
            if not isinstance(error, JSONDecodeError):
                raise UnsafeInput("it holds a number of more digits than can be computed with") from error
            raise SyntaxFault(f"not readable as JSON: {error.msg}", line=error.lineno, column=error.colno) from error
        self._text = MemoryText(text)
        self.documents = 1
        return True

    def _noting_duplicates(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            from collections import Counter

            counted = Counter(key for key, _ in pairs)
            twice = next(key for key, count in counted.items() if count > 1)
            self.problems.append(
                Problem(
                    kind="duplicate-key",
                    message=f"an object has the key {twice!r} twice; parsers keep the last: remove one",
                )
            )
        return mapping

    def _decoded(self, content: bytes) -> str:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16", "replace")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            index = len(content[: error.start].decode("utf-8-sig", "replace"))
            self.problems.append(
                Problem(
                    kind="invalid-utf8",
                    message=f"byte 0x{content[error.start]:02x} is not UTF-8 ({error.reason}); recorders write "
                    "UTF-8, or !!binary for other bytes: record the file again, or convert it to UTF-8",
                    place=Place(route=(), offset=index, length=1),
                )
            )
            return content.decode("utf-8-sig", "replace")

    # --- places -----------------------------------------------------------------------------------------------------

    def spelling(self, route: Route) -> str | None:
        """The text of the scalar at `route` as the file spells its value; ``None`` when it is no scalar."""
        if self._yaml is None:
            return None
        span = self._yaml.span(route)
        return getattr(span.first, "value", None) if span is not None else None

    def scalars(self, route: Route) -> Iterator[str]:
        """The texts of all scalars of the node at `route` in a YAML file, those of keys too, in the file's order."""
        return self._yaml.scalars(route) if self._yaml is not None else iter(())

    def region(self, place: Place) -> Region:
        """The lines and columns of a place. Never fails: what cannot be found is the nearest thing around it."""
        start, end = self._indices(place)
        line, column = self._text.line_column(start)
        end_line, end_column = self._text.line_column(max(end, start))
        return Region(line=line, column=column, end_line=end_line, end_column=end_column)

    def comments(self, words: str) -> Iterator[Comment]:
        """The comments with these words in a file that was read; what is recorded is none. JSON has none."""
        if self._yaml is None or not self._text.marks(words):
            return iter(())
        from cassette_tools.source.comments import comments

        return comments(self._text, self._yaml, words)

    def line_column(self, index: int) -> tuple[int, int]:
        """The line and the column of a character of the file, from 1."""
        return self._text.line_column(index)

    def all_lines(self) -> list[str]:
        """Every line of the file, without its ending."""
        if isinstance(self._text, MemoryText):
            return self._text.text.split("\n")
        return [line.rstrip("\n") for line in self._text.lines()]

    def is_inside_scalar(self, line: int) -> bool:
        """Whether a line of a YAML file that is held in memory begins inside the text of a scalar."""
        assert isinstance(self._text, MemoryText)
        return self.tree.is_inside_scalar(self._text.line_start(line))

    def _indices(self, place: Place) -> tuple[int, int]:
        if self._pieces is not None:
            return self._in_text(self._pieces, place)
        if not place.route and place.offset is not None:
            return place.offset, place.offset + (place.length or 0)
        if self._yaml is not None:
            span = self._yaml.span(place.route)
            return self._in_yaml(span, place) if span is not None else self._forgotten(self._yaml, place)
        return self._in_json(place)

    def _forgotten(self, tree: YamlTree, place: Place) -> tuple[int, int]:
        """In a file that is not held: where the item began that the place is in."""
        start = tree.start_of_item(place.route)
        return start, start + 1 if start else start

    def _in_text(self, pieces: dict[Route, tuple[int, int]], place: Place) -> tuple[int, int]:
        route = place.route
        while route and route not in pieces:
            route = route[:-1]
        start, end = pieces.get(route, (0, 0))
        if route == place.route and (place.offset is not None or place.pointer is not None):
            first, last = _span_in_value(self._text.slice(start, end), place)
            return start + first, start + last
        return start, end

    def _in_yaml(self, span: YamlSpan, place: Place) -> tuple[int, int]:
        first, last = span.first, span.last
        start, end = first.start_mark.index, last.end_mark.index
        value = getattr(first, "value", None)
        if place.on_key and span.key is not None:
            return span.key.start_mark.index, span.key.end_mark.index
        if value is not None and (place.offset is not None or place.pointer is not None):
            from_value = _span_in_value(value, place)
            scalar = self._scalar_map(first, value)
            if scalar is not None:
                return scalar.where(from_value[0]), scalar.where(from_value[1])
        if value is None or first.style in ("|", ">"):  # a block: its key says where it is
            if span.key is not None:
                return span.key.start_mark.index, span.key.end_mark.index
            return start, min(end, start + 1)
        return start, end

    def _scalar_map(self, event: Any, value: str) -> TokenMap | BlockMap | None:
        """The map of one scalar of YAML."""
        start, end = event.start_mark.index, event.end_mark.index
        return self._map(start, end, value, event.style or "")

    def _map(self, start: int, end: int, value: str, style: str) -> TokenMap | BlockMap | None:
        """The map of the scalar that is spelled there; the last few are remembered, because findings come in groups."""
        from cassette_tools.source.scalars import scalar_map

        if start not in self._maps:
            if len(self._maps) > 8:
                self._maps.clear()
            self._maps[start] = scalar_map(self._text.slice(start, end), start, value, style)
        return self._maps[start]

    def _in_json(self, place: Place) -> tuple[int, int]:
        from cassette_tools.source.json_tree import JsonText

        assert isinstance(self._text, MemoryText)
        text = self._text.text
        if self._json is None:
            self._json = JsonText(text)
        span = self._json.find(place.route)
        if span is None:
            return 0, 0
        if place.on_key and span.key is not None:
            return span.key
        if text[span.start] == '"' and (place.offset is not None or place.pointer is not None):
            return self._in_json_string(span.start, span.end, place)
        if text[span.start] in "{[":
            if place.pointer is not None:  # a body that the file holds as JSON, not as text
                inner = self._json.find(tuple(place.pointer.split("/")[1:]), span.start)
                return (inner.start, inner.end) if inner is not None else (span.start, span.start + 1)
            return span.key if span.key is not None else (span.start, span.start + 1)
        return span.start, span.end

    def _in_json_string(self, start: int, end: int, place: Place) -> tuple[int, int]:
        import json

        assert isinstance(self._text, MemoryText)
        if self._string is None or self._string[0] != start:
            self._string = start, json.loads(self._text.text[start:end], strict=False)
        value = self._string[1]
        first, last = _span_in_value(value, place)
        scalar = self._map(start, end, value, "json")
        return (scalar.where(first), scalar.where(last)) if scalar is not None else (start, end)


def _span_in_value(value: str, place: Place) -> tuple[int, int]:
    """Offsets in a scalar's value of what `place` points at."""
    offset = place.offset or 0
    if place.pointer is not None:
        from cassette_tools.source.json_tree import find, route_from_pointer

        span = find(value, route_from_pointer(place.pointer), offset)
        if span is not None and place.character is not None:
            start = string_offset(value[span.start : span.end], span.start, place.character)
            return start, start
        if span is not None:
            return span.start, span.end
    return offset, offset + (place.length or 0)


def string_offset(spelling: str, start: int, character: int) -> int:
    """Where a character of a JSON string stands that is spelled there; of another value, where that begins."""
    if not spelling.startswith('"'):
        return start
    from cassette_tools.source.scalars import scalar_map

    places = scalar_map(spelling, start, "", "json")
    return start if places is None else places.where(character)


def _unpacked(content: bytes, path: str) -> bytes:
    """What a gzip file holds: all of its members (RFC 1952 §2.2), each with the right checksum."""
    from gzip import GzipFile
    from io import BytesIO
    from zlib import error as Damaged

    try:
        return held(GzipFile(fileobj=BytesIO(content)).read, path)
    except (OSError, EOFError, Damaged) as error:
        raise SyntaxFault(f"not readable as gzip: {error}", path=path) from error


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
