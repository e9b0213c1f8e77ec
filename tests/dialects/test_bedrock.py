"""Amazon Bedrock: Converse, InvokeModel's native formats, agents: exact values, one test a fact."""

from __future__ import annotations

from typing import Any

import pytest
from plain_calls import call, events

from cassette_tools.data.bedrock_families import FAMILIES
from cassette_tools.dialects.bedrock.invoke import family_of
from cassette_tools.model import (
    Blob,
    Generic,
    Message,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)

HOST = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
CONVERSE = f"{HOST}eu.amazon.nova-9-v1%3A0/converse"


def answered(*content: Any, reason: str = "end_turn", **usage: int) -> dict[str, Any]:
    counts = {"inputTokens": 3, "outputTokens": 5, "totalTokens": 8, **usage}
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": reason,
        "usage": counts,
    }


def delta(index: int, **what: Any) -> dict[str, Any]:
    return {"contentBlockIndex": index, "delta": what, "p": "abc"}


def test_blocks_begin_with_their_first_delta() -> None:
    frames = (
        ("messageStart", {"role": "assistant"}),
        ("contentBlockDelta", delta(0, reasoningContent={"text": "Hm"})),
        ("contentBlockDelta", delta(0, reasoningContent={"text": "m"})),
        ("contentBlockDelta", delta(0, reasoningContent={"signature": "c2ln"})),
        ("contentBlockStop", {"contentBlockIndex": 0}),
        ("contentBlockDelta", delta(1, text="O")),
        ("contentBlockDelta", delta(1, text="lá")),
        ("contentBlockDelta", delta(1, citation={"title": "T"})),
        ("contentBlockStart", {"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "t", "name": "f"}}}),
        ("contentBlockDelta", delta(2, toolUse={"input": '{"a"'})),
        ("contentBlockDelta", delta(2, toolUse={"input": ": 1}"})),
        ("messageStop", {"stopReason": "tool_use"}),
        ("metadata", {"usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}, "metrics": {"latencyMs": 4}}),
    )
    stream = events(*(value for _, value in frames), names=tuple(name for name, _ in frames))
    found = call(f"{CONVERSE}-stream", {}, stream=stream, kind="eventstream")
    assert found.output_messages[0].parts == (
        Reasoning(content="Hmm", signature="c2ln"),
        Text(content="Olá", citations=({"title": "T"},)),
        ToolCall(id="t", name="f", arguments={"a": 1}),
    )
    assert (found.finish_reasons, found.complete, found.stream) == (("tool_call",), True, True)
    assert found.parameters == {"stream": True}
    assert found.extra == {"/response/metrics": {"latencyMs": 4}}
    wrapped = events(*({name: value} for name, value in frames), names=("chunk",) * len(frames))
    nova = call(f"{HOST}amazon.nova-9-v1%3A0/invoke-with-response-stream", {}, stream=wrapped, kind="eventstream")
    assert nova.output_messages == found.output_messages


@pytest.mark.parametrize(
    ("frames", "cut"),
    [
        ((("messageStart", {"role": "assistant"}), ("contentBlockDelta", delta(0, text="a"))), "block 0 is still open and there is no messageStop"),
        ((("messageStart", {"role": "assistant"}),), "no messageStop"),
    ],
)  # fmt: skip
def test_a_stream_without_its_end_is_cut(frames: tuple[tuple[str, Any], ...], cut: str) -> None:
    stream = events(*(value for _, value in frames), names=tuple(name for name, _ in frames))
    found = call(f"{CONVERSE}-stream", {}, stream=stream, kind="eventstream")
    assert (found.complete, found.cut) == (False, cut)


def test_an_exception_in_the_stream_is_its_end() -> None:
    stream = events(
        {"role": "assistant"},
        {"message": "broken", "originalStatusCode": 500},
        names=("messageStart", "modelStreamErrorException"),
    )
    found = call(f"{CONVERSE}-stream", {}, stream=stream, kind="eventstream")
    assert found.error is not None
    assert (found.error.type, found.error.message, found.error.in_stream, found.complete) == (
        "modelStreamErrorException",
        "broken",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ({"text": "a"}, Text(content="a")),
        ({"citationsContent": {"content": [{"text": "a"}], "citations": [{"title": "T"}]}}, Text(content="a", citations=({"title": "T"},))),
        ({"reasoningContent": {"redactedContent": "b3A="}}, Reasoning(content="", kind="redacted", encrypted="b3A=")),
        ({"toolUse": {"toolUseId": "s", "name": "nova_code", "input": {"x": 1}, "type": "server_tool_use"}}, ServerToolCall(id="s", name="nova_code", server_tool_call={"type": "server_tool_use", "input": {"x": 1}})),
        ({"toolResult": {"toolUseId": "s", "content": [{"json": {"y": 2}}], "type": "nova_code_result"}}, ServerToolCallResponse(id="s", server_tool_call_response={"type": "nova_code_result", "content": [{"json": {"y": 2}}]})),
        ({"image": {"format": "jpg", "source": {"bytes": "aGk="}}}, Blob(modality="image", mime_type="image/jpeg", content="aGk=")),
        ({"novelty": 1}, Generic(kind="novelty", content={"novelty": 1})),
    ],
)  # fmt: skip
def test_blocks(block: dict[str, Any], part: Any) -> None:
    assert call(CONVERSE, {}, answered(block)).output_messages[0].parts == (part,)


@pytest.mark.parametrize(
    ("native", "canonical"),
    [("end_turn", "stop"), ("max_tokens", "length"), ("tool_use", "tool_call"), ("guardrail_intervened", "content_filter"),
     ("content_filtered", "content_filter"), ("malformed_tool_use", "error"), ("stop_sequence", "stop")],
)  # fmt: skip
def test_stop_reasons(native: str, canonical: str) -> None:
    assert call(CONVERSE, {}, answered({"text": "a"}, reason=native)).finish_reasons == (canonical,)


def test_the_input_includes_the_cache() -> None:
    usage = call(
        CONVERSE, {}, answered(inputTokens=3, cacheReadInputTokens=10, cacheWriteInputTokens=20, totalTokens=38)
    ).usage
    assert usage is not None
    assert (
        usage.input_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
        usage.total_tokens,
    ) == (33, 10, 20, 38)


def test_the_request() -> None:
    found = call(
        CONVERSE,
        {
            "system": [{"text": "be brief"}, {"cachePoint": {"type": "default"}}],
            "messages": [
                {"role": "user", "content": [{"text": "go"}]},
                {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "f", "input": {"a": 1}}}]},
                {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "4"}], "status": "error"}}, {"text": "now?"}]},
            ],
            "inferenceConfig": {"maxTokens": 9, "topP": 0.5},
            "toolConfig": {
                "tools": [{"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": {"type": "object"}}}}, {"cachePoint": {"type": "default"}}],
                "toolChoice": {"tool": {"name": "f"}},
            },
            "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 64}, "x": 1},
            "guardrailConfig": {},
        },
        answered({"text": "a"}),
    )  # fmt: skip
    assert found.system_instructions == (Text(content="be brief"),)
    assert found.input_messages == (
        Message(role="user", parts=(Text(content="go"),)),
        Message(role="assistant", parts=(ToolCall(id="t", name="f", arguments={"a": 1}),)),
        Message(role="tool", parts=(ToolCallResponse(id="t", response="4", is_error=True),), native_role="user"),
        Message(role="user", parts=(Text(content="now?"),)),
    )
    assert found.parameters == {
        "max_tokens": 9,
        "top_p": 0.5,
        "tool_choice": {"mode": "tool", "names": ["f"], "parallel": None},
        "reasoning": {"enabled": True, "budget_tokens": 64},
    }
    assert [(tool.name, tool.parameters) for tool in found.tools] == [("f", {"type": "object"})]
    assert found.extra == {
        "/request/system/1/cachePoint": {"type": "default"},
        "/request/toolConfig/tools/1": {"cachePoint": {"type": "default"}},
        "/request/additionalModelRequestFields/x": 1,
    }
    assert found.request_model == "eu.amazon.nova-9-v1:0"


