"""The output of a streamed response: of what was sent of each item, the last that says anything.

An item is sent as a skeleton (``output_item.added``), in pieces, whole (``output_item.done``), and again in the
snapshot at the stream's end. The snapshot counts, then the item's own end, then what the pieces make; but ChatGPT's
Codex back end sends a snapshot without output, and MCP's list of tools appears in the snapshot alone.
"""

from __future__ import annotations

from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.model import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.dialects._responses_fold import Stream
    from cassette_tools.model import Json

    Merge = dict[str, Json]
    Site = tuple[tuple[str, ...], str, tuple[str, ...], str]
    Key = tuple[int, str, int]  # output index, name of the kind of string, index within the item
    Way = tuple[str | int, ...]
    Source = tuple[int, str]  # an event, and where in it the item stands

# What an item or a part is, of which nothing but pieces was recorded: a stream that was taken up again.
ITEM_OF = {
    "output_text": "message",
    "refusal": "message",
    "audio": "message",
    "audio.transcript": "message",
    "reasoning_text": "reasoning",
    "reasoning": "reasoning",
    "reasoning_summary_text": "reasoning",
    "reasoning_summary": "reasoning",
    "function_call_arguments": "function_call",
    "custom_tool_call_input": "custom_tool_call",
    "mcp_call_arguments": "mcp_call",
    "code_interpreter_call_code": "code_interpreter_call",
    "shell_call_command": "shell_call",
    "apply_patch_call_operation_diff": "apply_patch_call",
}
PART_OF = {
    "output_text": "output_text",
    "refusal": "refusal",
    "audio": "output_audio",
    "audio.transcript": "output_audio",
    "reasoning_text": "reasoning_text",
    "reasoning": "reasoning_text",
    "reasoning_summary_text": "summary_text",
    "reasoning_summary": "summary_text",
}
MANY = 1000  # parts of one item; a larger index is not believed


def joined_output(stream: Stream, sites: Mapping[str, Site], trace: Trace, problems: list[Problem]) -> list[Json]:
    """The items in their order. Notes where each string came from, and what contradicts itself."""
    slots = sorted({*stream.items, *[key[0] for key in stream.strings], *[key[0] for key in stream.wholes]})
    own = [stream.items.get(slot) or _skeleton(stream, slot) for slot in slots]
    last = sequence(stream.snapshot.get("output"))
    output, at, sources = _laid(stream, slots, own, last)
    places = dict(zip(slots, at, strict=True))
    noted: set[str] = set()
    for slot, where, index in stream.parts:
        if slot in places and slot not in stream.done and not sources[places[slot]][1].startswith("/response"):
            place = places[slot]
            output[place] = _grown(output[place], (where, min(index, MANY), ""), stream.parts[slot, where, index])
    for key in dict.fromkeys((*stream.strings, *stream.wholes)):
        place = places[key[0]]
        _join(stream, key, sites[key[1]], output, place, sources[place], trace, noted, problems)
    for position, slot in enumerate(slots):
        if slot in stream.done and output[places[slot]] is not own[position]:
            _compare(slot, stream.done[slot], own[position], output[places[slot]], problems)
    for (slot, index), citations in stream.annotations.items():
        if slot in places:
            output[places[slot]] = _with(output[places[slot]], index, "annotations", citations)
    for (slot, index), scores in stream.logprobs.items():
        if slot in places:
            output[places[slot]] = _with(output[places[slot]], index, "logprobs", scores)
    for place, item in enumerate(output):
        if type(item) is dict:
            _note_whole_strings(item, f"/output/{place}", sources[place], trace, noted)
    for slot, event in stream.begun.items():
        name = text(mapping(output[places[slot]]).get("name"))
        if name is not None and stream.items[slot].get("name") == name:
            trace.note(f"/output/{places[slot]}/name", [(event, "/item", name)], "name")
    return output


def _skeleton(stream: Stream, slot: int) -> Merge:
    """What is known of an item of which only pieces came."""
    name = next((key[1] for key in (*stream.strings, *stream.wholes) if key[0] == slot), "")
    return {"type": ITEM_OF.get(name, "message")}


# --- which item counts -----------------------------------------------------------------------------------------------


