"""httprr files written again with other values: the bytes of each message with its new header fields and body, and the
lengths that lead them.
"""

from __future__ import annotations

from contextlib import suppress

from cassette_tools._record import record
from cassette_tools.errors import NotRewritable
from cassette_tools.formats._httprr_trace import messages
from cassette_tools.model import ABSENT
from cassette_tools.source.plain_file import PlainFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats._httprr_trace import RawMessage
    from cassette_tools.model import Json
    from cassette_tools.source import Source


@record
class _Side:
    """One message as plain data that can be changed, and as it was."""

    node: dict[str, Json]
    was: RawMessage


class HttprrFile(PlainFile):
    """``[{"request": {"url", "headers": [[name, value], …], "body"}, "response": …}, …]`` over the bytes of a trace."""

    def __init__(self, source: Source) -> None:
        content = source.content
        if content is None:
            raise NotRewritable("it is too large to be held in memory")
        self._first, pairs = messages(content)
        if pairs and pairs[-1][1].place[1] > len(content):
            raise NotRewritable("it is cut short: record it again")
        self._sides = [tuple(_Side(node=_node(raw), was=raw) for raw in pair) for pair in pairs]
        exchanges = [{"request": asked.node, "response": answered.node} for asked, answered in self._sides]
        super().__init__(content, exchanges)
        if [_said(pair) for pair in messages(self.written())[1]] != [_said(pair) for pair in pairs]:
            raise NotRewritable(
                "some lines of a message end otherwise than the rest, so that it would be read otherwise"
            )

    def written(self) -> bytes:
        pieces = [self._first]
        for pair in self._sides:
            asked, answered = (_bytes_of(side) for side in pair)
            pieces += (f"{len(asked)} {len(answered)}\n".encode(), asked, answered)
        return b"".join(pieces)


def _said(pair: tuple[RawMessage, RawMessage]) -> list[tuple[str, Json, bytes]]:
    return [(each.start, each.headers, each.body) for each in pair]


def _node(raw: RawMessage) -> dict[str, Json]:
    body: str | bytes = raw.body
    if raw.verbatim:
        with suppress(UnicodeDecodeError):
            body = raw.body.decode("utf-8")
    return {"url": raw.target, "headers": [[name, value] for name, value in raw.headers], "body": body}


def _bytes_of(side: _Side) -> bytes:
    was, node = side.was, side.node
    start = was.start.replace(was.target, node["url"], 1) if was.target else was.start
    lines = [start]
    kept = {(name, value): line for line, (name, value) in zip(was.lines, was.headers, strict=True)}
    lines += [kept.get((name, value), f"{name}: {value}") for name, value in node["headers"] if name is not ABSENT]
    head = f"{was.newline.join(lines)}\r\n\r\n".encode("latin-1")  # by which the end of the head is found
    body = node["body"]
    content = body.encode("utf-8") if isinstance(body, str) else body
    if content == was.body:
        return head + was.tail
    if was.chunked:
        return head + (b"%x\r\n%b\r\n" % (len(content), content) if content else b"") + b"0\r\n\r\n"
    return head + content
