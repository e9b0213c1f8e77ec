"""What of Chat Completions the dialects use that are read in the old way."""

from __future__ import annotations

from cassette_tools.decoding.media import joined_base64 as joined_sound

__all__ = ["joined_sound"]
