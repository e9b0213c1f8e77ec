"""Invented exchanges with models: what a call says, and how each API has it on the wire, whole or as a stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = "get_weather"


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked and answered, before any API words it. `stamp` makes the ids, `city` is the argument of the tool
    that is called ("" for none), `result` what it gave back in the call before.
    """

    model: str
    prompt: str
    words: tuple[str, ...]
    stamp: str
    seconds: int  # since 1970
    streamed: bool
    city: str = ""
    result: str = ""
    has_tools: bool = False
    finish: str = "stop"
    tokens: tuple[int, int] = (0, 0)
    extra: Mapping[str, Json] | None = None  # fields that the provider added since

    @property
    def text(self) -> str:
        """The whole answer."""
        return " ".join(self.words)

    @property
    def arguments(self) -> dict[str, str]:
        """Those of the tool."""
        return {"city": self.city}

    def pieces(self, size: int = 4) -> Iterator[str]:
        """The answer in deltas."""
        for at in range(0, len(self.words), size):
            yield (" " if at else "") + " ".join(self.words[at : at + size])

    @property
    def answer(self) -> str:
        """The number in the id of the answer: that to the result of a tool is not the one that called it."""
        return self.stamp[::-1] if self.result else self.stamp


@dataclass(frozen=True, kw_only=True)
class Api:
    """An API: its address, who asks, the body of a request, the body of an answer or its events, and an error."""

    name: str
    url: Callable[[Call], str]
    user_agent: str
    asked: Callable[[Call], Json]
    whole: Callable[[Call], Json]
    events: Callable[[Call], Iterator[tuple[str, Json]]]  # the name of the event, "" for none
    error: Callable[[str], Json]
    done: str = ""
    ndjson: bool = False

    def answer(self, call: Call) -> str:
        """The body of the response."""
        if not call.streamed:
            return dumped(self.whole(call))
        if self.ndjson:
            return "".join(f"{dumped(event)}\n" for _name, event in self.events(call))
        named = (f"event: {name}\n" if name else "" for name, _event in self.events(call))
        body = (f"data: {dumped(event)}\n\n" for _name, event in self.events(call))
        return "".join(map(str.__add__, named, body)) + self.done

    def media_type(self, call: Call) -> str:
        """The ``Content-Type`` of the response."""
        if not call.streamed:
            return "application/json"
        return "application/x-ndjson" if self.ndjson else "text/event-stream"


def dumped(value: Json) -> str:
    """JSON as it travels."""
    return json.dumps(value, separators=(",", ":"))


def _only(**fields: Json) -> dict[str, Json]:
    """The fields that are there."""
    return {name: value for name, value in fields.items() if value not in (None, False, ())}


# --- OpenAI's chat completions ---------------------------------------------------------------------------------------

_CHAT_TOOLS = [{"type": "function", "function": {"name": TOOL, "parameters": PARAMETERS}}]


def _chat_asked(call: Call) -> Json:
    messages: list[Json] = [{"role": "user", "content": call.prompt}]
    if call.result:
        messages += [
            {"role": "assistant", "tool_calls": [_chat_tool_call(call)]},
            {"role": "tool", "tool_call_id": f"call_{call.stamp}", "content": call.result},
        ]
    stream = {"stream": True, "stream_options": {"include_usage": True}} if call.streamed else {}
    return {"model": call.model, "messages": messages, **_only(tools=call.has_tools and _CHAT_TOOLS), **stream}


def _chat_tool_call(call: Call) -> Json:
    function = {"name": TOOL, "arguments": dumped(call.arguments)}
    return {"id": f"call_{call.stamp}", "type": "function", "function": function}


def _chat_head(call: Call, kind: str) -> dict[str, Json]:
    stamp = {
        "id": f"chatcmpl-{call.answer}",
        "object": kind,
        "created": call.seconds,
        "model": f"{call.model}-2026-05-01",
    }
    return stamp | {"system_fingerprint": f"fp_{call.stamp[:10]}", **(call.extra or {})}


