"""Volatile values in JSON documents: where they are, which action they ask for, and what they become."""

from __future__ import annotations

import json
import re

from cassette_tools._record import record
from cassette_tools.data.normal import FIELD_CLASSES, FIELDS, FOREIGN
from cassette_tools.later import regex
from cassette_tools.source.json_tree import SCALAR, leaves, runs, scalars_in
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.data.normal import Action
    from cassette_tools.model import Json
    from cassette_tools.normalize.draft import Document, Draft

_BY_ROW = {row.match: row for row in FIELDS}
_DIGITS = regex(r"\d+(?:\.\d+)?")
_scan = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]  # `json.loads` makes one for every value
_actions: dict[str, dict[str, Action | None]] = {"request": {}, "response": {}}  # by path


@record
class Volatile:
    """A scalar of a document: where it is spelled, its path and value, and what is to be done with it."""

    start: int
    end: int
    path: str
    value: Json
    action: Action


def volatile_in(draft: Draft) -> list[tuple[Document, Volatile]]:
    """The volatile scalars of a body with the documents that they stand in, nulls and booleans left out. Asked for
    twice (for names, then for changes), they are looked for once.
    """
    known = draft.found
    if known is None or known[0] != draft.segments:
        makes = _Makes(draft.side, most=_MOST if len(draft.documents) >= _MANY else 0)
        found = [
            (document, each)
            for document in draft.documents
            for each in makes.values(draft.segments[document.segment], document.start, document.end)
        ]
        draft.found = known = (list(draft.segments), found)
    values: list[tuple[Document, Volatile]] = known[1]
    return values


_MANY, _MOST = 500, 8  # events from which on it pays to learn their makes; makes that are learned at most
_SCALARS = 60  # of a document whose make is learned: a regular expression of more takes long to be made


class _Makes:
    """Where the volatile scalars of documents stand. The events of a stream are of a few makes: they differ in nothing
    but scalars. So one regular expression finds all volatile scalars of a make, where to walk through it takes ten
    times as long. At `most` so many are learned.
    """

    def __init__(self, side: str, *, most: int) -> None:
        self._side = side
        self._most = most
        self._known: list[tuple[re.Pattern[str], list[tuple[str, Action]]]] = []

    def values(self, text: str, start: int, end: int) -> list[Volatile]:
        """The volatile scalars of the document that stands from `start` to `end`."""
        for pattern, named in self._known:
            match = pattern.match(text, start)
            if match is not None:
                return _volatile(text, zip(named, match.regs[1:], strict=True))
        if len(self._known) < self._most:
            self._learn(text, start, end)
        places = (
            ((path, action), place)
            for path, *run in runs(text, start, end)
            if (action := action_for(path, self._side)) is not None
            for place in scalars_in(text, *run)
        )
        return _volatile(text, places)

    def _learn(self, text: str, start: int, end: int) -> None:
        """Know the make of a document from now on."""
        scalars = [(path, action_for(path, self._side), at, to) for path, at, to in leaves(text, start, end)]
        if len(scalars) <= _SCALARS:
            self._known.append(_make(text, start, end, scalars))


_CONSTANTS = "tfn"  # how ``true``, ``false`` and ``null`` begin


def _make(
    text: str, start: int, end: int, scalars: list[tuple[str, Action | None, int, int]]
) -> tuple[re.Pattern[str], list[tuple[str, Action]]]:
    """What finds the volatile scalars in documents of the same make, with the path and action of each."""
    pieces: list[str] = []
    at = start
    for _path, action, begin, last in scalars:
        pieces += (re.escape(text[at:begin]), f"({SCALAR})" if action is not None else f"(?:{SCALAR})")
        at = last
    pieces.append(re.escape(text[at:end]))
    return re.compile("".join(pieces)), [(path, action) for path, action, *_at in scalars if action is not None]


def _volatile(text: str, places: Iterable[tuple[tuple[str, Action], tuple[int, int]]]) -> list[Volatile]:
    return [
        Volatile(start=start, end=end, path=path, value=scalar(text[start:end]), action=action)
        for (path, action), (start, end) in places
        if text[start] not in _CONSTANTS
    ]


def scalar(spelling: str) -> Json:
    """The value of a JSON scalar. Most are strings without an escape, which are what they look like."""
    if spelling[0] == '"' and "\\" not in spelling:
        return spelling[1:-1]
    value: Json = _scan(spelling, 0)[0]
    return value


def action_for(path: str, side: str) -> Action | None:
    """What is to be done with the value at a path (``choices[].delta.id``) of a request or a response; ``None`` for
    nothing.
    """
    known = _actions[side]
    if path not in known:
        known[path] = _found(path, side)
    return known[path]


def _found(path: str, side: str) -> Action | None:
    row = None if _is_foreign(path) else volatile_field(path, side)
    if row is None:
        return None
    if row.match == "provider" and path != "provider":
        return None  # OpenRouter's stands at the top; elsewhere the word means something
    action = _BY_ROW.get(row.match) or FIELD_CLASSES[row.kind]
    return None if action.action == "keep" else action


def _is_foreign(path: str) -> bool:
    """Whether a value is the caller's own."""
    *above, name = path.split(".")
    if any(each in FOREIGN for each in above):
        return True
    return "metadata" in above and above[-1].endswith("metadata") and name != "user_id"


def zero(spelling: str, value: Json) -> str | None:
    """A number 0 of its type; a text with its numbers 0 (``1.2s``). ``None`` for what holds no number."""
    if isinstance(value, str):
        return json.dumps(_DIGITS.sub("0", value)) if _DIGITS.search(value) else None
    return "0.0" if any(sign in spelling for sign in ".eE") else "0"


def blank(spelling: str, value: Json) -> str | None:
    """The empty text; a number 0."""
    return '""' if isinstance(value, str) else zero(spelling, value)
