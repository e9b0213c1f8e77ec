"""Arguments of a call that come piece by piece: ``functionCall.partialArgs`` of Vertex AI.

Each piece has a path (RFC 9535, of names and indexes only) and a value; a string whose ``willContinue`` is true goes on
with the next piece of the same path. Source: Vertex AI documentation, "Streaming function call arguments"
(``streamFunctionCallArguments``).
"""

from __future__ import annotations

import re

from cassette_tools.dialects.gemini.names import member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

_STEP = r"""\.([^.\[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]"""
_MOST = 10_000  # the largest index that is believed


def steps_of(path: str) -> tuple[str | int, ...] | None:
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
        if index is not None:
            if len(index) > 5 or int(index) > _MOST:
                return None
            steps.append(int(index))
        else:
            quoted = single if single is not None else double
            steps.append(name if name is not None else re.sub(r"\\(.)", r"\1", quoted or ""))
        at = match.end()
    return tuple(steps)


class Arguments:
    """The arguments of one call in the making."""

    __slots__ = ("_open", "odd", "value")

    def __init__(self, value: Json) -> None:
        self.value: Json = _copied(value) if type(value) is dict else {}
        self.odd: list[Json] = []  # pieces that could not be put anywhere
        self._open: tuple[str | int, ...] | None = None  # the path whose string goes on

    def add(self, piece: Json) -> None:
        """Put one piece in its place."""
        path = member(piece, "jsonPath") if type(piece) is dict else None
        steps = steps_of(path) if isinstance(path, str) else None
        said = _value_of(piece) if type(piece) is dict else None
        if not steps or said is None:
            self.odd.append(piece)
            return
        if not self._put(steps, said[0]):
            self.odd.append(piece)
        self._open = steps if member(piece, "willContinue") is True else None

    def _put(self, steps: tuple[str | int, ...], value: Json) -> bool:
        goes_on = self._open == steps
        holder = self.value
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            if isinstance(step, str):
                if type(holder) is not dict:
                    return False
                before = holder.get(step)
            else:
                if type(holder) is not list:
                    return False
                holder.extend([None] * (step + 1 - len(holder)))
                before = holder[step]
            if last:
                joins = goes_on and isinstance(before, str) and isinstance(value, str)
                holder[step] = before + value if joins else value
            elif before is None:
                holder[step] = [] if isinstance(steps[number + 1], int) else {}
            holder = holder[step]
        return True


def _copied(value: Json, depth: int = 0) -> Json:
    """What a piece began with is the event's own, and is not to be written to."""
    if isinstance(value, dict) and depth < 60:
        return {key: _copied(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list) and depth < 60:
        return [_copied(inner, depth + 1) for inner in value]
    return value


def _value_of(piece: dict[str, Json]) -> tuple[Json] | None:
    for key in ("stringValue", "numberValue", "boolValue"):
        value = member(piece, key)
        if value is not None:
            return (value,)
    return (None,) if "nullValue" in piece or "null_value" in piece else None
