"""What happened once is told once: moved, renamed, followed from what is told already. Each way, and its way back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare

MUSED = "Okay, the user wants to know how warm it is in Turin"
VERCEL = "https://ai-gateway.vercel.sh/v1/chat/completions"


def plain(**settings: Any) -> dict[str, Any]:
    """A request without a tool and without a limit."""
    asked = question(**settings)
    return {name: value for name, value in asked.items() if name not in ("tools",) and value is not None}


def thought(words: str, said_then: str = "It is 18 °C.") -> dict[str, Any]:
    said = answer(said_then)
    said["choices"][0]["message"]["reasoning"] = words
    return said


def routed(*attempts: tuple[str, bool, int]) -> dict[str, Any]:
    log = [{"provider": name, "success": good, "statusCode": status} for name, good, status in attempts]
    metadata = {"gateway": {"routing": {"attempts": log}}}
    said = answer("It is 18 °C.")
    said["choices"][0]["message"]["provider_metadata"] = metadata
    return said


def marked(number: int) -> dict[str, Any]:
    asked = plain()
    asked["messages"] = [
        {"role": "user", "content": [{"type": "text", "text": each}]} for each in ("How warm?", "Where?")
    ]
    asked["messages"][number]["content"][0]["cache_control"] = {"type": "ephemeral"}
    return asked


def ended(reason: str) -> dict[str, Any]:
    said = answer("It is 18 °C.")
    said["choices"][0]["finish_reason"] = reason
    return said


def weather(words: str) -> dict[str, Any]:
    return answer(json.dumps({"city": "Turin", "weather": words}))


AZURE = "https://acme.openai.azure.com/openai"
DEPLOYED = f"{AZURE}/deployments/gpt-9-mini/chat/completions"

# fmt: off
CASES = {
    # of a setting, name and value
    "a setting with another name and value": (
        exchange(plain(), answer("It is 18 °C.")),
        exchange(plain(max_tokens=None, max_completion_tokens=512), answer("It is 18 °C.")),
        [("behavior", "request-parameter-changed", "max_tokens (sent as max_completion_tokens now) 400 became 512")],
    ),
    "a mark that moved": (
        exchange(marked(0), answer("It is 18 °C.")),
        exchange(marked(1), answer("It is 18 °C.")),
        [("behavior", "request-field-renamed", "messages[0].content[0].cache_control moved to messages[1].content[0].cache_control")],
    ),
    "a model that the address named": (
        exchange(plain(model=None), answer("It is 18 °C."), url=DEPLOYED),
        exchange(plain(), answer("It is 18 °C."), url=f"{AZURE}/v1/chat/completions"),
        [("behavior", "request-url-changed", "the path /openai/deployments/{deployment}/chat/completions became /openai/v1/chat/completions; the request now has model: gpt-9-mini")],
    ),
    # of the answer, what is thinking and what is not
    "thinking that stood in the content": (
        exchange(plain(), answer(MUSED)),
        exchange(plain(), thought(f"{MUSED}, so I answer.")),
        [("behavior", "reasoning-kind-changed", 'the thinking moved from content to reasoning, and the content is now "It is 18 °C." (1 consequence folded: message.reasoning)')],
    ),
    "an answer that the thinking says as well": (  # nothing moved
        exchange(plain(), answer("It is 18 °C in Turin today.")),
        exchange(plain(), thought("It is 18 °C in Turin today, they say.", "It is 18 °C in Turin today.")),
        [("behavior", "reasoning-appeared", "the answer now has reasoning, in reasoning")],
    ),
    "an answer beside other thinking": (  # nothing moved
        exchange(plain(), answer("It is 18 °C.")),
        exchange(plain(), thought("Hm.")),
        [("behavior", "reasoning-appeared", "the answer now has reasoning, in reasoning")],
    ),
    # of the gateway, who failed
    "an upstream that failed": (
        exchange(plain(), routed(("a", True, 200)), url=VERCEL),
        exchange(plain(), routed(("a", False, 529), ("b", True, 200)), url=VERCEL),
        [("behavior", "attempts-changed", "behind the gateway a (529) failed, and b answered")],
    ),
    "two logs of the same failure": (
        exchange(plain(), routed(("a", False, 529), ("b", True, 200)), url=VERCEL),
        exchange(plain(), routed(("a", False, 529), ("c", True, 200)), url=VERCEL),
        [],
    ),
    # of JSON, which value
    "a value of a JSON answer": (
        exchange(plain(), weather("all fire and brimstone")),
        exchange(plain(), weather("Fire and brimstone all over the city")),
        [("behavior", "text-facts-changed", 'the text changed: weather="all fire and brimstone" → weather="Fire and brimstone all over the city"')],
    ),
    "a sentence in a JSON answer": (
        exchange(plain(), weather("It is warm in Turin today.")),
        exchange(plain(), weather("In Turin it is warm today.")),
        [("cosmetic", "text-reworded")],
    ),
    "a reason where none was said": (
        exchange(plain(), ended("")),
        exchange(plain(), ended("stop")),
        [("behavior", "finish-reason-changed", "choices[0].finish_reason was empty and is now stop")],
    ),
    "a refusal in words": (
        exchange(plain(), answer("Task decomposition splits what is hard into steps that a planner can take one by one.")),
        exchange(plain(), answer("Sorry, I am unable to assist you with this request.")),
        [("behavior", "text-changed", 'another answer: the model now refuses, "Task decomposition splits what is hard into steps that a planner can take one by…" → "Sorry, I am unable to assist you with this request."')],
    ),
}
# fmt: on


@pytest.mark.parametrize("name", CASES)
def test_one_event_is_one_line(name: str) -> None:
    old, new, expected = CASES[name]
    found = compare(recording(old), recording(new)).findings
    told = [(each.level, each.rule, each.message) for each in found if each.level != "noise"]
    assert [each[: len(row)] for each, row in zip(told, expected, strict=False)] == expected
    assert len(told) == len(expected)


@pytest.mark.parametrize("name", CASES)
def test_the_way_back_has_as_many_lines(name: str) -> None:
    old, new, expected = CASES[name]
    back = compare(recording(new), recording(old)).findings
    assert len([each for each in back if each.level != "noise"]) == len(expected), [
        each.message for each in back if each.level != "noise"
    ]
