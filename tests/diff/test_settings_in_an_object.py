"""An object of settings that came whole: what its settings explain, and how it is told."""

import pytest

from cassette_tools.diff import compare
from cassette_tools.words import settings_in_words
from tests.diff.drift_cases import answer, exchange, recording

SCHEMA = {"type": "object", "properties": {"degrees": {"type": "integer"}}, "required": ["degrees"]}
ASKED = "How warm is it in Turin?"
TEXTS = ("It is eighteen degrees in Turin, and sunny all day.", '{"degrees": 18}')
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"


def gemini(settings, said):
    body = {"contents": [{"role": "user", "parts": [{"text": ASKED}]}], **settings}
    told = {"candidates": [{"content": {"parts": [{"text": said}], "role": "model"}, "finishReason": "STOP"}]}
    return recording(exchange(body, told, url=GEMINI))


def chat(settings, said):
    body = {"model": "gpt-9-mini", "messages": [{"role": "user", "content": ASKED}], **settings}
    return recording(exchange(body, answer(said, usage=None)))


def responses(settings, said):
    body = {"model": "gpt-9-mini", "input": ASKED, **settings}
    part = {"type": "output_text", "text": said, "annotations": []}
    message = {"type": "message", "id": "msg_01", "role": "assistant", "status": "completed", "content": [part]}
    told = {"id": "resp_01", "object": "response", "status": "completed", "model": "gpt-9-mini", "output": [message]}
    return recording(exchange(body, told, url="https://api.openai.com/v1/responses"))


FORM = {"type": "json_schema", "json_schema": {"name": "weather", "strict": True, "schema": SCHEMA}}


@pytest.mark.parametrize(
    ("api", "settings", "cause"),
    [
        (
            gemini,
            {"generationConfig": {"responseSchema": SCHEMA, "responseMimeType": "application/json"}},
            "request (generationConfig.responseSchema, generationConfig.responseMimeType)",
        ),
        (
            gemini,
            {"generationConfig": {"candidateCount": 1, "responseMimeType": "application/json"}},
            "request (generationConfig.responseMimeType)",
        ),
        (chat, {"response_format": FORM}, "request (response_format)"),
        (responses, {"text": {"format": {"name": "weather", **FORM, "schema": SCHEMA}}}, "request (text.format)"),
    ],
)
def test_a_setting_in_an_object_explains_as_it_would_alone(api, settings, cause) -> None:
    found = compare(api({}, TEXTS[0]), api(settings, TEXTS[1])).findings
    assert [each.evidence for each in found if each.rule.startswith("text-")] == [cause]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"a": 1, "b": 2}, '{"a": 1, "b": 2}'),
        (
            {"responseSchema": SCHEMA, "responseMimeType": "application/json"},
            "responseMimeType application/json, responseSchema",
        ),
        (
            {"format": {"type": "json_schema", "name": "weather", "schema": SCHEMA}},
            "format.type json_schema, format.name weather, format.schema",
        ),
        (
            {"one": "first of them", "two": "second of them", "three": "third of them", "four": 4, "five": 5, "six": 6},
            'one "first of them", two "second of them", three "third of them", four 4 and 2 more',
        ),
    ],
)
def test_a_long_object_of_settings_is_told_by_what_is_short_in_it(settings, told) -> None:
    assert settings_in_words(settings) == told