def _laid(
    stream: Stream, slots: list[int], own: list[Merge], last: list[Json]
) -> tuple[list[Json], list[int], list[Source]]:
    """The items that count, the place of each slot among them, and the event that each comes from."""
    of_own = [
        (stream.done[slot] if slot in stream.done else stream.begun.get(slot, 0), "/item") for slot in slots
    ]  # fmt: skip
    of_last = [(stream.snapshot_event, f"/response/output/{index}") for index in range(len(last))]
    if not last:
        return list(own), list(range(len(own))), of_own
    if len(last) == len(own) and all(_kind(a) == _kind(b) for a, b in zip(own, last, strict=True)):
        return list(last), list(range(len(last))), of_last
    matches = _matched(own, last)
    output: list[Json]
    if len(last) >= len(own):
        output, sources = list(last), of_last
        at = []
        for position, match in enumerate(matches):
            if match is None:
                match = len(output)
                output.append(own[position])
                sources.append(of_own[position])
            at.append(match)
        return output, at, sources
    output = [own[position] if match is None else last[match] for position, match in enumerate(matches)]
    sources = [of_own[position] if match is None else of_last[match] for position, match in enumerate(matches)]
    rest = [index for index in range(len(last)) if index not in matches]
    output.extend([last[index] for index in rest])
    sources.extend([of_last[index] for index in rest])
    return output, list(range(len(own))), sources


def _matched(own: list[Merge], last: list[Json]) -> list[int | None]:
    """For each of our items the one of the snapshot: of the same id, else the next of the same type."""
    free = dict(enumerate(last))
    matches: list[int | None] = [None] * len(own)
    for same in (_identity, _kind):
        for position, item in enumerate(own):
            if matches[position] is None:
                wanted = same(item)
                match = next((index for index, other in free.items() if same(other) == wanted), None)
                if match is not None:
                    matches[position] = match
                    del free[match]
    return matches


def _kind(item: Json) -> str:
    return text(mapping(item).get("type")) or ""


def _identity(item: Json) -> tuple[str, str]:
    whole = mapping(item)
    return _kind(item), text(whole.get("call_id")) or text(whole.get("id")) or ""


# --- strings ---------------------------------------------------------------------------------------------------------


def _join(
    stream: Stream,
    key: Key,
    site: Site,
    output: list[Json],
    place: int,
    source: Source,
    trace: Trace,
    noted: set[str],
    problems: list[Problem],
) -> None:
    """Bring the pieces of one string, its whole, and what the item says together."""
    slot, name, index = key
    runs = stream.strings.get(key, [])
    said = _sound(runs) if name == "audio" else "".join([run[2] for run in runs])
    event, whole = stream.wholes.get(key, (-1, said))
    way: Way = (*site[0], min(index, MANY), *site[2]) if site[1] else (*site[0], *site[2])
    found = _value(output[place], way)
    is_settled = slot in stream.done or source[1] != "/item"
    if not is_settled or not (type(found) is str and (found or not whole)):
        output[place] = _named(_grown(output[place], way, whole), way, name)
        found = whole
    pointer = f"/output/{place}/" + "/".join(map(str, way))
    if runs and said == found:
        trace.note(pointer, runs, "delta")
        noted.add(pointer)
    elif event >= 0 and whole == found:
        trace.note(pointer, [(event, "", whole)], site[3])
        noted.add(pointer)
    if name == "audio":
        return
    if (runs and said != whole) or whole != found:
        other = whole if whole != said and said else found
        at = _difference(said, other)
        problems.append(
            Problem(
                kind="stream-contradicts-itself",
                message=_contradiction(slot, name, said, other, at),
                event_index=_odd_one(runs, event, source[0], said, whole, found, at),
            )
        )
        return
    part = (slot, site[0][0], index) if site[1] in ("content_index", "summary_index") else None
    words = mapping(stream.parts.get(part)).get(site[2][0]) if part is not None else None
    if part is not None and type(words) is str and words and words != found:
        problems.append(
            Problem(
                kind="stream-contradicts-itself",
                message=_contradiction(slot, name, found, words, _difference(found, words)),
                event_index=stream.part_events[part],
            )
        )


def _difference(one: str, other: str) -> int:
    """The first character that is not the same."""
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


def _odd_one(runs: Runs, event: int, last: int, said: str, whole: str, found: str, at: int) -> int:
    """The event that says what no other does: of the pieces the one with the difference, the `.done`, or the end."""
    if runs and event >= 0 and whole == found:
        start = 0
        for number, _where, words in runs:
            start += len(words)
            if at < start:
                return number
        return runs[-1][0]
    return event if event >= 0 and (not runs or said == found or said != whole) else last


