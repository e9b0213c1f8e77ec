"""The request of an interaction: its settings under canonical names, its tools, its history.

The input is a text, a content, or a list: of contents (one turn of the user's), of turns (``role``, ``content``), or of
steps, of which those of the model that follow one another are one turn of the assistant's.

Source: the Gemini API reference ("Creating an interaction").
"""

from __future__ import annotations

from cassette_tools.data.google import ROLES
from cassette_tools.data.settings import INTERACTIONS, INTERACTIONS_THINKING, INTERACTIONS_TOP
from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects.gemini.generate_content.settings import chosen_mode, put_format, put_modalities
from cassette_tools.dialects.gemini.interactions.steps import CALL, RESULT, kind_of, read_item
from cassette_tools.dialects.gemini.names import model_name
from cassette_tools.model import Message, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Extra, Settings
    from cassette_tools.model import Json, Part

    Item = tuple[Json, str]  # a step, a turn or a content, and its pointer

_MODES = {"auto": "auto", "any": "required", "none": "none", "validated": "auto"}
_MEDIA = {"image": "image", "audio": "speech", "video": "video"}  # `type` of a format, and our `output_type`


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    parameters = _present(request.renamed(INTERACTIONS_TOP))
    _generation_config(request.object("generation_config"), parameters)
    _modalities(request, parameters)
    cached = request.string("cached_content")
    if cached is not None:
        parameters["cache"] = {"content": cached}
    _output_format(request, parameters)
    model = request.text("model")
    return DecodedRequest(
        model=model_name(model) if model else request.text("agent"),
        parameters=parameters,
        system=_system(request),
        messages=_history(request),
        tools=tuple([_tool(tool) for _, tool in request.apart("tools")]),
    )


def _present(settings: Settings) -> Settings:
    """The settings that are no null, which asks for nothing."""
    return {name: value for name, value in settings.items() if value is not None}


def _system(request: Members) -> tuple[Part, ...]:
    instruction = request.peek("system_instruction")
    if isinstance(instruction, dict) and "type" not in instruction:
        return ()  # a content as ``generateContent`` has it: it is kept
    pointer = request.at("system_instruction")
    return read_item(request.take("system_instruction"), pointer, request.where + pointer, request.extra)


# --- history ---------------------------------------------------------------------------------------------------------


