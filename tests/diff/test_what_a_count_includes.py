"""A count that includes another one, or no longer does, is told, however both vary from run to run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"


def chat(given: int, made: int, total: int, *, reasoning: int = 0, cached: int = 0) -> Any:
    said = answer("It is 21 degrees.")
    said["usage"] = {
        "prompt_tokens": given,
        "completion_tokens": made,
        "total_tokens": total,
        "prompt_tokens_details": {"cached_tokens": cached},
        "completion_tokens_details": {"reasoning_tokens": reasoning},
    }
    return recording(exchange(question(), said))


def gemini(given: int, made: int, total: int, *, reasoning: int = 0, cached: int = 0) -> Any:
    counts = {
        "promptTokenCount": given,
        "candidatesTokenCount": made,
        "totalTokenCount": total,
        "thoughtsTokenCount": reasoning,
        "cachedContentTokenCount": cached,
    }
    parts = [{"text": "It is 21 degrees."}]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    said = {"candidates": [candidate], "usageMetadata": counts, "modelVersion": "gemini-9"}
    return recording(exchange({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}, said, url=GEMINI))


def messages(old: Any, new: Any) -> list[str]:
    return [message for _, rule, message in lines(old, new) if rule == "usage-changed"]


@pytest.mark.parametrize(("api", "name"), [(chat, "completion_tokens"), (gemini, "candidatesTokenCount")])
def test_thinking_within_the_output(api: Any, name: str) -> None:
    """The totals alone say it: none of the counts is what it was."""
    apart, within = api(200, 12, 468, reasoning=256), api(200, 240, 440, reasoning=231)
    apart_words, within_words = "12 (and 256 reasoning tokens)", "240 (231 of them reasoning tokens)"
    assert messages(apart, within) == [f"{name} now includes the reasoning tokens: {apart_words} became {within_words}"]
    assert messages(within, apart) == [
        f"{name} no longer includes the reasoning tokens: {within_words} became {apart_words}"
    ]


def test_what_a_cache_held_beside_the_input() -> None:
    within, apart = chat(500, 9, 509, cached=400), chat(98, 11, 509, cached=400)
    assert messages(within, apart) == [
        "prompt_tokens no longer includes the tokens read from the cache: 500 (400 of them read from the cache) "
        "became 98 (and 400 read from the cache)"
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (chat(200, 12, 468, reasoning=256), chat(200, 14, 342, reasoning=128), "beside it on both sides"),
        (chat(200, 268, 468, reasoning=256), chat(200, 142, 342, reasoning=128), "within it on both sides"),
        (chat(200, 12, 212), chat(200, 240, 440, reasoning=231), "nothing to include before"),
        (chat(200, 12, 468, reasoning=256), chat(200, 240, 444, reasoning=231), "a total that fits no sum"),
        (
            chat(200, 12, 284, reasoning=72, cached=72),
            chat(200, 84, 284, reasoning=72, cached=72),
            "two parts of one size: which of them is added is not known",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_says_nothing(old: Any, new: Any, why: str) -> None:
    for each in (messages(old, new), messages(new, old)):
        assert not [message for message in each if "includes" in message], why
