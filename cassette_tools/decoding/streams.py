"""Streams of content blocks by index: each is begun, grows piece by piece, and is closed.

What an API calls its events is its own; what happens to a block is the same for all.
"""

from __future__ import annotations

from cassette_tools.decoding import Folded
from cassette_tools.decoding.trace import Trace, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Body, CallError, Event, Json, Object, Problem


class Block:
    """A block in the making: `start` is what it began with in the event `begun`; `runs` are the strings that come in
    pieces; `unknown` are the pieces that nobody knows. `kind` is what it is, where no member of it says so.
    """

    __slots__ = ("begun", "closed", "kind", "runs", "start", "unknown")

    def __init__(self, start: Json, begun: int) -> None:
        self.start: Object = dict(start) if type(start) is dict else {}
        self.begun = begun
        self.closed = False
        self.kind = ""
        self.runs: dict[str, Runs] = {}
        self.unknown: list[Json] = []

    def append(self, name: str, piece: str, number: int, pointer: str) -> None:
        """One more piece of the string `name`; it came in the event `number`, in the object at `pointer`."""
        runs = self.runs.get(name)
        if runs is None:
            runs = self.runs[name] = []
        runs.append((number, pointer, piece))


class Making:
    """A stream in the making: whether it has ended, and its first failure."""

    __slots__ = ("ended", "error")

    def __init__(self) -> None:
        self.ended = False
        self.error: CallError | None = None

    def fail(self, error: CallError | None) -> None:
        """The first failure counts."""
        self.error = self.error or error


class Stream(Making):
    """A stream of blocks in the making: the body without them, and the blocks."""

    __slots__ = ("blocks", "body", "problems")

    def __init__(self) -> None:
        super().__init__()
        self.body: Object = {}
        self.blocks: dict[int, Block] = {}
        self.problems: list[Problem] = []

    def begin(self, index: Json, start: Json, number: int) -> None:
        """The event `number` begins a block; without an index it is the next one."""
        self.blocks[index if type(index) is int else len(self.blocks)] = Block(start, number)

    def block(self, index: Json, number: int) -> Block:
        """The block that an event speaks of (without an index, the last one); one that nothing began is begun here."""
        if type(index) is not int:
            index = max(self.blocks, default=0)
        block = self.blocks.get(index)
        if block is None:
            block = self.blocks[index] = Block(None, number)
        return block

    def update(self, values: Mapping[str, Json]) -> None:
        """Put members into the body; a null replaces nothing."""
        update(self.body, values)

    def fold(self, key: str, whole: Callable[[Block, str, Trace], Object], *, start: str, stop: str) -> Folded:
        """The body, with its blocks under `key`; `start` and `stop` name the events that a whole stream has."""
        trace = Trace()
        begun = bool(self.body)
        if self.blocks or self.body:
            self.body[key] = [whole(block, f"/{key}/{place}", trace) for place, block in enumerate(self.ordered())]
        return self.folded(trace, f"no {stop}" if begun else f"no {start} and no {stop}", stop=stop)

    def ordered(self) -> list[Block]:
        """The blocks in the order of their indexes."""
        return [self.blocks[index] for index in sorted(self.blocks)]

    def folded(self, trace: Trace, lacks: str, *, stop: str) -> Folded:
        """The body as it is now. A stream that has neither ended nor failed is cut: it `lacks` its `stop`."""
        still = [str(index) for index, block in sorted(self.blocks.items()) if not block.closed]
        if still:
            lacks = f"block {' and '.join(still)} is still open and there is no {stop}"
        return folded(self.body, trace, None if self.ended else lacks, self.error, self.problems)


def folded(
    body: Object, trace: Trace, lacks: str | None, error: CallError | None = None, problems: Iterable[Problem] = ()
) -> Folded:
    """What a stream says. One that has ended `lacks` nothing; a failure is an end too."""
    cut = lacks if error is None else None
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=error, problems=tuple(problems))


def is_done(event: Event) -> bool:
    """Whether an event is the end that OpenAI and its relatives send after all others."""
    return event.data.lstrip().startswith("[DONE]")


def first_values(body: Body, most: int) -> list[Json]:
    """The JSON of the first events of a stream, or, without a stream, of the body."""
    return [event.json for event in body.events[:most]] if body.events else [body.json]


def update(body: Object, values: Mapping[str, Json]) -> None:
    """Put members into an object; a null replaces nothing."""
    for key, value in values.items():
        if value is not None or key not in body:
            body[key] = value


def parsed(words: str) -> Json:
    """The value of a JSON text; the text itself if it does not parse."""
    from cassette_tools.nesting import json_value

    try:
        return json_value(words)
    except (ValueError, RecursionError):
        return words


def whole_string(block: Block, name: str, pointer: str, key: str, trace: Trace, *, start: str = "") -> str:
    """The string `name` of a block, which will stand at `pointer`. Its pieces came under `key`, the first perhaps with
    the start of the block, in the object at `start` of that event.
    """
    runs = block.runs[name]
    begun = block.start.get(name)
    if type(begun) is str and begun:
        runs.insert(0, (block.begun, start, begun))
    trace.note(pointer, runs, key)
    return joined(runs)
