"""A request of a batch that fails, or no longer does, is one finding: not its fields, its counts and its files."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import answer, exchange, recording

from cassette_tools.diff import compare
from cassette_tools.diff.values.batch_items import items_of

BATCH = "https://api.anthropic.com/v1/messages/batches/msgbatch_01"
OPENAI = "https://api.openai.com/v1"


def got(url: str, body: Any) -> Any:
    asked = exchange("", body if isinstance(body, str) else json.dumps(body), url=url)
    asked["request"]["method"] = "GET"
    return asked


def lines(*items: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in items)


def anthropic(*failing: str) -> Any:
    def item(name: str) -> Any:
        if name in failing:
            error = {"type": "error", "error": {"type": "api_error", "message": "Out of order"}}
            return {"custom_id": name, "result": {"type": "errored", "error": error}}
        message = {
            "id": f"msg_{name}",
            "type": "message",
            "role": "assistant",
            "content": [{"type": "text", "text": "6"}],
        }
        return {"custom_id": name, "result": {"type": "succeeded", "message": message}}

    counts = {"processing": 0, "succeeded": 3 - len(failing), "errored": len(failing)}
    batch = {"id": "msgbatch_01", "type": "message_batch", "processing_status": "ended", "request_counts": counts}
    return recording(got(BATCH, batch), got(f"{BATCH}/results", lines(*map(item, ("r0", "r1", "r2")))))


def openai(*failing: str) -> Any:
    """Which has a file of its own for those that failed."""
    batch = {
        "id": "batch_1",
        "object": "batch",
        "status": "completed",
        "output_file_id": "file-11",
        "error_file_id": "file-22" if failing else None,
        "request_counts": {"total": 3, "completed": 3 - len(failing), "failed": len(failing)},
    }
    good = [
        {
            "id": f"batch_req_{name}",
            "custom_id": name,
            "response": {"status_code": 200, "body": answer("6")},
            "error": None,
        }
        for name in ("r0", "r1", "r2")
        if name not in failing
    ]
    error = {"error": {"message": "Out of order", "type": "api_error"}}
    bad = [
        {"id": f"batch_req_{name}", "custom_id": name, "response": {"status_code": 500, "body": error}}
        for name in failing
    ]
    files = [got(f"{OPENAI}/files/file-11/content", lines(*good))]
    files += [got(f"{OPENAI}/files/file-22/content", lines(*bad))] if failing else []
    return recording(got(f"{OPENAI}/batches/batch_1", batch), *files)


def xai(*failing: str) -> Any:
    """Whose results are a list in one document."""

    def item(name: str) -> Any:
        answered = {"response": {"chat_get_completion": answer("6")}}
        error = {"error": {"type": "api_error", "message": "Out of order"}}
        return {"batch_request_id": name, "batch_result": error if name in failing else answered}

    state = {"num_requests": 3, "num_success": 3 - len(failing), "num_error": len(failing)}
    results = {"results": [item(name) for name in ("r0", "r1", "r2")], "pagination_token": None}
    url = "https://api.x.ai/v1/batches/batch_1"
    return recording(got(url, {"batch_id": "batch_1", "state": state}), got(f"{url}/results", results))


@pytest.mark.parametrize("api", [anthropic, openai, xai], ids=["Anthropic", "OpenAI", "xAI"])
@pytest.mark.parametrize(
    ("old", "new", "level", "words"),
    [
        ((), ("r0",), "breaking", "request r0 of the batch now fails: Out of order (api_error)"),
        (("r0",), (), "behavior", "request r0 of the batch no longer fails; the error was: Out of order (api_error)"),
        ((), ("r0", "r2"), "breaking", "requests r0, r2 of the batch now fail: Out of order (api_error)"),
    ],
    ids=["fails", "recovers", "two fail"],
)
def test_a_request_that_fails_or_recovers_is_one_finding(api: Any, old: Any, new: Any, level: str, words: str) -> None:
    found = [each for each in compare(api(*old), api(*new)).findings if each.level != "noise"]
    assert [(each.level, each.message.partition(" (")[0]) for each in found] == [(level, words.partition(" (")[0])]
    assert found[0].message.startswith(words)


def test_one_that_fails_and_one_that_recovers_are_two() -> None:
    found = [each.rule for each in compare(anthropic("r0"), anthropic("r1")).findings if each.level != "noise"]
    assert found == ["error-appeared", "error-vanished"]


def test_another_answer_beside_one_that_fails_is_told_as_well() -> None:
    old, new = (
        recording(
            got(
                f"{BATCH}/results",
                lines(
                    {"custom_id": "r0", "result": {"type": "errored" if number else "succeeded"}},
                    {"custom_id": "r1", "result": {"type": "succeeded", "message": {"text": f"It is {number} °C."}}},
                ),
            )
        )
        for number in (0, 1)
    )
    found = [(each.rule, each.path) for each in compare(old, new).findings if each.level != "noise"]
    assert found == [
        ("error-appeared", "interactions[0].response.body.results"),
        ("text-facts-changed", "interactions[0].response.body.results[r1].result.message.text"),
    ]


@pytest.mark.parametrize("api", [anthropic, openai, xai], ids=["Anthropic", "OpenAI", "xAI"])
def test_the_same_results_are_no_drift(api: Any) -> None:
    assert [each for each in compare(api("r1"), api("r1")).findings if each.level != "noise"] == []


@pytest.mark.parametrize(
    ("text", "failures", "why"),
    [
        ('{"custom_id": "a", "result": {"type": "succeeded"}}\n', {"a": ""}, "Anthropic"),
        ('{"custom_id": "a", "result": {"type": "expired"}}\n', {"a": "expired"}, "Anthropic: no error, no answer"),
        ('{"custom_id": "a", "response": {"status_code": 429, "body": {}}}\n', {"a": "status 429"}, "OpenAI"),
        ('{"key": "a", "error": {"code": 3, "message": "No"}}\n', {"a": "No (3)"}, "Gemini"),
        ('{"results": [{"batch_request_id": "a", "batch_result": {"error": {"code": 429}}}]}', {"a": "429"}, "xAI"),
        ('{"results": [{"key": "a", "value": 1}]}', None, "a list of something else"),
        ('{"key": "a", "value": 1}\n', None, "no result"),
        ('{"custom_id": "a", "result": {}}\n{"custom_id": "a", "result": {}}\n', None, "one name twice"),
        ('{"custom_id": "a", "result": {}\n', None, "half a line"),
        ("", None, "nothing"),
    ],
)
def test_what_a_line_says(text: str, failures: Any, why: str) -> None:
    found = items_of(text)
    assert (found and {name: each.failure for name, each in found.items()}) == failures, why


def made(names: tuple[str, ...], *failing: str, **params: Any) -> Any:
    """A batch from the request that makes it, to its results."""
    requests = [{"custom_id": name, "params": {"model": "claude-9", "max_tokens": 64, **params}} for name in names]
    created = exchange(
        {"requests": requests},
        {"id": "msgbatch_01", "type": "message_batch", "processing_status": "in_progress"},
        url="https://api.anthropic.com/v1/messages/batches",
    )

    def item(name: str) -> Any:
        words = "`max_tokens` must be greater than `thinking.budget_tokens`."
        error = {"type": "error", "error": {"type": "invalid_request_error", "message": words}}
        message = {"id": f"msg_{name}", "type": "message", "content": [{"type": "text", "text": "6"}]}
        failed = {"type": "errored", "error": error}
        good = {"type": "succeeded", "message": message}
        return {"custom_id": name, "result": failed if name in failing else good}

    return recording(created, got(f"{BATCH}/results", lines(*map(item, names))))


ASKED = "request (requests[0].params.max_tokens, requests[0].params.thinking)"


def test_requests_of_other_names_are_paired_in_their_order() -> None:
    """And who is the cause of a result stands where the batch was made."""
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 8192}, "max_tokens": 32}
    old, new = made(("0",)), made(("chat-0",), "chat-0", **thinking)
    failed = "of the batch now fails: `max_tokens` must be greater … (invalid_request_error)"
    mended = "of the batch no longer fails; the error was: `max_tokens` must be greater … (invalid_request_error)"
    for sides, rule, message in (
        ((old, new), "error-appeared", f"request chat-0 {failed}"),
        ((new, old), "error-vanished", f"request chat-0 {mended}"),
    ):
        found = [each for each in compare(*sides).findings if each.level != "noise" and ".response." in each.path]
        assert [(each.rule, each.message, each.evidence) for each in found] == [(rule, message, ASKED)]


def test_requests_of_other_names_and_another_number_are_not_paired() -> None:
    found = compare(made(("a", "b"), "b"), made(("c",))).findings
    told = [each.rule for each in found if each.level != "noise" and ".response." in each.path]
    assert "error-vanished" not in told
