"""A guardrail or a filter that answers in the place of the model is the change; that the text and its sources are gone follows."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

KNOWLEDGE = "https://bedrock-agent-runtime.eu-west-1.amazonaws.com/retrieveAndGenerate"
CONVERSE = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.amazon.nova-9-v1%3A0/converse"
BLOCKED, PLAN = "I cannot answer that.", "A plan has steps, each of which is done before the next one begins."


def knowledge(guarded: bool, blocked: bool) -> Any:
    base: dict[str, Any] = {"knowledgeBaseId": "KB1", "modelArn": "amazon.nova-9-v1:0"}
    if guarded:
        base["generationConfiguration"] = {"guardrailConfiguration": {"guardrailId": "gr1", "guardrailVersion": "2"}}
    asked = {
        "input": {"text": "What is a plan?"},
        "retrieveAndGenerateConfiguration": {"knowledgeBaseConfiguration": base},
    }
    page = {"content": {"text": "Plans have steps."}, "location": {"webLocation": {"url": "https://plans.example/one"}}}
    said: dict[str, Any] = {
        "sessionId": "s-1",
        "output": {"text": PLAN},
        "citations": [{"retrievedReferences": [page]}],
    }
    if blocked:
        said |= {"output": {"text": BLOCKED}, "citations": [], "guardrailAction": "INTERVENED"}
    return recording(exchange(asked, said, url=KNOWLEDGE))


def converse(guarded: bool, blocked: bool) -> Any:
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "What is a plan?"}]}]}
    if guarded:
        asked["guardrailConfig"] = {"guardrailIdentifier": "gr1", "guardrailVersion": "2"}
    message = {"role": "assistant", "content": [{"text": BLOCKED if blocked else PLAN}]}
    said = {"output": {"message": message}, "stopReason": "guardrail_intervened" if blocked else "end_turn"}
    counts = {"inputTokens": 9, "outputTokens": 15, "totalTokens": 24}
    return recording(exchange(asked, {**said, "usage": counts}, url=CONVERSE))


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = compare(old, new).findings
    return [
        (each.level, each.rule, each.cause) for each in found if each.level != "noise" and ".response." in each.path
    ]


@pytest.mark.parametrize("api", [knowledge, converse])
def test_a_guardrail_that_steps_in(api: Any) -> None:
    assert told(api(False, False), api(True, True)) == [("breaking", "finish-reason-changed", "prompt")]


@pytest.mark.parametrize("api", [knowledge, converse])
def test_a_guardrail_that_is_gone(api: Any) -> None:
    """Nobody is hindered by an answer that is whole."""
    assert told(api(True, True), api(False, False)) == [("behavior", "finish-reason-changed", "prompt")]


@pytest.mark.parametrize("api", [knowledge, converse])
def test_the_same_guardrail(api: Any) -> None:
    assert [rule for _, rule, _ in told(api(True, False), api(True, True))] == ["finish-reason-changed"]


def test_the_model_by_its_arn() -> None:
    """It is the model that is asked, and is told as that."""
    sides = [knowledge(False, False), recording(exchange(*_of_model("amazon.nova-10-v1:0"), url=KNOWLEDGE))]
    paths = [each.path for each in compare(*sides).findings if each.level != "noise" and ".request." in each.path]
    assert paths == ["interactions[0].request.model"]


def _of_model(name: str) -> tuple[Any, Any]:
    base = {"knowledgeBaseId": "KB1", "modelArn": name}
    asked = {
        "input": {"text": "What is a plan?"},
        "retrieveAndGenerateConfiguration": {"knowledgeBaseConfiguration": base},
    }
    return asked, {"sessionId": "s-1", "output": {"text": PLAN}, "citations": []}
