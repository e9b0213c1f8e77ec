"""What a run is asked with: settings and tools as in a chat, instructions, messages for the thread, tools' results.

Source: the OpenAI API reference ("Runs").
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.members import Members
from cassette_tools.dialects.openai_chat import content_parts, read_settings, read_tools
from cassette_tools.model import Message, Text, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    instructions = [
        Text(content=words, pointer=request.at(key))
        for key in ("instructions", "additional_instructions")
        if (words := request.text(key)) is not None
    ]
    asked = DecodedRequest(
        model=request.string("model"),
        parameters=read_settings(request),
        system=tuple(instructions),
        messages=tuple(_messages(request)),
        tools=read_tools(request),
    )
    request.keep(nulls=True)
    return asked


def _messages(request: Members) -> Iterator[Message]:
    """The messages that are added to the thread, and what tools gave back."""
    thread = request.object("thread")
    for value, pointer in (*thread.elements("messages"), *request.elements("additional_messages")):
        message = Members(value, pointer, {}, "")
        role, parts = message.text("role") or "user", content_parts(message, "content")
        message.keep()
        yield Message(role=role, parts=tuple(parts), extra=message.extra, pointer=pointer)
    thread.keep()
    for value, pointer in request.elements("tool_outputs"):
        given = Members(value, pointer, {}, "")
        part = ToolCallResponse(
            id=given.text("tool_call_id"), response=given.take("output"), pointer=given.at("output")
        )
        given.keep()
        yield Message(role="tool", parts=(part,), extra=given.extra, pointer=pointer)
