"""Calls that say nothing to a model, of which none answers to another: they are compared as all others are."""

from __future__ import annotations

from typing import Any

from tests.diff.drift_cases import exchange, lines, recording


def asked(name: str) -> Any:
    said = {
        "id": name,
        "object": "batch",
        "endpoint": "/v1/responses",
        "status": "completed",
        "input_file_id": f"file-{name}",
    }
    made = exchange("", said, url=f"https://api.openai.com/v1/batches/{name}")
    made["request"]["method"] = "GET"
    return made


def test_resources() -> None:
    old, new = recording(asked("first"), asked("second")), recording(asked("third"))
    assert [rule for _, rule, _ in lines(old, new)] == ["interaction-removed", "request-url-changed"]
