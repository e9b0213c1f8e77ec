"""Recordings for the tests of drift: small conversations as go-vcr cassettes, with invented ids and texts."""

from __future__ import annotations

import copy
import json
import re

from cassette_tools.diff import compare
from cassette_tools.load import load_source
from cassette_tools.source import Source

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}},
    },
}
CALL = {
    "id": "call_Aa1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city": "Turin", "days": 2}'},
}


def question(*more, **settings):
    """A request: one question, then whatever was said after it."""
    return {
        "model": "gpt-9-mini",
        "max_tokens": 400,
        "messages": [
            {"role": "system", "content": "You answer briefly."},
            {"role": "user", "content": "How warm is it in Turin?"},
            *copy.deepcopy(list(more)),
        ],
        "tools": [copy.deepcopy(WEATHER)],
        **settings,
    }


def answer(content=None, calls=None, finish=None, usage=(50, 30), **more):
    """A response without streaming."""
    message = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = copy.deepcopy(calls)
    body = {
        "id": "chatcmpl-Zz9",
        "object": "chat.completion",
        "created": 1700000000,
        "model": "gpt-9-mini-2030-01-01",
        "choices": [{"index": 0, "message": message, "finish_reason": finish or ("tool_calls" if calls else "stop")}],
        **more,
    }
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return body


def chunks(*deltas, finish="stop", done=True):
    """A response as the data of server-sent events."""
    head = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini-2030"}
    events = [{**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    if finish:
        events.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    return [*map(json.dumps, events), *(["[DONE]"] if done else [])]


def exchange(request, response, *, status=200, agent="Example/1.0", url="https://api.openai.com/v1/chat/completions"):
    """One interaction as go-vcr writes it. A list is a stream, a string is the body as it is."""
    asked = request if isinstance(request, str) else json.dumps(request)
    if isinstance(response, list):
        body, kind = "".join(f"data: {line}\n\n" for line in response), "text/event-stream"
    else:
        body, kind = response if isinstance(response, str) else json.dumps(response), "application/json"
    return {
        "request": {
            "method": "POST",
            "url": url,
            "headers": {"Content-Type": ["application/json"], "User-Agent": [agent]},
            "body": asked,
            "content_length": len(asked.encode()),
        },
        "response": {
            "code": status,
            "status": "200 OK",
            "headers": {"Content-Type": [kind]},
            "body": body,
            "content_length": -1,
        },
    }


def recording(*exchanges, path="cassette.json"):
    """The exchanges as a `Recording`."""
    numbered = [{"id": number, **each} for number, each in enumerate(exchanges)]
    content = json.dumps({"version": 2, "interactions": numbered}).encode()
    return load_source(Source.from_bytes(content, path))


def conversation(first=None, second=None, *, call=None, result="18 C", **settings):
    """A question, the model's call of a tool, its result, and the answer."""
    call = call or CALL
    history = (
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": result},
    )
    return recording(
        exchange(question(**settings), first or answer(calls=[call])),
        exchange(question(*history, **settings), second or answer("It is 18 °C in Turin.")),
    )


def visible(old, new, **options):
    """The findings above noise, as (level, rule, path)."""
    report = compare(old, new, **options)
    return [(each.level, each.rule, each.path) for each in report.findings if each.level != "noise"]


def lines(old, new, **options):
    """The findings above noise, as (level, rule, message)."""
    report = compare(old, new, **options)
    return [(each.level, each.rule, each.message) for each in report.findings if each.level != "noise"]


def alone(message: str) -> str:
    """A message without what it says of the consequences folded under it."""
    return re.sub(r" \(\d+ consequences? folded: [^()]*\)$", "", message)
