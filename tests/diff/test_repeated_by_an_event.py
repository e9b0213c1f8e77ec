"""A field that the answer had, in another event, is no new field."""

from __future__ import annotations

import json
from typing import Any

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

ASKED = {"model": "rose-4", "max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}


def stream(ending: dict[str, Any], **beginning: Any) -> Any:
    """`ending` are counts of the last event but one, and `beginning` fields of the first."""
    usage = {"input_tokens": 19, "cache_read_input_tokens": 0, "output_tokens": 1, **beginning.pop("usage", {})}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "rose-4", "content": []}
    ends = {"stop_reason": None, "stop_sequence": None}
    events = [
        {"type": "message_start", "message": {**message, **ends, "usage": usage, **beginning}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 3, **ending},
        },
        {"type": "message_stop"},
    ]
    return recording(exchange(ASKED, [*map(json.dumps, events)], url="https://api.anthropic.com/v1/messages"))


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    return [(each.level, each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


def test_one_field() -> None:
    old, new = stream({}), stream({"input_tokens": 19})
    assert told(old, new) == [
        ("shape", "wire-field-added", "the event message_delta now repeats usage.input_tokens: 19")
    ]
    assert told(new, old) == [
        ("breaking", "wire-field-removed", "the event message_delta no longer repeats usage.input_tokens; it was 19")
    ]


def test_several_are_no_line_with_new_fields() -> None:
    old, new = stream({}), stream({"input_tokens": 19, "cache_read_input_tokens": 0}, container=None, kept=None)
    both = "message_delta.usage.cache_read_input_tokens{}, message_delta.usage.input_tokens{}"
    assert told(old, new) == [
        ("shape", "wire-field-added", "2 new fields: container null, kept null"),
        ("shape", "wire-field-added", "2 fields stand in one more event now: " + both.format(" 0", " 19")),
    ]
    assert told(new, old) == [
        (
            "breaking",
            "wire-field-removed",
            "2 fields stand in one event fewer now: " + both.format(" (was 0)", " (was 19)"),
        ),
        (
            "shape",
            "wire-null-field-removed",
            "2 fields, always null or empty, are gone: container (was null), kept (was null)",
        ),
    ]


def test_only_numbers_are_counts() -> None:
    words = "are now reported: usage.cache_creation_input_tokens 0, usage.inference"
    counts = stream({}, usage={"cache_creation_input_tokens": 0, "inference_calls": 1})
    assert told(stream({}), counts) == [("shape", "usage-detail-added", f"2 counts {words}_calls 1")]
    with_geo = stream({}, usage={"cache_creation_input_tokens": 0, "inference_geo": "eu"})
    assert told(stream({}), with_geo) == [("shape", "usage-detail-added", f"2 details of the usage {words}_geo eu")]
