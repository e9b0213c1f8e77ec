"""The request of a Converse call: its settings under canonical names, its tools, its history.

Source: Amazon Bedrock API reference, "Converse"; Amazon Nova user guide, "Complete request schema", whose native format
has the same members; the models' own documents for `additionalModelRequestFields`.
"""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects._bedrock_blocks import block_part, content_parts
from cassette_tools.model import ABSENT, Generic, Message, Tool, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part

    Settings = dict[str, Json]
    Extra = dict[str, Json]

# Members of `inferenceConfig` that mean what they say, by our name for them; Nova writes two of them otherwise.
SETTINGS = {
    "maxTokens": "max_tokens",
    "max_new_tokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "top_p": "top_p",
    "topK": "top_k",
    "top_k": "top_k",
    "stopSequences": "stop_sequences",
}
_MODES = {"auto": "auto", "any": "required", "tool": "tool"}


@record
class ConverseRequest:
    """What the request says. `extra` has the pointers of the request's own JSON, without a prefix."""

    model: str | None
    parameters: Settings
    system: tuple[Part, ...]
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    extra: Extra


def read_request(body: Json, root: str = "") -> ConverseRequest:
    """Decode a request body of any shape, which stands at the pointer `root` of its document."""
    whole = mapping(body)
    extra: Extra = {}
    if body is not None and body is not ABSENT and body != "" and not isinstance(body, dict):
        extra[""] = body
    return ConverseRequest(
        model=text(whole.get("modelId")),
        parameters=_parameters(whole, extra),
        system=tuple(content_parts(whole.get("system"), f"{root}/system", "/system", extra)),
        messages=_history(whole.get("messages"), f"{root}/messages", extra),
        tools=_tools(mapping(whole.get("toolConfig")), f"{root}/toolConfig/tools", extra),
        extra=extra,
    )


# --- settings --------------------------------------------------------------------------------------------------------

_READ_APART = frozenset(("messages", "system", "modelId", "schemaVersion"))  # the last: Nova's version of the layout
_OBJECTS = ("inferenceConfig", "toolConfig", "outputConfig")


_NOTHING: tuple[Json, ...] = (None, {}, [])  # which some clients send for what they do not ask


def _parameters(whole: Settings, extra: Extra) -> Settings:
    parameters: Settings = {}
    _inference(mapping(whole.get("inferenceConfig")), "/inferenceConfig", parameters, extra)
    _tool_choice(mapping(whole.get("toolConfig")), parameters, extra)
    _output_format(mapping(whole.get("outputConfig")), parameters, extra)
    for key, value in whole.items():
        if key not in _READ_APART and value not in _NOTHING and not (key in _OBJECTS and isinstance(value, dict)):
            _own(key, value, parameters, extra)
    return parameters


def _own(key: str, value: Json, parameters: Settings, extra: Extra) -> None:
    """The other keys: the tier, and what goes to the model as it is, in that model's own words."""
    if key == "additionalModelRequestFields" and isinstance(value, dict):
        for name, setting in value.items():
            where = f"/{key}/{escaped(name)}"
            reader = _MODELS_OWN.get(name)
            if reader is not None and isinstance(setting, dict):
                reader(setting, where, parameters, extra)
            elif name == "top_k":
                parameters["top_k"] = setting
            elif name == "reasoning_effort":  # gpt-oss
                parameters.setdefault("reasoning", {})["effort"] = setting
            else:
                extra[where] = setting
    elif key == "serviceTier" and text(mapping(value).get("type")):
        parameters["service_tier"] = value["type"]
        leftovers(value, ("type",), "/serviceTier", extra)
    else:
        extra[f"/{escaped(key)}"] = value


def _thinking(asked: Settings, where: str, parameters: Settings, extra: Extra) -> None:
    """Anthropic's `thinking` (elsewhere `reasoning_config`), and Nova's `reasoningConfig`, which has a word for how
    much.
    """
    wanted = parameters.setdefault("reasoning", {})
    known = ["budget_tokens", "maxReasoningEffort"]
    kind = asked.get("type")
    if kind in ("enabled", "disabled", "adaptive"):
        wanted["enabled"] = kind if kind == "adaptive" else kind == "enabled"
        known.append("type")
    if "budget_tokens" in asked:
        wanted["budget_tokens"] = asked["budget_tokens"]
    if "maxReasoningEffort" in asked:
        wanted["effort"] = asked["maxReasoningEffort"]
    leftovers(asked, known, where, extra)


def _effort(asked: Settings, where: str, parameters: Settings, extra: Extra) -> None:
    if "effort" in asked:
        parameters.setdefault("reasoning", {})["effort"] = asked["effort"]
    leftovers(asked, ("effort",), where, extra)


def _inference(asked: Settings, where: str, parameters: Settings, extra: Extra) -> None:
    """Nova has a setting there that Converse does not know."""
    for key, value in asked.items():
        name = SETTINGS.get(key)
        if name is not None and name not in parameters and value not in _NOTHING:
            parameters[name] = value
        elif value not in _NOTHING:
            extra[f"{where}/{escaped(key)}"] = value


# Members of `additionalModelRequestFields` that are objects.
_MODELS_OWN = {
    "thinking": _thinking,
    "reasoning_config": _thinking,
    "reasoningConfig": _thinking,
    "output_config": _effort,
    "inferenceConfig": _inference,
}


