"""A count that is new, or gone, is told, but for one that only counts the text that came or went."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import CALL, answer, exchange, question, recording, visible

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"


def chat(text: str, details: dict[str, Any]) -> Any:
    said = answer(text, [CALL])
    said["usage"]["completion_tokens_details"] = {"reasoning_tokens": 0, **details}
    return recording(exchange(question(), said))


def gemini(text: str, details: dict[str, Any]) -> Any:
    call = {"functionCall": {"name": "get_weather", "args": {"city": "Turin"}}}
    parts = [*([{"text": text}] if text else []), call]
    counts = {"promptTokenCount": 9, "totalTokenCount": 30, **details}
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    said = {"candidates": [candidate], "usageMetadata": counts, "modelVersion": "gemini-9"}
    return recording(exchange({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}, said, url=GEMINI))


@pytest.mark.parametrize("text", ["", "I look."])
@pytest.mark.parametrize(
    ("api", "details"),
    [
        (chat, {"audio_tokens": 0}),
        (chat, {"foo_tokens": 7}),
        (gemini, {"toolUsePromptTokenCount": 3}),
        (gemini, {"candidatesAudioCount": 3}),
    ],
)
def test_a_count_of_something_else(api: Any, details: dict[str, Any], text: str) -> None:
    """Whether a text comes with it or not."""
    rules = [(level, rule) for level, rule, _ in visible(api("", {}), api(text, details))]
    assert ("shape", "usage-detail-added") in rules
    rules = [(level, rule) for level, rule, _ in visible(api(text, details), api("", {}))]
    assert ("behavior", "usage-detail-removed") in rules


@pytest.mark.parametrize(
    ("api", "details"),
    [
        (chat, {"text_tokens": 7}),
        (gemini, {"candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": 7}]}),
    ],
)
def test_a_count_of_the_text(api: Any, details: dict[str, Any]) -> None:
    for old, new in ((api("", {}), api("I look.", details)), (api("I look.", details), api("", {}))):
        assert not [rule for _, rule, _ in visible(old, new) if rule.startswith("usage-detail-")]
