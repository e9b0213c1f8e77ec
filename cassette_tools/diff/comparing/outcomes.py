"""What comes under another status: the answer in the place of a failure, or the body that a failure has."""

from __future__ import annotations

from cassette_tools.diff.comparing.errors import error_in_words
from cassette_tools.diff.messages.parts import joined_text, name_of_part, tool_calls
from cassette_tools.model import ABSENT
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import CallError, Interaction, Json, Part

_FAILS = 400  # the first of the statuses of failures
_SENTENCE = 80  # characters of what is answered


def outcome_note(scene: Scene) -> str:
    """What is said beside a status; nothing where the error is told of its own."""
    old, new = (side.response.status_code >= _FAILS for side in (scene.old, scene.new))
    if not old and not new:
        return ""
    error = _error_of(scene.new if new else scene.old)
    if error is None:
        return _bodies_note(scene)
    if not new:
        return _answer_note(scene.new)
    is_same = _error_of(scene.old) == error
    return f"; the error is the same: {error_in_words(error, scene.new, brief=True)}" if is_same else ""


def _bodies_note(scene: Scene) -> str:
    """What became of a body in which nobody knows an error. One that is no object is told as the body that it is."""
    old, new = (side.response.body.json for side in (scene.old, scene.new))
    if not (isinstance(old, dict) and isinstance(new, dict) and (old or new)):
        return ""
    return (
        f"; the body is the same: {short(new, _SENTENCE)}"
        if old == new
        else f"; the body {became(old, new, arrow=' became ')}"
    )


def _error_of(interaction: Interaction) -> CallError | None:
    return interaction.llm.error if interaction.llm is not None else None


def _answer_note(interaction: Interaction) -> str:
    """``, and now answers "Turin"``."""
    call = interaction.llm
    parts = [part for message in (call.output_messages if call is not None else ()) for part in message.parts]
    said = _said_by(parts) if parts else _body_in_words(interaction.response.body.json)
    return f", and now {said}" if said else ""


def _said_by(parts: Sequence[Part]) -> str:
    """What an answer says, calls or holds; nothing for thinking alone, and for the provider's own tools."""
    text, calls = joined_text(parts).strip(), tool_calls(parts)
    if calls:
        return f"calls {calls[0].name} with {short(calls[0].arguments, _SENTENCE)}"
    if text:
        return f"answers {short(text, _SENTENCE)}"
    held = next((part for part in parts if part.type in ("blob", "uri", "file", "generic")), None)
    return f"answers with {_with_article(name_of_part(held))}" if held is not None else ""


def _with_article(name: str) -> str:
    return name if name.startswith("an ") else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _body_in_words(body: Json) -> str:
    return f"answers {short(body, _SENTENCE)}" if body is not ABSENT and body else ""
