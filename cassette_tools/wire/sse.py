"""Server-sent events to the letter of the WHATWG HTML standard (§9.2.6), and lossless.

Lines end with CRLF, LF or CR and nothing else (model output holds U+2028 and U+0085). What the standard discards is
kept and marked: comments and unknown fields as `Comment`, a last block without its blank line as an `Event` that is
not `terminated`. Every event knows where its data begin in the text.
"""

from __future__ import annotations

import codecs
import re
from itertools import repeat
from json import JSONDecoder, loads

from cassette_tools._record import record, replace
from cassette_tools.model import ABSENT, Comment, Event

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.model import Json

_scan = JSONDecoder().scan_once  # type: ignore[attr-defined]
_LINE_END = r"\r\n|\n|\r(?!\n)"

SENTINEL = "[DONE]"  # OpenAI and all who follow it end a stream with it; it is not JSON
_STARTS = ("data:", "event:", ":", "id:", "retry:")


@record
class Stream:
    """What an event stream holds, in order."""

    events: tuple[Event, ...] = ()
    comments: tuple[Comment, ...] = ()


def is_sse(text: str) -> bool:
    """Whether a body looks like an event stream: it begins with a field that the standard knows, or with a comment.

    White space before it is forgiven (a hand-edited recording has it); so is GPUStack's ``error:`` field.
    """
    start = text[:64].lstrip("\ufeff \t\r\n")
    return start.startswith(_STARTS) or start.startswith('error: {"')


def parse(text: str) -> Stream:
    """The events and comments of a whole body."""
    events, comments, _consumed, _id = _read(text, 0, None, final=True)
    return Stream(events=tuple(events), comments=tuple(comments))


class Decoder:
    """The same, from bytes as they arrive: any split of them gives the same events."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        self._base = 0
        self._id: str | None = None

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that are complete with this chunk."""
        self._text += self._decode(chunk)
        return self._take(final=False)

    def close(self) -> list[Event]:
        """What is left when the stream has ended."""
        self._text += self._decode(b"", True)
        return self._take(final=True)

    def _take(self, *, final: bool) -> list[Event]:
        events, _comments, consumed, self._id = _read(self._text, self._base, self._id, final=final)
        self._text = self._text[consumed:]
        self._base += consumed
        return events


def _read(
    text: str, base: int, last_id: str | None, *, final: bool
) -> tuple[list[Event], list[Comment], int, str | None]:
    """The events of `text`, whose first character is number `base` of the stream; how much was used up; the last id.

    Unless it is `final`, what follows the last blank line is left for later.
    """
    events: list[Event] = []
    comments: list[Comment] = []
    start = 1 if base == 0 and text.startswith("\ufeff") else 0
    at = start
    blocks, gaps, rest = _blocks(text[start:] if start else text, final=final)
    for block, gap in zip(blocks, gaps, strict=False):
        name, data = _simple(block)
        if data is not None:  # by far the most
            offset = at + len(block) - len(data)
            value = _json_at(text, offset, data)
            events.append(Event(event=name, data=data, offset=base + offset, id=last_id, json=value))
        else:
            event, last_id = _event(block, base + at, last_id, comments)
            if event is not None:
                events.append(event)
        at += len(block) + gap
    if not final:
        return events, comments, at if events or at > start else 0, last_id
    event, last_id = _event(rest, base + at, last_id, comments)
    if event is not None:
        events.append(replace(event, terminated=False))
    return events, comments, len(text), last_id


def _simple(block: str) -> tuple[str | None, str | None]:
    """The event name and the data of a block that is ``data: …``, or that after ``event: …``, and nothing else."""
    name = None
    rest = block
    if block.startswith("event: "):
        name, _newline, rest = block[7:].partition("\n")
        if name.endswith("\r"):
            name = name[:-1]
    if rest.startswith("data: ") and "\n" not in rest and "\r" not in rest and (name is None or "\r" not in name):
        return name, rest[6:]
    return None, None


def _blocks(text: str, *, final: bool) -> tuple[list[str], Iterable[int], str]:
    """The blocks that a blank line ends, the length of what ends each (two line ends), and what follows the last."""
    if not final and text.endswith("\r"):
        text = text[:-1]  # the LF that belongs to it may be still to come
    returns = text.count("\r")
    if not returns:
        blocks = text.split("\n\n")
        return blocks[:-1], repeat(2), blocks[-1]
    if returns == text.count("\r\n") == text.count("\n"):
        blocks = text.split("\r\n\r\n")
        return blocks[:-1], repeat(4), blocks[-1]
    blocks = []
    gaps = []
    at = 0
    for match in re.finditer(f"(?:{_LINE_END}){{2}}", text):
        blocks.append(text[at : match.start()])
        gaps.append(len(match.group()))
        at = match.end()
    return blocks, gaps, text[at:]


def _event(block: str, offset: int, last_id: str | None, comments: list[Comment]) -> tuple[Event | None, str | None]:
    """The event of one block, if it has data, and the last id; what is no field of an event goes to `comments`."""
    name: str | None = None
    data: list[str] = []
    offsets: list[int] = []
    at = offset
    parts = re.split(f"({_LINE_END})", block) if "\n" in block or "\r" in block else [block]
    for line, ending in zip(parts[::2], [*parts[1::2], ""], strict=True):
        field, colon, value = line.partition(":")
        value = value.removeprefix(" ")
        here = at + len(line) - len(value)
        if field == "data":
            data.append(value)
            offsets.append(here)
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            last_id = value
        elif field or colon:
            comments.append(Comment(text=value, offset=here, field=field))
        at += len(line) + len(ending)
    if not data:
        return None, last_id
    joined = "\n".join(data)
    event = Event(
        event=name,
        data=joined,
        offset=offsets[0],
        id=last_id,
        offsets=tuple(offsets) if len(offsets) > 1 else (),
        json=_json_of(joined),
    )
    return event, last_id


def _json_at(text: str, start: int, data: str) -> Json:
    """The JSON of one line, read where it stands: no copy, and no call of the Python layer of `json`."""
    if not data or data.startswith(SENTINEL):
        return ABSENT
    try:
        value, end = _scan(text, start)
    except (StopIteration, ValueError, RecursionError):
        return _json_of(data) if data[0] in " \t" else ABSENT
    stop = start + len(data)
    return value if end == stop or (end < stop and not text[end:stop].strip(" \t")) else ABSENT


def _json_of(data: str) -> Json:
    if data.startswith(SENTINEL):
        return ABSENT
    try:
        return loads(data)
    except (ValueError, RecursionError):
        return ABSENT
