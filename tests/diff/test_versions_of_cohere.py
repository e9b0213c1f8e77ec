"""Cohere's versions 1 and 2: what the version alone brings has it for a cause, and the same tool is no news."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

ROOT = "https://api.cohere.com"
COUNTS = {"tokens": {"input_tokens": 90, "output_tokens": 40}}
DEFINITIONS = {
    "city": {"type": "str", "description": "Where.", "required": True},
    "days": {"type": "int", "required": False},
}
PROPERTIES = {"city": {"type": "string", "description": "Where."}, "days": {"type": "integer"}}
ARGUMENTS = {"city": "Olot", "days": 2}


def first(text: str = "", definitions: Any = DEFINITIONS, model: str = "command-z", **more: Any) -> Any:
    tool = {"name": "rain", "description": "Rain.", "parameter_definitions": definitions}
    asked = {"model": model, "message": "Rain in Olot?", "tools": [tool], **more}
    call = {"name": "rain", "parameters": ARGUMENTS}
    said = {"response_id": "r1", "generation_id": "g1", "text": text, "tool_calls": [call], "finish_reason": "COMPLETE"}
    return recording(exchange(asked, {**said, "meta": COUNTS}, url=f"{ROOT}/v1/chat"))


def second(plan: str = "", properties: Any = PROPERTIES, model: str = "command-z", **more: Any) -> Any:
    parameters = {"type": "object", "properties": properties, "required": ["city"]}
    tool = {"type": "function", "function": {"name": "rain", "description": "Rain.", "parameters": parameters}}
    asked = {"model": model, "messages": [{"role": "user", "content": "Rain in Olot?"}], "tools": [tool], **more}
    made = {"name": "rain", "arguments": '{"city": "Olot", "days": 2}'}
    message: dict[str, Any] = {
        "role": "assistant",
        "tool_calls": [{"id": "rain_1", "type": "function", "function": made}],
    }
    said = {"id": "x1", "message": {**message, **({"tool_plan": plan} if plan else {})}, "finish_reason": "TOOL_CALL"}
    return recording(exchange(asked, {**said, "usage": COUNTS}, url=f"{ROOT}/v2/chat"))


def told(old: Any, new: Any) -> list[tuple[str, str]]:
    """The rules above noise, with their causes."""
    return [(each.rule, each.evidence) for each in compare(old, new).findings if each.level != "noise"]


THE_VERSION = [("protocol-changed", "request (the path)"), ("finish-reason-changed", "request (the path)")]
SPELLED_AS_BEFORE = {"city": {"type": "str", "description": "Where."}, "days": {"type": "int"}}


@pytest.mark.parametrize("properties", [PROPERTIES, SPELLED_AS_BEFORE])
def test_the_same_tool_in_the_form_of_the_other_version(properties: Any) -> None:
    for sides in ((first(), second(properties=properties)), (second(properties=properties), first())):
        assert told(*sides) == THE_VERSION


def test_the_plan_has_a_place_in_version_2_alone() -> None:
    """A text before the call is the plan of version 1. Another model and another tool explain neither."""
    plan = "I will look at Olot."
    narrower = {**PROPERTIES, "days": {"type": "string"}}
    old, new = first(plan), second(plan, narrower, "command-y")
    brought = "request (the path)"
    assert told(old, new) == [
        THE_VERSION[0],
        ("tool-definition-narrowed", ""),
        THE_VERSION[1],
        ("request-parameter-changed", ""),
        ("reasoning-appeared", brought),
        ("text-vanished", brought),
    ]
    assert sorted(told(new, old)) == sorted(
        [
            *THE_VERSION,
            ("tool-definition-narrowed", ""),
            ("request-parameter-changed", ""),
            ("reasoning-vanished", brought),
            ("text-appeared", brought),
        ]
    )


def test_a_setting_is_the_callers_own() -> None:
    """The version says how a conversation is sent, not how warm the answer is, nor whether the model thinks."""
    new = second("I look.", thinking={"type": "enabled"}, temperature=0.3)
    found = compare(first(temperature=0.9), new).findings
    assert [(each.rule, each.path, each.message, each.evidence) for each in found if each.level == "behavior"] == [
        (
            "request-parameter-changed",
            "interactions[0].request.parameters.temperature",
            "temperature 0.9 became 0.3",
            "",
        ),
        (
            "request-field-added",
            "interactions[0].request.thinking",
            'the request now has thinking: {"type": "enabled"}; the answer now has reasoning, in tool_plan',
            "",
        ),
    ]


def test_a_parameter_of_version_1() -> None:
    wider = copy.deepcopy(DEFINITIONS)
    wider["days"]["required"] = True
    wider["unit"] = {"type": "str"}
    [found] = [each for each in compare(first(), first(definitions=wider)).findings if each.level != "noise"]
    assert (found.rule, found.message) == (
        "tool-definition-narrowed",
        "the tool rain accepts less than before: days is required now; unit is new and optional",
    )


def test_sources_have_other_ids_in_the_other_version() -> None:
    """That there are none any more is not of the version."""
    said = "3 mm of rain."
    place = {"start": 0, "end": 4, "text": "3 mm"}
    one = {"generation_id": "g1", "text": said, "citations": [{**place, "document_ids": ["rain:0"]}], "meta": COUNTS}
    old = exchange({"message": "Rain?"}, {**one, "finish_reason": "COMPLETE"}, url=f"{ROOT}/v1/chat")
    source = {"type": "tool", "id": "rain_1:0"}
    causes = []
    for citations in ([{**place, "sources": [source]}], []):
        message = {"role": "assistant", "content": [{"type": "text", "text": said}], "citations": citations}
        two = {"id": "x1", "message": message, "finish_reason": "COMPLETE", "usage": COUNTS}
        asked = {"messages": [{"role": "user", "content": "Rain?"}]}
        new = exchange(asked, two, url=f"{ROOT}/v2/chat")
        causes += [told(recording(old), recording(new))[1]]
    assert causes == [("citation-changed", "request (the path)"), ("citation-changed", "")]


def test_sources_of_version_1_are_known_by_their_ids() -> None:
    def cited(source: str) -> Any:
        cite = {"start": 0, "end": 4, "text": "3 mm", "document_ids": [source, "doc_9"]}
        said = {"generation_id": "g1", "text": "3 mm of rain.", "citations": [cite], "finish_reason": "COMPLETE"}
        return recording(exchange({"message": "Rain?", "documents": []}, said, url=f"{ROOT}/v1/chat"))

    [found] = [each for each in compare(cited("doc_1"), cited("doc_2")).findings if each.level != "noise"]
    assert (found.rule, found.message) == ("citation-changed", "the citations changed: 1 gone: doc_1; 1 new: doc_2")
