"""Cohere's streams, folded into the answer without streaming.

Version 2: content blocks, tool calls and citations have indexes of their own, so (kind, index) is the key. Version 1:
lines of JSON, of which the last repeats the whole. Source: Cohere API reference, "Chat with streaming".
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.streams import Block, Making, folded, whole_string
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import at, index_of, mapping, sequence, text
from cassette_tools.model import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Json, Object


class _Stream(Making):
    """A stream in the making: the body without its message, what the message is made of, and its words in pieces by
    their names (`text` of version 1, and the plan).
    """

    __slots__ = ("calls", "citations", "contents", "message", "top", "words")

    def __init__(self) -> None:
        super().__init__()
        self.top: Object = {}
        self.message: Object = {}
        self.contents: dict[int, Block] = {}
        self.calls: dict[int, Block] = {}
        self.citations: list[Json] = []
        self.words: dict[str, Runs] = {}


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        chunk = mapping(event.json)
        kind, line = text(chunk.get("type")) or "", text(chunk.get("event_type")) or ""
        (_HANDLERS.get(kind) or _LINES.get(line) or _other)(stream, chunk, number)
    trace = Trace()
    first = "text" in stream.words or "generation_id" in stream.top
    body = _first_body(stream, trace) if first else _body(stream, trace)
    return folded(body, trace, None if stream.ended else "no message-end", stream.error)


def _other(stream: _Stream, chunk: Object, number: int) -> None:
    """A failure, unless it is a line of a kind that nobody knows."""
    if "event_type" not in chunk and (chunk.get("error") or chunk.get("message")):
        stream.fail(error_in(chunk, event_index=number) or _bare_error(chunk, number))


def _bare_error(chunk: Object, number: int, key: str = "message", pointer: str = "") -> CallError | None:
    """A failure that is told in words alone, under `key`."""
    words, kind = text(chunk.get(key)), text(chunk.get("error_type"))
    if words is None:
        return None
    return CallError(
        type=kind, code=None, message=words, in_stream=True, raw=chunk, pointer=pointer, event_index=number
    )


# --- version 2 -------------------------------------------------------------------------------------------------------


def _block(blocks: dict[int, Block], chunk: Object, number: int) -> Block:
    index = index_of(chunk.get("index"), 0)
    if index not in blocks:
        blocks[index] = Block(None, number)
    return blocks[index]


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
        stream.words.setdefault("tool_plan", []).append((number, "/delta/message", words))


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
    stream.fail(_bare_error(delta, number, "error", "/delta/error"))


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
EVENTS = frozenset(_HANDLERS) | {"debug"}


def _body(stream: _Stream, trace: Trace) -> Object:
    """The body of an answer of version 2, with its message where any of that has come."""
    message = stream.message
    _put_words(stream, "tool_plan", message, "/message", trace)
    if stream.contents:
        message["content"] = _wholes(stream.contents, "/message/content", "", trace)
    if stream.calls:
        message["tool_calls"] = _wholes(stream.calls, "/message/tool_calls", "function", trace)
    if stream.citations and message:
        message["citations"] = stream.citations
    return {**stream.top, "message": message} if message else stream.top


def _put_words(stream: _Stream, name: str, holder: Object, pointer: str, trace: Trace) -> None:
    runs = stream.words.get(name)
    if runs is not None:
        holder[name] = joined(runs)
        trace.note(f"{pointer}/{name}", runs, name)


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


def _line_start(stream: _Stream, chunk: Object, number: int) -> None:
    stream.top.update({key: value for key, value in chunk.items() if key not in ("event_type", "is_finished")})


def _line_of_text(stream: _Stream, chunk: Object, number: int) -> None:
    if type(chunk.get("text")) is str:
        stream.words.setdefault("text", []).append((number, "", chunk["text"]))


def _line_of_calls(stream: _Stream, chunk: Object, number: int) -> None:
    """All calls, before the end says them again."""
    if type(chunk.get("tool_calls")) is list:
        stream.top["tool_calls"] = chunk["tool_calls"]


def _line_of_citations(stream: _Stream, chunk: Object, number: int) -> None:
    stream.citations.extend(sequence(chunk.get("citations")))


def _line_end(stream: _Stream, chunk: Object, number: int) -> None:
    stream.ended = True
    stream.top.update(mapping(chunk.get("response")))
    if chunk.get("finish_reason"):
        stream.top["finish_reason"] = chunk["finish_reason"]


_LINES = {
    "stream-start": _line_start,
    "text-generation": _line_of_text,
    "citation-generation": _line_of_citations,
    "search-queries-generation": _nothing,
    "search-results": _nothing,
    "tool-calls-chunk": _nothing,
    "tool-calls-generation": _line_of_calls,
    "stream-end": _line_end,
}
LINES = frozenset(_LINES)


def _first_body(stream: _Stream, trace: Trace) -> Object:
    body = stream.top
    _put_words(stream, "text", body, "", trace)
    if stream.citations and not body.get("citations"):
        body["citations"] = stream.citations
    return body
