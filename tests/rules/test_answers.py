"""Answers that are none, under a status of success: what is told of them, at which line, and what looks like them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.cli.fixing import _settings
from cassette_tools.config import LintSettings
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.normalize.engine import normalized
from cassette_tools.rules._scenario import Scenario
from cassette_tools.source import Source

CHAT = "https://api.openai.com/v1/chat/completions"
MESSAGES = "https://api.anthropic.com/v1/messages"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent"
EMBEDDINGS = "https://api.openai.com/v1/embeddings"
ABOUT = "record the interaction again, or say in an ignore comment that the scenario is about it"
BODY, STATUS, TYPE = 26, 22, 18  # the lines of an interaction

PAGE = "<!DOCTYPE html><html><head><title>\n502 Bad Gateway</title></head><body>nginx</body></html>"
CUT_PAGE = "<html><body>nginx</body></html>"
COUNTED = {"prompt_tokens": 9, "completion_tokens": 33, "total_tokens": 42}


def chat(content: str | None = "hi", finish: str = "stop", usage: Any = None, **message: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-4o-mini",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
        ],
        "usage": usage or COUNTED,
    }


def claude(content: list[Any], made: int, stop: str = "end_turn") -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "gpt-4o-mini",
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": made},
    }


def told(
    *answers: Any,
    url: str = CHAT,
    kind: str = "application/json",
    status: int = 200,
    name: str = "hello.json",
    method: str = "POST",
    asked: Any = None,
    select: tuple[str, ...] = (),
) -> list[tuple[str, int, str]]:
    """The findings of all rules that are on by default: rule, line and message."""
    interactions = [entry(answer, url=url, kind=kind, status=status, method=method, asked=asked) for answer in answers]
    text = json.dumps({"version": 1, "interactions": interactions}, indent=1)
    found = lint_source(Source.from_bytes(text.encode(), f"/p/{name}"), chosen_rules(LintSettings(select=select)))
    return [(each.rule, each.location.region.line, each.message) for each in found]


def entry(answer: Any, *, url: str, kind: str, status: int, method: str, asked: Any) -> dict[str, Any]:
    """An interaction of VCR.py's; an answer may bring its own status."""
    if isinstance(answer, tuple):
        status, answer = answer
    return {
        "request": {
            "method": method,
            "uri": url,
            "headers": {"Content-Type": ["application/json"]},
            "body": json.dumps(asked or {"model": "gpt-4o-mini", "messages": []}),
        },
        "response": {
            "headers": {"Content-Type": [kind]},
            "status": {"code": status, "message": ""},
            "body": {"string": answer if isinstance(answer, str) else json.dumps(answer)},
        },
    }


