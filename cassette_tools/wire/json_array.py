"""A stream that is one JSON array of chunks: Google's ``streamGenerateContent`` without ``alt=sse``."""

from __future__ import annotations

from json import JSONDecoder

from cassette_tools.model import ABSENT, Event
from cassette_tools.nesting import is_too_deep

_scan = JSONDecoder().scan_once  # type: ignore[attr-defined]
_BETWEEN = " \t\r\n,"


def is_json_array_stream(text: str) -> bool:
    """Whether a body is an array whose elements have the shape of Google's chunks."""
    start = text[:400].lstrip()
    return start.startswith("[") and start[1:].lstrip().startswith("{") and '"candidates"' in start


def parse(text: str) -> tuple[Event, ...]:
    """One event for each complete element; an array that was cut gives those before the cut."""
    events: list[Event] = []
    at = text.index("[") + 1
    while True:
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        try:
            value, end = _scan(text, at)
        except (StopIteration, ValueError, RecursionError):
            return tuple(events)
        data = text[at:end]
        events.append(Event(event=None, data=data, offset=at, json=ABSENT if is_too_deep(data, value) else value))
        at = end
