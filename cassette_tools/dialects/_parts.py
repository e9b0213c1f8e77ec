"""Messages of the OpenAI family as parts: the same words serve the request's history and the response's answer.

Sources: the OpenAI API reference (Chat Completions), Mistral's (list content, thinking chunks, document and audio
URLs), OpenRouter's (reasoning_details, files), Databricks' and LiteLLM's (thoughts). What no reader here knows becomes
a `Generic` part.
"""

from __future__ import annotations

import json

from cassette_tools.decoding.values import compact, leftovers, mapping, sequence, text
from cassette_tools.model import (
    Blob,
    File,
    Generic,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Part

# The same thing under the names of different hosts; the first that says something is taken.
REASONING_KEYS = (
    ("reasoning", "OpenRouter, Vercel, Groq, Together, Cerebras, Ollama, newer vLLM"),
    ("reasoning_content", "DeepSeek, xAI, Z.ai, DashScope, llama.cpp, older vLLM, Azure's third-party models"),
    ("reasoning_text", "GitHub Copilot"),
)

# What a message may hold that has a place in the model.
MESSAGE_KEYS = frozenset(
    (
        "role",
        "content",
        "reasoning",
        "reasoning_content",
        "reasoning_text",
        "reasoning_details",
        "reasoning_opaque",
        "thinking_blocks",
        "refusal",
        "tool_calls",
        "function_call",
        "annotations",
        "audio",
        "images",
        "executed_tools",
    )
)

AUDIO_TYPES = {
    # The `format` of OpenAI's audio input and output, as a media type.
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "pcm16": "audio/L16",
}


def message_parts(
    message: dict[str, Json],
    pointer: str,
    where: str,
    extra: dict[str, Json],
    *,
    citations: Json = None,
    audio_format: str | None = None,
    nulls: bool = False,
) -> tuple[Part, ...]:
    """The parts of one message, in the order: reasoning, text, refusal, tool calls, media.

    `pointer` is the message's place in its body, `where` its pointer relative to the `Message`, under which `extra`
    gets what has no place here. `citations` are used when the message has no annotations of its own.
    """
    content = message.get("content")
    if len(message) == 2 and isinstance(content, str) and "role" in message and citations is None:
        return (Text(content=content, pointer=pointer + "/content"),) if content else ()
    parts: list[Part] = []
    _reasoning(message, pointer, where, extra, parts)
    spoken = content_parts(content, pointer + "/content", where + "/content", extra)
    parts.extend(_cited(spoken, message.get("annotations"), citations, where, extra))
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        parts.append(Refusal(content=refusal, pointer=pointer + "/refusal"))
    elif refusal is not None and refusal != "":
        extra[where + "/refusal"] = refusal
    _tool_calls(message, pointer, where, extra, parts)
    if message.get("audio") or message.get("images") or message.get("executed_tools"):
        from cassette_tools.dialects._parts_rare import rare_parts

        parts.extend(rare_parts(message, pointer, where, extra, audio_format))
    leftovers(message, MESSAGE_KEYS, where, extra, nulls=nulls)
    return tuple(parts)


# --- content -----------------------------------------------------------------------------------------------------


def content_parts(content: Json, pointer: str, where: str, extra: dict[str, Json]) -> list[Part]:
    """The parts of a message's `content`: a string, a list of parts, or an object. Null and ``""`` say nothing."""
    if content is None or content == "" or content == []:
        return []
    if isinstance(content, str):
        return [Text(content=content, pointer=pointer)]
    if isinstance(content, list):
        parts: list[Part] = []
        for index, item in enumerate(content):
            parts.extend(_content_part(item, f"{pointer}/{index}", f"{where}/{index}", extra))
        return parts
    # Cloudflare's JSON mode answers with the object itself, seen in 2025.
    return [Text(content=compact(content), pointer=pointer)]


def _content_part(item: Json, pointer: str, where: str, extra: dict[str, Json]) -> list[Part]:
    if isinstance(item, str):
        return [Text(content=item, pointer=pointer)] if item else []
    if not isinstance(item, dict):
        return [Generic(kind="unknown", content=item, pointer=pointer)]
    kind = text(item.get("type")) or ("text" if "text" in item else "unknown")
    if kind == "reasoning" and isinstance(item.get("summary"), list) and item["summary"]:
        leftovers(item, ("type", "summary"), where, extra, nulls=True)
        return [_summary(entry, f"{pointer}/summary/{at}") for at, entry in enumerate(item["summary"])]
    reader = _READERS.get(kind)
    part = reader(item, pointer) if reader is not None else None
    if part is None:
        return [Generic(kind=kind, content=item, pointer=pointer)]
    inner = item.get(kind)
    if type(inner) is dict and len(inner) > 1:
        leftovers(inner, _INNER_KEYS.get(kind, ("url",)), f"{where}/{kind}", extra, nulls=True)
    if len(item) > 2:
        leftovers(item, _PART_KEYS.get(kind, ("type", kind)), where, extra, nulls=True)
    return [part]


def _text_part(item: dict[str, Json], pointer: str) -> Part | None:
    words = item.get("text")
    return Text(content=words, pointer=pointer + "/text") if isinstance(words, str) else None


def _refusal_part(item: dict[str, Json], pointer: str) -> Part | None:
    words = item.get("refusal")
    return Refusal(content=words, pointer=pointer + "/refusal") if isinstance(words, str) else None


def _thinking_part(item: dict[str, Json], pointer: str) -> Part | None:
    """Mistral: a list of text chunks; elsewhere a string."""
    thinking = item.get("thinking")
    if isinstance(thinking, str):
        return Reasoning(content=thinking, signature=text(item.get("signature")), pointer=pointer + "/thinking")
    if not isinstance(thinking, list):
        return None
    words = [mapping(chunk).get("text") for chunk in thinking]
    said = [word for word in words if isinstance(word, str)]
    if len(said) < len(words):
        return None  # a reference to a source, in the middle of a thought
    place = pointer + ("/thinking/0/text" if len(words) == 1 else "/thinking")
    return Reasoning(content="".join(said), signature=text(item.get("signature")), pointer=place)


def _summary(entry: Json, pointer: str) -> Part:
    """Databricks: Claude's thoughts, each with its signature."""
    words = mapping(entry).get("text")
    if not isinstance(words, str):
        return Generic(kind="reasoning", content=entry, pointer=pointer)
    return Reasoning(content=words, signature=text(mapping(entry).get("signature")), pointer=f"{pointer}/text")


def _address_reader(key: str, modality: str) -> Callable[[dict[str, Json], str], Part | None]:
    """A reader of ``{key: {"url": …}}`` or, as Mistral also writes it, ``{key: "…"}``."""

    def read(item: dict[str, Json], pointer: str) -> Part | None:
        value = item.get(key)
        address = value if isinstance(value, str) else mapping(value).get("url")
        if not isinstance(address, str):
            return None
        return _addressed(address, modality, f"{pointer}/{key}" if isinstance(value, str) else f"{pointer}/{key}/url")

    return read


def _addressed(address: str, modality: str | None, pointer: str) -> Part:
    """Media by address; a data URL (RFC 2397) holds the media itself."""
    head, comma, content = address.partition(",") if address[:5].lower() == "data:" else ("", "", "")
    if comma and head.endswith(";base64"):
        kind = head[5:].partition(";")[0] or None
        return Blob(modality=modality or modality_of(kind), mime_type=kind, content=content, pointer=pointer)
    return Uri(uri=address, modality=modality, pointer=pointer)


def modality_of(mime_type: str | None) -> str:
    """image, audio or video by the media type; everything else is a document."""
    major = (mime_type or "").partition("/")[0]
    return major if major in ("image", "audio", "video") else "document"


def _audio_part(item: dict[str, Json], pointer: str) -> Part | None:
    value = item.get("input_audio")
    if isinstance(value, str):
        if value.startswith(("http://", "https://", "data:")):
            return _addressed(value, "audio", pointer + "/input_audio")
        return Blob(modality="audio", mime_type=None, content=value, pointer=pointer + "/input_audio")
    data = mapping(value).get("data")
    if not isinstance(data, str):
        return None
    return Blob(
        modality="audio",
        mime_type=AUDIO_TYPES.get(text(mapping(value).get("format")) or ""),
        content=data,
        pointer=pointer + "/input_audio/data",
    )


def _file_part(item: dict[str, Json], pointer: str) -> Part | None:
    """``file`` holds an id or the media itself; some SDKs write its keys beside `type`."""
    nested = isinstance(item.get("file"), dict)
    value = item["file"] if nested else item
    here = pointer + "/file" if nested else pointer
    file_id = text(value.get("file_id"))
    if file_id is not None:
        return File(file_id=file_id, modality="document", pointer=here + "/file_id")
    data = text(value.get("file_data"))
    if data is None:
        return None
    if data[:5].lower() == "data:" or data[:8].lower().startswith(("http://", "https://")):
        return _addressed(data, None, here + "/file_data")
    return Blob(modality="document", mime_type=None, content=data, pointer=here + "/file_data")


_READERS: dict[str, Callable[[dict[str, Json], str], Part | None]] = {
    "text": _text_part,
    "input_text": _text_part,
    "output_text": _text_part,
    "refusal": _refusal_part,
    "thinking": _thinking_part,
    "image_url": _address_reader("image_url", "image"),
    "video_url": _address_reader("video_url", "video"),
    "document_url": _address_reader("document_url", "document"),
    "file_url": _address_reader("file_url", "document"),
    "audio_url": _address_reader("audio_url", "audio"),
    "input_audio": _audio_part,
    "file": _file_part,
}
_INNER_KEYS = {"input_audio": ("data", "format"), "file": ("file_id", "file_data")}
_PART_KEYS = {
    "text": ("type", "text"),
    "input_text": ("type", "text"),
    "output_text": ("type", "text"),
    "thinking": ("type", "thinking", "signature", "closed"),
    "file": ("type", "file", "file_id", "file_data"),
}


def _cited(spoken: list[Part], annotations: Json, citations: Json, where: str, extra: dict[str, Json]) -> list[Part]:
    """Give the last text the citations of the message, or, failing these, those of the whole answer."""
    own = sequence(annotations)
    if annotations and not own:
        extra[where + "/annotations"] = annotations
    found = own or sequence(citations)
    if not found:
        return spoken
    for index in range(len(spoken) - 1, -1, -1):
        part = spoken[index]
        if isinstance(part, Text):
            spoken[index] = Text(content=part.content, citations=tuple(found), pointer=part.pointer)
            return spoken
    extra[where + ("/annotations" if own else "/citations")] = found
    return spoken


# --- reasoning -----------------------------------------------------------------------------------------------------


def _reasoning(message: dict[str, Json], pointer: str, where: str, extra: dict[str, Json], parts: list[Part]) -> None:
    details = message.get("reasoning_details")
    detailed: list[Part] = []
    if details:
        for index, detail in enumerate(sequence(details)):
            detailed.append(_reasoning_detail(detail, f"{pointer}/reasoning_details/{index}"))
        if not detailed:
            extra[where + "/reasoning_details"] = details
    blocks = message.get("thinking_blocks")
    if blocks:
        thought = [
            _thinking_block(block, f"{pointer}/thinking_blocks/{at}") for at, block in enumerate(sequence(blocks))
        ]
        if thought and not detailed:
            detailed = thought
        else:
            extra[where + "/thinking_blocks"] = blocks
    told = "".join([part.content for part in detailed if isinstance(part, Reasoning)])
    said = ""
    for key, _ in REASONING_KEYS:
        words = message.get(key)
        if words is None or words == "":
            continue
        if not isinstance(words, str):
            extra[f"{where}/{key}"] = words
        elif not said and not told:
            said = words
            parts.append(Reasoning(content=words, pointer=f"{pointer}/{key}"))
        elif words not in (said, told):
            # The details, or the other name, repeat the same words (136 streams of 136); if one day they do not, keep
            # both.
            extra[f"{where}/{key}"] = words
    parts.extend(detailed)
    opaque = message.get("reasoning_opaque")  # GitHub Copilot's signature of the thought
    if isinstance(opaque, str) and opaque:
        place = f"{pointer}/reasoning_opaque"
        parts.append(Reasoning(content="", kind="encrypted", encrypted=opaque, pointer=place))
    elif opaque is not None and opaque != "":
        extra[where + "/reasoning_opaque"] = opaque


_DETAIL_KINDS = {
    # OpenRouter, "Reasoning tokens": the type of a detail, the key of its words, and our name for it.
    "reasoning.text": ("text", "text"),
    "reasoning.summary": ("summary", "summary"),
    "reasoning.encrypted": ("data", "encrypted"),
}


def _reasoning_detail(detail: Json, pointer: str) -> Part:
    known = _DETAIL_KINDS.get(text(mapping(detail).get("type")) or "")
    if known is None:
        return Generic(kind=text(mapping(detail).get("type")) or "reasoning_detail", content=detail, pointer=pointer)
    key, kind = known
    words = detail.get(key)
    content = words if isinstance(words, str) else ""
    return Reasoning(
        content="" if kind == "encrypted" else content,
        kind=kind,
        encrypted=content if kind == "encrypted" else None,
        signature=text(detail.get("signature")),
        id=text(detail.get("id")),
        format=text(detail.get("format")),
        pointer=f"{pointer}/{key}",
    )


def _thinking_block(block: Json, pointer: str) -> Part:
    """LiteLLM passes Anthropic's blocks on, with the signatures that ``reasoning_content`` lacks."""
    whole = mapping(block)
    words, data = whole.get("thinking"), whole.get("data")
    if isinstance(words, str):
        return Reasoning(content=words, signature=text(whole.get("signature")), pointer=f"{pointer}/thinking")
    if isinstance(data, str):
        return Reasoning(content="", kind="redacted", encrypted=data, pointer=f"{pointer}/data")
    return Generic(kind=text(whole.get("type")) or "thinking_block", content=block, pointer=pointer)


# --- tools -----------------------------------------------------------------------------------------------------------


def parsed_arguments(raw: Json) -> tuple[Json, str | None, bool]:
    """The arguments, their exact string, and whether they are JSON. Nothing and ``""`` are an empty object."""
    if raw is None:
        return {}, None, True
    if not isinstance(raw, str):
        return raw, None, True  # an object where a string belongs: local servers
    if raw == "":
        return {}, raw, True
    try:
        return json.loads(raw), raw, True
    except (ValueError, RecursionError):
        return raw, raw, False


def _tool_calls(message: dict[str, Json], pointer: str, where: str, extra: dict[str, Json], parts: list[Part]) -> None:
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        for index, call in enumerate(calls):
            step = f"/tool_calls/{index}"
            parts.append(_tool_call(call, pointer + step, where + step, extra))
    elif calls:
        extra[where + "/tool_calls"] = calls
    legacy = message.get("function_call")
    if isinstance(legacy, dict) and any(legacy.values()):  # Snowflake sends one of empty words with every answer
        place = "/function_call"
        parts.append(_called(None, legacy, "arguments", "function", pointer + place, where + place, extra, None))
    elif legacy and not isinstance(legacy, dict):
        extra[where + "/function_call"] = legacy


def _tool_call(call: Json, pointer: str, where: str, extra: dict[str, Json]) -> Part:
    whole = mapping(call)
    kind, key = "function", "arguments"
    inner = whole.get(kind)
    if not isinstance(inner, dict):
        kind, key = "custom", "input"
        inner = whole.get(kind)
    if not isinstance(inner, dict):
        return Generic(kind=text(whole.get("type")) or "tool_call", content=call, pointer=pointer)
    signature = None
    if len(whole) > 3:
        signature = _signature(whole.get("extra_content"))
        known = ["id", "type", "index", kind]
        if signature:
            known.append("extra_content")
        if not any(mapping(whole.get("custom")).values()):
            known.append("custom")  # Snowflake sends an empty one beside every function
        leftovers(whole, known, where, extra)
    return _called(text(whole.get("id")), inner, key, kind, f"{pointer}/{kind}", f"{where}/{kind}", extra, signature)


def _signature(extra_content: Json) -> str | None:
    """Gemini's thought signature, which its OpenAI-compatible endpoint hangs on the call."""
    return text(mapping(mapping(extra_content).get("google")).get("thought_signature"))


def _called(
    call_id: str | None,
    inner: dict[str, Json],
    key: str,
    kind: str,
    pointer: str,
    where: str,
    extra: dict[str, Json],
    signature: str | None,
) -> ToolCall:
    raw = inner.get(key)
    # A custom tool takes any text.
    arguments, exact, valid = (raw, raw, True) if kind == "custom" and raw else parsed_arguments(raw)
    name = inner.get("name")
    if len(inner) > 2:
        leftovers(inner, ("name", key), where, extra)
    return ToolCall(
        id=call_id,
        name=name if isinstance(name, str) else "",
        arguments=arguments,
        raw_arguments=exact,
        arguments_valid=valid,
        kind=kind,
        signature=signature,
        pointer=f"{pointer}/{key}",
    )


def tool_response(message: dict[str, Json], pointer: str, where: str, extra: dict[str, Json]) -> ToolCallResponse:
    """The tool's answer in a message of role ``tool`` (or ``function``, which has no id but a name)."""
    content = message.get("content")
    place = pointer + "/content"
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        if only.get("type") == "text" and isinstance(only.get("text"), str):
            leftovers(only, ("type", "text"), where + "/content/0", extra, nulls=True)
            content, place = only["text"], place + "/0/text"
    return ToolCallResponse(
        id=text(message.get("tool_call_id")), response=content, name=text(message.get("name")), pointer=place
    )
