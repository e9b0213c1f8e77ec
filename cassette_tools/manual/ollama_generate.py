"""What the page of ``ollama.generate`` says: all but how it is recognised is as on that of ``ollama.chat``."""

from __future__ import annotations

from cassette_tools.dialects import CERTAIN, LIKELY
from cassette_tools.manual.ollama_chat import MAPPING, SOURCES

__all__ = ["MAPPING", "RECOGNITION", "SOURCES"]

RECOGNITION = (
    (CERTAIN, "`done` beside `created_at` or `model`, and `response`"),
    (LIKELY, "a POST to a path that ends with `/api/generate`"),
)
