"""What of Chat Completions the dialects use that are read in the old way."""

from __future__ import annotations

from cassette_tools.decoding.media import AUDIO_TYPES, modality_of
from cassette_tools.decoding.media import addressed as _addressed
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import parsed_arguments
from cassette_tools.dialects.openai_chat import content as chat
from cassette_tools.dialects.openai_chat.content import content_part as _content_part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part

__all__ = ["AUDIO_TYPES", "_addressed", "_content_part", "content_parts", "modality_of", "parsed_arguments"]


def content_parts(content: Json, pointer: str, where: str, extra: dict[str, Json]) -> list[Part]:
    """The parts of a message's `content`."""
    holder, _, key = pointer.rpartition("/")
    return chat.content_parts(Members({key: content}, holder, extra, where.rpartition("/")[0]), key)
