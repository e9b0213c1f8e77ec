"""VCR.py cassettes that are laid out otherwise: version 0 (a bare list), and ``requests`` beside ``responses``.

Source: VCR.py before 1.0 (which refuses them today and has a migration script); langchain's compressing serializer.
Each exchange is as in version 1. Other recorders write such lists, too. The snapshots of Anthropic's Python library
have ``status_code``, and JSON bodies as trees. ExVCR (its ``Request``, ``Response`` and converters) has a
``status_code`` that is a list for httpc (the parts of the status line) and null if the client got no answer. php-vcr
(`toArray` and `fromArray` of its ``Request`` and ``Response``) has a ``status`` that may be a bare number.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import body_of, headers_of, mapping, parsed_body, rest, text, whole_number
from cassette_tools.model import Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Body, Headers, Json, Route

_SPLIT, _LIST = "split", "0"


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """``requests`` and ``responses``, or a list whose elements have a request and a response."""
    if isinstance(top.get("requests"), list) and isinstance(top.get("responses"), list):
        return _SPLIT
    return _LIST if not top and isinstance(first, dict) and {"request", "response"} <= first.keys() else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every element of the list; of the two arrays, each request, with its response beside it."""
    top = whole.top
    if isinstance(top, list):
        for index, node in enumerate(top):
            yield (index,), node
        return
    answers = top["responses"]
    for index, request in enumerate(top["requests"]):
        yield (), {"request": request, "response": answers[index] if index < len(answers) else None, "at": index}


def read(item: Item, version: str) -> Interaction:
    """One exchange."""
    node = mapping(item.node)
    asked_at: Route = ("requests", node["at"]) if version == _SPLIT else ("request",)
    answered_at: Route = ("responses", node["at"]) if version == _SPLIT else ("response",)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    headers = headers_of(asked.get("headers"), item, (*asked_at, "headers"))
    response_headers = headers_of(answered.get("headers"), item, (*answered_at, "headers"))
    code, reason, status_at = _status(answered)
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")).removeprefix(":").upper(),
            url=text(asked.get("uri")) or text(asked.get("url")) or _address(asked),
            headers=headers,
            body=_body(asked.get("body"), headers, item, (*asked_at, "body")),
            extra=rest(
                asked, frozenset(("method", "uri", "url", "host", "port", "protocol", "path", "headers", "body"))
            ),
            route=(*item.route, *asked_at),
            url_route=(*item.route, *asked_at, next((key for key in ("uri", "url") if text(asked.get(key))), "path")),
        ),
        response=Response(
            status_code=whole_number(code) or 0,
            reason=reason if isinstance(reason, str) else None,
            headers=response_headers,
            body=_body(answered.get("body"), response_headers, item, (*answered_at, "body")),
            extra=rest(answered, frozenset(("status", "status_code", "headers", "body", "protocol"))),
            route=(*item.route, *answered_at),
            status_route=(*item.route, *answered_at, *status_at),
        ),
        route=(*item.route, *asked_at) if version == _SPLIT else item.route,
    )


def _status(answered: dict[str, Json]) -> tuple[Json, Json, Route]:
    """The status, its phrase, and where the status stands."""
    status = answered.get("status")
    if isinstance(status, dict) and status:
        return status.get("code"), status.get("message"), ("status", "code")
    code = answered.get("status_code")
    if isinstance(code, list):  # ExVCR's for httpc: protocol, code, phrase
        parts = [*code, None, None, None]
        return parts[1], parts[2], ("status_code", 1)
    return (code, None, ("status_code",)) if "status_code" in answered else (status, None, ("status",))


def _body(recorded: Json, headers: Headers, item: Item, route: Route) -> Body:
    """Text, alone or as the member ``string``; or JSON as the tree that it is."""
    if isinstance(recorded, dict) and "string" in recorded:
        recorded, route = recorded["string"], (*route, "string")
    if isinstance(recorded, dict | list):
        return parsed_body(recorded, headers, item, route)
    return body_of(recorded, headers, item, route)


def _address(asked: dict[str, Json]) -> str:
    """Version 0 had the parts of the address apart."""
    if not asked.get("host"):
        return ""
    return f"{text(asked.get('protocol')) or 'http'}://{text(asked.get('host'))}{text(asked.get('path'))}"


FORMATS.register(
    Format(
        name="vcrpy-other",
        title="VCR.py (version 0; requests and responses apart), ExVCR, php-vcr",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={_LIST: "vcrpy-0", _SPLIT: "vcrpy-split"},
        marks=(b"requests:", b'"response"', b"response:"),
    )
)
