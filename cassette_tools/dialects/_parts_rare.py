"""What few messages of the OpenAI family hold: sound, pictures in the answer, tools that the provider ran itself.

Imported by `_parts` when a message has one of them. Sources: the OpenAI API reference (audio), OpenRouter's (images),
Groq's ("Compound": executed_tools).
"""

from __future__ import annotations

from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects._parts import AUDIO_TYPES, content_parts
from cassette_tools.model import Blob, File, ServerToolCall, ServerToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part


def rare_parts(
    message: dict[str, Json], pointer: str, where: str, extra: dict[str, Json], audio_format: str | None
) -> list[Part]:
    """The parts of `audio`, `images` and `executed_tools`; the arguments are those of `message_parts`."""
    parts: list[Part] = []
    _media(message, pointer, where, extra, parts, audio_format)
    _executed(message, pointer, where, extra, parts)
    return parts


def _media(
    message: dict[str, Json],
    pointer: str,
    where: str,
    extra: dict[str, Json],
    parts: list[Part],
    audio_format: str | None,
) -> None:
    audio = message.get("audio")
    # Snowflake writes every field that it knows: an object of empty values is none.
    if audio and not (isinstance(audio, dict) and not any(audio.values())):
        part = _spoken(audio, pointer + "/audio", audio_format)
        if part is None:
            extra[where + "/audio"] = audio
        else:
            parts.append(part)
            leftovers(audio, ("id", "data", "transcript"), where + "/audio", extra)
    images = message.get("images")
    if images:
        if isinstance(images, list):
            parts.extend(content_parts(images, pointer + "/images", where + "/images", extra))
        else:
            extra[where + "/images"] = images


def _spoken(audio: Json, pointer: str, audio_format: str | None) -> Part | None:
    """The answer as sound; a request's history has only its id."""
    whole = mapping(audio)
    data, audio_id = whole.get("data"), text(whole.get("id"))
    transcript = whole.get("transcript")
    if isinstance(data, str) or isinstance(transcript, str):
        return Blob(
            modality="audio",
            mime_type=AUDIO_TYPES.get(audio_format or ""),
            content=data if isinstance(data, str) else "",
            transcript=transcript if isinstance(transcript, str) else None,
            id=audio_id,
            pointer=pointer,
        )
    return File(file_id=audio_id, modality="audio", pointer=pointer + "/id") if audio_id else None


def _executed(message: dict[str, Json], pointer: str, where: str, extra: dict[str, Json], parts: list[Part]) -> None:
    """Groq's compound models run tools of their own and tell what they did in ``executed_tools``."""
    executed = message.get("executed_tools")
    if executed and not isinstance(executed, list):
        extra[where + "/executed_tools"] = executed
    for index, run in enumerate(sequence(executed)):
        place = f"{pointer}/executed_tools/{index}"
        whole = mapping(run)
        name = text(whole.get("name")) or text(whole.get("type")) or ""
        answer = {key: whole[key] for key in ("output", "search_results", "code_results") if whole.get(key) is not None}
        asked = {key: value for key, value in whole.items() if key not in answer} if whole else run
        parts.append(ServerToolCall(id=text(whole.get("id")), name=name, server_tool_call=asked, pointer=place))
        if answer:
            parts.append(
                ServerToolCallResponse(
                    id=text(whole.get("id")), server_tool_call_response=answer, name=name, pointer=place
                )
            )
