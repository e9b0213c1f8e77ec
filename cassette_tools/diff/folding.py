"""One cause, one finding: changes that only follow from, or repeat, another one are folded under it."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import CONSEQUENCES
from cassette_tools.diff.asked import question_of
from cassette_tools.model import ABSENT
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable

    from cassette_tools.data.drift import Consequence
    from cassette_tools.diff.change import Change


@record
class Folded:
    """A change, and the change that it follows from, if any. `repeats` counts the changes folded under it."""

    change: Change
    root: Change | None = None
    repeats: int = 0


def folded(changes: list[Change]) -> list[Folded]:
    """The changes in their order, each with its root. A root has no root itself."""
    roots: dict[int, Change] = {}
    mates: dict[int, list[Change]] = {}
    for change in changes:
        mates.setdefault(id(change.pair), []).append(change)
    for index, change in enumerate(changes):
        root = _consequence_of(change, mates[id(change.pair)])
        if root is not None:
            roots[index] = root
    _fold_repeats(changes, roots)
    _follow_to_the_end(changes, roots)
    counts: dict[int, int] = {}
    for root in roots.values():
        counts[id(root)] = counts.get(id(root), 0) + 1
    return [
        Folded(change=change, root=roots.get(index), repeats=counts.get(id(change), 0))
        for index, change in enumerate(changes)
    ]


def _follow_to_the_end(changes: list[Change], roots: dict[int, Change]) -> None:
    positions = {id(change): index for index, change in enumerate(changes)}
    for index, root in roots.items():
        while (further := roots.get(positions[id(root)])) is not None:
            root = further
        roots[index] = root


# --- consequences within one interaction -----------------------------------------------------------------------------


def _consequence_of(change: Change, mates: list[Change]) -> Change | None:
    """The root among the changes of the same interaction, if any."""
    if change.rule == "response-model-changed":
        return next((root for root in mates if root.path == "request.model"), None)
    if change.rule.startswith("wire-") and change.path.endswith(".id"):
        lost = (root for root in mates if root.rule == "id-topology-changed" and root.origin == "response")
        return _root_of(change, mates) or next(lost, None)
    if change.rule == "cost-changed":
        return _root_of(change, mates) or _tokens_that_explain(change, mates)
    if change.rule == "usage-changed" and change.path != "response.usage":
        return _root_of(change, mates) or next((root for root in mates if root.path == "response.usage"), None)
    if change.origin == "request" and change.path.endswith(".model") and change.path != "request.model":
        return next((root for root in mates if root.path == "request.model"), None)
    return _root_of(change, mates) or _asked_for(change, mates)


def _root_of(change: Change, mates: list[Change]) -> Change | None:
    if change.origin not in ("response", "stream"):
        return None
    for root in mates:
        row = _ROOTS.get(root.rule)
        if row is not None and root is not change and _outranks(root, change) and _is_effect(change, row):
            return root
    return None


def _asked_for(change: Change, mates: list[Change]) -> Change | None:
    """The change of the request that a field of the answer gives back (OpenAI Responses, ``tools``, ``instructions``).

    Fields inside of what was given back are the provider's own.
    """
    if not change.rule.startswith("wire-field-"):
        return None
    field = _setting(_whatever_event(change.path).removeprefix("response.").removeprefix("body."))
    for root in mates:
        if root.origin != "request" or (root.new is ABSENT) != (change.new is ABSENT):
            continue
        if field == _setting(root.path.removeprefix("request.").removeprefix("parameters.")):
            return root
        if root.rule == "request-serialization-changed" and field in _words(root.old, root.new):
            return root
    return None


def _setting(path: str) -> str:
    """``tools`` of ``tools[web_search]``; deeper paths keep their steps."""
    return ".".join(step.partition("[")[0] for step in path.split("."))


def _words(*values: object) -> tuple[object, ...]:
    return tuple(word for value in values if isinstance(value, list) for word in value)


_ROOTS = {row.root: row for row in CONSEQUENCES}
_ROOT_ORDER = {row.root: position for position, row in enumerate(CONSEQUENCES)}


def _outranks(root: Change, change: Change) -> bool:
    """Of two roots in one interaction the one further up in the table stands, so that roots do not fold each other."""
    return _ROOT_ORDER[root.rule] < _ROOT_ORDER.get(change.rule, len(_ROOT_ORDER))


def _is_effect(change: Change, row: Consequence) -> bool:
    if not any(_fits(effect, change.rule) for effect in row.effects):
        return False
    if row.only_lost:
        return _is_beginning(change.new, change.old)
    if row.only_gained:
        return _is_beginning(change.old, change.new)
    return True


def _fits(effect: str, rule: str) -> bool:
    return rule.startswith(effect[:-1]) if effect.endswith("*") else rule == effect


def _is_beginning(part: object, whole: object) -> bool:
    """Whether `part` is what is left of `whole` when its end is cut off."""
    if part is ABSENT or part is None:
        return True
    if isinstance(part, str) and whole is not ABSENT:
        text = whole if isinstance(whole, str) else short(whole, 100_000)
        return text.startswith(part) or text.replace(" ", "").startswith(part.replace(" ", ""))
    return (
        isinstance(part, dict) and isinstance(whole, dict) and all(_is_less(part[key], whole.get(key)) for key in part)
    )


def _is_less(part: object, whole: object) -> bool:
    """Equal, or a count that had not come as far."""
    return part == whole or (isinstance(part, int) and isinstance(whole, int) and part <= whole)


def _tokens_that_explain(change: Change, changes: list[Change]) -> Change | None:
    """A cost that grew as the tokens did is the same price for more tokens; what a cache gave costs another price."""
    if change.size is None:
        return None
    for usage in changes:
        if usage.rule != "usage-changed" or not isinstance(usage.old, dict):
            continue
        if any("cache" in name for name in usage.old):
            return usage
        grown = [usage.new[name] / usage.old[name] for name in ("input_tokens", "output_tokens") if usage.old.get(name)]
        low, high = min((1.0, *grown)), max((1.0, *grown))
        if low * 0.99 <= change.size <= high * 1.01:
            return usage
    return None


# --- repetitions across interactions ---------------------------------------------------------------------------------


def _fold_repeats(changes: list[Change], roots: dict[int, Change]) -> None:
    """A later request repeats what an earlier answer (or request) said; the same field changes in call after call."""
    said: dict[Hashable, Change] = {}
    for index, change in enumerate(changes):
        keys = (*_echo_keys(change), *_standing_keys(change))
        if index not in roots and change.origin != "response":
            first = next((said[key] for key in keys if key in said), None)
        else:
            first = next((said[key] for key in _standing_keys(change) if key in said), None)
        if index not in roots and first is not None:
            roots[index] = first
        for key in keys:
            said.setdefault(key, roots.get(index, change))


def _echo_keys(change: Change) -> tuple[Hashable, ...]:
    return () if change.echo is None else (("echo", change.echo),)


def _standing_keys(change: Change) -> tuple[Hashable, ...]:
    """What changes in the same way in every call: settings, headers, the shape of the wire. What a call answers is its
    own.
    """
    if change.rule.startswith("wire-"):
        null = change.old is None or change.new is None
        return ((change.rule, change.origin, _whatever_event(change.path), null),)
    if change.rule.startswith(("event-type-", "header-", "usage-detail-")):
        return ((change.rule, change.origin, change.path),)
    if change.rule.startswith("response-field-"):
        return ((change.rule, _field_of(change.path)),)
    if change.rule == "interaction-reordered":
        return ((change.rule,),)  # one new order
    if change.rule in ("interaction-added", "interaction-removed"):
        alone = None if change.pair is None else change.pair.new if change.pair.old is None else change.pair.old
        return () if alone is None else ((change.rule, question_of(alone)),)
    if change.origin in ("request", "transport") or change.rule == "response-model-changed":
        return ((change.rule, change.path, repr(change.old), repr(change.new)),)
    if change.path.startswith(("response.events", "response.body")):  # no dialect reads it: snapshots repeat each other
        return ((change.rule, id(change.pair), _said_by(change)),)
    return ()


def _whatever_event(path: str) -> str:
    """A field by its place in an event of any kind: those of one call's life (created, completed) repeat the call."""
    return path.partition("].")[2] if path.startswith("response.events[") else path


def _field_of(path: str) -> str:
    """A field, whichever event, choice or block it is in: ``content_block.caller``."""
    steps = [step.partition("[")[0] for step in path.rpartition('"]')[2].split(".")]
    return ".".join(steps[-2:])


def _said_by(change: Change) -> Hashable:
    """Texts are the same wherever they stand; of short values, only those of one field."""
    values = (repr(change.old), repr(change.new))
    return values if len(values[0]) + len(values[1]) > 20 else (*values, _field_of(change.path).rpartition(".")[2])