@pytest.mark.parametrize(
    ("answer", "url", "kind", "words"),
    [
        (PAGE, MESSAGES, "text/html", "its answer is a page of HTML (“502 Bad Gateway”), none of a model's"),
        (CUT_PAGE, MESSAGES, "text/html", "its answer is a page of HTML, none of a model's"),
        ({}, MESSAGES, "application/json", "its answer is `{}`, nothing of a model's"),
        ("null", CHAT, "application/json", "its answer is `null`, nothing of a model's"),
        ("{}", EMBEDDINGS, "application/json", "its answer is `{}`, nothing of a model's"),
        ({**chat(), "choices": []}, CHAT, "application/json", "its answer has no choice (`choices` is empty)"),
        ({"candidates": []}, GEMINI, "application/json", "its answer has no choice (`candidates` is empty)"),
        (claude([], 69), MESSAGES, "application/json", "its message is empty, although 69 tokens were counted for it"),
        (chat(""), CHAT, "application/json", "its message is empty, although 33 tokens were counted for it"),
        ("data: [DONE]\n\n", CHAT, "text/event-stream", "its stream holds nothing but its end, `[DONE]`"),
    ],
)
def test_an_answer_that_is_none(answer: Any, url: str, kind: str, words: str) -> None:
    assert told(answer, url=url, kind=kind) == [("empty-answer", BODY, f"the call succeeded, and {words}: {ABOUT}")]
    assert told(answer, url=url, kind=kind, name="test_empty_response.json") == []


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        (chat("", usage={"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}), CHAT),
        (claude([], 2), MESSAGES),  # has nothing to add after a tool's result
        (claude([], 40, "stop_sequence"), MESSAGES),
        (chat("", "length"), CHAT),
        (chat("", "content_filter"), CHAT),
        (chat(None, refusal="I cannot."), CHAT),
        (chat(None, reasoning_content="Hm."), CHAT),
        (chat("", usage={**COUNTED, "completion_tokens_details": {"reasoning_tokens": 30}}), CHAT),
        (chat(None, "tool_calls", tool_calls=[{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]), CHAT),
        ({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}, CHAT),
        ({"promptFeedback": {"blockReason": "SAFETY"}, "candidates": []}, GEMINI),
        ({"object": "list", "data": [], "model": "m", "usage": {"prompt_tokens": 0, "total_tokens": 0}}, EMBEDDINGS),
        ({"id": "m", "results": []}, "https://api.openai.com/v1/moderations"),
        ("{}", "https://api.example.com/v1/telemetry"),
        (PAGE, "https://www.example.com/"),
    ],
)  # fmt: skip
def test_answers_that_say_little(answer: Any, url: str) -> None:
    assert [rule for rule, *_ in told(answer, url=url) if rule == "empty-answer"] == []


def test_chunks_without_a_choice() -> None:
    """Azure begins a stream with what its filter says of the prompt, and OpenAI ends one with the counts."""
    chunk = {"id": "c", "object": "chat.completion.chunk", "model": "gpt-4o-mini"}
    said = {"index": 0, "delta": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}
    events = [
        {**chunk, "choices": [], "prompt_filter_results": []},
        {**chunk, "choices": [said]},
        {**chunk, "choices": [], "usage": COUNTED},
    ]
    stream = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    assert told(stream, kind="text/event-stream", asked={"model": "gpt-4o-mini", "messages": [], "stream": True}) == []


@pytest.mark.parametrize("status", [204, 202])
def test_statuses_without_an_answer(status: int) -> None:
    assert told("{}", status=status) == []


def test_a_stream_of_comments() -> None:
    message = f"the stream was cut before its first event: no chunk is whole; {ABOUT}"
    assert told(": ping\n\n: ping\n\n", kind="text/event-stream") == [("stream-truncated", BODY, message)]
    assert told(": ping\n\n", kind="text/event-stream", name="test_stream_aborted.json") == []
    assert told(": ping\n\n", kind="text/event-stream", url="https://a.example.com/events", method="GET") == []


# --- errors under 200 ------------------------------------------------------------------------------------------------

LIMIT = {"error": {"message": "Rate limit reached", "type": "tokens", "code": "rate_limit_exceeded"}}
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
EXHAUSTED = {"error": {"code": 429, "message": "Resource exhausted", "status": "RESOURCE_EXHAUSTED"}}
NO_KEY = {
    "error": {"message": "Incorrect API key provided: sk-…", "type": "invalid_request_error", "code": "invalid_api_key"}
}
NO_FIELD = {"error": {"message": "messages is wrong", "type": "invalid_request_error", "code": None}}
FILTERED = {"error": {"message": "The prompt was filtered", "type": None, "code": "content_filter", "status": 400}}


@pytest.mark.parametrize(
    ("answer", "url", "words"),
    [
        (LIMIT, CHAT, "Rate limit reached"),
        (OVERLOADED, MESSAGES, "Overloaded"),
        (EXHAUSTED, GEMINI, "Resource exhausted"),
    ],
)
def test_a_passing_error_under_success(answer: Any, url: str, words: str) -> None:
    message = f"the answer is a failure that passes by itself, although its status is 200: “{words}”: {ABOUT}"
    assert told(answer, url=url) == [("error-status-recorded", BODY, message)]
    assert told(answer, url=url, name="test_rate_limited.json") == []
    assert told(answer, chat(), url=url) == []  # tried again


@pytest.mark.parametrize(
    ("answer", "words", "mend"),
    [
        (NO_KEY, "Incorrect API key provided: sk-…", "a key and a model that are"),
        (NO_FIELD, "messages is wrong", "a request that is"),
        (FILTERED, "The prompt was filtered", "a request that is"),
    ],
)
def test_a_lasting_error_under_success(answer: Any, words: str, mend: str) -> None:
    message = (
        f"the call failed, although its status is 200: “{words}”, in a scenario whose name speaks of no failure; record "
        f"the interaction again with {mend} accepted, or say in an ignore comment that the scenario is about it"
    )
    assert told(answer) == [("client-error-recorded", BODY, message)]
    assert told(answer, name="test_invalid_key.json") == []


def test_a_filter_that_is_meant() -> None:
    assert told(FILTERED, name="test_prompt_content_filtering.json") == []
    assert len(told(NO_FIELD, name="test_prompt_content_filtering.json")) == 1


@pytest.mark.parametrize("answer", [{**chat(), "error": None}, {**chat(), "error": {}}])
def test_an_error_that_is_none(answer: Any) -> None:
    assert told(answer) == []


# --- failures beside a success, and of requests that only read -------------------------------------------------------

MALFORMED = {"message": "Malformed input request: required key [toolUse] not found"}
INVOKE = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1:0/invoke"
ASKED = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 8, "messages": [{"role": "user", "content": "Hi"}]}
GONE = {"error": {"message": "No such File object: file-1", "type": "invalid_request_error"}}
FILES = "https://api.openai.com/v1/files/file-1"


@pytest.mark.parametrize(
    ("attempts", "count"),
    [
        ([(429, LIMIT)] * 5 + [chat()], 1),
        ([(429, LIMIT)] * 3 + [chat()], 1),
        ([(429, LIMIT)] * 2 + [chat()], 0),  # what SDKs do by themselves
    ],
)
def test_attempts_before_an_answer(attempts: list[Any], count: int) -> None:
    failed = len(attempts) - 1
    message = (
        f"the request fails {failed} times (429 Too Many Requests) before it succeeds, and each replay goes through "
        "that and the waiting: take these attempts out, record the interaction again, or say in an ignore comment that "
        "the scenario is about it"
    )
    assert told(*attempts) == [("error-status-recorded", STATUS, message)] * count
    assert told(*attempts, name="test_retries.json") == []


def test_trials_before_an_answer() -> None:
    trial = entry((400, MALFORMED), url=INVOKE, kind="application/json", status=200, method="POST", asked=ASKED)
    good = {**trial, "response": {**trial["response"], "status": {"code": 200, "message": ""}}}
    good["response"]["body"] = {"string": json.dumps(claude([{"type": "text", "text": "hi"}], 9))}
    other = {**good, "request": {**good["request"], "body": json.dumps({**ASKED, "max_tokens": 9})}}

    def said(*entries: Any) -> list[tuple[str, int, str]]:
        text = json.dumps({"version": 1, "interactions": entries}, indent=1)
        chosen = chosen_rules(LintSettings(select=("client-error-recorded",)))
        found = lint_source(Source.from_bytes(text.encode(), "/p/hello.json"), chosen)
        return [(each.rule, each.location.region.line, each.message) for each in found]

    message = (
        "the form of the request was refused (400 Bad Request): “Malformed input request: required key [toolUse] not "
        "found” (also in interaction 1), before one of another form succeeded: nothing plays such trials; take them "
        "out, or record the interaction again"
    )
    assert said(trial, trial, other) == [("client-error-recorded", STATUS, message)]
    assert said(trial, good) == []  # the same request, tried again


@pytest.mark.parametrize(
    ("answers", "count"),
    [
        ([(404, GONE)], 1),
        ([(404, GONE), (404, GONE)], 1),  # told once
        ([(401, NO_KEY)], 1),
        ([(403, GONE)], 1),
        ([(404, GONE), {"id": "file-1"}], 0),  # the client waits until it is there
        ([{"id": "file-1"}, (404, GONE)], 0),  # it was deleted
        ([{"id": "file-1"}, (401, NO_KEY)], 1),
        ([(401, NO_KEY), {"id": "file-1"}], 0),
        ([(400, GONE)], 0),
    ],
)
def test_refusals_of_what_only_reads(answers: list[Any], count: int) -> None:
    found = told(*answers, url=FILES, method="GET")
    assert [rule for rule, *_ in found] == ["client-error-recorded"] * count
    assert told(*answers, url=FILES, method="GET", name="test_file_not_found.json") == []
    assert told(*answers, url="https://a.example.com/files/1", method="GET") == []  # whose API that is, nobody knows


# --- what Content-Type says ------------------------------------------------------------------------------------------

STREAM = f"data: {json.dumps({**chat(), 'object': 'chat.completion.chunk', 'choices': [{'index': 0, 'delta': {'content': 'a'}, 'finish_reason': 'stop'}]})}\n\ndata: [DONE]\n\n"  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            STREAM,
            "application/json; charset=utf-8",
            "the body is a stream of events, and Content-Type says application/json: write text/event-stream",
        ),
        (
            chat(),
            "text/event-stream",
            "the body is one JSON document, and Content-Type says text/event-stream: write application/json",
        ),
    ],
)
def test_a_stream_that_is_said_to_be_json_and_the_reverse(answer: Any, kind: str, words: str) -> None:
    message = f"{words}, or record the interaction again"
    asked = {"model": "gpt-4o-mini", "messages": [], "stream": answer is STREAM}
    assert told(answer, kind=kind, asked=asked) == [("content-type-mismatch", TYPE, message)]
    assert told(answer, kind=kind, asked=asked, name="wrong_content_type.json") == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (STREAM, "text/event-stream"),
        (STREAM, "text/plain"),
        (chat(), "text/plain"),
        (chat(), "application/json"),
        ((400, NO_FIELD), "text/event-stream"),
        (": ping\n\n", "application/json"),
    ],
)
def test_types_that_fit_or_say_nothing(answer: Any, kind: str) -> None:
    assert told(answer, kind=kind, select=("content-type-mismatch",)) == []


