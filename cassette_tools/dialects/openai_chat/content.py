"""The content of a message: a string, or a list of parts, which are words, thoughts, media and refusals.

Sources: the OpenAI API reference (Chat Completions), Mistral's (thinking chunks, document and audio URLs), Databricks'
(reasoning). A part that no reader here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools.data.media_types import AUDIO_TYPES
from cassette_tools.decoding.media import addressed
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import compact, mapping, text
from cassette_tools.model import Blob, File, Generic, Reasoning, Refusal, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json, Part


def content_parts(source: Members, key: str) -> list[Part]:
    """The parts of a content. Null and ``""`` say nothing."""
    content, pointer = source.take(key), source.at(key)
    if type(content) is str:
        return [Text(content=content, pointer=pointer)] if content else []
    if type(content) is list:
        parts: list[Part] = []
        for index, item in enumerate(content):
            parts.extend(content_part(item, f"{pointer}/{index}", f"{source.where}/{key}/{index}", source.extra))
        return parts
    # Cloudflare's JSON mode answers with the object itself, seen in 2025.
    return [] if content is None else [Text(content=compact(content), pointer=pointer)]


def content_part(item: Json, pointer: str, where: str, extra: Extra) -> list[Part]:
    """The parts that one element of a content is; what of it has no place in them is kept in `extra`, at `where`."""
    if type(item) is str:
        return [Text(content=item, pointer=pointer)] if item else []
    if type(item) is not dict:
        return [Generic(kind="unknown", content=item, pointer=pointer)]
    block = Members(item, pointer, extra, where)
    kind = text(item.get("type")) or ("text" if "text" in item else "unknown")
    reader = READERS.get(kind)
    if kind == "reasoning":
        parts = _summaries(block)
    else:
        part = reader(block) if reader is not None else None
        parts = [] if part is None else [part]
    if not parts:
        return [Generic(kind=kind, content=item, pointer=pointer)]
    block.text("type")
    block.keep(nulls=True)
    return parts


def _text(block: Members) -> Part | None:
    words = block.string("text")
    return None if words is None else Text(content=words, pointer=block.at("text"))


def _refusal(block: Members) -> Part | None:
    words = block.string("refusal")
    return None if words is None else Refusal(content=words, pointer=block.at("refusal"))


def _thinking(block: Members) -> Part | None:
    """Mistral: a list of text chunks; elsewhere a string. A reference to a source in the middle is not understood."""
    thinking, pointer = block.take("thinking"), block.at("thinking")
    if type(thinking) is list:
        words = [mapping(chunk).get("text") for chunk in thinking]
        pointer = f"{pointer}/0/text" if len(words) == 1 else pointer
        thinking = "".join([str(word) for word in words]) if all(type(word) is str for word in words) else None
    if type(thinking) is not str:
        return None
    block.take("closed")  # Mistral: that it came whole
    return Reasoning(content=thinking, signature=block.text("signature"), pointer=pointer)


def _summaries(block: Members) -> list[Part]:
    """Databricks: Claude's thoughts, each with its signature."""
    return [_summary(entry, pointer) for entry, pointer in block.elements("summary")]


def _summary(entry: Json, pointer: str) -> Part:
    words = mapping(entry).get("text")
    if type(words) is not str:
        return Generic(kind="reasoning", content=entry, pointer=pointer)
    return Reasoning(content=words, signature=text(mapping(entry).get("signature")), pointer=f"{pointer}/text")


_MODALITIES = {
    "image_url": "image",
    "video_url": "video",
    "document_url": "document",
    "file_url": "document",
    "audio_url": "audio",
}


def _media(block: Members) -> Part | None:
    """``{key: {"url": …}}`` or, as Mistral also writes it, ``{key: "…"}``; the key is the part's `type`."""
    key = block.peek("type")
    address = block.string(key)
    if address is not None:
        return addressed(address, _MODALITIES[key], block.at(key))
    inner = block.object(key)
    address = inner.string("url")
    if address is None:
        return None
    inner.keep(nulls=True)
    return addressed(address, _MODALITIES[key], inner.at("url"))


def _audio(block: Members) -> Part | None:
    words, pointer = block.string("input_audio"), block.at("input_audio")
    if words is not None:
        if words.startswith(("http://", "https://", "data:")):
            return addressed(words, "audio", pointer)
        return Blob(modality="audio", mime_type=None, content=words, pointer=pointer)
    inner = block.object("input_audio")
    data = inner.string("data")
    if data is None:
        return None
    kind = inner.named("format", AUDIO_TYPES)
    inner.keep(nulls=True)
    return Blob(modality="audio", mime_type=kind, content=data, pointer=inner.at("data"))


def _file(block: Members) -> Part | None:
    """``file`` holds an id or the media itself; some SDKs write its keys beside `type`."""
    is_nested = type(block.peek("file")) is dict
    inner = block.object("file") if is_nested else block
    part = _uploaded(inner)
    if part is not None and is_nested:
        inner.keep(nulls=True)
    return part


def _uploaded(file: Members) -> Part | None:
    file_id = file.text("file_id")
    if file_id is not None:
        return File(file_id=file_id, modality="document", pointer=file.at("file_id"))
    data, pointer = file.text("file_data"), file.at("file_data")
    if data is None:
        return None
    if data[:5].lower() == "data:" or data[:8].lower().startswith(("http://", "https://")):
        return addressed(data, None, pointer)
    return Blob(modality="document", mime_type=None, content=data, pointer=pointer)


READERS: dict[str, Callable[[Members], Part | None]] = {
    "text": _text,
    "input_text": _text,
    "output_text": _text,
    "refusal": _refusal,
    "thinking": _thinking,
    **dict.fromkeys(_MODALITIES, _media),
    "input_audio": _audio,
    "file": _file,
}
