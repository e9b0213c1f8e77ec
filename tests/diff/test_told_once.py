"""What one finding says no other repeats: an event its arguments, the pages of a search their dates, a text its words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.reporters._text_lines import word_diff
from cassette_tools.reporters.ink import Ink
from cassette_tools.text_diff import repeated


def told(old: Any, new: Any) -> list[tuple[str, str]]:
    return [(each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


def called(arguments: str, status: str = "completed") -> Any:
    """A stream of OpenAI's Responses that calls a tool."""
    item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "add", "arguments": arguments}
    place = {"output_index": 0, "item_id": "fc_1"}
    whole = {"id": "resp_1", "object": "response", "model": "gpt-9", "status": status, "output": [item]}
    whole["incomplete_details"] = {"reason": "max_output_tokens"} if status == "incomplete" else None
    events = [
        {"type": "response.created", "response": {**whole, "output": [], "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "arguments": ""}},
        {"type": "response.function_call_arguments.delta", **place, "delta": arguments},
        {"type": "response.function_call_arguments.done", **place, "arguments": arguments},
        {"type": "response.output_item.done", "output_index": 0, "item": {**item, "status": status}},
        {"type": f"response.{status}", "response": whole},
    ]
    asked = {"model": "gpt-9", "input": "What is 3 and 5?", "stream": True}
    lines = [json.dumps(each) for each in events]
    return recording(exchange(asked, lines, url="https://api.openai.com/v1/responses"))


@pytest.mark.parametrize(
    ("arguments", "status", "first", "back"),
    [
        (
            '{"a":3,',
            "incomplete",
            ["finish-reason-changed"],
            ["finish-reason-changed"],
        ),
        ('{"a":3,"b":6}', "completed", ["tool-arguments-changed"], ["tool-arguments-changed"]),
    ],
)
def test_arguments_are_told_once(arguments: str, status: str, first: list[str], back: list[str]) -> None:
    """In the call, and not in the events that say them."""
    sides = called('{"a":3,"b":5}'), called(arguments, status)
    assert [rule for rule, _ in told(*sides)] == first
    assert [rule for rule, _ in told(*sides[::-1])] == back


def found(*pages: tuple[str, str | None]) -> Any:
    """A stream of Perplexity's, whose events all have what the search found."""
    pages_found = [{"title": "A page", "url": url, "date": date} for url, date in pages]
    head = {"id": "c-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "sonar"}
    more = {"citations": [url for url, _ in pages], "search_results": pages_found}
    events = [
        {**head, **more, "choices": [{"index": 0, "delta": {"content": word}, "finish_reason": end}]}
        for word, end in (("It is ", None), ("warm", None), (".", "stop"))
    ]
    lines = [*map(json.dumps, events), "[DONE]"]
    return recording(exchange(question(stream=True), lines, url="https://api.perplexity.ai/chat/completions"))


def test_other_pages_have_other_dates() -> None:
    dated = [(f"https://a.example/{number}", "2030-01-01") for number in range(3)]
    undated = [("https://b.example/1", None), ("https://b.example/2", "2030-01-01")]
    for old, new in ((dated, undated), (undated, dated)):
        assert [rule for rule, _ in told(found(*old), found(*new))] == ["citation-changed"]


SENTENCE = "Here is something to remember."


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (SENTENCE * 5, (SENTENCE, 5), "five times"),
        (f"{SENTENCE} " * 3, (f"{SENTENCE} ", 3), "with a blank"),
        (SENTENCE * 2, None, "twice is quickly read"),
        ("-" * 500, None, "a line of dashes"),
        (SENTENCE * 5 + "No.", None, "and something else"),
        ("", None, "nothing"),
    ],
)
def test_what_is_a_repetition(text: str, expected: Any, why: str) -> None:
    assert repeated(text) == expected, why


def test_a_sentence_that_is_repeated_is_shown_once() -> None:
    def asked(times: int) -> Any:
        messages = [{"role": "user", "content": f"{SENTENCE * times}Tell me what it is."}]
        return recording(exchange({"model": "gpt-9-mini", "messages": messages}, answer("Something.")))

    said = f'the user message changed: "{SENTENCE}" appears 220 {{}} times'
    assert told(asked(20), asked(240)) == [("prompt-changed", said.format("more"))]
    assert told(asked(240), asked(20)) == [("prompt-changed", said.format("fewer"))]
    lines = word_diff(f"{SENTENCE} Yes.", f"{SENTENCE * 221} Yes.", Ink(False), width=200)
    assert " ".join(lines).count("(× 220)") == 1
