"""What of Chat Completions the dialects use that are read in the old way."""

from __future__ import annotations

from cassette_tools.decoding.media import AUDIO_TYPES, modality_of
from cassette_tools.decoding.media import addressed as _addressed
from cassette_tools.decoding.values import parsed_arguments
from cassette_tools.dialects.openai_chat.content import content_part as _content_part

__all__ = ["AUDIO_TYPES", "_addressed", "_content_part", "modality_of", "parsed_arguments"]
