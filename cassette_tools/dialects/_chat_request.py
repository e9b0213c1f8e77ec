"""The request of a Chat Completions call: its settings under canonical names, its tools, its history.

Sources: the OpenAI API reference and those of the relatives named in the tables. A key that no table knows goes to
``extra``.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.values import count, escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects._parts import content_parts, message_parts, tool_response
from cassette_tools.model import Generic, Message, Text, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassette_tools.model import Json, Part

    Settings = dict[str, Json]

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

# Settings that mean what they say, by our name for them.
SETTINGS = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",  # OpenAI's name since its reasoning models; the same meaning
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "seed": "seed",
    "random_seed": "seed",  # Mistral
    "n": "choice_count",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "repetition_penalty",  # vLLM, OpenRouter, Together
    "logit_bias": "logit_bias",
    "service_tier": "service_tier",
    "verbosity": "verbosity",
    "stream": "stream",
}

# Keys of a message that the model has a place for beside its parts.
_TOOL_KEYS = ("role", "content", "tool_call_id", "name")


@record
class ChatRequest:
    """What the request says. `extra` has the pointers of the request's own JSON, without a prefix."""

    model: str | None
    parameters: Settings
    system: tuple[Part, ...]
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    extra: dict[str, Json]


def read_request(body: Json) -> ChatRequest:
    """Decode a request body of any shape."""
    whole = mapping(body)
    extra: dict[str, Json] = {}
    parameters: Settings = {}
    for key, value in whole.items():
        name = SETTINGS.get(key)
        if name is not None:
            if name in parameters and parameters[name] != value:
                extra["/" + key] = value  # both spellings, and they differ
            else:
                parameters[name] = value
            continue
        reader = _READERS.get(key)
        if reader is not None:
            reader(key, value, parameters, extra)
        elif key not in _READ_APART:
            extra["/" + escaped(key)] = value
    system, messages = _history(whole.get("messages"), extra)
    if "prompt" in whole and "messages" not in whole:
        messages = _prompt(whole["prompt"], extra)
    if body is not None and not isinstance(body, dict) and body != "":
        extra[""] = body
    return ChatRequest(
        model=_model(whole, extra),
        parameters=parameters,
        system=system,
        messages=messages,
        tools=_tools(whole, extra),
        extra=extra,
    )


def _model(whole: Settings, extra: dict[str, Json]) -> str | None:
    model = whole.get("model")
    if model is None and isinstance(whole.get("model_id"), str):
        model = extra.pop("/model_id")  # watsonx.ai
    if isinstance(model, str):
        return model
    if model is not None:
        extra["/model"] = model
    return None


# --- messages --------------------------------------------------------------------------------------------------------


def _history(messages: Json, extra: dict[str, Json]) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """The system instructions (the messages of that role with which the history begins), and the other messages."""
    system: list[Part] = []
    read: list[Message] = []
    if messages is not None and not isinstance(messages, list):
        extra["/messages"] = messages
    for index, message in enumerate(sequence(messages)):
        pointer = f"/messages/{index}"
        if not isinstance(message, dict):
            read.append(
                Message(
                    role="user", parts=(Generic(kind="unknown", content=message, pointer=pointer),), pointer=pointer
                )
            )
            continue
        role = message.get("role")
        if not read and (role == "system" or role == "developer"):
            system.extend(_instructions(message, pointer, extra))
        else:
            read.append(_message(message, role, pointer))
    return tuple(system), tuple(read)


def _prompt(prompt: Json, extra: dict[str, Json]) -> tuple[Message, ...]:
    """What Mistral's fill-in-the-middle asks with: the text before the gap (the `suffix`, after it, is a setting)."""
    if not isinstance(prompt, str) or not prompt:
        return ()
    del extra["/prompt"]
    return (Message(role="user", parts=(Text(content=prompt, pointer="/prompt"),), pointer="/prompt"),)


def _instructions(message: dict[str, Json], pointer: str, extra: dict[str, Json]) -> list[Part]:
    """The parts of a system message; what else it holds (or a role of another name) stays by its pointer."""
    leftovers(message, ("content", "role"), pointer, extra, nulls=True)
    if message["role"] != "system":
        extra[pointer + "/role"] = message["role"]
    return content_parts(message.get("content"), pointer + "/content", pointer + "/content", extra)


