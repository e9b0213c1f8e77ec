"""nock's recordings ("nock back", JavaScript): a list of exchanges, each with its ``scope``.

Source: nock, "Recording" and "Nock Back". A response that was compressed or binary is hexadecimal.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import headers_of, made_body, mapping, parsed_or_text, rest, text, whole_number
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_FIELDS = frozenset(
    ("scope", "method", "path", "body", "status", "response", "rawHeaders", "reqheaders", "headers", "responseIsBinary")
)


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """By a list whose elements have a ``scope`` and a ``path``."""
    return "" if not top and isinstance(first, dict) and {"scope", "path", "status"} <= first.keys() else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every element of the list."""
    for index, exchange in enumerate(whole.top):
        yield (index,), exchange


def read(item: Item, _version: str) -> Interaction:
    """One exchange."""
    node = mapping(item.node)
    asked = headers_of(node.get("reqheaders"), item, ("reqheaders",))
    answered = _raw(node.get("rawHeaders"), item)
    given = node.get("body")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(node.get("method")),
            url=text(node.get("scope")).removesuffix(":443").removesuffix(":80") + text(node.get("path")),
            headers=asked,
            body=parsed_or_text(given if given != "" else None, asked, item, ("body",)),
            route=item.route,
        ),
        response=Response(
            status_code=whole_number(node.get("status")) or 0,
            headers=answered,
            body=_body(node, answered, item),
            route=item.route,
        ),
        extra=rest(node, _FIELDS),
        route=item.route,
    )


def _raw(node: Json, item: Item) -> Headers:
    """Names and values in turn, as Node.js has them; newer versions write a mapping."""
    if isinstance(node, list):
        return Headers(pairs=tuple((text(node[at]), text(node[at + 1])) for at in range(0, len(node) - 1, 2)))
    return headers_of(node, item, ("rawHeaders",))


def _body(node: dict[str, Json], headers: Headers, item: Item) -> Body:
    value = node.get("response")
    pieces = [piece for piece in (value if isinstance(value, list) else [value]) if isinstance(piece, str)]
    whole = len(pieces) == (len(value) if isinstance(value, list) else 1)
    if whole and pieces and (isinstance(value, list) or node.get("responseIsBinary")):
        try:
            return made_body(bytes.fromhex("".join(pieces)), headers, item, ("response",))
        except ValueError:
            pass  # a list of texts, which is JSON
    return parsed_or_text(value, headers, item, ("response",))


FORMATS.register(Format(name="nock", title="nock", sniff=sniff, layout=layout, read=read))
