"""What looks like a call of a model is recognised by a dialect: `tools/census.py`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cassette_tools.model import ABSENT, Body, Event, Interaction, Request, Response

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def census() -> ModuleType:
    """tools/census.py, which is no package's."""
    spec = importlib.util.spec_from_file_location("cassette_census", ROOT / "tools" / "census.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["cassette_census"] = module
    spec.loader.exec_module(module)
    return module


def exchange(url: str, asked: Any = ABSENT, answered: Any = ABSENT, *, streamed: Any = None) -> Interaction:
    events = () if streamed is None else (Event(event=None, data="", offset=0, json=streamed),)
    return Interaction(
        index=0,
        request=Request(method="POST", url=url, body=Body(json=asked)),
        response=Response(
            status_code=200, body=Body(json=answered, stream="sse" if streamed is not None else None, events=events)
        ),
    )


@pytest.mark.parametrize(
    ("interaction", "reason"),
    [
        (exchange("https://api.openai.com/v1/anything"), "host"),
        (exchange("https://llm.example.com/v1/messages"), "path"),
        (exchange("https://llm.example.com/v1/messages/?beta=true"), "path"),
        (exchange("https://llm.example.com/v1beta/models/m:streamGenerateContent?alt=sse"), "path"),
        (exchange("https://llm.example.com/model/a.b%3A0/converse-stream"), "path"),
        (exchange("https://llm.example.com/v1/files/file-1"), "path"),
        (exchange("https://llm.example.com/ask", {"model": "m", "messages": []}), "request"),
        (exchange("https://llm.example.com/ask", answered={"choices": []}), "response"),
        (exchange("https://llm.example.com/ask", streamed={"candidates": []}), "response"),
        (exchange("https://llm.example.com/ask", {"model": "m"}, {"text": "x"}), None),
        (exchange("https://example.com/weather"), None),
        (exchange("https://oauth2.googleapis.com/token"), None),
    ],
)
def test_what_looks_like_a_call(census: ModuleType, interaction: Interaction, reason: str | None) -> None:
    assert census.looks_like_a_call(interaction) == reason


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://API.example.com/v1/files/file-0123456789ab/content?x=1", "POST api.example.com/v1/files/{…}/content"),
        ("https://h/v1beta/models/gemini-2025:countTokens", "POST h/v1beta/models/{…}:countTokens"),
        ("https://h/v1/chat/completions", "POST h/v1/chat/completions"),
    ],
)
def test_like_is_counted_with_like(census: ModuleType, url: str, shown: str) -> None:
    assert census.pattern(exchange(url)) == shown


def test_every_call_of_the_corpus_is_recognised(census: ModuleType, shared: Path) -> None:
    _found, unknown, _formats, _files = census.take(shared)
    assert dict(unknown) == {}
