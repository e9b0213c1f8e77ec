"""Which other model makes another provider of it, and what is told of two providers beside the words of the answer."""

import json

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording, visible

COHERE = "https://api.cohere.com/v2/rerank"
OLLAMA = "http://localhost:11434/api/chat"
OPENROUTER = "https://openrouter.ai/api/v1/chat/completions"
MODERATIONS = "https://api.openai.com/v1/moderations"


def asked(model):
    """A call of this model through a gateway; all answer the same."""
    return recording(exchange(question(model=model), answer("It is warm."), url=OPENROUTER))


@pytest.mark.parametrize(
    ("old", "new", "profile"),
    [
        ("gpt-9", "claude-9", "cross-provider"),  # a gateway hands on what each vendor sends
        ("acme/one", "zenith/two", "cross-provider"),
        ("acme/one", "acme/two", "rerecord"),
    ],
)
def test_the_vendor_of_a_model_behind_a_gateway(old, new, profile) -> None:
    assert compare(asked(old), asked(new)).profile == profile
    assert compare(asked(new), asked(old)).profile == profile


def test_a_model_that_no_vendor_is_known_of_hides_nothing() -> None:
    old = recording(exchange(question(), {"error": {"type": "invalid_key", "message": "Wrong key."}}, status=400))
    other = {"error": {"type": "no_model", "message": "No such model."}}
    new = recording(exchange(question(model="no-such-model", temperature=0), other, status=400))
    assert visible(old, new) == [
        ("behavior", "request-parameter-changed", "interactions[0].request.model"),
        ("behavior", "request-field-added", "interactions[0].request.parameters.temperature"),
        ("behavior", "error-changed", "interactions[0].response.error"),
    ]


def test_a_stream_that_is_asked_for_is_the_cause_of_one() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": False}
    said = {"model": "m", "message": {"role": "assistant", "content": "Hi."}, "done": True, "done_reason": "stop"}
    old = recording(exchange({**body, "model": "llama9"}, {**said, "model": "llama9"}, url=OLLAMA))
    lines = "".join(json.dumps({**said, "model": "gemma9", **each}) + "\n" for each in ({"done": False}, {}))
    new = recording(exchange({**body, "model": "gemma9", "stream": True}, lines, url=OLLAMA))
    new_report = compare(old, new)
    assert new_report.profile == "cross-provider"
    assert [each.cause for each in new_report.findings if each.rule == "stream-mode-changed"] == ["prompt"]


RANKED = {"results": [{"index": 3, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]}
JUDGED = {"id": "modr-1", "model": "m", "results": [{"flagged": False, "categories": {"hate": False}}]}


@pytest.mark.parametrize(
    ("models", "url", "request_body", "bodies", "part"),
    [
        (
            ("command-r", "nova-rank"),
            COHERE,
            {"query": "q", "documents": ["a", "b", "c", "d"]},
            (RANKED, {"results": RANKED["results"][::-1]}),
            "ranking",
        ),
        (
            ("gpt-mod", "claude-mod"),
            MODERATIONS,
            {"input": "words"},
            (JUDGED, {**JUDGED, "results": [{"flagged": True, "categories": {"hate": True}}]}),
            "moderation",
        ),
    ],
)
def test_what_a_call_is_made_for_is_told_of_any_vendor(models, url, request_body, bodies, part) -> None:
    old, new = (
        recording(exchange({**request_body, "model": model}, body, url=url))
        for model, body in zip(models, bodies, strict=True)
    )
    assert compare(old, new).profile == "cross-provider"
    told = [(level, rule) for level, rule, path in visible(old, new) if path.endswith(f"parts[{part}]")]
    assert told == [("behavior", "unclassified-change")]
