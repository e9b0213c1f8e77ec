"""A text, and a list of that text alone, ask for the same; what stands beside the text, or another text, is told."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from cassette_tools.diff.values.wrapped import only_text
from tests.diff.drift_cases import answer, exchange, recording, visible

SAME = "the request means the same but is written differently: "
WORDS = "How warm is it in Turin?"
CACHED = {"cache_control": {"type": "ephemeral"}}


def part(text: str = WORDS, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"type": kind, "text": text, **more}


def said(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def anthropic(content: Any, **more: Any) -> Any:
    given = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": "18 °C"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 9, "output_tokens": 4},
    }
    asked = {"model": "claude-9", "max_tokens": 99, "messages": [said(content)], **more}
    return exchange(asked, given, url="https://api.anthropic.com/v1/messages")


def openai(content: Any, **more: Any) -> Any:
    return exchange({"model": "gpt-9-mini", "messages": [said(content)], **more}, answer("18 °C"))


def responses(content: Any, **more: Any) -> Any:
    text = {"type": "output_text", "text": "18 °C", "annotations": []}
    item = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": [text]}
    given = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9-mini", "output": [item]}
    url = "https://api.openai.com/v1/responses"
    return exchange({"model": "gpt-9-mini", "input": content, **more}, given, url=url)


def embeddings(content: Any) -> Any:
    vector = {"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}
    given = {"object": "list", "model": "text-embedding-9", "data": [vector]}
    url = "https://api.openai.com/v1/embeddings"
    return exchange({"model": "text-embedding-9", "input": content}, given, url=url)


MEANS_THE_SAME = {
    "the user of Anthropic": (anthropic(WORDS), anthropic([part()]), "messages[0].content"),
    "the system prompt of Anthropic": (
        anthropic(WORDS, system="Be brief."),
        anthropic(WORDS, system=[part("Be brief.")]),
        "system",
    ),
    "the user of OpenAI": (openai(WORDS), openai([part()]), "messages[0].content"),
    "where to stop": (openai(WORDS, stop="\n\n"), openai(WORDS, stop=["\n\n"]), "stop"),
    "a message of Responses": (responses(WORDS), responses([said(WORDS)]), "input"),
    "a message of Responses with a type": (responses(WORDS), responses([{"type": "message", **said(WORDS)}]), "input"),
    "a message of parts": (responses(WORDS), responses([said([part(kind="input_text")])]), "input"),
    "what is embedded": (embeddings(WORDS), embeddings([WORDS]), "input"),
}


@pytest.mark.parametrize("case", MEANS_THE_SAME)
@pytest.mark.parametrize("profile", ["rerecord", "sdk-upgrade"])
def test_a_list_of_one_text_is_that_text(case: str, profile: str) -> None:
    bare, wrapped, name = MEANS_THE_SAME[case]
    for old, new, types in ((bare, wrapped, ("array", "string")), (wrapped, bare, ("string", "array"))):
        findings = compare(recording(old), recording(new), profile=profile).findings
        assert [(each.level, each.rule, each.message) for each in findings if each.level != "noise"] == [
            (
                "cosmetic",
                "request-serialization-changed",
                f"{SAME}{name} is sent as {types[0]} now, not as {types[1]}",
            )
        ]


SAYS_MORE = {
    "a mark for the cache, of Anthropic": (anthropic(WORDS), anthropic([part(**CACHED)]), "cache_control"),
    "a mark for the cache, in the system prompt": (
        anthropic(WORDS, system="Be brief."),
        anthropic(WORDS, system=[part("Be brief.", **CACHED)]),
        "cache_control",
    ),
    "a mark of a gateway": (openai(WORDS), openai([part(**CACHED)]), "cache_control"),
    "an image": (
        openai(WORDS),
        openai([part(), {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]),
        "image",
    ),
    "another place to stop": (openai(WORDS, stop="END"), openai(WORDS, stop=["STOP"]), "STOP"),
    "two places to stop": (openai(WORDS, stop="END"), openai(WORDS, stop=["END", "STOP"]), "stop"),
    "another text": (embeddings(WORDS), embeddings(["How cold was it?"]), "How cold was it?"),
    "the words of somebody else": (
        responses(WORDS),
        responses([{"role": "developer", "content": WORDS}]),
        "",
    ),
}


@pytest.mark.parametrize("case", SAYS_MORE)
def test_what_says_more_or_something_else_is_told(case: str) -> None:
    bare, more, word = SAYS_MORE[case]
    for old, new in ((bare, more), (more, bare)):
        findings = compare(recording(old), recording(new)).findings
        told = [each.message for each in findings if each.level == "behavior"]
        assert told
        assert any(word in each for each in told)


def test_other_words_are_told_once_and_apart_from_how_they_are_sent() -> None:
    old, new = anthropic(WORDS), anthropic([part("How cold is it in Oslo at night?")])
    for sides in ((old, new), (new, old)):
        assert visible(*map(recording, sides)) == [
            ("behavior", "prompt-changed", "interactions[0].request.input_messages[0].text"),
            ("cosmetic", "request-serialization-changed", "interactions[0].request.input_messages[0].content"),
        ]


def test_all_calls_and_all_places_are_one_line() -> None:
    old = [anthropic(each, system="Be brief.") for each in (WORDS, "And in Rome?")]
    new = [anthropic([part(each)], system=[part("Be brief.")]) for each in (WORDS, "And in Rome?")]
    findings = compare(recording(*old), recording(*new)).findings
    assert [(each.level, each.message) for each in findings if each.level != "noise"] == [
        ("cosmetic", f"{SAME}messages[].content string → array, system string → array, in 2 calls")
    ]


def test_a_value_that_is_no_one_text() -> None:
    nothing = ([], {}, None, 5, ["a", "b"], [5], part(**CACHED), {"role": "assistant", "content": "a"}, {"city": "a"})
    assert [only_text(each) for each in nothing] == [None] * len(nothing)


def test_a_value_that_is_one_text() -> None:
    one = ("a", ["a"], part("a"), [part("a")], said("a"), [said([part("a")])], {"parts": [{"text": "a"}]})
    assert {only_text(each) for each in one} == {"a"}
