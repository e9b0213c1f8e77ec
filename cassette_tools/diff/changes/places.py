"""Where the two sides of a change stand in their files."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route, route_from_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from cassette_tools.model import Body, CallError, Event, Interaction, Json, Piece, Place, Route, Usage

    _Found: TypeAlias = tuple[Event, str]
    _Member: TypeAlias = tuple[int, tuple[str, ...], Json]  # the number of the event, the route in it, the value


def place_of(origin: str) -> Callable[[Interaction | None, str], Place | None]:
    """What finds a value by its pointer in the JSON body of the request, or of the response."""
    return request_place if origin == "request" else response_place


def request_place(interaction: Interaction | None, pointer: str, offset: int = 0) -> Place | None:
    """The value at `pointer` in the request's JSON body; of a string, its character at `offset`."""
    return None if interaction is None else _in_document(interaction.request.body, pointer, offset)


def told_place(interaction: Interaction, told: CallError | Usage | None) -> Place | None:
    """Where an error, or a usage, stands in the response; ``None`` where there is none."""
    return None if told is None else response_place(interaction, told.pointer)


def response_place(interaction: Interaction | None, pointer: str, offset: int = 0) -> Place | None:
    """The value at `pointer` in the response's JSON body; of a string, its character at `offset`. Of a stream: in the
    event that gave that character, of an element in the event that began to say it, else in the last event that holds
    the value.
    """
    if interaction is None:
        return None
    body = interaction.response.body
    if not body.stream:
        return _in_document(body, pointer, offset)
    return replace(_in_stream(interaction, pointer, offset), folded=pointer)


def _in_stream(interaction: Interaction, pointer: str, offset: int) -> Place:
    body = interaction.response.body
    piece, event, inside = _piece_at(interaction, pointer, offset), None, ""
    if piece is None:
        piece = _piece_of_member(interaction, pointer, offset)
    if piece is None:
        event, inside = _event_with(interaction, pointer)
        piece = _begun_before(interaction, pointer, event)
    if piece is not None and piece.event_index < len(body.events):
        return body.place(offset=body.events[piece.event_index].offset, pointer=piece.pointer)
    return body.place() if event is None else body.place(offset=event.offset, pointer=inside)


def _piece_at(interaction: Interaction, pointer: str, offset: int) -> Piece | None:
    """The piece of a joined string that has the character at `offset`."""
    pieces = interaction.llm.trace.get(pointer, ()) if interaction.llm is not None else ()
    return next((each for each in reversed(pieces) if each.start <= offset), None)


def _piece_of_member(interaction: Interaction, pointer: str, offset: int) -> Piece | None:
    """The piece of a joined text of JSON that has what stands at `pointer` in it; of a string, its character at
    `offset`.
    """
    around = _joined_around(interaction, pointer)
    if not around or around == pointer:
        return None
    from cassette_tools.source import string_offset
    from cassette_tools.source.json_tree import find_exactly

    text = _joined_text(interaction, around)
    span = find_exactly(text, route_from_pointer(pointer[len(around) :]))
    if span is None:
        return None
    return _piece_at(interaction, around, string_offset(text[span.start : span.end], span.start, offset))


def _joined_around(interaction: Interaction, pointer: str) -> str:
    """The pointer of the joined string in which something stands; "" for none."""
    trace = interaction.llm.trace if interaction.llm is not None else {}
    while pointer and not trace.get(pointer):
        pointer = pointer.rpartition("/")[0]
    return pointer


def _joined_text(interaction: Interaction, pointer: str) -> str:
    """The string that the pieces at `pointer` give: the joined body may have what it says, parsed."""
    events = interaction.response.body.events
    pieces = interaction.llm.trace[pointer] if interaction.llm is not None else ()
    said = (value_at(events[each.event_index].json, each.pointer) for each in pieces if each.event_index < len(events))
    return "".join(each for each in said if isinstance(each, str))


def _begun_before(interaction: Interaction, pointer: str, event: Event | None) -> Piece | None:
    """Where what stands at `pointer` began to be said before the event that holds it, if any does."""
    begun = _first_within(interaction, pointer)
    if begun is None:  # without an event it is a member of arguments, which are one string
        return _first_around(interaction, pointer) if event is None else None
    is_before = event is None or interaction.response.body.events[begun.event_index].offset < event.offset
    return begun if is_before else None


