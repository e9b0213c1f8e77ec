"""One mark at many places of a request is one line: cache_control on messages, the system prompt and a tool."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import exchange, recording

from cassette_tools.diff import compare

CACHED = {"cache_control": {"type": "ephemeral"}}
VALUE = '{"type": "ephemeral"}'


def anthropic(
    count: int = 3, *, messages: bool = False, system: bool = False, tool: bool = False, mark: Any = CACHED
) -> Any:
    said = [
        {
            "role": ("user", "assistant")[k % 2],
            "content": [{"type": "text", "text": f"line {k}", **(mark if messages else {})}],
        }
        for k in range(count)
    ]
    request = {
        "model": "claude-9",
        "max_tokens": 99,
        "system": [{"type": "text", "text": "Be brief.", **(mark if system else {})}],
        "messages": said,
        "tools": [{"name": "look", "input_schema": {"type": "object", "properties": {}}, **(mark if tool else {})}],
    }
    body = {"type": "message", "role": "assistant", "model": "claude-9", "content": [{"type": "text", "text": "Fine."}]}
    return exchange(request, body, url="https://api.anthropic.com/v1/messages")


def gemini(**mark: Any) -> Any:
    def turn(role: str, text: str) -> Any:
        return {"role": role, "parts": [{"text": text, **mark}]}

    request = {
        "systemInstruction": turn("system", "Be brief."),
        "contents": [turn("user", "One."), turn("model", "Two.")],
    }
    candidate = {"content": {"role": "model", "parts": [{"text": "Fine."}]}, "finishReason": "STOP"}
    url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"
    return exchange(request, {"candidates": [candidate]}, url=url)


ALL = {"messages": True, "system": True, "tool": True}
LONGER = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            [anthropic()],
            [anthropic(messages=True, system=True)],
            f"the request now has cache_control {VALUE} in 3 messages and the system prompt",
        ),
        (
            [anthropic()],
            [anthropic(**ALL)],
            f"the request now has cache_control {VALUE} in 3 messages, the system prompt and the tool look",
        ),
        (
            [anthropic(**ALL)],
            [anthropic()],
            f"the request no longer has cache_control in 3 messages, the system prompt and the tool look; it was {VALUE}",
        ),
        (
            [anthropic(1, **ALL), anthropic(3, **ALL)],
            [anthropic(1, **ALL, mark=LONGER), anthropic(3, **ALL, mark=LONGER)],
            "the request now has cache_control.ttl 1h in messages, the system prompt and the tool look, in 2 calls",
        ),
        ([anthropic()], [anthropic(messages=True)], f"the request now has cache_control {VALUE}, in 3 parts"),
        ([gemini()], [gemini(kept="m1")], "the request now has kept m1 in 2 messages and the system prompt"),
    ],
    ids=["added", "with a tool", "removed", "in two calls", "messages alone", "Gemini"],
)
def test_one_edit_at_many_places_is_one_line(old: Any, new: Any, words: str) -> None:
    found = compare(recording(*old), recording(*new)).findings
    assert [each.message for each in found if each.level != "noise"] == [words]


def test_two_values_are_two_edits() -> None:
    both, other = anthropic(messages=True), anthropic(messages=True, system=True, mark=LONGER)
    body = json.loads(both["request"]["body"]) | {"system": json.loads(other["request"]["body"])["system"]}
    new = recording(exchange(body, both["response"]["body"], url=both["request"]["url"]))
    assert [each.message for each in compare(recording(anthropic()), new).findings if each.level != "noise"] == [
        f"the request now has cache_control {VALUE}, in 3 parts",
        'the request now has system[0].cache_control: {"type": "ephemeral", "ttl": "1h"}',
    ]
