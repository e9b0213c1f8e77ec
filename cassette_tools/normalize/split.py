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

    from cassette_tools.model import Interaction
    from cassette_tools.normalize.draft import Draft

    Stretches: TypeAlias = list[tuple[int, int, str]]


def split_edits(interaction: Interaction, draft: Draft, find: Callable[[str], Stretches]) -> int:
    """Note in `draft` the edits of the answer's joined strings; how many strings change. `find` gives the stretches of
    a text that get other words, and these.
    """
    call = interaction.llm
    if call is None or not draft.body.stream:
        return 0
    changed = 0
    events = draft.body.events
    for pieces in call.trace.values():
        if len(pieces) < 2:
            continue
        strings = [value_at(events[piece.event_index].json, piece.pointer) for piece in pieces]
        if not all(isinstance(string, str) for string in strings):
            continue
        stretches = find("".join(strings))
        places = [draft.string_at(piece.event_index, piece.pointer) for piece in pieces] if stretches else [None]
        if not all(places):
            continue
        changed += 1
        for place, old, new in zip(places, strings, _shared(strings, stretches), strict=True):
            if new != old:
                assert place is not None
                segment, start, end = place
                draft.replace(segment, start, end, json_string(new, draft.segments[segment][start:end]))
    return changed


def loose_edits(interaction: Interaction, draft: Draft, find: Callable[[str], Stretches]) -> int:
    """The same for what no dialect joins: a stream that nobody knows, the tokens beside probabilities. Strings at one
    path in one event of a kind after the other are taken for pieces of one; what is edited already stays.
    """
    call = interaction.llm
    if not draft.body.stream or (
        call is not None
        and call.trace
        and not any(each.kind == "stream-contradicts-itself" for each in call.problems)
        and not any("logprobs" in each for each in draft.segments)
    ):
        return 0
    by_path: dict[str, list[tuple[int, int, int]]] = {}
    for document in draft.documents:
        text = draft.segments[document.segment]
        kind = kind_of(draft.body.events[document.event].json) if document.event is not None else ""
        for path, start, end in leaves(text, document.start):
            if text[start] == '"':
                by_path.setdefault(f"{kind} {path}", []).append((document.segment, start, end))
    changed = 0
    for places in by_path.values():
        if len(places) < 2:
            continue
        strings = [str(scalar(draft.segments[segment][start:end])) for segment, start, end in places]
        stretches = find("".join(strings))
        if not stretches:
            continue
        changed += 1
        for (segment, start, end), old, new in zip(places, strings, _shared(strings, stretches), strict=True):
            if new != old and not draft.has_edit(segment, start, end):
                draft.replace(segment, start, end, json_string(new, draft.segments[segment][start:end]))
    return changed


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
