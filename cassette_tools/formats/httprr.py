"""httprr (golang.org/x, and langchaingo): the bytes of HTTP/1.1 themselves, each exchange led by their lengths.

Source: the package's documentation: a first line ``httprr trace v1``, then for each exchange a line with the lengths
of request and response in bytes, and both as they were on the wire (RFC 9112), chunked or not.
"""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.formats import FORMATS, Format, Item, Noted
from cassette_tools.formats._fields import LONGEST_NUMBER, mapping, whole_number
from cassette_tools.model import Headers, Interaction, Problem, Request, Response
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats import Mark
    from cassette_tools.model import Body, Json, Place, Route
    from cassette_tools.source import Source
    from cassette_tools.source.plain_file import PlainFile

_FIRST = b"httprr trace v1"


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


def items(content: bytes, mark: Mark) -> tuple[str, list[tuple[Route, Json]]] | None:
    """The exchanges, each as its parts."""
    if not content.startswith(_FIRST):
        return None
    found: list[tuple[Route, Json]] = []
    for number, (asked, answered) in enumerate(messages(content)[1]):
        end = min(answered.place[1], len(content))
        mark((number,), _characters(content, 0, asked.place[0]), _characters(content, 0, end))
        for side, message in (("request", asked), ("response", answered)):
            _mark(content, message, (number, side), mark)
        cut = answered.place[1] > len(content)
        found.append(((number,), {"request": asked, "response": answered, "cut": cut}))
    return "1", found


def _message(content: bytes, start: int, end: int) -> RawMessage:
    place, end = (start, end), min(end, len(content))
    head_end = content.find(b"\r\n\r\n", start, end)
    head_end = end if head_end < 0 else head_end
    head = content[start:head_end].decode("latin-1")
    # Traces edited by a program have lines that end with a bare LF, which a reader may accept (RFC 9112 §2.2).
    lines = [line.removesuffix("\r") for line in head.split("\n")]
    fields = [line for line in lines[1:] if ":" in line]
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in fields)]
    body_at = min(head_end + 4, end)
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


def _mark(content: bytes, message: RawMessage, route: Route, mark: Mark) -> None:
    begin = _characters(content, 0, message.place[0])
    mark(route, begin, begin + _characters(content, *message.place))
    _mark_head(content, message, route, begin, mark)
    if message.verbatim:
        first = _characters(content, 0, message.body_place[0])
        mark((*route, "body"), first, first + _characters(content, *message.body_place))


def _mark_head(content: bytes, message: RawMessage, route: Route, begin: int, mark: Mark) -> None:
    """The start line, and the value of each header field: its line from the colon on."""
    start, end = message.place
    head_end = content.find(b"\r\n\r\n", start, end)
    number = 0
    for at, line in enumerate(content[start : head_end if head_end >= 0 else end].split(b"\n")):
        length = _characters(line, 0, len(line.rstrip(b"\r")))
        name, colon, _ = line.partition(b":")
        if not at:
            for key in ("url",) if route[-1] == "request" else ("code", "proto"):
                mark((*route, key), begin, begin + length)
        elif colon:
            mark((*route, "headers", number, 1), begin + _characters(name, 0, len(name)) + 1, begin + length)
            number += 1
        begin += _characters(line, 0, len(line)) + 1


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


def _characters(content: bytes, start: int, end: int) -> int:
    """How many characters a stretch of the file is: places are counted in these."""
    piece = content[start:end]
    return len(piece) if piece.isascii() else len(piece.decode("utf-8", "replace"))


def read(item: Item, _version: str) -> Interaction:
    """One exchange."""
    node = mapping(item.node)
    asked: RawMessage = node["request"]
    answered: RawMessage = node["response"]
    method, _, rest = asked.start.partition(" ")
    version, _, status = answered.start.partition(" ")
    code, _, reason = status.partition(" ")
    headers, response_headers = _headers(asked, (*item.route, "request")), _headers(answered, (*item.route, "response"))
    url = rest.rpartition(" ")[0] or rest
    if url.startswith("/"):
        url = f"https://{headers.get('Host') or ''}{url}"
    cut: tuple[Problem, ...] = ()
    if node["cut"]:
        words = "the file ends in the middle of this exchange: record it again"
        cut = (Problem(kind="schema-violation", message=words, place=_place(item)),)
    return Interaction(
        index=item.index,
        request=Request(
            method=method,
            url=url,
            headers=headers,
            body=_body(asked, headers, (*item.route, "request", "body")),
            route=(*item.route, "request"),
        ),
        response=Response(
            status_code=whole_number(code) or 0,
            reason=reason,
            headers=response_headers,
            body=_body(answered, response_headers, (*item.route, "response", "body")),
            http_version=version or None,
            route=(*item.route, "response"),
        ),
        problems=cut,
        route=item.route,
    )


def _place(item: Item) -> Place:
    from cassette_tools.model import Place

    return Place(route=item.route)


def _headers(message: RawMessage, route: Route) -> Headers:
    routes = tuple((*route, "headers", at, 1) for at in range(len(message.headers)))
    return Headers(pairs=message.headers, routes=routes)


def _body(message: RawMessage, headers: Headers, route: Route) -> Body:
    """A body in UTF-8 is text that stands in the file as it is."""
    content = message.body
    if message.verbatim and not content.startswith((b"\x1f\x8b", b"\x00")):
        try:
            return read_body(content.decode("utf-8"), headers, route)
        except UnicodeDecodeError:
            pass
    return replace(read_body(content, headers, route), verbatim=False)


def rewriting(source: Source) -> PlainFile:
    """See `_rewrite_httprr`, which is imported only to write."""
    from cassette_tools.formats._rewrite_httprr import HttprrFile

    return HttprrFile(source)


FORMATS.register(
    Format(
        name="httprr",
        title="httprr (Go)",
        text=items,
        read=read,
        starts=(b"httprr trace",),
        suffixes=(".httprr",),
        noted=(Noted(route=("request", "url"), kind="url"),),
        matched=frozenset(("body", "headers")),  # its key is the whole request, some header fields left out
        rewriting=rewriting,
    )
)
