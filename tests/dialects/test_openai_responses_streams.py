"""Responses streams: what the events of each provider make, and what is reported of those that lack something."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from chat_interactions import DONE, event
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from responses_interactions import (
    added,
    asked,
    call,
    called,
    completed,
    created,
    delta,
    done,
    folded,
    message,
    response,
    said,
    stream,
    text,
)

from cassette_tools.dialects.openai_responses.stream import fold
from cassette_tools.model import CallError, Event, LLMCall, Piece, Problem, Reasoning, Refusal, Text, ToolCall

CUT = "no response.completed, response.incomplete or response.failed"


def output(*events: Any) -> Any:
    return folded(*events).body["output"]


def answered(*events: Any, **more: Any) -> LLMCall:
    return called(asked(events=events, **more))


def said_by(*events: Any) -> tuple[Any, ...]:
    [only] = answered(*events).output_messages
    return only.parts


SKELETON = message(status="in_progress")
REASONING = {"id": "rs_1", "type": "reasoning", "summary": []}


# --- §5.4, rule by rule ----------------------------------------------------------------------------------------------


def test_deltas_make_the_text_while_it_is_not_whole() -> None:
    """1, 2: the item begins as a skeleton, its part as another; deltas are appended."""
    events = [
        created(),
        added(0, SKELETON),
        {"type": "response.content_part.added", "output_index": 0, "content_index": 0, "part": text("")},
        said(0, "Hel"),
        said(0, "lo"),
    ]
    assert output(*events) == [{**SKELETON, "content": [text("Hello")]}]
    assert folded(*events).trace["/output/0/content/0/text"] == (
        Piece(start=0, event_index=3, pointer="/delta"),
        Piece(start=3, event_index=4, pointer="/delta"),
    )


def test_several_parts_of_one_item() -> None:
    events = [
        added(0, SKELETON),
        said(0, "a"),
        said(0, "b", content=1),
        delta("refusal", 0, "no", content_index=2),
    ]
    assert said_by(*events) == (Text(content="a"), Text(content="b"), Refusal(content="no"))


def test_done_replaces_what_the_deltas_made() -> None:
    """2: one recording has a `done` without any delta."""
    events = [
        added(0, SKELETON),
        {"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "Hello"},
    ]
    assert said_by(*events) == (Text(content="Hello"),)
    assert folded(*events).trace["/output/0/content/0/text"] == (Piece(start=0, event_index=1, pointer="/text"),)
    assert folded(*events).problems == ()


def test_annotations_take_their_places() -> None:
    """3."""

    def annotation(index: int, url: str) -> dict[str, Any]:
        inner = {"type": "url_citation", "url": url}
        return {
            "type": "response.output_text.annotation.added",
            "output_index": 0,
            "content_index": 0,
            "annotation_index": index,
            "annotation": inner,
        }

    events = [added(0, SKELETON), said(0, "a"), annotation(0, "x"), annotation(1, "y"), annotation(0, "z")]
    assert said_by(*events) == (
        Text(content="a", citations=({"type": "url_citation", "url": "z"}, {"type": "url_citation", "url": "y"})),
    )


def test_log_probabilities_are_kept() -> None:
    events = [added(0, SKELETON), said(0, "a", logprobs=[{"token": "a"}]), said(0, "b", logprobs=[{"token": "b"}])]
    assert output(*events)[0]["content"][0]["logprobs"] == [{"token": "a"}, {"token": "b"}]


def test_arguments_are_written_in_pieces() -> None:
    """3: and `done` replaces them."""
    begun = call(arguments="", status="in_progress")
    pieces = [delta("function_call_arguments", 0, '{"a"'), delta("function_call_arguments", 0, ":1}")]
    assert said_by(added(0, begun), *pieces) == (
        ToolCall(id="call_1", name="f", arguments={"a": 1}, raw_arguments='{"a":1}'),
    )
    assert folded(added(0, begun), *pieces).trace["/output/0/name"] == (
        Piece(start=0, event_index=0, pointer="/item/name"),
    )
    whole = {"type": "response.function_call_arguments.done", "output_index": 0, "arguments": '{"a":1}', "name": "f"}
    assert folded(added(0, begun), *pieces, whole).problems == ()


def test_the_item_s_end_replaces_what_was_made() -> None:
    """4."""
    events = [added(0, SKELETON), said(0, "a"), done(0, message(text("a"), phase="final_answer"))]
    assert output(*events) == [message(text("a"), phase="final_answer")]


def test_the_last_snapshot_counts() -> None:
    """5, 6: ids and what is sealed differ from one event to the next; the last counts."""
    sealed = [{**REASONING, "id": f"rs_{n}", "encrypted_content": f"c2Vh{n}"} for n in range(3)]
    events = [
        created(id="resp_0"),
        added(0, sealed[0]),
        done(0, sealed[1]),
        added(1, message(id="msg_0")),
        said(1, "a", item_id="msg_9"),
        done(1, message(text("a"), id="msg_8")),
        completed(sealed[2], message(text("a"), id="msg_2"), id="resp_2"),
    ]
    one = answered(*events)
    assert one.response_id == "resp_2"
    assert one.output_messages[0].parts == (
        Reasoning(content="", kind="encrypted", encrypted="c2Vh2", id="rs_2"),
        Text(content="a"),
    )
    assert one.output_messages[0].extra == {"/1/id": "msg_2"}
    assert (one.complete, one.problems) == (True, ())


def test_codex_ends_with_an_empty_output() -> None:
    """5a: 32 of 32 streams of ChatGPT's back end."""
    events = [created(), added(0, SKELETON), said(0, "a"), done(0, message(text("a"))), completed()]
    assert output(*events) == [message(text("a"))]
    assert answered(*events).finish_reasons == ("stop",)
    assert output(*events[:-1], {"type": "response.completed"}) == [message(text("a"))]
    assert answered(*events[:-1], {"type": "response.completed"}).finish_reasons == ("stop",)
    without = {"type": "response.completed", "response": {"id": "resp_1", "status": "completed"}}
    assert output(*events[:-1], without) == [message(text("a"))]


