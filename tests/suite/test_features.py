"""What a call asks for, and what its answer shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_suites import FORMAT, TOOLS, answered, asked, exchange, streamed, write

from cassette_tools.source import Source
from cassette_tools.suite.facts import FIELDS, Facts, facts_in, pack, unpack

CALL = {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "add", "arguments": "{}"}}]}
IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/ada.png"}}]}]
CUT = streamed({"content": "36"}).partition('{"index": 0, "delta": {}')[0]
THOUGHT = {"completion_tokens_details": {"reasoning_tokens": 5}}


def facts(tmp_path: Path, *arguments: Any, **options: Any) -> Facts:
    path = tmp_path / "a.json"
    write(str(path), exchange(*arguments, **options))
    (only,) = facts_in(Source.from_path(str(path)))
    return only


@pytest.mark.parametrize(
    ("request_", "response", "asks", "shows"),
    [
        (asked(), answered(), "usage", "usage"),
        (asked(), answered(usage=None), "usage", ""),
        (asked(stream=True), streamed({"content": "36"}), "streaming", "streaming"),
        (asked(stream=True), CUT, "streaming", ""),
        (asked(stream=True), answered(), "streaming usage", "usage"),
        (
            asked(stream=True, stream_options={"include_usage": True}),
            streamed({"content": "36"}),
            "streaming usage",
            "streaming",
        ),
        (asked(tools=TOOLS), answered(), "tool_calls usage", "usage"),
        (asked(tools=TOOLS), answered(None, "tool_calls", ("add",)), "tool_calls usage", "tool_calls usage"),
        (
            asked(tools=TOOLS),
            answered(None, "tool_calls", ("add", "ask")),
            "tool_calls parallel_tool_calls usage",
            "tool_calls parallel_tool_calls usage",
        ),
        (
            asked(tools=TOOLS, stream=True),
            streamed(CALL, finish="tool_calls"),
            "streaming tool_calls streamed_tool_calls",
            "streaming tool_calls streamed_tool_calls",
        ),
        (asked(reasoning_effort="high"), answered(), "reasoning usage", "usage"),
        (asked(reasoning_effort="none"), answered(), "usage", "usage"),
        (
            asked(),
            answered(usage={"prompt_tokens": 1, "completion_tokens": 9, **THOUGHT}),
            "reasoning usage",
            "reasoning usage",
        ),
        (asked(response_format=FORMAT), answered('{"age": 36}'), "structured_output usage", "structured_output usage"),
        (asked(response_format=FORMAT), answered("She is 36."), "structured_output usage", "usage"),
        (asked(response_format={"type": "text"}), answered('{"age": 36}'), "usage", "usage"),
        (asked(messages=IMAGE), answered(), "image_input usage", "image_input usage"),
        (
            asked(),
            answered(usage={"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 8}}),
            "prompt_cache usage",
            "prompt_cache usage",
        ),
        (
            asked(),
            answered(usage={"prompt_tokens": 9, "completion_tokens": 1, "cost": 0.5}),
            "usage cost",
            "usage cost",
        ),
    ],
)  # fmt: skip
def test_what_is_asked_for_and_shown(
    tmp_path: Path, request_: dict[str, Any], response: Any, asks: str, shows: str
) -> None:
    found = facts(tmp_path, request_, response)
    assert (" ".join(found.asked), " ".join(found.shown)) == (asks, shows)


def test_a_refusal_shows_nothing(tmp_path: Path) -> None:
    refused = {"error": {"type": "rate_limit_error", "code": None, "message": "Slow down."}}
    found = facts(tmp_path, asked(stream=True, tools=TOOLS), refused, code=429)
    assert (found.shown, found.has_failed, found.error, found.status) == ((), True, "rate_limit_error", 429)
    assert found.asked == ("streaming", "tool_calls", "streamed_tool_calls")


@pytest.mark.parametrize(
    ("response", "fits"),
    [
        (answered('{"age": 36}'), True),
        (answered('{"age": "36"}'), False),  # against the schema
        (answered("{"), False),
        (answered('{"age": 3', "length"), None),  # not whole
        (answered("", "content_filter"), None),
        (answered(None, "tool_calls", ("add",)), None),
    ],
)
def test_whether_an_answer_is_the_json_that_was_asked_for(tmp_path: Path, response: Any, fits: bool | None) -> None:
    assert facts(tmp_path, asked(response_format=FORMAT), response).structured is fits


def test_all_that_is_remembered(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        asked(tools=TOOLS),
        answered(None, "tool_calls", ("add",)),
        url="https://api.openai.com/v1/chat/completions?api-version=3",
    )
    assert found == Facts(
        index=0,
        line=4,
        method="POST",
        url="https://api.openai.com/v1/chat/completions",
        status=200,
        dialect="openai.chat",
        operation_name="chat",
        provider_name="openai",
        request_model="gpt-4o",
        response_model="gpt-4o-2024-08-06",
        sdk="OpenAI/Go 2.7.1",
        day="2025-11-18",
        moment="Tue, 18 Nov 2025 08:00:00 GMT",
        duration=2.0,
        stream="",
        finish_reason="tool_call",
        native_finish_reason="tool_calls",
        finish_reasons=("tool_call", "tool_calls"),
        tools=("add",),
        has_failed=False,
        error="",
        is_complete=True,
        structured=None,
        asked=("tool_calls", "usage"),
        shown=("tool_calls", "usage"),
        input_tokens=10,
        output_tokens=2,
        reasoning_output_tokens=None,
        cache_read_input_tokens=None,
        cache_creation_input_tokens=None,
        cost=None,
        system_digest="",
        prompt_digest=found.prompt_digest,
        offered=("add", "ask"),
        secrets=0,
    )
    assert unpack(pack(found)) == found
    assert unpack([list(each) if isinstance(each, tuple) else each for each in pack(found)]) == found  # through JSON
    assert len(pack(found)) == len(FIELDS)


def test_what_is_no_call_is_remembered_too(tmp_path: Path) -> None:
    found = facts(tmp_path, {"q": "Ada"}, {"results": []}, url="https://search.example.com/v1?key=1", duration="0s")
    assert (found.is_call, found.method, found.url, found.status) == (
        False,
        "POST",
        "https://search.example.com/v1",
        200,
    )
    assert (found.model, found.sdk, found.duration, found.asked, found.shown) == ("", "OpenAI/Go 2.7.1", None, (), ())


def test_a_key_in_a_name_is_not_remembered(tmp_path: Path) -> None:
    key = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5oQ7s"
    found = facts(tmp_path, asked(model=key, tools=TOOLS), answered(None, "tool_calls", (key,), model=key))
    assert key not in repr(found)


def prompts(tmp_path: Path, system: str, prompt: str = "How old is Ada?") -> tuple[str, str]:
    """The digests of two prompts."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": prompt}]
    found = facts(tmp_path, asked(messages=messages), answered())
    return found.system_digest, found.prompt_digest


