"""A name that a caller chooses from a list is no id, whatever it ends with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, recording, visible


def spoken(**asked: Any) -> Any:
    return recording(exchange({"text": "Hello", **asked}, {"state": "done"}, url="https://api.example.com/v1/speak"))


@pytest.mark.parametrize("name", ["model_id", "voice_id"])
def test_another_one_is_told(name: str) -> None:
    asked = f"interactions[0].request.parameters.{name}"
    assert visible(spoken(**{name: "tulip_1"}), spoken(**{name: "tulip_2"})) == [
        ("behavior", "request-parameter-changed", asked)
    ]


def test_an_id_is_renamed() -> None:
    assert visible(spoken(thread_id="t_1"), spoken(thread_id="t_2")) == []
