"""As what a call was served: a tier or a region that is sold is told, in the same words for all APIs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording

ASKED = [{"role": "user", "content": "How warm is it?"}]
HI = [{"type": "text", "text": "Warm."}]


def chat(tier: Any) -> Any:
    return recording(exchange(question(), answer("Warm.", service_tier=tier)))


def responses(tier: Any) -> Any:
    said = [{"type": "output_text", "text": "Warm.", "annotations": []}]
    output = [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": said}]
    body = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": output}
    asked = {"model": "gpt-9", "input": "How warm is it?"}
    return recording(exchange(asked, {**body, "service_tier": tier}, url="https://api.openai.com/v1/responses"))


def anthropic(tier: Any = "standard", geo: str = "global") -> Any:
    usage = {"input_tokens": 5, "output_tokens": 2, "service_tier": tier, "inference_geo": geo}
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": HI}
    asked = {"model": "claude-9", "max_tokens": 99, "messages": ASKED}
    said = {**body, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
    return recording(exchange(asked, said, url="https://api.anthropic.com/v1/messages"))


def gemini(traffic: str) -> Any:
    parts = [{"text": "Warm."}]
    said = {"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]}
    counts = {"promptTokenCount": 5, "candidatesTokenCount": 2, "totalTokenCount": 7, "trafficType": traffic}
    asked = {"contents": [{"role": "user", "parts": parts}]}
    url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"
    return recording(exchange(asked, {**said, "usageMetadata": counts}, url=url))


def bedrock(tier: str) -> Any:
    said = {"output": {"message": {"role": "assistant", "content": [{"text": "Warm."}]}}, "stopReason": "end_turn"}
    counts = {"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}
    asked = {"messages": [{"role": "user", "content": [{"text": "How warm is it?"}]}]}
    url = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/amazon.nova-9/converse"
    return recording(exchange(asked, {**said, "usage": counts, "serviceTier": {"type": tier}}, url=url))


@pytest.mark.parametrize(
    ("api", "old", "new", "name"),
    [
        (chat, "default", "priority", "service_tier"),
        (responses, "default", "flex", "service_tier"),
        (anthropic, "standard", "priority", "usage.service_tier"),
        (gemini, "ON_DEMAND", "PROVISIONED_THROUGHPUT", "usage.trafficType"),
        (bedrock, "default", "flex", "serviceTier"),
    ],
)
def test_another_tier(api: Any, old: str, new: str, name: str) -> None:
    for before, after in ((old, new), (new, old)):
        told = ("behavior", "serving-changed", f"the call is served otherwise: {name} {before} → {after}")
        assert lines(api(before), api(after)) == [told]


def test_another_region() -> None:
    for before, after in (("global", "us"), ("us", "not_available"), ("us", "eu")):
        words = f"the call is served otherwise: usage.inference_geo {before} → {after}"
        assert lines(anthropic(geo=before), anthropic(geo=after)) == [("behavior", "serving-changed", words)]


def test_a_tier_and_a_region_are_one_line() -> None:
    words = "usage.inference_geo global → us, usage.service_tier standard → priority"
    told = ("behavior", "serving-changed", f"the call is served otherwise: {words}")
    assert [each[:3] for each in lines(anthropic(), anthropic("priority", "us"))] == [told]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (chat("auto"), chat("default")),
        (anthropic(geo="global"), anthropic(geo="not_available")),
        (anthropic("standard"), anthropic("auto")),
    ],
)
def test_ordinary_words_are_noise(old: Any, new: Any) -> None:
    assert lines(old, new) == []
