"""A model of another vendor behind one API of one provider: its answers may differ, but the settings that are sent are the
client's own edits.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, recording

GROQ, OTHER = "https://api.groq.com/openai/v1/chat/completions", "https://openrouter.ai/api/v1/chat/completions"
OWN, OWNED = "https://llm.example.com/v1/chat/completions", "https://models.example.net/v1/chat/completions"
KIMI, OSS = "moonshotai/kimi-k2", "openai/gpt-oss-120b"


def asked(model: str, url: str = GROQ, **settings: Any) -> Any:
    request = {"model": model, "messages": [{"role": "user", "content": "How warm is it in Turin?"}], **settings}
    return recording(exchange(request, {**answer("It is 18 °C."), "model": model}, url=url))


OLD, NEW = {"max_tokens": 400, "user": "ada"}, {"max_completion_tokens": 400, "parallel_tool_calls": False}


def told(old: Any, new: Any) -> list[tuple[str, str]]:
    return [(level, message.partition(" (1 consequence")[0]) for level, _, message in lines(old, new)]


@pytest.mark.parametrize("url", [GROQ, OTHER, OWN])
def test_edits_of_the_request(url: str) -> None:
    assert told(asked(KIMI, url, **OLD), asked(OSS, url, **NEW)) == [
        ("behavior", f"model {KIMI} became {OSS}"),
        ("behavior", "max_tokens is now sent as max_completion_tokens"),
        ("behavior", "the request now has parallel_tool_calls: false"),
        ("behavior", "the request no longer has user; it was ada"),
    ]
    assert told(asked(OSS, url, **NEW), asked(KIMI, url, **OLD)) == [
        ("behavior", f"model {OSS} became {KIMI}"),
        ("behavior", "max_completion_tokens is now sent as max_tokens"),
        ("behavior", "the request no longer has parallel_tool_calls; it was false"),
        ("behavior", "the request now has user: ada"),
    ]


@pytest.mark.parametrize("setting", [{"parallel_tool_calls": True}, {"n": 1}])
def test_a_default_that_is_said(setting: dict[str, Any]) -> None:
    """It asks for nothing else; each model may need it to be said."""
    assert told(asked(KIMI), asked(OSS, **setting)) == [("behavior", f"model {KIMI} became {OSS}")]


@pytest.mark.parametrize(("old", "new"), [(GROQ, OTHER), (OWN, OWNED)])
def test_another_provider(old: str, new: str) -> None:
    """It may want the setting under another name."""
    messages = [message for _, message in told(asked(KIMI, old, **OLD), asked(OSS, new, **NEW))]
    assert [each for each in messages if "max_" in each or "user" in each] == []


def tool(strict: bool | None = None, **schema: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, **schema}
    said = {"name": "get_weather", "parameters": parameters, **({} if strict is None else {"strict": strict})}
    return {"tools": [{"type": "function", "function": said}]}


LOOSE, STRICT = tool(False), tool(True, additionalProperties=False)


@pytest.mark.parametrize("url", [GROQ, OTHER, OWN])
@pytest.mark.parametrize("models", [(KIMI, OSS), (KIMI, KIMI)])
def test_edits_of_a_tool(url: str, models: tuple[str, str]) -> None:
    """They are told alike with another model and with the same one."""
    old, new = models
    narrowed = "accepts less than before: strict false → true; parameters no longer allows other properties"
    widened = "accepts more than before: strict true → false; parameters allows other properties"
    tools = [message for _, message in told(asked(old, url, **LOOSE), asked(new, url, **STRICT)) if "tool" in message]
    assert tools == [f"the tool get_weather {narrowed}"]
    tools = [message for _, message in told(asked(new, url, **STRICT), asked(old, url, **LOOSE)) if "tool" in message]
    assert tools == [f"the tool get_weather {widened}"]


def test_a_tool_at_another_provider() -> None:
    """It may know no strict tools."""
    found = told(asked(KIMI, GROQ, **LOOSE), asked(OSS, OTHER, **tool()))
    assert [message for _, message in found if "strict" in message] == []


def formed(**schema: Any) -> dict[str, Any]:
    whole = {"type": "object", "properties": {"city": {"type": "string"}}, **schema}
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "place", "schema": whole}}}


def test_edits_of_the_schema_of_the_answer() -> None:
    sides = [formed(), formed(required=["city"])]
    same, other = (told(asked(KIMI, **sides[0]), asked(model, **sides[1])) for model in (KIMI, OSS))
    assert same
    assert [each for each in other if "model" not in each[1]] == same
