"""In what two requests differ that ask the same, for a message."""

from __future__ import annotations

from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Json

SHOWN = 3  # places


def differing(one: Body, other: Body) -> str:
    """The places in which two bodies differ, in words; ``""`` where they are the same but for how they are written."""
    if one.json is ABSENT or other.json is ABSENT:
        return "" if one.text == other.text else "the text"
    found = list(_places(one.json, other.json, ""))
    words = ", ".join(f"`{place or '/'}`" for place in found[:SHOWN])
    return f"{words} and {len(found) - SHOWN} more" if len(found) > SHOWN else words


def _places(one: Json, other: Json, at: str) -> Iterator[str]:
    if type(one) is dict and type(other) is dict:
        for key in dict.fromkeys((*one, *other)):
            inner = f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in one and key in other:
                yield from _places(one[key], other[key], inner)
            else:
                yield inner
    elif type(one) is list and type(other) is list and len(one) == len(other):
        for index, value in enumerate(one):
            yield from _places(value, other[index], f"{at}/{index}")
    elif one != other or type(one) is not type(other):
        yield at
