"""The request of an interaction: its settings under canonical names, its tools, its history.

The input is a text, a content, or a list: of contents (one turn of the user's), of turns (``role``, ``content``), or of
steps, of which those of the model that follow one another are one turn of the assistant's.

Source: the Gemini API reference ("Creating an interaction"). A key that no table knows goes to ``extra``.
"""

from __future__ import annotations

from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects._gemini_request import ROLES, GeminiRequest, model_name
from cassette_tools.dialects._gemini_steps import CALL, RESULT, kind_of, read_item
from cassette_tools.model import Message, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Part

    Object = dict[str, Json]
    Item = tuple[Json, str]  # a step, a turn or a content, and its pointer

# Settings that mean what they say, by our name for them; the first table at the top, the second in generation_config.
TOP = {
    "stream": "stream",
    "service_tier": "service_tier",
    "previous_interaction_id": "previous_response_id",  # OpenAI's name for the same link
    "safety_settings": "safety_settings",
    "labels": "labels",
    "background": "background",
    "store": "store",
}
SETTINGS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "stop_sequences": "stop_sequences",
    "max_output_tokens": "max_tokens",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "speech_config": "speech_config",
    "image_config": "image_config",
    "video_config": "video_config",
    "transcription_config": "transcription_config",
}
THINKING = {"thinking_level": "effort", "thinking_summaries": "summary"}


def read_request(body: Json) -> GeminiRequest:
    """Decode a request body of any shape."""
    whole = mapping(body)
    extra: Object = {}
    parameters: Object = {}
    if body is not None and not isinstance(body, dict) and body != "":
        extra[""] = body
    for key, value in whole.items():
        if value is None or key in _READ_APART:
            continue
        name = TOP.get(key)
        if name is not None:
            parameters[name] = value
        elif key in _READERS:
            _READERS[key](value, "/" + key, parameters, extra)
        else:
            extra["/" + escaped(key)] = value
    _output_format(whole, parameters, extra)
    names = [whole.get(key) for key in ("model", "agent")]
    for key, name in zip(("model", "agent"), names, strict=True):
        if name is not None and not isinstance(name, str):
            extra["/" + key] = name
    model, agent = (text(name) for name in names)
    if model and agent:
        extra["/agent"] = agent
    system: list[Part] = []
    instruction = whole.get("system_instruction")
    if isinstance(instruction, dict) and "type" not in instruction:
        extra["/system_instruction"] = instruction
    else:
        read_item(instruction, "/system_instruction", "/system_instruction", extra, system)
    return GeminiRequest(
        model=model_name(model) if model else agent,
        parameters=parameters,
        system=tuple(system),
        messages=history(whole.get("input"), "/input", extra),
        tools=_tools(whole.get("tools"), extra),
        extra=extra,
    )


_READ_APART = frozenset(
    ("model", "agent", "system_instruction", "input", "tools", "response_format", "response_mime_type")
)


# --- history ---------------------------------------------------------------------------------------------------------


