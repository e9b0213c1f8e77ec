"""What is said of the model, the host and the deployment that a request names."""

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, lines, question, recording

FLAGGED = {"id": "modr-1", "model": "text-moderation-9", "results": [{"flagged": False, "categories": {}}]}
EMBEDDED = {"object": "list", "model": "embed-9", "data": [{"object": "embedding", "index": 0, "embedding": [0.1]}]}


@pytest.mark.parametrize(
    ("url", "said"),
    [("https://api.openai.com/v1/moderations", FLAGGED), ("https://api.openai.com/v1/embeddings", EMBEDDED)],
)
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [({}, {"model": "m-9"}, "model m-9 is new"), ({"model": "m-9"}, {}, "model m-9 is gone")],
)
def test_a_model_that_was_not_named_was_not_null(url, said, old, new, words) -> None:
    sides = [recording(exchange({"input": "Hello", **each}, said, url=url)) for each in (old, new)]
    assert [message for _, rule, message in lines(*sides) if rule == "request-parameter-changed"] == [words]


@pytest.mark.parametrize(
    ("old", "new", "agents", "cause"),
    [
        ("https://api.cohere.ai/v1/chat", "https://api.cohere.com/v1/chat", ("5.3.3", "5.5.3"), "sdk"),
        # the same SDK: somebody chose it
        ("https://api.cohere.ai/v1/chat", "https://api.cohere.com/v1/chat", ("5.3.3", "5.3.3"), ""),
        # a gateway of one's own
        ("https://api.cohere.ai/v1/chat", "https://llm.example.com/v1/chat", ("5.3.3", "5.5.3"), ""),
        # the name of an account
        (
            "https://acme.openai.azure.com/openai/v1/chat/completions",
            "https://umbrella.openai.azure.com/openai/v1/chat/completions",
            ("1.0.0", "2.0.0"),
            "",
        ),
    ],
)
def test_another_host_of_one_provider_is_the_sdks(old, new, agents, cause) -> None:
    sides = [
        recording(exchange(question(), answer("It is warm."), url=url, agent=f"OpenAI/Python {version}"))
        for url, version in zip((old, new), agents, strict=True)
    ]
    told = [each.evidence for each in compare(*sides, profile="sdk-upgrade").findings if "url" in each.rule]
    assert told == [cause]


def test_a_deployment_is_called_so() -> None:
    deployment = "https://acme.openai.azure.com{}openai/deployments/gpt-9-mini/chat/completions?api-version=2030-01-01"
    sides = [recording(exchange(question(), answer("It is warm."), url=deployment.format(by))) for by in ("//", "/")]
    [(_, _, message)] = lines(*sides)
    words = "openai/deployments/{deployment}/chat/completions"
    assert message == f"the path //{words} became /{words}"
