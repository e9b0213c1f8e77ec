"""Another version of the API and another model in one recording: either may have brought a field, and both are named."""

from __future__ import annotations

from typing import Any

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare

AZURE = "https://acme.openai.azure.com/openai/deployments/chat/chat/completions?api-version="
GEMINI = "https://generativelanguage.googleapis.com/{}/models/{}:generateContent"
SAFE = {"filtered": False, "detected": False}


def azure(version: str, model: str, *, new: bool = False) -> Any:
    body = answer("It is 18 °C.", usage=(5, 5))
    body["model"] = model
    body["choices"][0]["content_filter_results"] = {"hate": SAFE, **({"protected_material_text": SAFE} if new else {})}
    body["prompt_filter_results"] = [
        {"prompt_index": 0, "content_filter_results": {"hate": SAFE, **({"jailbreak": SAFE} if new else {})}}
    ]
    if new:
        body["choices"][0]["logprobs"] = None
        body["usage"]["completion_tokens_details"] = {"reasoning_tokens": 0}
    return exchange(question(model="chat"), body, url=f"{AZURE}{version}")


def gemini(version: str, model: str, *, new: bool = False) -> Any:
    candidate = {"content": {"role": "model", "parts": [{"text": "It is 18 °C."}]}, "finishReason": "STOP"}
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 5, "totalTokenCount": 10}
    more = {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 5}]} if new else {}
    body = {
        "candidates": [{**candidate, **({"avgLogprobs": -0.1} if new else {})}],
        "modelVersion": model,
        "usageMetadata": {**usage, **more},
    }
    return exchange(
        {"contents": [{"role": "user", "parts": [{"text": "How warm?"}]}]}, body, url=GEMINI.format(version, model)
    )


VERSION = "request (the query parameter api-version)"


@pytest.mark.parametrize(
    ("old", "new", "cause", "why"),
    [
        (azure("1", "nine"), azure("2", "ten", new=True), f"{VERSION} or model", "Azure: both are others"),
        (azure("1", "nine"), azure("2", "nine", new=True), VERSION, "Azure: the version alone"),
        (azure("1", "nine"), azure("1", "ten", new=True), "provider", "Azure: another model answered, unasked"),
        (gemini("v1", "nine"), gemini("v2", "ten", new=True), "request (the path) or model", "Gemini: both are others"),
        (gemini("v1", "nine"), gemini("v2", "nine", new=True), "request (the path)", "Gemini: the version alone"),
        (gemini("v1", "nine"), gemini("v1", "ten", new=True), "model or provider", "Gemini: the model alone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_brought_the_new_fields(old: Any, new: Any, cause: str, why: str) -> None:
    found = compare(recording(old), recording(new)).findings
    causes = {each.rule: each.evidence or each.cause for each in found if each.level == "shape"}
    assert {rule: causes[rule] for rule in ("wire-field-added", "usage-detail-added")} == {
        "wire-field-added": cause,
        "usage-detail-added": cause,
    }, why


def test_new_filters_are_told_with_the_other_new_fields() -> None:
    found = compare(recording(azure("1", "nine")), recording(azure("2", "nine", new=True))).findings
    told = [each.message for each in found if each.rule.startswith("wire-") and each.level != "noise"]
    assert told == [
        "3 new fields: choices[].logprobs null, choices[].content_filter_results.protected_material_text,"
        " prompt_filter_results[].content_filter_results.jailbreak"
    ]


def test_filters_that_ran_in_one_call_of_two_have_no_cause() -> None:
    """Which of them run is another from call to call."""
    old, new = (recording(azure(v, "nine"), azure(v, "nine", new=v == "2")) for v in "12")
    found = [
        each for each in compare(old, new, merge=False).findings if "filter" in each.path and each.level != "noise"
    ]
    assert [each.cause for each in found] == ["unknown", "unknown"]
