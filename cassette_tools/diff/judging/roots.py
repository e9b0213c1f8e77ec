"""What follows from what within one interaction, by the table of consequences."""

from __future__ import annotations

import re

from cassette_tools.data.drift import ANSWERS, BROKEN_OFF, CONSEQUENCES, OF_A_BATCH, SHORTCOMINGS
from cassette_tools.diff.judging.fields import first_index, fits_rule
from cassette_tools.diff.judging.sides import call_of, interactions_of
from cassette_tools.model import ABSENT, Text
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.data.drift import Consequence
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, Json


def root_of(change: Change, mates: list[Change]) -> Change | None:
    is_answered = change.origin in ("response", "stream")
    for root in mates:
        if root is change or root.circumstance == OF_A_BATCH or not _outranks(root, change):
            continue
        rows = (row for row in _ROOTS.get(root.rule, ()) if is_answered or row.requests)
        if any(_follows_by(row, change, root, mates) for row in rows):
            return root
    return None


def _follows_by(row: Consequence, change: Change, root: Change, mates: list[Change]) -> bool:
    """Whether a row of the table folds the change under the root."""
    return _is_effect(change, root, row) and not (row.between_outcomes and _is_shortcoming(change, mates))


def _is_shortcoming(change: Change, mates: list[Change]) -> bool:
    """Whether the answer that stands in the place of a failure is no good one either: that is told beside it."""
    if change.rule == "finish-reason-changed":
        failed = change.new == "error" and any(map(_is_failing, mates))
        return change.new in _SHORT_ENDS and not failed
    if change.rule == "reasoning-appeared":  # of an answer that was cut before its text that is told
        return not any(_is_short_end(mate) or _is_answer(mate) for mate in mates)
    return any(row.rule == change.rule for row in SHORTCOMINGS)


def _is_short_end(change: Change) -> bool:
    return change.rule == "finish-reason-changed" and change.new in _SHORT_ENDS


def _is_answer(change: Change) -> bool:
    return any(fits_rule(each, change.rule) for each in ANSWERS)


def _is_failing(change: Change) -> bool:
    """Whether an answer fails; a session may go on after an error."""
    return change.rule == "error-appeared" and change.circumstance in (None, BROKEN_OFF)


_ROOTS = {row.root: tuple(each for each in CONSEQUENCES if each.root == row.root) for row in CONSEQUENCES}

_ROOT_ORDER = {root: position for position, root in enumerate(_ROOTS)}

_SHORT_ENDS = frozenset(("length", "content_filter", "error", "pause"))  # the words of `finish_reasons`


def _outranks(root: Change, change: Change) -> bool:
    """Of two roots in one interaction the one further up in the table stands, so that roots do not fold each other."""
    last = len(_ROOT_ORDER)
    if root.rule == change.rule:
        return root.path != change.path  # the one is a part of the other
    return _ROOT_ORDER.get(root.rule, last) < _ROOT_ORDER.get(change.rule, last)


def _is_effect(change: Change, root: Change, row: Consequence) -> bool:
    if not any(fits_rule(effect, change.rule) for effect in row.effects) or not _is_meant(change, root, row):
        return False
    if row.only_lost:
        return _is_beginning(change.new, change.old)
    if row.only_gained:
        return _is_beginning(change.old, change.new)
    return True


def _is_meant(change: Change, root: Change, row: Consequence) -> bool:
    """Whether the change is of those that the row's conditions single out."""
    if root.origin == "request" and root.rule.startswith("reasoning-") and change.origin != "request":
        return False  # what a client gives back says nothing of the form of the next answer
    return all(holds(change, root, row) for asks, holds in _CONDITIONS if getattr(row, asks))


def _is_between(change: Change, root: Change, row: Consequence) -> bool:
    return (change.old, change.new) in (row.ends, row.ends[::-1]) and _is_of_one_choice(change, root)


def _is_around(change: Change, root: Change, _row: Consequence) -> bool:
    message = change.path.rpartition(".")[0]
    return root.path.startswith((f"{change.path}[", f"{change.path}.", f"{message}.parts["))


def _answers_in_words(_change: Change, root: Change, _row: Consequence) -> bool:
    return not all(map(_calls_a_tool, interactions_of(root)))


_CONDITIONS: tuple[tuple[str, Callable[[Change, Change, Consequence], bool]], ...] = (
    ("words", lambda change, _root, row: any(word in change.path for word in row.words)),
    ("fields", lambda change, _root, row: change.path.rpartition(".")[2].removesuffix("[]") in row.fields),
    ("ends", _is_between),
    ("by_name", lambda change, root, _row: root.subject.rpartition(" ")[2] in change.path),
    ("end", lambda _change, root, row: row.end in (root.old, root.new)),
    ("dialect", lambda _change, root, row: _speaks(root, row.dialect)),
    ("within", _is_around),
    ("held", lambda change, root, _row: _is_held(change, root)),
    ("only_calls", _answers_in_words),
    ("wordless", lambda _change, root, _row: not all(map(_has_content, interactions_of(root)))),
)
"""What must hold where a row asks for it, by the field of the row."""


def _is_held(change: Change, root: Change) -> bool:
    """Whether the root's value holds what came or went with it: a text, a count, or what stands at that path in it."""
    sides = [(value, whole) for value, whole in ((change.old, root.old), (change.new, root.new)) if value is not ABSENT]
    return bool(sides) and all(_holds_value(whole, value, change, root) for value, whole in sides)


def _holds_value(whole: Json, value: Json, change: Change, root: Change) -> bool:
    """The same of one side."""
    if root.rule.startswith("usage-"):
        return isinstance(whole, dict) and value in whole.values()
    if isinstance(whole, str) and root.rule in ("system-prompt-changed", "prompt-changed"):
        text = value.get("text") if isinstance(value, dict) else value
        return isinstance(text, str) and bool(text.strip()) and text.strip() in whole
    return change.path.startswith((f"{root.path}.", f"{root.path}[")) and bool(_at(whole, change, root) == value)


def _at(whole: Json, change: Change, root: Change) -> Json:
    """What the root's value has at the path of the change."""
    for step in re.findall(r"[^.\[\]]+", change.path[len(root.path) :]):
        if isinstance(whole, dict):
            whole = whole.get(step, ABSENT)
        elif isinstance(whole, list) and step.isdecimal() and int(step) < len(whole):
            whole = whole[int(step)]
        else:
            return ABSENT
    return whole


def _is_of_one_choice(change: Change, root: Change) -> bool:
    """``finish_reasons[0]`` and ``output_messages[0].tool_calls[2]``."""
    return first_index(change.path) == first_index(root.path)


def _speaks(change: Change, dialect: str) -> bool:
    calls = map(call_of, interactions_of(change))
    return all(call is not None and call.dialect.startswith(dialect) for call in calls)


def _calls_a_tool(interaction: Interaction | None) -> bool:
    call = call_of(interaction)
    return call is not None and any(part.type == "tool_call" for said in call.output_messages for part in said.parts)


def _has_content(interaction: Interaction | None) -> bool:
    """Whether an answer has words, and be they thinking in the place of words."""
    call = call_of(interaction)
    parts = [part for said in call.output_messages for part in said.parts] if call is not None else []
    return any(isinstance(part, Text) and part.content for part in parts)


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
