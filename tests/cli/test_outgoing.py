"""The glance that spares most reports the search for secrets never spares one that has some."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.cli.outgoing import may_hold_secret, outgoing
from cassette_tools.data.secrets import KINDS
from cassette_tools.printable import inert
from cassette_tools.secrets.hiding import hidden

LONG = 20  # characters; whatever has no longer word than this never was looked at
KEY = string.ascii_letters + string.digits + "_-"


def _key(seed: int, size: int) -> str:
    draw = random.Random(seed)
    return "".join(draw.choice(KEY) for _ in range(size))


KEYS = st.builds(
    lambda kind, seed, size: kind.mark + _key(seed, size),
    st.sampled_from(KINDS),
    st.integers(0, 10**6),
    st.integers(LONG, 90),
)
WORDS = st.sampled_from(
    (
        "TestOpenAICompatibleStreaming/thinking.yaml",
        "content-length-mismatch",
        "1549 bytes",
        "api_key=",
        '"',
        " ",
        "\n",
        "ü",
    )
)


@given(st.lists(st.one_of(WORDS, KEYS, st.builds(_key, st.integers(0, 10**6), st.integers(8, 80))), max_size=8))
def test_what_is_hidden_was_worth_a_look(pieces: list[str]) -> None:
    text = "".join(pieces)
    if not may_hold_secret(text):
        assert hidden(text, named=False) == text or all(len(word) < LONG for word in text.split())
    elif not text.isspace():
        assert outgoing(text) == inert(hidden(text, named=False))


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("no findings in 188 files", False),
        ("a/TestOpenAICompatibleStreaming/one_two_three_four.yaml:4:85: warning content-length-mismatch: …", False),
        ("the request held gsk_" + "x1Y" * 12, True),  # the mark of a kind
        (_key(1, 40).replace("_", "a").replace("-", "b"), True),  # nothing but itself tells it
        ("a" * 40 + " and-words-with-hyphens-are-no-keys", False),
        ("x " * 60_000, True),  # a large report is looked at whole
    ],
)
def test_what_is_worth_a_look(text: str, may: bool) -> None:
    assert may_hold_secret(text) is may


@given(
    st.text(st.characters(categories=("L", "N", "P", "S", "Zs", "Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")), max_size=40)
)
def test_what_is_printable_is_inert(text: str) -> None:
    """The short way gives what the long one gives."""
    assert inert(text) == inert(text + "\x01").removesuffix("\u2401")
