"""Images, files, tools of the provider, and parts of which no more is known."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import FEWER, LONE_MEDIUM
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import place_of
from cassette_tools.diff.changes.scene import given_back, id_changes, is_given_back, volatile_changes
from cassette_tools.diff.messages.part_notes import (
    lone_part_note,
    medium_in_words,
    part_note,
    payload,
    shown_of,
)
from cassette_tools.diff.messages.parts import (
    content_key,
    echo_of_part,
    is_ranked,
    key_of,
    kind_of_part,
    name_of_part,
    pointers_of,
)
from cassette_tools.diff.texts.text import similarity
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.diff.values.lists import couples_of
from cassette_tools.diff.values.matching import align_by_key, at_places
from cassette_tools.model import ABSENT, Blob, File, Generic, Uri
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Part

    _Couple = tuple[Part | None, Part | None]


_OWN_COMPARISON = frozenset(("text", "reasoning", "refusal", "tool_call", "tool_call_response"))


def other_part_changes(
    scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, origin: str
) -> Iterator[Change]:
    """Media, the provider's own tools, and parts that nobody knows."""
    lefts, rights = _others(old), _others(new)
    if origin == "response" and not scene.is_cross_provider:
        yield from _ranked_changes(scene, [*filter(is_ranked, lefts)], [*filter(is_ranked, rights)], at)
        lefts, rights = ([each for each in side if not is_ranked(each)] for side in (lefts, rights))
    couples = _couples(lefts, rights) if lefts != rights else []
    counted: set[str] = set()  # the kinds of which it is told how many there are
    for left, right in couples:
        part = left or right
        if left is not None and right is not None:
            yield from _both_sided(scene, left, right, at, origin)
        elif part is not None and kind_of_part(part) not in counted:
            change = _one_sided(scene, part, at, origin, added=left is None)
            told = change if origin == "request" else _as_count(change, couples, kind_of_part(part))
            if told is not change:
                counted.add(kind_of_part(part))
            yield told


def _ranked_changes(scene: Scene, old: Sequence[Generic], new: Sequence[Generic], at: str) -> Iterator[Change]:
    """How many parts a ranked list has. Which ones, and their order, is compared in the JSON."""
    if not old or not new:
        return
    found = couples_of([each.content for each in old], [each.content for each in new]).pairs
    couples: list[_Couple] = [*at_places(found, old, new)]
    gone, come = _alone(couples, kind_of_part(old[0]))
    if bool(gone) != bool(come):
        one = _one_sided(scene, (gone or come)[0], at, "response", added=bool(come))
        yield _as_count(one, couples, kind_of_part(old[0]))


def _couples(old: Sequence[Part], new: Sequence[Part]) -> list[_Couple]:
    """Which part became which."""
    both = align_by_key(old, new, content_key, _part_likeness, ordered=True)
    return [(None if i is None else old[i], None if j is None else new[j]) for i, j in both]


def _as_count(change: Change, couples: Sequence[_Couple], kind: str) -> Change:
    """The change of one part as that of how many of its kind there are, where that is told."""
    count = _fewer(couples, kind)
    return (
        replace(change, note=count, circumstance=FEWER, also=pointers_of(*_alone(couples, kind))) if count else change
    )


def _others(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.type not in _OWN_COMPARISON]


# --- a part on both sides --------------------------------------------------------------------------------------------


def _both_sided(scene: Scene, left: Part, right: Part, at: str, origin: str) -> Iterator[Change]:
    if content_key(left) == content_key(right) or _is_told_elsewhere(scene, left, right, origin):
        return
    path = f"{at}.parts[{kind_of_part(right)}]"
    quiet = _quiet_changes(scene, left, right, path, origin)
    if quiet is not None:
        yield from quiet
        return
    yield scene.change(
        rule="prompt-changed" if origin == "request" else _rule_of_answer(right),
        path=path,
        origin=origin,
        old=shown_of(scene.old, left, origin),
        new=shown_of(scene.new, right, origin),
        subject=name_of_part(right),
        note=part_note(scene, left, right, origin),
        echo=("part", key_of(left), key_of(right)),
        old_place=place_of(origin)(scene.old, left.pointer),
        new_place=place_of(origin)(scene.new, right.pointer),
    )


def _rule_of_answer(part: Part) -> str:
    if isinstance(part, Uri):
        return "id-changed"  # where an image waits to be fetched is made anew, and says nothing of the image
    if isinstance(part, Blob):
        return "media-changed"
    return "server-tool-call-changed" if part.type.startswith("server_") else "unclassified-change"


def _is_told_elsewhere(scene: Scene, left: Part, right: Part, origin: str) -> bool:
    """Whether what differs is told value by value, as it was sent: of what nobody knows, and beside the same bytes."""
    if scene.is_cross_provider:
        return False
    if isinstance(left, Generic) and isinstance(right, Generic):
        return left.kind == right.kind
    return isinstance(left, Blob) and isinstance(right, Blob) and _is_sent_alike(scene, left, right, origin)