def test_what_the_snapshot_has_in_addition() -> None:
    """5b: the list of a remote server's tools appears at the end alone."""
    listed = {"id": "mcpl_1", "type": "mcp_list_tools", "server_label": "s", "tools": []}
    events = [
        created(),
        added(0, SKELETON),
        said(0, "a"),
        done(0, message(text("a"))),
        completed(listed, message(text("a"))),
    ]
    assert output(*events) == [listed, message(text("a"))]
    assert folded(*events).trace["/output/1/content/0/text"] == (Piece(start=0, event_index=2, pointer="/delta"),)


def test_items_are_matched_by_what_they_are() -> None:
    """5: by type and id where the lengths differ; nothing of the stream is lost."""
    events = [
        added(0, call("f", "", 1)),
        delta("function_call_arguments", 0, "{}"),
        added(1, call("g", "", 2)),
        delta("function_call_arguments", 1, "{}"),
        completed(call("g", "{}", 2, id="fc_other")),
    ]
    assert output(*events) == [call("f", "{}", 1), call("g", "{}", 2, id="fc_other")]
    assert folded(*events).trace["/output/1/arguments"] == (Piece(start=0, event_index=3, pointer="/delta"),)


def test_items_that_interleave() -> None:
    """7."""
    events = [
        added(0, call("f", "", 1)),
        added(1, call("g", "", 2)),
        delta("function_call_arguments", 0, '{"a":'),
        delta("function_call_arguments", 1, '{"b":'),
        delta("function_call_arguments", 0, "1}"),
        delta("function_call_arguments", 1, "2}"),
    ]
    assert [item["arguments"] for item in output(*events)] == ['{"a":1}', '{"b":2}']


def test_ids_that_change_in_every_event() -> None:
    """17.3.26: GitHub Copilot seals `item_id` anew: only `output_index` tells."""
    events = [added(0, SKELETON), *(said(0, words, item_id=f"sealed-{words}") for words in "abc")]
    assert said_by(*events) == (Text(content="abc"),)


