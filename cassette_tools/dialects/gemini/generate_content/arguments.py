"""Arguments of a call that come piece by piece: ``functionCall.partialArgs`` of Vertex AI.

Each piece has a path (RFC 9535, of names and indexes only) and a value; a string whose ``willContinue`` is true goes on
with the next piece of the same path. Source: Vertex AI documentation, "Streaming function call arguments"
(``streamFunctionCallArguments``).
"""

from __future__ import annotations

import re
from itertools import pairwise

from cassette_tools.decoding.protobuf import member
from cassette_tools.decoding.values import mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

    Steps = tuple[str | int, ...]

_STEP = r"""\.([^.\[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]"""
_MOST = 10_000  # the largest index that is believed


def steps_of(path: str) -> Steps | None:
    """``$.to[0].name`` as its steps; ``None`` when it is another kind of path."""
    matches = [*re.finditer(_STEP, path[1:])]
    if not path.startswith("$") or sum(len(match[0]) for match in matches) != len(path) - 1:
        return None  # something stands between the steps
    steps = tuple([_step(*match.groups()) for match in matches])
    return None if any(type(step) is int and step > _MOST for step in steps) else steps


def _step(name: str | None, index: str | None, single: str | None, double: str | None) -> str | int:
    """A step by its name, by its index (of many digits: one that is not believed), or by its quoted name."""
    if name is not None:
        return name
    if index is not None:
        return int(index[:9])
    return re.sub(r"\\(.)", r"\1", single or double or "")


class Arguments:
    """The arguments of one call in the making."""

    __slots__ = ("_open", "odd", "value")

    def __init__(self, value: Json) -> None:
        self.value: Json = _copied(value) if type(value) is dict else {}
        self.odd: list[Json] = []  # pieces that could not be put anywhere
        self._open: Steps | None = None  # the path whose string goes on

    def add(self, piece: Json) -> None:
        """Put one piece in its place."""
        whole = mapping(piece)
        steps = steps_of(text(member(whole, "jsonPath")) or "")
        found, value = _value_of(whole)
        is_put = bool(steps) and found and self._put(steps or (), value)
        if not is_put:
            self.odd.append(piece)
        if steps and found:
            self._open = steps if member(whole, "willContinue") is True else None

    def _put(self, steps: Steps, value: Json) -> bool:
        """Put a value where the steps lead, and make what they lead through; whether there is a place for it."""
        holder = self.value
        for step, following in pairwise(steps):
            if not _has_place(holder, step):
                return False
            if holder[step] is None:
                holder[step] = [] if isinstance(following, int) else {}
            holder = holder[step]
        last = steps[-1]
        if not _has_place(holder, last):
            return False
        before = holder[last]
        joins = self._open == steps and isinstance(before, str) and isinstance(value, str)
        holder[last] = before + value if joins else value
        return True


def _has_place(holder: Json, step: str | int) -> bool:
    """Whether `holder` is of the kind that a step leads into; it then has something there, if only null."""
    if isinstance(step, str):
        if type(holder) is dict:
            holder.setdefault(step, None)
        return type(holder) is dict
    if type(holder) is list:
        holder.extend([None] * (step + 1 - len(holder)))
    return type(holder) is list


def _copied(value: Json, depth: int = 0) -> Json:
    """What a piece began with is the event's own, and is not to be written to."""
    if isinstance(value, dict) and depth < 60:
        return {key: _copied(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list) and depth < 60:
        return [_copied(inner, depth + 1) for inner in value]
    return value


def _value_of(piece: dict[str, Json]) -> tuple[bool, Json]:
    """Whether a piece has a value, and the value."""
    values = (member(piece, key) for key in ("stringValue", "numberValue", "boolValue"))
    value = next((each for each in values if each is not None), None)
    return value is not None or "nullValue" in piece or "null_value" in piece, value
