"""What must hold of any recording whatever: decoding never raises, a cut stream says the beginning, nothing is lost."""

from __future__ import annotations

import copy
import json
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from chat_interactions import DONE, body_of, called, chunk, event, folded, interaction, recorded, understood
from effort import SHARED, examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.dialects import Folded
from cassette_tools.dialects.openai_chat import decode, fold, recognize
from cassette_tools.model import ABSENT, Body, Comment, Event, Interaction, LLMCall, Request, Response, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

# Keys that the dialect looks for, so that arbitrary JSON gets everywhere.
KEYS = [
    "choices",
    "delta",
    "message",
    "content",
    "role",
    "tool_calls",
    "function",
    "custom",
    "name",
    "arguments",
    "input",
    "index",
    "id",
    "type",
    "text",
    "thinking",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "reasoning_opaque",
    "signature",
    "data",
    "summary",
    "refusal",
    "annotations",
    "audio",
    "transcript",
    "images",
    "executed_tools",
    "provider_metadata",
    "usage",
    "x_groq",
    "error",
    "errors",
    "code",
    "metadata",
    "raw",
    "finish_reason",
    "native_finish_reason",
    "logprobs",
    "object",
    "model",
    "created",
    "messages",
    "tools",
    "functions",
    "tool_choice",
    "response_format",
    "json_schema",
    "stop",
    "n",
    "reasoning_effort",
    "stream",
    "stream_options",
    "include_usage",
    "modalities",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
    "cached_tokens",
    "cost",
    "total_cost",
    "cost_in_usd_ticks",
    "image_url",
    "url",
    "file",
    "file_data",
    "input_audio",
    "extra_content",
    "citations",
    "detail",
    "function_call",
    "allowed_tools",
    "google",
    "usageMetadata",
]
WORDS = (
    "",
    "stop",
    "assistant",
    "tool",
    "system",
    "text",
    "function",
    "reasoning.text",
    "chat.completion",
    "data:x;base64,y",
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=6),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=3)), inner, max_size=4),
    ),
    max_leaves=14,
)


def decoded(recorded_one: Interaction) -> LLMCall:
    recognize(recorded_one)
    call = called(recorded_one)
    assert repr(call)
    assert all(call.trace[pointer] for pointer in call.trace)
    return call


@examples(150)
@given(
    request=anything,
    response=anything,
    status=st.sampled_from([0, 200, 429]),
    url=st.sampled_from(["", "x://", "[", "http://a/chat/completions"]),
)
def test_any_json_is_decoded(request: Any, response: Any, status: int, url: str) -> None:
    whole = Interaction(
        index=0,
        request=Request(method="POST", url=url, body=Body(text="", json=request)),
        response=Response(status_code=status, body=Body(text="", json=response)),
    )
    decoded(whole)


@examples(150)
@given(deltas=st.lists(st.tuples(anything, anything, anything), max_size=4))
def test_any_chunks_are_decoded(deltas: Any) -> None:
    chunks = [event(json.dumps(chunk(delta, finish, novel=other))) for delta, finish, other in deltas]
    decoded(interaction({}, chunks=chunks))


@examples(100)
@given(values=st.lists(anything, max_size=4), name=st.sampled_from([None, "error"]), words=st.text(max_size=5))
def test_any_events_are_decoded(values: Any, name: str | None, words: str) -> None:
    events = tuple(Event(event=name, data=words, offset=0, json=value) for value in (*values, ABSENT))
    comments = (Comment(text=words, offset=0, field="error"),)
    decoded(interaction({}, chunks=events, comments=comments))


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield from _places(inner, (*path, key))


def _mutated(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return value


RICH_REQUEST = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "s"},
        {"role": "user", "content": [{"type": "text", "text": "q"}, {"type": "image_url", "image_url": {"url": "u"}}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "r"}]},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}},
    "reasoning": {"effort": "low"},
    "stream_options": {"include_usage": True},
    "audio": {"format": "wav"},
    "n": 2,
}
RICH_CHUNKS = [
    chunk(
        {
            "role": "assistant",
            "content": "a",
            "reasoning_details": [{"type": "reasoning.text", "text": "t", "index": 0}],
        }
    ),
    chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "h"}]}], "audio": {"data": "QQ=="}}),
    chunk({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{"}}]}),
    chunk(
        {"tool_calls": [{"index": 0, "function": {"arguments": "}"}}], "executed_tools": [{"index": 0, "output": "o"}]}
    ),
    chunk(
        {"annotations": [{}]}, "tool_calls", usage={"prompt_tokens": 1, "prompt_tokens_details": {"cached_tokens": 1}}
    ),
]
STRANGE = (None, 0, -1, True, 1e999, "", "x", [], [None], [[]], {}, {"x": None}, [{}], {"type": "text"})


@pytest.mark.parametrize("strange", STRANGE, ids=repr)
def test_any_member_may_be_of_any_type(strange: Any) -> None:
    for path in _places(RICH_REQUEST):
        decoded(interaction(_mutated(RICH_REQUEST, path, strange), chunks=RICH_CHUNKS))
    for path in _places(RICH_CHUNKS):
        if path:
            decoded(interaction(RICH_REQUEST, chunks=_mutated(RICH_CHUNKS, path, strange)))
    whole = folded(*RICH_CHUNKS).body
    for path in _places(whole):
        decoded(interaction(RICH_REQUEST, _mutated(whole, path, strange)))


def test_depth_is_no_danger() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = {"error": deep, "a": [deep]} if not isinstance(deep, dict) else {"error": deep}
    decoded(interaction({"messages": deep}, {"choices": [{"message": {"content": deep, "x": deep}}]}))
    decoded(interaction({}, chunks=[chunk({"a": deep}, usage=deep), chunk({"a": deep}, "stop", usage=deep)]))
    decoded(interaction({}, {"error": deep}, status=500))
    arguments = "[" * 100_000
    call = {"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": arguments}}]}
    [part] = decoded(interaction({}, {"choices": [{"message": call}]})).output_messages[0].parts
    assert (part.arguments_valid, part.arguments) == (False, arguments)  # type: ignore[union-attr]


