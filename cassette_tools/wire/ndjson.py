"""Newline-delimited JSON: one event a line (the NDJSON specification 1.0; Ollama, Cohere v1)."""

from __future__ import annotations

from cassette_tools.model import ABSENT, Event
from cassette_tools.nesting import json_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json


# The labels of such streams: NDJSON's own, JSON lines, and Cohere's (v1).
MEDIA_TYPES = (
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/stream+json",
)


def is_ndjson(text: str, *, labelled: bool = False) -> bool:
    """Whether a body is two or more lines that each are a JSON object, as its first two show.

    A body that is `labelled` so may be cut in its second line.
    """
    first, newline, rest = text.lstrip().partition("\n")
    second = rest.lstrip().partition("\n")[0]
    return bool(newline and second) and _is_object(first) and (labelled or _is_object(second))


def _is_object(line: str) -> bool:
    return line.startswith("{") and line.rstrip().endswith("}") and isinstance(_value(line), dict)


def parse(text: str) -> tuple[Event, ...]:
    """One event for each line that is not blank; `json` is `ABSENT` for a line that is not JSON."""
    events = []
    at = 0
    for line in text.split("\n"):
        data = line.strip(" \t\r")
        if data:
            events.append(Event(event=None, data=data, offset=at + line.index(data), json=_value(data)))
        at += len(line) + 1
    return tuple(events)


def _value(line: str) -> Json:
    try:
        return json_value(line)
    except (ValueError, RecursionError):
        return ABSENT
