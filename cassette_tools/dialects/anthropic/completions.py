"""Anthropic Text Completions streams (until 2024), folded: each event has the next piece, and the last one says why it
ended.

Source: Anthropic API reference, "Create a Text Completion", `stream`.
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_in, failure_in
from cassette_tools.decoding.streams import Stream, folded, whole_string
from cassette_tools.decoding.trace import Trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Event, Object

KIND = "completion"


def is_one(events: tuple[Event, ...]) -> bool:
    """Whether a stream is one of these."""
    return any(type(event.json) is dict and event.json.get("type") == KIND for event in events)


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream, trace = Stream(), Trace()
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            stream.fail(failure_in(event, number))
        elif chunk.get("type") == KIND:
            _add(stream, chunk, number)
        elif chunk.get("error"):
            stream.fail(error_in(chunk, event_index=number))
    block = stream.blocks.get(0)
    if block is not None:
        stream.body[KIND] = whole_string(block, KIND, f"/{KIND}", KIND, trace)
    return folded(stream.body, trace, None if stream.ended else "no stop_reason", stream.error)


def _add(stream: Stream, chunk: Object, number: int) -> None:
    words = chunk.get(KIND)
    if type(words) is str:
        stream.block(0, number).append(KIND, words, number, "")
    stream.update({key: value for key, value in chunk.items() if key != KIND})
    stream.ended = stream.ended or chunk.get("stop_reason") is not None
