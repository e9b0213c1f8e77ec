"""Marks in an answer by which a client finds what it wants."""

from __future__ import annotations

import pytest
from drift_cases import answer, exchange, recording

from cassette_tools.diff import compare

REACT = "Use the format\nThought: think\nFinal Answer: the answer"
FORM = "the answer has another form: "


def report_of(system, user, old, new):
    def asked(text):
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        return recording(exchange({"model": "gpt-9", "messages": messages}, answer(text)))

    found = compare(asked(old), asked(new)).findings
    return [(each.level, each.rule, each.message) for each in found if each.level != "noise"]


LOST = [
    (
        (REACT, "Sum?", "Thought: I know\nFinal Answer: The sum is 4.", "The sum is 4."),
        "text-changed",
        '"Thought:" and "Final Answer:" are gone: "Thought: I know\\nFinal Answer: The sum is 4." → "The sum is 4."',
    ),
    (
        (REACT, "Sum?", "Thought: I must\nAction: add\nAction Input: 2,2", "Thought: I know\nFinal Answer: four"),
        "text-changed",
        '"Action:" and "Action Input:" are gone; "Final Answer:" is new: '
        '"Thought: I must\\nAction: add\\nAction Input: 2,2" → "Thought: I know\\nFinal Answer: four"',
    ),
    (
        ("Put it in <answer></answer>", "Sum?", "Sure.\n<answer>4</answer>", "Sure. It is 4"),
        "text-changed",
        '<answer> is gone: "Sure.\\n<answer>4</answer>" → "Sure. It is 4"',
    ),
    (
        ("", "Sum?", "<result>4</result>", "4"),
        "text-changed",
        '<result> is gone: "<result>4</result>" → "4"',
    ),
    (
        ("", "Sum?", '{"sum": 4}', '```json\n{"sum": 5}\n```'),
        "text-facts-changed",
        "it was JSON and nothing else and is now JSON in a fence: sum=4 → sum=5",
    ),
    (
        ("", "Sum?", '{"sum": 4}', 'Here it is: {"sum": 4}'),
        "text-changed",
        'it was JSON and nothing else and is now JSON among words: "{\\"sum\\": 4}" → "Here it is: {\\"sum\\": 4}"',
    ),
    (
        ("Say\nScore: <number>", "Rate", "Score: 4", "4 it is"),
        "text-changed",
        '"Score:" is gone: "Score: 4" → "4 it is"',
    ),
]


@pytest.mark.parametrize(("said", "rule", "words"), LOST)
def test_a_mark_that_a_client_may_parse_is_behavior_either_way(said, rule, words):
    assert report_of(*said) == [("behavior", rule, FORM + words)]
    system, user, old, new = said
    assert [each[:2] for each in report_of(system, user, new, old)] == [("behavior", rule)]


KEPT = [
    (REACT, "Sum?\nThought:", "Thought: I know\nFinal Answer: 4.", " I know\nFinal Answer: 4.", "the prompt says it"),
    ("", "Page?", "<html><body>x</body></html>", "Here: <html><body>x</body></html>", "a page"),
    ("", "Rate", "Score: 4\nReason: it is good", "4, since it is good", "nobody asked for these labels"),
]


@pytest.mark.parametrize(("system", "user", "old", "new", "why"), KEPT)
def test_other_words_are_no_marks(system, user, old, new, why):
    assert [each[0] for each in report_of(system, user, old, new)] == ["cosmetic"], why


def test_the_same_form_of_json_is_none():
    old, new = 'Sure:\n```json\n{"sum": 4}\n```', 'Here it is:\n```json\n{"sum": 4}\n```\nEnjoy'
    assert [each[0] for each in report_of("", "Sum?", old, new)] == ["cosmetic"]
