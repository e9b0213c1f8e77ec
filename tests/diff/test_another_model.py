"""Another model that is asked has its own prices and tokens: they follow from it, in every call alike."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, lines, question, recording

RESPONSES = "https://api.openai.com/v1/responses"


def chat(model: str, given: int, cost: float, number: int) -> dict[str, Any]:
    said = {**answer("It is 18 °C.", usage=(given, 30)), "model": model}
    said["usage"]["cost"] = cost
    return exchange(question(model=model, seed=number), said)


def responses(model: str, given: int, cost: float, number: int) -> dict[str, Any]:
    part = {"type": "output_text", "text": "It is 18 °C.", "annotations": []}
    said = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": model,
        "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}],
        "usage": {"input_tokens": given, "output_tokens": 30, "total_tokens": given + 30, "cost": cost},
    }
    return exchange({"model": model, "input": f"How warm is it on day {number}?"}, said, url=RESPONSES)


def told(api: Any, models: tuple[str, str], *calls: tuple[tuple[int, float], tuple[int, float]]) -> list[str]:
    """The findings of calls, each with its input tokens and its cost on both sides."""
    old, new = (
        recording(*(api(model, *call[side], number) for number, call in enumerate(calls)))
        for side, model in enumerate(models)
    )
    return [each.rule for each in compare(old, new).findings if each.level != "noise"]


OTHER, SAME = ("gpt-8", "gpt-9"), ("gpt-9", "gpt-9")


@pytest.mark.parametrize("api", [chat, responses])
@pytest.mark.parametrize(
    ("models", "calls", "rules", "why"),
    [
        (OTHER, [((50, 0.001), (50, 0.009))], [], "nine times the price is that of the model"),
        (OTHER, [((50, 0.001), (50, 0.009)), ((50, 0.001), (50, 0.0012))], [], "one call dearer than another"),
        (OTHER, [((500, 0.001), (50, 0.001))], [], "it counts the input otherwise"),
        (SAME, [((50, 0.001), (50, 0.009))], ["cost-changed"], "the same model has another price"),
        (SAME, [((500, 0.001), (50, 0.001))], ["usage-changed"], "the same model counts otherwise"),
    ],
)
def test_prices_and_tokens(api: Any, models: tuple[str, str], calls: list[Any], rules: list[str], why: str) -> None:
    asked = ["request-parameter-changed"] if models == OTHER else []
    for each in (calls, [call[::-1] for call in calls]):
        assert told(api, models, *each) == asked + rules, why


# --- who answers -----------------------------------------------------------------------------------------------------

AZURE = "https://acme.openai.azure.com/openai/deployments/{}/chat/completions?api-version=2030-01-01"
PUBLIC = "https://api.openai.com/v1/chat/completions"


def asked(model: str, answered: str, url: str = PUBLIC) -> Any:
    return recording(exchange(question(model=model), {**answer("It is 18 °C."), "model": answered}, url=url))


ASKED, ANSWERED = "request-parameter-changed", "response-model-changed"
WHO = (
    ("gpt-8", "gpt-9", "gpt-8-2030", "gpt-9-2030", PUBLIC, [ASKED], "the one that is asked for answers"),
    ("gpt-8", "gpt-9-mini", "gpt-8-2030", "gpt-9", PUBLIC, [ASKED, ANSWERED], "another one than is asked for"),
    ("gpt-8", "unused", "gpt-8", "gpt-9-32k", PUBLIC, [ASKED, ANSWERED], "a word that names none"),
    (
        "tulip",
        "daisy",
        "gpt-8",
        "gpt-9",
        PUBLIC,
        [ASKED, ANSWERED],
        "names of somebody's own: of whom they are is told",
    ),
    ("acme/tulip", "acme/daisy", "tulip", "daisy-large", PUBLIC, [ASKED], "a family that no table knows"),
    ("gpt-8", "gpt-9", "gpt-8-2030", "gpt-9-2030", AZURE.format("main"), [ASKED, ANSWERED], "Azure: one deployment"),
)


@pytest.mark.parametrize(("old", "new", "before", "after", "url", "rules", "why"), WHO, ids=[row[-1] for row in WHO])
def test_who_answers(old: str, new: str, before: str, after: str, url: str, rules: list[str], why: str) -> None:
    assert [rule for _, rule, _ in lines(asked(old, before, url), asked(new, after, url))] == rules, why


def test_the_cause_is_who_chose_the_model() -> None:
    rows = (("gpt-8", "unused", PUBLIC, "provider"), ("tulip", "daisy", PUBLIC, "model"))
    for old, new, url, cause in (
        *rows,
        ("gpt-8", "gpt-9", PUBLIC, "provider"),
        ("gpt-8", "gpt-9", AZURE.format("main"), "provider"),
    ):
        found = compare(asked(old, "gpt-8", url), asked(new, "gpt-7", url)).findings
        assert [each.cause for each in found if each.rule == ANSWERED and each.level != "noise"] == [cause]
