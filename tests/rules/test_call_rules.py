"""The rules about calls, on calls made by hand: what each finds, and what is normal for some provider."""

from __future__ import annotations

import json

import pytest
from rule_cases import observations

from cassette_tools._record import replace
from cassette_tools.config import MatchSettings
from cassette_tools.model import (
    ABSENT,
    Blob,
    Body,
    CallError,
    Event,
    Generic,
    Headers,
    Interaction,
    LLMCall,
    Message,
    Problem,
    Reasoning,
    Request,
    Response,
    Text,
    Tool,
    ToolCall,
    Usage,
)
from cassette_tools.rules import RULES, FileFacts
from cassette_tools.rules._models import is_other_model
from cassette_tools.rules.usage_sum_mismatch import EXACT

AGAIN = "record the interaction again"
ABOUT = f"{AGAIN}, or say in an ignore comment that the scenario is about it"


def observe(rule: str, *interactions: Interaction) -> list[tuple[str, str | None, int | None]]:
    return [(seen.message, seen.place.pointer, seen.place.offset) for seen in observations(rule, *interactions)]


def called(asked: object = None, answer: object = None, status: int = 200, **call: object) -> Interaction:
    """A call without a stream; `asked` and `answer` are the JSON bodies."""
    known: dict[str, object] = {
        "provider_name": "openai",
        "dialect": "openai.chat",
        "operation_name": "chat",
        "body": answer,
        "finish_reasons": tuple(each.finish_reason for each in call.get("output_messages", ())),  # type: ignore[attr-defined]
    }
    return Interaction(
        index=0,
        request=Request(method="POST", url="https://api.example/v1", body=Body(json=asked)),
        response=Response(status_code=status, body=Body(text=json.dumps(answer), json=answer)),
        llm=LLMCall(**{**known, **call}),  # type: ignore[arg-type]
    )


def streamed(*events: object, last_terminated: bool = True, llm: bool = True, **call: object) -> Interaction:
    text, made = "", []
    for number, event in enumerate(events, 1):
        data = event if isinstance(event, str) else json.dumps(event)
        parsed = ABSENT if isinstance(event, str) else event
        terminated = last_terminated or number < len(events)
        made.append(Event(event=None, data=data, offset=len(text) + 6, json=parsed, terminated=terminated))
        text += f"data: {data}\n\n"
    known: dict[str, object] = {
        "provider_name": "openai",
        "dialect": "openai.chat",
        "operation_name": "chat",
        "stream": True,
        "finish_reasons": tuple(each.finish_reason for each in call.get("output_messages", ())),  # type: ignore[attr-defined]
    }
    return Interaction(
        index=0,
        request=Request(method="POST", url="https://api.example/v1"),
        response=Response(status_code=200, body=Body(text=text, stream="sse", events=tuple(made))),
        llm=LLMCall(**{**known, **call}) if llm else None,  # type: ignore[arg-type]
    )


def output(
    *parts: Text | ToolCall | Blob | Generic, finish: str | None = "stop", native: str | None = "stop", index: int = 0
) -> Message:
    return Message(
        role="assistant",
        parts=parts,
        finish_reason=finish,
        native_finish_reason=native,
        index=index,
        pointer=f"/choices/{index}/message",
    )


def tool_call(
    name: str = "get_weather", arguments: str = "{}", *, valid: bool = True, kind: str = "function"
) -> ToolCall:
    return ToolCall(
        id="call_1",
        name=name,
        arguments=arguments,
        raw_arguments=arguments,
        arguments_valid=valid,
        kind=kind,
        pointer="/choices/0/message/tool_calls/0/function/arguments",
    )


ARGUMENTS = "/choices/0/message/tool_calls/0/function/arguments"
HELLO = output(Text(content="hello"))


# --- streams ---------------------------------------------------------------------------------------------------------


def test_a_cut_stream_names_what_is_missing_at_its_last_event() -> None:
    assert observe(
        "stream-truncated", streamed({"a": 1}, {"b": 2}, complete=False, cut="no finish reason and no [DONE]")
    ) == [(f"the stream was cut after 2 events: no finish reason and no [DONE]; {ABOUT}", None, 22)]


def test_a_stream_that_nobody_understands_is_cut_when_its_json_is() -> None:
    words = f"the stream was cut after 2 events: its last event breaks off in the middle of its JSON; {ABOUT}"
    assert observe("stream-truncated", streamed({"a": 1}, '{"b": ', last_terminated=False, llm=False)) == [
        (words, None, 22)
    ]


