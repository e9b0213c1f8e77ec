"""Events of a stream are out of order, missing or repeated.

What is checked depends on the API:

- OpenAI's Responses: the number of each event (``sequence_number``);
- Anthropic and Amazon: that each block starts, goes on and stops;
- OpenAI's chat: that no chunks belong to another answer (by its id), and that no chunk is repeated (by its random
  padding, ``obfuscation``).

Why it matters: clients that keep blocks by their number drop what comes before the start or after the end of a block,
or raise. The usual reason is an edit by hand, a merge, or a recorder that lost or sorted events.

How to mend it: record the interaction again. If that *is* the scenario, say so in an ignore comment.

A stream is reported once, at the first event that is out of order. Not reported: streams that were taken up again in
the middle, numbers that do not count at all, a gap before the error with which the provider gave up, blocks that are
open at the same time, the text blocks of Amazon's Converse, which begin without being announced, and a scenario
that is about it, as the name of the file says (``out_of_order``, ``no_content_block_start``)."""

from __future__ import annotations

from itertools import pairwise

from cassette_tools.finding import Observation
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cassette_tools.model import Event, Interaction, Json

    Fault = tuple[int, str]  # the event, and what is wrong with it


def check(interaction: Interaction) -> Iterator[Observation]:
    llm, body = interaction.llm, interaction.response.body
    events = body.events
    if not events or llm is None or any(problem.kind == "stream-event-not-json" for problem in body.problems):
        return  # an event that nobody can read is none that is missing
    examine = EXAMINED.get(llm.dialect)
    fault = examine(events) if examine is not None else None
    if fault is None:
        return
    yield Observation(
        message=f"{fault[1]}; record the interaction again, or say in an ignore comment that the scenario is about it",
        place=event_place(interaction, fault[0]),
    )


def _numbers(events: tuple[Event, ...]) -> Fault | None:
    """``sequence_number`` counts up by one, from 0 or from where the stream was taken up again."""
    counted = [
        (index, event.json["sequence_number"])
        for index, event in enumerate(events)
        if type(event.json) is dict and type(event.json.get("sequence_number")) is int
    ]
    numbers = [number for _, number in counted]
    breaks = (at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1)
    at = next((at for at in breaks if not _fails(events[counted[at][0]])), 0)
    if not at or len(set(numbers)) == 1:
        return None
    return counted[at][0], _words_of_break(numbers, at)


def _words_of_break(numbers: list[int], at: int) -> str:
    seen, before = numbers[at], numbers[at - 1]
    if seen in numbers[:at]:
        return f"there are two events with sequence_number {seen}"
    if before + 1 in numbers:
        return f"the event with sequence_number {seen} stands after {before}; expected {before + 1}, which is elsewhere"
    return f"no event has sequence_number {before + 1}, and {seen} follows {before}: events are missing"


def _fails(event: Event) -> bool:
    """Whether the provider gave up at this event: what it had counted before, it did not send."""
    return event.json.get("type") in ("error", "response.failed")


def _anthropic(events: tuple[Event, ...]) -> Fault | None:
    blocks = _Blocks()
    has_started = False
    for number, event in enumerate(events):
        data = event.json if type(event.json) is dict else {}
        kind, block = data.get("type"), data.get("index")
        if kind == "message_start" and (has_started or blocks.begun):
            return number, "message_start stands after the beginning of the message"
        has_started = has_started or kind == "message_start"
        blocks.have_ended = blocks.have_ended or kind == "message_delta"
        words = blocks.take(kind, block) if kind in BLOCK_EVENTS and type(block) is int else ""
        if kind == "message_stop":
            words = blocks.left_open()
        if words:
            return number, words
    return None


BLOCK_EVENTS = ("content_block_start", "content_block_delta", "content_block_stop")


class _Blocks:
    """The blocks of a message of Anthropic's, as the events begin and stop them."""

    def __init__(self) -> None:
        self.begun: set[int] = set()
        self.stopped: set[int] = set()
        self.have_ended = False

    def take(self, kind: str, block: int) -> str:
        """What is wrong with an event of a block, in words."""
        words = self._fault(kind, block)
        self.begun.add(block)
        if kind == "content_block_stop":
            self.stopped.add(block)
        return words

    def left_open(self) -> str:
        """What is wrong at the end of the message, in words."""
        block = min(self.begun - self.stopped, default=None) if self.have_ended else None
        return (
            f"the message ends before its block {block} does: the content_block_stop is missing"
            if block is not None
            else ""
        )

    def _fault(self, kind: str, block: int) -> str:
        if self.have_ended:
            return f"{kind} of block {block} stands after message_delta, when all blocks have stopped"
        if kind == "content_block_start":
            return f"block {block} begins twice" if block in self.begun else ""
        if block not in self.begun:
            return f"{kind} of block {block} stands before its content_block_start, or that is missing"
        return f"{kind} of block {block} stands after its content_block_stop" if block in self.stopped else ""


