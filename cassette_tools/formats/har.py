"""HAR 1.2, as browsers, proxies and Polly.js write it, in JSON or YAML.

Source: "HTTP Archive (HAR) format" (W3C Web Performance Working Group, and Jan Odvarko's text of version 1.2); Polly.js
(`@pollyjs/persister`) for its fields that begin with an underscore and for bodies as a JSON array of base64 chunks;
Chrome's DevTools for ``_webSocketMessages``.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.formats import FORMATS, Format, Item, Noted, Whole, Writer
from cassette_tools.formats._fields import (
    body_of,
    from_base64,
    json_of,
    made_body,
    mapping,
    rest,
    text,
    tree_body,
    whole_number,
    with_chunks,
)
from cassette_tools.model import Body, Event, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.formats import Written
    from cassette_tools.model import Json, Recording, Route

UNKNOWN_TIME = "1970-01-01T00:00:00.000Z"  # HAR demands a time; ours, for a recording that has none
_ENTRY = frozenset(("startedDateTime", "time", "request", "response", "cache", "timings", "_webSocketMessages"))
_REQUEST = frozenset(
    ("method", "url", "httpVersion", "cookies", "headers", "queryString", "postData", "headersSize", "bodySize")
)
_RESPONSE = frozenset(
    (
        "status",
        "statusText",
        "httpVersion",
        "cookies",
        "headers",
        "content",
        "redirectURL",
        "headersSize",
        "bodySize",
    )
)


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``log.entries``; the version is the log's."""
    log = top.get("log")
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        return None
    return text(log.get("version"))


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every element of ``log.entries``."""
    for index, entry in enumerate(whole.top["log"]["entries"]):
        yield ("log", "entries", index), entry


def read(item: Item, _version: str) -> Interaction:
    """One entry."""
    node = mapping(item.node)
    started, taken = node.get("startedDateTime"), node.get("time")
    response = _response(mapping(node.get("response")), item)
    messages = node.get("_webSocketMessages")
    if isinstance(messages, list):
        response = replace(response, body=_transcript(messages, item))
    return Interaction(
        index=item.index,
        request=_request(mapping(node.get("request")), item),
        response=response,
        recorded_at=started if isinstance(started, str) and started != UNKNOWN_TIME else None,
        duration=taken / 1000 if isinstance(taken, int | float) and taken > 0 else None,
        extra=rest(node, _ENTRY),
        route=item.route,
        time_route=(*item.route, "startedDateTime"),
        duration_route=(*item.route, "time"),
        aside=_aside(node, item),
    )


_TWICE = (
    ("request", "queryString"),
    ("request", "postData", "params"),
    ("request", "cookies"),
    ("response", "cookies"),
    ("response", "redirectURL"),
)


def _aside(node: dict[str, Json], item: Item) -> dict[Route, Json]:
    """What stands here and in the URL, the body or a header field: hooks often change only one of the two."""
    found: dict[Route, Json] = {}
    for route in _TWICE:
        inner: Json = node
        for step in route:
            inner = mapping(inner).get(step)
        if inner:
            found[*item.route, *route] = inner
    return found


def _request(node: dict[str, Json], item: Item) -> Request:
    headers = _headers(node.get("headers"), item, "request")
    posted = mapping(node.get("postData"))
    version = text(node.get("httpVersion"))
    extra = rest(node, _REQUEST)
    if version:
        extra["proto"] = version
    return Request(
        method=text(node.get("method")),
        url=text(node.get("url")),
        headers=headers,
        body=_posted(posted, headers, item) if posted else Body(route=(*item.route, "request")),
        extra=extra,
        route=(*item.route, "request"),
        query_routes=_parameters(node.get("queryString"), item),
    )


def _posted(posted: dict[str, Json], headers: Headers, item: Item) -> Body:
    """``text``, Polly.js' ``textJSON``, ours in base64, or only the ``params`` of a form."""
    route: Route = ("request", "postData", "text")
    given = posted.get("text")
    headers = _typed(headers, posted)
    if isinstance(given, str):
        content = from_base64(given) if posted.get("_encoding") == "base64" else None
        return body_of(given, headers, item, route) if content is None else made_body(content, headers, item, route)
    if "textJSON" in posted:
        return tree_body(posted["textJSON"], headers, item, ("request", "postData", "textJSON"))
    params = posted.get("params")
    if isinstance(params, list) and params:
        from urllib.parse import urlencode

        pairs = [(text(mapping(each).get("name")), text(mapping(each).get("value"))) for each in params]
        route = ("request", "postData", "params")
        whole = made_body(urlencode(pairs, errors="surrogatepass"), headers, item, route)
        pieces = (f"{urlencode([each], errors='surrogatepass')}&" for each in pairs)
        return with_chunks(whole, item, ((piece, (*route, at, "value")) for at, piece in enumerate(pieces)))
    return Body(route=(*item.route, *route))


