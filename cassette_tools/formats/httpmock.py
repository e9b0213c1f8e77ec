"""httpmock (the Rust crate `httpmock`): a YAML document for each interaction, with ``when`` and ``then``.

Source: the crate's `StaticMockDefinition`, which its recorder writes. The host is mostly left out (it was the mock's):
then a request has only its path. ``body_encoding: base64`` beside a body is not the crate's own.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    address,
    body_of,
    from_base64,
    listed_headers,
    made_body,
    mapping,
    named_values,
    rest,
    text,
    tree_body,
    whole_number,
    with_query,
)
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_BODIES = ("body", "body_base64", "body_encoding", "json_body")
_WHEN = frozenset(("scheme", "host", "port", "path", "method", "query_param", "header", *_BODIES))
_THEN = frozenset(("status", "header", *_BODIES))


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
    asked = listed_headers(when.get("header"), item, ("when", "header"))
    answered = listed_headers(then.get("header"), item, ("then", "header"))
    parameters = named_values(when.get("query_param"), item, ("when", "query_param"))
    url = address(text(when.get("path")), when.get("scheme"), when.get("host"), when.get("port"))
    return Interaction(
        index=item.index,
        request=Request(
            method=text(when.get("method")),
            url=with_query(url, parameters),
            headers=asked,
            body=_body(when, asked, item, "when"),
            extra=rest(when, _WHEN),
            route=(*item.route, "when"),
            url_route=(*item.route, "when", "path"),
            query_routes={
                name: (*item.route, "when", "query_param", at, "value") for at, (name, _) in enumerate(parameters)
            },
        ),
        response=Response(
            status_code=whole_number(then.get("status")) or 0,
            headers=answered,
            body=_body(then, answered, item, "then"),
            extra=rest(then, _THEN),
            route=(*item.route, "then"),
            status_route=(*item.route, "then", "status"),
        ),
        extra={key: value for key, value in node.items() if key not in ("when", "then")},
        route=item.route,
    )


def _body(side: dict[str, Json], headers: Headers, item: Item, name: str) -> Body:
    key = "body_base64" if "body_base64" in side else "body"
    stored = side.get(key)
    if isinstance(stored, str) and (key == "body_base64" or side.get("body_encoding") == "base64"):
        content = from_base64(stored)
        if content is not None:
            return made_body(content, headers, item, (name, key))
    if stored is None and "json_body" in side:
        return tree_body(side["json_body"], headers, item, (name, "json_body"))
    return body_of(stored, headers, item, (name, key))


FORMATS.register(
    Format(
        name="httpmock",
        title="httpmock (Rust)",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "httpmock"},
        marks=(b"when:",),
    )
)
