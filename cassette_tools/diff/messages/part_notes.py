"""The words for images, files, provider tools and other parts: what they are, how they changed, and where they are
now.
"""

from __future__ import annotations

from itertools import pairwise, takewhile

from cassette_tools.diff.messages.parts import shown_part, texts, unsigned
from cassette_tools.diff.values.freeform import dotted, json_changes, listed
from cassette_tools.model import (
    ABSENT,
    Blob,
    File,
    Generic,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    Uri,
)
from cassette_tools.places import value_at
from cassette_tools.volatile import volatile_field
from cassette_tools.words import became, count_of_bytes, cut, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, Part, Route


def part_note(scene: Scene, left: Part, right: Part, origin: str) -> str:
    """What became of a part. Of media, what is said of them beside the bytes, and whether the bytes are others."""
    if isinstance(left, Blob) and isinstance(right, Blob):
        return _media_note(left, right)
    results = _results_of(left), _results_of(right)
    if all(results) and list(results[0]) != list(results[1]):
        return _results_note(*results)
    payloads = payload(left), payload(right)
    told = [each for each in json_changes(*payloads) if not _is_quiet(each.route, origin)]
    if 0 < len(told) <= _FEW_VALUES and all(isinstance(each, dict) for each in payloads):
        return listed(told)
    return became(shown_of(scene.old, left, origin), shown_of(scene.new, right, origin))


_FEW_VALUES = 3  # so many values that changed are named one by one


def _is_quiet(route: Route, origin: str) -> bool:
    return bool(route) and volatile_field(dotted(route).lstrip("."), origin) is not None


def _media_note(left: Blob, right: Blob) -> str:
    said = listed(list(json_changes(_said_of(left), _said_of(right))))
    if left.content == right.content:
        return said
    before, after = size_of(left), size_of(right)
    content = f"{before:,} → {after:,} bytes" if before != after else f"other bytes, as many as before ({before:,})"
    return f"{said}, {content}" if said else content


def _said_of(blob: Blob) -> dict[str, Json]:
    """What is said of a medium beside its bytes."""
    return {"type": blob.mime_type or ABSENT, "transcript": blob.transcript or ABSENT}


def _results_of(part: Part) -> dict[str, Json]:
    """What a search of the provider's found, by address or title."""
    if not isinstance(part, ServerToolCallResponse):
        return {}
    found = part.server_tool_call_response
    lists = [found, *found.values()] if isinstance(found, dict) else [found]
    return next(filter(None, map(_by_name, lists)), {})


def _by_name(results: Json) -> dict[str, Json]:
    """The results by address or title; empty for what is no list of results, all with a name."""
    if not isinstance(results, list) or not all(isinstance(each, dict) for each in results):
        return {}
    named = {name: each for each in results if isinstance(name := each.get("url") or each.get("title"), str)}
    return named if all(isinstance(each.get("url") or each.get("title"), str) for each in results) else {}


def _results_note(old: dict[str, Json], new: dict[str, Json]) -> str:
    """``10 → 3 results, 8 gone, 1 new: https://…``."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    counted = f"{len(old)} → {len(new)} results" if len(old) != len(new) else f"{len(old)} results"
    said = [f"{len(each)} {what}: {short(each[0], 80)}" for each, what in ((gone, "gone"), (come, "new")) if each]
    return ", ".join((counted, *said)) if said else f"{counted}, in another order" if len(old) == len(new) else counted


# --- a part alone ----------------------------------------------------------------------------------------------------


def lone_part_note(part: Part, became_of_it: str) -> str:
    """``it is new (image/png, 1,024 bytes)``."""
    if isinstance(part, Blob):
        kind = f"{part.mime_type}, " if part.mime_type else ""
        return f"it is {became_of_it} ({kind}{count_of_bytes(size_of(part))})"
    return f"{part_in_words(part)} is {became_of_it}"


def medium_in_words(interaction: Interaction, part: Part, became_of_it: str) -> str:
    """``a file part is new: test.pdf, https://…/test.pdf``; nothing for a part that is no file, image or sound."""
    if not isinstance(part, Blob | Uri | File):
        return ""
    name = next(_names(interaction.request.body.json, part.pointer), "")
    kind = "file" if name or isinstance(part, File) else part.modality or "file"
    article = "an" if kind[0] in "aeiou" else "a"
    return f"{article} {kind} part is {became_of_it}: {', '.join(filter(None, (name, _content_in_words(part))))}"