@pytest.mark.parametrize(
    "interaction",
    [
        streamed({"a": 1}),
        streamed({"a": 1}, {"b": 2}, last_terminated=False, llm=False),
        streamed({"a": 1}, "[DONE]", llm=False),
        streamed({"a": 1}, "text", last_terminated=False, llm=False),
        streamed({"a": 1}, complete=False, error=CallError(type=None, code=None, message="no", in_stream=True)),
        streamed(complete=False),
        called(complete=False),
    ],
)
def test_streams_that_are_whole_or_failed(interaction: Interaction) -> None:
    assert observe("stream-truncated", interaction) == []


def test_an_error_in_a_stream() -> None:
    error = CallError(
        type="server_error", code="503", message="try\n again " + "x" * 200, in_stream=True, event_index=1
    )
    assert observe("stream-error-event", streamed({"a": 1}, {"error": {}}, {"c": 3}, error=error)) == [
        (
            f"the stream ends in an error (server_error 503): “try again {'x' * 150}…”; {AGAIN}, or say in an "
            f"ignore comment that "
            "the scenario is about it",
            None,
            22,
        )
    ]


def test_an_error_in_a_body_is_another_matter() -> None:
    assert observe("stream-error-event", called(error=CallError(type=None, code=None, message="no"))) == []


# --- tools -----------------------------------------------------------------------------------------------------------


def test_arguments_that_are_not_json() -> None:
    message = output(tool_call(arguments='{"a": 1', valid=False), finish="tool_call", native="tool_calls")
    assert observe("tool-arguments-not-json", called(output_messages=(message,))) == [
        (
            f"the arguments of the call of `get_weather` are not JSON (Expecting ',' delimiter at their end): {AGAIN}",
            ARGUMENTS,
            None,
        )
    ]


@pytest.mark.parametrize(
    "interaction",
    [
        called(output_messages=(output(tool_call()),)),
        called(output_messages=(output(tool_call(arguments="{", valid=False), finish="length", native="length"),)),
        called(output_messages=(output(tool_call(arguments="print(1)", valid=False, kind="custom")),)),
        streamed({}, complete=False, output_messages=(output(tool_call(arguments="{", valid=False)),)),
    ],
)
def test_arguments_that_are_json_or_explained(interaction: Interaction) -> None:
    assert observe("tool-arguments-not-json", interaction) == []


OFFERED = (Tool(name="get_weather"), Tool(name="get_time"))


def test_a_tool_that_was_not_offered() -> None:
    messages = (output(tool_call("get_news")),)
    assert observe("undeclared-tool-called", called({"model": "m"}, output_messages=messages, tools=OFFERED)) == [
        (
            "the model called `get_news`, but the request offers only `get_weather`, `get_time`: request and answer "
            "do not belong "
            f"together; {AGAIN}",
            ARGUMENTS,
            None,
        )
    ]
    twice = (output(tool_call("get_news"), tool_call("get_news")),)
    again = observations("undeclared-tool-called", called({"model": "m"}, output_messages=twice, tools=OFFERED))
    assert [(len(seen.related), seen.place.pointer) for seen in again] == [(0, ARGUMENTS)]  # at one place, once
    assert observe("undeclared-tool-called", called({"model": "m"}, output_messages=messages)) == [
        (
            "the model called `get_news`, but the request offers no tools: request and answer do not belong together; "
            f"{AGAIN}",
            ARGUMENTS,
            None,
        )
    ]


@pytest.mark.parametrize(
    ("asked", "tools", "name"),
    [
        ({"model": "m"}, OFFERED, "get_time"),
        (ABSENT, (), "get_news"),  # the request was not recorded
        ({"model": "m"}, (*OFFERED, Tool(name="web", kind="web_search")), "browse"),
        ({"model": "m", "prompt": {"id": "pmpt_1"}}, (), "get_news"),
        ({"model": "m", "mcp_servers": [{}]}, (), "get_news"),
    ],
)
def test_tools_that_were_offered_or_may_have_been(asked: object, tools: tuple[Tool, ...], name: str) -> None:
    assert (
        observe("undeclared-tool-called", called(asked, output_messages=(output(tool_call(name)),), tools=tools)) == []
    )


LAST = (
    "the last event has no blank line behind it, so that clients which follow the standard never see it: put a blank line "
    f"there (in YAML the block begins with `|+`), or {AGAIN}"
)
FINAL = "sse-final-event-unterminated"


@pytest.mark.parametrize("llm", [True, False])
def test_a_last_event_that_clients_never_see(llm: bool) -> None:
    assert observe(FINAL, streamed({"a": 1}, {"b": 1}, last_terminated=False, llm=llm)) == [(LAST, None, 22)]


