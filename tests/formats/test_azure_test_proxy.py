"""The recordings of the Azure SDK test proxy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "azure_test_proxy"
JSON = ("Content-Type", "application/json")


def test_json_is_a_value_and_an_event_stream_a_list_of_lines() -> None:
    recording = load(str(FOLDER / "recording.json"))
    assert (recording.format, recording.format_version, recording.problems) == ("azure-test-proxy", None, ())
    first, second = recording.interactions
    assert asked(first) == (
        "POST",
        "https://api.example.com/v1/chat/completions",
        (JSON, ("Authorization", "Sanitized")),
        '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}',
    )
    exposed = "Access-Control-Expose-Headers"
    assert answered(first)[:2] == (200, (JSON, (exposed, "X-Request-ID"), (exposed, "CF-Ray")))
    assert (second.response.body.stream, len(second.response.body.events)) == ("sse", 4)
    assert said(recording) == [("user", "Name a wader."), ("assistant", "The avocet.")] * 2
    assert findings(FOLDER / "recording.json") == []


def test_bodies_of_every_kind() -> None:
    recording = load(str(FOLDER / "odd.json"))
    assert [(content(each.request.body), content(each.response.body)) for each in recording.interactions] == [
        (
            b"--cut\r\nContent-Disposition: form-data; name=file; filename=a.bin\r\n\r\n\xff\x00\r\n"
            b"--cut\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n--cut--\r\n",
            b"\x00\x01\x02\xff",
        ),
        (None, '[1,"a"]'),
        ("", "[\r\n1]"),
        ('["a","b"]', "not base64!"),
        ('{"a": 1}', "AAEC"),
    ]
    assert findings(FOLDER / "odd.json") == []


@pytest.mark.parametrize(
    ("kind", "stored", "read_as"),
    [
        ("text/plain", ["a\n", "b"], "a\nb"),
        ("text/plain", ["a\r", "b\n"], "a\rb\n"),
        ("text/plain", ["a\n"], "a\n"),
        ("text/plain", [], ""),
        ("application/json", ["a"], '["a"]'),
        ("application/json", ["a", "b\n"], '["a","b\\n"]'),
        ("application/json", [1, 2], "[1,2]"),
        ("application/json", 17, "17"),
        ("application/json", False, "false"),
        ("multipart/mixed; boundary=b", ["--b\r\n", "\r\n", "text", "\r\n", "--b--\r\n"], "--b\r\n\r\ntext\r\n--b--\r\n"),
        ("multipart/mixed; boundary=b", ["b64:no base64!", "\r\n"], "b64:no base64!\r\n"),
        ("multipart/mixed; boundary=b", "/wA=", b"\xff\x00"),
        ("image/png", "/wA=", b"\xff\x00"),
        ("application/octet-stream; charset=UTF-8", "abcd", "abcd"),
        ("application/xml", "abcd", "abcd"),
        ("application/x-www-form-urlencoded", "abcd", "abcd"),
    ],
)  # fmt: skip
def test_a_body_by_its_media_type(kind: str, stored: object, read_as: str | bytes) -> None:
    entry = {"RequestUri": "https://h/", "ResponseHeaders": {"content-type": kind}, "ResponseBody": stored}
    (interaction,) = read(json.dumps({"Entries": [entry]}), "x.json").interactions
    assert content(interaction.response.body) == read_as


def test_what_contradicts_the_schema_is_told_once_and_with_its_place() -> None:
    correct, braces = "correct it, or record the cassette again", 'write `"name": value` members between { and }'
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 4, 21, f"RequestUri is the number 7, expected a text that is not empty: {correct}"),
        ("schema-violation", 10, 21, f'StatusCode is the text "OK", expected a whole number from 100 to 999: {correct}'),
        ("schema-violation", 13, 11, f"ResponseHeaders.Vary[0] is the number 1, expected a text: {correct}"),
        ("schema-violation", 18, 5, "the interaction lacks StatusCode: add it, or record the cassette again"),
        ("schema-violation", 22, 5, f"the interaction is a text, expected a mapping: {braces}"),
        ("schema-violation", 24, 3, f"Variables is a list, expected a mapping: {braces}"),
    ]  # fmt: skip


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text(
        """\
{
  "Entries": [
    {
      "RequestUri": "https://api.example.com/v1/models",
      "RequestMethod": "GET",
      "RequestHeaders": {
        "Accept": "*/*",
        "X-Api-Key": [
          "short",
          "k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h"
        ]
      },
      "RequestBody": null,
      "StatusCode": 503,
      "ResponseHeaders": {},
      "ResponseBody": null
    }
  ],
  "Variables": {}
}
""",
        encoding="utf-8",
    )
    assert [row[:3] for row in findings(path)] == [
        ("secret-in-header", 10, 11),
        ("error-status-recorded", 14, 21),
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"Entries": []}', "a mapping with unknown keys: 'Entries'"),
        ('{"Entries": [{"a": 1}]}', "a mapping with unknown keys: 'Entries'"),
        ('{"Entries": {}, "Variables": {}}', "an Azure SDK test proxy recording"),
    ],
)
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text, "x.json") == seen


def test_variables_mark_a_recording_without_interactions() -> None:
    recording = read('{"Entries": [], "Variables": {}}', "x.json")
    assert (recording.format, [each.kind for each in recording.problems]) == ("azure-test-proxy", ["empty-cassette"])


def test_the_real_recordings(shared: Path) -> None:
    files, interactions = count_of(shared, format="azure-test-proxy", patterns=("corpus/openai__openai-dotnet/**/*.json",))  # fmt: skip
    assert files >= 20
    assert interactions >= 43
