"""An object of the request that switches thinking is one setting; what it ends, or begins, is told with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

if TYPE_CHECKING:
    from cassette_tools.model import Recording

ZAI = "https://api.z.ai/api/paas/v4/chat/completions"
THOUGHT = "The user wants a temperature; in March it is mild there."


def zai(thinking: Any, *, thinks: bool) -> Recording:
    body = answer("It is 18 °C.")
    if thinks:
        body["choices"][0]["message"]["reasoning_content"] = THOUGHT
    return recording(exchange(question(**({"thinking": thinking} if thinking else {})), body, url=ZAI))


def other_gateway(thinking: Any, *, thinks: bool) -> Recording:
    """One that hands the same object on to whoever answers."""
    body = answer("It is 18 °C.")
    if thinks:
        body["choices"][0]["message"]["reasoning_content"] = THOUGHT
    url = "https://llm.example.com/v1/chat/completions"
    return recording(exchange(question(**({"thinking": thinking} if thinking else {})), body, url=url))


def told(old: Recording, new: Recording) -> list[tuple[str, str]]:
    found = compare(old, new).findings
    return [(each.rule, each.message) for each in found if each.level != "noise"]


KEPT, OFF, ON = {"clear_thinking": False}, {"type": "disabled"}, {"type": "enabled"}
ENDS = "; the answer no longer has reasoning, which was in reasoning_content"
BEGINS = "; the answer now has reasoning, in reasoning_content"


@pytest.mark.parametrize("api", [zai, other_gateway])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(KEPT, OFF, id="another field in its place"),
        pytest.param({**KEPT, **ON}, OFF, id="the switch, and what stands beside it"),
    ],
)
def test_the_fields_of_a_switch_are_one(api: Any, old: Any, new: Any) -> None:
    sides = [json.dumps(side) for side in (old, new)]
    ended = f"thinking {sides[0]} became {sides[1]}{ENDS}"
    assert told(api(old, thinks=True), api(new, thinks=False)) == [("request-parameter-changed", ended)]
    began = f"thinking {sides[1]} became {sides[0]}{BEGINS}"
    assert told(api(new, thinks=False), api(old, thinks=True)) == [("request-parameter-changed", began)]


@pytest.mark.parametrize("api", [zai, other_gateway])
def test_one_field_of_a_switch(api: Any) -> None:
    """Where nothing is said of it a model thinks as it likes; told not to, it does not."""
    ended = ("request-field-added", f"the request now has thinking.type: disabled{ENDS}")
    assert told(api(KEPT, thinks=True), api({**KEPT, **OFF}, thinks=False)) == [ended]


@pytest.mark.parametrize("api", [zai, other_gateway])
def test_what_is_contrary_to_the_switch_does_not_follow(api: Any) -> None:
    """It is told not to think, and thinks now."""
    rules = [rule for rule, _ in told(api(KEPT, thinks=False), api(OFF, thinks=True))]
    assert sorted(rules) == ["reasoning-appeared", "request-parameter-changed"]