def _contradiction(slot: int, name: str, said: str, other: str, at: int) -> str:
    what = name.replace("_", " ")
    begin = f"the {what} of item {slot} is not the same at the end of the stream: "
    if not (_is_plain(said, at) and _is_plain(other, at)):
        lengths = f"its pieces ({len(said)} characters) and the whole ({len(other)})"
        return f"{begin}{lengths} differ at character {at + 1}{_MEND}"
    deltas, end = (repr(text[at : at + _SHOWN]) if text[at:] else "nothing more" for text in (said, other))
    return f"{begin}its pieces say {deltas} at character {at + 1}, and the whole says {end}{_MEND}"


_MEND = "; record the interaction again, or edit all places alike"
_SHOWN = 30  # characters of either text in a message
_LONG = 16  # characters of a word that may be a key: such a text is not shown


def _is_plain(text: str, at: int) -> bool:
    """Whether what is to be shown of a text is made of short words: a message never holds what may be a secret, and a
    text that somebody redacted in one place is often still there in the other.
    """
    around = text[max(at - _LONG, 0) : at + _SHOWN + _LONG]
    return all(len(word) < _LONG for word in around.split())


def _compare(slot: int, event: int, done: Merge, last: Json, problems: list[Problem]) -> None:
    """An item that its own end and the stream's tell otherwise: some clients read the one, some the other.

    Ids and what is sealed differ by nature.
    """
    if done == last or any(problem.kind == "stream-contradicts-itself" for problem in problems):
        return
    for name, words in _strings(done).items():
        other = _strings(mapping(last)).get(name)
        if words and other and words != other:
            at = _difference(words, other)
            told = f"not the same at character {at + 1}"
            if _is_plain(words, 0) and _is_plain(other, 0):
                told = f"{words[:_SHOWN]!r} in output_item.done and {other[:_SHOWN]!r} at the end of the stream"
            message = f"the {name} of item {slot} is {told}{_MEND}"
            problems.append(Problem(kind="stream-contradicts-itself", message=message, event_index=event))
            return


def _strings(item: Merge) -> dict[str, str]:
    """What an item says: the strings whose change is a change of meaning."""
    found = {key: item[key] for key in ("name", "arguments", "input", "code") if type(item.get(key)) is str}
    for listed in ("content", "summary"):
        for index, part in enumerate(sequence(item.get(listed))):
            for key in ("text", "refusal"):
                words = mapping(part).get(key)
                if type(words) is str:
                    found[f"{listed} {index}"] = words
    return found


def _sound(runs: Runs) -> str:
    from cassette_tools.dialects._chat_fold_rare import joined_sound

    return joined_sound([run[2] for run in runs])


def _value(item: Json, way: Way) -> Json:
    for step in way:
        if type(item) is dict:
            item = item.get(step)
        elif type(item) is list and type(step) is int and step < len(item):
            item = item[step]
        else:
            return None
    return item


def _grown(value: Json, way: Way, new: Json) -> Json:
    """`value` with `new` at the end of the way: a copy, as the events must stay as they are. ``""`` is the end."""
    if not way or way[0] == "":
        return new
    step = way[0]
    if type(step) is str:
        whole = dict(value) if type(value) is dict else {}
        whole[step] = _grown(whole.get(step), way[1:], new)
        return whole
    listed = list(value) if type(value) is list else []
    listed.extend([{} for _ in range(int(step) + 1 - len(listed))])
    listed[int(step)] = _grown(listed[int(step)], way[1:], new)
    return listed


def _named(item: Json, way: Way, name: str) -> Json:
    """A part that only its pieces made is given its type."""
    if name in PART_OF and len(way) == 3 and not _value(item, (*way[:2], "type")):
        return _grown(item, (*way[:2], "type"), PART_OF[name])
    return item


def _with(item: Json, index: int, key: str, values: list[Json]) -> Json:
    """What was told of a text apart from it, where the text itself does not have it."""
    way: Way = ("content", min(index, MANY), key)
    return item if _value(item, way) else _grown(item, way, values)


def _note_whole_strings(item: Merge, pointer: str, source: Source, trace: Trace, noted: set[str]) -> None:
    """Strings that came in one piece, with the item: clients stream to some servers that do not."""
    event, base = source
    for key in ("arguments", "input", "code"):
        words = item.get(key)
        place = f"{pointer}/{key}"
        if type(words) is str and words and place not in noted:
            trace.note(place, [(event, base, words)], key)
    for listed in ("content", "summary"):
        for index, part in enumerate(sequence(item.get(listed))):
            for key in ("text", "refusal"):
                words = mapping(part).get(key)
                place = f"{pointer}/{listed}/{index}/{key}"
                if type(words) is str and words and place not in noted:
                    trace.note(place, [(event, f"{base}/{listed}/{index}", words)], key)
