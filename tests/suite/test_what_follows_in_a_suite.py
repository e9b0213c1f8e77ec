"""What follows from a change is told with it in the story of many recordings, and not in a sentence of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_suites import TOOLS, answered, asked, exchange, write

from cassette_tools.cli import main

NAMES = ("a", "b", "c")
QUESTION = {"role": "user", "content": "How warm is it in Oslo, and what is 3 and 4?"}
RESULTS = {"add": "7", "ask": "18 degrees"}


def trip(calls: tuple[str, ...], text: str) -> list[dict[str, Any]]:
    """A question, calls of tools beside each other, their results, and the answer that is made of these."""
    first = answered(None, "tool_calls", calls, usage=counted(60, 20 * len(calls)))
    asks = first["choices"][0]["message"]
    results = [{"role": "tool", "tool_call_id": each["id"], "content": RESULTS[each["function"]["name"]]} for each in asks["tool_calls"]]  # fmt: skip
    last = answered(text, usage=counted(90 + 20 * len(calls), 20))
    later = asked(tools=TOOLS, messages=[QUESTION, asks, *results])
    return [exchange(asked(tools=TOOLS, messages=[QUESTION]), first), exchange(later, last)]


def counted(tokens_in: int, tokens_out: int) -> dict[str, int]:
    return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The sentences of the story, each whole."""
    assert main(["diff", "old", "new", "--format", "json"]) == 1
    return [each["message"] for each in json.loads(capsys.readouterr().out)["groups"]]


def pairs(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    for name in NAMES:
        for side, made in (("old", old), ("new", new)):
            write(f"{side}/{name}.yaml", *made)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FEWER = 'the model makes one call fewer: ask with {"years": 36}'
MORE = 'the model makes one more call: ask with {"years": 36}'


@pytest.mark.parametrize("is_lost", [True, False])
def test_the_answer_lacks_only_what_the_call_brought(capsys: pytest.CaptureFixture[str], is_lost: bool) -> None:
    """Its counts follow as well. The other way round likewise."""
    both = trip(("add", "ask"), "It is 18 degrees in Oslo, and 3 and 4 make 7.")
    one = trip(("add",), "How warm it is in Oslo I cannot say, and 3 and 4 make 7.")
    pairs(*((both, one) if is_lost else (one, both)))
    lost, come = f"{FEWER}; the text changed: it no longer says 18 °", f"{MORE}; the text changed: it now says 18 °"
    assert told(capsys) == [lost if is_lost else come]


def test_an_answer_that_says_something_else_is_told_beside_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that is made up goes out of sight."""
    both = trip(("add", "ask"), "It is 18 degrees in Oslo, and 3 and 4 make 7.")
    pairs(both, trip(("add",), "It is 25 degrees in Oslo, and 3 and 4 make 7."))
    assert told(capsys) == [FEWER, "the text changed: 18 ° → 25 °"]


def test_an_answer_that_lacks_what_another_call_brought_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    both = trip(("add", "ask"), "It is 18 degrees in Oslo, and the sum is 7.")
    pairs(both, trip(("add",), "It is quite warm in Oslo, and what the sum is I cannot say."))
    assert told(capsys) == [FEWER, "the text changed: it no longer says 18 °, 7"]


RESPONSES = "https://api.openai.com/v1/responses"


def as_response(tokens_in: int, tokens_out: int, thoughts: int = 0) -> dict[str, Any]:
    """An answer of the Responses API."""
    text = {"type": "output_text", "text": "36", "annotations": []}
    usage = {
        "input_tokens": tokens_in,
        "output_tokens": tokens_out + thoughts,
        "output_tokens_details": {"reasoning_tokens": thoughts},
        "total_tokens": tokens_in + tokens_out + thoughts,
    }
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]}
    return {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-4o-2024-08-06", "output": [item], "usage": usage}  # fmt: skip


@pytest.mark.parametrize(("thoughts", "beside"), [(0, []), (900, ["reasoning 0 → 900"])])
def test_another_api_counts_otherwise(capsys: pytest.CaptureFixture[str], thoughts: int, beside: list[str]) -> None:
    """How many tokens it takes follows from the API; that the model thinks now does not."""
    question = {"model": "gpt-4o", "input": "How old is Ada?"}
    usage = {**counted(10, 2), "completion_tokens_details": {"reasoning_tokens": 0}}
    pairs([exchange(None, answered(usage=usage))], [exchange(question, as_response(40, 30, thoughts), url=RESPONSES)])
    first, *rest = told(capsys)
    assert first == "the API was openai.chat and is now openai.responses"
    assert len(rest) == len(beside)
    assert all(words in sentence for words, sentence in zip(beside, rest, strict=True))
