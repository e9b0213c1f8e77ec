"""A model that thinks in the place of one that never did is told by its counts, where nothing else tells it."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Recording

RESPONSES = "https://api.openai.com/v1/responses"


def chat(model: str, thought: int) -> dict[str, Any]:
    said = {**answer("It is 18 °C.", usage=(50, 30 + thought)), "model": model}
    said["usage"]["completion_tokens_details"] = {"reasoning_tokens": thought}
    return exchange(question(model=model), said)


def responses(model: str, thought: int) -> dict[str, Any]:
    part = {"type": "output_text", "text": "It is 18 °C.", "annotations": []}
    said = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": model,
        "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}],
        "usage": {
            "input_tokens": 50,
            "output_tokens": 30 + thought,
            "output_tokens_details": {"reasoning_tokens": thought},
            "total_tokens": 80 + thought,
        },
    }
    return exchange({"model": model, "input": "How warm is it?"}, said, url=RESPONSES)


def counts(old: Recording, new: Recording) -> list[str]:
    found = compare(old, new).findings
    return [each.message for each in found if each.level != "noise" and each.rule == "usage-changed"]


@pytest.mark.parametrize("call", [chat, responses])
def test_another_model_that_thinks(call: Any) -> None:
    silent, thinking = recording(call("gpt-8", 0)), recording(call("gpt-9", 90))
    assert counts(silent, thinking) == ["token counts changed: reasoning 0 → 90"]
    assert counts(thinking, silent) == ["token counts changed: reasoning 90 → 0"]


@pytest.mark.parametrize("call", [chat, responses])
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ((0,), (20,), "so little is chance"),
        ((80, 0), (80, 90), "a model that thinks at times does so as it likes"),
        ((300,), (90,), "both think"),
    ],
)
def test_thinking_that_is_none_of_the_other_models_news(call: Any, old: Any, new: Any, why: str) -> None:
    sides = (recording(*(call(model, thought) for thought in side)) for model, side in (("gpt-8", old), ("gpt-9", new)))
    assert counts(*sides) == [], why
