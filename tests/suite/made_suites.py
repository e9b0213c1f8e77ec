"""Small suites of OpenAI chats, made for a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TOOLS = [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in ("add", "ask")]
SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA}}


def asked(**more: Any) -> dict[str, Any]:
    """The body of a request."""
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": "How old is Ada?"}], **more}


def answered(text: str | None = "36", finish: str = "stop", calls: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """The body of an answer."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {"id": f"call_{at}", "type": "function", "function": {"name": name, "arguments": '{"years": 36}'}}
            for at, name in enumerate(calls)
        ]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
        **more,
    }


def exchange(
    request: dict[str, Any] | None = None,
    response: Any = None,
    *,
    url: str = "https://api.openai.com/v1/chat/completions",
    code: int = 200,
    duration: str = "2s",
    day: str = "Tue, 18 Nov 2025 08:00:00 GMT",
) -> dict[str, Any]:
    """An interaction as go-vcr has it; an answer that is text is one as it is."""
    body = response if isinstance(response, str) else json.dumps(answered() if response is None else response)
    kind = "text/event-stream" if body.startswith("data:") else "application/json"
    return {
        "request": {
            "method": "POST",
            "url": url,
            "headers": {"User-Agent": ["OpenAI/Go 2.7.1"], "Content-Type": ["application/json"]},
            "body": json.dumps(asked() if request is None else request),
        },
        "response": {
            "code": code,
            "headers": {"Content-Type": [kind], "Date": [day]},
            "body": body,
            "duration": duration,
        },
    }


def streamed(*deltas: dict[str, Any], finish: str = "stop") -> str:
    """An answer in events."""
    whole = [
        *({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]},
    ]
    events = (json.dumps({"id": "c", "object": "chat.completion.chunk", "model": "gpt-4o", **each}) for each in whole)
    return "".join(f"data: {event}\n\n" for event in (*events, "[DONE]"))


def write(path: str, *exchanges: dict[str, Any]) -> None:
    """A recording."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    numbered = [{"id": at, **each} for at, each in enumerate(exchanges)]
    file.write_text(json.dumps({"version": 2, "interactions": numbered}, indent=1), encoding="utf-8")
