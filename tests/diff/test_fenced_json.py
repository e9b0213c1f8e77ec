"""An answer with words around a fenced block of JSON: the block is data, whatever stands around it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording

HEAD = "## Output values"
DATA = {"answer": "Porto", "why": "The river Douro meets the sea there, as several maps and books agree."}
REWORDED = {"answer": "Porto", "why": "There the river Douro meets the sea, and various books and maps say so."}
TAIL = "It is 12 km away."


def fenced(head: str, data: Any, tail: str = "") -> str:
    return f"{head}\n\n```json\n{json.dumps(data, indent=2)}\n```\n\n{tail}".strip()


def told(old: str, new: str) -> list[tuple[str, str, str]]:
    first, second = (recording(exchange(question(), answer(text))) for text in (old, new))
    return lines(first, second)


@pytest.mark.parametrize(
    ("head", "other", "tail"),
    [
        (HEAD, HEAD, ""),
        ("Here it is:", HEAD, ""),
        (HEAD, HEAD, TAIL),
        ("", "", "Done."),
        (HEAD, HEAD, "Its code is `a1`."),
    ],
)
def test_a_sentence_in_the_block_is_compared_as_a_sentence(head: str, other: str, tail: str) -> None:
    old, new = fenced(head, DATA, tail), fenced(other, REWORDED, tail)
    for found in (told(old, new), told(new, old)):
        assert [each[:2] for each in found] == [("cosmetic", "text-reworded")]


FACTS = ("behavior", "text-facts-changed")


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        ((HEAD, DATA), (HEAD, {**DATA, "answer": "Braga"}), 'answer="Porto" → answer="Braga"', 'answer="Braga" → answer="Porto"'),
        ((HEAD, DATA), (HEAD, {**DATA, "sure": True}), "sure is new: true", "sure is gone: true"),
        ((HEAD, DATA), (HEAD, {"city": "Porto", "why": DATA["why"]}), "answer is now called city", "city is now called answer"),
        ((HEAD, DATA, TAIL), (HEAD, REWORDED, "It is 21 km away."), "12 km → 21 km", "21 km → 12 km"),
        ((HEAD, DATA, TAIL), (HEAD, DATA, "It is near."), "it no longer says 12 km", "it now says 12 km"),
    ],
)  # fmt: skip
def test_facts_are_those_of_the_data_and_of_the_words(old: Any, new: Any, there: str, back: str) -> None:
    left, right = fenced(*old), fenced(*new)
    assert told(left, right) == [(*FACTS, f"the text changed: {there}")]
    assert told(right, left) == [(*FACTS, f"the text changed: {back}")]


def test_words_that_are_no_introduction_are_an_answer() -> None:
    refusal = "I'm sorry, but I can't help with that request. What I was given before is this:"
    for pair in ((refusal, HEAD), (HEAD, refusal)):
        found = told(*(fenced(head, DATA) for head in pair))
        assert [each[:2] for each in found] == [("behavior", "text-changed")]


def test_code_is_still_exact() -> None:
    old, new = (f"{HEAD}\n\n```python\nprint({number})\n```" for number in (1, 2))
    assert [each[:2] for each in told(old, new)] == [FACTS]
