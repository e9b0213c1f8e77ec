"""The content of the Responses API's messages: words, media, refusals.

Source: the OpenAI API reference ("Input items", "The response object").
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects._parts import AUDIO_TYPES
from cassette_tools.dialects._parts import _addressed as addressed
from cassette_tools.dialects._parts import _content_part as chat_part
from cassette_tools.model import Blob, File, Reasoning, Refusal, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Part

_IMAGE_KEYS = ("type", "image_url", "file_id")
_FILE_KEYS = ("type", "file_data", "file_url", "file_id")


@record
class Where:
    """Where an item stands: its `pointer` in its body, its pointer `at` relative to the message, and that message's
    `extra`. `own` are the names of the client's tools when the request also offers tools of the provider's own;
    `is_answer` tells the response's items from the request's.
    """

    pointer: str
    at: str
    extra: dict[str, Json]
    own: frozenset[str] | None = None
    is_answer: bool = False


def words_of(content: Json, where: Where) -> list[Part]:
    """The parts of a message's content: a string, or a list of parts."""
    if isinstance(content, str):
        return [Text(content=content, pointer=where.pointer + "/content")] if content else []
    if type(content) is not list:
        if content is not None:
            where.extra[where.at + "/content"] = content
        return []
    parts: list[Part] = []
    for index, part in enumerate(content):
        pointer, at = f"{where.pointer}/content/{index}", f"{where.at}/content/{index}"
        kind = part.get("type") if type(part) is dict else None
        reader = _CONTENT.get(kind) if isinstance(kind, str) else None
        read = reader(part, pointer, at, where.extra) if reader is not None else None
        # Some clients write parts as chat has them.
        parts.extend(chat_part(part, pointer, at, where.extra) if read is None else read)
    return parts


def _spoken(part: dict[str, Json], pointer: str, at: str, extra: dict[str, Json]) -> list[Part] | None:
    words = part.get("text")
    if not isinstance(words, str):
        return None
    annotations = part.get("annotations")
    if annotations and type(annotations) is not list:
        extra[at + "/annotations"] = annotations
    cited = tuple(sequence(annotations))
    if part.get("logprobs"):
        extra[at + "/logprobs"] = part["logprobs"]
    if len(part) > 2:
        leftovers(part, ("type", "text", "annotations", "logprobs"), at, extra)
    if not words:
        if cited:
            extra[at + "/annotations"] = annotations
        return []
    return [Text(content=words, citations=cited, pointer=pointer + "/text")]


def _refused(part: dict[str, Json], pointer: str, at: str, extra: dict[str, Json]) -> list[Part] | None:
    words = part.get("refusal")
    if not isinstance(words, str):
        return None
    leftovers(part, ("type", "refusal"), at, extra)
    return [Refusal(content=words, pointer=pointer + "/refusal")] if words else []


def _thought(part: dict[str, Json], pointer: str, at: str, extra: dict[str, Json]) -> list[Part] | None:
    words = part.get("text")
    if not isinstance(words, str):
        return None
    leftovers(part, ("type", "text"), at, extra)
    return [Reasoning(content=words, pointer=pointer + "/text")] if words else []


def _image(part: dict[str, Json], pointer: str, at: str, extra: dict[str, Json]) -> list[Part] | None:
    value = part.get("image_url")
    address = value if isinstance(value, str) else mapping(value).get("url")  # some clients write it as chat does
    file_id = text(part.get("file_id"))
    leftovers(part, _IMAGE_KEYS, at, extra)
    if isinstance(value, dict):
        leftovers(value, ("url",), at + "/image_url", extra)
    if isinstance(address, str) and address:
        if file_id is not None:
            extra[at + "/file_id"] = file_id
        return [addressed(address, "image", pointer + ("/image_url/url" if isinstance(value, dict) else "/image_url"))]
    return None if file_id is None else [File(file_id=file_id, modality="image", pointer=pointer + "/file_id")]


def _file(part: dict[str, Json], pointer: str, at: str, extra: dict[str, Json]) -> list[Part] | None:
    found = next((key for key in ("file_data", "file_url", "file_id") if text(part.get(key))), None)
    if found is None:
        return None
    leftovers(part, [key for key in _FILE_KEYS if key in ("type", found)], at, extra)
    value, place = part[found], f"{pointer}/{found}"
    if found == "file_id":
        return [File(file_id=value, modality="document", pointer=place)]
    if found == "file_data" and value[:5].lower() != "data:":
        return [Blob(modality="document", mime_type=None, content=value, pointer=place)]
    return [addressed(value, None if found == "file_data" else "document", place)]


def _heard(part: dict[str, Json], pointer: str, at: str, extra: dict[str, Json]) -> list[Part] | None:
    """``output_audio``; ``input_audio`` is read as in chat."""
    data, transcript = part.get("data"), part.get("transcript")
    if not isinstance(data, str) and not isinstance(transcript, str):
        return None
    leftovers(part, ("type", "data", "transcript", "format"), at, extra)
    kind = text(part.get("format")) or ""
    if part.get("format") and kind not in AUDIO_TYPES:
        extra[at + "/format"] = part["format"]
    return [
        Blob(
            modality="audio",
            mime_type=AUDIO_TYPES.get(kind),
            content=data if isinstance(data, str) else "",
            transcript=transcript if isinstance(transcript, str) else None,
            pointer=pointer,
        )
    ]


_CONTENT: dict[str, Callable[[dict[str, Json], str, str, dict[str, Json]], list[Part] | None]] = {
    "input_text": _spoken,
    "output_text": _spoken,
    "text": _spoken,
    "summary_text": _thought,
    "reasoning_text": _thought,
    "refusal": _refused,
    "input_image": _image,
    "computer_screenshot": _image,
    "input_file": _file,
    "output_audio": _heard,
}
