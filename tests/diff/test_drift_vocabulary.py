"""What is the same thing under two spellings: the tables, and what comparing across providers makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.data.vocabulary import OPERATIONS, OWN, WRAPPINGS
from cassette_tools.diff import compare
from cassette_tools.diff.pairing.vocabulary import common_parameters, operation_family, plain_result, plain_schema
from cassette_tools.model import (
    Interaction,
    LLMCall,
    Message,
    Recording,
    Request,
    Response,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
)


def test_every_row_has_a_reason() -> None:
    assert [row for table in (OWN, OPERATIONS, WRAPPINGS) for row in table if not row.reason.strip()] == []


@pytest.mark.parametrize(
    ("response", "plain"),
    [
        ("5", "5"),
        ({"result": "5"}, "5"),
        ({"output": {"a": 1}}, {"a": 1}),
        ({"result": "5", "unit": "C"}, {"result": "5", "unit": "C"}),
        ({"temperature": 5}, {"temperature": 5}),
        ({"name": "add", "content": [{"text": "5"}]}, "5"),
        ([{"type": "text", "text": "5"}], "5"),
        ([{"text": "5"}], "5"),
        ([{"json": {"a": 1}}], {"a": 1}),
        ([{"type": "text", "text": "5"}, {"type": "text", "text": "6"}],) * 2,
        ([{"type": "image", "source": {}}],) * 2,
        ([],) * 2,
        (None, None),
    ],
)
def test_results_without_their_wrapping(response: Any, plain: Any) -> None:
    assert plain_result(response) == plain


@pytest.mark.parametrize(
    ("schema", "plain"),
    [
        (
            {"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}},
            {"type": "object", "properties": {"a": {"type": "integer"}}},
        ),
        ({"type": ["STRING", "NULL"]}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "object", "additionalProperties": False, "$schema": "x", "required": ["a"]},
            {"type": "object", "required": ["a"]},
        ),
        (
            {"type": "object", "properties": {"title": {"type": "STRING"}, "type": {"type": "STRING"}}},
            {"type": "object", "properties": {"title": {"type": "string"}, "type": {"type": "string"}}},
        ),
        ({"anyOf": [{"type": "STRING"}, {"enum": ["A"]}]}, {"anyOf": [{"type": "string"}, {"enum": ["A"]}]}),
        (True, True),
        (None, None),
    ],
)
def test_schemas_in_one_spelling(schema: Any, plain: Any) -> None:
    assert plain_schema(schema) == plain
    assert plain_schema(plain) == plain


def test_a_schema_of_any_depth() -> None:
    schema: Any = {"type": "STRING"}
    for _ in range(500):
        schema = {"items": schema}
    assert plain_schema(schema)


SCHEMA = {"type": "OBJECT", "additionalProperties": False}
ASKED = {
    "max_tokens": 10,
    "temperature": None,
    "stream": True,
    "service_tier": "auto",
    "tool_choice": {"mode": "auto", "names": [], "parallel": None},
    "response_format": {"kind": "json_schema", "name": "n", "schema": SCHEMA, "strict": True},
}


def test_parameters_that_all_know() -> None:
    assert common_parameters(ASKED) == {
        "max_tokens": 10,
        "tool_choice": {"mode": "auto"},
        "response_format": {"schema": {"type": "object"}},
    }


def test_operations() -> None:
    assert [operation_family(name) for name in ("chat", "generate_content", "embeddings")] == [
        "chat",
        "chat",
        "embeddings",
    ]


def recording(call: LLMCall) -> Recording:
    asked, answered = Request(method="POST", url=f"https://{call.provider_name}/x"), Response(status_code=200)
    return Recording(
        path="x",
        format="go-vcr",
        format_version="2",
        interactions=(Interaction(index=0, request=asked, response=answered, llm=call),),
    )


def call(
    dialect: str, *, parameters: dict[str, Any], schema: Any, result: Any, kind: str = "function", **more: Any
) -> LLMCall:
    return LLMCall(
        provider_name=dialect.partition(".")[0],
        dialect=dialect,
        operation_name=more.pop("operation", "chat"),
        request_model="m",
        response_model="m",
        parameters=parameters,
        tools=(Tool(name="add", description="Adds", parameters=schema, kind=kind, **more),),
        input_messages=(
            Message(role="user", parts=(Text(content="2+3?"),)),
            Message(role="assistant", parts=(ToolCall(id="c", name="add", arguments={"a": 2}),)),
            Message(role="tool", parts=(ToolCallResponse(id="c", response=result),)),
        ),
        output_messages=(Message(role="assistant", parts=(Text(content="5"),), finish_reason="stop"),),
    )


OPENAI = call(
    "openai.chat",
    parameters={"max_tokens": 9, "stream": True, "tool_choice": {"mode": "auto", "names": [], "parallel": None}},
    schema={"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    result="5",
    strict=True,
)
GEMINI = call(
    "gemini.generate_content",
    parameters={"max_tokens": 9, "tool_choice": {"mode": "auto", "names": [], "parallel": True}, "safety_settings": []},
    schema={"type": "OBJECT", "properties": {"a": {"type": "INTEGER"}}},
    result={"result": "5"},
    operation="generate_content",
    extra={"/behavior": "BLOCKING"},
)


def rules(old: LLMCall, new: LLMCall) -> list[tuple[str, str]]:
    report = compare(recording(old), recording(new), profile="cross-provider")
    return [(each.rule, each.path) for each in report.findings if each.level != "noise"]


def test_the_same_call_in_two_dialects() -> None:
    assert rules(OPENAI, GEMINI) == []
    assert rules(GEMINI, OPENAI) == []


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"parameters": {"max_tokens": 8}}, [("request-parameter-changed", "interactions[0].request.parameters.max_tokens")]),
        ({"result": {"result": "6"}}, [("tool-result-changed", "interactions[0].request.input_messages[2].results[add]")]),
        (
            {"schema": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}}},
            [("tool-definition-narrowed", "interactions[0].request.tools[add]")],
        ),
    ],
)  # fmt: skip
def test_what_is_meant_otherwise_is_told(other: dict[str, Any], found: list[tuple[str, str]]) -> None:
    same: dict[str, Any] = {
        "parameters": GEMINI.parameters, "schema": GEMINI.tools[0].parameters, "result": {"result": "5"}, "operation": "generate_content",
    }  # fmt: skip
    assert rules(OPENAI, call("gemini.generate_content", **{**same, **other})) == found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('{"sum": 5}', {"sum": 5, "b": 1}, ["the result of add changed: b 1 is new"]),  # text on one side only
        ('{"sum": 5}', {"sum": 5}, []),
        ({"sum": 5, "b": 1}, {"sum": 6, "b": 1}, ["the result of add changed: sum 5 → 6"]),  # on neither
        ('{"sum": 5}', '{"sum": 6}', ["the result of add changed: sum 5 → 6"]),  # on both
    ],
)
def test_a_result_is_compared_as_json_whether_it_is_text_or_not(old: Any, new: Any, told: list[str]) -> None:
    calls = [
        call(name, parameters=OPENAI.parameters, schema=OPENAI.tools[0].parameters, result=result, strict=True)
        for name, result in (("openai.chat", old), ("mistral.chat", new))
    ]
    found = compare(*map(recording, calls), profile="cross-provider").findings
    assert [each.message for each in found if each.level != "noise"] == told
