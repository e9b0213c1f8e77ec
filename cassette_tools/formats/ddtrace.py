"""Datadog's test agent (`dd-apm-test-agent`, its VCR proxy): one interaction a JSON file.

Source: the agent's `CassetteData`. A header value is a text, of repeated fields the first; a body is a text, or after
``base64:`` the bytes of one that is not UTF-8 or has a NUL.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    from_base64,
    headers_of,
    made_body,
    mapping,
    parsed_or_text,
    rest,
    text,
    whole_number,
)
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``request`` with a url, and a ``response.status`` that is a mapping with a code."""
    request, response = mapping(top.get("request")), mapping(top.get("response"))
    status = response.get("status")
    if "url" not in request or not isinstance(status, dict) or "code" not in status:
        return None
    return ""


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """The file is one interaction."""
    yield (), whole.top


def read(item: Item, _version: str) -> Interaction:
    """The whole file."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    status = mapping(answered.get("status"))
    headers = headers_of(asked.get("headers"), item, ("request", "headers"))
    response_headers = headers_of(answered.get("headers"), item, ("response", "headers"))
    reason = status.get("message")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")),
            url=text(asked.get("url")),
            headers=headers,
            body=_body(asked.get("body"), headers, item, "request"),
            extra=rest(asked, frozenset(("method", "url", "headers", "body"))),
            route=("request",),
        ),
        response=Response(
            status_code=whole_number(status.get("code")) or 0,
            reason=reason if isinstance(reason, str) else None,
            headers=response_headers,
            body=_body(answered.get("body"), response_headers, item, "response"),
            extra=rest(answered, frozenset(("status", "headers", "body"))),
            route=("response",),
            status_route=("response", "status", "code"),
        ),
        extra={key: value for key, value in node.items() if key not in ("request", "response")},
        route=(),
    )


def _body(stored: Json, headers: Headers, item: Item, side: str) -> Body:
    if isinstance(stored, str) and stored.startswith("base64:"):
        content = from_base64(stored.removeprefix("base64:"))
        if content is not None:
            return made_body(content, headers, item, (side, "body"))
    return parsed_or_text(stored, headers, item, (side, "body"))


FORMATS.register(
    Format(
        name="ddtrace",
        title="Datadog test agent",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "ddtrace"},
        marks=(b'"response"', b"response:"),
    )
)
