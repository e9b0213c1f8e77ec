"""Parts that every API has, read from the members that hold them: words, what was asked with, calls."""

from __future__ import annotations

from cassette_tools.decoding.values import parsed_arguments
from cassette_tools.model import Message, Text, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Part, Reasoning, Refusal


def words_in(source: Members, key: str, kind: type[Text | Reasoning | Refusal] = Text) -> list[Part]:
    """The text under `key` as a part; an empty one says nothing."""
    words = source.text(key)
    return [] if words is None else [kind(content=words, pointer=source.at(key))]


def prompted(source: Members, key: str) -> tuple[Message, ...]:
    """The one text that is asked with, as a message of the user's."""
    parts = words_in(source, key)
    return (Message(role="user", parts=tuple(parts), pointer=source.at(key)),) if parts else ()


def called(
    inner: Members, key: str, *, id: str | None, name: str | None, kind: str = "function", signature: str | None = None
) -> ToolCall:
    """A call whose arguments are a string of JSON (or, from local servers, an object) under `key`."""
    arguments, raw, valid = parsed_arguments(inner.take(key))
    return ToolCall(
        id=id,
        name=name or "",
        arguments=arguments,
        raw_arguments=raw,
        arguments_valid=valid,
        kind=kind,
        signature=signature,
        pointer=inner.at(key),
    )


def called_with(inner: Members, key: str, *, id: str | None, name: str | None) -> ToolCall:
    """A call whose arguments are an object under `key`; a string there is what a stream cut in the middle of one."""
    given = inner.take(key)
    return ToolCall(
        id=id,
        name=name or "",
        arguments={} if given is None else given,
        raw_arguments=given if type(given) is str else None,
        arguments_valid=type(given) is not str,
        pointer=inner.at(key),
    )
