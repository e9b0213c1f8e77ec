"""Anthropic Messages: exact values, one test a fact of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.dialects.anthropic import decode, fold, recognize
from cassette_tools.load import decode as understood
from cassette_tools.model import (
    ABSENT,
    Blob,
    Body,
    Event,
    File,
    Generic,
    Headers,
    Interaction,
    LLMCall,
    Message,
    Reasoning,
    Request,
    Response,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)

URL = "https://api.anthropic.com/v1/messages"


def events(*values: Any, name: str | None = None) -> tuple[Event, ...]:
    return tuple(
        Event(
            event=name or (value.get("type") if isinstance(value, dict) else None),
            data=json.dumps(value),
            offset=0,
            json=value,
        )
        for value in values
    )


def interaction(
    asked: Any = None,
    answer: Any = ABSENT,
    *,
    stream: tuple[Event, ...] = (),
    url: str = URL,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> Interaction:
    body = (
        Body(text="x", stream="sse", events=stream)
        if stream
        else Body(text=json.dumps(answer, default=str), json=answer)
    )
    return Interaction(
        index=0,
        request=Request(method="POST", url=url, body=Body(json=asked if asked is not None else ABSENT)),
        response=Response(status_code=status, body=body, headers=Headers(pairs=headers)),
    )


def call(*arguments: Any, **options: Any) -> LLMCall:
    found = understood(interaction(*arguments, **options))
    assert found is not None
    assert found.dialect == "anthropic.messages"
    return found


def answered(*content: Any, **more: Any) -> dict[str, Any]:
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": list(content)}
    return {**whole, "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 5}, **more}


START = {
    "type": "message_start",
    "message": {**answered(), "stop_reason": None, "usage": {"input_tokens": 9, "output_tokens": 1}},
}
STOP = {"type": "message_stop"}


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def ended(reason: str = "end_turn", **usage: int) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage}


# --- streams ---------------------------------------------------------------------------------------------------------


def test_blocks_are_joined_by_their_index() -> None:
    stream = events(
        START,
        {"type": "ping"},
        *block(0, {"type": "thinking", "thinking": ""}, {"type": "thinking_delta", "thinking": "Hm"}, {"type": "thinking_delta", "thinking": "m."}, {"type": "signature_delta", "signature": "c2ln"}),
        *block(1, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Ol"}, {"type": "text_delta", "text": "á"}),
        *block(2, {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}, {"type": "input_json_delta", "partial_json": ""}, {"type": "input_json_delta", "partial_json": '{"a":'}, {"type": "input_json_delta", "partial_json": " 1}"}),
        ended("tool_use", output_tokens=7),
        STOP,
    )  # fmt: skip
    found = call(stream=stream)
    assert found.output_messages == (
        Message(
            role="assistant",
            parts=(
                Reasoning(content="Hmm.", signature="c2ln"),
                Text(content="Olá"),
                ToolCall(id="toolu_1", name="f", arguments={"a": 1}),
            ),
            finish_reason="tool_call",
            native_finish_reason="tool_use",
        ),
    )
    assert (found.stream, found.complete, found.cut, found.problems) == (True, True, None, ())
    assert [(piece.start, piece.event_index, piece.pointer) for piece in found.trace["/content/1/text"]] == [
        (0, 8, "/delta/text"),
        (2, 9, "/delta/text"),
    ]


def test_a_call_with_only_empty_pieces_has_no_arguments() -> None:
    stream = events(START, *block(0, {"type": "tool_use", "id": "t", "name": "f", "input": {}}, {"type": "input_json_delta", "partial_json": ""}), ended("tool_use"), STOP)  # fmt: skip
    (part,) = call(stream=stream).output_messages[0].parts
    assert part == ToolCall(id="t", name="f", arguments={})


def test_pieces_that_make_no_json_stay_a_string() -> None:
    stream = events(START, *block(0, {"type": "tool_use", "id": "t", "name": "f", "input": {}}, {"type": "input_json_delta", "partial_json": '{"a"'}), ended("max_tokens"), STOP)  # fmt: skip
    (part,) = call(stream=stream).output_messages[0].parts
    assert part == ToolCall(id="t", name="f", arguments='{"a"', raw_arguments='{"a"', arguments_valid=False)


def test_later_counts_stand_over_earlier_ones() -> None:
    start = {
        **START,
        "message": {**START["message"], "usage": {"input_tokens": 9, "cache_read_input_tokens": 4, "output_tokens": 1}},
    }
    usage = call(stream=events(start, ended(output_tokens=30, input_tokens=12), STOP)).usage
    assert usage is not None
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens, usage.total_tokens) == (
        16,
        4,
        30,
        46,
    )


@pytest.mark.parametrize(
    ("stream", "cut"),
    [
        (events(START), "no message_stop"),
        (
            events(START, *block(0, {"type": "text", "text": ""})[:1]),
            "block 0 is still open and there is no message_stop",
        ),
        (events({"type": "ping"}), "no message_start and no message_stop"),
    ],
)
def test_a_stream_without_its_end_is_cut(stream: tuple[Event, ...], cut: str) -> None:
    found = call(stream=stream)
    assert (found.complete, found.cut) == (False, cut)


def test_an_error_in_the_stream_ends_it() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    found = call(
        stream=events(START, *block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "He"}), error)
    )
    assert found.error is not None
    assert (found.error.type, found.error.message, found.error.in_stream, found.error.event_index) == (
        "overloaded_error",
        "Overloaded",
        True,
        4,
    )
    assert found.complete
    assert found.output_messages[0].parts == (Text(content="He"),)


def test_what_the_last_event_says_more_is_kept() -> None:
    """It is news only where nothing of that name was said before, and a null says nothing."""
    stop = {**STOP, "billed": {"tokens": 3}, "id": "msg_2", "trace": None}
    found = call({}, stream=events(START, ended(), stop))
    assert (found.response_id, found.complete, found.extra) == ("msg_1", True, {"/response/billed": {"tokens": 3}})


def test_frames_of_bedrock_are_the_same_events() -> None:
    last = {**STOP, "amazon-bedrock-invocationMetrics": {"inputTokenCount": 9, "outputTokenCount": 2}}
    plain = [
        START,
        *block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Hi"}),
        ended(output_tokens=2),
    ]
    url = (
        "https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.anthropic.claude-9-v1%3A0/invoke-with-response-stream"
    )
    found = call({"anthropic_version": "bedrock-2023-05-31"}, stream=events(*plain, last, name="chunk"), url=url)
    assert (found.provider_name, found.request_model) == ("aws.bedrock", "eu.anthropic.claude-9-v1:0")
    assert found.output_messages == call(stream=events(*plain, STOP)).output_messages
    exception = Event(event="throttlingException", data="", offset=0, json={"message": "slow down"})
    failed = call(stream=(*events(START, name="chunk"), exception), url=url)
    assert failed.error is not None
    assert (failed.error.type, failed.error.message) == ("throttlingException", "slow down")


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"type": "redacted_thinking", "data": "b3A="}, Reasoning(content="", kind="redacted", encrypted="b3A=")),
        ({"type": "thinking", "thinking": "", "signature": "s"}, Reasoning(content="", signature="s")),
        ({"type": "text", "text": "a", "citations": [{"type": "char_location"}]}, Text(content="a", citations=({"type": "char_location"},))),
        (
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}},
            ServerToolCall(id="srvtoolu_1", name="web_search", server_tool_call={"type": "server_tool_use", "input": {"query": "q"}}),
        ),
        (
            {"type": "mcp_tool_use", "id": "m", "name": "f", "server_name": "s", "input": {}},
            ServerToolCall(id="m", name="s.f", server_tool_call={"type": "mcp_tool_use", "input": {}}),
        ),
        (
            {"type": "bash_code_execution_tool_result", "tool_use_id": "x", "content": {"stdout": "1"}},
            ServerToolCallResponse(id="x", name="bash_code_execution", server_tool_call_response={"type": "bash_code_execution_tool_result", "content": {"stdout": "1"}}),
        ),
        ({"type": "container_upload", "file_id": "file_1"}, File(file_id="file_1")),
        ({"type": "novelty", "x": 1}, Generic(kind="novelty", content={"type": "novelty", "x": 1})),
    ],
)  # fmt: skip
def test_blocks(given: dict[str, Any], part: Any) -> None:
    assert call(answer=answered(given)).output_messages[0].parts == (part,)


@pytest.mark.parametrize(
    ("native", "canonical"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("tool_use", "tool_call"),
        ("pause_turn", "pause"),
        ("refusal", "content_filter"),
        ("model_context_window_exceeded", "length"),
        ("compaction", "compaction"),
    ],
)
def test_stop_reasons(native: str, canonical: str) -> None:
    found = call(answer=answered({"type": "text", "text": "a"}, stop_reason=native))
    assert (found.finish_reasons, found.output_messages[0].native_finish_reason) == ((canonical,), native)


def test_an_unknown_stop_reason_is_told_and_not_guessed() -> None:
    found = call(answer=answered(stop_reason="bored"))
    assert found.finish_reasons == (None,)
    assert [problem.kind for problem in found.problems] == ["finish-reason-unknown"]
    assert found.output_messages[0].extra == {"/stop_reason": "bored"}


def test_the_input_includes_the_cache() -> None:
    usage = call(answer=answered(usage={"input_tokens": 3, "cache_read_input_tokens": 10, "cache_creation_input_tokens": 20, "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 2}})).usage  # fmt: skip
    assert usage is not None
    assert (
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.output_tokens,
        usage.reasoning_output_tokens,
        usage.total_tokens,
    ) == (33, 10, 20, 5, 2, 38)


def test_what_has_no_place_is_kept() -> None:
    found = call({"metadata": {"user_id": "u"}}, answered(container={"id": "c"}, stop_sequence="\n\n"))
    assert found.extra == {
        "/request/metadata": {"user_id": "u"},
        "/response/container": {"id": "c"},
        "/response/stop_sequence": "\n\n",
    }


def test_errors() -> None:
    body = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow"}, "request_id": "req_1"}
    found = call({"model": "m", "max_tokens": 1, "messages": []}, body, status=429)
    assert found.error is not None
    assert (found.error.type, found.error.message, found.output_messages) == ("rate_limit_error", "slow", ())
    aws = call(
        {"anthropic_version": "bedrock-2023-05-31"},
        {"message": "no access"},
        status=403,
        url="https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.x/invoke",
        headers=(("x-amzn-ErrorType", "AccessDeniedException:http://internal"),),
    )
    assert aws.error is not None
    assert (aws.error.type, aws.error.message) == ("AccessDeniedException", "no access")


# --- requests --------------------------------------------------------------------------------------------------------


def test_tool_results_are_messages_of_their_own() -> None:
    asked = {
        "messages": [
            {"role": "user", "content": "go"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}}]},
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [{"type": "text", "text": "4"}],
                        "is_error": True,
                    },
                    {"type": "text", "text": "and now?", "cache_control": {"type": "ephemeral"}},
                ],
            },
        ]
    }
    found = call(asked, answered())
    assert found.input_messages == (
        Message(role="user", parts=(Text(content="go"),)),
        Message(role="assistant", parts=(ToolCall(id="t", name="f", arguments={"a": 1}),)),
        Message(role="tool", parts=(ToolCallResponse(id="t", response="4", is_error=True),), native_role="user"),
        Message(
            role="user", parts=(Text(content="and now?"),), extra={"/content/1/cache_control": {"type": "ephemeral"}}
        ),
    )


def test_a_message_may_define_a_tool() -> None:
    """One that is added by its name is defined in `tools`."""
    look = {"name": "look", "description": "Look there", "input_schema": {"type": "object"}}
    added = {"type": "tool_addition", "tool": {"type": "tool_definition", "definition": look}}
    named = {"type": "tool_addition", "tool": {"type": "tool_reference", "name": "wait"}}
    odd = [named, "text", {"type": "tool_addition", "tool": None}, {"type": "tool_removal", "tool": {"name": "wait"}}]
    found = call(
        {
            "tools": [{"name": "wait", "input_schema": {}}],
            "messages": [
                {"role": "user", "content": "go"},
                {"role": "system", "content": [*odd, added]},
                {"role": "user", "content": [added]},  # the API takes such blocks of the system alone
                {"role": "system", "content": "look"},
                "none",
            ],
        },
        answered(),
    )
    assert [(tool.name, tool.kind, tool.description, tool.parameters, tool.pointer) for tool in found.tools] == [
        ("wait", "function", None, {}, "/tools/0"),
        ("look", "function", "Look there", {"type": "object"}, "/messages/1/content/4/tool/definition"),
    ]
    assert found.input_messages[1].parts[-1] == Generic(kind="tool_addition", content=added)


def test_settings() -> None:
    found = call(
        {
            "model": "m",
            "max_tokens": 9,
            "temperature": 0.5,
            "stop_sequences": ["x"],
            "system": [{"type": "text", "text": "be brief", "cache_control": {"type": "ephemeral"}}],
            "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}},
            "tools": [
                {"name": "f", "description": "d", "input_schema": {"type": "object"}, "strict": True},
                {"type": "web_search_20250305", "name": "web_search", "max_uses": 2},
            ],
            "messages": [],
        },
        answered(),
    )
    assert found.parameters == {
        "max_tokens": 9,
        "temperature": 0.5,
        "stop_sequences": ["x"],
        "tool_choice": {"mode": "required", "names": [], "parallel": False},
        "reasoning": {"enabled": True, "budget_tokens": 1024, "effort": "low"},
        "output_type": "json",
        "response_format": {"kind": "json_schema", "schema": {"type": "object"}},
    }
    assert found.system_instructions == (Text(content="be brief"),)
    assert found.extra == {"/request/system/0/cache_control": {"type": "ephemeral"}}
    assert [(tool.name, tool.kind, tool.parameters, tool.strict, dict(tool.extra)) for tool in found.tools] == [
        ("f", "function", {"type": "object"}, True, {}),
        ("web_search", "web_search_20250305", None, None, {"/max_uses": 2}),
    ]


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ({"type": "base64", "media_type": "image/png", "data": "aGk="}, Blob(modality="image", mime_type="image/png", content="aGk=")),
        ({"type": "url", "url": "https://x.example/a.png"}, Uri(uri="https://x.example/a.png", modality="image")),
        ({"type": "file", "file_id": "file_1"}, File(file_id="file_1", modality="image")),
    ],
)  # fmt: skip
def test_media(source: dict[str, Any], part: Any) -> None:
    found = call({"messages": [{"role": "user", "content": [{"type": "image", "source": source}]}]}, answered())
    assert found.input_messages[0].parts == (part,)


def test_operations_and_where_the_model_is_named() -> None:
    counted = call({"model": "m", "messages": []}, {"input_tokens": 12}, url=f"{URL}/count_tokens")
    assert counted.operation_name == "token_count"
    assert counted.usage is not None
    assert counted.usage.input_tokens == 12
    vertex = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-9:rawPredict"
    found = call({"anthropic_version": "vertex-2023-10-16", "messages": []}, answered(), url=vertex)
    assert (found.request_model, found.provider_name) == ("claude-9", "gcp.vertex_ai")
    legacy = call(
        {"prompt": "\n\nHuman: hi", "max_tokens_to_sample": 5, "model": "m"},
        {"type": "completion", "completion": " Hello", "stop_reason": "stop_sequence", "model": "m"},
        url="https://api.anthropic.com/v1/complete",
    )
    assert (legacy.operation_name, legacy.parameters) == ("text_completion", {"max_tokens": 5})
    assert legacy.output_messages[0].parts == (Text(content=" Hello"),)


LEGACY = "https://api.anthropic.com/v1/complete"
LEGACY_ASKED = {"prompt": "\n\nHuman: hi", "max_tokens_to_sample": 5, "model": "m"}


def piece(words: str, why: str | None = None) -> dict[str, Any]:
    return {"type": "completion", "id": "compl_1", "completion": words, "stop_reason": why, "model": "m"}


def test_text_completions_in_a_stream() -> None:
    found = call(LEGACY_ASKED, stream=events(piece(" Hel"), {"type": "ping"}, piece("lo", "stop_sequence")), url=LEGACY)
    answer = Message(
        role="assistant", parts=(Text(content=" Hello"),), finish_reason="stop", native_finish_reason="stop_sequence"
    )
    assert found.output_messages == (answer,)
    assert (found.operation_name, found.stream, found.complete, found.cut) == ("text_completion", True, True, None)
    assert (found.response_id, found.response_model) == ("compl_1", "m")
    assert [(run.start, run.event_index, run.pointer) for run in found.trace["/completion"]] == [
        (0, 0, "/completion"),
        (4, 2, "/completion"),
    ]
    cut = call(LEGACY_ASKED, stream=events(piece(" Hel"), {"type": "ping"}), url=LEGACY)
    assert (cut.complete, cut.cut) == (False, "no stop_reason")
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    failed = call(LEGACY_ASKED, stream=events(piece(" Hel"), error), url=LEGACY)
    assert failed.error is not None
    assert (failed.error.type, failed.error.in_stream, failed.complete) == ("overloaded_error", True, True)


def test_a_refused_text_completion_is_a_call() -> None:
    """Also where the recorder left the header fields of the request out."""
    refused = {"type": "error", "error": {"type": "not_found_error", "message": "model: m"}}
    found = call(LEGACY_ASKED, refused, url=LEGACY, status=404)
    assert (found.operation_name, found.error and found.error.message) == ("text_completion", "model: m")
    assert recognize(interaction({"prompt": "hi"}, refused, url="https://api.example/complete", status=404)) == 0


def test_what_is_another_api_s_is_left_alone() -> None:
    item = {"id": "msg_1", "type": "message", "role": "user", "status": "completed", "content": []}
    assert recognize(interaction({}, item, url="https://api.openai.com/v1/conversations/c/items")) == 0
    assert (
        recognize(
            interaction(
                {"messages": []}, {"object": "list", "data": []}, url="https://api.openai.com/v1/threads/t/messages"
            )
        )
        == 0
    )


@pytest.mark.parametrize(
    "junk", [None, 3, "x", [], {}, {"type": {}}, {"type": "message_delta", "delta": 3, "usage": []}]
)
def test_junk_is_survived(junk: Any) -> None:
    folded = fold((Event(event=None, data="", offset=0, json=junk),))
    decode(interaction(junk, junk), folded)
