"""The request of a Chat Completions call: its settings under canonical names, its tools, its history.

Sources: the OpenAI API reference and those of its relatives.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.messages import role_of, unknown_turn
from cassette_tools.decoding.parts import prompted
from cassette_tools.decoding.values import text
from cassette_tools.dialects.openai_chat.content import content_parts
from cassette_tools.dialects.openai_chat.parts import message_parts, tool_response
from cassette_tools.dialects.openai_chat.settings import read_settings
from cassette_tools.model import Message, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part

ROLES = {
    # The wire's word and ours. Roles that are not here are kept as they are.
    "system": "system",
    "developer": "system",  # OpenAI, reasoning models
    "user": "user",
    "assistant": "assistant",
    "model": "assistant",  # Google's word, seen in histories sent to gateways
    "tool": "tool",
    "function": "tool",  # OpenAI, before tools
}


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape. What is left of it, nulls too, is kept: they may be defaults of a server."""
    parameters = read_settings(request)
    model = request.string("model")
    if model is None and "model" not in request:
        model = request.string("model_id")  # watsonx.ai
    system, messages = _history(request) if "messages" in request else ((), prompted(request, "prompt"))
    asked = DecodedRequest(
        model=model, parameters=parameters, system=system, messages=messages, tools=read_tools(request)
    )
    request.keep(nulls=True)
    return asked


# --- messages --------------------------------------------------------------------------------------------------------


def _history(request: Members) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """The system instructions (the messages of that role with which the history begins), and the other messages."""
    system: list[Part] = []
    read: list[Message] = []
    for value, pointer in request.elements("messages"):
        if type(value) is not dict:
            read.append(unknown_turn(value, pointer))
        elif not read and value.get("role") in ("system", "developer"):
            system.extend(_instructions(Members(value, pointer, request.extra, request.where + pointer)))
        else:
            read.append(_message(Members(value, pointer, {}, "")))
    return tuple(system), tuple(read)


def _instructions(message: Members) -> list[Part]:
    """The parts of a system message; what else it holds (or a role of another name) stays by its pointer."""
    if message.peek("role") == "system":
        message.take("role")
    parts = content_parts(message, "content")
    message.keep(nulls=True)
    return parts


def _message(message: Members) -> Message:
    role, native = role_of(message.string("role"), ROLES, "user")
    is_result = role == "tool"
    name = None if is_result else message.text("name")
    parts = (tool_response(message),) if is_result else message_parts(message)
    message.keep(nulls=True)
    extra, pointer = message.extra, message.pointer
    return Message(role=role, parts=parts, name=name, native_role=native, extra=extra, pointer=pointer)


# --- tools -----------------------------------------------------------------------------------------------------------


def read_tools(request: Members) -> tuple[Tool, ...]:
    """The tools that a request offers; ``functions`` is their legacy name."""
    return tuple([read_tool(*offered) for key in ("tools", "functions") for offered in request.elements(key)])


def read_tool(value: Json, pointer: str) -> Tool:
    """OpenAI nests the definition under its type; legacy functions and some SDKs write it flat.

    The provider's own tools have a type only.
    """
    tool = Members(value, pointer, {}, "")
    kind = tool.text("type")
    nested = next((key for key in _DEFINED if type(tool.peek(key)) is dict), None)
    if nested is not None:
        inner = tool.object(nested)
        tool.keep(nulls=True)
        return _defined(inner, nested, pointer)
    if "name" in tool and kind in (None, *_DEFINED):
        return _defined(tool, kind or "function", pointer)
    name = kind or text(tool.peek("name")) or ""
    tool.keep(nulls=True)
    return Tool(name=name, kind=kind or "unknown", extra=tool.extra, pointer=pointer)


_DEFINED = ("function", "custom")  # types of tools that the client defines


def _defined(inner: Members, kind: str, pointer: str) -> Tool:
    name, description = inner.string("name") or "", inner.string("description")
    parameters, strict = inner.take("parameters"), inner.boolean("strict")
    inner.keep(nulls=True)
    return Tool(
        name=name,
        description=description,
        parameters=parameters,
        strict=strict,
        kind=kind,
        extra=inner.extra,
        pointer=pointer,
    )
