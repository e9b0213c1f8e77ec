"""In what a call is counted: another unit is one line, which breaks whoever adds the counts up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording, visible

OPENAI, COHERE = "https://api.openai.com/v1/audio/transcriptions", "https://api.cohere.com/v2/rerank"
SECONDS = {"type": "duration", "seconds": 2}
TOKENS = {"type": "tokens", "total_tokens": 33, "input_tokens": 22, "output_tokens": 11}
IN_DETAIL = {**TOKENS, "input_token_details": {"text_tokens": 0, "audio_tokens": 22}}
SPOKEN = {"model": "gpt-9-transcribe"}
RANKED = {"model": "rerank-v9", "query": "rivers", "documents": ["the Po", "the Alps"]}


def spoken(usage: dict[str, Any]) -> Any:
    return recording(exchange(SPOKEN, {"text": "Hello, world!", "usage": usage}, url=OPENAI))


def ranked(billed: dict[str, Any]) -> Any:
    results = [{"index": 0, "relevance_score": 0.9}, {"index": 1, "relevance_score": 0.2}]
    meta = {"api_version": {"version": "2"}, "billed_units": billed}
    return recording(exchange(RANKED, {"id": "4f1c", "results": results, "meta": meta}, url=COHERE))


UNITS = (
    (spoken, SECONDS, TOKENS, "tokens", "seconds", "the sum of all is one of the counts"),
    (spoken, SECONDS, IN_DETAIL, "tokens", "seconds", "what is in an object beside them goes with them"),
    (ranked, {"search_units": 1}, {"input_tokens": 12}, "input tokens", "search units", "one count has its own name"),
    (ranked, {"search_units": 1, "images": 0}, {"images": 3}, "images", "search units", "a nought counts nothing"),
)


@pytest.mark.parametrize(("make", "old", "new", "now", "before", "why"), UNITS, ids=[row[-1] for row in UNITS])
def test_another_unit_is_one_line(make: Any, old: Any, new: Any, now: str, before: str, why: str) -> None:
    for sides, units in (((old, new), (now, before)), ((new, old), (before, now))):
        told = make(sides[0]), make(sides[1])
        words = f"the usage is counted in {units[0]} now, not in {units[1]}"
        assert lines(*told) == [("breaking", "usage-vanished", words)], why


SAME = (
    (spoken, TOKENS, {**TOKENS, "seconds": 2}, ["usage-detail-added"], "one more beside them is another count"),
    (ranked, {"input_tokens": 12}, {"input_tokens": 12, "search_units": 1}, ["usage-detail-added"], "beside tokens"),
    (ranked, {"input_tokens": 12}, {"output_tokens": 12}, ["wire-field-renamed"], "both are tokens"),
)


@pytest.mark.parametrize(("make", "old", "new", "rules", "why"), SAME, ids=[row[-1] for row in SAME])
def test_another_count_is_no_other_unit(make: Any, old: Any, new: Any, rules: list[str], why: str) -> None:
    assert [rule for _, rule, _ in visible(make(old), make(new))] == rules, why
