"""Whether two texts say the same in other words, or are two answers.

Nobody can tell that for sure without a model. What can be seen: how many of the words that carry content both have,
the names and quoted terms in them, a sentence that is now negated, and words that exclude each other.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from cassette_tools._record import record
from cassette_tools.diff.texts.refusals import apology
from cassette_tools.diff.texts.terms import (
    SENTENCE,
    WORD,
    all_of,
    content,
    done,
    is_to_be_made_up,
    linking,
    missing,
    terms_in,
    words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    # A sentence, its words of content, and whether it denies them.
    _Sentence: TypeAlias = tuple[str, frozenset[str], bool]

# Below it, two texts are two answers; of long ones, which share the words of their subject whatever they say of it,
# below another one. Of two that are long, one that says no half of what the other does is another one, too, where it is
# not half as long either. Measured: docs/decisions.md, "Another answer".
LIKE, LIKE_IF_LONG, LONG = 0.33, 0.5, 20
HALF, ALL = 0.5, 0.9
# A text of fewer words of content says too little for a share; each of its words counts.
FEW = 3
# How alike a sentence and its negation are at least: two that are less so may say the same in two ways ("did not know
# it", "it was new to her").
SAME_SENTENCE = 0.75
# Words or sentences beyond which nobody asserts on a single one, and comparing each with each takes long.
MANY = 60


@record
class OtherAnswer:
    """Why a text is another answer: what is gone and what has come in its place; nothing when hardly a word is left."""

    old: str = ""
    new: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it is another text altogether."""
        return not self.old and not self.new


def likeness(old: str, new: str, given: frozenset[str] = frozenset()) -> float:
    """How much of their content two texts share, from 0 to 1; what was `given` is not theirs.

    The geometric mean of two shares: of all words (Dice), which a remark more or less lowers, and of the shorter
    text's (overlap), which it does not.
    """
    left, right = content(old) - given, content(new) - given
    if not left or not right:
        left, right = frozenset(words(old)), frozenset(words(new))
    if not left or not right:
        return float("".join(old.split()) == "".join(new.split()))
    common = len(left & right)
    return round(float((2 * common / (len(left) + len(right)) * common / min(len(left), len(right))) ** 0.5), 3)


def sentence_with(text: str, words: str) -> str:
    """The first sentence that has these words in it; the words where none does."""
    lowered = words.lower()
    return next((each.strip() for each in SENTENCE.split(text) if lowered in each.lower()), words)


def last_sentence_apart(old: str, new: str) -> str:
    """The sentence with which one of two texts ends, and of which the other says nothing; "" where there is none."""
    ends = [(text.rstrip(), _ends_apart(text, other)) for text, other in ((old, new), (new, old))]
    found = [end for text, end in ends if end and text != end]
    return found[0] if len(found) == 1 else ""


def _ends_apart(text: str, other: str) -> str:
    said = [each.strip() for each in _WHOLE_SENTENCE.split(text) if each.strip()]
    last = said[-1] if len(said) > 1 else ""
    meant = content(last)
    if len(meant) < _TELLING or _ITEM.match(last):
        return ""
    shares = (len(meant & theirs) / len(meant) for _, theirs, _ in _sentences(other))
    return "" if max(shares, default=0) >= _SAID_THERE else last


_WHOLE_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_ITEM = re.compile(r"[-*•+]\s|\d+[.)]\s")  # of a list, whose items are compared as such
_TELLING = 3  # words of content, of which fewer are a courtesy
_SAID_THERE = 0.4  # of the words of a sentence: where another has so many, it may say it


def is_short(old: str, new: str) -> bool:
    """Whether one of two texts has so few words that each can be told."""
    return min(len(content(old)), len(content(new))) <= FEW


def other_answer(
    old: str, new: str, given: str = "", *, other_question: bool = False, is_shown: bool = False
) -> OtherAnswer | None:
    """Why `new` does not say what `old` said; ``None`` when it may.

    `given` is what the user said: names and words that stand there tell nothing of the answer. To `other_question`s,
    names of which one is longer are two names. `is_shown` says that the question has an image or the like.
    """
    if _reports_the_same(old, new, given):
        return None
    contrary = _yes_became_no(old, new)
    if contrary is None and _is_another(old, new, given):
        return OtherAnswer()
    return (
        contrary
        or _apologised(old, new)
        or _other_matter(old, new, given, other_question=other_question)
        or _opposite(old, new)
        or _negated(old, new)
        or _other_thing(old, new, given, is_shown=is_shown)
    )


def _other_matter(old: str, new: str, given: str, *, other_question: bool) -> OtherAnswer | None:
    """What the answer is about, where that is named otherwise."""
    return (
        _other_names(old, new, given)
        or _other_words(old, new, given)
        or _other_fragment(old, new, given)
        or (_other_name(old, new, given) if other_question else None)
        or _other_subject(old, new, given)
    )


