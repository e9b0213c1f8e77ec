"""The numbers of log probabilities are noise; whether there are any, and which fields their entries have, is not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.diff.values.differences import Difference
from cassette_tools.diff.values.scores import score_differences
from tests.diff.drift_cases import answer, exchange, question, recording, visible

RESPONSES = "https://api.openai.com/v1/responses"
OLLAMA = "http://localhost:11434/api/chat"
COMPLETIONS = "https://api.openai.com/v1/completions"


def entry(token: str = "Hi", score: float = -0.01, **more: Any) -> dict[str, Any]:
    return {"token": token, "bytes": [72, 105], "logprob": score, **more}


def responses(listed: Any, **asked: Any) -> dict[str, Any]:
    part = {"type": "output_text", "annotations": [], "logprobs": listed, "text": "Hi"}
    message = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    said = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "status": "completed",
        "model": "gpt-9-mini",
        "output": [message],
        "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
    }
    return exchange({"model": "gpt-9-mini", "input": "Hi", **asked}, said, url=RESPONSES)


def chat(listed: Any, **asked: Any) -> dict[str, Any]:
    said = answer("Hi")
    said["choices"][0]["logprobs"] = {"content": listed, "refusal": None}
    return exchange(question(**asked), said)


def ollama(listed: Any, **asked: Any) -> dict[str, Any]:
    said = {"model": "llama-9", "message": {"role": "assistant", "content": "Hi"}, "done": True, "done_reason": "stop"}
    return exchange({"model": "llama-9", "messages": [{"role": "user", "content": "Hi"}], "stream": False, **asked},
                    {**said, "logprobs": listed}, url=OLLAMA)  # fmt: skip


def gemini(listed: Any, **asked: Any) -> dict[str, Any]:
    candidate = {
        "content": {"role": "model", "parts": [{"text": "Hi"}]},
        "finishReason": "STOP",
        "logprobsResult": {"chosenCandidates": listed},
    }
    return exchange(
        {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "generationConfig": {"topK": 3, **asked}},
        {"candidates": [candidate], "modelVersion": "gemini-9"},
        url="https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent",
    )


APIS = {"responses": responses, "chat": chat, "ollama": ollama, "gemini": gemini}
ONE, TWO = [entry()], [entry("H"), entry("i", -2.5)]
NONE: list[Any] = []

# fmt: off
CASES = {
    "other numbers": (ONE, [entry(score=-3.5)], []),
    "more of them": (ONE, TWO, []),
    "other tokens": (ONE, [entry("Ho")], []),
    "there are none any more": (ONE, NONE, [("breaking", "wire-field-nulled")]),
    "there are some now": (NONE, ONE, [("shape", "wire-field-filled")]),
    "entries lose a field": (TWO, [{"token": "Hi", "logprob": -0.01}], [("breaking", "wire-field-removed")]),
    "entries have one more": ([{"token": "Hi", "logprob": -0.01}], TWO, [("shape", "wire-field-added")]),
    "one of them had it": ([entry(), {"token": "o", "logprob": -1}], ONE, []),
    "the field is null now": (ONE, [{**entry(), "bytes": None}], [("breaking", "wire-field-nulled")]),
    "the field is of another type": (ONE, [{**entry(), "token": 7}], [("breaking", "wire-type-changed")]),
    "the likeliest lose a field": (
        [entry(top_logprobs=[entry()])],
        [entry(top_logprobs=[{"token": "Hi", "logprob": -0.01}])],
        [("breaking", "wire-field-removed")],
    ),
    "there are no likeliest any more": ([entry(top_logprobs=[entry()])], [entry(top_logprobs=[])], [("breaking", "wire-field-nulled")]),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("api", APIS)
def test_what_is_told_of_log_probabilities(api: str, name: str) -> None:
    old, new, expected = CASES[name]
    found = visible(recording(APIS[api](old)), recording(APIS[api](new)))
    assert [(level, rule) for level, rule, _ in found] == expected


@pytest.mark.parametrize(
    ("api", "asked"),
    [
        (responses, {"include": ["message.output_text.logprobs"]}),
        (responses, {"top_logprobs": 1}),
        (chat, {"logprobs": True}),
        (ollama, {"logprobs": True}),
        (gemini, {"responseLogprobs": True}),
    ],
)
def test_who_asks_for_them_is_the_cause(api: Any, asked: dict[str, Any]) -> None:
    """Ollama gives them at the top, under the name of the setting, where they are folded as its echo."""
    expected = ["echo" if api is ollama else "prompt"]
    filled = compare(recording(api(NONE)), recording(api(ONE, **asked))).findings
    assert [each.cause for each in filled if each.rule == "wire-field-filled"] == expected
    emptied = compare(recording(api(ONE, **asked)), recording(api(NONE))).findings
    assert [each.cause for each in emptied if each.rule == "wire-field-nulled"] == expected


def test_tokens_that_are_keys_are_no_fields() -> None:
    """OpenAI's Completions name the likeliest tokens so."""

    def completion(likeliest: Any) -> dict[str, Any]:
        scores = {"tokens": ["Hi"], "token_logprobs": [-0.1], "top_logprobs": likeliest, "text_offset": [0]}
        choice = {"text": "Hi", "index": 0, "logprobs": scores, "finish_reason": "stop"}
        said = {
            "id": "cmpl-1",
            "object": "text_completion",
            "created": 1700000000,
            "model": "gpt-9",
            "choices": [choice],
        }
        return exchange({"model": "gpt-9", "prompt": "Hi", "logprobs": 1}, said, url=COMPLETIONS)

    assert visible(recording(completion([{"Hi": -0.1}])), recording(completion([{"Ho": -0.2, "He": -3}]))) == []
    found = visible(recording(completion([{"Hi": -0.1}])), recording(completion([])))
    assert [(level, rule) for level, rule, _ in found] == [("breaking", "wire-field-nulled")]


def streamed(listed: Any) -> dict[str, Any]:
    """The same answer in events, each of which says its tokens' own."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini"}
    pieces = [
        {"index": 0, "delta": {"role": "assistant", "content": "Hi"}, "logprobs": {"content": listed}},
        {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"},
    ]
    return exchange(question(stream=True), [*(json.dumps({**head, "choices": [each]}) for each in pieces), "[DONE]"])


@pytest.mark.parametrize("name", CASES)
def test_a_stream_tells_the_same(name: str) -> None:
    old, new, expected = CASES[name]
    found = visible(recording(streamed(old)), recording(streamed(new)))
    assert [(level, rule) for level, rule, _ in found] == expected


SCORED = st.lists(
    st.fixed_dictionaries(
        {"token": st.text(max_size=3), "logprob": st.floats(-9, 0)},
        optional={"bytes": st.lists(st.integers(0, 255), max_size=2), "top_logprobs": st.just([{"token": "a"}])},
    ),
    max_size=4,
)


@given(SCORED, SCORED)
def test_what_differs_is_the_same_both_ways(old: Any, new: Any) -> None:
    there = [*score_differences(Difference(old_route=(), new_route=(), old=old, new=new))]
    back = [*score_differences(Difference(old_route=(), new_route=(), old=new, new=old))]
    assert sorted(repr((each.old, each.new)) for each in there) == sorted(repr((each.new, each.old)) for each in back)


@given(SCORED, st.floats(-9, 0))
def test_other_numbers_are_no_difference(old: Any, score: float) -> None:
    new = copy.deepcopy(old)
    for each in new:
        each["logprob"] = score
    assert not [*score_differences(Difference(old_route=(), new_route=(), old=old, new=new))]
