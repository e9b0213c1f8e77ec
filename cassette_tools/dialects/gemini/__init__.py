"""Gemini's APIs: ``generateContent``, and interactions. What they share is in `names`."""

from __future__ import annotations

from cassette_tools.dialects.gemini import generate_content, interactions

__all__ = ["generate_content", "interactions"]
