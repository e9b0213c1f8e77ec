"""What a count of tokens includes: whether thinking is part of the output, and what a cache held part of the input."""

from __future__ import annotations

from itertools import combinations

from cassette_tools.data.drift import OTHER_SUM
from cassette_tools.data.usage import COUNTERS
from cassette_tools.decoding.values import at, count
from cassette_tools.diff.changes.places import response_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import LLMCall, Usage

    Wire = dict[str, tuple[tuple[str, ...], int]]  # a canonical name, the path of its count on the wire, and the count

_PARTS = {  # a count, the count that includes it or stands beside it, and what it counts, in full and after a number
    "reasoning_output_tokens": ("output_tokens", "reasoning tokens", "reasoning tokens"),
    "cache_read_input_tokens": ("input_tokens", "tokens read from the cache", "read from the cache"),
    "cache_creation_input_tokens": ("input_tokens", "tokens written to the cache", "written to the cache"),
}


def sum_changes(scene: Scene, old: Usage, new: Usage) -> Iterator[tuple[str, Change]]:
    """Counts that include now what they did not, or the other way round, as the total of either side says; each by its
    canonical name.
    """
    left, right = scene.old.llm, scene.new.llm
    if left is None or right is None or left.dialect != right.dialect or scene.is_cross_provider:
        return
    before, after = _on_the_wire(left, old), _on_the_wire(right, new)
    apart, now_apart = _apart(before), _apart(after)
    for name in _PARTS:
        if {apart.get(name), now_apart.get(name)} != {True, False}:
            continue
        whole = _PARTS[name][0]
        (path, amount), (old_path, old_amount) = after[whole], before[whole]
        change = scene.change(
            rule="usage-changed",
            path=f"response.usage.{'.'.join(path)}",
            subject=".".join(path),
            origin="response",
            old=old_amount,
            new=amount,
            note=_note(before, after, name, apart=now_apart[name]),
            circumstance=OTHER_SUM,
            old_place=response_place(scene.old, "/".join((old.pointer, *old_path))),
            new_place=response_place(scene.new, "/".join((new.pointer, *path))),
        )
        yield whole, change


def _note(before: Wire, after: Wire, name: str, *, apart: bool) -> str:
    """``now includes the reasoning tokens: 2 (and 256 reasoning tokens) became 233 (231 of them reasoning tokens)``."""
    verb = "no longer" if apart else "now"
    old, new = _told(before, name, apart=not apart), _told(after, name, apart=apart)
    return f"{verb} includes the {_PARTS[name][1]}: {old} became {new}"


def _told(wire: Wire, name: str, *, apart: bool) -> str:
    whole, _, what = _PARTS[name]
    amount, part = wire[whole][1], wire[name][1]
    return f"{amount} (and {part} {what})" if apart else f"{amount} ({part} of them {what})"


def _on_the_wire(call: LLMCall, usage: Usage) -> Wire:
    """The counts as the provider wrote them, before they are brought to one definition."""
    found: Wire = {}
    for row in COUNTERS:
        if row.dialect == call.dialect and row.name not in found:
            amount = count(at(usage.native, row.path))
            if amount is not None:
                found[row.name] = (row.path, amount)
    return found


def _apart(wire: Wire) -> dict[str, bool]:
    """Of each part whether it stands beside its count; none where the total fits no sum, or more than one."""
    if not {"input_tokens", "output_tokens", "total_tokens"} <= wire.keys():
        return {}
    more = wire["total_tokens"][1] - wire["input_tokens"][1] - wire["output_tokens"][1]
    parts = [name for name in _PARTS if name in wire and wire[name][1]]
    chosen = [some for size in range(len(parts) + 1) for some in combinations(parts, size)]
    fitting = [some for some in chosen if sum(wire[name][1] for name in some) == more]
    if len(fitting) != 1:
        return {}
    return {name: name in fitting[0] for name in parts}
