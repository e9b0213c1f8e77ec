"""Errors across providers: another type or code is told, another sentence is not; and what an error repeats of headers."""

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, lines, question, recording

OPENAI = "https://api.openai.com/v1/chat/completions"
AZURE = "https://acme.openai.azure.com/openai/deployments/gpt-9/chat/completions?api-version=2030-01-01"
GROQ = "https://api.groq.com/openai/v1/chat/completions"
CLAUDE = "https://api.anthropic.com/v1/messages"
DEEPSEEK = "https://api.deepseek.com/anthropic/v1/messages"


def chat(url, **error):
    return recording(exchange(question(), {"error": error}, status=404, url=url))


def claude(url, **error):
    asked = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
    return recording(exchange(asked, {"type": "error", "error": error}, status=404, url=url))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            chat(AZURE, code="DeploymentNotFound", message="There is no deployment."),
            chat(OPENAI, code="model_not_found", message="There is no model.", type="invalid_request_error"),
            "the error changed: type invalid_request_error is new, code DeploymentNotFound → model_not_found",
        ),
        (
            chat(OPENAI, code="model_not_found", message="No.", type="invalid_request_error"),
            chat(GROQ, code="model_gone", message="It is gone.", type="invalid_request_error"),
            "the error changed: code model_not_found → model_gone",
        ),
        (
            claude(CLAUDE, type="not_found_error", message="model: claude-9"),
            claude(DEEPSEEK, type="invalid_request_error", message="Publisher model is not there"),
            "the error changed: type not_found_error → invalid_request_error",
        ),
        (
            chat(OPENAI, code=None, message="No.", type="invalid_request_error"),
            claude(CLAUDE, type="not_found_error", message="No."),
            "the error changed: type invalid_request_error → not_found_error",
        ),
        # the sentence is each provider's own
        (
            chat(OPENAI, code="c", message="There is no model.", type="t"),
            chat(GROQ, code="c", message="It is gone.", type="t"),
            "",
        ),
        (
            claude(CLAUDE, type="not_found_error", message="model: claude-9"),
            claude(DEEPSEEK, type="not_found_error", message="Publisher model is not there"),
            "",
        ),
    ],
)
def test_another_type_or_code_of_an_error_is_told_across_providers(old, new, words) -> None:
    told = [each for each in lines(old, new) if each[1] in ("error-changed", "unclassified-change")]
    assert told == ([("behavior", "error-changed", words)] if words else [])


def test_what_no_row_speaks_of_is_told_across_providers_too() -> None:
    old, new = (chat(url, code="c", message="No.", type="t", advice=advice) for url, advice in ((OPENAI, 1), (GROQ, 2)))
    assert ("behavior", "unclassified-change", "error.advice 1 became 2") in lines(old, new)


@pytest.mark.parametrize("api", [chat, claude])
@pytest.mark.parametrize(
    ("name", "is_told"), [("X-RateLimit-Reset", False), ("x-ratelimit-remaining", False), ("X-Advice", True)]
)
def test_a_header_within_an_error_is_noise_where_the_header_itself_is(api, name, is_told) -> None:
    url = "https://openrouter.ai/api/v1/chat/completions" if api is chat else CLAUDE
    error = {"type": "rate_limited", "code": "r", "message": "Slow down."}
    old, new = (
        api(url, **error, metadata={"headers": {name: str(number)}}) for number in (1754667660000, 1756804380000)
    )
    assert compare(old, new).findings
    assert bool(lines(old, new)) is is_told