@pytest.mark.parametrize(
    "interaction",
    [
        streamed({"a": 1}, {"b": 1}),
        streamed({"a": 1}, "[DONE]", last_terminated=False),
        streamed({"a": 1}, "[DONE]", {"b": 1}, last_terminated=False),  # nobody reads on
        streamed({"a": 1}, {"type": "message_stop"}, last_terminated=False),
        streamed({"a": 1}, "bye", last_terminated=False),
        streamed({"a": 1}, '{"b": ', last_terminated=False),
        streamed({"a": 1}, {"b": 1}, last_terminated=False, complete=False),  # `stream-truncated`
        streamed({"a": 1}, {"b": 1}, last_terminated=False, error=CallError(type=None, code=None, message="no")),
        streamed({"a": 1}, last_terminated=False),  # one line of whatever
        called(),
    ],
)
def test_ends_of_streams_that_lose_nothing(interaction: Interaction) -> None:
    assert observe(FINAL, interaction) == []


def test_the_end_of_a_file_is_the_editors() -> None:
    begin = RULES[FINAL].begin
    assert begin is not None
    assert begin(FileFacts(format="raw-body", match=MatchSettings())) is None


# --- finish reasons --------------------------------------------------------------------------------------------------


def test_no_finish_reason() -> None:
    silent = output(Text(content="hello"), finish=None, native=None, index=1)
    assert observe("finish-reason-missing", called(output_messages=(HELLO, silent))) == [
        (f"choice 1 does not say why it ended (no finish reason): {ABOUT}", "/choices/1/message", None)
    ]
    assert observe("finish-reason-missing", streamed({"a": 1}, "[DONE]", output_messages=(silent,))) == [
        (f"the answer does not say why it ended (no finish reason): {ABOUT}", None, 22)
    ]


@pytest.mark.parametrize(
    "interaction",
    [
        called(output_messages=(HELLO,)),
        called(output_messages=(output(Text(content="hi"), finish=None, native="weird"),)),
        called(output_messages=(output(Text(content="hi"), finish="stop", native=None),)),
        called(output_messages=(output(Text(content="hi"), finish=None, native=None),), status=400),
        called(output_messages=(output(finish=None, native=None),)),
        called(output_messages=(output(Blob(modality="audio", mime_type=None, content=""), finish=None, native=None),)),
        streamed({}, complete=False, output_messages=(output(Text(content="hi"), finish=None, native=None),)),
        called(
            output_messages=(output(Text(content="hi"), finish=None, native=None),),
            error=CallError(type=None, code=None, message="no"),
        ),
    ],
)
def test_answers_that_say_why_they_ended_or_need_not(interaction: Interaction) -> None:
    assert observe("finish-reason-missing", interaction) == []


def unknown(native: str, which: str = "the answer") -> str:
    return (
        f"{which} ends with the finish reason `{native}`, which this API is not known to send, so that clients may not "
        f"know it either: {AGAIN}, or ignore this where the provider sends it"
    )


def ended(native: str, index: int = 0) -> Message:
    return output(Text(content="hi"), finish=None, native=native, index=index)


def choice(native: str | None, index: int = 0, **more: object) -> dict[str, object]:
    return {"index": index, "finish_reason": native, **more}


@pytest.mark.parametrize(
    ("interaction", "expected"),
    [
        (called({}, {"choices": [choice("odd")]}, output_messages=(ended("odd"),)),
         [(unknown("odd"), "/choices/0/finish_reason", None)]),
        (called({}, {"choices": [choice("odd", 1), choice("odd", native_finish_reason="odd")]}, output_messages=(ended("odd"), ended("odd", 1))),
         [(unknown("odd", "choice 0"), "/choices/1/finish_reason", None), (unknown("odd", "choice 1"), "/choices/0/finish_reason", None)]),
        (called({}, {"status": "odd", "incomplete_details": {"reason": "odd"}}, output_messages=(ended("odd"),)),
         [(unknown("odd"), "/incomplete_details/reason", None)]),
        (called({}, {"status": "odd"}, output_messages=(ended("odd"),)), [(unknown("odd"), "/status", None)]),
        (called({}, {"choices": [{"finish_reason": {"a": 1}, "native_finish_reason": "stop"}]},
                output_messages=(replace(ended("stop"), extra={"/finish_reason": {"a": 1}}),)),
         [(unknown("{'a': 1}"), "/choices/0/finish_reason", None)]),
        (called({}, {"candidates": [{"finishReason": 77}]}, output_messages=(ended("odd"),)),
         [(unknown("odd"), "/choices/0/message", None)]),
        (streamed({"choices": [choice(None)]}, {"choices": [choice("odd")]}, "[DONE]", output_messages=(ended("odd"),)),
         [(unknown("odd"), "/choices/0/finish_reason", 64)]),
        (streamed({"messageStop": {"stopReason": "odd"}}, {"metadata": {}}, output_messages=(ended("odd"),)),
         [(unknown("odd"), "/messageStop/stopReason", 6)]),
        (streamed({"a": 1}, output_messages=(ended("odd"),)), [(unknown("odd"), None, None)]),
        (called({}, {}, output_messages=(ended("x" * 50),)), [(unknown("x" * 40 + "…"), "/choices/0/message", None)]),
    ],
)  # fmt: skip
def test_a_finish_reason_that_nobody_knows(interaction: Interaction, expected: list[object]) -> None:
    assert observe("finish-reason-unknown", of_unknown_end(interaction)) == expected


