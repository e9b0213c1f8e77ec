"""Whatever a recording holds, it can be shown, and it acts on nothing: recordings made of the model's own records."""

from __future__ import annotations

import json
from typing import Any

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.conversation import show_events, show_json, show_text
from cassette_tools.finding import Region
from cassette_tools.model import (
    ABSENT,
    Blob,
    Body,
    CallError,
    Comment,
    Event,
    File,
    Generic,
    Headers,
    Interaction,
    LLMCall,
    Message,
    Place,
    Problem,
    Reasoning,
    Recording,
    Refusal,
    Request,
    Response,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Tool,
    ToolCall,
    ToolCallResponse,
    Uri,
    Usage,
)
from cassette_tools.reporters import Style

REGION = Region(line=1, column=1, end_line=1, end_column=2)
JOINERS = "\u200c\u200d"
SEEN = "\n" + JOINERS + "\xa0\u3000\u2009\u202f"  # what `printable` leaves as it is, and the ends of lines


def region(_place: Place) -> Region:
    return REGION


words = st.sampled_from(
    ["", "a word", "two\nlines", "\x1b[2J", "\x9b2J\r", "\u202eevil\u2066", "\ud83d", "日本", "\x00"]
) | st.text(max_size=8)
maybe = st.none() | words
numbers = st.none() | st.integers(0, 10**9)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
mappings = st.dictionaries(words, values, max_size=3)


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


parts = st.one_of(
    st.builds(Text, content=words, citations=some(values)),
    st.builds(Reasoning, content=words, kind=words, signature=maybe, encrypted=maybe),
    st.builds(Refusal, content=words),
    st.builds(ToolCall, id=maybe, name=words, arguments=values, raw_arguments=maybe, arguments_valid=st.booleans()),
    st.builds(ToolCallResponse, id=maybe, response=values, name=maybe, is_error=st.none() | st.booleans()),
    st.builds(ServerToolCall, id=maybe, name=words, server_tool_call=values),
    st.builds(ServerToolCallResponse, id=maybe, server_tool_call_response=values),
    st.builds(Blob, modality=words, mime_type=maybe, content=words),
    st.builds(File, file_id=words, modality=maybe),
    st.builds(Uri, uri=words, modality=maybe),
    st.builds(Generic, kind=words, content=values),
)
reasons = st.sampled_from([None, "stop", "length", "tool_call", "content_filter"])
messages = st.builds(
    Message,
    role=words,
    parts=some(parts),
    name=maybe,
    native_role=maybe,
    finish_reason=reasons,
    native_finish_reason=maybe,
)
problems = st.builds(Problem, kind=words, message=words, place=st.none() | st.just(Place(route=())))
calls = st.builds(
    LLMCall,
    dialect=st.just("openai.chat"),
    operation_name=st.just("chat"),
    provider_name=words,
    request_model=maybe,
    response_model=maybe,
    stream=st.booleans(),
    parameters=mappings,
    system_instructions=some(parts),
    input_messages=some(messages),
    tools=some(st.builds(Tool, name=words, description=maybe, parameters=values)),
    output_messages=some(messages),
    usage=st.none()
    | st.builds(Usage, input_tokens=numbers, output_tokens=numbers, cost=st.none() | st.floats(0, 1e6), extra=mappings),
    error=st.none() | st.builds(CallError, type=maybe, code=maybe, message=words),
    complete=st.booleans(),
    cut=maybe,
    problems=some(problems),
)
bodies = st.builds(
    Body,
    text=maybe,
    raw=st.none() | st.binary(max_size=8),
    json=st.just(ABSENT) | values,
    stream=st.sampled_from([None, "sse", "ndjson"]),
    events=some(
        st.builds(
            Event,
            event=maybe,
            data=words,
            offset=st.integers(0, 9),
            json=st.just(ABSENT) | values,
            terminated=st.booleans(),
        )
    ),
    comments=some(st.builds(Comment, text=words, offset=st.integers(0, 9), field=words)),
    problems=some(problems),
)
headers = st.builds(Headers, pairs=some(st.tuples(words, st.just("Bearer sample-that-is-not-shown"))))
interactions = st.builds(
    Interaction,
    index=st.integers(0, 99),
    request=st.builds(Request, method=words, url=words, headers=headers, body=bodies),
    response=st.builds(Response, status_code=st.integers(0, 599), headers=headers, body=bodies),
    llm=st.none() | calls,
    duration=st.none() | st.floats(0, 1e4),
    problems=some(problems),
)
recordings = st.builds(
    Recording,
    path=words,
    format=st.just("go-vcr"),
    format_version=st.just("2"),
    interactions=some(interactions),
    problems=some(problems),
)


@examples(150)
@given(recordings)
def test_text_acts_on_nothing(recording: Recording) -> None:
    for view in (show_text(recording, Style()), show_events(recording, Style(), region)):
        assert {character for character in view if not character.isprintable()} <= set(SEEN)
        assert "sample-that-is-not-shown" not in view


@examples(150)
@given(recordings)
def test_json_can_always_be_written_and_read(recording: Recording) -> None:
    text = show_json(recording, region)
    text.encode("utf-8")
    document = json.loads(text, parse_constant=pytest.fail)
    assert [each["index"] for each in document["interactions"]] == [each.index for each in recording.interactions]
    acting = {character for character in text if "\x7f" <= character <= "\x9f" or "\u202a" <= character <= "\u202e"}
    assert acting == set()


@pytest.mark.parametrize(
    ("usage", "line"),
    [
        (Usage(), "  usage: no counts"),
        (Usage(input_tokens=19, output_tokens=148), "  usage: 19 in · 148 out"),
        (
            Usage(
                input_tokens=19,
                output_tokens=148,
                cache_read_input_tokens=0,
                reasoning_output_tokens=128,
                cost=0.00159375,
            ),
            "  usage: 19 in (0 cached) · 148 out (128 reasoning) · $0.00159375",
        ),
    ],
)
def test_a_count_that_was_not_sent_is_not_a_zero(usage: Usage, line: str) -> None:
    call = LLMCall(dialect="openai.chat", operation_name="chat", provider_name="openai", request_model="m", usage=usage)
    exchange = Interaction(
        index=0, request=Request(method="POST", url="/x"), response=Response(status_code=200), llm=call
    )
    recording = Recording(path="x", format="go-vcr", format_version="2", interactions=(exchange,))
    assert show_text(recording, Style()) == f"#0  POST /x → 200\n  openai · openai.chat · m\n{line}"