def _other_thing(old: str, new: str, given: str, *, is_shown: bool) -> OtherAnswer | None:
    from cassette_tools.diff.texts.subjects import other_thing

    things = other_thing(old, new, given, is_shown=is_shown)
    return None if things is None else OtherAnswer(old=things[0], new=things[1])


def _reports_the_same(old: str, new: str, given: str) -> bool:
    """Whether one says that it is done, and the other what is done, in words of what was asked: "Saved to a.txt"."""
    return _reports(old, new, given) or _reports(new, old, given)


def _reports(one: str, other: str, given: str) -> bool:
    """Whether `one` says no more than that it is done, and `other` what."""
    said = words(other)
    if {*words(one)} - done() or not said or len(content(other)) > FEW:
        return False
    asked = {*words(given)}
    deeds = {each for each in said if each.endswith("ed") and {each[:-1], each[:-2]} & asked}
    return bool(words(one)) and said[0] in deeds - asked and {*said} <= asked | deeds | linking()


def _is_another(old: str, new: str, given: str) -> bool:
    """Whether too little of one text is left in the other for them to say the same. Of a poem or a joke, the words of
    the question do not count: two poems about the same thing are two poems.
    """
    sizes = sorted((len(content(old)), len(content(new))))
    is_long = sizes[1] >= LONG and sizes[0] > FEW  # a few words may sum up what many say
    apart = content(given) if is_to_be_made_up(given) else frozenset()
    if likeness(old, new, apart) < (LIKE_IF_LONG if is_long else LIKE):
        return True
    common = len(content(old) & content(new))
    if sizes[0] < LONG or common > ALL * sizes[0]:  # what is only a part of the other is told by what is left out
        return False
    return common < HALF * sizes[1] and min(len(old), len(new)) < HALF * max(len(old), len(new))


# --- names and quoted terms ------------------------------------------------------------------------------------------


def _other_names(old: str, new: str, given: str) -> OtherAnswer | None:
    """Names and terms of which more than half were exchanged."""
    before, after = terms_in(old), terms_in(new)
    if not before or not after:
        return None
    gone, come = (missing(before, new + " " + given), missing(after, old + " " + given))
    if not gone or not come or len(gone) * 2 < len(before) or len(come) * 2 < len(after):
        return None
    return OtherAnswer(old=", ".join(gone[:3]), new=", ".join(come[:3]))


# --- few words -------------------------------------------------------------------------------------------------------


def _other_words(old: str, new: str, given: str) -> OtherAnswer | None:
    """Short answers that share nothing but what the question had in it already."""
    left, right = content(old), content(new)
    known = content(given) | (left & right)
    gone, come = (frozenset(stem for stem in side - known if not _is_figure(stem)) for side in (left, right))
    if not gone or not come or max(len(left), len(right)) > FEW:
        return None
    if (left & right) - content(given) and len(gone) != len(come):
        return None
    return OtherAnswer(old=_spelled(old, gone), new=_spelled(new, come))


def _other_fragment(old: str, new: str, given: str) -> OtherAnswer | None:
    """A few words that go on otherwise, as completions do: " a city that is", " the city of Paris"."""
    left, right = content(old), content(new)
    if max(len(left), len(right)) > FEW or not _carrying(old, new, given):
        return None
    if all(text.strip().endswith(_ENDS) for text in (old, new)):
        return None  # whole sentences
    before, after = {*words(old)}, {*words(new)}
    if min(len(before), len(after)) <= FEW or 4 * len(before & after) > len(before) + len(after):
        return None
    return OtherAnswer()


def _carrying(old: str, new: str, given: str) -> frozenset[str]:
    """The words of one side alone that any text could do without, courtesies too: "a city of great" goes on."""
    from cassette_tools.data.words import FUNCTION_WORDS

    return frozenset({*words(old)} ^ {*words(new)}) - all_of(FUNCTION_WORDS) - {*words(given)}


def _other_name(old: str, new: str, given: str) -> OtherAnswer | None:
    """Answers that are nothing but a name: "Atlantic Ocean", "South Atlantic Ocean"."""
    left, right = content(old), content(new)
    is_name = all(word[0].isupper() for text in (old, new) for word in text.split() if word[0].isalpha())
    if not is_name or max(len(left), len(right)) > FEW + 1 or not (left ^ right) - content(given):
        return None
    return OtherAnswer()


_ENDS = (".", "!", "?", "。", "！", "？")


def _other_subject(old: str, new: str, given: str) -> OtherAnswer | None:
    """What each text speaks of from its first sentence on, again and again, and the other never: two descriptions of
    one picture that see two things in it. Texts that give the same figure speak of the same thing.
    """
    if len(content(old) | content(new)) > MANY:
        return None
    gone, come = (
        [
            word
            for word in _repeated(side)
            if not _is_measure(word) and content(word) & first and not content(word) & content(f"{other} {given}")
        ]
        for side, other, first in ((old, new, _first_words(old)), (new, old, _first_words(new)))
    )
    if not gone or not come or any(map(_is_figure, (content(old) & content(new)) - content(given))):
        return None
    return OtherAnswer(old=gone[0], new=come[0])


