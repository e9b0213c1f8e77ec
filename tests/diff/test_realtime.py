"""Transcripts of WebSockets: what the client sends is a request, each message has its own place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cassette_tools.diff import compare
from cassette_tools.diff.http.event_renames import renamed_kinds
from cassette_tools.load import load_source
from cassette_tools.model import Recording
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
TURNS = "audio.input.turn_detection"

# fmt: off
CASES = {
    "the client asks for other turns": (
        transcript(PLAIN, session(SERVER)),
        transcript(OTHER, session(SEMANTIC)),
        [
            ("behavior", "request-parameter-changed", f"{TURNS}.type server_vad became semantic_vad (7 consequences folded: turn_detection.type, turn_detection.eagerness, turn_detection.threshold)"),
        ],
    ),
    "the client asks for something more": (
        transcript(PLAIN, session(SERVER)),
        transcript({**PLAIN, "instructions": "Answer in French."}, session(SERVER)),
        [("behavior", "system-prompt-changed", "the system prompt changed: \"Answer in French.\" is new")],
    ),
    "another model answers": (
        transcript(PLAIN, session(SERVER, model="voice-1")),
        transcript(PLAIN, session(SERVER, model="voice-2")),
        [("behavior", "response-model-changed", "the model that answered changed: voice-1 → voice-2")],
    ),
    "the server leaves a field out": (
        transcript(PLAIN, session(SERVER)),
        transcript(PLAIN, session({"type": "server_vad", "create_response": True})),
        [("breaking", "wire-field-removed", f"the field session.{TURNS}.threshold is gone; it was 0.5")],
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


SAMPLES = Path(__file__).parents[2] / "samples" / "dialects" / "openai_realtime"
CALL, SPOKEN, BETA = "streaming.yaml", "spoken.yaml", "beta.yaml"
ENDED = '"status": "completed", "status_details": null'
BROKEN = {"type": "invalid_request_error", "code": "invalid_value", "message": "no such voice"}


def messages(sample: str) -> list[Any]:
    found: list[Any] = yaml.load((SAMPLES / sample).read_text(), Loader=yaml.CSafeLoader)["interactions"]
    return found


def edited(sample: str, *edits: tuple[str, str]) -> Recording:
    """A sample with other words in all of its messages."""
    text = json.dumps(messages(sample))
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return recorded(json.loads(text))


def recorded(found: list[Any]) -> Recording:
    content = json.dumps({"version": 1, "interactions": found})
    return load_source(Source.from_bytes(content.encode(), "cassette.json"))


def with_message(sample: str, place: int, direction: str, document: dict[str, Any]) -> Recording:
    found = messages(sample)
    found.insert(place, {"kind": "message", "direction": direction, "data": document})
    return recorded(found)


# The sample, the edit, and what is told.
# fmt: off
EDITS: dict[str, tuple[str, Recording, list[tuple[str, str, str]]]] = {
    "the answer is spoken in other words, which every event repeats": (
        SPOKEN, edited(SPOKEN, ("No,", "I am sorry,"), (" it is", " I cannot"), (" open water.", " help with that.")),
        [("behavior", "text-changed", "another answer: the model now refuses, \"No, it is open water.\" → \"I am sorry, I cannot help with that.\"")],
    ),
    "the user says something else": (
        CALL, edited(CALL, ("How many herons are", "How many swans swim")),
        [("behavior", "prompt-changed", "the user message changed: \"How many herons are at the Mirror Lake?\" → \"How many swans swim at the Mirror Lake?\"")],
    ),
    "the transcript of what the user said is another": (
        SPOKEN, edited(SPOKEN, ("Is the lake", "Was the lake")),
        [("behavior", "prompt-changed", "the user message changed: \"Is the lake frozen?\" → \"Was the lake frozen?\"")],
    ),
    "the sound is another, and its words are the same": (
        SPOKEN, edited(SPOKEN, ("AAECAwQF", "BBECAwQF"), ("BwAEAAoACQAAAAgABQAG", "CwAEAAoACQAAAAgABQAG")),
        [],
    ),
    "the tool is called with another lake": (
        CALL, edited(CALL, ('\\"Mirror', '\\"Broken')),
        [("behavior", "tool-arguments-changed", "the arguments of count_birds changed: lake \"Mirror Lake\" → \"Broken Lake\"")],
    ),
    "the tool gives back something else": (
        CALL, edited(CALL, ('"output": "7"', '"output": "9"')),
        [("behavior", "tool-result-changed", "the result of count_birds changed: \"7\" → \"9\"")],
    ),
    "the tool is described in other words, which the server repeats": (
        CALL, edited(CALL, ("Count the birds of a lake.", "Count the birds.")),
        [("behavior", "tool-definition-changed", "the tool count_birds: description \"Count the birds of a lake.\" → \"Count the birds.\" (1 consequence folded: tools.description)")],
    ),
    "another voice is asked for": (
        SPOKEN, edited(SPOKEN, ("marin", "cedar")),
        [("behavior", "request-parameter-changed", "audio.output.voice marin became cedar")],
    ),
    "one response is asked for with other instructions": (
        BETA, edited(BETA, ("in one word", "in two words")),
        [("behavior", "system-prompt-changed", "the system prompt changed: \"Answer in one word.\" → \"Answer in two words.\"")],
    ),
    "the client sends another kind of message": (
        CALL, with_message(CALL, 5, "sent", {"type": "response.cancel"}),
        [("behavior", "request-field-added", "the request now has events[1]: response.cancel")],
    ),
    "a message of the server is an error, and the session goes on": (
        CALL, with_message(CALL, 3, "received", {"type": "error", "event_id": "event_Zx900Heron", "error": BROKEN}),
        [("breaking", "error-appeared", "the session now has an error: no such voice (invalid_request_error invalid_value)")],
    ),
    "a response fails, and says why": (
        SPOKEN, edited(SPOKEN, (ENDED, '"status": "failed", "status_details": {"type": "failed", "error": {"type": "server_error", "message": "out of order"}}')),
        [
            ("breaking", "error-appeared", "the session now has an error: out of order (server_error) (2 consequences folded: status_details, status_details.type)"),
            ("breaking", "finish-reason-changed", "the output ended with completed and now ends with failed"),
        ],
    ),
    "the user speaks in between": (
        SPOKEN, edited(SPOKEN, (ENDED, '"status": "cancelled", "status_details": {"type": "cancelled", "reason": "turn_detected"}')),
        [("breaking", "finish-reason-changed", "the output ended with completed and now ends with turn_detected (3 consequences folded: responses.status_details, status_details.reason, status_details.type)")],
    ),
    "an answer is cut at its limit": (
        SPOKEN, edited(SPOKEN, (ENDED, '"status": "incomplete", "status_details": {"type": "incomplete", "reason": "max_output_tokens"}')),
        [("breaking", "finish-reason-changed", "the output ended with completed and now ends with max_output_tokens (3 consequences folded: responses.status_details, status_details.reason, status_details.type)")],
    ),
    "the server's messages have their names of today": (
        BETA, edited(BETA, ("response.audio.", "response.output_audio."), ("response.audio_transcript.", "response.output_audio_transcript.")),
        [(
            "breaking", "event-type-renamed",
            "4 kinds of event are renamed: response.audio_transcript.delta → response.output_audio_transcript.delta, response.audio.delta → response.output_audio.delta, "
            "response.audio.done → response.output_audio.done, response.audio_transcript.done → response.output_audio_transcript.done",
        )],
    ),
    "a response has a new field": (
        CALL, edited(CALL, ('"metadata": null', '"metadata": null, "phase": "final"')),
        [("shape", "wire-field-added", "a new field responses[].phase: final")],
    ),
}
# fmt: on


@pytest.mark.parametrize("name", EDITS)
def test_what_changed_in_a_session(name: str) -> None:
    sample, new, expected = EDITS[name]
    found = compare(edited(sample), new, locate=lambda side, place: ANYWHERE).findings
    told = [(each.level, each.rule, each.message) for each in found if each.level != "noise"]
    assert told == expected


def test_one_answer_less_is_told_as_a_response_of_the_session() -> None:
    """It is told beside what went with it, whatever that is."""
    found = compare(edited(CALL), recorded(messages(CALL)[:19]), locate=lambda side, place: ANYWHERE).findings
    told = [each.message for each in found if each.rule == "choice-count-changed"]
    assert told == ["the number of responses in the session changed: 2 → 1"]


def test_a_call_has_added_itself() -> None:
    """In ``response.done`` alone, as some servers send it."""
    found = messages(SPOKEN)
    call = {"id": "item_Zx9", "type": "function_call", "status": "completed", "name": "count_birds", "call_id": "call_Zx9", "arguments": "{}"}  # fmt: skip
    found[-1]["data"]["response"]["output"].append(call)
    changes = compare(edited(SPOKEN), recorded(found), locate=lambda side, place: ANYWHERE).findings
    told = [(each.level, each.rule, each.message) for each in changes if each.level != "noise"]
    assert told == [("breaking", "tool-call-added", "the model now calls count_birds with {}")]


def test_the_head_names_who_was_asked() -> None:
    report = compare(edited(CALL), edited(CALL))
    assert report.provenance.provider_name == (("openai",), ("openai",))
    assert report.provenance.dialect == (("openai.realtime",), ("openai.realtime",))
    assert report.provenance.response_model == (("gpt-realtime",), ("gpt-realtime",))


def test_what_the_client_sent_has_the_place_of_its_message() -> None:
    """The message of the user, and the settings, stand where the file has them."""
    source = Source.from_path(str(SAMPLES / CALL))
    (interaction,) = load_source(source).interactions
    assert interaction.llm is not None
    assert interaction.llm.asked is not None
    pointers = ("/input/0/content/0/text", "/input/1/output", "/tools/0/name", "/events", "/nowhere")
    routes = [interaction.llm.asked.place(offset=0, pointer=pointer).route for pointer in pointers]
    assert routes == [
        ("interactions", 3, "data", "item", "content", "0", "text"),
        ("interactions", 17, "data", "item", "output"),
        ("interactions", 1, "data", "session", "tools", "0", "name"),
        ("interactions", 4, "data"),
        ("interactions",),
    ]


def test_of_an_api_that_no_dialect_reads_what_is_sent_is_a_request_all_the_same() -> None:
    """Gemini Live, whose messages have no type."""
    sides = [
        [
            {"kind": "message", "direction": "sent", "data": {"setup": {"model": "models/a", "voice": voice}}},
            {"kind": "message", "direction": "received", "data": {"setupComplete": {}}},
        ]
        for voice in ("Heron", "Egret")
    ]
    found = compare(*map(recorded, sides), locate=lambda side, place: ANYWHERE).findings
    told = [(each.level, each.rule, each.origin) for each in found if each.level != "noise"]
    assert told == [("behavior", "request-parameter-changed", "request")]


# --- kinds of event that are called otherwise ------------------------------------------------------------------------

DELTA, DONE = frozenset(("type", "delta")), frozenset(("type", "text"))
RENAMED = {
    "each for itself": (
        {"response.audio.delta": DELTA, "response.audio.done": DONE},
        {"response.output_audio.delta": DELTA, "response.output_audio.done": DONE},
        {
            "response.audio.delta": "response.output_audio.delta",
            "response.audio.done": "response.output_audio.done",
        },
    ),
    "the name that is most alike": (
        {"response.audio.delta": DELTA, "response.audio_transcript.delta": DELTA},
        {"response.output_audio_transcript.delta": DELTA, "response.output_audio.delta": DELTA},
        {
            "response.audio.delta": "response.output_audio.delta",
            "response.audio_transcript.delta": "response.output_audio_transcript.delta",
        },
    ),
    "other fields are another event": ({"response.text.delta": DELTA}, {"response.output_text.delta": DONE}, {}),
    "another name is another event": ({"response.text.delta": DELTA}, {"sound": DELTA}, {}),
    "what both have keeps its name": ({"a.delta": DELTA}, {"a.delta": DELTA, "a.b.delta": DELTA}, {}),
}


@pytest.mark.parametrize("name", RENAMED)
def test_which_kinds_of_event_are_renamed(name: str) -> None:
    old, new, expected = RENAMED[name]
    assert renamed_kinds(old, new) == expected


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
