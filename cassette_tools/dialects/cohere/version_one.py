"""What only version 1 of Cohere's chat has: the message with the history before it, tools whose parameters are
described one by one, calls without ids, and results beside the call that they answer.

Source: Cohere API reference, "Chat" (v1).
"""

from __future__ import annotations

from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import called_with, prompted, words_in
from cassette_tools.decoding.values import at, text
from cassette_tools.dialects.openai_chat.request import read_tool
from cassette_tools.model import Message, Tool, ToolCall, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Json, Object

DEFINITIONS = "parameter_definitions"
_ROLES = {"USER": "user", "CHATBOT": "assistant", "SYSTEM": "system", "TOOL": "tool"}
_TYPES = {
    # A parameter has a type of Python's; JSON Schema's word for it.
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}


# --- messages --------------------------------------------------------------------------------------------------------


def first_messages(request: Members) -> Iterator[Message]:
    """The history, what is asked, and what the tools gave; before that the calls, where the history holds none."""
    history = [_turn(turn) for _, turn in request.apart("chat_history")]
    yield from history
    for key in ("message", "prompt"):
        yield from prompted(request, key)
    results = list(request.apart("tool_results"))
    if not any(isinstance(part, ToolCall) for turn in history for part in turn.parts):
        calls = tuple([_call(result.object("call")) for value, result in results if _tool_called(value)])
        yield from [Message(role="assistant", parts=calls, pointer=calls[0].pointer)] if calls else ()
    for value, result in results:
        part = _tool_result(value, result)
        yield Message(role="tool", parts=(part,), extra=result.extra, pointer=result.pointer)


def _turn(turn: Members) -> Message:
    native = turn.text("role") or "USER"
    results = [_tool_result(value, result) for value, result in turn.entries("tool_results")]
    parts = (*words_in(turn, "message"), *first_calls(turn), *results)
    turn.keep()
    role = _ROLES.get(native.upper(), native)
    return Message(role=role, parts=parts, native_role=native, extra=turn.extra, pointer=turn.pointer)


def first_calls(source: Members) -> Iterator[ToolCall]:
    """The calls of a turn, or of an answer."""
    return (_call(call) for _, call in source.entries("tool_calls"))


def _call(call: Members) -> ToolCall:
    made = called_with(call, "parameters", id=None, name=call.text("name"))
    call.keep()
    return made


def _tool_called(result: Json) -> str | None:
    return text(at(result, ("call", "name")))


def _tool_result(value: Json, result: Members) -> ToolCallResponse:
    """What a tool gave, without an id; the call beside it stays, unless it was taken for one."""
    outputs = result.take("outputs")
    result.keep()
    return ToolCallResponse(id=None, response=outputs, name=_tool_called(value), pointer=result.at("outputs"))


# --- tools -----------------------------------------------------------------------------------------------------------


def first_tools(request: Members) -> tuple[Tool, ...]:
    """The tools that are offered, with the JSON Schema that the definitions of their parameters amount to."""
    return tuple([_tool(value, pointer) for value, pointer in request.elements("tools")])


def _tool(value: Json, pointer: str) -> Tool:
    tool = Members(value, pointer, {}, "")
    if "type" in tool or "name" not in tool:
        return read_tool(value, pointer)
    name, description = tool.string("name") or "", tool.string("description")
    parameters = _schema(tool.object(DEFINITIONS))
    tool.keep(nulls=True)
    return Tool(name=name, description=description, parameters=parameters, extra=tool.extra, pointer=pointer)


def _schema(definitions: Members) -> Object:
    """Each parameter says itself whether it is required."""
    properties: Object = {}
    required: list[Json] = []
    for name in [name for name, each in definitions.left.items() if type(each) is dict]:
        parameter = definitions.object(name)
        required += [name] if parameter.boolean("required") else []
        properties[name] = {**_type(parameter.text("type")), **parameter.left}
    definitions.keep(nulls=True)
    return {"type": "object", "properties": properties, "required": required}


def _type(word: str | None) -> Object:
    """``List[str]`` says of what the list is; a word that is not Python's is left as it is."""
    if word is None:
        return {}
    outer, _, inner = word.partition("[")
    kind = _TYPES.get(outer.lower(), word)
    of_each = inner.removesuffix("]").partition(",")[0]
    return {"type": kind, "items": _type(of_each)} if kind == "array" and of_each else {"type": kind}
