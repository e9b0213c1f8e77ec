"""Whether a value stands in the place of a secret. Placeholders are a language: this is its grammar.

A key is random. What can be explained is not: words of English in any case and with any sign between them
(``AUTHORIZATION-XXX``, ``BearerGoesHere``), one piece over and over, numbers and letters that count up, signs of
templates. A value of which nearly nothing is left when these are taken away is a placeholder, and so is one that says
so (``REDACTED_1858aad0…``). Long random keys hold short words by chance, so that a word counts only where it stands
apart.

That the same value stands in many recordings says nothing: so does a key that leaked.
"""

from __future__ import annotations

import re
from itertools import pairwise

from cassette_tools.data.placeholders import (
    DOCUMENTED,
    FOLLOWING,
    ITSELF,
    NOBODY,
    NOBODY_CLAIMS,
    NOBODY_DOMAINS,
    ROWS,
    SAYINGS,
    SIGNS,
    WEAK,
)
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.secrets import SecretKind
    from cassette_tools.model import Json

SHORTEST = 16  # characters of a credential that only its place tells
SHORTEST_CHOSEN = 8  # of what people choose themselves
_LEFT = 6  # characters without an explanation; so many stay of any random word of 16
_LEFT_MARKED = 4  # the same behind the mark of a kind, which is a proof by itself
_ENOUGH = 80  # characters of a token: if these are random, it is
_TIME = regex("1[3-9][0-9]{8}(?:[0-9]{3})?")  # seconds or milliseconds of Unix time, from 2011 to 2033
_PIECE = regex(r"(?<![A-Za-z0-9])v[0-9]{1,2}(?![A-Za-z0-9])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9]+")
# A name as variables have it, and the number that a redactor gave to what it took: ``API_TOKEN_`` and a UUID.
_NUMBERED = regex("[A-Z]+(?:_[A-Z]+)+_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONG = 72  # characters
_STEM = 5  # letters of a word that do not stand together by chance
_SURE = 6  # letters in one spelling that do not stand in a random word by chance, whatever is around them
_own: re.Pattern[str] | None = None


def use_own(patterns: tuple[str, ...]) -> None:
    """The user's own placeholders from here on: shell patterns for whole values (``*-XXX``)."""
    global _own
    if not patterns:
        _own = None
        return
    from fnmatch import translate

    _own = re.compile("|".join(map(translate, patterns)))


def is_own(word: str) -> bool:
    """Whether a word is one of the user's own placeholders."""
    return _own is not None and _own.match(word) is not None


def is_documented(token: str) -> bool:
    """Whether a specification or a manual shows the credential to everybody."""
    return token.rstrip("=") in _DOCUMENTED


_DOCUMENTED = frozenset(row.value for row in DOCUMENTED)


def is_placeholder(token: str, kind: SecretKind | None = None, *, chosen: bool = False) -> bool:
    """Whether a word stands where a secret was, or was never one. Without a `kind` it must prove that it is random;
    one that people choose (`chosen`) need not.
    """
    if is_own(token) or is_documented(token):
        return True
    if kind is not None:
        return _is_no_key(token, kind)
    if chosen:
        return _is_no_password(token)
    verdict = _verdicts.get(token)
    if verdict is None:
        if len(_verdicts) > _REMEMBERED:
            _verdicts.clear()
        verdict = _verdicts[token] = _is_no_credential(token)
    return verdict


_REMEMBERED = 1000  # values: recordings of a suite have the same again and again
_verdicts: dict[str, bool] = {}


def _is_no_credential(token: str) -> bool:
    if len(token) < SHORTEST or any(sign in token for sign in SIGNS) or token.replace("-", "").isdigit():
        return True
    if token[:3] == "eyJ" and token.count(".") == 2:
        return speaks_for_nobody(token)
    if _says_so(token, token) or _is_repeated(token) or _NUMBERED.fullmatch(token) is not None:
        return True
    return not _is_scattered(token) and _left(token) < _LEFT


def _is_scattered(token: str) -> bool:
    """Whether its pieces are too short to be words."""
    return _is_mixed(token) and len(_PIECE.findall(token[:_ENOUGH])) > min(len(token), _ENOUGH) / 2.5


def _is_no_key(token: str, kind: SecretKind) -> bool:
    core = token[len(kind.mark) :] if not kind.floating else token
    if kind.after_mark:
        return is_placeholder(core)
    if kind.wide:
        lowered = core.lower()
        return any(word in lowered for word in ("redact", "example", "placeholder", "...", "xxxx"))
    if any(sign in token.replace("%2F", "") for sign in SIGNS):
        return True
    said = kind.pattern.lower()  # ``sk-None-`` and ``sgp_local_`` are how such keys begin
    if _says_so(core, token, but=said) or _is_repeated(core.lower()):
        return True
    # Sixteen capital letters spell something by chance: words count between signs only.
    return _left(core, words="-" in core or "_" in core) < _LEFT_MARKED


def _is_no_password(token: str) -> bool:
    if len(token) < SHORTEST_CHOSEN or token[0] in "<{[(*%$" or any(sign in token for sign in ("***", "{{", "...")):
        return True
    if len(token) >= SHORTEST and not is_placeholder(token):
        return not any(map(str.isdigit, token)) and _names_itself(token)  # else a machine chose it
    return _is_weak(token) or _is_repeated(token) or len(set(token)) < _SIGNS


def _is_weak(token: str) -> bool:
    """Whether a password is a word that says so, whatever signs stand for its letters, or of one kind of signs."""
    plain = token.lower().translate(str.maketrans("01345@$!", "oleasasi"))
    if any(row.word in word for row in (*SAYINGS, *WEAK) for word in (plain, token.lower())):
        return True
    kinds = [any(map(is_one, token)) for is_one in (str.islower, str.isdigit, lambda each: not each.isalnum())]
    return sum(kinds) + any(map(str.isupper, token[1:])) < _KINDS  # a capital at the beginning is no kind of its own


_KINDS, _SIGNS = 2, 5  # the least of a password that somebody chose


def _names_itself(token: str) -> bool:
    """Whether words with signs between them say what belongs here: ``super-secure-password-plz``."""
    words = re.split("[^a-z]+", token.lower())
    return max(map(len, words)) <= _LONGEST_WORD and any(row.word in words for row in ITSELF)


_LONGEST_WORD = 10  # letters; a random word has more


def is_random(word: str) -> bool:
    """Whether small and capital letters and digits change so often that no words are in it, whatever a few of them
    seem to say: every ten-thousandth key has a ``Demo`` or a ``NULL`` by chance.
    """
    if word in (word.lower(), word.upper()) or _is_repeated(word):
        return False
    pieces = len(_PIECE.findall(word[:_ENOUGH]))
    return pieces * _LONGEST_PIECE > min(len(word), _ENOUGH) and _left(word, words=False) > _LEFT


_LONGEST_PIECE = 4.5  # characters, on an average; words in one have more


# --- what says so ----------------------------------------------------------------------------------------------------


def _says_so(core: str, token: str, *, but: str = "") -> bool:
    lowered = core.lower()
    said = [row.word for row in SAYINGS if row.word in lowered and row.word not in but]
    if said and len(core) > _LONG:  # in so many letters a case stands out by chance, too
        return any(_begins_apart(word, lowered) for word in said)
    return any(_stands_alone(word, core) or (len(word) >= _STEM and not _is_mixed(token)) for word in said)


def _begins_apart(word: str, text: str) -> bool:
    """Whether a word stands between signs; a long one may be the beginning of another."""
    end = "" if len(word) >= _STEM else "(?![a-z0-9])"
    return re.search(f"(?<![a-z0-9]){re.escape(word)}{end}", text) is not None


def _is_mixed(token: str) -> bool:
    """Whether small and capital letters and digits are mixed, as in a random word: it can hold ``stUB`` by chance."""
    return len(token) >= 24 and token != token.lower() and token != token.upper() and any(map(str.isdigit, token))


def _stands_alone(word: str, token: str) -> bool:
    """Whether a word is spelled in one way, and the letters around it in another, or are none."""
    if len(word) >= _SURE and any(spelled in token for spelled in (word, word.upper(), word.capitalize())):
        return True
    small, capital = ("", "") if len(word) >= _STEM else ("(?![a-z])", "(?![A-Z])")
    return any(
        re.search(pattern, token)
        for pattern in (
            f"(?<![a-z]){re.escape(word)}{small}",
            f"(?<![A-Z]){re.escape(word.upper())}{capital}",
            f"{re.escape(word[0].upper() + word[1:])}{small}",
        )
    )


def _is_repeated(core: str) -> bool:
    """Whether it is one piece over and over, or hardly of two signs."""
    return (core + core).find(core, 1) < len(core) or len(set(core)) < 4


# --- what is explained -----------------------------------------------------------------------------------------------


def _left(token: str, *, words: bool = True) -> int:
    """How many letters and digits of a token nothing explains; `words` says whether English does."""
    left = 0
    token = token[:_ENOUGH]
    explained: list[bool] | None = None
    after_word = True  # or at the beginning
    for match in _PIECE.finditer(token):
        (start, end), piece = match.span(), match[0]
        is_number = piece[0].isdigit()
        if not piece[0].isalnum():
            after_word = True
        elif _is_known_number(match, after_word) if is_number else _is_known_word(match, words):
            after_word = after_word or not is_number
        else:
            explained = explained or _counted(token.lower())
            left += explained[start:end].count(False)
            if left > _LEFT:
                return left
            after_word = after_word and is_number and all(explained[start:end])
    return left


def _is_known_number(piece: re.Match[str], after_word: bool) -> bool:
    """Whether digits count, are a time, or are few behind a word (``key-2024``)."""
    few = _FEW_DIGITS if _is_apart(piece) else _FEWER_DIGITS
    is_short = after_word and _is_last(piece) and len(piece[0]) <= few
    return is_short or _counts(piece[0]) or _TIME.fullmatch(piece[0]) is not None


def _is_known_word(piece: re.Match[str], words: bool) -> bool:
    """Whether letters are English (where that counts), count, or are few between signs; or it is a version (``v1``)."""
    letters = piece[0].lower()
    if letters[-1].isdigit():
        return True
    return (words and _is_word(letters)) or (len(letters) <= _FEW_LETTERS and _is_apart(piece)) or _counts(letters)


_FEW_DIGITS, _FEWER_DIGITS, _FEW_LETTERS = 8, 4, 3


def _is_last(piece: re.Match[str]) -> bool:
    """Whether no letter or digit follows."""
    return not piece.string[piece.end() : piece.end() + 1].isalnum()


def _is_apart(piece: re.Match[str]) -> bool:
    """Whether it stands between signs, or at an end."""
    return _is_last(piece) and (piece.start() == 0 or not piece.string[piece.start() - 1].isalnum())


def _is_word(piece: str) -> bool:
    """Whether letters follow each other as in English."""
    odd = sum(second not in FOLLOWING[first] for first, second in pairwise(piece))
    return len(piece) >= 3 and odd <= len(piece) // 6 and any(vowel in piece for vowel in "aeiouy")


def _counts(piece: str) -> bool:
    """Whether all of it counts up (``abc``, ``456``)."""
    return len(piece) >= 3 and all(step == 1 for step in _steps(piece))


def _counted(token: str) -> list[bool]:
    """For each character whether it is one of several that count up or down or are the same, or of a row of keys."""
    explained = [False] * len(token)
    for stride in (1, 2):  # ``1a2b3c4d`` counts in every other place
        for first in range(stride):
            for start, end in _runs(token[first::stride], 3 if stride == 1 else 4):
                for at in range(start, end):
                    explained[first + at * stride] = True
    for at in range(len(token) - _ROW + 1):
        if token[at : at + _ROW] in _ROWS:
            explained[at : at + _ROW] = [True] * _ROW
    return explained


_ROW = 4
_ROWS = frozenset(row[at : at + _ROW] for row in ROWS for at in range(len(row) - _ROW + 1))
_ON = frozenset(("90", "9a", "f0", "z0", "z1"))  # 9 comes before 0 and a


def _steps(token: str) -> list[int]:
    """From each character to the next: 1 and -1 for those that count, 0 for the same, anything else for others."""
    codes = list(map(ord, token))
    steps = [two - one for one, two in pairwise(codes)]
    return steps if token.isalpha() or token.isdigit() else [
        1 if token[at : at + 2] in _ON else step for at, step in enumerate(steps)
    ]  # fmt: skip


def _runs(token: str, same: int) -> Iterator[tuple[int, int]]:
    """Where four characters or more count up or down by one, or `same` or more are the same."""
    steps = _steps(token)
    at = 0
    while at < len(steps) - 1:
        step = steps[at]
        if step != steps[at + 1] or not -1 <= step <= 1:
            at += 1
            continue
        end = at + 2
        while end < len(steps) and steps[end] == step:
            end += 1
        if end - at + 1 >= (same if step == 0 else 4):
            yield at, end + 1
        at = end


# --- tokens that speak for somebody ----------------------------------------------------------------------------------


def claims_of(token: str) -> dict[str, Json]:
    """The claims of a JSON Web Token (RFC 7519); none of one that holds none."""
    import json
    from base64 import urlsafe_b64decode

    part = token.split(".")[1]
    try:
        claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def speaks_for_nobody(token: str) -> bool:
    """Whether a JSON Web Token was made up, or every browser gets it: its claims say so, or its seal is words."""
    if is_own(token) or is_documented(token):
        return True
    seal = token.rpartition(".")[2]
    if _left(seal) < _LEFT_MARKED or _says_so(seal, seal) or _is_repeated(seal):
        return True
    claims = claims_of(token)
    return any(isinstance(claims.get(name), str) and _is_nobody(claims[name]) for name in NOBODY_CLAIMS)


def _is_nobody(claim: str) -> bool:
    said = claim.lower().strip()
    name, _at, domain = said.rpartition("@")
    if said in _NOBODY or name in _NOBODY:
        return True
    host = (domain if name else said).removeprefix("https://").removeprefix("http://").split("/")[0].split(":")[0]
    return any(host == each or host.endswith(each if each[0] == "." else f".{each}") for each in NOBODY_DOMAINS)


_NOBODY = frozenset(row.word for row in NOBODY)
