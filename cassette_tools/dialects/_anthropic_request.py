"""The request of an Anthropic Messages call: its settings under canonical names, its tools, its history.

Source: Anthropic API reference, "Create a Message"; Vertex AI and Amazon Bedrock leave the model out (it is in the
path) and name the API's version in the body.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.dialects._anthropic_blocks import block_part, content_parts
from cassette_tools.dialects._json import escaped, leftovers, mapping, sequence, text
from cassette_tools.model import Generic, Message, Tool, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part

    Settings = dict[str, Json]
    Extra = dict[str, Json]

# Settings that mean what they say, by our name for them.
SETTINGS = {
    "max_tokens": "max_tokens",
    "max_tokens_to_sample": "max_tokens",  # Text Completions, until 2024
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "stop_sequences": "stop_sequences",
    "service_tier": "service_tier",
    "stream": "stream",
}
_READ_APART = frozenset(
    (
        "model",
        "messages",
        "system",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "output_format",
        "anthropic_version",  # Vertex and Bedrock: what elsewhere is a header
    )
)
_MODES = {"auto": "auto", "any": "required", "none": "none", "tool": "tool"}
_ROLES = {"user": "user", "assistant": "assistant", "system": "system"}


@record
class MessagesRequest:
    """What the request says. `extra` has the pointers of the request's own JSON, without a prefix."""

    model: str | None
    parameters: Settings
    system: tuple[Part, ...]
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    extra: Extra


def read_request(body: Json) -> MessagesRequest:
    """Decode a request body of any shape."""
    whole = mapping(body)
    extra: Extra = {}
    parameters: Settings = {}
    for key, value in whole.items():
        name = SETTINGS.get(key)
        if name is not None:
            parameters[name] = value
        elif key not in _READ_APART:
            extra["/" + escaped(key)] = value
    if "tool_choice" in whole:
        _tool_choice(whole["tool_choice"], parameters, extra)
    for key in ("thinking", "output_config", "output_format"):
        if key in whole:
            _thinking(key, whole[key], parameters, extra)
    model = whole.get("model")
    if model is not None and not isinstance(model, str):
        extra["/model"] = model
    if body is not None and not isinstance(body, dict) and body != "":
        extra[""] = body
    return MessagesRequest(
        model=model if isinstance(model, str) else None,
        parameters=parameters,
        system=tuple(content_parts(whole.get("system"), "/system", "/system", extra)),
        messages=_history(whole.get("messages"), extra),
        tools=_tools(whole.get("tools"), extra),
        extra=extra,
    )


# --- settings with a shape of their own ------------------------------------------------------------------------------


def _tool_choice(value: Json, parameters: Settings, extra: Extra) -> None:
    whole = mapping(value)
    kind = whole.get("type")
    mode = _MODES.get(kind) if isinstance(kind, str) else None
    if mode is None:
        if value is not None:
            extra["/tool_choice"] = value
        return
    alone = whole.get("disable_parallel_tool_use")
    name = text(whole.get("name"))
    parameters["tool_choice"] = {
        "mode": mode,
        "names": [name] if name else [],
        "parallel": not alone if isinstance(alone, bool) else None,
    }
    leftovers(whole, ("type", "name", "disable_parallel_tool_use"), "/tool_choice", extra)


