"""The finish reason says that a tool is called, and no tool is called.

Why it matters: clients that see ``tool_calls`` look for the calls and find none: they raise, or loop. What usually
did it is a hand edit that removed the call or changed the reason, or a stream that lost events.

How to mend it: record the interaction again, so that reason and content belong together.

Not reported: ``stop`` beside tool calls. That is how forced tool choice, Gemini, Ollama and others end, and clients
know it. Nor tools that the provider runs itself.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

CALLS = frozenset(("tool_call", "server_tool_call", "generic"))


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None or not llm.complete or llm.error is not None:
        return
    for message in llm.output_messages:
        if message.finish_reason != "tool_call" or any(part.type in CALLS for part in message.parts):
            continue
        from cassette_tools.rules._finish import finish_place

        said = message.native_finish_reason or message.finish_reason
        yield Observation(
            message=f"the finish reason is `{said}`, but the answer calls no tool: record the interaction again",
            place=finish_place(interaction, message, said),
            key=str(message.index),
        )


RULES.register(
    Rule(
        name="finish-reason-contradicts-content",
        category="message",
        level="warning",
        summary="the finish reason says that a tool is called, and none is",
        doc=__doc__,
        about="call",
        check=check,
    )
)
