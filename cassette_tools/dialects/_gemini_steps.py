"""Steps and contents of Gemini's Interactions API: the same words serve the request's history and the answer.

Since revision 2026-05-20 an interaction is a list of steps (`thought`, `model_output`, `function_call`, …); before, its
answer was a list of contents (`outputs`), whose kinds have the same names. What no reader here knows becomes a
`Generic` part.

Source: the Gemini API reference (``Interaction``, ``Step``, ``Content``).
"""

from __future__ import annotations

from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects._parts import modality_of, parsed_arguments
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

    Object = dict[str, Json]
    Reader = Callable[[Object, str, str, Object, list[Part]], None]

MEDIA = ("image", "audio", "video", "document")
CALL, RESULT = "_call", "_result"  # how the types of what Google's own tools do end


def kind_of(item: Json) -> str:
    """The type that a step or a content names; ``""`` when it names none."""
    return text(mapping(item).get("type")) or ""


def read_item(item: Json, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    """Append what a step or a content says to `parts`.

    `pointer` is its place in its body, `where` its pointer relative to the `Message`, under which `extra` gets what has
    no place here.
    """
    if isinstance(item, str):
        if item:
            parts.append(Text(content=item, pointer=pointer))
        return
    if not isinstance(item, dict):
        if item is not None:
            parts.append(Generic(kind="unknown", content=item, pointer=pointer))
        return
    kind = kind_of(item)
    reader = _READERS.get(kind)
    if reader is None:
        if kind.endswith(CALL):
            reader = _server_call
        elif kind.endswith(RESULT):
            reader = _server_result
    if reader is None:
        parts.append(Generic(kind=kind or "unknown", content=item, pointer=pointer))
    else:
        reader(item, pointer, where, extra, parts)


def _said(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    """A step that holds contents: what the model put out, or what the user put in."""
    content = item.get("content")
    if isinstance(content, list):
        for index, each in enumerate(content):
            read_item(each, f"{pointer}/content/{index}", f"{where}/content/{index}", extra, parts)
    elif content is not None:
        read_item(content, pointer + "/content", where + "/content", extra, parts)
    leftovers(item, ("type", "content"), where, extra)


def _text(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    words = item.get("text")
    if words is not None and not isinstance(words, str):
        parts.append(Generic(kind="text", content=item, pointer=pointer))
        return
    notes = item.get("annotations")
    if words:
        parts.append(Text(content=words, citations=tuple(sequence(notes)), pointer=pointer + "/text"))
    known = ("type", "text", "annotations") if words and (not notes or isinstance(notes, list)) else ("type", "text")
    leftovers(item, known, where, extra)


def _thought(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    """A thought: its summary, or only its signature, which is the thought itself in a form that nobody can read."""
    signature = text(item.get("signature"))
    summary = item.get("summary")
    words: list[str] = []
    media: list[Part] = []
    whole = isinstance(summary, (list, str)) or summary is None
    for index, each in enumerate([summary] if isinstance(summary, str) else sequence(summary)):
        inner = mapping(each)
        if isinstance(each, str):
            words.append(each)
        elif kind_of(each) in ("text", "") and isinstance(inner.get("text"), str):
            words.append(inner["text"])
            leftovers(inner, ("type", "text"), f"{where}/summary/{index}", extra)
        else:
            read_item(each, f"{pointer}/summary/{index}", f"{where}/summary/{index}", extra, media)
    said = "".join(words)
    if said or signature:
        place = "/signature" if not said else "/summary/0/text" if len(words) == 1 else "/summary"
        parts.append(
            Reasoning(
                content=said, kind="summary" if said else "encrypted", signature=signature, pointer=pointer + place
            )
        )
    parts.extend(media)
    known = ["type"] + ["signature"] * (signature is not None) + ["summary"] * whole
    leftovers(item, known, where, extra)


# --- calls -----------------------------------------------------------------------------------------------------------


def _function_call(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    arguments, raw, valid = parsed_arguments(item.get("arguments"))
    name, identity, signature = item.get("name"), item.get("id"), item.get("signature")
    parts.append(
        ToolCall(
            id=text(identity),
            name=name if isinstance(name, str) else "",
            arguments=arguments,
            raw_arguments=raw,
            arguments_valid=valid,
            signature=text(signature),
            pointer=pointer + "/arguments",
        )
    )
    leftovers(item, ("type", "arguments", *_texts(item, ("name", "id", "signature"))), where, extra)


def _texts(item: Object, keys: tuple[str, ...]) -> list[str]:
    """Those of the keys whose values are texts: others are kept as they are."""
    return [key for key in keys if isinstance(item.get(key), str)]


def _function_result(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    failed = item.get("is_error")
    parts.append(
        ToolCallResponse(
            id=text(item.get("call_id")),
            response=item.get("result"),
            name=text(item.get("name")),
            is_error=failed if isinstance(failed, bool) else None,
            pointer=pointer + "/result",
        )
    )
    known = ["type", "result", *_texts(item, ("call_id", "name"))]
    leftovers(item, known + ["is_error"] * isinstance(failed, bool), where, extra)


def _server_call(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    """A call of a tool that Google runs, by the name that the request gives to the tool; of an MCP server, its own."""
    parts.append(
        ServerToolCall(
            id=text(item.get("id")),
            name=text(item.get("name")) or kind_of(item).removesuffix(CALL),
            server_tool_call=item.get("arguments"),
            pointer=pointer,
        )
    )
    leftovers(item, ("type", "arguments", *_texts(item, ("id", "name"))), where, extra)


def _server_result(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    parts.append(
        ServerToolCallResponse(
            id=text(item.get("call_id")),
            server_tool_call_response=item.get("result"),
            name=text(item.get("name")) or kind_of(item).removesuffix(RESULT),
            pointer=pointer,
        )
    )
    leftovers(item, ("type", "result", *_texts(item, ("call_id", "name"))), where, extra)


# --- media -----------------------------------------------------------------------------------------------------------


def _media(item: Object, pointer: str, where: str, extra: Object, parts: list[Part]) -> None:
    data, address, kind = item.get("data"), item.get("uri"), text(item.get("mime_type"))
    modality = kind_of(item)
    if isinstance(data, str) and data:
        parts.append(Blob(modality=modality, mime_type=kind, content=data, pointer=pointer + "/data"))
        known = ("type", "data", "mime_type")
    elif isinstance(address, str) and address:
        parts.append(Uri(uri=address, modality=modality, mime_type=kind, pointer=pointer + "/uri"))
        known = ("type", "uri", "mime_type")
    else:
        parts.append(Generic(kind=modality or modality_of(kind), content=item, pointer=pointer))
        return
    leftovers(item, known, where, extra)


_READERS: dict[str, Reader] = {
    "user_input": _said,
    "model_output": _said,
    "text": _text,
    "thought": _thought,
    "function_call": _function_call,
    "function_result": _function_result,
    **dict.fromkeys(MEDIA, _media),
}
