"""Parts that say the same words, on one side as text and on the other inside of an object."""

from __future__ import annotations

from cassette_tools.model import Generic, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from cassette_tools.model import Part


def respelled(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """The places of such parts on the new side, by those on the old."""
    waiting: dict[Hashable, list[int]] = {}
    for j, part in enumerate(new):
        waiting.setdefault((isinstance(part, Generic), _only_words(part)), []).append(j)
    found: dict[int, int] = {}
    for i, part in enumerate(old):
        words = _only_words(part)
        same = waiting.get((not isinstance(part, Generic), words))
        if words and same:
            found[i] = same.pop(0)
    return found


def _only_words(part: Part) -> str:
    """The words of a part that holds nothing else."""
    if isinstance(part, Text):
        return part.content.strip()
    if not isinstance(part, Generic) or not isinstance(part.content, dict) or len(part.content) != 1:
        return ""
    value = next(iter(part.content.values()))
    return value.strip() if isinstance(value, str) else ""


def form_of(part: Part) -> str:
    """How the words of a part are sent."""
    return "object" if isinstance(part, Generic) else "string"
