"""Cohere and Ollama: exact values, one test a fact."""

from __future__ import annotations

from typing import Any

import pytest
from plain_calls import call, events

from cassette_tools.model import Blob, Message, Reasoning, Text, Tool, ToolCall, ToolCallResponse

V2, V1 = "https://api.cohere.com/v2/chat", "https://api.cohere.com/v1/chat"
CHAT, GENERATE = "http://localhost:11434/api/chat", "http://localhost:11434/api/generate"


def content(kind: str, index: int, **block: Any) -> dict[str, Any]:
    return {"type": f"content-{kind}", "index": index, "delta": {"message": {"content": block}}}


def tool(kind: str, index: int, **entry: Any) -> dict[str, Any]:
    return {"type": f"tool-call-{kind}", "index": index, "delta": {"message": {"tool_calls": entry}}}


def test_contents_and_calls_have_indexes_of_their_own() -> None:
    stream = events(
        {"id": "x", "type": "message-start", "delta": {"message": {"role": "assistant"}}},
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "I "}}},
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "look."}}},
        content("start", 0, type="text", text=""),
        content("delta", 0, text="O"),
        content("delta", 0, text="lá"),
        {"type": "content-end", "index": 0},
        {"type": "citation-start", "index": 0, "delta": {"message": {"citations": {"start": 0, "end": 3, "content_index": 0}}}},
        {"type": "citation-end", "index": 0},
        tool("start", 0, id="c1", type="function", function={"name": "f", "arguments": ""}),
        tool("delta", 0, function={"arguments": '{"a":'}),
        tool("delta", 0, function={"arguments": "1}"}),
        {"type": "tool-call-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "TOOL_CALL", "usage": {"tokens": {"input_tokens": 3, "output_tokens": 4}, "billed_units": {"input_tokens": 1}}}},
        "[DONE]",
    )  # fmt: skip
    found = call(V2, {"model": "m", "messages": []}, stream=stream)
    assert found.dialect == "cohere.chat"
    assert found.output_messages[0].parts == (
        Reasoning(content="I look.", kind="plan"),
        Text(content="Olá", citations=({"start": 0, "end": 3, "content_index": 0},)),
        ToolCall(id="c1", name="f", arguments={"a": 1}, raw_arguments='{"a":1}'),
    )
    assert (found.finish_reasons, found.response_id, found.complete) == (("tool_call",), "x", True)
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.output_tokens, dict(found.usage.extra)) == (
        3,
        4,
        {"/billed_units/input_tokens": 1},
    )


def test_a_failure_at_the_end_is_an_error() -> None:
    end = {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "no luck", "error_type": "server"}}
    found = call(
        V2, {}, stream=events({"id": "x", "type": "message-start"}, content("start", 0, type="text", text="He"), end)
    )
    assert found.error is not None
    assert (found.error.message, found.error.type, found.error.in_stream) == ("no luck", "server", True)
    assert found.output_messages[0].parts == (Text(content="He"),)


def test_a_stream_without_its_end_is_cut() -> None:
    found = call(V2, {}, stream=events({"id": "x", "type": "message-start"}))
    assert (found.complete, found.cut) == (False, "no message-end")


@pytest.mark.parametrize(
    ("native", "canonical"),
    [("COMPLETE", "stop"), ("STOP_SEQUENCE", "stop"), ("MAX_TOKENS", "length"), ("TOOL_CALL", "tool_call"), ("ERROR_TOXIC", "content_filter")],
)  # fmt: skip
def test_cohere_finish_reasons(native: str, canonical: str) -> None:
    answer = {
        "id": "1",
        "message": {"role": "assistant", "content": [{"type": "text", "text": "a"}]},
        "finish_reason": native,
    }
    assert call(V2, {}, answer).finish_reasons == (canonical,)


def test_cohere_s_own_settings() -> None:
    asked = {"model": "m", "messages": [], "p": 0.9, "k": 5, "tool_choice": "REQUIRED", "thinking": {"type": "enabled", "token_budget": 64},
             "response_format": {"type": "json_object", "json_schema": {"type": "object"}}, "documents": ["d"]}  # fmt: skip
    found = call(V2, asked, {"id": "1", "message": {"content": []}, "finish_reason": "COMPLETE"})
    assert found.parameters == {
        "top_p": 0.9,
        "top_k": 5,
        "tool_choice": {"mode": "required", "names": [], "parallel": None},
        "reasoning": {"enabled": True, "budget_tokens": 64},
        "output_type": "json",
        "response_format": {"kind": "json_schema", "schema": {"type": "object"}},
    }
    assert found.extra == {"/request/documents": ["d"]}


