"""Values that a stream does not write in pieces: set, merged or extended as more of them come."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from cassette_tools.model import Json, Object

    Way = tuple[str | int, ...]

_DEPTH = 24  # how deep objects are merged; below that the later one stands


def put(values: Object, key: str, value: Json, growing: Collection[str] = ()) -> None:
    """Lists grow, objects are merged, anything else stands until the next. A list that comes again whole is the same
    list, unless its key is one of the `growing`.
    """
    before = values.get(key)
    if type(value) is list:
        if type(before) is not list:
            values[key] = list(value)
        elif before != value or key in growing:
            before.extend(value)
    elif type(value) is dict and type(before) is dict:
        values[key] = merged(before, value)
    else:
        values[key] = value


def merged(old: Object, new: Object, depth: int = 0) -> Object:
    """`new` laid over `old`: objects are merged, anything else of `new` stands unless it is null."""
    whole = dict(old)
    for key, value in new.items():
        before = whole.get(key)
        if type(value) is dict and type(before) is dict and depth < _DEPTH:
            whole[key] = merged(before, value, depth + 1)
        elif value is not None or key not in whole:
            whole[key] = value
    return whole


def extended(before: Json, value: Json) -> Json:
    """Log probabilities: an object of lists, each of one entry for each token. `before` is what this gave the last
    time.
    """
    if type(value) is not dict:
        return value
    whole = before if type(before) is dict else {}
    for key, entries in value.items():
        if type(entries) is list:
            if type(whole.get(key)) is list:
                whole[key].extend(entries)
            else:
                whole[key] = list(entries)
        elif entries is not None or key not in whole:
            whole[key] = entries
    return whole


def grown(value: Json, way: Way, new: Json) -> Json:
    """`value` with `new` at the end of the way: a copy, as the events must stay as they are."""
    if not way:
        return new
    step = way[0]
    if type(step) is str:
        whole = dict(value) if type(value) is dict else {}
        whole[step] = grown(whole.get(step), way[1:], new)
        return whole
    listed = list(value) if type(value) is list else []
    listed.extend([{} for _ in range(int(step) + 1 - len(listed))])
    listed[int(step)] = grown(listed[int(step)], way[1:], new)
    return listed