def of_unknown_end(interaction: Interaction) -> Interaction:
    """The call as a decoder gives it that met a word without a row."""
    assert interaction.llm is not None
    problem = Problem(kind="finish-reason-unknown", message="")
    return replace(interaction, llm=replace(interaction.llm, problems=(problem,)))


@pytest.mark.parametrize(
    "interaction",
    [
        called(output_messages=(HELLO,)),
        called(output_messages=(output(Text(content="hi"), finish=None, native=None),)),  # `finish-reason-missing`
        called(output_messages=(output(Text(content="hi"), finish=None, native=""),)),
        called(output_messages=(output(Text(content="hi"), finish="stop", native="eos"),)),
        called(output_messages=(ended("odd"),), status=500),
        called(output_messages=(ended("odd"),), error=CallError(type=None, code=None, message="no")),
    ],
)
def test_words_that_are_known_or_that_another_rule_tells(interaction: Interaction) -> None:
    assert observe("finish-reason-unknown", of_unknown_end(interaction)) == []
    assert observe("finish-reason-unknown", called(output_messages=(ended("odd"),))) == []  # a gateway's other word


def test_a_finish_reason_that_promises_a_call() -> None:
    messages = (output(Text(content="hello"), finish="tool_call", native="tool_calls"),)
    words = f"the finish reason is `tool_calls`, but the answer calls no tool: {AGAIN}"
    assert observe("finish-reason-contradicts-content", called(output_messages=messages)) == [
        (words, "/choices/0/message", None)
    ]
    events = ({"choices": [{"finish_reason": "tool_calls"}]}, "[DONE]")
    assert observe("finish-reason-contradicts-content", streamed(*events, output_messages=messages)) == [
        (words, "/choices/0/finish_reason", 6)
    ]


@pytest.mark.parametrize(
    "message",
    [
        HELLO,
        output(tool_call(), finish="tool_call", native="tool_calls"),
        output(tool_call(), finish="tool_call", native="stop"),
        output(tool_call(), finish="stop", native="stop"),
        output(Generic(kind="executed_tools", content={}), finish="tool_call", native="tool_calls"),
        output(finish="stop"),
        output(finish="length", native="length"),
    ],
)
def test_finish_reasons_that_agree(message: Message) -> None:
    assert observe("finish-reason-contradicts-content", called(output_messages=(message,))) == []


def test_anthropic_says_that_it_calls_a_tool() -> None:
    """Other servers that speak as it does need not."""
    messages = (output(tool_call(), finish="tool_call", native="end_turn"),)
    answered = called({}, {"stop_reason": "end_turn"}, output_messages=messages)

    def at(host: str) -> Interaction:
        return replace(answered, request=replace(answered.request, url=f"https://{host}/v1/messages"))

    words = f"the finish reason is `end_turn`, but the answer calls the tool `get_weather`, where Anthropic says `tool_use`: {AGAIN}"
    assert observe("finish-reason-contradicts-content", at("api.anthropic.com")) == [(words, "/stop_reason", None)]
    for host in ("api.minimax.example/anthropic", "gateway.example", "notanthropic.com"):
        assert observe("finish-reason-contradicts-content", at(host)) == []
    ended = called({}, {}, output_messages=(output(Text(content="Hi"), finish="stop", native="end_turn"),))
    asked = replace(ended.request, url="https://api.anthropic.com/v1/messages")
    assert observe("finish-reason-contradicts-content", replace(ended, request=asked)) == []


# --- answers that are empty ------------------------------------------------------------------------------------------


