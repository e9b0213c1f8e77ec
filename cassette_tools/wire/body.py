"""A recorded body as text, JSON and events: what recorders and servers did to it, undone.

The bytes are believed, not the headers: the framing is decided by content, with the media type as tie-break.
"""

from __future__ import annotations

from json import JSONDecodeError, loads

from cassette_tools._record import record
from cassette_tools.model import ABSENT, Body, Problem
from cassette_tools.wire import sse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Comment, Event, Headers, Json, Route


def read_body(recorded: str | bytes | None, headers: Headers, route: Route) -> Body:
    """The body that a file holds at `route` as `recorded`. Never raises: what cannot be read is a problem of the
    body.
    """
    if not recorded:
        return Body(text=None if recorded is None else "", route=route)
    if isinstance(recorded, str):
        if recorded[0] in "{[d:e":  # by far the most
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
    if media_type(headers) == "application/vnd.amazon.eventstream":
        return Body(raw=recorded, codings=codings, stream="eventstream", route=route, verbatim=False)
    try:
        text = content.decode(_charset(headers))
    except (UnicodeDecodeError, LookupError):
        return Body(raw=recorded, codings=codings, route=route, verbatim=False)
    return _framed(text, recorded, codings, headers, route)


def media_type(headers: Headers) -> str:
    """The media type of the Content-Type field, in lower case and without parameters; ``""`` when there is none."""
    return (headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def _charset(headers: Headers) -> str:
    """The charset parameter (RFC 9110 §8.3.2), UTF-8 without one."""
    for parameter in (headers.get("Content-Type") or "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'") or "utf-8"
    return "utf-8"


# --- framing --------------------------------------------------------------------------------------------------------


@record
class Framing:
    """How a stream is cut into events: `test` looks at the text, `parse` gives the events and what stands between
    them.
    """

    name: str
    test: Callable[[str], bool]
    parse: Callable[[str], tuple[tuple[Event, ...], tuple[Comment, ...]]]


def _sse(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    stream = sse.parse(text)
    return stream.events, stream.comments


def _is_ndjson(text: str) -> bool:
    from cassette_tools.wire.ndjson import is_ndjson

    return "\n" in text and is_ndjson(text)


def _ndjson(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    from cassette_tools.wire.ndjson import parse

    return parse(text), ()


def _is_json_array(text: str) -> bool:
    from cassette_tools.wire.json_array import is_json_array_stream

    return "[" in text[:80] and is_json_array_stream(text)


def _json_array(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    from cassette_tools.wire.json_array import parse

    return parse(text), ()


_SSE = Framing(name="sse", test=sse.is_sse, parse=_sse)
_JSON_ARRAY = Framing(name="json-array", test=_is_json_array, parse=_json_array)
_NDJSON = Framing(name="ndjson", test=_is_ndjson, parse=_ndjson)


def _framed(text: str, raw: bytes | None, codings: tuple[str, ...], headers: Headers, route: Route) -> Body:
    """The body of `text`: a stream when it looks like one, one JSON document when it parses as one, else text."""
    body = Body(text=text, raw=raw, codings=codings, route=route, verbatim=raw is None)
    first = text[0] if text else ""
    if first == "{":
        value, complaint = _json(text)
        if value is not ABSENT:
            return _with_json(body, value)
        if _is_ndjson(text):
            return _with_events(body, _NDJSON)
        return _not_json(body, headers, complaint)
    if sse.is_sse(text):
        return _with_events(body, _SSE)
    if first == "[" and _is_json_array(text):
        return _with_events(body, _JSON_ARRAY)
    start = text[:1000].lstrip()[:1]
    if start and start in '{["tfn-0123456789':
        value, complaint = _json(text)
        return _with_json(body, value) if value is not ABSENT else _not_json(body, headers, complaint)
    return _not_json(body, headers, None)


def _with_json(body: Body, value: Json) -> Body:
    return Body(
        text=body.text, raw=body.raw, codings=body.codings, json=value, route=body.route, verbatim=body.verbatim
    )


def _with_events(body: Body, framing: Framing) -> Body:
    events, comments = framing.parse(body.text or "")
    return Body(
        text=body.text,
        raw=body.raw,
        codings=body.codings,
        stream=framing.name,
        events=events,
        comments=comments,
        problems=_broken_events(body, events),
        route=body.route,
        verbatim=body.verbatim,
    )


def _json(text: str) -> tuple[Json, tuple[str, int] | None]:
    """The value, or `ABSENT` with what the parser complained of and where."""
    try:
        return loads(text), None
    except JSONDecodeError as error:
        return ABSENT, (error.msg, error.pos)
    except RecursionError:
        return ABSENT, ("nested too deep", 0)
    except ValueError as error:  # an integer of more digits than Python reads
        return ABSENT, (str(error).partition(";")[0], 0)


def _not_json(body: Body, headers: Headers, complaint: tuple[str, int] | None) -> Body:
    """Plain text; a problem when it says of itself that it is JSON."""
    text = body.text or ""
    kind = media_type(headers)
    if not text.strip() or not (kind == "application/json" or kind.endswith("+json")):
        return body
    what, offset = complaint or ("Expecting value", len(text) - len(text.lstrip()))
    line = text.count("\n", 0, offset) + 1
    problem = Problem(
        kind="body-not-json",
        message=f"the Content-Type is {kind}, but the body is not JSON: {what} (line {line}, column "
        f"{offset - text.rfind(chr(10), 0, offset)} of the body); mend the body or its Content-Type, "
        "or record it again",
        place=body.place(offset, 1),
    )
    return Body(
        text=body.text,
        raw=body.raw,
        codings=body.codings,
        problems=(problem,),
        route=body.route,
        verbatim=body.verbatim,
    )


def _broken_events(body: Body, events: tuple[Event, ...]) -> tuple[Problem, ...]:
    """The events whose data are not JSON, in a stream whose other events are."""
    odd = [event for event in events if event.json is ABSENT and event.data and not event.data.startswith(sse.SENTINEL)]
    if not odd or 2 * len(odd) > len(events):
        return ()
    problems = []
    for event in odd:
        _value, complaint = _json(event.data)
        what, offset = complaint or ("not JSON", 0)
        number = events.index(event) + 1
        problems.append(
            Problem(
                kind="stream-event-not-json",
                message=f"the data of event {number} of {len(events)} are not JSON, as the others are: {what} "
                f"at character {offset + 1} of {len(event.data)}; record the interaction again",
                place=body.place(event.offset, len(event.data)),
            )
        )
    return tuple(problems)
