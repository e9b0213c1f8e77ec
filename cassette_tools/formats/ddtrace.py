"""Datadog's test agent (`dd-apm-test-agent`, its VCR proxy): one interaction a JSON file.

Source: the agent's `vcr_proxy` module. Header values are scalars; bytes are base64, which ``base64:`` may announce.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import headers_of, mapping, parsed_or_text, rest, text, whole_number
from cassette_tools.model import Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``request`` with a url and ``response.status`` with a code, and nothing of other single exchanges."""
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
            body=parsed_or_text(asked.get("body"), headers, item, ("request", "body")),
            extra=rest(asked, frozenset(("method", "url", "headers", "body"))),
            route=("request",),
        ),
        response=Response(
            status_code=whole_number(status.get("code")) or 0,
            reason=reason if isinstance(reason, str) else None,
            headers=response_headers,
            body=parsed_or_text(answered.get("body"), response_headers, item, ("response", "body")),
            extra=rest(answered, frozenset(("status", "headers", "body"))),
            route=("response",),
        ),
        extra={key: value for key, value in node.items() if key not in ("request", "response")},
        route=(),
    )


FORMATS.register(Format(name="ddtrace", title="Datadog test agent", sniff=sniff, layout=layout, read=read))
