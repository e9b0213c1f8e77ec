"""Gemini's Interactions API: inputs of every shape, steps, streams of both revisions, ends and failures."""

from __future__ import annotations

from typing import Any

import pytest
from gemini_cases import INTERACTIONS, events, exchange, interacted

from cassette_tools.data.finish_reasons import FINISH_REASONS
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE
from cassette_tools.model import (
    Blob,
    CallError,
    Generic,
    LLMCall,
    Message,
    Problem,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
    Uri,
    Usage,
)

DIALECT = DIALECTS["gemini.interactions"]
ASKED = {"model": "gemini-9", "input": "Hi"}


def asked(body: Any) -> LLMCall:
    return interacted(exchange(body, None, url=INTERACTIONS))


def answered(*steps: Any, status: str = "completed", key: str = "steps", **more: Any) -> LLMCall:
    whole = {"object": "interaction", "id": "v1_1", "model": "gemini-9", "status": status, key: list(steps), **more}
    return interacted(exchange(ASKED, whole, url=INTERACTIONS))


def event(kind: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return kind, {"event_type": kind, "event_id": "e", **more}


def delta(index: int, kind: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return event("step.delta", index=index, delta={"type": kind, **more})


def start(index: int, kind: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return event("step.start", index=index, step={"type": kind, **more})


def completed(status: str = "completed", **more: Any) -> tuple[str, dict[str, Any]]:
    whole = {"id": "v1_1", "object": "interaction", "model": "gemini-9", "status": status, **more}
    return event("interaction.completed", interaction=whole)


CREATED = event("interaction.created", interaction={"id": "v1_1", "model": "gemini-9", "status": "in_progress"})


def streamed(*values: Any, done: bool = True) -> LLMCall:
    body = events(CREATED, *values, *([("done", "[DONE]")] if done else []), end="\n\n")
    return interacted(exchange({**ASKED, "stream": True}, body, url=INTERACTIONS, kind="text/event-stream"))


def parts_of(call: LLMCall) -> tuple[Any, ...]:
    (message,) = call.output_messages
    return message.parts


# --- recognition -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "method", "body", "answer", "certainty"),
    [
        ("https://any.host/x", "GET", {}, {"object": "interaction", "id": "1"}, CERTAIN),
        ("https://any.host/x", "POST", {}, events(CREATED), CERTAIN),
        ("https://any.host/x", "GET", {}, events(delta(0, "text", text="a")), CERTAIN),
        (INTERACTIONS, "POST", ASKED, {"error": {"message": "no", "code": "invalid_request"}}, LIKELY),
        (INTERACTIONS, "POST", {"agent": "a", "input": []}, "", LIKELY),
        (INTERACTIONS, "POST", {"type": 2}, {"error": {}}, 0),
        (INTERACTIONS + "/v1_1", "GET", {}, {"error": {}}, POSSIBLE),
        ("https://chat.example/api/interactions/1/callback", "POST", {"type": 4}, "", 0),
        ("https://any.host/x", "POST", ASKED, "", 0),
    ],
)
def test_recognition(url: str, method: str, body: Any, answer: Any, certainty: int) -> None:
    kind = "text/event-stream" if isinstance(answer, str) else "application/json"
    assert DIALECT.recognize(exchange(body, answer, url=url, method=method, kind=kind)) == certainty


# --- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "Hi",
        {"type": "text", "text": "Hi"},
        [{"type": "text", "text": "Hi"}],
        [{"role": "user", "content": "Hi"}],
        [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}],
        [{"type": "user_input", "content": [{"type": "text", "text": "Hi"}]}],
    ],
)
def test_an_input_of_any_shape(given: Any) -> None:
    call = asked({"model": "gemini-9", "input": given})
    assert call.input_messages == (Message(role="user", parts=(Text(content="Hi"),)),)
    assert call.extra == {}


def test_contents_in_a_row_are_one_turn() -> None:
    image = {"type": "image", "mime_type": "image/png", "uri": "https://a/i", "resolution": "low"}
    call = asked({"model": "gemini-9", "input": [{"type": "text", "text": "Hi"}, image]})
    assert call.input_messages == (
        Message(
            role="user",
            parts=(Text(content="Hi"), Uri(uri="https://a/i", modality="image", mime_type="image/png")),
        ),
    )
    assert call.extra == {"/request/input/1/resolution": "low"}


