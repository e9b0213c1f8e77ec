"""Words that were read off a page, or heard: a word that is lost is lost, however much alike the two texts are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

PAGE = "# Harbour\n\nThe ferry leaves at noon, and the ferry comes back in the evening. Dogs travel free of charge."
DOCUMENT = {"type": "document_url", "document_url": "https://example.com/timetable.pdf"}


def page(text: str, **settings: Any) -> Any:
    request = {"model": "ocr-9", "document": DOCUMENT, **settings}
    said = {"pages": [{"index": 0, "markdown": text}], "model": "ocr-9", "usage_info": {"pages_processed": 1}}
    return recording(exchange(request, said, url="https://api.mistral.ai/v1/ocr"))


def heard(*texts: str) -> Any:
    """What was said in each channel."""
    channels = [{"alternatives": [{"transcript": text}]} for text in texts]
    said = {"metadata": {"request_id": "7c1e"}, "results": {"channels": channels}}
    asked = {"url": "https://example.com/ferry.wav"}
    return recording(exchange(asked, said, url="https://api.deepgram.com/v1/listen?model=nova-9"))


LOST, REWORDED = ("behavior", "text-changed"), ("cosmetic", "text-reworded")
SHORT = PAGE.removeprefix("# Harbour\n\n")


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (page(PAGE), page(SHORT), [LOST], "the heading is lost"),
        (page(SHORT), page(PAGE), [LOST], "and found again"),
        (page(PAGE), page(PAGE.replace("and the ferry", "and ferry")), [LOST], "a word"),
        (page(PAGE), page(PAGE.replace("noon, and", "noon; and")), [REWORDED], "no word is another"),
        (heard(SHORT), heard(SHORT.replace("and the ferry", "and ferry")), [LOST], "a word that was said"),
        (page(PAGE), page(SHORT, document={**DOCUMENT, "document_url": "https://example.com/other.pdf"}), [("behavior", "request-parameter-changed"), REWORDED], "another page was read"),
    ],
)  # fmt: skip
def test_words(old: Any, new: Any, expected: list[tuple[str, str]], why: str) -> None:
    assert [(level, rule) for level, rule, _ in lines(old, new)] == expected, why


def test_the_line_shows_the_words() -> None:
    [(_, _, message)] = lines(page(PAGE), page(SHORT))
    assert message == r'other words were read: "# Harbour\n\nThe ferry leaves at…" → "The ferry leaves at…"'


def test_a_word_of_the_second_channel_is_told_once() -> None:
    old, new = (heard("Good morning.", text) for text in (SHORT, SHORT.replace("and the ferry", "and ferry")))
    assert [message for _, _, message in lines(old, new)] == [
        'other words were read: "…at noon, and the ferry comes back in…" → "…at noon, and ferry comes back in…"'
    ]
