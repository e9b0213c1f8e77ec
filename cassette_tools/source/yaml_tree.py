"""YAML 1.1 as plain data, with the place of every node, in one pass over libyaml's events.

The data are what PyYAML's safe loader gives, except that: a date stays text (its text is what counts in a header);
``!!binary`` and Ruby's ``!binary`` give bytes; any other foreign tag is read as what it holds and never constructed;
a key that is no scalar becomes one (a tuple, or the one text inside a ``python/object/apply`` list, which is how
VCR.py spells a case-insensitive header). The events are kept, so that a route leads to a line; nothing is worked out
for a node until somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left

from cassette_tools import budgets
from cassette_tools.errors import SyntaxFault, UnsafeInput
from cassette_tools.model import Place, Problem
from cassette_tools.nesting import MAX_DEPTH
from cassette_tools.source._libyaml import (
    AliasEvent,
    CParser,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from cassette_tools.model import Json, Route
    from cassette_tools.source.text import FileText

    _Weight: TypeAlias = tuple[Json, int, int]
    _Level: TypeAlias = tuple[Any, Any, Any]  # a container, its key that waits for a value, and the event that began it

DOCUMENT = "\0document"  # a route into a document after the first begins with this, which no key can be, and its number

_NO_KEY: Any = object()
_IN_LIST: Any = object()
_MERGE: Any = object()
_BEGINNINGS = frozenset((MappingStartEvent, SequenceStartEvent))
_ENDS = frozenset((MappingEndEvent, SequenceEndEvent))
_NODES = frozenset((MappingStartEvent, SequenceStartEvent, ScalarEvent))
_DEPTHS: dict[type, int] = {
    **dict.fromkeys(_BEGINNINGS, 1),
    **dict.fromkeys(_ENDS, -1),
}  # by which each event changes the depth


class YamlTree:
    """One pass over a YAML stream. `items` gives the elements of one top-level sequence as they are read.

    With `keep=False` the events of an item are forgotten when the next is read, so that memory does not grow with the
    file; routes then lead only into the current item. With `whole` the items stay in `top` as well. `events` stand in
    for libyaml's.
    """

    def __init__(
        self,
        text: str | bytes | FileText,
        *,
        keep: bool = True,
        whole: bool = False,
        events: Iterator[Any] | None = None,
    ) -> None:
        self._get: Callable[[], Any] = CParser(text).get_event if events is None else events.__next__
        self._keep = keep
        self._whole = whole
        self.is_whole = True  # whether nothing is missing in `top`
        self._events: list[Any] = []
        self._items_key: str | None = None
        self._item_starts: dict[int, int] = {}
        self._passed: list[int] | array[int] = []  # without `keep`: the index in the file at which each item begins
        if not keep:
            from array import array

            self._passed = array("Q")
        self._anchors: dict[str, Json] = {}
        self._weights: dict[int, _Weight] = {}  # of what aliases stand for, by its identity
        self._expanded = 0
        self.problems: list[Problem] = []
        self.top: Json = None
        self.documents = 0
        self.further: list[Json] = []  # the documents after the first
        self._starts: list[int] = []  # where the node of each document begins, in `_events`
        self._scalars: list[Any] | None = None  # the events of all scalars, when somebody asked
        self._ends: dict[int, int] = {}  # where a collection ends, by where it begins
        self._inside: dict[int, dict[Any, tuple[Any, int]]] = {}  # the event of its key and the node, by each step

    def items(self, *split: str) -> Iterator[Json]:
        """Read everything; yield the elements of the first top-level sequence that stands at a key in `split`.

        When the iterator is exhausted, `top` is the whole first document without them (that key holds ``[]``), or with
        them where the tree is made `whole`.
        Raises SyntaxFault and UnsafeInput.
        """
        try:
            yield from self._stream(split)
        except MarkedYAMLError as error:
            raise _syntax_fault(error) from error
        except YAMLError as error:
            raise _unreadable(error) from error

    def _next(self) -> Any:
        event = self._get()
        self._events.append(event)
        return event

    def _stream(self, split: tuple[str, ...]) -> Iterator[Json]:
        while type(event := self._next()) is not StreamEndEvent:
            if type(event) is not DocumentStartEvent:
                continue
            self.documents += 1
            self._starts.append(len(self._events))
            if self.documents > 1:
                self._anchors.clear()
                further = self._build(self._next(), ())
                if self._keep:
                    self.further.append(further)
                continue
            first = self._next()
            if type(first) is MappingStartEvent and not first.anchor:
                yield from self._top_mapping(split)
            else:
                self.top = self._build(first, ())

    def _top_mapping(self, split: tuple[str, ...]) -> Iterator[Json]:
        top: dict[Any, Json] = {}
        self.top = top
        while type(event := self._next()) is not MappingEndEvent:
            key = self._build(event, ())
            if not _is_hashable(key):
                key = _key_from(key, event)
            if key in top:
                self.problems.append(_duplicate(key, (key,)))
            event = self._next()
            if self._items_key is None and key in split and type(event) is SequenceStartEvent and not event.anchor:
                self._items_key = key
                kept: list[Json] = []
                top[key] = kept
                self.is_whole = self._whole
                yield from self._split_items(key, kept)
            else:
                top[key] = self._build(event, (key,))

    def _split_items(self, key: str, kept: list[Json]) -> Iterator[Json]:
        index = 0
        while type(event := self._next()) is not SequenceEndEvent:
            if not self._keep:
                self._events = [event]
                self._passed.append(event.start_mark.index)
                self._item_starts.clear()
                self._ends.clear()
                self._inside.clear()
            self._item_starts[index] = len(self._events) - 1
            item = self._build(event, (key, index))
            if self._whole:
                kept.append(item)
            yield item
            index += 1

    def _build(self, event: Any, route: Route) -> Json:
        """The plain data of the node that begins with `event`: one loop, no recursion, for speed and for safety."""
        get = self._get
        note = self._events.append
        known = _RESOLVED
        stack: list[_Level] = []
        container: Any = None
        key: Any = None
        opened: Any = None  # the event that began `container`
        while True:
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = event.value
                if event.ctag is not None:
                    value = _tagged(event, value)
                elif not event.style:
                    value = _MERGE if value == "<<" and key is _NO_KEY else known[value]
                if event.anchor:
                    self._anchors[event.anchor] = value
            elif kind in _BEGINNINGS:
                stack.append((container, key, opened))
                container, key = _opened(event, len(stack))
                opened = event
                event = get()
                note(event)
                continue
            elif kind in _ENDS:
                value = self._closed(container, opened)
                container, key, opened = stack.pop()
            else:
                value = self._alias(event, len(stack))
            if container is None:
                return value
            if key is _IN_LIST:
                container.append(value)
            elif key is _NO_KEY:
                is_new = type(value) is str and value not in container
                key = value if is_new else self._key(value, event, container, (*route, *_steps(stack)))
            else:
                container[key] = value
                key = _NO_KEY
            event = get()
            note(event)

    def _closed(self, container: Any, opened: Any) -> Json:
        """A mapping or sequence that is whole, which the event `opened` began."""
        value = _merged(container) if type(container) is dict and _MERGE in container else container
        if opened.anchor:
            self._anchors[opened.anchor] = value
        return value

    def _key(self, value: Json, event: Any, container: dict[Any, Json], holder: Route) -> Any:
        """A node as the next key of the mapping at `holder`."""
        if not _is_hashable(value):
            return _key_from(value, event)
        if value in container:
            self.problems.append(_duplicate(value, (*holder, value)))
        return value

    def _alias(self, event: Any, depth: int) -> Json:
        """What an alias at a depth stands for. Raises UnsafeInput where that grows beyond all bounds."""
        if type(event) is not AliasEvent:
            raise _at(event, SyntaxFault, "unexpected end of the document")
        if event.anchor not in self._anchors:
            raise _at(event, UnsafeInput, f"the alias *{event.anchor} stands for a node that is still open")
        value = self._anchors[event.anchor]
        nodes, levels = _weight(value, self._weights)
        self._expanded += nodes
        if self._expanded > budgets.limit("nodes"):
            raise _placed(event, budgets.beyond("nodes"))
        if depth + levels > MAX_DEPTH:
            raise _too_deep(event)
        return value

    def span(self, route: Route) -> YamlSpan | None:
        """Where the node at `route` stands; the deepest node on the way when the route leads nowhere."""
        found = self._found(route)
        if found is None:
            return None
        at, key = found
        return YamlSpan(self._events[at], self._events[self.end(at)], key)

    def start_of_item(self, route: Route) -> int:
        """The index in the file of the item that a route leads into, once its events are forgotten; 0 for none."""
        index = route[1] if len(route) > 1 and route[0] == self._items_key else None
        return self._passed[index] if isinstance(index, int) and index < len(self._passed) else 0

    def find(self, route: Route) -> Found | None:
        """The node that `route` leads to, all the way; ``None`` when it leads nowhere."""
        entry = self._entry(route)
        if entry is None:
            return None
        at, steps = entry
        events = self._events
        flow, margin = bool(getattr(events[self._starts[0]], "flow_style", False)), 0
        for step in steps:
            holder = events[at]
            found = self._step(at, step)
            if found is None:
                return None
            key, at = found
            flow = flow or bool(holder.flow_style)
            margin = (key or holder).start_mark.column
        return Found(at, flow, margin)

    def alias_index(self) -> int | None:
        """Where the first alias stands."""
        return next((event.start_mark.index for event in self._events if type(event) is AliasEvent), None)

    def event(self, at: int) -> Any:
        """The event at an index that `find` gave."""
        return self._events[at]

    def end(self, at: int) -> int:
        """The index of the last event of the node that begins at `at`."""
        if type(self._events[at]) not in _BEGINNINGS:
            return at
        if at not in self._ends:
            depth = 0
            for index in range(at, len(self._events)):
                depth += _DEPTHS.get(type(self._events[index]), 0)
                if depth == 0:
                    self._ends[at] = index
                    break
            else:
                return len(self._events) - 1  # it is still being read
        return self._ends[at]

    def _step(self, at: int, step: object) -> tuple[Any, int] | None:
        """The key's event and the index of the node that one step leads to, from the node at `at`."""
        kind = type(self._events[at])
        if kind is MappingStartEvent:
            return self._members(at).get(step)
        if kind is SequenceStartEvent and str(step).isdecimal():
            return self._members(at).get(int(str(step)))
        return None

    def _members(self, at: int) -> dict[Any, tuple[Any, int]]:
        """What is inside of a collection, by key or index; found once, so that a place costs its depth alone."""
        inside = self._inside.get(at)
        if inside is None:
            inside = {}
            end = self.end(at)
            for step, key, value in self._inner(at, end):
                if step is not None:
                    inside[step] = (key, value)  # of duplicate keys the last counts
                    if key is not None and not getattr(key, "style", None):
                        inside[resolve(step)] = (key, value)
            if type(self._events[end]) in (MappingEndEvent, SequenceEndEvent):
                self._inside[at] = inside
        return inside

    def _inner(self, at: int, end: int) -> Iterator[tuple[Any, Any, int]]:
        """The members of a mapping (the text of the key, ``None`` when it has none; its event; the index of the
        value) or the elements of a sequence (index, ``None``, the index of the element), as far as they were read.
        """
        is_mapping = type(self._events[at]) is MappingStartEvent
        index, position = at + 1, 0
        while index < end:
            key = self._events[index] if is_mapping else None
            text = position
            if key is not None:
                text = self._text_of_key(index)
                index = self.end(index) + 1
                if index > end:
                    return
            yield text, key, index
            index, position = self.end(index) + 1, position + 1

    def _text_of_key(self, at: int) -> Any:
        """What the key that begins at `at` is read as: its own text, or the one text inside of a list (`_key_from`)."""
        if type(self._events[at]) is SequenceStartEvent and self.end(at) == at + 2:
            at += 1
        return getattr(self._events[at], "value", None)

    def children(self, at: int) -> Iterator[tuple[Any, Any, Any]]:
        """The members or elements of the collection that begins at `at`: key or index, first event (of the key) and
        last event.
        """
        events = self._events
        for step, key, value in self._inner(at, self.end(at)):
            name = step if key is None or step is None or getattr(key, "style", None) else resolve(step)
            yield name, (events[value] if key is None else key), events[self.end(value)]

    def scalars(self, route: Route) -> Iterator[str]:
        """The texts of all scalars of the node at `route`, those of keys too, in the order of the file."""
        found = self._found(route)
        if found is not None:
            for index in range(found[0], self.end(found[0]) + 1):
                if type(self._events[index]) is ScalarEvent:
                    yield self._events[index].value

    def _entry(self, route: Route) -> tuple[int, Route] | None:
        """Where a route sets out, and its steps from there: at an item, at a document, or at the first node of all."""
        if len(route) > 1 and route[0] == DOCUMENT and isinstance(route[1], int):
            return (self._starts[route[1]], route[2:]) if self._keep else None
        if len(route) > 1 and route[0] == self._items_key:
            start = self._item_starts.get(route[1])  # type: ignore[arg-type]
            return None if start is None else (start, route[2:])
        first = next((at for at, event in enumerate(self._events) if type(event) in _NODES), None)
        return None if first is None else (first, route)

    def _found(self, route: Route) -> tuple[int, Any] | None:
        """The index of the event that begins the node at `route`, and its key's event; of the deepest on the way."""
        entry = self._entry(route)
        if entry is None:
            return None
        (at, steps), key = entry, None
        for step in steps:
            found = self._step(at, step)
            if found is None:
                break
            key, at = found
        return at, key

    @property
    def events(self) -> list[Any]:
        """The events that are still known."""
        return self._events

    def is_inside_scalar(self, index: int) -> bool:
        """Whether a scalar that is still known goes on at an index at which it did not begin."""
        if self._scalars is None:
            self._scalars = [event for event in self._events if type(event) is ScalarEvent]
        at = bisect_left(self._scalars, index, key=lambda event: event.start_mark.index) - 1
        return at >= 0 and bool(index < self._scalars[at].end_mark.index)


