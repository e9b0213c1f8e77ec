"""Images, files, tools of the provider, and parts of which no more is known."""

from __future__ import annotations

from cassette_tools.data.drift import FEWER, LONE_MEDIUM
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import request_place, response_place
from cassette_tools.diff.changes.scene import given_back, id_changes, is_given_back, volatile_changes
from cassette_tools.diff.messages.parts import (
    content_key,
    key_of,
    kind_of_part,
    name_of_part,
    pointers_of,
    shown_part,
    unsigned,
)
from cassette_tools.diff.texts.text import similarity
from cassette_tools.diff.values.freeform import dotted, json_changes, listed
from cassette_tools.diff.values.matching import align_by_key
from cassette_tools.model import ABSENT, Blob, File, Generic, ServerToolCall, ServerToolCallResponse, Text, Uri
from cassette_tools.places import value_at
from cassette_tools.volatile import volatile_field
from cassette_tools.words import became, count_of_bytes, cut, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, Part, Route


_OWN_COMPARISON = frozenset(("text", "reasoning", "refusal", "tool_call", "tool_call_response"))


def other_part_changes(
    scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, origin: str
) -> Iterator[Change]:
    """Media, the provider's own tools, and parts that nobody knows."""
    lefts = [part for part in old if part.type not in _OWN_COMPARISON]
    rights = [part for part in new if part.type not in _OWN_COMPARISON]
    if lefts == rights:
        return
    place_of = request_place if origin == "request" else response_place
    couples = list(align_by_key(lefts, rights, content_key, _part_likeness, ordered=True))
    counted: set[str] = set()  # the kinds of which it is told how many there are
    for i, j in couples:
        left = lefts[i] if i is not None else None
        right = rights[j] if j is not None else None
        if left is not None and right is not None and content_key(left) == content_key(right):
            continue
        present = right if right is not None else left
        assert present is not None
        both = left is not None and right is not None
        if (
            isinstance(left, Generic)
            and isinstance(right, Generic)
            and left.kind == right.kind
            and not scene.is_cross_provider
        ):
            continue  # what nobody knows is told value by value, as it was sent
        if isinstance(left, Blob) and isinstance(right, Blob) and _is_sent_alike(scene, left, right, origin):
            continue  # what is said beside the bytes as well
        path = f"{at}.parts[{kind_of_part(present)}]"
        if isinstance(left, File) and isinstance(right, File):
            yield from id_changes(scene, f"{path}.file_id", origin, left.file_id, right.file_id)
            continue
        if isinstance(left, Uri) and isinstance(right, Uri) and _is_same_resource(scene, left, right, origin):
            yield given_back(scene, f"{path}.uri", left.uri, right.uri)
            continue
        if left is not None and right is not None:
            quiet = _quiet_changes(scene, _payload(left), _payload(right), path, origin)
            if quiet is not None:
                yield from quiet
                continue
        count = "" if both or origin == "request" else _fewer(lefts, rights, couples, present)
        if count and kind_of_part(present) in counted:
            continue
        counted.add(kind_of_part(present))
        rule = _rule_of_other(present, both=both, added=right is not None, origin=origin)
        before = ABSENT if left is None else _shown_of(scene.old, left, origin)
        after = ABSENT if right is None else _shown_of(scene.new, right, origin)
        lone = "" if both or origin != "request" else _medium_in_words(scene, present, new=right is not None)
        yield Change(
            rule=rule,
            path=path,
            origin=origin,
            pair=scene.pair,
            old=before,
            new=after,
            subject="" if lone else name_of_part(present),
            note=lone or count or _part_note(scene, left, right, origin),
            circumstance=LONE_MEDIUM if lone else FEWER if count else None,
            also=pointers_of(*_alone(lefts, rights, couples, present)) if count else ((), ()),
            echo=("part", key_of(left), key_of(right)),
            old_place=place_of(scene.old, left.pointer) if left is not None else None,
            new_place=place_of(scene.new, right.pointer) if right is not None else None,
        )


def _is_same_resource(scene: Scene, old: Uri, new: Uri, origin: str) -> bool:
    """Whether a client shows the model what it was given the address of by an answer before."""
    return origin == "request" and old.mime_type == new.mime_type and is_given_back(scene, old.uri, new.uri)


