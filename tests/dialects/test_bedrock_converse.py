"""Bedrock's Converse: what is rarer, and the way from real frames to the canonical call. One test a fact."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_calls import call, events

from cassette_tools.dialects import DIALECTS
from cassette_tools.dialects.bedrock.converse import decode, recognize
from cassette_tools.load import decode as decoded_by_any
from cassette_tools.model import (
    Blob,
    Body,
    CallError,
    Generic,
    Headers,
    Interaction,
    Message,
    Reasoning,
    Request,
    Response,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
    Uri,
)
from cassette_tools.wire.body import read_body

MODEL = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/heron.wader-v1%3A0"
PLAIN, STREAM, COUNT = f"{MODEL}/converse", f"{MODEL}/converse-stream", f"{MODEL}/count-tokens"
NOVA = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.amazon.nova-heron-v1%3A0"

Frames = tuple[tuple[str, dict[str, Any]], ...]


def answered(*content: Any, **more: Any) -> dict[str, Any]:
    return {"output": {"message": {"role": "assistant", "content": list(content)}}, "stopReason": "end_turn", **more}


def streamed(*frames: tuple[str | None, Any], url: str = STREAM) -> Any:
    stream = events(*(value for _, value in frames), names=tuple(name for name, _ in frames))
    return call(url, {}, stream=stream, kind="eventstream")


def delta(index: int, **what: Any) -> tuple[str, dict[str, Any]]:
    return "contentBlockDelta", {"contentBlockIndex": index, "delta": what, "p": "abcdef"}


def start(index: int, **what: Any) -> tuple[str, dict[str, Any]]:
    return "contentBlockStart", {"contentBlockIndex": index, "start": what, "p": "ab"}


BEGIN = ("messageStart", {"role": "assistant", "p": "a"})
END = ("messageStop", {"stopReason": "end_turn", "p": "abc"})


def frame(name: str, value: dict[str, Any], kind: str = "event") -> bytes:
    headers = b""
    for key, words in ((":message-type", kind), (f":{kind}-type", name), (":content-type", "application/json")):
        headers += bytes([len(key)]) + key.encode() + b"\x07" + struct.pack(">H", len(words)) + words.encode()
    payload = json.dumps(value, ensure_ascii=False).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    whole = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return whole + struct.pack(">I", zlib.crc32(whole))


# --- from the bytes --------------------------------------------------------------------------------------------------

KIND = Headers(pairs=(("Content-Type", "application/vnd.amazon.eventstream"),))
FRAMES: Frames = (
    BEGIN,
    delta(0, text="A "),
    delta(0, text="gárça."),
    ("contentBlockStop", {"contentBlockIndex": 0}),
    END,
    ("metadata", {"usage": {"inputTokens": 4, "outputTokens": 3, "totalTokens": 7}, "metrics": {"latencyMs": 9}}),
)
BYTES = b"".join(frame(name, value) for name, value in FRAMES)


def exchange(body: Body, url: str = STREAM, asked: Any = None) -> Interaction:
    return Interaction(
        index=0,
        request=Request(method="POST", url=url, body=Body(text="", json={} if asked is None else asked)),
        response=Response(status_code=200, body=body),
    )


@pytest.mark.parametrize(
    "recorded", [BYTES, base64.b64encode(BYTES).decode(), BYTES.decode("latin-1"), BYTES.decode("utf-8", "replace")]
)
def test_frames_become_a_message_however_they_are_stored(recorded: str | bytes) -> None:
    """The last is damaged, and its events are found none the less."""
    found = decoded_by_any(exchange(read_body(recorded, KIND, ("body",))))
    assert found is not None
    assert found.dialect == "bedrock.converse"
    assert found.output_messages == (
        Message(
            role="assistant",
            parts=(Text(content="A gárça."),),
            finish_reason="stop",
            native_finish_reason="end_turn",
        ),
    )
    assert (found.stream, found.complete, found.error) == (True, True, None)


def test_a_frame_that_is_cut_leaves_what_came_before() -> None:
    body = read_body(BYTES[: BYTES.index(b"messageStop") + 30], KIND, ("body",))
    found = decoded_by_any(exchange(body))
    assert found is not None
    assert found.output_messages[0].parts == (Text(content="A gárça."),)
    assert (found.complete, found.cut) == (False, "no messageStop")
    assert [problem.kind for problem in body.problems] == ["unreadable-body"]


def test_pieces_lead_to_their_events() -> None:
    found = streamed(*FRAMES)
    assert [(piece.start, piece.event_index, piece.pointer) for piece in found.trace["/output/message/content/0/text"]] == [
        (0, 1, "/delta/text"),
        (2, 2, "/delta/text"),
    ]  # fmt: skip


def test_pieces_in_nova_s_wrapping_lead_to_their_events() -> None:
    found = streamed(*((None, {name: value}) for name, value in FRAMES), url=f"{NOVA}/invoke-with-response-stream")
    assert [piece.pointer for piece in found.trace["/output/message/content/0/text"]] == [
        "/contentBlockDelta/delta/text",
        "/contentBlockDelta/delta/text",
    ]
    assert found.output_messages[0].parts == (Text(content="A gárça."),)


# --- blocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "arguments", "valid"),
    [
        ((), {}, True),
        (("",), {}, True),
        (('{"a":', " 1}"), {"a": 1}, True),
        (('{"a":', " "), '{"a": ', False),
    ],
)
def test_the_arguments_of_a_call(pieces: tuple[str, ...], arguments: Any, valid: bool) -> None:
    found = streamed(
        BEGIN,
        start(0, toolUse={"toolUseId": "t", "name": "f"}),
        *(delta(0, toolUse={"input": piece}) for piece in pieces),
        END,
    )
    (part,) = found.output_messages[0].parts
    assert (part.id, part.name, part.arguments, part.arguments_valid) == ("t", "f", arguments, valid)
    assert part.raw_arguments == (None if valid else arguments)
    assert found.finish_reasons == ("tool_call",)


def test_a_tool_of_amazon_s_own_streamed_and_whole() -> None:
    """Its result stands in the assistant's message."""
    parts = (
        ServerToolCall(
            id="s", name="nova_grounding", server_tool_call={"type": "server_tool_use", "input": {"q": "x"}}
        ),
        ServerToolCallResponse(
            id="s",
            server_tool_call_response={
                "type": "nova_grounding_result",
                "content": [{"json": {"found": 2}}],
                "status": "success",
            },
        ),
        Text(content="Two."),
    )
    told = {"toolUseId": "s", "type": "nova_grounding_result", "status": "success"}
    used = {"toolUseId": "s", "name": "nova_grounding", "type": "server_tool_use"}
    stream = streamed(
        BEGIN,
        start(0, toolUse=used),
        delta(0, toolUse={"input": '{"q":"x"}'}),
        start(1, toolResult=told),
        delta(1, toolResult=[{"json": {"found": 2}}]),
        delta(2, text="Two."),
        END,
    )
    whole = call(
        PLAIN,
        {},
        answered(
            {"toolUse": {**used, "input": {"q": "x"}}},
            {"toolResult": {**told, "content": [{"json": {"found": 2}}]}},
            {"text": "Two."},
        ),
    )
    assert stream.output_messages[0].parts == whole.output_messages[0].parts == parts
    assert stream.finish_reasons == whole.finish_reasons == ("stop",)


