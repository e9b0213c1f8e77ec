"""Secrets replaced by ``REDACTED``, wherever text can hold them; placeholders stay as they are."""

from __future__ import annotations

from functools import cache

from cassette_tools.data.secrets import SCHEMES, SIGNED_SCHEMES
from cassette_tools.normalize.names import replaced
from cassette_tools.secrets import REDACTED, credential, is_secret_header, secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    Stretch: TypeAlias = tuple[int, int, str]

_END = 8  # characters by which a secret is looked up: many begin alike, and none ends like another
_FEW = 16  # secrets that are looked for one by one


def redacted_header(name: str, value: str) -> str:
    """The value of a header field. The authentication scheme stays: clients choose by it."""
    if not is_secret_header(name):
        return replaced(value, secret_stretches(value))
    scheme, space, rest = value.strip().partition(" ")
    if space and scheme.lower() in SIGNED_SCHEMES:
        return value if REDACTED in rest else f"{scheme} {REDACTED}"
    if credential(value) is None:
        return replaced(value, secret_stretches(value))
    return f"{scheme} {REDACTED}" if space and scheme.lower() in SCHEMES else REDACTED


@cache  # of one file: most of its texts are the same when it is normalised again for the proof
def secret_stretches(text: str) -> list[Stretch]:
    """Where a text has secrets, with what is put in their places. Nobody changes the list."""
    found = [(each.start, each.end, REDACTED) for each in secrets_in(text)]
    parted = [text[start:end] for start, end, _ in found if ";" in text[start:end]]
    return _with_parts(text, found, parted) if parted else found


def _with_parts(text: str, found: list[Stretch], parted: list[str]) -> list[Stretch]:
    """The stretches, and where a part of one stands again: a token that names its owner, and the owner beside it. The
    longest go first, since one may be the beginning of another.
    """
    from cassette_tools.secrets.named import parts_of

    parts = {part for secret in parted for part in parts_of(secret)}
    for part in sorted(parts, key=lambda each: (-len(each), each)):
        at = text.find(part)
        while at >= 0:
            if not any(start < at + len(part) and at < end for start, end, _ in found):
                found.append((at, at + len(part), REDACTED))
            at = text.find(part, at + len(part))
    return sorted(found)


class Spoken:
    """The secrets that answers have told, and where a request repeats them. Of many, only those are looked for of which
    a text has the end: else a recording would take time by the square of its secrets.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._by_end: dict[str, list[str]] = {}  # under "" those that are shorter

    def __contains__(self, text: str) -> bool:
        return text in self._known

    def learn(self, secrets: Iterable[str]) -> None:
        """Remember what an answer told."""
        for secret in secrets:
            if secret not in self._known:
                self._known.add(secret)
                self._by_end.setdefault(secret[-_END:] if len(secret) >= _END else "", []).append(secret)

    def redacted(self, text: str) -> str:
        """The text without them; the longest go first, since one may be the beginning of another."""
        likely = self._known if len(self._known) <= _FEW else set(self._ending_in(text))
        for secret in sorted(likely, key=lambda each: (-len(each), each)):
            text = text.replace(secret, REDACTED)
        return text

    def _ending_in(self, text: str) -> Iterator[str]:
        yield from self._by_end.get("", ())
        for at in range(len(text) - _END + 1):
            yield from self._by_end.get(text[at : at + _END], ())