# --- scenarios that are about the defect -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("anthropic_completion_stream_malformed.yaml", "stream-truncated"),
        ("stream_truncated.yaml", "stream-truncated"),
        ("test_unexpected_eof.yaml", "stream-truncated"),
        ("test_incomplete_stream.yaml", "stream-truncated"),
        ("TestStreamWithoutDone.yaml", "stream-truncated"),
        ("truncated/hello.yaml", "stream-truncated"),
        ("anthropic_completion_tools_stream_no_content_block_start.yaml", "stream-events-out-of-order"),
        ("events_out_of_order.yaml", "stream-events-out-of-order"),
        ("missing_finish_reason.yaml", "finish-reason-missing"),
        ("finish_reason_missing.yaml", "finish-reason-missing"),
        ("invalid_json_body.yaml", "body-not-json"),
        ("test_malformed_tool_arguments.yaml", "tool-arguments-not-json"),
        ("test_response_without_usage.yaml", "usage-missing"),
        ("test_model_fallback.yaml", "response-model-mismatch"),
        ("test_unknown_tool_called.yaml", "undeclared-tool-called"),
    ],
)
def test_names_that_speak_of_the_very_defect(name: str, rule: str) -> None:
    assert Scenario(f"/p/{name}").is_about(rule)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("test_error_in_stream.yaml", "stream-truncated"),
        ("truncation_auto.yaml", "stream-truncated"),
        ("test_stream_with_events_with_no_content.yaml", "stream-events-out-of-order"),
        ("test_stream_with_events_with_no_content.yaml", "stream-truncated"),
        ("test_stream_with_events_with_no_content.yaml", "usage-missing"),
        ("test_malformed_request.yaml", "content-length-mismatch"),
        ("stream_truncated.yaml", "content-type-mismatch"),
        ("test_tools_streaming_variant_a.yaml", "finish-reason-missing"),
        ("stream-truncated/bad.yaml", "stream-truncated"),  # a folder that is called as the rule is the linter's own
        ("secret_leaked.yaml", "secret-in-body"),
    ],
)
def test_names_that_speak_of_something_else(name: str, rule: str) -> None:
    assert not Scenario(f"/p/{name}").is_about(rule)