def _chat_usage(call: Call) -> Json:
    into, out = call.tokens
    return {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}


def _chat_whole(call: Call) -> Json:
    tools = [_chat_tool_call(call)] if call.city else None
    message = {"role": "assistant", "content": call.text or None, **_only(tool_calls=tools)}
    choice = {"index": 0, "message": message, "finish_reason": _CHAT_FINISH.get(call.finish, call.finish)}
    return {**_chat_head(call, "chat.completion"), "choices": [choice], "usage": _chat_usage(call)}


def _chat_events(call: Call) -> Iterator[tuple[str, Json]]:
    head = _chat_head(call, "chat.completion.chunk")

    def event(delta: Json, finish: str | None = None) -> tuple[str, Json]:
        return "", {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": None}

    yield event({"role": "assistant", "content": ""})
    for piece in call.pieces():
        yield event({"content": piece})
    if call.city:
        yield event({"tool_calls": [{"index": 0, **_chat_tool_call(call)}]})
    yield event({}, _CHAT_FINISH.get(call.finish, call.finish))
    yield "", {**head, "choices": [], "usage": _chat_usage(call)}


_CHAT_FINISH = {"tool_call": "tool_calls"}


# --- OpenAI's responses ----------------------------------------------------------------------------------------------


def _responses_asked(call: Call) -> Json:
    given: list[Json] = [{"role": "user", "content": call.prompt}]
    if call.result:
        given += [
            _responses_tool_call(call),
            {"type": "function_call_output", "call_id": f"call_{call.stamp}", "output": call.result},
        ]
    tools = [{"type": "function", "name": TOOL, "parameters": PARAMETERS, "strict": False}]
    return {"model": call.model, "input": given, **_only(tools=call.has_tools and tools, stream=call.streamed)}


def _responses_tool_call(call: Call) -> Json:
    return {
        "type": "function_call",
        "id": f"fc_{call.stamp}",
        "call_id": f"call_{call.stamp}",
        "name": TOOL,
        "arguments": dumped(call.arguments),
        "status": "completed",
    }


def _responses_item(call: Call) -> Json:
    if call.city:
        return _responses_tool_call(call)
    content = [{"type": "output_text", "text": call.text, "annotations": []}]
    return {
        "type": "message",
        "id": f"msg_{call.answer}",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def _responses_whole(call: Call) -> Json:
    into, out = call.tokens
    cut = call.finish == "length"
    return {
        "id": f"resp_{call.answer}",
        "object": "response",
        "created_at": call.seconds,
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "error": None,
        "model": f"{call.model}-2026-05-01",
        "output": [_responses_item(call)],
        **(call.extra or {}),
        "usage": {"input_tokens": into, "output_tokens": out, "total_tokens": into + out},
    }


def _responses_events(call: Call) -> Iterator[tuple[str, Json]]:
    whole, item = _responses_whole(call), _responses_item(call)
    number = 0

    def event(name: str, **fields: Json) -> tuple[str, Json]:
        nonlocal number
        number += 1
        return name, {"type": name, "sequence_number": number - 1, **fields}

    begun = whole | {"status": "in_progress", "incomplete_details": None, "output": [], "usage": None}
    yield event("response.created", response=begun)
    if call.city:
        empty = {"arguments": "", "status": "in_progress"}
        place = {"item_id": item["id"], "output_index": 0}
        yield event("response.output_item.added", output_index=0, item=item | empty)
        yield event("response.function_call_arguments.delta", **place, delta=item["arguments"])
        yield event("response.function_call_arguments.done", **place, arguments=item["arguments"])
    else:
        place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        part = {"type": "output_text", "text": "", "annotations": []}
        yield event("response.output_item.added", output_index=0, item=item | {"content": [], "status": "in_progress"})
        yield event("response.content_part.added", **place, part=part)
        for piece in call.pieces():
            yield event("response.output_text.delta", **place, delta=piece)
        yield event("response.output_text.done", **place, text=call.text)
        yield event("response.content_part.done", **place, part=part | {"text": call.text})
    yield event("response.output_item.done", output_index=0, item=item)
    yield event("response.incomplete" if call.finish == "length" else "response.completed", response=whole)


# --- Anthropic's messages --------------------------------------------------------------------------------------------

_ANTHROPIC_FINISH = {"stop": "end_turn", "length": "max_tokens", "tool_call": "tool_use"}


def _anthropic_asked(call: Call) -> Json:
    messages: list[Json] = [{"role": "user", "content": call.prompt}]
    if call.result:
        result = {"type": "tool_result", "tool_use_id": f"toolu_{call.stamp}", "content": call.result}
        messages += [
            {"role": "assistant", "content": [_anthropic_block(call)]},
            {"role": "user", "content": [result]},
        ]
    tools = [{"name": TOOL, "input_schema": PARAMETERS}]
    more = _only(tools=call.has_tools and tools, stream=call.streamed)
    return {"model": call.model, "max_tokens": 1024, "messages": messages, **more}


def _anthropic_block(call: Call) -> Json:
    if call.city:
        return {"type": "tool_use", "id": f"toolu_{call.stamp}", "name": TOOL, "input": call.arguments}
    return {"type": "text", "text": call.text}


def _anthropic_whole(call: Call) -> Json:
    into, out = call.tokens
    return {
        "id": f"msg_{call.answer}",
        "type": "message",
        "role": "assistant",
        "model": f"{call.model}-20260501",
        "content": [_anthropic_block(call)],
        "stop_reason": _ANTHROPIC_FINISH[call.finish],
        "stop_sequence": None,
        **(call.extra or {}),
        "usage": {"input_tokens": into, "output_tokens": out},
    }


def _anthropic_events(call: Call) -> Iterator[tuple[str, Json]]:
    whole, block = _anthropic_whole(call), _anthropic_block(call)

    def event(name: str, **fields: Json) -> tuple[str, Json]:
        return name, {"type": name, **fields}

    begun = whole | {"content": [], "stop_reason": None, "usage": whole["usage"] | {"output_tokens": 1}}
    yield event("message_start", message=begun)
    empty: Json = {"input": {}} if call.city else {"text": ""}
    yield event("content_block_start", index=0, content_block=block | empty)
    if call.city:
        delta = {"type": "input_json_delta", "partial_json": dumped(call.arguments)}
        yield event("content_block_delta", index=0, delta=delta)
    else:
        for piece in call.pieces():
            yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield event("message_delta", delta=end, usage={"output_tokens": call.tokens[1]})
    yield event("message_stop")


# --- Gemini ----------------------------------------------------------------------------------------------------------

_GEMINI_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "tool_call": "STOP"}


def _gemini_url(call: Call) -> str:
    way = "streamGenerateContent?alt=sse" if call.streamed else "generateContent"
    return f"https://generativelanguage.googleapis.com/v1beta/models/{call.model}:{way}"


def _gemini_asked(call: Call) -> Json:
    contents: list[Json] = [{"role": "user", "parts": [{"text": call.prompt}]}]
    if call.result:
        result = {"functionResponse": {"name": TOOL, "response": {"result": call.result}}}
        contents += [{"role": "model", "parts": [_gemini_call(call)]}, {"role": "user", "parts": [result]}]
    tools = [{"functionDeclarations": [{"name": TOOL, "parametersJsonSchema": PARAMETERS}]}]
    return {"contents": contents, **_only(tools=call.has_tools and tools)}


def _gemini_call(call: Call) -> Json:
    return {"functionCall": {"name": TOOL, "args": call.arguments}}


def _gemini_piece(call: Call, part: Json, finish: str | None) -> Json:
    into, out = call.tokens
    candidate = {"content": {"parts": [part], "role": "model"}, **_only(finishReason=finish), "index": 0}
    usage = {"promptTokenCount": into, "candidatesTokenCount": out, "totalTokenCount": into + out}
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": call.model,
        "responseId": call.answer,
        **(call.extra or {}),
    }


