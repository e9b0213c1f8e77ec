"""Parts of Google's ``Content``: the same words serve the request's history and the response's answer.

Sources: the Gemini API reference (``Content``, ``Part``) and Vertex AI's. A part is a union: one key says what it is,
the others speak of it. What no reader here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.media import modality_of
from cassette_tools.decoding.parts import called
from cassette_tools.decoding.protobuf import Fields, both, member, snake
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects.gemini.names import enum_name
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

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json, Part

CODE = "code_execution"  # the name that the request gives to the tool whose calls these parts are

_ASIDES = both(("thought", "thoughtSignature"))  # what says nothing by itself


def read_parts(content: Fields, key: str = "parts") -> list[Part]:
    """The parts of a content; what has no place in them is kept with the rest of the content."""
    parts: list[Part] = []
    for value, pointer in content.elements(key):
        parts.extend(read_part(value, pointer, content.within(pointer), content.extra))
    return parts


def read_part(value: Json, pointer: str, where: str, extra: Extra) -> list[Part]:
    """What one part says; some clients write a text where a part belongs.

    `pointer` is the part's place in its body; what has no place here goes to `extra`, by pointers below `where`.
    """
    if type(value) is not dict:
        return _bare(value, pointer)
    words = value.get("text")
    if len(value) == 1 and type(words) is str:  # by far the most
        return [Text(content=words, pointer=pointer + "/text")] if words else []
    part = Fields(value, pointer, extra, where)
    parts = _words(part)
    for key in [key for key in part.left if key in _READERS]:
        parts.extend(_member(part, key))
    if part.peek("thought") is False:
        part.take("thought")
    kind = None if parts or type(words) is str else _kind(part)
    if kind is not None:
        return [Generic(kind=kind, content=value, pointer=pointer)]
    part.keep()
    return parts


def _bare(value: Json, pointer: str) -> list[Part]:
    if value is None or value == "":
        return []
    if type(value) is str:
        return [Text(content=value, pointer=pointer)]
    return [Generic(kind="unknown", content=value, pointer=pointer)]


def is_response(part: Json) -> bool:
    """Whether a part is a tool's answer."""
    return type(member(mapping(part), "functionResponse")) is dict


def _kind(part: Fields) -> str | None:
    """What a part is that no reader knows: its first key that says something by itself."""
    return next((key for key, value in part.left.items() if value is not None and key not in _ASIDES), None)


def _words(part: Fields) -> list[Part]:
    """The text of a part, or its thought. Media may be thought, too: then that stays."""
    words = part.peek("text")
    if type(words) is not str:
        return []
    part.take("text")
    pointer = part.at("text")
    if part.peek("thought") is not True:
        return [Text(content=words, pointer=pointer)] if words else []
    part.take("thought")
    signature = part.text("thoughtSignature")
    if not (words or signature):
        return []
    return [Reasoning(content=words, kind="text" if words else "encrypted", signature=signature, pointer=pointer)]


def _member(part: Fields, key: str) -> list[Part]:
    """The parts that one member is. The signature stays, but for a call: words and media have no place for one."""
    if type(part.peek(key)) is not dict:
        return []
    inner = part.object(key)
    parts = _READERS[key](inner)
    if parts is None:
        return [Generic(kind=snake(key), content=inner.whole, pointer=inner.pointer)]
    inner.keep()
    if type(parts[0]) is ToolCall:
        parts[0] = replace(parts[0], signature=part.text("thoughtSignature"))
    return parts


# --- calls -----------------------------------------------------------------------------------------------------------


def _function_call(inner: Fields) -> list[Part]:
    return [called(inner, "args", id=inner.text("id"), name=inner.string("name"))]


def _function_response(inner: Fields) -> list[Part]:
    """The tool's answer, and after it the media that it gave.

    ``error`` alone says that the tool failed (Gemini API reference, ``FunctionResponse.response``).
    """
    response = inner.take("response")
    answer = ToolCallResponse(
        id=inner.text("id"),
        response=response,
        name=inner.text("name"),
        is_error=True if [*mapping(response)] == ["error"] else None,
        pointer=inner.at("response"),
    )
    return [answer, *read_parts(inner)]


def _executable_code(inner: Fields) -> list[Part]:
    return [ServerToolCall(id=inner.text("id"), name=CODE, server_tool_call=_all(inner), pointer=inner.pointer)]


def _code_result(inner: Fields) -> list[Part]:
    call_id, answer = inner.text("id"), _all(inner)
    return [ServerToolCallResponse(id=call_id, server_tool_call_response=answer, name=CODE, pointer=inner.pointer)]


def _all(inner: Fields) -> dict[str, Json]:
    """All that is left, with names for the numbers of enumerations."""
    rest, inner.left = inner.left, {}
    return {key: enum_name(key, value) if key in ("language", "outcome") else value for key, value in rest.items()}


def _tool_call(inner: Fields) -> list[Part]:
    """A call of Google's own tool. Its type, an enumeration, is in lower case what the request calls the tool."""
    name, given = _tool_name(inner), inner.take("args")
    return [ServerToolCall(id=inner.text("id"), name=name, server_tool_call=given, pointer=inner.pointer)]


def _tool_response(inner: Fields) -> list[Part]:
    call_id, name, answer = inner.text("id"), _tool_name(inner) or None, inner.take("response")
    return [ServerToolCallResponse(id=call_id, server_tool_call_response=answer, name=name, pointer=inner.pointer)]


def _tool_name(inner: Fields) -> str:
    return (inner.text("toolType") or "").lower()


# --- media -----------------------------------------------------------------------------------------------------------


def _inline_data(inner: Fields) -> list[Part] | None:
    data = inner.peek("data")
    if type(data) is not str:
        return None
    inner.take("data")
    kind = inner.text("mimeType")
    return [Blob(modality=modality_of(kind), mime_type=kind, content=data, pointer=inner.at("data"))]


def _file_data(inner: Fields) -> list[Part] | None:
    address = inner.peek("fileUri")
    if type(address) is not str:
        return None
    inner.take("fileUri")
    kind = inner.text("mimeType")
    modality = modality_of(kind) if kind else None
    return [Uri(uri=address, modality=modality, mime_type=kind, pointer=inner.at("fileUri"))]


# Each takes what it reads of the member that says what a part is; ``None`` for one of another shape.
_KINDS: tuple[tuple[str, Callable[[Fields], list[Part] | None]], ...] = (
    ("functionCall", _function_call),
    ("functionResponse", _function_response),
    ("inlineData", _inline_data),
    ("fileData", _file_data),
    ("executableCode", _executable_code),
    ("codeExecutionResult", _code_result),
    ("toolCall", _tool_call),
    ("toolResponse", _tool_response),
)
_READERS = {name: reader for kind, reader in _KINDS for name in (kind, snake(kind))}
