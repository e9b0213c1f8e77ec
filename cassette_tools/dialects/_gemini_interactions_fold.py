"""Streams of Gemini's Interactions API, folded into the interaction that the same call would have answered.

An event starts a step, says more of the step of an index, or stops it. The interaction that the last event brings has
no steps: they are those that were put together here. The revision before 2026-05-20 spoke of contents where this one
speaks of steps; its events are read as well.

Source: the Gemini API reference ("Streaming interactions", ``InteractionSseEvent``, ``StepDelta``).
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects import Folded
from cassette_tools.dialects._gemini_steps import CALL, MEDIA, RESULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import CallError, Event, Json

    Object = dict[str, Json]

ENDS = ("interaction.completed", "interaction.complete")  # the second: the revision before
# What an event says of itself, and of the interaction that it belongs to: the interaction says it too.
_ENVELOPE = frozenset(("event_type", "event_id", "interaction_id", "index"))


class _Step:
    """A step in the making: what it says, and the strings in it that come in pieces, by their pointers in it."""

    __slots__ = ("arguments", "entry", "old", "runs")

    def __init__(self, entry: Object, *, old: bool) -> None:
        self.entry = entry
        self.old = old  # a content of the older revision, which is its own text
        self.runs: dict[str, tuple[Object, str, Runs]] = {}  # by pointer: the holder, its key, the pieces
        self.arguments: Runs = []


class _Stream:
    """What has come so far."""

    __slots__ = ("ended", "error", "steps", "top")

    def __init__(self) -> None:
        self.steps: dict[int, _Step] = {}
        self.top: Object = {}
        self.ended = False
        self.error: CallError | None = None


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever the events hold."""
    stream = _Stream()
    old = False
    done = False
    for number, event in enumerate(events):
        value = event.json
        if type(value) is not dict:
            done = done or event.data.lstrip().startswith("[DONE]")
            continue
        kind = value.get("event_type")
        name = kind if isinstance(kind, str) else event.event or ""
        if name.startswith(("step.", "content.")):
            old = old or name.startswith("content.")
            _add_to_step(stream, name.partition(".")[2], value, number, old=name.startswith("content."))
        elif name == "error" or value.get("error"):
            inner = value.get("error") or value
            stream.error = stream.error or error_from(inner, mapping(inner), "/error", number)
        else:
            _add_to_interaction(stream, name, value)
    trace = Trace()
    key = "outputs" if old else "steps"
    if stream.steps:
        stream.top[key] = [
            _folded(stream.steps[index], f"/{key}/{place}", trace) for place, index in enumerate(sorted(stream.steps))
        ]
    ended = stream.ended or (done and stream.top.get("status") not in (None, "in_progress", "queued"))
    cut = None if ended or stream.error is not None else "no interaction.completed"
    return Folded(body=stream.top, trace=trace, complete=cut is None, cut=cut, error=stream.error)


def _add_to_interaction(stream: _Stream, name: str, value: Object) -> None:
    """An event that brings the interaction (as far as it is known), or its new state."""
    stream.ended = stream.ended or name in ENDS
    top = stream.top
    told = value.get("interaction")
    if type(told) is dict:
        for key, item in told.items():
            if item is not None and (key not in ("steps", "outputs") or item):
                top[key] = item
    elif told is not None:
        top["interaction"] = told
    for key, item in value.items():
        if item is not None and key not in _ENVELOPE and key != "interaction":
            top[key] = item
    if value.get("interaction_id") is not None:
        top.setdefault("id", value["interaction_id"])


# --- steps -----------------------------------------------------------------------------------------------------------


def _add_to_step(stream: _Stream, what: str, value: Object, number: int, *, old: bool) -> None:
    index = value.get("index")
    index = index if type(index) is int else len(stream.steps) - (what != "start")
    begun = "content" if old else "step"
    step = stream.steps.get(index)
    if what == "start":
        step = stream.steps[index] = _begun(value.get(begun), number, old=old)
    elif step is None:  # its beginning was not recorded
        step = stream.steps[index] = _Step({}, old=old)
    for key, item in value.items():
        if key == "delta" and type(item) is dict:
            _add_delta(step, item, number)
        elif key not in _ENVELOPE and item is not None and not (what == "start" and key == begun):
            step.entry[key] = item  # the counts of the step, and whatever else is said of it


def _begun(begun: Json, number: int, *, old: bool) -> _Step:
    step = _Step(dict(begun) if type(begun) is dict else {} if begun is None else {"step": begun}, old=old)
    where = "/content" if old else "/step"
    content = step.entry.get("content")
    if type(content) is list:
        step.entry["content"] = [dict(item) if type(item) is dict else item for item in content]
        for place, item in enumerate(step.entry["content"]):
            if type(item) is dict and type(item.get("text")) is str:
                at = f"/content/{place}/text"
                step.runs[at] = (item, "text", [(number, f"{where}/content/{place}", item["text"])])
    if type(step.entry.get("text")) is str:
        step.runs["/text"] = (step.entry, "text", [(number, where, step.entry["text"])])
    return step


def _add_delta(step: _Step, delta: Object, number: int) -> None:
    kind = text(delta.get("type")) or ""
    adder = _ADDERS.get(kind)
    if adder is not None:
        adder(step, delta, number)
    elif kind in MEDIA:
        _add_media(step, delta)
    elif kind.endswith((CALL, RESULT)):
        _add_whole(step, delta)
    else:
        step.entry.setdefault("deltas", []).append(delta)  # nobody has seen it yet


