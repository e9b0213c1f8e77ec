"""The messages of a history: what moved, who says it now, and which result answers which call."""

from __future__ import annotations

import copy
import json

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.messages.respelled import respelled
from cassette_tools.diff.values.ids import Correlation
from cassette_tools.model import Generic, Text


def message(role, content):
    return {"role": role, "content": content}


SYSTEM, DOCUMENT = message("system", "Use only the documents given."), message("user", "Document: the station is old.")
ASK, ANSWERED, THANKS = message("user", "How old is the station?"), message("assistant", "It is very old."), message("user", "Thank you, that is all.")  # fmt: skip

LOOKS = {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}]}  # fmt: skip


def asking(*messages):
    return recording(exchange({**question(), "messages": [*copy.deepcopy(messages)]}, answer("Yes, it is.")))


def told(old, new):
    return [
        (each.rule, each.path.removeprefix("interactions[0].request."), each.message)
        for each in compare(old, new).findings
        if each.level != "noise"
    ]


ORDER, SAID = "the order of the messages changed: ", "the user message changed: "


@pytest.mark.parametrize(
    ("why", "old", "new", "found"),
    [
        ("moved to the front", [SYSTEM, ASK, ANSWERED, THANKS, DOCUMENT], [SYSTEM, DOCUMENT, ASK, ANSWERED, THANKS], [("prompt-changed", "input_messages[0]", ORDER + 'the user message "Document: the station is old." moved from messages[4] to messages[1]')]),
        ("another role says it", [SYSTEM, ASK, message("user", "It is very old."), THANKS], [SYSTEM, ASK, ANSWERED, THANKS], [("prompt-changed", "input_messages[1].role", "the role of messages[2] changed: user → assistant")]),
        ("system is now developer, among the messages", [ASK, message("system", "Be brief."), THANKS], [ASK, message("developer", "Be brief."), THANKS], None),
        ("two in one", [SYSTEM, DOCUMENT, ASK], [SYSTEM, message("user", DOCUMENT["content"] + "\n" + ASK["content"])], [("prompt-changed", "input_messages[0]", SAID + "the same text, in 1 message instead of 2")]),
        ("one in two", [SYSTEM, message("user", DOCUMENT["content"] + "\n" + ASK["content"])], [SYSTEM, DOCUMENT, ASK], [("prompt-changed", "input_messages[0]", SAID + "the same text, in 2 messages instead of 1")]),
        ("an empty one and a call, in one", [SYSTEM, ASK, message("assistant", ""), LOOKS, THANKS], [SYSTEM, ASK, {**LOOKS, "content": ""}, THANKS], [("prompt-changed", "input_messages[1]", "the assistant message changed: \"\" and a call to look are sent in 1 message now, not 2")]),
        ("words and a call, in two", [SYSTEM, ASK, {**LOOKS, "content": "I look."}, THANKS], [SYSTEM, ASK, message("assistant", "I look."), LOOKS, THANKS], [("prompt-changed", "input_messages[1]", "the assistant message changed: \"I look.\" and a call to look are sent in 2 messages now, not 1")]),
        ("two in one of two parts", [SYSTEM, DOCUMENT, ASK], [SYSTEM, message("user", [{"type": "text", "text": each["content"]} for each in (DOCUMENT, ASK)])], [("prompt-changed", "input_messages[0]", SAID + "the same text, in 1 message instead of 2; its content is a list of 2 parts now, and was a string")]),
        ("the system prompt goes before the documents", [DOCUMENT, SYSTEM, ASK], [SYSTEM, DOCUMENT, ASK], [("system-prompt-changed", "system_instructions", "the system prompt changed: the same words stand first now (they stood behind the user's message)")]),
        ("the system prompt goes behind the documents", [SYSTEM, DOCUMENT, ASK], [DOCUMENT, SYSTEM, ASK], [("system-prompt-changed", "system_instructions", "the system prompt changed: the same words stand behind the user's message now (they stood first)")]),
        ("one came, the others stay", [SYSTEM, ASK, ANSWERED, THANKS], [SYSTEM, DOCUMENT, ASK, ANSWERED, THANKS], [("prompt-changed", "input_messages[0]", SAID + '"Document: the station is old." is new')]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_messages(why, old, new, found):
    if found is None:  # one finding, which says of what kind the message is now
        [(rule, _, words)] = told(asking(*old), asking(*new))
        assert rule in ("prompt-changed", "request-serialization-changed"), (why, words)
    else:
        assert told(asking(*old), asking(*new)) == found, why
    assert told(asking(*old), asking(*old)) == []


def looked_up(prefix, rows, results):
    """A recording in which the tool is called for several cities at once, and its results are sent back."""
    calls = [
        {"id": f"call_{prefix}{number}", "type": "function", "function": {"name": "get_weather", "arguments": json.dumps({"city": city})}}
        for number, city in enumerate(rows)
    ]  # fmt: skip
    sent = [{"role": "tool", "tool_call_id": f"call_{prefix}{number}", "content": said} for number, said in results]
    more = [{"role": "assistant", "content": None, "tool_calls": calls}, *sent]
    return recording(exchange(question(), answer(calls=calls)), exchange(question(*more), answer("It is warm.")))


def loud(old, new):
    return [(each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


def test_results_go_with_the_calls_they_answer():
    old = looked_up("old", ["Turin", "Rome"], [(0, "21 degrees"), (1, "24 degrees")])
    assert loud(old, looked_up("new", ["Turin", "Rome"], [(1, "24 degrees"), (0, "21 degrees")])) == []
    assert loud(old, looked_up("new", ["Turin", "Rome"], [(0, "24 degrees"), (1, "21 degrees")])) == [
        ("tool-result-changed", 'the result of get_weather changed: "21 degrees" → "24 degrees"'),
        ("tool-result-changed", 'the result of get_weather changed: "24 degrees" → "21 degrees"'),
    ]


def test_calls_made_in_another_order_keep_their_results():
    old = looked_up("old", ["Turin", "Rome"], [(0, "21 degrees"), (1, "24 degrees")])
    new = looked_up("new", ["Rome", "Turin"], [(0, "24 degrees"), (1, "21 degrees")])
    assert loud(old, new) == []


def test_a_result_that_became_an_error_is_more_than_an_echo():
    old = looked_up("old", ["Turin"], [(0, "21 degrees")])
    new = looked_up("new", [7], [(0, "Error: city is no string")])
    assert [rule for rule, _ in loud(old, new)] == ["tool-arguments-shape-changed", "tool-result-changed"]
    same = looked_up("new", ["Rome"], [(0, "24 degrees")])
    assert [rule for rule, _ in loud(old, same)] == ["tool-arguments-changed"]


def test_a_result_that_comes_after_another_call_has_moved():
    def asked(prefix, *order):
        ids = {"first": f"call_{prefix}1", "second": f"call_{prefix}2"}
        calls = {
            name: {"id": made, "type": "function", "function": {"name": "get_weather", "arguments": json.dumps({"city": name})}}
            for name, made in ids.items()
        }  # fmt: skip
        pieces = {
            f"call {name}": {"role": "assistant", "content": None, "tool_calls": [call]} for name, call in calls.items()
        }
        pieces |= {
            f"result {name}": {"role": "tool", "tool_call_id": made, "content": name} for name, made in ids.items()
        }
        made = [
            exchange(question(), answer(calls=[calls["first"]])),
            exchange(question(*map(pieces.get, order)), answer("Warm.")),
        ]
        return recording(*made)

    old = asked("old", "call first", "result first", "call second", "result second")
    new = asked("new", "call first", "call second", "result first", "result second")
    assert loud(old, new) == [
        (
            "prompt-changed",
            "the order of the messages changed: the result of get_weather moved from messages[3] to messages[4]",
        )
    ]
    assert loud(new, old) == [
        (
            "prompt-changed",
            "the order of the messages changed: the result of get_weather moved from messages[4] to messages[3]",
        )
    ]


def chat(role, *answers):
    """A client that sends each answer back with an observation below it, as said by `role`."""
    made, said = [], []
    for words in answers:
        made.append(exchange(question(*said), answer(words)))
        said.append(message(role, f"{words}\nObservation: go on"))
    return recording(*made)


def test_what_repeats_an_answer_is_the_echo_of_it_whoever_says_it():
    first, second = ["I think that it is late.", "Or early?"], ["Clocks say nothing today!", "Certainly."]
    assert [rule for rule, _ in loud(chat("user", *first), chat("user", *second))] == ["text-changed", "text-changed"]
    changed = loud(chat("user", *first), chat("assistant", *second))
    assert ("prompt-changed", "the role of messages[2] changed: user → assistant") in changed
    assert sorted(rule for rule, _ in changed) == ["prompt-changed", "text-changed", "text-changed"]


def test_answers_are_remembered_as_couples():
    ids = Correlation()
    ids.answered("the first answer", "an answer first")
    ids.answered("short", "also")  # by such words no message is known
    assert ids.repeated("> the first answer\nand more", new=False) == 0
    assert ids.repeated("short", new=False) is None
    assert ids.repetition("> the first answer", "> an answer first") == ("the first answer", "an answer first")
    assert ids.repetition("> the first answer", "- an answer first") is None
    assert ids.common_text("an answer first", new=True) == "the first answer"
    assert ids.common_text("something else", new=True) == "something else"


def test_the_same_words_in_an_object_and_as_text_are_one_part():
    text, inside = Text(content="Lyon is large."), Generic(kind="input", content={"text": "Lyon is large."})
    more = Generic(kind="input", content={"text": "Lyon is large.", "title": "Lyon"})
    asked = Text(content="Where?")
    assert respelled([asked, inside], [asked, text]) == {1: 1}
    assert respelled([text], [inside]) == {0: 0}
    assert respelled([more], [text]) == respelled([inside], [inside]) == respelled([text], [text]) == {}


def split(user, asked, *, apart):
    """A history that begins with two texts of the user, in one message or apart."""
    texts = ["Use the tools.", "Which colors do they like?"]
    whole = [{"type": "text", "text": text} for text in texts]
    made = {"id": "c1", "type": "function", "function": {"name": "color", "arguments": json.dumps({"user": user})}}
    history = [
        *([message("user", text) for text in texts] if apart else [message("user", whole)]),
        {"role": "assistant", "content": None, "tool_calls": [made]},
        {"role": "tool", "tool_call_id": "c1", "content": "blue"},
        message("user", asked),
    ]
    return recording(exchange({"model": "gpt-9", "messages": history}, answer("Blue.")))


def test_a_message_is_split_in_two_whatever_else_differs():
    old, new = split(["Joe"], "And Ann?", apart=False), split("Joe", "And Ann, too?", apart=True)
    edits = [
        ("prompt-changed", 'a call to color in the history changed: user ["Joe"] → "Joe"'),
        ("prompt-changed", 'the user message changed: "And Ann?" → "And Ann, too?"'),
    ]
    parts = "its content is a string now, and was a list of 2 parts"
    assert loud(old, new) == [
        ("prompt-changed", f"the user message changed: the same text, in 2 messages instead of 1; {parts}"),
        *edits,
    ]
    assert [rule for rule, _ in loud(new, old)] == ["prompt-changed"] * 3
    assert "the same text, in 1 message instead of 2" in loud(new, old)[0][1]
