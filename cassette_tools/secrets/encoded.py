"""Secrets in a text that a text holds in base64: a file that was given to a model, an answer of an API of files.

Nearly all base64 in recordings is an image, a signature or a sealed thought. So a word counts only where every byte of
it is ASCII, which the letters of base64 show: the first bit of each byte is 0.
"""

from __future__ import annotations

from binascii import a2b_base64

from cassette_tools._record import replace
from cassette_tools.later import regex
from cassette_tools.secrets import ASCII_GROUP as _GROUP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.secrets.secret import Secret

_REST = "(?:[A-Za-z0-9+/]{2}(?:[A-Za-z0-9+/]|=)=)?"
_LEAST = 9  # groups
_QUOTED = regex(f'"((?:{_GROUP}){{{_LEAST},}}{_REST})\\\\*"')
_IN_ADDRESS = regex(f";base64,((?:{_GROUP}){{{_LEAST},}}{_REST})(?![A-Za-z0-9+/=])")
_OPEN_NAMES = ("token", "authorization")  # cursors of lists are written so, too


def encoded_secrets(text: str, secrets_in: Callable[[str], tuple[Secret, ...]]) -> Iterator[Secret]:
    """One secret for each word of base64 that holds any; it stands where the word does."""
    for pattern in (_QUOTED, _IN_ADDRESS) if ";base64," in text else (_QUOTED,):
        for match in pattern.finditer(text):
            inner = next(filter(_is_sure, secrets_in(a2b_base64(match[1]).decode("ascii"))), None)
            if inner is not None:
                yield replace(inner, name=f"{inner.name} in base64", shown="", start=match.start(1), end=match.end(1))


def _is_sure(secret: Secret) -> bool:
    is_alone = not secret.companion and not secret.host and secret.term is None
    return is_alone and secret.field.lower() not in _OPEN_NAMES
