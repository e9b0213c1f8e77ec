"""The Azure SDK test proxy: ``Entries`` and ``Variables`` in one JSON file.

Source: the proxy's `RecordEntry`, `ContentTypeUtilities` and `MultipartUtilities` (Azure SDK Tools). A body is null
when there was none, an empty list when it was empty; JSON is the value, unless that is a list, a text or null; a text
is itself, or the list of its lines with their ends; of a multipart body each binary part stands after ``b64:``, each
empty one is ``[]``. What is no text by its media type is base64.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    body_of,
    from_base64,
    headers_of,
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

_VARIABLES = "\0Variables"  # no member of an entry is called so
_FIELDS = frozenset(
    (
        _VARIABLES,
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
    """Every element of ``Entries``; the first with the ``Variables`` of the test."""
    for index, entry in enumerate(whole.top["Entries"]):
        known = whole.top.get("Variables") if not index and isinstance(entry, dict) else None
        yield ("Entries", index), {**entry, _VARIABLES: known} if known else entry


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
            url_route=(*item.route, "RequestUri"),
        ),
        response=Response(
            status_code=whole_number(node.get("StatusCode")) or 0,
            headers=answered,
            body=_body(node.get("ResponseBody"), answered, item, "ResponseBody"),
            route=item.route,
            status_route=(*item.route, "StatusCode"),
        ),
        extra=rest(node, _FIELDS),
        route=item.route,
        aside={("Variables",): node[_VARIABLES]} if _VARIABLES in node else {},
    )


def _body(value: Json, headers: Headers, item: Item, key: str) -> Body:
    if value is None:
        return Body(route=(*item.route, key))
    kind = (headers.get("Content-Type") or "").lower()
    if isinstance(value, str):
        content = None if _is_text(kind) else from_base64(value)
        return body_of(value, headers, item, (key,)) if content is None else made_body(content, headers, item, (key,))
    if isinstance(value, list) and (kind.startswith("multipart/") or _is_lines(value)):
        return _of_lines(value, headers, item, key)
    return tree_body(value, headers, item, (key,))


def _is_text(kind: str) -> bool:
    """Whether the proxy takes the media type (with its parameters) for text."""
    starts = ("text/", "application/json", "application/x-www-form-urlencoded")
    return "; charset=utf-8" in kind or kind.startswith(starts) or kind.endswith(("json", "xml", "-urlencoded"))


def _is_lines(pieces: list[Json]) -> bool:
    """Whether a list is the lines of a text: each but the last has its end, and a single line would be no list."""
    ended = [isinstance(piece, str) and piece.endswith(("\n", "\r")) for piece in pieces]
    return all(ended[:-1]) and (len(pieces) != 1 or ended[0]) and (not pieces or isinstance(pieces[-1], str))


def _of_lines(lines: list[Json], headers: Headers, item: Item, key: str) -> Body:
    """A body that is the list of its lines: each leads to where it stands."""
    whole = _joined(lines)
    pieces = (_bytes(text(line)) if isinstance(whole, bytes) else text(line) for line in lines)
    chunks = ((piece, (key, at)) for at, piece in enumerate(pieces))
    return with_chunks(made_body(whole, headers, item, (key,)), item, chunks)


def _joined(pieces: list[Json]) -> str | bytes:
    """The text of lines; the bytes of a multipart body that has binary parts."""
    if not any(isinstance(piece, str) and piece.startswith("b64:") for piece in pieces):
        return "".join(text(piece) for piece in pieces)
    return b"".join(_bytes(text(piece)) for piece in pieces)


def _bytes(piece: str) -> bytes:
    stored = from_base64(piece.removeprefix("b64:")) if piece.startswith("b64:") else None
    return piece.encode("utf-8", "surrogatepass") if stored is None else stored


FORMATS.register(
    Format(
        name="azure-test-proxy",
        title="Azure SDK test proxy",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "azure-test-proxy"},
        marks=(b'"Entries"',),
    )
)
