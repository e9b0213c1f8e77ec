"""Several requests that only one recording makes, in one line: what stands alone first, the rest by its address."""

from __future__ import annotations

from typing import Any

from tests.diff.drift_cases import answer, exchange, question, recording
from tests.diff.drift_cases import lines as told

GOOGLE = "https://generativelanguage.googleapis.com/v1beta"
FIRST = exchange(question(), answer("It is 18 °C."))


def counted(text: str, model: str = "gemini-9") -> dict[str, Any]:
    asked = {"contents": [{"role": "user", "parts": [{"text": text}]}]}
    return exchange(asked, {"totalTokens": 9}, url=f"{GOOGLE}/models/{model}:countTokens")


def asked(text: str) -> dict[str, Any]:
    messages = [{"role": "user", "content": text}]
    return exchange({"model": "gpt-9", "messages": messages}, answer("Fine."))


def only_one_makes(*more: dict[str, Any]) -> tuple[str, str]:
    """The lines that tell of requests that one recording makes, with the old and the new one in either order."""
    bare, whole = recording(FIRST), recording(FIRST, *more)
    both = [told(bare, whole), told(whole, bare)]
    return tuple(next(message for _, rule, message in found if rule.startswith("interaction-")) for found in both)


QUESTIONS = ("Is it warm in Turin?", "Does it rain in Oslo?", "How late is it in Rome?", "Who lives in Lyon?")


def test_the_only_request_to_an_address_stands_before_the_many() -> None:
    several = [*(counted(text) for text in QUESTIONS), asked("Which of them is the warmest?")]
    listed = (
        '"Which of them is the warmest?" to gpt-9, POST /v1/chat/completions; '
        "4 × POST /v1beta/models/gemini-9:countTokens (each answered with 200)"
    )
    added, removed = only_one_makes(*several)
    assert added.startswith(f"5 more requests: {listed}")
    assert removed.startswith(f"5 requests are no longer made: {listed}")


def test_few_requests_are_listed_one_by_one() -> None:
    added, _ = only_one_makes(*(counted(text) for text in QUESTIONS[:2]), asked(QUESTIONS[2]))
    assert added.startswith(
        '3 more requests: "Is it warm in Turin?", POST /v1beta/models/gemini-9:countTokens; '
        '"Does it rain in Oslo?", POST /v1beta/models/gemini-9:countTokens; '
        '"How late is it in Rome?" to gpt-9, POST /v1/chat/completions (each answered with 200)'
    )


def test_a_long_list_ends_between_two_requests() -> None:
    texts = [f"{text} Answer in a few words." for text in QUESTIONS]
    added, _ = only_one_makes(*map(asked, texts))
    items = [f'"{text}" to gpt-9, POST /v1/chat/completions' for text in texts]
    assert added == f"4 more requests: {'; '.join(items[:3])} and 1 more"
