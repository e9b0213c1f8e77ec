"""Bedrock Converse content blocks as parts. A block is an object with one key that says what it is.

Source: Amazon Bedrock API reference, "Converse", data types `ContentBlock`, `ToolResultContentBlock`,
`ReasoningContentBlock`, `CitationsContentBlock`.
"""

from __future__ import annotations

from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.model import (
    Blob,
    Generic,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Part

    Extra = dict[str, Json]

# Formats that are no subtype of their own name.
_MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "three_gp": "video/3gpp",
    "mp3": "audio/mpeg",
}


def content_parts(content: Json, pointer: str, where: str, extra: Extra, *, answer: bool = False) -> list[Part]:
    """The parts of a list of blocks. In an `answer` a tool's result is that of a tool of Amazon's own."""
    if content is None:
        return []
    if isinstance(content, str):  # Nova's native format allows it
        return [Text(content=content, pointer=pointer)] if content else []
    if not isinstance(content, list):
        return [Generic(kind="unknown", content=content, pointer=pointer)]
    parts: list[Part] = []
    for index, block in enumerate(content):
        part = block_part(block, f"{pointer}/{index}", f"{where}/{index}", extra, answer=answer)
        if part is not None:
            parts.append(part)
    return parts


def block_part(block: Json, pointer: str, where: str, extra: Extra, *, answer: bool = False) -> Part | None:
    """The part that a block is; ``None`` for a text that says nothing."""
    kind = next(iter(block), "unknown") if isinstance(block, dict) else "unknown"
    if kind == "cachePoint":  # a mark for the cache, and nothing said
        extra[f"{where}/{kind}"] = block.get(kind)
        return None
    reader = _READERS.get(kind)
    if reader is None or not isinstance(block, dict):
        return Generic(kind=str(kind), content=block, pointer=pointer)
    if len(block) > 1:
        leftovers(block, (kind,), where, extra)
    if kind == "text" and block["text"] == "":
        return None
    part = reader(block[kind], f"{pointer}/{kind}", f"{where}/{kind}", extra)
    if part is None:
        return Generic(kind=kind, content=block, pointer=pointer)
    if answer and isinstance(part, ToolCallResponse):
        return _server_result(mapping(block[kind]), part)
    return part


