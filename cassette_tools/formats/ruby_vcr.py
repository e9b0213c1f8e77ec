"""Ruby VCR (the gem `vcr`), and what speaks its format: ropensci's vcr for R, and Betamax for Python.

Source: `VCR::HTTPInteraction`, `VCR::Request` and `VCR::Response` of the gem, their `to_hash`; ropensci's
`vcr::serializer_yaml`; Betamax's `betamax.cassette`. The version is who recorded it: ``VCR 6.3.1``, ``VCR-vcr/2.0.0``,
``betamax/0.8.1``. Older gems wrote the body as a bare string; `base64_string` is the gem's for bytes that are no text.
ropensci's has changed: until 2.0 the code is ``status.status_code`` and each interaction says who recorded it; from
2.0 on ``status`` is the code, and bytes are ``raw_gzip``.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Noted, Writer
from cassette_tools.formats._fields import (
    body_of,
    compact,
    from_base64,
    headers_of,
    made_body,
    mapping,
    rest,
    text,
    whole_number,
)
from cassette_tools.formats._http_date import iso_time
from cassette_tools.model import Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.formats import Written
    from cassette_tools.model import Body, Headers, Json, Recording

_INTERACTION_FIELDS = frozenset(("request", "response", "recorded_at"))
_REQUEST_FIELDS = frozenset(("method", "uri", "body", "headers"))
_IN_BASE64 = ("base64_string", "raw_gzip")
_RESPONSE_FIELDS = frozenset(("status", "status_code", "headers", "body", "http_version"))


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """By ``http_interactions``; the version is what `recorded_with` says, ``""`` without it."""
    if "http_interactions" not in top:
        return None
    if first is not None and not isinstance(first, dict):
        return None
    return text(top.get("recorded_with") or mapping(first).get("recorded_with"))


def read(item: Item, _version: str) -> Interaction:
    """One element of `http_interactions`."""
    node = mapping(item.node)
    return Interaction(
        index=item.index,
        request=_request(mapping(node.get("request")), item),
        response=_response(mapping(node.get("response")), item),
        recorded_at=iso_time(
            node.get("recorded_at") if isinstance(node.get("recorded_at"), str) else item.spelling(("recorded_at",))
        ),
        extra=rest(node, _INTERACTION_FIELDS),
        route=item.route,
    )


def _request(node: dict[str, Json], item: Item) -> Request:
    headers = headers_of(node.get("headers"), item, ("request", "headers"))
    return Request(
        method=text(node.get("method")).upper(),
        url=text(node.get("uri")),
        headers=headers,
        body=_body(node.get("body"), headers, item, "request"),
        extra=rest(node, _REQUEST_FIELDS) | _noted(node.get("body")),
        route=(*item.route, "request"),
        url_route=(*item.route, "request", "uri"),
    )


def _response(node: dict[str, Json], item: Item) -> Response:
    headers = headers_of(node.get("headers"), item, ("response", "headers"))
    where = _status_route(node)
    code = mapping(node.get("status")).get(where[1]) if len(where) > 1 else node.get(where[0])
    status = mapping(node.get("status"))
    reason = status.get("reason", status.get("message"))
    version = node.get("http_version")
    return Response(
        status_code=whole_number(code) or 0,
        reason=reason if isinstance(reason, str) else None,
        headers=headers,
        body=_body(node.get("body"), headers, item, "response"),
        http_version=f"HTTP/{version}" if version else None,
        extra=rest(node, _RESPONSE_FIELDS) | _noted(node.get("body")),
        route=(*item.route, "response"),
        status_route=(*item.route, "response", *where),
        version_route=(*item.route, "response", "http_version"),
    )


def _status_route(node: dict[str, Json]) -> tuple[str, ...]:
    """Where a response says its status: the gem, ropensci's vcr before 2.0, the first Betamax, ropensci's since 2.0."""
    status = mapping(node.get("status"))
    if status:
        return ("status", "status_code" if "status_code" in status and "code" not in status else "code")
    return ("status_code",) if "status_code" in node else ("status",)


def _body(node: Json, headers: Headers, item: Item, side: str) -> Body:
    """``{encoding, string}``, ``{encoding, base64_string}``, ropensci's ``{string}``, ``{fields}``, ``{raw_gzip}``, or
    bare text. A body that ropensci's vcr left in a file (``on_disk``, ``file: yes``) is not in the cassette.
    """
    if not isinstance(node, dict):
        return body_of(node, headers, item, (side, "body"))
    for key in _IN_BASE64:
        stored = node.get(key)
        content = from_base64(stored) if isinstance(stored, str) else None
        if content is not None:
            return made_body(_inflated(content) if key == "raw_gzip" else content, headers, item, (side, "body", key))
    if node.get("file") is True or "on_disk" in node:
        return made_body(None, headers, item, (side, "body"))
    if "string" not in node and "fields" in node:
        return made_body(compact(node["fields"]), headers, item, (side, "body", "fields"))
    return body_of(node.get("string"), headers, item, (side, "body", "string"))


def _inflated(content: bytes) -> bytes:
    """What R's `memCompress` has packed; what it has not stays as it is."""
    from cassette_tools.wire.codings import UndecodableError, decoded

    try:
        return decoded(content, "deflate")[0]
    except UndecodableError:
        return content


def _noted(node: Json) -> dict[str, Json]:
    """What is told of a body beside its content, under ``body``: the name of an encoding other than the usual."""
    body = mapping(node)
    told = {key: value for key, value in body.items() if key not in (*_IN_BASE64, "fields", "string")}
    if body.get("file") is True:
        told["string"] = body.get("string")
    if "base64_string" in body:
        told["base64_string"] = True
    elif told.get("encoding") == ("ASCII-8BIT" if isinstance(body.get("string"), bytes) else "UTF-8"):
        del told["encoding"]
    return {"body": told} if told else {}


def write(recording: Recording) -> Written:
    """See `_write_ruby_vcr`, which is imported only to write."""
    from cassette_tools.formats import _write_ruby_vcr

    return _write_ruby_vcr.write(recording)


FORMATS.register(
    Format(
        name="ruby-vcr",
        title="Ruby VCR (also ropensci's vcr and Betamax)",
        items=("http_interactions",),
        sniff=sniff,
        read=read,
        schema={"": "ruby-vcr"},
        marks=(b"interactions",),
        typical=("http_interactions",),
        noted=(
            Noted(route=("request", "uri"), kind="url"),
            Noted(route=("recorded_at",), kind="time"),
        ),
        writers={"ruby-vcr": Writer(extension=".yml", write=write)},
    )
)
