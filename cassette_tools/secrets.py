"""Finding secrets in text, and speaking of them without saying them."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.data.secrets import (
    HEADERS,
    KINDS,
    PLACEHOLDER_SIGNS,
    PLACEHOLDER_WORDS,
    SCHEMES,
    SEQUENCES,
    SEQUENCES_BELOW,
    SIGNED_SCHEMES,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.secrets import SecretKind

SECRET_HEADERS = {row.name for row in HEADERS}
COOKIES = ("cookie", "set-cookie")
SHOWN = 6  # characters of a key's mark that a message may show
_LEAST_RANDOM = (
    3.0  # bits for each character; 32 random hexadecimal digits have about 3.6, random letters and digits 4.5
)

# Before a token: nothing that could belong to it; but the letter of a JSON escape (``\n``, ``\u003d``) does not.
_BEFORE = r"(?:(?<![A-Za-z0-9_+-])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9a-fA-F]{2}))"
_AFTER = r"(?![A-Za-z0-9_-])"


@record
class Secret:
    """A secret in a text: what it is, and where (code points)."""

    name: str
    shown: str
    start: int
    end: int

    def describe(self) -> str:
        """``a Groq API key (`gsk_…`, 56 characters)``."""
        article = "an" if self.name[0] in "AEIOUaeioux" else "a"
        return f"{article} {self.name} (`{self.shown}…`, {self.end - self.start} characters)"


def secrets_in(text: str) -> tuple[Secret, ...]:
    """The secrets that `text` holds, in their order, without overlaps; placeholders are none.

    Clean text costs a handful of searches for one character each: megabytes in milliseconds.
    """
    found: list[Secret] = []
    for search, kinds in _searches or _prepared():
        searched = set()
        for anchor in search.finditer(text):
            for kind, before in kinds:
                start = anchor.start() - before
                if start < 0 or kind.name in searched or not text.startswith(kind.mark, start):
                    continue
                if kind.floating:
                    searched.add(kind.name)
                    for match in _pattern(kind).finditer(text):
                        _add(found, kind, match)
                elif _add(found, kind, _pattern(kind).match(text, start)):
                    break
    found.sort(key=lambda each: each.start)
    return tuple(found)


REDACTED = "REDACTED"


def redacted(text: str) -> str:
    """The text without the secrets that it holds."""
    pieces: list[str] = []
    at = 0
    for secret in secrets_in(text):
        pieces += (text[at : secret.start], REDACTED)
        at = secret.end
    return "".join((*pieces, text[at:])) if at else text


def masked(text: str) -> str:
    """The text with every secret in it cut down to what shows its kind."""
    found = secrets_in(text) if len(text) > 8 else ()
    for secret in reversed(found):
        text = f"{text[: secret.start]}{secret.shown}…{text[secret.end :]}"
    return text


def _add(found: list[Secret], kind: SecretKind, match: re.Match[str] | None) -> bool:
    if match is None or is_placeholder(match[0], kind):
        return False
    if not any(other.start < match.end() and match.start() < other.end for other in found):
        shown = kind.mark.lstrip(".")[:SHOWN] if not kind.floating else match[0][:3]
        start = match.start() + (len(kind.mark) if kind.after_mark else 0)
        found.append(Secret(name=kind.name, shown=shown, start=start, end=match.end()))
    return True


def is_placeholder(token: str, kind: SecretKind | None = None, *, chosen: bool = False) -> bool:
    """Whether a word stands where a secret was, or was never one: it says so, it repeats, or it counts up."""
    core = token.lower()
    if kind is not None:
        core = core[len(kind.mark) :]
        if kind.wide:
            return any(word in core for word in ("redact", "example", "placeholder", "...", "xxxx"))
    elif len(token) < 16:
        return True
    if any(sign in token for sign in PLACEHOLDER_SIGNS):
        return True
    said = [word for word in PLACEHOLDER_WORDS if word in core]
    if chosen:
        return bool(said)
    if said and (not _is_mixed(token) or any(_stands_alone(word, token) for word in said)):
        return True
    if (core + core).find(core, 1) < len(core):  # one piece over and over
        return True
    if len(core) < SEQUENCES_BELOW and any(sequence in core for sequence in SEQUENCES):
        return True
    return _bits(core if len(core) > 8 else token) < _LEAST_RANDOM


def _is_mixed(token: str) -> bool:
    """Whether small and capital letters and digits are mixed, as in a random word: it can hold ``stUB`` by chance."""
    return len(token) >= 24 and token != token.lower() and token != token.upper() and any(map(str.isdigit, token))


_STEM = 5  # letters from which a word may go on (``redact`` in ``REDACTED``): so many do not stand together by chance


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


def credential(value: str) -> str | None:
    """The credential in the value of a secret header field, without its scheme; ``None`` when there is none."""
    scheme, space, rest = value.strip().partition(" ")
    word = scheme.lower()
    if space and word in SIGNED_SCHEMES:
        return None
    token = rest.strip() if space and word in SCHEMES else value.strip()
    if space and word == "basic":
        return _of_basic(token)
    if " " in token or is_placeholder(token):
        return None
    return token


def header_secret(name: str, value: str) -> str | None:
    """What a header field holds that must not be published, in words; cookies are none of it."""
    field = name.lower()
    if len(value) < 16 or field in COOKIES:
        return None
    token = credential(value) if field in SECRET_HEADERS else value
    known = secrets_in(token) if token is not None else ()
    if known:
        return known[0].describe()
    return f"a credential of {len(token)} characters" if token is not None and field in SECRET_HEADERS else None


def _of_basic(token: str) -> str | None:
    """The credential of ``Basic`` (RFC 7617), unless its password is a placeholder."""
    from base64 import b64decode

    try:
        password = b64decode(token, validate=True).decode("utf-8", "replace").partition(":")[2]
    except ValueError:
        return None
    return None if len(password) < 8 or is_placeholder(password + "." * max(0, 16 - len(password))) else token


def _bits(token: str) -> float:
    """Shannon's entropy of a word, in bits for each character."""
    from math import log2

    size = len(token)
    return -sum(n / size * log2(n / size) for n in map(token.count, set(token)))


