"""Secrets and ids that a stream holds in pieces: the strings are joined as a client joins them, rewritten, and the
pieces get what is theirs, so that the stream keeps its structure and nothing of the old words remains.
"""

from __future__ import annotations

from cassette_tools.normalize.volatile_json import scalar
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import leaves
from cassette_tools.source.spelling import json_string
from cassette_tools.strands import kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from cassette_tools.model import Interaction, Piece
    from cassette_tools.normalize.draft import Draft

    Stretches: TypeAlias = list[tuple[int, int, str]]
    Place: TypeAlias = tuple[int, int, int]  # the segment, and where a string begins and ends in it


def split_edits(interaction: Interaction, draft: Draft, find: Callable[[str], Stretches]) -> int:
    """Note in `draft` the edits of the answer's joined strings; how many strings change. `find` gives the stretches of
    a text that get other words, and these.
    """
    call = interaction.llm
    changed = 0
    for pieces in call.trace.values() if call is not None and draft.body.stream else ():
        strings = _strings_of(draft, pieces)
        stretches = find("".join(strings)) if strings else []
        places = _places_of(draft, pieces) if stretches else []
        if places:
            changed += 1
            _share_out(draft, places, strings, stretches)
    return changed


def _places_of(draft: Draft, pieces: tuple[Piece, ...]) -> list[Place]:
    """Where the pieces of a string stand; nowhere where that is not known of each."""
    places = [draft.string_at(piece.event_index, piece.pointer) for piece in pieces]
    known = [place for place in places if place]
    return known if len(known) == len(places) else []


def _strings_of(draft: Draft, pieces: tuple[Piece, ...]) -> list[str]:
    """The strings that a joined string is made of; none where it is not made of several."""
    events = draft.body.events
    strings = [value_at(events[piece.event_index].json, piece.pointer) for piece in pieces]
    return strings if len(pieces) > 1 and all(isinstance(string, str) for string in strings) else []


def loose_edits(interaction: Interaction, draft: Draft, find: Callable[[str], Stretches]) -> int:
    """The same for what no dialect joins: a stream that nobody knows, the tokens beside probabilities. Strings at one
    path in one event of a kind after the other are taken for pieces of one; what is edited already stays.
    """
    if not draft.body.stream or _is_joined(interaction, draft):
        return 0
    changed = 0
    for places in _places_by_path(draft).values():
        strings = [str(scalar(draft.segments[segment][start:end])) for segment, start, end in places]
        stretches = find("".join(strings)) if len(places) > 1 else []
        if stretches:
            changed += 1
            _share_out(draft, places, strings, stretches, keep_edits=True)
    return changed


def _is_joined(interaction: Interaction, draft: Draft) -> bool:
    """Whether the dialect has joined all strings of the answer."""
    call = interaction.llm
    if call is None or not call.trace or any("logprobs" in each for each in draft.segments):
        return False
    return not any(each.kind == "stream-contradicts-itself" for each in call.problems)


def _places_by_path(draft: Draft) -> dict[str, list[Place]]:
    """Where the strings of the events stand, by the kind of the event and the path in it."""
    found: dict[str, list[Place]] = {}
    for document in draft.documents:
        text = draft.segments[document.segment]
        kind = kind_of(draft.body.events[document.event].json) if document.event is not None else ""
        for path, start, end in leaves(text, document.start, document.end):
            if text[start] == '"':
                found.setdefault(f"{kind} {path}", []).append((document.segment, start, end))
    return found


def _share_out(
    draft: Draft, places: list[Place], strings: list[str], stretches: Stretches, *, keep_edits: bool = False
) -> None:
    """Note the edits of the pieces of one joined string."""
    for place, old, new in zip(places, strings, _shared(strings, stretches), strict=True):
        if new != old and not (keep_edits and draft.has_edit(*place)):
            segment, start, end = place
            draft.replace(*place, json_string(new, draft.segments[segment][start:end]))


def _shared(strings: list[str], stretches: Stretches) -> list[str]:
    """The new text of each piece: what stays of it, and the new words of the stretches that begin in it."""
    new = []
    start = 0
    for string in strings:
        end = start + len(string)
        text, at = "", start
        for first, last, words in sorted(stretches):
            if last <= start or first >= end:
                continue
            text += string[at - start : max(first, at) - start] + (words if first >= start else "")
            at = min(last, end)
        new.append(text + string[at - start :])
        start = end
    return new