def _thinking(key: str, value: Json, parameters: Settings, extra: Extra) -> None:
    """``thinking``, ``output_config`` (effort and the format of the answer), and its older form ``output_format``."""
    whole = mapping(value)
    if value is not None and not whole:
        extra["/" + key] = value
        return
    if key == "thinking":
        wanted = parameters.setdefault("reasoning", {})
        kind = whole.get("type")
        if kind in ("enabled", "disabled"):
            wanted["enabled"] = kind == "enabled"
        elif kind == "adaptive":
            wanted["enabled"] = "adaptive"
        if "budget_tokens" in whole:
            wanted["budget_tokens"] = whole["budget_tokens"]
        known = ("type", "budget_tokens") if kind in ("enabled", "disabled", "adaptive") else ("budget_tokens",)
        leftovers(whole, known, "/thinking", extra)
        return
    asked = mapping(whole.get("format")) if key == "output_config" else whole
    if text(asked.get("type")):
        parameters["output_type"] = "json" if asked["type"].startswith("json") else asked["type"]
        parameters["response_format"] = {"kind": asked["type"]} | (
            {"schema": asked["schema"]} if "schema" in asked else {}
        )
    if key == "output_config":
        if "effort" in whole:
            parameters.setdefault("reasoning", {})["effort"] = whole["effort"]
        leftovers(whole, ("effort", "format"), "/output_config", extra)
        leftovers(asked, ("type", "schema"), "/output_config/format", extra)
    else:
        leftovers(asked, ("type", "schema"), "/output_format", extra)


# --- messages --------------------------------------------------------------------------------------------------------


def _history(messages: Json, extra: Extra) -> tuple[Message, ...]:
    if messages is not None and not isinstance(messages, list):
        extra["/messages"] = messages
    read: list[Message] = []
    for index, message in enumerate(sequence(messages)):
        pointer = f"/messages/{index}"
        if isinstance(message, dict):
            read.extend(_turn(message, pointer))
        else:
            part = Generic(kind="unknown", content=message, pointer=pointer)
            read.append(Message(role="user", parts=(part,), pointer=pointer))
    return tuple(read)


def _turn(message: dict[str, Json], pointer: str) -> list[Message]:
    """A turn, and before it a message of role tool for each tool result that the wire has among its blocks."""
    native = message.get("role")
    role = _ROLES.get(native, native) if isinstance(native, str) else "user"
    extra: Extra = {}
    leftovers(message, ("role", "content"), "", extra)
    if native is not None and not isinstance(native, str):
        extra["/role"] = native
    content = message.get("content")
    blocks = sequence(content)
    if not any(type(block) is dict and block.get("type") == "tool_result" for block in blocks):
        parts = content_parts(content, f"{pointer}/content", "/content", extra)
        return [Message(role=role, parts=tuple(parts), extra=extra, pointer=pointer)]
    results, rest = [], []
    for index, block in enumerate(blocks):
        own: Extra = {}
        place = f"/content/{index}"
        part = block_part(block, pointer + place, place, own)
        if isinstance(part, ToolCallResponse):
            results.append(Message(role="tool", parts=(part,), native_role=role, extra=own, pointer=pointer))
        else:
            extra.update(own)
            if part is not None:
                rest.append(part)
    if rest or extra:
        results.append(Message(role=role, parts=tuple(rest), extra=extra, pointer=pointer))
    return results


# --- tools -----------------------------------------------------------------------------------------------------------


def _tools(tools: Json, extra: Extra) -> tuple[Tool, ...]:
    if tools is not None and not isinstance(tools, list):
        extra["/tools"] = tools
    return tuple(_tool(tool, f"/tools/{index}") for index, tool in enumerate(sequence(tools)))


def _tool(tool: Json, pointer: str) -> Tool:
    """A tool of the client's has an `input_schema`; one of Anthropic's own has a type with a date in it."""
    whole = mapping(tool)
    kind = text(whole.get("type")) or "custom"
    own: Extra = {}
    defined = kind == "custom"
    known = ["type", "name", "description"] + (["input_schema"] if defined else [])
    strict = whole.get("strict")
    if isinstance(strict, bool):
        known.append("strict")
    leftovers(whole, known, "", own)
    if not whole:
        own[""] = tool
    description = whole.get("description")
    if description is not None and not isinstance(description, str):
        own["/description"] = description
    return Tool(
        name=text(whole.get("name")) or ("" if defined else kind),
        description=description if isinstance(description, str) else None,
        parameters=whole.get("input_schema") if defined else None,
        strict=strict if isinstance(strict, bool) else None,
        kind="function" if defined else kind,
        extra=own,
        pointer=pointer,
    )
