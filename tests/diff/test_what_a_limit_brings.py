"""A smaller limit of the output cuts texts and calls; that thinking stands in another field is the server's doing."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import CALL, answer, exchange, question, recording

OLLAMA = "http://localhost:11434/api/chat"
THINKING = "The person asks how warm it is in Turin, so the answer is a number of degrees."


def chat(limit: int, content: str | None, thinking: str | None, finish: str) -> Any:
    said = answer(content, finish=finish)
    said["choices"][0]["message"]["reasoning_content"] = thinking
    return recording(exchange(question(max_tokens=limit), said))


def ollama(limit: int, content: str | None, thinking: str | None, finish: str) -> Any:
    asked = {"model": "qwen9", "stream": False, "options": {"num_predict": limit}}
    asked["messages"] = [{"role": "user", "content": "How warm is it in Turin?"}]
    message = {"role": "assistant", "content": content or "", **({"thinking": thinking} if thinking else {})}
    said = {"model": "qwen9", "message": message, "done": True, "done_reason": finish}
    return recording(exchange(asked, said, url=OLLAMA))


def causes(old: Any, new: Any) -> list[tuple[str, str]]:
    """The rules above noise of what is answered, with their cause."""
    found = compare(old, new).findings
    return [(each.rule, each.cause) for each in found if each.level != "noise" and each.path.find(".response.") > 0]


@pytest.mark.parametrize("api", [chat, ollama])
def test_thinking_that_moves_to_another_field(api: Any) -> None:
    old = api(400, f"<think>\n{THINKING}\n</think>\n\nIt is 21 degrees.", None, "stop")
    new = api(30, "It is 21", THINKING, "length")
    told = dict(causes(old, new))
    assert told["finish-reason-changed"] == "prompt"
    assert told["reasoning-kind-changed"] == "unknown"


def test_the_verdict_on_another_text() -> None:
    def moderation(text: str, flagged: bool) -> Any:
        scores = {"violence": 0.95 if flagged else 0.0001}
        result = {"flagged": flagged, "categories": {"violence": flagged}, "category_scores": scores}
        body = {"id": "modr-1", "model": "moderation-9", "results": [result]}
        asked = {"model": "moderation-9", "input": text}
        return recording(exchange(asked, body, url="https://api.openai.com/v1/moderations"))

    told = causes(moderation("A harmless line.", False), moderation("A harmful line.", True))
    assert told == [("response-body-changed", "prompt")]


ALOUD = f"<think>\n{THINKING}\n</think>"
NULL = [
    (ALOUD, None, [], "breaking", "a client that prints the content finds null where a string was"),
    (ALOUD, "", [], "behavior", "an empty string is a string"),
    (ALOUD, None, [CALL], "behavior", "beside a call it is null with most models"),
    (f"{ALOUD}\n\nIt is 21 degrees.", "It is 21 degrees.", [], "behavior", "the answer is there"),
]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize(("before", "after", "calls", "level", "why"), NULL)
def test_what_is_left_of_the_content(field: str, before: str, after: Any, calls: Any, level: str, why: str) -> None:
    sides = []
    for content, thinking in ((before, None), (after, THINKING)):
        said = answer(content, calls=calls)
        said["choices"][0]["message"][field] = thinking
        sides.append(recording(exchange(question(), said)))
    found = compare(*sides).findings
    assert [each.level for each in found if each.rule == "reasoning-kind-changed"] == [level], why


FILTERS = {"hate": {"filtered": False}, "violence": {"filtered": False}}


def cut_in_thinking() -> Any:
    """The limit ends the output before the thinking, which stands in the content, does."""
    said = answer(f"<think>{THINKING[:40]}", finish="length")
    said["choices"][0]["message"]["tool_calls"] = []
    return recording(exchange(question(max_tokens=20), said))


def whole() -> Any:
    said = answer("It is 21 degrees.")
    said["choices"][0]["message"]["reasoning_content"] = THINKING
    said["choices"][0]["content_filter_results"] = FILTERS
    return recording(exchange(question(max_tokens=400), said))


def test_what_no_limit_brings() -> None:
    """The field of the thinking, the results of a filter and an empty list are the server's."""
    rules = ["finish-reason-changed", "reasoning-kind-changed"]
    for old, new, wire in ((cut_in_thinking(), whole(), "added"), (whole(), cut_in_thinking(), "removed")):
        told = causes(old, new)
        assert sorted(rule for rule, cause in told if cause == "prompt") == ["finish-reason-changed"]
        assert {rule for rule, _ in told} >= {*rules, f"wire-field-{wire}"}
