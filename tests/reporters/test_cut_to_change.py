"""A sentence that has no room loses what stands around a change, and not the change."""

from __future__ import annotations

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.suites.groups import _around
from cassette_tools.words import cut_to_change, words_in

LONG = "the arguments of weather changed: location"


@pytest.mark.parametrize(
    ("sentence", "limit", "said"),
    [
        ("model a became b", 60, "model a became b"),
        (f'{LONG} "Rome" → "Rome, Italy", unit "F" → "C"', 74, f'{LONG} "Rome" → "Rome, Italy" …'),
        (f'{LONG} "Rome" → "Rome, Italy"', 50, 'the arguments … location "Rome" → "Rome, Italy"'),
        (
            f'the text changed: "{"It is warm. " * 9}It is 7." → "{"It is warm. " * 9}It is 8."',
            80,
            'the text changed: "…It is warm. It is 7." → "…It is warm. It is 8."',
        ),
        (
            "the host aaaa became bbbb and the path /one/long/path became /another/path",
            40,
            "the host aaaa became bbbb …",
        ),
        ("nothing became of this " * 9, 30, "nothing became of …"),
    ],
)
def test_what_is_left_of_a_sentence(sentence: str, limit: int, said: str) -> None:
    assert cut_to_change(sentence, limit) == said


def test_sentences_share_whole_quotations() -> None:
    """What is common to two texts by chance is not the beginning of their sentence."""
    said = ['text: "It is 7." → "It is 8." (a)', 'text: "It is warm." → "It is 8." (a)']
    assert _around(said) == ("text: ", "(a)")


@given(st.text('ab "\\→', max_size=40))
@examples(200)
def test_no_word_is_lost(sentence: str) -> None:
    assert "".join(words_in(sentence)) == sentence
