"""The request of a Converse call: its settings under canonical names, its tools, its history.

Source: Amazon Bedrock API reference, "Converse"; Amazon Nova user guide, "Complete request schema", whose native format
has the same members; the models' own documents for `additionalModelRequestFields`.
"""

from __future__ import annotations

from cassette_tools.data.settings import CONVERSE
from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.messages import parts_of, turns
from cassette_tools.decoding.streams import parsed
from cassette_tools.decoding.values import at, mapping, text
from cassette_tools.dialects.bedrock.converse.blocks import read_answer_block, read_block
from cassette_tools.model import Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Members, Settings


_MODES = {"auto": "auto", "any": "required", "tool": "tool"}
_THINKING = {"enabled": True, "disabled": False, "adaptive": "adaptive"}
_FORMAT = ("name", "schema", "strict", "description")


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    request.take("schemaVersion")  # Nova's version of the layout
    _drop_empty(request)
    parameters: Settings = {}
    for key, read in _SECTIONS.items():
        if key in request:
            read(request.object(key), parameters)
    config = request.object("toolConfig")
    _tool_choice(config, parameters)
    decoded = DecodedRequest(
        model=request.text("modelId"),
        parameters=parameters,
        system=tuple(parts_of(request, "system", read_block)),
        messages=tuple(turns(request, "messages", read_block, answers=read_answer_block)),
        tools=tuple(_tools(config)),
    )
    config.keep()
    return decoded


# --- settings --------------------------------------------------------------------------------------------------------


def _drop_empty(settings: Members) -> None:
    """Some clients send an empty object or list for what they do not ask."""
    for key in [*settings.left]:
        if settings.peek(key) in ({}, []):
            settings.take(key)


def _inference(config: Members, parameters: Settings) -> None:
    """Nova has a setting there that Converse does not know. What was read before has priority."""
    _drop_empty(config)
    for key in [*config.left]:
        name = CONVERSE.get(key)
        if name is not None and name not in parameters and config.peek(key) is not None:
            parameters[name] = config.take(key)
    config.keep()


def _model_fields(fields: Members, parameters: Settings) -> None:
    """What goes to the model as it is, in that model's own words."""
    for key, reader in _MODEL_FIELDS.items():
        if type(fields.peek(key)) is dict:
            reader(fields.object(key), parameters)
    if "top_k" in fields:
        parameters["top_k"] = fields.take("top_k")
    if "reasoning_effort" in fields:  # gpt-oss
        parameters.setdefault("reasoning", {})["effort"] = fields.take("reasoning_effort")
    fields.keep()


def _thinking(asked: Members, parameters: Settings) -> None:
    """Anthropic's `thinking` (elsewhere `reasoning_config`), and Nova's `reasoningConfig`, which has a word for how
    much.
    """
    wanted = parameters.setdefault("reasoning", {})
    enabled = asked.named("type", _THINKING)
    if enabled is not None:
        wanted["enabled"] = enabled
    wanted.update(asked.renamed({"budget_tokens": "budget_tokens", "maxReasoningEffort": "effort"}))
    asked.keep()


def _effort(asked: Members, parameters: Settings) -> None:
    if "effort" in asked:
        parameters.setdefault("reasoning", {})["effort"] = asked.take("effort")
    asked.keep()


# Members of `additionalModelRequestFields` that are objects.
_MODEL_FIELDS = {
    "thinking": _thinking,
    "reasoning_config": _thinking,
    "reasoningConfig": _thinking,
    "output_config": _effort,
    "inferenceConfig": _inference,
}


def _service_tier(tier: Members, parameters: Settings) -> None:
    kind = tier.text("type")
    if kind is not None:
        parameters["service_tier"] = kind
    tier.keep()


def _output_format(config: Members, parameters: Settings) -> None:
    """``outputConfig.textFormat.structure.jsonSchema``, whose schema is a string of JSON."""
    form = config.object("textFormat")
    if not mapping(at(form.left, ("structure", "jsonSchema"))):
        form.keep_whole()
    structure = form.object("structure")
    asked = structure.object("jsonSchema")
    if asked.left:
        wanted = asked.renamed({name: name for name in _FORMAT})
        if type(wanted.get("schema")) is str:
            wanted["schema"] = parsed(wanted["schema"])
        parameters["output_type"] = "json"
        parameters["response_format"] = {"kind": "json_schema", **wanted}
        form.take("type")  # the structure's key says the same
    for members in (asked, structure, form, config):
        members.keep()


# Members of the request that are objects of settings.
_SECTIONS = {
    "inferenceConfig": _inference,
    "outputConfig": _output_format,
    "additionalModelRequestFields": _model_fields,
    "serviceTier": _service_tier,
}


# --- tools -----------------------------------------------------------------------------------------------------------


def _tool_choice(config: Members, parameters: Settings) -> None:
    choice = config.object("toolChoice")
    kind = choice.first()
    if kind not in _MODES:
        choice.keep_whole()
        return
    chosen = choice.object(kind)
    name = chosen.text("name")
    parameters["tool_choice"] = {"mode": _MODES[kind], "names": [name] if name else [], "parallel": None}
    chosen.keep()
    choice.keep()


def _tools(config: Members) -> Iterator[Tool]:
    for index, (value, tool) in enumerate(config.apart("tools")):
        if "cachePoint" in tool:  # a mark for the cache, and no tool
            config.extra[f"{config.where}/tools/{index}"] = value
        else:
            yield _tool(tool)


def _tool(tool: Members) -> Tool:
    if type(tool.peek("toolSpec")) is not dict:  # a tool of Amazon's own
        kind = tool.first() or "unknown"
        name = text(at(tool.left, (kind, "name"))) or kind
        tool.keep_whole()
        return Tool(name=name, kind=kind, extra=tool.extra, pointer=tool.pointer)
    spec = tool.object("toolSpec")
    schema = spec.object("inputSchema")
    decoded = Tool(
        name=spec.text("name") or "",
        description=spec.string("description"),
        parameters=schema.take("json"),
        strict=spec.boolean("strict"),
        extra=tool.extra,
        pointer=tool.pointer,
    )
    for members in (schema, spec, tool):
        members.keep()
    return decoded
