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

from cassette_tools.decoding.errors import error_from, error_in
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects import Folded
from cassette_tools.dialects._responses_output import joined_output
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.trace import Runs
    from cassette_tools.dialects._responses_output import Key, Site
    from cassette_tools.model import Event, Json

    Merge = dict[str, Json]

# Where the string that an event carries stands in its item: the keys that lead to it; the key of the event that says
# which of a list it is ("" where there is no list); the keys below that; the key under which `.done` has it whole.
_CONTENT = (("content",), "content_index", ("text",), "text")
_SITES: dict[str, Site] = {
    "output_text": _CONTENT,
    "refusal": (("content",), "content_index", ("refusal",), "refusal"),
    "reasoning_text": _CONTENT,
    "reasoning": _CONTENT,  # Azure and vLLM before the name was settled, 2025
    "reasoning_summary_text": (("summary",), "summary_index", ("text",), "text"),
    "reasoning_summary": (("summary",), "summary_index", ("text",), "text"),
    "function_call_arguments": ((), "", ("arguments",), "arguments"),
    "custom_tool_call_input": ((), "", ("input",), "input"),
    "mcp_call_arguments": ((), "", ("arguments",), "arguments"),
    "code_interpreter_call_code": ((), "", ("code",), "code"),
    "audio": (("content",), "content_index", ("data",), "data"),
    "audio.transcript": (("content",), "content_index", ("transcript",), "transcript"),
    "shell_call_command": (("action", "commands"), "command_index", (), "command"),
    "apply_patch_call_operation_diff": ((), "", ("operation", "diff"), "diff"),
}
DELTAS = {f"response.{name}.delta": (name, site) for name, site in _SITES.items()}
WHOLES = {f"response.{name}.done": (name, site) for name, site in _SITES.items()}

# The events that end a stream, and the states of a response that has ended.
ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled", "response.done")
ENDED = frozenset(("completed", "incomplete", "failed", "cancelled", "complete"))

# An event that has nothing but these tells of progress (``response.web_search_call.searching``), of which the item's
# own status is the sum.
_STRUCTURE = frozenset(
    ("type", "sequence_number", "output_index", "item_id", "content_index", "summary_index", "obfuscation")
)


