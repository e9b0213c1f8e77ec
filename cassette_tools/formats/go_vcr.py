"""go-vcr (gopkg.in/dnaeon/go-vcr), versions 1 and 2 of its cassette file; go-vcr v3 and v4 write version 2.

Source: the structs `Cassette`, `Interaction`, `Request` and `Response` of go-vcr's package ``cassette``. Version 2
adds the interaction's `id`, the protocol fields, `content_length`, `host`, `uncompressed`, `trailer` and the
response's `duration`. The recorder's `content_length` is Go's: -1 means unknown, and 0 is also what a request without
a body has.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Noted, Writer
from cassette_tools.model import Headers, Interaction, Request, Response
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.formats import Written
    from cassette_tools.model import Json, Recording

_REQUEST_FIELDS = frozenset(("body", "headers", "url", "method", "content_length"))
_RESPONSE_FIELDS = frozenset(("body", "headers", "code", "content_length", "proto", "duration"))


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """Version 1 or 2, by the version number and by what only Go's struct has: ``url`` and ``code``."""
    version = top.get("version")
    if version not in (1, 2) or isinstance(version, bool):
        return None
    if first is None:
        return str(version) if version == 2 and set(top) <= {"version", "interactions"} else None
    if not isinstance(first, dict):
        return None
    request, response = first.get("request"), first.get("response")
    if isinstance(response, dict) and ("code" in response or response.keys() & {"proto", "proto_major", "duration"}):
        return str(version)
    if isinstance(request, dict) and "url" in request:
        return str(version)
    return None


def read(item: Item, _version: str) -> Interaction:
    """One element of `interactions`. Wrong types are read as nothing: the schema reports them."""
    node = item.node if isinstance(item.node, dict) else {}
    return Interaction(
        index=item.index,
        request=_request(_mapping(node.get("request")), item),
        response=_response(_mapping(node.get("response")), item),
        duration=_seconds(_mapping(node.get("response")).get("duration")),
        extra={key: value for key, value in node.items() if key not in ("request", "response")},
        route=item.route,
    )


def _request(node: Mapping[str, Json], item: Item) -> Request:
    headers = _headers(node.get("headers"), item, "request")
    return Request(
        method=_text(node.get("method")) or "GET",  # Go's zero value means GET
        url=_text(node.get("url")),
        headers=headers,
        body=read_body(_content(node, item, "request"), headers, (*item.route, "request", "body")),
        content_length=_length(node.get("content_length")),
        extra={key: value for key, value in node.items() if key not in _REQUEST_FIELDS},
        route=(*item.route, "request"),
    )


def _response(node: Mapping[str, Json], item: Item) -> Response:
    headers = _headers(node.get("headers"), item, "response")
    code = node.get("code")
    status, extra = node.get("status"), {key: value for key, value in node.items() if key not in _RESPONSE_FIELDS}
    reason = None
    if isinstance(status, str) and status.startswith(f"{code} "):
        reason = status[len(f"{code} ") :]
        del extra["status"]
    return Response(
        status_code=code if isinstance(code, int) else 0,
        reason=reason,
        headers=headers,
        body=read_body(_content(node, item, "response"), headers, (*item.route, "response", "body")),
        http_version=_text(node.get("proto")) or None,
        content_length=_length(node.get("content_length")),
        extra=extra,
        route=(*item.route, "response"),
    )


def _content(node: Mapping[str, Json], item: Item, side: str) -> str | bytes | None:
    """The body as recorded. An unquoted ``on`` or ``12`` is text all the same: the spelling counts."""
    body = node.get("body")
    if body is None or isinstance(body, (str, bytes)):
        return body
    return item.spelling((side, "body"))


def _headers(node: Json, item: Item, side: str) -> Headers:
    if not isinstance(node, dict):
        return Headers()
    pairs: list[tuple[str, str]] = []
    for name, values in node.items():
        if not isinstance(values, list):
            values = [values]
        for at, value in enumerate(values):
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            elif not isinstance(value, str):
                value = item.spelling((side, "headers", name, at)) or item.spelling((side, "headers", name)) or ""
            pairs.append((str(name), value))
    return Headers(pairs=tuple(pairs))


def _mapping(node: Json) -> Mapping[str, Json]:
    return node if isinstance(node, dict) else {}


def _text(node: Json) -> str:
    return node if isinstance(node, str) else "" if node is None else str(node)


def _length(node: Json) -> int | None:
    return node if isinstance(node, int) and node >= 0 else None


_UNITS = {"ns": 1e-9, "µs": 1e-6, "μs": 1e-6, "us": 1e-6, "ms": 1e-3, "h": 3600.0, "m": 60.0, "s": 1.0}


def _seconds(duration: Json) -> float | None:
    """Seconds of a Go duration (`time.Duration.String`): ``890.029ms``, ``1m2.5s``; version 1 also wrote nanoseconds.

    ``0s`` and a missing duration mean that none was measured.
    """
    if isinstance(duration, int) and not isinstance(duration, bool):
        return duration * 1e-9 or None
    if not isinstance(duration, str):
        return None
    for unit in ("ms", "s"):  # nearly all: one number with one unit
        number = duration.removesuffix(unit)
        if number is not duration and number.replace(".", "", 1).isdecimal():
            return float(number) * _UNITS[unit] or None
    import re

    pieces = re.split(r"([^\d.]+)", duration.lstrip("-"))  # a number, its unit, the next number, …
    try:
        total = sum(float(number) * _UNITS[unit] for number, unit in zip(pieces[::2], pieces[1::2], strict=False))
    except (ValueError, KeyError):
        return None
    return total or None if not pieces[-1] else None


def write(recording: Recording) -> Written:
    """The recording as version 2 of the format."""
    from cassette_tools.formats import _write_go_vcr

    return _write_go_vcr.write(recording)


FORMATS.register(
    Format(
        name="go-vcr",
        title="go-vcr (versions 1 and 2)",
        items=("interactions",),
        sniff=sniff,
        read=read,
        schema={"1": "go-vcr-1", "2": "go-vcr-2"},
        marks=(b"interactions",),
        typical=("request.url",),
        noted=(
            Noted(route=("id",), kind="number"),
            Noted(route=("request", "url"), kind="url"),
            Noted(route=("request", "request_uri"), kind="url"),
            Noted(route=("request", "content_length"), kind="request-length"),
            Noted(route=("request", "remote_addr"), kind="address"),
            Noted(route=("response", "content_length"), kind="response-length"),
            Noted(route=("response", "duration"), kind="duration"),
        ),
        matched=frozenset(("body", "headers")),  # go-vcr v4's own matcher, and those that most projects write
        writers={"go-vcr": Writer(extension=".yaml", write=write)},
    )
)
