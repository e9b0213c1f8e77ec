"""Two different pieces of text as a person can tell them apart: invisible characters visible, long ones cut."""

from __future__ import annotations

import json
import re

from cassette_tools.printable import printable
from cassette_tools.text_diff import elided, folded, repeated

_INVISIBLE = str.maketrans({"\n": "↵", "\t": "⇥", "\r": "␍", "\xa0": "⍽"})
_SHAPELESS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")  # printable to Unicode, not to the eye
_JOINERS = "\u200c\u200d"
_RUN = re.compile(r"(?<![^\s\"'<>()])(?!https?://)[^\s\"'<>()]{100,}")  # digits or base64 without end


def visible(text: str) -> str:
    """Text of one line in which white space that matters can be seen."""
    return printable(text.translate(_INVISIBLE))


def shown_apart(old: str, new: str, fold: int | None = None) -> tuple[str, str]:
    """Two different pieces as they are shown: cut when they are long, and never alike."""
    old, new = _without_runs(_once(old), _once(new))
    if fold is not None:
        old, new = folded_apart(old, new, fold)
    ways = (_unmasked,) if seen(old) == seen(new) else (visible, _unmasked)
    both = ((way(old), way(new)) for way in ways)
    return next((shown for shown in both if shown[0] != shown[1]), (_escaped(old), _escaped(new)))


def _once(text: str) -> str:
    """A text that repeats itself, shown once, with the number of times."""
    found = repeated(text)
    return text if found is None else f"{found[0]} (× {found[1]:,})"


def folded_apart(old: str, new: str, limit: int) -> tuple[str, str]:
    """Two pieces that differ, cut; one that stands alone is told by its beginning and its end."""
    shown = folded(old, limit), folded(new, limit)
    return shown if shown[0] != shown[1] else elided(old, new, limit)[:2]


def seen(text: str) -> str:
    """What the eye sees of a text: no blanks, and nothing that has no shape."""
    from unicodedata import category, normalize

    # Z are blanks, C control and format characters; of the marks (M) only the variation selectors have no shape.
    shown = (c for c in normalize("NFC", text) if category(c)[0] not in "ZC" and c not in _SHAPELESS)
    return "".join(shown)


def _without_runs(old: str, new: str) -> tuple[str, str]:
    """Two pieces in which what nobody reads is cut, as long as they still differ."""
    cut = tuple(_RUN.sub(lambda found: f"{found[0][:30]}…{found[0][-10:]}", text) for text in (old, new))
    return (cut[0], cut[1]) if cut[0] != cut[1] else (old, new)


def _escaped(text: str) -> str:
    """A text of which even the picture of what is invisible is told from what it is the picture of."""
    return json.dumps(text)[1:-1]


def _unmasked(text: str) -> str:
    """`text` with every blank and every character without a shape of its own made visible."""
    from unicodedata import category

    def mask(character: str) -> str:
        if character == " ":
            return "·"
        if character in _SHAPELESS or category(character)[0] in "ZM" or character in _JOINERS:
            return f"⟨U+{ord(character):04X}⟩"
        return printable(character)

    return "".join(mask(character) for character in text.translate(_INVISIBLE))
