"""To send what holds without being sent asks for nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.data.defaults import DEFAULTS
from cassette_tools.dialects import DIALECTS
from tests.diff.drift_cases import answer, exchange, question, recording, visible

RESPONSES = "https://api.openai.com/v1/responses"
ANTHROPIC = "https://api.anthropic.com/v1/messages"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"


def chat(**settings: Any) -> Any:
    return recording(exchange(question(**settings), answer("It is 18 °C.")))


def responses(*, given_back: dict[str, Any] | None = None, **settings: Any) -> Any:
    part = {"type": "output_text", "text": "It is 18 °C.", "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    said = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": [message]}
    asked = {"model": "gpt-9", "input": "How warm is it?", **settings}
    return recording(exchange(asked, {**said, **(given_back or {})}, url=RESPONSES))


def anthropic(**settings: Any) -> Any:
    asked = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}], **settings}
    content = [{"type": "text", "text": "Hello."}]
    said = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": content}
    return recording(exchange(asked, {**said, "stop_reason": "end_turn"}, url=ANTHROPIC))


def gemini(**settings: Any) -> Any:
    content = {"role": "model", "parts": [{"text": "Hello."}]}
    said = {"candidates": [{"content": content, "finishReason": "STOP"}], "modelVersion": "gemini-9"}
    asked = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "generationConfig": {"topK": 2, **settings}}
    return recording(exchange(asked, said, url=GEMINI))


@pytest.mark.parametrize(
    ("api", "settings", "level", "why"),
    [
        (chat, {"stream": False}, "cosmetic", "one body is what comes"),
        (chat, {"n": 1}, "cosmetic", "one answer is what comes"),
        (chat, {"n": 2}, "behavior", "two are something else"),
        (chat, {"tool_choice": "auto"}, "cosmetic", "the model chooses as it did"),
        (chat, {"tool_choice": "none"}, "behavior", "it may call none"),
        (chat, {"parallel_tool_calls": True}, "cosmetic", "documented"),
        (chat, {"parallel_tool_calls": 1}, "behavior", "no value of this setting"),
        (chat, {"response_format": {"type": "text"}}, "cosmetic", "text is what comes"),
        (chat, {"presence_penalty": 0}, "cosmetic", "documented"),
        (chat, {"store": False}, "behavior", "whether calls are stored hangs on the account"),
        (chat, {"temperature": 1}, "behavior", "vendors differ"),
        (responses, {"stream": False}, "cosmetic", "one body is what comes"),
        (responses, {"truncation": "disabled"}, "cosmetic", "documented"),
        (responses, {"text": {"format": {"type": "text"}}}, "cosmetic", "text is what comes"),
        (responses, {"temperature": 0.7}, "behavior", "nobody says that it held before"),
        (anthropic, {"stream": False}, "cosmetic", "one body is what comes"),
        (anthropic, {"temperature": 0}, "behavior", "no default"),
        (gemini, {"candidateCount": 1}, "cosmetic", "one answer is what comes"),
        (gemini, {"candidateCount": 2}, "behavior", "two are something else"),
    ],
)
def test_a_setting_that_comes_or_goes(api: Any, settings: dict[str, Any], level: str, why: str) -> None:
    assert [each[0] for each in visible(api(), api(**settings))] == [level], why
    assert [each[0] for each in visible(api(**settings), api())] == [level], why


@pytest.mark.parametrize(
    ("before", "after", "level", "why"),
    [
        (0.7, 0.7, "cosmetic", "both answers say that it holds"),
        (1.0, 0.7, "behavior", "it held another one before"),
        (None, 0.7, "behavior", "nobody says what held before"),
    ],
)
def test_what_the_answers_give_back(before: float | None, after: float, level: str, why: str) -> None:
    given = [{} if each is None else {"temperature": each} for each in (before, after)]
    found = visible(responses(given_back=given[0]), responses(given_back=given[1], temperature=0.7))
    assert [each[0] for each in found if each[1] == "request-field-added"] == [level], why


def test_another_sdk_spells_a_default_out() -> None:
    """The same request, spelled otherwise; but a player that compares bodies takes it for another."""
    found = visible(chat(), chat(stream=False), profile="sdk-upgrade")
    assert found == [("cosmetic", "request-field-added", "interactions[0].request.parameters.stream")]


@pytest.mark.parametrize("row", DEFAULTS, ids=lambda row: f"{row.apis[0]}{row.pointer}")
def test_every_row_speaks_of_an_api(row: Any) -> None:
    assert row.pointer.startswith("/")
    assert row.reason
    assert all(any(each.name.startswith(api) for each in DIALECTS) for api in row.apis)
