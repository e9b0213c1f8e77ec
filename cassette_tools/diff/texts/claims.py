"""The facts of a text: what a reader would check. Numbers with their units, dates, addresses, code, and exact names.

A fact is compared by what it means. That a number heads a list, that a word stands in back-ticks or that a sum is
written out is layout.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cassette_tools._record import record, replace
from cassette_tools.diff.texts.numbers import (
    SIZE,
    SIZES,
    Number,
    by_spelling,
    is_same_number,
    lists_numbers,
    numbers_in,
)
from cassette_tools.diff.texts.terms import content, numerals
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    # A name; a date, what it means and how it is written; a quantity; what a list says of a thing.
    Fact: TypeAlias = "str | tuple[str, str] | Number | Labelled"


@record
class Labelled:
    """What a line of a list says under a label."""

    value: str
    shown: str


@record
class Claims:
    """The facts of one text. `names` are code, addresses and exact names as written, `dates` by what they mean.

    `text` is the whole text in one line, `anywhere` all its numbers, also those that are no facts, by how they are
    written.
    """

    text: str
    anywhere: dict[str, list[Number]]
    names: tuple[str, ...]
    dates: dict[str, str]
    numbers: tuple[Number, ...]
    labelled: tuple[Labelled, ...] = ()
    spelled: frozenset[str] = frozenset()  # the digits of numbers in words

    @property
    def shown(self) -> tuple[str, ...]:
        """All facts in the order of their kinds."""
        measured = (number.shown for number in self.numbers)
        return (*self.names, *self.dates.values(), *measured, *(each.shown for each in self.labelled))


@lru_cache(maxsize=64)  # a text is compared, stands before its answer, and is given back
def claims_of(text: str) -> Claims:
    """What the text says that can be checked."""
    if "$" in text and _FORMULA.search(text):
        text = text.replace("$", " ")  # the bounds of a formula, not money
    text = _PLACEHOLDER.sub(" ", text)
    code, rest = _cut("```", _FENCE, text)
    inline, rest = _cut("`", _CODE, rest)
    urls, rest = _cut("://", _URL, rest)
    series = [f"[{', '.join(re.split(', ?', match))}]" for match in _SERIES.findall(rest)]
    labelled = [Labelled(value=value, shown=f"{label}: {value}") for label, value in _LABELLED.findall(rest)]
    dates, rest = _dates(rest) if _YEAR.search(rest) else ({}, rest)
    files, rest = _cut(".", _FILE, rest) if _DOTTED.search(rest) else ([], rest)
    exact, rest = _exact_names(rest)
    numbers, anywhere = _all_numbers(text, rest)
    pieces = [" ".join(piece.split()) for piece in code]
    return Claims(
        text=" ".join(text.split()),
        anywhere=anywhere,
        names=tuple(dict.fromkeys((*pieces, *inline, *map(_address, urls), *files, *exact, *series))),
        dates=dates,
        numbers=numbers,
        labelled=tuple(labelled),
        spelled=_spelled(text),
    )


def news(old: Claims, new: Claims, premise: tuple[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What each says that the other does not, without what the user's words explain."""
    lost, gained = _only_in(old, new), _only_in(new, old)
    if (lost or gained) and premise[0] != premise[1]:  # what was asked otherwise is told as that
        before, after = claims_of(premise[0]), claims_of(premise[1])
        lost, gained = _unasked(lost, before, after), _unasked(gained, after, before)
    if not lost and not gained:
        return (), ()
    if not (lost and gained):
        given = claims_of("\n".join(premise))
        lost, gained = _without_given(lost, given), _without_given(gained, given)
    _put_abreast(lost, gained)
    return tuple(_in_words(lost)), tuple(_in_words(gained))


def no_more_than(one: Claims, other: Claims, source: Claims) -> bool:
    """Whether a third text holds all that one text says and another does not."""
    return all(_says(source, fact) for fact in _only_in(one, other))


def _without_given(facts: Iterable[Fact], given: Claims) -> list[Fact]:
    return [fact for fact in facts if not _says(given, fact)]


def _unasked(facts: Iterable[Fact], here: Claims, there: Claims) -> list[Fact]:
    """The facts but for those that were asked on their own side alone."""
    return [fact for fact in facts if not _says(here, fact) or _says(there, fact)]


