"""A key that the schema of the request forbids breaks whoever reads by it, as a key that is missing does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.diff.messages.validity import faults
from tests.diff.drift_cases import alone, answer, exchange, question, recording

INNER = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"], "additionalProperties": False}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "spot": INNER, "stops": {"type": "array", "items": INNER}},
    "required": ["city"],
    "additionalProperties": False,
}
OPEN = {**SCHEMA, "additionalProperties": True}


def chat(said: Any, schema: Any) -> dict[str, Any]:
    wanted = {"type": "json_schema", "json_schema": {"name": "place", "strict": True, "schema": schema}}
    return exchange(question(response_format=wanted), answer(json.dumps(said)))


def claude(said: Any, schema: Any) -> dict[str, Any]:
    asked = {
        "model": "claude-9",
        "max_tokens": 99,
        "messages": [{"role": "user", "content": "Where?"}],
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
    }
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": json.dumps(said)}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 9, "output_tokens": 7},
    }
    return exchange(asked, body, url="https://api.anthropic.com/v1/messages")


def tool(said: Any, schema: Any) -> dict[str, Any]:
    call = {"id": "call_1", "type": "function", "function": {"name": "save", "arguments": json.dumps(said)}}
    tools = [{"type": "function", "function": {"name": "save", "strict": True, "parameters": schema}}]
    return exchange(question(tools=tools), answer(calls=[call]))


ASKED = {"chat": chat, "claude": claude}
TURIN = {"city": "Turin", "spot": {"x": 1}, "stops": [{"x": 1}]}

# fmt: off
FORBIDDEN = {
    "at the top": ({**TURIN, "land": "Italy"}, "land is not allowed"),
    "within": ({**TURIN, "spot": {"x": 1, "y": 2}}, "spot.y is not allowed"),
    "in an element": ({**TURIN, "stops": [{"x": 1, "y": 2}]}, "stops[0].y is not allowed"),
    "in a new element": ({**TURIN, "stops": [{"x": 1}, {"x": 3, "y": 2}]}, "stops[1].y is not allowed"),
    "two of them": ({**TURIN, "land": "Italy", "river": "Po"}, "land and river are not allowed"),
    "five of them": ({**TURIN, **dict.fromkeys("abcde", 1)}, "a, b, c and 2 more are not allowed"),
}
# fmt: on


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize("api", ASKED)
def test_a_key_that_the_schema_forbids(api: str, name: str) -> None:
    said, why = FORBIDDEN[name]
    old, new = (recording(ASKED[api](each, SCHEMA)) for each in (TURIN, said))
    (told,) = [each for each in compare(old, new).findings if each.level != "noise"]
    assert (told.level, told.rule) == ("breaking", "structured-output-invalid")
    assert alone(told.message) == f"the answer is no longer the JSON that the request asked for: {why}"
    back = [each.rule for each in compare(new, old).findings if each.level != "noise"]
    assert back == ["structured-output-mended"]


@pytest.mark.parametrize("name", FORBIDDEN)
def test_an_argument_that_the_schema_forbids(name: str) -> None:
    said, why = FORBIDDEN[name]
    found = compare(recording(tool(TURIN, SCHEMA)), recording(tool(said, SCHEMA))).findings
    (told,) = [each for each in found if each.level != "noise"]
    assert (told.level, told.rule) == ("breaking", "tool-arguments-shape-changed")
    assert told.message.endswith(f"; by its schema, {why}")


@pytest.mark.parametrize("api", ASKED)
def test_a_key_that_the_schema_allows(api: str) -> None:
    old, new = (recording(ASKED[api](each, OPEN)) for each in (TURIN, {**TURIN, "land": "Italy"}))
    assert [(each.level, each.rule) for each in compare(old, new).findings if each.level != "noise"] == [
        ("behavior", "text-facts-changed")
    ]


@pytest.mark.parametrize("api", ASKED)
def test_who_had_a_forbidden_key_before_has_no_new_fault(api: str) -> None:
    sides = ({**TURIN, "land": "Italy"}, {**TURIN, "land": "France"})
    old, new = (recording(ASKED[api](each, SCHEMA)) for each in sides)
    assert {each.level for each in compare(old, new).findings} == {"behavior"}


def test_patterns_of_names_are_not_judged() -> None:
    """They are not run: a name that none of the properties has may be one that a pattern allows."""
    schema = {"type": "object", "patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}
    assert faults({"a" * 40 + "b": 1}, schema) == []


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(), max_size=4), st.sets(st.sampled_from("abcd")))
def test_only_what_the_schema_names_is_allowed(document: Any, known: set[str]) -> None:
    schema = {"type": "object", "properties": {key: {} for key in known}, "additionalProperties": False}
    assert bool(faults(document, schema)) == bool(document.keys() - known)
