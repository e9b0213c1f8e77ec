"""Llama Stack's API recordings: one interaction a file, with the objects of the SDK in place of the wire.

Source: `llama_stack.testing.api_recorder`. What the provider sent is gone: a body is made of what the SDK made of it
(``__data__``), and a stream of one event for each of its objects. Of a call that failed there is the exception
(``exception_data``), which has the status and the body when it came from the provider; after some events of a stream
it is what cut them off.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    compact,
    headers_of,
    made_body,
    mapping,
    rest,
    text,
    tree_body,
    whole_number,
    with_chunks,
)
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_REQUEST = frozenset(("method", "url", "headers", "body", "payload", "kwargs"))
_RESPONSE = frozenset(("body", "is_streaming", "status"))


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``response.is_streaming``."""
    response = top.get("response")
    return (
        ""
        if isinstance(top.get("request"), dict) and isinstance(response, dict) and "is_streaming" in response
        else None
    )


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """The file is one interaction."""
    yield (), whole.top


def read(item: Item, _version: str) -> Interaction:
    """The whole file."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    headers = headers_of(asked.get("headers"), item, ("request", "headers"))
    key = next((name for name in ("body", "payload", "kwargs") if name in asked), "body")
    given = asked.get(key)
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")),
            url=text(asked.get("url")) or _tool(asked),
            headers=headers,
            body=_given(given, headers, item, ("request", key)),
            extra=rest(asked, _REQUEST),
            route=("request",),
            url_route=("request", "url" if text(asked.get("url")) else "tool_name"),
        ),
        response=_response(answered, item),
        extra={name: value for name, value in node.items() if name not in ("request", "response")},
        route=(),
    )


def _tool(asked: dict[str, Json]) -> str:
    """A tool that was run has no address; its provider and its name say which it was."""
    names = [text(asked.get(name)) for name in ("provider", "tool_name")]
    return "/".join(name for name in names if name)


def _response(node: dict[str, Json], item: Item) -> Response:
    status = node.get("status")
    stream = isinstance(node.get("body"), list) and bool(node.get("is_streaming"))
    headers = Headers(pairs=(("Content-Type", "text/event-stream" if stream else "application/json"),))
    failure = mapping(node.get("exception_data"))
    failed = bool(node.get("is_exception")) and not stream
    where: Route = ("response", "exception_data") if failed else ("response",)
    code = failure.get("status_code", 0) if failed else 200 if status is None else status
    return Response(
        status_code=whole_number(code) or 0,
        headers=headers,
        body=_given(failure.get("body"), headers, item, (*where, "body"))
        if failed
        else _answer(node, headers, item, stream=stream),
        extra=rest(node, _RESPONSE),
        route=("response",),
        status_route=(*where, "status_code" if failed else "status"),
    )


def _answer(node: dict[str, Json], headers: Headers, item: Item, *, stream: bool) -> Body:
    stored, route = node.get("body"), ("response", "body")
    if isinstance(stored, list):
        pieces = [_data(each) for each in stored]
        if not stream:
            return made_body(compact(pieces), headers, item, route)
        lines = [f"data: {compact(piece)}\n\n" for piece in pieces]
        within = [_within(each) for each in stored]
        chunks = [(line, (*route, n, *inside)) for n, (line, inside) in enumerate(zip(lines, within, strict=True))]
        return with_chunks(made_body("".join(lines), headers, item, route), item, chunks, parsed=True)
    value = _data(stored)
    return tree_body(value, headers, item, route if value is stored else (*route, "__data__"))


def _given(value: Json, headers: Headers, item: Item, route: Route) -> Body:
    return Body(route=route) if value is None else tree_body(value, headers, item, route)


def _within(value: Json) -> Route:
    return ("__data__",) if isinstance(value, dict) and "__data__" in value else ()


def _data(value: Json) -> Json:
    return value["__data__"] if isinstance(value, dict) and "__data__" in value else value


FORMATS.register(
    Format(
        name="llama-stack",
        title="Llama Stack",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "llama-stack"},
        marks=(b"is_streaming",),
    )
)
