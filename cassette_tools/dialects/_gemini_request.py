"""The request of a generateContent or countTokens call: its settings under canonical names, its tools, its history.

Sources: the Gemini API reference (``models.generateContent``, ``GenerationConfig``, ``Tool``, ``ToolConfig``) and
Vertex AI's. A key that no table knows goes to ``extra``.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence
from cassette_tools.dialects._gemini_parts import is_response, listed, read_part
from cassette_tools.dialects.gemini.names import (
    ROLES,
    both,
    enum_name,
    member,
    model_name,
    plain_schema,
    snake,
    snake_keys,
    spelled,
)
from cassette_tools.model import Generic, Message, Text, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Part

    Settings = dict[str, Json]
    Extra = dict[str, Json]

# Settings of `generationConfig` that mean what they say, by our name for them.
SETTINGS = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_tokens",
    "stopSequences": "stop_sequences",
    "candidateCount": "choice_count",
    "seed": "seed",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
    "mediaResolution": "media_resolution",
    "audioTimestamp": "audio_timestamp",
}
# Settings that are objects of Google's own: the same under either spelling of their keys.
OBJECTS = {
    "speechConfig": "speech_config",
    "imageConfig": "image_config",
    "routingConfig": "routing_config",
    "modelSelectionConfig": "model_selection_config",
    "safetySettings": "safety_settings",
    "modelArmorConfig": "model_armor_config",
}


@record
class GeminiRequest:
    """What the request says. `extra` has the pointers of the request's own JSON, without a prefix."""

    model: str | None
    parameters: Settings
    system: tuple[Part, ...]
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    extra: Extra


def read_request(body: Json) -> GeminiRequest:
    """Decode a request body of any shape."""
    whole = mapping(body)
    extra: Extra = {}
    base = ""
    wrapped = spelled(whole, "generateContentRequest")
    if isinstance(whole.get(wrapped), dict):  # countTokens takes the whole call that it is to count
        leftovers(whole, (wrapped,), "", extra)
        whole, base = whole[wrapped], f"/{wrapped}"
    elif body is not None and not isinstance(body, dict) and body != "":
        extra[""] = body
    parameters: Settings = {}
    system_key = spelled(whole, "systemInstruction")
    for key, value in whole.items():
        if value is None or key in ("model", "contents", system_key, "tools"):
            continue
        reader = _READERS.get(key)
        if reader is not None:
            reader(value, f"{base}/{key}", parameters, extra)
        else:
            extra[f"{base}/{escaped(key)}"] = value
    model = whole.get("model")
    if model is not None and not isinstance(model, str):
        extra[f"{base}/model"] = model
    return GeminiRequest(
        model=model_name(model) if isinstance(model, str) and model else None,
        parameters=parameters,
        system=_system(whole.get(system_key), f"{base}/{system_key}", extra),
        messages=_history(whole.get("contents"), f"{base}/contents", extra),
        tools=_tools(whole.get("tools"), f"{base}/tools", extra),
        extra=extra,
    )


# --- history ---------------------------------------------------------------------------------------------------------


def _system(value: Json, pointer: str, extra: Extra) -> tuple[Part, ...]:
    """The system instruction: a content, or, as some clients write it, its text or its parts alone."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (Text(content=value, pointer=pointer),) if value else ()
    parts: list[Part] = []
    if isinstance(value, dict) and "parts" in value:
        leftovers(value, ("parts",), pointer, extra)  # also the role, which means nothing here
        value, pointer = value["parts"], pointer + "/parts"
    items, is_list = listed(value)
    for index, item in enumerate(items):
        place = f"{pointer}/{index}" if is_list else pointer
        _content_part(item, place, place, extra, parts)
    return tuple(parts)


def _content_part(part: Json, pointer: str, where: str, extra: Extra, parts: list[Part]) -> None:
    """A part; some clients write a text where one belongs."""
    if isinstance(part, str):
        if part:
            parts.append(Text(content=part, pointer=pointer))
        return
    read_part(part, pointer, where, extra, parts)


def _history(contents: Json, pointer: str, extra: Extra) -> tuple[Message, ...]:
    """The turns. A content that stands alone is accepted, and so is its text."""
    if contents is None:
        return ()
    items, is_list = listed(contents)
    messages: list[Message] = []
    for index, content in enumerate(items):
        _turn(content, f"{pointer}/{index}" if is_list else pointer, extra, messages)
    return tuple(messages)


def _turn(content: Json, pointer: str, extra: Extra, messages: list[Message]) -> None:
    """One content: each tool's answer in it is a message for itself, before the rest of the turn."""
    if not isinstance(content, dict):
        parts: tuple[Part, ...]
        if isinstance(content, str):
            parts = (Text(content=content, pointer=pointer),) if content else ()
        else:
            parts = (Generic(kind="unknown", content=content, pointer=pointer),)
        messages.append(Message(role="user", parts=parts, pointer=pointer))
        return
    native = content.get("role")
    native_role = native if isinstance(native, str) else None
    role = ROLES.get(native_role or "user", native_role or "user")
    items, is_list = listed(content.get("parts"))
    if not items and "parts" not in content and "text" in content:  # a part where a content belongs
        items, is_list = [{key: value for key, value in content.items() if key != "role"}], False
        content, at = {"role": native}, pointer
    else:
        at = pointer + "/parts"
    own: Extra = {}
    rest: list[Part] = []
    answered = False
    for index, item in enumerate(items):
        place = f"{at}/{index}" if is_list else at
        if is_response(item):
            answered = True
            messages.append(_answer(item, place, native_role))
        else:
            _content_part(item, place, place[len(pointer) :], own, rest)
    leftovers(content, ("role", "parts"), "", own)
    if native is not None and native_role is None:
        own["/role"] = native
    if not rest and answered:
        extra.update({pointer + where: value for where, value in own.items()})
        return
    messages.append(
        Message(
            role=role,
            parts=tuple(rest),
            native_role=native_role if native_role != role else None,
            extra=own,
            pointer=pointer,
        )
    )


