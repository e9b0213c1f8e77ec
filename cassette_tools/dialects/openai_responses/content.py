"""The content of the Responses API's messages: words, media, refusals.

Source: the OpenAI API reference ("Input items", "The response object").
"""

from __future__ import annotations

from cassette_tools.data.media_types import AUDIO_TYPES
from cassette_tools.decoding.media import addressed
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.values import text
from cassette_tools.dialects.openai_chat import content_part
from cassette_tools.model import Blob, File, Reasoning, Refusal, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Part

_FILE_KEYS = ("file_data", "file_url", "file_id")


def content_parts(message: Members) -> list[Part]:
    """The parts of a message's content: a string, or a list of parts. Some clients write parts as chat has them."""
    parts = words_in(message, "content")
    for value, block in message.entries("content"):
        read = _known_part(block)
        parts.extend(content_part(value, block.pointer, block.where, block.extra) if read is None else read)
    return parts


def _known_part(block: Members) -> list[Part] | None:
    """The part that a block is, none for an empty one; ``None`` for a block of another kind or shape."""
    kind = block.peek("type")
    reader = READERS.get(kind) if type(kind) is str else None
    parts = reader(block) if reader is not None else None
    if parts is not None:
        del block.left["type"]
        block.keep()
    return parts


def _text(block: Members) -> list[Part] | None:
    """Words, with what they cite; log probabilities stay, unless there are none."""
    words = block.string("text")
    if words is None:
        return None
    if not block.peek("logprobs"):
        block.take("logprobs")
    if words:
        return [Text(content=words, citations=block.array("annotations"), pointer=block.at("text"))]
    if not block.peek("annotations"):
        block.take("annotations")
    return []


def _refusal(block: Members) -> list[Part] | None:
    return words_in(block, "refusal", Refusal) if type(block.peek("refusal")) is str else None


def _thought(block: Members) -> list[Part] | None:
    return words_in(block, "text", Reasoning) if type(block.peek("text")) is str else None


def _image(block: Members) -> list[Part] | None:
    """An image by its address, which some clients write in an object as chat does, else by its id."""
    is_nested = type(block.peek("image_url")) is dict
    inner, key = (block.object("image_url"), "url") if is_nested else (block, "image_url")
    address = inner.text(key)
    file_id = block.text("file_id") if address is None else None
    if is_nested:
        inner.keep()
    if address is not None:
        return [addressed(address, "image", inner.at(key))]
    return None if file_id is None else [File(file_id=file_id, modality="image", pointer=block.at("file_id"))]


def _file(block: Members) -> list[Part] | None:
    found = next((key for key in _FILE_KEYS if text(block.peek(key))), None)
    if found is None:
        return None
    value, pointer = block.take(found), block.at(found)
    if found == "file_id":
        return [File(file_id=value, modality="document", pointer=pointer)]
    if found == "file_data" and value[:5].lower() != "data:":
        return [Blob(modality="document", mime_type=None, content=value, pointer=pointer)]
    return [addressed(value, None if found == "file_data" else "document", pointer)]


def _audio(block: Members) -> list[Part] | None:
    """``output_audio``; of sound that was left out, what was said."""
    data, pointer = block.string("data"), block.at("transcript")
    transcript = block.string("transcript")
    if data is None and transcript is None:
        return None
    if data is None:
        return [Text(content=transcript, pointer=pointer)] if transcript else []
    kind = text(block.named("format", AUDIO_TYPES))
    content = data or ""
    return [
        Blob(modality="audio", mime_type=kind, content=content, transcript=transcript, pointer=block.pointer),
    ]


def _speech(block: Members) -> list[Part] | None:
    """``input_audio`` of the Realtime API: what was said, else the sound. That of chat is read as there."""
    transcript, pointer = block.text("transcript"), block.at("transcript")
    if transcript is not None:
        block.take("audio")
        return [Text(content=transcript, pointer=pointer)]
    sound, pointer = block.text("audio"), block.at("audio")
    return None if sound is None else [Blob(modality="audio", mime_type=None, content=sound, pointer=pointer)]


READERS: dict[str, Callable[[Members], list[Part] | None]] = {
    "input_text": _text,
    "output_text": _text,
    "text": _text,
    "summary_text": _thought,
    "reasoning_text": _thought,
    "refusal": _refusal,
    "input_image": _image,
    "computer_screenshot": _image,
    "input_file": _file,
    "output_audio": _audio,
    "audio": _audio,
    "input_audio": _speech,
}
