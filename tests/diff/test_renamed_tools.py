"""A tool under another name is one change: its calls are those of the tool that it was, with whatever arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

if TYPE_CHECKING:
    from cassette_tools.model import Recording

ANTHROPIC = "https://api.anthropic.com/v1/messages"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"
SAYS = "Books a table at a restaurant in the city"
PLAIN: dict[str, Any] = {"day": {"type": "string"}, "guests": {"type": "integer"}}
MORE: dict[str, Any] = {**PLAIN, "terrace": {"type": "boolean"}}
SENT: dict[str, Any] = {"day": "Friday", "guests": 4}
SENT_MORE: dict[str, Any] = {**SENT, "terrace": True}


def schema(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": ["day", "guests"]}


def chat(name: str, properties: dict[str, Any], sent: dict[str, Any]) -> Recording:
    tool = {"type": "function", "function": {"name": name, "description": SAYS, "parameters": schema(properties)}}
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(sent)}}
    history = (
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "booked"},
    )
    return recording(
        exchange(question(tools=[tool]), answer(calls=[call])),
        exchange(question(*history, tools=[tool]), answer("It is booked.")),
    )


def anthropic(name: str, properties: dict[str, Any], sent: dict[str, Any]) -> Recording:
    asked: dict[str, Any] = {
        "model": "claude-9",
        "max_tokens": 99,
        "tools": [{"name": name, "description": SAYS, "input_schema": schema(properties)}],
        "messages": [{"role": "user", "content": "Book a table."}],
    }
    made = {"type": "tool_use", "id": "toolu_1", "name": name, "input": sent}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "booked"}
    history = [{"role": "assistant", "content": [made]}, {"role": "user", "content": [result]}]
    said = {"type": "text", "text": "It is booked."}
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9"}
    return recording(
        exchange(asked, {**whole, "content": [made], "stop_reason": "tool_use"}, url=ANTHROPIC),
        exchange(
            {**asked, "messages": asked["messages"] + history},
            {**whole, "content": [said], "stop_reason": "end_turn"},
            url=ANTHROPIC,
        ),
    )


def gemini(name: str, properties: dict[str, Any], sent: dict[str, Any]) -> Recording:
    tools = [{"functionDeclarations": [{"name": name, "description": SAYS, "parameters": schema(properties)}]}]
    made = {"functionCall": {"name": name, "args": sent}}
    first = {"role": "user", "parts": [{"text": "Book a table."}]}
    given = {"role": "user", "parts": [{"functionResponse": {"name": name, "response": {"result": "booked"}}}]}

    def step(contents: list[Any], part: dict[str, Any]) -> dict[str, Any]:
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        return exchange({"contents": contents, "tools": tools}, {"candidates": [candidate]}, url=GEMINI)

    history = [first, {"role": "model", "parts": [made]}, given]
    return recording(step([first], made), step(history, {"text": "It is booked."}))


def told(old: Recording, new: Recording) -> list[tuple[str, str]]:
    """The rule, and what is said of it without what is folded."""
    found = compare(old, new).findings
    return [(each.rule, each.message.partition(" (")[0]) for each in found if each.level != "noise"]


RENAMED = ("tool-definition-changed", "the tool reserve is now called book, in 2 calls")
WITH_ONE = (
    "tool-definition-changed",
    "the tool reserve is now called book; terrace is new and optional, in 2 calls",
)
WITHOUT = ("tool-definition-changed", "the tool book is now called reserve; terrace is gone, in 2 calls")


@pytest.mark.parametrize("api", [chat, anthropic, gemini])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(("reserve", PLAIN, SENT), ("book", PLAIN, SENT), [RENAMED], id="the name alone"),
        pytest.param(("reserve", PLAIN, SENT), ("book", MORE, SENT), [WITH_ONE], id="an argument that nobody gives"),
        pytest.param(
            ("reserve", PLAIN, SENT),
            ("book", MORE, SENT_MORE),
            [WITH_ONE, ("tool-arguments-changed", "the arguments of book changed: terrace true is new")],
            id="an argument that the model chose to give",
        ),
        pytest.param(
            ("book", MORE, SENT_MORE), ("reserve", PLAIN, SENT), [WITHOUT], id="one that it can give no longer"
        ),
    ],
)
def test_a_renamed_tool(api: Any, old: Any, new: Any, expected: list[tuple[str, str]]) -> None:
    assert told(api(*old), api(*new)) == expected


@pytest.mark.parametrize("back", [False, True])
def test_another_tool_in_its_place_is_no_rename(back: bool) -> None:
    """Of another kind of work: nothing that it takes, and nothing that is said of it, is the same."""
    old, new = chat("reserve", PLAIN, SENT), quotes()
    rules = {rule for rule, _ in (told(new, old) if back else told(old, new))}
    assert {"tool-call-added", "tool-call-removed"} <= rules


def quotes() -> Recording:
    parameters = {"type": "object", "properties": {"stock": {"type": "string"}, "currency": {"type": "string"}}}
    described = {"name": "quote", "description": "What one share is worth today", "parameters": parameters}
    sent = json.dumps({"stock": "ACME", "currency": "EUR"})
    call = {"id": "call_1", "type": "function", "function": {"name": "quote", "arguments": sent}}
    history = (
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "12.5"},
    )
    tools = [{"type": "function", "function": described}]
    return recording(
        exchange(question(tools=tools), answer(calls=[call])),
        exchange(question(*history, tools=tools), answer("It is booked.")),
    )


def unexplained(name: str, place: str, *, in_anthropic: bool) -> Recording:
    """A tool that only its one property explains."""
    parameters = {
        "type": "object",
        "properties": {place: {"type": "string", "description": f"The {place} whose weather is asked for"}},
        "required": [place],
    }
    sent = {place: "Turin"}
    if in_anthropic:
        asked = {"model": "claude-9", "max_tokens": 99, "tools": [{"name": name, "input_schema": parameters}]}
        made = {"type": "tool_use", "id": "toolu_1", "name": name, "input": sent}
        whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "tool_use"}
        messages = [{"role": "user", "content": "How warm?"}]
        return recording(exchange({**asked, "messages": messages}, {**whole, "content": [made]}, url=ANTHROPIC))
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(sent)}}
    tool = {"type": "function", "function": {"name": name, "parameters": parameters}}
    return recording(exchange(question(tools=[tool]), answer(calls=[call])))


@pytest.mark.parametrize("in_anthropic", [False, True])
def test_a_tool_and_its_property_under_other_names_are_one_change(in_anthropic: bool) -> None:
    old = unexplained("get_weather", "location", in_anthropic=in_anthropic)
    new = unexplained("lookup_weather", "city", in_anthropic=in_anthropic)
    assert told(old, new) == [
        (
            "tool-definition-changed",
            "the tool get_weather is now called lookup_weather; location is gone; city is new and required",
        )
    ]
