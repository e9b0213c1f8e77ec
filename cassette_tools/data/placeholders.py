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


@record
class Documented:
    """A credential that a specification or a manual shows to everybody, and which opens nothing. (Those that say so,
    ``AKIAIOSFODNN7EXAMPLE``, need no row.) `value` is without the ``=`` at the end of base64.
    """

    value: str
    source: str


def _documented(source: str, *values: str) -> tuple[Documented, ...]:
    return tuple(Documented(value=value, source=source) for value in values)


DOCUMENTED: tuple[Documented, ...] = (
    *_documented("RFC 7617 §2 and §2.1: Basic", "QWxhZGRpbjpvcGVuIHNlc2FtZQ", "dGVzdDoxMjPCow"),
    *_documented("the password of RFC 7617 §2", "open sesame"),
    *_documented("RFC 6749 §2.3.1 and §4: a client, as Basic and by its secret", "czZCaGRSa3F0MzpnWDFmQmF0M2JW"),
    *_documented("RFC 6749 §2.3.1 and §4: a client, as Basic and by its secret", "7Fjfp0ZBr1KtDRbnfVdmIw"),
    *_documented("RFC 6749 §1.5 and §5.1: tokens", "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA"),
    *_documented("RFC 6749 §4.1: a code", "SplxlOBeZQQYbYS6WxSbIA"),
    *_documented("RFC 6750 §2: a bearer token", "mF_9.B5f-4.1JqM"),
    *_documented(
        "RFC 7515 A.1 and RFC 7519 §3.1: a signed token",
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
        "S9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ),
    *_documented(
        "Azurite, the emulator of Azure Storage: its account key",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw",
    ),
    *_documented(
        "the emulator of Azure Cosmos DB: its account key",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw",
    ),
)

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
