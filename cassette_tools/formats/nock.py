"""nock's recordings ("nock back", JavaScript): a list of exchanges, each with its ``scope``.

Source: nock, "Recording" and "Nock Back", and its module `recorder`. JSON bodies are parsed. Of a response with a
Content-Encoding there is a list of its chunks in hexadecimal; of another binary one its hexadecimal, with
``responseIsBinary``. Header fields of the response are names and values in turn (``rawHeaders``; newer versions write a
mapping, the oldest a mapping ``headers``); those of the request are there when they were asked for.
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
    answered = _answered(node, item)
    given = node.get("body")
    return Interaction(
        index=item.index,
        request=Request(
            method=text(node.get("method")),
            url=_origin(text(node.get("scope"))) + text(node.get("path")),
            headers=asked,
            body=parsed_or_text(given if given != "" else None, asked, item, ("body",)),
            route=item.route,
            url_route=(*item.route, "path"),
        ),
        response=Response(
            status_code=whole_number(node.get("status")) or 0,
            headers=answered,
            body=_body(node, answered, item),
            route=item.route,
            status_route=(*item.route, "status"),
        ),
        extra=rest(node, _FIELDS),
        route=item.route,
    )


def _origin(scope: str) -> str:
    """The scope without the port that goes without saying."""
    return scope.removesuffix(":443" if scope.startswith("https:") else ":80")


def _answered(node: dict[str, Json], item: Item) -> Headers:
    raw = node.get("rawHeaders")
    if isinstance(raw, list):
        places = range(1, len(raw), 2)
        return Headers(
            pairs=tuple((text(raw[at - 1]), text(raw[at])) for at in places),
            routes=tuple((*item.route, "rawHeaders", at) for at in places),
        )
    key = "rawHeaders" if raw is not None else "headers"
    return headers_of(node.get(key), item, (key,))


def _body(node: dict[str, Json], headers: Headers, item: Item) -> Body:
    value = node.get("response")
    chunks: list[Json] = value if isinstance(value, list) else [value]
    if headers.get("Content-Encoding") if chunks is value else node.get("responseIsBinary"):
        try:
            return made_body(bytes.fromhex("".join(chunks)), headers, item, ("response",))
        except (TypeError, ValueError):
            pass  # no texts, or no hexadecimal: JSON whose coding was undone
    return parsed_or_text(value, headers, item, ("response",))


FORMATS.register(
    Format(
        name="nock",
        title="nock",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "nock"},
        marks=(b'"scope"',),
    )
)