def test_a_comment_in_a_scenario_that_says_the_same_is_not_in_vain() -> None:
    body = 'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"}}]}'
    content = f"""\
# cassette: ignore[stream-truncated] the test is about it
version: 1
interactions:
- request: {{method: POST, uri: '{CHAT}', headers: {{}}, body: '{{"stream":true}}'}}
  response:
    status: {{code: 200, message: OK}}
    headers: {{}}
    body:
      string: '{body}'
"""
    chosen = chosen_rules(LintSettings(select=("stream-truncated", "unused-suppression")))
    assert lint_source(Source.from_bytes(content.encode(), "/p/stream_truncated.yaml"), chosen) == ()


# --- lengths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said", "text", "count"),
    [
        (CHAT, len('{"a":1,"b":[2]}') + 1, '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}', 0),  # Go ends JSON with a newline
        (CHAT, len('{"a":1,"b":[2]}'), '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}', 0),
        (CHAT, len('{"a":1,"b":[2]}') + 2, '{\n  "a": 1,\n  "b": [\n    2\n  ]\n}', 1),
        ("https://httpbin.org/ip", 32, '{\n  "origin": "217.122.164.194"\n}', 0),  # was 10.0.0.1, say
        ("https://httpbin.org/ip", 80, '{\n  "origin": "217.122.164.194"\n}', 1),
        ("http://example.com/", 438, "example.com response", 0),
        ("http://example.com/functions", 438, '{"id": "f1"}', 1),  # a host that was renamed
        ("http://localhost:3000/", 438, "localhost response", 0),
        ("https://api.acme.io/", 438, "another response", 1),
    ],
)
def test_lengths_of_answers(url: str, said: int, text: str, count: int) -> None:
    answered = entry(text, url=url, kind="text/plain", status=200, method="GET", asked=None)
    answered["response"]["headers"]["Content-Length"] = [str(said)]
    content = json.dumps({"version": 1, "interactions": [answered]}).encode()
    chosen = chosen_rules(LintSettings(select=("content-length-mismatch",)))
    assert len(lint_source(Source.from_bytes(content, "/p/hello.json"), chosen)) == count


