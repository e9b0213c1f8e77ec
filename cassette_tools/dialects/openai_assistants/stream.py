"""The stream of a run, folded into the run with its ``steps`` and ``messages``.

Its events are named after what they tell of: the run, a step or a message, as it is created, as it is completed, and
what is added to it as a delta. Source: the OpenAI API reference ("Assistants, streaming").
"""

from __future__ import annotations

from cassette_tools.decoding import Folded
from cassette_tools.decoding.errors import error_from, error_in
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import CallError, Event, Json

    Merge = dict[str, Json]

RUN, STEP, MESSAGE = "thread.run", "thread.run.step", "thread.message"
# What a run ends with; ``cancelling`` and the others before are no ends.
ENDS = ("completed", "failed", "requires_action", "incomplete", "cancelled", "expired")
# Strings that come in fragments; every other string comes whole.
FRAGMENTS = frozenset(("value", "arguments", "input", "logs", "refusal", "output"))


def kind_of(event: Event) -> str:
    """What an event is of, by the `object` in it, which a proxy that drops event names leaves."""
    kind = event.json.get("object") if type(event.json) is dict else None
    return kind if type(kind) is str else ""


class _Stream:
    """A run in the making: its own object, its steps and messages in the order of their first events, by their ids."""

    def __init__(self) -> None:
        self.run: Merge = {}
        self.steps: dict[str, Merge] = {}
        self.messages: dict[str, Merge] = {}
        self.runs: dict[tuple[str, str, str], Runs] = {}  # fragments, by collection, id and pointer within
        self.error: CallError | None = None
        self.is_done = False

    def add(self, event: Event, number: int) -> None:
        value = event.json
        if type(value) is not dict:
            self.is_done = self.is_done or event.data.lstrip().startswith("[DONE]")
            return
        kind = kind_of(event)
        if event.event == "error" or (not kind and value.get("error")):
            self.error = self.error or error_in(value, event_index=number) or error_from(value, value, "", number)
        elif kind == RUN:
            self.run.update(value)
        elif kind.startswith(STEP):
            self._place("steps", self.steps, kind, value, number)
        elif kind.startswith(MESSAGE):
            self._place("messages", self.messages, kind, value, number)
        elif kind == "thread":
            self.run["thread"] = value

    def _place(self, collection: str, known: dict[str, Merge], kind: str, value: Merge, number: int) -> None:
        name = text(value.get("id")) or ""
        whole = known.setdefault(name, {})
        if not kind.endswith(".delta"):
            _replace(whole, value)
            return
        for key, inner in mapping(value.get("delta")).items():
            self._join(whole, key, inner, (collection, name, ""), number, "/delta")

    def _join(self, parent: Merge, key: str, value: Json, at: tuple[str, str, str], number: int, where: str) -> None:
        """Put `value`, which stands under `key` of `where` in the event, under the same key of `parent`."""
        collection, name, pointer = at
        here, there = f"{pointer}/{key}", f"{where}/{key}"
        if isinstance(value, dict):
            inner = parent.setdefault(key, {})
            if not isinstance(inner, dict):
                inner = parent[key] = {}
            for each, content in value.items():
                self._join(inner, each, content, (collection, name, here), number, there)
        elif isinstance(value, list) and value and all(isinstance(each, dict) and "index" in each for each in value):
            before = parent.get(key)
            items = parent[key] = before if isinstance(before, list) else []
            for position, each in enumerate(value):
                self._join_item(items, each, (collection, name, here), number, f"{there}/{position}")
        elif isinstance(value, str) and key in FRAGMENTS:
            runs = self.runs.setdefault((collection, name, here), [])
            runs.append((number, there, value))
            parent[key] = ""  # joined at the end
        elif value is not None or key not in parent:
            parent[key] = _copied(value)

    def _join_item(self, items: list[Json], value: Merge, at: tuple[str, str, str], number: int, where: str) -> None:
        index = value["index"]
        if type(index) is not int or not 0 <= index <= len(items):  # a gap: what stood there was lost
            index = len(items)
        if index == len(items):
            items.append({})
        collection, name, pointer = at
        if isinstance(items[index], dict):
            for key, inner in value.items():
                if key != "index":
                    self._join(items[index], key, inner, (collection, name, f"{pointer}/{index}"), number, where)

    def folded(self) -> Folded:
        body = dict(self.run)
        trace = Trace()
        for collection, known in (("steps", self.steps), ("messages", self.messages)):
            if known:
                body[collection] = list(known.values())
        order = {"steps": list(self.steps), "messages": list(self.messages)}
        for (collection, name, pointer), runs in self.runs.items():
            where = f"/{collection}/{order[collection].index(name)}{pointer}"
            if _put(body, where, joined(runs)):
                trace.note(where, runs, "")
        has_ended = self.run.get("status") in ENDS
        complete = has_ended or self.is_done or self.error is not None
        cut = None if complete else "no `thread.run.completed`, nor another end of the run"
        return Folded(body=body, trace=trace, complete=complete, cut=cut, error=self.error)


def _replace(whole: Merge, value: Merge) -> None:
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
    for step in steps:
        if isinstance(body, list):
            body = body[int(step)] if step.isdecimal() and int(step) < len(body) else None
        else:
            body = mapping(body).get(step)
    if not isinstance(body, dict):
        return False
    body[last] = content
    return True


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the events of one run. Never raises."""
    stream = _Stream()
    for number, event in enumerate(events):
        stream.add(event, number)
    return stream.folded()
