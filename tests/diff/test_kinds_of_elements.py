"""A field that comes to a kind of part is new there, whatever other kinds of parts had it before."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.diff.drift_cases import CALL, answer, exchange, question, recording, visible

HOST = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9"
PATH = "response.body.candidates[].content.parts[].thoughtSignature"
SEALS = ("EsgCCsUCAb4+9vsw57zIJ+1f6+y0iTRq", "AsgCCsUCAb4+9vsw57zIJ+1f6+yuuuRq")


def sealed(part: dict[str, Any], seal: str | None) -> dict[str, Any]:
    return {**part, **({"thoughtSignature": seal} if seal else {})}


def gemini(on_call: str | None, on_text: str | None, *, stream: bool) -> Any:
    """A call of a tool, then an answer in text; either may be sealed."""
    call = sealed({"functionCall": {"name": "get_weather", "args": {"city": "Turin"}}}, on_call)
    text = sealed({"text": "It is 18 °C."}, on_text)
    result = {"functionResponse": {"name": "get_weather", "response": {"warm": 18}}}
    asked = {"role": "user", "parts": [{"text": "How warm is it?"}]}
    history = [asked, {"role": "model", "parts": [call]}, {"role": "user", "parts": [result]}]

    def said(part: dict[str, Any]) -> Any:
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
        body = {"candidates": [candidate], "modelVersion": "gemini-9"}
        return [json.dumps(body)] if stream else body

    url = f"{HOST}:streamGenerateContent?alt=sse" if stream else f"{HOST}:generateContent"
    return recording(
        exchange({"contents": [asked]}, said(call), url=url), exchange({"contents": history}, said(text), url=url)
    )


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("bare", "call", "why"),
    [
        ((SEALS[0], None), 1, "the text is sealed now, as the call was"),
        ((None, SEALS[1]), 0, "the call is sealed now, as the text was"),
    ],
)
def test_a_seal_on_another_kind_of_part(bare: tuple[str | None, str | None], call: int, why: str, stream: bool) -> None:
    without, with_it = gemini(*bare, stream=stream), gemini(*SEALS, stream=stream)
    path = f"interactions[{call}].{PATH}"
    assert visible(without, with_it) == [("shape", "wire-field-added", path)], why
    assert visible(with_it, without) == [("shape", "wire-volatile-field-removed", path)], why


def chat(*, call: dict[str, Any], text: dict[str, Any]) -> Any:
    """The same in Chat Completions, where calls and texts stand in messages of one kind."""
    said = [answer(calls=[CALL]), answer("It is 18 °C.")]
    for body, more in zip(said, (call, text), strict=True):
        body["choices"][0]["message"].update(more)
    history = ({"role": "assistant", "content": None, "tool_calls": [CALL]},)
    result = {"role": "tool", "tool_call_id": "call_Aa1", "content": "18 C"}
    return recording(exchange(question(), said[0]), exchange(question(*history, result), said[1]))


def test_elements_of_one_kind() -> None:
    field = {"annotations": []}
    old, new = chat(call=field, text={}), chat(call=field, text=field)
    assert visible(old, new) == visible(new, old) == []