def _add_text(step: _Step, delta: Object, number: int) -> None:
    words = delta.get("text")
    holder, at = _open_text(step, "content", "model_output")
    _add_words(step, holder, at, words, number, "/delta")
    notes = {key: value for key, value in delta.items() if key not in ("type", "text") and value is not None}
    for key, value in notes.items():
        if key == "annotations" and type(value) is list:
            holder[key] = sequence(holder.get(key)) + value
        else:
            holder[key] = value


def _open_text(step: _Step, list_key: str, kind: str) -> tuple[Object, str]:
    """The text that the next words go on with, and its pointer in the step."""
    entry = step.entry
    entry.setdefault("type", "text" if step.old and list_key == "content" else kind)
    if step.old and entry["type"] == "text":
        return entry, "/text"
    items = entry.get(list_key)
    if type(items) is not list:
        items = entry[list_key] = [] if items is None else [items]
    last = items[-1] if items else None
    if type(last) is not dict or last.get("type") != "text":
        last = {"type": "text", "text": ""}
        items.append(last)
    return last, f"/{list_key}/{len(items) - 1}/text"


def _add_words(step: _Step, holder: Object, at: str, words: Json, number: int, where: str) -> None:
    if not isinstance(words, str):
        return
    known = step.runs.get(at)
    if known is None:
        before = holder.get("text")
        known = step.runs[at] = (holder, "text", [])
        if isinstance(before, str) and before:
            known[2].append((number, where, before))
    known[2].append((number, where, words))


def _add_notes(step: _Step, delta: Object, number: int) -> None:
    holder, _ = _open_text(step, "content", "model_output")
    notes = delta.get("annotations")
    if type(notes) is list:
        holder["annotations"] = sequence(holder.get("annotations")) + notes
    for key, value in delta.items():
        if key not in ("type", "annotations") and value is not None:
            holder[key] = value


def _add_summary(step: _Step, delta: Object, number: int) -> None:
    content = delta.get("content")
    step.entry.setdefault("type", "thought")
    if type(content) is dict and type(content.get("text")) is str:
        holder, at = _open_text(step, "summary", "thought")
        _add_words(step, holder, at, content["text"], number, "/delta/content")
        for key, value in content.items():
            if key not in ("type", "text") and value is not None:
                holder[key] = value
    elif content is not None:
        items = step.entry.get("summary")
        step.entry["summary"] = [*(items if type(items) is list else []), content]


def _add_signature(step: _Step, delta: Object, number: int) -> None:
    step.entry.setdefault("type", "thought")
    for key, value in delta.items():
        if key != "type" and value is not None:
            step.entry[key] = value


def _add_arguments(step: _Step, delta: Object, number: int) -> None:
    step.entry.setdefault("type", "function_call")
    pieces = delta.get("arguments")
    if isinstance(pieces, str):
        step.arguments.append((number, "/delta", pieces))
    elif type(pieces) is dict:
        step.entry["arguments"] = {**mapping(step.entry.get("arguments")), **pieces}
    for key, value in delta.items():
        if key not in ("type", "arguments") and value is not None:
            step.entry[key] = value


def _add_media(step: _Step, delta: Object) -> None:
    """A picture or a document comes whole; sound in pieces, of which each is base64 for itself."""
    entry = step.entry
    if step.old and entry.get("type", delta.get("type")) == delta.get("type"):
        _join_media(entry, delta)
        return
    entry.setdefault("type", "model_output")
    items = entry.get("content")
    if type(items) is not list:
        items = entry["content"] = [] if items is None else [items]
    last = items[-1] if items else None
    if delta.get("type") == "audio" and type(last) is dict and last.get("type") == "audio":
        _join_media(last, delta)
    else:
        items.append(dict(delta))


def _join_media(holder: Object, delta: Object) -> None:
    from cassette_tools.dialects._gemini_fold import joined_base64

    for key, value in delta.items():
        before = holder.get(key)
        if key == "data" and isinstance(value, str) and isinstance(before, str):
            holder[key] = joined_base64([before, value])
        elif value is not None:
            holder[key] = value


def _add_whole(step: _Step, delta: Object) -> None:
    """What a tool was asked, or gave: whole, under the type that the step has too."""
    for key, value in delta.items():
        before = step.entry.get(key)
        if type(before) is list and type(value) is list:
            step.entry[key] = before + value
        elif value is not None:
            step.entry[key] = value


_ADDERS = {
    "text": _add_text,
    "text_annotation_delta": _add_notes,
    "text_annotation": _add_notes,
    "thought_summary": _add_summary,
    "thought_signature": _add_signature,
    "arguments_delta": _add_arguments,
}


def _folded(step: _Step, pointer: str, trace: Trace) -> Object:
    for at, (holder, key, runs) in step.runs.items():
        holder[key] = joined(runs)
        trace.note(pointer + at, runs, key)
    if step.arguments:
        step.entry["arguments"] = _parsed(joined(step.arguments))
        trace.note(pointer + "/arguments", step.arguments, "arguments")
    return step.entry


def _parsed(words: str) -> Json:
    """Arguments are an object in an answer that is not streamed; what is no JSON stays the text that came."""
    from json import loads

    try:
        return loads(words) if words.strip() else {}
    except (ValueError, RecursionError):
        return words
