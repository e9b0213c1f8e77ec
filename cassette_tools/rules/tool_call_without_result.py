"""The conversation goes on after a tool call, and nothing was given back for it.

Why it matters: most providers refuse such a request, so that it fails at the next recording; those that take it leave
the model to guess what became of its call. What usually did it is a client that dropped a message when it shortened the
history, or an edit by hand.

How to mend it: give the call its result (an error is one too), or record the interaction again.

Not reported: the calls of the last message, tools that the provider runs, calls without an id, conversations of which
the provider keeps a part (``previous_response_id``), requests that the provider refused, and calls beside as many
results with an id of no call, which `tool-result-without-call` tells."""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._history import calls_and_results, calls_with_another_id, history_of, id_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, LLMCall


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = history_of(interaction)
    if llm is None:
        return
    calls, results, served = calls_and_results(llm)
    last = _last_turn(llm)
    renamed = calls_with_another_id([each for each in calls if each not in served], results)
    for identity, (index, call) in calls.items():
        if index >= last or identity in results or identity in served or identity in renamed:
            continue
        yield Observation(
            message=f"the conversation goes on without a result of the call `{identity[:60]}` of `{call.name}`: "
            "give it one, or record the interaction again",
            place=id_place(interaction, call.pointer, identity),
            key=call.pointer,
        )


def _last_turn(llm: LLMCall) -> int:
    """The index of the first message of the model's last turn, when the conversation ends in it."""
    index = len(llm.input_messages)
    while index and llm.input_messages[index - 1].role == "assistant":
        index -= 1
    return index


RULES.register(
    Rule(
        name="tool-call-without-result",
        category="message",
        level="warning",
        summary="the conversation goes on without the result of a tool call",
        doc=__doc__,
        about="history",
        check=check,
    )
)
