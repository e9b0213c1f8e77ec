"""How many are left, what stands in a place now, and which numbers are chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from drift_cases import answer, chunks, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.volatile import jitter_of

MESSAGES = "https://api.anthropic.com/v1/messages"
RESPONSES = "https://api.openai.com/v1/responses"
COHERE = "https://api.cohere.com/v2/rerank"
EMBEDDINGS = "https://api.openai.com/v1/embeddings"
RUNS = "https://api.openai.com/v1/threads/thread_1/runs/run_1"


def plain(**settings: Any) -> dict[str, Any]:
    return {name: value for name, value in question(**settings).items() if name != "tools"}


def said(*content: dict[str, Any]) -> dict[str, Any]:
    """An answer of Anthropic's."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": list(content),
        "stop_reason": "end_turn",
    }


def of_type(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """A request that offers one of Anthropic's own tools."""
    tool = {"type": kind, "name": name, **more}
    return {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], "tools": [tool]}


COHERE_CHAT = "https://api.cohere.com/v2/chat"
EVENTS = [
    json.dumps(each)
    for each in (
        {"type": "message_start", "message": {**said(), "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    )
]


def twice(*pieces: str) -> list[str]:
    """A stream of Together's, which says each piece a second time."""
    events = []
    for each in chunks(*({"content": piece} for piece in pieces))[:-1]:
        event = json.loads(each)
        event["choices"][0]["text"] = event["choices"][0]["delta"].get("content", "")
        events.append(json.dumps(event))
    return [*events, "[DONE]"]


GEM_SAID = {"candidates": [{"content": {"role": "model", "parts": [{"text": "A ruby."}]}, "finishReason": "STOP"}]}


def shown(*, inside: bool) -> dict[str, Any]:
    """A request of Gemini's whose tool gave an image: beside its result, or in it."""
    image = {"inline_data": {"mime_type": "image/png", "data": "iVBORw0KGgo" * 9}}
    result: dict[str, Any] = {"name": "fetch", "response": {"ok": True}, **({"parts": [image]} if inside else {})}
    return {
        "contents": [
            {"role": "user", "parts": [{"text": "What is it?"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "fetch", "args": {}}}]},
            {"role": "user", "parts": [{"functionResponse": result}, *([] if inside else [image])]},
        ]
    }


def items(*output: dict[str, Any]) -> dict[str, Any]:
    """An answer of OpenAI's Responses."""
    return {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": list(output)}


def embedded(*sizes: int) -> dict[str, Any]:
    rows = [{"object": "embedding", "index": at, "embedding": [0.25] * size} for at, size in enumerate(sizes)]
    return {"object": "list", "model": "vectors-9", "data": rows}


GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/vectors-9"
VERTEX = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models"
VECTORS: tuple[tuple[str, str, str, Callable[[int], Any]], ...] = (
    ("Gemini", f"{GEMINI}:embedContent", "embedding.values", lambda size: {"embedding": {"values": [0.25] * size}}),
    (
        "Gemini's batch",
        f"{GEMINI}:batchEmbedContents",
        "embeddings[].values",
        lambda size: {"embeddings": [{"values": [0.25] * size}] * 2},
    ),
    (
        "Vertex",
        f"{VERTEX}/vectors-9:predict",
        "predictions[].embeddings.values",
        lambda size: {"predictions": [{"embeddings": {"values": [0.25] * size, "statistics": {"token_count": 3}}}]},
    ),
    (
        "Cohere",
        "https://api.cohere.com/v2/embed",
        "embeddings.float",
        lambda size: {"embeddings": {"float": [[0.25] * size]}},
    ),
    ("Ollama", "http://localhost:11434/api/embed", "embeddings[]", lambda size: {"embeddings": [[0.25] * size]}),
    (
        "Titan",
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/titan/invoke",
        "embedding",
        lambda size: {"embedding": [0.25] * size},
    ),
)


def ranked(*indices: int) -> dict[str, Any]:
    return {
        "id": "1",
        "results": [{"index": each, "relevance_score": 0.9 - at / 10} for at, each in enumerate(indices)],
    }


def given_back(*, reasoning: bool) -> dict[str, Any]:
    back = {
        "role": "assistant",
        "content": "It is 18 °C.",
        **({"reasoning_content": "Turin, then."} if reasoning else {}),
    }
    return plain(
        messages=[
            {"role": "user", "content": "How warm is it in Turin?"},
            back,
            {"role": "user", "content": "And in Rome?"},
        ]
    )


def thinking() -> dict[str, Any]:
    one = answer("It is 18 °C.")
    one["choices"][0]["message"]["reasoning_content"] = "Turin, then."
    return one


def filtered(words: str, **verdict: Any) -> dict[str, Any]:
    one = answer(words, finish="content_filter" if verdict.get("filtered") else "stop")
    one["choices"][0]["content_filter_results"] = {"violence": {"filtered": False, "severity": "safe", **verdict}}
    return one


def dogs(*names: str) -> dict[str, Any]:
    return answer(
        json.dumps(
            {
                "dogs": [
                    {"name": each, "age": at, "bio": f"{each} is one of a kind."}
                    for at, each in enumerate(names, len(names[0]))
                ]
            }
        )
    )


def of_version(number: int, **fields: Any) -> dict[str, Any]:
    run = {
        "id": "run_1",
        "object": "thread.run",
        "thread_id": "thread_1",
        "status": "queued",
        "model": "gpt-9",
        **fields,
    }
    one = exchange("", run, url=RUNS)
    one["request"]["headers"]["OpenAI-Beta"] = [f"assistants=v{number}"]
    return one


BLANK, ANSWER = {"type": "text", "text": "\n\n"}, {"type": "text", "text": "It is 18 °C."}
MUSING = {"type": "thinking", "thinking": "Turin, then.", "signature": "c2ln"}
CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "add",
    "arguments": '{"a": 3}',
    "status": "completed",
}
COMMENT = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "I add first.", "annotations": []}],
}
CLAUDE = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "How warm is it?"}]}
GPT = {"model": "gpt-9", "input": "Is 3 + 5 prime?"}
RERANK = {"model": "rerank-9", "query": "capital", "documents": ["Carson City", "Vienna", "Canberra"]}
EMBED = {"model": "vectors-9", "input": ["a", "b"]}

