"""Recorded lengths that follow from bodies: ``Content-Length``, and what the recorder counted."""

from __future__ import annotations

import json

from cassette_tools.model import ABSENT
from cassette_tools.places import header_place
from cassette_tools.rules.content_length_mismatch import SPELLINGS, check, is_explained, said_length

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cassette_tools.formats import Noted
    from cassette_tools.model import Body, Interaction, Json, Request, Response, Route


def new_lengths(
    old: Interaction,
    new: Mapping[str, bytes | str | None],
    noted: tuple[Noted, ...],
    value_at: Callable[[Route], Json],
) -> Iterator[tuple[Route, int]]:
    """The places of lengths that must change, with what they must say: those that were right before their body
    changed, and those that were wrong.
    """
    wrong = {place.route for seen in check(old) for place in (seen.place, *seen.related)}
    for side, message in (("request", old.request), ("response", old.response)):
        noticed = ((route, _length_at(route, value_at)) for route in _routes(side, message, noted, old.route))
        lengths = [(route, length) for route, length in noticed if length > 0]
        after = _size(message.body, new[side]) if lengths else 0
        for route, length in lengths:
            expected = after if route in wrong else _expected(message.body, new[side], length, after)
            if expected != length:
                yield route, expected


def _length_at(route: Route, value_at: Callable[[Route], Json]) -> int:
    """The length that stands at a place; 0 where there is none."""
    value = value_at(route)
    if value is ABSENT:  # the one value of a header field, not in a list
        value = value_at(route[:-1])
    if isinstance(value, str) and value.isdecimal():
        return said_length(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _expected(body: Body, content: bytes | str | None, length: int, after: int) -> int:
    """What a length that was not wrong must say of the new content, whose size is `after`."""
    if content is None:
        return length
    if body.tree and isinstance(content, str):
        return _respelled(body, content, length)
    if length == body.size:
        return after
    if length == _text_size(body.text):
        return _text_size(content if isinstance(content, str) else None)
    if length == after or body.codings or not is_explained(body, length, body.size):
        return length
    return _explained(body, content, length, after)


def _routes(side: str, message: Request | Response, noted: tuple[Noted, ...], item: Route) -> Iterator[Route]:
    for position, (name, _value) in enumerate(message.headers.pairs):
        if name.lower() == "content-length":
            yield header_place(message, position).route
    for each in noted:
        if each.kind == f"{side}-length":
            yield (*item, *each.route)


def _size(body: Body, content: bytes | str | None) -> int:
    """The length of the new body in bytes, as it is stored."""
    if content is None:
        return body.size
    if isinstance(content, bytes):
        return len(content)
    if body.codings:
        from cassette_tools.normalize.storing import stored

        packed = stored(b"", body, content)
        return len(packed)
    return len(content.encode("utf-8", "surrogatepass"))


def _explained(body: Body, content: bytes | str, value: int, after: int) -> int:
    """What a length becomes that is not the body's for a reason which holds for the new body, too."""
    text = body.text or ""
    if isinstance(content, str):
        lost = text.count("\n") - text.count("\r\n")  # CRLF became LF in a block of YAML text
        if value == body.size + lost:
            return after + content.count("\n") - content.count("\r\n")
        if body.json is not ABSENT and not body.stream:
            respelled = _respelled(body, content, value)
            if respelled != value:
                return respelled
    return value + after - body.size


def _respelled(body: Body, content: str, length: int) -> int:
    """The length of JSON that the file holds as a tree, in the spelling in which the old one had `length`."""
    new = json.loads(content)
    spell = next((each for each in SPELLINGS if len(each(body.json)) == length), None)
    return length if spell is None else len(spell(new))


def _text_size(text: str | None) -> int:
    return -1 if text is None else len(text.encode("utf-8", "surrogatepass"))
