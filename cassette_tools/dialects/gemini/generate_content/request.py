"""The request of a generateContent or countTokens call: its tools and its history. Its settings are in `settings`.

Sources: the Gemini API reference (``models.generateContent``, ``Content``, ``Tool``) and Vertex AI's.
"""

from __future__ import annotations

from cassette_tools.data.google import ROLES
from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.messages import role_of
from cassette_tools.decoding.protobuf import Fields, both, snake
from cassette_tools.decoding.values import escaped
from cassette_tools.dialects.gemini.generate_content.parts import is_response, read_part, read_parts
from cassette_tools.dialects.gemini.generate_content.settings import read_settings
from cassette_tools.dialects.gemini.names import model_name, plain_schema
from cassette_tools.model import Message, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json, Part


def read_request(body: Fields) -> DecodedRequest:
    """Decode a request body of any shape. countTokens takes the whole call that it is to count."""
    request = body.object("generateContentRequest") if type(body.peek("generateContentRequest")) is dict else body
    model = request.text("model")
    asked = DecodedRequest(
        model=model_name(model) if model else None,
        parameters=read_settings(request),
        system=tuple(_system(request)),
        messages=tuple(_history(request)),
        tools=tuple(_tools(request)),
    )
    request.keep()
    return asked


# --- history ---------------------------------------------------------------------------------------------------------


def _system(request: Fields) -> list[Part]:
    """The system instruction: a content, or, as some clients write it, its text or its parts alone."""
    value = request.peek("systemInstruction")
    if type(value) is not dict or "parts" not in value:
        return read_parts(request, "systemInstruction")
    content = request.object("systemInstruction")
    parts = read_parts(content)
    content.keep()  # also the role, which means nothing here
    return parts


def _history(request: Fields) -> Iterator[Message]:
    """The turns. A content that stands alone is accepted, and so is its text."""
    for value, pointer in request.elements("contents"):
        if type(value) is dict:
            yield from _turn(Fields(value, pointer, {}, ""), request)
        else:
            yield Message(role="user", parts=tuple(read_part(value, pointer, "", {})), pointer=pointer)


def _turn(turn: Fields, request: Fields) -> list[Message]:
    """One content: each tool's answer in it is a message for itself, before the rest of the turn."""
    said = turn.string("role")
    role, native = role_of(said, ROLES, "user")
    messages: list[Message] = []
    rest: list[Part] = []
    for value, pointer in _parts(turn):
        if is_response(value):
            messages.append(_answer(value, pointer, said))
        else:
            rest.extend(read_part(value, pointer, turn.within(pointer), turn.extra))
    turn.keep()
    if rest or not messages:
        parts, extra = tuple(rest), turn.extra
        messages.append(Message(role=role, parts=parts, native_role=native, extra=extra, pointer=turn.pointer))
    else:
        where = request.within(turn.pointer)
        request.extra.update({where + place: value for place, value in turn.extra.items()})
    return messages


def _parts(turn: Fields) -> Iterator[tuple[Json, str]]:
    """The parts of a content, each with its pointer. Some clients write a part where a content belongs."""
    if "text" in turn and "parts" not in turn:
        part, turn.left = turn.left, {}
        yield part, turn.pointer
    else:
        yield from turn.elements("parts")


def _answer(part: Json, pointer: str, native: str | None) -> Message:
    extra: Extra = {}
    parts = tuple(read_part(part, pointer, "", extra))
    native = native if native != "tool" else None
    return Message(role="tool", parts=parts, native_role=native, extra=extra, pointer=pointer)


# --- tools -----------------------------------------------------------------------------------------------------------

_DECLARATIONS = both(("functionDeclarations",))


def _tools(request: Fields) -> Iterator[Tool]:
    """The functions that are declared, and the tools that Google runs: an object has any number of both."""
    for value, pointer in request.elements("tools"):
        tool = Fields(value, pointer, request.extra, request.within(pointer))
        for key, inner in [*tool.left.items()]:
            if key in _DECLARATIONS:
                for function, place in tool.elements(key):
                    yield _function(Fields(function, place, {}, ""))
            elif inner is not None:
                yield _own_tool(key, Fields(inner, f"{pointer}/{escaped(key)}", {}, ""))


def _function(function: Fields) -> Tool:
    schema = function.take("parametersJsonSchema")  # JSON Schema itself: nothing in it is Google's
    parameters = plain_schema(function.take("parameters")) if schema is None else schema
    tool = Tool(
        name=function.string("name") or "",
        description=function.string("description"),
        parameters=parameters,
        extra=function.extra,
        pointer=function.pointer,
    )
    function.keep()
    return tool


def _own_tool(key: str, settings: Fields) -> Tool:
    """A tool that Google runs: its key says which, what it holds are settings."""
    settings.keep()
    return Tool(name=snake(key), kind=snake(key), extra=settings.extra, pointer=settings.pointer)