def test_version_1() -> None:
    asked = {
        "message": "And now?",
        "chat_history": [{"role": "USER", "message": "Hi"}, {"role": "CHATBOT", "message": "Hello"}],
        "preamble": "Be brief.",
    }
    stream = events(
        {"event_type": "stream-start", "generation_id": "g", "is_finished": False},
        {"event_type": "text-generation", "text": "O"},
        {"event_type": "text-generation", "text": "lá"},
        {"event_type": "stream-end", "finish_reason": "COMPLETE", "response": {"generation_id": "g", "meta": {"tokens": {"input_tokens": 2, "output_tokens": 1}}}},
    )  # fmt: skip
    found = call(V1, asked, stream=stream, kind="ndjson")
    assert found.system_instructions == (Text(content="Be brief."),)
    assert [(each.role, each.parts) for each in found.input_messages] == [
        ("user", (Text(content="Hi"),)),
        ("assistant", (Text(content="Hello"),)),
        ("user", (Text(content="And now?"),)),
    ]
    assert found.output_messages[0].parts == (Text(content="Olá"),)
    assert found.usage is not None
    assert found.usage.input_tokens == 2


def test_tools_of_version_1() -> None:
    """Each parameter has a type of Python's, and says itself whether it is required."""
    definitions = {
        "city": {"type": "str", "description": "Where.", "required": True},
        "days": {"type": "int", "required": False},
        "hours": {"type": "List[float]"},
        "units": {"type": "Unit", "options": ["C", "F"], "required": True},
        "odd": "str",
    }
    asked = {
        "message": "Rain in Olot?",
        "tools": [
            {"name": "rain", "description": "Rain.", "parameter_definitions": definitions},
            {"name": "now"},
            {"type": "function", "function": {"name": "later", "parameters": {"type": "object"}}},
        ],
    }
    found = call(V1, asked, {"generation_id": "g", "text": "", "finish_reason": "COMPLETE"})
    assert found.tools == (
        Tool(
            name="rain",
            description="Rain.",
            parameters={
                "type": "object",
                "properties": {
                    "city": {"type": "string", "description": "Where."},
                    "days": {"type": "integer"},
                    "hours": {"type": "array", "items": {"type": "number"}},
                    "units": {"type": "Unit", "options": ["C", "F"]},
                },
                "required": ["city", "units"],
            },
            extra={"/parameter_definitions/odd": "str"},
        ),
        Tool(name="now", parameters={"type": "object", "properties": {}, "required": []}),
        Tool(name="later", parameters={"type": "object"}),
    )


def test_calls_and_results_of_version_1() -> None:
    """They stand in the history, beside the message and in the answer."""
    made = {"name": "rain", "parameters": {"city": "Olot"}}
    given = {"call": made, "outputs": [{"mm": 3}]}
    asked = {
        "message": "And Vic?",
        "chat_history": [
            {"role": "CHATBOT", "message": "I look.", "tool_calls": [made]},
            {"role": "TOOL", "tool_results": [given]},
        ],
        "tool_results": [given],
    }
    stream = events(
        {"event_type": "stream-start", "generation_id": "g", "is_finished": False},
        {"event_type": "tool-calls-generation", "tool_calls": [made]},
        {"event_type": "stream-end", "finish_reason": "COMPLETE", "response": {"generation_id": "g"}},
    )
    found = call(V1, asked, stream=stream, kind="ndjson")
    asks = ToolCall(id=None, name="rain", arguments={"city": "Olot"})
    answers = ToolCallResponse(id=None, name="rain", response=[{"mm": 3}])
    assert [(each.role, each.parts) for each in found.input_messages] == [
        ("assistant", (Text(content="I look."), asks)),
        ("tool", (answers,)),
        ("user", (Text(content="And Vic?"),)),
        ("tool", (answers,)),
    ]
    assert (found.output_messages[0].parts, found.finish_reasons) == ((asks,), ("tool_call",))


