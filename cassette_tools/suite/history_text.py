"""Recordings through time as a person reads them: what changed commit by commit, or one scenario as a table."""

from __future__ import annotations

from cassette_tools.amounts import amounts_apart, counted, dollars
from cassette_tools.printable import printable
from cassette_tools.reporters._story import renamings_in_words
from cassette_tools.reporters.columns import aligned, fitted
from cassette_tools.reporters.ink import Ink
from cassette_tools.scenarios import labels_of
from cassette_tools.suite.commits import day_asked
from cassette_tools.suite.history import ADDED, BASE, REMOVED, RENAMED, WORK_TREE
from cassette_tools.suite.history_changes import NONE, moments_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set

    from cassette_tools.reporters import Style
    from cassette_tools.suite.history import Moment, Timeline, Track, Version
    from cassette_tools.suite.history_changes import Change, Told
    from cassette_tools.suite.states import State

    Labels = Mapping[tuple[str, str], str]

UNKNOWN = "not known"
NOT_COMMITTED = "not committed"
_NAMED = 3  # recordings in a sentence
_SHORT = 7  # characters of a commit's name
_CENTS = 6
_MOST = 10  # changes of a moment, before those of one subject are told together
_DISTINCT = 2


def timeline_text(timeline: Timeline, style: Style, lines: int) -> str:
    """One scenario as a table for each recording; several commit by commit, the newest first, on one screen."""
    ink = Ink(style.color)
    head = [ink("bold", head_in_words(timeline))]
    if len(timeline.scenarios) == 1:
        parts = [_table(track, timeline, style, ink) for track in timeline.tracks]
        return "\n\n".join("\n".join(part) for part in (head, *parts))
    return "\n\n".join(["\n".join(head), *commits_text(timeline, style, lines - len(head))])


# --- the head --------------------------------------------------------------------------------------------------------


def head_in_words(timeline: Timeline) -> str:
    """``22 recordings of 8 scenarios, changed by 3 commits from 2025-06-01 to 2025-11-18``."""
    scenarios = timeline.scenarios
    of = scenarios[0] if len(scenarios) == 1 else counted(len(scenarios), "scenario")
    return f"{counted(len(timeline.tracks), 'recording')} of {printable(of)}, {span_in_words(timeline)}"


def span_in_words(timeline: Timeline) -> str:
    """How many moments changed something, and when."""
    moments = [told.moment for told in moments_of(timeline)]
    named = [each for each in moments if each.kind != WORK_TREE]
    days = sorted({each.day for each in named})
    when = "" if not days else f" on {days[0]}" if len(days) == 1 else f" from {days[0]} to {days[-1]}"
    by = [f"{counted(len(named), named[0].kind)}{when}"] if named else []
    by += ["what is not committed"] if len(named) < len(moments) else []
    return f"changed by {' and by '.join(by)}" if by else "nothing changed"


def moment_in_words(moment: Moment) -> str:
    """``2025-11-18 a1b2c3d Record again (Marisol Vega)``."""
    if moment.kind == WORK_TREE:
        return NOT_COMMITTED
    author = f" ({moment.author})" if moment.author else ""
    return printable(f"{moment.day} {moment.name[:_SHORT]} {moment.subject}{author}".rstrip())


# --- commit by commit ------------------------------------------------------------------------------------------------


def commits_text(timeline: Timeline, style: Style, lines: int) -> list[str]:
    """What changed at each moment, as many of the newest as there is room for."""
    ink = Ink(style.color)
    labels = labels_of(track.last.asked_model for track in timeline.tracks)
    every = moments_of(timeline)
    parts: list[str] = []
    room = lines
    for number, told in enumerate(every):
        words = told_in_words(told, timeline, labels, in_full=style.show_all)
        part = [ink("bold", fitted(moment_in_words(told.moment), style.width))]
        part += [line for each in words for line in indented(each, style.width)]
        room -= len(part) + 1
        if parts and room < 1 and not style.show_all:
            left = len(every) - number
            rest = f"… and {left} more, back to {every[-1].moment.day}; --show-all tells all"
            return [*parts, ink("dim", rest)]
        parts.append("\n".join(part))
    return parts


