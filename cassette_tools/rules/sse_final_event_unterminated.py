"""The last event of a stream has no blank line behind it, and says something that clients would miss.

The standard (WHATWG HTML, server-sent events) has clients dispatch an event at the blank line that ends it, and throw
away what is left without one when the connection closes. Many clients do just that.

Why it matters: the last event is often the one with the finish reason, the token counts or the whole response; whoever
replays the recording through such a client never sees it, and its test proves less than it seems to. What usually did
it is a hand edit, or YAML that drops the ends of texts (`|-` in place of `|+`).

How to mend it: put a blank line behind the last event (in YAML: `|+`), or record the interaction again.

Not reported: where nothing would be lost (`[DONE]`, `message_stop`, pings, whatever stands behind them), streams that
were cut (`stream-truncated`) or failed, and bodies that are files of their own, whose ends editors trim.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.wire.body import is_idle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Event, Interaction
    from cassette_tools.rules import Check, FileFacts

FILES = frozenset(("raw-body",))  # their last lines are an editor's
ENDS = ("message_stop", "done", "end", "close")  # events whose coming says all that they say


def begin(file: FileFacts) -> Check | None:
    return None if file.format in FILES else check


def check(interaction: Interaction) -> Iterator[Observation]:
    body, llm = interaction.response.body, interaction.llm
    if body.stream != "sse" or len(body.events) < 2 or not _is_open(body.events[-1]):
        return
    if (llm is not None and not llm.is_answered) or any(_ends(event) for event in body.events[-2:]):
        return
    yield Observation(
        message="the last event has no blank line behind it, so that clients which follow the standard never see it: "
        "put a blank line there (in YAML the block begins with `|+`), or record the interaction again",
        place=event_place(interaction, -1),
    )


def _is_open(event: Event) -> bool:
    """Whether a client would see the event, were it terminated."""
    return not event.terminated and isinstance(event.json, dict) and not event.offsets


def _ends(event: Event) -> bool:
    """Whether a stream is over with an event, which itself says nothing else."""
    kind = event.json.get("type") if isinstance(event.json, dict) else None
    return is_idle(event) or kind in ENDS or event.event in ENDS


RULES.register(
    Rule(
        name="sse-final-event-unterminated",
        category="stream",
        level="note",
        summary="the last event of a stream lacks its blank line, and would be lost",
        doc=__doc__,
        about="stream",
        begin=begin,
    )
)