class YamlSpan:
    """A node's events: its key's (or ``None``), its first and its last."""

    __slots__ = ("first", "key", "last")

    def __init__(self, first: Any, last: Any, key: Any) -> None:
        self.first = first
        self.last = last
        self.key = key


class Found:
    """A node: the index of its first event, whether it stands inside of ``[]`` or ``{}``, and the column of its key
    or of its sequence's dashes.
    """

    __slots__ = ("at", "flow", "margin")

    def __init__(self, at: int, flow: bool, margin: int) -> None:
        self.at = at
        self.flow = flow
        self.margin = margin


def _opened(event: Any, depth: int) -> tuple[Any, Any]:
    """The container that an event begins at a depth, and what its next node is there."""
    if depth > MAX_DEPTH:
        raise _too_deep(event)
    return ({}, _NO_KEY) if type(event) is MappingStartEvent else ([], _IN_LIST)


def _steps(stack: list[_Level]) -> Route:
    """The keys and indices from the built node down to the container that is open now."""
    return tuple([len(parent) if isinstance(parent, list) else key for parent, key, _opened in stack[1:]])


def _duplicate(key: object, route: Route) -> Problem:
    return Problem(
        kind="duplicate-key",
        message=f"the key {_short(key)} stands twice in this mapping; parsers keep the last or refuse the file: "
        "remove one of them",
        place=Place(route=route, on_key=True),
    )


