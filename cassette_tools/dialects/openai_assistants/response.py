"""All that a run said and called, in the order of its steps, as one output message.

Source: the OpenAI API reference ("Runs", "Run steps", "Messages").
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedResponse
from cassette_tools.decoding.ending import finish_of
from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.parts import called
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects.openai_assistants.stream import ENDS, RUN, kind_of
from cassette_tools.model import (
    File,
    Generic,
    Message,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    Uri,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.assembly import Decoding
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import CallError, Json, Part


def read_response(decoding: Decoding) -> DecodedResponse:
    """Decode a run, with its steps and messages."""
    body = decoding.response
    error = decoding.folded.error or _failure(decoding)
    if error is None and not decoding.body:
        error = decoding.error(bare=True)
    body.text("object")
    return DecodedResponse(
        outputs=(_output(decoding.dialect, body),) if decoding.body else (),
        usage=decoding.usage(body),
        error=error,
        model=body.text("model"),
        id=body.text("id"),
    )


def _failure(decoding: Decoding) -> CallError | None:
    """Why a run failed, as its last event says."""
    inner = decoding.response.take("last_error")
    if not inner:
        return None
    events = decoding.interaction.response.body.events
    last = next((at for at in range(len(events) - 1, -1, -1) if kind_of(events[at]) == RUN), None)
    return error_from(inner, {}, "/last_error", last)


def _output(dialect: str, body: Members) -> Message:
    parts = tuple(_parts(body))
    status = body.text("status")
    native = _reason(status, body.peek("incomplete_details"))
    # A run that went on after its calls ends with other words.
    is_called = status == "requires_action" and any(isinstance(part, ToolCall) for part in parts)
    canonical = finish_of(dialect, native, calls=is_called)
    return Message(role="assistant", parts=parts, finish_reason=canonical, native_finish_reason=native, pointer="")


def _reason(status: str | None, details: Json) -> str | None:
    """Why a run ended: for an incomplete one what it says of that, else its status. ``None`` before its end."""
    return text(mapping(details).get("reason")) or status if status in ENDS else None


def _parts(body: Members) -> Iterator[Part]:
    messages = {text(message.peek("id")): message for _, message in body.entries("messages")}
    for _, step in body.entries("steps"):
        details = step.object("step_details")
        for _, call in details.entries("tool_calls"):
            yield from _called(call)
        written = messages.pop(details.object("message_creation").text("message_id"), None)
        for holder, key in ((details, "type"), (step, "id"), (step, "object"), (step, "type"), (step, "status")):
            holder.text(key)
        details.keep()
        step.keep()
        if written is not None:
            yield from _written(written)
    for message in messages.values():
        yield from _written(message)


def _called(call: Members) -> Iterator[Part]:
    """A call in a step: of the client's function, or of a tool that the provider runs."""
    kind, call_id = call.text("type") or "function", call.text("id")
    inner = call.object(kind)
    if kind == "function":
        yield called(inner, "arguments", id=call_id, name=inner.text("name"))
        inner.keep()
    else:
        given = inner.take("outputs"), inner.take("results")
        yield ServerToolCall(id=call_id, name=kind, server_tool_call=inner.left, pointer=inner.pointer)
        if any(given):
            answer = given[0] or given[1]
            yield ServerToolCallResponse(id=call_id, server_tool_call_response=answer, pointer=inner.pointer)
    call.keep()


def _written(message: Members) -> Iterator[Part]:
    """What one message says."""
    for value, item in message.entries("content"):
        part = _part(item)
        if part is None:
            part = Generic(kind=text(mapping(value).get("type")) or "unknown", content=value, pointer=item.pointer)
        else:
            item.keep()
        yield part
    for key in ("id", "object", "role", "status"):
        message.text(key)
    message.keep()


def _part(item: Members) -> Part | None:
    kind = item.text("type") or "unknown"
    if kind == "refusal":
        words = item.string(kind)
        return None if words is None else Refusal(content=words, pointer=item.at(kind))
    inner = item.object(kind)
    reader = _READERS.get(kind)
    part = None if reader is None else reader(inner)
    if part is not None:
        inner.keep()
    return part


def _text(inner: Members) -> Part | None:
    words = inner.string("value")
    return (
        None if words is None else Text(content=words, citations=inner.array("annotations"), pointer=inner.at("value"))
    )


def _image_file(inner: Members) -> Part | None:
    file_id = inner.text("file_id")
    return None if file_id is None else File(file_id=file_id, modality="image", pointer=inner.at("file_id"))


def _image_url(inner: Members) -> Part | None:
    address = inner.text("url")
    return None if address is None else Uri(uri=address, modality="image", pointer=inner.at("url"))


_READERS = {"text": _text, "image_file": _image_file, "image_url": _image_url}