@pytest.mark.parametrize(
    ("numbers", "lost"),
    [
        ([0, 1, 2, 3], None),
        ([5, 6, 7, 8], None),  # a stream that was taken up again
        ([None, None, None, None], None),  # 8 old streams
        ([0, 0, 0, 0], None),  # a gateway that does not count
        ([1, 0, 3, 2], None),
        ([0, 1, 3, 4], "1 event is missing from the stream: no event has sequence_number 2, and later ones are there"),
        (
            [0, 1, 2, 9],
            "6 events are missing from the stream: no event has sequence_number 3, and later ones are there",
        ),
    ],
)
def test_events_are_counted(numbers: list[Any], lost: str | None) -> None:
    """8: a gap means that events were lost."""
    events = [created(), added(0, SKELETON), done(0, message(text("a"))), completed(message(text("a")))]
    numbered = [{**value, "sequence_number": number} for value, number in zip(events, numbers, strict=True)]
    expected = () if lost is None else (Problem(kind="stream-events-lost", message=lost),)
    assert folded(*numbered).problems == expected


# --- contradictions --------------------------------------------------------------------------------------------------


def test_deltas_that_do_not_make_the_whole() -> None:
    events = [
        added(0, SKELETON),
        said(0, "The cat sat"),
        {"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "The dog sat"},
        completed(message(text("The dog sat"))),
    ]
    assert folded(*events).problems == (
        Problem(
            kind="stream-contradicts-itself",
            message="the output text of item 0 is not the same at the end of the stream: its pieces say 'The cat "
            "sat', and the whole says 'The dog sat' (they differ at character 5); record the interaction again, or edit all places alike",
        ),
    )
    assert said_by(*events) == (Text(content="The dog sat"),)


def test_of_long_texts_the_words_around_the_difference_are_quoted() -> None:
    long = "A wader of the shore that is seen on the mud of {} when the tide is out, and not far from it else."
    events = [added(0, SKELETON), said(0, long.format("Faro")), completed(message(text(long.format("Porto"))))]
    [problem] = folded(*events).problems
    assert problem.message.partition("its ")[2].startswith(
        "pieces say '…of Faro when the tide is out, …', and the whole says '…of Porto when the tide is out,…' "
    )


def test_an_end_that_says_more_than_the_deltas() -> None:
    events = [added(0, SKELETON), said(0, "a"), completed(message(text("ab")))]
    [problem] = folded(*events).problems
    assert problem.message.endswith(
        "its pieces say 'a', and the whole says 'ab' (they differ at character 2); record the interaction again, or edit all places alike"
    )
    assert "/output/0/content/0/text" in folded(*events).trace  # the snapshot said it


def test_an_item_that_its_own_end_tells_otherwise() -> None:
    events = [added(0, call()), done(0, call("f", '{"a":1}')), completed(call("f", '{"a":2}'))]
    assert folded(*events).problems == (
        Problem(
            kind="stream-contradicts-itself",
            message="the arguments of item 0 is '{\"a\":1}' in output_item.done and '{\"a\":2}' at the end of the "
            "stream; record the interaction again, or edit all places alike",
        ),
    )


def test_a_snapshot_that_leaves_words_out() -> None:
    """The pieces fill what the end does not say."""
    raw = delta("reasoning_text", 0, "raw", content_index=0)
    assert said_by(added(0, REASONING), raw, completed(REASONING)) == (
        Reasoning(content="raw", kind="text", id="rs_1"),
    )


# --- each kind of string ---------------------------------------------------------------------------------------------

PIECES: list[tuple[dict[str, Any], dict[str, Any], str, dict[str, Any]]] = [
    # the item's skeleton, an event's further keys, the event's name, the item that is made
    (
        REASONING,
        {"summary_index": 0},
        "reasoning_summary_text",
        {**REASONING, "summary": [{"text": "ab", "type": "summary_text"}]},
    ),
    (
        REASONING,
        {"content_index": 0},
        "reasoning_text",
        {**REASONING, "content": [{"text": "ab", "type": "reasoning_text"}]},
    ),
    (
        SKELETON,
        {"content_index": 0},
        "refusal",
        {**SKELETON, "content": [{"refusal": "ab", "type": "refusal"}]},
    ),
    ({"type": "custom_tool_call", "input": ""}, {}, "custom_tool_call_input", {"type": "custom_tool_call", "input": "ab"}),
    ({"type": "mcp_call", "arguments": ""}, {}, "mcp_call_arguments", {"type": "mcp_call", "arguments": "ab"}),
    (
        {"type": "code_interpreter_call", "code": ""},
        {},
        "code_interpreter_call_code",
        {"type": "code_interpreter_call", "code": "ab"},
    ),
    (
        {"type": "shell_call", "action": {"commands": []}},
        {"command_index": 0},
        "shell_call_command",
        {"type": "shell_call", "action": {"commands": ["ab"]}},
    ),
    (
        {"type": "apply_patch_call", "operation": {"type": "update_file"}},
        {},
        "apply_patch_call_operation_diff",
        {"type": "apply_patch_call", "operation": {"type": "update_file", "diff": "ab"}},
    ),
    (
        SKELETON,
        {"content_index": 0},
        "audio.transcript",
        {**SKELETON, "content": [{"transcript": "ab", "type": "output_audio"}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(PIECES)))
def test_every_kind_of_string(number: int) -> None:
    """§5.3: each is written in pieces while its item is not whole."""
    skeleton, keys, name, made = PIECES[number]
    before = copy.deepcopy(skeleton)
    assert output(added(0, skeleton), delta(name, 0, "a", **keys), delta(name, 0, "b", **keys)) == [made]
    assert skeleton == before


def test_sound_is_joined() -> None:
    """Each piece is base64 of its own."""
    [item] = output(added(0, SKELETON), delta("audio", 0, "YQ=="), delta("audio", 0, "Yg=="))
    assert item["content"] == [{"data": "YWI=", "type": "output_audio"}]


def test_a_stream_that_was_taken_up_again() -> None:
    """17.3.26: it begins in the middle; what its pieces belong to is told by their kind."""
    events = [{**said(1, words), "sequence_number": 7 + n} for n, words in enumerate(("lo", "!"))]
    assert output(*events) == [{"type": "message", "content": [{"text": "lo!", "type": "output_text"}]}]
    assert folded(*events).problems == ()


def test_images_that_are_not_done() -> None:
    begun = {"id": "ig_1", "type": "image_generation_call", "status": "in_progress"}
    sketch = {
        "type": "response.image_generation_call.partial_image",
        "output_index": 0,
        "item_id": "ig_1",
        "partial_image_index": 0,
        "partial_image_b64": "iVBO",
    }
    assert output(added(0, begun), sketch) == [
        {**begun, "partial_image": {"partial_image_index": 0, "partial_image_b64": "iVBO"}}
    ]
    whole = {**begun, "status": "completed", "result": "iVBORw"}
    assert output(added(0, begun), sketch, done(0, whole), completed(whole)) == [whole]


def test_what_commands_print() -> None:
    def printed(**pieces: str) -> dict[str, Any]:
        return {
            "type": "response.shell_call_output_content.delta",
            "output_index": 0,
            "command_index": 0,
            "delta": pieces,
        }

    begun = {"type": "shell_call_output", "call_id": "c_1", "output": []}
    events = [added(0, begun), printed(stdout="a"), printed(stdout="b", stderr="!")]
    assert output(*events) == [{**begun, "output": [{"stdout": "ab", "stderr": "!"}]}]
    whole = {
        "type": "response.shell_call_output_content.done",
        "output_index": 0,
        "command_index": 0,
        "output": [{"stdout": "abc", "outcome": {"type": "exit", "exit_code": 0}}],
    }
    assert output(*events, whole) == [{**begun, "output": whole["output"]}]
    assert begun["output"] == []


# --- events that say nothing of the answer ---------------------------------------------------------------------------


def test_progress_and_keepalives_say_nothing() -> None:
    search = {"id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search"}}
    events = [
        created(),
        {"type": "response.in_progress", "response": response(status="in_progress")},
        {"type": "keepalive"},
        added(0, {**search, "status": "in_progress"}),
        *(
            {"type": f"response.web_search_call.{word}", "output_index": 0, "item_id": "ws_1"}
            for word in ("in_progress", "searching", "completed")
        ),
        done(0, search),
        completed(search),
        DONE,  # OpenRouter
    ]
    one = answered(*events)
    assert one.extra == {}
    assert [part.type for part in one.output_messages[0].parts] == ["server_tool_call"]
    assert (one.complete, one.problems, one.error) == (True, (), None)


def test_events_of_tomorrow_are_kept() -> None:
    limits = {"type": "codex.rate_limits", "rate_limits": {"allowed": True}, "sequence_number": 1}
    one = answered(created(), limits, completed(message(text("a"))))
    assert one.extra == {"/response/unknown_events": [limits]}


def test_queued_is_a_snapshot() -> None:
    one = answered(created(), {"type": "response.queued", "response": response(status="queued")})
    assert (one.complete, one.cut, one.finish_reasons) == (False, CUT, (None,))


# --- ends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more", "finish"),
    [
        ("completed", {}, "stop"),
        ("incomplete", {"incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ("incomplete", {"incomplete_details": {"reason": "content_filter"}}, "content_filter"),
        ("failed", {"error": {"code": "server_error", "message": "sorry"}}, "error"),
        ("cancelled", {}, "error"),
    ],
)
def test_every_end(kind: str, more: dict[str, Any], finish: str) -> None:
    end = {"type": f"response.{kind}", "response": response(message(text("a")), **{**more, "status": kind})}
    one = answered(created(), added(0, SKELETON), said(0, "a"), end)
    assert (one.complete, one.cut, one.finish_reasons) == (True, None, (finish,))
    assert one.output_messages[0].parts == (Text(content="a"),)


def test_a_failed_response() -> None:
    """§15: an error in the stream is one although the status is 200; what was said is kept."""
    error = {"code": "rate_limit_exceeded", "message": "slow down"}
    failed = {"type": "response.failed", "response": response(status="failed", error=error)}
    one = answered(created(), added(0, SKELETON), said(0, "Hel"), failed)
    assert one.error == CallError(
        type=None, code="rate_limit_exceeded", message="slow down", in_stream=True, raw=error, pointer="/error",
        event_index=3,
    )  # fmt: skip
    assert one.output_messages[0].parts == (Text(content="Hel"),)
    assert (one.complete, one.finish_reasons) == (True, ("error",))


FLAT = {"type": "error", "code": "server_error", "message": "sorry", "param": None}
NESTED = {"type": "error", "error": {"type": "invalid_request_error", "code": "x", "message": "sorry"}}


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        (FLAT, None, "server_error"),
        (NESTED, "invalid_request_error", "x"),
        ({"error": {"code": 502, "message": "sorry"}}, None, "502"),
        (event("sorry", "error"), None, None),
    ],
)
def test_errors_in_the_stream(value: Any, kind: str | None, code: str | None) -> None:
    one = answered(created(), value)
    assert one.error is not None
    assert (one.error.type, one.error.code, one.error.message) == (kind, code, "sorry")
    assert (one.error.in_stream, one.error.event_index) == (True, 1)
    assert (one.complete, one.finish_reasons) == (True, ())


def test_the_first_error_counts() -> None:
    failed = {"type": "response.failed", "response": response(status="failed", error={"message": "later"})}
    one = answered(created(), FLAT, failed)
    assert one.error is not None
    assert one.error.message == "sorry"


def test_a_stream_that_breaks_off() -> None:
    events = [created(), added(0, call(arguments="", status="in_progress")), delta("function_call_arguments", 0, '{"a')]
    one = answered(*events)
    assert (one.complete, one.cut, one.finish_reasons) == (False, CUT, (None,))
    assert one.output_messages[0].parts == (
        ToolCall(id="call_1", name="f", arguments='{"a', raw_arguments='{"a', arguments_valid=False),
    )
    assert one.output_messages[0].extra == {"/0/id": "fc_1", "/0/status": "in_progress"}
    broken = answered(*events, Event(event="response.completed", data='{"type":"response.comp', offset=0))
    assert (broken.complete, broken.cut) == (False, CUT)


def test_nothing_was_recorded_of_a_stream() -> None:
    one = called(asked({"input": "Hi", "stream": True}, ""))
    assert (one.stream, one.complete, one.cut) == (True, False, "the body is empty")


# --- numbers that leave some out -------------------------------------------------------------------------------------


def at(number: int, words: str) -> dict[str, Any]:
    return {**said(0, words), "content_index": number}


@pytest.mark.parametrize(
    ("events", "texts"),
    [
        ([at(1, "Hel"), at(1, "lo"), done(0, message(text("Hello"))), completed(message(text("Hello")))], ["Hello"]),
        ([at(1, "Hello"), completed(message(text("Hello")))], ["Hello"]),  # only the stream's end has it whole
        ([at(1, "Hello")], ["Hello"]),  # nothing has it whole
        ([at(0, "a"), at(2, "b"), done(0, message(text("a"), text("b")))], ["a", "b"]),
        ([at(1, "b"), done(0, message(text("a"), text("b")))], ["a", "b"]),  # the first came whole: no gap
        ([at(1, "b"), done(0, message(text("a")))], ["a"]),  # contradicts itself, and is no second text
    ],
)
def test_a_gap_in_the_numbers_of_the_parts(events: list[Any], texts: list[str]) -> None:
    (item,) = output(created(), added(0, SKELETON), *events)
    assert [part["text"] for part in item["content"]] == texts


def test_what_is_told_beside_a_text_goes_with_it() -> None:
    link = {"type": "url_citation", "url": "https://example.com/"}
    cited = {"type": "response.output_text.annotation.added", "output_index": 0, "content_index": 1, "annotation": link}
    (item,) = output(created(), added(0, SKELETON), at(1, "Hello"), cited)
    assert item["content"] == [{"text": "Hello", "type": "output_text", "annotations": [link]}]


# --- properties ------------------------------------------------------------------------------------------------------

words = st.text(max_size=12)


def chunked(whole: str, cuts: list[int]) -> list[str]:
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    return [whole[start:end] for start, end in pairwise(edges)] or [""]


@examples(60)
@given(spoken=words, arguments=words, cuts=st.lists(st.integers(0, 12), max_size=4), end=st.booleans())
def test_chunking_never_matters(spoken: str, arguments: str, cuts: list[int], end: bool) -> None:
    def streamed(texts: list[str], calls: list[str]) -> list[Any]:
        return [
            created(),
            added(0, SKELETON),
            *(said(0, piece) for piece in texts),
            added(1, call(arguments="")),
            *(delta("function_call_arguments", 1, piece) for piece in calls),
            *([completed(message(text(spoken)), call(arguments=arguments))] if end else []),
        ]

    one, other = (
        folded(*streamed([spoken], [arguments])),
        folded(*streamed(chunked(spoken, cuts), chunked(arguments, cuts))),
    )
    assert (one.body["output"], one.problems, other.problems) == (other.body["output"], (), ())
    for pointer, whole in (("/output/0/content/0/text", spoken), ("/output/1/arguments", arguments)):
        if whole:
            starts = [piece.start for piece in other.trace[pointer]]
            assert starts == sorted(starts)
            assert starts[0] == 0


@examples(40)
@given(texts=st.lists(words, min_size=1, max_size=3), order=st.randoms(use_true_random=False))
def test_interleaving_never_matters(texts: list[str], order: Any) -> None:
    """The pieces of several items in any order make the same items."""
    queues = [[said(index, letter) for letter in whole] for index, whole in enumerate(texts)]
    mixed = []
    while any(queues):
        queue = order.choice([each for each in queues if each])
        mixed.append(queue.pop(0))
    begun = [added(index, message(id=f"msg_{index}")) for index in range(len(texts))]
    made = output(*begun, *mixed)
    assert ["".join(part["text"] for part in item["content"]) for item in made] == texts


@examples(40)
@given(kept=st.sets(st.integers(0, 8)))
def test_lost_events_are_reported(kept: set[int]) -> None:
    """Whatever events are taken out of the middle: that some are missing is said."""
    events = stream(created(), added(0, SKELETON), *(said(0, letter) for letter in "abcde"), done(0, message(text("abcde"))),
                    completed(message(text("abcde"))))  # fmt: skip
    left = tuple(value for number, value in enumerate(events) if number in kept)
    numbers = sorted(kept)
    has_gap = bool(numbers) and numbers[-1] - numbers[0] + 1 != len(numbers)
    assert any(problem.kind == "stream-events-lost" for problem in fold(left).problems) == has_gap


def test_depth_is_no_danger() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"a": [deep]}
    other = {"a": [deep]}
    item = {"type": "web_search_call", "id": "ws_1", "action": deep}
    one = answered(
        created(tools=deep),
        added(0, item),
        done(0, {**item, "action": other}),
        completed(item, tools=deep, text=other, reasoning=deep, usage=deep, metadata=other, error=deep),
    )
    assert one.error is not None
    asked_deep = called(asked({"input": deep, "tools": deep, "text": deep, "reasoning": deep}, response(tools=other)))
    assert asked_deep.complete


@pytest.mark.parametrize("item", [{}, [], "x", 7, None])
def test_an_item_that_is_none_is_no_danger(item: Any) -> None:
    one = answered(created(), added(0, item), completed())
    assert one.complete
