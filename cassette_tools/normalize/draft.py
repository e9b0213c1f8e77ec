"""A body being rewritten: its text in segments, the JSON documents in them, and the way back to what was recorded.

A text body is one segment; a binary event stream has one for each frame (its payload, unwrapped where the frame wraps
it). Positions count code points within a segment.
"""

from __future__ import annotations

from base64 import b64encode
from zlib import crc32

from cassette_tools._record import record
from cassette_tools.model import ABSENT
from cassette_tools.normalize.names import outside
from cassette_tools.source.json_tree import find_exactly, route_from_pointer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cassette_tools.model import Body


@record
class Document:
    """One JSON document: the segment it stands in, where it begins and ends; `event` is its index in a stream."""

    segment: int
    start: int
    end: int
    event: int | None = None


def _documents_of(body: Body, text: str) -> list[Document]:
    """The documents of a body that is one text: those of its events that stand in one piece, or the whole."""
    if body.stream:
        return [
            _document(0, event.data, event.offset, index)
            for index, event in enumerate(body.events)
            if event.json is not ABSENT and not event.offsets
        ]
    return [_document(0, text)] if isinstance(body.json, dict | list) else []


def _document(segment: int, text: str, at: int = 0, event: int | None = None) -> Document:
    """The document that a text is, which begins at `at` of its segment."""
    inner = text.rstrip(_BLANK)
    start = len(inner) - len(inner.lstrip(_BLANK))
    return Document(segment=segment, start=at + start, end=at + len(inner), event=event)


_BLANK = "\ufeff \t\r\n"


class Draft:
    """One body, of a request or a response (`side`). `replace` notes edits, `apply` makes them."""

    def __init__(self, body: Body, side: str = "response") -> None:
        self.body = body
        self.side = side
        self.documents: list[Document] = []
        self.segments: list[str] = []
        self.found: tuple[list[str], list[Any]] | None = None  # what `volatile_in` found, and in which text
        if body.stream == "eventstream":
            self.segments += [event.data for event in body.events]
            self.documents += [
                _document(index, event.data, event=index)
                for index, event in enumerate(body.events)
                if event.json is not ABSENT
            ]
        elif body.text is not None and body.stream != "websocket":
            self.segments.append(body.text)
            self.documents += _documents_of(body, body.text)
        self._by_event = {each.event: each for each in self.documents}
        self._before = tuple(self.segments)
        self._edits: dict[int, dict[tuple[int, int], str]] = {}  # by segment and stretch

    @property
    def is_changed(self) -> bool:
        """Whether the text is another than at the beginning."""
        return tuple(self.segments) != self._before

    def replace(self, segment: int, start: int, end: int, new: str) -> None:
        """Put `new` in the place of a stretch of a segment; of two edits of one stretch the last counts."""
        self._edits.setdefault(segment, {})[start, end] = new

    def has_edit(self, segment: int, start: int, end: int) -> bool:
        """Whether an edit of just this stretch is noted."""
        return (start, end) in self._edits.get(segment, ())

    def replace_beside(self, segment: int, stretches: list[tuple[int, int, str]]) -> int:
        """The same for those of some stretches that no edit touches so far; how many there are."""
        free = outside(stretches, [(*place, "") for place in self._edits.get(segment, ())])
        for start, end, new in free:
            self.replace(segment, start, end, new)
        return len(free)

    def replace_all(self, change: Callable[[str], str]) -> None:
        """Rewrite every segment as a whole."""
        self.segments = [change(segment) for segment in self.segments]

    def apply(self) -> int:
        """Make the edits, those inside of others left out; the number of those made. Positions are new afterwards."""
        made = 0
        for segment, edits in self._edits.items():
            text = self.segments[segment]
            pieces: list[str] = []
            at = 0
            for (start, end), new in sorted(edits.items(), key=lambda edit: (edit[0][0], -edit[0][1])):
                if start < at:
                    continue
                made += text[start:end] != new
                pieces += (text[at:start], new)
                at = end
            self.segments[segment] = "".join((*pieces, text[at:]))
        self._edits.clear()
        return made

    def document_of(self, event: int) -> Document | None:
        """The JSON document of an event."""
        return self._by_event.get(event)

    def string_at(self, event: int | None, pointer: str) -> tuple[int, int, int] | None:
        """Segment, start and end of the value at `pointer` in the document of an event (or of the whole body)."""
        document = self._by_event.get(event)
        if document is None:
            return None
        span = find_exactly(self.segments[document.segment], route_from_pointer(pointer), document.start)
        return None if span is None else (document.segment, span.start, span.end)

    # --- the way back -----------------------------------------------------------------------------------------------

    def text(self) -> str | None:
        """The new text of a body that is text."""
        return self.segments[0] if self.body.stream != "eventstream" and self.segments else None

    def frames(self, dropped: frozenset[int] = frozenset(), blank: tuple[str, ...] = ()) -> bytes:
        """The new bytes of a binary event stream, without the frames `dropped`; `blank` are names of padding beside a
        wrapped payload. Source: AWS, "Event stream encoding" (prelude, headers, payload, two CRC-32 checksums).
        """
        written = []
        content = self._decoded()
        for index, event in enumerate(self.body.events):
            if index in dropped:
                continue
            at = event.offset
            total, length = int.from_bytes(content[at : at + 4], "big"), int.from_bytes(content[at + 4 : at + 8], "big")
            payload = content[at + 12 + length : at + total - 4]
            head = content[at + 12 : at + 12 + length]
            written.append(_frame(head, _payload(payload, event.data, self.segments[index], blank)))
        return b"".join(written)

    def _decoded(self) -> bytes:
        from cassette_tools.wire.codings import decoded

        assert self.body.raw is not None
        content = self.body.raw
        return decoded(content, ",".join(self.body.codings))[0] if self.body.codings else content


def _frame(headers: bytes, payload: bytes) -> bytes:
    prelude = (16 + len(headers) + len(payload)).to_bytes(4, "big") + len(headers).to_bytes(4, "big")
    prelude += crc32(prelude).to_bytes(4, "big")
    message = prelude + headers + payload
    return message + crc32(message).to_bytes(4, "big")


def _payload(old: bytes, data: str, new: str, blank: tuple[str, ...]) -> bytes:
    """The payload of a frame with `new` in place of `data`, which may be what it wraps in base64."""
    text = old.decode("utf-8", "replace")
    if text == data:
        return new.encode("utf-8")
    span = find_exactly(text, ("bytes",))
    if span is None:
        return old
    text = f'{text[: span.start]}"{b64encode(new.encode()).decode("ascii")}"{text[span.end :]}'
    for name in blank:
        padding = find_exactly(text, (name,))
        if padding is not None and text[padding.start] == '"':
            text = f'{text[: padding.start]}""{text[padding.end :]}'
    return text.encode("utf-8")