def _text(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    return Text(content=value, pointer=pointer) if isinstance(value, str) else None


def _cited(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    """``{content: [{text}], citations: […]}``: a text with its sources."""
    whole = mapping(value)
    pieces = [mapping(piece).get("text") for piece in sequence(whole.get("content"))]
    words = [piece for piece in pieces if isinstance(piece, str)]
    place = f"{pointer}/content/0/text" if len(words) == 1 else f"{pointer}/content"
    leftovers(whole, ("content", "citations"), where, extra)
    return Text(content="".join(words), citations=tuple(sequence(whole.get("citations"))), pointer=place)


def _tool_use(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    whole = mapping(value)
    if not whole:
        return None
    given = whole.get("input")
    call_id, name = text(whole.get("toolUseId")), text(whole.get("name")) or ""
    leftovers(whole, ("toolUseId", "name", "input", "type"), where, extra)
    if whole.get("type") == "server_tool_use":
        asked = {"type": whole["type"], "input": {} if given is None else given}
        return ServerToolCall(id=call_id, name=name, server_tool_call=asked, pointer=f"{pointer}/input")
    return ToolCall(
        id=call_id,
        name=name,
        arguments={} if given is None else given,
        raw_arguments=given if isinstance(given, str) else None,
        arguments_valid=not isinstance(given, str),
        pointer=f"{pointer}/input",
    )


def _tool_result(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    whole = mapping(value)
    content, place = whole.get("content"), f"{pointer}/content"
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        for kind in ("text", "json"):
            if kind in only and len(only) == 1:
                content, place = only[kind], f"{place}/0/{kind}"
                break
    leftovers(whole, ("toolUseId", "content", "status", "type"), where, extra)
    status = whole.get("status")
    return ToolCallResponse(
        id=text(whole.get("toolUseId")),
        response=content,
        is_error=status == "error" if isinstance(status, str) else None,
        pointer=place,
    )


def _server_result(whole: dict[str, Json], part: ToolCallResponse) -> Part:
    told: dict[str, Json] = {"type": whole.get("type") or "tool_result", "content": whole.get("content")}
    if "status" in whole:
        told["status"] = whole["status"]
    return ServerToolCallResponse(id=part.id, server_tool_call_response=told, pointer=part.pointer)


def _reasoning(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    whole = mapping(value)
    told = whole.get("reasoningText")
    hidden = whole.get("redactedContent")
    if isinstance(told, dict):
        leftovers(told, ("text", "signature"), f"{where}/reasoningText", extra)
        return Reasoning(
            content=text(told.get("text")) or "",
            signature=text(told.get("signature")),
            pointer=f"{pointer}/reasoningText/text",
        )
    if isinstance(hidden, str):
        return Reasoning(content="", kind="redacted", encrypted=hidden, pointer=f"{pointer}/redactedContent")
    return None


def _guarded(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    """``{text: {text, qualifiers}}`` or an image: content like any other, that the guardrail shall look at."""
    whole = mapping(value)
    told = mapping(whole.get("text"))
    if isinstance(told.get("text"), str):
        leftovers(told, ("text", "qualifiers"), f"{where}/text", extra)
        extra[f"{where}/text/qualifiers"] = told.get("qualifiers")
        return Text(content=told["text"], pointer=f"{pointer}/text/text")
    if "image" in whole:
        part = _READERS["image"](whole["image"], f"{pointer}/image", f"{where}/image", extra)
        if part is not None:
            extra[f"{where}/image/qualifiers"] = None
        return part
    return None


def _media(modality: str) -> Callable[[Json, str, str, Extra], Part | None]:
    major = "application" if modality == "document" else modality

    def read(value: Json, pointer: str, where: str, extra: Extra) -> Part | None:
        whole = mapping(value)
        source = mapping(whole.get("source"))
        form = text(whole.get("format"))
        mime = _MEDIA_TYPES.get(form, f"{major}/{form}") if form else None
        location = mapping(source.get("s3Location"))
        part: Part | None = None
        if isinstance(source.get("bytes"), str):
            part = Blob(modality=modality, mime_type=mime, content=source["bytes"], pointer=f"{pointer}/source/bytes")
            leftovers(source, ("bytes",), f"{where}/source", extra)
        elif isinstance(location.get("uri"), str):
            place = f"{pointer}/source/s3Location/uri"
            part = Uri(uri=location["uri"], modality=modality, mime_type=mime, pointer=place)
            leftovers(source, ("s3Location",), f"{where}/source", extra)
            leftovers(location, ("uri",), f"{where}/source/s3Location", extra)
        if part is not None:
            leftovers(whole, ("format", "source"), where, extra)
        return part

    return read


_READERS: dict[str, Callable[[Json, str, str, Extra], Part | None]] = {
    "text": _text,
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

# What each block becomes, for the page in the documentation.
MAPPING = (
    ("block `text`", "`text`", "ContentBlock"),
    ("block `citationsContent`", "`text`, with its `citations`", "CitationsContentBlock"),
    ("block `reasoningContent`", "`reasoning`; of kind redacted without its text", "ReasoningContentBlock"),
    ("block `toolUse`", "`tool_call`; of type server_tool_use `server_tool_call`", "ToolUseBlock"),
    ("block `toolResult`", "`tool_call_response` in a message of role tool", "the wire has it in a user turn"),
    ("block `toolResult` of an answer", "`server_tool_call_response`", "a tool of Amazon's own"),
    ("block `image`, `document`, `video`, `audio`", "`blob`, `uri` by its source", "ContentBlock"),
    ("block `guardContent`", "`text`, `blob`; its `qualifiers` stay in `extra`", "GuardrailConverseContentBlock"),
    ("any other block (`searchResult`, …)", "`generic`", "nothing is dropped"),
)