def _short(key: object) -> str:
    text = repr("<<" if key is _MERGE else key)
    return text if len(text) <= 60 else text[:57] + "…'"


def _is_hashable(value: object) -> bool:
    return not isinstance(value, (list, dict))


def _key_from(value: Json, event: Any) -> Any:
    """A scalar that can stand for a key that is none."""
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], str):
            return value[0]
        return tuple(_key_from(each, event) if isinstance(each, (list, dict)) else each for each in value)
    if isinstance(value, dict):
        return tuple((each, _key_from(inner, event)) for each, inner in value.items())
    return value


def _merged(container: dict[Any, Json]) -> dict[Any, Json]:
    """The mapping with what its merge keys stand for put first (YAML 1.1 `tag:yaml.org,2002:merge`)."""
    merge = container.pop(_MERGE)
    sources = merge if isinstance(merge, list) else [merge]
    if not all(isinstance(source, dict) for source in sources):
        container["<<"] = merge
        return container
    own = dict(container)
    container.clear()  # the same object: an anchor may already stand for it
    for source in reversed(sources):
        container.update(source)
    container.update(own)
    return container


def _weight(value: Json, known: dict[int, _Weight]) -> tuple[int, int]:
    """What a node comes to, written out: how many nodes, and how many levels. Its parts are weighed once, however often
    they are shared; they stay in `known`, so that no other node gets their identity.
    """
    if isinstance(value, (str, bytes)):
        return 1 + len(value) // budgets.TEXT_NODE, 0
    if not isinstance(value, (list, dict, tuple)):
        return 1, 0
    weighed = known.get(id(value))
    if weighed is None:
        parts = value if not isinstance(value, dict) else [*value, *value.values()]
        weights = [_weight(each, known) for each in parts]
        nodes, depth = 1 + sum(each[0] for each in weights), 1 + max((each[1] for each in weights), default=0)
        weighed = known[id(value)] = value, nodes, depth
    return weighed[1:]


