"""Two recordings beside each other, as a page shows them."""

from __future__ import annotations

import re
from collections import Counter

from cassette_tools._record import replace
from cassette_tools.conversation.as_text import show_text
from cassette_tools.hiding import hiding_of
from cassette_tools.reporters import Style, View
from cassette_tools.reporters._passages import passages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.hiding import Hiding
    from cassette_tools.model import Event, Interaction, LLMCall, Recording

_KINDS = ("type", "object", "kind")  # members of an event that say which it is
_BACK = 8  # calls before one in which its history is looked for


def view_of(old: Recording, new: Recording) -> View:
    """The conversation, and the kinds of events. No secrets."""
    hiding = hiding_of(old, new)  # a secret of one is one in the other
    before, after = _events(old, hiding), _events(new, hiding)
    return View(
        conversation=tuple(passages(*(hiding.text(_conversation(each)) for each in (old, new)))),
        events=tuple((name, before[name], after[name]) for name in dict.fromkeys((*before, *after))),
    )


# --- the conversation ------------------------------------------------------------------------------------------------


def _conversation(recording: Recording) -> str:
    """What `show` prints; of each call only what those before it did not say, and nothing that differs each time."""
    text = show_text(replace(recording, interactions=tuple(_told_once(recording))), Style()) + "\n"
    return "\n".join(map(_without_count, text.split("\n")))


def _without_count(line: str) -> str:
    """The first line of an interaction without how many events came: ``#0  POST … → 200, sse, 2 events``."""
    rest, comma, count = line.rpartition(", ")
    is_head = line.startswith("#") and " → " in rest
    return rest if comma and is_head and re.fullmatch(r"\d+ events?", count) else line


def _told_once(recording: Recording) -> Iterator[Interaction]:
    calls: list[LLMCall] = []
    for each in recording.interactions:
        call = each.llm
        if call is None:
            yield replace(each, duration=None)
            continue
        before = next((one for one in reversed(calls[-_BACK:]) if _continues(call, one)), None)
        calls.append(call)
        yield replace(each, duration=None, llm=call if before is None else _without_history(call, before))


def _continues(call: LLMCall, before: LLMCall) -> bool:
    known = before.input_messages
    return call.system_instructions == before.system_instructions and call.input_messages[: len(known)] == known


def _without_history(call: LLMCall, before: LLMCall) -> LLMCall:
    """A call without what is the same in the one that it continues, and without the answer that it gives back."""
    more = call.input_messages[len(before.input_messages) :]
    gives_back = bool(more) and more[0].role == "assistant" and bool(before.output_messages)
    return replace(
        call,
        system_instructions=(),
        input_messages=more[1:] if gives_back else more,
        parameters={} if call.parameters == before.parameters else call.parameters,
        tools=() if call.tools == before.tools else call.tools,
    )


# --- the events ------------------------------------------------------------------------------------------------------


def _events(recording: Recording, hiding: Hiding) -> Counter[str]:
    events = (event for each in recording.interactions for event in each.response.body.events)
    return Counter(hiding.text(_kind(event)) for event in events)


def _kind(event: Event) -> str:
    """What a stream calls an event; ``data`` for one without a name."""
    if event.event or event.data == "[DONE]":
        return event.event or event.data
    members = event.json if isinstance(event.json, dict) else {}
    said = (members.get(name) for name in _KINDS)
    return next((kind for kind in said if isinstance(kind, str) and kind), "data")
