"""The interactions of a file of go-vcr are not numbered 0, 1, 2, …

Why it matters: go-vcr numbers them anew whenever it writes a file, so that a gap, a repetition or another order says
that somebody has put the file together by hand: an interaction was taken out, copied in from another recording, or
moved. It is still replayed, but what it replays was never recorded in one run. And with the next recording all the
lines of these ids change.

How to mend it: see whether an interaction is missing, then record the file again, or let `cassette lint --fix` number
them anew.

A file is reported once, at the first id that is out of place. Not reported: files of go-vcr's version 1, which have no
ids, and interactions without one.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import Place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts


def begin(file: FileFacts) -> Check | None:
    return _Numbers() if file.format == "go-vcr" else None


class _Numbers:
    """The ids of a file so far: whether each interaction has its own index, in a byte, since there may be very many."""

    def __init__(self) -> None:
        self._is_right = bytearray()
        self._is_told = False

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        number = interaction.extra.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            self._is_right.append(False)
            return
        self._is_right.append(number == interaction.index)
        if self._is_told or self._is_right[-1]:
            return
        self._is_told = True
        is_seen = 0 <= number < interaction.index and self._is_right[number]
        odd = "stands there twice" if is_seen else "is out of place"
        yield Observation(
            message=f"the id {number} {odd}: go-vcr numbers interactions 0, 1, 2, …, so that this one would be "
            f"{interaction.index}; the file was put together by hand: see what is missing, then number them anew",
            place=Place(route=(*interaction.route, "id")),
        )


RULES.register(
    Rule(
        name="interaction-ids-not-sequential",
        category="format",
        level="note",
        summary="the ids of a go-vcr file are not 0, 1, 2, …",
        doc=__doc__,
        begin=begin,
    )
)
