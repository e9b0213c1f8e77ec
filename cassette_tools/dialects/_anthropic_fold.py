"""Anthropic Messages streams, folded into the message that the same call would have had without streaming.

Blocks are keyed by their `index`; strings of a delta are appended to the block's, the usage of `message_delta` lies
over that of `message_start` (its values are cumulative). Source: Anthropic API reference, "Streaming messages".
"""

from __future__ import annotations

from cassette_tools.dialects import Folded
from cassette_tools.dialects._errors import error_from, error_in, failure_in, is_failure
from cassette_tools.dialects._json import mapping
from cassette_tools.dialects._trace import Trace, joined
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.dialects._trace import Runs
    from cassette_tools.model import Event, Json

    Merge = dict[str, Json]

# The deltas that append: their type, and the key of the string in the delta, which is the block's too (save for JSON).
APPENDED = {
    "text_delta": ("text", "text"),
    "input_json_delta": ("partial_json", "input"),
    "thinking_delta": ("thinking", "thinking"),
    "compaction_delta": ("content", "content"),
}
_METRICS = "amazon-bedrock-invocationMetrics"


class _Block:
    """A content block in the making."""

    __slots__ = ("begun", "closed", "runs", "start", "unknown")

    def __init__(self, start: Merge, begun: int) -> None:
        self.start = start
        self.begun = begun
        self.closed = False
        self.runs: dict[str, Runs] = {}
        self.unknown: list[Json] = []


class _Stream:
    """A stream in the making."""

    __slots__ = ("blocks", "error", "message", "stopped", "unknown", "usage")

    def __init__(self) -> None:
        self.message: Merge = {}
        self.blocks: dict[int, _Block] = {}
        self.usage: Merge = {}
        self.stopped = False
        self.error: CallError | None = None
        self.unknown: list[Json] = []

    def block(self, event: Merge, number: int) -> _Block:
        """The block that an event speaks of; one that nothing began is begun here."""
        index = event.get("index")
        index = index if type(index) is int else max(self.blocks, default=0)
        block = self.blocks.get(index)
        if block is None:
            block = self.blocks[index] = _Block({}, number)
        return block


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            stream.error = stream.error or failure_in(event, number)
            continue
        kind = chunk.get("type")
        if kind == "content_block_delta":
            _delta(stream, chunk, number)
        else:
            _HANDLERS.get(kind if type(kind) is str else "", _other)(stream, chunk, number)
            if stream.error is None and is_failure(event.event):
                stream.error = failure_in(event, number)
        if _METRICS in chunk:
            stream.message[_METRICS] = chunk[_METRICS]
    trace = Trace()
    body = dict(stream.message)
    if stream.blocks or "content" in body or body:
        order = sorted(stream.blocks)
        body["content"] = [
            _folded(stream.blocks[index], f"/content/{place}", trace) for place, index in enumerate(order)
        ]
    if stream.usage:
        body["usage"] = stream.usage
    problems = [
        Problem(kind="unknown-event", message="an event of the stream is of no type that this API is known to send")
        for _ in stream.unknown[:1]
    ]
    cut = None if stream.stopped or stream.error is not None else _missing(stream)
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=stream.error, problems=tuple(problems))


def _missing(stream: _Stream) -> str:
    still = [str(index) for index, block in sorted(stream.blocks.items()) if not block.closed]
    if still:
        return f"block {' and '.join(still)} is still open and there is no message_stop"
    return "no message_stop" if stream.message else "no message_start and no message_stop"


def _start(stream: _Stream, chunk: Merge, number: int) -> None:
    message = chunk.get("message")
    if type(message) is dict:
        stream.message.update(message)
        stream.usage.update(mapping(stream.message.pop("usage", None)))


def _block_start(stream: _Stream, chunk: Merge, number: int) -> None:
    index = chunk.get("index")
    index = index if type(index) is int else len(stream.blocks)
    block = chunk.get("content_block")
    stream.blocks[index] = _Block(dict(block) if type(block) is dict else {}, number)


def _delta(stream: _Stream, chunk: Merge, number: int) -> None:
    delta = chunk.get("delta")
    block = stream.block(chunk, number)
    if type(delta) is not dict:
        return
    kind = delta.get("type")
    known = APPENDED.get(kind) if type(kind) is str else None
    if known is not None:
        key, name = known
        words = delta.get(key)
        if type(words) is str:
            runs = block.runs.get(name)
            if runs is None:
                runs = block.runs[name] = []
            runs.append((number, "/delta", words))
            if "type" not in block.start:
                block.start["type"] = _BEGUN_BY[key]
            return
    if kind == "signature_delta":
        block.start["signature"] = delta.get("signature")
    elif kind == "citations_delta":
        before = block.start.get("citations")
        block.start["citations"] = [*(before if type(before) is list else ()), delta.get("citation")]
    elif kind != "thinking_delta" or delta.get("thinking") is not None:
        block.unknown.append(delta)


_BEGUN_BY = {"text": "text", "partial_json": "tool_use", "thinking": "thinking", "content": "compaction"}


def _block_stop(stream: _Stream, chunk: Merge, number: int) -> None:
    stream.block(chunk, number).closed = True


def _message_delta(stream: _Stream, chunk: Merge, number: int) -> None:
    for key, value in mapping(chunk.get("delta")).items():
        if value is not None or key not in stream.message:
            stream.message[key] = value
    for key, value in mapping(chunk.get("usage")).items():
        if value is not None or key not in stream.usage:
            stream.usage[key] = value
    for key, value in chunk.items():
        if key not in ("type", "delta", "usage") and value is not None:
            stream.message[key] = value


def _stop(stream: _Stream, chunk: Merge, number: int) -> None:
    stream.stopped = True
    for key, value in chunk.items():
        if key not in ("type", _METRICS) and value is not None:
            stream.message.setdefault(key, value)


def _error(stream: _Stream, chunk: Merge, number: int) -> None:
    if stream.error is None:
        found = error_in(chunk, event_index=number)
        stream.error = found if found is not None else error_from(chunk, chunk, "", number)


def _nothing(stream: _Stream, chunk: Merge, number: int) -> None:
    """A ping."""


def _other(stream: _Stream, chunk: Merge, number: int) -> None:
    if chunk.get("error"):
        _error(stream, chunk, number)
    elif _METRICS not in chunk:
        stream.unknown.append(chunk)


_HANDLERS = {
    "message_start": _start,
    "content_block_start": _block_start,
    "content_block_stop": _block_stop,
    "message_delta": _message_delta,
    "message_stop": _stop,
    "error": _error,
    "ping": _nothing,
}


def _folded(block: _Block, pointer: str, trace: Trace) -> Merge:
    """The block as a message without streaming has it. The input of a call that does not parse stays a string."""
    whole = block.start
    for name, runs in block.runs.items():
        words = joined(runs)
        begun = whole.get(name)
        if name == "input":
            trace.note(f"{pointer}/{name}", runs, "partial_json")
            if words:
                whole[name] = _parsed(words)
            elif type(begun) is not dict:
                whole[name] = {}
            continue
        if type(begun) is str and begun:
            runs.insert(0, (block.begun, "/content_block", begun))
            words = begun + words
        trace.note(f"{pointer}/{name}", runs, name)
        whole[name] = words
    if block.unknown:
        whole["deltas"] = block.unknown
    return whole


def _parsed(words: str) -> Json:
    from json import loads

    try:
        return loads(words)
    except (ValueError, RecursionError):
        return words
