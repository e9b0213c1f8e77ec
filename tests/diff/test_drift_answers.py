"""What is said of an answer: where the thinking stands, calls written as text, titles, passages, sources."""

from __future__ import annotations

import json

import pytest
from drift_cases import CALL, alone, answer, conversation, exchange, question, recording, visible

from cassette_tools.diff import compare
from cassette_tools.diff.texts.text import text_change

THOUGHT = "<think>\nThe user wants the weather, so I look at it.\n</think>\n\n"
IT = "It is 18 °C in Turin."


def told(old, new):
    """What is above noise, as (rule, level, words)."""
    return [(each.rule, each.level, each.message) for each in compare(old, new).findings if each.level != "noise"]


def told_of(old, new):
    return told(*(recording(exchange(question(), answer(content))) for content in (old, new)))


def with_field(content, thought):
    body = answer(content)
    body["choices"][0]["message"]["reasoning_content"] = thought
    return recording(exchange(question(), body))


def plain(content):
    return recording(exchange(question(), answer(content)))


THINKING = (
    (plain(THOUGHT + IT), plain(IT), "the content no longer holds the thinking", "a leak ends"),
    (plain("I look.\n</think>\n\n" + IT), plain(IT), "the content no longer holds the thinking and </think>", "an end"),
    (plain(THOUGHT + IT), with_field(IT, "I look."), "the thinking moved from content to reasoning_content", "moved"),
)


@pytest.mark.parametrize(("old", "new", "words", "why"), THINKING, ids=[row[3] for row in THINKING])
def test_thinking_that_leaves_the_content(old, new, words, why):
    ((rule, level, message),) = told(old, new)
    assert (rule, level) == ("reasoning-kind-changed", "behavior")
    assert alone(message) == words
    assert [row[:2] for row in told(new, old)] == [("reasoning-kind-changed", "behavior")]


def test_other_thinking_in_the_content_is_noise():
    assert told_of(THOUGHT + IT, THOUGHT.replace("look", "ask") + IT) == []


def test_thinking_that_was_counted_is_now_shown():
    counted = {"completion_tokens_details": {"reasoning_tokens": 20}}
    old, new = answer(IT), answer(IT)
    old["usage"] |= counted
    new["usage"] |= counted
    new["choices"][0]["message"]["reasoning_content"] = "I look at it."
    sides = [recording(exchange(question(), each)) for each in (old, new)]
    assert told(*sides) == [("reasoning-appeared", "shape", "the reasoning is now given as text (reasoning_content)")]
    assert told(*reversed(sides)) == [
        ("reasoning-vanished", "shape", "the reasoning is no longer given as text (reasoning_content), only counted")
    ]


def react(action, thought="I use a tool."):
    return f"Thought: {thought}\nAction: multiplier\nAction Input: {action}"


CALLS = (
    (react("3,4"), react('{"a": 3, "b": 4}'), [("tool-arguments-changed", "behavior")], "other arguments"),
    (react('{"a": 3}'), react('{ "a":3 }'), [], "the same JSON"),
    (react("3"), react("3", "I need a tool to find it."), [("text-reworded", "cosmetic")], "other words before it"),
    (react("3") + "\nObservation: 9", react("3"), [("text-changed", "behavior")], "a result it had made up"),
    (react("3") + "\nObservation: 9", react("3") + "\nObservation: 9", [], "made up as before"),
)


@pytest.mark.parametrize(("old", "new", "expected", "why"), CALLS, ids=[row[3] for row in CALLS])
def test_a_call_written_as_text(old, new, expected, why):
    assert [row[:2] for row in told_of(old, new)] == expected


def test_the_input_of_a_written_call_is_shown():
    assert told_of(react("3,4"), react("5,4"))[0][2] == (
        "the arguments of multiplier (a call written as text) changed: Action Input 3,4 → 5,4"
    )


TITLE = "Generate a short title for this conversation. Return only the title."


@pytest.mark.parametrize(
    ("asked", "level"), [(TITLE, "cosmetic"), ("What is this about?", "behavior")], ids=["a title", "no title"]
)
def test_a_title_in_other_words_is_a_title(asked, level):
    request = {"model": "gpt-9-mini", "messages": [{"role": "user", "content": asked}]}
    sides = [recording(exchange(request, answer(text))) for text in ("Morning Walk Plans", "Route By The River")]
    assert [row[1] for row in told(*sides)] == [level]


def test_arguments_that_were_encoded_twice():
    twice = {**CALL, "function": {**CALL["function"], "arguments": json.dumps(CALL["function"]["arguments"])}}
    first = answer(calls=[CALL])
    found = told(conversation(first, call=twice), conversation(first, call=CALL))
    assert [row[2] for row in found if row[0] == "prompt-changed"] == [
        "a call to get_weather in the history changed: the arguments were JSON-encoded twice and are now encoded once"
    ]


def test_system_messages_are_told_one_by_one():
    def asking(*system):
        messages = [*({"role": "system", "content": each} for each in system), {"role": "user", "content": "Hi"}]
        return recording(exchange({"model": "gpt-9-mini", "messages": messages}, answer("Hello!")))

    old = asking("You are kind.", "You are an agent.")
    empty, gone = (told(old, asking(*new))[-1][2] for new in (("", "You are an agent."), ("You are an agent.",)))
    assert empty == 'the system prompt changed: the first message is empty now (was "You are kind.")'
    assert gone == 'the system prompt changed: the first message is gone (was "You are kind.")'


def test_a_section_that_is_gone_is_named():
    short = "Use `mean()` over the columns, as the manual has it."
    long = short + "\n\n## Notes\n\nThe names are `a_mean` and `b_mean`, and `NA` is left out of the sum.\n"
    assert [row[2] for row in told_of(long, short)] == ['the text changed: the section "Notes" is gone']
    assert [row[2] for row in told_of(short, long)] == ['the text changed: the section "Notes" is new']


NUMBERS = (
    ("2", "Two", "a number alone"),
    ("It is said 20 times over.", "It is said twenty times over.", "a number in a sentence"),
    ("Es sind 3 Boote.", "Es sind drei Boote.", "German"),
    ("There are 42 boats.", "There are forty-two boats.", "two words in one"),
)


@pytest.mark.parametrize(("old", "new", "why"), NUMBERS, ids=[row[2] for row in NUMBERS])
def test_a_number_in_words_is_the_same(old, new, why):
    for pair in ((old, new), (new, old)):
        change = text_change(*pair)
        assert change is not None
        assert change.rule == "text-reworded"


def test_another_number_in_words_is_another():
    for pair in (("2", "Three"), ("It is said 20 times over.", "It is said thirty times over.")):
        change = text_change(*pair)
        assert change is not None
        assert change.rule in ("text-facts-changed", "text-changed")


def test_a_longer_name_answers_another_question_otherwise():
    asked = "Which ocean has this island?", "Which ocean has that island?"
    change, same = (text_change("Grey Ocean", "Wide Grey Ocean", each) for each in (asked, asked[:1] * 2))
    assert change is not None
    assert change.rule == "text-changed"
    assert same is not None
    assert same.rule == "text-reworded"


def test_visible_still_names_paths():
    assert visible(plain(IT), plain("It is 19 °C in Turin.")) == [
        ("behavior", "text-facts-changed", "interactions[0].response.output_messages[0].text")
    ]
