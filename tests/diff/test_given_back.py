"""What a client gives back of an answer, against what that answer said; what another API found."""

from __future__ import annotations

import json

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.http.results import other_results

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
    assert len([*other_results(old, new)]) == count
    assert len([*other_results(new, old)]) == count


RUN = {"command": "ls -l", "description": "List what is there"}


@pytest.mark.parametrize(
    ("old", "new", "level", "why"),
    [
        (RUN, {**RUN, "description": "Show all files"}, "cosmetic", "what it is for, in other words"),
        (RUN, {"command": "ls -l"}, "breaking", "no schema says that it may be left out"),
        (RUN, {**RUN, "command": "ls -a", "description": "Show all"}, "behavior", "another command"),
        ({"description": "A"}, {"description": "B"}, "behavior", "all that the tool is given"),
        ({"title": "A", "description": "A"}, {"title": "A", "description": "B"}, "behavior", "a ticket has it in it"),
    ],
)
def test_what_a_call_says_to_a_person(old: dict, new: dict, level: str, why: str) -> None:
    def called(arguments: dict) -> object:
        function = {"name": "bash", "arguments": json.dumps(arguments)}
        return recording(
            exchange(question(), answer(calls=[{"id": "call_1", "type": "function", "function": function}]))
        )

    found = [each for each in compare(called(old), called(new)).findings if each.rule.startswith("tool-arguments-")]
    assert [each.level for each in found] == [level], why


def test_the_request_of_a_tool_follows_from_its_arguments() -> None:
    def searched(words: str, also: str) -> object:
        function = {"name": "search", "arguments": json.dumps({"query": words})}
        call = {"id": "call_1", "type": "function", "function": function}
        asked = json.dumps({"variables": {"query": f"{words} count:9"}, "also": also})
        fetch = exchange(asked, json.dumps({"found": 3}), url="https://search.example/api")
        return recording(exchange(question(), answer(calls=[call])), fetch)

    found = compare(searched("lang:Go", "a"), searched("lang:Rust", "a")).findings
    assert [each.rule for each in found if each.level != "noise"] == ["tool-arguments-changed"]
    found = compare(searched("lang:Go", "a"), searched("lang:Rust", "b")).findings  # what no argument says is told
    told = [(each.rule, each.path.rpartition(".")[2]) for each in found if each.level != "noise"]
    assert told == [("request-parameter-changed", "also"), ("tool-arguments-changed", "arguments")]


def test_thinking_that_is_given_back_because_it_came_in_another_field() -> None:
    details = [{"type": "reasoning.text", "text": "Rain, I think.", "index": 0}]

    def talk(told: dict, given: dict) -> object:
        first = answer("It rains.")
        first["choices"][0]["message"].update({"reasoning": "Rain, I think.", **told})
        history = [{"role": "assistant", "content": "It rains.", **given}, {"role": "user", "content": "And now?"}]
        return recording(exchange(question(), first), exchange(question(*history), answer("Still.")))

    found = compare(talk({}, {}), talk({"reasoning_details": details}, {"reasoning_details": details})).findings
    [one] = [each for each in found if each.rule == "reasoning-appeared" and each.level != "noise"]
    assert (one.cause, one.evidence) == ("provider", "provider (reasoning_details of the answer before)")


def without_thinking():
    """The conversation of a client that gives no thinking back."""
    first = answer("It is 18 °C in Turin.")
    first["choices"][0]["message"]["reasoning_content"] = WHOLE
    then = question()
    then["messages"] += [
        {"role": "assistant", "content": "It is 18 °C in Turin."},
        {"role": "user", "content": "And tomorrow?"},
    ]
    return recording(exchange(question(), first), exchange(then, answer("It is 20 °C tomorrow.")))


@pytest.mark.parametrize(
    ("given", "words", "why"),
    [
        (WHOLE, "", "all of it"),
        (WHOLE[4:], '; only a part of what arrived: its beginning "The" is missing', "without its first word"),
        (WHOLE[:-12], '; only a part of what arrived: its end "then answer." is missing', "without its end"),
    ],
)
def test_thinking_that_is_newly_given_back_may_be_a_part(given, words, why):
    ((rule, level, message),) = told(without_thinking(), conversation(WHOLE, given))
    assert (rule, level) == ("reasoning-appeared", "behavior"), why
    assert message.startswith("the history now carries reasoning: "), why
    assert message.partition('"; ')[2] == words.removeprefix("; "), why


def test_an_answer_without_the_sealed_thinking_that_it_had():
    where = "encrypted form alone (reasoning_details.data)"
    sealed = answer("It is 18 °C in Turin.")
    sealed["choices"][0]["message"]["reasoning_details"] = [{"type": "reasoning.encrypted", "data": "c2VhbGVk" * 20}]
    sides = (recording(exchange(question(), each)) for each in (sealed, answer("It is 18 °C in Turin.")))
    found = [each for each in told(*sides) if each[0] == "reasoning-vanished"]
    assert found == [("reasoning-vanished", "behavior", f"the answer no longer has reasoning, which was in {where}")]
