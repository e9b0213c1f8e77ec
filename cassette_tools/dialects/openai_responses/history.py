"""The items of a conversation as messages.

Several items make a turn: reasoning, words and calls that follow one another are one message of the assistant, as they
are in chat.
"""

from __future__ import annotations

from cassette_tools.data.openai_tools import CLIENT_RESULTS, SERVER_RESULTS
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects.openai_chat import ROLES
from cassette_tools.dialects.openai_responses.items import item_parts, kind_of
from cassette_tools.model import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.decoding.members import Extra
    from cassette_tools.dialects.openai_responses.items import Scene
    from cassette_tools.model import Json, Part

    Numbered = tuple[int, Json]  # an item, and its index in the list


def turns(items: Sequence[Json], pointer: str, first: int, scene: Scene) -> Iterator[Message]:
    """The items of the list at `pointer`, from number `first` on, as messages. What the assistant says and does in a
    row is one of them.
    """
    turn: list[Numbered] = []
    for index, item in enumerate(items, first):
        role = _role_of(item)
        if turn and (role != "assistant" or _begins_a_turn(item, turn)):
            yield _message(turn, "assistant", pointer, scene)
            turn = []
        if role == "assistant":
            turn.append((index, item))
        else:
            yield _message([(index, item)], role, pointer, scene)
    if turn:
        yield _message(turn, "assistant", pointer, scene)


def _begins_a_turn(item: Json, turn: list[Numbered]) -> bool:
    """A second message in a row is a turn of its own when the client wrote it; one with an id was answered so."""
    return _is_message(item) and not mapping(item).get("id") and any(_is_message(before) for _, before in turn)


def _is_message(item: Json) -> bool:
    return type(item) is dict and kind_of(item) == "message"


def _role_of(item: Json) -> str:
    """Whose turn an item belongs to."""
    if type(item) is not dict:
        return "user"
    kind = kind_of(item)
    if kind in ("message", "additional_tools", ""):
        role = item.get("role")
        return ROLES.get(role, role) if isinstance(role, str) and role else "user"
    if kind == "configuration_update":  # OpenAI: settings change in the middle of a conversation
        return "system"
    return "tool" if kind in CLIENT_RESULTS or kind in SERVER_RESULTS else "assistant"


def _message(items: list[Numbered], role: str, pointer: str, scene: Scene) -> Message:
    """One message; a single item keeps its own pointer, several count from the list's."""
    is_single = len(items) == 1
    extra: Extra = {}
    parts: list[Part] = []
    native = None
    for index, value in items:
        item = Members(mapping(value), f"{pointer}/{index}", extra, "" if is_single else f"/{index}")
        said = item.peek("role")
        native = said if type(said) is str else native
        parts.extend(item_parts(value, item, scene))
    native = native if native != role else None
    where = f"{pointer}/{items[0][0]}" if is_single else pointer
    return Message(role=role, parts=tuple(parts), native_role=native, extra=extra, pointer=where)
