"""cassetter (Kludex; Python, Node, Go and Rust): VCR.py's layout with bodies that say their type, as YAML or TOML.

Source: the structs of its crate `cassetter-core` (`RawCassette` and, for TOML, `TomlCassette`), and its README. A body
is ``none``, ``text``, ``json`` (a tree in YAML, a text in TOML) or ``binary`` (hexadecimal). WebSockets and gRPC calls
stand in lists of their own: a WebSocket is read as the handshake with its frames, a gRPC call as the HTTP/2 request
that it is. Cassettes of VCR.py, which cassetter replays as well, are read as VCR.py's.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    body_of,
    headers_of,
    json_of,
    made_body,
    mapping,
    parsed_event,
    rest,
    text,
    tree_body,
    whole_number,
)
from cassette_tools.model import Body, Event, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.formats import Mark
    from cassette_tools.model import Headers, Json, Route

TOML = "1 (TOML)"
_TYPES = ("json", "text", "binary", "none")
_LISTS = ("ws_interactions", "grpc_interactions")
_DIRECTIONS = {"send": "sent", "recv": "received"}


def is_typed(body: Json) -> bool:
    """Whether a body says its type, as no other recorder's does."""
    return isinstance(body, dict) and body.get("type") in _TYPES and body.keys() <= {"type", "content"}


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """By bodies that say their type, or by the lists for WebSockets and gRPC."""
    if "interactions" not in top:
        return None
    node = mapping(first)
    if "uri" in mapping(node.get("request")):
        typed = any(is_typed(mapping(node.get(side)).get("body")) for side in ("request", "response"))
        return str(top.get("version", 1)) if typed else None
    return str(top.get("version", 1)) if not first and any(key in top for key in _LISTS) else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """What there is beside the interactions, in their form."""
    for key, shaped in (("ws_interactions", _websocket), ("grpc_interactions", _grpc)):
        several = whole.top.get(key)
        for index, node in enumerate(several if isinstance(several, list) else ()):
            yield (key, index), shaped(node)


def _websocket(node: Json) -> Json:
    given = mapping(node)
    request = {"method": "GET", "uri": given.get("uri"), "headers": given.get("headers")}
    others = {key: value for key, value in given.items() if key not in ("uri", "headers")}
    return {"request": request, "response": {"status": 101}, "frames": [], **others}


def _grpc(node: Json) -> Json:
    given = mapping(node)
    asked, answered = mapping(given.get("request")), mapping(given.get("response"))
    request = {
        "method": "POST",
        "uri": asked.get("method"),
        "headers": asked.get("metadata"),
        "body": asked.get("body"),
    }
    response = {"status": 200, "headers": answered.get("metadata"), **rest(answered, frozenset(("metadata",)))}
    return {**given, "request": request, "response": response}


def read(item: Item, version: str) -> Interaction:
    """One interaction; one of a WebSocket has ``frames``."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    frames = node.get("frames")
    request_route = item.route if frames is not None else (*item.route, "request")
    is_grpc = item.route[:1] == ("grpc_interactions",)
    fields = "metadata" if is_grpc else "headers"
    headers = headers_of(asked.get("headers"), item, ("request", fields))
    response_headers = headers_of(answered.get("headers"), item, ("response", fields))
    when = node.get("recorded_at")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")),
            url=text(asked.get("uri")),
            headers=headers,
            body=_body(asked.get("body"), headers, item, "request", version),
            extra=rest(asked, frozenset(("method", "uri", "headers", "body"))),
            route=request_route,
            url_route=(*request_route, "method" if is_grpc else "uri"),
        ),
        response=Response(
            status_code=whole_number(answered.get("status")) or 0,
            headers=response_headers,
            body=_body(answered.get("body"), response_headers, item, "response", version)
            if frames is None
            else _transcript(frames, item),
            extra=rest(answered, frozenset(("status", "headers", "body"))),
            route=(*item.route, "response"),
            status_route=(*item.route, "response", "status"),
        ),
        recorded_at=when if isinstance(when, str) else None,
        extra=rest(node, frozenset(("request", "response", "recorded_at", "frames"))),
        route=item.route,
    )


def _body(node: Json, headers: Headers, item: Item, side: str, version: str) -> Body:
    route = (side, "body", "content")
    content = mapping(node).get("content")
    if content is None and mapping(node).get("type") != "json":
        return Body(route=(*item.route, side, "body"))
    if mapping(node).get("type") == "json":
        return tree_body(_json(content, item, route), headers, item, route)
    if mapping(node).get("type") == "binary" and isinstance(content, str):
        try:
            return made_body(bytes.fromhex(content), headers, item, route)
        except ValueError:
            pass  # cassetter takes it for text, too
    if version == TOML and isinstance(content, str):  # its places are those of the spelling
        return made_body(content, headers, item, route)
    return body_of(content, headers, item, route)


def _json(content: Json, item: Item, route: Route) -> Json:
    """The JSON that was written: in YAML 1.2, where a plain ``1:30`` is a text and no number as for our reader."""
    try:
        return _as_written(content, item.scalars(route))
    except (LookupError, StopIteration):  # no YAML, or with an alias, which cassetter does not write
        return content


def _as_written(value: Json, texts: Iterator[str]) -> Json:
    """The value, whose scalars are spelled as in `texts`. Raises LookupError or StopIteration for those of another."""
    if isinstance(value, dict):
        return {_same(key, next(texts)): _as_written(each, texts) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_written(each, texts) for each in value]
    written = next(texts)
    if value is None or isinstance(value, str):
        return value if value is None else _same(value, written)
    from cassette_tools.nesting import json_value

    try:
        return json_value(written)
    except (ValueError, RecursionError):
        return written


def _same(value: Json, written: str) -> str:
    if isinstance(value, str) and value != written:
        raise LookupError(written)
    return written


def _transcript(frames: Json, item: Item) -> Body:
    events = tuple(_event(mapping(frame)) for frame in (frames if isinstance(frames, list) else ()))
    return Body(stream="websocket", events=events, route=(*item.route, "frames"), verbatim=False)


def _event(frame: dict[str, Json]) -> Event:
    body = mapping(frame.get("body"))
    data = body.get("content")
    if frame.get("frame_type") == "close":
        return parsed_event("close", data, 0)
    direction = text(frame.get("direction"))
    name = _DIRECTIONS.get(direction, direction) or None
    if isinstance(data, str):
        return Event(event=name, data=data, offset=0, json=data if body.get("type") == "json" else json_of(data))
    return parsed_event(name, data, 0)


def text_entries(content: bytes, mark: Mark) -> tuple[str, list[tuple[Route, Json]]] | None:
    """A TOML file, its interactions in the form that they have in YAML."""
    if b"[[interactions]]" not in content or b"body_type" not in content:
        return None
    from cassette_tools.formats import _cassetter_toml

    items = _cassetter_toml.entries(content, mark)
    return None if items is None else (TOML, items)


FORMATS.register(
    Format(
        name="cassetter",
        title="cassetter (YAML or TOML)",
        items=("interactions",),
        sniff=sniff,
        layout=layout,
        text=text_entries,
        read=read,
        schema={"1": "cassetter"},
        marks=(b"interactions",),
        suffixes=(".toml",),
        typical=("request.uri",),
    )
)
