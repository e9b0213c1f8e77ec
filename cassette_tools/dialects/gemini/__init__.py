"""Gemini's APIs: interactions. What they share with ``generateContent`` is in `names`."""

from __future__ import annotations

from cassette_tools.dialects.gemini import interactions

__all__ = ["interactions"]
