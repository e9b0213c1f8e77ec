"""The output of a streamed response: of what was sent of each item, the last that says anything.

An item is sent as a skeleton (``output_item.added``), in pieces, whole (``output_item.done``), and again in the
snapshot at the stream's end. The snapshot counts, then the item's own end, then what the pieces make; but ChatGPT's
Codex back end sends a snapshot without output, and MCP's list of tools appears in the snapshot alone.
"""

from __future__ import annotations

from cassette_tools.data.openai_events import SITES
from cassette_tools.decoding.contradictions import in_item, in_part, in_pieces
from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.merging import grown
from cassette_tools.decoding.trace import joined
from cassette_tools.decoding.values import at, mapping, sequence, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cassette_tools.data.openai_events import Site
    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.model import Json, Object, Problem

    Way = tuple[str | int, ...]


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
        for listed in ("content", "summary"):
            _close_gaps(place, listed)
        if not place.is_settled():
            for (listed, index), (_, part) in place.item.parts.items():
                place.put((listed, index), part)
        for (name, index), string in place.item.strings.items():
            problems.extend(_join(place, name, index, string, trace))
    if not problems:
        problems.extend([*_compared(places)][:1])
    for place in places:
        _put_beside(place)
        _note_whole_strings(place, trace)
        _note_name(place, trace)
    return [place.value for place in places]


def _put_beside(place: Place) -> None:
    """What was told beside a text, unless the text has it already."""
    for (key, index), values in place.item.beside.items():
        way = ("content", index, key)
        if not at(place.value, way):
            place.put(way, values)


# --- which item counts -----------------------------------------------------------------------------------------------


def _laid(items: dict[int, Item], snapshot: Object, event: int) -> list[Place]:
    """The places of the output: those of the snapshot if it has all of the items, else the items' own."""
    own = [_own_place(slot, item) for slot, item in sorted(items.items()) if item.is_there()]
    sent = enumerate(sequence(snapshot.get("output")))
    last = [Place(value, event, f"/response/output/{index}") for index, value in sent]
    matches = _matched(own, last)
    for position, match in matches.items():
        match.item, match.slot = own[position].item, own[position].slot
    if len(last) >= len(own):
        return [*last, *[place for position, place in enumerate(own) if position not in matches]]
    laid = [matches.get(position, place) for position, place in enumerate(own)]
    return [*laid, *[place for place in last if place not in laid]]


def _own_place(slot: int, item: Item) -> Place:
    place = Place(item.value(), max(item.done if item.done >= 0 else item.begun, 0), "/item")
    place.item, place.slot = item, slot
    return place


def _matched(own: list[Place], last: list[Place]) -> dict[int, Place]:
    """For each of our items, by its position, the one of the snapshot: in the same place, if all types agree; else of
    the same id, or the next of the same type.
    """
    if [_kind(place.value) for place in own] == [_kind(place.value) for place in last]:
        return dict(enumerate(last))
    free = list(last)
    matches: dict[int, Place] = {}
    for same in (_identity, _kind):
        for position, place in enumerate(own):
            match = next((other for other in free if same(other.value) == same(place.value)), None)
            if match is not None and position not in matches:
                matches[position] = match
                free.remove(match)
    return matches


def _kind(item: Json) -> str:
    return text(mapping(item).get("type")) or ""


def _identity(item: Json) -> tuple[str, str]:
    whole = mapping(item)
    return _kind(item), text(whole.get("call_id")) or text(whole.get("id")) or ""


# --- parts -----------------------------------------------------------------------------------------------------------


def _close_gaps(place: Place, listed: str) -> None:
    """Renumber the parts of an item whose numbers leave some out: some servers count what they do not send (2025), and
    the item as a whole has only what they sent.
    """
    item = place.item
    there = len(sequence(mapping(place.value).get(listed)))
    owners: tuple[tuple[dict[tuple[str, int], Any], Callable[[str], bool]], ...] = (
        (item.strings, lambda name: SITES[name].listed == (listed,)),
        (item.parts, lambda key: key == listed),
        (item.beside, lambda _key: listed == "content"),
    )
    seen = set() if place.is_settled() else set(range(there))
    seen.update(index for values, owns in owners for name, index in values if owns(name))
    if not seen or max(seen) < max(there, len(seen)):
        return
    new = {index: number for number, index in enumerate(sorted(seen))}
    item.strings, item.parts, item.beside = (
        {(name, new[index] if owns(name) else index): value for (name, index), value in values.items()}
        for values, owns in owners
    )


# --- strings ---------------------------------------------------------------------------------------------------------


def _join(place: Place, name: str, index: int, string: String, trace: Trace) -> Iterator[Problem]:
    """Bring the pieces of one string, its whole, and what the item says together."""
    site, runs = SITES[name], string.runs
    said = joined_base64([run[2] for run in runs]) if name == "audio" else joined(runs)
    whole = string.whole if string.event >= 0 else said
    way = site.way(index)
    found = _settled(place, site, way, whole)
    pointer = f"{place.pointer}/" + "/".join(map(str, way))
    if runs and said == found:
        trace.note(pointer, runs, "delta")
    elif string.event >= 0 and whole == found:
        trace.note(pointer, [(string.event, "", whole)], site.whole)
    if name == "audio":
        return
    what = f"{name.replace('_', ' ').replace('.', ' ')} of item {place.slot}"
    if (runs and said != whole) or whole != found:
        yield in_pieces(what, runs, string.event, place.event, (said, whole, found))
    elif site.part:
        event, part = place.item.parts.get((site.listed[0], index), (0, {}))
        yield from in_part(what, found, part.get(site.below[0]), event)


def _settled(place: Place, site: Site, way: Way, whole: str) -> str:
    """What the item says there at last: its own word if it came whole, else the `whole`, which is put in."""
    found = at(place.value, way)
    if place.is_settled() and type(found) is str and (found or not whole):
        return found
    place.put(way, whole)
    if site.part and not at(place.value, (*way[:2], "type")):
        place.put((*way[:2], "type"), site.part)
    return whole


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


# --- where strings came from that have no pieces ---------------------------------------------------------------------


def strings_of(item: Object) -> Iterator[tuple[Way, str]]:
    """What an item says, and where in it: the strings whose change is a change of meaning."""
    for key in ("arguments", "input", "code", "output"):
        words = item.get(key)
        if type(words) is str:
            yield (key,), words
    for listed in ("content", "summary"):
        for index, part in enumerate(sequence(item.get(listed))):
            for key in ("text", "transcript", "refusal"):
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