def _is_sent_alike(scene: Scene, old: Blob, new: Blob, origin: str) -> bool:
    """Whether the same bytes were sent in the same words, so that what differs stands in fields beside them."""
    if origin != "request" or old.content != new.content:
        return False
    sent = value_at(scene.old.request.body.json, old.pointer), value_at(scene.new.request.body.json, new.pointer)
    return sent[0] is not ABSENT and sent[0] == sent[1]


def _quiet_changes(scene: Scene, left: Part, right: Part, path: str, origin: str) -> Iterable[Change] | None:
    """The noise that the difference of two parts is; ``None`` when there is more to it."""
    if isinstance(left, File) and isinstance(right, File):
        return id_changes(scene, f"{path}.file_id", origin, left.file_id, right.file_id)
    if isinstance(left, Uri) and isinstance(right, Uri) and _is_same_resource(scene, left, right, origin):
        return (given_back(scene, f"{path}.uri", left.uri, right.uri),)
    payloads = payload(left), payload(right)
    if ABSENT in payloads:
        return None
    changes: list[Change] = []
    for found in json_changes(*payloads):
        quiet = volatile_changes(scene, path + dotted(found.route), origin, found.old, found.new)
        if quiet is None:
            return None
        changes.extend(quiet)
    return changes


def _is_same_resource(scene: Scene, old: Uri, new: Uri, origin: str) -> bool:
    """Whether a client shows the model what it was given the address of by an answer before."""
    return origin == "request" and old.mime_type == new.mime_type and is_given_back(scene, old.uri, new.uri)


# --- a part on one side ----------------------------------------------------------------------------------------------


def _one_sided(scene: Scene, part: Part, at: str, origin: str, *, added: bool) -> Change:
    side = scene.new if added else scene.old
    shown, place = shown_of(side, part, origin), place_of(origin)(side, part.pointer)
    return replace(
        _said_of_one(side, part, origin, added=added),
        path=f"{at}.parts[{kind_of_part(part)}]",
        pair=scene.pair,
        old=ABSENT if added else shown,
        new=shown if added else ABSENT,
        echo=echo_of_part(part, added=added),
        old_place=None if added else place,
        new_place=place if added else None,
    )


def _said_of_one(side: Interaction, part: Part, origin: str, *, added: bool) -> Change:
    """The rule of a part that came or went, and the words."""
    became_of_it = "new" if added else "gone"
    medium = medium_in_words(side, part, became_of_it) if origin == "request" else ""
    return Change(
        rule="prompt-changed" if origin == "request" else f"part-{'added' if added else 'removed'}",
        path="",
        origin=origin,
        subject="" if medium else name_of_part(part),
        note=medium or lone_part_note(part, became_of_it),
        circumstance=LONE_MEDIUM if medium else None,
    )


def _alone(couples: Sequence[_Couple], kind: str) -> tuple[list[Part], list[Part]]:
    """The parts of a kind that only one side has."""
    gone = [left for left, right in couples if left and not right and kind_of_part(left) == kind]
    come = [right for left, right in couples if right and not left and kind_of_part(right) == kind]
    return gone, come


def _fewer(couples: Sequence[_Couple], kind: str) -> str:
    """What to say of parts that nobody knows, of which there are more or fewer: how many, and which are left."""
    old, new = (_of_kind(side, kind) for side in zip(*couples, strict=True))
    if not old or not new or len(old) == len(new) or not isinstance(old[0], Generic):
        return ""
    fewer, which = min(len(old), len(new)), ""
    if _are_the_first(fewer, couples, kind):
        which = f", the first {fewer} {'of them' if len(new) == fewer else 'as before'}"
    return f"{len(new)} {kind} instead of {len(old)}{which}"


def _of_kind(parts: Iterable[Part | None], kind: str) -> list[Part]:
    return [part for part in parts if part and kind_of_part(part) == kind]


def _are_the_first(fewer: int, couples: Sequence[_Couple], kind: str) -> bool:
    """Whether the first of each side go together, and say the same."""
    of_kind = [couple for couple in couples if any(part and kind_of_part(part) == kind for part in couple)]
    both = [(left, right) for left, right in of_kind if left and right]
    return of_kind[:fewer] == both and all(_part_likeness(left, right) > _SAME_PART for left, right in both)


_SAME_PART = 1.4  # of 1.5: the same but for a number in it


def _part_likeness(old: Part, new: Part) -> float:
    """Of parts of one kind those go together that say the same."""
    if kind_of_part(old) != kind_of_part(new):
        return 0.0
    return 1.0 if isinstance(old, Blob) else 0.5 + similarity(repr(content_key(old)), repr(content_key(new)))
