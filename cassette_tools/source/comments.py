"""The comments of a YAML file: what no scalar holds, from a ``#`` after a blank to the end of the line (YAML 1.1 §6.6).

Places are indices, as libyaml's marks have them, never lines: recorded text may hold characters that end a line for
one reader and not for another.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.later import regex
from cassette_tools.source._libyaml import CParser, ScalarEvent, YAMLError
from cassette_tools.source.text import BREAKS, FileText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from cassette_tools.source.text import Text
    from cassette_tools.source.yaml_tree import YamlTree

_COMMENT = regex(rf"(?<![^ \t{BREAKS}])#[^{BREAKS}]*")
_BREAK = regex(f"[{BREAKS}]")


@record
class Comment:
    """A comment: where its ``#`` stands, and all of its text."""

    index: int
    text: str


def scalar_spans(events: Iterable[Any]) -> Iterator[tuple[int, int, bool]]:
    """Where each scalar begins and ends, and whether it is a block; after the last, the end of what was read."""
    end = 0
    for event in events:
        end = event.end_mark.index
        if type(event) is ScalarEvent:
            yield event.start_mark.index, end, event.style in ("|", ">")
    yield end, end, False


def comments(text: Text, tree: YamlTree, words: str) -> Iterator[Comment]:
    """The comments in which the words stand, in a file that was read to its end (or as far as it can be)."""
    marks = text.marks(words)
    if not marks:
        return
    at = outside = 0  # the next mark, and where what no scalar holds begins
    for start, end, is_block in scalar_spans(_again(text) if isinstance(text, FileText) else tree.events):
        if at < len(marks) and marks[at] < start:
            yield from _within(text, outside, start, words)
        at = _after(marks, at, start)
        outside = end
        if is_block and at < len(marks) and marks[at] < end:
            head = _BREAK.split(text.slice(start, end), 1)[0]  # the line of the indicators may end in a comment
            yield from _within(text, start, start + len(head), words)
        at = _after(marks, at, end)
        if at == len(marks):
            return


def _after(marks: list[int], at: int, index: int) -> int:
    """The first mark from the one at `at` on that stands at `index` or after it."""
    while at < len(marks) and marks[at] < index:
        at += 1
    return at


def _within(text: Text, start: int, end: int, words: str) -> Iterator[Comment]:
    """The comments with the words in a stretch that holds no scalar; the character before it says what a ``#`` is."""
    before = min(start, 1)
    for match in _COMMENT.finditer(text.slice(start - before, end), before):
        if words in match[0]:
            yield Comment(index=start - before + match.start(), text=match[0])


def _again(text: FileText) -> Iterator[Any]:
    """The events of a file of which they are not kept, as far as it can be read."""
    parser = CParser(text.again())
    try:
        while parser.check_event():
            yield parser.get_event()
    except YAMLError:
        return