def _answer(part: Json, pointer: str, native_role: str | None) -> Message:
    extra: Extra = {}
    parts: list[Part] = []
    read_part(part, pointer, "", extra, parts)
    return Message(
        role="tool",
        parts=tuple(parts),
        native_role=native_role if native_role != "tool" else None,
        extra=extra,
        pointer=pointer,
    )


# --- tools -----------------------------------------------------------------------------------------------------------


def _tools(value: Json, pointer: str, extra: Extra) -> tuple[Tool, ...]:
    tools: list[Tool] = []
    items, is_list = listed(value)
    for index, item in enumerate(items):
        place = f"{pointer}/{index}" if is_list else pointer
        if not isinstance(item, dict):
            if item is not None:
                extra[place] = item
            continue
        for key, inner in item.items():
            if inner is None:
                continue
            if key in _DECLARATIONS:
                declared, several = listed(inner)
                for number, function in enumerate(declared):
                    tools.append(_function(function, f"{place}/{key}/{number}" if several else f"{place}/{key}"))
            else:
                tools.append(_own_tool(key, inner, f"{place}/{escaped(key)}"))
    return tuple(tools)


_DECLARATIONS = both(("functionDeclarations",))
_FUNCTION_KEYS = frozenset(("name", "description", "parameters"))
_SCHEMAS = both(("parametersJsonSchema",))


def _function(function: Json, pointer: str) -> Tool:
    whole = mapping(function)
    own: Extra = {} if isinstance(function, dict) else {"": function}
    name, description = whole.get("name"), whole.get("description")
    for key, value in (("name", name), ("description", description)):
        if value is not None and not isinstance(value, str):
            own[f"/{key}"] = value
    given = member(whole, "parametersJsonSchema")  # JSON Schema itself: nothing in it is Google's
    parameters = whole.get("parameters")
    leftovers(whole, (*_FUNCTION_KEYS, *_SCHEMAS), "", own)
    if given is not None and parameters is not None:
        own["/parameters"] = parameters
    return Tool(
        name=name if isinstance(name, str) else "",
        description=description if isinstance(description, str) else None,
        parameters=given if given is not None else plain_schema(parameters),
        extra=own,
        pointer=pointer,
    )


def _own_tool(key: str, settings: Json, pointer: str) -> Tool:
    """A tool that Google runs: its key says which, what it holds are settings."""
    name = snake(key)
    own: Extra = {}
    if isinstance(settings, dict):
        leftovers(settings, (), "", own)
    else:
        own[""] = settings
    return Tool(name=name, kind=name, extra=own, pointer=pointer)


# --- settings --------------------------------------------------------------------------------------------------------

_MODES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}


