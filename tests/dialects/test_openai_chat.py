"""OpenAI Chat Completions and its relatives: what each provider does, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from chat_interactions import DONE, called, chunk, event, folded, interaction, recorded, understood

from cassette_tools.dialects.openai_chat import fold, recognize
from cassette_tools.model import (
    Blob,
    CallError,
    Comment,
    File,
    Generic,
    Message,
    Piece,
    Problem,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
    Uri,
)

if TYPE_CHECKING:
    from pathlib import Path


def answer(message: Any, finish: Any = "stop", **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion", "model": "m-1", "choices": [choice], **more}


def parts(message: Any) -> tuple[Any, ...]:
    return called(interaction({}, answer({"role": "assistant", **message}))).output_messages[0].parts


def history(*messages: Any) -> tuple[Message, ...]:
    return called(interaction({"messages": list(messages)}, answer({"content": "ok"}))).input_messages


def said(*chunks: Any) -> Any:
    """The message that a stream says."""
    return folded(*chunks).body["choices"][0]["message"]


# --- facts -----------------------------------------------------------------------------------------------------------

SEEDS = [
    ("vercel-gpt-5.yaml", "vercel", 19, 93, 64),
    ("openai-o4-mini.yaml", "openai", 19, 148, 128),
    ("openrouter-gemini-3.1-flash-lite.yaml", "openrouter", 11, 2, 0),
    ("openrouter-gemini-2.0-flash.yaml", "openrouter", 9, 3, 0),
    ("openrouter-claude-sonnet-4.yaml", "openrouter", 16, 7, 0),
]


@pytest.mark.parametrize(("name", "provider", "given", "made", "reasoning"), SEEDS)
def test_seeds(shared: Path, name: str, provider: str, given: int, made: int, reasoning: int) -> None:
    calls = [understood(each) for each in recorded(shared / "seeds" / name)]
    seen = [
        (
            call.provider_name,
            call.finish_reasons,
            call.usage.input_tokens,
            call.usage.output_tokens,
            call.usage.reasoning_output_tokens,
            call.complete,
            call.error,
            call.problems,
        )
        for call in calls
        if call is not None and call.usage is not None
    ]
    assert seen == [(provider, ("stop",), given, made, reasoning, True, None, ())]


def test_stream_and_whole_answer_say_the_same(samples: Path) -> None:
    streamed, plain = (
        next(recorded(samples / "dialects" / "openai_chat" / name)) for name in ("streaming.yaml", "plain.yaml")
    )
    one, other = called(streamed), called(plain)
    assert one.output_messages == other.output_messages
    assert [part.type for part in one.output_messages[0].parts] == ["reasoning", "text", "tool_call", "tool_call"]
    assert (one.usage, one.finish_reasons, one.tools) == (other.usage, other.finish_reasons, other.tools)
    assert (one.stream, other.stream) == (True, False)
    assert one.system_instructions == (Text(content="You are a travel guide. Use the tools."),)
    assert one.output_messages[0].parts[3] == ToolCall(
        id="call_sample_time",
        name="get_time",
        arguments={"city": "Évora", "format": "24h"},
        raw_arguments='{"city":"Évora","format":"24h"}',
    )


# --- recognising -----------------------------------------------------------------------------------------------------

OTHERS = {
    "legacy completion": interaction(
        {"prompt": "a"},
        {"object": "text_completion", "choices": [{"text": "b"}]},
        url="https://api.openai.com/v1/completions",
    ),
    "embeddings": interaction(
        {"input": "a"}, {"object": "list", "data": []}, url="https://api.openai.com/v1/embeddings"
    ),
    "responses": interaction(
        {"input": "a"}, {"object": "response", "output": []}, url="https://api.openai.com/v1/responses"
    ),
    "anthropic": interaction(
        {"messages": [{"role": "user", "content": "a"}], "max_tokens": 1},
        {"type": "message", "role": "assistant", "content": [], "stop_reason": "end_turn"},
        url="https://api.anthropic.com/v1/messages",
    ),
    "anthropic error": interaction(
        {"messages": [{"role": "user", "content": "a"}]},
        {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
        url="https://api.anthropic.com/v1/messages",
        status=529,
    ),
    "gemini": interaction(
        {"contents": []},
        {"candidates": []},
        url="https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
    ),
    "ollama": interaction(
        {"messages": [{"role": "user", "content": "a"}]},
        {"message": {"role": "assistant", "content": "b"}, "done": True, "created_at": "…"},
        url="http://localhost:11434/api/chat",
    ),
    "responses stream": interaction(
        {}, chunks=[{"type": "response.created", "response": {}}], url="https://api.openai.com/v1/responses"
    ),
    "stored completions": interaction(None, {"object": "list", "data": []}, method="GET"),
    "no LLM": interaction(None, "<html></html>", url="https://example.org/", method="GET"),
    "choices of another kind": interaction({}, {"choices": [{"title": "a poll"}]}, url="https://example.org/polls"),
    "choices of no kind": interaction({}, {"choices": ["a", "b"]}, url="https://example.org/polls"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_not_this_dialect(name: str) -> None:
    assert recognize(OTHERS[name]) == 0


RECOGNIZED = [
    (interaction({}, answer({"content": "a"}), url="https://gateway.example.com/any/path"), 3),
    (interaction({}, {"choices": [{"message": {"content": "a"}}]}, url="http://localhost:8080/x"), 3),
    (interaction({}, chunks=[chunk({"content": "a"})], url="http://localhost/x"), 3),
    (interaction({}, chunks=[{"id": "", "object": "", "choices": []}, chunk({"content": "a"})]), 3),
    (interaction({}, {"error": {"message": "no"}}, status=401), 2),
    (interaction({}, [{"error": {"message": "no"}}], status=400), 2),
    (interaction({}, "<html>no</html>", status=502), 2),
    (interaction({}, ""), 2),
    (interaction({}, chunks=[event({"error": {"message": "no"}}, "error")]), 2),
    (
        interaction(
            {"messages": [{"role": "user", "content": "a"}]},
            {"error_code": "BAD", "message": "no"},
            url="https://x.cloud.databricks.com/serving-endpoints/m/invocations",
            status=400,
        ),
        1,
    ),
]


@pytest.mark.parametrize(("recorded_one", "certainty"), RECOGNIZED)
def test_this_dialect(recorded_one: Any, certainty: int) -> None:
    assert recognize(recorded_one) == certainty


# --- folding ---------------------------------------------------------------------------------------------------------


def test_identity_is_the_first_that_is_not_empty() -> None:
    azure = {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": [],
        "prompt_filter_results": [{"prompt_index": 0}],
    }
    body = folded(azure, chunk({"content": "a"}, created=7), chunk({}, "stop", created=8, id="other"), DONE).body
    assert body == {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 7,
        "model": "m-1",
        "prompt_filter_results": [{"prompt_index": 0}],
        "choices": [{"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}],
    }


def test_strings_are_joined_and_repeated_words_are_not() -> None:
    message = said(
        chunk({"role": "assistant", "content": "", "channel": "analysis"}),
        chunk({"role": "assistant", "content": "ha", "reasoning_content": None}),
        chunk({"role": "assistant", "content": "ha", "channel": "final", "novel": "x", "streamed": "1"}),
        chunk({"novel": "x", "streamed": "2"}, "stop"),
    )
    assert message == {
        "role": "assistant",
        "content": "haha",
        "channel": "final",
        "novel": "x",
        "streamed": "12",
        "reasoning_content": None,
    }


def test_padding_is_dropped_and_unknown_fields_are_kept() -> None:
    body = folded(
        chunk({"tags": ["a"], "shape": {"a": 1}}, obfuscation="xyz", p="ab", novel={"a": 1}),
        chunk({"tags": ["b"], "shape": {"b": 2}}, "stop", obfuscation="z", novel={"b": 2}, timings=[1]),
    ).body
    assert sorted(body) == ["choices", "id", "model", "novel", "object", "timings"]
    assert body["novel"] == {"a": 1, "b": 2}
    assert body["choices"][0]["message"] == {"tags": ["a", "b"], "shape": {"a": 1, "b": 2}}


def test_the_last_usage_that_says_something_counts() -> None:
    body = folded(
        chunk({"content": "a"}, usage={"prompt_tokens": 1, "completion_tokens": 1}),
        chunk({"content": "b"}, "stop", usage={"prompt_tokens": 1, "completion_tokens": 2}),
        {"choices": [], "usage": {"prompt_tokens": None, "completion_tokens": None}},
        {"choices": [], "usage": None},
    ).body
    assert body["usage"] == {"prompt_tokens": 1, "completion_tokens": 2}


def test_calls_stand_in_the_order_of_their_indexes() -> None:
    """Whichever begins first; calls of one index (Gemini through OpenRouter) stay as they begin."""
    begun = ((1, "b"), (0, "a"), (1, "c"))
    calls = [{"index": index, "id": name, "function": {"name": name, "arguments": "{}"}} for index, name in begun]
    message = folded(*(chunk({"tool_calls": [call]}) for call in calls), DONE).body["choices"][0]["message"]
    assert [call["function"]["name"] for call in message["tool_calls"]] == ["a", "b", "c"]


def test_reasoning_details_are_slots_of_index_and_type() -> None:
    text = {"type": "reasoning.text", "index": 0, "format": "f"}
    message = said(
        chunk({"reasoning": "Let ", "reasoning_details": [{**text, "text": "Let "}]}),
        chunk({"reasoning": "me.", "reasoning_details": [{**text, "text": "me."}]}),
        chunk({"reasoning_details": [{**text, "signature": "sig"}]}),
        chunk({"reasoning_details": [{"type": "reasoning.encrypted", "index": 0, "id": "rs_1", "data": "AA"}]}, "stop"),
    )
    assert message == {
        "reasoning": "Let me.",
        "reasoning_details": [
            {"type": "reasoning.text", "index": 0, "format": "f", "text": "Let me.", "signature": "sig"},
            {"type": "reasoning.encrypted", "index": 0, "id": "rs_1", "data": "AA"},
        ],
    }


def test_content_lists_become_blocks() -> None:
    def think(words: str) -> dict[str, Any]:
        return {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": words}], "closed": False}]}

    whole = folded(
        chunk({"role": "assistant", "content": ""}),
        chunk(think("a")),
        chunk(think("b")),
        chunk({"content": [{"type": "text", "text": "c"}]}),
        chunk({"content": "d"}),
        chunk({"content": [{"type": "reference", "reference_ids": [1]}]}, "stop"),
    )
    assert whole.body["choices"][0]["message"]["content"] == [
        {"type": "thinking", "thinking": [{"type": "text", "text": "ab"}]},
        {"type": "text", "text": "cd"},
        {"type": "reference", "reference_ids": [1]},
    ]
    assert whole.trace["/choices/0/message/content/1/text"] == (
        Piece(start=0, event_index=3, pointer="/choices/0/delta/content/0/text"),
        Piece(start=1, event_index=4, pointer="/choices/0/delta/content"),
    )


def tool(arguments: Any = None, **more: Any) -> dict[str, Any]:
    name = more.pop("name", None)
    function = {} if arguments is None else {"arguments": arguments}
    return {**more, "function": {**function, **({} if name is None else {"name": name})}}


# What the deltas say of tool calls, one list of entries for each chunk, and the calls that they make.
TOOL_CALLS = {
    "fragments": (
        [[tool("", index=0, id="a", name="f")], [tool('{"x"', index=0)], [tool(":1}", index=0)]],
        [("a", "f", '{"x":1}')],
    ),
    "parallel, interleaved": (
        [
            [tool("1", index=0, id="a", name="f"), tool("2", index=1, id="b", name="g")],
            [tool("3", index=1)],
            [tool("4", index=0)],
        ],
        [("a", "f", "14"), ("b", "g", "23")],
    ),
    "repeated id and name": (
        [[tool("1", index=0, id="a", name="f")], [tool("2", index=0, id="a", name="f")]],
        [("a", "f", "12")],
    ),
    "empty id and name go on": (
        [[tool("1", index=0, id="a", name="f")], [tool("2", index=0, id="", name="")]],
        [("a", "f", "12")],
    ),
    "one index, other id": (
        [[tool("1", index=0, id="a", name="f")], [tool("2", index=0, id="b", name="f")]],
        [("a", "f", "1"), ("b", "f", "2")],
    ),
    "no index, ids": (
        [[tool("1", id="a", name="f"), tool("2", id="b", name="g")], [tool("3", id="a")]],
        [("a", "f", "13"), ("b", "g", "2")],
    ),
    "no index, names only": (
        [[tool("1", id="", name="f"), tool("2", name="f")], [tool("3")]],
        [(None, "f", "1"), (None, "f", "23")],
    ),
    "one index, no ids, one chunk": (
        [[tool("1", index=0, name="f"), tool("2", index=0, name="g")]],
        [(None, "f", "1"), (None, "g", "2")],
    ),
    "an empty custom call beside the function (Snowflake)": (
        [[tool("1", index=0, id="a", name="f", custom={})], [tool("2", index=0, custom={})]],
        [("a", "f", "12")],
    ),
    "index -1": ([[tool("1", index=-1, id="a", name="f")], [tool("2", index=-1)]], [("a", "f", "12")]),
    "null index": ([[tool("1", index=None, id="a", name="f")], [tool("2", index=None)]], [("a", "f", "12")]),
    "null arguments": (
        [[tool(None, index=0, id="a", name="f")], [{"index": 0, "function": {"arguments": None}}]],
        [("a", "f", None)],
    ),
}


@pytest.mark.parametrize("name", TOOL_CALLS)
def test_tool_call_deltas(name: str) -> None:
    deltas, expected = TOOL_CALLS[name]
    message = said(*(chunk({"tool_calls": entries}) for entries in deltas), chunk({}, "tool_calls"))
    calls = [
        (call.get("id"), call["function"]["name"], call["function"].get("arguments")) for call in message["tool_calls"]
    ]
    assert calls == expected


def test_trace_leads_to_the_events() -> None:
    whole = folded(
        chunk({"content": "Ol"}),
        chunk({"content": "á", "tool_calls": [tool('{"k', index=0, id="a", name="f")]}),
        {
            "choices": [
                {"index": 1, "delta": {"content": "x"}},
                {"index": 0, "delta": {"tool_calls": [tool('":1}', index=0)]}},
            ]
        },
        DONE,
    )
    arguments = "/choices/0/delta/tool_calls/0/function/arguments"
    assert dict(whole.trace) == {
        "/choices/0/message/content": (
            Piece(start=0, event_index=0, pointer="/choices/0/delta/content"),
            Piece(start=2, event_index=1, pointer="/choices/0/delta/content"),
        ),
        "/choices/0/message/tool_calls/0/function/arguments": (
            Piece(start=0, event_index=1, pointer=arguments),
            Piece(start=3, event_index=2, pointer=arguments.replace("choices/0", "choices/1")),
        ),
        "/choices/1/message/content": (Piece(start=0, event_index=2, pointer="/choices/0/delta/content"),),
    }


def test_a_legacy_function_call_of_nothing_has_no_trace() -> None:
    body = folded(chunk({"content": "Hi", "function_call": {}}), chunk(finish="stop"), DONE)
    assert body.body["choices"][0]["message"] == {"content": "Hi", "function_call": {"arguments": ""}}
    assert list(body.trace) == ["/choices/0/message/content"]


def test_audio_of_an_unknown_format_tells_it() -> None:
    heard = {"type": "input_audio", "input_audio": {"data": "QQ==", "format": "mpeg"}}
    [message] = history({"role": "user", "content": [heard]})
    assert message.parts == (Blob(modality="audio", mime_type=None, content="QQ=="),)
    assert message.extra == {"/content/0/input_audio/format": "mpeg"}


def test_legacy_function_call_audio_logprobs_and_server_tools() -> None:
    whole = folded(
        chunk({"function_call": {"name": "f", "arguments": '{"a"'}, "audio": {"id": "audio_1", "transcript": "Hel"}}),
        chunk({"function_call": {"arguments": ":1}"}, "audio": {"transcript": "lo", "data": "QQ=="}}),
        chunk({"audio": {"data": "Qg==", "expires_at": 9}, "executed_tools": [{"index": 0, "type": "python"}]}),
        chunk(
            {
                "executed_tools": [{"index": 0, "type": "python", "output": "2"}],
                "annotations": [{"type": "url_citation"}],
            }
        ),
        {"choices": [{"index": 0, "delta": {}, "logprobs": {"content": [{"token": "a"}]}}]},
        {
            "choices": [
                {
                    "index": 0,
                    "delta": {},
                    "logprobs": {"content": [{"token": "b"}], "refusal": None},
                    "finish_reason": "stop",
                }
            ]
        },
    )
    choice = whole.body["choices"][0]
    assert choice["logprobs"] == {"content": [{"token": "a"}, {"token": "b"}], "refusal": None}
    assert choice["message"] == {
        "function_call": {"name": "f", "arguments": '{"a":1}'},
        "audio": {"id": "audio_1", "transcript": "Hello", "data": "QUI=", "expires_at": 9},
        "executed_tools": [{"index": 0, "type": "python", "output": "2"}],
        "annotations": [{"type": "url_citation"}],
    }


def test_snapshots_and_duplicates_are_ignored() -> None:
    first = chunk({"content": "a"})
    first["choices"][0].update(text="a", message={"role": "assistant", "content": "a"})
    assert said(first, chunk({"content": "b"}, "stop")) == {"content": "ab"}


def test_a_message_streamed_whole_is_the_message() -> None:
    assert said({"choices": [{"index": 0, "message": {"content": "a"}, "finish_reason": "stop"}]}) == {"content": "a"}


ENDINGS = [
    ((), False, "no choice and no [DONE]"),
    ((chunk({"content": "a"}),), False, "no finish_reason for choice 0 and no [DONE]"),
    ((chunk({"content": "a"}, ""),), False, "no finish_reason for choice 0 and no [DONE]"),
    ((chunk({"content": "a"}, "stop"),), True, None),
    ((chunk({"content": "a"}), DONE), True, None),
    ((chunk({"content": "a"}), " [DONE] "), True, None),
    (
        ({"choices": [{"index": 0, "delta": {}}, {"index": 2, "delta": {}}]},),
        False,
        "no finish_reason for choice 0 and 2 and no [DONE]",
    ),
    ((chunk({"content": "a"}), '{"choices": [{"ind'), False, "no finish_reason for choice 0 and no [DONE]"),
    ((chunk({"content": "a"}), {"error": {"message": "no"}}), True, None),
]


@pytest.mark.parametrize(("chunks", "complete", "cut"), ENDINGS)
def test_end_of_stream(chunks: Any, complete: bool, cut: str | None) -> None:
    whole = folded(*chunks)
    assert (whole.complete, whole.cut) == (complete, cut)


def test_a_choice_that_never_came() -> None:
    call = called(interaction({"n": 2, "stream": True}, chunks=[chunk({"content": "a"}, "stop")]))
    assert (call.complete, call.cut) == (False, "1 of 2 choices and no [DONE]")
    assert called(interaction({"n": 2}, chunks=[chunk({"content": "a"}, "stop"), DONE])).complete


@pytest.mark.parametrize("kind", [{}, [], 7, None, {"type": "auto"}])
def test_a_tool_choice_of_a_type_that_is_none_is_kept(kind: Any) -> None:
    call = called(interaction({"tool_choice": {"type": kind}}, "{}"))
    assert call.extra["/request/tool_choice"] == {"type": kind}


def test_an_empty_stream_is_cut() -> None:
    call = called(interaction({"stream": True}, ""))
    assert (call.stream, call.complete, call.cut, call.error) == (True, False, "the body is empty", None)


def test_two_finish_reasons_that_differ() -> None:
    whole = folded(chunk({"content": "a"}, "stop"), chunk({}, "length"))
    assert whole.body["choices"][0]["finish_reason"] == "length"
    assert whole.problems == (
        Problem(kind="finish-reason-changed", message="choice 0 says finish_reason 'stop' and then 'length'"),
    )
    assert folded(chunk({}, "stop"), chunk({}, "stop")).problems == ()


# --- failure ---------------------------------------------------------------------------------------------------------

STREAM_ERRORS = [
    (
        (chunk({"content": "par"}), chunk({}, "error", error={"code": 502, "message": "upstream died"}), DONE),
        CallError(
            type=None,
            code="502",
            message="upstream died",
            in_stream=True,
            raw={"code": 502, "message": "upstream died"},
        ),
    ),
    (
        (
            chunk({"content": "par"}),
            event({"error": {"message": "bad call", "type": "invalid_request_error"}}, "error"),
        ),
        CallError(
            type="invalid_request_error",
            code=None,
            message="bad call",
            in_stream=True,
            raw={"message": "bad call", "type": "invalid_request_error"},
        ),
    ),
    (
        (chunk({"content": "par"}), event({"message": "bare", "code": "x"}, "error")),
        CallError(type=None, code="x", message="bare", in_stream=True, raw={"message": "bare", "code": "x"}),
    ),
    (
        (chunk({"content": "par"}), {"object": "error", "message": "no room", "type": "overloaded", "code": "37"}),
        CallError(
            type="overloaded",
            code="37",
            message="no room",
            in_stream=True,
            raw={"object": "error", "message": "no room", "type": "overloaded", "code": "37"},
        ),
    ),
    (
        (chunk({"content": "par"}), event("plain words", "error")),
        CallError(type=None, code=None, message="plain words", in_stream=True, raw="plain words"),
    ),
    (
        (chunk({"content": "par"}), {"choices": [{"index": 0, "delta": {}, "error": {"message": "choice died"}}]}),
        CallError(type=None, code=None, message="choice died", in_stream=True, raw={"message": "choice died"}),
    ),
    (
        (chunk({"content": "par"}), [{"error": {"code": 503, "message": "no room", "status": "UNAVAILABLE"}}]),
        CallError(
            type="UNAVAILABLE",
            code="503",
            message="no room",
            in_stream=True,
            raw={"code": 503, "message": "no room", "status": "UNAVAILABLE"},
        ),
    ),
]


@pytest.mark.parametrize(("chunks", "error"), STREAM_ERRORS)
def test_errors_in_a_stream_keep_what_came_before(chunks: Any, error: CallError) -> None:
    call = called(interaction({"stream": True}, chunks=chunks))
    assert (call.error, call.complete, call.stream) == (error, True, True)
    assert call.error is not None
    assert call.error.event_index == 1
    assert call.output_messages[0].parts == (Text(content="par"),)


def test_error_field_in_place_of_data() -> None:
    line = Comment(text='{"error": {"code": 500, "message": "worker died"}}', offset=0, field="error")
    call = called(interaction({"stream": True}, chunks=[chunk({"content": "a"})], comments=(line,)))
    assert (call.complete, call.cut) == (True, None)
    assert call.error is not None
    assert (call.error.message, call.error.code, call.error.in_stream) == ("worker died", "500", True)


ERRORS = [
    (
        401,
        {"error": {"message": "no key", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}},
        "invalid_request_error",
        "invalid_api_key",
        "no key",
    ),
    (400, {"code": "Client error", "error": "model not found"}, None, "Client error", "model not found"),
    (400, {"error": "just words"}, None, None, "just words"),
    (
        422,
        {"object": "error", "message": "bad", "type": "invalid", "param": None, "code": "3051", "raw_status_code": 422},
        "invalid",
        "3051",
        "bad",
    ),
    (422, {"detail": [{"loc": ["body"], "msg": "field required", "type": "missing"}]}, None, None, "field required"),
    (404, {"detail": "Not Found"}, None, None, "Not Found"),
    (
        400,
        {"message": "wrong", "type": "invalid_request_error", "param": "p", "code": "c"},
        "invalid_request_error",
        "c",
        "wrong",
    ),
    (401, {"statusCode": 401, "message": "denied"}, None, "401", "denied"),
    (
        400,
        [{"error": {"code": 400, "message": "bad key", "status": "INVALID_ARGUMENT"}}],
        "INVALID_ARGUMENT",
        "400",
        "bad key",
    ),
    (400, {"success": False, "errors": [{"code": 7003, "message": "no route"}]}, None, "7003", "no route"),
    (
        429,
        {"error": {"message": "Provider returned error", "code": 429, "metadata": {"raw": "slow down"}}},
        None,
        "429",
        "Provider returned error: slow down",
    ),
    (
        502,
        {
            "error": {
                "message": "Provider returned error",
                "code": 502,
                "metadata": {"raw": '{"error":{"message":"oh"}}'},
            }
        },
        None,
        "502",
        "Provider returned error: oh",
    ),
    (200, {"error": {"message": "filtered", "code": "content_filter"}}, None, "content_filter", "filtered"),
    (
        401,
        "<html><head><title>401 Authorization Required</title></head></html>",
        None,
        None,
        "401 Authorization Required",
    ),
    (503, "upstream connect error\nmore", None, None, "upstream connect error"),
    (500, "", None, None, "HTTP status 500 without a body"),
]


@pytest.mark.parametrize(("status", "body", "kind", "code", "message"), ERRORS)
def test_error_bodies(status: int, body: Any, kind: str | None, code: str | None, message: str) -> None:
    call = understood(interaction({}, body, status=status))
    assert call is not None
    assert call.error is not None
    assert (call.error.type, call.error.code, call.error.message) == (kind, code, message)
    assert (call.error.in_stream, call.output_messages, call.complete) == (False, (), True)


def test_an_error_that_is_null_is_none() -> None:
    assert called(interaction({}, answer({"content": "a"}, error=None))).error is None


# --- the answer's parts ----------------------------------------------------------------------------------------------

TEXT_DETAIL = {"type": "reasoning.text", "text": "hm", "signature": "s", "id": "i", "format": "f", "index": 0}

PARTS: list[tuple[Any, tuple[Any, ...]]] = [
    ({"content": "a"}, (Text(content="a"),)),
    ({"content": None}, ()),
    ({"content": "", "tool_calls": []}, ()),
    ({"content": {"a": 1}}, (Text(content='{"a":1}'),)),
    ({"content": None, "refusal": "No."}, (Refusal(content="No."),)),
    ({"content": "a", "reasoning": "hm"}, (Reasoning(content="hm"), Text(content="a"))),
    ({"content": "a", "reasoning_content": "hm"}, (Reasoning(content="hm"), Text(content="a"))),
    ({"content": "a", "reasoning": "hm", "reasoning_content": "hm"}, (Reasoning(content="hm"), Text(content="a"))),
    (
        {"content": "a", "reasoning": "hm", "reasoning_details": [TEXT_DETAIL]},
        (Reasoning(content="hm", signature="s", id="i", format="f"), Text(content="a")),
    ),
    (
        {"reasoning": "hm", "reasoning_details": [{"type": "reasoning.encrypted", "data": "AA", "id": "i"}]},
        (Reasoning(content="hm"), Reasoning(content="", kind="encrypted", encrypted="AA", id="i")),
    ),
    ({"reasoning_details": [{"type": "reasoning.summary", "summary": "s"}]}, (Reasoning(content="s", kind="summary"),)),
    (
        {"reasoning_details": [{"type": "reasoning.novel", "x": 1}]},
        (Generic(kind="reasoning.novel", content={"type": "reasoning.novel", "x": 1}),),
    ),
    (
        {
            "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "h"}, {"type": "text", "text": "m"}]},
                {"type": "text", "text": "a"},
            ]
        },
        (Reasoning(content="hm"), Text(content="a")),
    ),
    (
        {"content": "a", "annotations": [{"type": "url_citation", "url_citation": {"url": "u"}}]},
        (Text(content="a", citations=({"type": "url_citation", "url_citation": {"url": "u"}},)),),
    ),
    (
        {"tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}]},
        (ToolCall(id="c", name="f", arguments={}, raw_arguments=""),),
    ),
    (
        {"tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a'}}]},
        (ToolCall(id="c", name="f", arguments='{"a', raw_arguments='{"a', arguments_valid=False),),
    ),
    (
        {"tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "null"}}]},
        (ToolCall(id="c", name="f", arguments=None, raw_arguments="null"),),
    ),
    (
        {"tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]},
        (ToolCall(id=None, name="f", arguments={"a": 1}),),
    ),
    ({"tool_calls": [{"id": "", "function": {"name": "f"}}]}, (ToolCall(id=None, name="f", arguments={}),)),
    (
        {"tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "f", "input": "free text"}}]},
        (ToolCall(id="c", name="f", arguments="free text", raw_arguments="free text", kind="custom"),),
    ),
    (
        {
            "tool_calls": [
                {
                    "id": "c",
                    "type": "function",
                    "function": {"name": "f", "arguments": "{}"},
                    "extra_content": {"google": {"thought_signature": "t"}},
                }
            ]
        },
        (ToolCall(id="c", name="f", arguments={}, raw_arguments="{}", signature="t"),),
    ),
    ({"tool_calls": [{"type": "novel", "x": 1}]}, (Generic(kind="novel", content={"type": "novel", "x": 1}),)),
    (
        {"content": None, "function_call": {"name": "f", "arguments": "{}"}},
        (ToolCall(id=None, name="f", arguments={}, raw_arguments="{}"),),
    ),
    (
        {"audio": {"id": "x", "data": "QQ==", "transcript": "Hello", "expires_at": 1}},
        (Blob(modality="audio", mime_type=None, content="QQ==", transcript="Hello", id="x"),),
    ),
    (
        {"images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}}]},
        (Blob(modality="image", mime_type="image/png", content="QQ=="),),
    ),
    (
        {"content": "2", "executed_tools": [{"index": 0, "type": "python", "arguments": "1+1", "output": "2"}]},
        (
            Text(content="2"),
            ServerToolCall(id=None, name="python", server_tool_call={"index": 0, "type": "python", "arguments": "1+1"}),
            ServerToolCallResponse(id=None, name="python", server_tool_call_response={"output": "2"}),
        ),
    ),
]


@pytest.mark.parametrize(("message", "expected"), PARTS)
def test_parts_of_an_answer(message: Any, expected: tuple[Any, ...]) -> None:
    assert parts(message) == expected


def test_citations_of_the_whole_answer() -> None:
    call = called(interaction({}, answer({"content": "a [1]"}, citations=["https://example.org"])))
    assert call.output_messages[0].parts == (Text(content="a [1]", citations=("https://example.org",)),)


def test_reasoning_that_differs_from_its_details_is_kept() -> None:
    call = called(interaction({}, answer({"content": "a", "reasoning": "other", "reasoning_details": [TEXT_DETAIL]})))
    assert call.output_messages[0].extra == {"/message/reasoning": "other"}


def test_what_has_no_place_is_kept_by_pointer() -> None:
    body = answer({"content": "a", "provider_metadata": {"x": 1}, "nothing": None}, created=7, provider="P")
    body["choices"][0]["logprobs"] = {"content": []}
    request = {
        "model": "m",
        "novel": 1,
        "max_tokens": 5,
        "max_completion_tokens": 6,
        "messages": [
            {"role": "developer", "content": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}]},
            {"role": "user", "content": "a", "prefix": True},
        ],
        "tools": [{"type": "function", "function": {"name": "f", "x/y": 1}, "cache_control": None}],
    }
    call = called(interaction(request, body))
    assert call.extra == {
        "/request/max_completion_tokens": 6,
        "/request/messages/0/content/0/cache_control": {"type": "ephemeral"},
        "/request/messages/0/role": "developer",
        "/request/novel": 1,
        "/response/created": 7,
        "/response/provider": "P",
    }
    assert call.output_messages[0].extra == {"/logprobs": {"content": []}, "/message/provider_metadata": {"x": 1}}
    assert call.input_messages[0].extra == {"/prefix": True}
    assert call.tools[0].extra == {"/function/x~1y": 1, "/cache_control": None}


# --- finish reasons --------------------------------------------------------------------------------------------------

CALL = {"tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}

FINISHES = [
    ("stop", {"content": "a"}, "stop"),
    ("stop", CALL, "tool_call"),
    ("", CALL, "tool_call"),
    ("", {"content": "a"}, "stop"),
    ("length", CALL, "length"),
    ("tool_calls", CALL, "tool_call"),
    ("function_call", {"function_call": {"name": "f", "arguments": "{}"}}, "tool_call"),
    ("stop", {"refusal": "No."}, "stop"),
    ("eos", {"content": "a"}, "stop"),
    ("content_filter", {"content": ""}, "content_filter"),
    ("model_length", {"content": "a"}, "length"),
    ("error", {"content": "a"}, "error"),
    ("STOP", {"content": "a"}, "stop"),
    (None, {"content": "a"}, None),
]


@pytest.mark.parametrize(("native", "message", "canonical"), FINISHES)
def test_finish_reasons(native: str | None, message: Any, canonical: str | None) -> None:
    call = called(interaction({}, answer(message, native)))
    output = call.output_messages[0]
    assert (call.finish_reasons, output.finish_reason, output.native_finish_reason) == ((canonical,), canonical, native)
    assert call.problems == ()


def test_an_unknown_finish_reason_is_kept_and_told() -> None:
    call = called(interaction({}, answer({"content": "a"}, "tired")))
    assert (call.finish_reasons, call.output_messages[0].native_finish_reason) == ((None,), "tired")
    assert call.problems == (
        Problem(
            kind="finish-reason-unknown",
            message="choice 0 ends with finish_reason 'tired', which no provider of this dialect is known to send",
        ),
    )


def test_the_gateway_tells_the_upstream_word() -> None:
    body = answer({"content": "a"}, "stop")
    body["choices"][0]["native_finish_reason"] = "end_turn"
    output = called(interaction({}, body)).output_messages[0]
    assert (output.finish_reason, output.native_finish_reason, output.extra) == ("stop", "end_turn", {})


# --- the request -----------------------------------------------------------------------------------------------------

PARAMETERS: list[tuple[Any, Any]] = [
    ({"max_tokens": 5}, {"max_tokens": 5}),
    ({"max_completion_tokens": 5}, {"max_tokens": 5}),
    ({"stop": "x"}, {"stop_sequences": ["x"]}),
    ({"stop": ["x", "y"]}, {"stop_sequences": ["x", "y"]}),
    (
        {"random_seed": 3, "n": 2, "top_p": 0.5, "temperature": None},
        {"seed": 3, "choice_count": 2, "top_p": 0.5, "temperature": None},
    ),
    ({"tool_choice": "any"}, {"tool_choice": {"mode": "required", "names": [], "parallel": None}}),
    (
        {"tool_choice": {"type": "function", "function": {"name": "f"}}, "parallel_tool_calls": False},
        {"tool_choice": {"mode": "tool", "names": ["f"], "parallel": False}},
    ),
    ({"function_call": {"name": "f"}}, {"tool_choice": {"mode": "tool", "names": ["f"], "parallel": None}}),
    (
        {
            "tool_choice": {
                "type": "allowed_tools",
                "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]},
            }
        },
        {"tool_choice": {"mode": "allowed", "names": ["f"], "parallel": None}},
    ),
    ({"response_format": {"type": "json_object"}}, {"output_type": "json", "response_format": {"kind": "json_object"}}),
    (
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "r", "schema": {"type": "object"}, "strict": True},
            }
        },
        {
            "output_type": "json",
            "response_format": {"kind": "json_schema", "name": "r", "schema": {"type": "object"}, "strict": True},
        },
    ),
    ({"reasoning_effort": "low"}, {"reasoning": {"effort": "low"}}),
    (
        {"reasoning": {"max_tokens": 9, "enabled": True, "exclude": False}},
        {"reasoning": {"budget_tokens": 9, "enabled": True, "exclude": False}},
    ),
    ({"thinking": {"type": "enabled", "budget_tokens": 9}}, {"reasoning": {"enabled": True, "budget_tokens": 9}}),
    ({"enable_thinking": False}, {"reasoning": {"enabled": False}}),
    ({"logprobs": True, "top_logprobs": 3}, {"logprobs": {"enabled": True, "top": 3}}),
    ({"stream": True, "stream_options": {"include_usage": True}}, {"stream": True, "include_usage": True}),
    ({"usage": {"include": True}}, {"include_usage": True}),
    ({"modalities": ["text", "audio"]}, {"output_type": "speech", "modalities": ["text", "audio"]}),
    ({"prompt_cache_key": "k"}, {"cache": {"key": "k"}}),
]


@pytest.mark.parametrize(("request_body", "parameters"), PARAMETERS)
def test_parameters(request_body: Any, parameters: Any) -> None:
    assert called(interaction(request_body, answer({"content": "a"}))).parameters == parameters


CONTENT: list[tuple[Any, Any]] = [
    ({"type": "text", "text": "a"}, Text(content="a")),
    (
        {"type": "image_url", "image_url": {"url": "https://x.example/a.png", "detail": "low"}},
        Uri(uri="https://x.example/a.png", modality="image"),
    ),
    (
        {"type": "image_url", "image_url": "https://x.example/a.png"},
        Uri(uri="https://x.example/a.png", modality="image"),
    ),
    (
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
        Blob(modality="image", mime_type="image/png", content="QQ=="),
    ),
    (
        {"type": "input_audio", "input_audio": {"data": "QQ==", "format": "mp3"}},
        Blob(modality="audio", mime_type="audio/mpeg", content="QQ=="),
    ),
    ({"type": "input_audio", "input_audio": "QQ=="}, Blob(modality="audio", mime_type=None, content="QQ==")),
    ({"type": "file", "file": {"file_id": "file-1"}}, File(file_id="file-1", modality="document")),
    (
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,QQ==", "filename": "a.pdf"}},
        Blob(modality="document", mime_type="application/pdf", content="QQ=="),
    ),
    (
        {"type": "document_url", "document_url": "https://x.example/a.pdf"},
        Uri(uri="https://x.example/a.pdf", modality="document"),
    ),
    (
        {"type": "video_url", "video_url": {"url": "https://x.example/a.mp4"}},
        Uri(uri="https://x.example/a.mp4", modality="video"),
    ),
    ({"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, Reasoning(content="hm")),
    ({"type": "refusal", "refusal": "No."}, Refusal(content="No.")),
    ({"type": "novel", "x": 1}, Generic(kind="novel", content={"type": "novel", "x": 1})),
    ({"type": "image_url", "image_url": 5}, Generic(kind="image_url", content={"type": "image_url", "image_url": 5})),
    ("words", Text(content="words")),
    (5, Generic(kind="unknown", content=5)),
]


# What of those items the parts have no place for.
CONTENT_EXTRA = {1: {"/content/0/image_url/detail": "low"}, 7: {"/content/0/file/filename": "a.pdf"}}


@pytest.mark.parametrize("case", range(len(CONTENT)))
def test_content_of_the_request(case: int) -> None:
    item, part = CONTENT[case]
    message = Message(role="user", parts=(part,), extra=CONTENT_EXTRA.get(case, {}))
    assert history({"role": "user", "content": [item]}) == (message,)


def test_history() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert history(
        {"role": "system", "content": "first"},
        {"role": "user", "content": "a", "name": "ann"},
        {"role": "assistant", "content": None, "reasoning_content": "hm", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "r"}], "name": "f"},
        {"role": "system", "content": "later"},
        {"role": "function", "name": "g", "content": "r"},
        {"role": "novel", "content": "b"},
    ) == (
        Message(role="user", parts=(Text(content="a"),), name="ann"),
        Message(
            role="assistant",
            parts=(Reasoning(content="hm"), ToolCall(id="c", name="f", arguments={}, raw_arguments="{}")),
        ),
        Message(role="tool", parts=(ToolCallResponse(id="c", response="r", name="f"),)),
        Message(role="system", parts=(Text(content="later"),)),
        Message(role="tool", native_role="function", parts=(ToolCallResponse(id=None, response="r", name="g"),)),
        Message(role="novel", parts=(Text(content="b"),)),
    )


def test_tools() -> None:
    request = {
        "tools": [
            {
                "type": "function",
                "function": {"name": "f", "description": "d", "parameters": {"type": "object"}, "strict": True},
            },
            {"type": "custom", "custom": {"name": "c", "format": {"type": "text"}}},
            {"name": "flat", "parameters": {}},
            {"type": "openrouter:web_search", "max_results": 2},
        ],
        "functions": [{"name": "old", "parameters": {}}],
    }
    assert called(interaction(request, answer({"content": "a"}))).tools == (
        Tool(name="f", description="d", parameters={"type": "object"}, strict=True),
        Tool(name="c", kind="custom", extra={"/custom/format": {"type": "text"}}),
        Tool(name="flat", parameters={}),
        Tool(name="openrouter:web_search", kind="openrouter:web_search", extra={"/max_results": 2}),
        Tool(name="old", parameters={}),
    )


def test_the_cost_may_stand_beside_the_usage() -> None:
    body = answer({"content": "a"}, usage={"prompt_tokens": 1, "completion_tokens": 1}, cost={"usd": 0.25, "diem": 2})
    call = called(interaction({}, body))
    assert call.usage is not None
    assert (call.usage.cost, call.extra) == (0.25, {"/response/cost/diem": 2})


def test_the_model_of_an_azure_deployment_stands_in_the_path() -> None:
    url = "https://res-1.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=1"
    call = called(interaction({}, answer({"content": "a"}), url=url))
    assert (call.request_model, call.response_model, call.provider_name) == ("my-gpt", "m-1", "azure.ai.openai")


def test_pointers_lead_to_what_they_name() -> None:
    body = answer({"content": "a", "reasoning": "hm", **CALL})
    call = called(interaction({"messages": [{"role": "user", "content": [{"type": "text", "text": "q"}]}]}, body))
    pointers = [part.pointer for message in call.output_messages for part in message.parts]
    assert pointers == [
        "/choices/0/message/reasoning",
        "/choices/0/message/content",
        "/choices/0/message/tool_calls/0/function/arguments",
    ]
    assert call.input_messages[0].parts[0].pointer == "/messages/0/content/0/text"
    assert (call.input_messages[0].pointer, call.output_messages[0].pointer) == ("/messages/0", "/choices/0")


def test_fold_changes_no_event() -> None:
    events = tuple(
        event(value)
        for value in (
            chunk({"tags": ["a"], "audio": {"id": "x"}, "reasoning_details": [TEXT_DETAIL]}, novel={"a": [1]}),
            {"choices": [{"index": 0, "delta": {"tags": ["b"]}, "logprobs": {"content": [1]}}], "novel": {"b": 1}},
            {"choices": [{"index": 0, "delta": {"tags": ["c"]}, "logprobs": {"content": [2]}}], "novel": {"b": 2}},
        )
    )
    before = repr(events)
    assert fold(events) == fold(events)
    assert repr(events) == before
