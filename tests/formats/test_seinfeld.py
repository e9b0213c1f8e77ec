"""seinfeld's cassettes (JavaScript)."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "seinfeld"
JSON = (("content-type", "application/json"),)
BLOB = bytes(range(256))


def test_a_body_is_what_its_kind_says() -> None:
    recording = load(str(FOLDER / "chat.cassette.json"))
    assert (recording.format, recording.format_version, recording.problems) == ("seinfeld", None, ())
    first, second = recording.interactions
    assert asked(first) == (
        "POST",
        "https://api.example.com/v1/chat/completions",
        JSON,
        '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}',
    )
    assert answered(first)[:2] == (200, JSON)
    assert (first.response.reason, first.recorded_at) == ("OK", "2025-01-01T00:00:00.000Z")
    assert first.extra == {"id": "0000", "matchKey": "POST api.example.com/v1/chat/completions", "callIndex": 0}
    assert (second.response.body.stream, [each.terminated for each in second.response.body.events]) == ("sse", [True] * 4)  # fmt: skip
    assert said(recording) == [("user", "Name a wader."), ("assistant", "The avocet.")] * 2
    assert findings(FOLDER / "chat.cassette.json") == []


def test_every_other_kind() -> None:
    recording = load(str(FOLDER / "odd.cassette.json"))
    assert [(content(each.request.body), content(each.response.body)) for each in recording.interactions] == [
        ("a=b", BLOB),
        (b"\xff\x00", BLOB),
        (None, "not base64!"),
        (None, ""),
    ]
    assert findings(FOLDER / "odd.cassette.json") == []


def test_what_contradicts_the_schema_is_told_once_and_with_its_place() -> None:
    record, quotes = "or record the cassette again", "remove the quotes"
    assert findings(FOLDER / "bad.cassette.json") == [
        ("schema-violation", 2, 14, f"version is the number 2, expected 1: correct it, {record}"),
        ("schema-violation", 18, 19, f"request.body.kind is a text, expected a text such as json or sse: correct it, {record}"),
        ("schema-violation", 22, 19, f'response.status is the text "200", expected a whole number from 100 to 599: {quotes}'),
        ("schema-violation", 24, 9, 'response.headers is a list, expected a mapping: write `"name": value` members between { and }'),
        ("schema-violation", 29, 21, "response.body.chunks is a text, expected a list: write the values between [ and ]"),
        ("schema-violation", 34, 7, f"request lacks method, url, headers and body: add them, {record}"),
        ("schema-violation", 35, 7, f"response lacks status, headers and body: add them, {record}"),
        ("schema-violation", 36, 19, f"matchKey is an empty text, expected a text that is not empty: correct it, {record}"),
        ("schema-violation", 37, 20, f"callIndex is the number -1, expected a whole number of at least 0: correct it, {record}"),
    ]  # fmt: skip


def test_a_body_that_is_missed_is_told() -> None:
    why = "which does not exist where this format keeps bodies, or cannot be read (links are not followed): restore the file, or record the interaction again"
    assert findings(FOLDER / "bad-blob.cassette.json") == [
        ("unreadable-body", 27, 19, f"the body is in the file 'bad-blob.cassette.blobs/0000.bin', {why}"),
        ("unreadable-body", 51, 19, f"the body is in the file '../httpmock/odd.yaml', {why}"),
    ]


def cassette(path: str) -> str:
    entry = {
        "matchKey": "GET h/",
        "callIndex": 0,
        "request": {"method": "GET", "url": "https://h/", "headers": {}, "body": {"kind": "empty"}},
        "response": {"status": 200, "headers": {}, "body": {"kind": "binary", "path": path, "sha256": ""}},
    }
    return json.dumps({"version": 1, "entries": [entry]})


def test_a_body_is_never_looked_for_outside_of_the_cassettes_folder(tmp_path: Path) -> None:
    outside, inside = tmp_path / "secret.bin", tmp_path / "cassettes"
    outside.write_bytes(b"secret")
    (inside / "a.blobs").mkdir(parents=True)
    (inside / "a.blobs" / "body.bin").write_bytes(b"body")
    (inside / "link.bin").symlink_to(outside)
    (inside / "inner.bin").symlink_to(inside / "a.blobs" / "body.bin")
    (inside / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(inside / "pipe.bin")
    file = inside / "a.json"
    allowed = ["a.blobs/body.bin", "suite/a.blobs/body.bin", "./a.blobs/../a.blobs/body.bin", str(inside / "a.blobs" / "body.bin")]  # fmt: skip
    refused = ["inner.bin", "../secret.bin", "a.blobs/../../secret.bin", str(outside), "link.bin", "up/secret.bin", "a.blobs", "", ".", "\0", "a\0b", "\ud800", "x" * 5000, "pipe.bin", "/etc/passwd", "~/x"]  # fmt: skip
    for name in (*allowed, *refused):
        file.write_text(cassette(name), encoding="utf-8")
        (interaction,) = load(str(file)).interactions
        body = interaction.response.body
        assert (content(body), [each.kind for each in body.problems]) == (("body", []) if name in allowed else (None, ["unreadable-body"])), name  # fmt: skip


def test_a_cassette_that_stands_nowhere_does_not_miss_its_bodies() -> None:
    (interaction,) = read(cassette("a.blobs/body.bin"), "a.json").interactions
    assert (content(interaction.response.body), interaction.response.body.problems) == (None, ())


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    recorded: Any = json.loads(cassette(""))
    recorded["entries"][0]["request"]["headers"]["x-api-key"] = "k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h"
    recorded["entries"][0]["response"] = {"status": 500, "headers": {}, "body": {"kind": "empty"}}
    path.write_text(json.dumps(recorded, indent=1), encoding="utf-8")
    assert [row[:3] for row in findings(path)] == [("secret-in-header", 11, 19), ("error-status-recorded", 18, 15)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"version": 1, "entries": []}', "a mapping with unknown keys: 'version', 'entries'"),
        ('{"entries": [{"request": {}, "response": {}}]}', "a mapping with unknown keys: 'entries'"),
        ('{"meta": {}, "entries": [{"key": {}}]}', "a seinfeld recording"),
        ('{"meta": {}, "entries": {}}', "a seinfeld recording"),
    ],
)
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text, "x.json") == seen


def test_meta_marks_a_cassette_without_interactions() -> None:
    recording = read('{"version": 1, "meta": {}, "entries": []}', "x.json")
    assert (recording.format, [each.kind for each in recording.problems]) == ("seinfeld", ["empty-cassette"])


def test_the_real_recordings(shared: Path) -> None:
    files, interactions = count_of(
        shared,
        format="seinfeld",
        patterns=(
            "corpus/braintrustdata__braintrust-sdk-javascript/**/*.cassette.json",
            "pairs/braintrustdata__braintrust-sdk-javascript/*/*.cassette.json",
        ),
    )
    assert files >= 7
    assert interactions >= 20


def test_an_event_has_the_line_of_its_chunk() -> None:
    body = load(str(FOLDER / "chat.cassette.json")).interactions[-1].response.body
    assert [body.place(event.offset).route[-2:] for event in body.events] == [("chunks", number) for number in range(4)]