def nothing(status: int = 200, kind: str = "application/json", text: str | None = "", **fields: str) -> Interaction:
    headers = Headers(
        pairs=(("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in fields.items()))
    )
    return replace(
        called(),
        response=Response(status_code=status, headers=headers, body=Body(text=text, route=("response", "body"))),
    )


@pytest.mark.parametrize(
    "interaction",
    [
        nothing(),
        nothing(text="\n \n"),
        nothing(kind="text/event-stream; charset=utf-8"),
        nothing(content_length="0"),
        nothing(transfer_encoding="chunked"),
        nothing(content_length="207"),
        nothing(kind="application/octet-stream", content_length="207"),
        nothing(content_length="many"),
        nothing(kind=""),  # a hook took the header fields out
    ],
)
def test_an_answer_of_nothing(interaction: Interaction) -> None:
    assert [seen.place.route for seen in observations("empty-answer", interaction)] == [("response", "body")]


def test_a_length_that_is_written_down_says_what_was_lost() -> None:
    lost = nothing(content_length="1207")
    noted = replace(nothing(), response=replace(nothing().response, content_length=98))
    assert [seen.message for each in (lost, noted) for seen in observations("empty-answer", each)] == [
        f"the call succeeded, and nothing of its answer (of {length} bytes, as its length says) was recorded: record the "
        "interaction again, with a recorder that sees the body"
        for length in ("1,207", "98")
    ]


@pytest.mark.parametrize(
    "interaction",
    [
        nothing(text=None),  # not text, or not in this file
        nothing(204),
        nothing(500),
        nothing(kind="audio/mpeg"),
        replace(nothing(), llm=None),
        replace(nothing(), request=Request(method="GET", url="/v1/chat/completions/c1")),
        replace(nothing(), llm=LLMCall(provider_name="openai", dialect="resources", operation_name="file_delete")),
    ],
)
def test_what_may_be_answered_with_nothing(interaction: Interaction) -> None:
    assert observations("empty-answer", interaction) == []


# --- usage and model -------------------------------------------------------------------------------------------------


def test_a_total_that_is_no_sum() -> None:
    native = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 40}
    usage = Usage(input_tokens=12, output_tokens=5, total_tokens=40, native=native, pointer="/usage")
    words = f"the total of 40 tokens is not the sum of 12 input and 5 output tokens (17): {AGAIN}"
    assert observe("usage-sum-mismatch", called(usage=usage)) == [(words, "/usage/total_tokens", None)]
    assert observe("usage-sum-mismatch", streamed({"a": 1}, {"usage": native}, "[DONE]", usage=usage)) == [
        (words, "/usage/total_tokens", 22)
    ]


@pytest.mark.parametrize(
    ("counts", "native", "words", "pointer"),
    [
        (
            {"output_tokens": -8},
            {"input_tokens": 12, "output_tokens": -8},
            "the usage counts -8 output tokens, less than none",
            "/usage/output_tokens",
        ),
        (
            {"cache_read_input_tokens": 4000},
            {"prompt_tokens": 12, "prompt_tokens_details": {"cached_tokens": 4000}},
            "the usage counts 4000 cached tokens among 12 input tokens",
            "/usage/prompt_tokens_details/cached_tokens",
        ),
        (
            {"reasoning_output_tokens": 6},
            {},  # added up: the usage as a whole
            "the usage counts 6 reasoning tokens among 5 output tokens",
            "/usage",
        ),
    ],
)
def test_a_count_that_cannot_be(counts: dict[str, int], native: dict[str, object], words: str, pointer: str) -> None:
    usage = Usage(**{"input_tokens": 12, "output_tokens": 5, **counts}, native=native, pointer="/usage")
    assert observe("usage-sum-mismatch", called(usage=usage)) == [(f"{words}: {AGAIN}", pointer, None)]
    others = observe("usage-sum-mismatch", called(usage=usage, provider_name="azure.ai.inference"))
    assert len(others) == (words.find("-8") > 0)  # gateways count in their own ways
    fits = Usage(input_tokens=12, output_tokens=5, cache_read_input_tokens=12, reasoning_output_tokens=5)
    assert observe("usage-sum-mismatch", called(usage=fits)) == []


@pytest.mark.parametrize(
    ("usage", "model"),
    [
        (Usage(input_tokens=12, output_tokens=5, total_tokens=17), "m"),
        (Usage(input_tokens=12, output_tokens=None, total_tokens=17), "m"),
        (Usage(input_tokens=12, output_tokens=5, total_tokens=47, native={"citation_tokens": 30}), "m"),
        (Usage(input_tokens=12, output_tokens=5, total_tokens=47, native={"d": {"audio": 20, "video": 10}}), "m"),
        (Usage(input_tokens=12, output_tokens=5, total_tokens=47, native={}), "gemini-2.5-pro"),  # hidden thinking
    ],
)
def test_totals_that_are_sums_or_explained(usage: Usage, model: str) -> None:
    assert observe("usage-sum-mismatch", called(usage=usage, response_model=model)) == []


@pytest.mark.parametrize(
    ("provider", "total", "asked", "thought", "count"),
    [
        ("hyper", 1217, 3000, False, 0),  # 1200 tokens of a prompt of 3,000 characters may have been cached
        ("hyper", 1217, 1200, False, 1),  # there are not that many
        ("hyper", 717, 3000, False, 1),  # so few nobody caches
        ("hyper", 717, 600, True, 0),  # thought
        ("hyper", 24, 3000, True, 1),  # too few for either
        ("hyper", 10, 3000, True, 1),  # less than its parts
        ("openai", 1217, 3000, True, 1),  # where the total is the sum
    ],
)
def test_what_gateways_leave_out_of_the_parts(provider: str, total: int, asked: int, thought: bool, count: int) -> None:
    usage = Usage(input_tokens=12, output_tokens=5, total_tokens=total, native={})
    parts = (Reasoning(content="so"),) if thought else (Text(content="so"),)
    call = called(usage=usage, provider_name=provider, output_messages=(Message(role="assistant", parts=parts),))
    call = replace(call, request=replace(call.request, body=Body(text="x" * asked)))
    assert len(observe("usage-sum-mismatch", call)) == count
    cached = replace(call, request=replace(call.request, body=Body(text="x" * 9000)))
    cached = replace(cached, llm=replace(call.llm, usage=replace(usage, total_tokens=4017)))
    habit = count if provider in EXACT or total < 33 else 0  # what it leaves out of another call of the file
    told = [seen for seen in observations("usage-sum-mismatch", call, cached) if f" {total} " in seen.message]
    assert len(told) == habit


@pytest.mark.parametrize(("total", "count"), [(12, 0), (103, 1)])
def test_the_total_of_embeddings_is_what_was_given(total: int, count: int) -> None:
    usage = Usage(input_tokens=12, output_tokens=None, total_tokens=total, native={"prompt_tokens": 12})
    assert len(observe("usage-sum-mismatch", called(usage=usage, operation_name="embeddings"))) == count


@pytest.mark.parametrize(("reasoning", "count"), [(None, 0), (0, 1), (4, 1)])
def test_who_counts_reasoning_leaves_none_out(reasoning: int | None, count: int) -> None:
    usage = Usage(
        input_tokens=12, output_tokens=5, total_tokens=717, reasoning_output_tokens=reasoning, native={"reasoning": 4}
    )
    thought = Message(role="assistant", parts=(Reasoning(content="so"),))
    call = called(usage=usage, provider_name="hyper", output_messages=(thought,))
    assert len(observe("usage-sum-mismatch", call)) == count


SAME = [
    ("anthropic/claude-sonnet-4", "anthropic/claude-4-sonnet-20250522"),
    ("openai/gpt-5", "gpt-5-2025-08-07"),
    ("gpt-4o", "gpt-4o-2024-08-06"),
    ("gpt-4-turbo", "gpt-4-1106-preview"),
    ("gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
    ("o4-mini", "o4-mini-2025-04-16"),
    ("chatgpt-4o-latest", "gpt-4o"),
    ("gpt-oss-120b", "openai/gpt-oss-120b"),
    ("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022"),
    ("claude-3-7-sonnet", "claude-3.7-sonnet-20250219"),
    ("claude-sonnet-4@20250514", "claude-sonnet-4-20250514"),
    ("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4-20250514"),
    ("deepseek/deepseek-r1:free", "deepseek/deepseek-r1-0528:free"),
    ("deepseek-r1-distill-llama-70b", "llama-70b"),
    ("meta-llama/Llama-3.3-70B-Instruct:fastest", "llama-3.3-70b"),
    ("meta-llama/Llama-3.1-8B-Instruct", "accounts/fireworks/models/llama-v3p1-8b-instruct"),
    ("gemini-flash-latest", "gemini-2.5-flash-preview-09-2025"),
    ("gemini-2.5-flash", "google/gemini-2.5-flash-preview-05-20"),
    ("mistral-large-latest", "mistral-large-2411"),
    ("mistral-medium-3", "mistral-medium-2508"),
    ("grok-4", "grok-4-0709"),
    ("x-ai/grok-4-fast", "x-ai/grok-4-fast-non-reasoning"),
    ("kimi-latest", "kimi-k2-0905"),
    ("qwen3-30b-a3b", "Qwen/Qwen3-30B-A3B-Instruct-2507"),
    ("openrouter/auto", "anthropic/claude-sonnet-4"),
    ("my-deployment", "gpt-4o-2024-08-06"),
    ("deepseek-chat", "deepseek-chat-v3-0324"),
    ("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-haiku-48k-20240307"),
    ("us.anthropic.claude-3-sonnet-20240229-v1:0", "claude-3-sonnet-28k-20240229"),
    ("ai21.jamba-1-5-mini-v1:0", "jamba-1.5-mini"),
    ("deepseek.v3-v1:0", "deepseek-v3"),
    ("eu.amazon.nova-lite-v1:0", "nova-lite"),
    # What runs at home is named by its file: the folder, the quantisation and the pieces say nothing of the model.
    ("Qwen3-8B-Q4_K_M", "/models/Qwen3-8B-Q4_K_M.gguf"),
    ("qwen3-8b", "C:\\models\\Qwen3-8B-Q4_K_M.gguf"),
    ("qwen3:8b", "unsloth/Qwen3-8B-GGUF:UD-Q4_K_XL"),
    ("llama3.2:3b-instruct-q4_K_M", "Llama-3.2-3B-Instruct-IQ3_XXS.gguf"),
    ("gpt-oss:20b", "gpt-oss-20b-MXFP4-00001-of-00003.gguf"),
    ("mistral-7b-instruct-v0.2", "mistral-7b-instruct-v0.2.Q5_0.gguf"),
    ("deepseek-r1:1.5b", "DeepSeek-R1-Distill-Qwen-1.5B-Q8_0.gguf"),
    ("Qwen/Qwen2.5-7B-Instruct", "Qwen2.5-7B-Instruct-GPTQ-Int4"),
    ("mixtral:8x7b", "mixtral-8x7b-instruct-v0.1.Q4_0.gguf"),
    ("Qwen3-30B-A3B", "mlx-community/Qwen3-30B-A3B-4bit"),
]
OTHER = [
    ("gpt-4o", "gpt-4o-mini"),
    ("gpt-4", "gpt-5"),
    ("gpt-5", "gpt-5-mini-2025-08-07"),
    ("openai/gpt-5", "gpt-4.1-2025-04-14"),
    ("o3", "o4-mini"),
    ("claude-sonnet-4", "claude-3-7-sonnet-20250219"),
    ("claude-3-5-sonnet", "claude-3-5-haiku-20241022"),
    ("gpt-4o", "claude-3-haiku-20240307"),
    ("gemini-2.0-flash", "gemini-2.5-flash"),
    ("gemini-2.5-flash", "gemini-2.5-flash-lite"),
    ("llama-3.1-8b-instant", "llama-3.1-70b-versatile"),
    ("anthropic.claude-3-haiku-20240307-v1:0", "claude-3-sonnet-48k-20240229"),
    ("ai21.jamba-1-5-mini-v1:0", "jamba-1.5-large"),
    ("Qwen3-1.7B-Q4_K_M", "/models/Qwen3-8B-Q4_K_M.gguf"),
    ("llama3.1:8b", "llama-3.2-3b-instruct-q4_0.gguf"),
    ("qwen2.5:7b", "Qwen3-7B-Q4_K_M.gguf"),
]


@pytest.mark.parametrize(("asked", "answered"), SAME)
def test_other_names_of_the_same_model(asked: str, answered: str) -> None:
    assert not is_other_model(asked, answered)
    assert not is_other_model(answered, asked)


@pytest.mark.parametrize(("asked", "answered"), OTHER)
def test_names_of_other_models(asked: str, answered: str) -> None:
    assert is_other_model(asked, answered)
    assert is_other_model(answered, asked)


def test_another_model_answered() -> None:
    interaction = streamed(
        {"model": "gpt-4o-mini"},
        {"model": "gpt-4o-mini"},
        "[DONE]",
        request_model="gpt-4o",
        response_model="gpt-4o-mini",
    )
    assert observe("response-model-mismatch", interaction) == [
        (f"`gpt-4o` was asked and `gpt-4o-mini` answered: {AGAIN}, or ask for the model that answers", "/model", 38)
    ]


@pytest.mark.parametrize(
    "interaction",
    [
        called(
            {"model": "gpt-4o"}, request_model="gpt-4o", response_model="gpt-4o-mini", provider_name="azure.ai.openai"
        ),
        called({"models": ["gpt-4o-mini"]}, request_model="gpt-4o", response_model="gpt-4o-mini"),
        called({"model": "gpt-4o"}, request_model="gpt-4o", response_model=None),
        called({"model": "gpt-4o"}, request_model="openai/gpt-4o", response_model="gpt-4o"),
    ],
)
def test_answers_by_another_name_that_is_no_surprise(interaction: Interaction) -> None:
    assert observe("response-model-mismatch", interaction) == []


# --- counts that are missing -----------------------------------------------------------------------------------------

NO_COUNTS = f"the answer has no token counts, which its API always sends: {AGAIN}"
UNCOUNTED = (output(Text(content="hi")),)


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"provider_name": "azure.ai.openai"},
        {"dialect": "openai.responses"},
        {"dialect": "anthropic.messages", "provider_name": "anthropic"},
        {"dialect": "bedrock.converse", "provider_name": "aws.bedrock"},
        {"dialect": "gemini.generate_content", "provider_name": "gcp.gemini", "request_model": "models/gemini-2.5-pro",
         "operation_name": "generate_content"},
    ],
)  # fmt: skip
def test_a_whole_answer_without_counts(call: dict[str, object]) -> None:
    assert observe("usage-missing", called(output_messages=UNCOUNTED, **call)) == [
        (NO_COUNTS, "/choices/0/message", None)
    ]
    expected = [] if call.get("dialect", "openai.chat") == "openai.chat" else [(NO_COUNTS, None, 22)]
    assert observe("usage-missing", streamed({"a": 1}, {"b": 1}, output_messages=UNCOUNTED, **call)) == expected


