"""How two texts differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.text import facts, json_document, similarity, text_change

RULES = (
    ("Hello", "Hello", None),
    ("Hello\n", "Hello", "text-whitespace-changed"),
    ("a b", "a\n\nb", "text-whitespace-changed"),
    ("", " \n", "text-whitespace-changed"),
    ("", "Hello", "text-appeared"),
    ("Hello", "", "text-vanished"),
    ("Good morning", "Hello there", "text-reworded"),
    ("It is 40 C.", "It's 40°C!", "text-reworded"),
    ("It is 40 degrees Celsius.", "It is 40 °C.", "text-reworded"),
    ("Take 90 minutes, 5 percent", "90 min and 5 % it takes", "text-reworded"),
    ("a wind of 9 km/h", "a wind of 9 km", "text-facts-changed"),
    ("It is 40 C.", "It is 41 C.", "text-facts-changed"),
    ("It is 40 C.", "It is 40 F.", "text-facts-changed"),
    ("It is 1,250 m away", "It is 1250 m away", "text-reworded"),
    ("1. one\n2. two", "- one\n- two", "text-reworded"),
    ("See https://a.example/x.", "See https://a.example/y.", "text-facts-changed"),
    ("Use `sort()`", "Use `sorted()`", "text-facts-changed"),
    ("```py\na = b\n```", "```py\na = c\n```", "text-facts-changed"),
    ("I called get_weather", "I called get_time", "text-facts-changed"),
    ('{"a": 1}', '{ "a": 1 }', "text-whitespace-changed"),
    ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', "json-formatting-changed"),
    ('{"a": 1}', '{"a": 2}', "text-facts-changed"),
    ('{"a": "x y"}', '```json\n{"a": "x y"}\n```', "text-reworded"),
)


@pytest.mark.parametrize(("old", "new", "rule"), RULES)
def test_the_rule_of_a_difference(old, new, rule):
    change = text_change(old, new)
    assert (change and change.rule) == rule


def test_facts_in_the_order_of_their_kinds():
    text = "In 2 steps, see https://a.example/b, run `x -y` on gpt-9 at 25 °C (3.5 % off)."
    assert facts(text) == ("x -y", "https://a.example/b", "gpt-9", "2", "25 °C", "3.5 %")


def test_what_was_given_is_no_news():
    premise = "What is 5 + 3?"
    assert text_change("5 + 3 = 8", "It is 8", premise).rule == "text-reworded"
    assert text_change("5 + 3 = 8", "It is 9", premise).rule == "text-facts-changed"


def test_documents_in_text():
    assert json_document('```json\n{"a": [1]}\n```') == {"a": [1]}
    assert json_document("[1, 2]") == [1, 2]
    assert json_document("{not json}") is None
    assert json_document("12") is None


@given(st.text(), st.text())
def test_never_raises_and_mirrors(old, new):
    mirror = {"text-appeared": "text-vanished", "text-vanished": "text-appeared"}
    there, back = text_change(old, new), text_change(new, old)
    if there is None:
        assert back is None
    else:
        assert (mirror.get(back.rule, back.rule), back.similarity) == (there.rule, there.similarity)
    assert 0.0 <= similarity(old, new) <= 1.0
