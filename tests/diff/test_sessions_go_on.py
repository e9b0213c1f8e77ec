"""A session that goes on after an error is cured, or ends with one, is told in the line of that error."""

from __future__ import annotations

from typing import Any

import pytest
from drift_cases import CALL, answer, exchange, question, recording

from cassette_tools.diff import compare

SECOND = {**CALL, "id": "call_Bb2", "function": {**CALL["function"], "arguments": '{"city": "Rome", "days": 2}'}}
RESULTS = {"call_Aa1": "18 C", "call_Bb2": "24 C"}


def rounds(*calls: Any) -> list[Any]:
    """What a request has of the calls before it, and of their results."""
    return [
        each
        for call in calls
        for each in (
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": RESULTS[call["id"]]},
        )
    ]


FIRST = exchange(question(), answer(calls=[CALL]))
NEXT = exchange(question(*rounds(CALL)), answer(calls=[SECOND]))
LAST = exchange(question(*rounds(CALL, SECOND)), answer("It is 18 °C in Turin and 24 °C in Rome."))
THANKS = exchange(
    question({"role": "assistant", "content": "It is 18 °C."}, {"role": "user", "content": "Thanks!"}),
    answer("You are welcome."),
)


def failing(status: int) -> Any:
    error = {"message": "Slow down.", "type": "server_error", "code": None}
    return recording(exchange(question(), {"error": error}, status=status))


@pytest.mark.parametrize("status", [404, 429, 503])
@pytest.mark.parametrize(
    ("session", "number"),
    [
        ((FIRST, NEXT), "one {}request"),
        ((FIRST, NEXT, LAST), "2 {}requests"),
        ((exchange(question(), answer("It is 18 °C.")), THANKS), "one {}request"),
    ],
)
def test_a_session_that_goes_on(status: int, session: Any, number: str) -> None:
    old, new = failing(status), recording(*session)
    for sides, words in (
        ((old, new), f"; the session goes on: {number.format('more ')}"),
        ((new, old), f"; the session ends there: {number.format('fewer ')}"),
    ):
        found = [each for each in compare(*sides).findings if each.level != "noise"]
        assert [each.rule for each in found] == ["status-class-changed"]
        assert words in found[0].message


def test_another_request_does_not_go_on_from_there() -> None:
    other = exchange({"model": "gpt-9-mini", "messages": [{"role": "user", "content": "Name a river."}]}, answer("Po."))
    found = compare(failing(429), recording(FIRST, other)).findings
    told = sorted(each.rule for each in found if each.level != "noise")
    assert told == ["interaction-added", "status-class-changed"]
