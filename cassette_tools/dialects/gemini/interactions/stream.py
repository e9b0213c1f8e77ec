"""Streams of Gemini's Interactions API, folded into the interaction that the same call would have answered.

An event starts a step, says more of the step of an index, or stops it. The interaction that the last event brings has
no steps: they are those that were put together here. The revision before 2026-05-20 spoke of contents where this one
speaks of steps; its events are read as well.

Source: the Gemini API reference ("Streaming interactions", ``InteractionSseEvent``, ``StepDelta``).
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.streams import Making, folded, is_done, parsed
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.gemini.interactions.steps import CALL, MEDIA, RESULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Json, Object

ENDS = ("interaction.completed", "interaction.complete")  # the second: the revision before
# What an event says of itself, and of the interaction that it belongs to: the interaction says it too.
_ENVELOPE = ("event_type", "event_id", "interaction_id", "index")
_RUNNING = (None, "in_progress", "queued")


class _Step:
    """A step in the making: what it says; the texts in it that come in pieces, by their pointers in it, each with the
    object that holds it; and the arguments of a call.
    """

    __slots__ = ("arguments", "entry", "old", "texts")

    def __init__(self, entry: Object, *, old: bool) -> None:
        self.entry = entry
        self.old = old  # a content of the older revision, which is its own text
        self.texts: dict[str, tuple[Object, Runs]] = {}
        self.arguments: Runs = []

    def begin(self, holder: Object, at: str, number: int, where: str) -> None:
        """The text that `holder` has already is the first piece of the one `at`; event `number` brought it."""
        begun = text(holder.get("text"))
        self.texts[at] = (holder, [] if begun is None else [(number, where, begun)])

    def append(self, holder: Object, at: str, words: Json, number: int, where: str) -> None:
        """One more piece of the text `at`."""
        if type(words) is str:
            if at not in self.texts:
                self.begin(holder, at, number, where)
            self.texts[at][1].append((number, where, words))


class _Stream(Making):
    """What has come so far."""

    __slots__ = ("old", "steps", "top")

    def __init__(self) -> None:
        super().__init__()
        self.steps: dict[int, _Step] = {}
        self.top: Object = {}
        self.old = False  # whether any event is one of the older revision


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one stream. Never raises, whatever the events hold."""
    stream = _Stream()
    done = False
    for number, event in enumerate(events):
        if type(event.json) is dict:
            _add(stream, event, number)
        else:
            done = done or is_done(event)
    trace = Trace()
    key = "outputs" if stream.old else "steps"
    steps = [stream.steps[index] for index in sorted(stream.steps)]
    if steps:
        stream.top[key] = [_whole(step, f"/{key}/{place}", trace) for place, step in enumerate(steps)]
    ended = stream.ended or (done and stream.top.get("status") not in _RUNNING)
    return folded(stream.top, trace, None if ended else "no interaction.completed", stream.error)


def _add(stream: _Stream, event: Event, number: int) -> None:
    value = event.json
    kind = value.get("event_type")
    name = kind if isinstance(kind, str) else event.event or ""
    subject, _, what = name.partition(".")
    if what and subject in ("step", "content"):
        _add_to_step(stream, what, value, number, old=subject == "content")
    elif name == "error" or value.get("error"):
        inner = value.get("error") or value
        stream.fail(error_from(inner, mapping(inner), "/error", number))
    else:
        _add_to_interaction(stream, name, value)


def _add_to_interaction(stream: _Stream, name: str, value: Object) -> None:
    """An event that brings the interaction (as far as it is known), or its new state."""
    stream.ended = stream.ended or name in ENDS
    top, whole = stream.top, value.get("interaction")
    if type(whole) is dict:
        _update(top, whole, *[key for key in ("steps", "outputs") if not whole.get(key)])
    elif whole is not None:
        top["interaction"] = whole
    _update(top, value, "interaction", *_ENVELOPE)
    if value.get("interaction_id") is not None:
        top.setdefault("id", value["interaction_id"])


def _update(holder: Object, values: Object, *but: str) -> None:
    """Put members into an object, but for some keys; a null says nothing."""
    for key, value in values.items():
        if value is not None and key not in but:
            holder[key] = value


def _items(entry: Object, key: str) -> list[Json]:
    """The list under a key, of which what stood there in place of a list is the first."""
    items = entry.get(key)
    if type(items) is not list:
        items = entry[key] = [] if items is None else [items]
    return items


# --- steps -----------------------------------------------------------------------------------------------------------


def _add_to_step(stream: _Stream, what: str, value: Object, number: int, *, old: bool) -> None:
    stream.old = stream.old or old
    index = value.get("index")
    index = index if type(index) is int else len(stream.steps) - (what != "start")
    begun = "content" if old else "step"
    but = ["delta"] if type(value.get("delta")) is dict else []
    if what == "start":
        stream.steps[index] = _begun(value.get(begun), number, f"/{begun}", old=old)
        but.append(begun)
    elif index not in stream.steps:  # its beginning was not recorded
        stream.steps[index] = _Step({}, old=old)
    step = stream.steps[index]
    _update(step.entry, value, *but, *_ENVELOPE)  # the counts of the step, and whatever else is said of it
    _add_delta(step, mapping(value.get("delta")), number)


