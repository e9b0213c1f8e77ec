"""The request asks for a stream and the answer is one JSON document, or the reverse.

Only APIs whose requests ask for a stream by ``"stream": true`` are checked: OpenAI and compatible APIs, Anthropic and
Cohere.

Why it matters: a client that asked for a stream finds no events in a JSON document: it returns an empty answer, or
raises. A client that did not ask tries to parse the stream as JSON. The request and the answer come from different
calls: one of them was edited by hand, or pasted.

How to mend it: record the interaction again. If that *is* the scenario, say so in an ignore comment.

Not reported: errors, which are one document even if a stream was asked for, answers that are neither JSON nor a stream
of events (`body-not-json`, `empty-answer`), requests without a model, which are the incomplete patterns of a mock, and
recordings of a gateway that keep both answers to one request (txtar of coder/aibridge).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._gateway import unless_two_sided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

ASKING = frozenset(("openai.chat", "openai.completions", "openai.responses", "anthropic.messages", "cohere.chat"))
ANSWERS = frozenset(("chat", "text_completion"))
AGAIN = (
    "they come from different calls; record the interaction again, or say in an ignore comment that the scenario is "
    "about it"
)


def begin(file: FileFacts) -> Check | None:
    return unless_two_sided(check, file)


def check(interaction: Interaction) -> Iterator[Observation]:
    llm, asked = interaction.llm, interaction.request.body.json
    if llm is None or llm.dialect not in ASKING or llm.operation_name not in ANSWERS or type(asked) is not dict:
        return
    if not 200 <= interaction.response.status_code < 300 or not llm.is_answered or not asked.get("model"):
        return
    body, wanted = interaction.response.body, asked.get("stream")
    if wanted is True and not body.stream and type(body.json) is dict and llm.output_messages:
        yield Observation(
            message=f'the request asks for a stream (`"stream": true`), but the answer is one JSON document: {AGAIN}',
            place=body.place(),
        )
    elif wanted in (None, False) and body.stream == "sse" and body.events and type(body.events[0].json) is dict:
        yield Observation(
            message=f'the answer is a stream, but the request does not ask for one (no `"stream": true`): {AGAIN}',
            place=event_place(interaction, 0),
        )


RULES.register(
    Rule(
        name="stream-not-as-asked",
        category="stream",
        level="warning",
        summary="the request asks for a stream and the answer is JSON, or the reverse",
        doc=__doc__,
        about="call",
        begin=begin,
    )
)