_compiled: dict[str, re.Pattern[str]] = {}
_searches: list[tuple[re.Pattern[str], tuple[tuple[SecretKind, int], ...]]] = []


def _prepared() -> list[tuple[re.Pattern[str], tuple[tuple[SecretKind, int], ...]]]:
    """The searches for the marks, made once from the table, each with its kinds and how far their marks begin
    before its anchor.

    A regular expression that begins with one literal character skips to it as fast as memory is read. Each mark has
    such an anchor (its first ``-``, ``_`` or ``.``, else its first letter); what stands before it is looked at from
    there, one character first.
    """
    anchored: dict[str, list[tuple[SecretKind, int]]] = {}
    for kind in KINDS:
        at = next((index for index, character in enumerate(kind.mark) if character in "-_."), 0)
        anchored.setdefault(kind.mark[at], []).append((kind, at))
    for anchor, kinds in anchored.items():
        marks = sorted({(kind.mark[:at], kind.mark[at + 1 :]) for kind, at in kinds})
        alternatives = [
            (f"(?<={re.escape(before + anchor)})" if before else "") + re.escape(after) for before, after in marks
        ]
        glance = (
            f"(?<=[{''.join(sorted({before[-1] for before, _ in marks}))}]{anchor})"
            if all(pair[0] for pair in marks)
            else ""
        )
        _searches.append((re.compile(f"{re.escape(anchor)}{glance}(?:{'|'.join(alternatives)})"), tuple(kinds)))
    return _searches


def _pattern(kind: SecretKind) -> re.Pattern[str]:
    pattern = _compiled.get(kind.pattern)
    if pattern is None:
        text = kind.pattern if kind.wide else f"{_BEFORE}{kind.pattern}{_AFTER}"
        pattern = _compiled[kind.pattern] = re.compile(text, re.DOTALL)
    return pattern
