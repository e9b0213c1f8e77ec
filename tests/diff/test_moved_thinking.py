"""Thinking that moved into the content, or out of it, is told once: not again of the history that gives the answer back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, recording

WORDS, AGAIN = (
    "The user asks for Turin, so I ask the tool for it.",
    "Turin is asked for: the tool knows how warm it is.",
)
AT = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse"


def bedrock(words: str, *, own: bool) -> Any:
    """Two calls; the second gives the answer of the first back."""
    head = (
        {"reasoningContent": {"reasoningText": {"text": words}}} if own else {"text": f"<thinking>{words}</thinking>"}
    )
    use = {"toolUse": {"toolUseId": "tooluse_Aa1", "name": "get_weather", "input": {"city": "Turin"}}}
    said = {"role": "assistant", "content": [head, use]}
    asked = {"role": "user", "content": [{"text": "How warm is it in Turin?"}]}
    result = {"toolResult": {"toolUseId": "tooluse_Aa1", "content": [{"text": "18 C"}], "status": "success"}}
    return recording(
        exchange({"messages": [asked]}, replied(said, "tool_use"), url=AT),
        exchange(
            {"messages": [asked, said, {"role": "user", "content": [result]}]},
            replied({"role": "assistant", "content": [{"text": "It is 18 °C."}]}, "end_turn"),
            url=AT,
        ),
    )


def replied(message: Any, reason: str) -> Any:
    usage = {"inputTokens": 50, "outputTokens": 30, "totalTokens": 80}
    return {"metrics": {"latencyMs": 400}, "output": {"message": message}, "stopReason": reason, "usage": usage}


def chat(words: str, *, own: bool) -> Any:
    head = {"reasoning_content": words, "content": "I look."} if own else {"content": f"<think>{words}</think>I look."}
    asked = {"role": "user", "content": "How warm is it in Turin?"}
    said, first = {"role": "assistant", **head}, answer("I look.")
    first["choices"][0]["message"] = said
    return recording(
        exchange({"model": "glm-9", "messages": [asked]}, first),
        exchange(
            {"model": "glm-9", "messages": [asked, said, {"role": "user", "content": "And?"}]}, answer("It is 18 °C.")
        ),
    )


@pytest.mark.parametrize(("api", "field"), [(bedrock, "reasoningText.text"), (chat, "reasoning_content")])
@pytest.mark.parametrize("words", [WORDS, AGAIN], ids=["the same", "other words"])
def test_the_history_gives_it_back(api: Any, field: str, words: str) -> None:
    old, new = api(WORDS, own=False), api(words, own=True)
    for one, other, way in ((old, new, f"content to {field}"), (new, old, f"{field} to content")):
        told = [(level, rule, message.partition(" (")[0]) for level, rule, message in lines(one, other)]
        assert told == [("behavior", "reasoning-kind-changed", f"the thinking moved from {way}")]