def _tagged(event: Any, value: str) -> Any:
    tag = str(event.ctag)
    name = tag.removeprefix("tag:yaml.org,2002:")
    if name in ("binary", "!binary"):
        from binascii import Error, a2b_base64

        try:
            return a2b_base64(value.encode("ascii", "replace"))
        except Error as error:
            raise _at(event, SyntaxFault, f"the !!binary value is not base64: {error}") from error
    if name in ("int", "float", "bool", "null"):
        return resolve(value)
    return value


def resolve(text: str) -> Any:
    """What a plain scalar is (YAML 1.1 §10.3, as PyYAML resolves it; dates stay text)."""
    if text[:1] not in "-+0123456789.~nNtTfFyYoO":
        value: Any = text
    elif text in _WORDS:
        value = _WORDS[text]
    elif text[:1] in "-+0123456789.":
        value = _number(text)
    else:
        value = text
    if len(text) <= 40 and len(_RESOLVED) < 20_000:
        _RESOLVED[text] = value
    return value


_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}


class _Resolved(dict[str, object]):
    """Plain scalars that were met before. Another is worked out."""

    def __missing__(self, text: str) -> object:
        return resolve(text)


_RESOLVED = _Resolved(_WORDS)


def _number(text: str) -> Any:
    if text[-1] not in "0123456789._abcdefABCDEFNn":  # most of what begins like a number: ``1.2s``, ``200 OK``
        return text
    digits = text[1:] if text[0] == "-" else text
    if digits.isdecimal() and digits.isascii() and (digits[0] != "0" or digits == "0") and len(digits) < 300:
        return int(text)
    from cassette_tools.source._numbers import number

    return number(text)