def test_a_prompt_that_says_the_same_has_the_same_digest(tmp_path: Path) -> None:
    """However it is spaced, and whatever day it was; with another word it has another."""
    first = prompts(tmp_path, "Be brief.\nToday's date: 2025-11-18")
    assert first == prompts(tmp_path, "Be  brief.\n\nToday's date: 2026-02-03 ")
    assert first[1] == prompts(tmp_path, "Be kind.")[1] != first[0]
    assert first[0] not in (prompts(tmp_path, "Be kind.")[0], prompts(tmp_path, "")[0])
    assert prompts(tmp_path, "", "") == ("", "")


def test_secrets_are_counted_wherever_they_stand(tmp_path: Path) -> None:
    key = "sk-proj-" + "Tq7mWb2ZxLk9RfVn3HsYd8GcJp4EaUt6" * 2
    url = "https://api.openai.com/v1/chat/completions"
    assert facts(tmp_path, asked(), answered(), url=f"{url}?api_key={key}").secrets == 1
    assert facts(tmp_path, asked(messages=[{"role": "user", "content": key}]), answered()).secrets == 1
    assert facts(tmp_path, asked(stream=True), streamed({"content": key[:30]}, {"content": key[30:]})).secrets == 1
    assert facts(tmp_path, asked(), answered()).secrets == 0
