"""Volatile values in JSON documents: where they are, which action they ask for, and what they become."""

from __future__ import annotations

import json

from cassette_tools._record import record
from cassette_tools.data.normal import FIELD_CLASSES, FIELDS, FOREIGN
from cassette_tools.later import regex
from cassette_tools.source.json_tree import leaves
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.normal import Action
    from cassette_tools.model import Json
    from cassette_tools.normalize.draft import Document, Draft

_BY_ROW = {row.match: row for row in FIELDS}
_DIGITS = regex(r"\d+(?:\.\d+)?")
_decode = json.JSONDecoder(strict=False).decode  # `json.loads` makes one for every value
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
        found = [
            (document, each)
            for document in draft.documents
            for each in _volatile_values(draft.segments[document.segment], document.start, draft.side)
        ]
        draft.found = known = (list(draft.segments), found)
    values: list[tuple[Document, Volatile]] = known[1]
    return values


def _volatile_values(text: str, start: int, side: str) -> Iterator[Volatile]:
    known = _actions[side]
    for path, begin, end in leaves(text, start):
        action = known[path] if path in known else action_for(path, side)
        if action is not None and text[begin] not in "tfn":
            yield Volatile(start=begin, end=end, path=path, value=scalar(text[begin:end]), action=action)


def scalar(spelling: str) -> Json:
    """The value of a JSON scalar. Most are strings without an escape, which are what they look like."""
    return spelling[1:-1] if spelling[0] == '"' and "\\" not in spelling else _decode(spelling)


def action_for(path: str, side: str) -> Action | None:
    """What is to be done with the value at a path (``choices[].delta.id``) of a request or a response; ``None`` for
    nothing.
    """
    known = _actions[side]
    if path not in known:
        known[path] = _found(path, side)
    return known[path]


def _found(path: str, side: str) -> Action | None:
    names = path.split(".")
    if any(name in FOREIGN for name in names[:-1]):
        return None
    if "metadata" in names[:-1] and path.rpartition(".")[0].endswith("metadata") and names[-1] != "user_id":
        return None  # the caller's own
    row = volatile_field(path, side)
    if row is None:
        return None
    if row.match == "provider" and path != "provider":
        return None  # OpenRouter's stands at the top; elsewhere the word means something
    action = _BY_ROW.get(row.match) or FIELD_CLASSES[row.kind]
    return None if action.action == "keep" else action


def zero(spelling: str, value: Json) -> str | None:
    """A number 0 of its type; a text with its numbers 0 (``1.2s``). ``None`` for what holds no number."""
    if isinstance(value, str):
        return json.dumps(_DIGITS.sub("0", value)) if _DIGITS.search(value) else None
    return "0.0" if any(sign in spelling for sign in ".eE") else "0"


def blank(spelling: str, value: Json) -> str | None:
    """The empty text; a number 0."""
    return '""' if isinstance(value, str) else zero(spelling, value)
