"""By what name a client finds the result of a request of a batch: another one is told once, unless it was drawn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

BATCHES = "https://api.anthropic.com/v1/messages/batches"


def batch(names: list[str], *, field: str = "custom_id") -> Any:
    questions = [f"What is {number} + {number}?" for number in range(len(names))]
    asked = [
        {field: name, "params": {"model": "claude-9", "messages": [{"role": "user", "content": each}]}}
        for name, each in zip(names, questions, strict=True)
    ]
    made = {"id": "msgbatch_01", "type": "message_batch", "processing_status": "ended"}
    results = [{field: name, "result": {"type": "succeeded", "message": {"text": "It is."}}} for name in names]
    return recording(
        exchange({"requests": asked}, made, url=BATCHES),
        exchange({"get": "all"}, {"results": results}, url=f"{BATCHES}/msgbatch_01/results"),
    )


def said(*words: str) -> list[tuple[str, str, str]]:
    return [("behavior", "request-parameter-changed", each) for each in words]


@pytest.mark.parametrize("field", ["custom_id", "batch_request_id"])
def test_a_name_that_a_client_chose(field: str) -> None:
    old, new = batch(["0"], field=field), batch(["chat-0"], field=field)
    assert lines(old, new) == said(f"requests[0].{field} 0 became chat-0")
    assert lines(new, old) == said(f"requests[0].{field} chat-0 became 0")


def test_the_names_of_all_are_one_line() -> None:
    told = said("custom_id changed: 0 → chat-0, 1 → chat-1, 2 → chat-2, in 3 items of requests")
    assert lines(batch(["0", "1", "2"]), batch(["chat-0", "chat-1", "chat-2"])) == told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("req_a1b2c3d4e5f6", "req_d4e5f6a1b2c3"),
        ("request-1760000000", "request-1770000000"),
        ("6f1c2b34-0a1b-4c2d-8e3f-001122334455", "chat-0"),
    ],
)
def test_a_name_that_was_drawn(old: str, new: str) -> None:
    assert lines(batch([old]), batch([new])) == []
