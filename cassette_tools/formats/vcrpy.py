"""VCR.py (vcrpy on PyPI), version 1 of its cassette file, as YAML or JSON.

Source: `vcr.serialize`, `vcr.serializers` and the stubs for the HTTP clients, of VCR.py 1 to 9. Recorders that write
the same file with changes of their own are read as well: older VCR.py for httpx (``content`` and ``status_code`` in
the response) and pydantic-ai's serializer (``parsed_body``: JSON bodies as a YAML tree).
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Noted, Writer
from cassette_tools.formats._fields import body_of, headers_of, mapping, parsed_body, rest, text, whole_number
from cassette_tools.model import Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.formats import Written
    from cassette_tools.model import Json, Recording

_REQUEST_FIELDS = frozenset(("body", "headers", "method", "uri", "parsed_body"))
_RESPONSE_FIELDS = frozenset(
    ("body", "headers", "status", "status_code", "content", "http_version", "parsed_body", "protocol")
)


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """Version 1: ``interactions`` whose requests have a ``uri``. Three recordings of 3,740 have no ``version``."""
    if first is None:
        return "1" if set(top) == {"interactions", "version"} and top.get("version") == 1 else None
    if "interactions" not in top:
        return None
    node = mapping(first)
    request, response = mapping(node.get("request")), mapping(node.get("response"))
    if "uri" not in request or "response" not in node:
        return None
    if "type" in mapping(response.get("body")):
        return None  # cassetter's, which looks much the same
    known = response.keys() & {"status", "status_code", "body", "content", "parsed_body"}
    return "1" if known or not response else None


def read(item: Item, _version: str) -> Interaction:
    """One element of `interactions`."""
    node = mapping(item.node)
    return Interaction(
        index=item.index,
        request=_request(mapping(node.get("request")), item),
        response=_response(mapping(node.get("response")), item),
        extra={key: value for key, value in node.items() if key not in ("request", "response")},
        route=item.route,
    )


def _request(node: dict[str, Json], item: Item) -> Request:
    headers = headers_of(node.get("headers"), item, ("request", "headers"))
    if "parsed_body" in node:
        body = parsed_body(node["parsed_body"], headers, item, ("request", "parsed_body"))
    else:
        body = body_of(node.get("body"), headers, item, ("request", "body"))
    return Request(
        method=text(node.get("method")),
        url=text(node.get("uri")),
        headers=headers,
        body=body,
        extra=rest(node, _REQUEST_FIELDS),
        route=(*item.route, "request"),
        url_route=(*item.route, "request", "uri"),
    )


def _response(node: dict[str, Json], item: Item) -> Response:
    headers = headers_of(node.get("headers"), item, ("response", "headers"))
    status = mapping(node.get("status"))
    code = whole_number(status.get("code") if status else node.get("status_code", node.get("status")))
    if "parsed_body" in node:
        body = parsed_body(node["parsed_body"], headers, item, ("response", "parsed_body"))
    elif "content" in node and "body" not in node:  # VCR.py for httpx, before version 6
        body = body_of(node["content"], headers, item, ("response", "content"))
    elif isinstance(node.get("body"), dict):
        body = body_of(node["body"].get("string"), headers, item, ("response", "body", "string"))
    else:
        body = body_of(node.get("body"), headers, item, ("response", "body"))
    reason = status.get("message")
    where = ("status", "code") if status else ("status_code",) if "status_code" in node else ("status",)
    return Response(
        status_code=code or 0,
        reason=reason if isinstance(reason, str) else None,
        headers=headers,
        body=body,
        http_version=text(node.get("http_version")) or None,
        extra=rest(node, _RESPONSE_FIELDS),
        route=(*item.route, "response"),
        status_route=(*item.route, "response", *where),
        version_route=(*item.route, "response", "http_version"),
    )


def write_yaml(recording: Recording) -> Written:
    """The recording as VCR.py's YAML serializer writes it."""
    from cassette_tools.formats import _write_vcrpy

    return _write_vcrpy.write_yaml(recording)


def write_json(recording: Recording) -> Written:
    """The recording as VCR.py's JSON serializer writes it."""
    from cassette_tools.formats import _write_vcrpy

    return _write_vcrpy.write_json(recording)


FORMATS.register(
    Format(
        name="vcrpy",
        title="VCR.py (version 1, YAML or JSON)",
        items=("interactions",),
        sniff=sniff,
        read=read,
        schema={"1": "vcrpy"},
        marks=(b"interactions",),
        typical=("request.uri",),
        noted=(
            Noted(route=("request", "uri"), kind="url"),
            Noted(route=("recorded_at",), kind="time"),
        ),
        writers={
            "vcrpy": Writer(extension=".yaml", write=write_yaml),
            "vcrpy-json": Writer(extension=".json", write=write_json),
        },
    )
)