def _message(message: dict[str, Json], native: Json, pointer: str) -> Message:
    extra: dict[str, Json] = {}
    native_role = native if isinstance(native, str) else None
    if native is not None and native_role is None:
        extra["/role"] = native
    role = ROLES.get(native_role or "", native_role or "user")
    name = text(message.get("name"))
    parts: tuple[Part, ...]
    if role == "tool":
        parts = (tool_response(message, pointer, "", extra),)
        leftovers(message, _TOOL_KEYS, "", extra, nulls=True)
        name = None
    else:
        parts = message_parts(message, pointer, "", extra, nulls=True)
        if name is not None or message.get("name") is None:
            extra.pop("/name", None)
    return Message(
        role=role,
        parts=parts,
        name=name,
        native_role=native_role if native_role != role else None,
        extra=extra,
        pointer=pointer,
    )


# --- tools -----------------------------------------------------------------------------------------------------------


def _tools(whole: Settings, extra: dict[str, Json]) -> tuple[Tool, ...]:
    tools = []
    for key in ("tools", "functions"):
        offered = whole.get(key)
        if offered is not None and not isinstance(offered, list):
            extra["/" + key] = offered
        for index, tool in enumerate(sequence(offered)):
            tools.append(_tool(tool, f"/{key}/{index}"))
    return tuple(tools)


def _tool(tool: Json, pointer: str) -> Tool:
    """OpenAI nests the definition under its type; legacy functions and some SDKs write it flat.

    The provider's own tools have a type only.
    """
    whole = mapping(tool)
    extra: dict[str, Json] = {}
    kind = text(whole.get("type"))
    for nested in ("function", "custom"):
        inner = whole.get(nested)
        if isinstance(inner, dict):
            leftovers(whole, ("type", nested), "", extra, nulls=True)
            return _defined(inner, nested, f"/{nested}", pointer, extra)
    if "name" in whole and kind in (None, "function", "custom"):
        return _defined(whole, kind or "function", "", pointer, extra)
    leftovers(whole, ("type",), "", extra, nulls=True)
    if not whole:
        extra[""] = tool
    return Tool(name=kind or text(whole.get("name")) or "", kind=kind or "unknown", extra=extra, pointer=pointer)


def _defined(inner: dict[str, Json], kind: str, where: str, pointer: str, extra: dict[str, Json]) -> Tool:
    strict = inner.get("strict")
    known = ["type", "name", "description", "parameters"] if not where else ["name", "description", "parameters"]
    if strict is None or isinstance(strict, bool):
        known.append("strict")
    leftovers(inner, known, where, extra, nulls=True)
    name, description = inner.get("name"), inner.get("description")
    for key, value in (("name", name), ("description", description)):
        if value is not None and not isinstance(value, str):
            extra[f"{where}/{key}"] = value
    return Tool(
        name=name if isinstance(name, str) else "",
        description=description if isinstance(description, str) else None,
        parameters=inner.get("parameters"),
        strict=strict if isinstance(strict, bool) else None,
        kind=kind,
        extra=extra,
        pointer=pointer,
    )


# --- settings with a shape of their own ------------------------------------------------------------------------------