def _tool_choice(config: Settings, parameters: Settings, extra: Extra) -> None:
    choice = config.get("toolChoice")
    kind = next(iter(choice), None) if isinstance(choice, dict) else None
    if kind in _MODES:
        name = text(mapping(mapping(choice).get(kind)).get("name"))
        parameters["tool_choice"] = {"mode": _MODES[kind], "names": [name] if name else [], "parallel": None}
    elif choice:
        extra["/toolConfig/toolChoice"] = choice
    leftovers(config, ("tools", "toolChoice"), "/toolConfig", extra)


def _output_format(config: Settings, parameters: Settings, extra: Extra) -> None:
    """``outputConfig.textFormat.structure.jsonSchema``, whose schema is a string of JSON."""
    form = mapping(config.get("textFormat"))
    structure = mapping(form.get("structure"))
    asked = mapping(structure.get("jsonSchema"))
    if asked:
        wanted: Settings = {"kind": "json_schema"}
        for name in ("name", "schema", "strict", "description"):
            if name in asked:
                value = asked[name]
                wanted[name] = _parsed(value) if name == "schema" and isinstance(value, str) else value
        parameters["output_type"] = "json"
        parameters["response_format"] = wanted
        leftovers(asked, wanted, "/outputConfig/textFormat/structure/jsonSchema", extra)
        leftovers(structure, ("jsonSchema",), "/outputConfig/textFormat/structure", extra)
        leftovers(form, ("structure", "type"), "/outputConfig/textFormat", extra)  # the type is the structure's key
    elif form:
        extra["/outputConfig/textFormat"] = form
    leftovers(config, ("textFormat",), "/outputConfig", extra)


def _parsed(words: str) -> Json:
    from json import loads

    try:
        return loads(words)
    except (ValueError, RecursionError):
        return words


# --- messages and tools -----------------------------------------------------------------------------------------------


def _history(messages: Json, root: str, extra: Extra) -> tuple[Message, ...]:
    if messages is not None and not isinstance(messages, list):
        extra["/messages"] = messages
    read: list[Message] = []
    for index, message in enumerate(sequence(messages)):
        pointer = f"{root}/{index}"
        if isinstance(message, dict):
            read.extend(_turn(message, pointer))
        else:
            part = Generic(kind="unknown", content=message, pointer=pointer)
            read.append(Message(role="user", parts=(part,), pointer=pointer))
    return tuple(read)


def _turn(message: Settings, pointer: str) -> list[Message]:
    """A turn, and before it a message of role tool for each tool result that the wire has among its blocks."""
    native = message.get("role")
    role = native if isinstance(native, str) else "user"
    extra: Extra = {}
    leftovers(message, ("role", "content"), "", extra)
    content = message.get("content")
    if not isinstance(content, list):
        return [
            Message(
                role=role,
                parts=tuple(content_parts(content, f"{pointer}/content", "/content", extra)),
                extra=extra,
                pointer=pointer,
            )
        ]
    results, rest = [], []
    for index, block in enumerate(content):
        own: Extra = {}
        place = f"/content/{index}"
        part: Part | None = block_part(block, pointer + place, place, own, answer=role == "assistant")
        if isinstance(part, ToolCallResponse):
            results.append(Message(role="tool", parts=(part,), native_role=role, extra=own, pointer=pointer))
        else:
            extra.update(own)
            if part is not None:
                rest.append(part)
    if results and not rest:  # what only marks or annotates the turn, stays with its last result
        results[-1] = replace(results[-1], extra={**results[-1].extra, **extra}) if extra else results[-1]
    else:
        results.append(Message(role=role, parts=tuple(rest), extra=extra, pointer=pointer))
    return results


def _tools(config: Settings, root: str, extra: Extra) -> tuple[Tool, ...]:
    tools = config.get("tools")
    if tools is not None and not isinstance(tools, list):
        extra["/toolConfig/tools"] = tools
    offered = []
    for index, tool in enumerate(sequence(tools)):
        if "cachePoint" in mapping(tool):  # a mark for the cache, and no tool
            extra[f"/toolConfig/tools/{index}"] = tool
        else:
            offered.append(_tool(tool, f"{root}/{index}"))
    return tuple(offered)


def _tool(tool: Json, pointer: str) -> Tool:
    whole = mapping(tool)
    own: Extra = {}
    spec = whole.get("toolSpec")
    if not isinstance(spec, dict):  # a tool of Amazon's own
        kind = next(iter(whole), "unknown")
        own[""] = tool
        return Tool(name=text(mapping(whole.get(kind)).get("name")) or kind, kind=kind, extra=own, pointer=pointer)
    leftovers(whole, ("toolSpec",), "", own)
    leftovers(spec, ("name", "description", "inputSchema", "strict"), "/toolSpec", own)
    schema = mapping(spec.get("inputSchema"))
    leftovers(schema, ("json",), "/toolSpec/inputSchema", own)
    strict, description = spec.get("strict"), spec.get("description")
    return Tool(
        name=text(spec.get("name")) or "",
        description=description if isinstance(description, str) else None,
        parameters=schema.get("json"),
        strict=strict if isinstance(strict, bool) else None,
        extra=own,
        pointer=pointer,
    )