def _response(node: dict[str, Json], item: Item) -> Response:
    headers = _headers(node.get("headers"), item, "response")
    reason = node.get("statusText")
    return Response(
        status_code=whole_number(node.get("status")) or 0,
        reason=reason if isinstance(reason, str) else None,
        headers=headers,
        body=_content(mapping(node.get("content")), headers, item),
        http_version=text(node.get("httpVersion")) or None,
        extra=rest(node, _RESPONSE),
        route=(*item.route, "response"),
        status_route=(*item.route, "response", "status"),
        version_route=(*item.route, "response", "httpVersion"),
    )


def _content(content: dict[str, Json], headers: Headers, item: Item) -> Body:
    route: Route = ("response", "content", "text")
    given = content.get("text")
    headers = _typed(headers, content)
    if not isinstance(given, str):
        return Body(route=(*item.route, *route))
    if content.get("encoding") == "base64":
        chunks = _chunks(given) if given.startswith('["') else None
        whole = from_base64(given) if chunks is None else chunks
        if whole is not None:
            return made_body(whole, headers, item, route)
    elif given.startswith('["') and content.get("_isBinary"):
        chunks = _chunks(given)
        if chunks is not None:
            return made_body(chunks, headers, item, route)
    return body_of(given, headers, item, route)


def _typed(headers: Headers, body: dict[str, Json]) -> Headers:
    """What says how a body is read: the header fields, or its `mimeType` where the recorder left their type out."""
    kind = text(body.get("mimeType"))
    return headers if not kind or headers.get("content-type") else Headers(pairs=(("Content-Type", kind),))


def _chunks(given: str) -> bytes | None:
    """Polly.js: a JSON array with a base64 (or hexadecimal) text for each chunk that came."""
    from cassette_tools.nesting import json_value

    try:
        pieces = json_value(given)
    except (ValueError, RecursionError):
        return None
    if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
        return None
    decoded = [from_base64(piece) for piece in pieces]
    return (
        b"".join(piece for piece in decoded if piece is not None) if all(each is not None for each in decoded) else None
    )


def _headers(node: Json, item: Item, side: str) -> Headers:
    """A list of names and values; what begins with a colon is HTTP/2's and no header field (RFC 9113 §8.3)."""
    pairs, routes = [], []
    for at, each in enumerate(node if isinstance(node, list) else ()):
        name, value = text(mapping(each).get("name")), mapping(each).get("value")
        if not name or name.startswith(":"):
            continue
        route = (*item.route, side, "headers", at, "value")
        if isinstance(value, list):  # Polly.js before version 2
            pairs += [(name, text(one)) for one in value]
            routes += [(*route, number) for number in range(len(value))]
        else:
            pairs.append((name, text(value)))
            routes.append(route)
    return Headers(pairs=tuple(pairs), routes=tuple(routes))


def _parameters(node: Json, item: Item) -> dict[str, Route]:
    """Where the parameters of the query stand, which are listed beside the URL that has them."""
    listed = node if isinstance(node, list) else ()
    route = (*item.route, "request", "queryString")
    return {text(mapping(each).get("name")): (*route, at, "value") for at, each in enumerate(listed)}


def _transcript(messages: list[Json], item: Item) -> Body:
    """The messages of a WebSocket (RFC 6455), in their order; an event's name says which way it went."""
    events = []
    for message in messages:
        whole = mapping(message)
        data = text(whole.get("data"))
        way = text(whole.get("type"))
        events.append(Event(event=_WAYS.get(way, way) or None, data=data, offset=0, json=json_of(data)))
    return Body(stream="websocket", events=tuple(events), route=(*item.route, "_webSocketMessages"), verbatim=False)


_WAYS = {"send": "sent", "receive": "received"}  # the field's words for what transcripts have as these


def write(recording: Recording) -> Written:
    """The recording as a HAR file."""
    from cassette_tools.formats import _write_har

    return _write_har.write(recording)


FORMATS.register(
    Format(
        name="har",
        title="HAR 1.2 (also Polly.js)",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "har"},
        marks=(b'"entries"', b"entries:"),
        suffixes=(".har",),
        typical=("log",),
        noted=(
            Noted(route=("startedDateTime",), kind="time"),
            Noted(route=("time",), kind="duration"),
            Noted(route=("timings", "*"), kind="duration"),
            Noted(route=("serverIPAddress",), kind="address"),
            Noted(route=("connection",), kind="address"),
            Noted(route=("request", "url"), kind="url"),
            Noted(route=("request", "cookies"), kind="cookies"),
            Noted(route=("request", "bodySize"), kind="request-length"),
            Noted(route=("request", "headersSize"), kind="head-length"),
            Noted(route=("response", "headersSize"), kind="head-length"),
            Noted(route=("response", "cookies"), kind="cookies"),
            Noted(route=("response", "bodySize"), kind="response-length"),
            Noted(route=("response", "content", "size"), kind="response-length"),
            Noted(route=("response", "redirectURL"), kind="url"),
        ),
        matched=frozenset(("body", "headers")),  # Polly.js hashes them; Playwright compares what is posted
        hashed="_id",  # Polly.js
        ordered=False,  # Polly.js' persisters sort the entries, and keep old ones beside those that were recorded anew
        writers={"har": Writer(extension=".har", write=write)},
    )
)
