"""All that a run said and called, in the order of its steps, as one output message.

Source: the OpenAI API reference ("Runs", "Run steps", "Messages").
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedResponse
from cassette_tools.decoding.ending import finish_of
from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.values import mapping, parsed_arguments, text
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
        for value, call in details.entries("tool_calls"):
            yield from _called(value, call)
        written = messages.pop(details.object("message_creation").text("message_id"), None)
        for holder, key in ((details, "type"), (step, "id"), (step, "object"), (step, "type"), (step, "status")):
            holder.text(key)
        details.keep()
        step.keep()
        if written is not None:
            yield from _written(written)
    for message in messages.values():
        yield from _written(message)


def _called(value: Json, call: Members) -> Iterator[Part]:
    """A call in a step: of the client's function, or of a tool that the provider runs."""
    kind, call_id = call.text("type") or "function", call.text("id")
    inner = call.object(kind)
    if kind == "function":
        arguments, raw, valid = parsed_arguments(inner.take("arguments"))
        name, pointer = inner.text("name") or "", inner.at("arguments")
        yield ToolCall(
            id=call_id, name=name, arguments=arguments, raw_arguments=raw, arguments_valid=valid, pointer=pointer
        )
        inner.keep()
    else:
        outputs, results = inner.take("outputs"), inner.take("results")
        yield ServerToolCall(id=call_id, name=kind, server_tool_call=inner.left, pointer=inner.pointer)
        if outputs or results:
            yield ServerToolCallResponse(
                id=call_id, server_tool_call_response=outputs or results, pointer=inner.pointer
            )
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
    refusal = item.string(kind)
    if kind == "refusal" and refusal is not None:
        return Refusal(content=refusal, pointer=item.at(kind))
    inner = item.object(kind)
    part: Part | None = None
    if kind == "text" and type(inner.peek("value")) is str:
        part = Text(content=inner.take("value"), citations=inner.array("annotations"), pointer=inner.at("value"))
    elif kind == "image_file" and text(inner.peek("file_id")):
        part = File(file_id=inner.take("file_id"), modality="image", pointer=inner.at("file_id"))
    elif kind == "image_url" and text(inner.peek("url")):
        part = Uri(uri=inner.take("url"), modality="image", pointer=inner.at("url"))
    if part is not None:
        inner.keep()
    return part