def test_the_type_of_an_error_stands_in_a_header() -> None:
    found = call(
        CONVERSE, {}, {"message": "bad"}, status=400, headers=(("x-amzn-ErrorType", "ValidationException:http://x"),)
    )
    assert found.error is not None
    assert (found.error.type, found.error.message) == ("ValidationException", "bad")


# --- InvokeModel -----------------------------------------------------------------------------------------------------

ANSWERS: dict[str, tuple[dict[str, Any], Any, tuple[int | None, int | None]]] = {
    "amazon.titan-text-x": ({"inputTextTokenCount": 3, "results": [{"outputText": "Hi", "tokenCount": 2, "completionReason": "LENGTH"}]}, "length", (3, 2)),
    "us.meta.llama9": ({"generation": "Hi", "prompt_token_count": 3, "generation_token_count": 2, "stop_reason": "stop"}, "stop", (3, 2)),
    "mistral.mistral-9b": ({"outputs": [{"text": "Hi", "stop_reason": "length"}]}, "length", (None, None)),
    "cohere.command-x": ({"generations": [{"text": "Hi", "finish_reason": "COMPLETE"}]}, "stop", (None, None)),
    "ai21.j2-x": ({"completions": [{"data": {"text": "Hi"}, "finishReason": {"reason": "endoftext"}}]}, "stop", (None, None)),
}  # fmt: skip


