"""Names that a machine made up, by their form alone: UUIDs, ``toolu_…``, letters and digits in disorder."""

from __future__ import annotations

import re
from functools import cache

from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Route


def are_drawn_alike(old: object, new: object, route: Route) -> bool:
    """Whether two values are names of one form that a client draws: ``nightly_201e8f705b86eb67`` and another. Under the
    name of an id they lead to something, which may be another thing now.
    """
    names = [each for each in route if isinstance(each, str)]
    if not (isinstance(old, str) and isinstance(new, str)) or (
        names[-1:] and names[-1].lower().endswith(("id", "ids"))
    ):
        return False
    form = form_of(old)
    return bool(form) and form == form_of(new)


def form_of(word: str) -> str:
    """What a person calls an id by its form alone; "" for any other word."""
    if _UUID.fullmatch(word):
        return "a UUID"
    if _HEXADECIMAL.fullmatch(word):
        return "hexadecimal digits"
    if _ULID.fullmatch(word):
        return "a ULID"
    prefixed = _PREFIXED.fullmatch(word)
    if prefixed is not None and _is_after_prefix(prefixed["prefix"], prefixed["rest"]):
        return f"{prefixed['prefix']}{prefixed['mark']}…"
    is_of_all_signs = all(re.search(signs, word) for signs in ("[a-z]", "[A-Z]", "[0-9]"))
    return "a random word" if is_of_all_signs and len(word) >= _LONG and _is_random(word) else ""


_UUID = regex(r"(?:[A-Za-z]{2,14}[-_])?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEXADECIMAL = regex(r"(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{16,}|(?=\d*[A-F])(?=[A-F]*\d)[0-9A-F]{16,}")
_ULID = regex(r"(?=(?:[A-Z]*\d){4})[0-7][0-9A-HJKMNP-TV-Z]{25}")
_PREFIXED = regex(r"(?P<prefix>[a-z]{2,14})(?P<mark>[-_])(?:[a-z]{2,14}[-_])?(?P<rest>[A-Za-z0-9][\w-]{5,})")


def _is_after_prefix(prefix: str, rest: str) -> bool:
    """Whether a server drew what stands behind a prefix. Behind one that no people use, less is enough."""
    if prefix in known_prefixes():
        return re.search(r"\d", rest) is not None and re.search("[A-Za-z]", rest) is not None
    return len(rest) >= _SHORT and rest.isalnum() and _is_random(rest)


@cache
def known_prefixes() -> frozenset[str]:
    """Those that servers put before what they make up, but for such as people use as well."""
    from cassette_tools.data.normal import ID_PREFIXES

    return frozenset(row.prefix for row in ID_PREFIXES) - _EVERYDAY


_EVERYDAY = frozenset(
    ("id", "tool", "function", "file", "upload", "batch", "thread", "run", "step", "item", "event", "gen", "img")
) | {"org", "user", "container"}
"""Prefixes that people put before names of their own: ``file_2031b``, ``user_ann2``."""


def is_drawn(word: str) -> bool:
    """Whether letters and digits take turns in a piece of a word, as in none that a person chose."""
    return any(_turns(piece) >= _SOME for piece in re.findall(r"[A-Za-z0-9]{6,}", word))


def _is_random(word: str) -> bool:
    """Whether there is no word in it."""
    return _turns(word) >= _SOME and re.search("[a-z]{5}|[A-Z]{6}", word) is None


def _turns(word: str) -> int:
    """How often a letter follows a digit, or a digit a letter."""
    return len(re.findall(r"\d(?=[A-Za-z])|[A-Za-z](?=\d)", word))


_SOME = 2  # turns
_SHORT, _LONG = 12, 16  # characters behind a prefix, and of a whole word, from which on it may be drawn
