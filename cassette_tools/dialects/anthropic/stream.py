"""Anthropic Messages streams, folded into the message that the same call would have had without streaming.

Blocks are keyed by their `index`; strings of a delta are appended to the block's, the usage of `message_delta` lies
over that of `message_start` (its values are cumulative). Source: Anthropic API reference, "Streaming messages".
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from, error_in, failure_in, is_failure
from cassette_tools.decoding.streams import Stream, parsed, update, whole_string
from cassette_tools.decoding.usage import METRICS
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.anthropic import completions
from cassette_tools.model import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.streams import Block
    from cassette_tools.decoding.trace import Trace
    from cassette_tools.model import Event, Object

# The deltas that append: their type; the string in the delta, and in the block; the type of the block they begin.
_APPENDED = {
    "text_delta": ("text", "text", "text"),
    "input_json_delta": ("partial_json", "input", "tool_use"),
    "thinking_delta": ("thinking", "thinking", "thinking"),
    "compaction_delta": ("content", "content", "compaction"),
}

_LOOK_AHEAD = 5  # events


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    if completions.is_one(events[:_LOOK_AHEAD]):
        return completions.fold(events)
    stream = Stream()
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            stream.fail(failure_in(event, number))
            continue
        kind = chunk.get("type")
        handler = _HANDLERS.get(kind, _other) if type(kind) is str else _other
        handler(stream, chunk, number)
        if stream.error is None and is_failure(event.event):
            stream.error = failure_in(event, number)
        if METRICS in chunk:
            stream.body[METRICS] = chunk[METRICS]
    return stream.fold("content", _whole, start="message_start", stop="message_stop")


def _start(stream: Stream, chunk: Object, number: int) -> None:
    stream.body.update(mapping(chunk.get("message")))


def _block_start(stream: Stream, chunk: Object, number: int) -> None:
    stream.begin(chunk.get("index"), chunk.get("content_block"), number)


def _delta(stream: Stream, chunk: Object, number: int) -> None:
    block, delta = stream.block(chunk.get("index"), number), mapping(chunk.get("delta"))
    kind = text(delta.get("type")) or ""
    key, name, begun = _APPENDED.get(kind, ("", "", ""))
    if key and type(delta.get(key)) is str:
        block.append(name, delta[key], number, "/delta")
        block.start.setdefault("type", begun)
    elif kind == "signature_delta":
        block.start["signature"] = delta.get("signature")
    elif kind == "citations_delta":
        block.start["citations"] = [*sequence(block.start.get("citations")), delta.get("citation")]
    elif "delta" in chunk and (kind != "thinking_delta" or delta.get("thinking") is not None):
        block.unknown.append(delta)


def _block_stop(stream: Stream, chunk: Object, number: int) -> None:
    stream.block(chunk.get("index"), number).closed = True


def _message_delta(stream: Stream, chunk: Object, number: int) -> None:
    stream.update(mapping(chunk.get("delta")))
    usage = dict(mapping(stream.body.get("usage")))
    update(usage, mapping(chunk.get("usage")))
    if usage:
        stream.body["usage"] = usage
    stream.body.update(_others(chunk, "type", "delta", "usage"))


def _stop(stream: Stream, chunk: Object, number: int) -> None:
    stream.ended = True
    stream.body.update(_others(chunk, "type", *stream.body))


def _others(chunk: Object, *keys: str) -> Object:
    """The members with other keys; a null says nothing."""
    return {key: value for key, value in chunk.items() if key not in keys and value is not None}


def _error(stream: Stream, chunk: Object, number: int) -> None:
    stream.fail(error_in(chunk, event_index=number) or error_from(chunk, chunk, "", number))


def _ping(stream: Stream, chunk: Object, number: int) -> None:
    """Keeps the connection open."""


def _other(stream: Stream, chunk: Object, number: int) -> None:
    if chunk.get("error"):
        _error(stream, chunk, number)
    elif METRICS not in chunk and not stream.problems:
        message = "an event of the stream is of no type that this API is known to send"
        stream.problems.append(Problem(kind="unknown-event", message=message))


_HANDLERS = {
    "message_start": _start,
    "content_block_start": _block_start,
    "content_block_delta": _delta,
    "content_block_stop": _block_stop,
    "message_delta": _message_delta,
    "message_stop": _stop,
    "error": _error,
    "ping": _ping,
}


EVENTS = frozenset(_HANDLERS) - {"error"}  # others fail like that, too


def _whole(block: Block, pointer: str, trace: Trace) -> Object:
    """The block as a message without streaming has it. The input of a call that does not parse stays a string."""
    whole = block.start
    for name in block.runs:
        place = f"{pointer}/{name}"
        if name != "input":
            whole[name] = whole_string(block, name, place, name, trace, start="/content_block")
            continue
        begun = whole.get(name)
        words = whole_string(block, name, place, "partial_json", trace)
        whole[name] = parsed(words) if words else begun if type(begun) is dict else {}
    if block.unknown:
        whole["deltas"] = block.unknown
    return whole
