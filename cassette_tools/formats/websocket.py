"""Transcripts of WebSockets: ``interactions`` that are messages with a ``direction``.

Source: pydantic-ai's recordings of realtime sessions. The whole file is one exchange: a handshake of which nothing was
kept, and a stream of messages both ways; an event's name says which way it went.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import mapping, parsed_event, text
from cassette_tools.model import ABSENT, Body, Event, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """By ``interactions`` whose elements have a ``direction``, or are the end of one."""
    if not isinstance(first, dict) or "interactions" not in top:
        return None
    return str(top.get("version") or "") if first.keys() >= {"kind", "direction"} else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """The file is one exchange."""
    yield (), whole.top


def read(item: Item, _version: str) -> Interaction:
    """The whole file."""
    node = mapping(item.node)
    messages = node.get("interactions") or ()
    events = tuple(_event(mapping(message), index) for index, message in enumerate(messages))
    chunks = tuple((index, ("interactions", index, "data")) for index in range(len(events)))
    body = Body(stream="websocket", events=events, route=("interactions",), verbatim=False, chunks=chunks, parsed=True)
    return Interaction(
        index=item.index,
        request=Request(method="GET", url=text(node.get("url"))),
        response=Response(status_code=101, body=body, reason="Switching Protocols"),
        extra={key: value for key, value in node.items() if key not in ("interactions", "version", "url")},
    )


def _event(message: dict[str, Json], index: int) -> Event:
    """One message; it has no place in a text, so that its offset is its number."""
    data = message.get("data")
    if message.get("kind") != "message":
        rest = {key: value for key, value in message.items() if key not in ("kind", "direction")}
        return parsed_event(text(message.get("kind")) or None, rest, index)
    name = text(message.get("direction")) or None
    if isinstance(data, str):
        return Event(event=name, data=data, offset=index, json=ABSENT)
    return parsed_event(name, data, index)


FORMATS.register(
    Format(
        name="websocket",
        title="WebSocket transcript",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "websocket"},
        marks=(b"interactions",),
    )
)
