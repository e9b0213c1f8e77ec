"""Secrets and ids that a stream holds in pieces: the strings are joined as a client joins them, rewritten, and the
pieces get what is theirs, so that the stream keeps its structure and nothing of the old words remains.
"""

from __future__ import annotations

import json

from cassette_tools.source.spelling import json_string

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
    for pieces in call.trace.values():
        places = [draft.string_at(piece.event_index, piece.pointer) for piece in pieces]
        if len(pieces) < 2 or not all(places):
            continue
        spellings = [draft.segments[place[0]][place[1] : place[2]] for place in places if place is not None]
        if not all(spelling.startswith('"') for spelling in spellings):
            continue
        strings = [json.loads(spelling, strict=False) for spelling in spellings]
        stretches = find("".join(strings))
        if not stretches:
            continue
        changed += 1
        for place, spelling, old, new in zip(places, spellings, strings, _shared(strings, stretches), strict=True):
            if new != old:
                assert place is not None
                draft.replace(*place, json_string(new, spelling))
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
