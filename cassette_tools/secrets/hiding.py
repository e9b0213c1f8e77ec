"""Secrets taken out of everything that is shown, before it is shortened, split or coloured.

`secrets_in` finds what a finding can be made of, so it must be sure. What is shown loses little by a word too many that
is hidden: here a key counts behind any letter as well (``xgsk_…``), and so does a word that is as random as a key,
though nothing says that it is one. `Hiding` knows the secrets of recordings, and hides every piece of one that could be
read.
"""

from __future__ import annotations

import re
from itertools import chain

from cassette_tools._record import fields, replace
from cassette_tools.later import regex
from cassette_tools.secrets import BEFORE, secrets_in
from cassette_tools.secrets.placeholders import is_random

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias, TypeVar

    from cassette_tools.model import Json

    T = TypeVar("T")
    Span: TypeAlias = tuple[int, int, str]  # from where to where, and what is shown of it

PIECE = 12  # characters of a secret that are not shown anywhere
SHORTEST = 8  # characters of a secret that is known again where nothing but itself tells it
_SHOWN = 4  # characters of a random word: two of them are told apart
_MOST = 300_000  # characters of secrets that are known again by their pieces; more are hidden where they stand whole

# A word of letters and digits as long as most keys, and no part of base64, whose words ``/`` and ``+`` part: alone, as
# the value of a parameter, or as a step of an address, after a step of small letters or a name of a host. Ids of calls
# that look so have 32 letters or fewer.
_LEAST, _LONGEST = 36, 64
_WORD = f"[A-Za-z0-9]{{{_LEAST},{_LONGEST}}}"
_STEP = "|".join(f"(?<=[/.][a-z]{{{length}}}/)" for length in range(2, 16))
_RANDOM = regex(
    f"(?:(?<![A-Za-z0-9+/=_%-])|(?<=[A-Za-z_-]=)){_WORD}(?![A-Za-z0-9+/=_%-])|(?:(?<=://)|{_STEP}){_WORD}(?![A-Za-z0-9+=_%-])"
)
_SHADES = bytes(ord("a" if chr(each).isalnum() and each < 128 else " ") for each in range(256))
_RUN = b"a" * _LEAST
_KEY_IDS = ("AKIA", "ASIA")  # of capital letters and digits alone
_ALONE = regex(BEFORE)


def hidden(text: str, *, named: bool = True) -> str:
    """The text with every word in it that looks like a secret cut down to what shows its kind. Where the text is a
    whole report, what only its name tells stays (`named`): it is told among values, of which a number may be one.
    """
    return _without(text, spans(text, named=named)) if len(text) >= SHORTEST else text


def spans(text: str, *, named: bool = True) -> list[Span]:
    """What looks like a secret in a text, in order, without overlaps."""
    return _joined([*_told(text, named), *_random(text)])


def _told(text: str, named: bool) -> Iterator[Span]:
    """What a mark or a name tells. A key that begins within a word must look like one."""
    for each in secrets_in(text, anywhere=True):
        alone = not each.shown or each.shown in _KEY_IDS or _ALONE.match(text, each.start) is not None
        if (named or not each.field) and (alone or _is_mixed(text[each.start : each.end])):
            yield each.start, each.end, each.shown


def _random(text: str) -> Iterator[Span]:
    """Words that are as random as a key. A run of so many letters and digits is found much faster in a copy of the
    text in which they are all one letter.
    """
    if len(text) < _LEAST:
        return
    shadow = text.encode("ascii", "replace").translate(_SHADES)
    start = shadow.find(_RUN)
    while start >= 0:
        match = _RANDOM.match(text, start)
        if match is not None and is_random(match[0]):
            yield match.start(), match.end(), match[0][:_SHOWN]
        end = shadow.find(b" ", start)
        start = shadow.find(_RUN, end) if end >= 0 else -1


def _is_mixed(word: str) -> bool:
    return word != word.lower() and word != word.upper() and any(map(str.isdigit, word))


def _joined(found: list[Span]) -> list[Span]:
    """What overlaps or touches as one."""
    joined: list[Span] = []
    for start, end, shown in sorted(found, key=lambda each: (each[0], -each[1])):
        if joined and start <= joined[-1][1]:
            first, last, said = joined[-1]
            joined[-1] = (first, max(last, end), said)
        else:
            joined.append((start, end, shown))
    return joined


