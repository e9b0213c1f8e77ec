"""JSON that a model made, judged by the schema that the request declared: arguments of tools, answers of some shape."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from drift_cases import WEATHER, alone, answer, conversation, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.messages.validity import faults

SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "days": {"type": "integer", "maximum": 7},
        "unit": {"enum": ["C", "F"]},
    },
    "required": ["city"],
}


def called(**arguments: Any) -> Any:
    tool = copy.deepcopy(WEATHER)
    tool["function"]["parameters"] = SCHEMA
    call = {
        "id": "call_Aa1",
        "type": "function",
        "function": {"name": "get_weather", "arguments": json.dumps(arguments)},
    }
    return conversation(call=call, tools=[tool])


def said(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """Level, rule and message of what is found in responses, above noise."""
    found = compare(old, new).findings
    return [
        (each.level, each.rule, each.message) for each in found if each.level != "noise" and each.origin == "response"
    ]


SHAPE, VALUE = ("breaking", "tool-arguments-shape-changed"), ("behavior", "tool-arguments-changed")
BEGIN = "the arguments of get_weather "


@pytest.mark.parametrize(
    ("old", "new", "rule", "words"),
    [
        ({"city": "Turin"}, {"city": "Rome"}, VALUE, 'changed: city "Turin" → "Rome"'),
        ({"city": "Turin"}, {"city": "Turin", "days": 2}, VALUE, "changed: days 2 is new"),
        ({"city": "Turin", "days": 2}, {"city": "Turin"}, VALUE, "changed: days 2 is gone"),
        ({"city": "Turin"}, {"days": 2}, SHAPE, 'have another shape: days 2 is new, city "Turin" is gone; by its schema, city is missing'),
        ({"city": "Turin", "days": 2}, {"city": "Turin", "days": "2"}, SHAPE, 'have another shape: days 2 → "2"; by its schema, days must be an integer'),
        ({"city": "Turin", "days": 2}, {"city": "Turin", "days": 9}, SHAPE, "have another shape: days 2 → 9; by its schema, days breaks maximum 7"),
        ({"city": "Turin", "unit": "C"}, {"city": "Turin", "unit": "K"}, SHAPE, 'have another shape: unit "C" → "K"; by its schema, unit must be one of ["C", "F"]'),
        ({"city": "Turin"}, {"city": "Turin", "mood": "good"}, SHAPE, 'have another shape: mood "good" is new'),
        ({"city": "Turin", "days": "2"}, {"city": "Turin", "days": 2}, VALUE, 'changed: days "2" → 2'),
    ],
)  # fmt: skip
def test_arguments(old: dict[str, Any], new: dict[str, Any], rule: tuple[str, str], words: str) -> None:
    assert [(level, name, alone(message)) for level, name, message in said(called(**old), called(**new))] == [
        (*rule, BEGIN + words)
    ]


def structured(text: str, schema: dict[str, Any] | None = SCHEMA) -> Any:
    form: dict[str, Any] = {"type": "json_object"}
    if schema is not None:
        form = {"type": "json_schema", "json_schema": {"name": "weather", "schema": schema}}
    return recording(exchange(question(response_format=form, tools=[]), answer(text)))


WAS = "the answer is no longer the JSON that the request asked for: "


@pytest.mark.parametrize(
    ("old", "new", "schema", "found"),
    [
        ('{"city": "Turin"}', '{"city": 7}', SCHEMA, [("breaking", "structured-output-invalid", WAS + "city is 7, not string")]),
        ('{"city": "Turin"}', '{"city": "Turin', SCHEMA, [("breaking", "structured-output-invalid", WAS + "it is not JSON")]),
        ('{"city": "Turin"}', '{"city": "Turin', None, [("breaking", "structured-output-invalid", WAS + "it is not JSON")]),
        ('{"city": 7}', '{"city": "Turin"}', SCHEMA, [("cosmetic", "structured-output-mended", "the answer is now the JSON that the request asked for")]),
        ('{"city": "Turin"}', '{"city": "Rome"}', SCHEMA, [("behavior", "text-facts-changed", 'the text changed: city="Turin" → city="Rome"')]),
        ('{"city": "Turin", "days": 2}', '{"days": 2, "city": "Turin"}', SCHEMA, []),
    ],
)  # fmt: skip
def test_structured_output(old: str, new: str, schema: Any, found: list[tuple[str, str, str]]) -> None:
    assert [
        (level, rule, alone(message.replace('\\"', '"')))
        for level, rule, message in said(structured(old, schema), structured(new, schema))
    ] == found


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://example.invalid/schema.json"},
        {"$ref": "#"},
        {"type": "object", "properties": {"a": {"pattern": "(a+)+$"}}},
        {"type": 7, "properties": []},
        {"type": "object", "properties": {"a": {"type": "str"}}},
        {"allOf": [{"$ref": "#/$defs/none"}]},
        {"properties": {"a": {"$dynamicRef": "#x"}}},
    ],
)
def test_a_hostile_schema_is_no_judge(schema: dict[str, Any]) -> None:
    assert not faults({"a": "a" * 60 + "!"}, schema)
