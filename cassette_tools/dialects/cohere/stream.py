"""Cohere's streams, folded into the answer without streaming.

Version 2: content blocks, tool calls and citations have indexes of their own, so (kind, index) is the key. Version 1:
lines of JSON, of which the last repeats the whole. Source: Cohere API reference, "Chat with streaming".
"""

from __future__ import annotations

from cassette_tools.decoding import Folded
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.streams import Block, whole_string
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import at, mapping, text
from cassette_tools.model import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.streams import Object
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Json

EVENTS = frozenset(
    (
        "message-start",
        "content-start",
        "content-delta",
        "content-end",
        "tool-plan-delta",
        "tool-call-start",
        "tool-call-delta",
        "tool-call-end",
        "citation-start",
        "citation-end",
        "message-end",
        "debug",
    )
)
LINES = frozenset(
    (
        "stream-start",
        "text-generation",
        "citation-generation",
        "search-queries-generation",
        "search-results",
        "tool-calls-chunk",
        "tool-calls-generation",
        "stream-end",
    )
)


class _Stream:
    """A stream in the making: the body without its message, and what the message is made of."""

    __slots__ = ("calls", "citations", "contents", "ended", "error", "message", "plan", "top", "words")

    def __init__(self) -> None:
        self.top: Object = {}
        self.message: Object = {}
        self.contents: dict[int, Block] = {}
        self.calls: dict[int, Block] = {}
        self.citations: list[Json] = []
        self.plan: Runs = []
        self.words: Runs = []  # of version 1
        self.ended = False
        self.error: CallError | None = None


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            continue
        kind = chunk.get("type")
        handler = _HANDLERS.get(kind) if type(kind) is str else None
        if handler is not None:
            handler(stream, chunk, number)
        elif "event_type" in chunk:
            _line(stream, chunk, number)
        elif chunk.get("error") or chunk.get("message"):
            stream.error = stream.error or error_in(chunk, event_index=number) or _bare_error(chunk, number)
    trace = Trace()
    first = stream.words or "generation_id" in stream.top
    body = _first_body(stream, trace) if first else _body(stream, trace)
    complete = stream.ended or stream.error is not None
    cut = None if complete else "no message-end"
    return Folded(body=body, trace=trace, complete=complete, cut=cut, error=stream.error)


def _bare_error(chunk: Object, number: int) -> CallError | None:
    words = text(chunk.get("message"))
    if words is None:
        return None
    return CallError(type=None, code=None, message=words, in_stream=True, raw=chunk, event_index=number)


# --- version 2 -------------------------------------------------------------------------------------------------------


def _block(blocks: dict[int, Block], chunk: Object, number: int) -> Block:
    index = chunk.get("index")
    index = index if type(index) is int else 0
    block = blocks.get(index)
    if block is None:
        block = blocks[index] = Block(None, number)
    return block


def _inner(chunk: Object, name: str) -> Json:
    return at(chunk, ("delta", "message", name))


def _message_start(stream: _Stream, chunk: Object, number: int) -> None:
    stream.top.update({key: value for key, value in chunk.items() if key not in ("type", "delta")})
    stream.message["role"] = _inner(chunk, "role") or "assistant"


def _content(stream: _Stream, chunk: Object, number: int) -> None:
    block = _block(stream.contents, chunk, number)
    for key, value in mapping(_inner(chunk, "content")).items():
        if key in ("text", "thinking"):
            block.start.setdefault("type", key)
            if type(value) is str:
                block.append(key, value, number, "/delta/message/content")
        else:
            block.start[key] = value


def _plan(stream: _Stream, chunk: Object, number: int) -> None:
    words = _inner(chunk, "tool_plan")
    if type(words) is str:
        stream.plan.append((number, "/delta/message", words))


def _call(stream: _Stream, chunk: Object, number: int) -> None:
    """A call's members; of its `function` the arguments come in pieces."""
    block = _block(stream.calls, chunk, number)
    given = mapping(_inner(chunk, "tool_calls"))
    block.start.update({key: value for key, value in given.items() if key != "function"})
    function = block.start.setdefault("function", {})
    for key, value in mapping(given.get("function")).items():
        if key != "arguments":
            if value is not None:
                function[key] = value
        elif type(value) is str:
            block.append(key, value, number, "/delta/message/tool_calls/function")


def _citation(stream: _Stream, chunk: Object, number: int) -> None:
    given = mapping(_inner(chunk, "citations"))
    if given:
        stream.citations.append(given)


def _message_end(stream: _Stream, chunk: Object, number: int) -> None:
    stream.ended = True
    delta = mapping(chunk.get("delta"))
    stream.top.update(delta)
    failure = text(delta.get("error"))
    if failure is not None and stream.error is None:
        kind = text(delta.get("error_type"))
        stream.error = CallError(
            type=kind, code=None, message=failure, in_stream=True, raw=delta, pointer="/delta/error", event_index=number
        )


def _nothing(stream: _Stream, chunk: Object, number: int) -> None:
    """The end of a block says nothing."""


_HANDLERS = {
    "message-start": _message_start,
    "content-start": _content,
    "content-delta": _content,
    "content-end": _nothing,
    "tool-plan-delta": _plan,
    "tool-call-start": _call,
    "tool-call-delta": _call,
    "tool-call-end": _nothing,
    "citation-start": _citation,
    "citation-end": _nothing,
    "message-end": _message_end,
}


def _body(stream: _Stream, trace: Trace) -> Object:
    """The body of an answer of version 2, with its message where any of that has come."""
    message = stream.message
    if stream.plan:
        message["tool_plan"] = joined(stream.plan)
        trace.note("/message/tool_plan", stream.plan, "tool_plan")
    if stream.contents:
        message["content"] = _wholes(stream.contents, "/message/content", "", trace)
    if stream.calls:
        message["tool_calls"] = _wholes(stream.calls, "/message/tool_calls", "function", trace)
    if stream.citations and message:
        message["citations"] = stream.citations
    return {**stream.top, "message": message} if message else stream.top


def _wholes(blocks: dict[int, Block], pointer: str, holder: str, trace: Trace) -> list[Json]:
    """The blocks in their order, each with its strings, which stand in its member `holder`, if any."""
    wholes: list[Json] = []
    for place, index in enumerate(sorted(blocks)):
        block = blocks[index]
        where = f"{pointer}/{place}/{holder}" if holder else f"{pointer}/{place}"
        strings = {name: whole_string(block, name, f"{where}/{name}", name, trace) for name in block.runs}
        (block.start[holder] if holder else block.start).update(strings)
        wholes.append(block.start)
    return wholes


# --- version 1 -------------------------------------------------------------------------------------------------------


def _line(stream: _Stream, chunk: Object, number: int) -> None:
    kind = chunk["event_type"]
    if kind == "text-generation" and type(chunk.get("text")) is str:
        stream.words.append((number, "", chunk["text"]))
    elif kind == "stream-start":
        stream.top.update({key: value for key, value in chunk.items() if key not in ("event_type", "is_finished")})
    elif kind == "stream-end":
        stream.ended = True
        stream.top.update(mapping(chunk.get("response")))
        if chunk.get("finish_reason"):
            stream.top["finish_reason"] = chunk["finish_reason"]
    elif kind == "citation-generation":
        given = chunk.get("citations")
        stream.citations.extend(given if type(given) is list else ())


def _first_body(stream: _Stream, trace: Trace) -> Object:
    body = stream.top
    if stream.words:
        body["text"] = joined(stream.words)
        trace.note("/text", stream.words, "text")
    if stream.citations and not body.get("citations"):
        body["citations"] = stream.citations
    return body
