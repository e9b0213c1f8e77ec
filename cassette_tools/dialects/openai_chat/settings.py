"""Settings of a Chat Completions request under canonical names.

Sources: the OpenAI API reference and those of the relatives named in the tables.
"""

from __future__ import annotations

from cassette_tools.data.settings import CHAT, CHAT_REASONING, CHAT_REASONING_OBJECT
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import count, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassette_tools.decoding.members import Settings
    from cassette_tools.model import Json

    Reader = Callable[[Members, str, Settings], None]


def read_settings(
    request: Members, *, names: Mapping[str, str] = CHAT, readers: Mapping[str, Reader] | None = None
) -> Settings:
    """The settings of a request, by the tables of this API or of a relative. Those of an unknown shape stay."""
    parameters = request.renamed(names)
    readers = READERS if readers is None else readers
    for key in [*request.left]:
        reader = readers.get(key)
        if reader is not None:
            reader(request, key, parameters)
    return parameters


def choices_wanted(parameters: Mapping[str, Json]) -> int:
    """How many choices the request asked for."""
    return count(parameters.get("choice_count")) or 1


# --- settings with a shape of their own ------------------------------------------------------------------------------


def _stop(request: Members, key: str, parameters: Settings) -> None:
    value = request.take(key)
    parameters["stop_sequences"] = [value] if isinstance(value, str) else value


def choice_in(parameters: Settings) -> Settings:
    """The choice of tools among the parameters, of which several settings say something."""
    choice = parameters.setdefault("tool_choice", {"mode": None, "names": [], "parallel": None})
    return mapping(choice)


MODES = {"auto": "auto", "none": "none", "required": "required", "any": "required"}  # `any`: Mistral


def _tool_choice(request: Members, key: str, parameters: Settings) -> None:
    """``tool_choice``, or the legacy ``function_call``: a mode, one tool, or the tools that are allowed."""
    value = request.peek(key)
    if value is None:
        request.take(key)
        return
    choice, mode = choice_in(parameters), request.named(key, MODES)
    if mode is not None:
        choice["mode"] = mode
        return
    wanted = request.object(key)
    chosen = _chosen(wanted)
    if chosen is None:
        request.extra[wanted.where] = value
        return
    choice.update(chosen)
    wanted.keep()


def _chosen(wanted: Members) -> Settings | None:
    """The mode, and the names of the tools, that an object tells; ``None`` if it tells none."""
    kind, name, allowed = wanted.text("type"), take_name(wanted), wanted.object("allowed_tools")
    if name is not None:
        chosen: Settings = {"mode": "tool", "names": [name]}
    elif kind == "allowed_tools" or allowed.left:
        listed = [take_name(Members(tool, "", {}, "")) for tool in allowed.array("tools") or wanted.array("tools")]
        chosen = {"mode": "allowed", "names": [name for name in listed if name]}
    elif kind in MODES:
        chosen = {"mode": MODES[kind]}
    else:
        return None
    allowed.keep()
    return chosen


def take_name(wanted: Members) -> str | None:
    """The name of a tool, which stands under its kind."""
    for kind in ("function", "custom", "tool"):
        inner = wanted.object(kind)
        name = inner.text("name")
        inner.keep()
        if name is not None:
            return name
    return wanted.text("name")


def _parallel(request: Members, key: str, parameters: Settings) -> None:
    choice_in(parameters)["parallel"] = request.take(key)


def _response_format(request: Members, key: str, parameters: Settings) -> None:
    wanted = request.object(key)
    kind = wanted.text("type")
    if kind is None:
        wanted.keep_whole()
        return
    schema = wanted.object("json_schema")
    put_format(parameters, kind, schema)
    schema.keep(nulls=True)
    wanted.keep(nulls=True)


def put_format(parameters: Settings, kind: str, schema: Members) -> None:
    """The format that the answer shall have: its kind, and what `schema` says of it."""
    described = {name: schema.take(name) for name in ("name", "schema", "strict", "description") if name in schema}
    parameters["output_type"] = "json" if kind.startswith("json") else kind
    parameters["response_format"] = {"kind": kind, **described}


def _log_probabilities(request: Members, key: str, parameters: Settings) -> None:
    wanted = mapping(parameters.setdefault("logprobs", {"enabled": None, "top": None}))
    wanted["enabled" if key == "logprobs" else "top"] = request.take(key)


_THINKING = {"enabled": True, "disabled": False}  # DeepSeek, Z.ai: thinking.type


def _thinking(request: Members, key: str, parameters: Settings) -> None:
    mapping(parameters.setdefault("reasoning", {}))[CHAT_REASONING[key]] = request.take(key)


def _reasoning(request: Members, key: str, parameters: Settings) -> None:
    """``reasoning``, or ``thinking``: an object. What another setting says already stays."""
    wanted = mapping(parameters.setdefault("reasoning", {}))
    given = request.object(key)
    for name in [*given.left]:
        ours = CHAT_REASONING_OBJECT.get(name)
        if ours is not None and ours not in wanted:
            wanted[ours] = given.take(name)
    enabled = given.named("type", _THINKING)
    if enabled is not None:
        wanted["enabled"] = enabled
    given.keep(nulls=True)


def _stream_options(request: Members, key: str, parameters: Settings) -> None:
    """``stream_options.include_usage`` (OpenAI) and ``usage.include`` (OpenRouter) ask for the same."""
    options = request.object(key)
    asked = options.boolean("include_usage" if key == "stream_options" else "include")
    if asked is None:
        options.keep_whole()
        return
    parameters["include_usage"] = asked or bool(parameters.get("include_usage"))
    options.keep(nulls=True)


def _modalities(request: Members, key: str, parameters: Settings) -> None:
    if type(request.peek(key)) is not list:
        return
    parameters["modalities"] = request.take(key)
    wanted = [item for item in parameters["modalities"] if item in ("audio", "image")]
    if "output_type" not in parameters:
        parameters["output_type"] = {"audio": "speech", "image": "image"}[wanted[0]] if wanted else "text"


def _cache(request: Members, key: str, parameters: Settings) -> None:
    mapping(parameters.setdefault("cache", {}))[key.removeprefix("prompt_cache_")] = request.take(key)


READERS: dict[str, Reader] = {
    "stop": _stop,
    "tool_choice": _tool_choice,
    "function_call": _tool_choice,
    "parallel_tool_calls": _parallel,
    "response_format": _response_format,
    "logprobs": _log_probabilities,
    "top_logprobs": _log_probabilities,
    "reasoning": _reasoning,
    "thinking": _reasoning,
    **dict.fromkeys(CHAT_REASONING, _thinking),
    "stream_options": _stream_options,
    "usage": _stream_options,
    "modalities": _modalities,
    "prompt_cache_key": _cache,
    "prompt_cache_retention": _cache,
}
