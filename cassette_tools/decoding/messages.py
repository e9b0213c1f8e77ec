"""Messages made of content blocks: a string, or a list of typed objects, in a request's history and in an answer."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.members import Members
from cassette_tools.model import Generic, Message, Text, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json, Part

    # Reads a block as parts, and takes what it reads. For a block that it does not know: ``None``, or, where not its
    # `type` says what kind of block it is, that kind.
    Reader = Callable[[Members], "tuple[Part, ...] | str | None"]


def role_of(native: str | None, roles: Mapping[str, str], default: str) -> tuple[str, str | None]:
    """Our word for a role, and the wire's where that is another. A role that no table has is its own word."""
    said = native or default
    role = roles.get(said, said)
    return role, native if native != role else None


def parts_of(source: Members, key: str, read: Reader) -> list[Part]:
    """The parts of a content; what of its blocks has no place in a part is kept with the rest of `source`."""
    found: list[Part] = []
    for parts, extra in _blocks(source, key, read):
        found.extend(parts)
        source.extra.update(extra)
    return found


def turns(request: Members, key: str, read: Reader, *, answers: Reader | None = None) -> Iterator[Message]:
    """The messages of a conversation, whose turns have a `role` and a `content`. A tool's result among the blocks of a
    turn is a message of its own, before it. `answers` reads the assistant's turns, where they need another reader.
    """
    for value, pointer in request.elements(key):
        if type(value) is dict:
            is_answer = answers is not None and value.get("role") == "assistant"
            yield from _turn(Members(value, pointer, {}, ""), answers if answers is not None and is_answer else read)
        else:
            yield unknown_turn(value, pointer)


def unknown_turn(value: Json, pointer: str) -> Message:
    """What stands where a turn of a conversation belongs, and is none."""
    return Message(role="user", parts=(Generic(kind="unknown", content=value, pointer=pointer),), pointer=pointer)


def _turn(turn: Members, read: Reader) -> list[Message]:
    """The messages of a turn. What only annotates a turn that is all results stays with the last of them."""
    role = turn.text("role") or "user"
    rest: list[Part] = []
    messages: list[Message] = []
    for parts, extra in _blocks(turn, "content", read):
        if parts and isinstance(parts[0], ToolCallResponse):
            messages.append(Message(role="tool", parts=parts, native_role=role, extra=extra, pointer=turn.pointer))
        else:
            turn.extra.update(extra)
            rest.extend(parts)
    turn.keep()
    if rest or not messages:
        messages.append(Message(role=role, parts=tuple(rest), extra=turn.extra, pointer=turn.pointer))
    elif turn.extra:
        messages[-1] = replace(messages[-1], extra={**messages[-1].extra, **turn.extra})
    return messages


def _blocks(source: Members, key: str, read: Reader) -> Iterator[tuple[tuple[Part, ...], Extra]]:
    """The parts of each block of a content, with what of the block has no place in them."""
    content, pointer = source.take(key), source.at(key)
    if type(content) is str:
        if content:
            yield (Text(content=content, pointer=pointer),), {}
    elif type(content) is list:
        for index, value in enumerate(content):
            yield _block(value, f"{pointer}/{index}", f"{source.where}/{key}/{index}", read)
    elif content is not None:
        yield (Generic(kind="unknown", content=content, pointer=pointer),), {}


def _block(value: Json, pointer: str, where: str, read: Reader) -> tuple[tuple[Part, ...], Extra]:
    if type(value) is not dict:
        return (Generic(kind="unknown", content=value, pointer=pointer),), {}
    block = Members(value, pointer, {}, where)
    parts = read(block)
    if parts is None or isinstance(parts, str):
        kind = parts or value.get("type")
        kind = kind if type(kind) is str and kind else "unknown"
        return (Generic(kind=kind, content=value, pointer=pointer),), {}
    block.keep()
    return parts, block.extra