def test_turns() -> None:
    call = asked(
        {
            "input": [
                {"role": "user", "content": "Hi"},
                {"role": "model", "content": [{"type": "function_call", "id": "1", "name": "f", "arguments": {}}]},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "There:"},
                        {"type": "function_result", "call_id": "1", "name": "f", "result": "5", "novel": 1},
                    ],
                    "other": 2,
                },
            ]
        }
    )
    assert call.input_messages == (
        Message(role="user", parts=(Text(content="Hi"),)),
        Message(role="assistant", native_role="model", parts=(ToolCall(id="1", name="f", arguments={}),)),
        Message(
            role="tool",
            native_role="user",
            parts=(ToolCallResponse(id="1", name="f", response="5"),),
            extra={"/novel": 1},
        ),
        Message(role="user", parts=(Text(content="There:"),), extra={"/other": 2}),
    )


def test_steps_of_the_model_in_a_row_are_one_turn() -> None:
    call = asked(
        {
            "input": [
                {"type": "user_input", "content": [{"type": "text", "text": "a"}]},
                {"type": "user_input", "content": [{"type": "text", "text": "b"}]},
                {"type": "thought", "signature": "s"},
                {"type": "model_output", "content": [{"type": "text", "text": "c"}]},
                {"type": "function_call", "id": "1", "name": "f", "arguments": {"x": 1}, "signature": "t"},
                {"type": "function_result", "call_id": "1", "result": {"y": 2}, "is_error": True},
                {"type": "function_result", "call_id": "2", "result": "z"},
            ]
        }
    )
    assert call.input_messages == (
        Message(role="user", parts=(Text(content="a"),)),
        Message(role="user", parts=(Text(content="b"),)),
        Message(
            role="assistant",
            parts=(
                Reasoning(content="", kind="encrypted", signature="s"),
                Text(content="c"),
                ToolCall(id="1", name="f", arguments={"x": 1}, signature="t"),
            ),
        ),
        Message(role="tool", parts=(ToolCallResponse(id="1", response={"y": 2}, is_error=True),)),
        Message(role="tool", parts=(ToolCallResponse(id="2", response="z"),)),
    )


def test_settings() -> None:
    call = asked(
        {
            "model": "models/gemini-9",
            "input": "Hi",
            "system_instruction": "Be brief.",
            "stream": True,
            "store": False,
            "background": True,
            "previous_interaction_id": "v1_0",
            "service_tier": "flex",
            "cached_content": "cachedContents/1",
            "response_modalities": ["TEXT", "audio"],
            "generation_config": {
                "temperature": 0.5,
                "top_p": 0.1,
                "seed": 3,
                "stop_sequences": ["x"],
                "max_output_tokens": 9,
                "thinking_level": "LOW",
                "thinking_summaries": "auto",
                "tool_choice": {"allowed_tools": {"mode": "any", "tools": ["f"]}},
                "novel": 1,
            },
            "webhook_config": {"uris": []},
        }
    )
    assert call.parameters == {
        "stream": True,
        "store": False,
        "background": True,
        "previous_response_id": "v1_0",
        "service_tier": "flex",
        "cache": {"content": "cachedContents/1"},
        "modalities": ["text", "audio"],
        "output_type": "speech",
        "temperature": 0.5,
        "top_p": 0.1,
        "seed": 3,
        "stop_sequences": ["x"],
        "max_tokens": 9,
        "reasoning": {"effort": "low", "summary": "auto"},
        "tool_choice": {"mode": "tool", "names": ["f"], "parallel": None},
    }
    assert (call.request_model, call.system_instructions) == ("gemini-9", (Text(content="Be brief."),))
    assert call.extra == {"/request/generation_config/novel": 1, "/request/webhook_config": {"uris": []}}


@pytest.mark.parametrize(
    ("choice", "read", "kept"),
    [
        ("auto", {"mode": "auto", "names": [], "parallel": None}, {}),
        ("any", {"mode": "required", "names": [], "parallel": None}, {}),
        ("validated", {"mode": "auto", "names": [], "parallel": None}, {"": "validated"}),
        (
            {"allowed_tools": {"mode": "auto", "tools": ["f", "g"]}},
            {"mode": "allowed", "names": ["f", "g"], "parallel": None},
            {"/allowed_tools/mode": "auto"},
        ),
        ("novel", None, {"": "novel"}),
    ],
)
def test_tool_choice(choice: Any, read: Any, kept: dict[str, Any]) -> None:
    call = asked({"generation_config": {"tool_choice": choice}})
    assert call.parameters == ({} if read is None else {"tool_choice": read})
    assert call.extra == {f"/request/generation_config/tool_choice{where}": value for where, value in kept.items()}


SCHEMA = {"type": "object", "properties": {}}