class Stream:
    """A stream in the making."""

    __slots__ = (
        "annotations",
        "begun",
        "done",
        "ended",
        "error",
        "items",
        "latest",
        "logprobs",
        "numbers",
        "part_events",
        "parts",
        "snapshot",
        "snapshot_event",
        "strings",
        "unknown",
        "wholes",
    )

    def __init__(self) -> None:
        self.items: dict[int, Merge] = {}  # the item at each output index, as it was last sent
        self.begun: dict[int, int] = {}  # the event that began it
        self.done: dict[int, int] = {}  # the event that ended it
        self.latest = 0
        self.parts: dict[tuple[int, str, int], Json] = {}
        self.part_events: dict[tuple[int, str, int], int] = {}
        self.strings: dict[Key, Runs] = {}
        self.wholes: dict[Key, tuple[int, str]] = {}
        self.annotations: dict[tuple[int, int], list[Json]] = {}
        self.logprobs: dict[tuple[int, int], list[Json]] = {}
        self.snapshot: Merge = {}
        self.snapshot_event = 0
        self.ended = False
        self.error: CallError | None = None
        self.numbers: list[int] = []
        self.unknown: list[Json] = []


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever they hold."""
    stream = Stream()
    strings, numbers = stream.strings, stream.numbers
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            stream.error = stream.error or _stray_error(event, number)
            continue
        kind = chunk.get("type")
        if type(kind) is not str:
            kind = event.event or ""
        counted = chunk.get("sequence_number")
        if type(counted) is int:
            numbers.append(counted)
        delta = DELTAS.get(kind)
        if delta is None:
            _HANDLERS.get(kind, _other)(stream, chunk, number, kind)
            continue
        words = chunk.get("delta")
        if type(words) is not str:
            if words is not None:
                stream.unknown.append(chunk)
            continue
        name, site = delta
        key = (_index(stream, chunk), name, _sub_index(chunk, site))
        runs = strings.get(key)
        if runs is None:
            strings[key] = [(number, "", words)]
        else:
            runs.append((number, "", words))
        if chunk.get("logprobs"):
            _add_logprobs(stream, key, chunk["logprobs"])
    return _folded(stream)


def _folded(stream: Stream) -> Folded:
    trace = Trace()
    problems: list[Problem] = []
    body: Merge = dict(stream.snapshot)
    output = joined_output(stream, _SITES, trace, problems)
    if output or "output" in body or stream.ended:
        body["output"] = output
    if body:
        body.setdefault("object", "response")
    if stream.unknown:
        body["unknown_events"] = stream.unknown
    lost = _lost(stream.numbers)
    if lost is not None:
        problems.append(Problem(kind="stream-events-lost", message=lost))
    error = stream.error
    cut = None
    if not stream.ended and error is None:
        cut = "no response.completed, response.incomplete or response.failed"
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=error, problems=tuple(problems))


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


# --- places ----------------------------------------------------------------------------------------------------------


def _index(stream: Stream, chunk: Merge) -> int:
    """The item that an event speaks of; the latest when it does not say."""
    index = chunk.get("output_index")
    return index if type(index) is int else stream.latest


def _sub_index(chunk: Merge, site: Site) -> int:
    index = chunk.get(site[1]) if site[1] else 0
    return index if type(index) is int and index >= 0 else 0


# --- events ----------------------------------------------------------------------------------------------------------


def _whole(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """``….done``: the string that the deltas made, whole."""
    name, site = WHOLES[kind]
    words = chunk.get(site[3])
    key = (_index(stream, chunk), name, _sub_index(chunk, site))
    if type(words) is str:
        stream.wholes[key] = (number, words)
    elif words is not None:
        stream.unknown.append(chunk)
    if chunk.get("logprobs"):
        stream.logprobs.pop((key[0], key[2]), None)
        _add_logprobs(stream, key, chunk["logprobs"])


def _command_added(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """A command of a shell begins, as a rule with nothing of it."""
    command = chunk.get("command")
    if command is not None and not isinstance(command, str):
        stream.unknown.append(chunk)
    elif command:
        _whole(stream, chunk, number, "response.shell_call_command.done")


def _add_logprobs(stream: Stream, key: Key, value: Json) -> None:
    if type(value) is list:
        stream.logprobs.setdefault((key[0], key[2]), []).extend(value)


def _item_added(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    item = chunk.get("item")
    if type(item) is not dict:
        stream.unknown.append(chunk)
        return
    index = chunk.get("output_index")
    if type(index) is not int:
        index = max(stream.items, default=-1) + 1
    stream.items[index] = item
    stream.begun[index] = number
    stream.latest = index


def _item_done(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    item = chunk.get("item")
    if type(item) is not dict:
        stream.unknown.append(chunk)
        return
    index = _index(stream, chunk)
    stream.items[index] = item
    stream.done[index] = number
    stream.latest = index


def _part(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """``content_part`` and ``reasoning_summary_part``: what one of an item's parts begins as, or has become."""
    part = chunk.get("part")
    if type(part) is not dict:
        stream.unknown.append(chunk)
        return
    where, which = ("summary", "summary_index") if "summary" in kind else ("content", "content_index")
    at = chunk.get(which)
    key = (_index(stream, chunk), where, at if type(at) is int and at >= 0 else 0)
    stream.parts[key] = part
    stream.part_events[key] = number


