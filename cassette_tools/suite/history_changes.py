"""What changed at a moment, in all recordings together: each change told once, with the recordings that have it."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.suite.history import ADDED, CHANGED, REMOVED, RENAMED, THERE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.suite.history import Moment, Timeline, Track, Version
    from cassette_tools.suite.states import State

NONE = "none"

# What is compared of two versions, the gravest first; "" for what says nothing of it.
SUBJECTS: Mapping[str, Callable[[State], str]] = {
    "secrets": lambda state: "" if state.secrets is None else str(state.secrets),
    "failed calls": lambda state: str(state.failed),
    "finish reason": lambda state: ", ".join(state.finish_reasons),
    "tools called": lambda state: ", ".join(state.tools) or NONE,
    "structured output": lambda state: _yes_or_no(state.structured_output, "valid", "not valid"),
    "reasoning": lambda state: _yes_or_no(state.reasoning, "yes", "no"),
    "calls": lambda state: str(state.calls),
    "API": lambda state: ", ".join(state.dialects),
    "provider": lambda state: state.provider_name,
    "model": lambda state: state.model,
    "model that answers": lambda state: ", ".join(state.answered) or state.model,
    "system prompt": lambda state: _each(state.system_prompts),
    "first prompt of the user": lambda state: _each(state.prompts),
    "tools offered": lambda state: _each(state.offered),
    "SDK": lambda state: ", ".join(state.sdks),
}
# What is shown in other words than are compared: another provider's word for the same finish reason is no change.
_WORDS: Mapping[str, Callable[[State], str]] = {"finish reason": lambda state: state.ends}
# Where nothing is said of one version, nothing is told: it speaks of none, or an older program wrote it.
_OF_BOTH = frozenset(("API", "secrets", "system prompt", "first prompt of the user", "tools offered"))
SUMS = ("input_tokens", "output_tokens", "cost")


def _yes_or_no(value: bool | None, yes: str, no: str) -> str:
    return "" if value is None else yes if value else no


def _each(names: Sequence[str] | None) -> str:
    return "" if names is None else ", ".join(names) or NONE


@record
class Change:
    """One thing that changed in some recordings. Of a prompt that is another nothing more is said, and of the tools
    that are offered only which came and which went.
    """

    subject: str
    old: str
    new: str
    tracks: tuple[Track, ...]


@record
class Told:
    """A moment. `by_change` has the recordings by what happened to each (`ADDED`, …); `unchanged` are those that were
    recorded again and are the same in all that is compared. `sums` are those of the recordings that were there before.
    """

    moment: Moment
    by_change: Mapping[str, tuple[Track, ...]]
    changes: tuple[Change, ...]
    unchanged: tuple[Track, ...]
    unreadable: tuple[tuple[Track, str], ...]
    sums: Mapping[str, tuple[float, float]]


def changes_between(old: State, new: State) -> list[tuple[str, str, str]]:
    """What is not the same in two versions: the subject, and what is said of either."""
    values = ((subject, value(old), value(new)) for subject, value in SUBJECTS.items())
    found = [each for each in values if each[1] != each[2] and not (each[0] in _OF_BOTH and "" in each)]
    told = {each[0] for each in found}
    shown = [each for each in found if each[0] != "model that answers" or "model" not in told]
    return [_in_words(each, old, new) for each in shown]


def _in_words(change: tuple[str, str, str], old: State, new: State) -> tuple[str, str, str]:
    subject = change[0]
    if subject in _WORDS:
        return subject, _WORDS[subject](old), _WORDS[subject](new)
    if subject in ("system prompt", "first prompt of the user"):
        return _of_prompts(*change)
    if subject == "tools offered":
        before, after = old.offered or (), new.offered or ()
        return subject, _without(before, after), _without(after, before)
    return change


def _of_prompts(subject: str, old: str, new: str) -> tuple[str, str, str]:
    """Digests say nothing to a person; whether there is a prompt does."""
    if NONE not in (old, new):
        return subject, "", ""
    return (subject, NONE, "there") if old == NONE else (subject, "there", NONE)


def _without(names: Sequence[str], others: Sequence[str]) -> str:
    return ", ".join(name for name in names if name not in others)


def moments_of(timeline: Timeline) -> tuple[Told, ...]:
    """Each moment at which something happened, the newest first; the base is none."""
    every = [_told(timeline.moments[at], own) for at, own in timeline.by_moment.items()]
    return tuple(each for each in reversed(every) if THERE not in each.by_change)


def since_base(timeline: Timeline) -> Told:
    """All that happened since the base, as if it had been at once."""
    ends = [each for track in timeline.tracks if (each := _ends(track)) is not None]
    told = _told(timeline.moments[-1], [(track, len(track.versions) - 1) for track in ends])
    return replace(told, changes=(*_passing_secrets(timeline), *told.changes))


def _passing_secrets(timeline: Timeline) -> tuple[Change, ...]:
    """Secrets that came and went again: both ends say nothing of them, and whoever has the history has them."""
    found: dict[tuple[str, str, str], list[Track]] = {}
    for track in timeline.tracks:
        counts = [each.state.secrets for each in track.versions if each.state is not None]
        known = [each for each in counts if each is not None]
        if known and max(known) > known[0] == known[-1]:
            change = "secrets", str(known[0]), f"{max(known)} → {known[-1]}"
            found.setdefault(change, []).append(track)
    return _ordered(found)


def _ends(track: Track) -> Track | None:
    """A recording as it was in the base and as it is; ``None`` where it was neither, or nothing happened to it."""
    first, last = track.versions[0], track.versions[-1]
    if first is last or first.change != THERE:
        return None if last.change == REMOVED or first.change == THERE else replace(track, versions=(_as(ADDED, last),))
    change = REMOVED if last.change == REMOVED else RENAMED if first.path != last.path else CHANGED
    return replace(track, versions=(first, _as(change, last)))


def _as(change: str, version: Version) -> Version:
    return replace(version, change=change)


def _told(moment: Moment, own: Sequence[tuple[Track, int]]) -> Told:
    by_change: dict[str, list[Track]] = {}
    changes: dict[tuple[str, str, str], list[Track]] = {}
    unchanged: list[Track] = []
    unreadable: list[tuple[Track, str]] = []
    pairs: list[tuple[State, State]] = []
    for track, number in own:
        version, before = track.versions[number], track.before(number)
        by_change.setdefault(version.change, []).append(track)
        if version.problem:
            unreadable.append((track, version.problem))
        if version.change in (CHANGED, RENAMED) and before is not None and version.state is not None:
            pairs.append((before, version.state))
            found = changes_between(before, version.state)
            for change in found:
                changes.setdefault(change, []).append(track)
            unchanged += [] if found or version.change == RENAMED else [track]
    return Told(
        moment=moment,
        by_change={
            kind: tuple(by_change[kind]) for kind in (THERE, CHANGED, ADDED, REMOVED, RENAMED) if kind in by_change
        },
        changes=_ordered(changes),
        unchanged=tuple(unchanged),
        unreadable=tuple(unreadable),
        sums=sums_between(pairs),
    )


def _ordered(changes: Mapping[tuple[str, str, str], Sequence[Track]]) -> tuple[Change, ...]:
    """The gravest first, and of these what most recordings have."""
    subjects = list(SUBJECTS)
    order = sorted(changes.items(), key=lambda each: (subjects.index(each[0][0]), -len(each[1]), each[0]))
    return tuple(
        Change(subject=subject, old=old, new=new, tracks=tuple(tracks)) for (subject, old, new), tracks in order
    )


def sums_between(pairs: Iterable[tuple[State, State]]) -> dict[str, tuple[float, float]]:
    """What recordings came to before and after, as far as both sides say it."""
    whole = list(pairs)
    found = {}
    for name in SUMS:
        known = [(getattr(old, name), getattr(new, name)) for old, new in whole]
        both = [(old, new) for old, new in known if old is not None and new is not None]
        if both:
            olds, news = zip(*both, strict=True)
            found[name] = round(sum(olds), 10), round(sum(news), 10)
    return found