@pytest.mark.parametrize(
    "wanted",
    [
        {"response_format": {"type": "text", "mime_type": "application/json", "schema": SCHEMA}},
        {"response_format": [{"type": "text", "mime_type": "application/json", "schema": SCHEMA}]},
        {"response_format": SCHEMA, "response_mime_type": "application/json"},
        {"response_format": SCHEMA},
    ],
)
def test_the_format_of_the_answer(wanted: Any) -> None:
    call = asked(wanted)
    assert call.parameters == {
        "output_type": "json",
        "response_format": {"kind": "json_schema", "schema": SCHEMA},
    }
    assert call.extra == {}


def test_pictures_may_be_asked_for() -> None:
    call = asked({"response_format": {"type": "image", "aspect_ratio": "1:1"}})
    assert call.parameters == {
        "output_type": "image",
        "response_format": {"kind": "image", "aspect_ratio": "1:1"},
    }


def test_tools() -> None:
    call = asked(
        {
            "tools": [
                {"type": "function", "name": "f", "description": "d", "parameters": SCHEMA, "defer_loading": True},
                {"type": "google_search", "search_types": ["web"]},
                {"type": "mcp_server", "name": "docs", "url": "https://a"},
            ]
        }
    )
    assert call.tools == (
        Tool(name="f", description="d", parameters=SCHEMA, extra={"/defer_loading": True}),
        Tool(name="google_search", kind="google_search", extra={"/search_types": ["web"]}),
        Tool(name="docs", kind="mcp_server", extra={"/url": "https://a"}),
    )


def test_an_agent_is_asked_like_a_model() -> None:
    call = interacted(
        exchange(
            {"agent": "deep-research", "agent_config": {"type": "deep-research"}, "input": "Hi"},
            {"object": "interaction", "agent": "deep-research", "status": "in_progress"},
            url=INTERACTIONS,
        )
    )
    assert (call.request_model, call.response_model) == ("deep-research", "deep-research")
    assert call.extra == {"/request/agent_config": {"type": "deep-research"}}
    assert call.finish_reasons == ("pause",)


# --- steps -----------------------------------------------------------------------------------------------------------

NOTE = {"type": "url_citation", "url": "https://a", "start_index": 0, "end_index": 2}


@pytest.mark.parametrize("key", ["steps", "outputs"])
def test_steps_of_every_kind(key: str) -> None:
    call = answered(
        {"type": "thought", "summary": [{"type": "text", "text": "Hm"}, {"type": "text", "text": "m."}]},
        {"type": "thought", "signature": "s"},
        {"type": "text", "text": "Hi", "annotations": [NOTE]},
        {"type": "model_output", "content": [{"type": "audio", "mime_type": "audio/wav", "data": "AA=="}]},
        {"type": "function_call", "id": "1", "name": "f", "arguments": {"a": 1}},
        {"type": "code_execution_call", "id": "2", "arguments": {"code": "1"}},
        {"type": "code_execution_result", "call_id": "2", "result": "1", "is_error": False},
        {"type": "mcp_server_tool_call", "id": "3", "name": "find", "server_name": "docs", "arguments": {}},
        {"type": "novel", "x": 1},
        key=key,
    )
    assert parts_of(call) == (
        Reasoning(content="Hmm.", kind="summary"),
        Reasoning(content="", kind="encrypted", signature="s"),
        Text(content="Hi", citations=(NOTE,)),
        Blob(modality="audio", mime_type="audio/wav", content="AA=="),
        ToolCall(id="1", name="f", arguments={"a": 1}),
        ServerToolCall(id="2", name="code_execution", server_tool_call={"code": "1"}),
        ServerToolCallResponse(id="2", name="code_execution", server_tool_call_response="1"),
        ServerToolCall(id="3", name="find", server_tool_call={}),
        Generic(kind="novel", content={"type": "novel", "x": 1}),
    )
    assert call.output_messages[0].extra == {f"/{key}/6/is_error": False, f"/{key}/7/server_name": "docs"}
    assert (call.response_id, call.operation_name, call.stream) == ("v1_1", "generate_content", False)


def test_what_an_interaction_repeats_of_its_input_is_kept_apart() -> None:
    step = {"type": "user_input", "content": [{"type": "text", "text": "Hi"}]}
    call = answered(step, {"type": "model_output", "content": [{"type": "text", "text": "Ho"}]})
    assert parts_of(call) == (Text(content="Ho"),)
    assert call.output_messages[0].extra == {"/steps/0": step}


# --- streams ---------------------------------------------------------------------------------------------------------


