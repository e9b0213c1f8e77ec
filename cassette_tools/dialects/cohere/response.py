"""The answer of a Cohere chat, of both versions, and of Generate.

Source: Cohere API reference, "Chat" of both versions.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import DecodedResponse
from cassette_tools.decoding.errors import error_of
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import called, words_in
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects.cohere.request import by_block, unplaced
from cassette_tools.dialects.cohere.version_one import first_calls
from cassette_tools.model import Generic, Reasoning, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.assembly import Decoding
    from cassette_tools.model import CallError, Json, Message, Part, Usage

_FAILED = ("ERROR", "TIMEOUT")


def read_response(decoding: Decoding) -> DecodedResponse:
    """Decode a response body of any shape."""
    body, error = decoding.response, _error(decoding)
    if error is not None:
        body.take("error_type")
    outputs = tuple(_outputs(decoding, body))
    identity = body.text("id") or body.text("response_id")
    return DecodedResponse(outputs=outputs, error=error, usage=_usage(decoding, body), id=identity)


def _outputs(decoding: Decoding, body: Members) -> Iterator[Message]:
    if type(body.peek("message")) is dict:
        yield _output(decoding, body)
    elif "generations" in body:
        body.take("prompt")  # repeats the request
        for index, (_, answer) in enumerate(body.apart("generations")):
            yield _generated(decoding, answer, index)
    elif not body.left.keys().isdisjoint(("generation_id", "text", "tool_calls")):
        yield _first_output(decoding, body)


def _error(decoding: Decoding) -> CallError | None:
    body, folded = decoding.body, decoding.folded
    if type(body.get("message")) is dict:
        failed = body.get("finish_reason") in _FAILED and body.get("error")
        return folded.error or (error_of(body, None, 500) if failed else None)
    return folded.error if "generation_id" in body else decoding.error()


def _usage(decoding: Decoding, body: Members) -> Usage | None:
    for key in ("usage", "meta"):
        counts = mapping(body.peek(key))
        if "tokens" in counts or "billed_units" in counts:
            return decoding.usage(body, key)
    return None


# --- version 2 -------------------------------------------------------------------------------------------------------


def _output(decoding: Decoding, body: Members) -> Message:
    message = Members(body.take("message"), body.at("message"), {}, "/message")
    parts = [replace(plan, kind="plan") for plan in words_in(message, "tool_plan", Reasoning)]
    parts.extend(_content(message))
    for value, call in message.entries("tool_calls"):
        parts.append(_call(call) if call.left else Generic(kind="tool_call", content=value, pointer=call.pointer))
    role = message.text("role")
    message.keep()
    return decoding.output(parts, body, "finish_reason", role, message.extra)


def _content(message: Members) -> list[Part]:
    """Blocks of text and thinking; a citation says by `content_index` which block it speaks of."""
    cited = by_block(message.array("citations"))
    parts: list[Part] = []
    words = message.string("content")
    if words is not None:
        parts.extend(_text(words, cited.pop(0, []), message.at("content")))
    for index, (value, block) in enumerate(message.entries("content")):
        citations = cited.pop(index, []) if block.peek("type") == "text" else []
        parts.extend(_block(value, block, citations))
    if cited:
        message.extra[message.where + "/citations"] = unplaced(cited)
    return parts


def _text(words: str, citations: list[Json], pointer: str) -> list[Part]:
    return [Text(content=words, citations=tuple(citations), pointer=pointer)] if words or citations else []


def _block(value: Json, block: Members, citations: list[Json]) -> list[Part]:
    kind = block.peek("type")
    words = block.peek(kind) if kind in ("text", "thinking") else None
    if type(words) is not str:
        return [Generic(kind=str(kind or "unknown"), content=value, pointer=block.pointer)]
    block.take("type")
    block.take(kind)
    block.keep()
    if kind == "text":
        return _text(words, citations, block.at("text"))
    return [Reasoning(content=words, pointer=block.at("thinking"))]


def _call(call: Members) -> Part:
    function = call.object("function")
    call.take("type")
    part = called(function, "arguments", id=call.text("id"), name=function.text("name"))
    function.keep()
    call.keep()
    return part


# --- version 1 and Generate ------------------------------------------------------------------------------------------


def _generated(decoding: Decoding, answer: Members, index: int) -> Message:
    """An answer of Generate, which had a prompt and no conversation."""
    answer.take("index")
    parts = words_in(answer, "text")
    message = decoding.output(parts, answer, "finish_reason", None, answer.extra, index=index)
    answer.keep()
    return message


def _first_output(decoding: Decoding, body: Members) -> Message:
    body.take("generation_id")
    body.take("chat_history")  # repeats the request and the answer
    parts: list[Part] = []
    words = body.text("text")
    if words is not None:
        parts.append(Text(content=words, citations=body.array("citations"), pointer=body.at("text")))
    parts.extend(first_calls(body))
    return decoding.output(parts, body, "finish_reason", None, {})
