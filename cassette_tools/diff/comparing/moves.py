"""What stands elsewhere now with the same words, or under the same mark."""

from __future__ import annotations

from cassette_tools.diff.values.differences import words_of
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route


def moves_in(found: list[Difference]) -> Iterator[tuple[int, int]]:
    """What is gone here and came there with the same words, by number: a prompt that is sent as another field."""
    come = {_words(each.new): number for number, each in enumerate(found) if each.old is ABSENT}
    for number, each in enumerate(found):
        other = _place_now(found, each, come) if each.new is ABSENT else None
        if other is not None:
            yield number, other


def _place_now(found: list[Difference], gone: Difference, come: Mapping[tuple[str, ...], int]) -> int | None:
    """Where that stands now which is gone."""
    words = _words(gone.old)
    other = come.get(words) if words else None
    if other is None:
        other = _marked_elsewhere(found, gone)
    return _said_beside(found, gone) if other is None else other


def _marked_elsewhere(found: list[Difference], gone: Difference) -> int | None:
    """The only place where a mark of an element (``cache_control``) stands now that stood at one other."""
    if not isinstance(gone.old, dict) or not gone.old or len(gone.route) < 2:
        return None
    alike = [number for number, each in enumerate(found) if _is_mark_of(each, gone)]
    come = [number for number in alike if found[number].old is ABSENT]
    return come[0] if len(alike) == 2 and len(come) == 1 else None


def _is_mark_of(found: Difference, gone: Difference) -> bool:
    """Whether a mark of the same name and value came or went."""
    return found.came_or_went and found.route[-1:] == gone.route[-1:] and bool(value_of(found) == gone.old)


def _said_beside(found: list[Difference], gone: Difference) -> int | None:
    """The member that came into the same object and says the same: ``role: user``, ``type: user_input``."""
    words = _word(gone.old)
    for number, each in enumerate(found):
        others = _word(each.new) if each.old is ABSENT and each.new_route[:-1] == gone.new_route[:-1] else None
        if words and others and (words <= others or others <= words):
            return number
    return None


def _word(value: Json) -> frozenset[str]:
    """The words that an identifier is made of."""
    return words_of(value) if isinstance(value, str) and not any(map(str.isspace, value)) else frozenset()


def marked(elements: list[Json], name: str | int) -> Iterator[tuple[int, Route, Json]]:
    """The elements by number, the routes within each to what has a member of this name, and that member."""
    for number, element in enumerate(elements):
        pending: list[tuple[Route, Json]] = [((), element)]
        while pending:
            route, node = pending.pop()
            if isinstance(node, dict):
                if name in node:
                    yield number, route, node[str(name)]
                pending.extend(((*route, key), child) for key, child in reversed(node.items()) if key != name)
            elif isinstance(node, list):
                pending.extend(((*route, index), child) for index, child in reversed([*enumerate(node)]))


WITHIN_AN_ELEMENT = 3  # steps: the list, the element, the mark


def value_of(found: Difference) -> Json:
    return found.new if found.old is ABSENT else found.old


def _words(value: Json) -> tuple[str, ...]:
    """The texts in a value that are long enough to be known again."""
    return tuple(text for text in strings_in(value) if len(text) >= _LONG)


_LONG = 12  # characters


def strings_in(value: Json) -> Iterator[str]:
    """Every string of a value, in order; keys are none."""
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            pending.extend(reversed(node.values()))
        elif isinstance(node, list):
            pending.extend(reversed(node))


def from_the_end(
    marks: Sequence[tuple[int, Route, Json]], others: Sequence[tuple[int, Route, Json]], length: int
) -> list[tuple[int, Route, Json]]:
    """The marks that only one side has, by the number of their element counted from the end."""
    return [(number - length, route, mark) for number, route, mark in marks if (number, route, mark) not in others]
