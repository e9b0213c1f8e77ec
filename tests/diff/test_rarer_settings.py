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
        "guardrailConfig",
        ["request-field-added", "wire-field-added"],
        ["wire-field-removed", "request-field-removed"],
    ),
    (
        converse({}, "Hello there.", "end_turn"),
        converse(GUARD, "I cannot say.", "guardrail_intervened"),
        "guardrailConfig",
        ["finish-reason-changed", "request-field-added"],
        ["request-field-removed", "finish-reason-changed"],
    ),
    (
        ranked("jina-r2", {}, document={"text": "the Po"}),
        ranked("jina-r3", {"return_documents": False}),
        "return_documents",
        ["wire-field-removed", "request-parameter-changed", "request-field-added"],
        ["request-parameter-changed", "request-field-removed", "wire-field-added"],
    ),
    (
        generated({}, "Among volcanoes."),
        generated({"details": True}, "Among volcanoes.", details=DETAILS),
        "details",
        ["request-field-added", "finish-reason-changed", "usage-appeared"],
        ["finish-reason-changed", "usage-vanished", "request-field-removed"],
    ),
    (
        generated({}, "Olot lies among volcanoes."),
        generated({"return_full_text": False}, " among volcanoes."),
        "return_full_text",
        ["request-field-added", "text-reworded"],
        ["request-field-removed", "text-reworded"],
    ),
)


@pytest.mark.parametrize(
    ("old", "new", "setting", "there", "back"), CASES, ids=[f"{row[2]}, {row[3][-1]}" for row in CASES]
)
def test_the_setting_is_named(old: Any, new: Any, setting: str, there: list[str], back: list[str]) -> None:
    """As the cause of all that it brings; an end that is no longer told needs no cause."""
    for sides, rules in (((old, new), there), ((new, old), back)):
        found = [each for each in compare(*sides).findings if each.level != "noise"]
        assert [each.rule for each in found] == rules
        causes = {each.evidence for each in found if not each.rule.startswith("request-")} - {""}
        assert causes == {f"request ({setting})"}
