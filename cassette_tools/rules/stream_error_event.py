"""The provider reported an error in the middle of a stream whose status says success.

Why it matters: the status line is sent before the answer, so a provider that fails later can only say so in an
event. Such a recording looks like a success to everything that reads the status alone, and every replay raises in
the middle of the answer.

How to mend it: record the interaction again. If the failure *is* the scenario, say so in an ignore comment.

Not reported: a scenario that is about failure, as the name of the file or its folder says (``stream-rate-limited``,
``test_tool_use_failed``), or the request (a model called ``no-such-model``).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._scenario import Scenario, is_wrong_on_purpose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import CallError, Interaction
    from cassette_tools.rules import Check, FileFacts

SHOWN = 160  # characters of the provider's words


def begin(file: FileFacts) -> Check | None:
    scenario = Scenario(file.path)

    def check(interaction: Interaction) -> Iterator[Observation]:
        llm = interaction.llm
        if llm is None or llm.error is None or not llm.error.in_stream:
            return
        if not scenario.expects() and not is_wrong_on_purpose(interaction):
            yield from _told(interaction, llm.error)

    return check


def _told(interaction: Interaction, error: CallError) -> Iterator[Observation]:
    kind = " ".join(dict.fromkeys(word for word in (error.type, error.code) if word))
    words = " ".join(error.message.split())
    words = words if len(words) <= SHOWN else words[:SHOWN] + "…"
    yield Observation(
        message=f"the stream ends in an error{f' ({kind})' if kind else ''}: “{words}”; record the interaction again, "
        "or say in an ignore comment that the scenario is about it",
        place=event_place(interaction, error.event_index if error.event_index is not None else -1),
    )


RULES.register(
    Rule(
        name="stream-error-event",
        category="stream",
        level="warning",
        summary="the provider reported an error in the middle of a stream",
        doc=__doc__,
        about="error",
        begin=begin,
    )
)
