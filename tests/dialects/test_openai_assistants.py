"""Streamed runs of the Assistants API: messages, steps, how they end; and streams that others took for theirs."""

from __future__ import annotations

from typing import Any

import pytest
from plain_calls import call, events

from cassette_tools.dialects import DIALECTS
from cassette_tools.model import Refusal, ServerToolCall, ServerToolCallResponse, Text, ToolCall, ToolCallResponse

URL = "https://api.openai.com/v1/threads/thread_1/runs"


def run(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "run_1", "object": "thread.run", "status": status, "model": "gpt-4o-mini", **more}


def delta(content: list[dict[str, Any]], name: str = "msg_1") -> dict[str, Any]:
    return {"id": name, "object": "thread.message.delta", "delta": {"content": content}}


def step(calls: list[dict[str, Any]], name: str = "step_1") -> dict[str, Any]:
    details = {"type": "tool_calls", "tool_calls": calls}
    return {"id": name, "object": "thread.run.step.delta", "delta": {"step_details": details}}


def words(value: str) -> dict[str, Any]:
    return {"index": 0, "type": "text", "text": {"value": value}}


def test_what_is_said_in_pieces() -> None:
    said = call(URL, {"stream": True}, stream=events(run("queued"), delta([words("It ")]), delta([words("is.")]), run("completed"), "[DONE]"))  # fmt: skip
    assert (said.dialect, said.complete, said.response_id, said.response_model) == (
        "openai.assistants", True, "run_1", "gpt-4o-mini",
    )  # fmt: skip
    assert said.output_messages[0].parts == (Text(content="It is."),)
    assert [(piece.start, piece.event_index) for piece in said.trace["/messages/0/content/0/text/value"]] == [(0, 1), (3, 2)]  # fmt: skip


def test_calls_and_the_tools_that_openai_runs() -> None:
    said = call(
        URL,
        {"stream": True},
        stream=events(
            run("queued", tools=[{"type": "function", "function": {"name": "look"}}]),
            step([{"index": 0, "id": "c1", "type": "code_interpreter", "code_interpreter": {"input": "1+", "outputs": []}}]),
            step([{"index": 0, "code_interpreter": {"input": "1", "outputs": [{"index": 0, "type": "logs", "logs": "2"}]}}]),
            step([{"index": 1, "id": "c2", "type": "function", "function": {"name": "look", "arguments": ""}}]),
            step([{"index": 1, "function": {"arguments": '{"a":'}}]),
            step([{"index": 1, "function": {"arguments": "1}"}}]),
            run("requires_action"),
        ),
    )  # fmt: skip
    message = said.output_messages[0]
    assert message.parts == (
        ServerToolCall(id="c1", name="code_interpreter", server_tool_call={"input": "1+1"}),
        ServerToolCallResponse(id="c1", server_tool_call_response=[{"type": "logs", "logs": "2"}]),
        ToolCall(id="c2", name="look", arguments={"a": 1}, raw_arguments='{"a":1}'),
    )
    assert (message.finish_reason, message.native_finish_reason) == ("tool_call", "requires_action")
    assert [tool.name for tool in said.tools] == ["look"]


@pytest.mark.parametrize(
    ("last", "complete", "finish", "native"),
    [
        (run("completed"), True, "stop", "completed"),
        (run("requires_action"), True, "tool_call", "requires_action"),
        (run("incomplete", incomplete_details={"reason": "max_completion_tokens"}), True, "length", "max_completion_tokens"),
        (run("expired"), True, "error", "expired"),
        (run("cancelled"), True, "error", "cancelled"),
        (run("in_progress"), False, None, None),
        ("[DONE]", True, None, None),
    ],
)  # fmt: skip
def test_how_a_run_ends(last: Any, complete: bool, finish: str | None, native: str | None) -> None:
    said = call(URL, {"stream": True}, stream=events(run("queued"), delta([words("Hi")]), last))
    message = said.output_messages[0]
    assert (said.complete, message.finish_reason, message.native_finish_reason) == (complete, finish, native)
    assert (said.cut is None) is complete


def test_a_run_that_fails() -> None:
    told = {"code": "rate_limit_exceeded", "message": "You are too quick"}
    said = call(URL, {"stream": True}, stream=events(run("queued"), run("failed", last_error=told)))
    assert said.error is not None
    assert (said.error.code, said.error.message, said.error.event_index) == ("rate_limit_exceeded", "You are too quick", 1)  # fmt: skip
    assert said.complete


def test_refusals_and_what_tools_gave_back() -> None:
    refused = {"index": 0, "type": "refusal", "refusal": "No."}
    said = call(
        URL + "/run_1/submit_tool_outputs",
        {"stream": True, "tool_outputs": [{"tool_call_id": "c2", "output": "fish"}]},
        stream=events(run("queued"), delta([refused]), run("completed")),
    )
    assert said.output_messages[0].parts == (Refusal(content="No."),)
    assert said.input_messages[0].parts == (ToolCallResponse(id="c2", response="fish"),)


@pytest.mark.parametrize(
    "value",
    [
        run("queued", metadata={}),
        {"event_type": "interaction.created", "metadata": {"usage": {}}},
        {"metadata": {"a": 1}},
        {"messageStart": "a text"},
    ],
)
def test_the_word_metadata_is_everybodys(value: dict[str, Any]) -> None:
    assert [name for name in DIALECTS.names() if name.startswith("bedrock") and _knows(name, value)] == []


def _knows(name: str, value: dict[str, Any]) -> bool:
    from cassette_tools.model import Body, Interaction, Request, Response

    body = Body(text="x", stream="sse", events=events(value, value))
    asked = Request(method="POST", url="https://api.example/v1/things")
    return bool(
        DIALECTS[name].recognize(Interaction(index=0, request=asked, response=Response(status_code=200, body=body)))
    )


def test_writers_completions_have_no_end_and_no_reason() -> None:
    url, asked = "https://api.writer.com/v1/completions", {"model": "palmyra-x4", "prompt": "Hi", "stream": True}
    said = call(url, asked, stream=events({"value": "Good "}, {"value": "day"}))
    assert (said.complete, said.finish_reasons, said.output_messages[0].parts) == (
        True,
        (),
        (Text(content="Good day"),),
    )
    assert [piece.pointer for piece in said.trace["/choices/0/text"]] == ["/value", "/value"]
    whole = call(url, asked, {"choices": [{"text": "Good day", "log_probs": None}], "model": "palmyra-x4"})
    assert (whole.finish_reasons, whole.output_messages[0].parts) == ((), (Text(content="Good day"),))
