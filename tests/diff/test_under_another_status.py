"""What comes under another status is shown: the answer, the error that is the same, the body that nobody knows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.diff.drift_cases import CALL, alone, answer, exchange, lines, question, recording

ANTHROPIC = "https://api.anthropic.com/v1/messages"
EMBEDDINGS = "https://api.openai.com/v1/embeddings"
GONE = {"error": {"message": "No such model", "type": "invalid_request_error", "code": "none"}}
BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
VECTOR = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}],
    "model": "v9",
    "usage": {"prompt_tokens": 3, "total_tokens": 3},
}


def chat(body: Any, status: int) -> Any:
    return recording(exchange(question(), body, status=status))


def anthropic(body: Any, status: int) -> Any:
    asked = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    return recording(exchange(asked, body, status=status, url=ANTHROPIC))


def counted(body: Any, status: int) -> Any:
    asked = {"model": "claude-9", "messages": [{"role": "user", "content": "Hi"}]}
    return recording(exchange(asked, body, status=status, url=f"{ANTHROPIC}/count_tokens"))


def embedded(body: Any, status: int) -> Any:
    return recording(exchange({"model": "v9", "input": ["a"]}, body, status=status, url=EMBEDDINGS))


def plain(body: Any, status: int) -> Any:
    asked = {"ask": "How warm?"}
    return recording(exchange(asked, json.dumps(body), status=status, url="https://warmth.example/ask"))


SAID = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "end_turn"}
TEXT = {**SAID, "content": [{"type": "text", "text": "Good day."}]}
WARM, ERROR = {"said": "18 C"}, {"error": "busy"}
CAME = "the call no longer fails"
NO_MODEL, LOADED = "No such model (invalid_request_error none)", "Overloaded (overloaded_error)"
AGAIN = f"status 404 became 200: {CAME}, and now {{}}; the error was: {NO_MODEL}"
EXCEPTION = "typed SDKs raise another exception"


# fmt: off
OUTCOMES = [
    (chat, (GONE, 404), (answer("It is 18 C."), 200), AGAIN.format('answers "It is 18 C."')),
    (chat, (GONE, 404), (answer(calls=[CALL]), 200), AGAIN.format('calls get_weather with {"city": "Turin", "days": 2}')),
    (embedded, (GONE, 404), (VECTOR, 200), AGAIN.format("answers with an embedding of type float (2 numbers)")),
    (anthropic, (BUSY, 529), (TEXT, 200), f'status 529 became 200: {CAME}, and now answers "Good day."; the error was: {LOADED}'),
    (counted, (BUSY, 529), ({"input_tokens": 12}, 200), f'status 529 became 200: {CAME}, and now answers {{"input_tokens": 12}}; the error was: {LOADED}'),
    (plain, (ERROR, 503), (WARM, 200), f'status 503 became 200: {CAME}; the body {{"error": "busy"}} became {{"said": "18 C"}}'),
    (plain, (WARM, 200), (ERROR, 503), 'status 200 became 503; the body {"said": "18 C"} became {"error": "busy"}'),
    (plain, (ERROR, 200), (ERROR, 503), 'status 200 became 503; the body is the same: {"error": "busy"}'),
    (chat, (GONE, 200), (GONE, 404), f"status 200 became 404; the error is the same: {NO_MODEL}"),
    (chat, (GONE, 400), (GONE, 404), f"status 400 became 404: {EXCEPTION}; the error is the same: {NO_MODEL}"),
    (anthropic, (BUSY, 503), (BUSY, 529), f"status 503 became 529: {EXCEPTION}; the error is the same: {LOADED}"),
    (chat, (answer("Yes."), 200), (GONE, 404), f"status 200 became 404; the call now fails: {NO_MODEL}"),
]
# fmt: on


@pytest.mark.parametrize(("api", "old", "new", "expected"), OUTCOMES)
def test_what_comes_under_another_status(api: Any, old: Any, new: Any, expected: str) -> None:
    assert [alone(each[2]) for each in lines(api(*old), api(*new))] == [expected]
