"""The model called a tool that the request did not offer.

Why it matters: the client has nothing to run. What usually did it is a tool that was renamed by hand in the request
but not in the answer (or the other way), an answer that was pasted from another recording, or a model that made a
name up.

How to mend it: record the interaction again, so that request and answer belong together.

Not reported: calls in recordings that do not hold the request, and in requests that also offer tools of the
provider's own, or tools that are named elsewhere (a stored prompt, a remote MCP server): their names cannot be
known from the request. Nor recordings of a gateway that adds tools of its own (txtar of coder/aibridge).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ToolCall
from cassette_tools.places import name_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._gateway import unless_two_sided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Tool

DECLARED_KINDS = frozenset(("function", "custom"))
ELSEWHERE = (
    "prompt",
    "conversation",
    "previous_response_id",
    "plugins",
    "mcp_servers",
    "container",
    "cachedContent",
    "cached_content",
)
SHOWN = 6  # names of declared tools


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None or not llm.output_messages:
        return
    names = {tool.name for tool in llm.tools}
    called: dict[str, list[ToolCall]] = {}
    for message in llm.output_messages:
        for part in message.parts:
            if isinstance(part, ToolCall) and part.name and part.name not in names:
                called.setdefault(part.name, []).append(part)
    if not called or not _says_all(interaction, llm.tools):
        return
    for name, calls in called.items():
        first, *others = dict.fromkeys(name_place(interaction, call) for call in calls)
        yield Observation(
            message=f"the model called `{name}`, but the request offers {_offered(llm.tools)}: "
            "request and answer do not belong together; record the interaction again",
            place=first,
            related=tuple(others),
            key=calls[0].pointer,
        )


def _says_all(interaction: Interaction, tools: tuple[Tool, ...]) -> bool:
    """Whether every tool that could be called is named in the request."""
    asked = interaction.request.body.json
    if not isinstance(asked, dict) or any(asked.get(key) for key in ELSEWHERE):
        return False
    return all(tool.kind in DECLARED_KINDS and tool.name for tool in tools)


def _offered(tools: tuple[Tool, ...]) -> str:
    names = [f"`{tool.name}`" for tool in tools]
    if not names:
        return "no tools"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"only {', '.join(names[:SHOWN])}{more}"


RULES.register(
    Rule(
        name="undeclared-tool-called",
        category="message",
        level="warning",
        summary="the model called a tool that the request did not offer",
        doc=__doc__,
        about="tool-calls",
        begin=lambda file: unless_two_sided(check, file),
    )
)