def _without(text: str, found: list[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, shown in found:
        pieces += (text[at:start], shown, "…")
        at = end
    return "".join((*pieces, text[at:])) if found else text


# --- the secrets of recordings ---------------------------------------------------------------------------------------


class Hiding:
    """Hides the secrets of some texts, and of what is made of them: whole, or a piece of 12 characters or more.

    Texts without a secret are left as they are, at no cost.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._shown: dict[str, str] = {}  # of each secret
        self._pieces: set[str] = set()
        secrets = list(_secrets_of("\n".join(dict.fromkeys(texts))))
        known = 0
        for spelled, shown in chain(_all(_spellings, secrets), _all(_in_base64, secrets)):
            if spelled not in self._shown and known < _MOST:
                self._shown[spelled] = shown
                self._pieces.update(spelled[at : at + PIECE] for at in range(len(spelled) - PIECE + 1))
                known += len(spelled)
        short = sorted((secret for secret in self._shown if len(secret) < PIECE), key=len, reverse=True)
        self._short = re.compile("|".join(map(re.escape, short))) if short else None

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to hide."""
        return not self._shown

    def spans(self, text: str) -> list[Span]:
        """What is hidden of a text."""
        if self.is_idle or len(text) < SHORTEST:
            return []
        return _joined([*spans(text), *self._known(text)])

    def text(self, text: str) -> str:
        """The text without them."""
        return _without(text, self.spans(text))

    def value(self, value: Json) -> Json:
        """A JSON value without them, its keys included; two keys stay two."""
        if self.is_idle:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            shown: dict[str, Json] = {}
            for key, inner in value.items():
                name = self.text(key) if isinstance(key, str) else key
                while name in shown:
                    name += "…"
                shown[name] = self.value(inner)
            return shown
        if isinstance(value, (list, tuple)):
            return type(value)(map(self.value, value))
        return value

    def record(self, item: T, but: frozenset[str]) -> T:
        """A record, and what is in it, without them. The fields `but` stay: by name, or by ``Record.name``."""
        if self.is_idle:
            return item
        kind = type(item).__name__
        names = [name for name in fields(item) if name not in but and f"{kind}.{name}" not in but]
        return replace(item, **{name: self._field(getattr(item, name), but) for name in names})

    def _field(self, value: object, but: frozenset[str]) -> object:
        if hasattr(type(value), "__record_defaults__"):
            return self.record(value, but)
        if isinstance(value, tuple):
            return tuple(self._field(each, but) for each in value)
        return self.value(value)

    def _known(self, text: str) -> Iterator[Span]:
        """The pieces of secrets that are known, wherever they stand."""
        if self._short is not None:
            for match in self._short.finditer(text):
                yield match.start(), match.end(), ""
        start = end = -1
        for at in range(len(text) - PIECE + 1):
            if text[at : at + PIECE] not in self._pieces:
                continue
            if at > end:
                if end >= 0:
                    yield start, end, self._shown.get(text[start:end], "")
                start = at
            end = at + PIECE
        if end >= 0:
            yield start, end, self._shown.get(text[start:end], "")


def _secrets_of(text: str) -> Iterator[tuple[str, str]]:
    for start, end, shown in spans(text):
        if end - start >= SHORTEST:
            yield text[start:end], shown


def _all(spell: Callable[[str], Iterable[str]], secrets: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each secret as it is spelled, with what is shown of it."""
    return ((spelled, shown) for secret, shown in secrets for spelled in spell(secret))


def _spellings(secret: str) -> tuple[str, ...]:
    """A secret as it stands in JSON, in an address, and in a name that is written small."""
    from urllib.parse import unquote

    plain = secret.replace("\\/", "/")
    return tuple(dict.fromkeys((secret, plain, unquote(plain), plain.lower())))


def _in_base64(secret: str) -> Iterator[str]:
    """What of it stands in the base64 of a longer text (``!!binary``), wherever in a group of three bytes it begins."""
    from base64 import b64encode

    content = secret.replace("\\/", "/").encode("utf-8", "surrogatepass")
    for before in range(3):
        encoded = b64encode(bytes(before) + content).decode().rstrip("=")
        # The first letters, and where the last group is not full the last one, are shared with the text around it.
        end = len(encoded) - (1 if (before + len(content)) % 3 else 0)
        whole = encoded[(0, 2, 3)[before] : end]
        if len(whole) >= SHORTEST:
            yield whole


NOTHING = Hiding(())
