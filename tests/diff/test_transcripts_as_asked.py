"""How a transcript is written is as the parameters of the URL ask, whatever model hears it."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

URL = "https://api.deepgram.com/v1/listen?model={model}&{asked}"
PLAIN, FORMATTED = "utterances=true", "smart_format=true&utterances=true"


def heard(model: str, asked: str) -> Any:
    word: dict[str, Any] = {"word": "yeah", "start": 0.1, "end": 0.4, "confidence": 0.9}
    if "smart_format" in asked:
        word["punctuated_word"] = "Yeah."
    said = "Yeah, it was cold." if "smart_format" in asked else "yeah it was cold"
    alternative = {"transcript": said, "confidence": 0.9, "words": [word]}
    about = {"name": f"general-{model}", "arch": model, "version": "2030-01-01.0"}
    made = f"0000000{len(model)}-99d1-4376-b32e-c263170674af"
    body = {
        "metadata": {"model_info": {made: about}, "models": [made]},
        "results": {"channels": [{"alternatives": [alternative]}]},
    }
    return recording(exchange("", body, url=URL.format(model=model, asked=asked)))


def told(old: Any, new: Any) -> dict[str, str]:
    return {
        each.rule: each.evidence
        for each in compare(old, new).findings
        if each.level != "noise" and ".response." in each.path
    }


@pytest.mark.parametrize("model", ["nova-3", "nova-12"])
def test_how_it_is_written(model: str) -> None:
    for old, new, way in ((FORMATTED, PLAIN, "removed"), (PLAIN, FORMATTED, "added")):
        found = told(heard("nova-3", old), heard(model, new))
        assert "smart_format" in found[f"wire-field-{way}"]
        assert "smart_format" in found["text-reworded"]


def test_what_the_model_is() -> None:
    assert told(heard("nova-3", PLAIN), heard("nova-12", PLAIN)) == {}
