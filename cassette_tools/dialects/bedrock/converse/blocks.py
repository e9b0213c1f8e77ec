"""Bedrock Converse content blocks as parts. A block is an object with one key that says what it is.

Source: Amazon Bedrock API reference, "Converse", data types `ContentBlock`, `ToolResultContentBlock`,
`ReasoningContentBlock`, `CitationsContentBlock`.
"""

from __future__ import annotations

from cassette_tools.data.media_types import FORMATS
from cassette_tools.decoding.parts import called_with
from cassette_tools.decoding.values import mapping
from cassette_tools.model import (
    Blob,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCallResponse,
    Uri,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Json, Part


def read_block(block: Members) -> tuple[Part, ...] | str:
    """The part that a block is, none for an empty text or a mark for the cache; else its kind."""
    return _read(block, READERS)


def read_answer_block(block: Members) -> tuple[Part, ...] | str:
    """The same in an answer, where a tool's result is that of a tool of Amazon's own."""
    return _read(block, _ANSWER_READERS)


def _read(block: Members, readers: dict[str, Callable[[Members], Part | None]]) -> tuple[Part, ...] | str:
    kind = block.first()
    if kind == "cachePoint":
        return ()  # it stays in the block, and so is kept
    value = block.peek(kind)
    if kind == "text" and type(value) is str:
        block.take("text")
        return (Text(content=value, pointer=block.at("text")),) if value else ()
    reader = readers.get(kind)
    if reader is None or type(value) is not dict:
        return kind
    inner = block.object(kind)
    part = reader(inner)
    inner.keep()
    return kind if part is None else (part,)


def _cited(cited: Members) -> Part | None:
    """``{content: [{text}], citations: […]}``: a text with its sources."""
    pieces = [mapping(piece).get("text") for piece in cited.array("content")]
    words = [piece for piece in pieces if type(piece) is str]
    place = cited.at("content/0/text" if len(words) == 1 else "content")
    return Text(content="".join(words), citations=cited.array("citations"), pointer=place)


def _tool_use(call: Members) -> Part | None:
    if not call.left:
        return None
    kind, call_id, name = call.take("type"), call.text("toolUseId"), call.text("name")
    used = called_with(call, "input", id=call_id, name=name)
    if kind != "server_tool_use":
        return used
    asked = {"type": kind, "input": used.arguments}
    return ServerToolCall(id=call_id, name=used.name, server_tool_call=asked, pointer=used.pointer)


def _tool_result(result: Members) -> Part | None:
    status = result.string("status")
    result.take("type")
    content, pointer = _only_content(result)
    return ToolCallResponse(
        id=result.text("toolUseId"),
        response=content,
        is_error=None if status is None else status == "error",
        pointer=pointer,
    )


def _only_content(result: Members) -> tuple[Json, str]:
    """The content of a result and its pointer; of a content that is one text or one JSON value, that."""
    content, pointer = result.take("content"), result.at("content")
    only = mapping(content[0]) if type(content) is list and len(content) == 1 else {}
    for kind in ("text", "json"):
        if kind in only and len(only) == 1:
            return only[kind], f"{pointer}/0/{kind}"
    return content, pointer


def _server_result(result: Members) -> Part | None:
    response: dict[str, Json] = {"type": result.take("type") or "tool_result", "content": result.peek("content")}
    if "status" in result:
        response["status"] = result.take("status")
    pointer = _only_content(result)[1]
    return ServerToolCallResponse(id=result.text("toolUseId"), server_tool_call_response=response, pointer=pointer)


def _reasoning(block: Members) -> Part | None:
    if type(block.peek("reasoningText")) is dict:
        words = block.object("reasoningText")
        content, signature = words.string("text") or "", words.text("signature")
        words.keep()
        return Reasoning(content=content, signature=signature, pointer=words.at("text"))
    hidden, pointer = block.string("redactedContent"), block.at("redactedContent")
    return None if hidden is None else Reasoning(content="", kind="redacted", encrypted=hidden, pointer=pointer)


def _guarded(block: Members) -> Part | None:
    """``{text: {text, qualifiers}}`` or an image: content like any other, that the guardrail shall look at. Its
    qualifiers are kept even where there are none, since nothing else tells it from other content.
    """
    kind = "text" if type(mapping(block.peek("text")).get("text")) is str else "image"
    content = block.object(kind)
    words = content.string("text") if kind == "text" else None
    part = READERS["image"](content) if words is None else Text(content=words, pointer=content.at("text"))
    if part is not None:
        content.extra[f"{content.where}/qualifiers"] = content.take("qualifiers")
        content.keep()
    return part


def _media(modality: str) -> Callable[[Members], Part | None]:
    major = "application" if modality == "document" else modality

    def read(block: Members) -> Part | None:
        form = block.text("format")
        mime = FORMATS.get(form, f"{major}/{form}") if form else None
        source = block.object("source")
        location, content = source.object("s3Location"), source.string("bytes")
        address = location.string("uri")
        location.keep()
        source.keep()
        if content is not None:
            return Blob(modality=modality, mime_type=mime, content=content, pointer=source.at("bytes"))
        return (
            None if address is None else Uri(uri=address, modality=modality, mime_type=mime, pointer=location.at("uri"))
        )

    return read


READERS: dict[str, Callable[[Members], Part | None]] = {
    "citationsContent": _cited,
    "toolUse": _tool_use,
    "toolResult": _tool_result,
    "reasoningContent": _reasoning,
    "guardContent": _guarded,
    "image": _media("image"),
    "document": _media("document"),
    "video": _media("video"),
    "audio": _media("audio"),
}
_ANSWER_READERS = {**READERS, "toolResult": _server_result}
