"""What blind readers named of recordings that nobody had tuned to, by the class: each told once, in words, at its level."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import answer, chunks, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.comparing.naming import request_line
from cassette_tools.words import cut, without_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift

GOOGLE = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/gemini-9-pro:generateContent?%24alt=json"
CLAUDE = "https://api.anthropic.com/v1/messages"
ITEMS = f"https://api.openai.com/v1/conversations/conv_{'a1' * 20}/items?limit=10"
FILES = "https://api.openai.com/v1/files"
EPHEMERAL = {"cache_control": {"type": "ephemeral"}}
BOOK = {
    "type": "object",
    "properties": {"author": {"type": "object"}, "year": {"type": "integer"}},
    "required": ["author", "year"],
}


def plain(**settings: Any) -> dict[str, Any]:
    """A request without a tool and without a limit."""
    return {name: value for name, value in question(**settings).items() if name not in ("tools",) and value is not None}


def gemini(end: Any, modality: Any) -> dict[str, Any]:
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": "It is 18 °C."}]}, "finishReason": end, "index": 0}
        ],
        "modelVersion": "gemini-9-pro",
        "responseId": "Ab1",
        "usageMetadata": {
            "promptTokenCount": 7,
            "candidatesTokenCount": 6,
            "totalTokenCount": 13,
            "promptTokensDetails": [{"modality": modality, "tokenCount": 7}],
        },
    }


def asked_gemini(response: dict[str, Any], more: str = "") -> dict[str, Any]:
    return exchange({"contents": [{"role": "user", "parts": [{"text": "How warm?"}]}]}, response, url=GOOGLE + more)


def book(schema: dict[str, Any] | None, **said: Any) -> dict[str, Any]:
    wanted = {"type": "json_schema", "json_schema": {"name": "Book", "schema": schema}}
    request = plain(response_format=wanted if schema is not None else {"type": "json_object"})
    return exchange(request, answer(json.dumps(said)))


def claude(end: str, **more: Any) -> dict[str, Any]:
    said = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": "It is 18 °C."}],
        "stop_reason": end,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 7},
    }
    request = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "How warm?"}], **more}
    return exchange(request, said, url=CLAUDE)


def marked(*, tool: bool = False, message: bool = False) -> dict[str, Any]:
    definition = {"name": "look", "description": "Looks", "input_schema": {"type": "object"}}
    part = {"type": "text", "text": "How warm?"}
    return claude(
        "end_turn",
        tools=[{**definition, **(EPHEMERAL if tool else {})}],
        messages=[{"role": "user", "content": [{**part, **(EPHEMERAL if message else {})}]}],
    )


def uploaded(**fields: Any) -> dict[str, Any]:
    said = {"object": "file", "id": "file-1", "purpose": "vision", "filename": "a.png", "bytes": 3, **fields}
    return exchange("", said, url=FILES)


def plan(**dates: str) -> dict[str, Any]:
    return exchange({}, {"data": {"plan": {"name": "pro", **dates}}}, url="https://example.com/.api/plan")


def spans(*names: str) -> dict[str, Any]:
    metrics = {name: 40 + number for number, name in enumerate(names)}
    return exchange(
        {"spans": [{"name": "chat", "metrics": metrics}] * 2}, {"ok": True}, url="https://example.com/v1/spans"
    )


LOOK = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Turin"}'}}


def ended(reason: str, **said: Any) -> dict[str, Any]:
    response = answer(None if said else "It is 18 °C.", **said)
    response["choices"][0]["finish_reason"] = reason
    return exchange(question(seed=len(said)), response)


def sent(**more: str) -> dict[str, Any]:
    return exchange(plain(messages=[{"role": "user", "content": "How warm is it?", **more}]), answer("18 °C."))


SEARCH = {"type": "tool_search", "execution": "client", "description": "Search", "parameters": {"type": "object"}}
RESPONSES = "https://api.openai.com/v1/responses"
REFUND = {"type": "function", "name": "refund", "parameters": {"type": "object", "properties": {}}}


def searching(tools: list[dict[str, Any]], *history: dict[str, Any]) -> dict[str, Any]:
    said = {
        "id": "resp_1",
        "object": "response",
        "model": "gpt-9",
        "status": "completed",
        "output": [
            {"type": "message", "id": "m", "role": "assistant", "content": [{"type": "output_text", "text": "Done."}]}
        ],
    }
    request = {"model": "gpt-9", "input": [{"role": "user", "content": "Refund"}, *history], "tools": tools}
    return exchange(request, said, url=RESPONSES)


SEARCHED = searching(
    [SEARCH, {**REFUND, "defer_loading": True}],
    {"type": "tool_search_call", "call_id": "c1", "execution": "client", "arguments": {"queries": ["refund"]}},
    {
        "type": "tool_search_output",
        "call_id": "c1",
        "execution": "client",
        "tools": [{**REFUND, "defer_loading": True}],
    },
)
LOADED = searching([REFUND], {"role": "developer", "type": "additional_tools", "tools": [REFUND]})

PLAIN_ANSWER = exchange(plain(), answer("It is 18 °C."))

# fmt: off
CASES: dict[str, tuple[Any, Any, list[tuple[str, str, str, str]]]] = {
    "words that the URL asks for as numbers": (
        [asked_gemini(gemini(1, 1), "%3Benum-encoding%3Dint")],
        [asked_gemini(gemini("STOP", "TEXT"))],
        [
            ("breaking", "wire-type-changed", "2 fields have another type: candidates[].finishReason number → string, usage.promptTokensDetails[].modality number → string", "request (the query parameter $alt)"),
            ("behavior", "request-parameter-changed", "the query parameter $alt json;enum-encoding=int became json", ""),
        ],
    ),
    "JSON of another shape, which no schema asks for any more": (
        [book(BOOK, author={"name": "Ann"}, year=1954)],
        [book(None, author="Ann", published=1954)],
        [
            ("breaking", "text-facts-changed", 'the JSON of the answer has another shape: year is missing, author is "Ann", not object', "request (response_format.type, response_format.json_schema.name, response_format.json_schema.schema)"),
            ("behavior", "request-parameter-changed", "response_format.type json_schema became json_object; the request no longer has response_format.json_schema.name; it was Book (1 consequence folded: response_format.schema)", ""),
        ],
    ),
    "JSON of another type, which no schema asked for": (
        [book(None, age=27)],
        [book(None, age="27")],
        [("breaking", "text-facts-changed", "the JSON of the answer has another shape: age number → string", "")],
    ),
    "JSON with another value": (
        [book(None, age=27)],
        [book(None, age=28)],
        [("behavior", "text-facts-changed", "the text changed: age=27 → age=28", "")],
    ),
    "a value for null is no other type": (
        [book(None, age=None)],
        [book(None, age=28)],
        [("behavior", "text-facts-changed", "the text changed: age=null → age=28", "")],
    ),
    "a member in every element": (
        [book(None, items=[{"id": 1}, {"id": 2}])],
        [book(None, items=[{"id": 1, "price": 3.5}, {"id": 2, "price": 4.5}])],
        [("behavior", "text-facts-changed", "the text changed: items[].price is new: 3.5, 4.5", "")],
    ),
    "one normal end for another": (
        [claude("end_turn")],
        [claude("stop_sequence")],
        [("behavior", "finish-reason-changed", "the output ended with end_turn and now ends with stop_sequence", "")],
    ),
    "the dates of a billing period": (
        [plan(currentPeriodEndAt="2024-10-14T22:11:32Z", currentPeriodStartAt="2024-09-14T22:11:32Z")],
        [plan(currentPeriodEndAt="2024-11-14T22:11:32Z", currentPeriodStartAt="2024-10-14T22:11:32Z")],
        [],
    ),
    "a file that ends now": (
        [uploaded(expires_at=None)],
        [uploaded(expires_at=1787782023)],
        [("behavior", "response-body-changed", "expires_at is 1787782023 (2026-08-26) now (was null)", "")],
    ),
    "a field of an API that has a value now": (
        [uploaded(status_details=None)],
        [uploaded(status_details="fine")],
        [("shape", "wire-field-filled", "the field status_details was null and is now fine", "provider")],
    ),
    "two names in one place": (
        [spans("prompt_tokens", "completion_tokens")],
        [spans("input_tokens", "output_tokens")],
        [("behavior", "request-field-renamed", "2 fields are sent under other names: spans[].metrics.prompt_tokens → input_tokens, spans[].metrics.completion_tokens → output_tokens, in 2 items of body.spans", "")],
    ),
    "one name in two places": (
        [spans("prompt_tokens")],
        [spans("input_tokens")],
        [("behavior", "request-field-renamed", "spans[].metrics.prompt_tokens is now sent as input_tokens, in 2 items of body.spans", "")],
    ),
    "another name with another word for the same": (
        [sent(speaker="ann")],
        [sent(voice="ann_b")],
        [("behavior", "request-field-renamed", "messages[0].speaker=ann is now sent as voice=ann_b", "")],
    ),
    "another name with a word for something else": (
        [sent(speaker="ann")],
        [sent(voice="bob")],
        [
            ("behavior", "request-field-removed", "the request no longer has messages[0].speaker; it was ann", ""),
            ("behavior", "request-field-added", "the request now has messages[0].voice: bob", ""),
        ],
    ),
    "where the cache ends, at a tool and at a message": (
        [marked()],
        [marked(tool=True, message=True)],
        [("behavior", "request-field-added", 'the request now has cache_control {"type": "ephemeral"} in a message and the tool look', "")],
    ),
    "a mark at a tool that went, and one at a message that came": (
        [marked(tool=True)],
        [marked(message=True)],
        [
            ("behavior", "request-field-added", 'the request now has messages[0].content[0].cache_control: {"type": "ephemeral"}', ""),
            ("behavior", "tool-definition-changed", 'the tool look: cache_control {"type": "ephemeral"} is gone', ""),
        ],
    ),
    "a search for tools, with all that goes with it": (
        [SEARCHED],
        [LOADED],
        [("behavior", "tool-definition-changed", 'the tool tool_search is no longer offered; the system message changed: {"kind": "additional_tools", … {"tools": ["refund"]}} is new (3 consequences folded: history, tool definition)', "")],
    ),
    "the end is told now, in two words": (
        [ended(""), ended("", calls=[LOOK])],
        [ended("stop"), ended("tool_calls", calls=[LOOK])],
        [("behavior", "finish-reason-changed", 'choices[].finish_reason changed: "" → stop, "" → tool_calls, in 2 calls', "provider")],
    ),
    "a request of another host than the model's": (
        [PLAIN_ANSWER],
        [PLAIN_ANSWER, exchange({"runs": []}, {}, url="https://telemetry.example.com/runs/batch", status=401)],
        [("behavior", "interaction-added", "one more request: POST telemetry.example.com/runs/batch (answered with 401)", "")],
    ),
    "a longer answer, whole": (
        [exchange(plain(), answer("It is 18 °C in Turin."))],
        [exchange(plain(), answer("In Turin it is 18 °C at the moment, which is warm for a day in March, so that nobody needs a coat there."))],
        [("cosmetic", "text-reworded", 'the text is reworded: "It is 18 °C in Turin." → "In Turin it is 18 °C at the moment, which is warm for a day in March, so that nobody needs a coat there."', "")],
    ),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(name: str) -> None:
    old, new, expected = CASES[name]
    found = compare(recording(*old), recording(*new)).findings
    told = [(each.level, each.rule, each.message, each.evidence or "") for each in found if each.level != "noise"]
    assert told == expected


@pytest.mark.parametrize("name", CASES)
def test_the_same_is_nothing(name: str) -> None:
    for side in CASES[name][:2]:
        assert compare(recording(*side), recording(*side)).findings == ()


# --- where -----------------------------------------------------------------------------------------------------------

PIECES = (
    {"role": "assistant", "content": "Let me look."},
    {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": {"name": "look", "arguments": ""}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '"Turin"}'}}]},
)


@pytest.mark.parametrize(
    ("pointer", "event", "why"),
    [
        ("/choices/0/message/tool_calls/0", 1, "an element stands where it begins to be said"),
        ("/choices/0/message/tool_calls/0/function/arguments", 2, "a string, where its first character is"),
        ("/choices/0/message/tool_calls/0/function/arguments/city", 3, "what is in arguments, where it is said"),
        ("/choices/0/message/tool_calls/0/function/arguments/days", 2, "what is not in them, where these begin"),
        ("/choices/0/message/content", 0, "another text has a place of its own"),
    ],
)
def test_what_was_put_together_stands_where_it_is_said(pointer: str, event: int, why: str) -> None:
    [interaction] = recording(exchange(plain(), chunks(*PIECES, finish="tool_calls"))).interactions
    place = response_place(interaction, pointer)
    assert place is not None
    assert place.offset == interaction.response.body.events[event].offset, why


# --- in words --------------------------------------------------------------------------------------------------------


def test_a_null_that_later_events_do_not_send_is_noise() -> None:
    later = [{"tool_calls": [{"index": 0, "id": None, "function": {"arguments": piece}}]} for piece in ('{"a":', " 1}")]
    bare = [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in ('{"a":', " 1}")]
    bare = [*bare[:1], {"tool_calls": [{"index": 0, "function": {"arguments": " "}}]}, *bare[1:]]  # cut otherwise
    sides = [recording(exchange(plain(), chunks(PIECES[1], *rest, finish="tool_calls"))) for rest in (later, bare)]
    told = [_line(each) for each in compare(*sides).findings if each.path.endswith(".id")]
    name = "choices[].delta.tool_calls[].id"
    gone = f"the field {name}, null in 2 of 3 events, is no longer sent there"
    come = f"the field {name} is null in 2 of 3 events now, where it was not sent"
    assert told == [("noise", "wire-null-field-removed", gone)]
    back = [_line(each) for each in compare(*reversed(sides)).findings if each.path.endswith(".id")]
    assert back == [("noise", "wire-field-added", come)]


def _line(finding: Drift) -> tuple[str, str, str]:
    return finding.level, finding.rule, finding.message


@pytest.mark.parametrize(
    ("url", "line"),
    [
        (ITEMS, "POST /v1/conversations/conv_a1a1a1a1…/items?limit=10"),
        (
            "https://e.x/v1/models/gemini-9-flash-lite-preview-1234:x",
            "POST /v1/models/gemini-9-flash-lite-preview-1234:x",
        ),
        ("https://e.x/v1/thirtycharactersofwordsonlyhere", "POST /v1/thirtycharactersofwordsonlyhere"),
    ],
)
def test_a_request_is_named_by_what_a_person_reads(url: str, line: str) -> None:
    [interaction] = recording(exchange("", {"object": "list", "data": []}, url=url)).interactions
    assert request_line(interaction) == line


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [
        ("the quick brown fox jumps over the lazy dog", "the quick … lazy dog", "between words"),
        ("the quick brown fox", "the quick brown fox", "short enough"),
        ("abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghi … 123456789", "no word ends anywhere near"),
        ("a cdefghijklmnopqrstuvwxyz0123456789", "a cdefghi … 123456789", "the only blank would leave too little"),
        ('{"name":"get_weather","days":"12"}', '{"name":" … ":"12"}', "JSON between a word and a sign"),
        ("/v1beta/models/gemini-pro/a/words", "/v1beta/ … /a/words", "an address likewise"),
        ("weather_of_every_city_in_italy", "weather … in_italy", "a long name between its parts"),
    ],
)
def test_what_is_cut_is_cut_between_words(text: str, shown: str, why: str) -> None:
    assert cut(text, 22) == shown, why
    assert len(shown) <= 22


@given(text=st.text(alphabet='ab_ "{é', max_size=60), limit=st.integers(6, 40))
def test_a_cut_keeps_both_ends(text: str, limit: int) -> None:
    """Never longer than asked, and nothing that was not there; more than half a side where a word ends there."""
    shown = cut(text, limit)
    assert len(shown) <= max(limit, 0)
    if shown != text:
        left, right = shown.split(" … ")[0], shown.rsplit(" … ")[-1]
        assert text.startswith(left)
        assert text.endswith(right)


@pytest.mark.parametrize(
    ("text", "limit", "shown", "why"),
    [
        ("the arguments of ls changed: path is new", 30, "the arguments of ls changed …", "no mark before the end"),
        ('another answer: "30 matches were found"', 34, 'another answer: "30 matches were …"', "no open quotation"),
        ("it calls ls with … instead of the tool", 33, "it calls ls with … instead …", "no word that needs another"),
        ("the of a", 8, " …", "nothing but such words"),
    ],
)
def test_a_sentence_without_its_end(text: str, limit: int, shown: str, why: str) -> None:
    assert without_end(text, limit) == shown, why


def test_words_before_a_call_are_one_line() -> None:
    calls = [{"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Turin"}'}}]
    silent = [exchange(question(seed=n), answer(calls=calls)) for n in (1, 2)]
    spoken = [
        exchange(question(seed=n), answer(f"I look {word}.", calls=calls)) for n, word in ((1, "up"), (2, "it up"))
    ]
    [told] = [each for each in compare(recording(*silent), recording(*spoken)).findings if each.level != "noise"]
    assert (told.level, told.rule) == ("behavior", "text-appeared")
    assert told.message == 'text before the call where there was none, in 2 answers: "I look up."; "I look it up."'