# fmt: off
CASES = {
    "a text of blanks before the thinking": (
        [exchange(CLAUDE, said(BLANK, MUSING, ANSWER), url=MESSAGES)],
        [exchange(CLAUDE, said(MUSING, ANSWER), url=MESSAGES)],
        [("behavior", "text-vanished", 'the answer no longer begins with the text "\\n\\n"; the thinking is content[0] now, not content[1]')],
    ),
    "a message before a call": (
        [exchange(GPT, items(COMMENT, CALL), url=RESPONSES)],
        [exchange(GPT, items(CALL), url=RESPONSES)],
        [("behavior", "text-vanished", 'there is no longer text before the call to add; it was "I add first."; the call is output[0] now, not output[1]')],
    ),
    "another default of thinking": (
        [exchange(GPT, {**items(COMMENT), "reasoning": {"effort": "high"}}, url=RESPONSES)],
        [exchange(GPT, {**items(COMMENT), "reasoning": {"effort": "medium"}}, url=RESPONSES)],
        [("behavior", "wire-detail-changed", "the default of reasoning.effort is medium now, and was high")],
    ),
    "vectors of another size, unasked": (
        [exchange(EMBED, embedded(64, 64), url=EMBEDDINGS)],
        [exchange(EMBED, embedded(32, 32), url=EMBEDDINGS)],
        [("breaking", "response-body-changed", "the vector data[].embedding has 32 numbers, not 64")],
    ),
    "vectors of another size, asked for": (
        [exchange(EMBED, embedded(64, 64), url=EMBEDDINGS)],
        [exchange({**EMBED, "dimensions": 32}, embedded(32, 32), url=EMBEDDINGS)],
        [
            ("breaking", "response-body-changed", "the vector data[].embedding has 32 numbers, not 64"),
            ("behavior", "request-field-added", "the request now has dimensions: 32"),
        ],
    ),
    **{
        f"vectors of another size, as {name} gives them": (
            [exchange({"content": {}}, body(64), url=url)],
            [exchange({"content": {}}, body(32), url=url)],
            [("breaking", "response-body-changed", f"the vector {path} has 32 numbers, not 64")],
        )
        for name, url, path, body in VECTORS
    },
    "another document in the second place": (
        [exchange(RERANK, ranked(0, 2), url=COHERE)],
        [exchange(RERANK, ranked(0, 1), url=COHERE)],
        [("behavior", "response-body-changed", "the ranking of results [0, 2] became [0, 1]")],
    ),
    "thinking that a client gives back no longer, beside a setting of how much": (
        [exchange(plain(), thinking()), exchange(given_back(reasoning=True) | {"reasoning_effort": "medium"}, answer("It is 20 °C."))],
        [exchange(plain(), thinking()), exchange(given_back(reasoning=False) | {"reasoning_effort": "low"}, answer("It is 20 °C."))],
        [
            ("behavior", "reasoning-vanished", 'the history no longer carries reasoning; it was "Turin, then."'),
            ("behavior", "request-parameter-changed", "reasoning_effort (reasoning.effort) medium became low"),
        ],
    ),
    "an answer that a filter held back": (
        [exchange(plain(), filtered("Hello, a tiny sunbeam of light."))],
        [exchange(plain(), filtered("Hello, a tiny", filtered=True, severity="medium"))],
        [("breaking", "finish-reason-changed", 'the output ended with stop and now ends with content_filter (violence: medium), after "Hello, a tiny"')],
    ),
    "other things in a list": (
        [exchange(plain(), dogs("Shadow", "Zephyr", "Baron"))],
        [exchange(plain(), dogs("Comet", "Olive"))],
        [("behavior", "text-facts-changed", 'the text changed: dogs=["Shadow", "Zephyr", "Baron"] → dogs=["Comet", "Olive"]')],
    ),
    "another version of the API": (
        [of_version(1, file_ids=[])],
        [of_version(2)],
        [("breaking", "request-parameter-changed", "another version of the API is asked for: the header openai-beta assistants=v1 became assistants=v2; the field file_ids, always [], is gone")],
    ),
    "a vendor's tool of another date": (
        [exchange(of_type("computer_20250124", "computer"), said(), url=MESSAGES)],
        [exchange(of_type("computer_20251124", "computer"), said(), url=MESSAGES)],
        [("behavior", "tool-definition-changed", "the tool computer is another version: computer_20250124 → computer_20251124")],
    ),
    "a vendor's tool of another date, under another name and with a limit": (
        [exchange(of_type("text_editor_20250124", "str_replace_editor"), said(), url=MESSAGES)],
        [exchange(of_type("text_editor_20250728", "edit_tool", max_characters=9), said(), url=MESSAGES)],
        [("behavior", "tool-definition-changed", "the tool edit_tool is another version: text_editor_20250124 → text_editor_20250728; name \"str_replace_editor\" → \"edit_tool\"; max_characters 9 is new")],
    ),
    "a vendor's tool that is no longer a preview": (
        [exchange({"model": "gpt-9", "input": "hi", "tools": [{"type": "web_search_preview"}]}, items(), url=RESPONSES)],
        [exchange({"model": "gpt-9", "input": "hi", "tools": [{"type": "web_search"}]}, items(), url=RESPONSES)],
        [("behavior", "tool-definition-changed", "the tool web_search is another version: web_search_preview → web_search")],
    ),
    "another tool of a vendor's": (
        [exchange(of_type("bash_20250124", "bash"), said(), url=MESSAGES)],
        [exchange(of_type("computer_20250124", "computer"), said(), url=MESSAGES)],
        [("behavior", "tool-definition-changed", "the tool bash is no longer offered"), ("behavior", "tool-definition-changed", "the tool computer is offered now")],
    ),
    "an image that is sent inside of the tool's result": (
        [exchange(shown(inside=False), GEM_SAID, url=f"{GEMINI}:generateContent")],
        [exchange(shown(inside=True), GEM_SAID, url=f"{GEMINI}:generateContent")],
        [("behavior", "prompt-changed", "the image part moved from contents[2].parts[1] to contents[2].parts[0].functionResponse.parts[0]")],
    ),
    "an error that is the whole body": (
        [exchange(plain(), {"id": "1", "message": "Incorrect API key provided: look at your keys."}, status=401, url=COHERE_CHAT)],
        [exchange(plain(), {"id": "1", "message": "invalid api token"}, status=401, url=COHERE_CHAT)],
        [("behavior", "error-changed", 'the error changed: "Incorrect API key provided: look at your keys." → "invalid api token"')],
    ),
    "a reason for the end where none was given": (
        [exchange(plain(stream=True), chunks({"content": "It is 18 °C."}, finish=None))],
        [exchange(plain(stream=True), chunks({"content": "It is 18 °C."}))],
        [("behavior", "finish-reason-changed", "the finish reason was empty and is now stop")],
    ),
    "a reason for the end where none was given, which is that it is cut": (
        [exchange(plain(stream=True), chunks({"content": "It is 18 °C."}, finish=None))],
        [exchange(plain(stream=True), chunks({"content": "It is 18 °C."}, finish="length"))],
        [("breaking", "finish-reason-changed", "the output ended with no reason given and now ends with length")],
    ),
    "streaming, asked for": (
        [exchange(of_type("bash_20250124", "bash"), said({"type": "text", "text": "Hi."}), url=MESSAGES)],
        [exchange({**of_type("bash_20250124", "bash"), "stream": True}, EVENTS, url=MESSAGES)],
        [("breaking", "stream-mode-changed", "the answer came as json and now comes as sse; the request now has stream: true")],
    ),
    "a piece of the answer that every event says twice, cut otherwise": (
        [exchange(plain(stream=True), twice("1", ", ", "2"))],
        [exchange(plain(stream=True), twice("1,", " 2"))],
        [],
    ),
    "code that is shorter by a word": (
        [exchange(plain(), answer("```ts\nclass Cow {\n  sound(): 'coo' | 'moo' {\n    return 'moo'\n  }\n}\n```"))],
        [exchange(plain(), answer("```ts\nclass Cow {\n  sound(): 'moo' {\n    return 'moo'\n  }\n}\n```"))],
        [("behavior", "text-facts-changed", 'the text changed: "```ts\\nclass Cow {\\n  sound(): \'coo\' | ')],
    ),
    "a unit as a sign": (
        [exchange(plain(), answer("In New York City it is currently 25 degrees and sunny, while in London it is 15 degrees and raining."))],
        [exchange(plain(), answer("In New York City it is 25°C and sunny. In London it is 15°C and raining."))],
        [("cosmetic", "text-reworded", "the text is reworded: ")],
    ),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_is_told(name: str) -> None:
    old, new, expected = CASES[name]
    found = compare(recording(*old), recording(*new)).findings
    told = [(each.level, each.rule, each.message) for each in found if each.level != "noise"]
    assert [each[:2] for each in told] == [row[:2] for row in expected]
    assert all(each[2].startswith(row[2]) for each, row in zip(told, expected, strict=True)), told


@pytest.mark.parametrize("name", CASES)
def test_the_way_back_has_as_many_lines(name: str) -> None:
    old, new, expected = CASES[name]
    back = compare(recording(*new), recording(*old)).findings
    new_fields = name == "another version of the API"  # which old clients ignore: in a line of their own
    assert len([each for each in back if each.level != "noise"]) == len(expected) + new_fields


JITTER = {
    "a pixel": ("pages[0].blocks[2].top_left_x", 90, 88, True),
    "another place": ("pages[0].blocks[2].top_left_x", 90, 120, False),
    "a hundredth of a wide page": ("blocks[].bottom_right_y", 2000, 2019, True),
    "a fraction of the page": ("blocks[].bbox.x", 0.12, 0.125, True),
    "another fraction": ("blocks[].bbox.x", 0.12, 0.5, False),
    "a box as a list": ("blocks[0].bbox", [90, 20, 300, 40], [91, 20, 299, 41], True),
    "another box": ("blocks[0].bbox", [90, 20, 300, 40], [91, 20, 299, 90], False),
    "when a word was heard": ("words[3].start", 1.52, 1.56, True),
    "the last digits of a sum": ("result.value", 0.6300203204154968, 0.6300206204154968, True),
    "another value": ("result.value", 0.63, 0.64, False),
    "a count": ("result.count", 200000, 200001, False),
    "true is no number": ("result.top_x", True, 1, False),
}


@pytest.mark.parametrize("name", JITTER)
def test_which_numbers_are_chance(name: str) -> None:
    path, old, new, quiet = JITTER[name]
    assert (jitter_of(path, old, new) is not None) is quiet


@given(
    st.sampled_from(("a.top_left_x", "a.bbox[]", "words[].start", "value")),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
def test_chance_is_the_same_both_ways(path: str, one: float, other: float) -> None:
    assert jitter_of(path, one, other) == jitter_of(path, other, one)
