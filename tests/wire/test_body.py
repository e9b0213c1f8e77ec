"""Bodies: what recorders and servers did to them, undone by looking at the bytes, within bounds."""

from __future__ import annotations

import base64
import gzip
import json
import tracemalloc
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.load import load
from cassette_tools.model import ABSENT, Body, Headers
from cassette_tools.wire.body import read_body

ROUTE = ("interactions", 0, "response", "body")


def read(recorded: str | bytes | None, content_type: str = "", encoding: str = "") -> Body:
    pairs = [("Content-Type", content_type)] * bool(content_type) + [("Content-Encoding", encoding)] * bool(encoding)
    return read_body(recorded, Headers(pairs=tuple(pairs)), ROUTE)


def raw_deflate(content: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(content) + machine.flush()


CODINGS: dict[str, Any] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def test_plain_text_and_json() -> None:
    assert read(None) == Body()
    assert read("") == Body(text="")
    assert read('{"a": 1}') == Body(text='{"a": 1}', json={"a": 1})
    assert read("\n   \n {}") == Body(text="\n   \n {}", json={})
    assert read("hello") == Body(text="hello")
    assert read("null", "application/json").json is None
    assert read('{"a": 1}', "text/html").json == {"a": 1}
    assert read("é").size == 2
    assert read(b"{}").verbatim is False
    assert read("{}").verbatim is True


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.sampled_from(sorted(CODINGS)))
def test_every_coding_is_undone(text: str, coding: str) -> None:
    content = CODINGS[coding](text.encode())
    body = read(content, "text/plain", coding)
    if coding in ("deflate", "br") and body.text != text:  # without magic bytes, what reads as text is text
        assert not body.codings
        return
    assert (body.text, body.codings, body.raw) == (text, (coding,), content)


def test_codings_without_their_header_or_twice_or_raw() -> None:
    assert read(gzip.compress(b"{}")).json == {}
    assert read(zstandard.compress(b"{}")).json == {}
    assert read(gzip.compress(gzip.compress(b"{}"))).codings == ("gzip", "gzip")
    assert read(gzip.compress(b'{"a"') + gzip.compress(b": 1}")).json == {"a": 1}
    assert read(raw_deflate("{é}".encode()), encoding="deflate").text == "{é}"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "zstd"])
def test_a_header_over_a_plain_body_is_no_error(encoding: str) -> None:
    for recorded in ('{"a": 1}', b'{"a": 1}'):
        body = read(recorded, "application/json", encoding)
        assert (body.json, body.codings, body.problems) == ({"a": 1}, (), ())


def test_bytes_that_were_stored_as_text() -> None:
    packed = gzip.compress(b'{"a": 1}')
    assert read(packed.decode("latin-1")).json == {"a": 1}
    assert read(base64.b64encode(packed).decode(), encoding="gzip").json == {"a": 1}
    assert read("base64:" + base64.b64encode(b'{"a": 1}').decode()).json == {"a": 1}
    frame = b"\x00\x00\x00\x10\x00\x00\x00\x00" + b"\x00" * 8
    body = read(base64.b64encode(frame).decode(), "application/vnd.amazon.eventstream")
    assert (body.raw, body.stream, body.text) == (frame, "eventstream", None)
    assert read("H4sI is how it begins").text == "H4sI is how it begins"
    assert read("eyJ", "text/plain").text == "eyJ"


def test_charsets_and_binary() -> None:
    assert read("é".encode("latin-1"), "text/plain; charset=ISO-8859-1").text == "é"
    assert read("é".encode(), "text/plain; charset=no-such").text == "é"
    body = read(b"\x89PNG\xff", "image/png")
    assert (body.text, body.raw, body.size, body.problems) == (None, b"\x89PNG\xff", 5, ())


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_a_decompression_bomb_is_bounded(coding: str) -> None:
    content = {**CODINGS, "br": partial(brotli.compress, quality=1)}[coding](b"\0" * 80_000_000)
    tracemalloc.start()
    body = read(content, "text/plain", coding)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [problem.kind for problem in body.problems] == ["unreadable-body"]
    assert (body.text, body.raw) == (None, content)
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "content", [gzip.compress(b"{}" * 50, mtime=0)[:-12], gzip.compress(b"{}" * 50, mtime=0)[:12] + b"\xff" * 30]
)
def test_damaged_data_are_a_problem(content: bytes) -> None:
    body = read(content)
    assert [problem.kind for problem in body.problems] == ["unreadable-body"]
    assert f"the body of {len(content)} bytes cannot be decompressed" in body.problems[0].message


