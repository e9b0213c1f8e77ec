"""How grave a change is by what it breaks, and in what words it is told."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from drift_cases import CALL, WEATHER, alone, answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.messages.text_notes import prompt_note
from cassette_tools.diff.texts.text import text_change

LONG_PROMPT = "You are a careful clerk. Read each letter, note its sender, and answer only what was asked in it."


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = compare(old, new).findings
    return [(each.level, each.rule, each.message) for each in found if each.level != "noise"]


def offered(**parameters: Any) -> list[Any]:
    tool = copy.deepcopy(WEATHER)
    tool["function"]["parameters"] = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        **parameters,
    }
    return [tool]


WITHOUT_DAYS = {"properties": {"city": {"type": "string"}}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("said", "parameters", "level", "why"),
    [
        (answer("Warm."), {"additionalProperties": False}, "behavior", "the model fills it in"),
        (answer("Warm."), WITHOUT_DAYS, "behavior", "no call on record"),
        (answer(calls=[CALL]), {"additionalProperties": False}, "behavior", "the call on record is valid still"),
        (answer(calls=[CALL]), WITHOUT_DAYS, "breaking", "the call on record has days"),
    ],
)
def test_a_tool_that_takes_less(said: Any, parameters: dict[str, Any], level: str, why: str) -> None:
    sides = [recording(exchange(question(tools=tools), said)) for tools in (offered(), offered(**parameters))]
    assert [each[:2] for each in told(*sides)] == [(level, "tool-definition-narrowed")], why


def counted(details: bool) -> Any:
    usage: dict[str, Any] = {"prompt_tokens": 50, "completion_tokens": 30, "total_tokens": 80}
    if details:
        usage["prompt_tokens_details"] = {"cached_tokens": 0}
    return {**answer("Warm."), "usage": usage}


@pytest.mark.parametrize(
    ("before", "levels", "why"),
    [
        ((True, True), [], "another call of the new recording has it still"),
        ((True, False), ["shape"], "another call had to do without"),
    ],
)
def test_a_count_that_is_no_longer_told(before: tuple[bool, bool], levels: list[str], why: str) -> None:
    asked = question(), question(top_p=0.5)
    old = recording(*(exchange(one, counted(details)) for one, details in zip(asked, before, strict=True)))
    new = recording(exchange(asked[0], counted(False)), exchange(question(top_p=0.4), counted(before[1])))
    found = [each[:2] for each in told(old, new) if each[1].startswith("usage-")]
    assert found == [(level, "usage-detail-removed") for level in levels], why


def test_a_count_that_all_calls_had() -> None:
    old, new = (recording(exchange(question(), counted(details))) for details in (True, False))
    assert [each[:2] for each in told(old, new)] == [("behavior", "usage-detail-removed")]


def failed(message: str = "Slow down.", **fields: Any) -> Any:
    return exchange(question(), {"error": {"message": message, **fields}}, status=429)


FAILURES = (
    (exchange(question(), answer("Warm.")), failed(), "status 200 became 429; the call now fails: Slow down."),
    (exchange(question(), answer("Warm.")), failed(code="rate"), "status 200 became 429; the call now fails: Slow down. (rate)"),
    (failed(), exchange(question(), answer("Warm.")), 'status 429 became 200: the call no longer fails, and now answers "Warm."; the error was: Slow down.'),
    (failed("Slow down. See https://api.example/limits."), exchange(question(), answer("Warm.")), 'status 429 became 200: the call no longer fails, and now answers "Warm."; the error was: Slow down.'),
    (failed("Use v. 2 of it."), exchange(question(), answer("Warm.")), 'status 429 became 200: the call no longer fails, and now answers "Warm."; the error was: Use v. 2 of it.'),
    (failed(), failed("Stop that."), 'the error changed: "Slow down." → "Stop that."'),
    (failed(code="rate"), failed(code="quota"), "the error changed: code rate → quota"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FAILURES)
def test_an_error_is_told_by_its_message(old: Any, new: Any, message: str) -> None:
    assert [alone(each[2]) for each in told(recording(old), recording(new))] == [message]


def test_an_answer_in_place_of_a_failure_that_is_not_whole() -> None:
    new = exchange(question(), answer("Wa", finish="length"))
    found = told(recording(failed()), recording(new))
    assert [(level, rule) for level, rule, _ in found] == [
        ("behavior", "status-class-changed"),
        ("behavior", "finish-reason-changed"),
    ]
    assert found[1][2] == "the new answer is incomplete: it ended with length"


def test_a_text_that_was_cut_follows_from_the_end() -> None:
    old, new = (
        recording(exchange(question(), answer(text, finish=finish)))
        for text, finish in (("It is warm in Turin, and dry.", "stop"), ("It is warm", "length"))
    )
    assert [each[1] for each in told(old, new)] == ["finish-reason-changed"]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("Be brief.", "Be brief. Be kind.", 'it now ends with "Be kind."'),
        ("Be brief. Be kind.", "Be brief.", 'it no longer ends with "Be kind."'),
        ("Name two.", "Think first.\n\nName two.", 'it now begins with "Think first."'),
        ("Name 2 of the 5.", "Name 3 of the 7.", '"Name 2 of the 5." → "Name 3 of the 7."'),
        ("What is Ruby?", "What's in this `file`?", '"What is Ruby?" → "What\'s in this `file`?"'),
        (
            LONG_PROMPT,
            "As a clerk who is fast: skim all letters, list who wrote them, then reply to what they want, in a line each.",
            "rewritten (12% alike): ",
        ),
    ],
)
def test_what_became_of_a_prompt(old: str, new: str, note: str) -> None:
    change = text_change(old, new)
    assert change is not None
    found = prompt_note(change, old, new)
    assert found.startswith(note) if note.endswith(": ") else found == note


def test_a_setting_is_shown_as_it_was_sent() -> None:
    forced = {"type": "function", "function": {"name": "get_weather"}}
    old, new = (
        recording(exchange(question(), answer("Warm."))),
        recording(exchange(question(tool_choice=forced), answer("Warm."))),
    )
    assert [each[2] for each in told(old, new)] == [f"the request now has tool_choice: {json.dumps(forced)}"]
