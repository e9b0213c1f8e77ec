"""The recordings of req_llm (Elixir)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, count_of, findings, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "req_llm"
URL = "https://api.example.com/v1/chat/completions"


def test_the_bytes_are_believed_and_a_stream_is_joined_from_its_chunks() -> None:
    whole, stream = load(str(FOLDER / "chat.json")), load(str(FOLDER / "stream.json"))
    assert [(each.format, each.format_version, len(each.interactions)) for each in (whole, stream)] == [("req-llm", None, 1)] * 2  # fmt: skip
    (interaction,) = whole.interactions
    body = '{"model": "example-1", "messages": [{"role": "user", "content": "Name a wader."}]}'
    assert asked(interaction) == (
        "POST",
        URL,
        (("accept-encoding", "gzip"), ("authorization", "[REDACTED:authorization]"), ("content-type", "application/json")),
        body,
    )  # fmt: skip
    assert interaction.request.body.raw == body.encode()
    assert answered(interaction)[:2] == (200, (("content-type", "application/json"), ("vary", "a"), ("vary", "b")))
    assert interaction.recorded_at == "2025-01-01T00:00:00.000000Z"
    assert interaction.extra == {"model_spec": "openai:example-1", "provider": "openai"}
    assert [(each.interactions[0].response.body.stream, len(each.interactions[0].response.body.events)) for each in (whole, stream)] == [(None, 0), ("sse", 4)]  # fmt: skip
    assert said(whole) == said(stream) == [("user", "Name a wader."), ("assistant", "The avocet.")]
    assert findings(FOLDER / "chat.json") == findings(FOLDER / "stream.json") == []


def test_bytes_that_are_no_text() -> None:
    (interaction,) = load(str(FOLDER / "odd-bytes.json")).interactions
    assert asked(interaction) == ("POST", "https://api.example.com/v1/speech", (), b"\xff\x00")
    assert answered(interaction) == (200, (("content-type", "audio/mpeg"),), b"\x00\x01\x02\xff")
    assert interaction.extra == {"note": "kept"}
    assert findings(FOLDER / "odd-bytes.json") == []


def test_without_the_bytes_the_parsed_body_and_the_text_of_the_chunks_do() -> None:
    (interaction,) = load(str(FOLDER / "odd-hand-written.json")).interactions
    assert asked(interaction) == ("POST", URL, (), '{"b":1,"a":2}')
    assert answered(interaction) == (200, (("content-type", "text/plain"),), "A wader.")
    assert findings(FOLDER / "odd-hand-written.json") == []


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    braces = 'write `"name": value` members between { and }'
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 6, 7, "request.headers.accept is a mapping, expected a text or a list: write the values between [ and ]"),
        ("schema-violation", 10, 13, f"request.body is a text, expected a mapping: {braces}"),
        ("schema-violation", 14, 15, 'response.status is the text "200", expected a whole number from 100 to 999: remove the quotes'),
        ("schema-violation", 15, 5, f"response.headers is a list, expected a mapping: {braces}"),
        ("schema-violation", 21, 5, "chunks[0] lacks b64: add it, or record the cassette again"),
    ]  # fmt: skip


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    recorded = {
        "request": {
            "method": "get",
            "url": URL,
            "canonical_json": None,
            "headers": {"x-api-key": ["", "k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h"]},
        },
        "response": {"status": 429, "headers": {}, "body": None},
    }
    path.write_text(json.dumps(recorded, indent=1), encoding="utf-8")
    assert [row[:3] for row in findings(path)] == [("secret-in-header", 9, 5), ("error-status-recorded", 14, 13)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"request": {"canonical_json": {}}}', "a mapping with unknown keys: 'request'"),
        ('{"request": {"body": {"b64": ""}}, "response": {}}', "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"),
        ('{"request": "canonical_json", "response": {}}', "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"),
    ],
)  # fmt: skip
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text, "x.json") == seen


def test_the_real_recordings(shared: Path) -> None:
    files, interactions = count_of(shared, format="req-llm", patterns=("corpus/neilberkman__req_llm/**/*.json",))
    assert files == interactions
    assert files >= 25


def test_places_are_those_that_can_be_read() -> None:
    """Of a body in base64 its parsed copy, of a chunk its text, of both only where they say the same."""
    asked_body = load(str(FOLDER / "chat.json")).interactions[0].request.body
    answered_body = load(str(FOLDER / "stream.json")).interactions[0].response.body
    assert asked_body.place(pointer="/messages/0/content").route == (
        "request",
        "canonical_json",
        "messages",
        "0",
        "content",
    )
    assert asked_body.place().route == ("request", "body", "b64")
    found = [answered_body.place(event.offset).route for event in answered_body.events]
    assert found == [("chunks", 0, "decoded"), ("chunks", 1, "b64"), ("chunks", 2, "b64"), ("chunks", 2, "b64")]
