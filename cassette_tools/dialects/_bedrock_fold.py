"""ConverseStream, folded into the body of the same answer without streaming.

The name of an event is its frame's; Nova's own format, streamed by InvokeModel, has the event under its name instead.
Text and reasoning begin without a `contentBlockStart`; what a block is, its first delta says. Source: Amazon Bedrock
API reference, "ConverseStream".
"""

from __future__ import annotations

from cassette_tools.data.endpoints import UNKNOWN, provider_for
from cassette_tools.decoding.errors import error_in, failure_in, is_failure
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import Folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import CallError, Event, Json

    Merge = dict[str, Json]

EVENTS = frozenset(
    ("messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata")
)
METRICS = "amazon-bedrock-invocationMetrics"


class _Block:
    """A content block in the making: its kind (``""`` until something says it), and its strings."""

    __slots__ = ("citations", "closed", "kind", "runs", "start", "wholes")

    def __init__(self) -> None:
        self.kind = ""
        self.start: Merge = {}
        self.runs: dict[str, Runs] = {}
        self.citations: list[Json] = []
        self.wholes: list[Json] = []
        self.closed = False


class _Stream:
    """A stream in the making."""

    __slots__ = ("blocks", "body", "error", "others", "role", "started", "stopped")

    def __init__(self) -> None:
        self.body: Merge = {}
        self.role: Json = None
        self.blocks: dict[int, _Block] = {}
        self.others: list[Json] = []  # events that no handler knows
        self.started = False
        self.stopped = False
        self.error: CallError | None = None

    def block(self, payload: Merge) -> _Block:
        """The block that an event speaks of."""
        index = payload.get("contentBlockIndex")
        index = index if type(index) is int else max(self.blocks, default=0)
        block = self.blocks.get(index)
        if block is None:
            block = self.blocks[index] = _Block()
        return block


def provider_of(url: str, body: Json) -> str:
    """The provider's name; where a recorder kept only the path, that of those whose path it is."""
    found = provider_for(url, body)
    return "aws.bedrock" if found == UNKNOWN else found


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        payload, name, where = event.json, event.event or "", ""
        if type(payload) is not dict:
            stream.error = stream.error or failure_in(event, number)
            continue
        if name not in EVENTS:
            inner = next((key for key in payload if key in EVENTS), None)
            if inner is not None and type(payload[inner]) is dict:
                for key, value in payload.items():  # Amazon's measures, and what a guardrail found
                    if key != inner:
                        stream.body[key] = value
                payload, name, where = payload[inner], inner, f"/{inner}"
        handler = _HANDLERS.get(name)
        if handler is not None:
            handler(stream, payload, number, where)
        elif is_failure(name) or payload.get("error"):
            stream.error = stream.error or failure_in(event, number) or error_in(payload, event_index=number)
        elif METRICS in payload:
            stream.body[METRICS] = payload[METRICS]
        else:
            stream.others.append({name: payload} if name else payload)
    if stream.others:
        stream.body["events"] = stream.others
    trace = Trace()
    body = stream.body
    if stream.started or stream.blocks:
        pointer = "/output/message/content"
        blocks = _as_one(stream.blocks)
        content = [_folded(block, f"{pointer}/{place}", trace) for place, block in enumerate(blocks)]
        body["output"] = {"message": {"role": stream.role or "assistant", "content": content}}
    cut = None
    if not stream.stopped and stream.error is None:
        still = [str(index) for index, block in sorted(stream.blocks.items()) if not block.closed]
        cut = f"block {' and '.join(still)} is still open and there is no messageStop" if still else "no messageStop"
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=stream.error)


def _message_start(stream: _Stream, payload: Merge, number: int, where: str) -> None:
    stream.started = True
    stream.role = payload.get("role")


def _block_start(stream: _Stream, payload: Merge, number: int, where: str) -> None:
    block = stream.block(payload)
    for kind, start in mapping(payload.get("start")).items():
        block.kind = kind
        if type(start) is dict:
            block.start.update(start)


