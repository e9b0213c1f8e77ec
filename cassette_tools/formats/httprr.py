"""httprr (golang.org/x, and langchaingo): the bytes of HTTP/1.1 themselves, each exchange led by their lengths.

Source: the package's documentation: a first line ``httprr trace v1``, then for each exchange a line with the lengths
of request and response in bytes, and both as they were on the wire (RFC 9112), chunked or not.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item
from cassette_tools.formats._fields import mapping
from cassette_tools.model import Headers, Interaction, Problem, Request, Response
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats import Mark
    from cassette_tools.model import Json, Place, Route

_FIRST = b"httprr trace v1"


def items(content: bytes, mark: Mark) -> tuple[str, list[tuple[Route, Json]]] | None:
    """The exchanges, each as its parts; what is cut short is kept as far as it goes."""
    if not content.startswith(_FIRST):
        return None
    found: list[tuple[Route, Json]] = []
    at = content.find(b"\n") + 1
    while 0 < at < len(content):
        end = content.find(b"\n", at)
        lengths = content[at : end if end >= 0 else len(content)].split()
        if len(lengths) != 2 or not all(each.isdigit() for each in lengths):
            break
        asked_at = end + 1
        answered_at = asked_at + int(lengths[0])
        at = answered_at + int(lengths[1])
        route: Route = (len(found),)
        node = {
            "request": _message(content, asked_at, answered_at, (*route, "request"), mark),
            "response": _message(content, answered_at, min(at, len(content)), (*route, "response"), mark),
            "cut": at > len(content),
        }
        mark(route, _characters(content, 0, asked_at), _characters(content, 0, min(at, len(content))))
        found.append((route, node))
    return "1", found


def _message(content: bytes, start: int, end: int, route: Route, mark: Mark) -> dict[str, Json]:
    """Start line, header fields and body of one message; a body that is one piece of the file is marked."""
    head_end = content.find(b"\r\n\r\n", start, end)
    head_end = end if head_end < 0 else head_end
    # Traces edited by a program have lines that end with a bare LF, which a reader may accept (RFC 9112 §2.2).
    lines = [line.removesuffix("\r") for line in content[start:head_end].decode("latin-1").split("\n")]
    pairs = [tuple(map(str.strip, line.partition(":")[::2])) for line in lines[1:] if ":" in line]
    body_at = min(head_end + 4, end)
    chunked = any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in pairs)
    pieces = _chunks(content, body_at, end) if chunked else [(body_at, end)]
    begin = _characters(content, 0, start)
    mark(route, begin, begin + _characters(content, start, end))
    verbatim = len(pieces) == 1
    if verbatim:
        first = _characters(content, 0, pieces[0][0])
        mark((*route, "body"), first, first + _characters(content, *pieces[0]))
    body = b"".join(content[first:last] for first, last in pieces)
    return {"start": lines[0], "headers": pairs, "body": body, "verbatim": verbatim}


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
    asked, answered = mapping(node["request"]), mapping(node["response"])
    method, _, rest = asked["start"].partition(" ")
    version, _, status = answered["start"].partition(" ")
    code, _, reason = status.partition(" ")
    headers, response_headers = Headers(pairs=tuple(asked["headers"])), Headers(pairs=tuple(answered["headers"]))
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
            status_code=int(code) if code.isdecimal() else 0,
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


def _body(message: dict[str, Json], headers: Headers, route: Route) -> Json:
    """A body in UTF-8 is text that stands in the file as it is."""
    from cassette_tools._record import replace

    content: bytes = message["body"]
    if message["verbatim"] and not content.startswith((b"\x1f\x8b", b"\x00")):
        try:
            return read_body(content.decode("utf-8"), headers, route)
        except UnicodeDecodeError:
            pass
    return replace(read_body(content, headers, route), verbatim=False)


FORMATS.register(Format(name="httprr", title="httprr (Go)", text=items, read=read))
