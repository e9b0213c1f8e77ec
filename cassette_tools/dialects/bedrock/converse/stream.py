"""ConverseStream, folded into the body of the same answer without streaming.

The name of an event is its frame's; Nova's own format, streamed by InvokeModel, has the event under its name instead.
Text and reasoning begin without a `contentBlockStart`; what a block is, its first delta says. Source: Amazon Bedrock
API reference, "ConverseStream".
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_in, failure_in
from cassette_tools.decoding.streams import Stream, parsed
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.usage import METRICS
from cassette_tools.decoding.values import mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.streams import Block
    from cassette_tools.model import Event, Json, Object

_CONTENT = "/output/message/content"


class ConverseStream(Stream):
    """A stream in the making; `role` is that of its message once that has begun, `others` are the events that no
    handler knows.
    """

    __slots__ = ("begun", "others", "role")

    def __init__(self) -> None:
        super().__init__()
        self.begun = False
        self.role: Json = None
        self.others: list[Json] = []

    def add(self, event: Event, number: int) -> None:
        failure = failure_in(event, number)
        if type(event.json) is not dict:
            self.fail(failure)
            return
        name, payload, where = _unwrapped(self, event.event or "", event.json)
        handler = _HANDLERS.get(name)
        if handler is not None:
            handler(self, payload, number, where)
        elif failure is not None or payload.get("error"):
            self.fail(failure or error_in(payload, event_index=number))
        elif METRICS in payload:
            self.body[METRICS] = payload[METRICS]
        else:
            self.others.append({name: payload} if name else payload)


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = ConverseStream()
    for number, event in enumerate(events):
        stream.add(event, number)
    if stream.others:
        stream.body["events"] = stream.others
    trace = Trace()
    if stream.begun or stream.blocks:
        blocks = _as_one(stream.ordered())
        content = [_whole(block, f"{_CONTENT}/{place}", trace) for place, block in enumerate(blocks)]
        stream.body["output"] = {"message": {"role": stream.role or "assistant", "content": content}}
    return stream.folded(trace, "no messageStop", stop="messageStop")


def _unwrapped(stream: Stream, name: str, payload: Object) -> tuple[str, Object, str]:
    """The name of an event, what it says, and where in its JSON that stands; what stands beside it goes to the body
    (Amazon's measures, and what a guardrail found).
    """
    inner = None if name in EVENTS else next((key for key in payload if key in EVENTS), None)
    if inner is None or type(payload[inner]) is not dict:
        return name, payload, ""
    stream.body.update({key: value for key, value in payload.items() if key != inner})
    return inner, payload[inner], f"/{inner}"


def _message_start(stream: ConverseStream, payload: Object, number: int, where: str) -> None:
    stream.begun = True
    stream.role = payload.get("role")


def _block_start(stream: ConverseStream, payload: Object, number: int, where: str) -> None:
    block = stream.block(payload.get("contentBlockIndex"), number)
    for kind, start in mapping(payload.get("start")).items():
        block.kind = kind
        block.start.update(mapping(start))


def _delta(stream: ConverseStream, payload: Object, number: int, where: str) -> None:
    block = stream.block(payload.get("contentBlockIndex"), number)
    here = f"{where}/delta"
    for kind, value in mapping(payload.get("delta")).items():
        if kind == "citation":
            block.start.setdefault("citations", []).append(value)
            continue
        block.kind = block.kind or kind
        if kind == "text" and type(value) is str:
            block.append("text", value, number, here)
        elif kind in ("toolUse", "reasoningContent") and type(value) is dict:
            _object_delta(block, value, number, f"{here}/{kind}")
        else:
            block.unknown.extend(value if type(value) is list else [value])


def _object_delta(block: Block, delta: Object, number: int, where: str) -> None:
    """The strings of a call or of reasoning come in pieces, but for the signature."""
    for name, value in delta.items():
        if name != "signature" and type(value) is str:
            block.append(name, value, number, where)
        else:
            block.start[name] = value


def _block_stop(stream: ConverseStream, payload: Object, number: int, where: str) -> None:
    stream.block(payload.get("contentBlockIndex"), number).closed = True


def _message_stop(stream: ConverseStream, payload: Object, number: int, where: str) -> None:
    stream.ended = True
    _metadata(stream, payload, number, where)


def _metadata(stream: ConverseStream, payload: Object, number: int, where: str) -> None:
    """Members of the body; `p` is padding, which hides how long an event is."""
    stream.body.update({key: value for key, value in payload.items() if key != "p"})


_HANDLERS = {
    "messageStart": _message_start,
    "contentBlockStart": _block_start,
    "contentBlockDelta": _delta,
    "contentBlockStop": _block_stop,
    "messageStop": _message_stop,
    "metadata": _metadata,
}


EVENTS = frozenset(_HANDLERS)


def _as_one(blocks: list[Block]) -> list[Block]:
    """The blocks, and as one those of a text that Nova cuts into many: it ends a block after each piece (seen in
    2025), where without streaming it has one.
    """
    ordered: list[Block] = []
    before: Block | None = None
    for block in blocks:
        is_text = block.kind == "text" and "citations" not in block.start and "text" in block.runs
        if is_text and before is not None and before.closed and len(before.runs["text"]) == 1:
            ordered[-1].runs["text"].extend(block.runs["text"])
        else:
            ordered.append(block)
        before = block if is_text else None
    return ordered


def _whole(block: Block, pointer: str, trace: Trace) -> Object:
    """The block as an answer without streaming has it."""
    return _WHOLES.get(block.kind, _other)(block, pointer, trace)


def _words(block: Block, name: str, pointer: str, trace: Trace) -> str:
    """The string `name` of a block, which will stand at `pointer`; an empty one where no piece of it came."""
    runs = block.runs.get(name, [])
    trace.note(pointer, runs, name)
    return joined(runs)


def _text(block: Block, pointer: str, trace: Trace) -> Object:
    citations = block.start.get("citations")
    if citations:
        words = _words(block, "text", f"{pointer}/citationsContent/content/0/text", trace)
        return {"citationsContent": {"content": [{"text": words}], "citations": citations}}
    return {"text": _words(block, "text", f"{pointer}/text", trace)}


def _tool_use(block: Block, pointer: str, trace: Trace) -> Object:
    """The input of a call that does not parse stays a string."""
    words = _words(block, "input", f"{pointer}/toolUse/input", trace)
    return {"toolUse": {**block.start, "input": parsed(words) if words else {}}}


def _reasoning(block: Block, pointer: str, trace: Trace) -> Object:
    pointer = f"{pointer}/reasoningContent"
    if "redactedContent" in block.runs:
        hidden = _words(block, "redactedContent", f"{pointer}/redactedContent", trace)
        return {"reasoningContent": {"redactedContent": hidden}}
    words = _words(block, "text", f"{pointer}/reasoningText/text", trace)
    return {"reasoningContent": {"reasoningText": {"text": words, **block.start}}}


def _tool_result(block: Block, pointer: str, trace: Trace) -> Object:
    return {"toolResult": {**block.start, "content": block.unknown}}


def _other(block: Block, pointer: str, trace: Trace) -> Object:
    return {block.kind: {**block.start, "deltas": block.unknown} if block.unknown else block.start}


_WHOLES = {
    "": _text,
    "text": _text,
    "toolUse": _tool_use,
    "reasoningContent": _reasoning,
    "toolResult": _tool_result,
}
