"""The request of an Anthropic Messages call: its settings under canonical names, its tools, its history.

Source: Anthropic API reference, "Create a Message"; Vertex AI and Amazon Bedrock leave the model out (it is in the
path) and name the API's version in the body.
"""

from __future__ import annotations

from cassette_tools.data.settings import ANTHROPIC
from cassette_tools.decoding.assembly import DecodedRequest
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.messages import parts_of, turns
from cassette_tools.decoding.parts import prompted
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects.anthropic.blocks import read_block
from cassette_tools.model import Message, Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Settings


_MODES = {"auto": "auto", "any": "required", "none": "none", "tool": "tool"}
_THINKING = {"enabled": True, "disabled": False, "adaptive": "adaptive"}


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    parameters = request.renamed(ANTHROPIC)
    request.take("anthropic_version")  # Vertex and Bedrock: what elsewhere is a header
    _tool_choice(request, parameters)
    _reasoning(request, parameters)
    _output_format(request, parameters)
    defined = tuple(_defined_later(request))
    return DecodedRequest(
        model=request.string("model"),
        parameters=parameters,
        system=tuple(parts_of(request, "system", read_block)),
        messages=_prompt(request) or tuple(turns(request, "messages", read_block)),
        tools=(*(_tool(tool) for _, tool in request.apart("tools")), *defined),
    )


def _prompt(request: Members) -> tuple[Message, ...]:
    """Text Completions ask with one string, which stays in `extra` as well."""
    if "messages" in request:
        return ()
    return prompted(Members({"prompt": request.peek("prompt")}, "", {}, ""), "prompt")


def _tool_choice(request: Members, parameters: Settings) -> None:
    choice = request.object("tool_choice")
    mode = choice.named("type", _MODES)
    if mode is None:
        choice.keep_whole()
        return
    name, alone = choice.text("name"), choice.boolean("disable_parallel_tool_use")
    parameters["tool_choice"] = {
        "mode": mode,
        "names": [name] if name else [],
        "parallel": None if alone is None else not alone,
    }
    choice.keep()


def _reasoning(request: Members, parameters: Settings) -> None:
    """``thinking``, and the effort in ``output_config``."""
    thinking = request.object("thinking")
    wanted: Settings = {}
    enabled = thinking.named("type", _THINKING)
    if enabled is not None:
        wanted["enabled"] = enabled
    if "budget_tokens" in thinking:
        wanted["budget_tokens"] = thinking.take("budget_tokens")
    thinking.keep()
    config = mapping(request.peek("output_config"))
    if "effort" in config:
        wanted["effort"] = config["effort"]
    if wanted:
        parameters["reasoning"] = wanted


def _output_format(request: Members, parameters: Settings) -> None:
    """``output_config.format``, and its older form ``output_format``."""
    config = request.object("output_config")
    config.take("effort")
    for wanted in (config.object("format"), request.object("output_format")):
        kind = wanted.text("type")
        if kind is not None:
            parameters["output_type"] = "json" if kind.startswith("json") else kind
            schema = {"schema": wanted.take("schema")} if "schema" in wanted else {}
            parameters["response_format"] = {"kind": kind, **schema}
        wanted.keep()
    config.keep()


def _defined_later(request: Members) -> Iterator[Tool]:
    """The tools that a system message in the conversation defines; one that it adds by its name stands in ``tools``.
    The block stays in its message, which says when the tool came.
    """
    messages = request.peek("messages")
    for index, message in enumerate(messages if type(messages) is list else ()):
        blocks = message.get("content") if type(message) is dict and message.get("role") == "system" else None
        for place, block in enumerate(blocks if type(blocks) is list else ()):
            if mapping(block).get("type") != "tool_addition":
                continue
            added = mapping(mapping(block).get("tool"))
            if added.get("type") == "tool_definition":
                at = f"{request.at('messages')}/{index}/content/{place}/tool/definition"
                yield _tool(Members(mapping(added.get("definition")), at, {}, ""))


def _tool(tool: Members) -> Tool:
    """A tool of the client's has an `input_schema`; one of Anthropic's own has a type with a date in it."""
    kind = tool.text("type") or "custom"
    defined = kind == "custom"
    decoded = Tool(
        name=tool.text("name") or ("" if defined else kind),
        description=tool.string("description"),
        parameters=tool.take("input_schema") if defined else None,
        strict=tool.boolean("strict"),
        kind="function" if defined else kind,
        extra=tool.extra,
        pointer=tool.pointer,
    )
    tool.keep()
    return decoded
