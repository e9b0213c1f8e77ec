"""What was transcribed is told once, wherever else in the answer its words, segments or speakers say it again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, recording, visible

WHISPER = "https://api.openai.com/v1/audio/transcriptions"
DEEPGRAM = "https://api.deepgram.com/v1/listen?model=nova-9"
OLD, NEW = ("Hello there.", "Meet me at nine."), ("hello there", "meet me at nine")


def whisper(pieces: tuple[str, ...], **more: Any) -> Any:
    segments = [{"id": number, "start": 0.0, "end": 1.0, "text": f" {each}"} for number, each in enumerate(pieces)]
    said = {
        "task": "transcribe",
        "language": "english",
        "duration": 2.0,
        "text": " ".join(pieces),
        "segments": segments,
    }
    return recording(exchange({"model": "whisper-9"}, {**said, **more}, url=WHISPER))


def deepgram(pieces: tuple[str, ...], **more: Any) -> Any:
    words = [{"word": each, "start": 0.0, "end": 1.0} for each in " ".join(pieces).split()]
    channel = {"alternatives": [{"transcript": " ".join(pieces), "confidence": 0.99, "words": words}]}
    results = {
        "channels": [channel],
        "utterances": [{"id": number, "transcript": p} for number, p in enumerate(pieces)],
    }
    return recording(exchange({"url": "https://h/a.mp3"}, {"results": results, **more}, url=DEEPGRAM))


@pytest.mark.parametrize("api", [whisper, deepgram])
def test_the_same_words_once_more(api: Any) -> None:
    assert [each[:2] for each in visible(api(OLD), api(NEW))] == [("cosmetic", "text-reworded")]
    assert [each[:2] for each in visible(api(NEW), api(OLD))] == [("cosmetic", "text-reworded")]


@pytest.mark.parametrize("api", [whisper, deepgram])
@pytest.mark.parametrize(
    ("other", "why"),
    [
        (({"labels": [{"name": "greeting"}]}, {"labels": [{"name": "meeting"}]}), "no words of the text"),
        (({"found": "Hello"}, {"found": "hello"}), "no list of pieces"),
        (({"speakers": [{"says": "there"}]}, {"speakers": [{"says": "the"}]}), "a part of a word is none of its words"),
    ],
)
def test_other_values(api: Any, other: tuple[dict[str, Any], dict[str, Any]], why: str) -> None:
    found = visible(api(OLD, **other[0]), api(NEW, **other[1]))
    assert len(found) == 2, why


def test_a_piece_that_changed_alone_is_told() -> None:
    """Then nothing tells it."""
    old, new = whisper(OLD), whisper(OLD, segments=[{"id": 0, "start": 0.0, "end": 1.0, "text": " Hello there!!"}])
    assert visible(old, new) != []
