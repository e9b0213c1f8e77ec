"""The words of one change, and the words for its kind."""

from __future__ import annotations

import re

from cassette_tools.data.drift import KINDS
from cassette_tools.diff.changes.change import without_brackets
from cassette_tools.diff.judging.sides import interactions_of
from cassette_tools.model import ABSENT
from cassette_tools.words import bare, became, item_in_words, pair, settings_in_words, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cassette_tools.data.drift import Judgement
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def message_of(change: Change, row: Judgement) -> str:
    """The row's words with what changed in them."""
    plain = not row.name.startswith("text-")  # of a text, one wants to see where it begins and ends
    words = re.sub(r"\{(\w+)\}", lambda field: _FILLED[field[1]](change, row, plain), row.message)
    return _with_days(words, change)


_FILLED: dict[str, Callable[[Change, Judgement, bool], str]] = {
    "subject": lambda change, _row, _plain: change.subject or change.path,
    "note": lambda change, _row, plain: change.note or became(change.old, change.new, plain=plain),
    "more": lambda change, _row, _plain: change.note,
    "change": lambda change, _row, plain: became(change.old, change.new, arrow=" became ", plain=plain),
    "old": lambda change, row, plain: _side(change, row, plain, new=False),
    "new": lambda change, row, plain: _side(change, row, plain, new=True),
}
"""What replaces each placeholder in the words of a row."""


def _with_days(words: str, change: Change) -> str:
    """The words with the day beside a moment that is sent as a number of seconds: ``1785197881 (2026-07-28)``."""
    if change.rule == "time-changed" or not _MOMENT.search(change.path):
        return words
    for value in (change.old, change.new):
        if type(value) is int and _SECONDS[0] <= value < _SECONDS[1]:
            words = words.replace(str(value), f"{value} ({_day(value)})", 1)
    return words


def _day(seconds: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


_MOMENT = re.compile(r"(?:_at|At|expir\w{0,12})$")
_SECONDS = 1_000_000_000, 5_000_000_000  # since 1970: from 2001 to 2128


def _side(change: Change, row: Judgement, plain: bool, *, new: bool) -> str:
    """The old or the new value; beside the other one, cut down to where they differ."""
    value = change.new if new else change.old
    if row.none and value in (None, ABSENT):
        return row.none
    both = _own_words(change) or _cut_down(change, row, plain)
    return both[new] if both is not None else _alone(value, change, row, plain)


def _alone(value: Json, change: Change, row: Judgement, plain: bool) -> str:
    """A value that is not shown beside another one."""
    if isinstance(value, dict) and change.path.endswith("]") and row.name.startswith(_OF_LISTS):
        return item_in_words(value)
    if isinstance(value, dict) and row.name.startswith("request-field-"):
        return settings_in_words(value)
    return bare(value) if plain else short(value)


_OF_LISTS = ("request-field-", "response-field-")


def _cut_down(change: Change, row: Judgement, plain: bool) -> tuple[str, str] | None:
    """Both values, where a row shows both and they differ."""
    is_shown = "{old}" in row.message and "{new}" in row.message
    return pair(change.old, change.new, plain=plain) if is_shown and change.old != change.new else None


def _own_words(change: Change) -> tuple[str, str] | None:
    """How the API itself calls why the output ended, before and after; ``None`` where these are two APIs."""
    if change.rule != "finish-reason-changed" or change.sent is None:
        return None
    is_told = change.sent[0] != change.sent[1] and all(isinstance(word, str) for word in change.sent)
    return change.sent if is_told and _is_of_one_dialect(change) else None


def _is_of_one_dialect(change: Change) -> bool:
    sides = [side for side in interactions_of(change) if side is not None]
    return len({None if side.llm is None else side.llm.dialect for side in sides}) == 1


def kinds_of(changes: Sequence[Change]) -> Iterator[str]:
    """What a person calls the changes that are folded under another: by their kind, a field or two by their names."""
    fields = {_field_of(change) for change in changes if change.rule.startswith(_FIELDS)}
    for change in changes:
        named = change.rule.startswith(_FIELDS) and len(fields) <= _FEW
        yield _field_of(change) if named else kind_of(change.rule)


def kind_of(rule: str) -> str:
    """What a person calls the changes of a rule."""
    return next(row.words for row in KINDS if rule.startswith(row.rule))


_FIELDS = ("wire-", "request-", "response-field-", "usage-detail-", "unclassified-", "event-value-", "response-body-")
_FEW = 3  # fields that are named


def _field_of(change: Change) -> str:
    """``functionCall.id``, ``reasoning.context``: a field as one finds it in the body."""
    path = change.path.partition("].")[2] if change.path.startswith("response.events[") else change.path
    if "[" in change.subject.partition(".")[0] and path.startswith(
        ("request.input_messages[", "response.body.choices[")
    ):
        path = change.subject  # as it was sent
    steps = without_brackets(path, "").split(".")
    return ".".join([step for step in steps if step not in _CONTAINERS][-2:]) or steps[-1]


_CONTAINERS = ("request", "response", "body", "parameters", "output", "choices", "candidates", "content", "parts")
