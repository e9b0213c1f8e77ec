"""Where a response says why an answer ended."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, Message, Place

# The fields in which the APIs say it, and the states of those that have no other word.
FIELDS = ("finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason", "completionReason", "reason")
RANKS = {**dict.fromkeys(FIELDS, 0), "status": 1}


def finish_place(interaction: Interaction, message: Message, word: Json) -> Place:
    """Where the response says the word: in a stream at the last event that does."""
    body = interaction.response.body
    if not body.stream:
        return body.place(pointer=_pointer(body.json, message, word) or message.pointer)
    for event in reversed(body.events):
        pointer = _pointer(event.json, message, word)
        if pointer is not None:
            return body.place(event.offset, pointer=pointer)
    return body.place()


def _pointer(document: Json, message: Message, word: Json) -> str | None:
    """The pointer to the word in a field that says why an answer ended, of the choice that the message is."""
    found = sorted(_said(document, "", message.index, word))
    return found[0][1] if found else None


def _said(node: Json, at: str, index: int, word: Json) -> Iterator[tuple[int, str]]:
    """The fields that hold the word, each with its rank."""
    if isinstance(node, list):
        for number, value in enumerate(node):
            yield from _said(value, f"{at}/{number}", index, word)
    if not isinstance(node, dict) or (isinstance(node.get("index"), int) and node["index"] != index):
        return  # another choice
    for key, value in node.items():
        here = f"{at}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if value == word and key in RANKS:
            yield RANKS[key], here
        else:
            yield from _said(value, here, index, word)