def test_a_stream() -> None:
    call = streamed(
        event("interaction.status_update", interaction_id="v1_1", status="in_progress"),
        start(0, "thought"),
        delta(0, "thought_summary", content={"type": "text", "text": "Hm"}),
        delta(0, "thought_summary", content={"type": "text", "text": "m."}),
        delta(0, "thought_signature", signature="s"),
        event("step.stop", index=0),
        start(1, "model_output"),
        delta(1, "text", text="Ol"),
        delta(1, "text", text="á"),
        delta(1, "text_annotation_delta", annotations=[NOTE]),
        event("step.stop", index=1, usage={"total_tokens": 3}),
        start(2, "function_call", id="1", name="f", arguments={}),
        delta(2, "arguments_delta", arguments='{"a":'),
        delta(2, "arguments_delta", arguments=" 1}"),
        start(3, "google_search_call", id="2"),
        delta(3, "google_search_call", arguments={"queries": ["q"]}),
        start(4, "google_search_result", call_id="2"),
        delta(4, "google_search_result", result=[{"url": "https://a"}]),
        completed("requires_action", usage={"total_input_tokens": 5, "total_output_tokens": 2}, created="2026"),
    )
    assert parts_of(call) == (
        Reasoning(content="Hmm.", kind="summary", signature="s"),
        Text(content="Olá", citations=(NOTE,)),
        ToolCall(id="1", name="f", arguments={"a": 1}),
        ServerToolCall(id="2", name="google_search", server_tool_call={"queries": ["q"]}),
        ServerToolCallResponse(id="2", name="google_search", server_tool_call_response=[{"url": "https://a"}]),
    )
    (message,) = call.output_messages
    assert (message.finish_reason, message.native_finish_reason) == ("tool_call", "requires_action")
    assert message.extra == {"/steps/1/usage": {"total_tokens": 3}}
    assert (call.complete, call.stream, call.extra) == (True, True, {"/response/created": "2026"})
    assert call.usage == Usage(input_tokens=5, output_tokens=2, total_tokens=7)
    shown = {
        where: [(piece.start, piece.event_index, piece.pointer) for piece in pieces]
        for where, pieces in call.trace.items()
    }
    assert shown == {
        "/steps/0/summary/0/text": [(0, 3, "/delta/content/text"), (2, 4, "/delta/content/text")],
        "/steps/1/content/0/text": [(0, 8, "/delta/text"), (2, 9, "/delta/text")],
        "/steps/2/arguments": [(0, 13, "/delta/arguments"), (5, 14, "/delta/arguments")],
    }


def test_a_stream_of_the_older_revision() -> None:
    def part(what: str, index: int, **more: Any) -> tuple[str, dict[str, Any]]:
        return event(f"content.{what}", index=index, **more)

    body = events(
        event("interaction.start", interaction={"id": "v1_1", "status": "in_progress"}),
        part("start", 0, content={"type": "thought"}),
        part("delta", 0, delta={"type": "thought_summary", "content": {"type": "text", "text": "Hm."}}),
        part("delta", 0, delta={"type": "thought_signature", "signature": "s"}),
        part("start", 1, content={"type": "text"}),
        part("delta", 1, delta={"type": "text", "text": "Ol"}),
        part("delta", 1, delta={"type": "text", "text": "á"}),
        part("stop", 1),
        part("start", 2, content={"type": "function_call"}),
        part("delta", 2, delta={"type": "function_call", "id": "1", "name": "f", "arguments": {"a": 1}}),
        event("interaction.complete", interaction={"id": "v1_1", "status": "completed"}),
        end="\n\n",
    )
    call = interacted(exchange(ASKED, body, url=INTERACTIONS, kind="text/event-stream"))
    assert parts_of(call) == (
        Reasoning(content="Hm.", kind="summary", signature="s"),
        Text(content="Olá"),
        ToolCall(id="1", name="f", arguments={"a": 1}),
    )
    assert (call.complete, call.finish_reasons) == (True, ("tool_call",))


def test_sound_comes_in_pieces_and_pictures_whole() -> None:
    call = streamed(
        start(0, "model_output"),
        delta(0, "audio", data="AQ==", mime_type="audio/L16"),
        delta(0, "audio", data="AgM=", mime_type="audio/L16"),
        delta(0, "image", data="AA==", mime_type="image/png"),
        delta(0, "image", data="AA==", mime_type="image/png"),
        completed(),
    )
    assert parts_of(call) == (
        Blob(modality="audio", mime_type="audio/L16", content="AQID"),
        Blob(modality="image", mime_type="image/png", content="AA=="),
        Blob(modality="image", mime_type="image/png", content="AA=="),
    )


