"""The sentence of an error names a request or a limit by an id that is new in every run: noise, as in other texts."""

from __future__ import annotations

import pytest
from drift_cases import exchange, question, recording

from cassette_tools.diff import compare

ONE, OTHER = "3f0c9a52-7be1-4d06-9c44-1a2b3c4d5e6f", "b81d4e07-2c9f-4a35-8e60-9f8e7d6c5b4a"

TABLE = [
    ("No such run {}.", "", "the id is a word"),
    ("Limit reached: rpm/small/{}. High demand.", "", "the id is a step of a path"),
    ("Limit reached: {}.", " Retry.", "other words are no noise"),
]


@pytest.mark.parametrize(("sentence", "more", "why"), TABLE)
def test_an_id_in_an_error(sentence: str, more: str, why: str) -> None:
    sides = []
    for said in (sentence.format(ONE), sentence.format(OTHER) + more):
        made = exchange(question(), {"error": {"message": said, "code": 429}})
        made["response"]["code"] = 429
        sides.append(recording(made))
    levels = {each.level for each in compare(*sides).findings}
    assert levels == ({"behavior"} if more else {"noise"}), why
