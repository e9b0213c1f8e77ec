"""WireMock stub mappings that were recorded: one a file, or several under ``mappings``.

Source: WireMock, "Record and Playback" and "Stubbing", and the schemas of its admin API. The host is mostly left out
(it was the mock's): then a request has only its path. Header fields, query parameters and the body are what the
patterns say that they must equal. A body in a file of its own stands in the folder ``__files`` beside the mappings and
is never looked for outside of it.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    address,
    beside,
    body_of,
    from_base64_body,
    headers_of,
    kept_apart,
    mapping,
    rest,
    text,
    tree_body,
    whole_number,
    with_query,
)
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_URLS = ("url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate")
_REQUEST = frozenset((*_URLS, "scheme", "host", "port", "method", "bodyPatterns", "headers", "queryParameters"))
_BODIES = ("body", "jsonBody", "base64Body", "bodyFileName")
_OWN = frozenset(("insertionIndex", "uuid", "persistent", "priority", "scenarioName"))  # of a stub
_OWN_BODIES = frozenset(("bodyFileName", "base64Body", "jsonBody"))
_RESPONSE = frozenset((*_BODIES, "status", "statusMessage", "headers"))


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By a request with one of WireMock's kinds of URL, and a response with a status or a body of its kinds."""
    found = top.get("mappings")
    stub = mapping(found[0] if isinstance(found, list) and found else top)
    request, response = mapping(stub.get("request")), mapping(stub.get("response"))
    if not response or request.keys().isdisjoint(_URLS) or isinstance(request.get("headers"), list):
        return None
    is_own = stub.keys() & _OWN or response.keys() & _OWN_BODIES or "bodyPatterns" in request
    return "" if is_own else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """The stub of the file (of each of its YAML documents, as OpenTelemetry's recorder writes), or its ``mappings``."""
    several = whole.top.get("mappings")
    if isinstance(several, list):
        for index, stub in enumerate(several):
            yield ("mappings", index), stub
    else:
        yield from whole.documents()


def read(item: Item, _version: str) -> Interaction:
    """One stub."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    headers = _asked_headers(asked.get("headers"), item)
    response_headers = headers_of(answered.get("headers"), item, ("response", "headers"))
    reason = answered.get("statusMessage")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")),
            url=_url(asked),
            headers=headers,
            body=_asked_body(asked, headers, item),
            extra=rest(asked, _REQUEST),
            route=(*item.route, "request"),
            url_route=(*item.route, "request", next((key for key in _URLS if asked.get(key)), "url")),
            query_routes={
                name: (*item.route, "request", "queryParameters", name, *inner)
                for name, pattern in mapping(asked.get("queryParameters")).items()
                for inner, _ in _values(pattern)
            },
        ),
        response=Response(
            status_code=whole_number(answered.get("status")) or 0,
            reason=reason if isinstance(reason, str) else None,
            headers=response_headers,
            body=_body(answered, response_headers, item),
            extra=rest(answered, _RESPONSE),
            route=(*item.route, "response"),
            status_route=(*item.route, "response", "status"),
        ),
        extra={key: value for key, value in node.items() if key not in ("request", "response")},
        route=item.route,
    )


def _url(asked: dict[str, Json]) -> str:
    path = next((text(asked.get(key)) for key in _URLS if asked.get(key)), "")
    url = address(path, asked.get("scheme"), mapping(asked.get("host")).get("equalTo"), asked.get("port"))
    patterns = mapping(asked.get("queryParameters")).items()
    return with_query(url, [(name, value) for name, pattern in patterns for _, value in _values(pattern)])


def _values(pattern: Json) -> list[tuple[Route, str]]:
    """What a pattern says that the values must be, and where: ``{"equalTo": "x"}``, ``{"hasExactly": [...]}``."""
    if not isinstance(pattern, dict):
        return [((), text(pattern))]
    for key in ("hasExactly", "includes"):
        if isinstance(pattern.get(key), list):
            several = enumerate(pattern[key])
            return [((key, at, *inner), value) for at, each in several for inner, value in _values(each)]
    if "absent" in pattern:
        return []
    key = "equalTo" if "equalTo" in pattern else next(iter(pattern), "")
    return [((key,), text(pattern.get(key)))]


def _asked_headers(node: Json, item: Item) -> Headers:
    fields = [(str(name), *each) for name, pattern in mapping(node).items() for each in _values(pattern)]
    return Headers(
        pairs=tuple((name, value) for name, _, value in fields),
        routes=tuple((*item.route, "request", "headers", name, *inner) for name, inner, _ in fields),
    )


def _asked_body(asked: dict[str, Json], headers: Headers, item: Item) -> Body:
    patterns = asked.get("bodyPatterns")
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else ()):
        for key in ("equalToJson", "equalTo", "binaryEqualTo"):
            if key in mapping(pattern):
                value, route = pattern[key], ("request", "bodyPatterns", index, key)
                if key == "binaryEqualTo" and isinstance(value, str):
                    return from_base64_body(value, headers, item, route)
                if isinstance(value, str):
                    return body_of(value, headers, item, route)
                return tree_body(value, headers, item, route)
    return Body(route=(*item.route, "request"))


def _body(answered: dict[str, Json], headers: Headers, item: Item) -> Body:
    stored, name = answered.get("base64Body"), answered.get("bodyFileName")
    if isinstance(stored, str):
        return from_base64_body(stored, headers, item, ("response", "base64Body"))
    if isinstance(name, str):
        content = beside(item.folder, name, "..", "__files")
        if content is None:
            content = beside(item.folder, name, "__files")
        return kept_apart(content, name, headers, item, ("response", "bodyFileName"))
    if "jsonBody" in answered:
        return tree_body(answered["jsonBody"], headers, item, ("response", "jsonBody"))
    return body_of(answered.get("body"), headers, item, ("response", "body"))


FORMATS.register(
    Format(
        name="wiremock",
        title="WireMock",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "wiremock"},
        marks=(b"bodyPatterns", b"bodyFileName", b"insertionIndex"),
        ordered=False,  # stubs are listed as the server keeps them
    )
)