def test_deltas_without_a_beginning_and_of_no_known_kind() -> None:
    call = streamed(delta(4, "text", text="a"), delta(4, "novel", x=1), delta(7, "arguments_delta", arguments="{}"))
    assert parts_of(call) == (Text(content="a"), ToolCall(id=None, name="", arguments={}))
    assert call.output_messages[0].extra == {"/steps/0/deltas": [{"type": "novel", "x": 1}]}


def test_arguments_that_were_cut() -> None:
    cut = streamed(
        start(0, "function_call", id="1", name="f"), delta(0, "arguments_delta", arguments='{"a'), done=False
    )
    assert parts_of(cut) == (ToolCall(id="1", name="f", arguments='{"a', arguments_valid=False),)
    assert (cut.complete, cut.cut, cut.finish_reasons) == (False, "no interaction.completed", (None,))
    whole = streamed(
        start(0, "function_call", id="1", name="f"), delta(0, "arguments_delta", arguments='{"a'), completed()
    )
    assert parts_of(whole) == (ToolCall(id="1", name="f", arguments='{"a', raw_arguments='{"a', arguments_valid=False),)


def test_a_stream_whose_end_is_a_status() -> None:
    ended = streamed(start(0, "model_output"), event("interaction.status_update", status="completed"))
    assert (ended.complete, ended.finish_reasons) == (True, ("stop",))
    cut = streamed(start(0, "model_output"), event("interaction.status_update", status="completed"), done=False)
    assert (cut.complete, cut.finish_reasons) == (False, (None,))
    nothing = interacted(exchange({**ASKED, "stream": True}, "", url=INTERACTIONS))
    assert (nothing.complete, nothing.cut) == (False, "the body is empty")


# --- ends and failures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", [row for row in FINISH_REASONS if row.dialect == DIALECT.name], ids=lambda row: row.native
)
def test_statuses(row: Any) -> None:
    assert answered(status=row.native).finish_reasons == (row.canonical,)


def test_statuses_of_the_design() -> None:
    assert {row.native: row.canonical for row in FINISH_REASONS if row.dialect == DIALECT.name} == {
        "completed": "stop",
        "requires_action": "tool_call",
        "incomplete": "length",
        "budget_exceeded": "length",
        "failed": "error",
        "cancelled": "error",
        "requires_continuation": "pause",
        "queued": "pause",
        "in_progress": "pause",
    }


def test_an_unknown_status_is_kept_and_reported() -> None:
    call = answered(status="novel")
    assert (call.finish_reasons, call.output_messages[0].extra) == ((None,), {"/status": "novel"})
    assert call.problems == (
        Problem(
            kind="finish-reason-unknown",
            message="the interaction ends with status 'novel', which no provider of this dialect is known to send",
        ),
    )


def test_counts_include_thoughts_and_tools() -> None:
    native = {
        "total_input_tokens": 100,
        "total_output_tokens": 20,
        "total_thought_tokens": 7,
        "total_tool_use_tokens": 3,
        "total_cached_tokens": 40,
        "total_tokens": 130,
        "input_tokens_by_modality": [{"modality": "text", "tokens": 100}],
    }
    assert answered(usage=native).usage == Usage(
        input_tokens=103,
        output_tokens=27,
        total_tokens=130,
        cache_read_input_tokens=40,
        reasoning_output_tokens=7,
        extra={
            "/total_tool_use_tokens": 3,
            "/input_tokens_by_modality": [{"modality": "text", "tokens": 100}],
        },
    )


def test_an_error_body() -> None:
    failure = {"message": "no such model", "code": "invalid_request"}
    call = interacted(exchange(ASKED, {"error": failure}, url=INTERACTIONS, status=400))
    assert call.error == CallError(type=None, code="invalid_request", message="no such model", raw=failure)
    assert (call.output_messages, call.complete, call.extra) == ((), True, {})


def test_an_error_in_a_stream() -> None:
    failure = {"message": "gone", "code": "internal"}
    call = streamed(start(0, "model_output"), delta(0, "text", text="a"), event("error", error=failure), done=False)
    assert call.error == CallError(
        type=None, code="internal", message="gone", in_stream=True, raw=failure, event_index=3
    )
    assert (parts_of(call), call.complete) == ((Text(content="a"),), True)


def test_an_interaction_that_failed() -> None:
    failure = {"message": "gone", "code": "internal"}
    call = answered(status="failed", errors=[failure])
    assert call.error == CallError(type=None, code="internal", message="gone", raw=failure)
    assert call.finish_reasons == ("error",)
    told = answered({"type": "model_output", "error": {"code": 13, "message": "oops"}}, status="failed")
    assert told.error is not None
    assert (told.error.code, told.error.message) == ("13", "oops")
    assert answered(status="failed").error is None
