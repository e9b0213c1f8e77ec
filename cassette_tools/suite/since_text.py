"""``cassette report --since`` as a person reads it: how much there is, what changed in all, and commit by commit."""

from __future__ import annotations

from cassette_tools.printable import printable
from cassette_tools.reporters.ink import Ink
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.history_changes import moments_of, since_base
from cassette_tools.suite.history_text import commits_text, indented, since_in_words, told_in_words
from cassette_tools.suite.state_text import head_in_words, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.reporters import Style
    from cassette_tools.suite.history import Timeline
    from cassette_tools.suite.report import Report


def since_text(report: Report, since: str, timeline: Timeline, style: Style, lines: int) -> str:
    """One screen of so many lines. What a single commit did is told once."""
    ink = Ink(style.color)
    first, *others = (line for words in head_in_words(report, style.width) for line in wrapped(words, style.width))
    labels = labels_of(track.last.asked_model for track in timeline.tracks)
    moments = moments_of(timeline)
    in_all = told_in_words(since_base(timeline), timeline, labels, in_full=style.show_all) if len(moments) > 1 else []
    told = [
        ink("bold", printable(since_in_words(timeline, since))),
        *(line for words in in_all for line in indented(words, style.width)),
    ]
    room = lines - len(others) - len(told) - 3  # the first line, and two blank ones
    head = "\n".join((ink("bold", first), *others))
    return "\n\n".join((head, "\n".join(told), *commits_text(timeline, style, room)))