@pytest.mark.parametrize("model", ANSWERS)
def test_native_formats(model: str) -> None:
    answer, finish, counts = ANSWERS[model]
    family = family_of(model)
    assert family is not None
    found = call(f"{HOST}{model}/invoke", {family.prompt: "Say hi"}, answer)
    assert (found.dialect, found.request_model) == ("bedrock.invoke", model)
    assert [part for message in found.output_messages for part in message.parts] == [Text(content="Hi")]
    assert found.finish_reasons == (finish,)
    assert found.input_messages == (Message(role="user", parts=(Text(content="Say hi"),)),)
    assert (found.usage and (found.usage.input_tokens, found.usage.output_tokens)) or counts == (None, None)


def test_counts_stand_in_headers_as_well() -> None:
    headers = (("X-Amzn-Bedrock-Input-Token-Count", "7"), ("X-Amzn-Bedrock-Output-Token-Count", "4"))
    usage = call(f"{HOST}mistral.mistral-9b/invoke", {}, {"outputs": [{"text": "Hi"}]}, headers=headers).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (7, 4, 11)


def test_families_do_not_take_what_is_another_s() -> None:
    assert family_of("amazon.titan-embed-text-v9") is None
    assert [family.prefix for family in FAMILIES if family.prefix.startswith("amazon.nova")] == []


# --- agents ----------------------------------------------------------------------------------------------------------

AGENT = "https://bedrock-agent-runtime.eu-west-1.amazonaws.com"


def test_an_agent_s_words_and_traces() -> None:
    stream = events({"trace": {"x": 1}}, "Mostly fish", " and frogs.", names=("trace", "chunk", "chunk"))
    found = call(
        f"{AGENT}/agents/A/agentAliases/B/sessions/S/text", {"inputText": "eat?"}, stream=stream, kind="eventstream"
    )
    assert (found.dialect, found.operation_name, found.provider_name) == (
        "bedrock.agent",
        "invoke_agent",
        "aws.bedrock",
    )
    assert found.output_messages[0].parts == (Text(content="Mostly fish and frogs."),)
    assert found.extra == {"/response/traces": [{"trace": {"x": 1}}]}


def test_knowledge_bases() -> None:
    found = call(
        f"{AGENT}/knowledgebases/K/retrieve",
        {"retrievalQuery": {"text": "q"}},
        {"retrievalResults": [{"content": {"text": "w"}}]},
    )
    assert found.output_messages[0].parts == (Generic(kind="retrieval_result", content={"content": {"text": "w"}}),)
