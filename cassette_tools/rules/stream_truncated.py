"""A stream ends before its end.

Each API says how its streams end: a finish reason, ``[DONE]``, ``message_stop``, ``response.completed``. This one
has none of what its own API ends with, and no error either; or its last event breaks off in the middle of its JSON; or
it holds comments (``: ping``), and not one event.

Why it matters: the recording was cut (the test gave up, the connection broke, a hand edit removed the end), and
every replay gives half an answer: clients wait, raise, or take the half for the whole.

How to mend it: record the interaction again. If the cut *is* the scenario, say so in an ignore comment.

Not reported: a missing ``[DONE]`` of a host that is not known to send it always, a last event without its blank line
(`sse-final-event-unterminated`), and recordings whose file name says that they are about a cut stream
(``stream_truncated``, ``unexpected_eof``).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ABSENT
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.wire.body import is_bare
from cassette_tools.wire.sse import SENTINEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Event, Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    body = interaction.response.body
    missing = _missing(interaction) if body.stream and (body.events or body.comments) else None
    if missing is None:
        return
    yield Observation(
        message=f"the stream was cut {_after(len(body.events))}: {missing}; record the interaction again, or say in an "
        "ignore comment that the scenario is about it",
        place=event_place(interaction, -1) if body.events else body.place(offset=body.comments[0].offset),
    )


def _missing(interaction: Interaction) -> str | None:
    """What a stream lacks."""
    llm, events = interaction.llm, interaction.response.body.events
    if llm is None:
        return "its last event breaks off in the middle of its JSON" if events and _breaks_off(events[-1]) else None
    if llm.error is not None or _is_hidden(interaction.response.body):
        return None
    if llm.complete:
        return _without_mark(interaction)
    return llm.cut or "what its API ends a stream with is missing"


def _without_mark(interaction: Interaction) -> str | None:
    """What a finished stream lacks if its host always sends an end mark after it."""
    llm, body = interaction.llm, interaction.response.body
    if llm is None or body.stream != "sse" or not (body.verbatim or body.raw):
        return None
    if body.events[-1].data.strip() == SENTINEL or not body.events[-1].terminated:  # `sse-final-event-unterminated`
        return None
    from cassette_tools.data.marked_ends import HOSTS
    from cassette_tools.data.wire import ENDED_BY_MARK
    from cassette_tools.telemetry import host_of

    if not any(llm.dialect == row.name for row in ENDED_BY_MARK):
        return None
    host = host_of(interaction.request.url)
    row = next((row for row in HOSTS if host == row.host or (row.host[0] == "." and host.endswith(row.host))), None)
    return f"the last event is not `{SENTINEL}`, which {host} always sends" if row is not None else None


def _is_hidden(body: Body) -> bool:
    """Whether the end may stand in what is no event, for want of ``data: `` or of blank lines, which is told of it."""
    merged = body.events and body.events[-1].offsets and body.events[-1].json is ABSENT
    return bool(merged) or any(map(is_bare, body.comments))


def _after(events: int) -> str:
    """How far the stream came."""
    return f"after {events} event{'' if events == 1 else 's'}" if events else "before its first event"


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
        about="stream",
        check=check,
    )
)
