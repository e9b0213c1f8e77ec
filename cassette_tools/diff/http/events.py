"""The events of two streams: their kinds, the fields of each kind, and the values that the joined answer does not show.

What a change of the answer explains is not told again: where a tool is no longer called, there are no events of calls.
"""

from __future__ import annotations

from cassette_tools.diff.http.end_mark import end_mark_changes
from cassette_tools.diff.http.event_fields import Comparison
from cassette_tools.diff.http.event_kinds import KEEP_ALIVE_KINDS, SENT, event_kind, is_session, kinds_of
from cassette_tools.diff.http.event_renames import called, renamed_kinds, with_renames
from cassette_tools.diff.http.pairwise import middle_changes
from cassette_tools.diff.http.told import Told
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.http.event_kinds import Kind
    from cassette_tools.model import Event, Interaction, Place


def event_changes(scene: Scene, told: Sequence[Change], pieces: frozenset[str] = frozenset()) -> Iterator[Change]:
    """Events, fields and values that came or went, and that nothing `told` explains.

    `pieces` are names of strings that were joined over the events and compared whole, where no dialect says which.
    """
    old, new = kinds_of(scene.old, pieces), kinds_of(scene.new, pieces)
    answer = Told(told)
    renamed = _renamed(answer, old, new)
    found: list[Change] = []
    if renamed:
        found.append(_renaming(scene, renamed, old, new))
        answer.add(*(called(name) for pair in renamed.items() for name in pair))  # the type that the data say
    before = {renamed.get(kind, kind): each for kind, each in old.items()}
    found.extend(_changes_by_kind(scene, answer, before, new))
    told_so = with_renames(scene, found, before, new)
    yield from sorted(told_so, key=lambda each: each.origin != "request")  # what is asked goes before what is answered
    middle = middle_changes(scene, (*told, *found), lambda event: event_kind(event.event, event.json))
    yield from (each for each in middle if not (is_session(scene.new) and _is_asked(each.path)))
    yield from end_mark_changes(scene)


def _changes_by_kind(scene: Scene, told: Told, old: Mapping[str, Kind], new: Mapping[str, Kind]) -> Iterator[Change]:
    """What differs in the events of each kind, and the kinds that came or went."""
    for kind in dict.fromkeys((*old, *new)):
        if kind in old and kind in new:
            yield from Comparison(scene, told, kind, old[kind], new[kind]).changes()
        elif old and new and kind not in KEEP_ALIVE_KINDS and not told.explains_event(kind):
            holder = new.get(kind) or old[kind]
            yield _kind_change(scene, kind, holder.events[0], added=kind in new)


def _is_asked(path: str) -> bool:
    """Whether a path leads into what the request says as well; sound is there by its words alone."""
    return path.startswith(_OF_SENT) and not path.endswith("].audio")


_OF_SENT = f"response.events[{SENT} "


# --- kinds -----------------------------------------------------------------------------------------------------------


def _renamed(told: Told, old: Mapping[str, Kind], new: Mapping[str, Kind]) -> dict[str, str]:
    """The new names of the kinds that are called otherwise."""
    sides = ({kind: each.fields() for kind, each in side.items() if not told.decides(kind)} for side in (old, new))
    return renamed_kinds(*sides)


def _renaming(scene: Scene, renamed: Mapping[str, str], old: Mapping[str, Kind], new: Mapping[str, Kind]) -> Change:
    """All kinds of event that are called otherwise, as one change; it stands where the first of them does."""
    pairs = [(called(kind), called(name)) for kind, name in renamed.items()]
    kind, name = next(iter(renamed.items()))
    listed = ", ".join(f"{left} → {right}" for left, right in pairs)
    many = len(pairs) > 1
    return scene.change(
        rule="event-type-renamed",
        path=f"response.events[{kind}]",
        origin="stream",
        old=[left for left, _ in pairs] if many else pairs[0][0],
        new=[right for _, right in pairs] if many else pairs[0][1],
        subject=pairs[0][0],
        note=f"{len(pairs)} kinds of event are renamed: {listed}" if many else f"a kind of event is renamed: {listed}",
        old_place=_place(scene.old, old[kind].events[0]),
        new_place=_place(scene.new, new[name].events[0]),
    )


def _kind_change(scene: Scene, kind: str, first: Event, *, added: bool) -> Change:
    """A kind of event on one side only. The other side has the place of the event with the same number."""
    side, other = (scene.new, scene.old) if added else (scene.old, scene.new)
    beside = _counterpart(side, other, first)
    places = [None if beside is None else _place(other, beside), _place(side, first)]
    old_place, new_place = places if added else reversed(places)
    return scene.change(
        rule="event-type-added" if added else "event-type-removed",
        path=f"response.events[{kind}]",
        origin="stream",
        old=ABSENT if added else called(kind),
        new=called(kind) if added else ABSENT,
        subject=called(kind) or "without a name",
        old_place=old_place,
        new_place=new_place,
    )


def _counterpart(side: Interaction, other: Interaction, event: Event) -> Event | None:
    """The event of the other side with the same number, where both streams have as many."""
    events, others = side.response.body.events, other.response.body.events
    if len(events) != len(others):
        return None
    return next(theirs for mine, theirs in zip(events, others, strict=True) if mine is event)


def _place(interaction: Interaction, event: Event) -> Place:
    return interaction.response.body.place(offset=event.offset, length=len(event.data.split("\n", 1)[0]))
