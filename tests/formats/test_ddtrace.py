"""The recordings of Datadog's test agent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "ddtrace"
URL = "https://api.example.com/v1/chat/completions"
JSON = ("Content-Type", "application/json")


def test_a_file_is_an_interaction() -> None:
    whole, stream = load(str(FOLDER / "chat.json")), load(str(FOLDER / "stream.json"))
    assert [(each.format, each.format_version, len(each.interactions)) for each in (whole, stream)] == [("ddtrace", None, 1)] * 2  # fmt: skip
    assert asked(whole.interactions[0]) == (
        "POST",
        URL,
        (JSON, ("Accept", "*/*")),
        '{"model": "example-1", "messages": [{"role": "user", "content": "Name a wader."}]}',
    )
    assert answered(whole.interactions[0])[:2] == (200, (JSON, ("Content-Encoding", "gzip")))
    assert [(each.interactions[0].response.reason, each.interactions[0].response.body.stream) for each in (whole, stream)] == [("OK", None), ("", "sse")]  # fmt: skip
    assert said(whole) == said(stream) == [("user", "Name a wader."), ("assistant", "The avocet.")]
    assert findings(FOLDER / "chat.json") == findings(FOLDER / "stream.json") == []


def test_bytes_are_base64_after_a_mark_and_a_text_that_begins_so_is_a_text() -> None:
    (interaction,) = load(str(FOLDER / "odd-bytes.json")).interactions
    assert asked(interaction) == ("POST", "https://api.example.com/v1/upload", (), b"\xff\x00a")
    assert answered(interaction) == (200, (("Content-Type", "application/octet-stream"),), "base64:this is a text")
    assert interaction.extra == {"note": "kept"}
    assert findings(FOLDER / "odd-bytes.json") == []


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    text = "write it as one text"
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 6, 7, f"request.headers.Accept is a list, expected a text: {text}"),
        ("schema-violation", 10, 13, "request.body is null, expected a text: correct it, or record the cassette again"),
        ("schema-violation", 14, 15, 'response.status.code is the text "200", expected a whole number from 100 to 999: remove the quotes'),
        ("schema-violation", 16, 5, 'response.headers is a list, expected a mapping: write `"name": value` members between { and }'),
        ("schema-violation", 17, 5, f"response.body is a mapping, expected a text: {text}, in quotes"),
    ]  # fmt: skip


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text(
        json.dumps(
            {
                "request": {
                    "method": "GET",
                    "url": URL,
                    "headers": {"X-Api-Key": "k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h"},
                    "body": "",
                },
                "response": {"status": {"code": 529, "message": "Overloaded"}, "headers": {}, "body": "later"},
            },
            indent=1,
        ),
        encoding="utf-8",
    )
    assert [row[:3] for row in findings(path)] == [("secret-in-header", 6, 17), ("error-status-recorded", 12, 12)]


@pytest.mark.parametrize(
    "text",
    [
        '{"request": {"url": "https://h/"}, "response": {"status": 200}}',
        '{"request": {"url": "https://h/"}, "response": {"status": {"message": "OK"}}}',
        '{"request": {"uri": "https://h/"}, "response": {"status": {"code": 200}}}',
    ],
)
def test_near_misses_are_refused(text: str) -> None:
    assert refusal(text, "x.json") == "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"


def test_a_body_that_was_parsed_by_hand_is_read_as_json() -> None:
    text = '{"request": {"url": "https://h/"}, "response": {"status": {"code": 200}, "body": {"a": 1}}}'
    assert answered(read(text, "x.json").interactions[0]) == (200, (), '{"a":1}')