def _annotation(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    index, at = _index(stream, chunk), chunk.get("content_index")
    known = stream.annotations.setdefault((index, at if type(at) is int and at >= 0 else 0), [])
    place = chunk.get("annotation_index")
    if type(place) is int and 0 <= place < len(known):
        known[place] = chunk.get("annotation")
    else:
        known.append(chunk.get("annotation"))


def _snapshot(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """The response as a whole: at first without its output, at last with all of it."""
    response = chunk.get("response")
    if type(response) is not dict:
        response = {}
    elif "output" not in response and type(stream.snapshot.get("output")) is list:
        response = {**stream.snapshot, **response}  # Codex over some proxies ends with id and usage alone
    status = response.get("status")
    has_ended = isinstance(status, str) and status in ENDED
    if kind in ENDS and not has_ended:  # the event's name says it then
        status = "completed" if kind == "response.done" else kind.removeprefix("response.")
        response = {**(response or stream.snapshot), "status": status}
    if response:
        stream.snapshot = response
        stream.snapshot_event = number
    stream.ended = stream.ended or has_ended or kind in ENDS
    failure = response.get("error")
    if failure:
        stream.error = stream.error or error_from(failure, response, "/error", number)
    elif kind == "response.failed" or status == "failed":
        words = "the response failed, and nothing says why"
        stream.error = stream.error or CallError(
            type=None, code=None, message=words, in_stream=True, raw=response, pointer="/error", event_index=number
        )


def _error(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """``error``: documented with its words beside the type, seen with an object of them (2025)."""
    if stream.error is not None:
        return
    inner = chunk.get("error")
    if inner:
        stream.error = error_from(inner, chunk, "/error", number)
        return
    said = {key: value for key, value in chunk.items() if key not in ("type", "sequence_number")}
    stream.error = error_from(said or chunk, {}, "", number)


def _nothing(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """``keepalive`` keeps the connection open."""


def _partial_image(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """A sketch of the image that is to come: the last one is kept while the image itself has not."""
    index = _index(stream, chunk)
    if index not in stream.done and type(chunk.get("partial_image_b64")) is str:
        item = dict(stream.items.get(index) or {"type": "image_generation_call"})
        item["partial_image"] = {key: value for key, value in chunk.items() if key not in _STRUCTURE}
        stream.items[index] = item


def _shell_output(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """What a command of the provider's own shell prints; the item has it whole when it is done."""
    index = _index(stream, chunk)
    at = chunk.get("command_index")
    at = at if type(at) is int and 0 <= at < _MANY else 0
    printed = chunk.get("delta") if kind.endswith("delta") else chunk.get("output")
    if index in stream.done:
        return
    item = dict(stream.items.get(index) or {"type": "shell_call_output"})
    output = item.get("output")
    output = list(output) if type(output) is list else []
    if type(printed) is dict:
        output.extend({} for _ in range(at + 1 - len(output)))
        entry = dict(mapping(output[at]))
        for name, words in printed.items():
            before = entry.get(name)
            entry[name] = before + words if type(before) is str and type(words) is str else words
        output[at] = entry
    elif type(printed) is list:
        output = printed
    item["output"] = output
    stream.items[index] = item


_MANY = 1000  # commands of one call; a larger index is not believed


def _other(stream: Stream, chunk: Merge, number: int, kind: str) -> None:
    """Events of no known name: another snapshot, an error without a type, progress, or what only its sender knows."""
    if type(chunk.get("response")) is dict:
        _snapshot(stream, chunk, number, kind)
    elif chunk.get("error") and "type" not in chunk:
        stream.error = stream.error or error_in(chunk, event_index=number)
    elif not _STRUCTURE.issuperset(chunk):
        stream.unknown.append(chunk)


def _stray_error(event: Event, number: int) -> CallError | None:
    """An error in data that are no object: a list of one, or plain words under ``event: error``."""
    if type(event.json) is list:
        return error_in(event.json, event_index=number)
    if event.event == "error":
        return CallError(
            type=None, code=None, message=text(event.data) or "an error without words", in_stream=True, raw=event.data,
            event_index=number,
        )  # fmt: skip
    return None


_HANDLERS: dict[str, Callable[[Stream, Merge, int, str], None]] = {
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
