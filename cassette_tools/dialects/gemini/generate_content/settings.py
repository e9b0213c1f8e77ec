"""The settings of a generateContent call under canonical names.

Sources: the Gemini API reference (``GenerationConfig``, ``ToolConfig``) and Vertex AI's.
"""

from __future__ import annotations

from cassette_tools.data.settings import GEMINI, GEMINI_OBJECTS, GEMINI_THINKING
from cassette_tools.decoding.protobuf import snake, snake_keys
from cassette_tools.decoding.values import sequence, text
from cassette_tools.dialects.gemini.names import enum_name, plain_schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.decoding.members import Members, Settings
    from cassette_tools.decoding.protobuf import Fields
    from cassette_tools.model import Json


_MODES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}
_OUTPUT_TYPES = (("audio", "speech"), ("image", "image"))  # a modality, and our `output_type`


def _spellings(names: Mapping[str, str]) -> dict[str, str]:
    """A table of names for either spelling of the wire's."""
    return {name: ours for wire, ours in names.items() for name in (wire, snake(wire))}


_GENERATION = _spellings({**GEMINI, **GEMINI_OBJECTS})
_TOP = _spellings(
    {
        "safetySettings": "safety_settings",
        "modelArmorConfig": "model_armor_config",
        "serviceTier": "service_tier",
        "store": "store",
    }
)
_THINKING = _spellings({wire: ours for wire, ours in GEMINI_THINKING.items() if ours != "effort"})


def read_settings(request: Fields) -> Settings:
    """The settings of a request, wherever they stand in it."""
    parameters: Settings = {}
    _tool_choice(request, parameters)
    config = request.object("generationConfig")
    parameters.update(_renamed(config, _GENERATION))
    _thinking(config, parameters)
    _modalities(config, parameters)
    _log_probabilities(config, parameters)
    _output_format(config, parameters)
    config.keep()
    parameters.update(_renamed(request, _TOP))
    labels, cached = request.take("labels"), request.string("cachedContent")
    if labels is not None:
        parameters["labels"] = labels  # whose keys are the caller's
    if cached is not None:
        parameters["cache"] = {"content": cached}
    return parameters


def _renamed(holder: Fields, names: Mapping[str, str]) -> Settings:
    """The settings of a table that are no null, which asks for nothing."""
    return {name: snake_keys(value) for name, value in holder.renamed(names).items() if value is not None}


def _tool_choice(request: Fields, parameters: Settings) -> None:
    """How tools are called. A mode that ours does not tell all of stays."""
    config = request.object("toolConfig")
    calling = config.object("functionCallingConfig")
    config.keep()
    if not calling.left:
        return
    names = strings_in(calling, "allowedFunctionNames")
    word = (text(enum_name("mode", calling.peek("mode"))) or "").upper()
    mode = chosen_mode(_MODES.get(word), names)
    if mode not in (None, "allowed") and word != "VALIDATED":
        calling.take("mode")
    parameters["tool_choice"] = {"mode": mode, "names": names, "parallel": None}
    calling.keep()


def strings_in(holder: Members, key: str) -> list[str]:
    """The strings of a list, which stays if it has anything else."""
    listed = holder.peek(key)
    names = [name for name in sequence(listed) if type(name) is str]
    if listed == names:
        holder.take(key)
    return names


def chosen_mode(mode: str | None, names: list[str]) -> str | None:
    """The mode in which the tools of these names are allowed: whether one must be called."""
    if mode is None or not names:
        return mode
    return "tool" if mode == "required" and len(names) == 1 else "allowed"


def _thinking(config: Fields, parameters: Settings) -> None:
    if type(config.peek("thinkingConfig")) is not dict:
        return
    thinking = config.object("thinkingConfig")
    wanted = thinking.renamed(_THINKING)
    level = thinking.string("thinkingLevel")
    if level is not None:
        wanted["effort"] = level.lower()  # an enumeration: MINIMAL, LOW, MEDIUM, HIGH, in any case
    parameters["reasoning"] = wanted
    thinking.keep()


def _modalities(config: Fields, parameters: Settings) -> None:
    value = config.peek("responseModalities")
    if type(value) is list and all(isinstance(each, (str, int)) for each in value):
        # GenerationConfig.Modality has numbers of its own, which are not those of the counts'.
        put_modalities(parameters, config.take("responseModalities"))


def put_modalities(parameters: Settings, value: list[Json]) -> None:
    """The kinds of content that the answer shall have, and what that makes it."""
    words = [each.lower() if isinstance(each, str) else each for each in value]
    parameters["modalities"] = words
    parameters["output_type"] = next((kind for word, kind in _OUTPUT_TYPES if word in words), "text")


def _log_probabilities(config: Fields, parameters: Settings) -> None:
    enabled, top = config.take("responseLogprobs"), config.take("logprobs")
    if enabled is not None or top is not None:
        parameters["logprobs"] = {"enabled": enabled, "top": top}


def _output_format(config: Fields, parameters: Settings) -> None:
    """``responseMimeType`` with ``responseSchema`` (Google's Schema) or ``responseJsonSchema``."""
    kind, schema = config.string("responseMimeType"), config.take("responseJsonSchema")
    if schema is None:
        schema = plain_schema(config.take("responseSchema"))
    if kind is None and schema is None:
        return
    is_json = kind in (None, "application/json")
    parameters.setdefault("output_type", "text")
    if is_json:
        parameters["output_type"] = "json"
    put_format(parameters, kind if not is_json else None, schema)


def put_format(parameters: Settings, kind: str | None, schema: Json) -> None:
    """The format that the answer shall have: a media type that is `kind`, or JSON, by a schema if there is one."""
    if kind == "text/plain" and schema is None:
        return
    word = kind or ("json_object" if schema is None else "json_schema")
    parameters["response_format"] = {"kind": word} if schema is None else {"kind": word, "schema": schema}