@pytest.mark.parametrize(
    ("text", "content_type", "message"),
    [
        ("<html>", "application/json",
         "the Content-Type is application/json, but the body is HTML or XML; "
         "mend the body or its Content-Type, or record it again"),
        ('{\n "a": }', "application/problem+json; charset=utf-8",
         "the Content-Type is application/problem+json, but the body is not JSON: Expecting value (line 2, column 7 of the body); "
         "mend the body or its Content-Type, or record it again"),
    ],
)  # fmt: skip
def test_a_body_that_says_it_is_json_and_is_not(text: str, content_type: str, message: str) -> None:
    body = read(text, content_type)
    assert [(problem.kind, problem.message) for problem in body.problems] == [("body-not-json", message)]


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ('{"error": {}}', "text/event-stream"),
        ("data: {}\n\n", "application/json"),
        ("  ", "application/json"),
        ("<html>", "text/html"),
        ('{"a": 1}\n{"b": 2}\n', "application/json"),
    ],
)
def test_labels_that_are_forgiven(text: str, content_type: str) -> None:
    assert read(text, content_type).problems == ()


def test_limits_of_json() -> None:
    assert read("[" * 100_000).json is ABSENT
    assert read("1" * 5000, "application/json").problems[0].kind == "body-not-json"
    assert read('{"a": "\\ud83d"}').json == {"a": "\ud83d"}
    assert read('{"a": NaN}').json is not ABSENT


def test_framings() -> None:
    lines = read('{"a": 1}\n\n{"a": 2}\r\n{"a": \n', "application/x-ndjson")
    assert lines.stream == "ndjson"
    assert [(event.offset, event.json) for event in lines.events] == [(0, {"a": 1}), (10, {"a": 2}), (20, ABSENT)]
    array = read('[{"candidates": [1]}\n,\n{"candidates": [2]}\n]')
    assert (array.stream, [event.json["candidates"] for event in array.events]) == ("json-array", [[1], [2]])
    assert [event.json for event in read('[{"candidates": 1},\n{"cand').events] == [{"candidates": 1}]
    assert read("[1, 2]").json == [1, 2]


def test_an_event_among_json_that_is_none() -> None:
    text = 'data: {"a": 1}\n\ndata: {"a": 2}\n\ndata: {"a": \n\ndata: [DONE]\n\n'
    (problem,) = read(text, "text/event-stream").problems
    assert problem.kind == "stream-event-not-json"
    assert problem.message == (
        "the data of event 3 of 4 are not JSON, as the others are: Expecting value at the end of their 6 characters; "
        "record the interaction again"
    )
    assert problem.place is not None
    assert (problem.place.route, problem.place.offset) == (ROUTE, 38)
    assert read("data: hello\n\ndata: world\n\n").problems == ()


def test_where_an_event_is_no_json_is_said_once() -> None:
    (problem,) = read('data: {"a": 1}\n\ndata: {"a": "b\n\n', "text/event-stream").problems
    assert problem.message == (
        "the data of event 2 of 2 are not JSON, as the others are: Unterminated string starting at character 7 of 8; "
        "record the interaction again"
    )


@given(
    st.text() | st.binary() | st.none(),
    st.sampled_from(
        [
            "",
            "application/json",
            "text/event-stream",
            "application/vnd.amazon.eventstream",
            "text/plain; charset=x",
            "a;charset",
            ";",
        ]
    ),
    st.sampled_from(["", "gzip", "br", "deflate", "zstd", "gzip, br", "x"]),
)
def test_nothing_raises(recorded: str | bytes | None, content_type: str, encoding: str) -> None:
    body = read(recorded, content_type, encoding)
    assert body.route == ROUTE
    if isinstance(recorded, str) and body.verbatim:
        assert body.text == recorded


def test_the_bodies_of_real_recordings_have_no_problems(shared: Path) -> None:
    found = []
    for folder in ("charmbracelet__fantasy", "dnaeon__go-vcr"):
        for path in sorted((shared / "corpus" / folder).rglob("*.yaml")):
            for interaction in load(str(path)).interactions:
                for body in (interaction.request.body, interaction.response.body):
                    found += [(path.name, problem.kind) for problem in body.problems]
    assert found == []


def test_json_of_a_body_is_what_the_standard_library_reads() -> None:
    text = json.dumps({"a": [1.5, "é", None, {"b": []}]})
    assert read(text).json == json.loads(text)
