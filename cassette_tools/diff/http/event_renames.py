"""Kinds of event, and fields within them, that are called otherwise and hold what they held."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import SPARE
from cassette_tools.diff.http.event_kinds import Kind, Sight, telling
from cassette_tools.diff.http.event_paths import last_name
from cassette_tools.diff.values.differences import words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_RECEIVED = "received "


def renamed_kinds(old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Which kinds of event, each given with its fields, are called otherwise: those of the same fields whose names are
    most alike, each taken once. A name has half of its words in common with the other at least.
    """
    likely = [(_likeness(one, other), one, other) for one, other in _of_the_same_fields(old, new)]
    found: dict[str, str] = {}
    for likeness, one, other in sorted(likely, key=lambda each: -each[0]):
        if likeness >= _ALIKE and one not in found and other not in found.values():
            found[one] = other
    return {kind: found[kind] for kind in old if kind in found}


def _of_the_same_fields(
    old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, str]]:
    """A removed kind of event, and an added one with the same fields."""
    come = [kind for kind in new if kind not in old]
    for one in (kind for kind in old if kind not in new):
        yield from ((one, other) for other in come if old[one] == new[other])


_ALIKE = 0.5


def _likeness(old: str, new: str) -> float:
    """How much of two names is the same: of their words, and of these their order."""
    from difflib import SequenceMatcher

    before, after = (tuple(_WORD.findall(called(name))) for name in (old, new))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def called(kind: str) -> str:
    """A kind of event as the API calls it; that the client received it goes without saying."""
    return kind.removeprefix(_RECEIVED)


# --- fields ----------------------------------------------------------------------------------------------------------


def with_renames(
    scene: Scene, found: Sequence[Change], old: Mapping[str, Kind], new: Mapping[str, Kind]
) -> list[Change]:
    """The changes; of a field that went and one that came in its place, with what it held, that it has another name."""
    couples = [
        (gone, come, names, _Match(scene, (old[kind], names[0]), (new[kind], names[1])))
        for gone, come, kind, names in _couples(found)
    ]
    certain = {names for _, _, names, match in couples if match.is_certain()}
    told: dict[int, Change | None] = {id(each): each for each in found}
    for gone, come, names, match in couples:
        if names in certain and match.is_possible() and told[id(gone)] is gone and told[id(come)] is come:
            told[id(gone)], told[id(come)] = _renamed(gone, come), None
    return [each for each in told.values() if each is not None]


def _couples(found: Sequence[Change]) -> Iterator[tuple[Change, Change, str, tuple[str, str]]]:
    """Each field that went with each that came in the same kind of event: the changes, the kind, and both paths."""
    came = [(change, *_kind_and_field(change)) for change in found if change.rule == "wire-field-added"]
    for gone in found if came else ():
        if gone.rule in _GONE:
            kind, path = _kind_and_field(gone)
            yield from ((gone, come, kind, (path, field)) for come, of_kind, field in came if of_kind == kind)


_GONE = ("wire-field-removed", "wire-volatile-field-removed")


def _kind_and_field(change: Change) -> tuple[str, str]:
    """``response.created`` and ``.response.id`` of ``response.events[response.created].response.id``."""
    if change.path.startswith(_IN_EVENTS):
        kind, _, field = change.path.removeprefix(_IN_EVENTS).partition("].")
        return kind, f".{field}"
    return "", change.path.removeprefix("response.body")


_IN_EVENTS = "response.events["


class _Match:
    """Whether one field of a kind of event is what another was: under another name, or in another object."""

    def __init__(self, scene: Scene, old: tuple[Kind, str], new: tuple[Kind, str]) -> None:
        self._scene = scene
        self._sides = (old, new)
        (_, path), (_, field) = self._sides
        self._beside = path.rpartition(".")[0] == field.rpartition(".")[0]
        self._words = words_of(last_name(path)), words_of(last_name(field))

    def is_possible(self) -> bool:
        """Whether it stands in the same events, is of the same type, and has its name or its place."""
        (old, path), (new, field) = self._sides
        numbers = [kind.holders[at].numbers for kind, at in self._sides]
        is_there = numbers[0] == numbers[1] or len(old.events) != len(new.events)
        is_alike = old.types[path].keys() == new.types[field].keys()
        return is_there and is_alike and (self._beside or self._words[0] == self._words[1])

    def is_certain(self) -> bool:
        """Whether it also holds the same, which is no chance; of words and objects, the name is enough."""
        if not self.is_possible():
            return False
        (old, path), (new, field) = self._sides
        values = [kind.values[at] for kind, at in self._sides]
        if values[0] and values[0].keys() == values[1].keys():
            return self._is_alike() or any(_is_telling(sight.value) for sight in values[0].values())
        if _are_renamed(self._scene, telling(old, path), telling(new, field)):
            return True
        return self._is_alike() and {"number", "boolean"}.isdisjoint(old.types[path])

    def _is_alike(self) -> bool:
        """Whether it stands in its place under a name that has more words, or fewer."""
        old, new = self._words
        return self._beside and (old <= new or new <= old)


def _are_renamed(scene: Scene, old: Sight | None, new: Sight | None) -> bool:
    values = [each.value for each in (old, new) if each is not None and isinstance(each.value, str)]
    return len(values) == 2 and scene.ids.are_renamed(*values)


def _is_telling(value: Json) -> bool:
    """Whether two fields have this value by no chance."""
    return value > 1 if type(value) in (int, float) else not isinstance(value, bool) and bool(value)


def _renamed(gone: Change, come: Change) -> Change:
    beside = gone.path.rpartition(".")[0] == come.path.rpartition(".")[0]
    return replace(
        come,
        rule="wire-field-renamed",
        old=gone.subject,
        new=last_name(come.subject) if beside else come.subject,
        old_place=gone.old_place,
        circumstance=SPARE if gone.rule == "wire-volatile-field-removed" else None,
    )