def _tool_config(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
    whole = mapping(value)
    key = spelled(whole, "functionCallingConfig")
    if not isinstance(value, dict):
        extra[pointer] = value
        return
    leftovers(whole, (key,) if isinstance(whole.get(key), dict) else (), pointer, extra)
    calling = mapping(whole.get(key))
    if not calling:
        return
    pointer = f"{pointer}/{key}"
    native = enum_name("mode", calling.get("mode"))
    mode = _MODES.get(native.upper()) if isinstance(native, str) else None
    names_key = spelled(calling, "allowedFunctionNames")
    names = calling.get(names_key)
    listed_names = [name for name in sequence(names) if isinstance(name, str)]
    if names is not None and len(listed_names) != len(sequence(names)):
        extra[f"{pointer}/{names_key}"] = names
    if listed_names and mode == "required" and len(listed_names) == 1:
        mode = "tool"
    elif listed_names and mode is not None:
        extra[f"{pointer}/mode"] = calling["mode"]  # whether one of them must be called
        mode = "allowed"
    elif native is not None and (mode is None or str(native).upper() == "VALIDATED"):
        extra[f"{pointer}/mode"] = calling["mode"]
    parameters["tool_choice"] = {"mode": mode, "names": listed_names, "parallel": None}
    leftovers(calling, ("mode", names_key), pointer, extra)


def _generation_config(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
    if not isinstance(value, dict):
        extra[pointer] = value
        return
    for key, setting in value.items():
        if setting is None:
            continue
        name = _GENERATION.get(key)
        reader = _GENERATION_READERS.get(key)
        where = f"{pointer}/{escaped(key)}"
        if reader is not None:
            reader(setting, where, parameters, extra)
        elif name is None or (name in parameters and parameters[name] != setting):
            extra[where] = setting  # unknown, or both spellings, and they differ
        else:
            parameters[name] = snake_keys(setting)
    _output_format(value, pointer, parameters, extra)


def _output_format(config: dict[str, Json], pointer: str, parameters: Settings, extra: Extra) -> None:
    """``responseMimeType`` with ``responseSchema`` (Google's Schema) or ``responseJsonSchema``."""
    kind = member(config, "responseMimeType")
    key = next((key for key in _SCHEMA_KEYS if config.get(key) is not None), None)
    for other in _SCHEMA_KEYS:
        if other != key and config.get(other) is not None:
            extra[f"{pointer}/{other}"] = config[other]
    if kind is not None and not isinstance(kind, str):
        extra[f"{pointer}/{spelled(config, 'responseMimeType')}"] = kind
        kind = None
    if kind is None and key is None:
        return
    is_json = kind == "application/json" or (kind is None and key is not None)
    if is_json:
        parameters["output_type"] = "json"
    else:
        parameters.setdefault("output_type", "text")
    wanted: Settings = {"kind": ("json_schema" if key else "json_object") if is_json else kind}
    if key is not None:
        schema = config[key]
        wanted["schema"] = plain_schema(schema) if snake(key) == "response_schema" else schema
    if kind != "text/plain" or key is not None:
        parameters["response_format"] = wanted


_SCHEMA_KEYS = ("responseJsonSchema", "response_json_schema", "responseSchema", "response_schema")


def _skipped(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
    """Read with its fellows by `_output_format`."""


def _thinking(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
    if not isinstance(value, dict):
        extra[pointer] = value
        return
    wanted = mapping(parameters.setdefault("reasoning", {}))
    for key, setting in value.items():
        name = _THINKING.get(key)
        if name == "effort" and isinstance(setting, str):
            wanted[name] = setting.lower()  # an enumeration: MINIMAL, LOW, MEDIUM, HIGH, in any case
        elif name is not None and name != "effort":
            wanted[name] = setting
        elif setting is not None:
            extra[f"{pointer}/{escaped(key)}"] = setting


def _modalities(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
    if not isinstance(value, list) or not all(isinstance(each, (str, int)) for each in value):
        extra[pointer] = value
        return
    # GenerationConfig.Modality has numbers of its own, which are not those of the counts'.
    words = [each.lower() if isinstance(each, str) else each for each in value]
    parameters["modalities"] = words
    kind = next((kind for word, kind in (("audio", "speech"), ("image", "image")) if word in words), "text")
    parameters.setdefault("output_type", kind)


def _log_probabilities(name: str) -> Callable[[Json, str, Settings, Extra], None]:
    def read(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
        wanted = mapping(parameters.setdefault("logprobs", {"enabled": None, "top": None}))
        wanted[name] = value

    return read


def _cached(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
    if isinstance(value, str):
        parameters["cache"] = {"content": value}
    else:
        extra[pointer] = value


def _whole(name: str) -> Callable[[Json, str, Settings, Extra], None]:
    def read(value: Json, pointer: str, parameters: Settings, extra: Extra) -> None:
        parameters[name] = snake_keys(value) if name != "labels" else value

    return read


THINKING = {"includeThoughts": "include", "thinkingBudget": "budget_tokens", "thinkingLevel": "effort"}

_THINKING = {name: ours for wire, ours in THINKING.items() for name in (wire, snake(wire))}
_GENERATION = {name: ours for wire, ours in (*SETTINGS.items(), *OBJECTS.items()) for name in (wire, snake(wire))}
_GENERATION_READERS: dict[str, Callable[[Json, str, Settings, Extra], None]] = {
    name: reader
    for wire, reader in (
        ("thinkingConfig", _thinking),
        ("responseModalities", _modalities),
        ("responseLogprobs", _log_probabilities("enabled")),
        ("logprobs", _log_probabilities("top")),
        ("responseMimeType", _skipped),
        ("responseSchema", _skipped),
        ("responseJsonSchema", _skipped),
    )
    for name in (wire, snake(wire))
}
_READERS: dict[str, Callable[[Json, str, Settings, Extra], None]] = {
    name: reader
    for wire, reader in (
        ("generationConfig", _generation_config),
        ("toolConfig", _tool_config),
        ("safetySettings", _whole("safety_settings")),
        ("modelArmorConfig", _whole("model_armor_config")),
        ("cachedContent", _cached),
        ("labels", _whole("labels")),
        ("serviceTier", _whole("service_tier")),
        ("store", _whole("store")),
    )
    for name in (wire, snake(wire))
}
