"""VCR.py, version 1, and the recorders that write the same file with changes of their own; VCR.py itself as oracle."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, refusal, said
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer, yamlserializer

from cassette_tools.formats._writing import body_bytes
from cassette_tools.load import load

FOLDER = SAMPLES / "vcrpy"
JSON = (("content-type", "application/json"),)
ASKED = '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}'
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]


@pytest.mark.parametrize(("name", "serializer"), [("chat.yaml", yamlserializer), ("chat.json", jsonserializer)])
def test_vcrpy_reads_the_same(name: str, serializer: object) -> None:
    recording = load(str(FOLDER / name))
    assert (recording.format, recording.format_version, recording.problems) == ("vcrpy", "1", ())
    requests, responses = deserialize((FOLDER / name).read_text(encoding="utf-8"), serializer)
    for ours, request, response in zip(recording.interactions, requests, responses, strict=True):
        assert (ours.request.method, ours.request.url) == (request.method, request.uri)
        assert dict(ours.request.headers) == dict(request.headers)
        assert body_bytes(ours.request.body) == request.body
        assert body_bytes(ours.response.body) == response["body"]["string"]
        assert ours.response.status_code == response["status"]["code"]
        assert {name: [value] for name, value in ours.response.headers} == response["headers"]
    assert said(recording)[:2] == TALK
    assert findings(FOLDER / name) == []


def test_a_stream_is_a_stream() -> None:
    stream = load(str(FOLDER / "chat.yaml")).interactions[1]
    assert (stream.response.body.stream, len(stream.response.body.events)) == ("sse", 3)
    assert said(load(str(FOLDER / "chat.yaml")))[2:] == TALK


def test_httpx_before_version_6() -> None:
    (interaction,) = load(str(FOLDER / "httpx-before-6.yaml")).interactions
    assert asked(interaction) == ("POST", "https://api.example.com/v1/chat/completions", JSON, ASKED)
    assert (answered(interaction)[:2], interaction.response.http_version) == ((200, JSON), "HTTP/1.1")
    assert said(load(str(FOLDER / "httpx-before-6.yaml"))) == TALK
    assert findings(FOLDER / "httpx-before-6.yaml") == []


def test_a_body_that_was_parsed_is_written_again() -> None:
    (interaction,) = load(str(FOLDER / "parsed-body.yaml")).interactions
    assert content(interaction.request.body) == (
        '{"messages":[{"content":"Name a wader.","role":"user"}],"model":"example-1"}'
    )
    assert said(load(str(FOLDER / "parsed-body.yaml"))) == TALK
    assert findings(FOLDER / "parsed-body.yaml") == []


def test_bytes_python_tags_dates_numbers_and_codings() -> None:
    packed, plain = load(str(FOLDER / "odd.yaml")).interactions
    fields = (("anthropic-version", "2023-06-01"), ("Accept", "*/*"), ("x-bytes", "hi"), ("x-number", "17"))
    assert asked(packed) == ("POST", "https://api.example.com/v1/other", fields, '{"model":"example-1"}')
    assert (content(packed.response.body), packed.response.body.codings) == ('{"a":5,"b":"aab"}', ("gzip",))
    assert (content(plain.request.body), plain.response.reason) == (None, None)
    assert (content(plain.response.body), plain.response.body.codings) == ('{"plain": true}', ())
    assert findings(FOLDER / "odd.yaml") == []


def test_what_is_wrong_is_told_with_its_place() -> None:
    record = "or record the cassette again"
    assert findings(FOLDER / "bad.yaml") == [
        ("secret-in-header", 6, 9, "the header field `authorization` holds a Groq API key (`gsk_…`, 52 characters): revoke it, and let the recorder remove it before it writes"),
        ("schema-violation", 16, 13, 'response.status.code is the text "200", expected a whole number from 100 to 999: remove the quotes'),
        ("schema-violation", 18, 3, f"request lacks uri: add it, for example `uri: https://api.example.com/v1/chat/completions`, {record}"),
        ("schema-violation", 24, 14, 'response.headers is a text, expected a mapping or a list: write each value on a line of its own, after "- "'),
        ("schema-violation", 25, 5, f"response.status lacks code: add it, {record}"),
    ]  # fmt: skip


def test_header_fields_of_older_versions() -> None:
    recording = read(
        """\
interactions:
- request: {body: null, headers: {}, method: GET, uri: "http://localhost/"}
  response:
    body: {string: !!python/unicode 'x'}
    headers:
    - !!python/tuple [Server, [nginx]]
    - !!python/tuple [Set-Cookie, [a=1, b=2]]
    - "X-Line: one: two\\r\\n"
    status: {code: 200, message: OK}
version: 1
"""
    )
    assert recording.interactions[0].response.headers.pairs == (
        ("Server", "nginx"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("X-Line", "one: two"),
    )


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (
            "interactions:\n- {question: a, answer: b}\nversion: 1\n",
            "interactions with unknown keys: 'question', 'answer'",
        ),
        ("interactions:\n- request: {uri: x}\n", "interactions with unknown keys: 'request'"),
    ],
)
def test_near_misses_are_refused(text: str, seen: str) -> None:
    assert refusal(text) == seen


def test_real_cassettes(shared: Path) -> None:
    files, interactions = count_of(
        shared / "corpus" / "simonw__llm-gemini", format="vcrpy", patterns=("tests/cassettes/**/*.yaml",)
    )
    assert files > 0
    assert interactions >= files