def _delta(stream: _Stream, payload: Merge, number: int, where: str) -> None:
    block = stream.block(payload)
    here = f"{where}/delta"
    for kind, value in mapping(payload.get("delta")).items():
        if kind == "text" and type(value) is str:
            block.kind = block.kind or "text"
            block.runs.setdefault("text", []).append((number, here, value))
        elif kind == "citation":
            block.citations.append(value)
        elif kind in ("toolUse", "reasoningContent") and type(value) is dict:
            block.kind = block.kind or kind
            for name, words in value.items():
                if name == "signature":
                    block.start[name] = words
                elif type(words) is str:
                    block.runs.setdefault(name, []).append((number, f"{here}/{kind}", words))
                else:
                    block.start[name] = words
        else:
            block.kind = block.kind or kind
            block.wholes.extend(value if type(value) is list else [value])


def _block_stop(stream: _Stream, payload: Merge, number: int, where: str) -> None:
    stream.block(payload).closed = True


def _message_stop(stream: _Stream, payload: Merge, number: int, where: str) -> None:
    stream.stopped = True
    for key, value in payload.items():
        if key != "p":
            stream.body[key] = value


def _metadata(stream: _Stream, payload: Merge, number: int, where: str) -> None:
    for key, value in payload.items():
        if key != "p":
            stream.body[key] = value


_HANDLERS = {
    "messageStart": _message_start,
    "contentBlockStart": _block_start,
    "contentBlockDelta": _delta,
    "contentBlockStop": _block_stop,
    "messageStop": _message_stop,
    "metadata": _metadata,
}


def _as_one(blocks: dict[int, _Block]) -> list[_Block]:
    """The blocks in their order, and as one those of a text that Nova cuts into many: it ends a block after each piece
    (seen in 2025), where without streaming it has one.
    """
    ordered: list[_Block] = []
    before: _Block | None = None
    for index in sorted(blocks):
        block = blocks[index]
        is_text = block.kind == "text" and not block.citations and "text" in block.runs
        if is_text and before is not None and before.closed and len(before.runs["text"]) == 1:
            ordered[-1].runs["text"].extend(block.runs["text"])
        else:
            ordered.append(block)
        before = block if is_text else None
    return ordered


def _folded(block: _Block, pointer: str, trace: Trace) -> Merge:
    """The block as an answer without streaming has it. The input of a call that does not parse stays a string."""
    if block.kind == "toolUse":
        runs = block.runs.get("input", [])
        trace.note(f"{pointer}/toolUse/input", runs, "input")
        words = joined(runs)
        return {"toolUse": {**block.start, "input": _parsed(words) if words else {}}}
    if block.kind == "reasoningContent":
        if "redactedContent" in block.runs:
            trace.note(f"{pointer}/reasoningContent/redactedContent", block.runs["redactedContent"], "redactedContent")
            return {"reasoningContent": {"redactedContent": joined(block.runs["redactedContent"])}}
        told: Merge = {"text": joined(block.runs.get("text", []))}
        if "text" in block.runs:
            trace.note(f"{pointer}/reasoningContent/reasoningText/text", block.runs["text"], "text")
        return {"reasoningContent": {"reasoningText": {**told, **block.start}}}
    if block.kind == "toolResult":
        return {"toolResult": {**block.start, "content": block.wholes}}
    runs = block.runs.get("text", [])
    if block.citations:
        trace.note(f"{pointer}/citationsContent/content/0/text", runs, "text")
        return {"citationsContent": {"content": [{"text": joined(runs)}], "citations": block.citations}}
    if block.kind in ("", "text"):
        trace.note(f"{pointer}/text", runs, "text")
        return {"text": joined(runs)}
    return {block.kind: {**block.start, "deltas": block.wholes} if block.wholes else block.start}


def _parsed(words: str) -> Json:
    from json import loads

    try:
        return loads(words)
    except (ValueError, RecursionError):
        return words