# --- cut streams -----------------------------------------------------------------------------------------------------


def _spoken(call: LLMCall) -> dict[int, str]:
    return {
        message.index: "".join(part.content for part in message.parts if isinstance(part, Text))
        for message in call.output_messages
    }


def _prefixes_hold(whole: Interaction, step: int = 1) -> None:
    events = whole.response.body.events
    end = called(whole)
    finished = dict.fromkeys(_spoken(end), False)
    done = False
    for cut in range(len(events) + 1):
        if cut:
            done = done or events[cut - 1].data.strip() == DONE
            value = events[cut - 1].json
            for choice in value.get("choices") or [] if isinstance(value, dict) else []:
                finished[choice.get("index", 0)] |= bool(choice.get("finish_reason"))
        if cut % step and cut < len(events):
            continue
        part = fold(events[:cut])
        body = Body(text="…", stream="sse", events=events[:cut])
        call = decode(Interaction(index=0, request=whole.request, response=Response(status_code=200, body=body)), part)
        spoken = _spoken(call)
        for index, words in spoken.items():
            assert _spoken(end)[index].startswith(words)
        if call.error is None:
            ended = done or (bool(spoken) and all(finished[index] for index in spoken))
            assert call.complete == ended
            assert (call.cut is None) == ended


words = st.lists(st.text(max_size=4), max_size=6)


@examples(60)
@given(texts=st.lists(words, min_size=1, max_size=3), done=st.booleans())
def test_a_cut_stream_says_the_beginning(texts: list[list[str]], done: bool) -> None:
    chunks: list[Any] = []
    for index, pieces in enumerate(texts):
        chunks.extend({"choices": [{"index": index, "delta": {"content": piece}}]} for piece in pieces)
        chunks.append({"choices": [{"index": index, "delta": {}, "finish_reason": "stop"}]})
    _prefixes_hold(interaction({}, chunks=[*chunks, DONE] if done else chunks))


@examples(60)
@given(content=st.text(max_size=30), arguments=st.text(max_size=30), cuts=st.lists(st.integers(0, 30), max_size=6))
def test_chunking_never_matters(content: str, arguments: str, cuts: list[int]) -> None:
    def pieces(whole: str) -> list[str]:
        edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
        return [whole[start:end] for start, end in pairwise(edges)] or [""]

    def stream(contents: list[str], calls: list[str]) -> list[Any]:
        first = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}
        return [
            *(chunk({"role": "assistant", "content": piece}) for piece in contents),
            chunk({"tool_calls": [first]}),
            *(chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}) for piece in calls),
            chunk({}, "tool_calls"),
            DONE,
        ]

    one, other = folded(*stream([content], [arguments])), folded(*stream(pieces(content), pieces(arguments)))
    assert one.body == other.body
    for pointer, runs in other.trace.items():
        if pointer.endswith(("content", "arguments")):
            whole = content if pointer.endswith("content") else arguments
            assert [run.start for run in runs] == sorted(run.start for run in runs)
            assert all(0 <= run.start <= len(whole) for run in runs)


# --- real recordings -------------------------------------------------------------------------------------------------


@cache
def _real() -> tuple[tuple[str, Interaction], ...]:
    files = [path for kind in ("*.yaml", "*.yml") for path in sorted((SHARED / "corpus").rglob(kind))]
    return tuple((str(path), each) for path in files for each in recorded(path) if recognize(each))


@pytest.fixture
def real(shared: Any) -> tuple[tuple[str, Interaction], ...]:
    return _real()


def test_real_streams_cut_anywhere(real: tuple[tuple[str, Interaction], ...]) -> None:
    streams = [each for _, each in real if each.response.body.events]
    assert len(streams) > 50
    for each in streams:
        _prefixes_hold(each, step=1 + len(each.response.body.events) // 25)


def test_real_bodies_with_a_member_of_another_type(real: tuple[tuple[str, Interaction], ...]) -> None:
    for number, (_, each) in enumerate(real):
        strange = STRANGE[number % len(STRANGE)]
        value = each.response.body.json
        if isinstance(value, dict):
            for path in list(_places(value))[:: 1 + number % 7]:
                mutated = Body(text="", json=_mutated(value, path, strange))
                decode(each, Folded(body=mutated.json))


def test_real_recordings_say_something(real: tuple[tuple[str, Interaction], ...]) -> None:
    """Every answer has a message or an error; nothing of it is unknown to the tables."""
    silent, unknown = [], []
    for path, each in real:
        call = understood(each)
        assert call is not None
        empty = not each.response.body.text
        if not (call.error or call.output_messages) and not empty:
            silent.append(path)
        unknown.extend((path, problem) for problem in call.problems if problem.kind == "finish-reason-unknown")
        unknown.extend(
            (path, part)
            for message in (*call.input_messages, *call.output_messages)
            for part in message.parts
            if part.type == "generic"
        )
    assert (silent, unknown) == ([], [])


def test_real_sums_are_right(real: tuple[tuple[str, Interaction], ...]) -> None:
    """Input and output, each by the one definition, make the reported total."""
    wrong = []
    for path, each in real:
        usage = called(each).usage
        if usage is not None and usage.total_tokens != (usage.input_tokens or 0) + (usage.output_tokens or 0):
            wrong.append((path, usage))
    assert wrong == []


def test_body_of_padding_is_json() -> None:
    assert body_of('\n    \n{"a": 1}').json == {"a": 1}
