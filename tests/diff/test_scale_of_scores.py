"""The scores of a ranking on another scale: one line, or one clause of the line of the ranking."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

COHERE, VOYAGE = "https://api.cohere.com/v2/rerank", "https://api.voyageai.com/v1/rerank"
DOCUMENTS = ["the Po", "the Alps", "the Arno"]
ASKED = {"model": "rerank-9", "query": "rivers", "documents": DOCUMENTS}


def cohere(scores: dict[int, float], **other: Any) -> Any:
    results = [{"index": number, "relevance_score": score} for number, score in scores.items()]
    said = {"id": "4f1c", "results": results, "meta": {"billed_units": {"search_units": 1}}}
    return recording(exchange({**ASKED, **other}, said, url=COHERE))


def voyage(scores: dict[int, float], **other: Any) -> Any:
    found = [{"relevance_score": score, "index": number} for number, score in scores.items()]
    said = {"object": "list", "data": found, "model": "rerank-9", "usage": {"total_tokens": 26}}
    return recording(exchange({**ASKED, **other}, said, url=VOYAGE))


def bedrock(scores: dict[int, float], **other: Any) -> Any:
    asked = {"retrievalQuery": {"text": other.get("query", "rivers")}}
    found = [{"content": {"text": DOCUMENTS[number]}, "score": score} for number, score in scores.items()]
    host = "https://bedrock-agent-runtime.eu-west-1.amazonaws.com/knowledgebases/KB9/retrieve"
    return recording(exchange(asked, {"retrievalResults": found}, url=host))


LISTS = [(cohere, "results"), (voyage, "data"), (bedrock, "retrievalResults")]
LOW, HIGH = {0: 0.0063, 2: 0.0054, 1: 0.0011}, {0: 0.0882, 2: 0.0751, 1: 0.0171}
SCALE = "the scores of {} are on another scale: the best was {}"


@pytest.mark.parametrize(("api", "name"), LISTS)
@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (LOW, HIGH, "0.0063 and is 0.0882 (×14)", "a threshold of 0.01 kept nothing and keeps all"),
        (HIGH, LOW, "0.0882 and is 0.0063 (×0.0714)", "the other way round"),
        ({0: -1.5, 2: -3.0}, {0: 0.18, 2: 0.05}, "-1.5 and is 0.18", "logits became probabilities"),
    ],
)
def test_another_scale(api: Any, name: str, old: Any, new: Any, expected: str, why: str) -> None:
    assert lines(api(old), api(new)) == [("behavior", "score-changed", SCALE.format(name, expected))], why


@pytest.mark.parametrize(("api", "name"), LISTS)
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (HIGH, {number: score * 1.01 for number, score in HIGH.items()}, "the jitter of two runs"),
        (LOW, {**LOW, 1: 0.0050}, "one document alone is not the scale"),
        ({0: 1e-5, 2: 2e-6}, {0: 9e-5, 2: 1e-5}, "nobody has a threshold as low"),
    ],
)
def test_the_same_scale(api: Any, name: str, old: Any, new: Any, why: str) -> None:
    assert lines(api(old), api(new)) == [], why


@pytest.mark.parametrize(("api", "name"), LISTS[:2])
def test_another_order_on_another_scale(api: Any, name: str) -> None:
    turned = dict(sorted(HIGH.items(), key=lambda each: each[0]))
    turned[1], turned[2] = turned[2], turned[1]
    ((level, rule, message),) = lines(api(LOW), api(turned))
    order = f"the ranking of {name} [0, 2, 1] became [0, 1, 2]"
    assert (level, rule) == ("behavior", "response-body-changed")
    assert message == f"{order}, and the scores are on another scale: the best was 0.0063 and is 0.0882 (×14)"


@pytest.mark.parametrize(("api", "name"), LISTS)
def test_another_question_has_other_scores(api: Any, name: str) -> None:
    found = lines(api(copy.deepcopy(LOW)), api(HIGH, query="mountains"))
    assert [each[1] for each in found if each[1] == "score-changed"] == []
    assert found, "the question is told"
