"""A whole answer has no token counts, although its API always sends them, or it has text and 0 output tokens.

Why it matters: whoever counts tokens or costs reads a field that is not there: SDKs raise, or count nothing. What
usually did it is an edit by hand, or a filter that took out more than it was to.

How to mend it: record the interaction again.

Only APIs that always send counts are looked at (Anthropic, OpenAI, Azure, Bedrock's Converse, Gemini from 2.0 on,
Mistral, Groq, DeepSeek, xAI, OpenRouter), and only at their own addresses. Not reported: answers that failed, were cut
or go on in the background, Bedrock's counts in header fields (``x-amzn-bedrock-input-token-count``), text completions
of Claude, which have none, and streams that were not asked for counts (those that were: `stream-usage-missing`).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import Text
from cassette_tools.places import event_place, value_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, LLMCall, Message, Usage

ENDS = ("stop", "length", "tool_call")
OPERATIONS = ("chat", "generate_content")


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None or not llm.is_answered or interaction.response.status_code != 200:
        return
    if llm.usage is not None:
        if llm.usage.output_tokens == 0 and llm.usage.input_tokens:
            yield from _uncounted(interaction, llm, llm.usage)
        return
    if not _is_always_sent(interaction, llm) or _is_told_elsewhere(interaction, llm):
        return
    body = interaction.response.body
    for ended in _ended(llm)[:1]:
        yield Observation(
            message="the answer has no token counts, which its API always sends: record the interaction again",
            place=event_place(interaction, -1) if body.stream else body.place(pointer=ended.pointer),
        )


def _uncounted(interaction: Interaction, llm: LLMCall, usage: Usage) -> Iterator[Observation]:
    """An answer with text and 0 output tokens. If the input tokens are 0 too, the server does not count at all."""
    texts = [part for message in _ended(llm) for part in message.parts if isinstance(part, Text) and part.content]
    if texts and _is_always_sent(interaction, llm):
        yield Observation(
            message="the answer has text, but its usage says 0 output tokens: record the interaction again",
            place=value_place(interaction, usage.pointer, usage.native),
        )


def _ended(llm: LLMCall) -> list[Message]:
    """The answers that came to an end for which tokens are counted."""
    if llm.operation_name not in OPERATIONS:
        return []
    return [message for message in llm.output_messages if message.finish_reason in ENDS and message.parts]


def _is_told_elsewhere(interaction: Interaction, llm: LLMCall) -> bool:
    """Whether Bedrock counts in a header field, or the API is that of Claude before its messages."""
    if interaction.response.headers.get("x-amzn-bedrock-output-token-count") is not None:
        return True
    return type(llm.body) is dict and "completion" in llm.body


def _is_always_sent(interaction: Interaction, llm: LLMCall) -> bool:
    from cassette_tools.data.usage_reported import REPORTED

    for row in REPORTED:
        if row.dialect == llm.dialect and row.provider == llm.provider_name:
            model = llm.response_model or llm.request_model or ""
            return (row.in_streams or not interaction.response.body.stream) and (
                not row.models or model.rpartition("/")[2].startswith(row.models)
            )
    return False


RULES.register(
    Rule(
        name="usage-missing",
        category="usage",
        level="warning",
        summary="an answer lacks the token counts that its API always sends",
        doc=__doc__,
        about="call",
        check=check,
    )
)
