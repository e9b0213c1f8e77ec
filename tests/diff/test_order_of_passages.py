"""Passages that a search found: the nearest first. Each is known by what it says, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

HOST = "https://bedrock-agent-runtime.eu-west-1.amazonaws.com/knowledgebases/KB9/retrieve"
SAID = {
    "po": "The Po is the longest river of the country and ends in a wide delta.",
    "alps": "Glaciers of the Alps feed most rivers of the plain in early summer.",
    "arno": "In November of that year the Arno rose above the old bridges of Florence.",
    "fish": "Sturgeon and eel were sold on every market along these banks.",
}


def found(*names: str, **scores: float) -> Any:
    ranks = (0.61, 0.42, 0.37, 0.21)
    passages = [
        {"content": {"text": SAID[name]}, "score": scores.get(name, rank)}
        for name, rank in zip(names, ranks, strict=False)
    ]
    return recording(exchange({"retrievalQuery": {"text": "rivers"}}, {"retrievalResults": passages}, url=HOST))


ORDER, LIST = ("behavior", "response-body-changed"), "retrievalResults"
FEWER = ("behavior", "part-removed", "the answer holds 2 retrieval_result instead of 4, the first 2 of them")
MORE = ("behavior", "part-added", "the answer holds 4 retrieval_result instead of 2, the first 2 as before")


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (found("po", "alps", "arno"), found("po", "arno", "alps"), [(*ORDER, f"the order of {LIST} [0, 1, 2] became [0, 2, 1]")], "two are swapped, and their scores are still theirs"),
        (found("po", "alps", "arno", "fish"), found("po", "alps"), [FEWER], "told once"),
        (found("po", "alps"), found("po", "alps", "arno", "fish"), [MORE], "and the other way round"),
        (found("po", "alps", "arno", "fish"), found("alps", "po"), [(*ORDER, f"the order of {LIST} [0, 1] became [1, 0] (2 consequences folded: scores)"), FEWER], "another order, of fewer"),
        (found("po", "alps"), found("po", "arno", arno=0.12), [("behavior", "unclassified-change", f'{LIST}[1].content.text "Glaciers of the Alps feed most rivers of … early summer." became "In November of that year the Arno rose … of Florence." (1 consequence folded: scores)')], "another passage: the score of the one is not that of the other"),
    ],
)  # fmt: skip
def test_passages(old: Any, new: Any, expected: list[tuple[str, str, str]], why: str) -> None:
    assert lines(old, new) == expected, why
