"""A list of numbers in brackets says what the same numbers say in words."""

from __future__ import annotations

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording


def rules(old: str, new: str) -> list[tuple[str, str]]:
    sides = [
        recording(exchange(question(), answer(f"The three rolls of the dice gave these results: {each}")))
        for each in (old, new)
    ]
    return [(level, rule) for level, rule, _ in lines(*sides)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[1, 2, 3].", "1, 2 and 3."),
        ("[1, 2, 3].", "1, 2, and 3."),
        ("[4, 6].", "4 and 6."),
        ("[1.5, -2].", "1.5 and -2."),
    ],
)
def test_the_same_numbers(one: str, other: str) -> None:
    assert rules(one, other) == rules(other, one) == [("cosmetic", "text-reworded")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[1, 2, 3].", "1, 2 and 4."),
        ("[1, 2, 3].", "3, 2 and 1."),
        ("[1, 2, 3].", "1, 2, 3 and 4."),
        ("[1, 2].", "1 in all."),
    ],
)
def test_other_numbers(one: str, other: str) -> None:
    assert {rule for _, rule in rules(one, other)} == {rule for _, rule in rules(other, one)} == {"text-facts-changed"}
