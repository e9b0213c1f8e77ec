"""Vectors, as lists of numbers or in base64: their size, their length, and whether they point the same way."""

from __future__ import annotations

from cassette_tools.data.drift import VECTOR
from cassette_tools.diff.comparing.bodies import short_path
from cassette_tools.diff.values.token_lists import are_lists_of_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.comparing.bodies import Bodies, Spot
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route


def is_of_other_size(found: Difference) -> bool:
    """Whether a vector has more or fewer numbers than it had: that is no matter of their values."""
    if are_lists_of_tokens(found):
        return False
    if isinstance(found.old, list) and isinstance(found.new, list):
        sizes = sizes_of(found.old), sizes_of(found.new)
        return bool(sizes[0] and sizes[1]) and sizes[0] != sizes[1]
    names = {*map(str, found.route)}
    is_vector = isinstance(found.old, str) and isinstance(found.new, str) and "embedding" in names
    return is_vector and len(found.old) != len(found.new)


def sizes_of(value: Json) -> set[int]:
    """How many numbers the vectors have that a list is, or is made of."""
    if not isinstance(value, list) or not value:
        return set()
    if all(type(each) in (int, float) for each in value):
        return {len(value)}
    sizes = [sizes_of(each) for each in value]
    return set().union(*sizes) if all(sizes) else set()


def other_vector(bodies: Bodies, spot: Spot, every: Iterable[Difference]) -> Change | None:
    """The change of a vector by more than its last digits; it stands for all such vectors of `every`."""
    if not _is_another_vector(spot.found):
        return None
    count, where = sum(map(_is_another_vector, every)), short_path(spot.path)
    old_route, new_route = ((*route, *_first_number(*spot.found.values)) for route in spot.found.routes)
    return bodies.change(
        "response-body-changed",
        spot,
        subject=f"the vector {where} differs" if count == 1 else f"{count} vectors differ, starting at {where}",
        note=f"{_cosine(spot.found):.3f}",
        circumstance=VECTOR,
        old_place=bodies.place(old_route, new=False),
        new_place=bodies.place(new_route, new=True),
    )


def _is_another_vector(found: Difference) -> bool:
    cosine = None if are_lists_of_tokens(found) else _cosine(found)
    return cosine is not None and cosine < _SAME


def lengths_of(found: Difference) -> tuple[float, float] | None:
    """How long two vectors of as many numbers are, where that is another length: one that is normalised now."""
    from math import hypot

    if (
        are_lists_of_tokens(found)
        or not _is_vector(found.old)
        or not _is_vector(found.new)
        or len(found.old) != len(found.new)
    ):
        return None
    old, new = _short(hypot(*found.old)), _short(hypot(*found.new))
    is_other = abs(old - new) > _CLEARLY * max(old, new) and 1 in (round(old, 2), round(new, 2))
    return (old, new) if is_other else None


def _is_vector(value: Json) -> bool:
    return isinstance(value, list) and len(value) > _VECTOR and all(type(each) in (int, float) for each in value)


def _first_number(old: Json, new: Json) -> Route:
    """The way to the first number in which two vectors, or lists of vectors, differ."""
    if not isinstance(old, list) or not isinstance(new, list):
        return ()
    for number, (left, right) in enumerate(zip(old, new, strict=False)):
        if left != right:
            return (number, *_first_number(left, right))
    return ()


def _cosine(found: Difference) -> float | None:
    """How much two vectors of as many numbers point the same way; of several the least."""
    from math import hypot

    old, new = ([*_vectors(side, found.route)] for side in (found.old, found.new))
    if not old or [*map(len, old)] != [*map(len, new)]:
        return None
    sizes = [hypot(*left) * hypot(*right) for left, right in zip(old, new, strict=True)]
    products = (sum(a * b for a, b in zip(*pair, strict=True)) for pair in zip(old, new, strict=True))
    return min((product / size for product, size in zip(products, sizes, strict=True) if size), default=None)


def _vectors(value: Json, route: Route) -> Iterator[Sequence[float]]:
    """The vectors in a value, in order."""
    numbers = _numbers(value, route)
    if len(numbers) > _VECTOR:
        yield numbers
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _vectors(child, route) if isinstance(child, dict | list) else ()


def _numbers(value: Json, route: Route) -> Sequence[float]:
    """The numbers of a vector, which may be 32-bit floats in base64."""
    if isinstance(value, list):
        return value if value and all(type(each) in (int, float) for each in value) else ()
    if not isinstance(value, str) or "embedding" not in "".join(map(str, route)):
        return ()
    from array import array
    from base64 import b64decode

    try:
        found = array("f", b64decode(value, validate=True))
    except ValueError:
        return ()
    return found if all(abs(each) < _GREATEST for each in found) else ()


def _short(number: float) -> float:
    value = float(f"{number:.3g}")
    return int(value) if value.is_integer() else value


_SAME = 0.999  # the least cosine of two runs of one model over one text

_GREATEST = 1e6  # of the numbers in a vector

_VECTOR = 16  # numbers of the least vector

_CLEARLY = 0.05  # of the longer one
