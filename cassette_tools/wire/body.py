"""A recorded body as text, JSON and events: what recorders and servers did to it, undone.

The bytes are believed, not the headers: the framing is decided by content, with the media type as tie-break.
"""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.model import ABSENT, Body, Problem
from cassette_tools.nesting import json_value
from cassette_tools.wire import sse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Comment, Event, Headers, Json, Route


def read_body(recorded: str | bytes | None, headers: Headers, route: Route) -> Body:
    """The body that a file holds at `route` as `recorded`. What cannot be read is a problem of the body; UnsafeInput
    is raised when the bodies of the file come to more than they may.
    """
    if not recorded:
        return Body(text=None if recorded is None else "", route=route)
    if isinstance(recorded, str):
        if recorded[0] in "{[d:" or recorded.startswith("event:"):  # by far the most
            return _framed(recorded, None, (), headers, route)
        stored = _stored_bytes(recorded, headers)
        if stored is None:
            return _framed(recorded, None, (), headers, route)
        recorded = stored
    return _from_bytes(recorded, headers, route)


def _stored_bytes(text: str, headers: Headers) -> bytes | None:
    from cassette_tools.wire.codings import bytes_of_text

    return bytes_of_text(text, media_type(headers), (headers.get("Content-Encoding") or "").lower())


def _from_bytes(recorded: bytes, headers: Headers, route: Route) -> Body:
    from cassette_tools.wire.codings import UndecodableError, decoded

    try:
        content, codings = decoded(recorded, (headers.get("Content-Encoding") or "").lower())
    except UndecodableError as error:
        problem = Problem(
            kind="unreadable-body",
            message=f"the body of {len(recorded):,} bytes cannot be decompressed: {error}; record it again",
            place=Body(route=route, verbatim=False).place(),
        )
        return Body(raw=recorded, problems=(problem,), route=route, verbatim=False)
    for framing in BINARY_FRAMINGS:
        if framing.test(content, media_type(headers)):
            events, faults = framing.parse(content)
            body = Body(raw=recorded, codings=codings, stream=framing.name, events=events, route=route, verbatim=False)
            return replace(body, problems=tuple(_damage(body, fault) for fault in faults)) if faults else body
    text = _characters(content, _charset(headers))
    if text is None:
        body = Body(raw=recorded, codings=codings, route=route, verbatim=False)
        return replace(body, problems=(_no_frames(body),)) if media_type(headers) == _EVENTSTREAM else body
    return _framed(text, recorded, codings, headers, route)


