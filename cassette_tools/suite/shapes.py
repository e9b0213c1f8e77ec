"""What stands where in answers: each place of each kind of event and of whole answers, the JSON types seen there, and
the words.

A place is a path of steps: ``.name`` is a member of an object, ``[]`` any element of a list, and ``{`` leads into an
object, with the type that it says (``{tool_use``): objects of two types have different fields by design. What others
than the API choose (arguments of tools, schemas, metadata) is seen as a type and is not looked into.
"""

from __future__ import annotations

from functools import cache

from cassette_tools.data.wire import BY_CONTENT, CHOSEN, ENDS, FOREIGN, GIVEN_BACK, NAMED_ELSEWHERE
from cassette_tools.diff.http.event_kinds import SENT, event_kind, variant_of
from cassette_tools.diff.values.freeform import json_type
from cassette_tools.later import regex
from cassette_tools.load import load_source
from cassette_tools.one_file import OneFile
from cassette_tools.pool import each, size_of, workers
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from cassette_tools.model import Event, Interaction, Json
    from cassette_tools.suite.survey import Opened, Recorded

    Path: TypeAlias = tuple[str, ...]
    # ANY, a JSON type (after GIVEN where the value is that of the request), VALUE and a word, or FREE: in how many
    # places it was seen, and in how many recordings
    Seen: TypeAlias = dict[str, tuple[int, int]]
    Shape: TypeAlias = dict[Path, Seen]
    Kind: TypeAlias = tuple[str, str, str]  # dialect, provider, and the kind of event or of answer
    Shapes: TypeAlias = dict[Kind, Shape]

TOP = "{"  # into the object that the whole event is
ELEMENT = "[]"
ANY = ""
VALUE = "="
GIVEN = "^"  # the value is what the caller sent, who may send anything
FREE = "~"  # a text that is no word, or one more than fit
ERROR = "error answer"

_DEPTH = 64  # steps; nothing that an API sends is deeper
_MOST = 64  # words at one place; an enumeration has far fewer
_WORD = regex(r"(?:[A-Za-z0-9][\w.:/-]{0,47})?\Z")

_ENDS = frozenset(row.name for row in ENDS)
_CLOSED = frozenset(row.name for row in (*FOREIGN, *GIVEN_BACK, *NAMED_ELSEWHERE))
_TEXTS = frozenset(row.name for row in (*BY_CONTENT, *CHOSEN)) - _ENDS


def shapes_of(recordings: Sequence[Recorded], opened: Opened, jobs: int | None = None) -> Shapes:
    """What stands where in the answers of all recordings. Raises SourceError."""

    def work(number: int) -> Shapes:
        with OneFile(recordings[number].path):
            return shapes_in(load_source(opened(recordings[number].path)).interactions)

    count = len(recordings)
    done = dict(each(work, count, workers(jobs, count, sum(size_of(recorded.path) for recorded in recordings))))
    return merged(done[number] for number in range(count))


def shapes_in(interactions: Iterable[Interaction]) -> Shapes:
    """What stands where in the answers of one recording."""
    found: Shapes = {}
    for interaction in interactions:
        asked = interaction.request.body.json
        for kind, document in documents_in(interaction):
            see(document, found.setdefault(kind, {}), asked if isinstance(asked, dict) else {})
    return found


def merged(several: Iterable[Shapes]) -> Shapes:
    """The shapes of several recordings as one."""
    whole: Shapes = {}
    for shapes in several:
        for kind, shape in shapes.items():
            own = whole.setdefault(kind, {})
            for path, seen in shape.items():
                add(own.setdefault(path, {}), seen)
    return whole


def add(seen: Seen, more: Seen) -> None:
    """Count what was seen in other recordings."""
    for what, (places, recordings) in more.items():
        key = _key(seen, what)
        before = seen.get(key, (0, 0))
        seen[key] = (before[0] + places, before[1] + recordings)


