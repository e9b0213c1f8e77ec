"""Lists of tokens are the words once more: other words are told as words, and what is gone, or another's, is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording, visible

RAIN, SHOWER = "It rains in Turin today.", "In Turin it rains today."
OLLAMA = "http://localhost:11434/api"
FEW, MORE = [101, 7, 2047, 13], [101, 7, 55, 2047, 9, 13]
REWORDED = [("cosmetic", "text-reworded", "interactions[0].response.output_messages[0].text")]


def generated(text: str, tokens: Any = None, *, sent: Any = None, prompt: str = "The weather?", **more: Any) -> Any:
    asked = {"model": "llama9", "prompt": prompt, "stream": False, **({} if sent is None else {"context": sent})}
    given = {"model": "llama9", "response": text, "done": True, "done_reason": "stop", "eval_count": 6, **more}
    return exchange(asked, {**given, **({} if tokens is None else {"context": tokens})}, url=f"{OLLAMA}/generate")


def in_pieces(text: str, tokens: Any = None, **more: Any) -> Any:
    """The same as lines of a stream."""
    lines = [{"model": "llama9", "response": f"{word} ", "done": False} for word in text.split()]
    last = {"model": "llama9", "response": "", "done": True, "done_reason": "stop", "eval_count": 6, **more}
    lines.append(last if tokens is None else {**last, "context": tokens})
    body = "".join(f"{json.dumps(line)}\n" for line in lines)
    call = exchange({"model": "llama9", "prompt": "The weather?"}, body, url=f"{OLLAMA}/generate")
    call["response"]["headers"]["Content-Type"] = ["application/x-ndjson"]
    return call


def chatted(text: str, **more: Any) -> Any:
    asked = {"model": "llama9", "stream": False, "messages": [{"role": "user", "content": "The weather?"}]}
    message = {"role": "assistant", "content": text}
    given = {"model": "llama9", "message": message, "done": True, "done_reason": "stop", "eval_count": 6, **more}
    return exchange(asked, given, url=f"{OLLAMA}/chat")


def completed(text: str, tokens: Any = None, *, name: str = "token_ids") -> Any:
    """An answer of vLLM."""
    choice = {"index": 0, "text": text, "finish_reason": "stop", **({} if tokens is None else {name: tokens})}
    given = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "tiny", "choices": [choice]}
    return exchange({"model": "tiny", "prompt": "The weather?"}, given, url="http://localhost:8000/v1/completions")


WITH_TOKENS = {"Ollama": generated, "a stream of Ollama": in_pieces, "vLLM": completed}


@pytest.mark.parametrize("api", WITH_TOKENS)
@pytest.mark.parametrize("tokens", [MORE, FEW[::-1]], ids=["more tokens", "as many tokens"])
def test_other_tokens_follow_from_other_words(api: str, tokens: list[int]) -> None:
    old, new = WITH_TOKENS[api](RAIN, FEW), WITH_TOKENS[api](SHOWER, tokens)
    assert visible(recording(old), recording(new)) == REWORDED
    assert visible(recording(new), recording(old)) == REWORDED


@pytest.mark.parametrize("api", WITH_TOKENS)
def test_tokens_that_are_gone_are_told(api: str) -> None:
    old, new = recording(WITH_TOKENS[api](RAIN, FEW)), recording(WITH_TOKENS[api](RAIN))
    assert [level for level, _, _ in visible(old, new)] == ["breaking"]
    assert [level for level, _, _ in visible(new, old)] == ["shape"]


def test_numbers_with_fractions_and_numbers_of_another_name_are_told() -> None:
    for old, new in (([0.5, 1.5], [0.5, 2.5, 3.5]), (["a"], ["b"])):
        assert visible(recording(generated(RAIN, old)), recording(generated(RAIN, new))) != []
    sides = (completed(RAIN, each, name="bins") for each in (FEW, MORE))
    assert visible(*map(recording, sides)) != []


def going_on(first: list[int], sent: Any, *, words: str = RAIN) -> Any:
    """Two answers and a request that goes on from one of them."""
    return recording(
        generated(words, first),
        generated("Yes, it does.", [3, 3, 3], prompt="Sure?"),
        generated("Take a coat.", [1, 2], sent=sent, prompt="What now?"),
    )


def test_tokens_that_are_given_back_repeat_the_answer() -> None:
    old, new = going_on(FEW, FEW), going_on(MORE, MORE, words=SHOWER)
    assert visible(old, new) == REWORDED
    assert visible(new, old) == REWORDED


# fmt: off
NOT_GIVEN_BACK = {
    "those of another answer": (going_on(FEW, FEW), going_on(FEW, [3, 3, 3])),
    "only some of them": (going_on(FEW, FEW), going_on(FEW, FEW[:2])),
    "none": (going_on(FEW, FEW), going_on(FEW, None)),
    "such as no answer gave": (recording(generated(RAIN, sent=FEW)), recording(generated(RAIN, sent=MORE))),
}
# fmt: on


@pytest.mark.parametrize("case", NOT_GIVEN_BACK)
def test_other_tokens_in_a_request_ask_for_something_else(case: str) -> None:
    old, new = NOT_GIVEN_BACK[case]
    for sides in ((old, new), (new, old)):
        assert [(level, path.rpartition(".")[2]) for level, _, path in visible(*sides)] == [("behavior", "context")]


COUNTED = {"generate": generated, "a stream of generate": in_pieces, "chat": chatted}


@pytest.mark.parametrize("api", COUNTED)
def test_a_count_that_a_cache_leaves_out_is_no_field_of_the_wire(api: str) -> None:
    old, new = recording(COUNTED[api](RAIN, prompt_eval_count=17)), recording(COUNTED[api](RAIN))
    name = "prompt_eval_count (left out where the prompt was cached)"
    gone, come = (compare(*sides).findings for sides in ((old, new), (new, old)))
    assert [(each.level, each.rule, each.message) for each in gone] == [
        ("behavior", "usage-detail-removed", f"{name} is no longer reported; it was 17")
    ]
    assert [(each.level, each.rule, each.message) for each in come] == [
        ("shape", "usage-detail-added", f"{name} is now reported: 17")
    ]


def transcribed(text: str, tokens: list[int]) -> Any:
    """A segment of Whisper."""
    segment = {"id": 0, "seek": 0, "start": 0.0, "end": 4.2, "text": text, "tokens": tokens, "temperature": 0.0}
    given = {"task": "transcribe", "language": "english", "duration": 4.2, "text": text, "segments": [segment]}
    url = "https://api.openai.com/v1/audio/transcriptions"
    return recording(exchange({"model": "whisper-9", "file": "rain.wav"}, given, url=url))


def tokenized(tokens: list[int]) -> Any:
    asked = {"model": "command-9", "text": RAIN}
    return recording(exchange(asked, {"tokens": tokens}, url="https://api.cohere.com/v1/tokenize"))


@pytest.mark.parametrize("tokens", [[*range(9)], [*range(40)]], ids=["few", "many"])
def test_a_list_of_tokens_is_no_vector(tokens: list[int]) -> None:
    """A segment's say its words again, whatever they are; where tokens are what was asked for they are the answer."""
    for other in ([*tokens, 7], [each + 5 for each in tokens]):
        assert visible(transcribed(RAIN, tokens), transcribed(RAIN, other)) == []
        told = ("behavior", "response-body-changed", "interactions[0].response.body.tokens")
        assert visible(tokenized(tokens), tokenized(other)) == [told]
        assert visible(tokenized(other), tokenized(tokens)) == [told]
