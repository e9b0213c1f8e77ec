"""An element of a list that says to be of another kind, and is in all else what it was: ``"type": "text"`` became
``"type": "output_text"``, ``toolUse`` is now called ``toolCall``.

Whoever reads the element by its kind loses a text here and finds an unknown part there. Both only follow from the kind.
"""

from __future__ import annotations

from cassette_tools.diff.values.differences import KIND
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Interaction, Json

_OF_PARTS = (
    "text-",
    "part-",
    "tool-call-",
    "reasoning-",
    "refusal-",
    "server-tool-call-",
    "prompt-changed",
    "system-prompt-changed",
    "tool-result-changed",
)


def kinds_in(found: Sequence[Difference], old: Json, new: Json) -> Iterator[int]:
    """The differences, by number, that are all in which an element is another one, and say its kind."""
    for number, each in enumerate(found):
        if len(each.route) < 2 or not isinstance(each.route[-2], int):
            continue
        if not each.renamed and not (each.route[-1] == KIND and isinstance(each.old, str | None)):
            continue
        sides = (old, each.old_route), (new, each.new_route)
        left, right = (_without(value_at(body, pointer_from_route(way[:-1])), way[-1]) for body, way in sides)
        if left is not None and left == right:
            yield number


def _without(element: Json, name: str | int) -> Json:
    return {key: value for key, value in element.items() if key != name} if isinstance(element, dict) else None


def is_of_parts(change: Change) -> bool:
    """Whether the change is one of what parts say."""
    return change.rule.startswith(_OF_PARTS)


def echo_of_kind(found: Difference) -> tuple[str, str, str]:
    """By which a change is known as one of the kind of an element, and which element that is."""
    return (_ECHO, pointer_from_route(found.old_route[:-1]), pointer_from_route(found.new_route[:-1]))


_ECHO = "kind"


def tells_kind(change: Change) -> bool:
    """Whether the change is of the kind of an element."""
    return isinstance(change.echo, tuple) and change.echo[:1] == (_ECHO,)


def follows_from_kind(change: Change, root: Change) -> bool:
    """Whether the change is of the part that `root` says is called another kind."""
    if not is_of_parts(change) or not isinstance(root.echo, tuple) or root.echo[:1] != (_ECHO,):
        return False
    _, old, new = root.echo
    sides = (change.old_place, old), (change.new_place, new)
    within = [f"{place.folded}/".startswith(f"{element}/") for place, element in sides if place and place.folded]
    return (bool(within) and all(within)) or (
        change.origin == root.origin and _is_less_its_text(change, root, old, new)
    )


def _is_less_its_text(change: Change, root: Change, *elements: str) -> bool:
    """Whether a text that several parts say together lost, or gained, that of the part and no more."""
    pair = root.pair
    if pair is None or not (isinstance(change.old, str) and isinstance(change.new, str)):
        return False
    for interaction, element in zip((pair.old, pair.new), elements, strict=True):
        text = value_at(_body(interaction, root.origin), f"{element}/text")
        if isinstance(text, str) and text.strip():
            left, right = (side.replace(text, "", 1).strip() for side in (change.old, change.new))
            if left == change.new.strip() or right == change.old.strip():
                return True
    return False


def _body(interaction: Interaction | None, origin: str) -> Json:
    if interaction is None:
        return ABSENT
    if origin == "request":
        return interaction.request.body.json
    call = interaction.llm
    return call.body if origin == "stream" and call is not None else interaction.response.body.json
