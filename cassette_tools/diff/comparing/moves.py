"""What stands elsewhere now with the same words, or under the same mark."""

from __future__ import annotations

from cassette_tools.data.drift import MOVED
from cassette_tools.diff.comparing.bodies import Spot, short_path
from cassette_tools.diff.values.differences import words_of
from cassette_tools.model import ABSENT
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.comparing.bodies import Bodies
    from cassette_tools.diff.comparing.ledger import Ledger
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route

    _Mark: TypeAlias = tuple[int, Route, Json]  # the number of its element, the route in that, the mark itself


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
    return found.came_or_went and found.route[-1:] == gone.route[-1:] and bool(found.there == gone.old)


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


def _words(value: Json) -> tuple[str, ...]:
    """The texts in a value that are long enough to be known again."""
    return tuple(text for text in _strings_in(value) if len(text) >= _LONG)


_LONG = 12  # characters


def _strings_in(value: Json) -> Iterator[str]:
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


def moved(bodies: Bodies, gone: Difference, come: Difference) -> Change:
    """The change of a field that stands elsewhere now, with what it says where that has another form."""
    paths = bodies.path(gone), bodies.path(come)
    old, subject = bodies.name(gone, paths[0]), bodies.name(come, paths[1])
    places = bodies.place(gone.old_route, new=False), bodies.place(come.new_route, new=True)
    new = subject
    if isinstance(gone.old, str) and isinstance(come.new, str) and gone.old != come.new:
        old, new = f"{old}={gone.old}", f"{subject.rpartition('.')[2]}={come.new}"
    return bodies.change(
        "request-field-renamed",
        Spot(found=come, path=paths[1], places=places),
        old=old,
        new=new,
        subject=subject,
        circumstance=MOVED if gone.route[-1] == come.route[-1] else None,
    )


# --- what is at another element --------------------------------------------------------------------------------------


def at_another_element(bodies: Bodies, spot: Spot) -> Change:
    """The noise that another element of a list now has the field."""
    subject = f"{short_path(spot.path)}, now at another list element,"
    return bodies.change("opaque-changed", spot, subject=subject)


def stands_elsewhere(ledger: Ledger, spot: Spot) -> bool:
    """Whether a field without meaning came here and went at another element of the list, or the reverse."""
    bodies, found, path = ledger.bodies, spot.found, spot.path
    row = volatile_field(path, bodies.side) if found.came_or_went and "[" in path else None
    if row is None or row.kind == "id":
        return False
    left = (each for each in ledger.left().values() if each.came_or_went)
    others = (each for each in left if (each.old is ABSENT) != (found.old is ABSENT))
    return any(bodies.path(each) == path for each in others)


def is_as_far_from_the_end(bodies: Bodies, found: Difference) -> bool:
    """Whether a mark of an element (``cache_control``) moved with the end of a list that is longer now, or shorter:
    it stands where it stood, counted from there, and so do all others of its name.
    """
    if not bodies.is_request or not _is_mark(found):
        return False
    old, new = bodies.at((found.route[:1], found.route[:1]))
    if not isinstance(old, list) or not isinstance(new, list) or len(old) == len(new):
        return False
    before, after = ([*_marked(side, found.route[-1])] for side in (old, new))
    gone, come = _from_the_end(before, after, len(old)), _from_the_end(after, before, len(new))
    return bool(gone) and gone == come


def _is_mark(found: Difference) -> bool:
    """Whether an element of a list, which is a field of the request, gained or lost an object."""
    is_within = len(found.route) >= _WITHIN_AN_ELEMENT and isinstance(found.route[0], str)
    return is_within and found.came_or_went and isinstance(found.there, dict)


_WITHIN_AN_ELEMENT = 3  # steps: the list, the element, the mark


def _marked(elements: list[Json], name: str | int) -> Iterator[_Mark]:
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


def _from_the_end(marks: list[_Mark], others: list[_Mark], length: int) -> list[_Mark]:
    """The marks that only one side has, by the number of their element counted from the end."""
    return [(number - length, route, mark) for number, route, mark in marks if (number, route, mark) not in others]
