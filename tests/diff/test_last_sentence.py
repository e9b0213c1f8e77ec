"""A sentence that an answer ends with now, or no longer does, is shown, however much is told of the rest."""

from __future__ import annotations

import pytest

from cassette_tools.diff import compare
from cassette_tools.diff.texts.wording import last_sentence_apart
from tests.diff.drift_cases import answer, chunks, exchange, question, recording

PRICE = "The price of the Example share is 334.57 today, as the exchange reports it."
OTHER = "Today the Example share has a price of 334.57, which is what the exchange says."
WARNING = "Please note that quotations fluctuate quickly."

APART = (
    (PRICE, f"{OTHER} {WARNING}", WARNING, "a warning is new"),
    (f"{PRICE} {WARNING}", OTHER, WARNING, "a warning is gone"),
    (f"{PRICE}\n\n{WARNING}", OTHER, WARNING, "in a paragraph of its own"),
    (PRICE, f"{OTHER} The exchange reports that price today.", "", "the last sentence says what the other says"),
    (PRICE, f"{OTHER}\n- quotations fluctuate quickly everywhere", "", "an item of a list"),
    (PRICE, f"{OTHER} All right!", "", "a courtesy"),
    (PRICE, WARNING, "", "one sentence is no end"),
    (f"{PRICE} Ask me about gold tomorrow morning.", f"{OTHER} {WARNING}", "", "each ends with something else"),
    ("", "", "", "nothing"),
)


@pytest.mark.parametrize(("old", "new", "end", "why"), APART, ids=[row[3] for row in APART])
def test_which_sentence_stands_apart(old: str, new: str, end: str, why: str) -> None:
    assert last_sentence_apart(old, new) == end, why
    assert last_sentence_apart(new, old) == end, why


@pytest.mark.parametrize("said", [answer, lambda text: chunks({"role": "assistant", "content": text})])
def test_the_sentence_is_told(said) -> None:  # type: ignore[no-untyped-def]
    old, new = (recording(exchange(question(), said(text))) for text in (PRICE, f"{OTHER} {WARNING}"))
    for sides, words in (((old, new), "it now ends with"), ((new, old), "it no longer ends with")):
        [message] = [each.message for each in compare(*sides).findings if each.level != "noise"]
        assert message.endswith(f'; {words} "{WARNING}"')
