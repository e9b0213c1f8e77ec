"""What a call took: tokens, and what they cost."""

from __future__ import annotations

from cassette_tools.diff.changes.places import response_place, told_place
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.http.sums import sum_changes
from cassette_tools.diff.http.units import unit_change
from cassette_tools.diff.values.amounts import dollars, factor, ratio
from cassette_tools.diff.values.freeform import json_changes
from cassette_tools.diff.values.lists import named
from cassette_tools.model import ABSENT
from cassette_tools.words import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Place, Usage

COUNTS = (
    ("input_tokens", "input"),
    ("output_tokens", "output"),
    ("reasoning_output_tokens", "reasoning"),
    ("cache_read_input_tokens", "cache read"),
    ("cache_creation_input_tokens", "cache written"),
)


def usage_changes(scene: Scene, old: Usage | None, new: Usage | None) -> Iterator[Change]:
    """Token counts, as one change for one call; what is counted for the first time; the cost."""
    if (unit := unit_change(scene)) is not None:
        yield unit
        return
    places = told_place(scene.old, old), told_place(scene.new, new)
    if old is not None and new is not None:
        sums = dict(sum_changes(scene, old, new))
        yield from sums.values()
        yield from _count_changes(scene, old, new, places, told=sums)
        yield from _detail_changes(scene, old, new)
        yield from _cost_changes(scene, old.cost, new.cost, places)
    elif old is not None or new is not None:
        yield scene.change(
            rule="usage-appeared" if old is None else "usage-vanished",
            path="response.usage",
            origin="response",
            old=ABSENT if old is None else _counts(old),
            new=ABSENT if new is None else _counts(new),
            old_place=places[0],
            new_place=places[1],
        )


def _cost_changes(
    scene: Scene, old: float | None, new: float | None, places: tuple[Place | None, Place | None]
) -> Iterator[Change]:
    if old is None or new is None or old == new:
        return
    yield scene.change(
        rule="cost-changed",
        path="response.usage.cost",
        origin="response",
        old=old,
        new=new,
        note=f"{dollars(old)} → {dollars(new)}{factor(old, new)}",
        size=ratio(old, new),
        old_place=places[0],
        new_place=places[1],
    )


def _counts(usage: Usage) -> dict[str, Json]:
    return {name: getattr(usage, name) for name, _ in COUNTS if getattr(usage, name) is not None}


def _count_changes(
    scene: Scene, old: Usage, new: Usage, places: tuple[Place | None, Place | None], told: Container[str]
) -> Iterator[Change]:
    before, after = _comparable(scene, old, new)
    both = [name for name, _ in COUNTS if name in before.keys() & after.keys() and name not in told]
    changed = [name for name in both if before[name] != after[name]]
    if _is_other_total(old, new):
        changed.append("total_tokens")
        before["total_tokens"], after["total_tokens"] = old.total_tokens, new.total_tokens
    if not changed:
        return
    counts = [{name: side[name] for name in changed} for side in (before, after)]
    yield scene.change(
        rule="usage-changed",
        path="response.usage",
        origin="response",
        old=counts[0],
        new=counts[1],
        note=counts_note(*counts),
        old_place=places[0],
        new_place=places[1],
    )


def _comparable(scene: Scene, old: Usage, new: Usage) -> tuple[dict[str, Json], dict[str, Json]]:
    """The counts of both sides, if only one counts the reasoning, so that the two cannot be compared."""
    before, after = _counts(old), _counts(new)
    has_no_zeros = scene.new.llm is None or scene.new.llm.dialect in _NO_ZEROS
    for usage, side, other, is_left_out in ((old, before, after, True), (new, after, before, has_no_zeros)):
        if not other.get(_REASONING):
            continue
        if usage.lacks_output:
            del other[_REASONING], other["output_tokens"]  # not 0, but no longer read: nothing compares with it
        elif is_left_out:
            side.setdefault(_REASONING, 0)  # left out where there is none
    return before, after


_REASONING = "reasoning_output_tokens"
_NO_ZEROS = ("gemini.generate_content",)  # its JSON is that of protocol buffers, which leaves out a count of 0


def _is_other_total(old: Usage, new: Usage) -> bool:
    """Whether the total is another although its parts are what they were."""
    if old.total_tokens is None or new.total_tokens is None or old.total_tokens == new.total_tokens:
        return False
    return (old.input_tokens, old.output_tokens) == (new.input_tokens, new.output_tokens)


def counts_note(old: Mapping[str, Json], new: Mapping[str, Json]) -> str:
    """``input 20 → 24 (×1.2), cache read 0 → 64``."""
    words = {**dict(COUNTS), "total_tokens": "total"}
    return ", ".join(f"{words.get(n, n)} {old[n]} → {new[n]}{factor(old[n], new[n])}" for n in old)


def _detail_changes(scene: Scene, old: Usage, new: Usage) -> Iterator[Change]:
    """The counts that have no canonical name. Which counts there are is told by `diff.reconcile`."""
    if scene.is_cross_provider:
        return
    for found in json_changes(*_by_name(old.extra, new.extra)):
        if not found.came_or_went:
            name = ".".join(str(step) for step in found.route).lstrip("/").replace("/", ".")
            yield from _other_count(scene, name, found.old, found.new)


def _by_name(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """The counts, those of a list (one for each modality) by their names."""
    before, after = dict(old), dict(new)
    for name in [each for each in before if each in after]:
        before[name], after[name] = named(before[name], after[name])
    return before, after


def _other_count(scene: Scene, name: str, old: Json, new: Json) -> Iterator[Change]:
    """A count without canonical name; a price or a duration among the counts is noise."""
    path = f"response.usage.{name}"
    pointer = name.replace(".", "/")
    places = tuple(
        response_place(side, f"{usage.pointer}/{pointer}")
        for side in (scene.old, scene.new)
        if side.llm is not None and (usage := side.llm.usage) is not None
    )
    quiet = volatile_changes(scene, path, "response", old, new, (places[0], places[1]))
    if quiet is not None:
        yield from quiet
    elif isinstance(old, int | float) and isinstance(new, int | float):
        yield scene.change(
            rule="usage-changed",
            path=path,
            origin="response",
            old=old,
            new=new,
            subject=name,
            note=f"{name} {became(old, new)}",
            old_place=places[0],
            new_place=places[1],
        )
