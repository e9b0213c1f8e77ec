"""What a person reads of a contract: what was learned, and what recordings bring that it does not know."""

from __future__ import annotations

from itertools import groupby

from cassette_tools.amounts import counted
from cassette_tools.printable import printable
from cassette_tools.reporters.columns import fitted
from cassette_tools.reporters.ink import Ink
from cassette_tools.suite.contract_changes import rank_of
from cassette_tools.suite.shapes import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from cassette_tools.reporters import Style
    from cassette_tools.suite.contract_changes import Change, Checked, Group

_PLACES = 2  # of a change that are named
_WORDS = {
    "missing-field": "missing",
    "retyped-field": "retyped",
    "new-value": "new value",
    "new-field": "new",
    "new-event": "new event",
    "new-dialect": "new dialect",
}


def learned_text(documents: Mapping[str, Mapping[str, Any]], folder: str, recordings: int) -> str:
    """What was written."""
    kinds = sum(len(each["$defs"]) for each in documents.values())
    return (
        f"{printable(folder)}: a contract of {counted(len(documents), 'dialect')} and {counted(kinds, 'kind')} of "
        f"events and answers, learned from {counted(recordings, 'recording')}"
    )


def checked_text(checked: Checked, style: Style, lines: int) -> str:
    """A line for each change, below who made it; the gravest, where there is no room for all."""
    ink = Ink(style.color)
    shown = checked.groups if style.show_all else _gravest(checked.groups, lines - 2)
    told = [ink("bold", head_in_words(checked))]
    for (dialect, provider), groups in groupby(shown, key=lambda group: group.first.where[:2]):
        told += ["", ink("bold", printable(f"{dialect} of {provider or 'a provider that is not known'}"))]
        told += [f"  {fitted(printable(line), style.width - 2)}" for line in _lines(list(groups))]
    left = len(checked.groups) - len(shown)
    return "\n".join([*told, ink("dim", f"… {counted(left, 'more change')}; --show-all tells each")] if left else told)


def _gravest(groups: Sequence[Group], room: int) -> Sequence[Group]:
    """As many as there is room for, in their order; whoever has made any needs two lines more."""
    sections: set[tuple[str, ...]] = set()
    kept: set[int] = set()
    for number in sorted(range(len(groups)), key=lambda number: rank_of(groups[number])):
        sections.add(groups[number].first.where[:2])
        if len(kept) + 1 + 2 * len(sections) > room:
            break
        kept.add(number)
    return [group for number, group in enumerate(groups) if number in kept]


def head_in_words(checked: Checked) -> str:
    """What was looked at, and how much is not as the contract says."""
    looked = f"{counted(checked.recordings, 'recording')}, {counted(checked.looked_at, 'event')} (or whole answers)"
    return f"{looked}: {counted(len(checked.groups), 'change') if checked.groups else 'as the contract says'}"


def _lines(groups: list[Group]) -> Iterator[str]:
    widths = [max(len(word) for word in words) for words in zip(*map(change_in_words, groups), strict=True)]
    for group in groups:
        change, name, seen = change_in_words(group)
        yield f"{change:{widths[0]}}  {name:{widths[1]}}  {seen:{widths[2]}}  {places_in_words(group)}"


def change_in_words(group: Group) -> tuple[str, str, str]:
    """``new``, ``inference_geo``, ``string``."""
    first = group.first
    seen, expected = (" or ".join(each or '""' for each in words) for words in (first.seen, first.expected))
    told = {"retyped-field": f"{seen}, not {expected}"}
    return _WORDS[first.kind], group.name, told.get(first.kind, seen)


def places_in_words(group: Group) -> str:
    """``3 of 4 message_start message.usage, 9 of 12 chat answer usage``."""
    told = [_place_in_words(change, group.name) for change in group.changes[:_PLACES]]
    left = len(group.changes) - len(told)
    return ", ".join(told) + (f" and at {counted(left, 'more place')}" if left else "")


def _place_in_words(change: Change, name: str) -> str:
    event = change.where[2]
    amount = (
        f"{change.count:,}" if change.kind in ("new-event", "new-dialect") else f"{change.count:,} of {change.of:,}"
    )
    above = in_words(change.path).removesuffix(name).rstrip(".")
    return " ".join(filter(None, (amount, event if event != name else "", above)))