def media_type(headers: Headers) -> str:
    """The media type of the Content-Type field, in lower case and without parameters; ``""`` when there is none."""
    return (headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _charset(headers: Headers) -> str:
    """The charset parameter (RFC 9110 §8.3.2), in lower case; UTF-8 without one."""
    for parameter in (headers.get("Content-Type") or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'").lower() or "utf-8"
    return "utf-8"


# Encodings of Python that are no charsets of the web: some of them rewrite plain ASCII, one only ever raises.
_NO_CHARSETS = ("unicode", "raw_unicode", "raw-unicode", "idna", "punycode", "undefined", "mbcs", "oem")


def _characters(content: bytes, charset: str) -> str | None:
    """The text that bytes are, ``None`` for binary. What is valid UTF-8 is UTF-8, whatever the label says: other pages
    hardly ever give valid sequences. Only UTF-16 and -32 (which have NULs) and ISO-2022 (escapes) look like ASCII.
    """
    order = (charset, "utf-8") if b"\0" in content or b"\x1b" in content else ("utf-8", charset)
    for name in order:
        if not name.startswith(_NO_CHARSETS):
            try:
                return content.decode(name)
            except (ValueError, LookupError):  # not these bytes, or no such charset
                pass
    return None


# --- framing --------------------------------------------------------------------------------------------------------


@record
class Framing:
    """How a stream is cut into events: `test` looks at the text and the media type, `parse` gives the events and what
    stands between them.
    """

    name: str
    test: Callable[[str, str], bool]
    parse: Callable[[str], tuple[tuple[Event, ...], tuple[Comment, ...]]]


@record
class BinaryFraming:
    """The same for streams that are no text."""

    name: str
    test: Callable[[bytes, str], bool]
    parse: Callable[[bytes], tuple[tuple[Event, ...], tuple[str, ...]]]  # the events, and what is wrong with the bytes


def _is_sse(text: str, kind: str) -> bool:
    """By its first line; a labelled stream may begin with a field that the standard does not know."""
    return sse.is_sse(text) or (kind == "text/event-stream" and ("\ndata:" in text or "\rdata:" in text))


def _sse(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    stream = sse.parse(text)
    return stream.events, stream.comments


def _is_ndjson(text: str, kind: str) -> bool:
    if "\n" not in text:
        return False
    from cassette_tools.wire.ndjson import MEDIA_TYPES, is_ndjson

    return is_ndjson(text, labelled=kind in MEDIA_TYPES)


def _ndjson(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    from cassette_tools.wire.ndjson import parse

    return parse(text), ()


def _is_json_array(text: str, _kind: str) -> bool:
    if "[" not in text[:80]:
        return False
    from cassette_tools.wire.json_array import is_json_array_stream

    return is_json_array_stream(text)


def _json_array(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    from cassette_tools.wire.json_array import parse

    return parse(text), ()


def _is_eventstream(content: bytes, kind: str) -> bool:
    if content[:1] != b"\0" and b"-type\x07" not in content[:80]:
        return False
    from cassette_tools.wire.eventstream import is_eventstream

    return is_eventstream(content, kind)


def _eventstream(content: bytes) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    from cassette_tools.wire.eventstream import parse

    stream = parse(content)
    return stream.events, stream.faults


_EVENTSTREAM = "application/vnd.amazon.eventstream"


def _no_frames(body: Body) -> Problem:
    message = (
        f"the Content-Type is {_EVENTSTREAM}, but the body does not begin with a frame; record the interaction again"
    )
    return Problem(kind="unreadable-body", message=message, place=body.place())


def _damage(body: Body, fault: str) -> Problem:
    message = f"the event stream is damaged: {fault}; record the interaction again"
    return Problem(kind="unreadable-body", message=message, place=body.place())


@record
class Complaint:
    """Why a text is no JSON, in the parser's words, and where; `limit` when it may be JSON and is too much to read."""

    what: str
    offset: int
    limit: bool = False


# In the order of asking. A body that is one JSON document is none of these, except for the array.
FRAMINGS: tuple[Framing, ...] = (
    Framing(name="sse", test=_is_sse, parse=_sse),
    Framing(name="json-array", test=_is_json_array, parse=_json_array),
    Framing(name="ndjson", test=_is_ndjson, parse=_ndjson),
)
BINARY_FRAMINGS: tuple[BinaryFraming, ...] = (
    BinaryFraming(name="eventstream", test=_is_eventstream, parse=_eventstream),
)

# What stands before JSON so that a page of another site cannot run it as a script (Google, Gerrit; Facebook; others).
_GUARDS = (")]}'", "while(1);", "while (1);", "for(;;);", "for (;;);", "&&&START&&&", "{}&&", "throw 1;")
_PADDING = "\ufeff \t\r\n"  # a byte order mark (.NET), and the lines of spaces with which OpenRouter keeps alive


def _framed(text: str, raw: bytes | None, codings: tuple[str, ...], headers: Headers, route: Route) -> Body:
    """The body of `text`: a stream when it looks like one, one JSON document when it parses as one, else text."""
    body = Body(text=text, raw=raw, codings=codings, route=route, verbatim=raw is None)
    start = (text[:64].lstrip(_PADDING) or text.lstrip(_PADDING))[:1]
    complaint = None
    if start == "{":
        value, complaint = _json(text)
        if value is not ABSENT:
            return _with_json(body, value)
    kind = media_type(headers)
    for framing in FRAMINGS:
        if framing.test(text, kind):
            return _with_events(body, framing)
    if start and start in '["tfn-0123456789':
        value, complaint = _json(text)
        if value is not ABSENT:
            return _with_json(body, value)
    return _not_json(body, kind, complaint)


def _with_json(body: Body, value: Json) -> Body:
    return Body(
        text=body.text, raw=body.raw, codings=body.codings, json=value, route=body.route, verbatim=body.verbatim
    )


def _with_events(body: Body, framing: Framing) -> Body:
    events, comments = framing.parse(body.text or "")
    problems = (*_broken_events(body, events), *_bare_lines(body, comments))
    return replace(body, stream=framing.name, events=events, comments=comments, problems=problems)


def _json(text: str) -> tuple[Json, Complaint | None]:
    """The value, or `ABSENT` with what the parser complained of."""
    skipped = 1 if text.startswith("\ufeff") else 0
    try:
        return json_value(text[1:] if skipped else text), None
    except RecursionError:
        return ABSENT, Complaint(what="it is nested too deep", offset=0, limit=True)
    except ValueError as error:
        from json import JSONDecodeError

        if isinstance(error, JSONDecodeError):
            return ABSENT, Complaint(what=error.msg, offset=error.pos + skipped)
        # an integer of more digits than Python reads
        return ABSENT, Complaint(what=str(error).partition(";")[0], offset=0, limit=True)


def _not_json(body: Body, kind: str, complaint: Complaint | None) -> Body:
    """Plain text; a problem when it says of itself that it is JSON, or is too much to tell."""
    text = body.text or ""
    start = len(text) - len(text.lstrip(_PADDING))
    if start == len(text) or text.startswith(_GUARDS, start):
        return body
    complaint = complaint or Complaint(what="Expecting value", offset=start)
    if kind == "application/json" or kind.endswith("+json"):
        name = "body-not-json"
        fault = "HTML or XML" if _is_page(text) else _fault(text, complaint)
        remedy = "mend the body or its Content-Type, or record it again"
        message = f"the Content-Type is {kind}, but the body is {fault}; {remedy}"
    elif complaint.limit:
        name = "unreadable-body"
        message = f"the body looks like JSON but cannot be read: {complaint.what}; record it again"
    else:
        return replace(body, problems=(_no_frames(body),)) if kind == _EVENTSTREAM else body
    return replace(body, problems=(Problem(kind=name, message=message, place=body.place(complaint.offset, 1)),))


def _fault(text: str, complaint: Complaint) -> str:
    line = text.count("\n", 0, complaint.offset) + 1
    column = complaint.offset - text.rfind("\n", 0, complaint.offset)
    return f"not JSON: {complaint.what} (line {line}, column {column} of the body)"


def _is_page(text: str) -> bool:
    start = text.lstrip(_PADDING)
    return start.startswith("<") and start.rstrip().endswith(">")


# Names and data of events that only keep the connection open: beside JSON they are no damage.
_PINGS = ("ping", "pong", "heartbeat", "keepalive", "keep-alive")


def is_idle(event: Event) -> bool:
    """Whether an event ends a stream or keeps it open, and says nothing else."""
    words = event.data.strip()
    return not words or words.startswith(sse.SENTINEL) or event.event in _PINGS or words.lower() in _PINGS


def _broken_events(body: Body, events: tuple[Event, ...]) -> tuple[Problem, ...]:
    """The events whose data are not JSON, in a stream whose other events mostly are."""
    absent = [(number, event) for number, event in enumerate(events, 1) if event.json is ABSENT]
    merged = [(number, event) for number, event in absent if event.offsets and _are_json_lines(event)]
    if merged:
        return tuple(_merged_event(body, event, number) for number, event in merged)
    odd = [(number, event) for number, event in absent if not is_idle(event)]
    if len(odd) > len(events) - len(absent):
        return ()
    return tuple(_broken_event(body, event, number, len(events)) for number, event in odd)


def is_bare(comment: Comment) -> bool:
    """Whether a line of a stream would be an event if ``data: `` stood before it."""
    return comment.field.startswith(("{", sse.SENTINEL))


def _bare_lines(body: Body, comments: tuple[Comment, ...]) -> Iterator[Problem]:
    """The lines that clients pass over, as fields with a name that nobody knows."""
    for comment in comments:
        if comment.field == sse.SENTINEL:
            line, start = sse.SENTINEL, comment.offset - len(sse.SENTINEL)
        else:
            start = (body.text or "").rfind("\n", 0, comment.offset) + 1
            line = (body.text or "")[start : comment.offset + len(comment.text)]
            if not comment.field.startswith("{") or _json(line)[0] is ABSENT:
                continue
        shown = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
        yield Problem(
            kind="stream-event-not-json",
            message=f"the line `{shown}` is no event, since `data: ` does not stand before it, and clients pass over "
            "it: write that before it, or record the interaction again",
            place=body.place(start, len(line)),
        )


_SHOWN = 40  # characters of a line


def _are_json_lines(event: Event) -> bool:
    """Whether each line of an event's data is JSON of its own: several events, for want of blank lines."""
    return all(line.startswith(("{", "[")) and _json(line)[0] is not ABSENT for line in event.data.split("\n"))


def _merged_event(body: Body, event: Event, number: int) -> Problem:
    return Problem(
        kind="stream-event-not-json",
        message=f"event {number} holds {len(event.offsets)} lines of data, each JSON of its own: no blank line divides "
        "them, so that clients read one event that is no JSON; put a blank line after each",
        place=body.place(event.offset, len(event.data.partition("\n")[0])),
    )


def _broken_event(body: Body, event: Event, number: int, count: int) -> Problem:
    _value, complaint = _json(event.data)
    complaint = complaint or Complaint(what="not JSON", offset=0)
    length = len(event.data)
    what = complaint.what.removesuffix(" at")  # "Unterminated string starting at"
    where = (
        f"at character {complaint.offset + 1} of {length}"
        if complaint.offset < length
        else f"at the end of their {length} characters"
    )
    return Problem(
        kind="stream-event-not-json",
        message=f"the data of event {number} of {count} are not JSON, as the others are: {what} {where}; "
        "record the interaction again",
        place=body.place(event.offset, length),
    )
