"""Responses streams, folded into the `response` object of the same answer without streaming.

Everything is keyed by ``output_index`` and, within an item, by ``content_index`` or ``summary_index``, never by
``item_id``: GitHub Copilot seals its ids anew, so that every event of one item has another (2025), and OpenRouter's
differ between the item's end and the stream's.

The same words come three times: as deltas, in the ``.done`` event, and in the snapshot with which the stream ends. The
later one counts, and a difference is reported: somebody edited the recording.

Sources: the OpenAI API reference ("Streaming events"); the amendments answer ChatGPT's Codex back end (the last
snapshot has no output), GitHub Copilot, OpenRouter and xAI.
"""

from __future__ import annotations

from cassette_tools.data.openai_events import SITES
from cassette_tools.decoding.errors import error_from, error_in
from cassette_tools.decoding.streams import Making, folded
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.values import index_of, mapping, sequence, text
from cassette_tools.dialects.openai_responses.output import Item, String, joined_output
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding import Folded
    from cassette_tools.model import Event, Json, Object


DELTAS = {f"response.{name}.delta": (name, site) for name, site in SITES.items()}
WHOLES = {f"response.{name}.done": (name, site) for name, site in SITES.items()}

# The events that end a stream, and the states of a response that has ended.
ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled", "response.done")
ENDED = frozenset(("completed", "incomplete", "failed", "cancelled", "complete"))

# An event that has nothing but these tells of progress (``response.web_search_call.searching``), of which the item's
# own status is the sum.
_STRUCTURE = frozenset(
    ("type", "sequence_number", "output_index", "item_id", "content_index", "summary_index", "obfuscation")
)


_MANY = 1000  # parts of one item, or commands of one call; a larger index is not believed


class Stream(Making):
    """A stream in the making: the response as it was last sent, and its items."""

    __slots__ = ("items", "latest", "numbers", "snapshot", "snapshot_event", "unknown")

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[int, Item] = {}
        self.latest = 0  # the index of the item that was last sent
        self.snapshot: Object = {}
        self.snapshot_event = 0
        self.numbers: list[int] = []
        self.unknown: list[Json] = []

    def item(self, chunk: Object) -> Item:
        """The item that an event speaks of; the latest when it does not say."""
        return self.item_at(index_of(chunk.get("output_index"), self.latest))

    def item_at(self, index: int) -> Item:
        item = self.items.get(index)
        if item is None:
            item = self.items[index] = Item()
        return item

    def send(self, chunk: Object, index: int) -> Item | None:
        """An event has an item as a whole."""
        sent = chunk.get("item")
        if type(sent) is not dict:
            self.unknown.append(chunk)
            return None
        self.latest = index
        item = self.item_at(index)
        item.sent = sent
        return item


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = Stream()
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            stream.fail(_stray_error(event, number))
            continue
        kind = chunk.get("type")
        if type(kind) is not str:
            kind = event.event or ""
        take(stream, chunk, number, kind)
    return _folded(stream)


