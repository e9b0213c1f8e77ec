"""`run-recorded-over`: two runs in one file, by what is asked and when."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.config import LintSettings
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.model import Body
from cassette_tools.rules._apart import differing
from cassette_tools.source import Source

CHOSEN = chosen_rules(LintSettings(select=("run-recorded-over",)))
THEN, SOON, LATER, MUCH_LATER = (
    "Thu, 09 Oct 2025 08:53:20 GMT",
    "Tue, 14 Oct 2025 08:53:20 GMT",
    "Mon, 02 Feb 2026 10:01:07 GMT",
    "Tue, 03 Feb 2026 10:01:07 GMT",
)
CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
TURN_2 = [
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": ""},
]


def call(date: str, text: str = "Hello", status: int = 200, **more: Any) -> dict[str, Any]:
    asked = {"model": "heron-1", "messages": [{"role": "user", "content": text}], **more}
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}
    answer = {"id": "1", "object": "chat.completion", "created": 1, "model": "heron-1", "choices": [choice]}
    headers = {"Content-Type": ["application/json"], **({"Date": [date]} if date else {})}
    failed = {"error": {"message": "Overloaded", "type": "server_error"}}
    return {
        "request": {
            "method": "POST",
            "uri": "https://api.openai.com/v1/chat/completions",
            "headers": {"Content-Type": ["application/json"]},
            "body": json.dumps(asked, indent=len(date) % 3),
        },
        "response": {
            "status": {"code": status, "message": "OK"},
            "headers": headers,
            "body": {"string": json.dumps(answer if status == 200 else failed)},
        },
    }


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        pytest.param(
            [call(THEN), call(LATER)], ["interaction 1 asks what interaction 0 does, 116 days apart"], id="two"
        ),
        pytest.param(
            [call(THEN), call(LATER), call(MUCH_LATER), call(THEN, "Bye"), call(LATER, "Bye")],
            ["interaction 1 asks what interaction 0 does, 116 days apart (also interactions 2, 4)"],
            id="one finding a file",
        ),
        pytest.param(
            [call(LATER), call(THEN)], ["interaction 1 asks what interaction 0 does, 116 days apart"], id="backwards"
        ),
        pytest.param(
            [call(THEN), call(SOON), call(LATER)],
            ["interaction 2 asks what interaction 0 does, 116 days apart (also interaction 1)"],
            id="a third run soon after the first",
        ),
        pytest.param([call(THEN), call(THEN)], [], id="twice in one run"),
        pytest.param([call(THEN), call(SOON)], [], id="within a week"),
        pytest.param([call(THEN), call(LATER, "Bye")], [], id="another question: the scenario grew"),
        pytest.param([call(THEN), call(LATER, temperature=0)], [], id="another setting"),
        pytest.param([call(THEN), call(LATER, model="heron-2")], [], id="another model"),
        pytest.param([call(THEN), call(LATER, messages=TURN_2)], [], id="the next turn, which says no more"),
        pytest.param([call(THEN, status=503), call(LATER)], [], id="a failure, which other rules tell"),
        pytest.param([call(""), call("")], [], id="nobody knows when"),
        pytest.param([call("yesterday"), call("today")], [], id="no dates"),
    ],
)
def test_two_runs(calls: list[dict[str, Any]], told: list[str]) -> None:
    content = json.dumps({"interactions": calls, "version": 1}).encode()
    found = lint_source(Source.from_bytes(content, "recording.json"), CHOSEN)
    assert [each.message.partition(":")[0] for each in found] == told


def tools(**function: Any) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": "look", "parameters": {"required": ["a"]}, **function}}]


@pytest.mark.parametrize(
    ("then", "now", "what"),
    [
        (tools(strict=False), tools(strict=True), "`/tools/0/function/strict`"),
        (tools(), tools(strict=True), "`/tools/0/function/strict`"),
        (
            tools(parameters={"required": ["a"]}),
            tools(parameters={"required": ["a", "b"]}),
            "`/tools/0/function/parameters/required`",
        ),
        (tools(strict=0), tools(strict=False), "`/tools/0/function/strict`"),
        (
            tools(description="1", strict=0, parameters={"a/b": 1, "c": [1]}),
            tools(description="2", strict=1, parameters={"a/b": 2, "c": [2]}),
            "`/tools/0/function/parameters/a~1b`, `/tools/0/function/parameters/c/0`, `/tools/0/function/description` and "
            "1 more",
        ),
    ],
)
def test_two_runs_of_requests_that_differ(then: Any, now: Any, what: str) -> None:
    """The later one asks nearly the same, and players that compare bodies tell them apart."""
    content = json.dumps({"interactions": [call(THEN, tools=then), call(LATER, tools=now)], "version": 1}).encode()
    found = lint_source(Source.from_bytes(content, "recording.json"), CHOSEN)
    assert [each.message for each in found] == [
        f"interaction 1 asks what interaction 0 does, but for {what} in the request, 116 days apart: a run was recorded "
        "over another one; players that match on method and URL take the first, those that compare bodies never play the "
        "one that is no longer asked for; record the scenario again in a new file, or take the older run out"
    ]


def test_bodies_that_are_no_json_differ_as_texts() -> None:
    assert differing(Body(text="a=1"), Body(text="a=2")) == "the text"
    assert differing(Body(text="a=1"), Body(text="a=1")) == ""
    assert differing(Body(text="1", json=1), Body(text="2", json=2)) == "`/`"
