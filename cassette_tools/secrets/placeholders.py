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
    FOLLOWING,
    ITSELF,
    NOBODY,
    NOBODY_CLAIMS,
    NOBODY_DOMAINS,
    REDACTING,
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
_PIECE = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^A-Za-z0-9]+")
_LONG = 72  # characters
_STEM = 5  # letters of a word that do not stand together by chance
_own: re.Pattern[str] | None = None


def use_own(patterns: tuple[str, ...]) -> None:
    """The user's own placeholders from here on: shell patterns for whole values (``*-XXX``)."""
    global _own
    if not patterns:
        _own = None
        return
    from fnmatch import translate

    _own = re.compile("|".join(map(translate, patterns)))


def is_placeholder(token: str, kind: SecretKind | None = None, *, chosen: bool = False) -> bool:
    """Whether a word stands where a secret was, or was never one. Without a `kind` it must prove that it is random;
    one that people choose (`chosen`) need not.
    """
    if _own is not None and _own.match(token):
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
    if _says_so(token, token) or _is_repeated(token):
        return True
    if _is_mixed(token) and len(_PIECE.findall(token[:_ENOUGH])) > min(len(token), _ENOUGH) / 2.5:
        return False  # so short are no words
    return _left(token) < _LEFT


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
    if len(token) < SHORTEST_CHOSEN or token[0] in "<{[(*%$" or "***" in token or "{{" in token or "..." in token:
        return True
    if len(token) >= SHORTEST and not is_placeholder(token):
        return not any(map(str.isdigit, token)) and _names_itself(token)  # else a machine chose it
    plain = token.lower().translate(str.maketrans("01345@$!", "oleasasi"))
    if any(row.word in word for row in (*SAYINGS, *WEAK) for word in (plain, token.lower())):
        return True
    kinds = [any(map(is_one, token)) for is_one in (str.islower, str.isdigit, lambda each: not each.isalnum())]
    kinds.append(any(map(str.isupper, token[1:])))
    return sum(kinds) < 2 or _is_repeated(token) or len(set(token)) < 5


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
    if not said:
        return False
    if len(core) > _LONG:  # in so many letters a case stands out by chance, too
        ends = [(word, "" if len(word) >= _STEM else "(?![a-z0-9])") for word in said]
        return any(re.search(f"(?<![a-z0-9]){re.escape(word)}{end}", lowered) for word, end in ends)
    return any(_stands_alone(word, core) or (len(word) >= _STEM and not _is_mixed(token)) for word in said)


def _is_mixed(token: str) -> bool:
    """Whether small and capital letters and digits are mixed, as in a random word: it can hold ``stUB`` by chance."""
    return len(token) >= 24 and token != token.lower() and token != token.upper() and any(map(str.isdigit, token))


def _stands_alone(word: str, token: str) -> bool:
    """Whether a word is spelled in one way, and the letters around it in another, or are none."""
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
    pieces = [(match.start(), match.end()) for match in _PIECE.finditer(token)]
    after_word = True  # or at the beginning
    for number, (start, end) in enumerate(pieces):
        piece = token[start:end]
        if not piece[0].isalnum():
            after_word = True
            continue
        is_last = number + 1 == len(pieces) or not token[end].isalnum()
        apart = is_last and (start == 0 or not token[start - 1].isalnum())
        if piece[0].isdigit():
            is_known = is_last and after_word and (end - start <= 4 or (apart and end - start <= 8))
            is_known = is_known or _counts(piece) or _TIME.fullmatch(piece) is not None
        else:
            is_known = (words and _is_word(piece.lower())) or (apart and end - start <= 3) or _counts(piece.lower())
            after_word = is_known
        if not is_known:
            explained = explained or _counted(token.lower())
            left += explained[start:end].count(False)
            if left > _LEFT:
                return left
            after_word = after_word and piece[0].isdigit() and all(explained[start:end])
    return left


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
    if _own is not None and _own.match(token):
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


