"""`cassette show`: a recording as the conversation that it is, as the canonical model in JSON, or event by event.

Pure functions from a recording to text. Everything recorded goes through `printable`; header values are shown in the
JSON alone.
"""

from __future__ import annotations

from cassette_tools.conversation.as_json import show_json
from cassette_tools.conversation.as_text import show_text
from cassette_tools.conversation.events import show_events

__all__ = ["show_events", "show_json", "show_text"]
