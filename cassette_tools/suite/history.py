"""Recordings through time: each with its versions, whatever tells them (the commits of git, the runs of a CI)."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.scenarios import scenarios_of
from cassette_tools.suite.states import State
from cassette_tools.suite.survey import Recorded, chosen, named_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Key = str  # what a version holds: equal keys are equal contents; "" where the file is gone
    Read = Callable[[Iterable[tuple[str, Key]]], Mapping[Key, State | str | None]]
    """From paths and what they hold to states: a text says why one cannot be read, ``None`` that it is no recording."""


BASE, COMMIT, WORK_TREE, RUN = "base", "commit", "work-tree", "run"
THERE, ADDED, CHANGED, RENAMED, REMOVED = "there", "added", "changed", "renamed", "removed"


@record
class Moment:
    """When something changed: a commit, a run, or what is not committed; or the `base`, the state before all that is
    told. `name` is git's, or what the run was given; `at` an ISO 8601 time of UTC, "" for what is not committed.
    """

    kind: str
    name: str = ""
    at: str = ""
    author: str = ""
    subject: str = ""

    @property
    def day(self) -> str:
        """The day, of UTC."""
        return self.at[:10]


@record
class Held:
    """What a path holds from a moment on."""

    moment: int
    path: str
    key: Key
    old_path: str = ""


@record
class Version:
    """A recording from a moment (its number) on. Without a `state` it is gone, or unreadable, as `problem` says."""

    moment: int
    change: str
    path: str
    old_path: str = ""
    state: State | None = None
    problem: str = ""


@record
class Track:
    """One recording through time, by the path that it had last; versions in their order."""

    path: str
    scenario: str
    last: State
    versions: tuple[Version, ...]

    @property
    def is_gone(self) -> bool:
        """Whether the recording is no more."""
        return self.versions[-1].change == REMOVED

    def before(self, number: int) -> State | None:
        """The state before a version."""
        return next((each.state for each in reversed(self.versions[:number]) if each.state is not None), None)


@record
class Timeline:
    """Moments in their order, and the recordings that are told, by scenario, provider, model and path. `unfit` are the
    paths that a pattern for scenarios does not fit.
    """

    moments: tuple[Moment, ...]
    tracks: tuple[Track, ...]
    unfit: tuple[str, ...] = ()

    @property
    def by_moment(self) -> dict[int, list[tuple[Track, int]]]:
        """The versions of each moment that has any: their recordings, and their numbers there."""
        found: dict[int, list[tuple[Track, int]]] = {}
        for track in self.tracks:
            for number, version in enumerate(track.versions):
                found.setdefault(version.moment, []).append((track, number))
        return dict(sorted(found.items()))

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios."""
        return tuple(dict.fromkeys(track.scenario for track in self.tracks))


def timeline_of(
    moments: Sequence[Moment],
    held: Sequence[Sequence[Held]],
    read: Read,
    *,
    pattern: str | None = None,
    only: Iterable[str] = (),
) -> Timeline:
    """What is told of what paths held: of the recordings that are chosen by their last state, as ``--only`` does. Only
    these are read whole. Raises UsageError.
    """
    last = [*map(_last, held)]
    states = read((each.path, each.key) for each in last)
    known = {at: states[each.key] for at, each in enumerate(last) if states[each.key] is not None}
    named, unfit = _named({at: held[at] for at in known}, known, pattern)
    numbers = _chosen(named, held, only, pattern)
    states = {**states, **read(_keys(held[at] for at in numbers))}
    first = THERE if moments and moments[0].kind == BASE else ADDED
    tracks = [_track(held[at], named[at], known[at], states, first) for at in numbers]
    ordered = sorted(tracks, key=lambda each: (each.scenario, *each.last.asked_model, each.path))
    return _without_idle(Timeline(moments=tuple(moments), tracks=tuple(ordered), unfit=tuple(unfit)))


def _without_idle(timeline: Timeline) -> Timeline:
    """Without the moments that changed no recording that is told; the base stays."""
    used = {version.moment for track in timeline.tracks for version in track.versions}
    kept = [at for at, each in enumerate(timeline.moments) if at in used or each.kind == BASE]
    numbers = {at: number for number, at in enumerate(kept)}

    def renumbered(track: Track) -> Track:
        return replace(track, versions=tuple(replace(each, moment=numbers[each.moment]) for each in track.versions))

    moments = tuple(timeline.moments[at] for at in kept)
    return replace(timeline, moments=moments, tracks=tuple(map(renumbered, timeline.tracks)))