def _begun(begun: Json, number: int, where: str, *, old: bool) -> _Step:
    entry = dict(begun) if type(begun) is dict else {} if begun is None else {"step": begun}
    step = _Step(entry, old=old)
    for key in ("content", "summary"):
        if type(entry.get(key)) is list:
            entry[key] = [dict(item) if type(item) is dict else item for item in entry[key]]
            for place, item in enumerate(entry[key]):
                _begin_text(step, item, f"/{key}/{place}", number, where)
    _begin_text(step, entry, "", number, where)
    return step


def _begin_text(step: _Step, holder: Json, at: str, number: int, where: str) -> None:
    if type(mapping(holder).get("text")) is str:
        step.begin(holder, f"{at}/text", number, where + at)


def _add_delta(step: _Step, delta: Object, number: int) -> None:
    kind = text(delta.get("type")) or ""
    adder = _ADDERS.get(kind)
    if adder is not None:
        adder(step, delta, number)
    elif kind.endswith((CALL, RESULT)):
        _add_whole(step, delta)
    elif delta:
        step.entry.setdefault("deltas", []).append(delta)  # nobody has seen it yet


def _add_text(step: _Step, delta: Object, number: int) -> None:
    """More of a text, or notes to it."""
    holder, at = _open_text(step, "content", "model_output")
    step.append(holder, at, delta.get("text"), number, "/delta")
    notes = delta.get("annotations")
    if type(notes) is list:
        holder["annotations"] = sequence(holder.get("annotations")) + notes
    _update(holder, delta, "type", "text", *(("annotations",) if type(notes) is list else ()))


def _open_text(step: _Step, list_key: str, kind: str) -> tuple[Object, str]:
    """The text that the next words go on with, and its pointer in the step."""
    entry = step.entry
    entry.setdefault("type", "text" if step.old and list_key == "content" else kind)
    if step.old and entry["type"] == "text":
        return entry, "/text"
    items = _items(entry, list_key)
    last = items[-1] if items else None
    if type(last) is not dict or last.get("type") != "text":
        last = {"type": "text", "text": ""}
        items.append(last)
    return last, f"/{list_key}/{len(items) - 1}/text"


def _add_summary(step: _Step, delta: Object, number: int) -> None:
    content = delta.get("content")
    step.entry.setdefault("type", "thought")
    if type(content) is dict and type(content.get("text")) is str:
        holder, at = _open_text(step, "summary", "thought")
        step.append(holder, at, content["text"], number, "/delta/content")
        _update(holder, content, "type", "text")
    elif content is not None:
        _items(step.entry, "summary").append(content)


def _add_signature(step: _Step, delta: Object, number: int) -> None:
    step.entry.setdefault("type", "thought")
    _update(step.entry, delta, "type")


def _add_arguments(step: _Step, delta: Object, number: int) -> None:
    step.entry.setdefault("type", "function_call")
    pieces = delta.get("arguments")
    if isinstance(pieces, str):
        step.arguments.append((number, "/delta", pieces))
    elif type(pieces) is dict:
        step.entry["arguments"] = {**mapping(step.entry.get("arguments")), **pieces}
    _update(step.entry, delta, "type", "arguments")


def _add_media(step: _Step, delta: Object, number: int) -> None:
    """A picture or a document comes whole; sound in pieces, of which each is base64 for itself."""
    entry = step.entry
    if step.old and entry.get("type", delta["type"]) == delta["type"]:
        _join_media(entry, delta)
        return
    entry.setdefault("type", "model_output")
    items = _items(entry, "content")
    if items and delta["type"] == "audio" and mapping(items[-1]).get("type") == "audio":
        _join_media(items[-1], delta)
    else:
        items.append(dict(delta))


def _join_media(holder: Object, delta: Object) -> None:
    before, data = holder.get("data"), delta.get("data")
    _update(holder, delta)
    if isinstance(before, str) and isinstance(data, str):
        holder["data"] = joined_base64([before, data])


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
    "text_annotation_delta": _add_text,
    "text_annotation": _add_text,
    "thought_summary": _add_summary,
    "thought_signature": _add_signature,
    "arguments_delta": _add_arguments,
    **dict.fromkeys(MEDIA, _add_media),
}


def _whole(step: _Step, pointer: str, trace: Trace) -> Object:
    for at, (holder, runs) in step.texts.items():
        holder["text"] = joined(runs)
        trace.note(pointer + at, runs, "text")
    if step.arguments:  # an object in an answer that is not streamed; what is no JSON stays the text that came
        words = joined(step.arguments)
        step.entry["arguments"] = parsed(words) if words.strip() else {}
        trace.note(pointer + "/arguments", step.arguments, "arguments")
    return step.entry
