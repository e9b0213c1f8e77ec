"""Which values are noise: looks fields and headers up in the table of `cassette_tools.data.volatile`."""

from __future__ import annotations

from functools import lru_cache

from cassette_tools.data.volatile import CHOSEN, FIELDS, HEADERS, JITTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.data.volatile import Jitter, Volatile

    _Row = tuple[int, list[str], Volatile]  # its number in the table, the names that it wants, and the row

_header_answers: dict[str, Volatile | None] = {}
_field_answers: dict[tuple[str, bool], Volatile | None] = {}


def volatile_header(name: str) -> Volatile | None:
    """The row that speaks of a header, if any; the case of the name does not matter."""
    name = name.lower()
    if name not in _header_answers:
        _header_answers[name] = next((row for row in HEADERS if fits(row.match, name)), None)
    return _header_answers[name]


def volatile_field(path: str, side: str = "response") -> Volatile | None:
    """The row that speaks of the field at the end of `path` or of something that it lies in, if any.

    `path` is written as in a finding: ``choices[0].delta.id``. Of a ``request`` only the rows that say so speak.
    """
    key = (_without_indices(path), side == "request")
    if key not in _field_answers:
        _field_answers[key] = _find(*key)
    return _field_answers[key]


def _find(path: str, is_request: bool) -> Volatile | None:
    names = path.split(".")
    if not is_request and names[-2:-1] == ["headers"]:  # of an upstream, which a gateway repeats in an error
        return volatile_header(names[-1])
    is_chosen = names[-1].removesuffix("[]") in CHOSEN
    for end in range(len(names) - is_chosen, 0, -1):
        row = _first_that_ends(names[:end], innermost=end == len(names), is_request=is_request)
        if row is not None:
            return row
    return None


def _first_that_ends(names: list[str], *, innermost: bool, is_request: bool) -> Volatile | None:
    """An outer name makes all within it noise, except by a wildcard, and except by ``id``: objects are no ids."""
    last = names[-1]
    by_name = _rows(innermost, is_request)
    near = [each for name in {"*", last, last.removesuffix("[]")} for each in by_name.get(name, ())]
    return next((row for _number, wanted, row in sorted(near, key=_number_of) if _ends(wanted, names)), None)


@lru_cache(maxsize=4)
def _rows(innermost: bool, is_request: bool) -> dict[str, list[_Row]]:
    """The rows that may speak, by the last name that they want; those that want any that is alike by ``*``."""
    by_name: dict[str, list[_Row]] = {}
    for number, row in enumerate(FIELDS):
        if (row.requests or not is_request) and (innermost or not (row.kind == "id" or row.match.startswith("*"))):
            wanted = row.match.split(".")
            by_name.setdefault("*" if "*" in wanted[-1] else wanted[-1], []).append((number, wanted, row))
    return by_name


def _number_of(row: _Row) -> int:
    return row[0]


def jitter_of(path: str, old: object, new: object) -> Jitter | None:
    """The row by which two numbers of a response, or all in two lists, are the same but for chance, if any."""
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        found = [jitter_of(f"{path}[]", one, other) for one, other in zip(old, new, strict=True)]
        return found[0] if found and all(found) else None
    if not isinstance(old, int | float) or not isinstance(new, int | float) or bool in (type(old), type(new)):
        return None
    names = _without_indices(path).split(".")
    return next((row for row in JITTERS if _ends(row.match.split("."), names) and _is_within(row, old, new)), None)


def _ends(wanted: list[str], names: list[str]) -> bool:
    return len(wanted) <= len(names) and all(map(fits, wanted, names[-len(wanted) :]))


def _is_within(row: Jitter, old: float, new: float) -> bool:
    greater = max(abs(old), abs(new))
    if row.match == "*" and isinstance(old, int) and isinstance(new, int):
        return False  # a count
    fraction = row.least > 1 and greater <= 1 and isinstance(old, float) and isinstance(new, float)
    return abs(old - new) <= (_HUNDREDTH if fraction else max(row.least, row.share * greater))


_HUNDREDTH = 0.01


def fits(pattern: str, name: str) -> bool:
    """Whether a name is what the `match` of a row stands for."""
    bare = name if pattern.endswith("[]") else name.removesuffix("[]")
    if pattern[0] != "*" and pattern[-1] != "*":
        return pattern == bare
    core = pattern.strip("*")
    if pattern[0] == "*" and pattern[-1] == "*":
        return core in bare
    return bare.endswith(core) if pattern[0] == "*" else bare.startswith(core)


@lru_cache(maxsize=4096)  # the elements of a list are asked for again and again
def _without_indices(path: str) -> str:
    if "[" not in path:
        return path
    return "".join(_pieces(path))


def _pieces(path: str) -> Iterable[str]:
    """``a[0].b[kind=x].c`` as ``a[].b[].c``."""
    head, *rest = path.split("[")
    yield head
    for piece in rest:
        yield "[]" + piece.partition("]")[2]