# --- bodies in which a placeholder stands ----------------------------------------------------------------------------

_DRAWN = regex(r"\*{5,}|x{5,}|X{5,}|[\[<]FILTERED[\]>]")
_SHOUTED = regex(rf"(?<![A-Z0-9_-])[A-Z0-9_-]*(?:{'|'.join(row.word.upper() for row in REDACTING)})[A-Z0-9_-]*")
# A value of JSON, a form or XML, or a step of a URL; within a string of JSON the quotes have backslashes.
_VALUE = regex(r"(?<=[^\\][\"=/<>])[A-Za-z][A-Za-z0-9_.@:+-]{3,}")
_KEY_END = regex(r'"\s*:')
_NAMED = regex(
    r"[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:KEY|TOKEN|SECRET|PASSWORD|DEPLOYMENT|RESOURCE|ENDPOINT|PROJECT|LOCATION|REGION|"
    r"ACCOUNT|HOST|ID)(?![A-Z0-9_])"
)


# Ruby VCR's and Betamax's own form (`<USERNAME>`), within a value or at its end: a tag stands before a text.
_BRACKETED = regex(r"<([A-Z][A-Z0-9]{4,}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)>")
_BEFORE = regex(r"[A-Za-z0-9/_=-]")
_BEHIND = regex(r"""\\*+["'&/.,:;)?]|\Z""")

# Addresses that stand for another one: this machine's, and those of documentation (RFC 5737).
_NO_ADDRESS = regex(r"""["'](?:127\.0\.0\.1|0\.0\.0\.0|(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3})["']""")
_SHORTEST_ADDRESS, _LONGEST_ADDRESS = len("1.1.1.1"), len("255.255.255.255")


def explains_length(text: str, missing: int) -> bool:
    """Whether placeholders in a body explain that it is `missing` bytes shorter than its recorded length (longer,
    where that is negative). A name in capitals (``AZURE_DEPLOYMENT``) stands for the same wherever it stands; one
    ``REDACTED`` may be a key, and the next a name.
    """
    drawn = [match[0] for pattern in (_DRAWN, _SHOUTED) for match in pattern.finditer(text)]
    named = _bracketed(text)
    for match in _VALUE.finditer(text):
        if _KEY_END.match(text, match.end()) or f"<{match[0]}>" in named:
            continue
        name = _NAMED.match(match[0])
        if name is not None:
            named[name[0]] = named.get(name[0], 0) + 1
        elif _is_redacted(match[0]):
            drawn.append(match[0])
    size = sum(map(len, drawn)) + sum(count * len(name) for name, count in named.items())
    addresses = [len(match[0]) - 2 for match in _NO_ADDRESS.finditer(text)]
    if addresses and _SHORTEST_ADDRESS <= missing / len(addresses) + max(addresses) <= _LONGEST_ADDRESS:
        return True
    if missing <= -size:
        return False
    if drawn:
        return True
    from math import gcd

    return bool(named) and missing % gcd(*named.values()) == 0


def _bracketed(text: str) -> dict[str, int]:
    """How often each name in angle brackets stands in a text. What is closed again (``</TITLE>``) is a tag."""
    found = (match for match in _BRACKETED.finditer(text) if _is_of_a_value(text, match))
    names = {match[0]: match[1] for match in found}
    return {shown: text.count(shown) for shown, name in names.items() if f"</{name}>" not in text}


def _is_of_a_value(text: str, name: re.Match[str]) -> bool:
    start = name.start()
    return bool((start and _BEFORE.match(text, start - 1)) or _BEHIND.match(text, name.end()))


def _is_redacted(word: str) -> bool:
    if _own is not None and _own.match(word):
        return True
    if word[:3] == "eyJ":
        return word.count(".") == 2 and speaks_for_nobody(word)
    return any(row.word in word.lower() for row in REDACTING) and not _SHOUTED.search(word)
