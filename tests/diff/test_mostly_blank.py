"""A long prompt of which many lines are indented otherwise, and a few characters are others: those are told."""

from __future__ import annotations

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording

ITEMS = [f'"field_{number}": "what the answer says of the matter {number}"' for number in range(14)]


def prompt(indent: str, fence: str = "```", end: str = "Answer in this form.") -> str:
    inner = "\n".join(f"{indent}{item}," for item in ITEMS)
    return f"Your output:\n{fence}json\n{{\n{inner}\n}}\n```\n{end}"


def told(old: str, new: str) -> list[tuple[str, str, str]]:
    sides = []
    for text in (old, new):
        asked = question()
        asked["messages"][0]["content"] = text
        sides.append(recording(exchange(asked, answer("Warm."))))
    return lines(*sides)


BEGIN = "the system prompt changed: only whitespace, but for "


@pytest.mark.parametrize(
    ("old", "new", "there", "back"),
    [
        (prompt("  ", "````"), prompt("\t\t"), '"````" → "```"', '"```" → "````"'),
        (prompt("  "), prompt("    ", end="Answer in that form."), '"this" → "that"', '"that" → "this"'),
        (prompt("  "), prompt("    ", end="Now answer in this form."), '"Answer" → "Now answer"', '"Now answer" → "Answer"'),
        (prompt("  "), prompt("    ", end="Answer in this form. Please"), '"Please", which is new', '"Please", which is gone'),
    ],
)  # fmt: skip
def test_the_other_characters_are_told(old: str, new: str, there: str, back: str) -> None:
    assert told(old, new) == [("behavior", "system-prompt-changed", BEGIN + there)]
    assert told(new, old) == [("behavior", "system-prompt-changed", BEGIN + back)]


def test_a_text_of_which_much_changed_is_counted_in_lines() -> None:
    other = prompt("    ").replace("the matter", "another matter or two")
    assert told(prompt("  "), other) == [
        ("behavior", "system-prompt-changed", "the system prompt changed: 14 of 20 lines")
    ]
