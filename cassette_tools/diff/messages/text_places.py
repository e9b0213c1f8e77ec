"""Where the text of two messages stands."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.diff.changes.places import place_of
from cassette_tools.diff.messages.parts import pointers_of, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Part, Place


def in_texts(scene: Scene, change: Change, parts: tuple[Sequence[Part], Sequence[Part]]) -> Change:
    """The change with its interactions, and its place in the first text of both messages."""
    old, new = parts
    return replace(
        change,
        pair=scene.pair,
        old_place=text_place(scene.old, old, change.origin),
        new_place=text_place(scene.new, new, change.origin),
        also=pointers_of(texts(old), texts(new)),
    )


def text_place(interaction: Interaction, parts: Sequence[Part], origin: str) -> Place | None:
    """Where the first text of a message stands."""
    place = place_of(origin)
    return next((place(interaction, part.pointer) for part in texts(parts)), None)