def _chunks(events: tuple[Event, ...]) -> Fault | None:
    """A chunk between two of another answer, or a repeated chunk."""
    told = [(number, event) for number, event in enumerate(events) if type(event.json) is dict and event.json.get("id")]
    for (_, before), (number, event), (_, after) in zip(told, told[1:], told[2:], strict=False):
        if before.json["id"] == after.json["id"] != event.json["id"] and _is_of_one_choice(before, event, after):
            return number, "the chunk has another id than the chunks before and after it: it belongs to another answer"
    mixed = _two_answers(told)
    if mixed is not None:
        return mixed
    for (_, before), (number, event) in pairwise(told):
        if event.data == before.data and len(str(event.json.get("obfuscation", ""))) >= LONG_PADDING:
            return number, "the chunk repeats the one before it, with the same random padding (`obfuscation`)"
    return None


def _two_answers(told: list[tuple[int, Event]]) -> Fault | None:
    """Chunks of two answers, several of each. One chunk with an id of its own is a gateway's, at the end or the
    beginning; and where choices are streamed side by side, each may have its id.
    """
    others = [number for number, event in told if event.json["id"] != told[0][1].json["id"]]
    if not SEVERAL <= len(others) <= len(told) - SEVERAL or len({str(event.json["id"]) for _, event in told}) != 2:
        return None
    first = next(event for number, event in told if number == others[0])
    if _choice_of(first) != _choice_of(told[0][1]):
        return None
    return others[0], f"this chunk and {len(others) - 1} more have another id than the first: two answers are mixed"


SEVERAL = 2


def _is_of_one_choice(before: Event, event: Event, after: Event) -> bool:
    """Whether an event is of a choice that one of its neighbours is of, or of none: some servers give each an id."""
    return _choice_of(event) in (None, _choice_of(before), _choice_of(after))


def _choice_of(event: Event) -> Json:
    choices = event.json.get("choices")
    return choices[0].get("index") if type(choices) is list and choices and type(choices[0]) is dict else None


LONG_PADDING = 4  # random letters that two chunks do not share by chance


def _converse(events: tuple[Event, ...]) -> Fault | None:
    begun: set[int] = set()
    stopped: set[int] = set()
    has_ended = False
    for number, event in enumerate(events):
        kind, block = _step_of(event)
        has_ended = has_ended or kind == "messageStop"
        if kind not in BLOCK_STEPS or type(block) is not int:
            continue
        if has_ended:
            return number, f"{kind} of block {block} stands after messageStop"
        if block in stopped:
            return number, f"{kind} of block {block} stands after its contentBlockStop"
        if kind == "contentBlockStart" and block in begun:
            return number, f"block {block} begins after its first piece, or twice"
        begun.add(block)
        if kind == "contentBlockStop":
            stopped.add(block)
    return None


def _step_of(event: Event) -> tuple[str, Json]:
    """What an event does, and to which block: its name says it, or the one member that it has."""
    data = event.json
    if type(data) is not dict:
        return "", None
    if event.event in STEPS:
        return event.event, data.get("contentBlockIndex")
    kind = next((name for name in STEPS if type(data.get(name)) is dict), "")
    return kind, data[kind].get("contentBlockIndex") if kind else None


BLOCK_STEPS = ("contentBlockStart", "contentBlockDelta", "contentBlockStop")
STEPS = (*BLOCK_STEPS, "messageStop")
EXAMINED: Mapping[str, Callable[[tuple[Event, ...]], Fault | None]] = {
    "anthropic.messages": _anthropic,
    "bedrock.invoke": _anthropic,
    "bedrock.converse": _converse,
    "openai.chat": _chunks,
    "openai.responses": _numbers,
}

RULES.register(
    Rule(
        name="stream-events-out-of-order",
        category="stream",
        level="warning",
        summary="events of a stream are out of order, missing or there twice",
        doc=__doc__,
        about="stream",
        check=check,
    )
)
