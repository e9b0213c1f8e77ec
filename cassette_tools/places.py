"""Where things stand in an interaction, for those that speak of them or change them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

from cassette_tools.model import ABSENT, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json, Piece, Request, Response, ToolCall


def header_place(message: Request | Response, position: int) -> Place:
    """The value of the header field at `position` of the pairs. A file may hold one value or a list of them for a
    name."""
    headers = message.headers
    if position < len(headers.routes):
        return Place(route=headers.routes[position])
    return Place(route=(*message.route, "headers", headers.pairs[position][0], headers.repeat(position)))


def status_place(response: Response) -> Place:
    """The status code."""
    return Place(route=response.status_route or (*response.route, "code"))


def failure_place(interaction: Interaction) -> Place:
    """The status of a failure; under a status of success, where the body tells of the error."""
    response, error = interaction.response, interaction.llm.error if interaction.llm is not None else None
    if response.status_code >= 400 or error is None:
        return status_place(response)
    has_pointer = error.pointer and response.body.json is not ABSENT
    return response.body.place(pointer=error.pointer) if has_pointer else response.body.place()


def url_place(request: Request) -> Place:
    """The URL."""
    return Place(route=request.url_route or (*request.route, "url"))


def query_place(request: Request, name: str) -> Place:
    """A parameter of the URL's query; formats may have these apart."""
    route = request.query_routes.get(name)
    return url_place(request) if route is None else Place(route=route)


def version_place(response: Response) -> Place:
    """The version of HTTP."""
    return Place(route=response.version_route or (*response.route, "proto"))


def time_place(interaction: Interaction) -> Place:
    """The moment of the recording."""
    return Place(route=interaction.time_route or (*interaction.route, "recorded_at"))


def duration_place(interaction: Interaction) -> Place:
    """How long the answer took."""
    return Place(route=interaction.duration_route or (*interaction.response.route, "duration"))


def length_place(message: Request | Response) -> Place:
    """The recorder's own note of the body's length."""
    return Place(route=(*message.route, "content_length"))


def string_places(interaction: Interaction, pointer: str) -> tuple[Place, ...]:
    """The places of a string of the call's JSON body: one, or one for each event that gave a piece of it."""
    body = interaction.response.body
    pieces = pieces_of(interaction, pointer)
    if not pieces:
        return (body.place(),) if body.stream else (body.place(pointer=pointer),)
    return piece_places(interaction, pieces)


# Where the event that begins a call names its tool.
NAMES = ("/content_block/name", "/item/name", "/choices/0/delta/tool_calls/0/function/name")


def name_place(interaction: Interaction, call: ToolCall) -> Place:
    """The name of a called tool: it stands beside the arguments, in a stream in the event that begins them."""
    body = interaction.response.body
    if not body.stream:
        beside = _beside(call.pointer)
        return body.place(pointer=beside if value_at(body.json, beside) == call.name else call.pointer)
    pieces = pieces_of(interaction, call.pointer)
    pointers = (_beside(pieces[0].pointer), *NAMES) if pieces else NAMES
    for event in reversed(body.events[: pieces[0].event_index + 1] if pieces else body.events):
        for pointer in pointers:
            if value_at(event.json, pointer) == call.name:
                return body.place(event.offset, pointer=pointer)
    return string_places(interaction, call.pointer)[0]


def _beside(pointer: str) -> str:
    return f"{pointer.rpartition('/')[0]}/name"


def piece_places(interaction: Interaction, pieces: tuple[Piece, ...]) -> tuple[Place, ...]:
    """Where each piece stands in its event."""
    body = interaction.response.body
    return tuple(body.place(body.events[piece.event_index].offset, pointer=piece.pointer) for piece in pieces)


def pieces_of(interaction: Interaction, pointer: str, start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """The pieces that ``[start:end]`` of a folded string was joined from."""
    llm = interaction.llm
    pieces = llm.trace.get(pointer, ()) if llm is not None else ()
    first = max(bisect_right(pieces, start, key=_start_of) - 1, 0)
    last = len(pieces) if end is None else bisect_left(pieces, end, key=_start_of)
    return tuple(
        pieces[at]
        for at in range(first, last)
        if at + 1 == len(pieces) or pieces[at + 1].start > pieces[at].start  # those in between that say nothing
    )


def _start_of(piece: Piece) -> int:
    return piece.start


def event_place(interaction: Interaction, index: int) -> Place:
    """The data of one event of the response; negative indices count from the last."""
    body = interaction.response.body
    if not body.events:
        return body.place()
    event = body.events[index]
    return body.place(offset=event.offset, length=len(event.data.split("\n", 1)[0]))


def value_place(interaction: Interaction, pointer: str, value: Json) -> Place:
    """Where the response says `value` at `pointer`: in the body, or in the last event of the stream that says it."""
    body = interaction.response.body
    if not body.stream:
        return body.place(pointer=pointer)
    for event in reversed(body.events):
        if value_at(event.json, pointer) == value:
            return body.place(offset=event.offset, pointer=pointer)
    return body.place()


def value_at(document: Json, pointer: str) -> Json:
    """What a JSON pointer (RFC 6901) leads to, or `ABSENT`."""
    for key in _steps(pointer):
        if isinstance(document, dict):
            document = document.get(key, ABSENT)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return ABSENT
    return document


@lru_cache(maxsize=1024)  # in each event of a stream the same places are looked for
def _steps(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer."""
    return tuple(word.replace("~1", "/").replace("~0", "~") for word in pointer.split("/")[1:])
