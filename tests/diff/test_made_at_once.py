"""Calls that were made at the same time have no order: the moments of their answers say that they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

if TYPE_CHECKING:
    from cassette_tools.model import Recording

ANTHROPIC = "https://api.anthropic.com/v1/messages"
RIVER = "Which river is the longest?"
HILL = "Name some hill that nobody climbs."
EARLY, LATE = 1900000000, 1900000001
DATES = {EARLY: "Sun, 17 Mar 2030 17:46:40 GMT", LATE: "Sun, 17 Mar 2030 17:46:41 GMT"}


def chat(asked: str, moment: int, told: str = "") -> dict[str, Any]:
    body = {**answer(f"To {asked} I say: none."), "created": moment, "id": f"chatcmpl-{asked[:4]}{moment}"}
    return exchange({**question(), "messages": [*earlier(told), {"role": "user", "content": asked}]}, body)


def anthropic(asked: str, moment: int, told: str = "") -> dict[str, Any]:
    messages = [*earlier(told), {"role": "user", "content": asked}]
    body = {
        "id": f"msg_{asked[:4]}{moment}",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": f"To {asked} I say: none."}],
        "stop_reason": "end_turn",
    }
    made = exchange({"model": "claude-9", "max_tokens": 9, "messages": messages}, body, url=ANTHROPIC)
    made["response"]["headers"]["Date"] = [DATES[moment]]
    return made


def earlier(told: str) -> list[dict[str, str]]:
    """What a conversation goes on from."""
    return [{"role": "user", "content": RIVER}, {"role": "assistant", "content": told}] if told else []


def orders(old: Recording, new: Recording) -> list[str]:
    """How grave it is that the calls are in another order."""
    return [each.level for each in compare(old, new).findings if each.rule == "interaction-reordered"]


@pytest.mark.parametrize("api", [chat, anthropic])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    ("river", "hill", "level"),
    [
        pytest.param((EARLY, EARLY), (LATE, LATE), "noise", id="the second file has the later answer first"),
        pytest.param((LATE, EARLY), (EARLY, EARLY), "noise", id="the first file has"),
        pytest.param((EARLY, LATE), (LATE, EARLY), "behavior", id="each file has them as they were answered"),
        pytest.param((EARLY, EARLY), (EARLY, EARLY), "behavior", id="in one second: that says nothing"),
    ],
)
def test_the_order_of_two_calls(api: Any, back: bool, river: Any, hill: Any, level: str) -> None:
    old = recording(api(RIVER, river[0]), api(HILL, hill[0]))
    new = recording(api(HILL, hill[1]), api(RIVER, river[1]))
    assert orders(*((new, old) if back else (old, new))) == [level]


@pytest.mark.parametrize("api", [chat, anthropic])
def test_a_call_that_knows_the_answer_of_the_other_came_after_it(api: Any) -> None:
    calls = api(RIVER, EARLY), api(HILL, LATE, f"To {RIVER} I say: none.")
    assert orders(recording(*calls), recording(*calls[::-1])) == ["behavior"]


@pytest.mark.parametrize("api", [chat, anthropic])
@pytest.mark.parametrize("moments", [(EARLY, LATE), (EARLY, EARLY)])
def test_the_same_calls_in_another_order_are_not_edited(api: Any, moments: tuple[int, int]) -> None:
    calls = [api(RIVER, moments[0]), api(HILL, moments[1])]
    assert compare(recording(*calls), recording(*calls[::-1])).answers == ""


@pytest.mark.parametrize("date", ["", "soon", "Sun, 99 Mar 2030 17:46:40 GMT", "Sun, 17 Mar 99999 17:46:40 GMT"])
def test_a_date_that_is_none(date: str) -> None:
    calls = [anthropic(RIVER, EARLY), anthropic(HILL, LATE)]
    calls[0]["response"]["headers"]["Date"] = [date]
    assert orders(recording(*calls), recording(*calls[::-1])) == ["behavior"]
