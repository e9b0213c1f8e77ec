"""Content blocks as parts: the same words serve the request's history and the response's answer.

Source: Anthropic API reference, "Messages" and "Features" (tool use, web search, code execution, MCP connector,
citations, files, compaction). A block that no row here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools.decoding.parts import called_with
from cassette_tools.decoding.values import mapping, text
from cassette_tools.model import (
    Blob,
    File,
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
    from cassette_tools.model import Part


def read_block(block: Members) -> tuple[Part, ...] | None:
    """The part that a block is, none for an empty text; ``None`` for a block of another kind or shape."""
    kind = block.peek("type") or ("text" if "text" in block else None)
    if type(kind) is not str:
        return None
    if kind == "text" and block.peek("text") == "":
        block.take("type"), block.take("text"), block.take("citations")
        return ()
    reader = READERS.get(kind) or (_server_result if kind.endswith("_tool_result") else None)
    part = reader(block) if reader is not None else None
    block.take("type")
    return None if part is None else (part,)


def _text(block: Members) -> Part | None:
    text = block.text("text")
    return None if text is None else Text(content=text, citations=block.array("citations"), pointer=block.at("text"))


def _thinking(block: Members) -> Part | None:
    text = block.take("thinking")
    if text is not None and type(text) is not str:
        return None
    return Reasoning(content=text or "", signature=block.text("signature"), pointer=block.at("thinking"))


def _redacted(block: Members) -> Part | None:
    data = block.string("data")
    return None if data is None else Reasoning(content="", kind="redacted", encrypted=data, pointer=block.at("data"))


def _tool_use(block: Members) -> Part | None:
    return called_with(block, "input", id=block.text("id"), name=block.text("name"))


def _tool_result(block: Members) -> Part | None:
    content, pointer = block.take("content"), block.at("content")
    only = mapping(content[0]) if type(content) is list and len(content) == 1 else {}
    if only.keys() == {"type", "text"} and only["type"] == "text" and type(only["text"]) is str:
        content, pointer = only["text"], f"{pointer}/0/text"
    return ToolCallResponse(
        id=block.text("tool_use_id"), response=content, is_error=block.boolean("is_error"), pointer=pointer
    )


def _server_call(block: Members) -> Part | None:
    name, server, given = block.text("name") or "", block.text("server_name"), block.take("input")
    return ServerToolCall(
        id=block.text("id"),
        name=f"{server}.{name}" if server else name,
        server_tool_call={"type": block.peek("type"), "input": {} if given is None else given},
        pointer=block.at("input"),
    )


def _server_result(block: Members) -> Part | None:
    kind = block.take("type")
    return ServerToolCallResponse(
        id=block.text("tool_use_id"),
        server_tool_call_response={"type": kind, "content": block.take("content")},
        name=kind.removesuffix("_tool_result"),
        pointer=block.at("content"),
    )


def _media(block: Members) -> Part | None:
    """What a `source` is, by its type."""
    modality, source, pointer = block.take("type"), mapping(block.take("source")), block.at("source")
    kind, mime = source.get("type"), text(source.get("media_type"))
    key = _SOURCES.get(kind, "") if type(kind) is str else ""
    found, pointer = source.get(key), f"{pointer}/{key}"
    if type(found) is not str:
        return None
    if key == "data":
        return Blob(modality=modality, mime_type=mime, content=found, pointer=pointer)
    if key == "url":
        return Uri(uri=found, modality=modality, mime_type=mime, pointer=pointer)
    return File(file_id=found, modality=modality, pointer=pointer)


_SOURCES = {"base64": "data", "url": "url", "file": "file_id"}  # types of a source, and the member that is it


def _upload(block: Members) -> Part | None:
    file_id = block.text("file_id")
    return None if file_id is None else File(file_id=file_id, pointer=block.at("file_id"))


READERS: dict[str, Callable[[Members], Part | None]] = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "tool_use": _tool_use,
    "tool_result": _tool_result,
    "server_tool_use": _server_call,
    "mcp_tool_use": _server_call,
    "image": _media,
    "document": _media,
    "container_upload": _upload,
}
