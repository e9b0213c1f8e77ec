"""WireMock's recorded stub mappings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "wiremock"
JSON = ("Content-Type", "application/json")
ASKED = '{"model": "example-1", "messages": [{"role": "user", "content": "Name a wader."}]}'


def test_a_stub_is_an_interaction_and_its_body_may_stand_in_a_file_of_its_own() -> None:
    whole, stream = load(str(FOLDER / "mappings" / "chat.json")), load(str(FOLDER / "mappings" / "stream.json"))
    assert [(each.format, each.format_version, len(each.interactions)) for each in (whole, stream)] == [("wiremock", None, 1)] * 2  # fmt: skip
    (interaction,) = whole.interactions
    assert asked(interaction) == ("POST", "/v1/chat/completions", (JSON,), ASKED)
    assert answered(interaction)[:2] == (200, (JSON, ("Vary", "a"), ("Vary", "b")))
    assert {key: interaction.extra[key] for key in ("scenarioName", "requiredScenarioState", "newScenarioState")} == {
        "scenarioName": "scenario-1",
        "requiredScenarioState": "Started",
        "newScenarioState": "scenario-1-2",
    }
    response = stream.interactions[0].response
    assert (response.reason, response.body.stream, len(response.body.events)) == ("Fine", "sse", 4)
    assert said(whole) == said(stream) == [("user", "Name a wader."), ("assistant", "The avocet.")]
    assert findings(FOLDER / "mappings" / "chat.json") == findings(FOLDER / "mappings" / "stream.json") == []


def test_several_stubs_in_one_file() -> None:
    recording = load(str(FOLDER / "several.json"))
    first, second = recording.interactions
    assert (asked(first)[:3], answered(first)[:2]) == (("POST", "/v1/chat/completions", (JSON,)), (200, (JSON,)))
    assert said(recording)[:2] == [("user", "Name a wader."), ("assistant", "The avocet.")]
    assert asked(second) == ("GET", "/v1/models?limit=2&tag=a+b&tag=c", (), None)
    assert answered(second) == (204, (), None)
    assert findings(FOLDER / "several.json") == []


def test_every_yaml_document_is_an_interaction() -> None:
    recording = load(str(FOLDER / "documents.yaml"))
    assert [(asked(each), answered(each)) for each in recording.interactions] == [
        (
            ("POST", "/model/example-1/invoke", (), '{"prompt": "Name a wader."}'),
            (200, (("X-Version", "2023-06-01"),), '{"generation": "The avocet.", "stop_reason": "stop"}'),
        ),
        (
            ("ANY", "https://api.example.com:8443/v1/files/.*", (("X-Mode", "fast"),), b"\xff\x00"),
            (0, (), b"\x00\x01\x02\xff"),
        ),
        (("PUT", "/v1/echo?a=1&b=2", (), '{"a":[1]}'), (200, (), "not base64!")),
    ]
    assert recording.interactions[0].llm is not None
    assert recording.interactions[0].llm.dialect == "bedrock.invoke"
    assert recording.problems == ()
    assert findings(FOLDER / "documents.yaml") == []


def test_a_stub_may_begin_with_its_id(tmp_path: Path) -> None:
    """As the events of a stream may; but what follows are no data."""
    path = tmp_path / "stub.yaml"
    path.write_bytes((SAMPLES / "wiremock" / "documents.yaml").read_bytes().removeprefix(b"---\n"))
    assert path.read_bytes().startswith(b"id:")
    assert load(str(path)).interactions == load(str(SAMPLES / "wiremock" / "documents.yaml")).interactions


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    record, quotes = "correct it, or record the cassette again", "remove the quotes"
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 5, 5, "request.url is a list, expected a text: write it as one text"),
        ("schema-violation", 12, 21, "request.bodyPatterns is a text, expected a list: write the values between [ and ]"),
        ("schema-violation", 15, 15, f'response.status is the text "200", expected a whole number from 100 to 999: {quotes} (this interaction has 2 more of such faults)'),
        ("schema-violation", 22, 21, f'insertionIndex is the text "8", expected a whole number of at least 0: {quotes}'),
        ("schema-violation", 23, 15, f"priority is the number 0, expected a whole number of at least 1: {record}"),
    ]  # fmt: skip


def test_a_body_that_is_missed_is_told() -> None:
    assert findings(FOLDER / "bad-file.json") == [
        ("unreadable-body", 10, 21, "the body is in the file '../bad.json', which does not exist where this format keeps bodies, or cannot be read (links are not followed): restore the file, or record the interaction again")
    ]  # fmt: skip


def stub(**response: Any) -> str:
    request = {"url": "/a", "method": "GET"}
    return json.dumps({"request": request, "response": {"status": 200, **response}, "insertionIndex": 1})


def test_a_body_is_never_looked_for_outside_of_the_folder_of_files(tmp_path: Path) -> None:
    mappings, files, outside = tmp_path / "mappings", tmp_path / "__files", tmp_path / "secret.txt"
    mappings.mkdir()
    (files / "inner").mkdir(parents=True)
    outside.write_text("secret", encoding="utf-8")
    (files / "inner" / "body.txt").write_text("body", encoding="utf-8")
    (files / "link.txt").symlink_to(outside)
    (files / "up").symlink_to(tmp_path, target_is_directory=True)
    path = mappings / "stub.json"
    allowed = ["inner/body.txt", "./inner/../inner/body.txt", str(files / "inner" / "body.txt")]
    refused = ["../secret.txt", "inner/../../secret.txt", str(outside), "link.txt", "up/secret.txt", "../mappings/stub.json", "inner", "", "\0", "\ud800"]  # fmt: skip
    for name in (*allowed, *refused):
        path.write_text(stub(bodyFileName=name), encoding="utf-8")
        (interaction,) = load(str(path)).interactions
        body = interaction.response.body
        assert (content(body), [each.kind for each in body.problems]) == (("body", []) if name in allowed else (None, ["unreadable-body"])), name  # fmt: skip


def test_the_files_may_stand_in_the_folder_of_the_stub(tmp_path: Path) -> None:
    (tmp_path / "__files").mkdir()
    (tmp_path / "__files" / "body.txt").write_text("body", encoding="utf-8")
    (tmp_path / "stub.json").write_text(stub(bodyFileName="body.txt"), encoding="utf-8")
    (interaction,) = load(str(tmp_path / "stub.json")).interactions
    assert content(interaction.response.body) == "body"


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "stub.yaml"
    path.write_text(
        """\
