"""The results of a batch, request by request: one that fails now, or no longer does, is one change."""

from __future__ import annotations

from cassette_tools.data.drift import OF_A_BATCH
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.texts.text import text_change
from cassette_tools.diff.values.batch_items import items_of
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.model import ABSENT
from cassette_tools.words import became, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.batch_items import Item
    from cassette_tools.diff.values.freeform import JsonChange
    from cassette_tools.model import Interaction, Place

    Items = dict[str, Item]
    Couple = tuple[Item, Item]


def batch_changes(scene: Scene) -> list[Change] | None:
    """The changes of two files of results of which some request failed on one side alone; ``None`` for all else."""
    if scene.old.response.body.text == scene.new.response.body.text:
        return None
    old, new = (items_of(each.response.body.text) for each in (scene.old, scene.new))
    if old is None or new is None:
        return None
    couples = [*_couples(scene, old, new)]
    outcomes = [*_outcomes(scene, couples)]
    if not outcomes:
        return None
    alike = (each for each in couples if bool(each[0].failure) == bool(each[1].failure))
    others = (change for couple in alike for change in _item_changes(scene, *couple))
    return [*outcomes, *others, *_lone(scene, old, new, couples)]


def _outcomes(scene: Scene, couples: Sequence[Couple]) -> Iterator[Change]:
    """The requests that fail now, and those that no longer do."""
    for new in (True, False):
        failed = [each for each in couples if each[new].failure and not each[not new].failure]
        if failed:
            yield _outcome(scene, failed, new=new)


def _couples(scene: Scene, old: Items, new: Items) -> Iterator[Couple]:
    """Both results of each request: by its name, and if the other names are as many on both sides, by their order."""
    named = {name: new.get(name) or _failed(scene, name, new=True) for name in old}
    failed = {name: _failed(scene, name, new=False) for name in new if name not in old}
    yield from ((old[name], item) for name, item in named.items() if item is not None)
    yield from ((item, new[name]) for name, item in failed.items() if item is not None)
    gone = [old[name] for name, item in named.items() if item is None]
    came = [new[name] for name, item in failed.items() if item is None]
    if len(gone) == len(came):
        yield from zip(gone, came, strict=True)


def _failed(scene: Scene, name: str, *, new: bool) -> Item | None:
    """The request among those that failed, for which some APIs keep a file of its own."""
    for each in scene.ids.recordings[new]:
        item = (items_of(each.response.body.text) or {}).get(name)
        if item is not None and item.failure:
            return item
    return None


def _outcome(scene: Scene, couples: Sequence[Couple], *, new: bool) -> Change:
    old_item, new_item = couples[0]
    failures = {couple[new].name: couple[new].failure for couple in couples}
    return scene.change(
        rule="error-appeared" if new else "error-vanished",
        path="response.body.results",
        origin="response",
        old=None if new else failures,
        new=failures if new else None,
        note=_outcome_in_words([*failures], couples[0][new].failure, new=new),
        circumstance=OF_A_BATCH,
        old_place=_place(scene.old, old_item),
        new_place=_place(scene.new, new_item),
    )


def _outcome_in_words(names: Sequence[str], why: str, *, new: bool) -> str:
    """``requests a, b of the batch now fail: …``."""
    more = f" and {len(names) - _MOST} more" if names[_MOST:] else ""
    requests = f"request{'s' if names[1:] else ''} {', '.join(names[:_MOST])}{more} of the batch"
    verb = "fail" if names[1:] else "fails"
    return f"{requests} {f'now {verb}:' if new else f'no longer {verb}; the error was:'} {unquoted(why)}"


_MOST = 6  # requests that are named


def _place(interaction: Interaction, item: Item) -> Place | None:
    known = items_of(interaction.response.body.text) or {}
    return interaction.response.body.place(offset=item.offset) if item.name in known else None


def _item_changes(scene: Scene, old: Item, new: Item) -> Iterator[Change]:
    """What else differs between two results of one request."""
    for found in json_changes(old.document, new.document):
        path = f"response.body.results[{new.name}]{dotted(found.route)}"
        places = _place(scene.old, old), _place(scene.new, new)
        quiet = volatile_changes(scene, f"response.body{dotted(found.route)}", "response", found.old, found.new, places)
        if quiet is not None:
            yield from quiet
            continue
        yield scene.change(
            rule=_rule(found),
            path=path,
            origin="response",
            old=found.old,
            new=found.new,
            subject=path.removeprefix("response.body."),
            note=became(found.old, found.new),
            old_place=places[0],
            new_place=places[1],
        )


def _rule(found: JsonChange) -> str:
    if found.old is ABSENT:
        return "wire-field-added"
    if found.new is ABSENT:
        return "wire-field-removed"
    words = isinstance(found.old, str) and isinstance(found.new, str) and " " in found.old + found.new
    change = text_change(found.old, found.new) if words else None
    return "unclassified-change" if change is None else change.rule


def _lone(scene: Scene, old: Items, new: Items, couples: Sequence[Couple]) -> Iterator[Change]:
    """The requests of which only one side has a result."""
    told = {item.name for couple in couples for item in couple}
    for item in [each for name, each in old.items() if name not in told]:
        yield _lone_change(
            scene, item, rule="response-field-removed", old=item.document, old_place=_place(scene.old, item)
        )
    for item in [each for name, each in new.items() if name not in told]:
        yield _lone_change(
            scene, item, rule="response-field-added", new=item.document, new_place=_place(scene.new, item)
        )


def _lone_change(scene: Scene, item: Item, **fields: Any) -> Change:
    return scene.change(
        path=f"response.body.results[{item.name}]",
        origin="response",
        subject=f"results[{item.name}]",
        **fields,
    )