def _alone(
    old: Sequence[Part], new: Sequence[Part], couples: Sequence[tuple[int | None, int | None]], like: Part
) -> tuple[list[Part], list[Part]]:
    """The parts of a kind that only one side has."""
    gone = [old[i] for i, j in couples if i is not None and j is None and kind_of_part(old[i]) == kind_of_part(like)]
    come = [new[j] for i, j in couples if j is not None and i is None and kind_of_part(new[j]) == kind_of_part(like)]
    return gone, come


def _fewer(
    old: Sequence[Part], new: Sequence[Part], couples: Sequence[tuple[int | None, int | None]], like: Part
) -> str:
    """What to say of parts that nobody knows, of which there are more or fewer: how many, and which are left."""
    sides = [[part for part in side if kind_of_part(part) == kind_of_part(like)] for side in (old, new)]
    if not isinstance(like, Generic) or not all(sides) or len(sides[0]) == len(sides[1]):
        return ""
    both = [
        (i, j) for i, j in couples if i is not None and j is not None and kind_of_part(old[i]) == kind_of_part(like)
    ]
    fewer = min(map(len, sides))
    at = [
        [number for number, part in enumerate(side) if kind_of_part(part) == kind_of_part(like)] for side in (old, new)
    ]
    begins = both == [*zip(at[0][:fewer], at[1][:fewer], strict=True)]
    same = begins and all(_part_likeness(old[i], new[j]) > _SAME_PART for i, j in both)
    which = f", the first {fewer} {'of them' if len(sides[1]) == fewer else 'as before'}" if same else ""
    return f"{len(sides[1])} {kind_of_part(like)} instead of {len(sides[0])}{which}"


_SAME_PART = 1.4  # of 1.5: the same but for a number in it


def _part_note(scene: Scene, left: Part | None, right: Part | None, origin: str) -> str:
    """What became of a part. Of media, what is said of them beside the bytes, and whether the bytes are others."""
    if left is None or right is None:
        return _lone_part_note(right if right is not None else left, "gone" if right is None else "new")
    if isinstance(left, ServerToolCallResponse) and isinstance(right, ServerToolCallResponse):
        results = _results_of(left.server_tool_call_response), _results_of(right.server_tool_call_response)
        if results[0] and results[1] and list(results[0]) != list(results[1]):
            return _results_note(*results)
    if not (isinstance(left, Blob) and isinstance(right, Blob)):
        told = [each for each in json_changes(_payload(left), _payload(right)) if not _is_quiet(each.route, origin)]
        if 0 < len(told) <= _FEW_VALUES and all(isinstance(each, dict) for each in (_payload(left), _payload(right))):
            return listed(told)
        return became(_shown_of(scene.old, left, origin), _shown_of(scene.new, right, origin))
    said = listed(list(json_changes(_said_of(left), _said_of(right))))
    if left.content == right.content:
        return said
    before, after = size_of(left), size_of(right)
    content = f"{before:,} → {after:,} bytes" if before != after else f"other bytes, as many as before ({before:,})"
    return f"{said}, {content}" if said else content


_FEW_VALUES = 3  # so many values that changed are named one by one


def _is_quiet(route: Route, origin: str) -> bool:
    return bool(route) and volatile_field(dotted(route).lstrip("."), origin) is not None


def _results_of(payload: Json) -> dict[str, Json]:
    """What a search of the provider's found, by address or title."""
    lists = [payload, *payload.values()] if isinstance(payload, dict) else [payload]
    for each in lists:
        if isinstance(each, list) and each and all(isinstance(one, dict) for one in each):
            names = [one.get("url") or one.get("title") for one in each if isinstance(one, dict)]
            if all(isinstance(name, str) for name in names):
                return dict(zip(map(str, names), each, strict=True))
    return {}