def history(value: Json, pointer: str, extra: Object) -> tuple[Message, ...]:
    """The turns of an input of any of its shapes."""
    if value is None:
        return ()
    items: list[Item] = [(value, pointer)]
    if isinstance(value, list):
        items = [(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    messages: list[Message] = []
    running: list[Item] = []
    before = ""
    for item, where in items:
        role = _role_of(item)
        if running and (role != before or role in ("tool", "turn")):
            messages.extend(_messages(before, running, extra))
            running = []
        running.append((item, where))
        before = role
    if running:
        messages.extend(_messages(before, running, extra))
    return tuple(messages)


def _role_of(item: Json) -> str:
    """Whose turn an item belongs to; ``turn`` when it is a turn itself."""
    kind = kind_of(item)
    if not kind and "role" in mapping(item):
        return "turn"
    if kind == "function_result":
        return "tool"
    if kind in ("thought", "model_output") or kind.endswith((CALL, RESULT)):
        return "assistant"
    return "step" if kind == "user_input" else "user"


def _messages(role: str, items: list[Item], extra: Object) -> list[Message]:
    if role == "turn":
        return [message for item, where in items for message in _turn(item, where, extra)]
    if role == "step":  # each is a turn for itself
        return [message for item, where in items for message in _step(item, where, extra)]
    where = items[0][1]
    return _split(role, items, where, None, {}, extra)


def _step(step: Json, pointer: str, extra: Object) -> list[Message]:
    """What the user said in one step, or the tools gave."""
    content = mapping(step).get("content")
    if not isinstance(content, list):
        return _split("user", [(step, pointer)], pointer, None, {}, extra)
    own: Object = {}
    leftovers(mapping(step), ("type", "content"), "", own)
    items: list[Item] = [(item, f"{pointer}/content/{index}") for index, item in enumerate(content)]
    return _split("user", items, pointer, None, own, extra)


def _turn(turn: Object, pointer: str, extra: Object) -> list[Message]:
    native = turn.get("role")
    native_role = native if isinstance(native, str) else None
    content = turn.get("content")
    own: Object = {}
    leftovers(turn, ("role", "content"), "", own)
    if native is not None and native_role is None:
        own["/role"] = native
    items: list[Item] = [] if content is None else [(content, pointer + "/content")]
    if isinstance(content, list):
        items = [(item, f"{pointer}/content/{index}") for index, item in enumerate(content)]
    return _split(ROLES.get(native_role or "user", native_role or "user"), items, pointer, native_role, own, extra)


def _split(
    role: str, items: list[Item], pointer: str, native_role: str | None, own: Object, extra: Object
) -> list[Message]:
    """One turn as messages: each tool's answer in it is one for itself, before the rest."""
    messages: list[Message] = []
    parts: list[Part] = []
    for item, where in items:
        if kind_of(item) == "function_result":
            answer: list[Part] = []
            kept: Object = {}
            read_item(item, where, "", kept, answer)
            messages.append(
                Message(
                    role="tool",
                    parts=tuple(answer),
                    native_role=native_role if native_role != "tool" else None,
                    extra=kept,
                    pointer=where,
                )
            )
        else:
            kept = {}
            read_item(item, where, "", kept, parts)
            if where.startswith(pointer):
                own.update({where[len(pointer) :] + place: value for place, value in kept.items()})
            else:  # a later step of the same turn
                extra.update({where + place: value for place, value in kept.items()})
    if parts or not messages:
        messages.append(
            Message(
                role=role,
                parts=tuple(parts),
                native_role=native_role if native_role != role else None,
                extra=own,
                pointer=pointer,
            )
        )
    else:
        extra.update({pointer + place: value for place, value in own.items()})
    return messages


# --- tools -----------------------------------------------------------------------------------------------------------


def _tools(value: Json, extra: Object) -> tuple[Tool, ...]:
    if value is not None and not isinstance(value, list):
        extra["/tools"] = value
    return tuple(_tool(tool, f"/tools/{index}") for index, tool in enumerate(sequence(value)))


def _tool(tool: Json, pointer: str) -> Tool:
    whole = mapping(tool)
    own: Object = {} if isinstance(tool, dict) else {"": tool}
    kind = text(whole.get("type"))
    name, description = whole.get("name"), whole.get("description")
    is_function = kind in ("function", None) and "name" in whole
    known = ["type"]
    known += ["name"] * isinstance(name, str)
    if is_function:
        known += ["parameters"] + ["description"] * isinstance(description, str)
    leftovers(whole, known, "", own)
    return Tool(
        name=name if isinstance(name, str) else kind or "",
        description=description if is_function and isinstance(description, str) else None,
        parameters=whole.get("parameters") if is_function else None,
        kind="function" if is_function else kind or "unknown",
        extra=own,
        pointer=pointer,
    )


# --- settings --------------------------------------------------------------------------------------------------------


def _generation_config(value: Json, pointer: str, parameters: Object, extra: Object) -> None:
    if not isinstance(value, dict):
        extra[pointer] = value
        return
    for key, setting in value.items():
        if setting is None:
            continue
        name = SETTINGS.get(key)
        if name is not None:
            parameters[name] = setting
        elif key in THINKING:
            wanted = mapping(parameters.setdefault("reasoning", {}))
            wanted[THINKING[key]] = setting.lower() if isinstance(setting, str) else setting
        elif key == "tool_choice":
            _tool_choice(setting, f"{pointer}/{key}", parameters, extra)
        else:
            extra[f"{pointer}/{escaped(key)}"] = setting


_MODES = {"auto": "auto", "any": "required", "none": "none", "validated": "auto"}


def _tool_choice(value: Json, pointer: str, parameters: Object, extra: Object) -> None:
    """A mode, or the tools that are allowed, with a mode."""
    allowed = mapping(mapping(value).get("allowed_tools"))
    mode = allowed.get("mode") if allowed else value
    names = [name for name in sequence(allowed.get("tools")) if isinstance(name, str)]
    ours = _MODES.get(mode.lower()) if isinstance(mode, str) else None
    if (ours is None and not names) or (isinstance(mode, str) and mode.lower() == "validated"):
        extra[pointer] = value
    if names:
        if ours == "required" and len(names) == 1:
            ours = "tool"
        else:
            if mode is not None:
                extra[pointer + "/allowed_tools/mode"] = mode
            ours = "allowed"
    if ours is not None:
        parameters["tool_choice"] = {"mode": ours, "names": names, "parallel": None}
    leftovers(mapping(value), ("allowed_tools",) if allowed else mapping(value), pointer, extra)
    leftovers(allowed, ("mode", "tools"), pointer + "/allowed_tools", extra)


def _modalities(value: Json, pointer: str, parameters: Object, extra: Object) -> None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        extra[pointer] = value
        return
    words = [each.lower() for each in value]
    parameters["modalities"] = words
    kinds = (("audio", "speech"), ("image", "image"))
    parameters["output_type"] = next((kind for word, kind in kinds if word in words), "text")


def _cached(value: Json, pointer: str, parameters: Object, extra: Object) -> None:
    if isinstance(value, str):
        parameters["cache"] = {"content": value}
    else:
        extra[pointer] = value


_READERS: dict[str, Callable[[Json, str, Object, Object], None]] = {
    "generation_config": _generation_config,
    "response_modalities": _modalities,
    "cached_content": _cached,
}


def _output_format(whole: Object, parameters: Object, extra: Object) -> None:
    """``response_format``: an object with a type and a schema, a list of such, or (before) the schema itself, beside
    ``response_mime_type``.
    """
    wanted, kind = whole.get("response_format"), whole.get("response_mime_type")
    if isinstance(wanted, list) and len(wanted) == 1:
        wanted = wanted[0]
    if wanted is not None and not isinstance(wanted, dict):
        extra["/response_format"] = wanted
        wanted = None
    if kind is not None and not isinstance(kind, str):
        extra["/response_mime_type"] = kind
        kind = None
    told = mapping(wanted)
    if told.get("type") in ("image", "audio", "video"):
        parameters["output_type"] = "speech" if told["type"] == "audio" else told["type"]
        parameters["response_format"] = {"kind": told["type"], **{k: v for k, v in told.items() if k != "type"}}
        return
    is_typed = told.get("type") == "text"
    schema = told.get("schema") if is_typed else wanted
    kind = text(told.get("mime_type")) or kind if is_typed else kind
    if schema is None and (kind is None or kind == "text/plain"):
        return
    is_json = kind == "application/json" or (kind is None and schema is not None)
    if is_json:
        parameters["output_type"] = "json"
    named = ("json_schema" if schema is not None else "json_object") if is_json else kind
    parameters["response_format"] = {"kind": named, **({} if schema is None else {"schema": schema})}
    if is_typed:
        leftovers(told, ("type", "mime_type", "schema"), "/response_format", extra)
