"""A recording as a person reads it, as JSON, and event by event."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH, chosen
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cassette_tools.conversation import show_events, show_json, show_text
from cassette_tools.load import load_source
from cassette_tools.reporters import Style
from cassette_tools.schema import schema_text
from cassette_tools.source import Source

VALIDATOR = Draft202012Validator(json.loads(schema_text("show")))
CHAT = """\
version: 2
interactions:
- id: 0
  request:
    url: https://api.example.com/v1/chat/completions
    method: POST
    headers: {Authorization: [Bearer sample]}
    body: '{"model":"m-1","max_tokens":50,"tools":[{"type":"function","function":{"name":"add","parameters":{}}}],
      "messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"2+2?\\nnow"},
      {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\\"a\\":2}"}}]},
      {"role":"tool","tool_call_id":"c1","content":"4"}]}'
  response:
    headers: {Content-Type: [text/event-stream]}
    body: |+
      : hello

      data: {"id":"x","object":"chat.completion.chunk","model":"m-1-2026","choices":[{"index":0,"delta":{"reasoning":"easy","content":"It is "}}]}

      data: {"id":"x","object":"chat.completion.chunk","model":"m-1-2026","choices":[{"index":0,"delta":{"content":"\\u001b[1m4"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12,"cost":0.0000045,"prompt_tokens_details":{"cached_tokens":4}}}

      data: [DONE]

    status: 200 OK
    code: 200
    duration: 1.5s
- id: 1
  request: {url: "https://api.example.com/v1/chat/completions", method: POST, body: '{"model":"m-1","messages":[]}'}
  response: {code: 429, body: '{"error":{"message":"slow down","type":"rate_limit","code":"429"}}', headers: {}}
- id: 2
  request: {url: "https://example.com/logo", method: GET}
  response: {code: 200, body: !!binary iVBORw0KGgr/, headers: {Content-Type: [image/png]}}
"""
TEXT = """\
#0  POST https://api.example.com/v1/chat/completions → 200, sse, 3 events, 1.5 s
  api.example.com · openai.chat · m-1 → m-1-2026
  max_tokens 50 · tools: add
  system
    Be brief
  user
    2+2?
    now
  assistant
    → add(a: 2)
  tool
    ← 4
  assistant
    ~ easy
    It is ␛[1m4
  finish: stop
  usage: 9 in (4 cached) · 3 out · $0.0000045

#1  POST https://api.example.com/v1/chat/completions → 429
  api.example.com · openai.chat · m-1
  ! error (rate_limit, 429): slow down

#2  GET https://example.com/logo → 200
  response  binary, 9 bytes"""

URL = "https://api.example.com/v1/chat/completions"
TOOLS = """\
version: 2
interactions:
- id: 0
  request:
    url: https://api.example.com/v1/chat/completions
    method: POST
    headers: {}
    body: '{"model":"m-1","tool_choice":"auto","messages":[{"role":"user","content":[{"type":"text","text":"Look"},
      {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},
      {"role":"assistant","content":null,"tool_calls":[
      {"id":"call_sample_000001","type":"function","function":{"name":"add","arguments":"{\\"a\\":2,\\"to\\":[3]}"}},
      {"id":"c2","type":"function","function":{"name":"look","arguments":"{}"}}]},
      {"role":"tool","tool_call_id":"c2","content":"red\\nround"},
      {"role":"tool","tool_call_id":"call_sample_000001","content":"5"}]}'
  response:
    headers: {}
    body: '{"object":"chat.completion","model":"m-1","choices":[{"index":0,"finish_reason":"tool_calls","message":
      {"role":"assistant","tool_calls":[{"id":"c3","type":"function","function":{"name":"add","arguments":"{\\"a\\": "}}]}},
      {"index":1,"finish_reason":"weird","message":{"role":"assistant","content":null,"refusal":"I will not."}}]}'
    code: 200
    duration: 95us
