"""Cohere's streams, folded into the answer without streaming.

Version 2: content blocks, tool calls and citations have indexes of their own, so (kind, index) is the key. Version 1:
lines of JSON, of which the last repeats the whole. Source: Cohere API reference, "Chat with streaming".
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects import Folded
from cassette_tools.model import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Json

    Merge = dict[str, Json]

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
    """A stream in the making."""

    __slots__ = ("calls", "citations", "contents", "ended", "error", "first", "message", "plan", "strings", "top")

    def __init__(self) -> None:
        self.top: Merge = {}
        self.message: Merge = {}
        self.contents: dict[int, Merge] = {}
        self.calls: dict[int, Merge] = {}
        self.citations: list[Json] = []
        self.strings: dict[tuple[str, int, str], Runs] = {}
        self.plan: Runs = []
        self.first: Runs = []
        self.ended = False
        self.error: CallError | None = None

    def add(self, kind: str, index: int, name: str, number: int, where: str, words: Json) -> None:
        """One more piece of the string `name` of a block."""
        if type(words) is str:
            self.strings.setdefault((kind, index, name), []).append((number, where, words))


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
            stream.error = stream.error or error_in(chunk, event_index=number) or _told(chunk, number)
    trace = Trace()
    body = _folded(stream, trace)
    complete = stream.ended or stream.error is not None
    return Folded(
        body=body, trace=trace, complete=complete, cut=None if complete else "no message-end", error=stream.error
    )


def _told(chunk: Merge, number: int) -> CallError | None:
    words = text(chunk.get("message"))
    if words is None:
        return None
    return CallError(type=None, code=None, message=words, in_stream=True, raw=chunk, event_index=number)


def _index(chunk: Merge) -> int:
    index = chunk.get("index")
    return index if type(index) is int else 0


def _inner(chunk: Merge, name: str) -> Merge:
    return mapping(mapping(mapping(chunk.get("delta")).get("message")).get(name))


def _message_start(stream: _Stream, chunk: Merge, number: int) -> None:
    for key, value in chunk.items():
        if key not in ("type", "delta"):
            stream.top[key] = value
    role = mapping(mapping(chunk.get("delta")).get("message")).get("role")
    stream.message["role"] = role or "assistant"


def _content(stream: _Stream, chunk: Merge, number: int) -> None:
    index, given = _index(chunk), _inner(chunk, "content")
    block = stream.contents.setdefault(index, {})
    for key, value in given.items():
        if key in ("text", "thinking"):
            block.setdefault("type", key)
            stream.add("content", index, key, number, "/delta/message/content", value)
        else:
            block[key] = value


def _plan(stream: _Stream, chunk: Merge, number: int) -> None:
    words = mapping(mapping(chunk.get("delta")).get("message")).get("tool_plan")
    if type(words) is str:
        stream.plan.append((number, "/delta/message", words))


def _call(stream: _Stream, chunk: Merge, number: int) -> None:
    index, given = _index(chunk), _inner(chunk, "tool_calls")
    call = stream.calls.setdefault(index, {})
    for key, value in given.items():
        if key != "function":
            call[key] = value
    inner = call.setdefault("function", {})
    for key, value in mapping(given.get("function")).items():
        if key == "arguments":
            stream.add("call", index, key, number, "/delta/message/tool_calls/function", value)
        elif type(inner) is dict and value is not None:
            inner[key] = value


def _citation(stream: _Stream, chunk: Merge, number: int) -> None:
    given = _inner(chunk, "citations")
    if given:
        stream.citations.append(given)


def _message_end(stream: _Stream, chunk: Merge, number: int) -> None:
    stream.ended = True
    delta = mapping(chunk.get("delta"))
    for key, value in delta.items():
        stream.top[key] = value
    failure = text(delta.get("error"))
    if failure is not None and stream.error is None:
        kind = text(delta.get("error_type"))
        stream.error = CallError(
            type=kind, code=None, message=failure, in_stream=True, raw=delta, pointer="/delta/error", event_index=number
        )


def _nothing(stream: _Stream, chunk: Merge, number: int) -> None:
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


def _line(stream: _Stream, chunk: Merge, number: int) -> None:
    """A line of version 1."""
    kind = chunk["event_type"]
    if kind == "text-generation" and type(chunk.get("text")) is str:
        stream.first.append((number, "", chunk["text"]))
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


def _folded(stream: _Stream, trace: Trace) -> Merge:
    body = dict(stream.top)
    if stream.first or "generation_id" in body:
        if stream.first:
            body["text"] = joined(stream.first)
            trace.note("/text", stream.first, "text")
        if stream.citations and not body.get("citations"):
            body["citations"] = stream.citations
        return body
    if not (stream.message or stream.contents or stream.calls or stream.plan):
        return body
    message = stream.message
    if stream.plan:
        message["tool_plan"] = joined(stream.plan)
        trace.note("/message/tool_plan", stream.plan, "tool_plan")
    places = {("content", index): place for place, index in enumerate(sorted(stream.contents))}
    places |= {("call", index): place for place, index in enumerate(sorted(stream.calls))}
    for (kind, index, name), runs in stream.strings.items():
        place = places[kind, index]
        if kind == "content":
            stream.contents[index][name] = joined(runs)
            trace.note(f"/message/content/{place}/{name}", runs, name)
        else:
            stream.calls[index]["function"][name] = joined(runs)
            trace.note(f"/message/tool_calls/{place}/function/{name}", runs, name)
    if stream.contents:
        message["content"] = [stream.contents[index] for index in sorted(stream.contents)]
    if stream.calls:
        message["tool_calls"] = [stream.calls[index] for index in sorted(stream.calls)]
    if stream.citations:
        message["citations"] = stream.citations
    body["message"] = message
    return body
