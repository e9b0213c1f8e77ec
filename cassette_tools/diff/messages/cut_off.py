"""What an output has only the beginning of, because it ended before it was whole."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction


def is_cut_off(scene: Scene, old: str, new: str) -> bool:
    """Whether the new text is the beginning of the old one, and its call ended before the answer did."""
    return is_cut(scene.new) and not is_cut(scene.old) and _begins(old, new)


def is_whole_again(scene: Scene, old: str, new: str) -> bool:
    """The same the other way round."""
    return is_cut(scene.old) and not is_cut(scene.new) and _begins(new, old)


def is_cut(interaction: Interaction) -> bool:
    """Whether the call ended before its answer did."""
    call = interaction.llm
    return call is not None and (not call.complete or call.error is not None or "length" in call.finish_reasons)


def _begins(whole: str, part: str) -> bool:
    """Whether a text begins so, whatever its blanks."""
    said, left = (re.sub(r"\s+", "", side) for side in (whole, part))
    return bool(left) and said.startswith(left)


def where_cut(json_text: str) -> str:
    """With what JSON that is cut off ends: ``…"Turin", "deg``, as it was sent."""
    words = " ".join(json_text.split())
    return words if len(words) <= _LAST else f"…{words[-_LAST:].lstrip()}"


_LAST = 40  # characters
