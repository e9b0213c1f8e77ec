"""What a client gives back of an answer, against what that answer said; what another API found."""

from __future__ import annotations

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.plain import _other_results

WHOLE = "The user is asking for the weather. I call the tool for Turin and then answer."


def told(old, new):
    return [(each.rule, each.level, each.message) for each in compare(old, new).findings if each.level != "noise"]


def conversation(thought, given):
    """Two calls: an answer with thinking, and a question that gives it back."""
    first = answer("It is 18 °C in Turin.")
    first["choices"][0]["message"]["reasoning_content"] = thought
    asked = question()
    then = question()
    then["messages"] = [
        *asked["messages"],
        {"role": "assistant", "content": "It is 18 °C in Turin.", "reasoning_content": given},
        {"role": "user", "content": "And tomorrow?"},
    ]
    return recording(exchange(asked, first), exchange(then, answer("It is 20 °C tomorrow.")))


OTHER = WHOLE.replace("weather", "temperature")
GIVEN = (
    (WHOLE[23:], "is missing", '"The user is asking for"', "its first chunk is lost"),
    (WHOLE[:-12], "is missing", '"then answer."', "its end is lost"),
    (WHOLE[:20] + WHOLE[40:], "is missing", "missing", "its middle is lost"),
    (" ", "without the text", "The user is asking", "a block of nothing"),
)


@pytest.mark.parametrize(("given", "words", "shown", "why"), GIVEN, ids=[row[3] for row in GIVEN])
def test_thinking_that_is_cut_on_its_way_back(given, words, shown, why):
    whole, cut = conversation(WHOLE, WHOLE), conversation(WHOLE, given)
    ((rule, level, message),) = told(whole, cut)
    assert (rule, level) == ("reasoning-vanished", "behavior")
    assert words in message
    assert shown in message
    assert [row[:2] for row in told(cut, whole)] == [("reasoning-appeared", "behavior")]
    assert told(cut, cut) == []


def test_thinking_that_is_cut_is_told_beside_other_thinking():
    ((rule, _, message),) = told(conversation(WHOLE, WHOLE), conversation(OTHER, OTHER[23:]))
    assert (rule, "is missing" in message) == ("reasoning-vanished", True)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ((WHOLE, WHOLE), (OTHER, OTHER), "a model never thinks the same words twice"),
        ((WHOLE, WHOLE[23:]), (OTHER, OTHER[23:]), "it was cut before as well"),
        ((WHOLE, WHOLE), (OTHER, "Something else."), "nobody knows what that was"),
    ],
    ids=["others", "cut on both sides", "of no answer"],
)
def test_other_thinking_that_is_given_back_is_noise(old, new, why):
    assert told(conversation(*old), conversation(*new)) == []


def found(*names):
    return {"data": {"results": [{"file": {"url": f"/r/{name}", "line": 1}} for name in names]}}


RESULTS = (
    (found("a", "b"), found("b", "c"), 1, "one of two is another"),
    (found("a", "b"), found("b", "a"), 0, "another order"),
    (found("a"), found("b"), 0, "one thing in the place of one: its fields say more"),
    (found("a", "a"), found("a", "b"), 0, "an address twice tells nothing apart"),
    ({"data": [1, 2]}, {"data": [1, 3]}, 0, "no things"),
)


@pytest.mark.parametrize(("old", "new", "count", "why"), RESULTS, ids=[row[3] for row in RESULTS])
def test_results_are_told_apart_by_their_addresses(old, new, count, why):
    assert len([*_other_results(old, new)]) == count
    assert len([*_other_results(new, old)]) == count
