"""An answer that ends too early: the text is cut off, the stream breaks off, and where the words stand now."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import CALL, answer, chunks, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.finding import Location, Region
from cassette_tools.load import load_source
from cassette_tools.source import Source

REGION = Region(line=1, column=1, end_line=1, end_column=2)
WHOLE = "The four directions are North, South, East and West, as every child in Turin knows."
BEGUN = "The four directions are North, South,"
END = '"The four directions are North, South,"'
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:{}"


def _chat(text: str, *, cut: bool) -> Any:
    return exchange(question(), answer(text, finish="length" if cut else "stop"))


def _messages(text: str, *, cut: bool) -> Any:
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "max_tokens" if cut else "end_turn",
    }
    request = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Which?"}]}
    return exchange(request, body, url="https://api.anthropic.com/v1/messages")


def _gemini(text: str, *, cut: bool) -> Any:
    candidate = {
        "content": {"role": "model", "parts": [{"text": text}]},
        "finishReason": "MAX_TOKENS" if cut else "STOP",
    }
    return exchange(
        {"contents": [{"role": "user", "parts": [{"text": "Which?"}]}]},
        {"candidates": [candidate], "modelVersion": "gemini-9"},
        url=GEMINI.format("generateContent"),
    )


CUT = {"OpenAI": _chat, "Anthropic": _messages, "Gemini": _gemini}


@pytest.mark.parametrize("api", CUT)
def test_the_beginning_of_a_text_is_cut_off_and_not_reworded(api: str) -> None:
    made = CUT[api]
    found = compare(recording(made(WHOLE, cut=False)), recording(made(BEGUN, cut=True))).findings
    assert [(each.level, each.rule) for each in found if each.level != "noise"] == [
        ("breaking", "finish-reason-changed")
    ]
    assert [each.message for each in found if each.rule.startswith("text-")] == [f"the text is cut off after {END}"]


@pytest.mark.parametrize("api", CUT)
def test_a_model_that_says_less_cuts_nothing_off(api: str) -> None:
    made = CUT[api]
    found = compare(recording(made(WHOLE, cut=False)), recording(made(BEGUN, cut=False))).findings
    assert not any("cut off" in each.message for each in found)


def _chat_stream(text: str, error: dict[str, Any] | None) -> Any:
    lines = chunks(
        {"role": "assistant", "content": ""}, {"content": text}, finish=None if error else "stop", done=not error
    )
    return exchange(question(stream=True), [*lines, *([json.dumps({"error": error})] if error else [])])


def _gemini_stream(text: str, error: dict[str, Any] | None) -> Any:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, **({} if error else {"finishReason": "STOP"})}
    lines = [json.dumps({"candidates": [candidate], "modelVersion": "gemini-9"})]
    return exchange(
        {"contents": [{"role": "user", "parts": [{"text": "Which?"}]}]},
        [*lines, *([json.dumps({"error": error})] if error else [])],
        url=GEMINI.format("streamGenerateContent?alt=sse"),
    )


BUSY = {"code": 503, "message": "The model is busy.", "status": "UNAVAILABLE", "type": "busy"}


@pytest.mark.parametrize("made", [_chat_stream, _gemini_stream], ids=["OpenAI", "Gemini"])
def test_a_stream_that_ends_in_an_error_after_a_part_of_the_answer_breaks_off(made: Any) -> None:
    found = compare(recording(made(WHOLE, None)), recording(made(BEGUN, BUSY))).findings
    [told] = [each for each in found if each.level != "noise"]
    assert (told.level, told.rule) == ("breaking", "error-appeared")
    assert told.message.startswith("the stream now breaks off: The model is busy. (")
    assert f"), after {END} (" in told.message


def test_an_end_by_an_error_is_the_error() -> None:
    lines = chunks({"role": "assistant", "content": ""}, {"content": BEGUN}, finish="error", done=False)
    broken = exchange(question(stream=True), [*lines, json.dumps({"error": BUSY})])
    found = compare(recording(_chat_stream(WHOLE, None)), recording(broken)).findings
    assert [each.rule for each in found if each.level != "noise"] == ["error-appeared"]


@pytest.mark.parametrize("made", [_chat_stream, _gemini_stream], ids=["OpenAI", "Gemini"])
def test_a_stream_that_is_an_error_from_the_start_fails(made: Any) -> None:
    found = compare(recording(made(WHOLE, None)), recording(made("", BUSY))).findings
    assert next(each.message for each in found if each.rule == "error-appeared").startswith("the call now fails: ")


def test_the_words_in_the_place_of_a_call_have_a_line() -> None:
    old, new = (
        load_source(
            Source.from_bytes(json.dumps({"version": 2, "interactions": [{"id": 0, **each}]}).encode(), "cassette.json")
        )
        for each in (exchange(question(), answer(calls=[CALL])), exchange(question(), answer("get_weather(Turin)")))
    )
    for sides in ((old, new), (new, old)):
        found = compare(*sides, locate=lambda _side, place: Location(path=str(place.folded), region=REGION)).findings
        [told] = [each for each in found if each.rule.startswith("tool-call-")]
        places = {str(each.path) for each in (told.old_location, told.new_location) if each is not None}
        assert places == {"/choices/0/message/tool_calls", "/choices/0/message/content"}


# --- a text that is all of an answer ---------------------------------------------------------------------------------

HUGGING_FACE = "https://api-inference.huggingface.co/models/acme/zephyr"


def generated(text: str) -> Any:
    return exchange({"inputs": "How warm?"}, json.dumps([{"generated_text": text}]), url=HUGGING_FACE)


@pytest.mark.parametrize(
    ("new", "rule", "words"),
    [
        (
            generated("It is 21 °C, and the sun shines over the hills."),
            "text-facts-changed",
            "the text changed: 18 °C → 21 °C",
        ),
        (
            exchange({"inputs": "How warm?"}, json.dumps({"error": "busy"}), url=HUGGING_FACE, status=503),
            "status-class-changed",
            "status 200 became 503; the call now fails: busy (2 consequences folded: text, body)",
        ),
    ],
    ids=["another fact", "a failure"],
)
def test_the_text_of_hugging_face_is_a_text(new: Any, rule: str, words: str) -> None:
    found = compare(recording(generated("It is 18 °C, and the sun shines over the hills.")), recording(new)).findings
    assert [(each.rule, each.message) for each in found if each.level != "noise"] == [(rule, words)]


def test_what_no_dialect_reads_is_shown_beside_its_status() -> None:
    old, new = (
        exchange({"ask": "How warm?"}, json.dumps(body), url="https://warmth.example/ask", status=status)
        for body, status in (([{"said": "18 °C"}], 200), ({"error": "busy"}, 503))
    )
    found = compare(recording(old), recording(new)).findings
    assert [(each.rule, each.message) for each in found if each.level != "noise"] == [
        ("status-class-changed", 'status 200 became 503; the body [{"said": "18 °C"}] became {"error": "busy"}')
    ]


# --- JSON that is cut off ---------------------------------------------------------------------------------------------

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
JSON_WHOLE, JSON_BEGUN = '{"city": "Turin", "degrees": 18}', '{"city": "Turin", "deg'
FORM = {"type": "json_schema", "json_schema": {"name": "weather", "schema": SCHEMA}}


def _chat_form(text: str, *, cut: bool) -> Any:
    return exchange(question(response_format=FORM), answer(text, finish="length" if cut else "stop"))


def _called(arguments: str, *, cut: bool) -> Any:
    call = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": arguments}}
    return exchange(question(), answer(calls=[call], finish="length" if cut else "tool_calls"))


@pytest.mark.parametrize(
    ("made", "ends", "cut", "whole"),
    [
        (
            _chat_form,
            ("stop", "length"),
            f"the JSON that the request asked for is cut off after {JSON_BEGUN} (1 consequence folded: text)",
            "the answer is now the JSON that the request asked for; the text changed: it now says 18",
        ),
        (
            _called,
            ("tool_calls", "length"),
            f"the arguments of get_weather are cut off after {JSON_BEGUN}",
            f"the arguments of get_weather are whole now: {JSON_WHOLE}",
        ),
    ],
    ids=["structured output", "arguments"],
)  # fmt: skip
def test_json_that_a_limit_cuts_is_told_with_the_end(made: Any, ends: tuple[str, str], cut: str, whole: str) -> None:
    old, new = recording(made(JSON_WHOLE, cut=False)), recording(made(JSON_BEGUN, cut=True))
    assert _told(old, new) == [
        ("breaking", "finish-reason-changed", f"the output ended with {ends[0]} and now ends with {ends[1]}; {cut}")
    ]
    assert _told(new, old) == [
        ("behavior", "finish-reason-changed", f"the output ended with {ends[1]} and now ends with {ends[0]}; {whole}")
    ]


def test_json_that_is_cut_and_begins_otherwise_is_told_beside_the_end() -> None:
    found = _told(
        recording(_chat_form(JSON_WHOLE, cut=False)), recording(_chat_form('{"city": "Milan", "deg', cut=True))
    )
    assert [rule for _, rule, _ in found] == ["structured-output-invalid", "finish-reason-changed"]


def _told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    return [(each.level, each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]
