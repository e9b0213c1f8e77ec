"""Thinking of which an answer now tells a summary, or the words, where the other recording has only its shell."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

RESPONSES = "https://api.openai.com/v1/responses"
ANTHROPIC = "https://api.anthropic.com/v1/messages"
WORDS = "I look at the weather."


def responses(words: str = "", *, sealed: bool = False, **settings: Any) -> Any:
    thought = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": words}] if words else []}
    part = {"type": "output_text", "text": "It is 18 °C.", "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    output = [{**thought, **({"encrypted_content": "gAAAAAB1c2VkIGluIGE"} if sealed else {})}, message]
    said = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": output}
    return recording(exchange({"model": "gpt-9", "input": "How warm is it?", **settings}, said, url=RESPONSES))


def anthropic(words: str = "", **settings: Any) -> Any:
    shell = {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"}
    thought = {"type": "thinking", "thinking": words, "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3h"} if words else shell
    said = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "end_turn"}
    asked = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}], **settings}
    return recording(exchange(asked, {**said, "content": [thought, {"type": "text", "text": "Hello."}]}, url=ANTHROPIC))


def told(old: Any, new: Any) -> list[tuple[str, str, bool]]:
    """Level, rule, and whether the words speak of something redacted."""
    found = compare(old, new).findings
    return [(each.level, each.rule, "redacted" in each.message) for each in found if each.level != "noise"]


@pytest.mark.parametrize("sealed", [False, True])
def test_a_summary_comes_and_goes(sealed: bool) -> None:
    old, new = responses(sealed=sealed), responses(WORDS, sealed=sealed)
    assert told(old, new) == [("shape", "reasoning-appeared", False)]
    assert told(new, old) == [("shape", "reasoning-vanished", False)]


def test_a_summary_that_was_asked_for_is_told_with_the_request() -> None:
    [found] = [
        each
        for each in compare(responses(), responses(WORDS, reasoning={"summary": "auto"})).findings
        if each.level != "noise"
    ]
    assert (found.rule, found.message) == (
        "request-field-added",
        'the request now has reasoning: {"summary": "auto"}; '
        "the answer now has a summary of its reasoning, which was empty",
    )


def test_a_block_that_was_sealed_as_a_whole_is_one_finding() -> None:
    assert told(anthropic(), anthropic(WORDS)) == [("behavior", "reasoning-appeared", False)]
    assert told(anthropic(WORDS), anthropic()) == [("behavior", "reasoning-vanished", False)]


@pytest.mark.parametrize(
    ("sealed", "words"),
    [
        (False, 'the summary of the reasoning is empty now; it was "I look at the weather."'),
        (True, "the summary of the reasoning is empty now (its encrypted form stays)"),
    ],
)
def test_what_is_left_of_a_summary(sealed: bool, words: str) -> None:
    found = compare(responses(WORDS, sealed=sealed), responses(sealed=sealed)).findings
    assert [each.message for each in found if each.rule == "reasoning-vanished"] == [words]


def test_what_a_client_gives_back_of_it_follows() -> None:
    def two(words: str) -> Any:
        summary = [{"type": "summary_text", "text": words}] if words else []
        thought = {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAAAAB1c2VkIGluIGE", "summary": summary}
        part = {"type": "output_text", "text": "It is 18 °C.", "annotations": []}
        message = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
        said = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": [message]}
        first = {**said, "output": [thought, message]}
        asked = [{"role": "user", "content": "How warm is it?"}]
        again = [*asked, thought, message, {"role": "user", "content": "And now?"}]
        return recording(
            exchange({"model": "gpt-9", "input": asked}, first, url=RESPONSES),
            exchange({"model": "gpt-9", "input": again}, said, url=RESPONSES),
        )

    assert told(two(""), two(WORDS)) == [("shape", "reasoning-appeared", False)]
    assert told(two(WORDS), two("")) == [("shape", "reasoning-vanished", False)]