@pytest.mark.parametrize(
    "interaction",
    [
        called(output_messages=UNCOUNTED, usage=Usage(output_tokens=1)),
        called(output_messages=UNCOUNTED, provider_name="unknown"),
        called(output_messages=UNCOUNTED, provider_name="localhost"),
        called(output_messages=UNCOUNTED, dialect="ollama.chat", provider_name="ollama"),
        called(output_messages=UNCOUNTED, operation_name="transcription"),
        called(output_messages=UNCOUNTED, error=CallError(type=None, code=None, message="no")),
        called(output_messages=UNCOUNTED, status=429),
        called(output_messages=()),
        called(output_messages=(output(),)),  # nothing was said
        called(output_messages=(output(Text(content="hi"), finish="pause", native="in_progress"),)),
        called(output_messages=(output(Text(content="hi"), finish=None, native=None),)),
        called(output_messages=UNCOUNTED, dialect="gemini.generate_content", provider_name="gcp.gemini",
               operation_name="generate_content", request_model="gemini-1.0-pro"),
        streamed({}, output_messages=UNCOUNTED, dialect="anthropic.messages", provider_name="anthropic", complete=False),
    ],
)  # fmt: skip
def test_answers_that_need_no_counts(interaction: Interaction) -> None:
    assert observe("usage-missing", interaction) == []


