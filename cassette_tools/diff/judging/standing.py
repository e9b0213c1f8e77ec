"""What changes in the same way in every call."""

from __future__ import annotations

from cassette_tools.data.drift import APART, ELEMENT, IDENTICAL
from cassette_tools.diff.judging.fields import field_of, wire_name
from cassette_tools.diff.judging.sides import value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from cassette_tools.diff.changes.change import Change

    Key = tuple[Hashable, ...]
    Keys = tuple[Key, ...]


def standing_keys(change: Change) -> Keys:
    """What changes in the same way in every call: settings, headers, the shape of the wire. What a call answers is its
    own.
    """
    return next((keys(change) for is_of, keys in _STANDING if is_of(change)), ())


def _wire_keys(change: Change) -> Keys:
    is_null = change.old is None or change.new is None
    words = isinstance(change.old, str) and isinstance(change.new, str)
    said = (change.old, change.new) if words and change.rule == "wire-detail-changed" else ()  # a word for another
    return ((change.rule, change.origin, wire_name(change.path), is_null, said),)


def _times_keys(change: Change) -> Keys:
    """How many times one answer makes the same call is said once."""
    return ((change.rule, id(change.pair), change.subject, change.note),)


def _is_of_rule(*rules: str) -> Callable[[Change], bool]:
    return lambda change: change.rule.startswith(rules)


def _is_setting_of_all(change: Change) -> bool:
    return change.origin in ("request", "transport") or change.rule == "response-model-changed"


def _is_of_no_dialect(change: Change) -> bool:
    """Whether no dialect reads it: snapshots repeat each other."""
    return change.path.startswith(("response.events", "response.body"))


_STANDING: tuple[tuple[Callable[[Change], bool], Callable[[Change], Keys]], ...] = (
    (_is_of_rule("wire-"), _wire_keys),
    (_is_of_rule("event-type-", "header-", "usage-detail-"), lambda it: ((it.rule, it.origin, it.path),)),
    (lambda it: it.circumstance == ELEMENT, lambda it: ((it.rule, field_of(it.path), repr(value_of(it))),)),
    (_is_of_rule("response-field-"), lambda it: ((it.rule, field_of(it.path)),)),
    (lambda it: it.circumstance == IDENTICAL and it.origin == "response", _times_keys),
    (lambda it: it.circumstance == APART, lambda it: ((it.rule, repr(it.new)),)),
    (_is_of_rule("interaction-reordered"), lambda it: ((it.rule,),)),  # one new order
    (_is_of_rule("interaction-"), lambda _: ()),  # each is a call of its own, and counted
    (_is_setting_of_all, lambda it: ((it.rule, it.path, repr(it.old), repr(it.new)),)),
    (_is_of_no_dialect, lambda it: ((it.rule, id(it.pair), _said_by(it)),)),
)


def _said_by(change: Change) -> Hashable:
    """Texts are the same wherever they stand; of short values, only those of one field."""
    values = (repr(change.old), repr(change.new))
    return values if len(values[0]) + len(values[1]) > 20 else (*values, field_of(change.path).rpartition(".")[2])
