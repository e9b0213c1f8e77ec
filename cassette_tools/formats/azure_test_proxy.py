"""The Azure SDK test proxy: ``Entries`` and ``Variables`` in one JSON file.

Source: Azure SDK Tools, "Azure SDK test proxy". Bodies of JSON are values, text is a list of lines, what is binary by
its media type is base64.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
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
from cassette_tools.model import Body, Interaction, Request, Response
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Headers, Json, Route

_FIELDS = frozenset(
    (
        "RequestUri",
        "RequestMethod",
        "RequestHeaders",
        "RequestBody",
        "StatusCode",
        "ResponseHeaders",
        "ResponseBody",
    )
)


def sniff(top: Mapping[str, Json], _first: Json) -> str | None:
    """By ``Entries``, beside ``Variables`` or with entries that have a ``RequestUri``."""
    entries = top.get("Entries")
    if not isinstance(entries, list):
        return None
    return "" if "Variables" in top or (entries and "RequestUri" in mapping(entries[0])) else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every element of ``Entries``."""
    for index, entry in enumerate(whole.top["Entries"]):
        yield ("Entries", index), entry


def read(item: Item, _version: str) -> Interaction:
    """One entry."""
    node = mapping(item.node)
    asked = headers_of(node.get("RequestHeaders"), item, ("RequestHeaders",))
    answered = headers_of(node.get("ResponseHeaders"), item, ("ResponseHeaders",))
    return Interaction(
        index=item.index,
        request=Request(
            method=text(node.get("RequestMethod")),
            url=text(node.get("RequestUri")),
            headers=asked,
            body=_body(node.get("RequestBody"), asked, item, "RequestBody"),
            route=item.route,
        ),
        response=Response(
            status_code=whole_number(node.get("StatusCode")) or 0,
            headers=answered,
            body=_body(node.get("ResponseBody"), answered, item, "ResponseBody"),
            route=item.route,
        ),
        extra=rest(node, _FIELDS),
        route=item.route,
    )


def _body(value: Json, headers: Headers, item: Item, key: str) -> Body:
    if value is None:
        return Body(route=(*item.route, key))
    if isinstance(value, str):
        textual = media_type(headers).startswith(("text/", "application/json", "application/x-www-form-urlencoded"))
        content = None if textual else from_base64(value)
        return body_of(value, headers, item, (key,)) if content is None else made_body(content, headers, item, (key,))
    lines = isinstance(value, list) and bool(value) and all(isinstance(line, str) for line in value)
    if lines and (media_type(headers) != "application/json" or any(line.endswith("\n") for line in value)):
        return made_body("".join(value), headers, item, (key,))
    return made_body(compact(value), headers, item, (key,))


FORMATS.register(Format(name="azure-test-proxy", title="Azure SDK test proxy", sniff=sniff, layout=layout, read=read))
