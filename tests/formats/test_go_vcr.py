"""go-vcr, versions 1 and 2, field by field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import UnknownFormat
from cassette_tools.formats.go_vcr import _seconds
from cassette_tools.load import load, load_source
from cassette_tools.model import Headers, Recording
from cassette_tools.source import Source


def read(text: str) -> Recording:
    return load_source(Source.from_bytes(text.encode(), "x.yaml"))


def test_version_2() -> None:
    recording = read(
        """\
version: 2
interactions:
- id: 4
  request:
    proto: HTTP/1.1
    proto_major: 1
    proto_minor: 1
    content_length: 2
    transfer_encoding: [chunked]
    trailer: {X: [y]}
    host: api.example.com
    remote_addr: 127.0.0.1:1
    request_uri: /v1
    body: "12"
    form: {a: [b]}
    headers:
      Version: [2023-06-01, on]
      Scalar: 17
      Bytes: [!!binary aGk=]
    url: https://api.example.com/v1
    method: PUT
  response:
    proto: HTTP/2.0
    content_length: -1
    uncompressed: true
    body: !!binary /wA=
    headers: {}
    status: 201 Created
    code: 201
    duration: 1m2.5s
"""
    )
    assert (recording.format, recording.format_version) == ("go-vcr", "2")
    (interaction,) = recording.interactions
    request, response = interaction.request, interaction.response
    assert (request.method, request.url, request.content_length) == ("PUT", "https://api.example.com/v1", 2)
    assert request.headers == Headers(
        pairs=(("Version", "2023-06-01"), ("Version", "on"), ("Scalar", "17"), ("Bytes", "hi"))
    )
    assert (request.body.text, request.body.verbatim) == ("12", True)
    assert set(request.extra) == {
        "proto", "proto_major", "proto_minor", "transfer_encoding", "trailer", "host", "remote_addr", "request_uri", "form",
    }  # fmt: skip
    assert (response.status_code, response.http_version, response.content_length) == (201, "HTTP/2.0", None)
    assert (response.body.raw, response.body.text) == (b"\xff\x00", None)
    assert (response.reason, response.extra) == ("Created", {"uncompressed": True})
    assert interaction.duration == 62.5
    assert interaction.extra == {"id": 4}


def test_version_1_has_no_ids_and_an_unquoted_body_is_text() -> None:
    recording = read(
        """\
version: 1
interactions:
- request: {body: "", form: {}, headers: {}, url: "http://h/x", method: ""}
  response: {body: 12, headers: {}, status: 200 OK, code: 200, duration: ""}
"""
    )
    assert (recording.format, recording.format_version) == ("go-vcr", "1")
    (interaction,) = recording.interactions
    assert interaction.request.method == "GET"
    assert interaction.response.body.text == "12"
    assert interaction.duration is None


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("1.2s", 1.2), ("890.029ms", 0.890029), ("1m2s", 62.0), ("12µs", 12e-6), ("12us", 12e-6), ("5ns", 5e-9), ("1h0m1s", 3601.0),
        ("0s", None), ("", None), (None, None), ("soon", None), ("1", None), (1_500_000_000, 1.5), (0, None), (True, None), ("1.2.3s", None),
    ],
)  # fmt: skip
def test_durations(duration: object, seconds: float | None) -> None:
    assert _seconds(duration) == (pytest.approx(seconds) if seconds is not None else None)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("version: 3\ninteractions: []\n", "a cassette of another recorder, without interactions"),
        ("version: 1\ninteractions:\n- {a: 1}\n", "interactions with unknown keys: 'a'"),
        ('{"log": {}}', "a HAR file"),
        ("a: 1\nb: 2\n", "a mapping with unknown keys: 'a', 'b'"),
        ("- 1\n", "a list"),
        ("hello\n", "text that is neither YAML nor JSON"),
        ("", "an empty file"),
        ("17\n", "a single int"),
        ("-- a --\nx\n", "text that is neither YAML nor JSON"),
    ],
)  # fmt: skip
def test_what_is_no_cassette_is_refused_with_what_it_looks_like(text: str, seen: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        read(text)
    assert caught.value.seen == seen


@pytest.mark.parametrize(
    ("name", "content", "seen"),
    [
        ("x.txtar", b"A comment: first.\nb: [\n-- other --\n{}\n", "a txtar archive"),
        ("x.txt", b"a: [\nb\n", "text that is neither YAML nor JSON"),
        ("x", b"\x89PNG\r\n\x1a\n\0\0\0", "a binary file"),
    ],
)
def test_what_does_not_parse_and_does_not_say_it_should_is_refused_too(name: str, content: bytes, seen: str) -> None:
    with pytest.raises(UnknownFormat) as caught:
        load_source(Source.from_bytes(content, name))
    assert caught.value.seen == seen


def test_an_empty_cassette_is_read_and_said_to_be_empty() -> None:
    for text in ("---\nversion: 2\ninteractions: []\n", "version: 2\n"):
        recording = read(text)
        assert recording.interactions == ()
        assert [problem.kind for problem in recording.problems] == ["empty-cassette"]


def test_only_the_first_document_counts() -> None:
    recording = read("version: 2\ninteractions:\n- {request: {url: x}, response: {code: 200}}\n---\na: 1\n")
    assert len(recording.interactions) == 1
    assert [problem.kind for problem in recording.problems] == ["schema-violation"]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["request", "response", "body", "headers", "url", "method", "code", "content_length", "duration", "id"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.lists(_values, max_size=3))
def test_wrong_types_never_raise(items: list[object]) -> None:
    import json

    text = json.dumps({"version": 2, "interactions": [{"request": {"url": ""}, "response": {"code": 1}}, *items]})
    assert len(read(text).interactions) == len(items) + 1


def test_every_go_vcr_cassette_of_the_corpus_is_read(shared: Path) -> None:
    versions: dict[str, int] = {}
    for path in sorted((shared / "corpus").rglob("*.yaml")):
        if path.relative_to(shared / "corpus").parts[0] in ("charmbracelet__fantasy", "dnaeon__go-vcr"):
            recording = load(str(path))
            assert recording.interactions
            assert not recording.problems
            versions[str(recording.format_version)] = versions.get(str(recording.format_version), 0) + 1
    assert versions == {"1": 4, "2": 192}
