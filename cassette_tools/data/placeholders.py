"""What stands where a secret stood, or never was one: the words and signs by which people and recorders say so.

No list can hold every placeholder, and none has to: what is made of words of English, of a piece over and over, or of
what counts up, is no key (`secrets.placeholders`). These tables are what spelling alone does not tell.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Saying:
    """A word, in lower case and as far as its forms agree, by which a value says that it is no secret."""

    word: str
    reason: str


def _saying(reason: str, *words: str) -> tuple[Saying, ...]:
    return tuple(Saying(word=word, reason=reason) for word in words)


# What redactors write, and hardly anybody else: where one stands as a value in a body, its length may fit no more.
REDACTING: tuple[Saying, ...] = (
    *_saying("what recorders and their hooks write", "redact", "placeholder", "sanitiz", "sanitis", "scrub"),
    *_saying("the same by other words", "obfuscat", "anonymi", "censor", "masked"),
)

# Of these one is enough, whatever stands beside it (``REDACTED_1858aad0``, ``sk-test-51H8…``).
SAYINGS: tuple[Saying, ...] = (
    *REDACTING,
    *_saying("the same by words that mean other things, too", "filtered", "stripped", "blanked", "removed", "deleted"),
    *_saying(
        "the same by words that mean other things, too", "omitted", "substitut", "suppressed", "hidden", "cleared"
    ),
    *_saying("what documentation shows", "example", "sample", "changeme", "change-me", "change_me", "insert"),
    *_saying("what documentation shows", "replace", "your", "goeshere", "goes-here", "goes_here"),
    *_saying("what tests make up", "dummy", "fake", "mock", "stub", "test", "demo", "bogus"),
    *_saying("what tests make up", "invalid", "notreal", "not-real", "not_real", "unused", "cassette", "recorded"),
    *_saying("what empty variables become", "undefined", "none", "null"),
    *_saying("what is drawn over a key", "xxxx"),
)

# What a password says that nobody chose to be one.
ITSELF: tuple[Saying, ...] = _saying("names of what belongs here", "password", "passwd", "secret", "credential")
WEAK: tuple[Saying, ...] = (
    *ITSELF,
    *_saying("what tests and tutorials type", "admin", "login", "welcome", "letmein", "qwerty", "guest"),
)

SIGNS = "<>{}[]()*$%…"  # no credential holds them; every redactor uses some

# What people type who count up or fill up, beside what follows the alphabet or the numbers.
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "deadbeef", "cafebabe")

# In what claims a token says that it speaks for nobody, and the words for it.
NOBODY_CLAIMS = ("sub", "name", "email", "preferred_username", "username", "iss", "role", "unique_name")
NOBODY: tuple[Saying, ...] = (
    *_saying("what tests make up", "noone", "nobody", "none", "null", "test", "dummy", "fake", "mock", "anonymous"),
    *_saying("what redactors write", "redacted", "scrubbed", "sanitized", "placeholder"),
    *_saying("names of people who do not exist", "john doe", "jane doe", "john smith", "1234567890"),
    *_saying("a key for everybody's browser (Supabase)", "anon"),
)
NOBODY_DOMAINS = ("example.com", "example.org", "example.net", ".example", ".invalid", ".test", "localhost")  # RFC 2606

# Which letters follow which in English words, as often as 96 of 100 times: so random letters are told from words.
# Counted over the manuals of Python and of this project.
FOLLOWING = {
    "a": "bcdgiklmnprstuvwxyz",
    "b": "aeijlorsuy",
    "c": "acehiklmorstu",
    "d": "adeilorstu",
    "e": "abcdefgilmnopqrstvwxy",
    "f": "aefilorstu",
    "g": "aehilnorsu",
    "h": "aeiort",
    "i": "abcdefglmnoprstvxz",
    "j": "aeou",
    "k": "eils",
    "l": "adefilopstuy",
    "m": "abeimopstu",
    "n": "acdefgiklnopstuv",
    "o": "abcdfgiklmnoprstuvw",
    "p": "aeiloprstuy",
    "q": "u",
    "r": "acdefgiklmnoprstuvy",
    "s": "acehiklmopstuy",
    "t": "acdefhilmoprstuwy",
    "u": "abcdefgilmnoprst",
    "v": "aei",
    "w": "aehinors",
    "x": "ceipt",
    "y": "emnpst",
    "z": "eu",
}
