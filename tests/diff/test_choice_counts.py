"""How many answers come follows from how many were asked for, and from nothing else that changed beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

if TYPE_CHECKING:
    from cassette_tools.model import Recording

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/{}:generateContent"
WORDS = ("Warm.", "Mild.", "Cold.", "Wet.")


def chat(wanted: int | None, given: int, model: str = "gpt-9-mini") -> Recording:
    body = answer("Warm.", model=model)
    message = body["choices"][0]
    body["choices"] = [
        {**message, "index": at, "message": {"role": "assistant", "content": WORDS[at]}} for at in range(given)
    ]
    return recording(exchange(question(model=model, **({} if wanted is None else {"n": wanted})), body))


def gemini(wanted: int | None, given: int, model: str = "gemini-9") -> Recording:
    asked: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": "How warm is it?"}]}]}
    if wanted is not None:
        asked["generationConfig"] = {"candidateCount": wanted, "maxOutputTokens": 9}
    else:
        asked["generationConfig"] = {"maxOutputTokens": 9}
    candidates = [
        {"content": {"role": "model", "parts": [{"text": WORDS[at]}]}, "finishReason": "STOP", "index": at}
        for at in range(given)
    ]
    return recording(exchange(asked, {"candidates": candidates, "modelVersion": model}, url=GEMINI.format(model)))


def counted(old: Recording, new: Recording) -> list[tuple[str, str, bool]]:
    """What is told of the number of answers: its level, its causes, and whether it follows from a finding."""
    found = compare(old, new).findings
    return [
        (each.level, each.evidence, each.caused_by is not None) for each in found if each.rule == "choice-count-changed"
    ]


FOLDED = [("noise", "", True)]


@pytest.mark.parametrize("api", [chat, gemini])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param((2, 2), (None, 1), FOLDED, id="nobody asks for two any longer"),
        pytest.param((2, 2), (None, 1, "another-9"), FOLDED, id="whichever model is asked"),
        pytest.param((2, 2), (4, 4), FOLDED, id="another number of both"),
        pytest.param((1, 1), (3, 3), FOLDED, id="one that is said"),
    ],
)
def test_as_many_as_were_asked_for(api: Any, back: bool, old: Any, new: Any, expected: list[Any]) -> None:
    sides = (new, old) if back else (old, new)
    assert counted(*(api(*side) for side in sides)) == expected


@pytest.mark.parametrize("api", [chat, gemini])
@pytest.mark.parametrize("back", [False, True])
def test_another_number_that_nobody_asked_for(api: Any, back: bool) -> None:
    sides = ((2, 1), (2, 2)) if back else ((2, 2), (2, 1))
    assert counted(*(api(*side) for side in sides)) == [("behavior", "", False)]


@pytest.mark.parametrize("api", [chat, gemini])
def test_another_number_than_was_asked_for(api: Any) -> None:
    """It was asked for more answers than came: the line stands, and names the setting."""
    [(level, evidence, follows)] = counted(api(None, 1), api(4, 3))
    assert (level, follows) == ("behavior", False)
    assert evidence in ("request (n)", "request (generationConfig.candidateCount)", "request (candidateCount)")
