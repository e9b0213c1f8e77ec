"""What changed since a moment, for the page of ``cassette report --since``."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.amounts import amounts_apart
from cassette_tools.reporters._trends import COUNTS
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.history_changes import moments_of, since_base
from cassette_tools.suite.history_text import moment_in_words, since_in_words, told_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.suite.history import Timeline, Version

_FEWEST = 3  # moments of a line
_WIDTH, _HEIGHT, _EDGE = 100, 20, 1  # of the field that a line is drawn in


@record
class Line:
    """How a sum of all recordings went from moment to moment."""

    title: str
    words: str
    points: str


@record
class History:
    """What changed: in all, where that was not at once; at each moment, the newest first; and what it came to."""

    words: str
    told: Sequence[str]
    moments: Sequence[tuple[str, Sequence[str]]]
    lines: Sequence[Line]


def history_of(since: str, timeline: Timeline) -> History:
    """All of it, in words and lines."""
    labels = labels_of(track.last.asked_model for track in timeline.tracks)
    moments = moments_of(timeline)
    in_all = [since_base(timeline)] if len(moments) > 1 else []
    return History(
        words=since_in_words(timeline, since),
        told=[line for told in in_all for line in told_in_words(told, timeline, labels, in_full=True)],
        moments=[
            (moment_in_words(told.moment), told_in_words(told, timeline, labels, in_full=True)) for told in moments
        ],
        lines=[line for name, title in COUNTS if (line := line_of(name, title, timeline)) is not None],
    )


def line_of(name: str, title: str, timeline: Timeline) -> Line | None:
    """A count from moment to moment; ``None`` where these are too few, or it is always the same."""
    sums = list(_sums(name, timeline))
    low, high = min(sums, default=0), max(sums, default=0)
    if len(sums) < _FEWEST or low == high:
        return None
    step, scale = _WIDTH / (len(sums) - 1), (_HEIGHT - 2 * _EDGE) / (high - low)
    points = (f"{at * step:.1f},{_EDGE + (high - each) * scale:.1f}" for at, each in enumerate(sums))
    words = amounts_apart(sums[0], sums[-1], is_cost=name == "cost")
    return Line(title=title, words=words, points=" ".join(points))


def _sums(name: str, timeline: Timeline) -> Iterator[float]:
    """What all recordings that are there at each moment come to."""

    def amount(version: Version) -> float:
        return (getattr(version.state, name) or 0) if version.state is not None else 0

    by_moment = timeline.by_moment
    total = 0.0
    for at in range(len(timeline.moments)):
        for track, number in by_moment.get(at, ()):
            total += amount(track.versions[number]) - (amount(track.versions[number - 1]) if number else 0)
        yield round(total, 10)
