"""Whether two recordings plainly say the same, told by one walk over both: `cassette diff` would tell nothing above
noise. A "no" says nothing, and `diff` must be asked.

What may differ is the value of a volatile field (of the same type), and ids: those of one recording stand for those of
the other, one for one.
"""

from __future__ import annotations

from itertools import repeat

from cassette_tools.model import ABSENT
from cassette_tools.normalize.names import replaced
from cassette_tools.secrets import REDACTED, is_secret_header
from cassette_tools.volatile import volatile_field, volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.volatile import Volatile
    from cassette_tools.model import Body, Event, Headers, Interaction, Json, Recording, Request, Response
    from cassette_tools.normalize.names import Names

_IDS = frozenset(("id", "trace"))
_SCALARS = frozenset((str, int, float, bool, type(None)))
_COMPUTED = frozenset(("score",))  # what a model computed: tests compare it
_COOKIES = frozenset(("cookie", "set-cookie"))


def plainly_same(old: Recording, new: Recording, names: Names) -> bool:
    """Whether nothing but noise can lie between two recordings of one file, in which ids were given new names."""
    look = _Look(names)
    try:
        return len(old.interactions) == len(new.interactions) and all(
            look.same(*pair) for pair in zip(old.interactions, new.interactions, strict=True)
        )
    except RecursionError:  # nested too deep for a quick look
        return False


class _Look:
    """A walk over two recordings; `_new` and `_old` hold the couples of ids so far, by either."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._new: dict[str, str] = {}
        self._old: dict[str, str] = {}
        # Of the members, by path, keys and side of an object: the path, and whether the same scalar says the same.
        self._members: dict[tuple[str, tuple[str, ...], str], list[tuple[str, bool]]] = {}
        self._rows: dict[tuple[str, str], Volatile | None] = {}  # by path and side

    def same(self, old: Interaction, new: Interaction) -> bool:
        """Whether two interactions say the same."""
        asked, answered = (old.request, new.request), (old.response, new.response)
        return (
            (old.request.method, old.response.status_code, old.response.reason, old.response.http_version, old.extra)
            == (new.request.method, new.response.status_code, new.response.reason, new.response.http_version, new.extra)
            and [each.kind for each in old.problems] == [each.kind for each in new.problems]
            and self._text(old.request.url, new.request.url)
            and self._message(*asked, "request")
            and self._message(*answered, "response")
            and _is_told_alike(old, new)
        )

    def _message(self, old: Request | Response, new: Request | Response, side: str) -> bool:
        return (
            old.extra == new.extra
            and _is_length(old.content_length, new.content_length, old.body, new.body)
            and self._headers(old.headers, new.headers, old.body, new.body)
            and self._body(old.body, new.body, side)
        )

    def _headers(self, old: Headers, new: Headers, was: Body, now: Body) -> bool:
        before, after = _by_name(old), _by_name(new)
        return all(
            name in before and self._field(name, before[name], after.get(name), was, now)
            for name in {**before, **after}
        )

    def _field(self, name: str, old: list[str], new: list[str] | None, was: Body, now: Body) -> bool:
        is_length = name == "content-length"
        if not is_length and (old == new or (name in _COOKIES and not new)):
            return True
        row = volatile_header(name)
        if row is not None:
            return row.kind not in _COMPUTED and (new is None or row.kind not in _IDS or self._all(old, new))
        if new is None or len(old) != len(new):
            return False
        if not is_length:
            return is_secret_header(name) and all(REDACTED in value for value in new)
        return all(_is_length(_number(one), _number(other), was, now) for one, other in zip(old, new, strict=True))

    def _all(self, old: list[str], new: list[str]) -> bool:
        return len(old) == len(new) and all(map(self._couple, old, new))

    def _body(self, old: Body, new: Body, side: str) -> bool:
        if _shape(old) != _shape(new):
            return False
        if old.events:
            return all(self._event(*pair, side) for pair in zip(old.events, new.events, strict=True))
        if isinstance(old.json, dict | list):
            return self._value(old.json, new.json, "", side)
        if old.text is None or new.text is None:
            return old.text is new.text and old.raw == new.raw
        return self._text(old.text, new.text)

    def _event(self, old: Event, new: Event, side: str) -> bool:
        return (
            (old.event, old.id, old.terminated) == (new.event, new.id, new.terminated)
            and self._value(old.json, new.json, "", side)
            and (old.json is not ABSENT or self._text(old.data, new.data))
        )

    def _value(self, old: Json, new: Json, path: str, side: str) -> bool:
        if type(old) is not type(new):
            return False
        if isinstance(old, dict):
            keys = tuple(old)
            members = self._members.get((path, keys, side)) or self._members_of(path, keys, side)
            if keys != tuple(new):
                return False
            for one, other, (inner, is_plain) in zip(old.values(), new.values(), members, strict=True):
                is_same = is_plain and type(one) in _SCALARS and type(one) is type(other) and one == other
                if not is_same and not self._value(one, other, inner, side):
                    return False
            return True
        if isinstance(old, list):
            return len(old) == len(new) and all(map(self._value, old, new, repeat(f"{path}[]"), repeat(side)))
        return self._scalar(old, new, path, side)

    def _members_of(self, path: str, keys: tuple[str, ...], side: str) -> list[tuple[str, bool]]:
        """What is known of the members of an object; the events of a stream have the same."""
        paths = [f"{path}.{key}" if path else key for key in keys]
        rows = [self._row(each, side) for each in paths]
        members = [(each, row is None or row.kind not in _IDS) for each, row in zip(paths, rows, strict=True)]
        self._members[path, keys, side] = members
        return members

    def _row(self, path: str, side: str) -> Volatile | None:
        place = path, side
        return self._rows[place] if place in self._rows else self._rows.setdefault(place, volatile_field(*place))

    def _scalar(self, old: Json, new: Json, path: str, side: str) -> bool:
        row = self._row(path, side)
        if row is not None and row.kind in _IDS:
            return self._couple(old, new) if isinstance(old, str) else bool(old == new)
        if old == new:
            return True
        if row is None:
            return isinstance(old, str) and self._text(old, new)
        return bool(old) and not isinstance(old, bool) and row.kind not in _COMPUTED

    def _text(self, old: str, new: str) -> bool:
        """Whether two texts differ in the names of ids alone."""
        if old == new:
            return True
        found = self._names.found_in(old)
        return replaced(old, found) == new and all(self._couple(old[start:end], name) for start, end, name in found)

    def _couple(self, old: str, new: str) -> bool:
        if REDACTED in new and old != new:
            return False
        return self._new.setdefault(old, new) == new and self._old.setdefault(new, old) == old


def _shape(body: Body) -> tuple[object, ...]:
    """What of a body must be the same, whatever its values are."""
    kinds = [each.kind for each in body.problems]
    return body.stream, body.codings, body.tree, len(body.events), kinds, body.comments


def _is_told_alike(old: Interaction, new: Interaction) -> bool:
    one, other = old.llm, new.llm
    if one is None or other is None:
        return one is other
    return (one.dialect, one.complete, [each.kind for each in one.problems]) == (
        other.dialect,
        other.complete,
        [each.kind for each in other.problems],
    )


def _is_length(old: int | None, new: int | None, was: Body, now: Body) -> bool:
    """Whether a recorded length is right, or as wrong as it was."""
    if old is None or new is None:
        return old is new
    return new == now.size or new - now.size == old - was.size


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    return found