def _stop(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    parameters["stop_sequences"] = [value] if isinstance(value, str) else value


def _choice(parameters: Settings) -> Settings:
    choice = parameters.setdefault("tool_choice", {"mode": None, "names": [], "parallel": None})
    return mapping(choice)


_MODES = {"auto": "auto", "none": "none", "required": "required", "any": "required"}  # `any`: Mistral


def _tool_choice(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    """``tool_choice``, or the legacy ``function_call``."""
    if value is None:
        return
    choice = _choice(parameters)
    if isinstance(value, str) and value in _MODES:
        choice["mode"] = _MODES[value]
        return
    whole = mapping(value)
    names = [name for name in (_named(whole),) if name]
    allowed = mapping(whole.get("allowed_tools"))
    if names:
        choice["mode"], choice["names"] = "tool", names
    elif allowed or whole.get("type") == "allowed_tools":
        listed = sequence(allowed.get("tools") or whole.get("tools"))
        choice["mode"] = "allowed"
        choice["names"] = [name for name in (_named(mapping(tool)) for tool in listed) if name]
        if text(allowed.get("mode")):
            extra["/tool_choice/allowed_tools/mode"] = allowed["mode"]
    elif text(whole.get("type")) in _MODES:
        choice["mode"] = _MODES[whole["type"]]
    else:
        extra["/" + key] = value


def _named(whole: Settings) -> str | None:
    for kind in ("function", "custom", "tool"):
        name = text(mapping(whole.get(kind)).get("name"))
        if name is not None:
            return name
    return text(whole.get("name"))


def _parallel(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    _choice(parameters)["parallel"] = value


def _response_format(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    whole = mapping(value)
    kind = text(whole.get("type"))
    if kind is None:
        if value is not None:
            extra["/response_format"] = value
        return
    schema = mapping(whole.get("json_schema"))
    parameters["output_type"] = "json" if kind.startswith("json") else kind
    wanted: Settings = {"kind": kind}
    for name in ("name", "schema", "strict", "description"):
        if name in schema:
            wanted[name] = schema[name]
    parameters["response_format"] = wanted
    leftovers(whole, ("type", "json_schema") if schema else ("type",), "/response_format", extra, nulls=True)
    leftovers(schema, wanted, "/response_format/json_schema", extra, nulls=True)


def _log_probabilities(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    wanted = mapping(parameters.setdefault("logprobs", {"enabled": None, "top": None}))
    wanted["enabled" if key == "logprobs" else "top"] = value


# How much a model shall think: the wire's key, and our name for it within `reasoning`.
_REASONING = {
    "reasoning_effort": "effort",
    "enable_thinking": "enabled",  # DashScope, SiliconFlow
    "thinking_budget": "budget_tokens",  # DashScope
    "include_reasoning": "include",  # Groq, OpenRouter's older name
    "reasoning_format": "format",  # Groq
    "reasoning_summary": "summary",
}
_REASONING_OBJECT = {
    "effort": "effort",
    "max_tokens": "budget_tokens",  # OpenRouter, Vercel
    "budget_tokens": "budget_tokens",  # Z.ai, and Anthropic's word
    "enabled": "enabled",
    "exclude": "exclude",
    "summary": "summary",
}
_THINKING = {"enabled": True, "disabled": False}  # DeepSeek, Z.ai: thinking.type


def _reasoning(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    wanted = mapping(parameters.setdefault("reasoning", {}))
    if key in _REASONING:
        wanted[_REASONING[key]] = value
        return
    if not isinstance(value, dict):
        if value is not None:
            extra["/" + key] = value
        return
    for name, setting in value.items():
        ours = _REASONING_OBJECT.get(name)
        if ours is not None and ours not in wanted:
            wanted[ours] = setting
        elif name == "type" and isinstance(setting, str) and setting in _THINKING:
            wanted["enabled"] = _THINKING[setting]
        else:
            extra[f"/{key}/{escaped(name)}"] = setting


def _stream_options(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    """``stream_options.include_usage`` (OpenAI) and ``usage.include`` (OpenRouter) ask for the same."""
    asked = "include_usage" if key == "stream_options" else "include"
    whole = mapping(value)
    if isinstance(whole.get(asked), bool):
        parameters["include_usage"] = whole[asked] or bool(parameters.get("include_usage"))
        leftovers(whole, (asked,), "/" + key, extra, nulls=True)
    elif value is not None:
        extra["/" + key] = value


def _modalities(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    if isinstance(value, list):
        wanted = [item for item in value if item in ("audio", "image")]
        if "output_type" not in parameters:
            parameters["output_type"] = {"audio": "speech", "image": "image"}[wanted[0]] if wanted else "text"
        parameters["modalities"] = value
    elif value is not None:
        extra["/modalities"] = value


def _cache(key: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
    mapping(parameters.setdefault("cache", {}))[key.removeprefix("prompt_cache_")] = value


_READERS: dict[str, Callable[[str, Json, Settings, dict[str, Json]], None]] = {
    "stop": _stop,
    "tool_choice": _tool_choice,
    "function_call": _tool_choice,
    "parallel_tool_calls": _parallel,
    "response_format": _response_format,
    "logprobs": _log_probabilities,
    "top_logprobs": _log_probabilities,
    "reasoning": _reasoning,
    "thinking": _reasoning,
    **dict.fromkeys(_REASONING, _reasoning),
    "stream_options": _stream_options,
    "usage": _stream_options,
    "modalities": _modalities,
    "prompt_cache_key": _cache,
    "prompt_cache_retention": _cache,
}
_READ_APART = frozenset(("model", "messages", "tools", "functions"))


def choices_wanted(parameters: Mapping[str, Json]) -> int:
    """How many choices the request asked for."""
    return count(parameters.get("choice_count")) or 1
