"""The settings of a generateContent call under canonical names.

Sources: the Gemini API reference (``GenerationConfig``, ``ToolConfig``) and Vertex AI's.
"""

from __future__ import annotations

from cassette_tools.dialects.gemini.names import enum_name, plain_schema, snake, snake_keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.dialects.gemini.fields import Fields
    from cassette_tools.model import Json

    Settings = dict[str, Json]

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
THINKING = {"includeThoughts": "include", "thinkingBudget": "budget_tokens", "thinkingLevel": "effort"}
_MODES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto"}
_OUTPUT_TYPES = (("audio", "speech"), ("image", "image"))  # a modality, and our `output_type`


def _spellings(names: Mapping[str, str]) -> dict[str, str]:
    """A table of names for either spelling of the wire's."""
    return {name: ours for wire, ours in names.items() for name in (wire, snake(wire))}


_GENERATION = _spellings({**SETTINGS, **OBJECTS})
_TOP = _spellings(
    {
        "safetySettings": "safety_settings",
        "modelArmorConfig": "model_armor_config",
        "serviceTier": "service_tier",
        "store": "store",
    }
)
_THINKING = _spellings({wire: ours for wire, ours in THINKING.items() if ours != "effort"})


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
    allowed = calling.peek("allowedFunctionNames")
    names = [name for name in allowed if isinstance(name, str)] if type(allowed) is list else []
    if type(allowed) is list and len(names) == len(allowed):
        calling.take("allowedFunctionNames")
    native = enum_name("mode", calling.peek("mode"))
    word = native.upper() if isinstance(native, str) else ""
    mode = _MODES.get(word)
    if names and mode is not None:
        mode = "tool" if mode == "required" and len(names) == 1 else "allowed"  # whether one must be called
    if mode not in (None, "allowed") and word != "VALIDATED":
        calling.take("mode")
    parameters["tool_choice"] = {"mode": mode, "names": names, "parallel": None}
    calling.keep()


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
    if type(value) is not list or not all(isinstance(each, (str, int)) for each in value):
        return
    config.take("responseModalities")
    # GenerationConfig.Modality has numbers of its own, which are not those of the counts'.
    words = [each.lower() if isinstance(each, str) else each for each in value]
    parameters["modalities"] = words
    parameters["output_type"] = next((kind for word, kind in _OUTPUT_TYPES if word in words), "text")


def _log_probabilities(config: Fields, parameters: Settings) -> None:
    enabled, top = config.take("responseLogprobs"), config.take("logprobs")
    if enabled is not None or top is not None:
        parameters["logprobs"] = {"enabled": enabled, "top": top}


def _output_format(config: Fields, parameters: Settings) -> None:
    """``responseMimeType`` with ``responseSchema`` (Google's Schema) or ``responseJsonSchema``."""
    kind = config.string("responseMimeType")
    schema = config.take("responseJsonSchema")
    if schema is None:
        schema = plain_schema(config.take("responseSchema"))
    if kind is None and schema is None:
        return
    wanted: Settings = {"kind": kind}
    if kind in (None, "application/json"):
        parameters["output_type"] = "json"
        wanted["kind"] = "json_object" if schema is None else "json_schema"
    else:
        parameters.setdefault("output_type", "text")
    if schema is not None:
        wanted["schema"] = schema
    if kind != "text/plain" or schema is not None:
        parameters["response_format"] = wanted