def test_hidden_reasoning_streamed_and_whole() -> None:
    stream = streamed(BEGIN, delta(0, reasoningContent={"redactedContent": "aGlkZGVu"}), delta(1, text="Yes."), END)
    whole = call(PLAIN, {}, answered({"reasoningContent": {"redactedContent": "aGlkZGVu"}}, {"text": "Yes."}))
    assert stream.output_messages == whole.output_messages
    assert whole.output_messages[0].parts == (
        Reasoning(content="", kind="redacted", encrypted="aGlkZGVu"),
        Text(content="Yes."),
    )


def test_blocks_stand_in_the_order_of_their_index() -> None:
    found = streamed(BEGIN, delta(2, text="c"), delta(0, text="a"), delta(1, text="b"), END)
    assert found.output_messages[0].parts == (Text(content="a"), Text(content="b"), Text(content="c"))


def stop(index: int) -> tuple[str, dict[str, Any]]:
    return "contentBlockStop", {"contentBlockIndex": index}


def test_nova_ends_a_block_after_each_piece_of_one_text() -> None:
    found = streamed(
        BEGIN, delta(0, text="A "), stop(0), delta(1, text="he"), stop(1), delta(2, text="ron."), stop(2),
        start(3, toolUse={"toolUseId": "t", "name": "f"}), stop(3), delta(4, text="More."), stop(4), END,
    )  # fmt: skip
    assert found.output_messages[0].parts == (
        Text(content="A heron."),
        ToolCall(id="t", name="f", arguments={}),
        Text(content="More."),
    )
    assert [piece.event_index for piece in found.trace["/output/message/content/0/text"]] == [1, 3, 5]


