"""The model called a tool with arguments that the tool's own schema forbids.

A parameter that is required is missing, a number came as a text (`"2"`), a list as a text that spells one, a value is
none of those that are listed.

Why it matters: clients check the arguments before they run the tool, or fail in it. What usually did it is a model that
got it wrong, which a replay repeats each time, or a schema or an answer that was edited by hand.

How to mend it: record the interaction again; if the model always calls it so, or the failure is the scenario, say so in
an ignore comment. Where the request declares its tools in the form of another API (``function: {…}`` for the Responses
API), the model never saw the schema: mend the request first.

Nothing is converted: `"3.8"` is no number. Not reported: null for a parameter that is not required, patterns and
formats, schemas that are not valid themselves or refer to others elsewhere, arguments that are not JSON
(`tool-arguments-not-json` says so), and those that were cut by the token limit or by the end of the stream."""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ToolCall
from cassette_tools.places import string_places, value_at
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, LLMCall, Message, Place
    from cassette_tools.rules._schema import Fault


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None or not llm.tools or not llm.complete:
        return
    for message in llm.output_messages:
        for part in message.parts:
            if not isinstance(part, ToolCall) or not part.arguments_valid or part.kind != "function":
                continue
            fault = _fault(llm, message, part)
            if fault is None:
                continue
            first, *others = _places(interaction, part, fault.pointer)
            yield Observation(
                message=f"the arguments of the call of `{part.name}` are not what its schema asks for: {fault.words}; "
                f"{_mend(interaction, part.name)}",
                place=first,
                related=tuple(others),
                key=part.pointer,
            )


def _fault(llm: LLMCall, message: Message, call: ToolCall) -> Fault | None:
    """What the schema of a tool has against the arguments of a call that was not cut."""
    schema = _schema_of(llm, call.name)
    if schema is None:
        return None
    from cassette_tools.rules._schema import fault_in, was_cut

    fault = fault_in(schema, {} if call.arguments in (None, "") else call.arguments)
    return None if fault is None or was_cut(message) else fault


def _mend(interaction: Interaction, name: str) -> str:
    """What helps: nothing was told of a schema to a model that was asked in the form of another API."""
    llm = interaction.llm
    asked = interaction.request.body.json
    if llm is not None and llm.dialect == "openai.responses" and type(asked) is dict:
        tools = asked.get("tools")
        for tool in tools if type(tools) is list else ():
            inner = tool.get("function") if type(tool) is dict else None
            if type(inner) is dict and name in (inner.get("name"), tool.get("name")) and "parameters" not in tool:
                return (
                    "the request declares the tool as Chat Completions has it (`function: {…}`), which the Responses "
                    "API does not read: put `name` and `parameters` beside `type`, and record the interaction again"
                )
    return (
        "record the interaction again, or, where the model always calls it so or the scenario is about it, say that in "
        "an ignore comment"
    )


def _schema_of(llm: LLMCall, name: str) -> Json:
    """The schema of the one function of that name; of two, nobody knows which was meant."""
    schemas = [tool.parameters for tool in llm.tools if tool.name == name and tool.kind == "function"]
    return schemas[0] if len(schemas) == 1 else None


def _places(interaction: Interaction, part: ToolCall, within: str) -> tuple[Place, ...]:
    """The value itself where the arguments are an object of the body, else the text that spells them."""
    body = interaction.response.body
    if not body.stream and part.raw_arguments is None and value_at(body.json, part.pointer + within) is not None:
        return (body.place(pointer=part.pointer + within),)
    return string_places(interaction, part.pointer)


RULES.register(
    Rule(
        name="tool-arguments-violate-schema",
        category="message",
        level="warning",
        summary="the model called a tool with arguments that its schema forbids",
        doc=__doc__,
        about="tool-calls",
        check=check,
    )
)
