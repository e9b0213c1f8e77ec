"""A field that comes with a setting of which nobody knows what it does: either of them may have brought it."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

RESPONSES = "https://api.openai.com/v1/responses"
OPENROUTER = "https://openrouter.ai/api/v1/chat/completions"


def chat(settings: dict[str, Any], fields: dict[str, Any], url: str = "") -> Any:
    said = answer("It is 18 °C.", **fields)
    return recording(exchange(question(**settings), said, **({"url": url} if url else {})))


def gateway(settings: dict[str, Any], fields: dict[str, Any]) -> Any:
    return chat(settings, fields, OPENROUTER)


def responses(settings: dict[str, Any], fields: dict[str, Any]) -> Any:
    part = {"type": "output_text", "text": "It is 18 °C.", "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    said = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": [message]}
    return recording(exchange({"model": "gpt-9", "input": "Hi", **settings}, {**said, **fields}, url=RESPONSES))


@pytest.mark.parametrize(
    ("api", "server"),
    [(chat, "provider"), (gateway, "gateway"), (responses, "provider")],
    ids=lambda api: str(api)[:14],
)
@pytest.mark.parametrize(
    ("settings", "cause", "why"),
    [
        ({"tag_voices": True}, "request (tag_voices) or {server}", "nobody knows what it brings"),
        ({}, "{server}", "the request is the same"),
        ({"temperature": 0.5}, "{server}", "no temperature brings a field"),
        ({"stream": False}, "{server}", "it is the default"),
    ],
)
def test_who_may_have_brought_a_field(api: Any, server: str, settings: Any, cause: str, why: str) -> None:
    field = {"speakers": [1]}
    old, new = api({}, {}), api(settings, field)
    for sides, rule in (((old, new), "wire-field-added"), ((new, old), "wire-field-removed")):
        [found] = [each for each in compare(*sides).findings if each.rule == rule]
        assert found.evidence == cause.format(server=server), why
