"""A streamed answer cut anew: each string of it comes whole in the first event that gives a piece of it.

An event that then says nothing more (what it still holds stands in the event that took its piece, or is noise) goes,
and so do comments and pings, which only keep a connection open. The rest stays in its order. Whatever the new cut is,
the answer must decode to what it did; where it does not, the stream stays as it is.
"""

from __future__ import annotations

import json
import re

from cassette_tools._record import replace
from cassette_tools.data.wire import KEEP_ALIVE
from cassette_tools.later import regex
from cassette_tools.load import understood
from cassette_tools.model import ABSENT, Headers
from cassette_tools.normalize.draft import Draft
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import leaves
from cassette_tools.volatile import volatile_field
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.model import Event, Interaction, Json, LLMCall, Piece

_PINGS = frozenset(row.name for row in KEEP_ALIVE)
_COUNTS = ("usage", "usageMetadata", "message.usage", "amazon-bedrock-invocationMetrics")
_BLOCK_END = regex(r"\r\n\r\n|\n\n|\r\r")
_NUMBER = regex(r'("sequence_number"\s*:\s*)\d+')


def rechunked(interaction: Interaction) -> Interaction:
    """The interaction with its stream in the fewest events; itself where that is not possible, or is so already."""
    while True:
        again = _cut_once(interaction)
        if again is interaction or again.response.body == interaction.response.body:
            return _without_spaces(interaction)
        interaction = again


_SPACES = regex(r'("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+')


def _without_spaces(interaction: Interaction) -> Interaction:
    """The JSON of each event without the spaces between its tokens: servers of one API write it with and without."""
    body = interaction.response.body
    if interaction.llm is None or not body.stream or body.problems or body.stream == "websocket":
        return interaction
    draft = Draft(body)
    for document in draft.documents:
        text = draft.segments[document.segment]
        compact = _SPACES.sub(lambda match: match[1] or "", text[document.start : document.end])
        draft.replace(document.segment, document.start, document.end, compact)
    draft.apply()
    if not draft.is_changed:
        return interaction
    again = _with_body(interaction, draft.frames() if body.stream == "eventstream" else draft.segments[0])
    return again if _says_the_same(interaction, again) else interaction


def _cut_once(interaction: Interaction) -> Interaction:
    """The boldest cut after which the answer is the same; a bolder one may become possible afterwards."""
    call, body = interaction.llm, interaction.response.body
    if call is None or not body.stream or not body.events or body.stream == "websocket":
        return interaction
    if body.problems or call.problems:  # what contradicts itself stays as it is
        return interaction
    for counts, repeats in ((False, True), (False, False), (True, False)):
        draft = Draft(body)
        again = _cut(interaction, draft, _merge(draft, call, counts=counts, repeats=repeats))
        if _says_the_same(interaction, again):
            return again
    return interaction


def _merge(draft: Draft, call: LLMCall, *, counts: bool, repeats: bool) -> frozenset[int]:
    """Move the pieces together; the events that can go. With `counts` an event must say no other token counts than
    those before it, with `repeats` one that has no piece can go too.
    """
    moved, held = _move(draft, call)
    events = draft.body.events
    last_count = max((index for index, event in enumerate(events) if _counts_in(event)), default=-1)
    gone = {index for index, event in enumerate(events) if _is_ping(event)}
    said: dict[str | None, set[tuple[str, str]]] = {}  # by the kind of event, what those that stay say
    for index, event in enumerate(events):
        if draft.document_of(index) is None or index in gone:
            continue
        facts = _facts(draft, index, held.get(index, set()), counts=counts)
        known = said.setdefault(event.event, set())
        is_spare = index in moved or (repeats and index not in held)
        if is_spare and index != last_count and facts <= known:
            gone.add(index)
        known |= facts
    return frozenset(gone)


def _move(draft: Draft, call: LLMCall) -> tuple[set[int], dict[int, set[tuple[int, int]]]]:
    """Put what is said in pieces into the event of the first piece. The events that gave one away, and where in each
    event pieces stand.
    """
    moved: set[int] = set()
    held: dict[int, set[tuple[int, int]]] = {}
    for pointer, pieces in call.trace.items():
        given = [piece for piece in pieces if piece.event_index < len(draft.body.events)]
        places = _places_of(draft, given)
        strings = [draft.segments[at][start:end] for at, start, end in places]
        if not _can_be_joined(strings, value_at(call.body, pointer)):
            continue
        whole = "".join(string[1:-1] for string in strings)
        for number, (piece, place) in enumerate(zip(given, places, strict=True)):
            draft.replace(*place, f'"{whole}"' if number == 0 else '""')
            held.setdefault(piece.event_index, set()).add(place[1:])
            if piece.event_index != given[0].event_index:
                moved.add(piece.event_index)
    return moved, held


def _places_of(draft: Draft, given: Sequence[Piece]) -> list[tuple[int, int, int]]:
    """Where the pieces of one text stand; nowhere if they cannot be moved: one event, one of unknown place, scores."""
    if len({piece.event_index for piece in given}) < 2:
        return []
    if any(_has_scores(draft.body.events[piece.event_index]) for piece in given):
        return []
    places = [draft.string_at(piece.event_index, piece.pointer) for piece in given]
    known = [place for place in places if place is not None]
    return known if len(known) == len(places) else []