def _key(seen: Seen, what: str) -> str:
    """What something is counted as: where there are too many words, one more is any text."""
    return FREE if what.startswith(VALUE) and what not in seen and len(seen) > _MOST else what


def documents_in(interaction: Interaction) -> Iterator[tuple[Kind, Json]]:
    """The JSON of an answer, whole or by its events, with its kind; nothing of what no dialect knows."""
    call, body = interaction.llm, interaction.response.body
    if call is None:
        return
    who = (call.dialect, call.provider_name or "")
    if body.stream:
        yield from (((*who, kind), document) for kind, document in _documents_of_events(body.events))
    elif isinstance(body.json, dict | list):
        failed = call.error is not None or interaction.response.status_code >= 400
        yield (*who, ERROR if failed else f"{call.operation_name} answer"), body.json


def _documents_of_events(events: Iterable[Event]) -> Iterator[tuple[str, Json]]:
    for event in events:
        if isinstance(event.json, dict | list) and event.event != SENT:
            yield event_kind(event.event, event.json) or "event", event.json


def see(document: Json, shape: Shape, asked: Mapping[str, Json]) -> None:
    """Take up one document; what has the name and the value of a setting in `asked` is given back."""
    pending: list[tuple[Path, Json]] = [((), document)]
    while pending:
        path, value = pending.pop()
        seen = shape.setdefault(path, {})
        kind = json_type(value)
        _count(seen, ANY)
        if value is not None and path and asked.get(path[-1][1:]) == value:
            _count(seen, GIVEN + kind)
            continue
        _count(seen, kind)
        if kind == "string":
            _count(seen, _word(path, value, seen))
        elif kind in ("object", "array") and not is_closed(path):
            pending += _within(path, value, shape)


def _within(path: Path, value: Json, shape: Shape) -> Iterator[tuple[Path, Json]]:
    """The elements of a list; the fields of an object, which is counted by its type."""
    if isinstance(value, list):
        yield from (((*path, ELEMENT), element) for element in value)
        return
    variant = variant_of(value) if path else ""  # what the whole event is, its kind says
    within = (*path, f"{TOP}{variant if _is_word(variant) else ''}")
    _count(shape.setdefault(within, {}), ANY)
    yield from (((*within, f".{name}"), child) for name, child in value.items())


def _count(seen: Seen, what: str) -> None:
    seen[what] = (seen.get(what, (0, 1))[0] + 1, 1)


def _word(path: Path, text: str, seen: Seen) -> str:
    return _key(seen, VALUE + text) if not _is_free(path) and _is_word(text) else FREE


def _is_word(text: str) -> bool:
    return _WORD.match(text) is not None


@cache
def is_closed(path: Path) -> bool:
    """Whether nothing within is looked into."""
    names = names_in(path)
    if len(path) > _DEPTH:
        return True
    if not names:
        return False
    row = volatile_field(_plain(path))
    if row is not None and row.kind != "id":
        return True
    return names[-1] in _CLOSED and names[-2:] != ["audio", "input"]  # how a session takes sound is the API's


@cache
def _is_free(path: Path) -> bool:
    """Whether texts there are no words of the API: ids, times, and what somebody wrote."""
    names = names_in(path)
    return bool(names) and (names[-1] in _TEXTS or volatile_field(_plain(path)) is not None)


def names_in(path: Path) -> list[str]:
    """The names of the fields on the way."""
    return [step[1:] for step in path if step.startswith(".")]


def _plain(path: Path) -> str:
    """``content[].id``, as tables of fields have it."""
    return "".join(step for step in path if not step.startswith(TOP)).lstrip(".")


def in_words(path: Path) -> str:
    """``content[tool_use].caller``, as a person reads it."""
    said = ""
    for step in path:
        if step == TOP:
            continue
        if step == ELEMENT:
            said += "[]"
        elif not step.startswith(TOP):
            said += step
        elif not said.endswith(f".{step[1:]}"):
            said = f"{said.removesuffix('[]')}[{step[1:]}]"
    return said.lstrip(".")
