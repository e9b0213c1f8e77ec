"""What a run is asked with: settings and tools as in a chat, instructions, messages for the thread, tools' results.

Source: the OpenAI API reference ("Runs").
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.parts import words_in
from cassette_tools.dialects.openai_chat import content_parts, read_settings, read_tools
from cassette_tools.model import Message, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Members


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    instructions = [*words_in(request, "instructions"), *words_in(request, "additional_instructions")]
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
    for _, message in (*thread.apart("messages"), *request.apart("additional_messages")):
        role, parts = message.text("role") or "user", content_parts(message, "content")
        message.keep()
        yield Message(role=role, parts=tuple(parts), extra=message.extra, pointer=message.pointer)
    thread.keep()
    for _, given in request.apart("tool_outputs"):
        call_id, output = given.text("tool_call_id"), given.take("output")
        given.keep()
        part = ToolCallResponse(id=call_id, response=output, pointer=given.at("output"))
        yield Message(role="tool", parts=(part,), extra=given.extra, pointer=given.pointer)
