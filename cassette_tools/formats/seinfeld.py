"""seinfeld (Braintrust's recorder for JavaScript): ``entries`` and ``meta``; a body says its kind.

Source: the recorder's `cassetteSchema`. Events are kept without the blank lines that end them, and large binary bodies
in files ``<cassette>.blobs/<sha256>.bin`` beside the cassette, named from the folder of all cassettes on. They are
never looked for outside the cassette's own folder.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    beside,
    body_of,
    from_base64_body,
    headers_of,
    kept_apart,
    made_body,
    mapping,
    rest,
    text,
    tree_body,
    whole_number,
    with_chunks,
)
from cassette_tools.model import Body, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Headers, Json, Route


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``entries`` with a ``matchKey``, or beside ``meta``, which an empty cassette has as well."""
    entries = top.get("entries")
    if not isinstance(entries, list):
        return None
    first = mapping(entries[0]) if entries else {}
    if not isinstance(top.get("meta"), dict):
        return "" if "matchKey" in first and "request" in first else None
    return "" if not entries or {"request", "response"} <= first.keys() else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every element of ``entries``."""
    for index, entry in enumerate(whole.top["entries"]):
        yield ("entries", index), entry


def read(item: Item, _version: str) -> Interaction:
    """One entry."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    request_headers = headers_of(asked.get("headers"), item, ("request", "headers"))
    response_headers = headers_of(answered.get("headers"), item, ("response", "headers"))
    reason, when = answered.get("statusText"), node.get("recordedAt")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")),
            url=text(asked.get("url")),
            headers=request_headers,
            body=_body(mapping(asked.get("body")), request_headers, item, "request"),
            extra=rest(asked, frozenset(("method", "url", "headers", "body"))),
            route=(*item.route, "request"),
        ),
        response=Response(
            status_code=whole_number(answered.get("status")) or 0,
            reason=reason if isinstance(reason, str) else None,
            headers=response_headers,
            body=_body(mapping(answered.get("body")), response_headers, item, "response"),
            extra=rest(answered, frozenset(("status", "statusText", "headers", "body"))),
            route=(*item.route, "response"),
            status_route=(*item.route, "response", "status"),
        ),
        recorded_at=when if isinstance(when, str) else None,
        extra=rest(node, frozenset(("request", "response", "recordedAt"))),
        route=item.route,
        time_route=(*item.route, "recordedAt"),
    )


def _body(node: dict[str, Json], headers: Headers, item: Item, side: str) -> Body:
    kind, here = node.get("kind"), (side, "body")
    value = node.get("value")
    if kind == "json":
        return tree_body(value, headers, item, (*here, "value"))
    if kind == "text":
        return body_of(value, headers, item, (*here, "value"))
    if kind == "sse":
        chunks = node.get("chunks")
        where = (*here, "chunks")
        events = [f"{text(chunk)}\n\n" for chunk in chunks] if isinstance(chunks, list) else []
        made = made_body("".join(events), headers, item, where)
        return with_chunks(made, item, ((event, (*where, number)) for number, event in enumerate(events)))
    if kind == "base64" and isinstance(value, str):
        return from_base64_body(value, headers, item, (*here, "value"))
    name = node.get("path")
    if kind == "binary" and isinstance(name, str):
        return kept_apart(_blob(item.folder, name), name, headers, item, (*here, "path"))
    return Body(route=(*item.route, *here))


def _blob(folder: str | None, name: str) -> bytes | None:
    """The file as it is named from the cassette's folder on, or from a folder above it."""
    content = beside(folder, name)
    return content if content is not None else beside(folder, "/".join(name.split("/")[-2:]))


FORMATS.register(
    Format(
        name="seinfeld",
        title="seinfeld",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "seinfeld"},
        marks=(b'"entries"',),
    )
)