def asking(interaction: Interaction, options: object) -> Interaction:
    return replace(interaction, request=replace(interaction.request, body=Body(json={"stream_options": options})))


COUNTS = {"include_usage": True}


@pytest.mark.parametrize(
    ("events", "why", "offset"),
    [(({"a": 1}, "[DONE]"), "", 22), (({"a": 1}, {"b": 1}), ", and no [DONE]: its end was not recorded", 22)],
)
def test_counts_that_a_stream_was_asked_for(events: tuple[object, ...], why: str, offset: int) -> None:
    words = f"the request asks for token counts (`stream_options.include_usage`), and the stream has none{why}; {AGAIN}"
    assert observe("stream-usage-missing", asking(streamed(*events), COUNTS)) == [(words, None, offset)]


@pytest.mark.parametrize(
    "interaction",
    [
        asking(streamed({}, usage=Usage(output_tokens=0)), COUNTS),
        asking(streamed({}), {"include_usage": False}),
        asking(streamed({}), {"include_usage": "true"}),
        asking(streamed({}), None),
        asking(streamed({}, llm=False), COUNTS),
        asking(streamed({}, complete=False), COUNTS),  # `stream-truncated`
        asking(streamed({}, error=CallError(type=None, code=None, message="no")), COUNTS),
        asking(streamed(), COUNTS),
        asking(called(), COUNTS),  # no stream after all
        asking(streamed({}, "[DONE]", provider_name="ollama"), COUNTS),  # it may not know the option
        asking(streamed({}, "[DONE]", provider_name=None), COUNTS),
        streamed({}),
    ],
)
def test_streams_that_count_or_were_not_asked(interaction: Interaction) -> None:
    assert observe("stream-usage-missing", interaction) == []
