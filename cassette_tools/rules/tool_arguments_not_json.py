"""The model called a tool with arguments that are not JSON.

Why it matters: clients parse the arguments before they run the tool, and fail here. What usually did it is a hand
edit, a fragment that was lost from the stream, or a model that wrote bad JSON; a replay repeats it each time.

How to mend it: record the interaction again; if the failure is the scenario, say so in an ignore comment.

Not reported: arguments that were cut by the token limit (the finish reason says so, a gateway's or the word of the
provider behind it) or by the end of a cut stream
(`stream-truncated` says so), and empty arguments, which mean that there are none.
"""

from __future__ import annotations

from cassette_tools.data.finish_reasons import is_cut
from cassette_tools.finding import Observation
from cassette_tools.model import ToolCall
from cassette_tools.places import string_places
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, LLMCall


def check(interaction: Interaction) -> Iterator[Observation]:
    for part in _calls(interaction.llm):
        if part.arguments_valid or part.kind != "function":
            continue
        first, *others = string_places(interaction, part.pointer)
        yield Observation(
            message=f"the arguments of the call of `{part.name}` are not JSON "
            f"({_fault(part.raw_arguments or '')}): record the interaction again",
            place=first,
            related=tuple(others),
            key=part.pointer,
        )


def _calls(llm: LLMCall | None) -> Iterator[ToolCall]:
    """The calls of tools in the answers that were not cut."""
    for message in llm.output_messages if llm is not None and llm.complete else ():
        if message.finish_reason != "length" and not is_cut(message.native_finish_reason):
            yield from (part for part in message.parts if isinstance(part, ToolCall))


def _fault(arguments: str) -> str:
    """What the JSON parser says, and where in the arguments."""
    from cassette_tools.nesting import json_value

    try:
        json_value(arguments)
    except RecursionError as error:
        return str(error)
    except ValueError as error:
        at = getattr(error, "pos", 0)
        where = f"at character {at + 1} of {len(arguments)}" if at < len(arguments) else "at their end"
        return f"{str(getattr(error, 'msg', error)).removesuffix(' at')} {where}"
    return f"{len(arguments)} characters"


RULES.register(
    Rule(
        name="tool-arguments-not-json",
        category="message",
        level="warning",
        summary="the model called a tool with arguments that are not JSON",
        doc=__doc__,
        about="tool-calls",
        check=check,
    )
)