def _can_be_joined(strings: Sequence[str], value: Json) -> bool:
    """Whether JSON strings are the pieces of a value, and not the value said again in each event (a role)."""
    if not strings or not all(string.startswith('"') for string in strings):
        return False
    return _is_joined("".join(map(json.loads, strings)), value)


def _is_joined(text: str, value: Json) -> bool:
    """Whether a folded value is the pieces' text, or the JSON that it is."""
    if isinstance(value, str):
        return value == text
    try:
        return bool(json.loads(text or "null") == value) or not text
    except ValueError:
        return False


def _facts(draft: Draft, index: int, pieces: set[tuple[int, int]], *, counts: bool) -> frozenset[tuple[str, str]]:
    """What an event says: the paths and spellings of its scalars, without its pieces, noise and (cumulative) counts."""
    document = draft.document_of(index)
    assert document is not None
    text = draft.segments[document.segment]
    facts = set()
    for path, start, end in leaves(text, document.start, document.end):
        if (start, end) in pieces or volatile_field(path) is not None:
            continue
        facts.add((path, ""))  # that there is such a field; null says no more
        value = text[start:end]
        if value != "null" and (counts or not path.startswith(_COUNTS)):
            facts.add((path, value))
    return frozenset(facts)


def _counts_in(event: Event) -> bool:
    return isinstance(event.json, dict) and any(event.json.get(name) for name in ("usage", "usageMetadata"))


_SCORES = regex(r'"logprobs"\s*:\s*[\[{]\s*["{]')


def _has_scores(event: Event) -> bool:
    """Whether a piece comes with the probabilities of its tokens: they belong to it."""
    return _SCORES.search(event.data) is not None


def _is_ping(event: Event) -> bool:
    kind = event.event or (event.json.get("type") if isinstance(event.json, dict) else None)
    return kind in _PINGS and (event.json is ABSENT or not isinstance(event.json, dict) or set(event.json) <= {"type"})


def _cut(interaction: Interaction, draft: Draft, gone: frozenset[int]) -> Interaction:
    """The interaction with the draft's edits, and without the events that are gone."""
    body = draft.body
    if body.stream == "eventstream":
        draft.apply()
        return _with_body(interaction, draft.frames(gone))
    if body.stream == "sse":
        for start, end in _sse_blocks(draft.segments[0], body.events, gone):
            draft.replace(0, start, end, "")
    else:
        for start, end in _elements(draft.segments[0], body.events, gone, comma=body.stream == "json-array"):
            draft.replace(0, start, end, "")
    draft.apply()
    text = draft.segments[0]
    if gone and '"sequence_number"' in text:
        text = _renumbered(text)
    return _with_body(interaction, text)


def _sse_blocks(text: str, events: tuple[Event, ...], gone: frozenset[int]) -> list[tuple[int, int]]:
    """The blocks of the events that are gone, and those that hold no event (comments), with their blank lines."""
    blocks = []
    stays = sorted({event.offset: index not in gone for index, event in enumerate(events)}.items())
    at = number = 0
    while at < len(text):
        match = _BLOCK_END.search(text, at)
        end = match.end() if match is not None else len(text)
        first = number
        while number < len(stays) and stays[number][0] < end:
            number += 1
        is_comment = first == number and text[at:end].lstrip("\ufeff \t\r\n").startswith(":")
        if is_comment or (first < number and not any(is_kept for _offset, is_kept in stays[first:number])):
            blocks.append((at, end))
        at = end
    return blocks


def _elements(text: str, events: tuple[Event, ...], gone: frozenset[int], *, comma: bool) -> list[tuple[int, int]]:
    """The lines or elements of the events that are gone, with what separates them from the next."""
    cut = []
    for index in sorted(gone):
        event = events[index]
        end = event.offset + len(event.data)
        if index + 1 < len(events):
            cut.append((event.offset, events[index + 1].offset))
        elif comma and index:
            cut.append((events[index - 1].offset + len(events[index - 1].data), end))
        else:
            cut.append((event.offset, len(text)))
    return cut


def _renumbered(text: str) -> str:
    count = -1

    def next_number(match: re.Match[str]) -> str:
        nonlocal count
        count = int(match[0].rpartition(":")[2]) if count < 0 else count + 1
        return f"{match[1]}{count}"

    return _NUMBER.sub(next_number, text)


def _with_body(interaction: Interaction, content: str | bytes) -> Interaction:
    response = interaction.response
    plain = tuple(pair for pair in response.headers if pair[0].lower() != "content-encoding")
    body = read_body(content, Headers(pairs=plain), response.body.route)
    return understood(replace(interaction, response=replace(response, body=body), llm=None))


def _says_the_same(old: Interaction, new: Interaction) -> bool:
    one, other = old.llm, new.llm
    if one is None or other is None or old.response.body.stream != new.response.body.stream:
        return False
    return replace(one, problems=(), error=None) == replace(other, problems=(), error=None) and one.body == other.body
