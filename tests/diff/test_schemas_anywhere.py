"""One edit of a JSON Schema is one finding, wherever a request holds the schema, and the cause of a new key."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from drift_cases import answer, exchange, recording

from cassette_tools.diff import compare

ASKED = [{"role": "user", "content": "Which evening is it?"}]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "summary": {"type": "string", "description": "short"}},
    "required": ["name", "summary"],
}
DATED = copy.deepcopy(SCHEMA)
DATED["properties"]["date"] = {"type": "string", "description": "ISO 8601 day"}
DATED["required"].insert(1, "date")
OTHER_TYPE = copy.deepcopy(SCHEMA)
OTHER_TYPE["properties"]["summary"]["type"] = "array"


def _messages(text: str) -> Any:
    content = [{"type": "text", "text": text}]
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": content}


def _gemini(text: str) -> Any:
    return {"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}]}


def _ollama(text: str) -> Any:
    return {"model": "q", "message": {"role": "assistant", "content": text}, "done": True, "done_reason": "stop"}


def _responses(text: str) -> Any:
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": [said]}


def _tool(schema: Any) -> Any:
    return {"type": "function", "function": {"name": "note", "parameters": schema}}


CHAT = "https://api.openai.com/v1/chat/completions"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"
FORMAT = "the schema that the answer must satisfy changed: {note}"
REQUESTS: dict[str, Any] = {
    "chat": (
        CHAT,
        lambda schema: {"response_format": {"type": "json_schema", "json_schema": {"name": "E", "schema": schema}}},
        answer,
        FORMAT,
    ),
    "responses": (
        "https://api.openai.com/v1/responses",
        lambda schema: {"text": {"format": {"type": "json_schema", "name": "E", "schema": schema}}, "input": "Which?"},
        _responses,
        FORMAT,
    ),
    "ollama": ("http://localhost:11434/api/chat", lambda schema: {"stream": False, "format": schema}, _ollama, FORMAT),
    "anthropic": (
        "https://api.anthropic.com/v1/messages",
        lambda schema: {"max_tokens": 99, "output_format": {"type": "json_schema", "schema": schema}},
        _messages,
        FORMAT,
    ),
    "gemini": (
        GEMINI,
        lambda schema: {
            "contents": [{"role": "user", "parts": [{"text": "Which?"}]}],
            "generationConfig": {"responseMimeType": "application/json", "responseSchema": schema},
        },
        _gemini,
        FORMAT,
    ),
    "a setting that is not known": (
        CHAT,
        lambda schema: {"guided_json": schema},
        answer,
        "the schema guided_json changed: {note}",
    ),
    "an API that is not known": (
        "https://api.example/run",
        lambda schema: {"form": schema},
        lambda text: {"out": text},
        "the schema form changed: {note}",
    ),
    "a tool": (
        CHAT,
        lambda schema: {"tools": [_tool(schema)]},
        answer,
        "the tool note accepts less than before: {note}",
    ),
}
BEFORE = json.dumps(
    {"name": "Rust night", "summary": "A long evening about Rust, with talks, snacks and songs for all."}
)
AFTER = json.dumps(
    {"name": "Rust night", "summary": "People from Turin meet, and show what they built.", "date": "2030-10-15"}
)


@pytest.mark.parametrize("api", REQUESTS)
@pytest.mark.parametrize(
    ("schema", "note"),
    [(DATED, "date is new and required"), (OTHER_TYPE, "summary type string → array")],
    ids=["a field more", "another type"],
)
def test_one_edit_of_a_schema_is_one_finding(api: str, schema: Any, note: str) -> None:
    url, request, said, words = REQUESTS[api]
    old, new = (
        recording(exchange({"model": "m", "messages": ASKED, **request(each)}, said(BEFORE), url=url))
        for each in (SCHEMA, schema)
    )
    told = [each.message for each in compare(old, new).findings if each.level != "noise"]
    assert told == [words.format(note=note)]


@pytest.mark.parametrize("api", REQUESTS)
def test_a_key_that_the_schema_asks_for_comes_first_and_has_its_cause(api: str) -> None:
    url, request, said, _ = REQUESTS[api]
    old, new = (
        recording(exchange({"model": "m", "messages": ASKED, **request(schema)}, said(text), url=url))
        for schema, text in ((SCHEMA, BEFORE), (DATED, AFTER))
    )
    [text] = [each for each in compare(old, new).findings if each.rule == "text-facts-changed"]
    assert text.message.startswith('the text changed: date is new: "2030-10-15"; summary="A long evening')
    assert text.cause == "prompt"


def test_what_is_no_schema_is_told_field_by_field() -> None:
    """Fields called ``properties`` that hold no schemas."""
    old, new = (
        recording(exchange({"model": "m", "messages": ASKED, "house": {"properties": each}}, answer("Yes.")))
        for each in ({"rooms": 3}, {"rooms": 4})
    )
    [found] = [each for each in compare(old, new).findings if each.level != "noise"]
    assert (found.rule, found.path) == ("request-parameter-changed", "interactions[0].request.house.properties.rooms")
