"""Names that lose, or get, the word that makes them another's: the South Atlantic is not the Atlantic."""

from __future__ import annotations

import re
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def qualified_names(old: str, new: str, given: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that one text has with such a word alone, and the other without it alone, as either says them; not
    those that the question has in full, which an answer may shorten.
    """
    changed = [*_shortened(old, new, given)]
    gained = [(bare, whole) for whole, bare in _shortened(new, old, given)]
    names = list(dict.fromkeys((*changed, *gained)))
    return tuple(before for before, _ in names), tuple(after for _, after in names)


def _shortened(text: str, other: str, given: str) -> Iterator[tuple[str, str]]:
    for match in _qualified().finditer(text):
        whole, bare = match[0], match[1]
        is_always = len(re.findall(rf"\b{bare}\b", text)) == text.count(whole)
        if is_always and whole not in given and whole not in other and re.search(rf"(?<![A-Z]\w )\b{bare}\b", other):
            yield whole, bare


@cache
def _qualified() -> re.Pattern[str]:
    from cassette_tools.data.words import QUALIFIERS

    return re.compile(rf"\b(?:{'|'.join(QUALIFIERS.words.split())})[ -]([A-Z]\w+)")
