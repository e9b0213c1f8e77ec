"""What an error says beside its sentence is told with it, and a model that never answered is no longer served by nobody."""

from __future__ import annotations

from typing import Any

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

MISSING, UNKNOWN = "The model gpt-9-mini does not exist.", "The model gpt-9-mini does not exist, or you may not use it."


def refused(status: int, message: str, param: str | None = "model", **more: Any) -> Any:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": "model_not_found", **more}
    return recording(exchange(question(), {"error": error}, status=status))


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    return [(each.rule, each.message, each.evidence) for each in compare(old, new).findings if each.level != "noise"]


RAISED = "status 400 became 404: typed SDKs raise another exception; the error changed: "
SENTENCE = f'"{MISSING}" → "{UNKNOWN}"'


def test_a_member_that_is_null_now_is_told_beside_the_status() -> None:
    old, new = refused(400, MISSING), refused(404, UNKNOWN, None)
    words = f'{RAISED}{SENTENCE}, param is null now (was "model")'
    assert told(old, new) == [("status-changed", words, "provider")]


def test_a_member_is_told_beside_the_sentence() -> None:
    old, new = refused(400, MISSING), refused(400, UNKNOWN, "input")
    assert told(old, new) == [("error-changed", f'the error changed: {SENTENCE}, param "model" → "input"', "provider")]


def test_details_are_folded_in_sight() -> None:
    old, new = refused(400, MISSING), refused(404, UNKNOWN, details=[{"reason": "gone"}])
    words = f"{RAISED}{SENTENCE} (1 consequence folded: error.details)"
    assert told(old, new) == [("status-changed", words, "provider")]
    [details] = [each for each in compare(old, new).findings if each.caused_by and each.rule == "wire-detail-changed"]
    assert details.path == "interactions[0].response.body.error.details"


def test_only_a_model_that_answered_is_no_longer_served() -> None:
    served, gone = recording(exchange(question(), answer("18 C"))), refused(404, UNKNOWN)
    assert [each[::2] for each in told(served, gone)] == [
        ("status-class-changed", "provider (the model is no longer served)")
    ]
    assert [each[::2] for each in told(gone, served)] == [
        ("status-class-changed", "provider (the model is served now)")
    ]