request:
  url: /a
  method: GET
response: {status: 200}
persistent: true
---
request:
  url: /a
  method: GET
  headers:
    X-Api-Key:
      equalTo: k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h
response:
  status: 502
persistent: true
""",
        encoding="utf-8",
    )
    assert [row[:3] for row in findings(path)] == [("secret-in-header", 12, 16), ("error-status-recorded", 14, 11)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"mappings": []}', "a mapping with unknown keys: 'mappings'"),
        ('{"request": {"url": "/"}, "response": {"status": 200}}', "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"),
        ('{"request": {"url": "/", "headers": []}, "response": {"status": 200}, "uuid": "1"}', "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"),
        ('{"request": {"method": "GET"}, "response": {"status": 200}, "uuid": "1"}', "a single recorded exchange (llama-stack, ddtrace, WireMock or req_llm)"),
        ('{"request": {"url": "/"}, "uuid": "1"}', "a mapping with unknown keys: 'request', 'uuid'"),
    ],
)  # fmt: skip
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text, "x.json") == seen


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ({"equalTo": "a"}, ["a"]),
        ({"caseInsensitive": True, "equalTo": "a"}, ["a"]),
        ({"matches": "a.*"}, ["a.*"]),
        ({"absent": True}, []),
        ({"includes": [{"equalTo": "a"}, {"absent": True}, {"equalTo": "b"}]}, ["a", "b"]),
        ({}, [""]),
        ("a", ["a"]),
        (None, [""]),
        ([1], [""]),
    ],
)
def test_what_a_pattern_says_that_a_field_must_be(pattern: object, values: list[str]) -> None:
    text = json.dumps({"request": {"url": "/", "headers": {"A": pattern}}, "response": {"jsonBody": None}})
    (interaction,) = read(text, "x.json").interactions
    assert interaction.request.headers.get_all("a") == tuple(values)


def test_the_real_recordings(shared: Path) -> None:
    files, interactions = count_of(shared, format="wiremock", patterns=("corpus/open-telemetry__opentelemetry-java-instrumentation/**/*.yaml",))  # fmt: skip
    assert files >= 20
    assert interactions >= 41
