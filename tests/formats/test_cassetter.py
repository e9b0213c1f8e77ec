"""cassetter's cassettes, with cassetter itself as the judge."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cassetter import use_cassette
from cassetter._core import (
    Body,
    Cassette,
    GrpcInteraction,
    GrpcRequest,
    GrpcResponse,
    HttpInteraction,
    HttpRequest,
    HttpResponse,
    WsFrame,
    WsInteraction,
)
from effort import examples
from format_samples import ALL, SAMPLES, answered, asked, content, findings, read, refusal, said
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools import model
from cassette_tools.errors import SourceError
from cassette_tools.lint.engine import lint_source
from cassette_tools.load import load
from cassette_tools.source import Source

FOLDER = SAMPLES / "cassetter"
URL = "https://api.example.com/v1/chat/completions"
JSON = (("content-type", "application/json"),)
KINDS = ("yaml", "toml")


def of_cassetter(body: Body) -> object:
    """What cassetter says a body is: JSON as its value, else text, bytes or nothing."""
    return ("json", body.content) if body.body_type == "json" else body.content


def of_ours(body: model.Body, theirs: Body) -> object:
    """The same of ours, in the terms of what it is held against."""
    if theirs.body_type == "json":
        return ("json", json.loads(body.text or ""))
    return (body.raw or b"") if theirs.body_type == "binary" else body.text


def assert_read_as_cassetter_does(path: Path) -> None:
    theirs, ours = Cassette.load(str(path)), load(str(path))
    assert ours.format == "cassetter"
    http = ours.interactions[: len(theirs.interactions)]
    for their, our in zip(theirs.interactions, http, strict=True):
        assert (our.request.method, our.request.url, our.response.status_code) == (their.request.method, their.request.uri, their.response.status)  # fmt: skip
        assert (our.recorded_at or "") == their.recorded_at
        for side, other in ((our.request, their.request), (our.response, their.response)):
            assert sorted(side.headers.pairs) == sorted((name, value) for name, values in other.headers.items() for value in values)  # fmt: skip
            assert of_ours(side.body, other.body) == of_cassetter(other.body)
    others = ours.interactions[len(theirs.interactions) :]
    assert [each.request.url for each in others] == [
        *(each.uri for each in theirs.ws_interactions),
        *(each.request.method for each in theirs.grpc_interactions),
    ]


# --- the samples -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "version"), [("yaml", "1"), ("toml", "1 (TOML)")])
def test_a_recording(kind: str, version: str) -> None:
    path = FOLDER / f"recording.{kind}"
    recording = load(str(path))
    assert (recording.format, recording.format_version, recording.problems) == ("cassetter", version, ())
    first, second = recording.interactions
    assert asked(first) == ("POST", URL, JSON, '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}')  # fmt: skip
    assert answered(first)[:2] == (200, (*JSON, ("vary", "a"), ("vary", "b")))
    assert (first.recorded_at, first.extra) == ("2025-01-01T00:00:00.000000+00:00", {})
    assert (second.response.body.stream, len(second.response.body.events)) == ("sse", 4)
    assert said(recording) == [("user", "Name a wader."), ("assistant", "The avocet.")] * 2
    assert findings(path) == []
    assert_read_as_cassetter_does(path)


@pytest.mark.parametrize("kind", KINDS)
def test_bodies_of_every_type_and_texts_that_look_like_something_else(kind: str) -> None:
    path = FOLDER / f"odd.{kind}"
    first, second, third, *_others = load(str(path)).interactions
    assert (asked(first), answered(first)[:2]) == (
        ("POST", "https://api.example.com/v1/upload", (), b"\xff\x00"),
        (200, (("anthropic-version", "2023-06-01"), *JSON)),
    )
    assert first.response.body.json == {
        "plain": ["on", "12:30:45", "1_000", "0x1f", "1e3", "2025-01-01", "~", "null", "=", ""],
        "numbers": [1.0, 1e-7, 12345678901234567890, -0.5, 0],
        "rest": [True, None, {"on": "off"}, []],
    }
    assert (asked(second)[3], answered(second)) == (None, (204, (), None))
    assert content(third.response.body) == "A \"quoted\" \\ line\r\nand 'one' more\n"
    assert findings(path) == []
    assert_read_as_cassetter_does(path)


def test_websockets_and_grpc_calls_are_interactions_too() -> None:
    websocket, grpc = load(str(FOLDER / "odd.yaml")).interactions[3:]
    assert asked(websocket) == ("GET", "wss://api.example.com/v1/realtime", (("x-client", "example"),), None)
    assert (websocket.response.status_code, websocket.response.body.stream) == (101, "websocket")
    assert [(each.event, each.data) for each in websocket.response.body.events] == [
        ("sent", '{"ask":"Name a wader."}'),
        ("received", "The avocet."),
        ("close", '{"code":1000,"reason":""}'),
    ]
    assert asked(grpc)[:3] == ("POST", "/example.Birds/Name", (("x-client", "example"),))
    assert (grpc.request.body.raw, grpc.response.body.raw) == (b"\n\x05hello", b"\n\x06avocet")
    assert (grpc.response.extra, grpc.extra) == (
        {"status_code": 0, "status_message": "OK"},
        {"json_debug": {"response": {"name": "avocet"}}},
    )


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    record = "or record the cassette again"
    assert findings(FOLDER / "bad.yaml") == [
        ("schema-violation", 6, 5, "request.headers is a list, expected a mapping: write `name: value` lines in place of the list items"),
        ("schema-violation", 8, 13, f"request.body.type is a text, expected a text such as json or text: correct it, {record}"),
        ("schema-violation", 11, 13, 'response.status is the text "200", expected a whole number from 100 to 999: remove the quotes'),
        ("schema-violation", 13, 7, 'response.headers.content-type is a mapping, expected a text: write each value on a line of its own, after "- "'),
        ("empty-answer", 16, 7, "the call succeeded, and its answer is `{}`, nothing of a model's: record the interaction again, or say in an ignore comment that the scenario is about it"),
        ("schema-violation", 22, 3, f"response lacks status: add it, {record}"),
        ("schema-violation", 23, 5, f"response.body lacks type: add it, for example `type: json`, {record}"),
    ]  # fmt: skip


FAILED = {
    "yaml": """\
