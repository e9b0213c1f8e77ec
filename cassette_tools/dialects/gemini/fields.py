"""The cursor for Google's JSON: a field is asked for by its name in camel case, and found in either spelling."""

from __future__ import annotations

from cassette_tools.decoding.members import Members
from cassette_tools.dialects.gemini.names import snake, spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json


class Fields(Members):
    """The fields of one object, in camel case or in snake case. Pointers keep the wire's spelling."""

    __slots__ = ("whole",)

    def __init__(self, value: Json, pointer: str, extra: Extra, where: str) -> None:
        super().__init__(value, pointer, extra, where)
        self.whole: dict[str, Json] = value if type(value) is dict else {}  # with the fields that were taken

    @classmethod
    def of(cls, members: Members) -> Fields:
        """The same members, as fields."""
        return cls(members.left, members.pointer, members.extra, members.where)

    def at(self, key: str) -> str:
        """The pointer of a field."""
        return super().at(spelled(self.whole, key))

    def peek(self, key: str) -> Json:
        """A field that stays."""
        return self.left.get(key if key in self.whole else snake(key))

    def take(self, key: str) -> Json:
        """A field of any type."""
        return self.left.pop(key if key in self.whole else snake(key), None)

    def string(self, key: str) -> str | None:
        """A string."""
        return super().string(key if key in self.whole else snake(key))

    def array(self, key: str) -> tuple[Json, ...]:
        """A repeated field."""
        return super().array(key if key in self.whole else snake(key))

    def object(self, key: str) -> Fields:
        """A message, to be read in its turn."""
        return super().object(key if key in self.whole else snake(key))

    def elements(self, key: str) -> Iterator[tuple[Json, str]]:
        """The elements of a repeated field, each with its pointer. A value that stands alone is one: many clients
        write a part or a text where a list of them belongs.
        """
        value = self.take(key)
        if value is None:
            return
        pointer = self.at(key)
        if type(value) is list:
            for index, element in enumerate(value):
                yield element, f"{pointer}/{index}"
        else:
            yield value, pointer

    def within(self, pointer: str) -> str:
        """What `extra` calls a place that stands at `pointer` of the body, below this object."""
        return self.where + pointer[len(self.pointer) :]
