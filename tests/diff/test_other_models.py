"""Which other model makes another provider of it, and what is told of two providers beside the words of the answer."""

import json

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording, visible

ANTHROPIC = "https://api.anthropic.com/v1/messages"
COHERE = "https://api.cohere.com/v2/rerank"
OLLAMA = "http://localhost:11434/api/chat"
OPENAI = "https://api.openai.com/v1/chat/completions"
OPENROUTER = "https://openrouter.ai/api/v1/chat/completions"
MODERATIONS = "https://api.openai.com/v1/moderations"


def asked(model, url=OPENAI, **settings):
    """A call of this model, which answers the same."""
    return recording(exchange(question(model=model, **settings), answer("It is warm."), url=url))


@pytest.mark.parametrize(
    ("old", "new", "url", "profile"),
    [
        ("gpt-9", "ft:gpt-9:acme::a1b2c3", OPENAI, "rerecord"),  # fine-tuned
        ("weather-blue", "weather-green", "https://acme.openai.azure.com/openai/v1/chat/completions", "rerecord"),
        ("llama9", "tinymodel", "http://localhost:8080/v1/chat/completions", "rerecord"),  # a name of no vendor
        ("gpt-9", "no-such-model", OPENAI, "rerecord"),
        ("gpt-9", "claude-9", OPENROUTER, "cross-provider"),  # a gateway hands on what each vendor sends
        ("acme/one", "zenith/two", OPENROUTER, "cross-provider"),
        ("acme/one", "acme/two", OPENROUTER, "rerecord"),
    ],
)
def test_a_model_is_of_another_vendor_where_both_names_tell_it(old, new, url, profile) -> None:
    assert compare(asked(old, url), asked(new, url)).profile == profile
    assert compare(asked(new, url), asked(old, url)).profile == profile


def test_a_model_that_no_vendor_is_known_of_hides_nothing() -> None:
    old = recording(exchange(question(), {"error": {"type": "invalid_key", "message": "Wrong key."}}, status=400))
    other = {"error": {"type": "no_model", "message": "No such model."}}
    new = recording(exchange(question(model="no-such-model", temperature=0), other, status=400))
    assert visible(old, new) == [
        ("behavior", "request-parameter-changed", "interactions[0].request.model"),
        ("behavior", "request-field-added", "interactions[0].request.parameters.temperature"),
        ("behavior", "error-changed", "interactions[0].response.error"),
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"temperature": 0}, ["temperature"]),
        ({"seed": 7, "top_p": 0.5}, ["seed", "top_p"]),
        ({"stop": ["END"]}, ["stop_sequences"]),
        ({"tool_choice": "required"}, ["tool_choice"]),
        ({"service_tier": "flex"}, []),  # every vendor sells tiers of its own
        ({"user": "u1"}, []),
    ],
)
def test_what_is_asked_of_another_vendor(settings, told) -> None:
    plain, more = asked("gpt-9", OPENROUTER), asked("claude-9", OPENROUTER, **settings)
    for old, new, rule in ((plain, more, "request-field-added"), (more, plain, "request-field-removed")):
        found = visible(old, new)
        assert [(level, path.rpartition(".")[2]) for level, each, path in found if each == rule] == [
            ("behavior", name) for name in told
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
