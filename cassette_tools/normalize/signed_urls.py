"""Addresses that open something to whoever has them, for a while: generated images, uploads.

Their signature is a secret, their dates are moments, and their path names objects that were made for this answer.
Source: Azure Storage, "Create a service SAS"; Amazon S3, "Authenticating requests: using query parameters"; Google
Cloud Storage, "Signed URLs".
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from cassette_tools.data.normal import SIGNATURES, SIGNED_TIMES
from cassette_tools.later import regex
from cassette_tools.normalize.names import is_made_up
from cassette_tools.normalize.times import base_of, seconds_of, spelled
from cassette_tools.secrets import REDACTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_AND = r"(?:&|\\u0026|&amp;)"
_ADDRESS = regex(r"https?://(?:(?!https?://)[^\s\"'<>\\?])+\?(?:\\u0026|[^\s\"'<>\\)])+")
_NAMES = frozenset(row.name for row in SIGNATURES)
_TIMES = frozenset(row.name for row in SIGNED_TIMES)
_SIGNED = regex(rf"(?i)(?:[?&]|\\u0026|&amp;)(?:{'|'.join(sorted(_NAMES))})=")
_PARAMETER = regex(rf"(?P<before>\?|{_AND})(?P<name>[^=&\\?]+)=(?P<value>[^&\\\s]*)")


def ids_in(text: str) -> Iterator[str]:
    """The made-up names in the paths of signed addresses."""
    if "://" not in text:
        return
    for match in _ADDRESS.finditer(text):
        if _SIGNED.search(match[0]):
            for piece in match[0].partition("?")[0].split("/")[3:]:
                name = piece.partition(".")[0]
                if is_made_up(name):
                    yield name


def unsigned(text: str, index: int, steps: frozenset[str]) -> str:
    """The text with the signatures and dates of signed addresses gone; `index` is that of the interaction."""
    if "://" not in text:
        return text

    def parameter(match: re.Match[str]) -> str:
        name, value = match["name"], match["value"]
        if name.lower() in _NAMES and "secrets" in steps and value:
            value = REDACTED
        elif name.lower() in _TIMES and "times" in steps:
            plain = unquote(value)
            stamp = int(plain) if plain.isdecimal() and len(plain) < 14 else plain
            if seconds_of(stamp) is not None:
                value = quote(str(spelled(base_of(index), stamp)), safe="" if "%3A" in value else ":")
        return f"{match['before']}{name}={value}"

    return _ADDRESS.sub(
        lambda match: _PARAMETER.sub(parameter, match[0]) if _SIGNED.search(match[0]) else match[0], text
    )
