"""Arguments of a call that come piece by piece: ``functionCall.partialArgs`` of Vertex AI.

Each piece has a path (RFC 9535, of names and indexes only) and a value; a string whose ``willContinue`` is true goes on
with the next piece of the same path. Source: Vertex AI documentation, "Streaming function call arguments"
(``streamFunctionCallArguments``).
"""

from __future__ import annotations

import re
from itertools import pairwise

from cassette_tools.dialects.gemini.names import member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

    Steps = tuple[str | int, ...]

_STEP = r"""\.([^.\[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]"""
_MOST = 10_000  # the largest index that is believed


def steps_of(path: str) -> Steps | None:
    """``$.to[0].name`` as its steps; ``None`` when it is another kind of path."""
    if not path.startswith("$"):
        return None
    steps: list[str | int] = []
    at = 1
    pattern = re.compile(_STEP)
    while at < len(path):
        match = pattern.match(path, at)
        if match is None:
            return None
        name, index, single, double = match.groups()
        if name is not None:
            steps.append(name)
        elif index is None:
            steps.append(re.sub(r"\\(.)", r"\1", single or double or ""))
        elif len(index) > 5 or int(index) > _MOST:
            return None
        else:
            steps.append(int(index))
        at = match.end()
    return tuple(steps)


class Arguments:
    """The arguments of one call in the making."""

    __slots__ = ("_open", "odd", "value")

    def __init__(self, value: Json) -> None:
        self.value: Json = _copied(value) if type(value) is dict else {}
        self.odd: list[Json] = []  # pieces that could not be put anywhere
        self._open: Steps | None = None  # the path whose string goes on

    def add(self, piece: Json) -> None:
        """Put one piece in its place."""
        whole = piece if type(piece) is dict else {}
        path = member(whole, "jsonPath")
        steps = steps_of(path) if isinstance(path, str) else None
        found, value = _value_of(whole)
        if not steps or not found:
            self.odd.append(piece)
            return
        if not self._put(steps, value):
            self.odd.append(piece)
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
    for key in ("stringValue", "numberValue", "boolValue"):
        value = member(piece, key)
        if value is not None:
            return True, value
    return "nullValue" in piece or "null_value" in piece, None
