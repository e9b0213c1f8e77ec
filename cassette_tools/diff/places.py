"""Where the two sides of a change stand in their files."""

from __future__ import annotations

from cassette_tools.model import ABSENT
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Interaction, Json, Place


def request_place(interaction: Interaction | None, pointer: str) -> Place | None:
    """The value at `pointer` in the request's JSON body."""
    return None if interaction is None else _in_document(interaction.request.body, pointer)


def response_place(interaction: Interaction | None, pointer: str) -> Place | None:
    """The value at `pointer` in the response's JSON body; of a stream, the event that first (a string) or last held
    it.
    """
    if interaction is None:
        return None
    body = interaction.response.body
    if not body.stream:
        return _in_document(body, pointer)
    pieces = interaction.llm.trace.get(pointer, ()) if interaction.llm is not None else ()
    if pieces and pieces[0].event_index < len(body.events):
        return body.place(offset=body.events[pieces[0].event_index].offset, pointer=pieces[0].pointer)
    for wanted in dict.fromkeys((pointer, pointer.replace("/message/", "/delta/"))):
        for event in reversed(body.events):
            if _holds(event.json, wanted):
                return body.place(offset=event.offset, pointer=wanted)
    return body.place()


def _in_document(body: Body, pointer: str) -> Place:
    if body.text is None or not pointer:
        return body.place()
    return body.place(offset=0, pointer=pointer)


def _holds(document: Json, pointer: str) -> bool:
    return value_at(document, pointer) not in (None, ABSENT)
