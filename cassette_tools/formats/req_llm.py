"""req_llm (Elixir): one interaction a file, the request's bytes in base64, a stream as its chunks.

Source: the package's `ReqLLM.Test.VCR` and its transcripts. ``canonical_json`` is the request's body again, parsed and
with its keys sorted: the bytes are believed where both are there.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    from_base64,
    from_base64_body,
    headers_of,
    made_body,
    mapping,
    parsed_or_text,
    rest,
    text,
    tree_body,
    whole_number,
    with_chunks,
)
from cassette_tools.model import ABSENT, Body, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Headers, Json, Route

_TOP = frozenset(("request", "response", "captured_at", "chunks"))


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``request.canonical_json``."""
    request = top.get("request")
    return "" if isinstance(request, dict) and "canonical_json" in request and "response" in top else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """The file is one interaction."""
    yield (), whole.top


def read(item: Item, _version: str) -> Interaction:
    """The whole file."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    headers = headers_of(asked.get("headers"), item, ("request", "headers"))
    when = node.get("captured_at")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")).upper(),
            url=text(asked.get("url")),
            headers=headers,
            body=_asked(asked, headers, item),
            extra=rest(asked, frozenset(("method", "url", "headers", "body", "canonical_json"))),
            route=("request",),
        ),
        response=_response(answered, node.get("chunks"), item),
        recorded_at=when if isinstance(when, str) else None,
        extra=rest(node, _TOP),
        route=(),
        time_route=("captured_at",),
        aside=dict(_copies(node)),
    )


def _copies(node: dict[str, Json]) -> Iterator[tuple[Route, Json]]:
    """What stands here and in base64: the request, and every chunk of the answer."""
    asked, chunks = mapping(node.get("request")), node.get("chunks")
    if "canonical_json" in asked:
        yield ("request", "canonical_json"), asked["canonical_json"]
    for number, chunk in enumerate(chunks if isinstance(chunks, list) else ()):
        if "decoded" in mapping(chunk):
            yield ("chunks", number, "decoded"), mapping(chunk)["decoded"]


def _asked(node: dict[str, Json], headers: Headers, item: Item) -> Body:
    stored = mapping(node.get("body")).get("b64")
    content = from_base64(stored) if isinstance(stored, str) else None
    if content is not None:
        made = made_body(content, headers, item, ("request", "body", "b64"))
        is_copied = made.json is not ABSENT and made.json == node.get("canonical_json")
        return replace(made, copy=(*item.route, "request", "canonical_json")) if is_copied else made
    if node.get("canonical_json") is not None:
        return tree_body(node["canonical_json"], headers, item, ("request", "canonical_json"))
    return parsed_or_text(node.get("body"), headers, item, ("request", "body"))


def _response(node: dict[str, Json], chunks: Json, item: Item) -> Response:
    headers = headers_of(node.get("headers"), item, ("response", "headers"))
    body, route = node.get("body"), ("response", "body")
    if isinstance(chunks, list) and chunks:
        pieces = [_chunk(mapping(chunk), ("chunks", number)) for number, chunk in enumerate(chunks)]
        made = made_body(b"".join(content for content, _ in pieces), headers, item, ("chunks",))
        made = with_chunks(made, item, ((content.decode("utf-8", "ignore"), where) for content, where in pieces))
    elif isinstance(body, dict) and set(body) == {"b64"} and isinstance(body["b64"], str):
        made = from_base64_body(body["b64"], headers, item, (*route, "b64"))
    else:
        made = parsed_or_text(body, headers, item, route)
    return Response(
        status_code=whole_number(node.get("status")) or 0,
        headers=headers,
        body=made,
        extra=rest(node, frozenset(("status", "headers", "body"))),
        route=("response",),
        status_route=("response", "status"),
    )


def _chunk(node: dict[str, Json], route: Route) -> tuple[bytes, Route]:
    """The bytes of a chunk; of a hand-written one the text that is beside them. It is cited where it can be read."""
    stored, said = node.get("b64"), node.get("decoded")
    content = from_base64(stored) if isinstance(stored, str) else None
    if content is None:
        return text(said).encode("utf-8", "surrogatepass"), (*route, "decoded")
    is_copied = isinstance(said, str) and said == content.decode("utf-8", "replace")
    return content, (*route, "decoded" if is_copied else "b64")


FORMATS.register(
    Format(
        name="req-llm",
        title="req_llm (Elixir)",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "req-llm"},
        marks=(b"canonical_json",),
    )
)
