"""Whoever asks for the counts of a stream gets them, in an event of their own: no other field goes because of it."""

from __future__ import annotations

import json
from typing import Any

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, question, recording

HEAD = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini-2030"}
COUNTS = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}


def streamed(more: dict[str, Any], **settings: Any) -> Any:
    """A stream whose choices hold more, with the counts where they were asked for."""
    deltas = [{"role": "assistant", "content": "It is"}, {"content": " warm."}]
    choices = [{"index": 0, "delta": delta, "finish_reason": None, **more} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop", **more})
    events = [{**HEAD, "choices": [choice]} for choice in choices]
    if "stream_options" in settings:
        events = [*({**event, "usage": None} for event in events), {**HEAD, "choices": [], "usage": COUNTS}]
    return recording(exchange(question(stream=True, **settings), [*map(json.dumps, events), "[DONE]"]))


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    return [(each.level, each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


ASKED = {"stream_options": {"include_usage": True}}
LEAVES = "the field choices[].seed_text is gone; it was a"


def test_fields_of_the_choices_are_told_beside_the_counts() -> None:
    bare, whole = streamed({"seed_text": "a"}), streamed({}, **ASKED)
    first, back = told(bare, whole), told(whole, bare)
    assert [(level, rule) for level, rule, _ in first] == [
        ("breaking", "event-without-choices"),
        ("breaking", "wire-field-removed"),
        ("behavior", "request-field-added"),
    ]
    assert first[1][2] == LEAVES
    assert [(level, rule) for level, rule, _ in back] == [
        ("behavior", "request-field-removed"),
        ("shape", "wire-field-added"),
    ]


def test_the_counts_alone_follow() -> None:
    first, back = told(streamed({}), streamed({}, **ASKED)), told(streamed({}, **ASKED), streamed({}))
    assert [rule for _, rule, _ in first] == ["event-without-choices", "request-field-added"]
    assert [rule for _, rule, _ in back] == ["request-field-removed"]


def refused(**settings: Any) -> Any:
    """A call whose key is wrong, so that its answer is no stream, whatever is asked."""
    body = {"error": {"message": "Incorrect API key provided.", "type": "invalid_request_error", "code": None}}
    return recording(exchange(question(**settings), body, status=401))


def test_the_counts_of_a_stream_are_asked_for_with_the_stream() -> None:
    whole, stream = refused(stream=False), refused(stream=True, **ASKED)
    changed = ("behavior", "request-parameter-changed")
    assert told(stream, whole) == [(*changed, "stream true became false (1 consequence folded: include_usage)")]
    assert told(whole, stream) == [(*changed, "stream false became true (1 consequence folded: include_usage)")]


def test_counts_that_go_where_the_stream_comes_are_told_beside_it() -> None:
    findings = told(refused(stream=False, **ASKED), refused(stream=True))
    assert [message for _, _, message in findings] == [
        "the request no longer has include_usage; it was true",
        "stream false became true",
    ]
