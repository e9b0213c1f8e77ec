"""httpmock (the Rust crate `httpmock`): a YAML document for each interaction, with ``when`` and ``then``.

Source: the crate's record-and-playback feature (`httpmock::MockServer::record`). The host was the mock's, so a request
has only its path.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import body_of, from_base64, made_body, mapping, rest, text, whole_number
from cassette_tools.model import Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_WHEN = frozenset(("path", "method", "query_param", "header", "body"))
_THEN = frozenset(("status", "header", "body", "body_encoding"))


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``when`` and ``then`` in the first document."""
    return "" if isinstance(top.get("when"), dict) and isinstance(top.get("then"), dict) else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every document."""
    yield from whole.documents()


def read(item: Item, _version: str) -> Interaction:
    """One document."""
    node = mapping(item.node)
    when, then = mapping(node.get("when")), mapping(node.get("then"))
    asked, answered = _headers(when.get("header")), _headers(then.get("header"))
    recorded = then.get("body")
    content = from_base64(recorded) if then.get("body_encoding") == "base64" and isinstance(recorded, str) else None
    return Interaction(
        index=item.index,
        request=Request(
            method=text(when.get("method")),
            url=_url(when),
            headers=asked,
            body=body_of(when.get("body"), asked, item, ("when", "body")),
            extra=rest(when, _WHEN),
            route=(*item.route, "when"),
        ),
        response=Response(
            status_code=whole_number(then.get("status")) or 0,
            headers=answered,
            body=body_of(recorded, answered, item, ("then", "body"))
            if content is None
            else made_body(content, answered, item, ("then", "body")),
            extra=rest(then, _THEN),
            route=(*item.route, "then"),
        ),
        extra={key: value for key, value in node.items() if key not in ("when", "then")},
        route=item.route,
    )


def _url(when: dict[str, Json]) -> str:
    path = text(when.get("path"))
    pairs = [
        (text(mapping(each).get("name")), text(mapping(each).get("value"))) for each in _list(when.get("query_param"))
    ]
    if not pairs:
        return path
    from urllib.parse import urlencode

    return f"{path}?{urlencode(pairs)}"


def _headers(node: Json) -> Headers:
    return Headers(
        pairs=tuple((text(mapping(each).get("name")), text(mapping(each).get("value"))) for each in _list(node))
    )


def _list(node: Json) -> list[Json]:
    return node if isinstance(node, list) else []


FORMATS.register(Format(name="httpmock", title="httpmock (Rust)", sniff=sniff, layout=layout, read=read))
