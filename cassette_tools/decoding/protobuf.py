"""Protocol buffers as JSON: fields in camel case or in snake case, which clients mix within one body.

The JSON mapping accepts both spellings of a field (google-genai writes ``functionCall`` beside ``inline_data``). Fields
are looked up here in both; pointers keep the wire's own. Nothing is ever renamed where the keys are the caller's:
arguments, results, labels, properties of a schema.

Source: https://protobuf.dev/programming-guides/json/.
"""

from __future__ import annotations

from cassette_tools.decoding.members import Members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json

_SNAKE: dict[str, str] = {}


def snake(name: str) -> str:
    """``inlineData`` as ``inline_data``; a name in snake case is its own."""
    known = _SNAKE.get(name)
    if known is None:
        if not isinstance(name, str) or not name.isidentifier() or len(name) > 80:
            return str(name)  # no field of Google's (a body recorded as YAML may have any key): nothing to remember
        known = "".join(["_" + letter.lower() if letter.isupper() else letter for letter in name]).lstrip("_")
        if len(_SNAKE) < 2000:
            _SNAKE[name] = known
    return known


def both(names: Iterable[str]) -> frozenset[str]:
    """The names (in camel case) in both spellings."""
    listed = tuple(names)
    return frozenset((*listed, *map(snake, listed)))


def spelled(whole: dict[str, Json], name: str) -> str:
    """The spelling of `name` (in camel case) that an object uses; the name itself when it uses none."""
    if whole.get(name) is None:
        other = snake(name)
        if whole.get(other) is not None:
            return other
    return name


def member(whole: dict[str, Json], name: str) -> Json:
    """What an object says under `name` (in camel case), in either spelling."""
    value = whole.get(name)
    return value if value is not None else whole.get(snake(name))


def snake_keys(value: Json, depth: int = 0) -> Json:
    """A setting of Google's own all of whose keys are fields, with the keys in snake case."""
    if isinstance(value, dict) and depth < 24:
        return {snake(key): snake_keys(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list) and depth < 24:
        return [snake_keys(inner, depth + 1) for inner in value]
    return value


# --- the cursor ------------------------------------------------------------------------------------------------------


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
