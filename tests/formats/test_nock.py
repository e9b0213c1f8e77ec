"""nock's recordings (JavaScript)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_samples import SAMPLES, answered, asked, content, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "nock"
URL = "https://api.example.com/v1/chat/completions"
JSON = ("Content-Type", "application/json")


def test_a_recording_is_a_list_of_interactions() -> None:
    recording = load(str(FOLDER / "recording.json"))
    assert (recording.format, recording.format_version, recording.problems) == ("nock", None, ())
    first, second = recording.interactions
    assert asked(first) == (
        "POST",
        URL,
        (),
        '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}',
    )
    assert answered(first)[:2] == (200, (JSON, ("Vary", "a"), ("Vary", "b")))
    assert (second.response.body.stream, len(second.response.body.events)) == ("sse", 4)
    assert said(recording) == [("user", "Name a wader."), ("assistant", "The avocet.")] * 2
    assert findings(FOLDER / "recording.json") == []


def test_oddities() -> None:
    recording = load(str(FOLDER / "odd.json"))
    first, *others = recording.interactions
    assert asked(first)[1:3] == (URL, (("accept", "a"), ("accept", "b"), ("x-attempt", "2")))
    assert answered(first)[:2] == (200, (("Content-Encoding", "gzip"), JSON))
    assert (first.response.body.codings, first.response.body.json["id"]) == (("gzip",), "chatcmpl-0001")
    note = "https://api.example.com/v1/note"
    assert [(asked(each), answered(each)) for each in others] == [
        (
            ("GET", "https://api.example.com/v1/speech", (), None),
            (200, (("content-type", "audio/mpeg"),), b"\xff\x00"),
        ),
        (
            ("GET", "http://localhost/tags?a=1", (), None),
            (200, (("content-type", "application/json"),), '["ab","cd"]'),
        ),
        (("", "http://localhost:443/", (), None), (204, (), "")),
        (("POST", note, (), "a=b"), (200, (("Content-Encoding", "gzip"),), '[1,"ab"]')),
        (("POST", note, (), None), (200, (), "no hexadecimal")),
    ]
    assert others[3].extra == {"note": "kept"}
    assert findings(FOLDER / "odd.json") == []


@pytest.mark.parametrize(
    ("fields", "stored", "read_as"),
    [
        ({"rawHeaders": ["content-encoding", "br"]}, [], ""),
        ({"rawHeaders": ["content-encoding", "br"]}, ["61", "62"], "ab"),
        ({"headers": {"content-encoding": "identity"}}, ["61"], "a"),
        ({"rawHeaders": ["content-encoding", "gzip"]}, {"a": 1}, '{"a":1}'),
        ({"rawHeaders": ["content-encoding", "gzip"]}, "61", "61"),
        ({"responseIsBinary": False}, "61", "61"),
        ({"responseIsBinary": True}, None, None),
        ({}, ["61"], '["61"]'),
        ({}, 17, "17"),
    ],
)
def test_hexadecimal_is_bytes_where_nock_writes_it(fields: dict[str, Any], stored: object, read_as: object) -> None:
    exchange = {"scope": "http://h:80", "path": "/", "status": 200, "response": stored, **fields}
    (interaction,) = read(json.dumps([exchange]), "x.json").interactions
    assert content(interaction.response.body) == read_as


def test_what_contradicts_the_schema_is_told_once_and_with_its_place() -> None:
    record = "correct it, or record the cassette again"
    braces = 'write `"name": value` members between { and }'
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 4, 15, f"method is the number 7, expected a text: {record}"),
        ("schema-violation", 7, 15, f'status is the text "OK", expected a whole number from 100 to 999: {record}'),
        ("schema-violation", 13, 7, f"rawHeaders[1] is null, expected a text: {record}"),
        ("schema-violation", 15, 25, 'responseIsBinary is the text "no", expected true or false: write true or false, without quotes'),
        ("schema-violation", 18, 14, f"scope is an empty text, expected a text that is not empty: {record}"),
        ("schema-violation", 19, 5, "path is a list, expected a text: write it as one text"),
        ("schema-violation", 22, 15, f"status is the number 99, expected a whole number from 100 to 999: {record}"),
        ("schema-violation", 23, 5, f"reqheaders is a list, expected a mapping: {braces}"),
        ("schema-violation", 25, 3, f"the interaction is a text, expected a mapping: {braces}"),
    ]  # fmt: skip


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text(
        """\
[
  {
    "scope": "https://api.example.com:443",
    "method": "GET",
    "path": "/v1/models",
    "reqheaders": {"x-api-key": ["k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h"]},
    "status": 503,
    "rawHeaders": [
      "Api-Key",
      "x4Wn8Bq2Tz6Lk9Rm3Vc7Pd5Hs"
    ]
  }
]
""",
        encoding="utf-8",
    )
    assert [row[:3] for row in findings(path)] == [
        ("secret-in-header", 6, 34),
        ("error-status-recorded", 7, 15),
        ("secret-in-header", 10, 7),
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("[]", "a list"),
        ('[{"scope": "https://h:443", "path": "/"}]', "interactions with unknown keys: 'scope', 'path'"),
        ('[{"scope": "https://h:443", "status": 200}]', "interactions with unknown keys: 'scope', 'status'"),
        ('{"scope": "https://h:443", "path": "/", "status": 200}', "a mapping with unknown keys: 'scope', 'path', 'status'"),
    ],
)  # fmt: skip
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text, "x.json") == seen