"""
TOOLS_TEXT = """\
<1>#0  POST https://api.example.com/v1/chat/completions → 200, 0.095 ms<0>
  api.example.com · openai.chat · m-1
  <2>tool_choice {"mode": "auto"}<0>
  <1;36>user<0>
    Look
    <2>[image, image/png, 8 bytes]<0>
  <1;36>assistant<0>
    <35>→ […000001] add(a: 2, to: [3])<0>
    <35>→ [c2] look()<0>
  <1;36>tool<0>
    <35>← [c2] red<0>
    <35>← [c2] round<0>
  <1;36>tool<0>
    <35>← […000001] 5<0>
  <1;36>assistant 0<0>
    <35>→ add({"a": )<0>
    <1;31>  ! these arguments are not JSON<0>
  <2>finish: tool_call<0>
  <1;36>assistant 1<0>
    <1;31>refuses: I will not.<0>
  <2>finish: unknown (weird)<0>
  <1;31>! choice 1 ends with finish_reason 'weird', which no provider of this dialect is known to send<0>"""


def opened(text: str) -> tuple[Any, Source]:
    source = Source.from_bytes(text.encode("utf-8", "surrogatepass"), "x.yaml")
    return load_source(source), source


def shown(text: str) -> dict[str, Any]:
    recording, source = opened(text)
    told = show_json(recording, source.region)
    told.encode("utf-8")
    document: dict[str, Any] = json.loads(told)
    VALIDATOR.validate(document)
    return document


def test_text() -> None:
    recording, _source = opened(CHAT)
    assert show_text(recording, Style()) == TEXT


def test_text_in_colour_says_the_same() -> None:
    recording, _source = opened(CHAT)
    colored = show_text(recording, Style(color=True))
    assert "\x1b[1;36muser\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == TEXT


def test_tools_and_media() -> None:
    recording, _source = opened(TOOLS)
    assert show_text(recording, Style(color=True)) == re.sub(r"<([0-9;]+)>", "\x1b[\\1m", TOOLS_TEXT)
    assert show_text(recording, Style()) == re.sub(r"<[0-9;]+>", "", TOOLS_TEXT)


@pytest.mark.parametrize(
    ("duration", "shown"),
    [("95us", "0.095 ms"), ("415.7ms", "0.416 s"), ("1.265s", "1.26 s"), ("1h2m", "3,720 s")],
)
def test_durations_are_numbers_that_people_read(duration: str, shown: str) -> None:
    recording, _source = opened(TOOLS.replace("95us", duration))
    assert show_text(recording, Style()).splitlines()[0] == f"#0  POST {URL} → 200, {shown}"


def test_events() -> None:
    recording, source = opened(CHAT)
    lines = show_events(recording, Style(), source.region).splitlines()
    assert lines[:2] == [TEXT.splitlines()[0], "     -  line 15    : hello"]
    assert lines[2].startswith('     0  line 17    {"id":"x","object":"chat.completion.chunk"')
    assert lines[4:] == [
        "     2  line 21    [DONE]",
        "",
        "#1  POST https://api.example.com/v1/chat/completions → 429",
        "  no stream",
        "",
        "#2  GET https://example.com/logo → 200",
        "  no stream",
    ]


def test_json() -> None:
    document = shown(CHAT)
    assert list(document) == ["schema_version", "source", "interactions", "problems"]
    assert document["source"] == {"path": "x.yaml", "format": "go-vcr", "format_version": "2"}
    chat, error, image = document["interactions"]
    assert list(chat) == ["index", "location", "request", "response", "llm", "problems"]
    assert chat["location"] == {"line": 3, "column": 3}
    assert chat["request"]["headers"] == [["Authorization", "Bearer sample"]]
    assert (chat["response"]["stream"], chat["response"]["event_count"]) == ("sse", 3)
    llm = chat["llm"]
    assert llm["input_messages"][1:] == [
        {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "add", "arguments": {"a": 2}}]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": "4"}]},
    ]
    assert llm["output_messages"] == [
        {
            "role": "assistant",
            "parts": [{"type": "reasoning", "content": "easy"}, {"type": "text", "content": "It is \x1b[1m4"}],
            "finish_reason": "stop",
            "native_finish_reason": "stop",
            "index": 0,
        }
    ]
    assert llm["usage"] == {
        "input_tokens": 9,
        "output_tokens": 3,
        "total_tokens": 12,
        "cache_read_input_tokens": 4,
        "cache_creation_input_tokens": None,
        "reasoning_output_tokens": None,
        "cost": 0.0000045,
        "extra": {},
    }
    assert error["llm"]["error"] == {"type": "rate_limit", "code": "429", "message": "slow down"}
    assert image["llm"] is None
    assert image["response"]["body"] == {"encoding": "base64", "content": "iVBORw0KGgr/"}


@pytest.mark.parametrize(
    ("data", "size", "digest"),
    [
        ("iVBORw0KGgo=", 8, "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6"),
        ("iVBORw0KGgo", 8, "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6"),
        ("-_8=", 2, "db8fed54159afe40ace5b49d702259fd88c9c4009307181824487baab5c6bdea"),
        ("+/8=", 2, "db8fed54159afe40ace5b49d702259fd88c9c4009307181824487baab5c6bdea"),
        ("é", 2, "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"),
    ],
)
def test_media_are_told_by_size_and_digest(data: str, size: int, digest: str) -> None:
    document = shown(TOOLS.replace("iVBORw0KGgo=", data))
    assert document["interactions"][0]["llm"]["input_messages"][0]["parts"][1] == {
        "type": "blob",
        "size": size,
        "sha256": digest,
        "modality": "image",
        "mime_type": "image/png",
    }


_bodies = st.sampled_from(
    [
        "", "text\nmore", "{}", '{"choices":[{"message":{"content":["x"],"tool_calls":[{"function":{"arguments":"{"}}]}}]}',
        'data: {"choices":[{"delta":{"content":1}}]}\n\ndata: x\n\n', '{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}},{"type":"y"}]}]}',
        '{"object":"chat.completion","choices":[{"message":{"refusal":"no","audio":{"id":"a","data":"AA=="}}}]}', "\x1b[2J\u202e",
    ]
)  # fmt: skip


@given(st.lists(st.tuples(_bodies, _bodies, st.sampled_from(["/v1/chat/completions", "/x"])), max_size=3))
def test_whatever_was_recorded_can_be_shown(exchanges: list[tuple[str, str, str]]) -> None:
    interactions = [
        {
            "request": {"url": f"https://h{path}", "method": "POST", "body": asked},
            "response": {"code": 200, "body": told},
        }
        for asked, told, path in exchanges
    ]
    text = json.dumps({"version": 2, "interactions": interactions})
    shown(text)
    recording, source = opened(text)
    for view in (show_text(recording, Style()), show_events(recording, Style(), source.region)):
        assert "\x1b" not in view
        assert "\u202e" not in view


def test_real_recordings_can_be_shown(shared: Path) -> None:
    paths = (*chosen(shared / "seeds"), *chosen(shared / "corpus"))
    for path in paths:
        source = Source.from_path(str(path))
        recording = load_source(source)
        VALIDATOR.validate(json.loads(show_json(recording, source.region)))
        views = (show_text(recording, Style()), show_events(recording, Style(), source.region))
        for view in views:
            assert [line.split()[0] for line in view.splitlines() if line.startswith("#")] == [
                f"#{interaction.index}" for interaction in recording.interactions
            ]
    assert len(paths) > (180 if THOROUGH else 60)


@pytest.mark.parametrize(
    ("counts", "told", "field"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}, "9 in · 3 out", None),
        ({"prompt_tokens": 9, "completion_tokens": 3}, "9 in · 3 out", None),  # nobody sent a total
        ({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 15}, "9 in · 3 out · 15 in total, as it was sent", 3),
        ({"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 10}, "9 in · 3 out · 10 in total, as it was sent", -2),
    ],
)  # fmt: skip
def test_a_total_that_is_not_the_sum_is_told(counts: dict[str, int], told: str, field: int | None) -> None:
    body = {
        "id": "x",
        "object": "chat.completion",
        "model": "m-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "4"}, "finish_reason": "stop"}],
        "usage": counts,
    }
    request = {"url": "https://api.example.com/v1/chat/completions", "method": "POST", "body": "{}"}
    interaction = {"id": 0, "request": request, "response": {"code": 200, "body": json.dumps(body)}}
    source = Source.from_bytes(json.dumps({"version": 2, "interactions": [interaction]}).encode(), "chat.json")
    recording = load_source(source)
    assert f"usage: {told}\n" in f"{show_text(recording, Style())}\n"
    (call,) = recording.interactions
    assert call.llm is not None
    assert call.llm.usage is not None
    assert call.llm.usage.unattributed_tokens == field
    shown = json.loads(show_json(recording, source.region))
    VALIDATOR.validate(shown)
    assert shown["interactions"][0]["llm"]["usage"].get("unattributed_tokens") == field
