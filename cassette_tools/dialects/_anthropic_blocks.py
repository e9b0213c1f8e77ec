"""Anthropic content blocks as parts: the same words serve the request's history and the response's answer.

Source: Anthropic API reference, "Messages" and "Features" (tool use, web search, code execution, MCP connector,
citations, files, compaction). A block that no row here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools.dialects._json import leftovers, mapping, sequence, text
from cassette_tools.model import (
    Blob,
    File,
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


def content_parts(content: Json, pointer: str, where: str, extra: Extra) -> list[Part]:
    """The parts of a `content`: a string, or a list of blocks. Null and ``""`` say nothing.

    `where` is the pointer relative to the `Message`, under which `extra` gets what has no place in a part.
    """
    if isinstance(content, str):
        return [Text(content=content, pointer=pointer)] if content else []
    if content is None:
        return []
    if not isinstance(content, list):
        return [Generic(kind="unknown", content=content, pointer=pointer)]
    parts: list[Part] = []
    for index, block in enumerate(content):
        part = block_part(block, f"{pointer}/{index}", f"{where}/{index}", extra)
        if part is not None:
            parts.append(part)
    return parts


def block_part(block: Json, pointer: str, where: str, extra: Extra) -> Part | None:
    """The part that a block is; ``None`` for a text that says nothing."""
    if not isinstance(block, dict):
        return Generic(kind="unknown", content=block, pointer=pointer)
    kind = text(block.get("type")) or ("text" if "text" in block else "unknown")
    row = _READERS.get(kind)
    if row is None and kind.endswith("_tool_result"):
        row = _READERS["web_search_tool_result"]
    if row is not None:
        reader, known = row
        part = reader(block, pointer)
        if part is not None:
            if len(block) > len(known) or not block.keys() <= known:
                leftovers(block, known, where, extra)
            return part
        if kind == "text" and block.get("text") == "":
            leftovers(block, known, where, extra)
            return None
    return Generic(kind=kind, content=block, pointer=pointer)


def _text(block: dict[str, Json], pointer: str) -> Part | None:
    words = block.get("text")
    if not isinstance(words, str) or not words:
        return None
    return Text(content=words, citations=tuple(sequence(block.get("citations"))), pointer=f"{pointer}/text")


def _thinking(block: dict[str, Json], pointer: str) -> Part | None:
    words = block.get("thinking")
    if words is not None and not isinstance(words, str):
        return None
    return Reasoning(content=words or "", signature=text(block.get("signature")), pointer=f"{pointer}/thinking")


def _redacted(block: dict[str, Json], pointer: str) -> Part | None:
    data = block.get("data")
    if not isinstance(data, str):
        return None
    return Reasoning(content="", kind="redacted", encrypted=data, pointer=f"{pointer}/data")


def _tool_use(block: dict[str, Json], pointer: str) -> Part | None:
    given = block.get("input")
    whole = isinstance(given, dict)
    return ToolCall(
        id=text(block.get("id")),
        name=text(block.get("name")) or "",
        arguments={} if given is None else given,
        raw_arguments=given if isinstance(given, str) else None,
        # A stream whose pieces do not make JSON leaves a string; a request may hold anything.
        arguments_valid=whole or given is None or not isinstance(given, str),
        pointer=f"{pointer}/input",
    )


def _tool_result(block: dict[str, Json], pointer: str) -> Part | None:
    content, place = block.get("content"), f"{pointer}/content"
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        if only.get("type") == "text" and isinstance(only.get("text"), str) and len(only) == 2:
            content, place = only["text"], f"{place}/0/text"
    failed = block.get("is_error")
    return ToolCallResponse(
        id=text(block.get("tool_use_id")),
        response=content,
        is_error=failed if isinstance(failed, bool) else None,
        pointer=place,
    )


def _server_call(block: dict[str, Json], pointer: str) -> Part | None:
    name = text(block.get("name")) or ""
    server = text(block.get("server_name"))
    asked = block.get("input")
    return ServerToolCall(
        id=text(block.get("id")),
        name=f"{server}.{name}" if server else name,
        server_tool_call={"type": block.get("type"), "input": {} if asked is None else asked},
        pointer=f"{pointer}/input",
    )


def _server_result(block: dict[str, Json], pointer: str) -> Part | None:
    kind = text(block.get("type")) or ""
    return ServerToolCallResponse(
        id=text(block.get("tool_use_id")),
        server_tool_call_response={"type": kind, "content": block.get("content")},
        name=kind.removesuffix("_tool_result"),
        pointer=f"{pointer}/content",
    )


# What a `source` says of itself, by its type.
def _media(modality: str) -> Callable[[dict[str, Json], str], Part | None]:
    def read(block: dict[str, Json], pointer: str) -> Part | None:
        source = mapping(block.get("source"))
        kind, mime = source.get("type"), text(source.get("media_type"))
        here = f"{pointer}/source"
        if kind == "base64" and isinstance(source.get("data"), str):
            return Blob(modality=modality, mime_type=mime, content=source["data"], pointer=f"{here}/data")
        if kind == "url" and isinstance(source.get("url"), str):
            return Uri(uri=source["url"], modality=modality, mime_type=mime, pointer=f"{here}/url")
        if kind == "file" and isinstance(source.get("file_id"), str):
            return File(file_id=source["file_id"], modality=modality, pointer=f"{here}/file_id")
        return None

    return read


def _upload(block: dict[str, Json], pointer: str) -> Part | None:
    file_id = text(block.get("file_id"))
    return None if file_id is None else File(file_id=file_id, pointer=f"{pointer}/file_id")


_CALL = frozenset(("type", "id", "name", "input"))
_RESULT = frozenset(("type", "tool_use_id", "content"))
_SOURCE = frozenset(("type", "source"))
_READERS: dict[str, tuple[Callable[[dict[str, Json], str], Part | None], frozenset[str]]] = {
    "text": (_text, frozenset(("type", "text", "citations"))),
    "thinking": (_thinking, frozenset(("type", "thinking", "signature"))),
    "redacted_thinking": (_redacted, frozenset(("type", "data"))),
    "tool_use": (_tool_use, _CALL),
    "tool_result": (_tool_result, _RESULT | {"is_error"}),
    "server_tool_use": (_server_call, _CALL),
    "mcp_tool_use": (_server_call, _CALL | {"server_name"}),
    "web_search_tool_result": (_server_result, _RESULT),
    "image": (_media("image"), _SOURCE),
    "document": (_media("document"), _SOURCE),
    "container_upload": (_upload, frozenset(("type", "file_id"))),
}

# What each block becomes, for the page in the documentation.
MAPPING = (
    ("block `text`", "`text`, with its `citations`", "Citations"),
    ("block `thinking`", "`reasoning`, with its `signature`", "Extended thinking"),
    ("block `redacted_thinking`", "`reasoning` of kind redacted", "Extended thinking"),
    ("block `tool_use`", "`tool_call`", "Tool use"),
    (
        "block `tool_result`",
        "`tool_call_response` in a message of role tool",
        "Tool use; the wire has it in a user turn",
    ),
    ("block `server_tool_use`, `mcp_tool_use`", "`server_tool_call`", "Server tools; MCP connector"),
    ("block `…_tool_result` of a server tool", "`server_tool_call_response`", "Server tools; MCP connector"),
    ("block `image`, `document`", "`blob`, `uri`, `file` by its source", "Vision; PDF support; Files"),
    ("block `container_upload`", "`file`", "Code execution"),
    ("any other block", "`generic`", "nothing is dropped"),
)