def _first_words(text: str) -> frozenset[str]:
    return content(next((each for each in SENTENCE.split(text.strip()) if each), ""))


def _repeated(text: str) -> list[str]:
    """The words of content that are said more than once, the most frequent first, as they are written first."""
    counts: dict[str, int] = {}
    first: dict[str, str] = {}
    for word, times in Counter(WORD.findall(text.replace("-", " "))).items():  # a star, star-like
        for stem in content(word):
            counts[stem] = counts.get(stem, 0) + times
            first.setdefault(stem, word)
    return [first[stem] for stem in sorted(counts, key=lambda stem: -counts[stem]) if counts[stem] > 1]


def _is_measure(word: str) -> bool:
    """Whether a word is nothing but a unit, or its sign."""
    return all(map(_is_figure, content(word)))


def _is_figure(stem: str) -> bool:
    """A number or a unit, as a sign or in words: what it says is compared as a fact."""
    return stem[0].isdecimal() or (len(stem) == 1 and stem.isascii()) or stem in _UNITS


_UNITS = frozenset(
    word[:5]
    for word in (
        *("degree", "degrees", "celsius", "fahrenheit", "percent", "kilometers", "meters", "metres", "miles", "mph"),
        *("km", "kg", "grams", "hours", "minutes", "min", "seconds", "sec", "ms"),
        *("dollars", "usd", "euros", "eur", "gbp"),
    )
)


def _spelled(text: str, stems: frozenset[str]) -> str:
    return " ".join(match[0] for match in WORD.finditer(text) if content(match[0]) & stems)


# --- the contrary ----------------------------------------------------------------------------------------------------


def _yes_became_no(old: str, new: str) -> OtherAnswer | None:
    from cassette_tools.data.words import YES_OR_NO

    left, right = _first_word(old), _first_word(new)
    if left != right and any({left, right} <= {*row.words} for row in YES_OR_NO):
        return OtherAnswer(old=left, new=right)
    return None


def _apologised(old: str, new: str) -> OtherAnswer | None:
    """An excuse or a refusal that only one of two texts has: whether the asker got what was asked for."""
    before, after = apology(old), apology(new)
    return OtherAnswer(old=before, new=after) if bool(before) != bool(after) else None


def _first_word(text: str) -> str:
    match = WORD.search(text)
    return match[0].lower() if match else ""


def _opposite(old: str, new: str) -> OtherAnswer | None:
    """A word that became its opposite in what else is the same sentence."""
    from cassette_tools.data.words import OPPOSITES

    left, right = {*words(old)}, {*words(new)}
    if max(len(left), len(right)) > MANY:
        return None
    for row in OPPOSITES:
        gone, come = ([word for word in row.words if word in side] for side in (left - right, right - left))
        if gone and come and not any(word in left & right for word in row.words):
            return OtherAnswer(old=", ".join(gone), new=", ".join(come))
    return None


def _negated(old: str, new: str) -> OtherAnswer | None:
    """A sentence that stands on the other side without its negation."""
    left, right = _sentences(old), _sentences(new)
    if max(len(left), len(right)) > MANY:
        return None
    for ours, theirs, is_turned in ((left, right, False), (right, left, True)):
        for sentence, meant, denied in ours:
            twin = _affirmed(meant, theirs) if denied and meant else None
            if twin is not None:
                pair = (twin, sentence) if is_turned else (sentence, twin)
                return OtherAnswer(old=pair[0], new=pair[1])
    return None


def _affirmed(meant: frozenset[str], sentences: Sequence[_Sentence]) -> str | None:
    """The sentence that says the same without a negation, where no other one denies nearly that."""
    if any(denied and _share(meant, other) > 0.3 for _, other, denied in sentences):
        return None
    twin = max(sentences, key=lambda each: _share(meant, each[1]), default=None)
    if twin is None or twin[2] or _share(meant, twin[1]) < SAME_SENTENCE:
        return None
    return twin[0]


@lru_cache(maxsize=8)
def _sentences(text: str) -> tuple[_Sentence, ...]:
    """Each sentence, its words of content, and whether it denies them."""
    pieces = [piece.strip() for piece in SENTENCE.split(text)]
    return tuple((piece, content(piece), _denies(piece)) for piece in pieces if piece)


def _denies(sentence: str) -> bool:
    lowered = sentence.lower().replace("’", "'")
    return not _negations().isdisjoint(WORD.findall(lowered)) or any(piece in lowered for piece in _within())


@cache
def _negations() -> frozenset[str]:
    from cassette_tools.data.words import NEGATIONS

    return all_of(NEGATIONS)


@cache
def _within() -> frozenset[str]:
    from cassette_tools.data.words import NEGATIONS_WITHIN

    return all_of(NEGATIONS_WITHIN)


def _share(left: frozenset[str], right: frozenset[str]) -> float:
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0
