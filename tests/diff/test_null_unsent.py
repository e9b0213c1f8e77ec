"""Null is said of a setting that was sent as null, not of one that was not sent at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording

CHOICE = {"tool_choice": "auto"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            {},
            {"parallel_tool_calls": False},
            ("request-field-added", "the request now has parallel_tool_calls (tool_choice.parallel): false"),
        ),
        (
            {"parallel_tool_calls": False},
            {},
            (
                "request-field-removed",
                "the request no longer has parallel_tool_calls (tool_choice.parallel); it was false",
            ),
        ),
        (
            {"parallel_tool_calls": None},
            {"parallel_tool_calls": False},
            ("request-parameter-changed", "parallel_tool_calls (tool_choice.parallel) is false now (was null)"),
        ),
    ],
)
def test_null_that_was_sent(old: dict[str, Any], new: dict[str, Any], told: tuple[str, str]) -> None:
    sides = (recording(exchange({**question(), **CHOICE, **each}, answer("Warm."))) for each in (old, new))
    assert lines(*sides) == [("behavior", *told)]
