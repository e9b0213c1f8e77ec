"""Bodies in which placeholders stand: whether these explain a length that is not the recorded one."""

from __future__ import annotations

from cassette_tools.data.placeholders import REDACTING
from cassette_tools.later import regex
from cassette_tools.secrets.placeholders import is_own, speaks_for_nobody

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

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
    addresses = [len(match[0]) - 2 for match in _NO_ADDRESS.finditer(text)]
    if addresses and _SHORTEST_ADDRESS <= missing / len(addresses) + max(addresses) <= _LONGEST_ADDRESS:
        return True
    drawn, named = _placeholders_in(text)
    size = sum(map(len, drawn)) + sum(count * len(name) for name, count in named.items())
    if missing <= -size or not (drawn or named):
        return False
    from math import gcd

    return bool(drawn) or missing % gcd(*named.values()) == 0


def _placeholders_in(text: str) -> tuple[list[str], dict[str, int]]:
    """The placeholders in a body: those that may stand for anything, and how often each name that stands for one
    thing.
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
    return drawn, named


def _bracketed(text: str) -> dict[str, int]:
    """How often each name in angle brackets stands in a text. What is closed again (``</TITLE>``) is a tag."""
    found = (match for match in _BRACKETED.finditer(text) if _is_of_a_value(text, match))
    names = {match[0]: match[1] for match in found}
    return {shown: text.count(shown) for shown, name in names.items() if f"</{name}>" not in text}


def _is_of_a_value(text: str, name: re.Match[str]) -> bool:
    start = name.start()
    return bool((start and _BEFORE.match(text, start - 1)) or _BEHIND.match(text, name.end()))


def _is_redacted(word: str) -> bool:
    if is_own(word):
        return True
    if word[:3] == "eyJ":
        return word.count(".") == 2 and speaks_for_nobody(word)
    return any(row.word in word.lower() for row in REDACTING) and not _SHOUTED.search(word)
