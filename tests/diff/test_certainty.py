"""How sure a model is of each word that it heard: another number is no other word, unless it is far from the first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

URL = "https://api.deepgram.com/v1/listen?model=nova-9"
WORDS = ("warm", "in", "Turin", "today", "and")


def heard(*sure: float) -> Any:
    words = [
        {"word": word, "start": i * 0.5, "end": i * 0.5 + 0.4, "confidence": each}
        for i, (word, each) in enumerate(zip(WORDS, sure, strict=False))
    ]
    text = " ".join(WORDS[: len(sure)])
    channel = {"alternatives": [{"transcript": text, "confidence": 0.99, "words": words}]}
    return recording(exchange("", {"metadata": {"request_id": "7c1e"}, "results": {"channels": [channel]}}, url=URL))


PATH = "results.channels[].alternatives[].words[].confidence"


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        ((0.99, 0.941, 0.9), (0.9885, 0.9402, 0.8991), [], "the jitter of two runs"),
        ((0.99,), (0.91,), [], "less sure, and sure"),
        ((0.99,), (0.52,), ["results.channels[0].alternatives[0].words[0].confidence 0.99 became 0.52"], "far less"),
        ((0.9,) * 5, (0.5, 0.51, 0.52, 0.53, 0.9), [f"{PATH} changed: 0.9 → 0.5, 0.9 → 0.51, 0.9 → 0.52 and 1 more"], "of several the first are shown"),
    ],
)  # fmt: skip
def test_how_sure(old: tuple[float, ...], new: tuple[float, ...], expected: list[str], why: str) -> None:
    assert [message for _, _, message in lines(heard(*old), heard(*new))] == expected, why
    assert len(lines(heard(*new), heard(*old))) == len(expected), why