def _gemini_whole(call: Call) -> Json:
    return _gemini_piece(call, _gemini_call(call) if call.city else {"text": call.text}, _GEMINI_FINISH[call.finish])


def _gemini_events(call: Call) -> Iterator[tuple[str, Json]]:
    *before, last = [_gemini_call(call)] if call.city else [{"text": piece} for piece in call.pieces(8)]
    for part in before:
        yield "", _gemini_piece(call, part, None)
    yield "", _gemini_piece(call, last, _GEMINI_FINISH[call.finish])


# --- Ollama ----------------------------------------------------------------------------------------------------------


def _ollama_asked(call: Call) -> Json:
    messages: list[Json] = [{"role": "user", "content": call.prompt}]
    if call.result:
        messages += [{"role": "assistant", "tool_calls": [_ollama_tool_call(call)]}]
        messages += [{"role": "tool", "tool_name": TOOL, "content": call.result}]
    return {
        "model": call.model,
        "messages": messages,
        **_only(tools=call.has_tools and _CHAT_TOOLS),
        "stream": call.streamed,
    }


def _ollama_tool_call(call: Call) -> Json:
    return {"function": {"name": TOOL, "arguments": call.arguments}}


def _ollama_piece(call: Call, text: str, *, done: bool) -> Json:
    message = {"role": "assistant", "content": text, **_only(tool_calls=call.city and [_ollama_tool_call(call)])}
    into, out = call.tokens
    done_reason = call.finish.replace("tool_call", "stop")
    counts: dict[str, Json] = {"done_reason": done_reason, "prompt_eval_count": into, "eval_count": out}
    head = {"model": call.model, "created_at": "2026-05-01T10:00:00Z", "message": message, **(call.extra or {})}
    return {**head, "done": done, **(counts if done else {})}


