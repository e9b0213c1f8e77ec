"""The members of a structure that changed, as lines for a person."""

from __future__ import annotations

import re
from itertools import zip_longest

from cassette_tools.printable import printable
from cassette_tools.reporters._text_lines import AT_LEAST, MAX_LINES, more, word_diff
from cassette_tools.text_diff import ends_alike
from cassette_tools.words import pair, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Json
    from cassette_tools.reporters.ink import Ink

    Difference = tuple[str, Json, Json]  # path, old and new; `_MISSING` for none

VALUE = 100  # characters of one value
_MISSING = object()
_NAMES = ("kind", "name")  # of a vendor's tool: the sentence says the type, which it is sent with


def structure_diff(old: Json, new: Json, ink: Ink, *, width: int = 100, said: str = "") -> list[str]:
    """The members that differ, by path: ``- city: "Lisboa"`` and ``+ city: "Porto"``; of long texts their words. Those
    that a sentence has `said` are left out.
    """
    if _are_words(old) and _are_words(new):
        return words_diff(old, new, ink)
    found = [each for each in _differences(old, new, "") if not (said and _is_said(said, *each))]
    lines = list(_lines_of(found, ink, width))
    if len(lines) <= MAX_LINES + 2:
        return lines
    return [*lines[:MAX_LINES], f"… and {more(len(lines) - MAX_LINES, 'line')}"]


def _lines_of(found: list[Difference], ink: Ink, width: int) -> Iterator[str]:
    """The lines of each member; long texts share the room that the others leave."""
    texts = sum(_is_long(before, after) for _, before, after in found)
    most = max(AT_LEAST, (MAX_LINES - 2 * (len(found) - texts)) // max(texts, 1))
    for path, before, after in sorted(found, key=_is_prose):
        name = printable(path) or "(the whole)"
        if _is_long(before, after):
            yield from word_diff(before, after, ink, width=width, name=name, most=most)
        else:
            yield from _member_lines(name, before, after, ink)


def _is_prose(difference: Difference) -> bool:
    """What came, went, or is short is told before the words of long texts."""
    return _is_long(*difference[1:])


def words_diff(old: list[Json], new: list[Json], ink: Ink, *, most: int = MAX_LINES // 2) -> list[str]:
    """Which words of a list are gone, and which are new."""
    gone = [ink("red", f"- {printable(short(each, VALUE))}") for each in old if each not in new]
    come = [ink("green", f"+ {printable(short(each, VALUE))}") for each in new if each not in old]
    lines: list[str] = []
    for side in (gone, come):
        left = [f"… and {more(len(side) - most, 'line')}"] if len(side) > most + 1 else []
        lines += [*(side[:most] if left else side), *left]
    return lines


def says_members(message: str, old: Json, new: Json) -> bool:
    """Whether a sentence names every member that differs, and what each was and is."""
    return all(_is_said(message, *each) for each in _differences(old, new, ""))


def _is_said(message: str, path: str, old: Json, new: Json) -> bool:
    """Whether a sentence names a member, and what it was and is."""
    name = path.rpartition(".")[2]
    if not name or _is_long(old, new):
        return False
    if old is _MISSING:
        return _is_named(message, name, "is new", new)
    if new is _MISSING:
        return _is_named(message, name, "is gone", old)
    if name in _NAMES and f"another version: {old} → {new}" in message:
        return True
    change = " → ".join(short(each, VALUE) for each in (old, new))
    return re.search(rf"(?<!\w){re.escape(f'{name} {change}')}(?!\w)", message) is not None


def _is_named(message: str, name: str, what: str, value: Json) -> bool:
    """Whether a sentence says what became of a member, with its whole text."""
    if isinstance(value, str) and value not in message:
        return False  # it is cut there
    return re.search(rf"(?<!\w){re.escape(name)} [^;]*{what}(?!\w)", message) is not None


def _member_lines(name: str, old: Json, new: Json, ink: Ink) -> Iterator[str]:
    """A member that is gone, is new, or is another."""
    if old is _MISSING or new is _MISSING:
        values = [short(value, VALUE) for value in (old, new) if value is not _MISSING] * 2
    else:
        values = [*pair(old, new, VALUE)]
    if old is not _MISSING:
        yield ink("red", f"- {name}: {printable(values[0])}")
    if new is not _MISSING:
        yield ink("green", f"+ {name}: {printable(values[1])}")


def _are_words(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_long(old: Json, new: Json) -> bool:
    return isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > VALUE


def _differences(old: Json, new: Json, path: str) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            inner = f"{path}.{key}" if path else str(key)
            yield from _differences(old.get(key, _MISSING), new.get(key, _MISSING), inner)
    elif isinstance(old, list) and isinstance(new, list) and _has_members(old, new):
        yield from _list_differences(old, new, path)
    elif type(old) is not type(new) or old != new:
        yield path, old, new


def _has_members(old: list[Json], new: list[Json]) -> bool:
    """Whether what a list holds is told one by one: lists of one length, or of objects."""
    return len(old) == len(new) or all(isinstance(each, dict) for each in (*old, *new))


def _list_differences(old: list[Json], new: list[Json], path: str) -> Iterator[Difference]:
    """Side by side, without what both begin and end with."""
    start, end = ends_alike(old, new) if len(old) != len(new) else (0, 0)
    middles = old[start : len(old) - end], new[start : len(new) - end]
    for index, (before, after) in enumerate(zip_longest(*middles, fillvalue=_MISSING), start):
        yield from _differences(before, after, f"{path}[{index}]")