def _at(event: Any, error: type[SyntaxFault | UnsafeInput], message: str) -> SyntaxFault | UnsafeInput:
    return _placed(event, error(message))


def _placed(event: Any, error: SyntaxFault | UnsafeInput) -> SyntaxFault | UnsafeInput:
    error.index = event.start_mark.index
    return error


def _too_deep(event: Any) -> SyntaxFault | UnsafeInput:
    return _at(event, UnsafeInput, f"nested more than {MAX_DEPTH} levels deep; no cassette is")


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0].strip()


def _unreadable(error: YAMLError) -> SyntaxFault:
    """A byte or character that YAML forbids (§5.1); libyaml says at which byte."""
    fault = SyntaxFault(f"not readable as YAML: {_first_line(str(error))}")
    fault.byte = getattr(error, "position", None)
    return fault


# What libyaml says in words of its own.
_PLAINLY = {
    "found character that cannot start any token": (
        "a tab, or a sign that no value begins with (`@`, `` ` ``, `%`): write spaces in place of the tab, or put the "
        "value in quotation marks"
    ),
}


def _syntax_fault(error: MarkedYAMLError) -> SyntaxFault:
    mark = error.problem_mark or error.context_mark
    message = _PLAINLY.get(error.problem) or ", ".join(part for part in (error.context, error.problem) if part)
    fault = SyntaxFault(f"not readable as YAML: {message}")
    fault.index = mark.index if mark is not None else None
    return fault
