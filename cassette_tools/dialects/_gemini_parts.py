"""Parts of Google's ``Content``: the same words serve the request's history and the response's answer.

Sources: the Gemini API reference (``Content``, ``Part``) and Vertex AI's. A part is a union: one key says what it is,
the others speak of it. What no reader here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects._parts import modality_of, parsed_arguments
from cassette_tools.dialects.gemini.names import both, enum_name, member, snake, spelled
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
    Inner = dict[str, Json]

CODE = "code_execution"  # the name that the request gives to the tool whose calls these parts are

_SIGNATURES = both(("thoughtSignature",))
_ASIDES = frozenset(("thought", *_SIGNATURES))  # what says nothing by itself


def read_part(part: Json, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    """Append what one part says to `parts`.

    `pointer` is the part's place in its body, `where` its pointer relative to the `Message`, under which `extra` gets
    what has no place here.
    """
    if type(part) is not dict:
        if part is not None:
            parts.append(Generic(kind="unknown", content=part, pointer=pointer))
        return
    words = part.get("text")
    if type(words) is str and len(part) == 1:  # by far the most
        if words:
            parts.append(Text(content=words, pointer=pointer + "/text"))
        return
    before = len(parts)
    signature = text(member(part, "thoughtSignature"))
    sealed = False
    if type(words) is str:
        sealed = _read_words(part, words, signature, pointer, parts)
    for key, value in part.items():
        reader = _READERS.get(key)
        if reader is not None and type(value) is dict:
            reader(value, f"{pointer}/{key}", f"{where}/{key}", extra, parts)
    if signature is not None and not sealed:
        sealed = _seal(parts, before, signature)
    rest = {key: value for key, value in part.items() if value is not None and not _is_read(key, part, sealed=sealed)}
    if not rest:
        return
    if len(parts) == before and type(words) is not str and not rest.keys() <= _ASIDES:
        parts.append(Generic(kind=next(iter(rest)), content=part, pointer=pointer))
    else:
        leftovers(rest, (), where, extra)


def _read_words(part: Inner, words: str, signature: str | None, pointer: str, parts: list[Part]) -> bool:
    """The text of a part, or its thought; whether the signature found a place on it."""
    if part.get("thought") is True:
        if words or signature:
            kind = "text" if words else "encrypted"
            parts.append(Reasoning(content=words, kind=kind, signature=signature, pointer=pointer + "/text"))
        return True
    if words:
        parts.append(Text(content=words, pointer=pointer + "/text"))
    return False  # words have no place for a signature: it stays in `extra`


def _seal(parts: list[Part], before: int, signature: str) -> bool:
    """Put the signature on the call that the part is; other parts have no place for one."""
    for index in range(before, len(parts)):
        part = parts[index]
        if isinstance(part, ToolCall):
            parts[index] = replace(part, signature=signature)
            return True
    return False


def _is_read(key: str, part: Inner, *, sealed: bool) -> bool:
    value = part[key]
    if key == "text":
        return type(value) is str
    if key == "thought":
        return value is False or (value is True and type(part.get("text")) is str)  # media may be thought too
    if key in _SIGNATURES:
        return sealed
    return key in _READERS and type(value) is dict


# --- calls -----------------------------------------------------------------------------------------------------------

_CALL_KEYS = frozenset(("id", "name", "args"))


def _function_call(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    arguments, raw, valid = parsed_arguments(inner.get("args"))
    name = inner.get("name")
    parts.append(
        ToolCall(
            id=text(inner.get("id")),
            name=name if isinstance(name, str) else "",
            arguments=arguments,
            raw_arguments=raw,
            arguments_valid=valid,
            pointer=pointer + "/args",
        )
    )
    _odd(inner, ("id", "name"), where, extra)
    if len(inner) > 2:
        leftovers(inner, _CALL_KEYS, where, extra)


def _odd(inner: Inner, keys: tuple[str, ...], where: str, extra: Extra) -> None:
    """Names and ids that are no text are kept as they are."""
    for key in keys:
        value = inner.get(key)
        if value is not None and not isinstance(value, str):
            extra[f"{where}/{key}"] = value


_RESPONSE_KEYS = frozenset(("id", "name", "response", "parts"))
_ERROR_KEYS = frozenset(("error",))


def _function_response(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    """The tool's answer, and after it the media that it gave.

    ``error`` alone says that the tool failed (Gemini API reference, ``FunctionResponse.response``).
    """
    response = inner.get("response")
    failed = type(response) is dict and response.keys() == _ERROR_KEYS
    parts.append(
        ToolCallResponse(
            id=text(inner.get("id")),
            response=response,
            name=text(inner.get("name")),
            is_error=True if failed else None,
            pointer=pointer + "/response",
        )
    )
    _odd(inner, ("id", "name"), where, extra)
    media = inner.get("parts")
    if media is not None and not isinstance(media, list):
        extra[where + "/parts"] = media
    for index, each in enumerate(sequence(media)):
        read_part(each, f"{pointer}/parts/{index}", f"{where}/parts/{index}", extra, parts)
    leftovers(inner, _RESPONSE_KEYS, where, extra)


def _executable_code(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    parts.append(
        ServerToolCall(id=text(inner.get("id")), name=CODE, server_tool_call=_without_id(inner), pointer=pointer)
    )
    _odd(inner, ("id",), where, extra)


def _code_result(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    parts.append(
        ServerToolCallResponse(
            id=text(inner.get("id")), server_tool_call_response=_without_id(inner), name=CODE, pointer=pointer
        )
    )
    _odd(inner, ("id",), where, extra)


def _without_id(inner: Inner) -> Inner:
    return {
        key: enum_name(key, value) if key in ("language", "outcome") else value
        for key, value in inner.items()
        if key != "id"
    }


_TOOL_CALL_KEYS = both(("id", "toolType", "args"))
_TOOL_RESPONSE_KEYS = both(("id", "toolType", "response"))


def _tool_call(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    """A call of Google's own tool. Its type, an enumeration, is in lower case what the request calls the tool."""
    parts.append(
        ServerToolCall(
            id=text(inner.get("id")), name=_tool_name(inner), server_tool_call=inner.get("args"), pointer=pointer
        )
    )
    _odd(inner, ("id", spelled(inner, "toolType")), where, extra)
    leftovers(inner, _TOOL_CALL_KEYS, where, extra)


