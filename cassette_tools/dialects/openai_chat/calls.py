"""Tool calls of a Chat Completions stream in the making: their `index` says where in the list they belong.

The amendments answer Mistral (no index), Gemini through OpenRouter (one index for every call), Z.ai (index -1) and
vLLM's relatives (empty ids).
"""

from __future__ import annotations

from cassette_tools.decoding.merging import put
from cassette_tools.decoding.trace import joined
from cassette_tools.decoding.values import mapping, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.model import Json, Object


_ARGUMENTS = ("arguments", "input")  # of a function, and of a custom tool


class Call:
    """A tool call in the making, which began in `event`; `index` is its place among the calls."""

    __slots__ = ("arguments", "event", "function", "id", "index", "kind", "others", "runs", "type")

    def __init__(self, event: int, index: int) -> None:
        self.event = event
        self.index = index
        self.id: str | None = None
        self.type: str | None = None
        self.kind = "function"
        self.function: Object = {}
        self.others: Object = {}
        self.runs: Runs = []
        self.arguments: Json = None

    def add(self, inner: Object, number: int, pointer: str) -> None:
        """What an event says of the function: its arguments in pieces, anything else once."""
        for key, value in inner.items():
            if key not in _ARGUMENTS:
                if value and not self.function.get(key):
                    self.function[key] = value
            elif type(value) is str:
                self.runs.append((number, pointer, value))
            elif value is not None:
                self.arguments = value

    def folded(self, pointer: str, trace: Trace) -> Object:
        """The call as an answer without streaming has it."""
        key = "input" if self.kind == "custom" else "arguments"
        inner: Object = {"name": "", **self.function}
        if self.runs:
            inner[key] = joined(self.runs)
            trace.note(f"{pointer}/{self.kind}/{key}", self.runs, key)
        elif self.arguments is not None:
            inner[key] = self.arguments
        whole: Object = {} if self.id is None else {"id": self.id}
        whole["type"] = self.type or self.kind
        whole[self.kind] = inner
        whole.update(self.others)
        return whole


class Calls:
    """The calls of a choice, as they begin."""

    __slots__ = ("by_index", "found")

    def __init__(self) -> None:
        self.found: list[Call] = []
        self.by_index: dict[int, Call] = {}

    def add(self, entry: Object, number: int, where: str) -> None:
        """What an entry of ``tool_calls``, at `where` in the event, says of its call."""
        call_id = text(entry.get("id"))
        # Snowflake sends an empty `custom` beside every `function`.
        kind = "custom" if type(entry.get("custom")) is dict and not entry.get("function") else "function"
        inner = mapping(entry.get(kind))
        call = self._call(entry.get("index"), call_id, text(inner.get("name")), number)
        call.id = call.id or call_id
        call.type = call.type or text(entry.get("type"))
        if kind == "custom":
            call.kind = kind
        call.add(inner, number, f"{where}/{kind}")
        for key, value in entry.items():
            if key not in ("index", "id", "type", kind) and value is not None:
                put(call.others, key, value)

    def folded(self, pointer: str, trace: Trace) -> list[Json]:
        """The calls as an answer without streaming has them: by their places, and of one place as they began."""
        ordered = sorted(self.found, key=lambda call: call.index)
        return [call.folded(f"{pointer}/{place}", trace) for place, call in enumerate(ordered)]

    def _call(self, index: Json, call_id: str | None, name: str | None, number: int) -> Call:
        """The call that an entry goes on with, or a new one."""
        call = self._known(index, call_id, name, number)
        if call is None:
            last = self.found[-1].index if self.found else 0  # where a call without a place stands
            call = Call(number, index if type(index) is int else last)
            self.found.append(call)
            if type(index) is int:
                self.by_index[index] = call
        return call

    def _known(self, index: Json, call_id: str | None, name: str | None, number: int) -> Call | None:
        """Without an index an id or a name that is new begins a call, and anything else goes on with the latest."""
        if type(index) is int:
            call = self.by_index.get(index)
            return None if call is None or _is_another(call, call_id, name, number) else call
        if call_id is not None:
            return next((known for known in self.found if known.id == call_id), None)
        return self.found[-1] if self.found and name is None else None


def _is_another(call: Call, call_id: str | None, name: str | None, number: int) -> bool:
    """Whether an entry begins a call of its own, though `call` has its index: another id says so, or a second name in
    one chunk.
    """
    if call_id is not None:
        return call.id is not None and call.id != call_id
    return name is not None and call.event == number and bool(call.function.get("name"))