def test_texts_around_a_citation_stay_apart() -> None:
    found = streamed(
        BEGIN, delta(0, text="It is "), stop(0), delta(1, citation={"title": "Guide"}), delta(1, text="grey"), stop(1),
        delta(2, text="."), stop(2), END,
    )  # fmt: skip
    assert found.output_messages[0].parts == (
        Text(content="It is "),
        Text(content="grey", citations=({"title": "Guide"},)),
        Text(content="."),
    )


def test_an_unknown_kind_of_block_is_kept() -> None:
    found = streamed(BEGIN, delta(0, smell={"of": "mud"}), END)
    assert found.output_messages[0].parts == (Generic(kind="smell", content={"smell": {"deltas": [{"of": "mud"}]}}),)


def test_an_unknown_event_is_kept() -> None:
    found = streamed(BEGIN, ("weather", {"rain": 1}), delta(0, text="a"), END)
    assert found.extra == {"/response/events": [{"weather": {"rain": 1}}]}


@pytest.mark.parametrize(
    ("block", "part", "extra"),
    [
        (
            {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/k.png", "bucketOwner": "owner"}}}},
            Uri(uri="s3://b/k.png", modality="image", mime_type="image/png"),
            {"/content/0/image/source/s3Location/bucketOwner": "owner"},
        ),
        (
            {"document": {"format": "pdf", "name": "field guide", "source": {"bytes": "JVBERg=="}, "context": "birds"}},
            Blob(modality="document", mime_type="application/pdf", content="JVBERg=="),
            {"/content/0/document/name": "field guide", "/content/0/document/context": "birds"},
        ),
        (
            {"document": {"format": "txt", "name": "n", "source": {"text": "waders wade"}}},
            Generic(
                kind="document",
                content={"document": {"format": "txt", "name": "n", "source": {"text": "waders wade"}}},
            ),
            {},
        ),
        (
            {"video": {"format": "three_gp", "source": {"bytes": "AA=="}}},
            Blob(modality="video", mime_type="video/3gpp", content="AA=="),
            {},
        ),
        (
            {"guardContent": {"text": {"text": "is it safe?", "qualifiers": ["query"]}}},
            Text(content="is it safe?"),
            {"/content/0/guardContent/text/qualifiers": ["query"]},
        ),
        (
            {"guardContent": {"image": {"format": "png", "source": {"bytes": "AA=="}}}},
            Blob(modality="image", mime_type="image/png", content="AA=="),
            {"/content/0/guardContent/image/qualifiers": None},
        ),
        (
            {"searchResult": {"source": "s", "title": "t", "content": [{"text": "c"}]}},
            Generic(
                kind="searchResult",
                content={"searchResult": {"source": "s", "title": "t", "content": [{"text": "c"}]}},
            ),
            {},
        ),
    ],
)
def test_what_users_send(block: dict[str, Any], part: Any, extra: dict[str, Any]) -> None:
    asked = {"messages": [{"role": "user", "content": [block]}]}
    assert call(PLAIN, asked, answered()).input_messages == (Message(role="user", parts=(part,), extra=extra),)


# --- the request -----------------------------------------------------------------------------------------------------


def test_each_result_is_a_message_of_its_tool() -> None:
    """A mark for the cache behind the last result makes no turn of its own."""
    found = call(
        PLAIN,
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"toolResult": {"toolUseId": "a", "content": [{"text": "31 °C"}], "status": "success"}},
                        {"toolResult": {"toolUseId": "b", "content": [{"json": {"t": 1}}]}},
                        {"toolResult": {"toolUseId": "c", "content": [{"text": "x"}, {"text": "y"}]}},
                        {"cachePoint": {"type": "default"}},
                    ],
                }
            ]
        },
        answered(),
    )
    assert found.input_messages == (
        Message(role="tool", parts=(ToolCallResponse(id="a", response="31 °C", is_error=False),), native_role="user"),
        Message(role="tool", parts=(ToolCallResponse(id="b", response={"t": 1}),), native_role="user"),
        Message(
            role="tool",
            parts=(ToolCallResponse(id="c", response=[{"text": "x"}, {"text": "y"}]),),
            native_role="user",
            extra={"/content/3/cachePoint": {"type": "default"}},
        ),
    )