def _tool_response(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    parts.append(
        ServerToolCallResponse(
            id=text(inner.get("id")),
            server_tool_call_response=inner.get("response"),
            name=_tool_name(inner) or None,
            pointer=pointer,
        )
    )
    _odd(inner, ("id", spelled(inner, "toolType")), where, extra)
    leftovers(inner, _TOOL_RESPONSE_KEYS, where, extra)


def _tool_name(inner: Inner) -> str:
    return (text(member(inner, "toolType")) or "").lower()


# --- media -----------------------------------------------------------------------------------------------------------

_INLINE_KEYS = both(("mimeType", "data"))
_FILE_KEYS = both(("mimeType", "fileUri"))


def _inline_data(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    data = inner.get("data")
    if not isinstance(data, str):
        parts.append(Generic(kind="inline_data", content=inner, pointer=pointer))
        return
    kind = text(member(inner, "mimeType"))
    parts.append(Blob(modality=modality_of(kind), mime_type=kind, content=data, pointer=pointer + "/data"))
    _odd(inner, (spelled(inner, "mimeType"),), where, extra)
    leftovers(inner, _INLINE_KEYS, where, extra)


def _file_data(inner: Inner, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    key = spelled(inner, "fileUri")
    address = inner.get(key)
    if not isinstance(address, str):
        parts.append(Generic(kind="file_data", content=inner, pointer=pointer))
        return
    kind = text(member(inner, "mimeType"))
    parts.append(
        Uri(
            uri=address,
            modality=modality_of(kind) if kind else None,
            mime_type=kind,
            pointer=f"{pointer}/{escaped(key)}",
        )
    )
    _odd(inner, (spelled(inner, "mimeType"),), where, extra)
    leftovers(inner, _FILE_KEYS, where, extra)


_KINDS: tuple[tuple[str, Callable[[Inner, str, str, Extra, list[Part]], None]], ...] = (
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


# --- contents --------------------------------------------------------------------------------------------------------


def listed(parts: Json) -> tuple[list[Json], bool]:
    """The parts of a content, and whether they stand in a list: one that stands alone is accepted too."""
    if isinstance(parts, list):
        return parts, True
    return ([] if parts is None else [parts]), False


def is_response(part: Json) -> bool:
    """Whether a part is a tool's answer."""
    inner = mapping(part)
    return type(member(inner, "functionResponse")) is dict
