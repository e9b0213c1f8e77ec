"""Amazon's event stream framing (``application/vnd.amazon.eventstream``): binary frames with checksums.

A frame is a prelude (total length, length of the headers: 4 bytes each, and their CRC-32), the headers, the payload and
a CRC-32 of all before it; integers are big-endian. Source: AWS, "Event stream encoding" (Smithy,
`smithy.eventstream`), and the service model of Bedrock's runtime for what the headers mean. A checksum that does not
fit is told as a problem, and reading goes on by the lengths.

Recorders that take every body for text store these bytes in odd ways. Where each byte is still to be had, the checksum
of the first prelude says so. Where bytes were replaced, the lengths are lost, but headers and payloads are mostly
ASCII: the events are found by their headers, and the damage is told.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from struct import Struct
from struct import error as StructError
from zlib import crc32

from cassette_tools._record import record
from cassette_tools.model import ABSENT, Event
from cassette_tools.nesting import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

    Headers = dict[str, bool | int | str | bytes]

MEDIA_TYPE = "application/vnd.amazon.eventstream"
_PRELUDE = Struct(">III")
_SHORT = Struct(">H")
_SHORTEST = 16  # bytes: the prelude and the checksum of the whole
_MAX_HEADERS = 131_072  # bytes (the specification)
_MAX_FRAME = 24 * 1024 * 1024 + _MAX_HEADERS + _SHORTEST

# How long the values of the header types are; 6 and 7 begin with their own length.
_TRUE, _FALSE, _BYTES, _STRING = 0, 1, 6, 7
_LENGTHS = {_TRUE: 0, _FALSE: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
_INTEGERS = (2, 3, 4, 5, 8)  # 8 is a time, in milliseconds since 1970

_TYPE = b"-type\x07"  # the end of the name of a first header (:event-type and its like), and that a string follows
_NEAR = 80  # bytes in which it stands
_WRAPPING = {"bytes", "p"}
_REPLACEMENT = "\ufffd"


@record
class Stream:
    """What the bytes of a body hold. `faults` says in words what is wrong with them."""

    events: tuple[Event, ...]
    faults: tuple[str, ...] = ()


def is_eventstream(content: bytes, media_type: str) -> bool:
    """Whether bytes are such a stream: a length below 16 MiB, so a zero first, and the prelude's checksum unless the
    label says it; or, where the prelude is damaged, a header of the first frame.
    """
    if len(content) < _SHORTEST:
        return False
    if content[:1] == b"\0" and (media_type == MEDIA_TYPE or has_prelude(content)):
        return True
    return _TYPE in content[:_NEAR]


def has_prelude(content: bytes) -> bool:
    """Whether bytes begin with the prelude of a frame and its checksum."""
    return len(content) >= 12 and crc32(content[:8]) == int.from_bytes(content[8:12], "big")


def parse(content: bytes) -> Stream:
    """The frames of a body as events. Never raises."""
    if not has_prelude(content):
        try:
            words = content.decode("utf-8")
        except UnicodeDecodeError:
            return _parsed(content)
        from cassette_tools.wire.characters import bytes_of_characters

        for candidate in bytes_of_characters(words):
            if has_prelude(candidate):
                return _parsed(candidate)
        by_length, by_header = _parsed(content), _salvaged(words)
        return by_length if len(by_length.events) >= len(by_header.events) else by_header
    return _parsed(content)


def _salvaged(words: str) -> Stream:
    """The events of a text in which bytes were replaced: what follows the name of each one's type, up to the payload,
    is ASCII.
    """
    import re

    starts = list(re.finditer(r":(event|exception)-type[\x00-\x1f]*([A-Za-z]{1,60})", words))
    ends = [*(start.start() for start in starts[1:]), len(words)]
    events = []
    for start, end in zip(starts, ends, strict=False):
        headers: Headers = {":message-type": start[1], f":{start[1]}-type": start[2]}
        payload = _first_object(words[start.end() : end])
        events.append(_event(headers, payload.encode("utf-8", "replace"), start.start()))
    lost = words.count(_REPLACEMENT)
    fault = (
        f"it was stored as text, where {lost:,} characters are U+FFFD in place of bytes that are lost"
        if lost
        else "it was stored as text, and bytes are missing"
    ) + f"; {len(events):,} events were found by their headers, their lengths and checksums were not"
    return Stream(events=tuple(events), faults=(fault,))


def _first_object(words: str) -> str:
    from json import JSONDecoder

    at = words.find("{")
    if at < 0:
        return ""
    try:
        _value, end = JSONDecoder().raw_decode(words, at)
    except (ValueError, RecursionError):
        return words[at:]
    return words[at:end]


def _parsed(content: bytes) -> Stream:
    events: list[Event] = []
    faults: list[str] = []
    known: dict[bytes, Headers | None] = {}  # nearly all frames of a stream have the same headers
    at, size = 0, len(content)
    while at < size:
        number = len(events) + 1
        odd = _no_frame(content, at, number)
        if odd is not None:
            faults.append(odd)
            break
        total, headers_length, checksum = _PRELUDE.unpack_from(content, at)
        if crc32(content[at : at + 8]) != checksum:
            faults.append(f"the checksum of the prelude of frame {number} does not fit")
        end, begin = at + total, at + 12 + headers_length
        spelled = content[at + 12 : begin]
        if spelled not in known:
            known[spelled] = read_headers(spelled)
        headers = known[spelled]
        if end > size:
            faults.append(f"frame {number} has {size - at:,} of its {total:,} bytes")
            if headers:
                events.append(_event(headers, content[begin : end - 4], at, whole=False))
            break
        if crc32(content[at : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            faults.append(f"the checksum of frame {number} does not fit")
        if headers is None:
            faults.append(f"the headers of frame {number} are damaged")
        events.append(_event(headers or {}, content[begin : end - 4], at))
        at = end
    return Stream(events=tuple(events), faults=tuple(faults))


def _no_frame(content: bytes, at: int, number: int) -> str | None:
    """Why no frame can begin at `at`."""
    left = len(content) - at
    if left < _SHORTEST:
        return f"{left} bytes after frame {number - 1} are no frame"
    total, headers_length, _checksum = _PRELUDE.unpack_from(content, at)
    if not (_SHORTEST + headers_length <= total <= _MAX_FRAME and headers_length <= _MAX_HEADERS):
        return f"frame {number} says that it has {total:,} bytes, {headers_length:,} of them headers"
    return None


def read_headers(content: bytes) -> Headers | None:
    """The headers of a frame by their names; ``None`` where the bytes are none. A UUID is its 16 bytes."""
    headers: Headers = {}
    at, size = 0, len(content)
    try:
        while at < size:
            name_end = at + 1 + content[at]
            name = content[at + 1 : name_end].decode("utf-8")
            kind = content[name_end]
            at = name_end + 1
            length = _LENGTHS.get(kind)
            if length is None:
                if kind not in (_BYTES, _STRING):
                    return None
                (length,) = _SHORT.unpack_from(content, at)
                at += 2
            value = content[at : at + length]
            if len(value) != length:
                return None
            at += length
            if kind in (_TRUE, _FALSE):
                headers[name] = kind == _TRUE
            elif kind in _INTEGERS:
                headers[name] = int.from_bytes(value, "big", signed=True)
            else:
                headers[name] = value.decode("utf-8") if kind == _STRING else value
    except (IndexError, ValueError, StructError):
        return None
    return headers


def _event(headers: Headers, payload: bytes, offset: int, *, whole: bool = True) -> Event:
    """A frame as an event. Its name is the event's type, the exception's type, or ``error``.

    InvokeModelWithResponseStream wraps the model's own event once more: what is in the wrapping is the event, unless
    something stands beside it (the sources that an agent names).
    """
    kind = headers.get(":message-type")
    name: Json = headers.get(":exception-type" if kind == "exception" else ":event-type")
    text = payload.decode("utf-8", "replace")
    if kind == "error":
        from json import dumps

        name = "error"
        told = {"code": headers.get(":error-code"), "message": headers.get(":error-message")}
        text = dumps({"error": told}, default=str)
    value = _json(text)
    if name == "chunk" and type(value) is dict and type(value.get("bytes")) is str:
        inner = _unwrapped(value["bytes"])
        if inner is not None:
            text, value = inner, _json(inner) if value.keys() <= _WRAPPING else value
    return Event(event=name if isinstance(name, str) else None, data=text, offset=offset, json=value, terminated=whole)


def _unwrapped(words: str) -> str | None:
    try:
        return a2b_base64(words).decode("utf-8")
    except (Error, ValueError):
        return None


def _json(text: str) -> Json:
    try:
        return json_value(text)
    except (ValueError, RecursionError):
        return ABSENT
