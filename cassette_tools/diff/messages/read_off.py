"""Words from OCR or a transcription: they are the data, so other words never mean the same."""

from __future__ import annotations

import re

from cassette_tools.data.operations import READ_OFF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json

_READ_OFF = frozenset(row.operation for row in READ_OFF)


def is_read_otherwise(scene: Scene, old: str, new: str) -> bool:
    """Whether the same image or sound gave other words, whatever their capitals and punctuation."""
    calls = scene.old.llm, scene.new.llm
    if any(call is None or call.operation_name not in _READ_OFF for call in calls):
        return False
    return _words(old) != _words(new) and _given(scene.old) == _given(scene.new)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _given(interaction: Interaction) -> tuple[object, ...]:
    """The image, the file or the sound that was sent."""
    call, body = interaction.llm, interaction.request.body.json
    members: tuple[Json, ...] = tuple(body.get(name) for name in _HOLDERS) if isinstance(body, dict) else ()
    return call and call.input_messages, members


_HOLDERS = ("document", "file", "file_id", "url", "input", "audio")