version: 1
interactions:
- request:
    method: POST
    uri: https://api.example.com/v1/models
    headers:
      x-client-key:
      - none
      - sk-proj-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6
    body:
      type: none
  response:
    status: 503
    headers:
      content-type: [application/json]
    body:
      type: text
      content: '{"a":'
""",
    "toml": """\
version = 1

[[interactions]]

[interactions.request]
method = "POST"
uri = '''
https://h/
[[interactions]]
status = 1'''
body_type = "none"

[interactions.request.headers]
x-client-key = [
    "a, ]\\"",
    'sk-proj-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6',
]

[interactions.response]
status = 503
body_type = "text"
body_content = '{"a":'

[interactions.response.headers]
content-type = ["application/json"]
""",
}


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        ("yaml", [("secret-in-header", 9, 9), ("error-status-recorded", 13, 13), ("body-not-json", 18, 22)]),
        ("toml", [("secret-in-header", 16, 5), ("error-status-recorded", 20, 10), ("body-not-json", 22, 16)]),
    ],
)
def test_findings_have_their_places(tmp_path: Path, kind: str, places: list[tuple[str, int, int]]) -> None:
    path = tmp_path / f"kept.{kind}"
    path.write_text(FAILED[kind], encoding="utf-8")
    assert [row[:3] for row in findings(path)] == places


# --- near misses -----------------------------------------------------------------------------------------------------

EXCHANGE = "version: 1\ninteractions:\n- request: {method: GET, uri: 'https://h/', %s}\n  response: {status: 200, %s}\n"


@pytest.mark.parametrize(
    ("asked_with", "answered_with", "format"),
    [
        ("body: {type: none}", "body: {type: none}", "cassetter"),
        ("body: {type: none}", "headers: {}", "cassetter"),
        ("headers: {}", "body: {type: text, content: a}", "cassetter"),
        ("body: a", "body: {string: a}", "vcrpy"),
        ("body: null", "body: null", "vcrpy"),
        ("body: {type: example, model: a}", "body: {string: a}", "vcrpy"),
        ("body: {type: json, content: {}, more: 1}", "body: {string: a}", "vcrpy"),
    ],
)
def test_what_is_cassetters_and_what_is_vcrpys(asked_with: str, answered_with: str, format: str) -> None:
    assert read(EXCHANGE % (asked_with, answered_with)).format == format


def test_near_misses_are_refused() -> None:
    assert refusal("version: 1\nws_interactions: []\n") == "a mapping with unknown keys: 'version', 'ws_interactions'"
    assert (
        refusal('[[interactions]]\nbody_type = "none"\n[interactions', "x.toml") == "text that is neither YAML nor JSON"
    )
    assert refusal("interactions = 1 # [[interactions]] body_type\n", "x.toml") == "text that is neither YAML nor JSON"


def test_a_cassette_of_websockets_alone() -> None:
    recording = read("version: 1\ninteractions: []\nws_interactions:\n- uri: wss://h/\n  frames: []\n")
    assert [(each.request.url, each.response.status_code) for each in recording.interactions] == [("wss://h/", 101)]
    assert recording.problems == ()


@pytest.mark.parametrize(("content", "expected"), [('{"type": "a"}', {"type": "a"}), ("The avocet.", model.ABSENT)])
def test_a_frame_of_text_may_hold_json(content: str, expected: object) -> None:
    frame = {"direction": "recv", "frame_type": "text", "body": {"type": "text", "content": content}}
    recording = read(
        json.dumps({"version": 1, "interactions": [], "ws_interactions": [{"uri": "wss://h/", "frames": [frame]}]})
    )
    assert [event.json for event in recording.interactions[0].response.body.events] == [expected]


@examples(200)
@given(data=st.data())
def test_damaged_toml_is_read_or_refused(data: st.DataObject) -> None:
    text = (FOLDER / "odd.toml").read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = start + data.draw(st.integers(0, 40))
    piece = data.draw(
        st.sampled_from(
            ["", "[", "]", '"', "'''", "a = [[1, 2], # ]\n3]\n", "[[interactions]]\n", "body_content = 1\n"]
        )
    )
    source = Source.from_bytes((text[:start] + piece + text[end:]).encode(), "x.toml")
    try:
        found = lint_source(source, ALL)
    except SourceError:
        return
    assert [each.message for each in found if "internal error in this rule" in each.message] == []


# --- cassetter as the judge ------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\x7f\x85\u2028\u2029\ufeff", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12) | st.sampled_from(
    ["on", "No", "y", "12:30", "1_0", "0o7", "07", "1e3", ".inf", "2025-01-01T00:00:00Z", "<<", "=", "!a", "&a", "- a", "a: b", "# a", "a\nb\n", "\n", " a ", "null", "~", "'", '"', "\\", "|", ">"]
)  # fmt: skip
# Its JSON reader loses the last digit of some numbers: those here have few.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.integers(-9999, 9999).map(lambda number: number / 64) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
BODIES = st.one_of(
    st.just(Body("none")),
    st.builds(lambda value: Body("json", value), VALUES.filter(lambda value: value is not None)),
    st.builds(lambda value: Body("text", value), TEXTS.filter(bool)),
    st.builds(lambda value: Body("binary", value), st.binary(min_size=1, max_size=8).filter(lambda raw: raw[:2] not in (b"\x1f\x8b",))),
)  # fmt: skip
HEADERS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
    st.lists(
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=8), min_size=1, max_size=2
    ),
    max_size=2,
)


@examples(150)
@given(kind=st.sampled_from(KINDS), headers=HEADERS, bodies=st.tuples(BODIES, BODIES), status=st.integers(100, 599))
def test_whatever_cassetter_writes(
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    headers: dict[str, list[str]],
    bodies: tuple[Body, Body],
    status: int,
) -> None:
    cassette = Cassette()
    request = HttpRequest("POST", "https://api.example.com/v1/x?a=b", headers, bodies[0])
    cassette.add_interaction(HttpInteraction(request, HttpResponse(status, {}, bodies[1]), "2025-01-01T00:00:00Z"))
    path = tmp_path_factory.getbasetemp() / f"written.{kind}"
    cassette.save(str(path))
    assert_read_as_cassetter_does(path)
    assert [row for row in findings(path) if row[0] == "schema-violation"] == []


def test_every_list_that_cassetter_writes(tmp_path: Path) -> None:
    cassette = Cassette()
    cassette.add_ws_interaction(WsInteraction("wss://h/", {}, [WsFrame("send", "binary", Body("binary", b"\x00"), 1)], "2025-01-01T00:00:00Z"))  # fmt: skip
    cassette.add_grpc_interaction(GrpcInteraction(GrpcRequest("/a.B/C", {}, Body("none")), GrpcResponse(5, "NOT_FOUND", {}, Body("none")), "2025-01-01T00:00:00Z"))  # fmt: skip
    cassette.save(str(tmp_path / "lists.yaml"))
    assert_read_as_cassetter_does(tmp_path / "lists.yaml")
    assert findings(tmp_path / "lists.yaml") == []


class Answers(BaseHTTPRequestHandler):
    """A provider: JSON, a stream, bytes, something compressed."""

    BODIES: dict[str, tuple[str, bytes]] = {
        "/json": ("application/json", b'{"object": "list", "data": [1.0, null]}'),
        "/stream": ("text/event-stream", b'data: {"a":1}\r\n\r\ndata: [DONE]\r\n\r\n'),
        "/bytes": ("application/octet-stream", b"\x00\xff"),
        "/packed": ("application/json", gzip.compress(b'{"packed": true}', mtime=0)),
        "/empty": ("text/plain", b""),
    }

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        kind, body = self.BODIES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_recording(tmp_path: Path, provider: str, kind: str) -> None:
    path = tmp_path / f"recorded.{kind}"
    with use_cassette(str(path), record_mode="once", intercept=["httpx"]), httpx.Client() as client:
        for name in Answers.BODIES:
            client.post(provider + name, json={"ask": "Name a wader."}, headers={"authorization": "Bearer secret"})
    assert_read_as_cassetter_does(path)
    recording = load(str(path))
    assert {
        each.request.url.removeprefix(provider): content(each.response.body) for each in recording.interactions
    } == {
        "/json": '{"object":"list","data":[1.0,null]}',
        "/stream": 'data: {"a":1}\r\n\r\ndata: [DONE]\r\n\r\n',
        "/bytes": b"\x00\xff",
        "/packed": '{"packed":true}',
        "/empty": None,
    }
    assert {each.request.body.text for each in recording.interactions} == {'{"ask":"Name a wader."}'}
    assert findings(path) == []
