"""What follows from how an answer ends is told with it; an answer where there was none breaks nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from cassette_tools.diff.comparing.facts import recording_changes
from tests.diff.drift_cases import answer, chunks, exchange, question, recording

OPENAI = "https://api.openai.com/v1/chat/completions"
CLAUDE = "https://api.anthropic.com/v1/messages"
RESPONSES = "https://api.openai.com/v1/responses"
COHERE = "https://api.cohere.com/v2/chat"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"
HI = [{"type": "text", "text": "Hi there"}]
USER = [{"role": "user", "content": "Hi"}]


def message(content: Any, reason: str, sequence: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": content,
        "stop_reason": reason,
        "stop_sequence": sequence,
        "usage": {"input_tokens": 9, "output_tokens": 7},
    }


def claude(content: Any = HI, reason: str = "end_turn", sequence: Any = None, **asked: Any) -> dict[str, Any]:
    request = {"model": "claude-9", "max_tokens": 9, "messages": USER, **asked}
    return exchange(request, message(content, reason, sequence), url=CLAUDE)


def streamed(content: Any = HI, reason: str = "end_turn", sequence: Any = None, **asked: Any) -> dict[str, Any]:
    request = {"model": "claude-9", "max_tokens": 9, "messages": USER, "stream": True, **asked}
    events = [
        {"type": "message_start", "message": {**message([], reason, None), "stop_reason": None}},
        *(
            event
            for at, part in enumerate(content)
            for event in (
                {"type": "content_block_start", "index": at, "content_block": {"type": "text", "text": ""}},
                {"type": "content_block_delta", "index": at, "delta": {"type": "text_delta", "text": part["text"]}},
                {"type": "content_block_stop", "index": at},
            )
        ),
        {
            "type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": sequence},
            "usage": {"output_tokens": 7},
        },
        {"type": "message_stop"},
    ]
    return exchange(request, [*map(json.dumps, events)], url=CLAUDE)


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = compare(recording(old), recording(new)).findings
    return [(each.level, each.rule, each.cause) for each in found if each.level != "noise"]


ENDED = "finish-reason-changed"
ENDS = [
    (("end_turn", None), "behavior", "the model had no more to say"),
    (("max_tokens", None), "breaking", "it is cut, as before it was not"),
]


@pytest.mark.parametrize("api", [claude, streamed])
@pytest.mark.parametrize(("end", "level", "why"), ENDS)
def test_which_sequence_ended_it_follows_from_the_end(api: Any, end: Any, level: str, why: str) -> None:
    assert told(api(HI, "stop_sequence", "##"), api(HI, *end)) == [(level, ENDED, "unknown")], why


@pytest.mark.parametrize("api", [claude, streamed])
def test_and_so_does_one_that_now_ends_it(api: Any) -> None:
    assert told(api(), api(HI, "stop_sequence", "##")) == [("behavior", ENDED, "unknown")]


@pytest.mark.parametrize("api", [claude, streamed])
def test_the_cause_is_the_list_that_is_asked_for(api: Any) -> None:
    old, new = api(HI, "stop_sequence", "##", stop_sequences=["##"]), api(stop_sequences=["END"])
    assert told(old, new) == [("behavior", "request-parameter-changed", "prompt"), ("behavior", ENDED, "prompt")]


@pytest.mark.parametrize("api", [claude, streamed])
def test_a_field_of_the_same_end_that_is_null_now_is_a_fault(api: Any) -> None:
    """Who reads which sequence it was reads nothing, although one ended it."""
    found = told(api(HI, "stop_sequence", "##"), api(HI, "stop_sequence", None))
    assert [each[:2] for each in found] == [("breaking", "wire-field-nulled")]


# --- an answer where there was none ----------------------------------------------------------------------------------


def chat(text: Any, **asked: Any) -> dict[str, Any]:
    return exchange(question(**asked), answer(text))


def responses(text: Any, **asked: Any) -> dict[str, Any]:
    part = {"type": "output_text", "annotations": [], "text": text}
    item = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [part]}
    said = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1700000000,
        "status": "completed",
        "model": "gpt-9-mini",
        "output": [] if text is None else [item],
        "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
    }
    return exchange({"model": "gpt-9-mini", "input": "Hi", **asked}, said, url=RESPONSES)


def blocks(text: Any, **asked: Any) -> dict[str, Any]:
    return claude([{"type": "text", "text": text}] if text else [], **asked)


def cohere(text: Any, **asked: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": text}] if text else []
    said = {"id": "a", "message": {"role": "assistant", "content": content}, "finish_reason": "COMPLETE"}
    return exchange({"model": "command-9", "messages": USER, **asked}, said, url=COHERE)


def gemini(text: Any, **asked: Any) -> dict[str, Any]:
    content = {"role": "model", **({"parts": [{"text": text}]} if text else {})}
    said = {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}], "modelVersion": "gemini-9"}
    return exchange({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], **asked}, said, url=GEMINI)


EMPTY = [(api, nothing) for api in (chat, responses, blocks, cohere, gemini) for nothing in ("", None)]


@pytest.mark.parametrize(("api", "nothing"), EMPTY)
def test_an_answer_where_there_was_none(api: Any, nothing: Any) -> None:
    assert [each[:2] for each in told(api(nothing), api("Hello"))] == [("behavior", "text-appeared")]


@pytest.mark.parametrize(("api", "nothing"), EMPTY)
def test_no_answer_where_there_was_one(api: Any, nothing: Any) -> None:
    assert [each[:2] for each in told(api("Hello"), api(nothing))] == [("breaking", "text-vanished")]


@pytest.mark.parametrize(("api", "name"), [(chat, "stop"), (blocks, "stop_sequences"), (cohere, "stop_sequences")])
def test_another_list_of_stops_lets_it_speak(api: Any, name: str) -> None:
    found = told(api("", **{name: ["5"]}), api("5 6 7", **{name: ["END"]}))
    assert ("behavior", "text-appeared", "prompt") in found


@pytest.mark.parametrize(
    ("old", "new", "rule", "evidence", "why"),
    [
        ((None, {}), ("END", {"stop": ["END"]}), "wire-field-filled", "request (stop)", "vLLM says which word it was"),
        ((None, {}), (128009, {}), "wire-field-filled", "provider", "or which token"),
        ((128009, {}), (128008, {}), "wire-detail-changed", "provider", "another token: the reason is the same"),
    ],
)
def test_what_stopped_a_choice(old: Any, new: Any, rule: str, evidence: str, why: str) -> None:
    sides = []
    for stopped, settings in (old, new):
        said = answer("Warm.")
        said["choices"][0]["stop_reason"] = stopped
        sides.append(recording(exchange(question(**settings), said)))
    [found] = [each for each in compare(*sides).findings if each.path.endswith("stop_reason")]
    assert (found.level, found.rule, found.evidence) == ("shape", rule, evidence), why


def breaks_off(events: list[str], url: str) -> Any:
    return recording(exchange({"model": "m-9", "messages": USER, "stream": True}, events, url=url))


CHUNKS = chunks({"role": "assistant", "content": "It is"}, {"content": " 18"}, {"content": " °C."})
BLOCKS = streamed()["response"]["body"].replace("data: ", "").split("\n\n")[:-1]


@pytest.mark.parametrize(
    ("whole", "kept", "url"), [(CHUNKS, 2, OPENAI), (BLOCKS, 3, CLAUDE)], ids=["chat", "anthropic"]
)
def test_where_a_stream_breaks_off(whole: list[str], kept: int, url: str) -> None:
    """At its last event, and not where the body begins."""
    old, new = breaks_off(whole, url), breaks_off(whole[:kept], url)
    for sides, rule in (((old, new), "stream-truncated"), ((new, old), "stream-mended")):
        [found] = [each for each in recording_changes(*sides, "rerecord") if each.rule == rule]
        ends = [side.interactions[0].response.body.events[-1].offset for side in sides]
        assert [place and place.offset for place in (found.old_place, found.new_place)] == ends


# --- OpenAI's Responses: when it was whole ---------------------------------------------------------------------------


def response(status: str = "completed", reason: str = "", text: str = "It is warm in Turin today.") -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"id": "msg_0a1b2c", "type": "message", "status": status, "role": "assistant", "content": [part]}
    return {
        "id": "resp_0a1b2c3d4e",
        "object": "response",
        "status": status,
        "completed_at": 1767874436 if status == "completed" else None,
        "incomplete_details": {"reason": reason} if reason else None,
        "error": None,
        "model": "gpt-9",
        "output": [item],
    }


def in_events(said: dict[str, Any]) -> list[str]:
    """A response as a stream, in which the last event says how it ended."""
    begun = {**said, "status": "in_progress", "completed_at": None, "incomplete_details": None, "output": []}
    [item] = said["output"]
    text = item["content"][0]["text"]
    at = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    events = (
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.output_text.delta", **at, "delta": text},
        {"type": "response.output_text.done", **at, "text": text},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": f"response.{said['status']}", "response": said},
    )
    return [*map(json.dumps, events)]


WHOLE, CUT = response(), response("incomplete", "max_output_tokens", "It is warm")


@pytest.mark.parametrize(("old", "new"), [(WHOLE, CUT), (in_events(WHOLE), in_events(CUT))], ids=["body", "stream"])
def test_when_it_was_whole_follows_from_the_end(old: Any, new: Any) -> None:
    asked = {"model": "gpt-9", "input": "How warm is it?", **({"stream": True} if isinstance(old, list) else {})}
    sides = [exchange(asked, each, url=RESPONSES) for each in (old, new)]
    assert [each[:2] for each in told(*sides)] == [("breaking", ENDED)]
    assert [each[1] for each in told(*sides[::-1])] == [ENDED]


def test_an_answer_that_fails_ends_with_its_error() -> None:
    failed = {**response("failed"), "output": [], "error": {"code": "server_error", "message": "Broken."}}
    sides = [exchange({"model": "gpt-9", "input": "Hi"}, each, url=RESPONSES) for each in (WHOLE, failed)]
    assert [each[:2] for each in told(*sides)] == [("breaking", "error-appeared")]
