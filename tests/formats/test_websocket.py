"""Transcripts of WebSockets."""

from __future__ import annotations

from pathlib import Path

from format_samples import SAMPLES, answered, asked, count_of, findings

from cassette_tools.load import load
from cassette_tools.model import ABSENT

FOLDER = SAMPLES / "websocket"


def test_the_file_is_one_exchange_and_a_stream_of_messages() -> None:
    recording = load(str(FOLDER / "session.yaml"))
    assert (recording.format, recording.format_version, recording.problems) == ("websocket", "1", ())
    (interaction,) = recording.interactions
    assert asked(interaction) == ("GET", "", (), None)
    assert answered(interaction) == (101, (), None)
    assert [(event.event, event.json) for event in interaction.response.body.events] == [
        ("sent", {"type": "session.update", "session": {"instructions": "Be brief."}}),
        ("received", {"type": "session.updated"}),
        ("received", ABSENT),
        ("close", {"code": 1000, "reason": "done", "ok": True}),
    ]
    assert interaction.response.body.events[2].data == "plain text"
    assert findings(FOLDER / "session.yaml") == []


def test_what_contradicts_the_schema_is_told_once_and_with_its_place() -> None:
    assert findings(FOLDER / "bad.yaml") == [
        ("schema-violation", 6, 3, "interactions[1] lacks kind: add it, for example `kind: message`, or record the cassette again"),
        ("schema-violation", 8, 9, "interactions[2].kind is the number 7, expected a text that is not empty: correct it, or record the cassette again"),
    ]  # fmt: skip


def test_real_transcripts(shared: Path) -> None:
    folder = shared / "corpus" / "pydantic__pydantic-ai" / "tests" / "realtime"
    files, interactions = count_of(folder, format="websocket", patterns=("**/test_input_audio*.yaml",))
    assert (files > 0, interactions) == (True, files)