@pytest.mark.parametrize(
    ("more", "parameters", "extra"),
    [
        ({"inferenceConfig": {}, "system": [], "toolConfig": {}, "requestMetadata": {}}, {}, {}),
        ({"inferenceConfig": {"stopSequences": []}}, {}, {}),
        ({"toolConfig": {"toolChoice": {"any": {}}}}, {"tool_choice": {"mode": "required", "names": [], "parallel": None}}, {}),
        ({"toolConfig": {"toolChoice": {"some": {}}}}, {}, {"/request/toolConfig/toolChoice": {"some": {}}}),
        ({"serviceTier": {"type": "flex"}}, {"service_tier": "flex"}, {}),
        ({"performanceConfig": {"latency": "optimized"}}, {}, {"/request/performanceConfig": {"latency": "optimized"}}),
        ({"additionalModelRequestFields": {"thinking": {"type": "adaptive", "display": "omitted"}, "output_config": {"effort": "low"}}}, {"reasoning": {"enabled": "adaptive", "effort": "low"}}, {"/request/additionalModelRequestFields/thinking/display": "omitted"}),
        ({"additionalModelRequestFields": {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}, "inferenceConfig": {"topK": 3}}}, {"reasoning": {"enabled": True, "effort": "high"}, "top_k": 3}, {}),
        ({"additionalModelRequestFields": {"reasoning_effort": "low"}}, {"reasoning": {"effort": "low"}}, {}),
        ({"outputConfig": {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": '{"type":"object"}', "name": "n"}}}}}, {"output_type": "json", "response_format": {"kind": "json_schema", "name": "n", "schema": {"type": "object"}}}, {}),
        ({"inferenceConfig": "odd"}, {}, {"/request/inferenceConfig": "odd"}),
        ({"guardrailConfig": {"guardrailIdentifier": "g"}}, {}, {"/request/guardrailConfig": {"guardrailIdentifier": "g"}}),
    ],
)  # fmt: skip
def test_settings(more: dict[str, Any], parameters: dict[str, Any], extra: dict[str, Any]) -> None:
    found = call(PLAIN, {"messages": [], **more}, answered())
    assert (found.parameters, found.extra) == (parameters, extra)


def test_tools_of_amazon_s_own() -> None:
    found = call(PLAIN, {"toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}]}}, answered())
    assert found.tools == (
        Tool(name="nova_grounding", kind="systemTool", extra={"": {"systemTool": {"name": "nova_grounding"}}}),
    )


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        (PLAIN, "aws.bedrock"),
        ("/model/heron.wader-v1/converse", "aws.bedrock"),
        ("https://gateway.example.com/model/heron.wader-v1/converse", "gateway.example.com"),
    ],
)
def test_the_provider(url: str, provider: str) -> None:
    assert call(url, {}, answered()).provider_name == provider


def test_the_model_may_stand_in_the_body() -> None:
    assert call(PLAIN, {"modelId": "heron.other-v1"}, answered()).request_model == "heron.other-v1"
    assert call(PLAIN, {}, answered()).request_model == "heron.wader-v1:0"


def test_counting_tokens() -> None:
    asked = {"messages": [{"role": "user", "content": [{"text": "how long?"}]}], "system": [{"text": "be brief"}]}
    found = call(COUNT, {"input": {"converse": asked}}, {"inputTokens": 17})
    assert (found.operation_name, found.stream, found.output_messages) == ("token_count", False, ())
    assert found.input_messages == (Message(role="user", parts=(Text(content="how long?"),)),)
    assert (found.input_messages[0].pointer, found.system_instructions) == (
        "/input/converse/messages/0",
        (Text(content="be brief"),),
    )
    assert (found.usage and found.usage.input_tokens, found.extra) == (17, {})


def test_counting_the_tokens_of_a_native_body() -> None:
    found = call(COUNT, {"input": {"invokeModel": {"body": "e30="}}}, {"inputTokens": 17})
    assert found.extra == {"/request/input": {"invokeModel": {"body": "e30="}}}


# --- the answer ------------------------------------------------------------------------------------------------------


def test_a_guardrail_that_intervened() -> None:
    traced = {"guardrail": {"actionReason": "Guardrail blocked."}}
    found = call(PLAIN, {}, {**answered({"text": "I may not."}), "stopReason": "guardrail_intervened", "trace": traced})
    assert (found.finish_reasons, found.extra) == (("content_filter",), {"/response/trace": traced})
    stream = streamed(
        BEGIN, delta(0, text="I may not."), ("messageStop", {"stopReason": "guardrail_intervened"}), ("metadata", {"trace": traced})
    )  # fmt: skip
    assert (stream.output_messages, stream.extra) == (found.output_messages, found.extra)


def test_an_unknown_reason_to_stop_is_told() -> None:
    found = call(PLAIN, {}, {**answered({"text": "a"}), "stopReason": "bored"})
    (message,) = found.output_messages
    assert (message.finish_reason, message.native_finish_reason, message.extra) == (
        None,
        "bored",
        {"/stopReason": "bored"},
    )
    assert [(problem.kind, problem.message) for problem in found.problems] == [
        ("finish-reason-unknown", "the answer ends with stopReason 'bored', which this API is not known to send")
    ]


def test_an_answer_may_be_empty() -> None:
    found = call(PLAIN, {}, {**answered(), "stopReason": "stop_sequence"})
    assert found.output_messages[0].parts == ()
    assert found.finish_reasons == ("stop",)


@pytest.mark.parametrize(
    ("native", "counts", "extra"),
    [
        ({"inputTokens": 5, "outputTokens": 2, "totalTokens": 7}, (5, 2, 7, None, None), {}),
        (
            {"inputTokens": 5, "outputTokens": 2, "totalTokens": 47, "cacheReadInputTokens": 30, "cacheWriteInputTokens": 10},
            (45, 2, 47, 30, 10),
            {},
        ),
        (
            {
                "inputTokens": 5, "outputTokens": 2, "totalTokens": 37, "cacheReadInputTokens": 30,
                "cacheReadInputTokenCount": 30, "cacheDetails": [{"ttl": "5m", "inputTokens": 0}],
                "serverToolUsage": {},
            },
            (35, 2, 37, 30, None),
            {"/cacheReadInputTokenCount": 30, "/cacheDetails": [{"ttl": "5m", "inputTokens": 0}], "/serverToolUsage": {}},
        ),
        ({"inputTokens": 5, "outputTokens": 2, "cacheReadInputTokenCount": 3}, (8, 2, 10, 3, None), {}),
    ],
)  # fmt: skip
def test_usage(native: dict[str, Any], counts: tuple[int | None, ...], extra: dict[str, Any]) -> None:
    usage = call(PLAIN, {}, {**answered(), "usage": native}).usage
    assert usage is not None
    assert (
        usage.input_tokens,
        usage.output_tokens,
        usage.total_tokens,
        usage.cache_read_input_tokens,
        usage.cache_creation_input_tokens,
    ) == counts
    assert usage.extra == extra


def test_usage_may_be_lost_with_the_last_event() -> None:
    found = streamed(BEGIN, delta(0, text="a"), END)
    assert (found.usage, found.complete, found.cut) == (None, True, None)


def test_amazon_s_own_measure_where_the_answer_has_none() -> None:
    metrics = {"inputTokenCount": 4, "outputTokenCount": 3, "invocationLatency": 80, "firstByteLatency": 20}
    found = streamed(
        (None, {"messageStart": {"role": "assistant"}}),
        (None, {"contentBlockDelta": delta(0, text="a")[1]}),
        (None, {"messageStop": {"stopReason": "end_turn"}, "amazon-bedrock-invocationMetrics": metrics, "amazon-bedrock-guardrailAction": "NONE"}),
        url=f"{NOVA}/invoke-with-response-stream",
    )  # fmt: skip
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.output_tokens, found.usage.total_tokens) == (4, 3, 7)
    assert found.extra == {
        "/response/amazon-bedrock-invocationMetrics": metrics,
        "/response/amazon-bedrock-guardrailAction": "NONE",
    }


def test_nova_s_own_format() -> None:
    asked = {
        "schemaVersion": "messages-v1",
        "messages": [{"role": "user", "content": [{"text": "hi"}]}],
        "inferenceConfig": {"max_new_tokens": 9, "topK": 2, "top_p": 0.5},
    }
    usage = {"inputTokens": 4, "outputTokens": 3, "totalTokens": 7, "cacheReadInputTokenCount": 2}
    found = call(f"{NOVA}/invoke", asked, {**answered({"text": "Hi."}), "usage": usage})
    assert (found.dialect, found.request_model, found.operation_name) == (
        "bedrock.converse",
        "eu.amazon.nova-heron-v1:0",
        "chat",
    )
    assert found.parameters == {"max_tokens": 9, "top_k": 2, "top_p": 0.5}
    assert found.output_messages[0].parts == (Text(content="Hi."),)
    assert (found.usage and found.usage.input_tokens, found.extra) == (6, {})


# --- failure ---------------------------------------------------------------------------------------------------------

EXCEPTIONS = (
    "internalServerException",
    "modelStreamErrorException",
    "modelTimeoutException",
    "serviceUnavailableException",
    "throttlingException",
    "validationException",
)


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_ends_the_stream_and_what_came_before_is_kept(name: str) -> None:
    content = frame(*BEGIN) + frame(*delta(0, text="A ")) + frame(name, {"message": "no more"}, "exception")
    found = decoded_by_any(exchange(read_body(content, KIND, ("body",))))
    assert found is not None
    assert found.output_messages[0].parts == (Text(content="A "),)
    assert found.error == CallError(
        type=name, code=None, message="no more", in_stream=True, raw={"message": "no more"}, event_index=2
    )
    assert (found.complete, found.finish_reasons) == (True, (None,))


def test_what_the_model_s_server_said() -> None:
    told = {"originalStatusCode": 424, "originalMessage": "out of memory"}
    error = streamed(BEGIN, ("modelStreamErrorException", told)).error
    assert (error.type, error.code, error.message) == ("modelStreamErrorException", "424", "out of memory")


def test_an_exception_at_once_is_a_call_of_this_dialect() -> None:
    found = streamed(("throttlingException", {"message": "slow down"}))
    assert (found.dialect, found.output_messages, found.error.message) == ("bedrock.converse", (), "slow down")


def test_a_frame_of_type_error() -> None:
    error = streamed(BEGIN, ("error", {"error": {"code": "InternalError", "message": "no"}})).error
    assert (error.type, error.code, error.message, error.event_index) == (None, "InternalError", "no", 1)


@pytest.mark.parametrize(
    ("body", "headers", "kind", "message"),
    [
        ({"message": "Too many requests"}, (("x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/"),), "ThrottlingException", "Too many requests"),
        ({"Message": "signature expired"}, (("X-Amzn-Errortype", "InvalidSignatureException"),), "InvalidSignatureException", "signature expired"),
        ({"message": "no"}, (), None, "no"),
        ({"__type": "UnknownOperationException"}, (), "UnknownOperationException", '{"__type":"UnknownOperationException"}'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("url", [PLAIN, STREAM, COUNT])
def test_http_errors(url: str, body: Any, headers: tuple[tuple[str, str], ...], kind: str, message: str) -> None:
    found = call(url, {}, body, status=429, headers=headers)
    assert found.error is not None
    assert (found.error.type, found.error.message, found.error.in_stream) == (kind, message, False)
    assert (found.output_messages, found.stream, found.complete) == ((), False, True)


def test_an_empty_body_where_a_stream_was_asked_for() -> None:
    found = decoded_by_any(exchange(Body(text="")))
    assert found is not None
    assert (found.stream, found.complete, found.cut) == (True, False, "the body is empty")


# --- properties ------------------------------------------------------------------------------------------------------

words = st.text(max_size=5)
deltas = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.one_of(
            st.fixed_dictionaries({"text": words}),
            st.fixed_dictionaries({"toolUse": st.fixed_dictionaries({"input": words})}),
            st.fixed_dictionaries({"reasoningContent": st.fixed_dictionaries({"text": words})}),
            st.fixed_dictionaries({"citation": st.dictionaries(words, words, max_size=1)}),
        ),
    ),
    max_size=12,
)


@given(deltas)
def test_no_text_is_lost_whatever_the_order(pieces: list[tuple[int, dict[str, Any]]]) -> None:
    """Of blocks that are text only, each block's text is the pieces of its index."""
    found = streamed(BEGIN, *(delta(index, **what) for index, what in pieces), END)
    texts = []
    for index in sorted({index for index, _ in pieces}):
        mine = [what for number, what in pieces if number == index]
        if all("text" in what for what in mine):
            texts.append("".join(what["text"] for what in mine))
    got = [part.content for part in found.output_messages[0].parts if isinstance(part, Text)]
    assert [text for text in texts if text and text not in got] == []
    calls = [part for part in found.output_messages[0].parts if isinstance(part, ToolCall)]
    assert len(calls) <= len({index for index, what in pieces if "toolUse" in what})


@given(st.lists(st.binary(max_size=30), max_size=3))
def test_any_frames_are_survived(payloads: list[bytes]) -> None:
    body = read_body(BYTES + b"".join(payloads), KIND, ("body",))
    interaction = exchange(body)
    recognize(interaction)
    assert decode(interaction, DIALECTS["bedrock.converse"].fold(body.events)).dialect == "bedrock.converse"