def _last(held: Sequence[Held]) -> Held:
    """What was there last."""
    return next(each for each in reversed(held) if each.key)


def _keys(held: Iterable[Sequence[Held]]) -> Iterator[tuple[str, str]]:
    """The path and the key of all that recordings held."""
    return ((each.path, each.key) for versions in held for each in versions if each.key)


def _chosen(
    named: Mapping[int, Recorded], held: Sequence[Sequence[Held]], only: Iterable[str], pattern: str | None
) -> list[int]:
    """The numbers of the recordings that are chosen, by the names that they have, or that they had first."""
    known = [(at, each) for at, each in named.items()]
    if only and pattern is None:
        moved = [at for at in named if held[at][0].path != named[at].path]
        firsts = [held[at][0].path if at in moved else each.path for at, each in known]
        asked = [(each.provider_name, each.model) for _, each in known]
        old = dict(zip(named, scenarios_of(firsts, asked), strict=True))
        known += [(at, replace(named[at], scenario=old[at])) for at in moved]
    kept = {id(each) for each in chosen(tuple(each for _, each in known), only)}
    return list(dict.fromkeys(at for at, each in known if id(each) in kept))


def _named(
    held: Mapping[int, Sequence[Held]], states: Mapping[int, State | str | None], pattern: str | None
) -> tuple[dict[int, Recorded], list[str]]:
    """The recordings by their last states, with their scenarios. Those that were there together are named together:
    what came in the place of another has its name.
    """
    names = _scenarios(held, states)
    recordings = {at: _recorded(_last(held[at]).path, names[at], _asked(states[at])) for at in held}
    if pattern is None or not recordings:
        return recordings, []
    named, unfit = named_by(pattern, tuple(recordings.values()))
    return dict(zip(recordings, named, strict=True)), unfit


def _scenarios(held: Mapping[int, Sequence[Held]], states: Mapping[int, State | str | None]) -> dict[int, str]:
    """The scenario of each recording, among those that were there when it was there last."""
    ends = {at: each[-1].moment if not each[-1].key else None for at, each in held.items()}
    names: dict[int, str] = {}
    for end in {*ends.values()}:
        beside = [at for at in held if _was_there(held[at], end)]
        asked = [_asked(states[at]) for at in beside]
        found = dict(zip(beside, scenarios_of([_last(held[at]).path for at in beside], asked), strict=True))
        names.update({at: found[at] for at in beside if ends[at] == end})
    return names


def _was_there(held: Sequence[Held], end: int | None) -> bool:
    """Whether a file was there just before a moment, or is still there (``None``)."""
    if end is None:
        return bool(held[-1].key)
    return held[0].moment < end and (bool(held[-1].key) or held[-1].moment >= end)


def _asked(state: State | str | None) -> tuple[str, str]:
    return state.asked_model if isinstance(state, State) else ("", "")


def _recorded(path: str, scenario: str, asked: tuple[str, str]) -> Recorded:
    return Recorded(path=path, scenario=scenario, provider_name=asked[0], model=asked[1], interactions=())


def _track(
    held: Sequence[Held],
    named: Recorded,
    last: State | str | None,
    states: Mapping[Key, State | str | None],
    first: str,
) -> Track:
    state = last if isinstance(last, State) else State()
    return Track(
        path=named.path,
        scenario=named.scenario,
        last=replace(state, provider_name=named.provider_name, model=named.model),
        versions=tuple(_versions(held, states, first)),
    )


def _versions(held: Sequence[Held], states: Mapping[Key, State | str | None], first: str) -> Iterator[Version]:
    """What was no recording yet, or not for a while, was not there. `first` is what the first moment did."""
    was_there = False
    for each in held:
        state = states[each.key] if each.key else None
        if state is None and not was_there:
            continue
        yield Version(
            moment=each.moment,
            change=_change(each, is_there=state is not None, new="" if was_there else ADDED if each.moment else first),
            path=each.path,
            old_path=each.old_path,
            state=state if isinstance(state, State) else None,
            problem=state if isinstance(state, str) else "",
        )
        was_there = state is not None


def _change(held: Held, *, is_there: bool, new: str) -> str:
    return REMOVED if not is_there else new or (RENAMED if held.old_path else CHANGED)
