"""A body alone in a file: an event stream, lines of JSON, or the JSON of an answer or a request.

Nothing else was kept of the exchange: no method, no address, no header fields. Which side it was, its shape says.
Sources: WHATWG server-sent events; the dialects' own references for the shapes.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import tree_body
from cassette_tools.model import Headers, Interaction, Request, Response
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.formats import Mark
    from cassette_tools.model import Json, Route

# Members that give an answer away, and those that give a request.
ANSWERS = (
    frozenset(("choices", "object")),
    frozenset(("choices", "model")),
    frozenset(("candidates", "usageMetadata")),
    frozenset(("candidates", "modelVersion")),
    frozenset(("output", "stopReason")),
    frozenset(("content", "stop_reason", "role")),
    frozenset(("object", "output", "status")),
    frozenset(("message", "finish_reason", "usage")),
    frozenset(("data", "object", "model")),
    frozenset(("done", "created_at", "model")),
)
_REQUESTS = (
    frozenset(("model", "messages")),
    frozenset(("contents", "generationConfig")),
    frozenset(("model", "input")),
)


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """One JSON object of a known shape, or an answer with its status and header fields around it."""
    if first is not None or not top:
        return None
    keys = top.keys()
    if any(shape <= keys for shape in ANSWERS):
        return "response"
    if {"status", "headers", "body"} <= keys:
        return "answer"
    return "request" if any(shape <= keys for shape in _REQUESTS) else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """The file is one body."""
    yield (), whole.top


def items(content: bytes, mark: Mark) -> tuple[str, list[tuple[Route, Json]]] | None:
    """A text that is an event stream, or several lines of JSON."""
    text = content.decode("utf-8-sig", "replace")
    body = read_body(text, Headers(), ())
    if body.stream not in ("sse", "ndjson") or not body.events:
        return None
    mark((), 0, len(text))
    return "stream", [((), text)]


def read(item: Item, version: str) -> Interaction:
    """The whole file."""
    node = item.node
    if version == "stream":
        body = read_body(node, Headers(), ())
        return Interaction(
            index=item.index, request=Request(method="", url=""), response=Response(status_code=200, body=body)
        )
    headers = Headers()
    if version == "answer":
        from cassette_tools.formats._fields import headers_of, parsed_or_text, whole_number

        headers = headers_of(node["headers"], item, ("headers",))
        response = Response(
            status_code=whole_number(node["status"]) or 0,
            headers=headers,
            body=parsed_or_text(node["body"], headers, item, ("body",)),
        )
        return Interaction(index=item.index, request=Request(method="", url=""), response=response)
    body = tree_body(node, headers, item, ())
    if version == "request":
        return Interaction(
            index=item.index, request=Request(method="", url="", body=body), response=Response(status_code=0)
        )
    return Interaction(
        index=item.index, request=Request(method="", url=""), response=Response(status_code=200, body=body)
    )


FORMATS.register(
    Format(
        name="raw-body",
        title="a body alone (event stream, JSON)",
        sniff=sniff,
        layout=layout,
        text=items,
        read=read,
        starts=(b"data: {", b"event: "),
        text_starts=(b"data:", b"event:", b": ", b"retry:"),
        suffixes=(".sse", ".jsonl", ".ndjson"),
    )
)
