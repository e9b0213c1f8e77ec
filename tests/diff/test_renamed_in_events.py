"""A field that has another name in the events of a stream is one finding, which says in how many kinds it is so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, question, recording

USED = {"input_tokens": 3, "output_tokens": 1}


def responses(number: str) -> list[dict[str, Any]]:
    """OpenAI's Responses; `number` tells the ids of one recording from those of another."""
    at = {"item_id": f"msg_{number}abc", "output_index": 0, "content_index": 0}
    whole = {"id": f"resp_{number}", "object": "response", "created_at": 1700000000, "model": "gpt-9", "output": []}
    part = {"type": "output_text", "annotations": [], "text": "pong"}
    item = {"id": at["item_id"], "type": "message", "status": "completed", "role": "assistant"}
    said = [
        {"type": "response.created", "response": {**whole, "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **at, "part": {**part, "text": ""}},
        {"type": "response.output_text.delta", **at, "delta": "pong"},
        {"type": "response.output_text.done", **at, "text": "pong"},
        {"type": "response.content_part.done", **at, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": {**item, "content": [part]}},
        {
            "type": "response.completed",
            "response": {**whole, "status": "completed", "output": [{**item, "content": [part]}]},
        },
    ]
    return [{**event, "sequence_number": at} for at, event in enumerate(said)]


def claude(number: str) -> list[dict[str, Any]]:
    message = {"id": f"msg_{number}abc", "type": "message", "role": "assistant", "model": "claude-9", "content": []}
    return [
        {"type": "message_start", "message": {**message, "stop_reason": None, "usage": USED}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "pong"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": USED},
        {"type": "message_stop"},
    ]


URLS = {responses: "https://api.openai.com/v1/responses", claude: "https://api.anthropic.com/v1/messages"}


def renamed(old: str, new: str, *kinds: str) -> Any:
    def change(event: dict[str, Any]) -> dict[str, Any]:
        is_meant = not kinds or event["type"] in kinds
        return {new if key == old and is_meant else key: value for key, value in event.items()}

    return change


def dropped(name: str) -> Any:
    return lambda event: {key: value for key, value in event.items() if key != name}


def moved(name: str, to: str) -> Any:
    def change(event: dict[str, Any]) -> dict[str, Any]:
        if name not in event or to not in event:
            return event
        rest = {key: value for key, value in event.items() if key != name}
        return {**rest, to: {**rest[to], name: event[name]}}

    return change


def told(api: Any, change: Any) -> list[tuple[str, str, str]]:
    old, new = (
        recording(exchange(question(stream=True), [json.dumps(each(event)) for event in api(number)], url=URLS[api]))
        for number, each in (("1", lambda event: event), ("2", change))
    )
    return [(each.level, each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


# fmt: off
CASES = [
    (responses, renamed("item_id", "output_item_id"), ("breaking", "wire-field-renamed", "the field item_id is now called output_item_id, in 4 kinds of event: response.content_part.added, response.output_text.delta, response.output_text.done, response.content_part.done"), "an id, which is another in each recording"),
    (responses, renamed("item_id", "message"), ("breaking", "wire-field-renamed", "the field item_id is now called message, in 4 kinds of event: response.content_part.added, response.output_text.delta, response.output_text.done, response.content_part.done"), "no word in common, but the id"),
    (responses, renamed("item_id", "output_item_id", "response.output_text.delta"), ("breaking", "wire-field-renamed", "the field item_id is now called output_item_id"), "in one kind alone"),
    (responses, renamed("sequence_number", "seq"), ("shape", "wire-field-renamed", "the field sequence_number is now called seq, in 8 kinds of event: response.created, response.output_item.added, response.content_part.added, response.output_text.delta and 4 more"), "a number that no client needs; 0 and 1 alone would prove nothing"),
    (responses, renamed("delta", "text_delta"), ("breaking", "wire-field-renamed", "the field delta is now called text_delta"), "the words of the answer"),
    (responses, dropped("content_index"), ("breaking", "wire-field-removed", "the field content_index is gone; it was 0, in 4 kinds of event: response.content_part.added, response.output_text.delta, response.output_text.done, response.content_part.done"), "gone from all"),
    (claude, renamed("index", "block_index"), ("breaking", "wire-field-renamed", "the field index is now called block_index, in 3 kinds of event: content_block_start, content_block_delta, content_block_stop"), "0, under a name that has the word"),
    (claude, renamed("index", "block_index", "content_block_stop"), ("breaking", "wire-field-renamed", "the field index is now called block_index"), "in one kind alone"),
    (claude, dropped("index"), ("breaking", "wire-field-removed", "the field index is gone; it was 0, in 3 kinds of event: content_block_start, content_block_delta, content_block_stop"), "gone from all"),
]
# fmt: on


@pytest.mark.parametrize(("api", "change", "expected", "why"), CASES, ids=[each[-1] for each in CASES])
def test_one_finding_speaks_of_all_kinds(api: Any, change: Any, expected: tuple[str, str, str], why: str) -> None:
    assert told(api, change) == [expected], why


def test_a_field_that_moved_into_an_object_has_another_place() -> None:
    (found,) = told(responses, moved("item_id", "part"))
    assert found[1:] == (
        "wire-field-renamed",
        "the field item_id is now called part.item_id, in 2 kinds of event: "
        "response.content_part.added, response.content_part.done",
    )


@pytest.mark.parametrize("api", URLS)
def test_a_field_with_another_value_is_no_other_name(api: Any) -> None:
    """A field that goes and one that comes, of which nothing is the same, are two things."""
    name = "output_index" if api is responses else "index"

    def change(event: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in event.items() if key != name}
        return {**rest, "shard": 17} if name in event else event

    assert [rule for _, rule, _ in told(api, change)] == ["wire-field-removed", "wire-field-added"]
