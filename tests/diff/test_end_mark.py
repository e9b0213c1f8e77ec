"""``data: [DONE]`` that is no longer sent at the end of a stream, or newly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import chunks, exchange, lines, question, recording

SAID = ({"role": "assistant", "content": "It is "}, {"content": "18 °C."})
GONE = "no event [DONE] is sent any more"


def chat(*done: bool, finish: str | None = "stop") -> Any:
    """As many calls as there are answers; each ends with the mark, or does not."""
    return recording(
        *(exchange(question(tools=[], seed=i), chunks(*SAID, done=d, finish=finish)) for i, d in enumerate(done))
    )


def cohere(*, done: bool) -> Any:
    events = [
        '{"type":"message-start","id":"8f1c","delta":{"message":{"role":"assistant","content":[]}}}',
        '{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}',
        '{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"18 °C."}}}}',
        '{"type":"content-end","index":0}',
        '{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}',
    ]
    asked = {"model": "command-9", "stream": True, "messages": [{"role": "user", "content": "How warm is it?"}]}
    return recording(exchange(asked, [*events, *(["[DONE]"] if done else [])], url="https://api.cohere.com/v2/chat"))


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (chat(True), chat(False), [("breaking", GONE)], "OpenAI's protocol ends with the mark"),
        (chat(False), chat(True), [("shape", "a new event type [DONE]")], "and the other way round"),
        (chat(True, True), chat(False, False), [("breaking", f"{GONE}, in 2 calls")], "one finding for all calls"),
        (chat(True, False), chat(False, False), [("shape", GONE)], "clients had to do without it"),
        (cohere(done=True), cohere(done=False), [("shape", GONE)], "an event of the API says the end"),
        (cohere(done=False), cohere(done=True), [("shape", "a new event type [DONE]")], "and the other way round"),
        (chat(True), chat(False, finish=None), [("breaking", "the new stream is cut short: no finish_reason for choice 0 and no [DONE] (1 consequence folded: finish reason)")], "the mark of a stream that is cut is missing as all else is"),
        (chat(False), chat(False), [], "none on both sides"),
    ],
)  # fmt: skip
def test_the_mark(old: Any, new: Any, expected: list[tuple[str, str]], why: str) -> None:
    assert [(level, message) for level, _, message in lines(old, new)] == expected, why
