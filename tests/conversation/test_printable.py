"""Recorded text that is shown acts on nothing, and whoever reads it sees what is there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.printable import printable

JOINERS = "\u200c\u200d"
SPACES = "\xa0\u3000\u2009\u202f"
anything = st.text(st.characters(codec=None) | st.sampled_from(JOINERS + SPACES + "\x1b\x9b\u202e\u2028\ud83d😀é"))


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("plain words, Olá, 日本, 😀", "plain words, Olá, 日本, 😀"),
        ("\x1b[2J", "␛[2J"),
        ("\x00\t\r\n\x7f", "␀␉␍␊␡"),
        ("\x9b2J", "⟨U+009B⟩2J"),
        ("\u202eevil\u202c \u2066x\u2069", "⟨U+202E⟩evil⟨U+202C⟩ ⟨U+2066⟩x⟨U+2069⟩"),
        ("pass\u200bword\ufeff", "pass⟨U+200B⟩word⟨U+FEFF⟩"),
        ("a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩"),
        ("half \ud83d", "half ⟨U+D83D⟩"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),  # joiners at work
        ("pass\u200dword", "pass⟨U+200D⟩word"),  # and one that hides
        ("é\u200d\u200dé", "é⟨U+200D⟩⟨U+200D⟩é"),
        ("\u200dé", "⟨U+200D⟩é"),
    ],
)
def test_what_acts_or_hides_is_seen(recorded: str, shown: str) -> None:
    assert printable(recorded) == shown


def test_newlines_are_kept_on_request() -> None:
    assert printable("a\nb\r\n\x1b", keep_newlines=True) == "a\nb␍\n␛"


@given(anything)
def test_nothing_acts(text: str) -> None:
    shown = printable(text)
    assert {character for character in shown if not character.isprintable()} <= set(JOINERS + SPACES)
    shown.encode("utf-8")


@given(anything, st.booleans())
def test_what_is_printable_stays(text: str, keep_newlines: bool) -> None:
    shown = printable(text, keep_newlines=keep_newlines)
    assert printable(shown, keep_newlines=keep_newlines) == shown