def whole_series(
    old: str, new: str, facts: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The facts; of two lists of numbers ("1, 2, 3", "4, 6, and 2") not those that are in one alone, but both whole."""
    listed = _NUMBERS_LISTED.findall(old), _NUMBERS_LISTED.findall(new)
    if len(listed[0]) != 1 or len(listed[1]) != 1:
        return facts
    rest = [
        tuple(fact for fact in side if _LETTERS.search(fact) or not set(_DIGITS.findall(fact)) <= numbers)
        for side, numbers in zip(facts, (set(_DIGITS.findall(side[0])) for side in listed), strict=True)
    ]
    if any(len(kept) == len(side) for kept, side in zip(rest, facts, strict=True)):
        return facts  # what differs is not in the lists
    return (*rest[0], listed[0][0]), (*rest[1], listed[1][0])


_NUMBERS_LISTED = regex(
    r"(?<![\w.])-?\d+(?:\.\d+)?(?:(?:, ?|,? (?:and|und|et|y|e|or) )-?\d+(?:\.\d+)?){2,}(?![\w.]*\d)"
)
_DIGITS, _LETTERS = regex(r"-?\d+(?:\.\d+)?"), regex(r"[^\W\d_]|[°%$€£¥]")


def figures(claims: Claims) -> Claims:
    """Only the quantities: what has a unit, or is no small number and no year."""
    counted = tuple(each for each in claims.numbers if each.unit or each.value != each.digits or _is_large(each.digits))
    return replace(claims, names=(), dates={}, labelled=(), numbers=counted)


def _is_large(digits: str) -> bool:
    whole = digits.lstrip("-").partition(".")[0]
    return len(whole) > 4 or (len(whole) == 4 and whole[:2] not in ("19", "20"))


# --- what is looked for ----------------------------------------------------------------------------------------------

# What a filter put in the place of a secret (or of a word that looked like one): it says nothing.
_PLACEHOLDER = regex(r"<[A-Z][A-Z0-9_]{2,}>")
_SERIES = regex(r"\[(-?\d+(?:\.\d+)?(?:, ?-?\d+(?:\.\d+)?)+)\]")
# ``- **Conditions:** Sunny with light wind``: what a list says of a thing.
_LABELLED = regex(r"(?m)^[ \t]*[-*•][ \t]+\**([^\W\d][^*:\n]{1,30}?)\**:\**[ \t]+([^\n]{2,60}?)[ \t]*$")
_FENCE = regex(r"```[^\n`]*\n(.*?)```", re.DOTALL)
_CODE = regex(r"`([^`\n]+)`")
_URL = regex(r"https?://[^\s<>\"')\]]+")
# Words and what hangs together with them; which of them are exact names is asked of each (`_is_exact`).
_IDENTIFIER = regex(r"(?<![\w-])[A-Za-z0-9][\w-]*(?:\.\d+)*(?![\w-])", re.ASCII)
# A file by its name, and `getWeather`; `iPhone` and `eBay` are words.
_FILE = regex(
    r"(?<![\w./-])[\w-]+(?:[./][\w-]+)*\.(?:py|js|ts|tsx|go|rs|rb|java|kt|cs|cpp|php|sh|sql|md|txt|json|ya?ml|toml|xml|html|css|csv|pdf|"
    r"png|jpe?g|mp[34]|wav|mod|lock|env)(?![\w/-])"
)
# What every exact name, file, date and number has: to look for that is faster than for the thing itself.
_EXACT, _DOTTED = regex(r"[0-9_]|[a-z][A-Z]"), regex(r"\.[a-z]")
_YEAR, _DIGIT = regex(r"\d{4}"), regex(r"\d")
_SPOKEN = regex(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CAMEL = regex(r"[a-z]{2,}(?:[A-Z][a-z0-9]+)+")
_ORDINAL = regex(r"(?m)^[ \t*•#>-]*\(?\d{1,3}[.):](?=[\s*])")
_LABEL = regex(
    r"(?i)\b(?:step|option|part|section|example|point|tip|phase|figure|passo|paso|étape|schritt)s?\s+#?\d{1,2}\b"
)
# "a 7-day outlook" is offered, not measured.
_OUTLOOK = regex(r"(?i)\b\d{1,2}-(?:day|hour)s?(?: or \w+)? (?:weather )?(?:outlook|forecast|trend)s?\b")
_FORMULA = regex(r"\\\\[a-z]{3,}|\$[a-z]\$|\$\$")
_CITATION = regex(r"\[\d{1,3}\]|\u3010[^\u3010\u3011]*\u3011")
_HEADING = regex(r"(?m)^[ \t]*(?:#+[ \t].*|\*\*[^*\n]+\*\*:?[ \t]*)$")
_SMALL = regex(r"(?<![\w.,$€£:=-])(?<![:=] )\d{1,2}(?![\w.,%°])")


def _cut(mark: str, pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """What a pattern finds, and the text without it. Nothing is looked for in a text without the mark that it has."""
    found = pattern.findall(text) if mark in text else []
    return found, pattern.sub(" ", text) if found else text


def _exact_names(text: str) -> tuple[list[str], str]:
    """The exact names of a text, and the text without them."""
    found: list[str] = []
    if not _EXACT.search(text):
        return found, text

    def taken(match: re.Match[str]) -> str:
        if not _is_exact(match[0]):
            return match[0]
        found.append(match[0])
        return " "

    return found, _IDENTIFIER.sub(taken, text)


def _is_exact(word: str) -> bool:
    """Whether a name holds a digit or an underscore ("gpt-5", "get_weather", "v2.1"): to a reader it is exact.

    `power-of-5` is no name.
    """
    if "_" in word.strip("_") or _CAMEL.fullmatch(word):
        return True
    return word[0].isalpha() and any(map(str.isdecimal, word)) and "-of-" not in word


def _address(url: str) -> str:
    """An address without what says who led there (`utm_source`), and without a slash at the end."""
    bare, mark, query = url.rstrip(".,;:!?*").partition("?")
    kept = "&".join(piece for piece in query.split("&") if not piece.startswith("utm_"))
    return bare.rstrip("/") + (mark + kept if kept else "")


# --- numbers ---------------------------------------------------------------------------------------------------------


def _all_numbers(text: str, rest: str) -> tuple[tuple[Number, ...], dict[str, list[Number]]]:
    """The quantities in the rest of a text, and all of its numbers by how they are written."""
    if not _DIGIT.search(text):
        return (), {}
    numbers = _quantities(rest)
    return numbers, by_spelling((*numbers, *numbers_in(text)))


def _quantities(text: str) -> tuple[Number, ...]:
    """The numbers of a text but for those that count its parts."""
    for mark in (_ORDINAL, _LABEL, _CITATION, _OUTLOOK):
        text = mark.sub(" ", text)
    return tuple(numbers_in(_HEADING.sub(lambda match: _SMALL.sub(" ", match[0]), text)))


def _spelled(text: str) -> frozenset[str]:
    """The digits of numbers in words."""
    known = numerals()
    return frozenset(known[word] for word in _SPOKEN.findall(text.lower()) if word in known)


# --- dates -----------------------------------------------------------------------------------------------------------


@cache
def _months() -> dict[str, int]:
    from cassette_tools.data.words import MONTHS

    return {name: number for row in MONTHS for number, name in enumerate(row.words.split(), 1)}


@cache
def _date() -> re.Pattern[str]:
    months = "|".join(sorted(_months(), key=len, reverse=True))
    return re.compile(
        r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4})\b|\d{4}年\d{1,2}月\d{1,2}日"
        rf"|\b(?:{months})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s(?:of\s|de\s)?(?:{months})\.?,?\s(?:de\s)?\d{{4}}\b",
        re.IGNORECASE,
    )


def _dates(text: str) -> tuple[dict[str, str], str]:
    """Each date, as the year and the two other numbers (whether the day or the month comes first, nobody can tell), and
    the text without them.
    """
    dates = {}
    for match in _date().finditer(text):
        numbers = [int(digits) for digits in re.findall(r"\d+", match[0])]
        name = next((word for word in re.findall(r"[^\W\d_]+", match[0].lower()) if word in _months()), None)
        year = max(numbers)
        others = sorted([each for each in numbers if each != year] + ([_months()[name]] if name else []))
        dates[f"{year} {others}"] = match[0]
    return dates, _date().sub(" ", text) if dates else text


# --- what is news ----------------------------------------------------------------------------------------------------


def _only_in(one: Claims, other: Claims) -> list[Fact]:
    names = [name for name in one.names if not _says(other, name)]
    dates = [(key, shown) for key, shown in one.dates.items() if not _says(other, (key, shown))]
    found: list[Fact] = [*names, *dates, *(number for number in one.numbers if not _says(other, number))]
    return [*found, *(each for each in one.labelled if not _says(other, each))]


def _says(claims: Claims, fact: Fact) -> bool:
    """Whether a text has this fact in it, wherever and however."""
    if isinstance(fact, Number):
        return _says_number(claims, fact)
    if isinstance(fact, tuple):
        return fact[0] in claims.dates
    if isinstance(fact, Labelled):
        said, wanted = content(claims.text), content(fact.value)
        return not wanted or any(word in said for word in wanted)
    return fact in claims.names or _stands_in(fact, claims.text) or lists_numbers(claims.text, fact)


def _says_number(claims: Claims, number: Number) -> bool:
    anywhere = claims.anywhere
    if number.digits in claims.spelled:
        return True
    if number.pair and all(anywhere.get(each) for each in number.pair):
        return True
    degrees = anywhere.get(number.unit, ()) if number.unit in ("°C", "°F") else ()
    sizes = anywhere.get(SIZE, ()) if number.unit in SIZES else ()
    found = (*anywhere.get(number.value, ()), *anywhere.get(number.digits, ()), *degrees, *sizes)
    return any(is_same_number(number, each) for each in found)


def _stands_in(name: str, text: str) -> bool:
    """Whether a text in one line has the words of a name, of the same case where it is one word; a path by its last
    step.
    """
    bare = name.strip("\"'")
    if not bare:
        return True
    if " " in bare:
        return _has_word(bare.lower(), text.lower()) or _has_words_of(bare, text)
    if "://" in bare:
        return _has_word(bare.partition("://")[2].removeprefix("www."), text)
    return _has_word(bare, text) or ("/" in bare and _has_file(bare, text))


def _has_word(word: str, text: str) -> bool:
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before = at and _is_letter(text[at - 1]) and _is_letter(word[0])
        after = end < len(text) and _is_letter(text[end]) and _is_letter(word[-1])
        if not before and not after:
            return True
        at = text.find(word, at + 1)
    return False


def _has_words_of(passage: str, text: str) -> bool:
    """Whether a text has all words of a passage in their order, whatever marks and few words stand between them:
    ``module example.com/a go 1.23`` in "Module `example.com/a`, with Go 1.23.".
    """
    wanted, spoken = _unmarked(passage), _unmarked(text)
    starts = [at for at, word in enumerate(spoken) if wanted and word == wanted[0]]
    between = _BETWEEN if 2 < len(wanted) <= _FEW_WORDS else 0
    return any(_follow_each_other(wanted[1:], spoken[at + 1 :], between) for at in starts)


def _follow_each_other(wanted: list[str], spoken: list[str], between: int) -> bool:
    at = 0
    for word in wanted:
        if word not in spoken[at : at + between + 1]:
            return False
        at = spoken.index(word, at) + 1
    return True


def _unmarked(text: str) -> list[str]:
    """The words in lower case without the marks of typography; those of code are words."""
    return _TYPOGRAPHY.sub(" ", text.lower()).split()


_TYPOGRAPHY = regex(r"[`*_]{2,}|[`,;\"“”„«»‘’]|(?<!\w)['*_]|['*_](?!\w)|[.:!?](?=[\s`*\"')\]]|$)|\s[—–](?=\s)")
_BETWEEN, _FEW_WORDS = 3, 12  # words that may stand between two; words of a passage of which that is no chance


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _has_file(path: str, text: str) -> bool:
    """Whether a file is named without its folder."""
    name = path.rstrip("/").rpartition("/")[2]
    return bool(re.search(rf"(?<![\w/.-]){re.escape(name)}(?![\w/])", text)) if "." in name else False


def _put_abreast(lost: list[Fact], gained: list[Fact]) -> None:
    """First the numbers that were written with the same digits, or in the same unit: ``$100 → $100M``."""
    for alike in (_of_digits, _of_unit):
        there = set(map(alike, gained))
        shared = [key for key in dict.fromkeys(map(alike, lost)) if key and key in there]
        order = {key: at for at, key in enumerate(shared)}
        for side in (lost, gained):
            side.sort(key=lambda fact: order.get(alike(fact), len(order)))
        if shared:
            return


def _of_digits(fact: object) -> str:
    return fact.digits if isinstance(fact, Number) else ""


def _of_unit(fact: object) -> str:
    return fact.unit if isinstance(fact, Number) else ""


def _in_words(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield fact if isinstance(fact, str) else fact[1] if isinstance(fact, tuple) else fact.shown
