"""A request that differs in the ids of its history alone is not formatted differently."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import CALL, answer, exchange, question, recording

from cassette_tools.diff import compare

CLAUDE = "https://api.anthropic.com/v1/messages"


def chat(name: str) -> Any:
    call = {**CALL, "id": name}
    history = (
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": name, "content": "18 C"},
    )
    return [exchange(question(), answer(calls=[call])), exchange(question(*history), answer("It is 18 °C."))]


def messages(name: str) -> Any:
    use = {"type": "tool_use", "id": name, "name": "look", "input": {}}
    asked = [{"role": "user", "content": "How warm?"}]
    history = [
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": name, "content": "18 C"}]},
    ]

    def call(said: Any, *turns: Any) -> Any:
        body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": [said]}
        return exchange({"model": "claude-9", "max_tokens": 99, "messages": [*asked, *turns]}, body, url=CLAUDE)

    return [call(use), call({"type": "text", "text": "It is 18 °C."}, *history)]


@pytest.mark.parametrize(
    ("made", "names"),
    [(chat, ("call_Aa1bB2", "call_Zz9yY8")), (messages, ("toolu_Aa1bB2", "toolu_Zz9yY8"))],
    ids=["OpenAI", "Anthropic"],
)
def test_other_ids_of_the_history_are_no_other_format(made: Any, names: Any) -> None:
    found = compare(*(recording(*made(name)) for name in names)).findings
    assert {each.rule for each in found if each.origin == "request"} <= {"id-changed"}
    assert [each for each in found if each.level != "noise"] == []


def test_the_same_json_with_other_blanks_is() -> None:
    old, new = (recording(exchange(json.dumps(question(), indent=indent), answer("Yes."))) for indent in (None, 1))
    assert "json-formatting-changed" in {each.rule for each in compare(old, new).findings}
