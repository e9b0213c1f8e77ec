"""Llama Stack's API recordings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "llama_stack"
URL = "https://api.example.com/v1/chat/completions"
JSON = (("Content-Type", "application/json"),)


def test_what_the_sdk_made_of_the_answer_is_the_body_and_of_a_stream_the_events() -> None:
    whole, stream = load(str(FOLDER / "chat.json")), load(str(FOLDER / "stream.json"))
    assert [(each.format, each.format_version, len(each.interactions)) for each in (whole, stream)] == [("llama-stack", None, 1)] * 2  # fmt: skip
    assert asked(whole.interactions[0]) == (
        "POST",
        URL,
        (),
        '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}',
    )
    assert answered(whole.interactions[0])[:2] == (200, JSON)
    assert answered(stream.interactions[0])[:2] == (200, (("Content-Type", "text/event-stream"),))
    assert [len(each.interactions[0].response.body.events) for each in (whole, stream)] == [0, 3]
    assert said(whole) == said(stream) == [("user", "Name a wader."), ("assistant", "The avocet.")]
    assert whole.interactions[0].request.extra == {
        "endpoint": "/v1/chat/completions",
        "model": "example-1",
        "provider_metadata": {"openai_sdk_version": "2.5.0"},
    }
    assert findings(FOLDER / "chat.json") == findings(FOLDER / "stream.json") == []


@pytest.mark.parametrize(
    ("name", "request_is", "response_is"),
    [
        (
            "models.json",
            ("POST", "https://api.example.com/v1/models", (), "{}"),
            (200, JSON, '[{"id":"example-1","created":1735689600,"object":"model","owned_by":"example"}]'),
        ),
        (
            "odd-tool.json",
            ("", "ExampleSearch/web_search", (), '{"query":"avocet"}'),
            (200, JSON, '{"content":"A wader.","error_code":null}'),
        ),
        (
            "odd-http.json",
            ("POST", "https://api.example.com/v1/rerank", (), '{"query":"wader","documents":["avocet"]}'),
            (422, JSON, '{"error":{"message":"no such model"}}'),
        ),
        (
            "odd-failed.json",
            ("POST", URL, (), '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}'),
            (400, JSON, '{"error":{"message":"slow down","type":"rate_limit"}}'),
        ),
    ],
)
def test_other_calls(name: str, request_is: tuple[Any, ...], response_is: tuple[Any, ...]) -> None:
    (interaction,) = load(str(FOLDER / name)).interactions
    assert (asked(interaction), answered(interaction)) == (request_is, response_is)
    assert findings(FOLDER / name) == []


@pytest.mark.parametrize(
    ("response", "status", "body"),
    [
        ({"body": [], "is_streaming": True}, 200, ""),
        ({"body": [], "is_streaming": False}, 200, "[]"),
        ({"body": "a text", "is_streaming": False}, 200, '"a text"'),
        ({"body": {"__data__": {"a": 1}, "__type__": "x"}, "is_streaming": True}, 200, '{"a":1}'),
        ({"body": None, "is_streaming": False, "is_exception": True, "exception_message": "closed"}, 0, None),
        ({"body": None, "is_streaming": False, "is_exception": False, "status": 204}, 204, "null"),
    ],
)
def test_bodies_and_statuses(response: dict[str, Any], status: int, body: str | None) -> None:
    (interaction,) = read(json.dumps({"request": {}, "response": response}), "x.json").interactions
    assert (interaction.response.status_code, content(interaction.response.body)) == (status, body)


def test_what_is_wrong_is_told_with_its_place() -> None:
    assert findings(FOLDER / "bad-cut.json") == [
        ("stream-truncated", 24, 9, "the stream was cut after 1 event: no finish_reason for choice 0 and no [DONE]; record the interaction again, or say in an ignore comment that the scenario is about it")
    ]  # fmt: skip
    braces = 'write `"name": value` members between { and }'
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 2, 14, "test_id is the number 12, expected a text: correct it, or record the cassette again"),
        ("schema-violation", 6, 5, f"request.headers is a list, expected a mapping: {braces}"),
        ("schema-violation", 7, 13, f"request.body is a text, expected a mapping: {braces}"),
        ("schema-violation", 11, 21, 'response.is_streaming is the text "no", expected true or false: write true or false, without quotes'),
        ("schema-violation", 13, 22, 'response.exception_data.status_code is the text "429", expected a whole number from 100 to 999: remove the quotes'),
    ]  # fmt: skip


def test_a_recorded_status_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    text = (FOLDER / "odd-failed.json").read_text(encoding="utf-8").replace(": 400", ": 429")
    path.write_text(text, encoding="utf-8")
    line = text.split("\n").index('      "status_code": 429,') + 1
    assert [row[:3] for row in findings(path)] == [("error-status-recorded", line, 22)]


@pytest.mark.parametrize(
    "text",
    [
        '{"request": {"url": "https://h/"}, "response": {"body": {}}}',
        '{"request": "GET", "response": {"is_streaming": false}}',
        '{"request": {}, "response": ["is_streaming"]}',
    ],
)
def test_near_misses_are_refused(text: str) -> None:
    assert refusal(text, "x.json") == "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"


def test_the_real_recordings(shared: Path) -> None:
    files, interactions = count_of(shared, format="llama-stack", patterns=("corpus/llamastack__llama-stack/**/*.json",))
    assert files == interactions
    assert files >= 15


def test_what_an_event_says_stands_at_its_line() -> None:
    stream = load(str(FOLDER / "stream.json")).interactions[0].response.body
    where = [stream.place(offset=event.offset, pointer="/choices/0/delta") for event in stream.events]
    assert [place.route for place in where] == [
        ("response", "body", number, "__data__", "choices", "0", "delta") for number in range(3)
    ]
    assert stream.place(offset=stream.events[1].offset).route == ("response", "body", 1, "__data__")
    assert stream.place().route == ("response", "body")