def _history(request: Members) -> tuple[Message, ...]:
    """The turns of an input of any of its shapes."""
    value, pointer = request.take("input"), request.at("input")
    if value is None:
        return ()
    items: list[Item] = [(value, pointer)]
    if isinstance(value, list):
        items = [(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    messages: list[Message] = []
    for role, run in _runs(items):
        first, where = run[0]
        if role == "turn":
            messages.extend(_turn(Members(first, where, {}, ""), request))
        elif role == "step":
            messages.extend(_step(Members(first, where, {}, ""), first, request))
        else:
            messages.extend(_split(role, run, Members(None, where, {}, ""), None, request))
    return tuple(messages)


def _runs(items: list[Item]) -> Iterator[tuple[str, list[Item]]]:
    """Items that are one turn together: those of one role in a row. Some are always a turn by themselves."""
    run: list[Item] = []
    before = ""
    for item in items:
        role = _role_of(item[0])
        if run and (role != before or role in _ALONE):
            yield before, run
            run = []
        run.append(item)
        before = role
    if run:
        yield before, run


_ALONE = ("tool", "turn", "step")


def _role_of(item: Json) -> str:
    """Whose turn an item belongs to; ``turn`` when it is a turn itself, ``step`` when it is what the user put in."""
    kind = kind_of(item)
    if not kind and "role" in mapping(item):
        return "turn"
    if kind == "function_result":
        return "tool"
    if kind in ("thought", "model_output") or kind.endswith((CALL, RESULT)):
        return "assistant"
    return "step" if kind == "user_input" else "user"


def _step(step: Members, value: Json, request: Members) -> list[Message]:
    """What the user said in one step, or the tools gave."""
    if type(step.peek("content")) is not list:
        return _split("user", [(value, step.pointer)], Members(None, step.pointer, {}, ""), None, request)
    step.take("type")
    return _split("user", list(step.elements("content")), step, None, request)


def _turn(turn: Members, request: Members) -> list[Message]:
    native = turn.string("role")
    if type(turn.peek("content")) is list:
        items = list(turn.elements("content"))
    else:
        items = [(turn.take("content"), turn.at("content"))] if "content" in turn else []
    return _split(ROLES.get(native or "user", native or "user"), items, turn, native, request)


def _split(role: str, items: list[Item], turn: Members, native_role: str | None, request: Members) -> list[Message]:
    """One turn as messages: each tool's answer in it is one for itself, before the rest."""
    turn.keep()
    messages: list[Message] = []
    parts: list[Part] = []
    for item, pointer in items:
        if kind_of(item) == "function_result":
            extra: Extra = {}
            answer = read_item(item, pointer, "", extra)
            native = native_role if native_role != "tool" else None
            messages.append(Message(role="tool", parts=answer, native_role=native, extra=extra, pointer=pointer))
        elif f"{pointer}/".startswith(f"{turn.pointer}/"):
            parts.extend(read_item(item, pointer, pointer[len(turn.pointer) :], turn.extra))
        else:  # a later step of the same turn
            parts.extend(read_item(item, pointer, request.where + pointer, request.extra))
    if parts or not messages:
        native = native_role if native_role != role else None
        message = Message(role=role, parts=tuple(parts), native_role=native, extra=turn.extra, pointer=turn.pointer)
        messages.append(message)
    else:
        where = request.where + turn.pointer
        request.extra.update({where + place: value for place, value in turn.extra.items()})
    return messages


# --- tools -----------------------------------------------------------------------------------------------------------


def _tool(tool: Members) -> Tool:
    kind = tool.text("type")
    is_function = kind in ("function", None) and "name" in tool
    name = tool.string("name")
    decoded = Tool(
        name=kind or "" if name is None else name,
        description=tool.string("description") if is_function else None,
        parameters=tool.take("parameters") if is_function else None,
        kind="function" if is_function else kind or "unknown",
        extra=tool.extra,
        pointer=tool.pointer,
    )
    tool.keep()
    return decoded


# --- settings --------------------------------------------------------------------------------------------------------


def _generation_config(config: Members, parameters: Settings) -> None:
    parameters.update(_present(config.renamed(INTERACTIONS)))
    thinking = _present(config.renamed(INTERACTIONS_THINKING))
    if thinking:
        parameters["reasoning"] = {
            name: value.lower() if isinstance(value, str) else value for name, value in thinking.items()
        }
    _tool_choice(config, parameters)
    config.keep()


def _tool_choice(config: Members, parameters: Settings) -> None:
    """A mode, or the tools that are allowed, with a mode."""
    value, where = config.take("tool_choice"), f"{config.where}/tool_choice"
    choice = Members(value if type(value) is dict else None, "", config.extra, where)
    allowed = choice.object("allowed_tools")
    said = allowed.peek("mode") if allowed.left else value
    word = said.lower() if isinstance(said, str) else ""
    names = [name for name in allowed.array("tools") if isinstance(name, str)]
    known = _MODES.get(word)
    if value is not None and (word == "validated" or not (known or names)):
        config.extra[where] = value
    mode = "allowed" if names and known is None else chosen_mode(known, names)
    if mode != "allowed":
        allowed.take("mode")  # else it says whether one must be called
    if mode is not None:
        parameters["tool_choice"] = {"mode": mode, "names": names, "parallel": None}
        allowed.keep()
        choice.keep()


def _modalities(request: Members, parameters: Settings) -> None:
    value = request.peek("response_modalities")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        put_modalities(parameters, request.take("response_modalities"))


def _output_format(request: Members, parameters: Settings) -> None:
    """``response_format``: an object with a type and a schema, a list of such, or (before) the schema itself, beside
    ``response_mime_type``.
    """
    wanted, mime = request.peek("response_format"), request.text("response_mime_type")
    if isinstance(wanted, list) and len(wanted) == 1:
        wanted = wanted[0]
    if type(wanted) is not dict:
        _text_format(mime, None, parameters)  # it stays, and so is kept
        return
    request.take("response_format")
    form = Members(wanted, "", request.extra, f"{request.where}/response_format")
    kind = text(form.peek("type"))
    if kind in _MEDIA:
        parameters["output_type"] = _MEDIA[kind]
        parameters["response_format"] = {"kind": form.take("type"), **form.left}
    elif kind == "text":
        form.take("type")
        _text_format(form.text("mime_type") or mime, form.take("schema"), parameters)
        form.keep()
    else:
        _text_format(mime, wanted, parameters)


def _text_format(mime: str | None, schema: Json, parameters: Settings) -> None:
    is_json = mime == "application/json" or (mime is None and schema is not None)
    if is_json:
        parameters["output_type"] = "json"
    if is_json or mime is not None:
        put_format(parameters, None if is_json else mime, schema)
