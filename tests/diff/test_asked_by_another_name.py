"""What explains nothing: a setting under another name, and a header that nothing ties to what came with it."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording


def anthropic(words: str = "Rex", beta: str = "", asked: dict[str, Any] | None = None, **more: Any) -> Any:
    request = {"model": "rose-4", "max_tokens": 9, "messages": [{"role": "user", "content": "Name a dog"}]}
    said = {"id": "msg_1", "type": "message", "role": "assistant", "model": "rose-4", "stop_reason": "end_turn"}
    counts = {"input_tokens": 9, "output_tokens": 9}
    body = {**said, "content": [{"type": "text", "text": words}], "usage": counts, **more}
    made = exchange({**request, **(asked or {})}, body, url="https://api.anthropic.com/v1/messages")
    if beta:
        made["request"]["headers"]["anthropic-beta"] = [beta]
    return recording(made)


def causes(old: Any, new: Any) -> list[tuple[str, str]]:
    """Of what is told of the answer."""
    found = compare(old, new).findings
    return [(each.rule, each.evidence) for each in found if each.level != "noise" and each.origin != "request"]


FORM = {"type": "json_schema", "schema": {"type": "object", "properties": {"name": {"type": "string"}}}}


def test_the_same_schema_under_another_name() -> None:
    old = anthropic('{"name": "Rex"}', asked={"output_format": FORM})
    new = anthropic('{"name": "Bello"}', asked={"output_config": {"format": FORM}})
    assert causes(old, new) == causes(new, old) == [("text-facts-changed", "")]


def test_an_error_may_name_it() -> None:
    said = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    error = {"message": said, "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter"}
    old = exchange(question(), {"error": error}, status=400)
    asked = question()
    asked["max_completion_tokens"] = asked.pop("max_tokens")
    new = exchange(asked, answer("18 C"))
    assert causes(recording(old), recording(new)) == [("status-class-changed", "request (max_completion_tokens)")]


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("context_management", {"applied_edits": []}, "request (the header anthropic-beta)"),
        ("stop_details", None, "request (the header anthropic-beta) or provider"),
    ],
)
def test_a_feature_that_is_tried_out(field: str, value: Any, cause: str) -> None:
    old, new = anthropic(), anthropic(beta="context-management-2025-06-27", **{field: value})
    assert causes(old, new) == [("wire-field-added", cause)]
    assert [each[1] for each in causes(new, old)] == [cause]
