"""httprr (golang.org/x, and langchaingo): the bytes of HTTP/1.1 themselves, each exchange led by their lengths.

Source: the package's documentation: a first line ``httprr trace v1``, then for each exchange a line with the lengths
of request and response in bytes, and both as they were on the wire (RFC 9112), chunked or not.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.formats import FORMATS, Format, Item, Noted
from cassette_tools.formats._fields import mapping, whole_number
from cassette_tools.formats._httprr_trace import head_ends, messages, wrong_lengths
from cassette_tools.model import Headers, Interaction, Problem, Request, Response
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.formats import Mark
    from cassette_tools.formats._httprr_trace import RawMessage
    from cassette_tools.model import Body, Json, Route
    from cassette_tools.source import Source
    from cassette_tools.source.plain_file import PlainFile

_FIRST = b"httprr trace v1"


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
        wrong = wrong_lengths(content, asked, answered)
        if wrong:
            line = content.rfind(b"\n", 0, asked.place[0] - 1) + 1
            mark((number, "lengths"), _characters(content, 0, line), _characters(content, 0, asked.place[0] - 1))
        found.append(((number,), {"request": asked, "response": answered, "cut": cut, "wrong": wrong}))
    return "1", found


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
    head_end, _ = head_ends(content, start, end)
    number = 0
    for at, line in enumerate(content[start:head_end].split(b"\n")):
        length = _characters(line, 0, len(line.rstrip(b"\r")))
        name, colon, _ = line.partition(b":")
        if not at:
            for key in ("url",) if route[-1] == "request" else ("code", "proto"):
                mark((*route, key), begin, begin + length)
        elif colon:
            mark((*route, "headers", number, 1), begin + _characters(name, 0, len(name)) + 1, begin + length)
            number += 1
        begin += _characters(line, 0, len(line)) + 1


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
    return Interaction(
        index=item.index,
        request=Request(
            method=method,
            url=url,
            headers=headers,
            body=_body(asked, headers, (*item.route, "request", "body"), is_cut=bool(node["wrong"])),
            route=(*item.route, "request"),
        ),
        response=Response(
            status_code=whole_number(code) or 0,
            reason=reason,
            headers=response_headers,
            body=_body(answered, response_headers, (*item.route, "response", "body"), is_cut=bool(node["wrong"])),
            http_version=version or None,
            route=(*item.route, "response"),
        ),
        problems=tuple(_problems(item, asked, cut=node["cut"], wrong=node["wrong"])),
        route=item.route,
    )


def _problems(item: Item, asked: RawMessage, *, cut: bool, wrong: str) -> Iterator[Problem]:
    from cassette_tools.model import Place

    if wrong and asked.newline != "\n":  # git changed the lengths, too
        yield Problem(kind="schema-violation", message=wrong, place=Place(route=(*item.route, "lengths")))
    elif cut:
        words = "the file ends in the middle of this exchange: record it again"
        yield Problem(kind="schema-violation", message=words, place=Place(route=item.route))
    elif asked.newline == "\n":
        words = (
            "the lines of this request end with LF, those of HTTP with CRLF: httprr compares whole requests and never "
            "finds this one; write `*.httprr -text` into .gitattributes, for git to keep the bytes, and record it again"
        )
        yield Problem(kind="schema-violation", message=words, place=Place(route=(*item.route, "request")))


def _headers(message: RawMessage, route: Route) -> Headers:
    routes = tuple((*route, "headers", at, 1) for at in range(len(message.headers)))
    return Headers(pairs=message.headers, routes=routes)


def _body(message: RawMessage, headers: Headers, route: Route, *, is_cut: bool) -> Body:
    """A body in UTF-8 is text that stands in the file as it is. One that a wrong length has cut has no problem of its
    own.
    """
    body = _as_it_stands(message, headers, route)
    return replace(body, problems=()) if is_cut and body.problems else body


def _as_it_stands(message: RawMessage, headers: Headers, route: Route) -> Body:
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
