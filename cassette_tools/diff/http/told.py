"""What was told of the answer, and which changes of its events that explains."""

from __future__ import annotations

from cassette_tools.data.drift import SAME_SOURCES
from cassette_tools.data.wire import EVENTS_BY_CONTENT
from cassette_tools.diff.http.event_kinds import key_of_value
from cassette_tools.diff.http.event_paths import last_name
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json

_OF_SHAPE = ("wire-", "usage-", "unclassified-")
_OTHER_VALUE = ("-reworded", "text-changed", "-facts-changed", "-whitespace-changed", "-arguments-changed")
_CAME_OR_WENT = ("-added", "-removed", "-appeared", "-vanished")


class Told:
    """The changes of the answer, by what they say. `names` are those of the fields that they tell of."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.rules = tuple({change.rule for change in changes})
        self._whole = tuple({each.rule for each in changes if each.circumstance != SAME_SOURCES})
        self.names = {*_names_of(changes)}
        self.names_of_shape = {*_names_of(change for change in changes if change.rule.startswith(_OF_SHAPE))}
        sides = [side for change in changes for side in (change.old, change.new, *(change.sent or ()))]
        self._values = {key_of_value(value) for value in _leaves(sides)}
        self._texts = [side for side in sides if isinstance(side, str)]

    def has(self, beginnings: tuple[str, ...]) -> bool:
        """Whether there is a change of a rule that begins so."""
        return any(rule.startswith(beginnings) for rule in self.rules)

    def came_or_went(self) -> bool:
        """Whether anything of the answer came or went: no list that names the same sources once more."""
        return any(rule.endswith(_CAME_OR_WENT) for rule in self._whole)

    def explains_event(self, kind: str) -> bool:
        """Whether what was told of the answer says why events of this kind came or went."""
        return any(row.name in kind and self.has(row.explained_by) for row in EVENTS_BY_CONTENT)

    def decides(self, kind: str) -> bool:
        """Whether what came or went in the answer says so: other words are no reason for other events."""
        return any(row.name in kind and self.explains_shape(row.explained_by) for row in EVENTS_BY_CONTENT)

    def explains_shape(self, rules: tuple[str, ...]) -> bool:
        """Whether what the field holds came or went: that it says something else is no reason for another shape."""
        return any(rule.startswith(rules) and not rule.endswith(_OTHER_VALUE) for rule in self.rules)

    def explains(self, value: Json) -> bool:
        """Whether what was told says this value, or a text that it is a piece of."""
        if key_of_value(value) in self._values or value is None:
            return True
        return isinstance(value, str) and any(value in text for text in self._texts)

    def add(self, *values: Json) -> None:
        """Note that more values are told."""
        self._values.update(map(key_of_value, values))


def _names_of(changes: Iterable[Change]) -> Iterator[str]:
    return (name for change in changes for name in _names_in(change))


def _names_in(change: Change) -> Iterator[str]:
    """The names of the fields that a change tells of."""
    if change.rule.startswith(("wire-", "usage-detail-", "unclassified-")) or change.rule.endswith("-changed"):
        yield last_name(change.path)
    if change.rule == "wire-field-renamed":
        yield from (last_name(str(name)) for name in (change.old, change.new))


def _leaves(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        for child in value.values():
            yield from _leaves(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _leaves(child)
    elif value is not ABSENT:
        yield value
