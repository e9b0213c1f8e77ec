"""The words and terms of a text: which carry content, which numbers they are, which names and quoted terms it has."""

from __future__ import annotations

from functools import cache, lru_cache

from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.data.words import Words


# Scripts that put no spaces between words: Thai, kana, Han, Hangul (which does, but glues its particles on).
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED_LETTER = regex("[\u0e00-\ud7af]")
WORD = regex(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:['’.-][^\W_{_UNSPACED}]+)*")


@lru_cache(maxsize=128)
def words(text: str) -> tuple[str, ...]:
    """The words in lower case; of scripts without spaces, every two neighbouring characters."""
    found = WORD.findall(text.lower().replace("’", "'"))
    known = numerals()
    if not known.keys().isdisjoint(found):
        found = [known.get(word, word) for word in found]
    if _UNSPACED_LETTER.search(text) is None:
        return tuple(found)
    return tuple(piece for word in found for piece in _pieces(word))


def _pieces(word: str) -> Iterable[str]:
    """The word itself; what is written without spaces, by every two neighbouring characters."""
    if "\u0e00" <= word[0] <= "\ud7af" and word not in _greetings():
        return [word[at : at + 2] for at in range(len(word) - 1)] or [word]
    return [word]


@lru_cache(maxsize=128)
def content(text: str) -> frozenset[str]:
    """The words that carry content, each by how it begins, so that forms of one word are one; greetings are one."""
    greetings = _greetings()
    return frozenset([greetings.get(word) or word[:5] for word in {*words(text)} - _empty()])


@cache
def _empty() -> frozenset[str]:
    from cassette_tools.data.words import COURTESY, FUNCTION_WORDS, NEGATIONS

    return all_of(FUNCTION_WORDS) | all_of(COURTESY) | all_of(NEGATIONS)


@cache
def done() -> frozenset[str]:
    from cassette_tools.data.words import DONE

    return all_of((DONE,))


def is_to_be_made_up(asked: str) -> bool:
    """Whether a poem, a joke or the like is asked for: "Tell me a short joke"."""
    making, made = _made_up()
    said = words(asked)
    places = [at for at, word in enumerate(said) if word in made]
    return any(not making.isdisjoint(said[max(at - _NEAR, 0) : at]) for at in places)


def asks_only_to_make_up(asked: str) -> bool:
    """Whether any poem, joke or the like will do, and nothing else is asked: not for "the story of Rome", nor for a
    poem beside a question.
    """
    sentences = [each for each in SENTENCE.split(asked) if words(each)]
    others = [each for each in sentences if not _makes_up(words(each))]
    is_long = len(words(asked)) > _A_REQUEST
    return len(others) < len(sentences) and not is_long and not any("?" in each for each in others)


_A_REQUEST = 60  # words of a request that holds no text of its own to work on


def _makes_up(said: Sequence[str]) -> bool:
    """Whether a sentence asks for any one of what is made up."""
    from cassette_tools.data.words import COINED, COINING

    making, made = _made_up()
    coining, coined = all_of((COINING,)), all_of((COINED,))
    return any(
        (word in made and _asks_for(said, at, making)) or (word in coined and _asks_for(said, at, coining))
        for at, word in enumerate(said)
    )


def _asks_for(said: Sequence[str], at: int, verbs: frozenset[str]) -> bool:
    """Whether one of the verbs stands before a noun, between them only what leaves open which one it is, and behind it
    nothing that makes it a part of another word: "a story point".
    """
    from cassette_tools.data.words import ABOUT, ANY_ONE, TAKEN_FROM

    near = said[max(at - _NEAR, 0) : at]
    verb = next((back for back, word in enumerate(near) if word in verbs), len(near))
    between = near[verb + 1 :]
    any_one = all_of((ANY_ONE,))
    article = next((back for back, word in enumerate(between) if word in any_one), None)
    if article is None or not (linking() - any_one).isdisjoint(between[article:]):
        return False
    going_on = (linking() | all_of((ABOUT,))) - all_of((TAKEN_FROM,))
    return going_on.issuperset(said[at + 1 : at + 2])


_NEAR = 6  # words between the verb and what is asked for


@cache
def _made_up() -> tuple[frozenset[str], frozenset[str]]:
    from cassette_tools.data.words import MADE_UP, MAKING

    return all_of(MAKING), all_of(MADE_UP)


@cache
def linking() -> frozenset[str]:
    from cassette_tools.data.words import FUNCTION_WORDS, NEGATIONS

    return all_of(FUNCTION_WORDS) - all_of(NEGATIONS)


@cache
def _greetings() -> Mapping[str, str]:
    from cassette_tools.data.words import GREETINGS

    return {word: f"hello in {row.language}" for row in GREETINGS for word in row.words.split()}


@cache
def numerals() -> Mapping[str, str]:
    """Small numbers as words, and their digits."""
    from cassette_tools.data.words import NUMERALS, TENS

    found = {word: str(number) for row in NUMERALS for number, word in enumerate(row.words.split()) if word != "-"}
    ones = NUMERALS[0].words.split()[1:10]
    for number, ten in enumerate(TENS.words.split(), 2):
        found[ten] = f"{number}0"
        found.update({f"{ten}-{one}": f"{number}{digit}" for digit, one in enumerate(ones, 1)})
    return found


def is_small(word: str) -> bool:
    """Whether a word is a small number."""
    return word in numerals()


def all_of(table: Iterable[Words]) -> frozenset[str]:
    return frozenset(word for row in table for word in row.words.split())


_QUOTED = regex(r"[\"“„«「]([^\"“”„«»「」\n]{2,60})[\"”“»」]")


_BOLD = regex(r"(?m)(?<!^)(?<![-*•] )\*\*([^*\n]{2,60})\*\*(?!:)")


_KATAKANA = regex(r"([\u30a1-\u30fa\u30fc]{2,})")  # names that come from other languages


_CAPITAL = "A-ZÀ-ÖØ-ÞĀČŁŚŠŻŽА-ЯЁΑ-Ω"


_NAME = regex(rf"\b[{_CAPITAL}]\w*(?:[ '’-](?:(?:of|the|de|da|do|van|von) )?[{_CAPITAL}]\w*)*")


SENTENCE = regex(r"(?<=[.!?:;。！？])\s+|\n+|(?<=[。！？])")


def terms_in(text: str) -> list[str]:
    """What is quoted or bold, and words with a capital that neither begin a sentence nor stand in a title."""
    found = [match[1].strip(" .,;:!?") for pattern in (_QUOTED, _BOLD, _KATAKANA) for match in pattern.finditer(text)]
    if not _is_german(text):
        for sentence in SENTENCE.split(text):
            found.extend(_names(sentence))
    return list(dict.fromkeys(term for term in found if content(term)))


def _names(sentence: str) -> Iterator[str]:
    bare = sentence.replace("*", "")
    if _is_title(sentence.replace("*", " ")):
        return
    first = len(bare) - len(bare.lstrip(" \t#>-–—•\"'([“0123456789.)"))
    for match in _NAME.finditer(bare):
        if match.start() > first and len(match[0]) > 1 and match[0][:2] not in ("I'", "I’"):
            yield match[0]


def _is_title(sentence: str) -> bool:
    """Whether most words begin with a capital letter."""
    spoken = [word for word in sentence.split() if word[:1].isalpha()]
    capital = [word for word in spoken if word[0].isupper() and word not in ("I", "I'm", "I'll", "I've", "I'd")]
    return len(spoken) > 2 and len(capital) * 2 > len(spoken)


def _is_german(text: str) -> bool:
    """German writes every noun with a capital: there they are no sign of a name."""
    spoken = text.lower().split()
    return sum(map(_german().__contains__, spoken)) * 8 > len(spoken)


@cache
def _german() -> frozenset[str]:
    return frozenset(("der", "die", "das", "ist", "und", "ein", "eine", "den", "dem", "ich", "nicht", "sind", "mit"))


def missing_terms(text: str, other: str) -> list[str]:
    """The names and terms of a text of which a word is not in another."""
    return missing(terms_in(text), other)


def missing(terms: list[str], text: str) -> list[str]:
    """The terms of which a word is not in the text."""
    present = content(text)
    return [term for term in terms if not content(term) <= present]
