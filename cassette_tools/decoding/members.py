"""The members of a recorded JSON object, each taken once; what nobody takes is kept.

Recorded JSON may have any shape. A decoder takes a member *as a type*; a member of another type stays, and `keep` puts
all that stays into `extra`. So nothing is dropped, and no decoder lists the keys it knows.
"""

from __future__ import annotations

from cassette_tools.decoding.values import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from cassette_tools.model import Json

    Extra = dict[str, Json]
    Settings = dict[str, Json]


class Members:
    """The members of one object: an empty one if `value` is anything else, which is then kept whole.

    `pointer` is its place in the body (RFC 6901), `where` the pointer that its rest gets in `extra`.
    """

    __slots__ = ("extra", "left", "pointer", "where")

    def __init__(self, value: Json, pointer: str, extra: Extra, where: str) -> None:
        self.left: dict[str, Json] = dict(value) if type(value) is dict else {}
        self.pointer = pointer
        self.extra = extra
        self.where = where
        if type(value) is not dict and value is not None and value != "":
            extra[where] = value

    def __contains__(self, key: str) -> bool:
        return key in self.left

    def first(self) -> str:
        """The first key, which says what an object is whose only member is what it is; ``""`` for an empty object."""
        return str(next(iter(self.left), ""))

    def at(self, key: str) -> str:
        """The pointer of a member."""
        return f"{self.pointer}/{key}"

    def peek(self, key: str) -> Json:
        """A member that stays."""
        return self.left.get(key)

    def take(self, key: str) -> Json:
        """A member of any type."""
        return self.left.pop(key, None)

    def string(self, key: str) -> str | None:
        """A string. (A null says nothing: whoever asks for a member of a type takes it.)"""
        value = self.left.get(key)
        if value is None or type(value) is str:
            self.left.pop(key, None)
            return value
        return None

    def text(self, key: str) -> str | None:
        """A string; ``None`` for an empty one."""
        return self.string(key) or None

    def boolean(self, key: str) -> bool | None:
        """True or false."""
        value = self.left.get(key)
        return self.left.pop(key, None) if value is None or type(value) is bool else None

    def named(self, key: str, names: Mapping[str, Json]) -> Json:
        """What `names` has for a string; ``None`` for one that is not there, which stays."""
        value = self.left.get(key)
        return names[self.left.pop(key)] if type(value) is str and value in names else None

    def array(self, key: str) -> tuple[Json, ...]:
        """An array."""
        value = self.left.get(key)
        return tuple(self.left.pop(key, None) or ()) if value is None or type(value) is list else ()

    def elements(self, key: str) -> Iterator[tuple[Json, str]]:
        """The elements of an array, each with its pointer."""
        for index, element in enumerate(self.array(key)):
            yield element, f"{self.pointer}/{key}/{index}"

    def entries(self, key: str) -> Iterator[tuple[Json, Self]]:
        """The elements of an array, each with its members if it is an object."""
        for index, element in enumerate(self.array(key)):
            inner = element if type(element) is dict else None
            yield element, type(self)(inner, f"{self.pointer}/{key}/{index}", self.extra, f"{self.where}/{key}/{index}")

    def apart(self, key: str) -> Iterator[tuple[Json, Self]]:
        """The same for elements that keep what is left of them in an `extra` of their own."""
        for value, pointer in self.elements(key):
            yield value, type(self)(value, pointer, {}, "")

    def object(self, key: str) -> Self:
        """An object, to be read in its turn; an empty one for anything else, which stays."""
        value = self.left.get(key)
        value = self.left.pop(key, None) if value is None or type(value) is dict else None
        return type(self)(value, f"{self.pointer}/{key}", self.extra, f"{self.where}/{key}")

    def renamed(self, names: Mapping[str, str]) -> dict[str, Json]:
        """The members that `names` has another name for, under that name. The first of two that differ: the other
        stays.
        """
        found: dict[str, Json] = {}
        for key in [*self.left]:
            name = names.get(key)
            if name is not None and found.setdefault(name, self.left[key]) == self.left[key]:
                del self.left[key]
        return found

    def keep(self, *, nulls: bool = False) -> None:
        """Put what is left into `extra`. A null says nothing, unless `nulls` are kept too."""
        for key, value in self.left.items():
            if value is not None or nulls:
                self.extra[f"{self.where}/{escaped(key)}"] = value
        self.left = {}

    def keep_whole(self) -> None:
        """Put the object itself into `extra`, after which nothing was understood of it."""
        if self.left:
            self.extra[self.where] = self.left
        self.left = {}
