"""Objects whose keys are ids: what stands under an id that was made anew is compared with what stood under the old one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

ONE, TWO = "0f3a1c52-9b7e-4d18-8c60-2a4be1d97f05", "7d90e2b4-61ac-4f3e-b5d2-98c1f0a36e4b"
NEW, NEWER = "c2b8d7f1-3e05-4a96-91d4-5f7a60e8b32c", "e61f94a0-d82b-4c57-a3f9-0b1c2d3e4f56"
BIG = {"name": "general-nova-9", "version": "2031-07-31.0", "arch": "nova-9"}
NEXT = {**BIG, "version": "2032-04-22.18350"}
VERSIONS = 'the model that answered changed: "general-nova-9 2031-07-31.0" → "general-nova-9 2032-04-22.18350"'
MEDICAL = {"name": "medical-orion-2", "version": "2029-01-05.4", "arch": "orion-2"}


def heard(**models: Any) -> Any:
    known = {{"one": ONE, "two": TWO, "new": NEW, "newer": NEWER}[name]: each for name, each in models.items()}
    said = {"metadata": {"model_info": known}, "results": {"channels": [{"alternatives": [{"transcript": "Good."}]}]}}
    return recording(exchange({"url": "https://example.com/a.wav"}, said, url="https://api.deepgram.com/v1/listen"))


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (heard(one=BIG), heard(new=BIG), [], "the id alone"),
        (heard(one=BIG), heard(new=NEXT), [VERSIONS], "another version of the model"),
        (heard(one=BIG, two=MEDICAL), heard(newer=MEDICAL, new=NEXT), [VERSIONS], "which is which, says what they hold"),
    ],
)  # fmt: skip
def test_models(old: Any, new: Any, expected: list[str], why: str) -> None:
    assert [message for _, _, message in lines(old, new)] == expected, why
