"""The bytes of an httprr trace, cut into its messages: for reading it, and for writing it again."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.formats._fields import LONGEST_NUMBER


@record
class RawMessage:
    """One message as its bytes have it: start line, the lines of the header fields and what they say, the body without
    its framing, and the bytes after the head. `verbatim` says that the body is one piece of the file.
    """

    start: str
    lines: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tail: bytes
    newline: str
    chunked: bool
    verbatim: bool
    place: tuple[int, int]  # of the message, in bytes
    body_place: tuple[int, int]

    @property
    def target(self) -> str:
        """The request target (RFC 9112 §3.2); ``""`` for a response."""
        words = self.start.split(" ")
        return "" if self.start.startswith("HTTP/") or len(words) < 2 else words[1]


def messages(content: bytes) -> tuple[bytes, list[tuple[RawMessage, RawMessage]]]:
    """The first line, and each exchange; what is cut short is kept as far as it goes."""
    found = []
    at = content.find(b"\n") + 1
    first = content[:at]
    while 0 < at < len(content):
        end = content.find(b"\n", at)
        lengths = content[at : end if end >= 0 else len(content)].split()
        if len(lengths) != 2 or not all(each.isdigit() and len(each) < LONGEST_NUMBER for each in lengths):
            break
        asked_at = end + 1
        answered_at = asked_at + int(lengths[0])
        at = answered_at + int(lengths[1])
        found.append((_message(content, asked_at, answered_at), _message(content, answered_at, at)))
    return first, found


def wrong_lengths(content: bytes, asked: RawMessage, answered: RawMessage) -> str:
    """What is wrong with the lengths that lead an exchange, in words; ``""`` where another exchange or the end of the
    file follows, and an answer the request.
    """
    (start, middle), end = asked.place, answered.place[1]
    is_answer = answered.start.startswith("HTTP/")
    right = _right_end(content, answered) if is_answer else None
    if is_answer and (_is_end(content, end) or (end > len(content) and right is None)):
        return ""  # of a file that ends too early somebody else tells
    said = f"{middle - start} {end - middle}"
    if not is_answer:
        what = "no answer begins behind the request"
    elif end > len(content):
        what = f"the file ends {end - len(content):,} bytes before this exchange does"
    else:
        what = f"{len(content) - end:,} bytes that begin no exchange are left behind it"
    mend = f"write `{middle - start} {right - middle}`, or record it again" if right is not None else "record it again"
    return f"the lengths of this exchange, `{said}`, are wrong: {what}, and httprr cannot read the file; {mend}"


_LENGTHS = re.compile(rb"[0-9]{1,18} [0-9]{1,18}\r?\n")


def _right_end(content: bytes, answered: RawMessage) -> int | None:
    """Where the answer ends by its ``Content-Length``, if another exchange or the end of the file follows there."""
    said = next((value for name, value in answered.headers if name.lower() == "content-length"), "")
    if not said.isdecimal() or len(said) >= LONGEST_NUMBER:
        return None
    end = head_ends(content, answered.place[0], len(content))[1] + int(said)
    return end if end <= len(content) and _is_end(content, end) else None


def _is_end(content: bytes, at: int) -> bool:
    """Whether another exchange or the end of the file follows."""
    return at <= len(content) and (not content[at:].strip() or _LENGTHS.match(content, at) is not None)


def _message(content: bytes, start: int, end: int) -> RawMessage:
    place, end = (start, end), min(end, len(content))
    head_end, body_at = head_ends(content, start, end)
    head = content[start:head_end].decode("latin-1")
    lines = [line.removesuffix("\r") for line in head.split("\n")]
    fields = [line for line in lines[1:] if ":" in line]
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in fields)]
    chunked = any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)
    pieces = _chunks(content, body_at, end) if chunked else [(body_at, end)]
    return RawMessage(
        start=lines[0],
        lines=tuple(fields),
        headers=tuple(headers),
        body=b"".join(content[first:last] for first, last in pieces),
        tail=content[body_at:end],
        newline="\r\n" if "\r\n" in head or len(lines) == 1 else "\n",
        chunked=chunked,
        verbatim=len(pieces) == 1,
        place=place,
        body_place=pieces[0] if pieces else (end, end),
    )


# Traces that a program or git edited have lines that end with a bare LF, which a reader may accept (RFC 9112 §2.2).
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


def head_ends(content: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the last line of a head ends, and where the body begins."""
    found = _EMPTY_LINE.search(content, start, end)
    return (end, end) if found is None else found.span()


def _chunks(content: bytes, at: int, end: int) -> list[tuple[int, int]]:
    """Where the data of each chunk stand (RFC 9112 §7.1)."""
    found: list[tuple[int, int]] = []
    while at < end:
        line_end = content.find(b"\r\n", at, end)
        if line_end < 0:
            break
        try:
            size = int(content[at:line_end].partition(b";")[0], 16)
        except ValueError:
            break
        if not size:
            break
        found.append((line_end + 2, min(line_end + 2 + size, end)))
        at = line_end + 2 + size + 2
    return found
