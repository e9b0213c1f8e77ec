"""Streams as servers may send them: any pieces, gaps between indexes, parts in any order, members left out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

Draw = st.DrawFn
Piece = tuple[str, int, Any]  # its kind, which of its kind, and what it says

WORDS = st.text(max_size=4)
COUNT = st.none() | st.integers(0, 9)
INDEXES = st.lists(st.integers(0, 4), min_size=1, max_size=3, unique=True)
ARGUMENTS = st.dictionaries(st.text(max_size=2), st.integers(0, 9) | st.text(max_size=2), max_size=2)


def members(**given: Any) -> dict[str, Any]:
    """An object without the members that have no value."""
    return {key: value for key, value in given.items() if value is not None}


def cut(draw: Draw, words: str) -> list[str]:
    """A text in pieces; an empty one may be among them."""
    cuts = sorted(draw(st.lists(st.integers(0, len(words)), max_size=3)))
    return [words[start:end] for start, end in zip([0, *cuts], [*cuts, len(words)], strict=True)]


def interleaved(draw: Draw, rows: list[list[Any]]) -> list[Any]:
    """All of the rows, each in its order."""
    order = draw(st.permutations([number for number, row in enumerate(rows) for _ in row]))
    waiting = [iter(row) for row in rows]
    return [next(waiting[number]) for number in order]


def spoken(draw: Draw) -> list[str]:
    return draw(st.lists(WORDS, min_size=1, max_size=3))


def arguments(draw: Draw) -> list[str]:
    """The arguments of a call in pieces."""
    return cut(draw, json.dumps(draw(ARGUMENTS), ensure_ascii=draw(st.booleans())))


# --- OpenAI ----------------------------------------------------------------------------------------------------------


@st.composite
def openai_chat(draw: Draw) -> list[Any]:
    indexes = draw(INDEXES)
    rows = []
    for index in indexes:
        deltas = interleaved(draw, _chat_rows(draw))
        said = [{"index": index, "delta": each} for each in deltas]
        last = {"index": index, "finish_reason": draw(st.sampled_from(("stop", "length")))}
        rows.append([*said, last | draw(st.sampled_from(({}, {"delta": {}}, {"delta": {"content": ""}})))])
    chunks = _chat_chunks(draw, interleaved(draw, rows))
    if indexes == [0] and draw(st.booleans()):
        for chunk in chunks:
            del chunk["choices"][0]["index"]
    counts = members(prompt_tokens=draw(COUNT), completion_tokens=draw(COUNT))
    if counts and draw(st.booleans()):
        chunks.append({"choices": [], "usage": counts})
    elif counts:
        chunks[-1]["usage"] = counts
    return [{"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m", **chunk} for chunk in chunks]


def _chat_chunks(draw: Draw, choices: list[Any]) -> list[dict[str, Any]]:
    """Each choice alone, or beside the one before where that is of another index."""
    chunks: list[Any] = []
    for choice in choices:
        if chunks and choice["index"] not in [each["index"] for each in chunks[-1]["choices"]] and draw(st.booleans()):
            chunks[-1]["choices"].append(choice)
        else:
            chunks.append({"choices": [choice]})
    return chunks


def _chat_rows(draw: Draw) -> list[list[Any]]:
    """The deltas of the words, of the thoughts, and of each call."""
    beside = draw(st.sampled_from(({}, {"role": "assistant"}, {"refusal": None, "tool_calls": None})))
    thought = draw(st.sampled_from(("reasoning", "reasoning_content")))
    rows = [[{"content": words, **beside} for words in spoken(draw)], [{thought: words} for words in spoken(draw)]]
    for index in draw(INDEXES):
        first, *more = arguments(draw)
        repeated = draw(st.sampled_from(({}, {"id": None}, {"id": f"call_{index}"}, {"id": ""})))
        function = {"name": f"tool_{index}", "arguments": first}
        row = [{"index": index, "id": f"call_{index}", "type": "function", "function": function}]
        row += [{"index": index, "function": {"arguments": words}, **repeated} for words in more]
        rows.append([{"tool_calls": [each]} for each in row])
    return rows


@st.composite
def openai_responses(draw: Draw) -> list[Any]:
    rows, items = [], {}
    for index in sorted(draw(INDEXES)):
        row, item = draw(st.sampled_from((_message, _thought, _call)))(draw, index)
        ends = [{"type": "response.output_item.done", "output_index": index, "item": item}]
        items[index] = item
        rows.append(row + ends * draw(st.booleans()))
    counts = members(input_tokens=draw(COUNT), output_tokens=draw(COUNT))
    response = members(id="resp_1", object="response", status="completed", usage=counts or None)
    if draw(st.booleans()):
        response["output"] = list(items.values())
    created = {"type": "response.created", "response": {"id": "resp_1", "object": "response", "status": "in_progress"}}
    ended = {"type": "response.completed", "response": response}
    return [created, *interleaved(draw, rows), ended]


def _parts(draw: Draw, index: int, kind: str, key: str) -> tuple[list[Any], list[str]]:
    """The pieces of the parts of an item, whose numbers may leave some out, and each part whole."""
    rows, wholes = [], []
    for part in sorted(draw(INDEXES)):
        pieces = spoken(draw)
        wholes.append("".join(pieces))
        where = {"output_index": index, key: part}
        row = [{"type": f"response.{kind}.delta", **where, "delta": words} for words in pieces]
        rows.append(row + [{"type": f"response.{kind}.done", **where, "text": wholes[-1]}] * draw(st.booleans()))
    return interleaved(draw, rows), wholes


def _added(index: int, item: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "response.output_item.added", "output_index": index, "item": item}]


def _message(draw: Draw, index: int) -> tuple[list[Any], dict[str, Any]]:
    events, wholes = _parts(draw, index, "output_text", "content_index")
    item = {"id": f"msg_{index}", "type": "message", "role": "assistant"}
    content = [{"type": "output_text", "text": words, "annotations": []} for words in wholes]
    return _added(index, {**item, "content": []}) * draw(st.booleans()) + events, {**item, "content": content}


def _thought(draw: Draw, index: int) -> tuple[list[Any], dict[str, Any]]:
    events, wholes = _parts(draw, index, "reasoning_summary_text", "summary_index")
    item = {"id": f"rs_{index}", "type": "reasoning"}
    summary = [{"type": "summary_text", "text": words} for words in wholes]
    return _added(index, {**item, "summary": []}) * draw(st.booleans()) + events, {**item, "summary": summary}


def _call(draw: Draw, index: int) -> tuple[list[Any], dict[str, Any]]:
    pieces = arguments(draw)
    item = {"id": f"fc_{index}", "type": "function_call", "call_id": f"call_{index}", "name": f"tool_{index}"}
    kind = "response.function_call_arguments"
    events = [{"type": f"{kind}.delta", "output_index": index, "delta": words} for words in pieces]
    whole = {**item, "arguments": "".join(pieces)}
    if draw(st.booleans()):
        events.append({"type": f"{kind}.done", "output_index": index, "arguments": whole["arguments"]})
    return _added(index, {**item, "arguments": ""}) + events, whole


# --- blocks by index: Anthropic, Converse, Cohere --------------------------------------------------------------------

BLOCKS = st.sampled_from(("text", "thinking", "tool"))


def _pieces(draw: Draw, kind: str) -> list[str]:
    return arguments(draw) if kind == "tool" else spoken(draw)


@st.composite
def anthropic_messages(draw: Draw) -> list[Any]:
    rows = [_anthropic_block(draw, index, draw(BLOCKS)) for index in draw(INDEXES)]
    given = members(input_tokens=draw(COUNT), cache_read_input_tokens=draw(COUNT), output_tokens=draw(COUNT))
    made = members(output_tokens=draw(COUNT), cache_read_input_tokens=draw(COUNT))
    message = members(id="msg_1", type="message", role="assistant", model="m", content=[], usage=given or None)
    ended = {"type": "message_delta", "delta": {"stop_reason": draw(st.sampled_from(("end_turn", "tool_use")))}}
    ended |= members(usage=made or None)
    pings = [{"type": "ping"}] * draw(st.integers(0, 2))
    middle = interleaved(draw, [*rows, pings])
    return [{"type": "message_start", "message": message}, *middle, ended, {"type": "message_stop"}]


def _anthropic_block(draw: Draw, index: int, kind: str) -> list[Any]:
    start, delta, key = {
        "text": ({"type": "text", "text": draw(WORDS)}, "text_delta", "text"),
        "thinking": ({"type": "thinking", "thinking": draw(WORDS)}, "thinking_delta", "thinking"),
        "tool": (
            {"type": "tool_use", "id": f"toolu_{index}", "name": f"tool_{index}", "input": {}},
            "input_json_delta",
            "partial_json",
        ),
    }[kind]
    begin = [{"type": "content_block_start", "index": index, "content_block": start}]
    if kind != "tool":
        begin *= draw(st.booleans())
    pieces = [
        {"type": "content_block_delta", "index": index, "delta": {"type": delta, key: words}}
        for words in _pieces(draw, kind)
    ]
    return begin + pieces + [{"type": "content_block_stop", "index": index}] * draw(st.booleans())


@st.composite
def bedrock_converse(draw: Draw) -> list[Any]:
    rows = [_converse_block(draw, index, draw(BLOCKS)) for index in draw(INDEXES)]
    usage = members(inputTokens=draw(COUNT), outputTokens=draw(COUNT), cacheReadInputTokens=draw(COUNT))
    events = [("messageStart", {"role": "assistant"}), *interleaved(draw, rows), ("messageStop", {"stopReason": "end_turn"})]  # fmt: skip
    if usage:
        events.append(("metadata", {"usage": usage}))
    return [{name: payload} for name, payload in events]


def _converse_block(draw: Draw, index: int, kind: str) -> list[tuple[str, Any]]:
    where = {"contentBlockIndex": index}
    begin = {"start": {"toolUse": {"toolUseId": f"tooluse_{index}", "name": f"tool_{index}"}}, **where}
    deltas = {
        "text": lambda words: {"text": words},
        "thinking": lambda words: {"reasoningContent": {"text": words}},
        "tool": lambda words: {"toolUse": {"input": words}},
    }
    pieces = [("contentBlockDelta", {"delta": deltas[kind](words), **where}) for words in _pieces(draw, kind)]
    start = [("contentBlockStart", begin)] if kind == "tool" else []
    return start + pieces + [("contentBlockStop", where)] * draw(st.booleans())


@st.composite
def cohere_chat(draw: Draw) -> list[Any]:
    rows = [_cohere_block(draw, index, draw(st.sampled_from(("text", "thinking")))) for index in draw(INDEXES)]
    rows += [_cohere_call(draw, index) for index in draw(st.just([]) | INDEXES)]
    plan = [{"type": "tool-plan-delta", "delta": {"message": {"tool_plan": words}}} for words in spoken(draw)]
    rows.append(plan * draw(st.booleans()))
    tokens = members(input_tokens=draw(COUNT), output_tokens=draw(COUNT))
    ended = members(finish_reason="COMPLETE", usage={"tokens": tokens} if tokens else None)
    start = {"type": "message-start", "id": "1", "delta": {"message": {"role": "assistant"}}}
    return [start, *interleaved(draw, rows), {"type": "message-end", "delta": ended}]


def _cohere_block(draw: Draw, index: int, kind: str) -> list[Any]:
    first, *more = spoken(draw)
    start = {"type": "content-start", "index": index, "delta": {"message": {"content": {"type": kind, kind: first}}}}
    row = [
        {"type": "content-delta", "index": index, "delta": {"message": {"content": {kind: words}}}} for words in more
    ]
    return [start, *row] + [{"type": "content-end", "index": index}] * draw(st.booleans())


def _cohere_call(draw: Draw, index: int) -> list[Any]:
    first, *more = arguments(draw)
    function = {"name": f"tool_{index}", "arguments": first}
    calls: list[Any] = [{"id": f"tool_{index}", "type": "function", "function": function}]
    calls += [{"function": {"arguments": words}} for words in more]
    kinds = ["tool-call-start"] + ["tool-call-delta"] * len(more)
    row = [
        {"type": kind, "index": index, "delta": {"message": {"tool_calls": call}}}
        for kind, call in zip(kinds, calls, strict=True)
    ]
    return row + [{"type": "tool-call-end", "index": index}] * draw(st.booleans())


# --- whole parts in every chunk: Gemini, Ollama ----------------------------------------------------------------------


@st.composite
def gemini(draw: Draw) -> list[Any]:
    indexes = draw(INDEXES)
    rows = []
    for index in indexes:
        row = [_gemini_candidate(draw, index) for _ in range(draw(st.integers(1, 4)))]
        row[-1]["finishReason"] = draw(st.sampled_from(("STOP", "MAX_TOKENS")))
        rows.append(row)
    chunks: list[Any] = [{"candidates": [each]} for each in interleaved(draw, rows)]
    if indexes == [0] and draw(st.booleans()):
        for chunk in chunks:
            del chunk["candidates"][0]["index"]
    for chunk in chunks:
        counts = members(promptTokenCount=draw(COUNT), candidatesTokenCount=draw(COUNT), thoughtsTokenCount=draw(COUNT))
        if counts and draw(st.booleans()):
            chunk["usageMetadata"] = {**counts, "totalTokenCount": sum(counts.values())}
    return [{"responseId": "1", "modelVersion": "m", **chunk} for chunk in chunks]


def _gemini_candidate(draw: Draw, index: int) -> dict[str, Any]:
    parts = draw(st.lists(_GEMINI_PARTS, max_size=3))
    content = draw(st.sampled_from(({"role": "model"}, {})))
    return {"index": index, "content": {**content, **({"parts": parts} if parts else {})}}


_GEMINI_PARTS = (
    st.builds(lambda words: {"text": words}, WORDS)
    | st.builds(lambda words: {"text": words, "thought": True}, WORDS)
    | st.builds(lambda words: {"text": words, "thought": False}, WORDS)
    | st.builds(lambda name, given: {"functionCall": {"name": name, "args": given}}, st.sampled_from("ab"), ARGUMENTS)
    | st.builds(lambda name: {"functionCall": {"name": name}}, st.sampled_from("ab"))
)


@st.composite
def ollama_chat(draw: Draw) -> list[Any]:
    lines = [
        {"message": members(role="assistant", content=draw(WORDS), thinking=draw(st.none() | WORDS), tool_calls=calls)}
        for calls in draw(st.lists(st.none() | st.lists(_OLLAMA_CALLS, min_size=1, max_size=2), min_size=1, max_size=4))
    ]
    counts = members(prompt_eval_count=draw(COUNT), eval_count=draw(COUNT))
    last = {**lines.pop(), "done_reason": "stop", "done": True, **counts}
    return [{"model": "m", **line} for line in [*({**each, "done": False} for each in lines), last]]


_OLLAMA_CALLS = st.builds(
    lambda name, given: {"function": {"name": name, "arguments": given}}, st.sampled_from("ab"), ARGUMENTS
)


@st.composite
def ollama_generate(draw: Draw) -> list[Any]:
    lines = [members(response=draw(WORDS), thinking=draw(st.none() | WORDS)) for _ in range(draw(st.integers(1, 4)))]
    counts = members(prompt_eval_count=draw(COUNT), eval_count=draw(COUNT))
    last = {"response": "", "done_reason": draw(st.sampled_from(("stop", "length"))), "done": True, **counts}
    return [{"model": "m", **line} for line in [*({**each, "done": False} for each in lines), last]]


@st.composite
def openai_completions(draw: Draw) -> list[Any]:
    indexes = draw(INDEXES)
    ends = st.sampled_from(({"text": ""}, {}))
    rows = [
        [
            *({"index": index, "text": words, "finish_reason": None} for words in spoken(draw)),
            {"index": index, **draw(ends), "finish_reason": "length"},
        ]
        for index in indexes
    ]
    chunks: list[Any] = _chat_chunks(draw, interleaved(draw, rows))
    counts = members(prompt_tokens=draw(COUNT), completion_tokens=draw(COUNT))
    chunks[-1] |= members(usage=counts or None)
    return [{"id": "cmpl-1", "object": "text_completion", "model": "m", **chunk} for chunk in chunks]


# By dialect: its streams, and how they are framed.
STREAMS: dict[str, tuple[st.SearchStrategy[list[Any]], str]] = {
    "openai.chat": (openai_chat(), "sse"),
    "openai.responses": (openai_responses(), "sse"),
    "anthropic.messages": (anthropic_messages(), "sse"),
    "gemini.generate_content": (gemini(), "sse"),
    "bedrock.converse": (bedrock_converse(), "eventstream"),
    "cohere.chat": (cohere_chat(), "sse"),
    "ollama.chat": (ollama_chat(), "ndjson"),
    "ollama.generate": (ollama_generate(), "ndjson"),
    "openai.completions": (openai_completions(), "sse"),
}
