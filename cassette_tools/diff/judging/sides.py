"""The two sides of a change: the interactions, calls and counts that it stands between."""

from __future__ import annotations

from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, Json, LLMCall, Usage


def interactions_of(change: Change) -> tuple[Interaction | None, Interaction | None]:
    """The interactions of the old recording and of the new one."""
    return (None, None) if change.pair is None else (change.pair.old, change.pair.new)


def latest_of(change: Change) -> Interaction | None:
    """The new interaction; of a call that is no longer made the old one."""
    old, new = interactions_of(change)
    return new or old


def call_of(interaction: Interaction | None) -> LLMCall | None:
    """The call of a model that an interaction is, if it is one."""
    return None if interaction is None else interaction.llm


def usages_of(change: Change) -> tuple[Usage | None, Usage | None]:
    """What both calls counted."""
    old, new = (None if call is None else call.usage for call in map(call_of, interactions_of(change)))
    return old, new


def value_of(change: Change) -> Json:
    """The value that is there now; of what went, the one that was."""
    return change.old if change.new is ABSENT else change.new


def is_one_sided(change: Change) -> bool:
    """Whether something came, or went."""
    return change.old is ABSENT or change.new is ABSENT
