"""The output of a streamed response: of what was sent of each item, the last that says anything.

An item is sent as a skeleton (``output_item.added``), in pieces, whole (``output_item.done``), and again in the
snapshot at the stream's end. The snapshot counts, then the item's own end, then what the pieces make; but ChatGPT's
Codex back end sends a snapshot without output, and MCP's list of tools appears in the snapshot alone.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.trace import joined
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.openai_responses.contradictions import in_item, in_part, in_pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.model import Json, Problem

    Object = dict[str, Json]
    Way = tuple[str | int, ...]


@record
class Site:
    """Where the string that an event carries stands: in which `item`, and there at the end of the keys `below`.

    `listed` are the keys that lead to a list, and `index` is the key of the event that says which of the list it is,
    there a `part` of this type. The event `.done` has the string whole, under the key `whole`.
    """

    item: str
    below: tuple[str, ...]
    whole: str
    listed: tuple[str, ...] = ()
    index: str = ""
    part: str = ""

    def way(self, index: int) -> Way:
        """The keys that lead to the string."""
        return (*self.listed, index, *self.below) if self.index else self.below


def _content(part: str, key: str, *, item: str = "message") -> Site:
    return Site(item=item, below=(key,), whole=key, listed=("content",), index="content_index", part=part)


_THOUGHT = _content("reasoning_text", "text", item="reasoning")
_SUMMARY = Site(
    item="reasoning", below=("text",), whole="text", listed=("summary",), index="summary_index", part="summary_text"
)
SITES: dict[str, Site] = {
    "output_text": _content("output_text", "text"),
    "refusal": _content("refusal", "refusal"),
    "audio": _content("output_audio", "data"),
    "audio.transcript": _content("output_audio", "transcript"),
    "reasoning_text": _THOUGHT,
    "reasoning": _THOUGHT,  # Azure and vLLM before the name was settled, 2025
    "reasoning_summary_text": _SUMMARY,
    "reasoning_summary": _SUMMARY,
    "function_call_arguments": Site(item="function_call", below=("arguments",), whole="arguments"),
    "custom_tool_call_input": Site(item="custom_tool_call", below=("input",), whole="input"),
    "mcp_call_arguments": Site(item="mcp_call", below=("arguments",), whole="arguments"),
    "code_interpreter_call_code": Site(item="code_interpreter_call", below=("code",), whole="code"),
    "shell_call_command": Site(
        item="shell_call", below=(), whole="command", listed=("action", "commands"), index="command_index"
    ),
    "apply_patch_call_operation_diff": Site(item="apply_patch_call", below=("operation", "diff"), whole="diff"),
}


class String:
    """A string in the making: its pieces, and the event that has it whole."""

    __slots__ = ("event", "runs", "whole")

    def __init__(self) -> None:
        self.runs: Runs = []
        self.event = -1  # none yet
        self.whole = ""


class Item:
    """An item in the making: as it was last `sent`, the events in which it was `begun` and `done`, its strings and its
    parts (each with its event), and what was told `beside` a text: its citations and log probabilities.
    """

    __slots__ = ("begun", "beside", "done", "parts", "sent", "strings")

    def __init__(self) -> None:
        self.sent: Object | None = None
        self.begun = -1
        self.done = -1
        self.strings: dict[tuple[str, int], String] = {}
        self.parts: dict[tuple[str, int], tuple[int, Object]] = {}
        self.beside: dict[tuple[str, int], list[Json]] = {}

    def is_there(self) -> bool:
        """Whether more is known of it than what was told beside it."""
        return self.sent is not None or bool(self.strings)

    def value(self) -> Object:
        """It as it was last sent; of an item of which nothing but pieces was recorded, what it is."""
        if self.sent:
            return self.sent
        name = next((name for name, _ in self.strings), "")
        return {"type": SITES[name].item if name else "message"}


class Place:
    """A place of the output: the value that stands there, and from where: an event, and the pointer in it.

    `item` is the item in the making that belongs there, and `slot` its index in the stream.
    """

    __slots__ = ("event", "item", "pointer", "slot", "source", "value")

    def __init__(self, value: Json, event: int, source: str) -> None:
        self.value = value
        self.event = event
        self.source = source
        self.item = Item()
        self.slot = -1
        self.pointer = ""

    def is_settled(self) -> bool:
        """Whether it came whole, so that its pieces only repeat it."""
        return self.item.done >= 0 or self.source != "/item"

    def put(self, way: Way, new: Json) -> None:
        """Put something in at the end of the way."""
        self.value = grown(self.value, way, new)


def joined_output(
    items: dict[int, Item], snapshot: Object, event: int, trace: Trace, problems: list[Problem]
) -> list[Json]:
    """The items in their order; `event` has the snapshot. Notes where each string came from, and what contradicts
    itself.
    """
    places = _laid(items, snapshot, event)
    for number, place in enumerate(places):
        place.pointer = f"/output/{number}"
        if not place.is_settled():
            for (listed, index), (_, part) in place.item.parts.items():
                place.put((listed, index), part)
        for (name, index), string in place.item.strings.items():
            problems.extend(_join(place, name, index, string, trace))
    first = None if problems else next(_compared(places), None)
    if first is not None:
        problems.append(first)
    for place in places:
        for (key, index), values in place.item.beside.items():
            if not value_at(place.value, ("content", index, key)):
                place.put(("content", index, key), values)
        _note_whole_strings(place, trace)
        _note_name(place, trace)
    return [place.value for place in places]


# --- which item counts -----------------------------------------------------------------------------------------------


def _laid(items: dict[int, Item], snapshot: Object, event: int) -> list[Place]:
    """The places of the output: those of the snapshot if it has all of the items, else the items' own."""
    own = []
    for slot, item in sorted(items.items()):
        if item.is_there():
            place = Place(item.value(), max(item.done if item.done >= 0 else item.begun, 0), "/item")
            place.item, place.slot = item, slot
            own.append(place)
    last = [
        Place(value, event, f"/response/output/{index}") for index, value in enumerate(sequence(snapshot.get("output")))
    ]
    matches = _matched(own, last)
    for place, match in zip(own, matches, strict=True):
        if match is not None:
            match.item, match.slot = place.item, place.slot
    if len(last) >= len(own):
        return [*last, *[place for place, match in zip(own, matches, strict=True) if match is None]]
    laid = [match or place for place, match in zip(own, matches, strict=True)]
    return [*laid, *[place for place in last if place not in laid]]


