"""Secrets and ids that a stream holds in pieces: the strings are joined as a client joins them, rewritten, and the
pieces get what is theirs, so that the stream keeps its structure and nothing of the old words remains.
"""

from __future__ import annotations

import json
from difflib import SequenceMatcher

from cassette_tools.source.spelling import json_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Interaction
    from cassette_tools.normalize.draft import Draft


def split_edits(interaction: Interaction, draft: Draft, change: Callable[[str], str]) -> int:
    """Note in `draft` the edits that `change` makes of the joined strings of the answer; how many strings changed."""
    call = interaction.llm
    if call is None or not draft.body.stream:
        return 0
    changed = 0
    for pieces in call.trace.values():
        if len(pieces) < 2:
            continue
        places = [draft.string_at(piece.event_index, piece.pointer) for piece in pieces]
        if not all(places):
            continue
        spellings = [draft.segments[place[0]][place[1] : place[2]] for place in places if place is not None]
        if not all(spelling.startswith('"') for spelling in spellings):
            continue
        strings = [json.loads(spelling, strict=False) for spelling in spellings]
        whole = "".join(strings)
        new = change(whole)
        if new == whole:
            continue
        changed += 1
        for place, spelling, old, text in zip(places, spellings, strings, _shared_out(strings, whole, new), strict=True):
            if text != old:
                assert place is not None
                draft.replace(*place, json_string(text, spelling))
    return changed


def _shared_out(strings: list[str], whole: str, new: str) -> list[str]:
    """The new text for each piece: what stays of it, and what is put in the place of a stretch that begins in it."""
    starts = [0]
    for string in strings:
        starts.append(starts[-1] + len(string))
    given = [""] * len(strings)

    def piece_at(offset: int) -> int:
        return next((n for n in range(len(strings)) if starts[n] <= offset < starts[n + 1]), len(strings) - 1)

    for tag, start, end, new_start, new_end in _stretches(whole, new):
        if tag == "equal":
            for number in range(len(strings)):
                low, high = max(start, starts[number]), min(end, starts[number + 1])
                if low < high:
                    given[number] += whole[low:high]
        else:
            given[piece_at(start)] += new[new_start:new_end]
    return given


def _stretches(whole: str, new: str) -> list[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, whole, new, autojunk=False).get_opcodes()
