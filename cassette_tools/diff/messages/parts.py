"""The parts of a message: the same comparison serves the history of a request and the answer of a response.

In the answer every kind of part has its own rule. In the history a change is a change of the prompt, unless it only
repeats what an earlier answer or tool gave: each change carries an `echo` by which that is found out later.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.wire import RANKED
from cassette_tools.diff.changes.places import place_of
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.model import (
    Blob,
    File,
    Generic,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import TypeGuard

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, Part, Place


def couple_parts(scene: Scene, side: str, old: Sequence[Part], new: Sequence[Part]) -> None:
    """Note which element of the content became which: the parts of a kind in their order. Calls of tools and their
    results are coupled where they are compared, in whatever order they stand; those of a ranking as they were sent.
    """
    for kind in dict.fromkeys(part.type for part in old if part.type not in ("tool_call", "tool_call_response")):
        lefts, rights = ([part for part in parts if part.type == kind and not is_ranked(part)] for parts in (old, new))
        for left, right in zip(lefts, rights, strict=False):
            scene.couple(side, left.pointer, right.pointer)


def texts(parts: Sequence[Part]) -> list[Text]:
    """The text parts."""
    return [part for part in parts if isinstance(part, Text)]


def thoughts_in(parts: Sequence[Part]) -> list[Reasoning]:
    """The parts of thinking."""
    return [part for part in parts if isinstance(part, Reasoning)]


def joined_text(parts: Sequence[Part]) -> str:
    """What the reader sees, whole: how many parts it is cut into means nothing."""
    return "".join(part.content for part in texts(parts))


def pointers_of(old: Sequence[Part], new: Sequence[Part]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(part.pointer for part in old), tuple(part.pointer for part in new)


def field_of(parts: Sequence[Part]) -> str:
    """The name that the wire has for a part."""
    steps = _names_in(parts[0].pointer) if parts else []
    last = steps[-1] if steps else ""
    if last in ("output", "content", "parts"):
        return "reasoning"  # an item that is named by its type
    if last == "data" and all(isinstance(part, Reasoning) and not part.content for part in parts):
        return f"encrypted form alone ({'.'.join(steps[-2:])})"
    return ".".join(steps[-2:]) if last in ("thinking", "text") else last or "reasoning"


def _names_in(pointer: str) -> list[str]:
    """The steps of a pointer that are no numbers."""
    return [step for step in pointer.split("/") if step and not step.isdecimal()]


def tool_calls(parts: Sequence[Part]) -> list[ToolCall]:
    """The tool calls among the parts."""
    return [part for part in parts if isinstance(part, ToolCall)]


def kind_of_part(part: Part) -> str:
    if isinstance(part, Blob):
        return part.modality
    if isinstance(part, ServerToolCall | ServerToolCallResponse):
        return f"{part.type} {part.name}"
    return part.kind if isinstance(part, Generic) else part.type


def is_ranked(part: Part) -> TypeGuard[Generic]:
    """Whether it is an item of a ranked list: such items are matched by their content."""
    return isinstance(part, Generic) and part.kind in _RANKED


_RANKED = frozenset(row.name for row in RANKED)


def name_of_part(part: Part) -> str:
    """What a person calls it: of vectors, which numbers they are made of, and of how many."""
    if isinstance(part, Generic) and part.kind == "embedding" and isinstance(part.content, dict):
        kind, size = part.content.get("type"), part.content.get("dimensions")
        return f"an embedding of type {kind} ({size} numbers)"
    if isinstance(part, ServerToolCallResponse):
        return f"result of {part.name}"
    return kind_of_part(part)


def content_key(part: Part) -> Hashable:
    """What the part holds, without its id."""
    if isinstance(part, ServerToolCall):
        return (part.name, repr(part.server_tool_call))
    if isinstance(part, ServerToolCallResponse):
        return (part.name, repr(part.server_tool_call_response))
    if isinstance(part, Generic):
        return (part.kind, repr(part.content))
    if isinstance(part, Blob):
        return (part.modality, part.mime_type, part.content, part.transcript)
    if isinstance(part, Uri):
        return (unsigned(part.uri), part.mime_type)
    return (part.type, part.file_id) if isinstance(part, File) else part_key(part)


def unsigned(address: str) -> str:
    """An address without the signature that lets it be fetched for a while (Azure SAS, Amazon S3, Google Cloud)."""
    bare, mark, query = address.partition("?")
    return bare if mark and any(name in query for name in _SIGNATURES) else address


_SIGNATURES = ("sig=", "X-Amz-Signature=", "X-Goog-Signature=", "Signature=")


def shown_part(part: Part) -> Json:
    """The part as a report shows it: media by their size and digest, never by their bytes."""
    if isinstance(part, Text | Refusal | Reasoning):
        return part.content
    if isinstance(part, ToolCall):
        return {"name": part.name, "arguments": part.arguments}
    if isinstance(part, ToolCallResponse):
        return part.response
    if isinstance(part, Blob):
        from hashlib import sha256

        digest = sha256(part.content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return {"modality": part.modality, "mime_type": part.mime_type, "length": len(part.content), "sha256": digest}
    if isinstance(part, Uri):
        return {"uri": part.uri, "mime_type": part.mime_type}
    if isinstance(part, File):
        return {"file_id": part.file_id}
    if isinstance(part, ServerToolCall):
        return {"name": part.name, "server_tool_call": part.server_tool_call}
    if isinstance(part, ServerToolCallResponse):
        return {"name": part.name, "server_tool_call_response": part.server_tool_call_response}
    return {"kind": part.kind, "content": part.content}


def echo_of_part(part: Part | None, *, added: bool) -> Hashable:
    """What a later request would repeat of a part that came or went."""
    if part is None:
        return None
    if isinstance(part, Text):
        return ("text", "", part.content.strip()) if added else ("text", part.content.strip(), "")
    if isinstance(part, ToolCall):
        return ("call", None, part_key(part)) if added else ("call", part_key(part), None)
    return ("part", added, part_key(part))


def key_of(part: Part | None) -> Hashable:
    """What the part says; ``None`` for no part."""
    return None if part is None else part_key(part)


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
