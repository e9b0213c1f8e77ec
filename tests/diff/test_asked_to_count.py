"""Of a call that asks for nothing but how many tokens a request has, the count is the answer: it is told, with its cause."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

GOOGLE = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:countTokens"
BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/model/claude-9/count-tokens"


def anthropic(text: str, count: int) -> Any:
    asked = {"model": "claude-9", "messages": [{"role": "user", "content": text}]}
    return exchange(asked, {"input_tokens": count}, url="https://api.anthropic.com/v1/messages/count_tokens")


def google(text: str, count: int) -> Any:
    asked = {"contents": [{"role": "user", "parts": [{"text": text}]}]}
    return exchange(asked, {"totalTokens": count}, url=GOOGLE)


def responses(text: str, count: int) -> Any:
    given = {"object": "response.input_tokens", "input_tokens": count}
    return exchange({"model": "gpt-9", "input": text}, given, url="https://api.openai.com/v1/responses/input_tokens")


def bedrock(text: str, count: int) -> Any:
    messages = [{"role": "user", "content": [{"text": text}]}]
    return exchange({"input": {"converse": {"messages": messages}}}, {"inputTokens": count}, url=BEDROCK)


SHORT, LONG = "How warm is it in Turin?", "How warm is it in Turin today, and in Rome?"


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = compare(recording(old), recording(new)).findings
    return [(each.rule, each.message, each.evidence) for each in found if each.level != "noise"]


@pytest.mark.parametrize("api", [anthropic, google, responses, bedrock])
def test_a_count_is_told_beside_what_is_asked(api: Any) -> None:
    cause = "prompt (the user message)"
    assert told(api(SHORT, 9), api(LONG, 14)) == [
        ("prompt-changed", f'the user message changed: "{SHORT}" → "{LONG}"', ""),
        ("usage-changed", "token counts changed: input 9 → 14 (×1.56)", cause),
    ]
    assert told(api(LONG, 14), api(SHORT, 9)) == [
        ("prompt-changed", f'the user message changed: "{LONG}" → "{SHORT}"', ""),
        ("usage-changed", "token counts changed: input 14 → 9 (×0.643)", cause),
    ]


@pytest.mark.parametrize("api", [anthropic, google, responses, bedrock])
def test_one_token_more_of_the_same_request_is_told(api: Any) -> None:
    assert told(api(SHORT, 9), api(SHORT, 10)) == [("usage-changed", "token counts changed: input 9 → 10 (×1.11)", "")]
