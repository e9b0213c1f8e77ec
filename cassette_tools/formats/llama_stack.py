"""Llama Stack's API recordings: one interaction a file, with the objects of the SDK in place of the wire.

Source: `llama_stack.testing.api_recorder`. What the provider sent is gone: a body is made of what the SDK made of it
(``__data__``), and a stream of one event for each of its objects.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import compact, headers_of, made_body, mapping, rest, text, whole_number
from cassette_tools.model import Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_REQUEST = frozenset(("method", "url", "headers", "body", "payload", "kwargs"))


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
            body=made_body(None if given is None else compact(given), headers, item, ("request", key)),
            extra=rest(asked, _REQUEST),
            route=("request",),
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
    body = node.get("body")
    pieces = body if isinstance(body, list) else []
    stream = bool(pieces) and bool(node.get("is_streaming"))
    headers = Headers(pairs=(("Content-Type", "text/event-stream" if stream else "application/json"),))
    if stream:
        content = "".join(f"data: {compact(_data(each))}\n\n" for each in pieces)
    else:
        content = compact([_data(each) for each in body]) if isinstance(body, list) else compact(_data(body))
    return Response(
        status_code=whole_number(node.get("status")) or 200,
        headers=headers,
        body=made_body(content, headers, item, ("response", "body")),
        extra=rest(node, frozenset(("body", "is_streaming", "status"))),
        route=("response",),
    )


def _data(value: Json) -> Json:
    return value["__data__"] if isinstance(value, dict) and "__data__" in value else value


FORMATS.register(Format(name="llama-stack", title="Llama Stack", sniff=sniff, layout=layout, read=read))