def _results_note(old: dict[str, Json], new: dict[str, Json]) -> str:
    """``10 → 3 results, 8 gone, 1 new: https://…``."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    counted = f"{len(old)} → {len(new)} results" if len(old) != len(new) else f"{len(old)} results"
    said = [f"{len(each)} {what}: {short(each[0], 80)}" for each, what in ((gone, "gone"), (come, "new")) if each]
    return ", ".join((counted, *said)) if said else f"{counted}, in another order" if len(old) == len(new) else counted


def _lone_part_note(part: Part | None, became_of_it: str) -> str:
    if isinstance(part, Blob):
        kind = f"{part.mime_type}, " if part.mime_type else ""
        return f"it is {became_of_it} ({kind}{count_of_bytes(size_of(part))})"
    return "" if part is None else f"{part_in_words(part)} is {became_of_it}"


def _medium_in_words(scene: Scene, part: Part, *, new: bool) -> str:
    """``a file part is new: test.pdf, https://…/test.pdf``; nothing for a part that is no file, image or sound."""
    if not isinstance(part, Blob | Uri | File):
        return ""
    body = (scene.new if new else scene.old).request.body.json
    holders = [value_at(body, part.pointer.rsplit("/", up)[0]) for up in range(3)]
    called = (each[key] for each in holders if isinstance(each, dict) for key in _FILE_NAMES if each.get(key))
    name = next((each for each in called if isinstance(each, str)), "")
    kind = "file" if name or isinstance(part, File) else part.modality or "file"
    if isinstance(part, Blob):
        said = f"{part.mime_type}, " if part.mime_type else ""
        what = f"{said}{count_of_bytes(size_of(part))}"
    else:
        what = cut(unsigned(part.uri), _ADDRESS) if isinstance(part, Uri) else str(part.file_id)
    article = "an" if kind[0] in "aeiou" else "a"
    return f"{article} {kind} part is {'new' if new else 'gone'}: {', '.join(filter(None, (name, what)))}"


_FILE_NAMES = ("filename", "file_name", "fileName", "title", "name")


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


def _shown_of(interaction: Interaction, part: Part, origin: str) -> Json:
    """The part as a report shows it; the numbers of tokens, which the part has as a digest, as they were sent."""
    if origin == "request" and isinstance(part, Generic) and part.kind == "tokens":
        sent = value_at(interaction.request.body.json, part.pointer)
        return shown_part(part) if sent is ABSENT else sent
    return shown_part(part)


def _said_of(blob: Blob) -> dict[str, Json]:
    """What is said of a medium beside its bytes."""
    return {"type": blob.mime_type or ABSENT, "transcript": blob.transcript or ABSENT}


def _is_sent_alike(scene: Scene, old: Blob, new: Blob, origin: str) -> bool:
    """Whether the same bytes were sent in the same words, so that what differs stands in fields beside them."""
    if origin != "request" or scene.is_cross_provider or old.content != new.content:
        return False
    sent = value_at(scene.old.request.body.json, old.pointer), value_at(scene.new.request.body.json, new.pointer)
    return sent[0] is not ABSENT and sent[0] == sent[1]


def _part_likeness(old: Part, new: Part) -> float:
    """Of parts of one kind those go together that say the same."""
    if kind_of_part(old) != kind_of_part(new):
        return 0.0
    return 1.0 if isinstance(old, Blob) else 0.5 + similarity(repr(content_key(old)), repr(content_key(new)))


def respelled(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """The parts that say the same words, on one side as text and on the other inside of an object."""
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


def _payload(part: Part) -> Json:
    """What a part of the provider's own holds, as JSON; ``ABSENT`` for one that has fields of ours."""
    if isinstance(part, Generic):
        return part.content
    if isinstance(part, ServerToolCall):
        return part.server_tool_call
    return part.server_tool_call_response if isinstance(part, ServerToolCallResponse) else ABSENT


def _quiet_changes(scene: Scene, old: Json, new: Json, path: str, origin: str) -> list[Change] | None:
    """The noise that the difference of two payloads is; ``None`` when there is more to it."""
    if ABSENT in (old, new):
        return None
    changes: list[Change] = []
    for found in json_changes(old, new):
        quiet = volatile_changes(scene, path + dotted(found.route), origin, found.old, found.new)
        if quiet is None:
            return None
        changes.extend(quiet)
    return changes


def _rule_of_other(part: Part, *, both: bool, added: bool, origin: str) -> str:
    if origin == "request":
        return "prompt-changed"
    if not both:
        return "part-added" if added else "part-removed"
    if isinstance(part, Uri):
        return "id-changed"  # where an image waits to be fetched is made anew, and says nothing of the image
    if isinstance(part, Blob):
        return "media-changed"
    return "server-tool-call-changed" if part.type.startswith("server_") else "unclassified-change"