def _matched(own: list[Place], last: list[Place]) -> list[Place | None]:
    """For each of our items the one of the snapshot: in the same place, if all types agree; else of the same id, or
    the next of the same type.
    """
    if [_kind(place.value) for place in own] == [_kind(place.value) for place in last]:
        return [*last]
    free = list(last)
    matches: list[Place | None] = [None] * len(own)
    for same in (_identity, _kind):
        for position, place in enumerate(own):
            if matches[position] is None:
                wanted = same(place.value)
                match = next((other for other in free if same(other.value) == wanted), None)
                if match is not None:
                    matches[position] = match
                    free.remove(match)
    return matches


def _kind(item: Json) -> str:
    return text(mapping(item).get("type")) or ""


def _identity(item: Json) -> tuple[str, str]:
    whole = mapping(item)
    return _kind(item), text(whole.get("call_id")) or text(whole.get("id")) or ""


# --- strings ---------------------------------------------------------------------------------------------------------


def _join(place: Place, name: str, index: int, string: String, trace: Trace) -> Iterator[Problem]:
    """Bring the pieces of one string, its whole, and what the item says together."""
    site, runs = SITES[name], string.runs
    said = joined_base64([run[2] for run in runs]) if name == "audio" else joined(runs)
    whole = string.whole if string.event >= 0 else said
    way = site.way(index)
    found = value_at(place.value, way)
    if not place.is_settled() or type(found) is not str or (whole and not found):
        place.put(way, whole)
        if site.part and not value_at(place.value, (*way[:2], "type")):
            place.put((*way[:2], "type"), site.part)
        found = whole
    pointer = f"{place.pointer}/" + "/".join(map(str, way))
    if runs and said == found:
        trace.note(pointer, runs, "delta")
    elif string.event >= 0 and whole == found:
        trace.note(pointer, [(string.event, "", whole)], site.whole)
    if name != "audio":
        what = f"{name.replace('_', ' ')} of item {place.slot}"
        if (runs and said != whole) or whole != found:
            yield in_pieces(what, runs, string.event, place.event, (said, whole, found))
        elif site.part:
            event, part = place.item.parts.get((site.listed[0], index), (0, {}))
            yield from in_part(what, found, part.get(site.below[0]), event)


def _compared(places: list[Place]) -> Iterator[Problem]:
    """What contradicts itself between the items' own ends and the stream's."""
    for place in places:
        done, last = mapping(place.item.sent), mapping(place.value)
        if place.item.done >= 0 and place.source != "/item" and done != last:
            yield from in_item(place.slot, place.item.done, _by_name(done), _by_name(last))


def _by_name(item: Object) -> dict[str, str]:
    """The strings of an item by their names: its parts are named by their numbers."""
    name = text(item.get("name"))
    strings = {" ".join(map(str, way[:2])): words for way, words in strings_of(item)}
    return strings if name is None else {"name": name, **strings}


def value_at(value: Json, way: Way) -> Json:
    """What stands at the end of the way, or ``None``."""
    for step in way:
        if type(value) is dict:
            value = value.get(step)
        elif type(value) is list and type(step) is int and step < len(value):
            value = value[step]
        else:
            return None
    return value


def grown(value: Json, way: Way, new: Json) -> Json:
    """`value` with `new` at the end of the way: a copy, as the events must stay as they are."""
    if not way:
        return new
    step = way[0]
    if type(step) is str:
        whole = dict(value) if type(value) is dict else {}
        whole[step] = grown(whole.get(step), way[1:], new)
        return whole
    listed = list(value) if type(value) is list else []
    listed.extend([{} for _ in range(int(step) + 1 - len(listed))])
    listed[int(step)] = grown(listed[int(step)], way[1:], new)
    return listed


# --- where strings came from that have no pieces ---------------------------------------------------------------------


def strings_of(item: Object) -> Iterator[tuple[Way, str]]:
    """What an item says, and where in it: the strings whose change is a change of meaning."""
    for key in ("arguments", "input", "code"):
        words = item.get(key)
        if type(words) is str:
            yield (key,), words
    for listed in ("content", "summary"):
        for index, part in enumerate(sequence(item.get(listed))):
            for key in ("text", "refusal"):
                words = mapping(part).get(key)
                if type(words) is str:
                    yield (listed, index, key), words


def _note_whole_strings(place: Place, trace: Trace) -> None:
    """Strings that came in one piece, with the item: clients stream to some servers that do not."""
    for way, words in strings_of(mapping(place.value)):
        steps = "/" + "/".join(map(str, way))
        if words and place.pointer + steps not in trace:
            above = place.source + steps.rpartition("/")[0]
            trace.note(place.pointer + steps, [(place.event, above, words)], str(way[-1]))


def _note_name(place: Place, trace: Trace) -> None:
    """The name of a tool comes with the item's beginning."""
    name = text(mapping(place.value).get("name"))
    if name is not None and place.item.begun >= 0 and mapping(place.item.sent).get("name") == name:
        trace.note(f"{place.pointer}/name", [(place.item.begun, "/item", name)], "name")
