"""One text, as APIs let a client send it: bare, in a list of its own, as the only part, as the only message."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json


def only_text(value: Json) -> str | None:
    """The text that is all that a value says; ``None`` where it says more, or something else."""
    while not isinstance(value, str):
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        elif isinstance(value, dict) and (name := _only_member(value)):
            value = value[name]
        else:
            return None
    return value


def _only_member(part: dict[str, Json]) -> str | None:
    """The member of a part, or of a user's message, that holds its words, where the others say only what it is."""
    for name, beside in _HOLDERS.items():
        rest = {key: value for key, value in part.items() if key != name}
        if name in part and all(value in beside.get(key, ()) for key, value in rest.items()):
            return name
    return None


_HOLDERS: dict[str, dict[str, tuple[str, ...]]] = {
    "text": {"type": ("text", "input_text")},
    "parts": {"role": ("user",)},
    "content": {"role": ("user",), "type": ("message",)},
}
"""By the member that holds the words: what stands beside it without saying anything."""