def indented(text: str, width: int) -> list[str]:
    """A sentence below a head, in as many lines as it needs."""
    from textwrap import wrap

    return wrap(text, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def told_in_words(told: Told, timeline: Timeline, labels: Labels, *, in_full: bool = False) -> list[str]:
    """A line for each thing that changed, the gravest first; what came and went; what it comes to."""
    lines = [f"{track.path} cannot be read: {problem}" for track, problem in told.unreadable]
    lines += _changes_in_words(told, timeline, labels, in_full=in_full)
    lines += _moved_in_words(told, timeline, labels)
    if told.unchanged:
        lines.append(f"{len(told.unchanged):,} recorded again, with the same ends, prompts, tools, models and SDKs")
    return [printable(line) for line in (*lines, *sums_in_words(told))]


def _by_subject(told: Told) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for each in told.changes:
        found.setdefault(each.subject, []).append(each)
    return found


def _change_in_words(change: Change, timeline: Timeline, labels: Labels) -> str:
    """``SDK OpenAI/Go 2.3.0 → 2.7.1: all recordings``."""
    who = who_in_words(change.tracks, timeline, labels)
    if change.subject == "tools offered":
        return f"{_offered_in_words(change.old, change.new)}: {who}"
    if not change.old and not change.new:
        return f"{change.subject} changed: {who}"
    name, _, version = change.new.rpartition(" ")
    is_version = change.subject == "SDK" and name and change.old.rpartition(" ")[0] == name
    new = version if is_version else change.new or UNKNOWN
    return f"{change.subject} {change.old or UNKNOWN} → {new}: {who}"


def _offered_in_words(gone: str, come: str) -> str:
    """``now offers view and no longer ls``."""
    if not gone:
        return f"now offers {come}"
    return f"now offers {come} and no longer {gone}" if come else f"no longer offers {gone}"


def sums_in_words(told: Told) -> list[str]:
    """``tokens in 1,531 → 1,600 (+4.5%), out …``; nothing where nothing became more or less."""
    if all(old == new for old, new in told.sums.values()):
        return []
    said = (
        f"{title} {amounts_apart(*told.sums[name], is_cost=name == 'cost')}"
        for name, title in (("input_tokens", "tokens in"), ("output_tokens", "out"), ("cost", "cost"))
        if name in told.sums
    )
    return [", ".join(said)]


def who_in_words(tracks: Sequence[Track], timeline: Timeline, labels: Labels) -> str:
    """The names of a few recordings; else how many."""
    if len(tracks) == len(timeline.tracks) > 1:
        return "all recordings"
    if len(tracks) > _NAMED:
        models = {track.last.asked_model for track in tracks}
        of = f" of {labels[models.pop()]}" if len(models) == 1 < len(labels) else ""
        return f"{len(tracks)} recordings{of}"
    every = [(track.scenario, track.last.asked_model) for track in timeline.tracks]
    return ", ".join(
        _name(track, every.count((track.scenario, track.last.asked_model)) == 1, labels) for track in tracks
    )


def _name(track: Track, is_enough: bool, labels: Labels) -> str:
    """``summary of gpt-4.1-mini``; the path of one that is not the only one of its scenario and model."""
    if not is_enough:
        return track.path
    return track.scenario if len(labels) == 1 else f"{track.scenario} of {labels[track.last.asked_model]}"


# --- since -----------------------------------------------------------------------------------------------------------


def since_in_words(timeline: Timeline, since: str) -> str:
    """``since v1 (2025-06-01): changed by 3 commits from 2025-06-02 to 2025-11-18``."""
    bases = [each.day for each in timeline.moments if each.kind == BASE and day_asked(since) is None]
    day = "".join(f" ({each})" for each in bases)
    return f"since {since}{day}: {span_in_words(timeline)}"


# --- one scenario ----------------------------------------------------------------------------------------------------


def _table(track: Track, timeline: Timeline, style: Style, ink: Ink) -> list[str]:
    """The versions of a recording, the newest first, in the columns that vary; before them what all have."""
    heads, rows, constant = table_of(track, timeline)
    first, *lines = aligned([heads, *rows], style.width - 2, left=frozenset(range(len(heads))) - _numbers(heads))
    return [
        ink("bold", printable(f"{track.last.model or UNKNOWN}  {track.path}")),
        *(ink("dim", line) for line in indented(constant, style.width)),
        ink("dim", f"  {first}"),
        *(f"  {line}" for line in lines),
    ]


def _numbers(heads: Sequence[str]) -> frozenset[int]:
    titles = {head for head, _, is_text in COLUMNS if not is_text}
    return frozenset(at for at, head in enumerate(heads) if head in titles)


def _changes_in_words(told: Told, timeline: Timeline, labels: Labels, *, in_full: bool) -> Iterator[str]:
    """Each change; where there are many, those of one subject in one line."""
    is_brief = len(told.changes) > _MOST and not in_full
    for subject, changes in _by_subject(told).items():
        if is_brief and len(changes) > _DISTINCT:
            tracks = tuple({id(track): track for each in changes for track in each.tracks}.values())
            yield f"{subject} changed in {len(changes)} ways: {who_in_words(tracks, timeline, labels)}"
        else:
            yield from (_change_in_words(each, timeline, labels) for each in changes)


def _moved_in_words(told: Told, timeline: Timeline, labels: Labels) -> Iterator[str]:
    """How many recordings came, went and were renamed; a few by their names."""
    for kind, words in ((ADDED, "new"), (REMOVED, "gone"), (RENAMED, "renamed")):
        tracks = told.by_change.get(kind, ())
        named = f": {who_in_words(tracks, timeline, labels)}" if len(tracks) <= _NAMED else ""
        if tracks and kind == RENAMED:
            named = f": {renamings_in_words(_renaming(each, told.moment, timeline) for each in tracks)}"
        if tracks:
            yield f"{len(tracks):,} {words}{named}"


def _renaming(track: Track, moment: Moment, timeline: Timeline) -> tuple[str, str]:
    """The old and the new path of a recording that was renamed at a moment, else (of all moments together) before."""
    numbers = [number for number, version in enumerate(track.versions) if version.change == RENAMED]
    then = [each for each in numbers if timeline.moments[track.versions[each].moment] is moment]
    number = (then or numbers)[-1]
    return track.versions[number - 1].path, track.versions[number].path


def table_of(track: Track, timeline: Timeline) -> tuple[list[str], list[list[str]], str]:
    """The heads and rows of a recording's table, and in words what is the same in all of its versions."""
    states = [*filter(None, (each.state for each in track.versions))]
    said = {head: {value(state) for state in states} for head, value, _ in COLUMNS}
    varying = [(head, value) for head, value, _ in COLUMNS if len(said[head]) > 1]
    told = _same_in_words(said, but=(*_SAYS_NOTHING, track.last.model))
    rows = [_row(version, timeline.moments[version.moment], varying) for version in reversed(track.versions)]
    heads = ["day", "commit", "change", *dict(varying), "subject"]
    return heads, rows, f"always: {told}" if told else ""


def _same_in_words(said: Mapping[str, Set[str]], but: Collection[str]) -> str:
    """What all versions say alike, without what says nothing."""
    same = {head: "".join(values) for head, values in said.items() if len(values) == 1 and head not in _WHEN_OTHER}
    return "; ".join(f"{head} {value}" for head, value in same.items() if value not in but)


def _row(version: Version, moment: Moment, columns: Sequence[tuple[str, Callable[[State], str]]]) -> list[str]:
    values = ["" if version.state is None else value(version.state) for _, value in columns]
    change = "cannot be read" if version.problem else {REMOVED: "gone", RENAMED: "renamed"}.get(version.change, "")
    return [moment.day or NOT_COMMITTED, moment.name[:_SHORT], change, *values, printable(moment.subject)]


def _digest_of(*prompts: Sequence[str] | None) -> str:
    """One short name of all prompts, by which a person sees when they were the same."""
    from hashlib import blake2b

    known = [each for each in prompts if each is not None]
    return blake2b(repr(known).encode(), digest_size=_SHORT // 2).hexdigest() if any(known) else ""


def _amount(count: float | None) -> str:
    return "" if count is None else f"{count:,}"


# The head of a column, what stands in it, and whether that is text rather than a number. What has no room goes from the
# end.
_SAYS_NOTHING = ("", "0", "no", NONE)
_WHEN_OTHER = frozenset(("prompt", "offers"))  # says something only beside another

COLUMNS: tuple[tuple[str, Callable[[State], str], bool], ...] = (
    ("finish", lambda state: printable(state.ends), True),
    ("tools", lambda state: printable(", ".join(state.tools)) or NONE, True),
    ("thinks", lambda state: "yes" if state.reasoning else "no", True),
    (
        "JSON",
        lambda state: "" if state.structured_output is None else ("wrong", "valid")[state.structured_output],
        True,
    ),
    ("calls", lambda state: f"{state.calls:,}", False),
    ("failed", lambda state: f"{state.failed:,}" if state.failed else "", False),
    ("in", lambda state: _amount(state.input_tokens), False),
    ("cached", lambda state: _amount(state.cache_read_input_tokens), False),
    ("out", lambda state: _amount(state.output_tokens), False),
    ("reasoning", lambda state: _amount(state.reasoning_output_tokens), False),
    ("cost", lambda state: "" if state.cost is None else dollars(state.cost, _CENTS), False),
    ("secrets", lambda state: f"{state.secrets:,}" if state.secrets else "", False),
    ("prompt", lambda state: _digest_of(state.system_prompts, state.prompts), True),
    ("offers", lambda state: _amount(None if state.offered is None else len(state.offered)), False),
    ("provider", lambda state: printable(state.provider_name), True),
    ("model", lambda state: printable(state.model), True),
    ("answered by", lambda state: printable(", ".join(state.answered) or state.model), True),
    ("SDK", lambda state: printable(", ".join(state.sdks)), True),
    ("recorded", lambda state: state.day, True),
)