@pytest.mark.parametrize(
    ("body", "headers", "count"),
    [
        ({"type": "completion", "completion": " hi", "stop_reason": "stop_sequence", "stop": "\n"}, {}, 0),
        (claude([{"type": "text", "text": "hi"}], 9) | {"usage": None}, {}, 1),
        (
            claude([{"type": "text", "text": "hi"}], 9) | {"usage": None},
            {"X-Amzn-Bedrock-Output-Token-Count": ["9"]},
            0,
        ),
    ],
)
def test_counts_in_header_fields(body: Any, headers: Any, count: int) -> None:
    answered = entry(body, url=INVOKE, kind="application/json", status=200, method="POST", asked=None)
    answered["response"]["headers"].update(headers)
    content = json.dumps({"version": 1, "interactions": [answered]}).encode()
    chosen = chosen_rules(LintSettings(select=("usage-missing",)))
    assert len(lint_source(Source.from_bytes(content, "/p/hello.json"), chosen)) == count


def test_a_model_that_answers_for_another_is_told_once() -> None:
    answers = [chat() | {"model": name} for name in ("gpt-4.1", "gpt-4.1", "gpt-5", "gpt-4.1")]
    other = "gpt-4o-mini"
    end = "record the interaction again, or ask for the model that answers"
    assert [message for *_, message in told(*answers, select=("response-model-mismatch",))] == [
        f"`{other}` was asked and `gpt-4.1` answered (also in interactions 1 and 3): {end}",
        f"`{other}` was asked and `gpt-5` answered: {end}",
    ]


# --- mending ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "sizes"),
    [("body", [300, 300, 300, 300]), ("header", [300, 300, 300, -1])],
)
def test_a_fix_changes_only_the_message_that_it_mends(where: str, sizes: list[int]) -> None:
    key = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented

    def side(text: str, **more: Any) -> dict[str, Any]:
        content = {"mimeType": "application/json", "text": text, "size": len(text)}
        return {"headers": [], "headersSize": 300, "bodySize": len(text), "content": content, **more}

    def exchange(secret: str, field: str) -> dict[str, Any]:
        text = json.dumps({"a": secret})
        request = {"method": "GET", "url": "https://a.acme.io/", "headers": [], "headersSize": 300, "bodySize": 0}
        headers = [{"name": "X-Api-Key", "value": field}] if field else []
        return {"request": request, "response": side(text, status=200, headers=headers)}

    entries = [exchange("", ""), exchange(key if where == "body" else "", key if where == "header" else "")]
    content = json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1).encode()
    found = lint_source(Source.from_bytes(content, "a.har"), chosen_rules(LintSettings(select=("secrets",))))
    assert len(found) == 1
    done = json.loads(normalized(Source.from_bytes(content, "a.har"), _settings(list(found), unsafe=False)).content)
    assert key not in json.dumps(done)
    seen = [each[name]["headersSize"] for each in done["log"]["entries"] for name in ("request", "response")]
    assert seen == sizes
