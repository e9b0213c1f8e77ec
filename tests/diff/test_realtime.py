"""Transcripts of WebSockets: what the client sends is a request, each message has its own place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from cassette_tools.load import load_source
from cassette_tools.source import Source

SERVER = {"type": "server_vad", "threshold": 0.5, "create_response": True}
SEMANTIC = {"type": "semantic_vad", "eagerness": "auto", "create_response": True}


def session(turns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "realtime", "audio": {"input": {"turn_detection": turns}}, **more}


def transcript(asked: dict[str, Any], answered: dict[str, Any]) -> Any:
    """A client sets up its session, and is told what it is."""
    messages = [
        {"kind": "message", "direction": "received", "data": {"type": "session.created", "session": answered}},
        {"kind": "message", "direction": "sent", "data": {"type": "session.update", "session": asked}},
        {"kind": "message", "direction": "received", "data": {"type": "session.updated", "session": answered}},
    ]
    content = json.dumps({"version": 1, "interactions": messages})
    return load_source(Source.from_bytes(content.encode(), "cassette.json"))


ANYWHERE: Any = "a place in a file"  # what has none on one side is new, or gone
PLAIN = session({"type": "server_vad", "create_response": True})
OTHER = session({"type": "semantic_vad", "create_response": True})
TURNS = "session.audio.input.turn_detection"

# fmt: off
CASES = {
    "the client asks for other turns": (
        transcript(PLAIN, session(SERVER)),
        transcript(OTHER, session(SEMANTIC)),
        [
            ("behavior", "request-parameter-changed", f"{TURNS}.type server_vad became semantic_vad (6 consequences folded: turn_detection.type, turn_detection.eagerness, turn_detection.threshold)"),
        ],
    ),
    "the client asks for something more": (
        transcript(PLAIN, session(SERVER)),
        transcript({**PLAIN, "instructions": "Answer in French."}, session(SERVER)),
        [("behavior", "request-field-added", "the request now has session.instructions: \"Answer in French.\"")],
    ),
    "another model answers": (
        transcript(PLAIN, session(SERVER, model="voice-1")),
        transcript(PLAIN, session(SERVER, model="voice-2")),
        [("behavior", "event-value-changed", "session.model in the events: voice-1 became voice-2")],
    ),
    "the server leaves a field out": (
        transcript(PLAIN, session(SERVER)),
        transcript(PLAIN, session({"type": "server_vad", "create_response": True})),
        [("breaking", "wire-field-removed", f"the field {TURNS}.threshold is gone; it was 0.5")],
    ),
    "the same": (transcript(PLAIN, session(SERVER)), transcript(PLAIN, session(SERVER)), []),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_what_changed_in_a_transcript(name: str) -> None:
    old, new, expected = CASES[name]
    found = compare(old, new, locate=lambda side, place: ANYWHERE).findings
    told = [(each.level, each.rule, each.message) for each in found if each.level != "noise"]
    assert told == expected


def test_each_message_has_its_own_place() -> None:
    recording = transcript(PLAIN, session(SERVER))
    body = recording.interactions[0].response.body
    places = [body.place(offset=event.offset, pointer="/session/type").route for event in body.events]
    assert places == [("interactions", number, "data", "session", "type") for number in range(3)]


def live(*messages: tuple[str, dict[str, Any]]) -> Any:
    written = [{"kind": "message", "direction": way, "data": data} for way, data in messages]
    content = json.dumps({"version": 1, "interactions": written})
    return load_source(Source.from_bytes(content.encode(), "cassette.json"))


LIVE = (
    (
        live(
            ("received", {"type": "session.created", "session": {"type": "realtime", "model": "voice-1"}}),
            ("sent", {"type": "session.update", "session": {"type": "realtime", "model": "voice-2"}}),
        ),
        ("openai.realtime", "voice-2", "voice-1"),
    ),
    (
        live(("sent", {"setup": {"model": "models/voice-9"}}), ("received", {"setupComplete": {}})),
        ("gemini.live", "models/voice-9", None),
    ),
    (live(("sent", {"hello": "you"}), ("received", {"hello": "me"})), (None, None, None)),
)


@pytest.mark.parametrize(("recording", "expected"), LIVE, ids=[str(row[1][0]) for row in LIVE])
def test_the_head_of_a_report_names_the_session(recording: Any, expected: tuple[str | None, ...]) -> None:
    found = compare(recording, recording).provenance
    said = (found.dialect, found.request_model, found.response_model)
    assert said == tuple(((each,), (each,)) if each else ((), ()) for each in expected)
