"""Recordings through time in Markdown: a page of a CI summary, or a comment."""

from __future__ import annotations

from cassette_tools.amounts import counted
from cassette_tools.reporters.markup import LIMIT, plain
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.history_changes import moments_of, since_base
from cassette_tools.suite.history_text import (
    UNKNOWN,
    head_in_words,
    moment_in_words,
    since_in_words,
    table_of,
    told_in_words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.suite.history import Timeline, Track


def timeline_markdown(timeline: Timeline) -> str:
    """One scenario as a table for each recording; several commit by commit, the newest first."""
    head = f"### cassette log: {plain(head_in_words(timeline))}"
    is_one = len(timeline.scenarios) == 1
    parts = [_table(track, timeline) for track in timeline.tracks] if is_one else moment_parts(timeline)
    return "\n\n".join(fitting([head, *parts], "recording" if is_one else "commit"))


def moment_parts(timeline: Timeline) -> list[str]:
    """What changed at each moment."""
    labels = labels_of(track.last.asked_model for track in timeline.tracks)
    return [
        "\n".join(
            (
                f"**{plain(moment_in_words(told.moment))}**\n",
                *(f"- {plain(line)}" for line in told_in_words(told, timeline, labels, in_full=True)),
            )
        )
        for told in moments_of(timeline)
    ]


def since_parts(since: str, timeline: Timeline) -> list[str]:
    """What changed since a moment in all; commit by commit where there are several, as far as a third of a comment has
    room.
    """
    labels = labels_of(track.last.asked_model for track in timeline.tracks)
    moments = moments_of(timeline)
    told = told_in_words(since_base(timeline), timeline, labels, in_full=True) if moments else []
    head = "\n".join((f"**{plain(since_in_words(timeline, since))}**\n", *(f"- {plain(line)}" for line in told)))
    if len(moments) < 2:
        return [head]
    return [head, *fitting(moment_parts(timeline), "commit", 2 * LIMIT // 3)]


def fitting(parts: Iterable[str], what: str, length: int = 0) -> Iterator[str]:
    """As many of the parts, the last of which matter least, as a comment has room for beside what is there."""
    left = 0
    for part in parts:
        length += len(part) + 2
        if length > LIMIT or left:
            left += 1
        else:
            yield part
    if left:
        yield f"{counted(left, what)} more left out, for want of room."


def _table(track: Track, timeline: Timeline) -> str:
    heads, rows, constant = table_of(track, timeline)
    kept = [at for at in range(len(heads)) if any(row[at] for row in rows)]
    lines = [
        f"**{plain(track.last.model or UNKNOWN)}** {plain(track.path)}",
        *([f"\n{plain(constant)}"] if constant else []),
        "",
        f"| {' | '.join(plain(heads[at]) for at in kept)} |",
        "|---" * len(kept) + "|",
        *(f"| {' | '.join(plain(row[at]) for at in kept)} |" for row in rows),
    ]
    return "\n".join(lines)
