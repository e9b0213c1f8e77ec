"""A history that a client tells another way: texts that have another role now, calls and results that were a text."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.diff.pairing.vocabulary import plain_result
from cassette_tools.model import (
    ABSENT,
    Text,
)
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Message


def with_role(changes: list[Change], *, added: bool) -> list[Change]:
    """The same changes, but the texts of a role that were put in are told with the messages that now have that role
    (`added`), or those left out with the messages that no longer have it: the client tells the history another way.
    """
    root = next((each for each in changes if each.path.endswith(".role")), None)
    beside = [] if root is None else _texts_beside(changes, root, added=added)
    if root is None or not beside:
        return changes
    whole, told = _role_with(root, beside, added=added), {*map(id, beside)}
    return [whole if each is root else each for each in changes if id(each) not in told]


def _role_with(root: Change, beside: list[Change], *, added: bool) -> Change:
    """The change of a role that speaks of the texts beside it too."""
    here = "new" if added else "old"
    pointers = tuple(_pointer(each, here) for each in beside)
    told = _told_beside(beside[0].subject, [getattr(each, here) for each in beside])
    note = f"{root.note}, and {told} {'new' if added else 'gone'} beside it"
    also = (root.also[0], (*root.also[1], *pointers)) if added else ((*root.also[0], *pointers), root.also[1])
    return replace(root, note=note, also=also)


def _texts_beside(changes: list[Change], root: Change, *, added: bool) -> list[Change]:
    """The texts of the role that messages have now (`added`), or had, which came, or went, by themselves."""
    here, there = ("new", "old") if added else ("old", "new")
    subject = f"the {getattr(root, here)} message"
    of_role = [each for each in changes if each.rule == "prompt-changed" and each.subject == subject]
    return [each for each in of_role if getattr(each, there) is ABSENT and isinstance(getattr(each, here), str)]


def _told_beside(subject: str, values: list[str]) -> str:
    """``the system messages "a" and "b" and 2 more are``."""
    shown = " and ".join(dict.fromkeys(map(short, values[:2])))
    more = f" and {len(values) - 2} more" if values[2:] else ""
    return f"{subject}s {shown}{more} are" if values[1:] else f"{subject} {shown} is"


def as_calls(
    scene: Scene, changes: list[Change], sides: tuple[Sequence[Message], Sequence[Message]], *, added: bool
) -> list[Change]:
    """The same changes, but one for a call and its result that were sent as a text, and now as what they are (`added`),
    or the other way round.
    """
    here, there = ("new", "old") if added else ("old", "new")
    come, gone = _without(changes, there), _without(changes, here)
    for result in [each for each in come if each.rule == "tool-result-changed"]:
        call, text = _call_of(result, come), _text_of(getattr(result, here), gone, there)
        if call is not None and text is not None:
            one = _as_call(scene, sides, text, call, result, added=added)
            changes = _as_one(changes, (text, call, result), one)
    return changes


def _without(changes: list[Change], side: str) -> list[Change]:
    """The changes of what is not there on one side."""
    return [each for each in changes if getattr(each, side) is ABSENT]


def _as_one(changes: list[Change], several: tuple[Change, ...], one: Change) -> list[Change]:
    """The changes with one in the place of the first of several."""
    told = {*map(id, several)}
    rest = [each for each in changes if id(each) not in told]
    rest.insert(min(map(changes.index, several)), one)
    return rest


def _call_of(result: Change, changes: list[Change]) -> Change | None:
    """The change of the call that a tool's result answers."""
    subject = f"a call to {result.subject} in the history"
    return next((each for each in changes if ".tool_calls[" in each.path and each.subject == subject), None)


def _text_of(result: Json, changes: list[Change], side: str) -> Change | None:
    """The change of a message that says words of what a tool gave."""
    given = short(plain_result(result), _WHOLE)
    said = [(each, getattr(each, side)) for each in changes if each.rule == "prompt-changed"]
    return next((each for each, text in said if isinstance(text, str) and text.strip() and text.strip() in given), None)


def _as_call(
    scene: Scene,
    sides: tuple[Sequence[Message], Sequence[Message]],
    text: Change,
    call: Change,
    result: Change,
    *,
    added: bool,
) -> Change:
    """That a call and its result are sent as what they are, and not as a text; or the other way round."""
    here, there = ("new", "old") if added else ("old", "new")
    pointers = [_pointer(text, there)], [_pointer(each, here) for each in (call, result)]
    empty = [message.pointer for message in sides[not added] if all(map(_says_nothing, message.parts))]
    as_text = (
        "as text",
        {"text": getattr(text, there)},
        (*_around(sides[not added], pointers[0]), *empty),
    )
    as_call = (
        "as a call and its result",
        {"call": getattr(call, here), "result": getattr(result, here)},
        _around(sides[added], pointers[1]),
    )
    before, after = (as_text, as_call) if added else (as_call, as_text)
    return scene.change(
        rule="prompt-changed",
        path=result.path,
        origin="request",
        old=before[1],
        new=after[1],
        subject=f"how the history carries the call to {result.subject}",
        note=f"{before[0]} → {after[0]}, {short(plain_result(getattr(result, here)))}",
        echo=("told", before[0], after[0], result.subject),
        old_place=text.old_place or result.old_place,
        new_place=result.new_place or text.new_place,
        also=(before[2], after[2]),
    )


def _pointer(change: Change, side: str) -> str:
    place = change.old_place if side == "old" else change.new_place
    return (place.pointer if place is not None else None) or ""


def _around(messages: Sequence[Message], pointers: Sequence[str]) -> tuple[str, ...]:
    """The messages that the pointers lead into."""
    return tuple(each.pointer for each in messages if any(f"{at}/".startswith(f"{each.pointer}/") for at in pointers))


def _says_nothing(part: object) -> bool:
    return isinstance(part, Text) and not part.content.strip()


_WHOLE = 1_000_000_000  # characters: nothing is cut
