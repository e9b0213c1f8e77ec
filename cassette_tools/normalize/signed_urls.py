"""Addresses that open something to whoever has them, for a while: generated images, uploads.

Their signature is a secret, their dates are moments, and their path names objects that were made for this answer.
A client follows such an address: in the next request it must read as it does in the answer, or no player finds it.
Source: Azure Storage, "Create a service SAS"; Amazon S3, "Authenticating requests: using query parameters"; Google
Cloud Storage, "Signed URLs".
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from cassette_tools.data.normal import EPOCH, SIGNATURES, SIGNED_TIMES
from cassette_tools.later import regex
from cassette_tools.normalize.names import is_made_up
from cassette_tools.normalize.times import seconds_of, spelled
from cassette_tools.secrets import REDACTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_AND = r"(?:&|\\u0026|&amp;)"
_ADDRESS = regex(r"https?://(?:(?!https?://)[^\s\"'<>\\?])+\?(?:\\u0026|[^\s\"'<>\\)])+")
_NAMES = frozenset(row.name for row in SIGNATURES)
_TIMES = frozenset(row.name for row in SIGNED_TIMES)
_SIGNED = regex(rf"(?i)(?:[?&]|\\u0026|&amp;)(?:{'|'.join(sorted(_NAMES))})=")
_PARAMETER = regex(rf"(?P<before>\?|{_AND})(?P<name>[^=&\\?]+)=(?P<value>[^&\\\s]*)")


def ids_in(text: str) -> Iterator[str]:
    """The made-up names in the paths of signed addresses."""
    for address in _addresses(text):
        for piece in address.partition("?")[0].split("/")[3:]:
            name = piece.partition(".")[0]
            if is_made_up(name):
                yield name


def unsigned(text: str, steps: frozenset[str]) -> str:
    """The text with the signatures and dates of signed addresses gone. All dates become one: a client may follow the
    address of any of several answers.
    """
    return _with_addresses(text, lambda address: _without_signature(address, steps))


class SaidAddresses:
    """The signed addresses that answers have said before any request did, known by their host and the names of their
    parameters: a second run finds them again, when signatures, dates and ids have changed.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, ...], int] = {}  # the interaction whose answer says it first

    def learn(self, text: str, index: int) -> None:
        """Note the addresses in an answer."""
        for address in _addresses(text):
            self._first.setdefault(_shape(address), index)

    def forget_brought(self, text: str, index: int) -> None:
        """Leave out the addresses in a request that no earlier answer has said."""
        for address in _addresses(text) if self._first else ():
            if self._first.get(_shape(address), -1) >= index:
                del self._first[_shape(address)]

    def unsigned(self, text: str, steps: frozenset[str]) -> str:
        """The text of a request, with each address that the client follows as it now stands in the answer."""
        if not self._first:
            return text
        return _with_addresses(
            text, lambda address: _without_signature(address, steps) if _shape(address) in self._first else address
        )


def _addresses(text: str) -> Iterator[str]:
    """The signed addresses in a text."""
    if "://" in text:
        yield from (match[0] for match in _ADDRESS.finditer(text) if _SIGNED.search(match[0]))


def _with_addresses(text: str, change: Callable[[str], str]) -> str:
    """The text with its signed addresses changed."""
    if "://" not in text:
        return text
    return _ADDRESS.sub(lambda match: change(match[0]) if _SIGNED.search(match[0]) else match[0], text)


def _shape(address: str) -> tuple[str, ...]:
    """What stays of an address whatever is renamed, moved or redacted: its host and the names of its parameters."""
    return (address.split("/")[2].lower(), *(match["name"].lower() for match in _PARAMETER.finditer(address)))


def _without_signature(address: str, steps: frozenset[str]) -> str:
    def parameter(match: re.Match[str]) -> str:
        name, value = match["name"].lower(), match["value"]
        if name in _NAMES and "secrets" in steps and value:
            value = REDACTED
        elif name in _TIMES and "times" in steps:
            value = _moved(value)
        return f"{match['before']}{match['name']}={value}"

    return _PARAMETER.sub(parameter, address)


def _moved(value: str) -> str:
    """The value of a date, at the epoch; escaped as it was."""
    plain = unquote(value)
    stamp = int(plain) if plain.isdecimal() and len(plain) < 14 else plain
    if seconds_of(stamp) is None:
        return value
    return quote(str(spelled(EPOCH, stamp)), safe="" if "%3A" in value else ":")
