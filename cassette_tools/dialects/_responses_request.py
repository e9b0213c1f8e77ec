"""The request of a Responses call: its settings under canonical names, its tools, its history.

The history is a list of items, of which several make a turn: reasoning, words and calls that follow one another are
one message of the assistant, as they are in chat.

Source: the OpenAI API reference ("Create a model response"). A key that no table knows goes to ``extra``.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects._chat_request import _READERS as CHAT_READERS
from cassette_tools.dialects._chat_request import ROLES, SETTINGS, ChatRequest
from cassette_tools.dialects._chat_request import _tool as chat_tool
from cassette_tools.dialects._responses_content import Where, words_of
from cassette_tools.dialects._responses_items import CLIENT_RESULTS, SERVER_RESULTS, item_parts, kind_of
from cassette_tools.model import Message, Text, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Part

    Settings = dict[str, Json]

OWN_SETTINGS = {
    # Settings of this API that mean what they say, by our name for them.
    "max_output_tokens": "max_tokens",
    "previous_response_id": "previous_response_id",
}
_READ_APART = frozenset(("model", "input", "instructions", "tools"))


def read_request(body: Json) -> ChatRequest:
    """Decode a request body of any shape."""
    whole = mapping(body)
    extra: dict[str, Json] = {}
    parameters: Settings = {}
    for key, value in whole.items():
        name = OWN_SETTINGS.get(key) or SETTINGS.get(key)
        reader = _READERS.get(key)
        if name is not None:
            if name in parameters and parameters[name] != value:
                extra["/" + key] = value  # both spellings, and they differ
            else:
                parameters[name] = value
        elif reader is not None:
            reader(key, value, parameters, extra)
        elif key not in _READ_APART:
            extra["/" + escaped(key)] = value
    if body is not None and not isinstance(body, dict) and body != "":
        extra[""] = body
    model = whole.get("model")
    if model is not None and not isinstance(model, str):
        extra["/model"] = model
    tools = _tools(whole, extra)
    told = instructions(whole.get("instructions"), "/instructions", extra)
    system, messages = _input(whole.get("input"), own_names(tools), extra)
    return ChatRequest(
        model=model if isinstance(model, str) else None,
        parameters=parameters,
        system=(*told, *system),
        messages=messages,
        tools=tools,
        extra=extra,
    )


# --- history ---------------------------------------------------------------------------------------------------------


def instructions(value: Json, pointer: str, extra: dict[str, Json]) -> list[Part]:
    """``instructions``: a string, or, in answers of a stored prompt, a list of items."""
    if isinstance(value, str):
        return [Text(content=value, pointer=pointer)] if value else []
    if type(value) is not list:
        if value is not None:
            extra[pointer] = value
        return []
    parts: list[Part] = []
    for index, item in enumerate(value):
        place = f"{pointer}/{index}"
        parts.extend(item_parts(item, Where(pointer=place, at=place, extra=extra)))
        if mapping(item).get("role") not in (None, "system", "developer"):
            extra[place + "/role"] = item["role"]
    return parts


def _input(
    value: Json, own: frozenset[str] | None, extra: dict[str, Json]
) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """The system instructions (the messages of that role with which the input begins), and the other messages."""
    if isinstance(value, str):
        parts = (Text(content=value, pointer="/input"),) if value else ()
        return (), (Message(role="user", parts=parts, pointer="/input"),)
    if type(value) is not list:
        if value is not None:
            extra["/input"] = value
        return (), ()
    system: list[Part] = []
    begin = 0
    while begin < len(value):
        item = value[begin]
        role = mapping(item).get("role")
        if role not in ("system", "developer") or kind_of(item) != "message":
            break
        pointer = f"/input/{begin}"
        leftovers(item, ("type", "role", "content"), pointer, extra, nulls=True)
        if role != "system":
            extra[pointer + "/role"] = role
        system.extend(words_of(item.get("content"), Where(pointer=pointer, at=pointer, extra=extra, own=own)))
        begin += 1
    return tuple(system), turns(value[begin:], "/input", begin, own)


def turns(items: list[Json], pointer: str, first: int, own: frozenset[str] | None) -> tuple[Message, ...]:
    """The items from number `first` on as messages. What the assistant says and does in a row is one of them.

    A second message in a row is a turn of its own when the client wrote it; one with an id was answered so.
    """
    messages: list[Message] = []
    running: list[tuple[int, dict[str, Json]]] = []
    spoken = False
    for index, item in enumerate(items, first):
        role = _role_of(item)
        is_message = role == "assistant" and kind_of(item) == "message"
        if running and (role != "assistant" or (is_message and spoken and not item.get("id"))):
            messages.append(_assistant(running, pointer, own))
            running, spoken = [], False
        if role == "assistant":
            running.append((index, item))
            spoken = spoken or is_message
        else:
            messages.append(_single(item, role, f"{pointer}/{index}", own))
    if running:
        messages.append(_assistant(running, pointer, own))
    return tuple(messages)


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


def _single(item: Json, role: str, pointer: str, own: frozenset[str] | None) -> Message:
    extra: dict[str, Json] = {}
    parts = item_parts(item, Where(pointer=pointer, at="", extra=extra, own=own))
    native = mapping(item).get("role")
    if native is not None and not isinstance(native, str):
        extra["/role"] = native
    return Message(
        role=role,
        parts=tuple(parts),
        native_role=native if isinstance(native, str) and native != role else None,
        extra=extra,
        pointer=pointer,
    )


def _assistant(items: list[tuple[int, dict[str, Json]]], pointer: str, own: frozenset[str] | None) -> Message:
    """One turn of the assistant; a single item keeps its own pointer, several count from the list's."""
    if len(items) == 1:
        index, item = items[0]
        return _single(item, "assistant", f"{pointer}/{index}", own)
    extra: dict[str, Json] = {}
    parts: list[Part] = []
    native = None
    for index, item in items:
        at = f"/{index}"
        parts.extend(item_parts(item, Where(pointer=pointer + at, at=at, extra=extra, own=own)))
        if kind_of(item) == "message":
            native = item.get("role")
    native = native if isinstance(native, str) and native != "assistant" else None
    return Message(role="assistant", parts=tuple(parts), native_role=native, extra=extra, pointer=pointer)


