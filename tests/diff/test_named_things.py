"""Lists of things that have names: models, files, sources. What has another name is another thing, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.values.lists import couples_of

# --- which element is which ------------------------------------------------------------------------------------------

MADE = "file-Xk2p9QaB7rT4uW1c", "file-M3nV8sLq0ZyD6hJe"


@pytest.mark.parametrize(
    ("old", "new", "pairs", "why"),
    [
        (
            [{"id": "a-3-5", "title": "A 3.5 of June"}, {"id": "b", "title": "B"}],
            [{"id": "a-4-5", "title": "A 4.5 of June"}, {"id": "b", "title": "B"}],
            [(None, 0), (0, None), (1, 1)],
            "two versions are two things, however alike they are",
        ),
        (
            [{"name": "a", "does": "adds two numbers"}, {"name": "b", "does": "lists files"}],
            [{"name": "add", "does": "adds two numbers"}, {"name": "b", "does": "lists files"}],
            [(0, 0), (1, 1)],
            "the only one that says all the rest has another name now",
        ),
        (
            [{"id": "a", "owner": "x"}, {"id": "b", "owner": "x"}],
            [{"id": "c", "owner": "x"}, {"id": "b", "owner": "x"}],
            [(None, 0), (0, None), (1, 1)],
            "that all of them say the same tells nothing",
        ),
        (
            [{"id": MADE[0], "filename": "a.txt"}, {"id": "f", "filename": "b.txt"}],
            [{"id": MADE[1], "filename": "a.txt"}, {"id": "f", "filename": "b.txt"}],
            [(0, 0), (1, 1)],
            "an id that a server makes up is another one each time",
        ),
        (
            [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": "c", "n": 3}],
            [{"id": "x", "n": 1}, {"id": "y", "n": 2}, {"id": "c", "n": 9}],
            [(0, 0), (1, 1), (2, 2)],
            "renamed, with one of three names left",
        ),
        (
            [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": "c", "n": 3}],
            [{"id": "x", "n": 7}, {"id": "y", "n": 8}, {"id": "c", "n": 9}],
            [(None, 0), (None, 1), (0, None), (1, None), (2, 2)],
            "others, with one of three names left",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_another_name_is_another_thing(old: Any, new: Any, pairs: Any, why: str) -> None:
    assert sorted(couples_of(old, new).pairs, key=str) == sorted(pairs, key=str), why
    back = [(i, j) for j, i in couples_of(new, old).pairs]
    assert sorted(back, key=str) == sorted(pairs, key=str), f"the other way round: {why}"


# --- lists of resources ----------------------------------------------------------------------------------------------


def listed(url: str, body: Any) -> Any:
    asked = exchange("", body, url=url)
    asked["request"]["method"] = "GET"
    return recording(asked)


def anthropic(*names: str) -> Any:
    return {"data": [{"type": "model", "id": name, "display_name": name.title()} for name in names], "has_more": False}


def openai(*names: str) -> Any:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "system"} for name in names]}


def gemini(*names: str) -> Any:
    return {"models": [{"name": name, "version": "001", "inputTokenLimit": 1000 + len(name)} for name in names]}


APIS = {
    "Anthropic": ("https://api.anthropic.com/v1/models", anthropic, "data"),
    "OpenAI": ("https://api.openai.com/v1/models", openai, "data"),
    "Gemini": ("https://generativelanguage.googleapis.com/v1beta/models", gemini, "models"),
    "an API that is not known": ("https://proxy.example/models", openai, "data"),
}
BEFORE, AFTER = ("nine-3-5-june", "nine-opus", "nine-3-5-may", "ten"), ("nine-4-5", "nine-opus", "ten")
GONE = "the models nine-3-5-june and nine-3-5-may are no longer listed"


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("old", "new", "rule", "words"),
    [
        (BEFORE, AFTER, "response-body-changed", f"{GONE}; nine-4-5 is new"),
        (BEFORE, ("nine-opus", "ten"), "response-field-removed", GONE),
        (BEFORE[1:], BEFORE, "response-field-added", "the model nine-3-5-june is new in the list"),
        (BEFORE[:2], BEFORE, "response-field-added", "the models nine-3-5-may and ten are new in the list"),
    ],
    ids=["replaced", "gone", "new", "several new"],
)
def test_the_models_of_a_list_are_one_finding(api: str, old: Any, new: Any, rule: str, words: str) -> None:
    url, body, name = APIS[api]
    found = [
        (each.level, each.rule, each.path, each.message)
        for each in compare(listed(url, body(*old)), listed(url, body(*new))).findings
        if each.level != "noise"
    ]
    assert found == [("behavior", rule, f"interactions[0].response.body.{name}", words)]


# --- sources ---------------------------------------------------------------------------------------------------------

PAGES = [("https://a.example/1", "One", 3), ("https://b.example/2", "Two", 30), ("https://c.example/3", "Three", 60)]
SAID = "It is warm in Turin, and the sun shines."


def _chat(pages: Any) -> Any:
    named = [{"url": url, "title": title, "start_index": at, "end_index": at + 5} for url, title, at in pages]
    message = {"content": SAID, "annotations": [{"type": "url_citation", "url_citation": each} for each in named]}
    body = answer(SAID)
    body["choices"][0]["message"].update(message)
    return exchange(question(), body)


def _messages(pages: Any) -> Any:
    cited = [
        {"type": "web_search_result_location", "url": url, "title": title, "cited_text": f"{title} says so"}
        for url, title, _ in pages
    ]
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": SAID, "citations": cited}],
        "stop_reason": "end_turn",
    }
    request = {"model": "claude-9", "max_tokens": 99, "messages": [{"role": "user", "content": "How warm?"}]}
    return exchange(request, body, url="https://api.anthropic.com/v1/messages")


def _cohere(pages: Any) -> Any:
    cited = [
        {
            "start": at,
            "end": at + 4,
            "text": title,
            "sources": [{"type": "tool", "id": url, "tool_output": {"t": title}}],
        }
        for url, title, at in pages
    ]
    message = {"role": "assistant", "content": [{"type": "text", "text": SAID}], "citations": cited}
    request = {"model": "command-r", "messages": [{"role": "user", "content": "How warm?"}]}
    return exchange(
        request, {"id": "1", "message": message, "finish_reason": "COMPLETE"}, url="https://api.cohere.com/v2/chat"
    )


def _gemini(pages: Any) -> Any:
    grounding = {
        "groundingChunks": [{"web": {"uri": url, "title": title}} for url, title, _ in pages],
        "groundingSupports": [
            {"segment": {"startIndex": at, "endIndex": at + 4, "text": title}, "groundingChunkIndices": [number]}
            for number, (_, title, at) in enumerate(pages)
        ],
    }
    candidate = {"content": {"role": "model", "parts": [{"text": SAID}]}, "finishReason": "STOP"}
    return exchange(
        {"contents": [{"role": "user", "parts": [{"text": "How warm?"}]}]},
        {"candidates": [{**candidate, "groundingMetadata": grounding}], "modelVersion": "gemini-9"},
        url="https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent",
    )


CITING = {"OpenAI": _chat, "Anthropic": _messages, "Cohere": _cohere, "Gemini": _gemini}
ELSEWHERE = [(url, title, at + 7) for url, title, at in PAGES[::-1]]
OTHER = [*PAGES[:2], ("https://d.example/4", "Four", 60)]


@pytest.mark.parametrize("api", CITING)
def test_another_order_of_the_sources_is_noise(api: str) -> None:
    found = compare(recording(CITING[api](PAGES)), recording(CITING[api](ELSEWHERE))).findings
    assert [(each.rule, each.message) for each in found if each.level != "noise"] == []
    assert any(each.rule == "opaque-changed" and "the order of" in each.message for each in found)


@pytest.mark.parametrize("api", CITING)
def test_another_source_is_told_once(api: str) -> None:
    found = compare(recording(CITING[api](PAGES)), recording(CITING[api](OTHER[::-1]))).findings
    told = [(each.level, each.rule) for each in found if each.level != "noise"]
    assert told == [("behavior", "citation-changed")]
