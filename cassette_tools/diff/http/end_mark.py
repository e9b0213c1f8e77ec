"""Whether a stream ends with the mark ``data: [DONE]``."""

from __future__ import annotations

from cassette_tools.data.drift import END_MARK, OPTIONAL
from cassette_tools.data.wire import ENDED_BY_MARK
from cassette_tools.model import ABSENT
from cassette_tools.wire.sse import SENTINEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Event, Interaction


def end_mark_changes(scene: Scene) -> Iterator[Change]:
    """The mark that came or went. Both streams must be whole: a cut or a failure has its own finding."""
    before, after = (_mark_of(each) for each in (scene.old, scene.new))
    if (before is None) == (after is None) or not (_is_whole(scene.old) and _is_whole(scene.new)):
        return
    yield scene.change(
        rule="event-type-added" if before is None else "event-type-removed",
        path="response.events[DONE]",
        origin="stream",
        old=ABSENT if before is None else SENTINEL,
        new=ABSENT if after is None else SENTINEL,
        subject=SENTINEL,
        circumstance=_circumstance(scene, added=before is None),
        old_place=None if before is None else scene.old.response.body.place(offset=before.offset),
        new_place=None if after is None else scene.new.response.body.place(offset=after.offset),
    )


def _circumstance(scene: Scene, *, added: bool) -> str | None:
    """Why it is not grave: clients of this API do not wait for the mark, or an old stream lacks it, too."""
    if scene.old.llm is None or scene.old.llm.dialect not in _ENDED_BY_MARK:
        return END_MARK
    if not added and any(_lacks_mark(each, scene.old.llm.dialect) for each in scene.ids.recordings[0]):
        return OPTIONAL
    return None


_ENDED_BY_MARK = frozenset(row.name for row in ENDED_BY_MARK)


def _lacks_mark(interaction: Interaction, dialect: str) -> bool:
    is_alike = interaction.llm is not None and interaction.llm.dialect == dialect
    return is_alike and _is_whole(interaction) and _mark_of(interaction) is None


def _is_whole(interaction: Interaction) -> bool:
    call = interaction.llm
    is_cut = call is not None and (call.error is not None or not call.complete)
    return bool(interaction.response.body.events) and not is_cut


def _mark_of(interaction: Interaction) -> Event | None:
    events = interaction.response.body.events
    return next((each for each in reversed(events) if each.data.strip().startswith(SENTINEL)), None)