def test_the_call_beside_a_result_of_version_1() -> None:
    """It is the turn before the result, where the history holds no call."""
    made = {"name": "rain", "parameters": {"city": "Olot"}, "generation_id": "g0"}
    found = call(V1, {"message": "Rain?", "tool_results": [{"call": made, "outputs": [{"mm": 3}]}]}, {})
    assert [(each.role, each.parts, dict(each.extra)) for each in found.input_messages] == [
        ("user", (Text(content="Rain?"),), {}),
        ("assistant", (ToolCall(id=None, name="rain", arguments={"city": "Olot"}),), {}),
        ("tool", (ToolCallResponse(id=None, name="rain", response=[{"mm": 3}]),), {"/call/generation_id": "g0"}),
    ]


def test_generate() -> None:
    found = call(
        "https://api.cohere.ai/v1/generate",
        {"prompt": "p", "model": "m"},
        {"id": "1", "generations": [{"text": "t", "finish_reason": "COMPLETE"}]},
    )
    assert (found.operation_name, found.finish_reasons) == ("text_completion", ("stop",))
    assert found.input_messages[0].parts == (Text(content="p"),)


# --- Ollama ----------------------------------------------------------------------------------------------------------


def line(done: bool = False, **more: Any) -> dict[str, Any]:
    return {"model": "m", "created_at": "2026-01-01T00:00:00Z", "done": done, **more}


def test_lines_are_joined() -> None:
    stream = events(
        line(message={"role": "assistant", "content": "", "thinking": "H"}),
        line(message={"role": "assistant", "content": "", "thinking": "m"}),
        line(message={"role": "assistant", "content": "O"}),
        line(message={"role": "assistant", "content": "lá"}),
        line(
            message={
                "role": "assistant",
                "content": "",
                "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}],
            }
        ),
        line(True, message={"role": "assistant", "content": ""}, done_reason="stop", eval_count=4),
    )
    found = call(CHAT, {"model": "m", "messages": []}, stream=stream, kind="ndjson")
    assert found.output_messages[0].parts == (
        Reasoning(content="Hm"),
        Text(content="Olá"),
        ToolCall(id=None, name="f", arguments={"a": 1}),
    )
    assert found.finish_reasons == ("tool_call",), "stop is all that Ollama says"
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.output_tokens, found.usage.total_tokens) == (None, 4, None)


def test_ollama_streams_end_with_done_or_an_error() -> None:
    assert call(CHAT, {}, stream=events(line(message={"content": "a"})), kind="ndjson").cut == "no line with done: true"
    failed = call(CHAT, {}, stream=events(line(message={"content": "a"}), {"error": "out of memory"}), kind="ndjson")
    assert failed.error is not None
    assert (failed.error.message, failed.error.in_stream, failed.complete) == ("out of memory", True, True)


def test_ollama_requests() -> None:
    asked = {
        "model": "m",
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "see", "images": ["aGk="]},
            {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
            {"role": "tool", "content": "4", "tool_name": "f"},
        ],
        "options": {"num_predict": 9, "num_ctx": 4096, "stop": "x"},
        "format": {"type": "object"},
        "think": "low",
        "keep_alive": "5m",
        "stream": False,
    }
    found = call(CHAT, asked, line(True, message={"role": "assistant", "content": "ok"}, done_reason="length"))
    assert found.system_instructions == (Text(content="be brief"),)
    assert found.input_messages == (
        Message(role="user", parts=(Text(content="see"), Blob(modality="image", mime_type=None, content="aGk="))),
        Message(role="assistant", parts=(ToolCall(id=None, name="f", arguments={}),)),
        Message(role="tool", parts=(ToolCallResponse(id=None, response="4", name="f"),)),
    )
    assert found.parameters == {
        "max_tokens": 9,
        "stop_sequences": ["x"],
        "output_type": "json",
        "response_format": {"kind": "json_schema", "schema": {"type": "object"}},
        "reasoning": {"effort": "low"},
        "stream": False,
    }
    assert found.extra == {
        "/request/options/num_ctx": 4096,
        "/request/keep_alive": "5m",
        "/response/created_at": "2026-01-01T00:00:00Z",
    }
    assert found.finish_reasons == ("length",)


def test_generate_of_ollama() -> None:
    found = call(
        GENERATE,
        {"model": "m", "prompt": "p", "system": "s"},
        line(True, response="r", thinking="t", context=[1], prompt_eval_count=2, eval_count=3),
    )
    assert found.dialect == "ollama.generate"
    assert found.output_messages[0].parts == (Reasoning(content="t"), Text(content="r"))
    assert (found.operation_name, found.finish_reasons) == ("text_completion", ("stop",))
    assert found.usage is not None
    assert found.usage.total_tokens == 5
