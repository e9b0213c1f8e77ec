"""The Realtime API: a session is a call, whatever its events are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY
from cassette_tools.load import load, load_source
from cassette_tools.model import ABSENT, Blob, Body, Event, Interaction, LLMCall, Request, Response, Text
from cassette_tools.places import piece_places
from cassette_tools.source import Source

DIALECT = DIALECTS["openai.realtime"]
SAMPLES = Path(__file__).parents[2] / "samples" / "dialects" / "openai_realtime"


def call_in(path: str) -> LLMCall:
    (interaction,) = load(str(SAMPLES / path)).interactions
    assert interaction.llm is not None
    return interaction.llm


def session(*events: tuple[str, dict[str, Any]], url: str = "") -> Interaction:
    """A session of these messages, each with the way that it went."""
    messages = tuple(
        Event(event=way, data="", offset=number, json=document) for number, (way, document) in enumerate(events)
    )
    body = Body(stream="websocket", events=messages, verbatim=False)
    return Interaction(index=0, request=Request(method="GET", url=url), response=Response(status_code=101, body=body))


def decoded(*events: tuple[str, dict[str, Any]], url: str = "") -> LLMCall:
    interaction = session(*events, url=url)
    return DIALECT.decode(interaction, DIALECT.fold(interaction.response.body.events))


def said(call: LLMCall) -> list[tuple[str, str]]:
    """Who says what: words, and what a tool is called with or gives back."""
    found = []
    for message in (*call.input_messages, *call.output_messages):
        for part in message.parts:
            words = getattr(part, "content", None) or getattr(part, "arguments", None) or getattr(part, "response", "")
            found.append((message.role, words if isinstance(words, str) else json.dumps(words)))
    return found


def test_a_call_of_a_tool_and_the_answer_are_two_responses_of_one_call() -> None:
    call = call_in("streaming.yaml")
    assert said(call) == [
        ("user", "How many herons are at the Mirror Lake?"),
        ("tool", "7"),
        ("assistant", '{"lake": "Mirror Lake"}'),
        ("assistant", "There are seven herons at the Mirror Lake."),
    ]
    assert (call.provider_name, call.response_model, call.finish_reasons) == (
        "openai",
        "gpt-realtime",
        ("tool_call", "stop"),
    )
    assert [part.content for part in call.system_instructions if isinstance(part, Text)] == ["Count before you answer."]
    assert [tool.name for tool in call.tools] == ["count_birds"]
    assert call.usage is not None
    assert (call.usage.input_tokens, call.usage.output_tokens, call.usage.cache_read_input_tokens) == (155, 32, 64)
    assert (call.complete, call.error, call.problems) == (True, None, ())


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("spoken.yaml", [("user", "Is the lake frozen?"), ("assistant", "No, it is open water.")]),
        ("beta.yaml", [("user", "Name a bird."), ("assistant", "Heron.")]),
    ],
)
def test_speech_is_read_by_its_words(sample: str, expected: list[tuple[str, str]]) -> None:
    assert said(call_in(sample)) == expected


def test_the_settings_of_the_beta_have_the_names_of_all() -> None:
    parameters = call_in("beta.yaml").parameters
    assert (parameters["temperature"], parameters["max_tokens"], parameters["modalities"]) == (
        0.7,
        200,
        ["audio", "text"],
    )


CREATE = ("sent", {"type": "response.create"})
DELTA = ("received", {"type": "response.output_text.delta", "response_id": "resp_Zx1", "delta": "Her"})
ITEM = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Heron"}]}


def done(status: str, details: Any = None, output: Any = ()) -> tuple[str, dict[str, Any]]:
    response = {"id": "resp_Zx1", "status": status, "status_details": details, "output": [*output]}
    return ("received", {"type": "response.done", "response": response})


def failed(message: str) -> dict[str, Any]:
    return {"type": "failed", "error": {"type": "server_error", "message": message}}


# Messages: whether the session is whole, what it lacks, why it failed, and how its answers ended.
ENDS: dict[str, tuple[tuple[Any, ...], tuple[bool, str | None, str | None, tuple[str | None, ...]]]] = {
    "nothing was asked": (
        (("received", {"type": "session.created", "session": {"model": "gpt-realtime"}}),),
        (True, None, None, ()),
    ),
    "an answer was asked for": ((CREATE,), (False, "no answer to the last response.create", None, ())),
    "an answer was begun": ((CREATE, DELTA), (False, "no response.done", None, (None,))),
    "an answer is done": ((CREATE, DELTA, done("completed", output=[ITEM])), (True, None, None, ("stop",))),
    "an answer is cut": (
        (CREATE, done("incomplete", {"reason": "max_output_tokens"}, [ITEM])),
        (True, None, None, ("length",)),
    ),
    "the user spoke in between": (
        (CREATE, done("cancelled", {"reason": "turn_detected"}, [ITEM])),
        (True, None, None, ("pause",)),
    ),
    "an answer failed": ((CREATE, done("failed", failed("out of order"))), (True, None, "out of order", ("error",))),
    "the server refuses a message": (
        (CREATE, ("received", {"type": "error", "error": {"message": "no such voice"}})),
        (True, None, "no such voice", ()),
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_how_a_session_ends(name: str) -> None:
    events, expected = ENDS[name]
    call = decoded(*events)
    error = None if call.error is None else call.error.message
    assert (call.complete, call.cut, error, call.finish_reasons) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("wss://api.openai.com/v1/realtime?model=gpt-realtime", ("openai", "gpt-realtime")),
        (
            "wss://heron.openai.azure.com/openai/realtime?api-version=1&deployment=voice-1",
            ("azure.ai.openai", "voice-1"),
        ),
        ("wss://api.x.ai/v1/realtime", ("x_ai", None)),
        ("", ("openai", None)),
    ],
)
def test_who_was_asked_for_what(url: str, expected: tuple[str, str | None]) -> None:
    call = decoded(CREATE, url=url)
    assert (call.provider_name, call.request_model) == expected


@pytest.mark.parametrize(
    ("interaction", "certainty"),
    [
        (session(("received", {"type": "session.created"})), CERTAIN),
        (session(("sent", {"type": "conversation.item.create"})), CERTAIN),
        (session(("received", {"kind": "hello"}), url="wss://api.example.com/v1/realtime?model=a"), LIKELY),
        (session(("received", {"kind": "hello"})), 0),
        (
            Interaction(
                index=0,
                request=Request(method="GET", url="https://a.example/v1/realtime"),
                response=Response(status_code=200),
            ),
            0,
        ),
    ],
)
def test_what_is_recognised(interaction: Interaction, certainty: int) -> None:
    assert DIALECT.recognize(interaction) == certainty


def test_a_later_update_keeps_what_it_does_not_speak_of() -> None:
    updates: list[dict[str, Any]] = [
        {"instructions": "Be brief.", "audio": {"output": {"voice": "alloy"}, "input": {"format": "pcm16"}}},
        {"audio": {"output": {"voice": "marin"}}},
    ]
    call = decoded(*[("sent", {"type": "session.update", "session": each}) for each in updates])
    assert call.asked is not None
    assert call.asked.json == {
        "instructions": "Be brief.",
        "audio": {"output": {"voice": "marin"}, "input": {"format": "pcm16"}},
    }


def append(audio: str) -> tuple[str, dict[str, Any]]:
    return ("sent", {"type": "input_audio_buffer.append", "audio": audio})


COMMIT = ("received", {"type": "input_audio_buffer.committed", "item_id": "item_Zx1"})


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((append("AAEC"), append("AwQF")), ["AAECAwQF"]),  # it is input, though nobody took it
        ((append("AAEC"), COMMIT, append("AwQF")), ["AAEC"]),  # what follows is the wait for an answer
        ((COMMIT,), []),
    ],
)
def test_sound_without_a_transcript_is_itself(events: tuple[Any, ...], expected: list[str]) -> None:
    parts = [part for message in decoded(*events).input_messages for part in message.parts]
    assert [part.content for part in parts if isinstance(part, Blob)] == expected
    assert len(parts) == len(expected)


def test_every_character_of_an_answer_leads_to_its_message() -> None:
    (interaction,) = load_source(Source.from_path(str(SAMPLES / "streaming.yaml"))).interactions
    assert interaction.llm is not None
    pieces = interaction.llm.trace["/responses/1/output/0/content/0/text"]
    events = interaction.response.body.events
    assert [events[piece.event_index].json["delta"] for piece in pieces] == [
        "There are",
        " seven herons",
        " at the Mirror Lake.",
    ]
    assert [place.route[2:] for place in piece_places(interaction, pieces)] == [("data", "delta")] * 3


STRANGE: tuple[Any, ...] = (None, 7, "", "words", [], [7], {}, {"type": 7}, {"id": []})
KINDS = ("session.update", "conversation.item.create", "response.create", "input_audio_buffer.append", "response.done", "response.output_item.done", "response.audio.delta", "input_audio_buffer.committed", "error", "session.created")  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_raises_whatever_a_message_holds(kind: str) -> None:
    keys = ("session", "item", "response", "audio", "delta", "item_id", "response_id", "error", "transcript")
    for value in STRANGE:
        for way in ("sent", "received"):
            call = decoded((way, {"type": kind, **dict.fromkeys(keys, value)}), append("AAEC"))
            assert call.dialect == "openai.realtime"


def test_messages_that_are_no_objects_say_nothing() -> None:
    interaction = session(("received", {"type": "session.created"}))
    events = (*interaction.response.body.events, Event(event="received", data="ping", offset=9, json=ABSENT))
    assert DIALECT.fold(events).body == DIALECT.fold(events[:1]).body


def test_samples_are_cassettes() -> None:
    assert sorted(path.name for path in SAMPLES.iterdir()) == ["beta.yaml", "spoken.yaml", "streaming.yaml"]
    assert all(yaml.safe_load(path.read_text())["version"] == 1 for path in SAMPLES.iterdir())
