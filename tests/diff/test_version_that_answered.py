"""The version of the model that answered, by an id of the model: another one is another model, and a cause."""

from __future__ import annotations

from typing import Any

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, lines, recording

OLD, NEW = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-9999-aaaaaaaaaaaa"
CALM, STILL = "The blue harbour is calm today.", "The blue harbor is quiet today."


def heard(model: str, version: str, words: str = CALM) -> Any:
    info = {model: {"name": "general-nova-9", "version": version, "arch": "nova-9"}}
    said = {"channels": [{"alternatives": [{"transcript": words, "confidence": 0.98}]}]}
    given = {"metadata": {"request_id": "r1", "models": [model], "model_info": info}, "results": said}
    url = "https://api.deepgram.com/v1/listen?model=nova-9"
    return recording(exchange({"url": "https://example.com/harbour.wav"}, given, url=url))


def told(old: str, new: str) -> tuple[str, str, str]:
    words = f'the model that answered changed: "general-nova-9 {old}" → "general-nova-9 {new}"'
    return ("behavior", "response-model-changed", words)


def test_another_version() -> None:
    for ids in ((OLD, NEW), (OLD, OLD)):
        before, after = heard(ids[0], "2030-07-31.0"), heard(ids[1], "2031-09-15.1")
        assert lines(before, after) == [told("2030-07-31.0", "2031-09-15.1")]
        assert lines(after, before) == [told("2031-09-15.1", "2030-07-31.0")]


def test_another_id_alone_is_noise() -> None:
    assert lines(heard(OLD, "2030-07-31.0"), heard(NEW, "2030-07-31.0")) == []


def test_it_is_why_other_words_were_read() -> None:
    findings = compare(heard(OLD, "2030-07-31.0"), heard(NEW, "2031-09-15.1", STILL)).findings
    [text] = [each for each in findings if each.rule == "text-changed"]
    assert text.cause == "model"
