"""The language of a text, if it is certain."""

from __future__ import annotations

import re
from collections import Counter

from cassette_tools.data.languages import LANGUAGES, SCRIPTS


def other_language(old: str, new: str) -> tuple[str, str] | None:
    """The languages of two texts, where both are known and not the same."""
    before, after = _language_of(old), _language_of(new)
    return (before, after) if before and after and before != after else None


def _language_of(text: str) -> str:
    """The language or script of a text; "" if it is too short, not prose, or not certain."""
    letters = [letter for letter in text if letter.isalpha()]
    return _by_letters(letters) or _by_words(re.findall(r"[^\W\d_]+", text.lower()))


def _by_letters(letters: list[str]) -> str:
    if len(letters) < _LETTERS:
        return ""
    counts = {each.name: sum(each.first <= letter <= each.last for letter in letters) for each in SCRIPTS}
    written = (each for each in SCRIPTS if counts[each.name] >= each.share * len(letters))
    return next((each.name for each in written if not counts.get(each.without)), "")


_LETTERS = 8


def _by_words(words: list[str]) -> str:
    """The language of the frequent words: many of the text, several different ones, and few of another language."""
    counts = Counter(words)
    met = sorted(((sum(counts[each] for each in row.words), row) for row in LANGUAGES), key=lambda pair: -pair[0])
    (most, best), (second, _) = met[:2]
    is_plain = most >= _SHARE * len(words) and most >= _FEWEST and most >= _TIMES * second
    return best.name if is_plain and len(best.words & counts.keys()) >= _DIFFERENT else ""


_FEWEST, _DIFFERENT = 3, 2  # frequent words, and how many different ones
_SHARE, _TIMES = 0.15, 3  # of all words; how many times as often as those of the next language
