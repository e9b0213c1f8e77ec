"""httpmock's recordings (Rust)."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, count_of, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "httpmock"
JSON = (("content-type", "application/json"),)


def test_every_document_is_an_interaction() -> None:
    recording = load(str(FOLDER / "recording.yaml"))
    assert (recording.format, recording.format_version, recording.problems) == ("httpmock", None, ())
    assert [asked(each)[:3] for each in recording.interactions] == [
        ("POST", "/v1/chat/completions?api-version=2025-01-01", JSON),
        ("POST", "/v1/chat/completions", JSON),
    ]
    assert [answered(each)[:2] for each in recording.interactions] == [
        (200, JSON),
        (200, (("content-type", "text/event-stream"),)),
    ]
    assert [(each.response.body.stream, len(each.response.body.events)) for each in recording.interactions] == [
        (None, 0),
        ("sse", 4),
    ]
    assert said(recording) == [("user", "Name a wader."), ("assistant", "The avocet.")] * 2
    assert findings(FOLDER / "recording.yaml") == []


def test_oddities() -> None:
    recording = load(str(FOLDER / "odd.yaml"))
    assert [(asked(each), answered(each)) for each in recording.interactions] == [
        (
            (
                "POST",
                "https://api.example.com:8443/v1/audio?on=on&q=a+b",
                (("anthropic-version", "2023-06-01"), ("x-attempt", "2")),
                b"\xff\x00",
            ),
            (200, (("content-type", "application/octet-stream"),), b"\x00\x01\x02\xff"),
        ),
        (("GET", "/v1/models", (), '{"a":[1,null]}'), (200, (), '{"object":"list","data":[]}')),
        (("DELETE", "", (), None), (0, (), "not base64!")),
    ]
    first, second, _third = recording.interactions
    assert (first.response.extra, second.request.extra) == ({"delay": 15}, {"header_exists": ["accept"]})
    assert findings(FOLDER / "odd.yaml") == []


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    record = "add it, or record the cassette again"
    assert findings(FOLDER / "bad.yaml") == [
        ("schema-violation", 4, 3, 'when.header is a mapping, expected a list: write each value on a line of its own, after "- "'),
        ("schema-violation", 10, 3, "when.path is a list, expected a text: write it as one text"),
        ("schema-violation", 13, 5, f"when.header[0] lacks value: {record}"),
        ("schema-violation", 15, 11, 'then.status is the text "OK", expected a whole number from 100 to 999: correct it, or record the cassette again'),
        ("schema-violation", 16, 3, "then.body is a mapping, expected a text: write it as one text, in quotes or as a block after `|`"),
        ("schema-violation", 18, 1, f"the interaction lacks then: {record}"),
    ]  # fmt: skip


def test_a_finding_points_into_the_right_document(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(
        """\
when: {path: /v1/models, method: GET}
then: {status: 200}
---
when:
  path: /v1/models
  method: GET
  header:
  - name: accept
    value: '*/*'
  - name: authorization
    value: Bearer k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h
then:
  status: 429
  header: []
  body: slow down
""",
        encoding="utf-8",
    )
    assert [row[:3] for row in findings(path)] == [("secret-in-header", 11, 12), ("error-status-recorded", 13, 11)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("when: {path: /}\n", "a mapping with unknown keys: 'when'"),
        ("when: [a]\nthen: {status: 200}\n", "an httpmock-rs recording"),
        ("when: {path: /}\nthen: 200\n", "an httpmock-rs recording"),
    ],
)
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text) == seen


def test_json_is_read_as_well() -> None:
    recording = read('{"when": {"path": "/a", "method": "GET"}, "then": {"status": 204}}', "x.json")
    assert [(asked(each), answered(each)) for each in recording.interactions] == [
        (("GET", "/a", (), None), (204, (), None))
    ]


def test_the_real_recordings(shared: Path) -> None:
    files, interactions = count_of(shared, format="httpmock", patterns=("corpus/0xPlaygrounds__rig/**/*.yaml", "pairs/0xPlaygrounds__rig/**/*.yaml"))  # fmt: skip
    assert files >= 60
    assert interactions >= 105