# --- tools -----------------------------------------------------------------------------------------------------------


def _tools(whole: Settings, extra: dict[str, Json]) -> tuple[Tool, ...]:
    """The request's tools, and those that its input brings along."""
    offered = whole.get("tools")
    if offered is not None and type(offered) is not list:
        extra["/tools"] = offered
    tools = [_tool(tool, f"/tools/{index}") for index, tool in enumerate(sequence(offered))]
    for index, item in enumerate(sequence(whole.get("input"))):
        if type(item) is dict and item.get("type") in ("additional_tools", "tool_search_output"):
            for place, tool in enumerate(sequence(item.get("tools"))):
                tools.append(_tool(tool, f"/input/{index}/tools/{place}"))
    return tuple(tools)


def _tool(tool: Json, pointer: str) -> Tool:
    """A function or custom tool as chat has it; of the provider's own, some have names (namespaces, MCP servers)."""
    read = chat_tool(tool, pointer)
    if read.kind in ("function", "custom"):
        return read
    for key in ("name", "server_label"):
        name = read.extra.get("/" + key)
        if isinstance(name, str) and name:
            rest = {place: value for place, value in read.extra.items() if place not in ("/" + key, "/description")}
            words = read.extra.get("/description")
            if words is not None and not isinstance(words, str):
                rest["/description"] = words
            return replace(read, name=name, description=words if isinstance(words, str) else None, extra=rest)
    return read


