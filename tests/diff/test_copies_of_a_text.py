"""What was transcribed is told once, wherever else in the answer its words, segments or speakers say it again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording, visible

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


HEARD = "Bring the the red umbrella, please."
MENDED = "Bring the red umbrella, please."


def timed(text: str, *, deep: bool, **more: Any) -> Any:
    """A transcript whose words all have their time, and which says how many there are."""
    words = [{"word": each, "start": n / 2, "end": n / 2 + 0.4} for n, each in enumerate(text.split())]
    if not deep:
        segment = {"id": 0, "start": 0.0, "end": words[-1]["end"], "text": text}
        said = {"task": "transcribe", "text": text, "segments": [segment], "words": words, **more}
        return recording(exchange({"model": "whisper-9"}, said, url=WHISPER))
    paragraph = {"sentences": [{"text": text, "start": 0.0}], "num_words": len(words), "start": 0.0}
    paragraphs = {"transcript": f"\n{text}", "paragraphs": [paragraph]}
    told = {"transcript": text, "confidence": 0.99, "words": words, "paragraphs": paragraphs}
    said = {"results": {"channels": [{"alternatives": [told]}]}, **more}
    return recording(exchange({"url": "https://h/a.mp3"}, said, url=DEEPGRAM))


@pytest.mark.parametrize("deep", [False, True])
def test_a_word_less(deep: bool) -> None:
    """The words of a transcript, when each begins and ends and how many there are follow from it."""
    old, new = timed(HEARD, deep=deep), timed(MENDED, deep=deep)
    path = "interactions[0].response.output_messages[0].text"
    assert visible(old, new) == [("behavior", "text-changed", path)]
    assert visible(new, old) == [("behavior", "text-changed", path)]


def spoken(text: str, *, diarize: bool) -> Any:
    """A transcript by paragraphs, which says who speaks if it is asked to."""
    label = "Speaker 0: " if diarize else ""
    who = {"speaker": 0} if diarize else {}
    paragraphs = {"transcript": f"\n{label}{text}", "paragraphs": [{"num_words": 5, "start": 0, **who}]}
    told = {"transcript": text, "confidence": 0.99, "paragraphs": paragraphs}
    said = {"results": {"channels": [{"alternatives": [told]}]}}
    url = f"{DEEPGRAM}?paragraphs=true{'&diarize=true' if diarize else ''}"
    return recording(exchange({"url": "https://h/a.mp3"}, said, url=url))


@pytest.mark.parametrize(("ways", "rule"), [((False, True), "added"), ((True, False), "removed")])
def test_who_speaks_is_said_because_it_is_asked(ways: tuple[bool, bool], rule: str) -> None:
    old, new = (spoken(HEARD, diarize=diarize) for diarize in ways)
    told = [("behavior", f"request-field-{rule}", "interactions[0].request.query.diarize")]
    assert visible(old, new) == told


def test_another_word_stands_in_the_paragraphs_too() -> None:
    old, new = (spoken(text, diarize=True) for text in (HEARD, HEARD.replace("red", "green")))
    assert [rule for _, rule, _ in visible(old, new)] == ["text-changed"]


@pytest.mark.parametrize("deep", [False, True])
def test_times_that_changed_alone_are_told(deep: bool) -> None:
    counted = {"parts": [{"num_words": 4}]}, {"parts": [{"num_words": 90}]}
    old, new = (timed(HEARD, deep=deep, **each) for each in counted)
    assert lines(old, new) == [("behavior", "unclassified-change", "parts[0].num_words 4 became 90")]


def test_one_item_of_a_list() -> None:
    """The list is still there: nobody says that the field is gone."""
    marks = [{"name": each} for each in ("greeting", "weather", "farewell")]
    old, new = whisper(OLD, marks=marks), whisper(OLD, marks=marks[:2])
    assert lines(old, new) == [
        ("behavior", "response-field-removed", 'the list marks has one item fewer: "farewell"'),
    ]
    assert lines(new, old) == [("shape", "response-field-added", 'the list marks has one more item: "farewell"')]
    fewer = whisper(OLD, marks=marks[:1])
    assert lines(old, fewer) == [
        ("behavior", "response-field-removed", '2 list items are gone: marks: "weather"; marks: "farewell"'),
    ]
    assert lines(fewer, old) == [
        ("shape", "response-field-added", '2 list items are new: marks: "weather"; marks: "farewell"'),
    ]
