"""The request of a Responses call: its settings under canonical names, its tools, its history.

Source: the OpenAI API reference ("Create a model response"). A key that no table knows goes to ``extra``.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.values import mapping, sequence
from cassette_tools.dialects.openai_chat import read_tool
from cassette_tools.dialects.openai_responses.content import content_parts
from cassette_tools.dialects.openai_responses.history import turns
from cassette_tools.dialects.openai_responses.items import Scene, item_parts, kind_of
from cassette_tools.dialects.openai_responses.settings import read_own_settings
from cassette_tools.model import Message, Text, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Json, Part

_SYSTEM = ("system", "developer")
_DEFINED = ("function", "custom")  # tools of the client's


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape. What is left of it, nulls too, is kept: they may be defaults of a server."""
    parameters = read_own_settings(request)
    model = request.text("model")
    tools = tuple(_tools(request))
    told = _instructions(request)
    system, messages = _input(request, own_names(tools))
    request.keep(nulls=True)
    return DecodedRequest(model=model, parameters=parameters, system=(*told, *system), messages=messages, tools=tools)


def _instructions(request: Members) -> list[Part]:
    """``instructions``: a string, or a list of items."""
    parts = words_in(request, "instructions")
    for value, item in request.entries("instructions"):
        role = item.peek("role")
        parts.extend(item_parts(value, item, Scene()))
        if role not in (None, *_SYSTEM):
            request.extra[f"{item.where}/role"] = role
    return parts


def _input(request: Members, own: frozenset[str] | None) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """The system instructions (the messages of that role with which the input begins), and the other messages."""
    words = request.string("input") if type(request.peek("input")) is str else None
    if words is not None:
        parts = (Text(content=words, pointer="/input"),) if words else ()
        return (), (Message(role="user", parts=parts, pointer="/input"),)
    items = request.array("input")
    system: list[Part] = []
    begin = 0
    while begin < len(items) and _is_system(items[begin]):
        system.extend(_system_parts(items[begin], begin, request))
        begin += 1
    return tuple(system), tuple(turns(items[begin:], "/input", begin, Scene(own=own)))


def _is_system(item: Json) -> bool:
    return type(item) is dict and item.get("role") in _SYSTEM and kind_of(item) == "message"


def _system_parts(value: Json, index: int, request: Members) -> list[Part]:
    """The parts of a system message; what else it holds (or a role of another name) stays by its pointer."""
    message = Members(value, f"/input/{index}", request.extra, f"{request.where}/input/{index}")
    message.take("type")
    if message.peek("role") == "system":
        message.take("role")
    parts = content_parts(message)
    message.keep(nulls=True)
    return parts


def _tools(request: Members) -> Iterator[Tool]:
    """The request's tools, and those that its input brings along."""
    for value, pointer in request.elements("tools"):
        yield _tool(value, pointer)
    for index, item in enumerate(sequence(request.peek("input"))):
        if type(item) is dict and item.get("type") in ("additional_tools", "tool_search_output"):
            for place, tool in enumerate(sequence(item.get("tools"))):
                yield _tool(tool, f"/input/{index}/tools/{place}")


def _tool(value: Json, pointer: str) -> Tool:
    """A function or custom tool as chat has it; of the provider's own, some have names (namespaces, MCP servers)."""
    read = read_tool(value, pointer)
    if read.kind in _DEFINED:
        return read
    tool = Members(mapping(value), pointer, {}, "")
    name = tool.text("name") or tool.text("server_label")
    if name is None:
        return read
    tool.take("type")
    description = tool.string("description")
    tool.keep(nulls=True)
    return Tool(name=name, description=description, kind=read.kind, extra=tool.extra, pointer=pointer)


def own_names(tools: tuple[Tool, ...]) -> frozenset[str] | None:
    """The names of the client's own tools; ``None`` when all the tools are, so that names tell nothing."""
    if all(tool.kind in _DEFINED for tool in tools):
        return None
    return frozenset([tool.name for tool in tools if tool.kind in _DEFINED])
