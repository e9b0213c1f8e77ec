"""Which change follows from which: what is folded under the change that brought it, and repeats in other calls."""

from __future__ import annotations

import re
from collections import Counter

from cassette_tools._record import record
from cassette_tools.data.drift import OF_A_BATCH
from cassette_tools.diff.judging.alone import LONE
from cassette_tools.diff.judging.consequences import consequence_of, questioned
from cassette_tools.diff.judging.repeats import Link, fold_repeats
from cassette_tools.diff.judging.sides import latest_of
from cassette_tools.diff.values.batch_items import items_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction


@record
class Folded:
    """A change, and the change that it follows from, if any.

    Of a root, `repeats` are the same change in other calls, and `follows` what else is folded under it.
    """

    change: Change
    root: Change | None = None
    repeats: tuple[Change, ...] = ()
    follows: tuple[Change, ...] = ()


def folded(changes: list[Change], levels: Mapping[int, str]) -> list[Folded]:
    """The changes in their order, each with its root. A root has no root itself.

    What counts is folded only under what counts: nothing goes out of sight with a root that is not told.
    """
    links = _consequences(changes, levels)
    counted = [(index, change) for index, change in enumerate(changes) if counts(change, levels)]
    fold_repeats(counted, links, levels)
    _fold_batches(counted, links)
    _follow_to_the_end(changes, links)
    return _with_roots(changes, links)


def _consequences(changes: list[Change], levels: Mapping[int, str]) -> dict[int, Link]:
    """What follows from another change of the same interaction, by its number."""
    mates: dict[tuple[int, bool], list[Change]] = {}  # by the pair, and whether only what counts is asked for
    for change in changes:
        mates.setdefault((id(change.pair), False), []).append(change)
        if counts(change, levels):
            mates.setdefault((id(change.pair), True), []).append(change)
    mates = {key: _looked_at(listed) for key, listed in mates.items()}
    links: dict[int, Link] = {}
    for index, change in enumerate(changes):
        beside = mates[id(change.pair), counts(change, levels)]
        root = consequence_of(change, beside) or questioned(change, beside)
        if root is not None:
            links[index] = Link(root=root)
    return links


def _with_roots(changes: list[Change], links: Mapping[int, Link]) -> list[Folded]:
    """The changes with their roots, and of each root what is folded under it."""
    repeats: dict[int, list[Change]] = {}
    follows: dict[int, list[Change]] = {}
    for index, link in links.items():
        (repeats if link.same else follows).setdefault(id(link.root), []).append(changes[index])
    return [
        Folded(
            change=change,
            root=links[index].root if index in links else None,
            repeats=tuple(repeats.get(id(change), ())),
            follows=tuple(follows.get(id(change), ())),
        )
        for index, change in enumerate(changes)
    ]


_MANY = 200  # changes of one interaction up to which each is looked at as the root of each

_FIRST = 8  # changes of one rule that are looked at of more


def _looked_at(mates: list[Change]) -> list[Change]:
    """The changes of an interaction that others may follow from: of very many the first of each rule on each side."""
    if len(mates) <= _MANY:
        return mates
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for change in mates:
        seen[change.rule, change.origin] += 1
        if seen[change.rule, change.origin] <= _FIRST:
            kept.append(change)
    return kept


def counts(change: Change, levels: Mapping[int, str]) -> bool:
    """Whether the change is more than noise by itself."""
    return levels[id(change)] not in ("noise", "off")


def _follow_to_the_end(changes: list[Change], links: dict[int, Link]) -> None:
    positions = {id(change): index for index, change in enumerate(changes)}
    for index, link in links.items():
        while (further := links.get(positions[id(link.root)])) is not None:
            link = Link(root=further.root, same=link.same and further.same)
        links[index] = link


def _fold_batches(changes: list[tuple[int, Change]], links: dict[int, Link]) -> None:
    """How many requests of a batch failed, and the file that says which, follow from the one that fails."""
    roots = [change for _, change in changes if change.circumstance == OF_A_BATCH]
    for index, change in changes if roots else ():
        root = next((root for root in roots if _is_of_batch(change, root)), None)
        if root is not None and index not in links:
            links[index] = Link(root=root)


def _is_of_batch(change: Change, root: Change) -> bool:
    side = latest_of(change)
    if side is None or root.pair is None or root.pair.new is None or change is root:
        return False
    if change.rule in LONE:
        return _tells_of_batch(side, root)
    return _OF_A_BATCH.search(change.path) is not None and _names_batch(side, root.pair.new)


def _tells_of_batch(side: Interaction, root: Change) -> bool:
    """Whether it holds results of the requests that fail."""
    named = root.new if isinstance(root.new, dict) else root.old
    items = items_of(side.response.body.text)
    return items is not None and isinstance(named, dict) and not named.keys().isdisjoint(items)


def _names_batch(side: Interaction, batch: Interaction) -> bool:
    """Whether an answer has a name that stands in the address of the batch."""
    steps = batch.request.url.partition("?")[0].split("/")
    names = [step for step in steps if len(step) >= _NAME and not step.isalpha()]
    return any(name in (side.response.body.text or "") for name in names)


_NAME = 6  # characters of a step of an address that names a batch, or a file

_OF_A_BATCH = re.compile(r"\.request_counts\.|\.state\.num_|\.(?:error|output)_file_id$")
