"""The recordings of Mastra's llm-recorder (JavaScript)."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from effort import examples
from format_samples import SAMPLES, answered, asked, content, findings, read, refusal, said
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.formats import may_be_cassette
from cassette_tools.load import load

FOLDER = SAMPLES / "mastra"
CHAT: Any = json.loads((FOLDER / "chat.json").read_text(encoding="utf-8"))
ECHO = "https://api.example.com/v1/echo"
BLOB = bytes(range(256))


def changed(**response: Any) -> str:
    """The stream of the sample with other members of its response."""
    recording = copy.deepcopy(CHAT)
    recording["recordings"][1]["response"].update(response)
    return json.dumps(recording)


def test_a_body_is_parsed_or_a_list_of_chunks() -> None:
    recording = load(str(FOLDER / "chat.json"))
    assert (recording.format, recording.format_version, recording.problems) == ("mastra", None, ())
    first, second = recording.interactions
    assert asked(first) == (
        "POST",
        "https://api.example.com/v1/chat/completions",
        (),
        '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}',
    )
    assert answered(first)[:2] == (200, (("content-type", "application/json"),))
    assert (first.response.reason, first.recorded_at, first.duration) == ("OK", "2025-01-01T00:00:00.000Z", None)
    assert (first.extra, first.request.extra, first.response.extra) == ({"hash": "0000000000000001"}, {}, {})
    assert (second.recorded_at, second.duration) == ("2025-01-01T00:00:01.005Z", 0.35)
    assert (second.response.body.stream, [each.terminated for each in second.response.body.events]) == ("sse", [True] * 4)  # fmt: skip
    assert said(recording) == [("user", "Name a wader."), ("assistant", "The avocet.")] * 2
    assert findings(FOLDER / "chat.json") == []


def test_older_files_are_a_list_and_bytes_are_in_files_beside_them() -> None:
    recording = load(str(FOLDER / "odd.json"))
    octets = (("content-type", "application/octet-stream"),)
    assert recording.format == "mastra"
    assert [(asked(each), answered(each)) for each in recording.interactions] == [
        (("POST", ECHO, octets, BLOB), (200, octets, BLOB)),
        (("POST", ECHO, (), "a plain text"), (200, (("content-type", "text/plain"),), "a plain text")),
        (("POST", ECHO, (), "{}"), (200, (("content-type", "text/html"),), "<p>later</p>")),
    ]
    assert recording.interactions[2].extra == {"hash": "0000000000000005", "note": "kept"}
    assert findings(FOLDER / "odd.json") == []


def test_the_list_of_an_older_file_is_not_that_of_another_recorder() -> None:
    text = json.dumps(CHAT["recordings"])
    assert read(text, "x.json").interactions == read(json.dumps(CHAT), "x.json").interactions


@examples(60)
@given(cuts=st.lists(st.integers(0, 700), max_size=6))
def test_a_stream_may_be_cut_anywhere(cuts: list[int]) -> None:
    whole = "".join(CHAT["recordings"][1]["response"]["chunks"])
    ends = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    chunks = [whole[start:end] for start, end in pairwise(ends)]
    body = read(changed(chunks=chunks), "x.json").interactions[1].response.body
    assert (body.text, len(body.events)) == (whole, 4)


def test_an_event_has_the_line_of_the_chunk_in_which_it_begins() -> None:
    body = load(str(FOLDER / "chat.json")).interactions[1].response.body
    assert [body.place(event.offset).route[-2:] for event in body.events] == [("chunks", number) for number in (0, 1, 2, 2)]  # fmt: skip


@pytest.mark.parametrize(
    ("timings", "duration"),
    [
        ([0, 0], 0.0),
        ([1500, 20], 1.52),
        ([], None),  # nothing came
        ([1, "2"], None),
        ([True], None),
        ([-5], None),  # the clock was set back
        ([10**30], None),
        (None, None),
    ],
)
def test_a_duration_that_is_none_stays_what_it_is(timings: Any, duration: float | None) -> None:
    interaction = read(changed(chunkTimings=timings), "x.json").interactions[1]
    assert interaction.duration == duration
    assert interaction.response.extra == ({"chunkTimings": timings} if duration is None else {})


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1735689600999, "2025-01-01T00:00:00.999Z"),
        (253402300799999, "9999-12-31T23:59:59.999Z"),
        (253402300800000, None),  # of the year 10000
        (-1, None),
        (True, None),
        ("2025", None),
    ],
)
def test_a_time_that_is_none_stays_what_it_is(timestamp: Any, moment: str | None) -> None:
    recording = copy.deepcopy(CHAT)
    recording["recordings"][0]["request"]["timestamp"] = timestamp
    interaction = read(json.dumps(recording), "x.json").interactions[0]
    assert interaction.recorded_at == moment
    assert interaction.request.extra == ({"timestamp": timestamp} if moment is None else {})


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    record = "or record the cassette again"
    assert findings(FOLDER / "bad.json") == [
        ("schema-violation", 3, 13, f"meta.name is the number 1, expected a text: correct it, {record}"),
        ("schema-violation", 6, 5, f'the interaction lacks hash: add it, for example `"hash": "0123456789abcdef"`, {record}'),
        ("schema-violation", 8, 16, f"request.url is an empty text, expected a text that is not empty: correct it, {record}"),
        ("schema-violation", 11, 22, f'request.timestamp is the text "2025-01-01T00:00:00Z", expected a whole number of at least 0: correct it, {record}'),
        ("schema-violation", 14, 19, 'response.status is the text "200", expected a whole number from 100 to 599: remove the quotes'),
        ("schema-violation", 15, 9, 'response.headers is a list, expected a mapping: write `"name": value` members between { and } (this interaction has 3 more of such faults)'),
        ("schema-violation", 25, 7, f"request lacks method and url: add them, {record}"),
        ("schema-violation", 26, 7, f"response lacks status, headers and isStreaming: add them, {record}"),
    ]  # fmt: skip


def test_a_body_that_is_missed_is_told() -> None:
    why = "which does not exist where this format keeps bodies, or cannot be read (links are not followed): restore the file, or record the interaction again"
    assert findings(FOLDER / "bad-artifact.json") == [
        ("unreadable-body", 31, 19, f"the body is in the file '0006-response-0000.mp3', {why}"),
        ("unreadable-body", 60, 19, f"the body is in the file '../httpmock/odd.yaml', {why}"),
    ]


def test_a_recording_that_stands_nowhere_does_not_miss_its_bodies() -> None:
    (first, *_) = read((FOLDER / "bad-artifact.json").read_text(encoding="utf-8"), "x.json").interactions
    assert (content(first.response.body), first.response.body.problems) == (None, ())


def test_findings_have_their_places(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    recording = {
        "hash": "0000000000000001",
        "request": {"url": "https://api.example.com/v1/echo?api_key=k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h", "method": "POST"},
        "response": {"status": 500, "headers": {"x-api-key": "k7Rq2mVx9Tz4Lp8Wn3Bc6Yd1h"}, "isStreaming": False},
    }
    path.write_text(json.dumps({"recordings": [recording]}, indent=1), encoding="utf-8")
    assert [row[:3] for row in findings(path)] == [
        ("secret-in-url", 6, 53),
        ("error-status-recorded", 10, 15),
        ("secret-in-header", 12, 19),
    ]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"recordings": []}', "a mapping with unknown keys: 'recordings'"),
        ('{"meta": {}, "recordings": {}}', "a recording of Mastra's llm-recorder"),
        ('{"meta": {}, "recordings": [{"name": "a"}]}', "a recording of Mastra's llm-recorder"),
        ('{"meta": {}, "recordings": [{"request": {"url": "https://h/"}, "response": {"status": 200}}]}', "a recording of Mastra's llm-recorder"),
        ('{"other": [], "recordings": [1]}', "a mapping with unknown keys: 'other', 'recordings'"),
    ],
)  # fmt: skip
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text, "x.json") == seen


def test_meta_marks_a_file_without_interactions() -> None:
    recording = read('{"meta": {"name": "chat"}, "recordings": []}', "x.json")
    assert (recording.format, [each.kind for each in recording.problems]) == ("mastra", ["empty-cassette"])


@pytest.mark.parametrize("indent", [None, 2])
def test_a_walk_finds_both_layouts(indent: int | None) -> None:
    for recording in (CHAT, CHAT["recordings"]):
        assert may_be_cassette(json.dumps(recording, indent=indent).encode())
    assert not may_be_cassette(b'{"meta": {}, "recordings": "of birds"}')
