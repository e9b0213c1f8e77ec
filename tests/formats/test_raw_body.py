"""A body alone in a file."""

from __future__ import annotations

import pytest
from format_samples import SAMPLES, findings, refusal

from cassette_tools.load import load

FOLDER = SAMPLES / "raw_body"


@pytest.mark.parametrize(
    ("name", "version", "stream", "outputs"),
    [
        ("stream.sse", "stream", "sse", ["The avocet."]),
        ("lines.jsonl", "stream", "ndjson", ["The avocet."]),
        ("answer.json", "response", None, ["The avocet."]),
        ("request.json", "request", None, []),
    ],
)
def test_its_shape_says_which_side_it_was(name: str, version: str, stream: str | None, outputs: list[str]) -> None:
    recording = load(str(FOLDER / name))
    assert (recording.format, recording.format_version, recording.problems) == ("raw-body", version, ())
    (interaction,) = recording.interactions
    assert interaction.response.body.stream == stream
    assert interaction.llm is not None
    said = ["".join(part.content for part in message.parts) for message in interaction.llm.output_messages]
    assert said == outputs
    assert findings(FOLDER / name) == []


@pytest.mark.parametrize("text", ['{"name": "x", "version": 1}', "[1, 2]", "hello", "data without a colon"])
def test_other_texts_are_refused(text: str) -> None:
    assert refusal(text, "x.json" if text[0] in "{[" else "x.txt")