def _names(body: Json, pointer: str) -> Iterator[str]:
    """What a medium is called by the objects that it lies in."""
    for up in range(3):
        holder = value_at(body, pointer.rsplit("/", up)[0])
        if isinstance(holder, dict):
            yield from (name for key in _FILE_NAMES if isinstance(name := holder.get(key), str) and name)


_FILE_NAMES = ("filename", "file_name", "fileName", "title", "name")


def _content_in_words(medium: Blob | Uri | File) -> str:
    if isinstance(medium, Blob):
        said = f"{medium.mime_type}, " if medium.mime_type else ""
        return f"{said}{count_of_bytes(size_of(medium))}"
    return cut(unsigned(medium.uri), _ADDRESS) if isinstance(medium, Uri) else str(medium.file_id)


_ADDRESS = 120  # characters


def part_in_words(part: Part) -> str:
    """The part in a sentence: media by kind, type and size."""
    if isinstance(part, Blob):
        kind = f"{part.modality} of type {part.mime_type}" if part.mime_type else part.modality
        return f"{kind} ({count_of_bytes(size_of(part))})"
    return short(shown_part(part))


def size_of(blob: Blob) -> int:
    """How many bytes the base64 of a medium stands for."""
    content = blob.content.rstrip("=")
    return len(content) * 3 // 4


def shown_of(interaction: Interaction, part: Part, origin: str) -> Json:
    """The part as a report shows it; the numbers of tokens, which the part has as a digest, as they were sent."""
    if origin == "request" and isinstance(part, Generic) and part.kind == "tokens":
        sent = value_at(interaction.request.body.json, part.pointer)
        return shown_part(part) if sent is ABSENT else sent
    return shown_part(part)


def payload(part: Part) -> Json:
    """What a part of the provider's own holds, as JSON; ``ABSENT`` for one that has fields of ours."""
    if isinstance(part, Generic):
        return part.content
    if isinstance(part, ServerToolCall):
        return part.server_tool_call
    return part.server_tool_call_response if isinstance(part, ServerToolCallResponse) else ABSENT


# --- where a part stands ---------------------------------------------------------------------------------------------


def ahead(old: Sequence[Part], new: Sequence[Part]) -> str:
    """That thinking now stands where clients that read the first element found the text, in words."""
    first = next((part for part in old if isinstance(part, Text)), None)
    if first is None or not new or not isinstance(new[0], Reasoning):
        return ""
    before, after = first.pointer.split("/"), new[0].pointer.split("/")
    alike = [*takewhile(lambda steps: steps[0] == steps[1], zip(before, after, strict=False))]
    lists = (name for (name, _), (number, _) in pairwise(alike[1:]) if number == "0" and name in _OF_PARTS)
    return next((f", at {name}[0] before the text" for name in lists), "")


_OF_PARTS = ("content", "parts", "output")


def shift_of(old: Sequence[Part], new: Sequence[Part], lefts: Sequence[Part], rights: Sequence[Part]) -> str:
    """That the first of some parts has another number now, because a text came or went before it, in words."""
    had, has = texts(old)[:1], texts(new)[:1]
    if bool(had) == bool(has):
        return ""
    spots = [spot for part in (*lefts[:1], *rights[:1], *had, *has) if (spot := _spot(part)) is not None]
    if not lefts or not rights or len(spots) != _SPOTS:
        return ""
    (before, at), (after, now), (_, text) = spots
    if before != after or at == now or text >= (at if had else now):
        return ""
    return f"; the {_CALLED.get(rights[0].type, rights[0].type)} is {after}[{now}] now, not {before}[{at}]"


_SPOTS = 3  # of the part on either side, and of the text


_CALLED = {"tool_call": "call", "reasoning": "thinking"}


def _spot(part: Part) -> tuple[str, int] | None:
    """In which list of parts, or of items that have parts, something stands, and under which number."""
    steps = part.pointer.split("/")
    for name, number in pairwise(steps):
        if name in _OF_PARTS and number.isdecimal():
            return name, int(number)
    return None
