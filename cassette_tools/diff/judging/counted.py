"""Which token counts changed, and what of an answer they speak of."""

from __future__ import annotations

from cassette_tools.data.causes import COUNTS, WEIGHTY_FACTOR, WEIGHTY_TOKENS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json

    Count = tuple[str, float, float]


def aspects_of_some(name: str, value: Json) -> Iterator[str]:
    """What the counts of a detail speak of that are not nought. Where they come as an object, what a cache gave is only
    one of them.
    """
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from (aspect for aspect in aspects_of_some(inner, each) if aspect != "cache")
    elif isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        yield from aspects_of_count(name)


def counted_in(change: Change) -> Iterator[Count]:
    """Each count that changed, with both of its values."""
    old, new = change.old, change.new
    if not isinstance(old, dict) or not isinstance(new, dict):
        name = change.path.rpartition(".")[2]
        old, new = {name: old}, {name: new}
    for name in [each for each in old if each in new]:
        before, after = old[name], new[name]
        if isinstance(before, int | float) and isinstance(after, int | float) and before != after:
            yield name, before, after


def aspects_of_count(name: str) -> tuple[str, ...]:
    lowered = name.lower()
    return next((aspects for word, aspects in COUNTS.items() if word in lowered), ())


def is_weighty(old: float, new: float) -> bool:
    """Whether a count moved by more than other words of the same length would move it."""
    return abs(new - old) > WEIGHTY_TOKENS and weight(old, new) > WEIGHTY_FACTOR


def weight(old: float, new: float) -> float:
    """By which factor a count moved, up or down."""
    low, high = sorted((old + 1, new + 1))
    return high / low if low > 0 else float("inf")
