"""HAR: browsers, Polly.js, WebSockets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, refusal, said

from cassette_tools.formats import writers
from cassette_tools.load import load, load_source
from cassette_tools.source import Source

FOLDER = SAMPLES / "har"
URL = "https://api.example.com/v1/chat/completions"
JSON = (("Content-Type", "application/json"),)
ASKED = '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}'
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]


def test_a_browser_s_export() -> None:
    recording = load(str(FOLDER / "chat.har"))
    assert (recording.format, recording.format_version, recording.problems) == ("har", "1.2", ())
    whole, stream = recording.interactions
    assert asked(whole) == ("POST", URL, JSON, ASKED)
    assert answered(whole)[:2] == (200, JSON)
    assert (whole.recorded_at, whole.duration, whole.response.http_version) == (
        "2025-10-09T08:53:20.000Z",
        0.8125,
        "HTTP/2",
    )
    assert (stream.response.body.stream, len(stream.response.body.events)) == ("sse", 3)
    assert said(recording) == TALK * 2
    assert findings(FOLDER / "chat.har") == []


def test_polly_keeps_bytes_as_a_list_of_pieces() -> None:
    recording = load(str(FOLDER / "polly.json"))
    (interaction,) = recording.interactions
    assert interaction.response.body.codings == ("gzip",)
    assert interaction.extra == {"_id": "0000000000000000000000000000abcd", "_order": 0}
    assert said(recording) == TALK
    assert findings(FOLDER / "polly.json") == []


def test_yaml_base64_and_an_answer_that_never_came() -> None:
    image, aborted = load(str(FOLDER / "odd.yaml")).interactions
    assert asked(image) == ("POST", URL, (("content-type", "application/json"),), ASKED)
    assert content(image.response.body) == b"\x00\x01\xff"
    assert answered(aborted) == (0, (), None)
    assert findings(FOLDER / "odd.yaml") == []


def test_the_messages_of_a_websocket() -> None:
    recording = load(str(FOLDER / "websocket.har"))
    body = recording.interactions[0].response.body
    assert (body.stream, [(event.event, event.json) for event in body.events]) == (
        "websocket",
        [("sent", {"type": "session.update"}), ("received", {"type": "session.updated"})],
    )
    assert findings(FOLDER / "websocket.har") == []
    again = load_source(Source.from_bytes(writers()["har"].write(recording).content, "x.har"))
    assert again.interactions == recording.interactions


def test_what_is_wrong_is_told_with_its_place() -> None:
    assert findings(FOLDER / "bad.har") == [
        ("secret-in-header", 24, 24, "the header field `X-Api-Key` holds a Groq API key (`gsk_…`, 52 characters): revoke it, and let the recorder remove it before it writes"),
        ("schema-violation", 26, 13, "request.headers[2] lacks value: add it, or record the cassette again"),
        ("schema-violation", 39, 21, 'response.status is the text "200", expected a whole number from 0 to 999: remove the quotes'),
    ]  # fmt: skip


@pytest.mark.parametrize("side", ["postData", "content"])
def test_the_type_of_a_body_whose_header_fields_were_left_out(side: str, tmp_path: Path) -> None:
    """A recorder that drops header fields still says what the body is."""
    archive = json.loads((FOLDER / "chat.har").read_text(encoding="utf-8"))
    archive["log"]["entries"] = archive["log"]["entries"][:1]
    for name in ("request", "response"):
        message = archive["log"]["entries"][0][name]
        message["headers"] = []
        if side in message:
            message[side] = {"mimeType": "application/json", "text": '{"model":"example-1"'}
    path = tmp_path / "a.har"
    path.write_text(json.dumps(archive), encoding="utf-8")
    assert [rule for rule, *_ in findings(path)] == ["body-not-json"]


@pytest.mark.parametrize("text", ['{"log": {"entries": {}}}', '{"log": []}', '{"log": {"version": "1.2"}}'])
def test_near_misses_are_refused(text: str) -> None:
    assert refusal(text, "x.har")


def test_real_archives(shared: Path) -> None:
    files, interactions = count_of(shared / "corpus" / "sourcegraph__cody", format="har", patterns=("**/*.har.yaml",))
    assert files > 0
    assert interactions >= files


def test_polly_wrote_lists_of_header_values() -> None:
    path = FOLDER / "polly_lists.har"
    (interaction,) = load(str(path)).interactions
    headers = interaction.request.headers
    assert headers.pairs == (
        ("accept", "*/*"),
        ("accept-language", "en"),
        ("accept-language", "pt"),
        ("host", "birds.example.com"),
    )
    assert [route[-2:] for route in headers.routes[1:]] == [("value", 0), ("value", 1), (2, "value")]
    assert findings(path) == []