def _ollama_events(call: Call) -> Iterator[tuple[str, Json]]:
    for piece in () if call.city else call.pieces():
        yield "", _ollama_piece(call, piece, done=False)
    yield "", _ollama_piece(call, "", done=True)


# --- all of them -----------------------------------------------------------------------------------------------------

APIS = {
    api.name: api
    for api in (
        Api(
            name="openai",
            url=lambda _call: "https://api.openai.com/v1/chat/completions",
            user_agent="OpenAI/Python 3.54.0",
            asked=_chat_asked,
            whole=_chat_whole,
            events=_chat_events,
            error=lambda text: {"error": {"message": text, "type": "server_error", "param": None, "code": None}},
            done="data: [DONE]\n\n",
        ),
        Api(
            name="responses",
            url=lambda _call: "https://api.openai.com/v1/responses",
            user_agent="OpenAI/Go 3.8.0",
            asked=_responses_asked,
            whole=_responses_whole,
            events=_responses_events,
            error=lambda text: {"error": {"message": text, "type": "server_error", "param": None, "code": None}},
        ),
        Api(
            name="anthropic",
            url=lambda _call: "https://api.anthropic.com/v1/messages",
            user_agent="Anthropic/Go 2.4.0",
            asked=_anthropic_asked,
            whole=_anthropic_whole,
            events=_anthropic_events,
            error=lambda text: {"type": "error", "error": {"type": "overloaded_error", "message": text}},
        ),
        Api(
            name="gemini",
            url=_gemini_url,
            user_agent="google-genai-sdk/3.4.0 gl-python/3.12.1",
            asked=_gemini_asked,
            whole=_gemini_whole,
            events=_gemini_events,
            error=lambda text: {"error": {"code": 503, "message": text, "status": "UNAVAILABLE"}},
        ),
        Api(
            name="ollama",
            url=lambda _call: "http://localhost:11434/api/chat",
            user_agent="ollama-python/0.6.3 (x86_64 linux) Python/3.12.1",
            asked=_ollama_asked,
            whole=lambda call: _ollama_piece(call, call.text, done=True),
            events=_ollama_events,
            error=lambda text: {"error": text},
            ndjson=True,
        ),
    )
}
