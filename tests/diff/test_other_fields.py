"""Two providers of one API: an id that a client makes up for a call is told, all other fields are listed as noise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.data.drift import CROSS_PROVIDER
from cassette_tools.diff import compare
from tests.diff.drift_cases import CALL, answer, exchange, lines, question, recording

OPENAI = "https://api.openai.com/v1/chat/completions"
GROQ = "https://api.groq.com/openai/v1/chat/completions"
VERTEX = "https://us-east5-aiplatform.googleapis.com/v1/projects/acme/locations/us-east5/publishers"

# --- ids of calls ----------------------------------------------------------------------------------------------------

CHAT = question(
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": CALL["id"], "content": "18 C"},
)
ITEMS = {
    "model": "gpt-9",
    "input": [
        {"role": "user", "content": "How warm is it?"},
        {"type": "function_call", "call_id": "call_Aa1", "name": "get_weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_Aa1", "output": "18 C"},
    ],
}
BLOCKS = {
    "model": "claude-9",
    "max_tokens": 9,
    "messages": [
        {"role": "user", "content": "How warm is it?"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 C"}]},
    ],
}
PARTS = {
    "contents": [
        {"role": "user", "parts": [{"text": "How warm is it?"}]},
        {"role": "model", "parts": [{"functionCall": {"id": "1", "name": "get_weather", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"id": "1", "name": "get_weather", "response": {"is": 18}}}]},
    ]
}
SAID = {"type": "output_text", "text": "18", "annotations": []}
RESPONSE = {
    "id": "resp_0a1b2c3d",
    "object": "response",
    "status": "completed",
    "model": "gpt-9",
    "output": [{"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [SAID]}],
}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-9",
    "content": [{"type": "text", "text": "18"}],
    "stop_reason": "end_turn",
}
CANDIDATE = {"candidates": [{"content": {"role": "model", "parts": [{"text": "18"}]}, "finishReason": "STOP"}]}

APIS: dict[str, tuple[Any, Any, str, str]] = {
    "chat": (CHAT, answer("18"), OPENAI, GROQ),
    "responses": (
        ITEMS,
        RESPONSE,
        "https://api.openai.com/v1/responses",
        "https://acme.openai.azure.com/openai/v1/responses",
    ),
    "messages": (
        BLOCKS,
        MESSAGE,
        "https://api.anthropic.com/v1/messages",
        f"{VERTEX}/anthropic/models/claude-9:rawPredict",
    ),
    "gemini": (
        PARTS,
        CANDIDATE,
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent",
        f"{VERTEX}/google/models/gemini-9:generateContent",
    ),
}
IDS = ("id", "tool_call_id", "call_id", "tool_use_id")


def without(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: without(each, names) for key, each in value.items() if key not in names}
    return [without(each, names) for each in value] if isinstance(value, list) else value


def emptied(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: "" if key in names else emptied(each, names) for key, each in value.items()}
    return [emptied(each, names) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("bare", "rules"), [(without, "request-field-"), (emptied, "id-topology-changed")])
def test_ids_of_calls_are_told(api: str, bare: Any, rules: str) -> None:
    asked, said, here, there = APIS[api]
    sides = recording(exchange(asked, said, url=here)), recording(exchange(bare(asked, IDS), said, url=there))
    for pair, ending in ((sides, "removed"), (sides[::-1], "added")):
        assert compare(*pair).profile == CROSS_PROVIDER
        found = {(level, rule) for level, rule, _ in lines(*pair)}
        assert found == {("behavior", rules + ending if rules.endswith("-") else rules)}


def test_an_id_that_an_answer_gave_is_only_given_back() -> None:
    given = recording(exchange(question(), answer(calls=[CALL])), exchange(CHAT, answer("18")))
    bare = without(CALL, ("id",))
    nameless = recording(
        exchange(question(), answer(calls=[bare]), url=GROQ), exchange(without(CHAT, IDS), answer("18"), url=GROQ)
    )
    told = [(rule, message) for _, rule, message in lines(given, nameless)]
    assert told == [("wire-field-removed", "the id of the call to get_weather: missing now; before call_Aa1")]


# --- everything else is listed ---------------------------------------------------------------------------------------

OTHERS = (
    ({"user": "u-1"}, {}, {}, "noise", "request-field-added", "a setting"),
    ({"max_tokens": 500}, {}, {}, "behavior", "request-parameter-changed", "a setting of all APIs is told"),
    ({}, {"x_groq": {"id": "req_1"}}, {}, "noise", "wire-field-added", "a field of the answer"),
    ({}, {"created": 1800000000}, {}, "noise", "time-changed", "what differs between any two answers"),
    ({}, {}, {"Server": ["other"]}, "noise", "route-changed", "a header field"),
    ({}, {}, {"X-Acme": ["7"]}, "noise", "transport-changed", "a header field that nobody knows"),
)


@pytest.mark.parametrize(("asked", "said", "headers", "level", "rule", "why"), OTHERS, ids=[row[-1] for row in OTHERS])
def test_all_else_is_listed(asked: Any, said: Any, headers: Any, level: str, rule: str, why: str) -> None:
    new = exchange(question(**asked), {**answer("18"), **said}, url=GROQ)
    new["response"]["headers"].update(headers)
    found = compare(recording(exchange(question(), answer("18"))), recording(new)).findings
    listed = [("noise", "request-url-changed"), (level, rule)]
    assert sorted((each.level, each.rule) for each in found) == sorted(listed), why


def test_fields_of_events_are_listed() -> None:
    def chunk(**more: Any) -> str:
        choice = {"index": 0, "delta": {"content": "18"}, "finish_reason": "stop"}
        return json.dumps({"id": "chatcmpl-1", "model": "gpt-9", "choices": [choice], **more})

    asked = question(stream=True)
    old = recording(exchange(asked, [chunk(), "[DONE]"]))
    new = recording(exchange(asked, [chunk(obfuscation="a1b2"), "[DONE]"], url=GROQ))
    found = compare(old, new).findings
    assert {each.level for each in found} == {"noise"}
    assert {each.rule for each in found} == {"request-url-changed", "wire-field-added"}
    assert any("obfuscation" in each.path for each in found)


def test_of_another_api_the_names_of_its_fields_are_listed() -> None:
    old = recording(exchange(CHAT, answer("18")))
    new = recording(exchange({**BLOCKS, "model": "gpt-9"}, {**MESSAGE, "model": "gpt-9"}, url=APIS["messages"][2]))
    listed = {each.message for each in compare(old, new).findings if each.level == "noise"}
    assert listed >= {
        "the API was openai.chat and is now anthropic.messages",
        "the fields of the response, which another API has, object, created, choices, usage became type, role, content, "
        "stop_reason",
    }


def test_nothing_that_is_expected_is_a_cause() -> None:
    """The address differs between any two providers: the provider is the cause, and no address."""
    old = exchange(question(), answer("It is warm in Turin."))
    new = exchange(question(), answer("Turin is a city in Italy."), url=GROQ)
    [told] = [each for each in compare(recording(old), recording(new)).findings if each.level != "noise"]
    assert told.cause == "provider"
    assert told.evidence == "provider"


SPEECH = ("https://api.openai.com/v1/audio/transcriptions", "https://api.groq.com/openai/v1/audio/transcriptions")


def test_a_field_of_a_form_is_told_and_listed() -> None:
    def spoken(language: str, url: str) -> dict[str, Any]:
        fields = {"model": "whisper-9", "language": language}
        parts = [f'--xYz\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
        made = exchange("".join(parts) + "--xYz--\r\n", {"text": "Hi"}, url=url)
        made["request"]["headers"]["Content-Type"] = ["multipart/form-data; boundary=xYz"]
        return made

    found = compare(*(recording(spoken(*each)) for each in zip(("en", "fr"), SPEECH, strict=True))).findings
    assert [(each.level, each.path.removeprefix("interactions[0].")) for each in found] == [
        ("behavior", "request.input_messages[0].parts[form_field]"),
        ("noise", "request.body.language"),
        ("noise", "request.url"),
    ]
