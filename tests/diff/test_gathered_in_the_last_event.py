"""Fields that every event of a stream had and the last one alone has now: clients that read the first find nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, question, recording

HEAD = {"id": "c1", "object": "chat.completion.chunk", "created": 1700000000, "model": "search-9"}
BESIDE = {
    "citations": ["https://example.com/po"],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
}


def stream(*beside: bool, null: bool = False) -> Any:
    """An answer in as many events as there are arguments; each says what stands beside the words, or does not."""
    words = ["It ", "is ", "warm", "."][: len(beside) - 1]
    choices: list[dict[str, Any]] = [{"index": 0, "delta": {"content": each}, "finish_reason": None} for each in words]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    nothing = dict.fromkeys(BESIDE) if null else {}
    events = [
        {**HEAD, "choices": [each], **(BESIDE if full else nothing)} for each, full in zip(choices, beside, strict=True)
    ]
    return recording(exchange(question(tools=[]), [*map(json.dumps, events), "[DONE]"]))


EVERY, LAST = stream(True, True, True), stream(False, False, True)
GONE = "only the last event now has 2 fields that every event had before: citations, usage"
COME = "every event now has 2 fields that only the last one had before: citations, usage"


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (EVERY, LAST, [("shape", "event-presence-changed", GONE)], "who reads the first event finds nothing"),
        (LAST, EVERY, [("shape", "event-presence-changed", COME)], "the other way round"),
        (EVERY, stream(True, False, False), [], "the first event has them still"),
        (stream(True, False, True), LAST, [], "they never were in every event"),
        (stream(True), stream(True), [], "one event"),
    ],
)  # fmt: skip
def test_fields_beside_the_words(old: Any, new: Any, expected: list[tuple[str, str, str]], why: str) -> None:
    assert lines(old, new) == expected, why
