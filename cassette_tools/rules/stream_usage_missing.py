"""A stream was asked for its token counts and has none.

The request says `stream_options: {"include_usage": true}`; the stream came to its end, and no event counts tokens.

Why it matters: the counts come in an event of their own behind the last one with words. Whoever replays the stream to
test how tokens are counted counts none. What usually did it is a client that stopped reading after the finish reason,
so that the recording lacks what came behind it, or an edit by hand.

How to mend it: record the interaction again, with a client that reads the stream to its end.

Not reported: streams that were cut (`stream-truncated`) or failed, and whole ones (with ``[DONE]``) of servers that may
not know the option: whichever run at home (Ollama's of 2024 pass over it), and gateways that are not known here.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, LLMCall


def check(interaction: Interaction) -> Iterator[Observation]:
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not llm.is_answered or llm.usage is not None or interaction.response.status_code >= 400:
        return
    if not body.events or not _is_asked_for(interaction):
        return
    is_whole = any(event.data.startswith("[DONE]") for event in body.events[-2:])
    if is_whole and not _knows_the_option(llm):
        return
    why = "" if is_whole else ", and no [DONE]: its end was not recorded"
    yield Observation(
        message=f"the request asks for token counts (`stream_options.include_usage`), and the stream has none{why}; "
        "record the interaction again",
        place=event_place(interaction, -1),
    )


def _is_asked_for(interaction: Interaction) -> bool:
    asked = interaction.request.body.json
    options = asked.get("stream_options") if isinstance(asked, dict) else None
    return isinstance(options, dict) and options.get("include_usage") is True


def _knows_the_option(llm: LLMCall) -> bool:
    from cassette_tools.data.usage_reported import REPORTED

    return any(row.dialect == llm.dialect and row.provider == llm.provider_name for row in REPORTED)


RULES.register(
    Rule(
        name="stream-usage-missing",
        category="stream",
        level="warning",
        summary="a stream lacks the token counts that were asked for",
        doc=__doc__,
        about="stream",
        check=check,
    )
)
