"""Which host is which provider."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.data.endpoints import ENDPOINTS, HINTS, authority, provider_for
from cassette_tools.data.finish_reasons import CANONICAL, FINISH_REASONS, canonical_finish_reason

URLS: list[tuple[str, Any, str]] = [
    ("https://api.openai.com/v1/chat/completions", None, "openai"),
    ("https://API.OpenAI.com:443/v1/chat/completions", None, "openai"),
    ("https://eu.api.openai.com/v1/chat/completions", None, "openai"),
    ("https://notapi.openai.com.example.org/v1", None, "notapi.openai.com.example.org"),
    ("https://res-1.openai.azure.com/openai/deployments/d/chat/completions?api-version=1", None, "azure.ai.openai"),
    ("https://res-1.services.ai.azure.com/openai/v1/chat/completions", None, "azure.ai.openai"),
    ("https://res-1.services.ai.azure.com/models/chat/completions", None, "azure.ai.inference"),
    ("https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions", None, "aws.bedrock"),
    ("https://us-central1-aiplatform.googleapis.com/v1/x", None, "gcp.vertex_ai"),
    ("https://aiplatform.googleapis.com/v1/x", None, "gcp.vertex_ai"),
    ("https://myorg-myaccount.snowflakecomputing.com/api/v2/cortex/v1/chat/completions", None, "snowflake"),
    ("https://user:secret@openrouter.ai/api/v1/chat/completions", None, "openrouter"),
    ("https://llm.example.com:8443/v1/chat/completions", {"x_groq": {}}, "llm.example.com"),
    ("http://localhost:8080/v1/chat/completions", None, "localhost"),
    ("http://localhost:8080/v1/chat/completions", {"timings": {}}, "llama.cpp"),
    ("http://127.0.0.1:11434/v1/chat/completions", None, "ollama"),
    ("http://[::1]:8000/v1/chat/completions", {"prompt_logprobs": None}, "vllm"),
    ("/v1/chat/completions", {"x_groq": {}}, "groq"),
    ("/v1/chat/completions", {"provider": "Upstream"}, "openrouter"),
    ("/v1/chat/completions", None, "unknown"),
    ("", None, "unknown"),
    ("<OLLAMA_API_BASE>/chat/completions", None, "ollama"),
    ("<SOMETHING>/chat/completions", None, "unknown"),
]


@pytest.mark.parametrize(("url", "body", "provider"), URLS)
def test_provider(url: str, body: Any, provider: str) -> None:
    assert provider_for(url, body) == provider


def test_authority() -> None:
    assert authority("https://a:b@Host.Example:8080/p/q?x=/#f") == ("host.example:8080", "/p/q")
    assert authority("http://[::1]:80") == ("[::1]:80", "")


def test_every_row_is_reached_and_has_a_reason() -> None:
    for row in ENDPOINTS:
        host = row.host.replace("*", "x")
        assert provider_for(f"https://{host}{row.path or '/v1/chat/completions'}") == row.provider
        assert row.reason.strip()
        assert row.host == row.host.lower()
    assert [hint for hint in HINTS if not hint.reason.strip()] == []


def test_finish_reasons_are_canonical_words() -> None:
    assert {row.canonical for row in FINISH_REASONS} <= set(CANONICAL)
    assert [row for row in FINISH_REASONS if not row.reason.strip()] == []
    assert len({(row.dialect, row.native) for row in FINISH_REASONS}) == len(FINISH_REASONS)
    assert canonical_finish_reason("openai.chat", "no such word") is None
