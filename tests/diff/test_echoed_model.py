"""A model that an answer gives back as it was asked for follows from the request, wherever the answer names it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, recording, visible

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/{model}:batchGenerateContent"
TUNING = "https://api.openai.com/v1/fine_tuning/jobs"


def batch(model: str, answered: str) -> Any:
    request = {"batch": {"displayName": "orchard", "inputConfig": {"fileName": "files/orchard1"}}}
    body = {"name": "batches/b1", "metadata": {"model": f"models/{answered}", "displayName": "orchard"}}
    return recording(exchange(request, body, url=GEMINI.format(model=model)))


def tuning(model: str, answered: str) -> Any:
    request = {"model": model, "training_file": "file-orchard1"}
    body = {"object": "fine_tuning.job", "id": "ftjob-1", "status": "queued", "details": {"base_model": answered}}
    body["details"]["model"] = answered
    return recording(exchange(request, body, url=TUNING))


@pytest.mark.parametrize("api", [batch, tuning])
def test_the_model_that_is_asked_for(api: Any) -> None:
    rules = [rule for _, rule, path in visible(api("gemini-9", "gemini-9"), api("gemini-9-lite", "gemini-9-lite"))]
    assert rules == ["request-parameter-changed"]


@pytest.mark.parametrize("api", [batch, tuning])
def test_another_model_than_is_asked_for(api: Any) -> None:
    rules = [rule for _, rule, path in visible(api("gemini-9", "gemini-9"), api("gemini-9-lite", "gemini-7-pro"))]
    assert "response-body-changed" in rules
