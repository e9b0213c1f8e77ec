"""A stream ends before its end.

Each API says how its streams end: a finish reason, ``[DONE]``, ``message_stop``, ``response.completed``. This one
has none of what its own API ends with, and no error either; or its last event breaks off in the middle of its JSON.

Why it matters: the recording was cut (the test gave up, the connection broke, a hand edit removed the end), and
every replay gives half an answer: clients wait, raise, or take the half for the whole.

How to mend it: record the interaction again.

Not reported: hosts that never send ``[DONE]``, and a last event without its blank line: both are whole.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ABSENT
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Event, Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    body, llm = interaction.response.body, interaction.llm
    if not body.stream or not body.events:
        return
    if llm is not None:
        if llm.complete or llm.error is not None:
            return
        missing = llm.cut or "what its API ends a stream with is missing"
    elif not _breaks_off(body.events[-1]):
        return
    else:
        missing = "its last event breaks off in the middle of its JSON"
    yield Observation(
        message=f"the stream was cut after {len(body.events)} events: {missing}; record the interaction again",
        place=event_place(interaction, -1),
    )


def _breaks_off(last: Event) -> bool:
    """Whether a stream of an unknown API ends in the middle of an event. Several lines of data are whole lines."""
    return not last.terminated and last.json is ABSENT and last.data[:1] in ("{", "[") and not last.offsets


RULES.register(
    Rule(
        name="stream-truncated",
        category="stream",
        level="error",
        summary="a stream ends before its end",
        doc=__doc__,
        check=check,
    )
)