def _first_within(interaction: Interaction, pointer: str) -> Piece | None:
    """Where an element of a list that was put together begins to be said."""
    if interaction.llm is None or not pointer.rpartition("/")[2].isdecimal():
        return None
    trace = interaction.llm.trace
    count = len(interaction.response.body.events)
    within = [each[0] for at, each in trace.items() if at.startswith(f"{pointer}/") and each]
    within = [each for each in within if each.event_index < count]
    return min(within, key=lambda each: each.event_index, default=None)


def _first_around(interaction: Interaction, pointer: str) -> Piece | None:
    """Where the string begins to be said that something stands in."""
    around = _joined_around(interaction, pointer)
    pieces = interaction.llm.trace[around] if interaction.llm is not None and around else ()
    return next((each for each in reversed(pieces) if each.start == pieces[0].start), None)


def is_null_in_events(interaction: Interaction, route: Route) -> bool:
    """Whether a field that the joined answer lacks is there in the events, and null."""
    wanted = [str(step) for step in route]
    named = _named(interaction.response.body.events, wanted[-1]) if len(wanted) > 1 else []
    found = [value for _, way, value in named if list(way[-2:]) == wanted[-2:]]
    return bool(found) and all(value is None for value in found)


def as_in_events(interaction: Interaction, name: str) -> str:
    """A field of the joined answer as the events of a stream call it: ``choices[].delta.refusal``."""
    if not interaction.response.body.stream or not name.startswith("choices["):
        return name
    events = [event.json for event in interaction.response.body.events]
    is_joined = any(value_at(each, "/choices/0/delta") is not ABSENT for each in events)
    return name.replace("].message", "].delta", 1) if is_joined else name


def _in_document(body: Body, pointer: str, offset: int) -> Place:
    begins = field_offset(body, pointer.rpartition("/")[2]) if pointer else None
    if begins is not None:
        return replace(body.place(offset=begins), folded=pointer)
    if body.text is None or not pointer:
        return body.place()
    text = value_at(body.json, pointer) if offset else ABSENT
    character = _past_blanks(text, offset) if isinstance(text, str) else None
    return replace(body.place(offset=0, pointer=pointer, character=character), folded=pointer)


def _past_blanks(text: str, offset: int) -> int:
    """Where the word begins that stands at or after `offset`: in a file it may stand on the next line."""
    word = len(text) - len(text[offset:].lstrip())
    return word if word < len(text) else offset


def _event_with(interaction: Interaction, pointer: str) -> tuple[Event | None, str]:
    """The first event that holds the value at `pointer` of the joined body, and where in it."""
    value = value_at(interaction.llm.body, pointer) if interaction.llm is not None else ABSENT
    of_value = (_saying_it, _saying_it_elsewhere, _with_another_value, _with_first_member)
    ways = of_value if value is not ABSENT else (_with_another_value, _with_null)
    return next((found for find in ways if (found := find(interaction, pointer, value)) is not None), (None, ""))


def _spellings(pointer: str) -> tuple[str, ...]:
    """A pointer as the whole answer has it, and as an event does."""
    return tuple(dict.fromkeys((pointer, pointer.replace("/message/", "/delta/"))))


def _saying_it(interaction: Interaction, pointer: str, value: Json) -> _Found | None:
    """The first event with the value at its place."""
    events = interaction.response.body.events
    said = ((event, wanted) for wanted in _spellings(pointer) for event in events)
    return next(((event, wanted) for event, wanted in said if value_at(event.json, wanted) == value), None)


def _saying_it_elsewhere(interaction: Interaction, pointer: str, value: Json) -> _Found | None:
    """The last event with the value under its name, at the place most like it."""
    events, steps = interaction.response.body.events, route_from_pointer(pointer)
    named = _named(events, steps[-1]) if steps else []
    alike = [(_shared_end(route, steps), number, route) for number, route, said in named if said == value]
    if not alike:
        return None
    _, number, route = max(alike, key=lambda each: each[:2])
    return events[number], pointer_from_route(route)


