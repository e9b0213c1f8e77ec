"""What became of the members of an answer that is JSON: names first, the words of long texts last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from cassette_tools.reporters._change_lines import change_lines
from cassette_tools.reporters.ink import Ink
from tests.diff.drift_cases import answer, exchange, lines, question, recording

ANTHROPIC = "https://api.anthropic.com/v1/messages"
LONG = (
    "The city of Turin lies in the north of Italy, near the Alps, and rivers pass through it on their way to the sea."
)
OTHER = "Turin is a northern Italian town, close to the mountains, with streams that run down to the Adriatic at last."


def chat(said: Any) -> Any:
    return recording(exchange(question(), answer(json.dumps(said))))


def anthropic(said: Any) -> Any:
    asked = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "As JSON."}]}
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "end_turn"}
    return recording(exchange(asked, {**body, "content": [{"type": "text", "text": json.dumps(said)}]}, url=ANTHROPIC))


MEMBERS = [
    ({"town": "Turin", "n": 3}, {"city": "Turin", "n": 3}, "town is now called city", "another name"),
    ({"town": "Turin", "n": 3}, {"city": "Turin", "n": 4}, "town is now called city; n=3 → n=4", "and another value"),
    ({"a": 1, "b": 1, "n": 3}, {"c": 1, "d": 1, "n": 3}, "a=1, b=1 → c=1, d=1", "nobody knows which is which"),
    ({"town": "Turin"}, {"city": "Rome"}, 'town="Turin" → city="Rome"', "another member"),
]


@pytest.mark.parametrize("api", [chat, anthropic])
@pytest.mark.parametrize(("old", "new", "said", "why"), MEMBERS)
def test_names_of_members(api: Any, old: Any, new: Any, said: str, why: str) -> None:
    assert lines(api(old), api(new)) == [("behavior", "text-facts-changed", f"the text changed: {said}")], why


@pytest.mark.parametrize("api", [chat, anthropic])
def test_what_came_stands_before_the_prose(api: Any) -> None:
    found = compare(api({"about": LONG}), api({"about": OTHER, "year": 2025})).findings
    (finding,) = [each for each in found if each.level != "noise"]
    first, *rest = change_lines(finding, Ink(False), width=80)
    assert first == "+ year: 2025"
    assert rest[0].startswith("about: ")


# --- moments ---------------------------------------------------------------------------------------------------------


def stored(path: str, **more: Any) -> Any:
    body = {"id": "file-1", "object": "file", "bytes": 12, "created_at": 1785000000, "purpose": "batch", **more}
    made = exchange("", body, url=f"https://api.example.com/v1/{path}")
    made["request"]["method"] = "GET"
    return recording(made)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({}, {"expires_at": 1785197881}, "1785197881 (2026-07-28)"),
        ({"expires_at": None}, {"expires_at": 1785197881}, "1785197881 (2026-07-28)"),
        ({}, {"expires_in": 3600}, "3600"),
        ({}, {"parts": 1785197881}, "1785197881"),
    ],
    ids=["came", "was null", "no moment", "a number like one"],
)
@pytest.mark.parametrize("path", ["files/file-1", "things/file-1"])
def test_the_day_of_a_moment(path: str, old: Any, new: Any, said: str) -> None:
    ((_, _, message),) = lines(stored(path, **old), stored(path, **new))
    assert said in message
    assert ("(2026" in message) == ("(2026" in said)
