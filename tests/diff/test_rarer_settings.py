"""Settings of the rarer APIs are named as what they bring."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording


def converse(asked: dict[str, Any], text: str, end: str, **more: Any) -> Any:
    request = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}], **asked}
    output = {"message": {"role": "assistant", "content": [{"text": text}]}}
    counts = {"inputTokens": 5, "outputTokens": 4, "totalTokens": 9}
    said = {"output": output, "stopReason": end, "usage": counts, "metrics": {"latencyMs": 9}, **more}
    url = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/rose-4/converse"
    return recording(exchange(request, said, url=url))


def ranked(model: str, asked: dict[str, Any], **each: Any) -> Any:
    request = {"model": model, "query": "rivers", "documents": ["the Po", "the Alps"], **asked}
    results = [{"index": 0, "relevance_score": 0.8, **each}]
    said = {"model": model, "usage": {"total_tokens": 15}, "results": results}
    return recording(exchange(request, said, url="https://api.jina.ai/v1/rerank"))


def generated(asked: dict[str, Any], text: str, **more: Any) -> Any:
    said = json.dumps([{"generated_text": text, **more}])
    url = "https://api-inference.huggingface.co/models/acme/tulip"
    return recording(exchange({"inputs": "Olot lies", "parameters": {"max_new_tokens": 20, **asked}}, said, url=url))


GUARD = {"guardrailConfig": {"guardrailIdentifier": "g1", "guardrailVersion": "1"}}
DETAILS = {"finish_reason": "eos_token", "generated_tokens": 4, "seed": None}
FOUND = {
    "guardrail": {"inputAssessment": {"g1": {"wordPolicy": {"customWords": [{"match": "rain", "action": "NONE"}]}}}}
}
CASES = (
    (
        converse({}, "Hello there.", "end_turn"),
        converse(GUARD, "Hello there.", "end_turn", trace=FOUND),
        ("wire-field-added", "request (guardrailConfig)"),
    ),
    (
        converse({}, "Hello there.", "end_turn"),
        converse(GUARD, "I cannot say.", "guardrail_intervened"),
        ("finish-reason-changed", "request (guardrailConfig)"),
    ),
    (
        ranked("jina-r2", {}, document={"text": "the Po"}),
        ranked("jina-r3", {"return_documents": False}),
        ("wire-field-removed", "request (return_documents)"),
    ),
    (
        generated({}, "Among volcanoes."),
        generated({"details": True}, "Among volcanoes.", details=DETAILS),
        ("usage-appeared", "request (details)"),
    ),
    (
        generated({}, "Olot lies among volcanoes."),
        generated({"return_full_text": False}, " among volcanoes."),
        ("text-reworded", "request (return_full_text)"),
    ),
)


@pytest.mark.parametrize(("old", "new", "effect"), CASES, ids=[row[-1][1] for row in CASES])
def test_the_setting_is_named(old: Any, new: Any, effect: tuple[str, str]) -> None:
    assert effect in [(each.rule, each.evidence) for each in compare(old, new).findings if each.level != "noise"]
    back = [(each.evidence, each.origin) for each in compare(new, old).findings if each.level != "noise"]
    assert (effect[1], "response") in back or (effect[1], "stream") in back