def take(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """Take up one event of this kind."""
    counted = chunk.get("sequence_number")
    if type(counted) is int:
        stream.numbers.append(counted)
    if kind in DELTAS:
        _delta(stream, chunk, number, kind)
    else:
        _HANDLERS.get(kind, _other)(stream, chunk, number, kind)


def joined_response(stream: Stream, trace: Trace, problems: list[Problem]) -> Object:
    """The response that the events make; notes where its strings came from, and what contradicts itself."""
    body: Object = dict(stream.snapshot)
    output = joined_output(stream.items, body, stream.snapshot_event, trace, problems)
    if output or "output" in body or stream.ended:
        body["output"] = output
    if stream.unknown:
        body["unknown_events"] = stream.unknown
    return body


def _folded(stream: Stream) -> Folded:
    trace = Trace()
    problems: list[Problem] = []
    body = joined_response(stream, trace, problems)
    if body:
        body.setdefault("object", "response")
    lost = _lost(stream.numbers)
    if lost is not None:
        problems.append(Problem(kind="stream-events-lost", message=lost))
    lacks = None if stream.ended else "no response.completed, response.incomplete or response.failed"
    return folded(body, trace, lacks, stream.error, problems)


def _lost(numbers: list[int]) -> str | None:
    """What the numbers of the events lack. They count up by one, from 0 or from where a stream was taken up again."""
    if not numbers or numbers[-1] - numbers[0] == len(numbers) - 1 == len(set(numbers)) - 1:
        return None
    seen = set(numbers)
    first, last = min(seen), max(seen)
    missing = last - first + 1 - len(seen)
    if missing <= 0:
        return None  # numbers that do not count, or events in another order
    gap = next(number for number in range(first, last) if number not in seen)
    many = f"{missing} events are" if missing > 1 else "1 event is"
    return f"{many} missing from the stream: no event has sequence_number {gap}, and later ones are there"


def _counted(chunk: Object, key: str) -> int:
    """Which of a list an event speaks of; the first when it does not say, or when there is no list (``""``)."""
    index = chunk.get(key) if key else 0
    return min(index, _MANY) if type(index) is int and index >= 0 else 0


# --- strings ---------------------------------------------------------------------------------------------------------


def _delta(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """A piece of a string."""
    words = chunk.get("delta")
    if type(words) is not str:
        if words is not None:
            stream.unknown.append(chunk)
        return
    name, site = DELTAS[kind]
    item, index = stream.item(chunk), _counted(chunk, site.index)
    string = item.strings.get((name, index))
    if string is None:
        string = item.strings[name, index] = String()
    string.runs.append((number, "", words))
    scores = sequence(chunk.get("logprobs"))
    if scores:
        item.beside.setdefault(("logprobs", index), []).extend(scores)


def _whole(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """``….done``: the string that the deltas made, whole."""
    name, site = WHOLES[kind]
    item, words, index = stream.item(chunk), chunk.get(site.whole), _counted(chunk, site.index)
    if type(words) is str:
        string = item.strings.setdefault((name, index), String())
        string.event, string.whole = number, words
    elif words is not None:
        stream.unknown.append(chunk)
    scores = sequence(chunk.get("logprobs"))
    if scores:
        item.beside["logprobs", index] = [*scores]


def _command_added(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """A command of a shell begins, as a rule with nothing of it."""
    command = chunk.get("command")
    if command is not None and not isinstance(command, str):
        stream.unknown.append(chunk)
    elif command:
        _whole(stream, chunk, number, "response.shell_call_command.done")


# --- items and their parts -------------------------------------------------------------------------------------------


def _item_added(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """An item begins; one without an index is the next."""
    index = chunk.get("output_index")
    if type(index) is not int:
        index = max((known for known, item in stream.items.items() if item.sent is not None), default=-1) + 1
    item = stream.send(chunk, index)
    if item is not None:
        item.begun = number


def _item_done(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    item = stream.send(chunk, index_of(chunk.get("output_index"), stream.latest))
    if item is not None:
        item.done = number


def _part(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """``content_part`` and ``reasoning_summary_part``: what one of an item's parts begins as, or has become."""
    part = chunk.get("part")
    if type(part) is not dict:
        stream.unknown.append(chunk)
        return
    listed, index = ("summary", "summary_index") if "summary" in kind else ("content", "content_index")
    stream.item(chunk).parts[listed, _counted(chunk, index)] = (number, part)


def _annotation(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    known = stream.item(chunk).beside.setdefault(("annotations", _counted(chunk, "content_index")), [])
    place = chunk.get("annotation_index")
    if type(place) is int and 0 <= place < len(known):
        known[place] = chunk.get("annotation")
    else:
        known.append(chunk.get("annotation"))


def _partial_image(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """A sketch of the image that is to come: the last one is kept while the image itself has not."""
    item = stream.item(chunk)
    if item.done < 0 and type(chunk.get("partial_image_b64")) is str:
        sketch = {key: value for key, value in chunk.items() if key not in _STRUCTURE}
        item.sent = {**(item.sent or {"type": "image_generation_call"}), "partial_image": sketch}


def _shell_output(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """What a command of the provider's own shell prints; the item has it whole when it is done."""
    item = stream.item(chunk)
    if item.done < 0:
        sent = item.sent or {"type": "shell_call_output"}
        output = sent.get("output")
        output = list(output) if type(output) is list else []
        printed = chunk.get("delta") if kind.endswith("delta") else chunk.get("output")
        item.sent = {**sent, "output": _printed(output, _counted(chunk, "command_index"), printed)}


def _printed(output: list[Json], index: int, printed: Json) -> list[Json]:
    """What the commands have printed so far, and more: all of it, or what the one at `index` goes on with."""
    if type(printed) is list:
        return printed
    if type(printed) is dict:
        output.extend({} for _ in range(index + 1 - len(output)))
        entry = dict(mapping(output[index]))
        for name, words in printed.items():
            before = entry.get(name)
            entry[name] = before + words if type(before) is str and type(words) is str else words
        output[index] = entry
    return output


# --- the response, and failure ---------------------------------------------------------------------------------------


def _snapshot(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """The response as a whole: at first without its output, at last with all of it."""
    response = _sent(stream, mapping(chunk.get("response")), kind)
    if response:
        stream.snapshot, stream.snapshot_event = response, number
    stream.ended = stream.ended or _has_ended(response)
    if response.get("error"):
        stream.fail(error_from(response["error"], response, "/error", number))
    elif kind == "response.failed" or response.get("status") == "failed":
        words = "the response failed, and nothing says why"
        stream.fail(_failure(words, response, number, pointer="/error"))


def _sent(stream: Stream, response: Object, kind: str) -> Object:
    """The response that an event brings, with what it leaves out."""
    if response and "output" not in response and type(stream.snapshot.get("output")) is list:
        response = {**stream.snapshot, **response}  # Codex over some proxies ends with id and usage alone
    if kind not in ENDS or _has_ended(response):
        return response
    status = "completed" if kind == "response.done" else kind.removeprefix("response.")
    return {**(response or stream.snapshot), "status": status}  # the event's name says it then


def _has_ended(response: Object) -> bool:
    status = response.get("status")
    return isinstance(status, str) and status in ENDED


def _failure(words: str, raw: Json, number: int, *, pointer: str = "") -> CallError:
    return CallError(type=None, code=None, message=words, in_stream=True, raw=raw, pointer=pointer, event_index=number)


def _error(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """``error``: documented with its words beside the type, seen with an object of them (2025)."""
    inner = chunk.get("error")
    if inner:
        stream.fail(error_from(inner, chunk, "/error", number))
        return
    said = {key: value for key, value in chunk.items() if key not in ("type", "sequence_number")}
    stream.fail(error_from(said or chunk, {}, "", number))


def _nothing(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """``keepalive`` keeps the connection open."""


def _other(stream: Stream, chunk: Object, number: int, kind: str) -> None:
    """Events of no known name: another snapshot, an error without a type, progress, or what only its sender knows."""
    if type(chunk.get("response")) is dict:
        _snapshot(stream, chunk, number, kind)
    elif chunk.get("error") and "type" not in chunk:
        stream.fail(error_in(chunk, event_index=number))
    elif not _STRUCTURE.issuperset(chunk):
        stream.unknown.append(chunk)


def _stray_error(event: Event, number: int) -> CallError | None:
    """An error in data that are no object: a list of one, or plain words under ``event: error``."""
    if type(event.json) is list:
        return error_in(event.json, event_index=number)
    if event.event == "error":
        return _failure(text(event.data) or "an error without words", event.data, number)
    return None


_HANDLERS: dict[str, Callable[[Stream, Object, int, str], None]] = {
    "response.created": _snapshot,
    "response.queued": _snapshot,
    "response.in_progress": _snapshot,
    **dict.fromkeys(ENDS, _snapshot),
    **dict.fromkeys(WHOLES, _whole),
    "response.output_item.added": _item_added,
    "response.output_item.done": _item_done,
    "response.content_part.added": _part,
    "response.content_part.done": _part,
    "response.reasoning_summary_part.added": _part,
    "response.reasoning_summary_part.done": _part,
    "response.output_text.annotation.added": _annotation,
    "response.image_generation_call.partial_image": _partial_image,
    "response.shell_call_command.added": _command_added,
    "response.shell_call_output_content.delta": _shell_output,
    "response.shell_call_output_content.done": _shell_output,
    "error": _error,
    "response.error": _error,
    "keepalive": _nothing,
    "ping": _nothing,
}