def _with_another_value(interaction: Interaction, pointer: str, _value: Json) -> _Found | None:
    """The last event that has something at the place."""
    for wanted in _spellings(pointer):
        for event in reversed(interaction.response.body.events):
            found_there = value_at(event.json, wanted)
            if found_there not in (None, ABSENT) and not _is_of_another_place(found_there, wanted):
                return event, wanted
    return None


def _with_null(interaction: Interaction, pointer: str, _value: Json) -> _Found | None:
    """The first event with a null that joins to nothing."""
    events, steps = interaction.response.body.events, route_from_pointer(pointer)
    named = _named(events, steps[-1]) if steps else []
    nulls = ((number, route) for number, route, said in named if said is None and route[-2:] == steps[-2:])
    return next(((events[number], pointer_from_route(route)) for number, route in nulls), None)


def _with_first_member(interaction: Interaction, pointer: str, value: Json) -> _Found | None:
    """Of an element that was put together, the event with its first member."""
    if not isinstance(value, dict | list) or not value:
        return None
    first = pointer_from_route((next(iter(value)),)) if isinstance(value, dict) else "/0"
    event, inside = _event_with(interaction, f"{pointer}{first}")
    return None if event is None else (event, inside)


def _is_of_another_place(element: Json, pointer: str) -> bool:
    """Whether the only element of a delta says to be another one of the whole list (``"index": 1``)."""
    index = element.get("index") if isinstance(element, dict) else None
    number = pointer.rpartition("/")[2]
    return isinstance(index, int) and number.isdecimal() and index != int(number)


def _named(events: tuple[Event, ...], name: str) -> list[_Member]:
    """The members called `name` of all events."""
    stream = next((each for each in _LOOKED_INTO if each.events is events), None)
    if stream is None:
        stream = _Stream(events)
        _LOOKED_INTO[:] = [stream, *_LOOKED_INTO[:1]]
    return stream.named(name)


class _Stream:
    """The members of all events by their names; noted when one is asked for that an event may have."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        self.events = events
        self._members: dict[str, list[_Member]] | None = None
        self._searches = 0

    def named(self, name: str) -> list[_Member]:
        if self._members is None:
            if not self._may_say(name):
                return []
            self._members = {}
            for number, event in enumerate(self.events):
                for route, value in _members(event.json):
                    self._members.setdefault(route[-1], []).append((number, route, value))
        return self._members.get(name, [])

    def _may_say(self, name: str) -> bool:
        """Whether a name stands in the text of an event; of many names it is quicker to note all that stand there."""
        self._searches += 1
        if self._searches > _SEVERAL or name.isdecimal():
            return True
        return any(name in event.data or "\\u" in event.data for event in self.events)


_SEVERAL = 8  # searches through a stream
# The two streams that were looked into last: of one answer many values are looked for, one after the other.
_LOOKED_INTO: list[_Stream] = []


def _members(document: Json) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every member of a document at any depth, with its route."""
    pending: list[tuple[tuple[str, ...], Json]] = [((), document)]
    while pending:
        route, node = pending.pop()
        if not isinstance(node, dict | list):
            continue
        for key, child in node.items() if isinstance(node, dict) else ((str(i), each) for i, each in enumerate(node)):
            yield (*route, key), child
            if isinstance(child, dict | list):
                pending.append(((*route, key), child))


def _shared_end(route: tuple[str, ...], steps: tuple[str, ...]) -> int:
    """How many steps two routes have in common at their ends."""
    count = 0
    for one, other in zip(reversed(route), reversed(steps), strict=False):
        if one != other:
            break
        count += 1
    return count


def field_offset(body: Body, name: str) -> int | None:
    """At which character, or byte, the value of a field begins; ``None`` where the body is no form that has it."""
    content = body.text if body.text is not None else body.raw
    if not content or body.stream or body.json is not ABSENT:
        return None
    found = _search(content, name)
    return None if found is None else found.end()


def _search(content: str | bytes, name: str) -> re.Match[str] | re.Match[bytes] | None:
    """The head of a part, up to its blank line; else the name with its sign."""
    for pattern in _FORMS:
        wanted = pattern.format(re.escape(name))
        found = re.search(wanted, content) if isinstance(content, str) else re.search(wanted.encode("utf-8"), content)
        if found is not None:
            return found
    return None


_FORMS = (r'[; ]name="?{}"?(?=[;\r\n])[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n', r"(?:^|&){}=")