def own_names(tools: tuple[Tool, ...]) -> frozenset[str] | None:
    """The names of the client's own tools; ``None`` when all the tools are, so that names tell nothing."""
    if all(tool.kind in ("function", "custom") for tool in tools):
        return None
    return frozenset([tool.name for tool in tools if tool.kind in ("function", "custom")])


# --- settings with a shape of their own ------------------------------------------------------------------------------

_MODES = {"auto": "auto", "none": "none", "required": "required", "any": "required"}


def _tool_choice(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    """A mode, one tool, or the tools that are allowed. A tool without a name is called by its type."""
    whole = mapping(value)
    kind = whole.get("type")
    names = [_called(whole)] if isinstance(kind, str) and kind not in (*_MODES, "allowed_tools") else []
    if isinstance(value, str) or not (names or kind == "allowed_tools"):
        CHAT_READERS["tool_choice"](key, value, parameters, extra)
        return
    choice = parameters.setdefault("tool_choice", {"mode": None, "names": [], "parallel": None})
    if names:
        choice["mode"], choice["names"] = "tool", [name for name in names if name]
        leftovers(whole, ("type", "name", "function", "custom", "server_label"), "/tool_choice", extra)
        if isinstance(whole.get("name"), str) and whole.get("server_label") is not None:
            extra["/tool_choice/server_label"] = whole["server_label"]
        return
    choice["mode"] = "allowed"
    listed = [_called(mapping(tool)) for tool in sequence(whole.get("tools"))]
    choice["names"] = [name for name in listed if name]
    leftovers(whole, ("type", "tools"), "/tool_choice", extra)


def _called(whole: Settings) -> str | None:
    for inner in (whole, mapping(whole.get("function")), mapping(whole.get("custom"))):
        if text(inner.get("name")):
            return text(inner["name"])
    return text(whole.get("server_label")) or text(whole.get("type"))


def _text(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    """``text``: what chat calls ``response_format`` (flat here), and the verbosity."""
    if not isinstance(value, dict):
        if value is not None:
            extra["/text"] = value
        return
    for name, setting in value.items():
        if name == "verbosity":
            parameters["verbosity"] = setting
        elif name != "format":
            extra[f"/text/{escaped(name)}"] = setting
    written = value.get("format")
    form = mapping(written)
    kind = text(form.get("type"))
    if kind is None:
        if written is not None:
            extra["/text/format"] = written
        return
    parameters["output_type"] = "json" if kind.startswith("json") else kind
    wanted: Settings = {"kind": kind}
    for name in ("name", "schema", "strict", "description"):
        if name in form:
            wanted[name] = form[name]
    parameters["response_format"] = wanted
    leftovers(form, ("type", *wanted), "/text/format", extra, nulls=True)


def _reasoning(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    """As in chat; ``generate_summary`` was the name of ``summary`` until 2025."""
    if isinstance(value, dict) and "generate_summary" in value and "summary" not in value:
        value = {"summary" if name == "generate_summary" else name: setting for name, setting in value.items()}
    CHAT_READERS["reasoning"](key, value, parameters, extra)


def _conversation(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    """The id of a stored conversation, or an object that has it."""
    identity = value if isinstance(value, str) else mapping(value).get("id")
    if isinstance(identity, str):
        parameters["conversation_id"] = identity
        leftovers(mapping(value), ("id",), "/conversation", extra)
    elif value is not None:
        extra["/conversation"] = value


def _cache(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    parameters.setdefault("cache", {})[key.removeprefix("prompt_cache_")] = value


_READERS: dict[str, Callable[[str, Json, Settings, dict[str, Json]], None]] = {
    **{
        key: CHAT_READERS[key]
        for key in ("stop", "parallel_tool_calls", "top_logprobs", "stream_options", "modalities", "response_format")
    },
    "tool_choice": _tool_choice,
    "text": _text,
    "reasoning": _reasoning,
    "conversation": _conversation,
    "prompt_cache_key": _cache,
    "prompt_cache_retention": _cache,
    "prompt_cache_options": _cache,
}
