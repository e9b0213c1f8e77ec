"""Steps and contents of Gemini's Interactions API: the same words serve the request's history and the answer.

Since revision 2026-05-20 an interaction is a list of steps (`thought`, `model_output`, `function_call`, …); before, its
answer was a list of contents (`outputs`), whose kinds have the same names. What no reader here knows becomes a
`Generic` part.

Source: the Gemini API reference (``Interaction``, ``Step``, ``Content``).
"""

from __future__ import annotations

from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import called
from cassette_tools.decoding.values import mapping, text
from cassette_tools.model import (
    Blob,
    Generic,
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

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json, Part

    # Reads a step or a content, and takes what it reads; ``None`` for one of another shape, of which it takes nothing.
    Reader = Callable[[Members], "tuple[Part, ...] | None"]

MEDIA = ("image", "audio", "video", "document")
CALL, RESULT = "_call", "_result"  # how the types of what Google's own tools do end


def kind_of(item: Json) -> str:
    """The type that a step or a content names; ``""`` when it names none."""
    return text(mapping(item).get("type")) or ""


def read_item(value: Json, pointer: str, where: str, extra: Extra) -> tuple[Part, ...]:
    """The parts of a step or a content, which may be a text alone.

    `pointer` is its place in its body; what has no place in a part goes to `extra`, by pointers below `where`.
    """
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (Text(content=value, pointer=pointer),)
    kind, item = kind_of(value), Members(mapping(value), pointer, extra, where)
    reader = _reader(kind)
    parts = None if reader is None else reader(item)
    if parts is None:
        return (Generic(kind=kind or "unknown", content=value, pointer=pointer),)
    item.take("type")
    item.keep()
    return parts


def _reader(kind: str) -> Reader | None:
    ends = ((CALL, _server_call), (RESULT, _server_result))
    return _READERS.get(kind) or next((reader for end, reader in ends if kind.endswith(end)), None)


def _contents(item: Members) -> tuple[Part, ...]:
    """A step that holds contents: what the model put out, or what the user put in."""
    content, pointer, where = item.take("content"), item.at("content"), f"{item.where}/content"
    if not isinstance(content, list):
        return read_item(content, pointer, where, item.extra)
    parts: list[Part] = []
    for index, each in enumerate(content):
        parts.extend(read_item(each, f"{pointer}/{index}", f"{where}/{index}", item.extra))
    return tuple(parts)


def _text(item: Members) -> tuple[Part, ...] | None:
    words = item.peek("text")
    if words is not None and type(words) is not str:
        return None
    item.take("text")
    return (Text(content=words, citations=item.array("annotations"), pointer=item.at("text")),) if words else ()


def _thought(item: Members) -> tuple[Part, ...]:
    """A thought: its summary, or only its signature, which is the thought itself in a form that nobody can read."""
    signature = item.text("signature")
    words, media = _summary(item)
    content = "".join(words)
    if not content and not signature:
        return media
    place = "signature" if not content else "summary/0/text" if len(words) == 1 else "summary"
    kind = "summary" if content else "encrypted"
    return (Reasoning(content=content, kind=kind, signature=signature, pointer=item.at(place)), *media)


def _summary(item: Members) -> tuple[list[str], tuple[Part, ...]]:
    """The texts of a summary, and what else is in it."""
    alone = item.string("summary")
    words: list[str] = [] if alone is None else [alone]
    media: list[Part] = []
    for index, (each, pointer) in enumerate(item.elements("summary")):
        where = f"{item.where}/summary/{index}"
        if isinstance(each, str):
            words.append(each)
        elif kind_of(each) in ("text", "") and type(mapping(each).get("text")) is str:
            inner = Members(each, pointer, item.extra, where)
            words.append(inner.take("text"))
            inner.take("type")
            inner.keep()
        else:
            media.extend(read_item(each, pointer, where, item.extra))
    return words, tuple(media)


# --- calls -----------------------------------------------------------------------------------------------------------


def _function_call(item: Members) -> tuple[Part, ...]:
    call_id, name, signature = item.text("id"), item.string("name"), item.text("signature")
    return (called(item, "arguments", id=call_id, name=name, signature=signature),)


def _function_result(item: Members) -> tuple[Part, ...]:
    result = ToolCallResponse(
        id=item.text("call_id"),
        response=item.take("result"),
        name=item.text("name"),
        is_error=item.boolean("is_error"),
        pointer=item.at("result"),
    )
    return (result,)


def _server_call(item: Members) -> tuple[Part, ...]:
    """A call of a tool that Google runs, by the name that the request gives to the tool; of an MCP server, its own."""
    call = ServerToolCall(
        id=item.text("id"),
        name=item.text("name") or item.peek("type").removesuffix(CALL),
        server_tool_call=item.take("arguments"),
        pointer=item.pointer,
    )
    return (call,)


def _server_result(item: Members) -> tuple[Part, ...]:
    result = ServerToolCallResponse(
        id=item.text("call_id"),
        server_tool_call_response=item.take("result"),
        name=item.text("name") or item.peek("type").removesuffix(RESULT),
        pointer=item.pointer,
    )
    return (result,)


# --- media -----------------------------------------------------------------------------------------------------------


def _media(item: Members) -> tuple[Part, ...] | None:
    data, modality = item.text("data"), item.peek("type")
    address = item.text("uri") if data is None else None
    if data is None and address is None:
        return None
    mime = item.text("mime_type")
    if data is not None:
        return (Blob(modality=modality, mime_type=mime, content=data, pointer=item.at("data")),)
    return (Uri(uri=address or "", modality=modality, mime_type=mime, pointer=item.at("uri")),)


_READERS: dict[str, Reader] = {
    "user_input": _contents,
    "model_output": _contents,
    "text": _text,
    "thought": _thought,
    "function_call": _function_call,
    "function_result": _function_result,
    **dict.fromkeys(MEDIA, _media),
}
