"""Server-sent events to the letter of the WHATWG HTML standard (§9.2.6), and lossless.

Lines end with CRLF, LF or CR and nothing else (model output holds U+2028 and U+0085). What the standard discards is
kept and marked: comments and unknown fields as `Comment`, a last block without its blank line as an `Event` that is
not `terminated`. Every event knows where its data begin in the text.
"""

from __future__ import annotations

import codecs
import re

from cassette_tools._record import record, replace
from cassette_tools.model import ABSENT, Comment, Event
from cassette_tools.nesting import json_value, scan_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Json

_LINE_END = r"\r\n|\n|\r(?!\n)"

SENTINEL = "[DONE]"  # OpenAI and all who follow it end a stream with it; it is not JSON
_PADDING = "\ufeff \t\r\n"
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
    start = text[:64].lstrip(_PADDING) or text.lstrip(_PADDING)
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
    at = 1 if base == 0 and text.startswith("\ufeff") else 0
    if not final and text.endswith("\r"):
        text = text[:-1]  # the LF that belongs to it may be still to come
    returns = "\r" in text
    is_swift = True
    while True:
        try:
            swift = _one_line(text, at, base, last_id) if is_swift else None
        except (StopIteration, ValueError, RecursionError):
            # The scanner's error counts the lines before it: on a large text of broken events that adds up.
            swift, is_swift = None, False
        if swift is not None:
            event, at = swift
            events.append(event)
            continue
        end, after = _block_end(text, at, returns=returns)
        if end < 0:
            break
        last_id = _add(text[at:end], base + at, last_id, events, comments)
        at = after
    if not final:
        return events, comments, at if at > 1 else 0, last_id
    whole = len(events)
    last_id = _add(text[at:], base + at, last_id, events, comments)
    events[whole:] = [replace(event, terminated=False) for event in events[whole:]]
    return events, comments, len(text), last_id


def _one_line(text: str, at: int, base: int, last_id: str | None) -> tuple[Event, int] | None:
    """The event at `at` if it is ``data: {…}``, alone or after ``event: …``, as by far the most are, and where the next
    one begins: there the JSON scanner finds the end. Raises what that raises.
    """
    name, start = _leading_name(text, at) if text.startswith("event: ", at) else (None, at)
    if not text.startswith("data: {", start):
        return None
    start += 6
    value, end = scan_once(text, start)
    gap = 2 if text.startswith("\n\n", end) else 4 if text.startswith("\r\n\r\n", end) else 0
    data = text[start:end]
    if not gap or "\n" in data or "\r" in data:
        return None
    return Event(event=name, data=data, offset=base + start, id=last_id, json=value), end + gap


def _leading_name(text: str, at: int) -> tuple[str | None, int]:
    """The name in the line ``event: …`` at `at`, and where the next line begins; `at` if it is a long one."""
    end = text.find("\n", at, at + 200)
    if end < 0:
        return None, at
    name = text[at + 7 : end - 1 if text[end - 1] == "\r" else end]
    return (None, at) if "\r" in name else (name, end + 1)


def _block_end(text: str, at: int, *, returns: bool) -> tuple[int, int]:
    """Where the block that begins at `at` ends, and where the next one begins; -1 when no blank line ends it."""
    if not returns:
        end = text.find("\n\n", at)
        return end, end + 2
    match = re.compile(f"(?:{_LINE_END}){{2}}").search(text, at)
    return match.span() if match else (-1, -1)


def _add(block: str, offset: int, last_id: str | None, events: list[Event], comments: list[Comment]) -> str | None:
    """Add the event of one block, if it has data, and what is no field of one; the last id."""
    name: str | None = None
    data: list[tuple[str, int]] = []
    for field, value, here in _fields(block, offset):
        if field == "data":
            data.append((value, here))
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            last_id = value
        else:
            comments.append(Comment(text=value, offset=here, field=field))
    if data:
        joined = "\n".join([value for value, _ in data])
        offsets = tuple([here for _, here in data])
        several = offsets if len(offsets) > 1 else ()
        events.append(
            Event(event=name, data=joined, offset=offsets[0], id=last_id, offsets=several, json=_json_of(joined))
        )
    return last_id


def _fields(block: str, offset: int) -> Iterator[tuple[str, str, int]]:
    """The name and the value of each line that is not empty, and where the value begins."""
    parts = re.split(f"({_LINE_END})", block) if "\n" in block or "\r" in block else [block]
    for line, ending in zip(parts[::2], [*parts[1::2], ""], strict=True):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line:
            yield field, value, offset + len(line) - len(value)
        offset += len(line) + len(ending)


def _json_of(data: str) -> Json:
    if data.startswith(SENTINEL):
        return ABSENT
    try:
        return json_value(data)
    except (ValueError, RecursionError):
        return ABSENT
