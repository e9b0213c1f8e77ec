"""The stream of a run, folded into the run with its ``steps`` and ``messages``.

Its events are named after what they tell of: the run, a step or a message, as it is created, as it is completed, and
what is added to it as a delta. Source: the OpenAI API reference ("Assistants, streaming").
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from, error_in
from cassette_tools.decoding.streams import Making, folded, is_done
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import at, mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Json, Object


RUN, STEP, MESSAGE = "thread.run", "thread.run.step", "thread.message"
# What a run ends with; ``cancelling`` and the others before are no ends.
ENDS = ("completed", "failed", "requires_action", "incomplete", "cancelled", "expired")
_COLLECTIONS = {STEP: "steps", MESSAGE: "messages"}
# Strings that come in fragments; every other string comes whole.
FRAGMENTS = frozenset(("value", "arguments", "input", "logs", "refusal", "output"))


def kind_of(event: Event) -> str:
    """What an event is of, by the `object` in it, which a proxy that drops event names leaves."""
    kind = event.json.get("object") if type(event.json) is dict else None
    return kind if type(kind) is str else ""


class _Stream(Making):
    """A run in the making: its own object, its steps and messages in the order of their first events, by their ids,
    and the fragments of their strings, by pointer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.run: Object = {}
        self.parts: dict[str, dict[str, Object]] = {"steps": {}, "messages": {}}
        self.runs: dict[str, Runs] = {}

    def add(self, event: Event, number: int) -> None:
        value, kind = event.json, kind_of(event)
        if type(value) is not dict:
            self.ended = self.ended or is_done(event)
        elif event.event == "error" or (not kind and value.get("error")):
            self.fail(error_in(value, event_index=number) or error_from(value, value, "", number))
        elif kind == RUN:
            self.run.update(value)
        elif kind == "thread":
            self.run["thread"] = value
        else:
            self._add_part(kind, value, number)

    def _add_part(self, kind: str, value: Object, number: int) -> None:
        """A step or a message as it is now, or what is added to it."""
        collection = next((each for start, each in _COLLECTIONS.items() if kind.startswith(start)), None)
        if collection is None:
            return
        known, name = self.parts[collection], text(value.get("id")) or ""
        whole = known.setdefault(name, {})
        if not kind.endswith(".delta"):
            _replace(whole, value)
            return
        pointer = f"/{collection}/{[*known].index(name)}"
        for key, inner in mapping(value.get("delta")).items():
            self._join(whole, key, inner, pointer, number, "/delta")

    def _join(self, parent: Object, key: str, value: Json, pointer: str, number: int, where: str) -> None:
        """Put `value`, which stands under `key` of `where` in the event, under the same key of `parent`, which is at
        `pointer`.
        """
        here, there = f"{pointer}/{key}", f"{where}/{key}"
        before = parent.get(key)
        if isinstance(value, dict):
            inner = parent[key] = before if isinstance(before, dict) else {}
            for name, content in value.items():
                self._join(inner, name, content, here, number, there)
        elif _is_indexed(value):
            items = parent[key] = before if isinstance(before, list) else []
            for position, each in enumerate(value):
                self._join_item(items, each, here, number, f"{there}/{position}")
        elif isinstance(value, str) and key in FRAGMENTS:
            self.runs.setdefault(here, []).append((number, there, value))
            parent[key] = ""  # joined at the end
        elif value is not None or key not in parent:
            parent[key] = _copied(value)

    def _join_item(self, items: list[Json], value: Object, pointer: str, number: int, where: str) -> None:
        index = value["index"]
        if type(index) is not int or not 0 <= index < len(items):  # the next, or a gap: what stood there was lost
            index = len(items)
            items.append({})
        item = items[index]
        for key, inner in value.items() if isinstance(item, dict) else ():
            if key != "index":
                self._join(item, key, inner, f"{pointer}/{index}", number, where)

    def folded(self) -> Folded:
        body, trace = dict(self.run), Trace()
        body.update({collection: [*known.values()] for collection, known in self.parts.items() if known})
        for pointer, runs in self.runs.items():
            if _put(body, pointer, joined(runs)):
                trace.note(pointer, runs, "")
        has_ended = self.ended or self.run.get("status") in ENDS
        lacks = None if has_ended else "no `thread.run.completed`, nor another end of the run"
        return folded(body, trace, lacks, self.error)


def _is_indexed(value: Json) -> bool:
    """Whether a delta holds a list whose elements say where they belong."""
    return isinstance(value, list) and bool(value) and all("index" in mapping(each) for each in value)


def _replace(whole: Object, value: Object) -> None:
    """The object of a later event in place of an earlier one, but for what deltas are about to fill: events that tell
    of a state have it empty."""
    for key, inner in value.items():
        if inner or not whole.get(key):
            whole[key] = _copied(inner)


def _copied(value: Json) -> Json:
    """A value of an event, to be filled: the event keeps what it has."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _put(body: Json, pointer: str, content: str) -> bool:
    """Write a joined string where its last state belongs; false where a completed object has no such place."""
    *steps, last = pointer.split("/")[1:]
    holder = at(body, tuple([int(step) if step.isdecimal() else step for step in steps]))
    if isinstance(holder, dict):
        holder[last] = content
    return isinstance(holder, dict)


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one run. Never raises."""
    stream = _Stream()
    for number, event in enumerate(events):
        stream.add(event, number)
    return stream.folded()
