"""The finish reason says that a tool is called, and none is; or Anthropic says that the turn ended, and one is called;
or a response of OpenAI's says that it goes on (``in_progress``), and has counted its tokens, which is the last it does.

Why it matters: clients that see ``tool_calls`` look for the calls and find none: they raise, or loop. Those that see
``end_turn`` never run the tool that is called. Those that see ``in_progress`` ask again and again. What
usually did it is a hand edit that removed the call or changed the reason, or a stream that lost events.

How to mend it: record the interaction again, so that reason and content belong together.

Not reported: ``stop`` beside tool calls of other providers, and of servers that speak as Anthropic does. That is how
forced tool choice, Gemini, Ollama and others end, and clients know it. Nor tools that the provider runs itself.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ToolCall
from cassette_tools.rules import RULES, Rule
from cassette_tools.telemetry import host_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Message

CALLS = frozenset(("tool_call", "server_tool_call", "generic"))
AT_AN_END = "end_turn"  # Anthropic's word for an answer after which nothing is to be done
GOING_ON = "in_progress"  # of OpenAI's Responses: it counts tokens when it is done
ANTHROPIC = ".anthropic.com"
SHOWN = 60  # characters of a name


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None or not llm.complete or llm.error is not None:
        return
    for message in llm.output_messages:
        said = message.native_finish_reason or message.finish_reason
        words = _contradiction(interaction, message)
        if not words:
            continue
        from cassette_tools.rules._finish import finish_place

        yield Observation(
            message=f"the finish reason is `{said}`, but the answer {words}: record the interaction again",
            place=finish_place(interaction, message, said),
            key=str(message.index),
        )


def _contradiction(interaction: Interaction, message: Message) -> str:
    """What an answer calls that its finish reason speaks against, in words."""
    if message.native_finish_reason == AT_AN_END:
        call = next((part for part in message.parts if isinstance(part, ToolCall)), None)
        if call is None or not f".{host_of(interaction.request.url)}".endswith(ANTHROPIC):
            return ""
        return f"calls the tool `{call.name[:SHOWN]}`, where Anthropic says `tool_use`"
    if message.native_finish_reason == GOING_ON:
        made = _counted(interaction)
        return f"counts {made} output tokens, as only one does that is done" if made else ""
    if message.finish_reason != "tool_call" or any(part.type in CALLS for part in message.parts):
        return ""
    return "calls no tool"


def _counted(interaction: Interaction) -> int:
    """The output tokens that a response of OpenAI's Responses has counted."""
    llm = interaction.llm
    if llm is None or llm.usage is None or llm.dialect != "openai.responses":
        return 0
    return llm.usage.output_tokens or 0


RULES.register(
    Rule(
        name="finish-reason-contradicts-content",
        category="message",
        level="warning",
        summary="the finish reason and the answer contradict each other",
        doc=__doc__,
        about="call",
        check=check,
    )
)
