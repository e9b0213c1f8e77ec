"""How a body is cut into events, and what is forgiven and what is reported when it is not what it says."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import pytest

from cassette_tools.model import ABSENT, Body, Headers
from cassette_tools.wire import json_array, ndjson
from cassette_tools.wire.body import BINARY_FRAMINGS, FRAMINGS, read_body

JSON = "application/json"
SSE = "text/event-stream"
LINES = "application/x-ndjson"


def read(recorded: str | bytes | None, content_type: str = "", encoding: str = "") -> Body:
    pairs = [("content-type", content_type)] * bool(content_type) + [("content-encoding", encoding)] * bool(encoding)
    return read_body(recorded, Headers(pairs=tuple(pairs)), ("body",))


def kinds(body: Body) -> list[str]:
    return [problem.kind for problem in body.problems]


PADDING = "\n         \n" * 200  # OpenRouter keeps a slow connection alive with lines of spaces

CASES: dict[str, tuple[str | bytes, str, str | None, int, Any]] = {
    # recorded, content type, stream, number of events, json
    "JSON after long padding": (PADDING + '{"a": 1}', JSON, None, 0, {"a": 1}),
    "JSON after a byte order mark": ('\ufeff{"a": 1}', JSON, None, 0, {"a": 1}),
    "bytes with a byte order mark": (b'\xef\xbb\xbf{"a": 1}', JSON, None, 0, {"a": 1}),
    "a number": ("-1.5", JSON, None, 0, -1.5),
    "text that begins like true": ("they said", "text/plain", None, 0, ABSENT),
    "nothing but padding": ("\ufeff \r\n\t", JSON, None, 0, ABSENT),
    "stream after padding": (PADDING + "data: {}\n\n", JSON, "sse", 1, ABSENT),
    "stream without a label": ("event: x\ndata: {}\n\n", "", "sse", 1, ABSENT),
    "labelled stream with a foreign first field": ('x: 1\ndata: {"a": 1}\n\n', SSE, "sse", 1, ABSENT),
    "a foreign first field without a label": ('x: 1\ndata: {"a": 1}\n\n', "text/plain", None, 0, ABSENT),
    "labelled stream that is an HTML page": ("<p>\n502", SSE, None, 0, ABSENT),
    "labelled stream that is a JSON error": ('{"error": {"code": 429}}', SSE, None, 0, {"error": {"code": 429}}),
    "lines": ('{"a": 1}\n{"b": 2}\n', "", "ndjson", 2, ABSENT),
    "lines with CRLF and padding": ('\r\n{"a": 1}\r\n\r\n{"b": 2}\r\n', "", "ndjson", 2, ABSENT),
    "lines cut in the third": ('{"a": 1}\n{"b": 2}\n{"c', "", "ndjson", 3, ABSENT),
    "labelled lines cut in the second": ('{"a": 1}\n{"b', "application/x-ndjson; charset=utf-8", "ndjson", 2, ABSENT),
    "lines cut in the second": ('{"a": 1}\n{"b', "", None, 0, ABSENT),
    "one labelled line": ('{"a": 1}\n', LINES, None, 0, {"a": 1}),
    "JSON over lines": ('{\n"a": 1\n}\n', LINES, None, 0, {"a": 1}),
    "array of chunks": ('[{"candidates": [1]}\n,\r\n{"candidates": [2]}\n]', JSON, "json-array", 2, ABSENT),
    "array of chunks, padded": (' \n[{"candidates": [1]}]', JSON, "json-array", 1, ABSENT),
    "array of something else": ('[{"error": 1}]', JSON, None, 0, [{"error": 1}]),
    "empty array": ("[]", JSON, None, 0, []),
    "JSON labelled as Amazon's frames": (
        b'{"message": "no"}',
        "application/vnd.amazon.eventstream",
        None,
        0,
        {"message": "no"},
    ),
    "base64 of JSON": (base64.b64encode(b'{"a": 1}').decode(), "application/octet-stream", None, 0, {"a": 1}),
    "base64 of JSON with a space": (
        base64.b64encode(b'{ "a": 1}').decode(),
        "application/octet-stream",
        None,
        0,
        {"a": 1},
    ),
    "base64 of a stream": (
        base64.b64encode(b"data: {}\n\n").decode(),
        "application/vnd.amazon.eventstream",
        "sse",
        1,
        ABSENT,
    ),
    "a word that is base64": ("eyes", "application/octet-stream", None, 0, ABSENT),
    "what looks like base64 and is not": ("eyJ is no base64", "application/octet-stream", None, 0, ABSENT),
}


@pytest.mark.parametrize("name", CASES)
def test_framing(name: str) -> None:
    recorded, content_type, stream, count, value = CASES[name]
    body = read(recorded, content_type)
    assert (body.stream, len(body.events), body.json) == (stream, count, value)
    assert [kind for kind in kinds(body) if kind != "stream-event-not-json"] == []


def frame() -> bytes:
    prelude = (16).to_bytes(4, "big") + (0).to_bytes(4, "big")
    start = prelude + zlib.crc32(prelude).to_bytes(4, "big")
    return start + zlib.crc32(start).to_bytes(4, "big")


def test_frames_are_known_by_their_checksum_or_their_label() -> None:
    amazon = "application/vnd.amazon.eventstream"
    damaged = frame()[:8] + b"????" + frame()[12:]
    for recorded, content_type in ((frame(), ""), (frame(), amazon), (damaged, amazon)):
        body = read(recorded, content_type)
        assert (body.stream, body.text, body.raw, len(body.events)) == ("eventstream", None, recorded, 1)
    assert read(damaged).stream is None
    assert read(frame().decode("latin-1"), amazon).raw == frame()
    assert read(base64.b64encode(frame()).decode(), amazon).raw == frame()


def test_the_tables_of_framings() -> None:
    assert [each.name for each in FRAMINGS] == ["sse", "json-array", "ndjson"]
    assert [each.name for each in BINARY_FRAMINGS] == ["eventstream"]


def test_offsets_of_lines_and_elements() -> None:
    text = '\r\n {"a": "\u2028"} \r\n\r\n{"b": 2}\r\n{"c\n'
    events = ndjson.parse(text)
    assert [(event.offset, event.data) for event in events] == [(3, '{"a": "\u2028"}'), (18, '{"b": 2}'), (28, '{"c')]
    array = ' [{"candidates": 1} ,\r\n{"candidates": 2}, {"cand'
    assert [(event.offset, event.data) for event in json_array.parse(array)] == [
        (2, '{"candidates": 1}'),
        (23, '{"candidates": 2}'),
    ]
    for whole, found in ((text, events), (array, json_array.parse(array))):
        assert all(whole[event.offset :].startswith(event.data) for event in found)


# --- problems ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "content_type", "expected"),
    [
        ("<html>", JSON, ["body-not-json"]),
        (")]}'\n[1]", JSON, []),  # Gerrit, so that no page can run it
        ("while(1);{}", JSON, []),
        (")]\n[1]", JSON, ["body-not-json"]),
        ("a=1&b=2", "application/vnd.api+json", ["body-not-json"]),
        ('{"a": "line\nbreak"}', JSON, ["body-not-json"]),
        ('{"a": 1', JSON, ["body-not-json"]),
        ('{"a": 1', "text/plain", []),
        ("", JSON, []),
        ("1" * 5000, JSON, ["body-not-json"]),
        ('{"a": ' + "1" * 5000 + "}", "text/plain", ["unreadable-body"]),
        ("[" * 100_000, "", ["unreadable-body"]),
    ],
)
def test_what_is_reported_of_a_body(text: str, content_type: str, expected: list[str]) -> None:
    body = read(text, content_type)
    assert kinds(body) == expected
    assert (body.text, body.json) == (text, ABSENT)


def test_the_place_counts_the_byte_order_mark() -> None:
    (problem,) = read('\ufeff{"a": }', JSON).problems
    assert problem.place is not None
    assert (problem.place.route, problem.place.offset, problem.place.length) == (("body",), 7, 1)
    (problem,) = read(b'{"a": }', JSON).problems
    assert problem.place is not None
    assert (problem.place.route, problem.place.offset) == (("body",), None)  # bytes are not characters of the file


GOOD = 'data: {"a": 1}\n\n'


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (GOOD + "data: {x\n\n" + GOOD + "data: {x\n\n", [2, 4]),  # equal events are told apart
        (GOOD + "data: oops\n\n", [2]),
        ("data: oops\n\ndata: [DONE]\n\n", []),  # no other is JSON
        ("data: oops\n\ndata: oops\n\n" + GOOD, []),  # most are not
        (GOOD + "data: [DONE]\n\ndata:\n\ndata:  \n\n", []),
        (GOOD + "event: ping\ndata: 2025-01-01 10:00\n\ndata: ping\n\ndata: keepalive\n\n", []),
        (GOOD + "data: null\n\n", []),
    ],
)
def test_events_that_are_not_json(text: str, numbers: list[int]) -> None:
    body = read(text, SSE)
    assert [int(problem.message.split()[4]) for problem in body.problems] == numbers
    assert set(kinds(body)) <= {"stream-event-not-json"}
    assert [problem.place and problem.place.offset for problem in body.problems] == [
        body.events[number - 1].offset for number in numbers
    ]


def test_problems_never_show_what_the_body_says() -> None:
    secret = "sk-invented0123456789abcdef"
    for text, content_type in ((GOOD + f"data: {secret}\n\n", SSE), (secret, JSON), (f'{{"key": {secret}}}', JSON)):
        (problem,) = read(text, content_type).problems
        assert "invented" not in problem.message
