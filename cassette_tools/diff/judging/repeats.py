"""What is only said again: a later request repeats an earlier answer, the same field changes in call after call."""

from __future__ import annotations

from itertools import islice

from cassette_tools._record import record
from cassette_tools.config import DIFF_LEVELS
from cassette_tools.data.drift import APART, INFERRED
from cassette_tools.diff.judging.alone import CALLS, asked_again, called_apart, goes_on, sent_for
from cassette_tools.diff.judging.brought import root_of_what_is_said
from cassette_tools.diff.judging.fields import field_of
from cassette_tools.diff.judging.memory import LAST, Memory, said_sides
from cassette_tools.diff.judging.quoted import PIECE, embedded, said_again
from cassette_tools.diff.judging.sides import interactions_of
from cassette_tools.diff.judging.standing import standing_keys
from cassette_tools.diff.judging.thought_before import given_back_elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.memory import Key, Keys
    from cassette_tools.model import Json


@record
class Link:
    """From a change to its root; `same` when it is the root once more, in another call."""

    root: Change
    same: bool = False


def fold_repeats(changes: list[tuple[int, Change]], links: dict[int, Link], levels: Mapping[int, str]) -> None:
    """A later request repeats what an earlier answer (or request) said; the same field changes in call after call."""
    memory = Memory()
    for index, change in changes:
        standing, echoes, itself = standing_keys(change), _echo_keys(change), _itself(change)
        first = _repeated(change, standing, echoes, memory) if index not in links else None
        if first is not None and _is_more_than(change, first, levels):
            first = memory.said.get(itself)
        if first is not None:
            links[index] = Link(root=first, same=_is_the_same(change, first))
        memory.keep(change, links[index].root if index in links else change, (*standing, *echoes, itself))


def _is_more_than(change: Change, first: Change, levels: Mapping[int, str]) -> bool:
    """Whether a change is graver than the one it may follow from (`INFERRED`), so that it must stand alone."""
    graver = DIFF_LEVELS.index(levels[id(change)]) < DIFF_LEVELS.index(levels[id(first)])
    return graver and (change.rule, first.rule) in INFERRED


def _itself(change: Change) -> Key:
    """The key of the change itself: equal if the same change is in another call."""
    return ("itself", change.rule, change.subject, repr(change.old), repr(change.new))


def _repeated(change: Change, standing: Keys, echoes: Keys, memory: Memory) -> Change | None:
    """What was told before and is only said again."""
    is_asked = change.origin != "response" and not change.rule.startswith("wire-")  # no field is for words
    told = _same_before(change, (*standing, *echoes) if is_asked else standing, memory)
    if told is not None:
        return told
    finders = _OF_REQUESTS if is_asked else _OF_ANSWERS
    return next((first for find in finders if (first := find(change, memory)) is not None), None)


def _same_before(change: Change, keys: Keys, memory: Memory) -> Change | None:
    """What was told under one of the keys."""
    told = ((key, memory.said[key]) for key in keys if key in memory.said)
    return next((first for key, first in told if _may_repeat(change, first, key)), None)


def _is_the_same(change: Change, first: Change) -> bool:
    """Whether it is the same change in another call."""
    return first.rule == change.rule and first.origin == change.origin and change.circumstance != APART


def _may_repeat(change: Change, first: Change, key: Key) -> bool:
    """Whether an echo is one: two fields of requests hold equal words by chance, unless they are ids or sentences; and
    two fields of one request are no echo of each other, but two edits.
    """
    if key[:1] != ("echo",) or first.origin != "request" or not change.rule.startswith(_FIELDS):
        return True
    if first.pair is change.pair:
        return False
    alike = field_of(first.path) == field_of(change.path)
    named = all(each.path.lower().endswith("id") for each in (first, change))
    return alike or named or any(_is_distinctive(side) for side in (change.old, change.new))


def _is_distinctive(value: Json) -> bool:
    if not isinstance(value, str):
        return len(repr(value)) >= PIECE
    return len(value) >= PIECE or (len(value) >= _ID and any(map(str.isdigit, value)))


_ID = 8  # characters from which a word with a digit is taken for an id

_FIELDS = ("request-field-", "request-parameter-", "request-type-")


def _echo_keys(change: Change) -> Keys:
    said = said_sides(change)
    if change.echo is None or (said is not None and not any(said[1:])):
        return ()  # of two things that say nothing, neither repeats the other
    return (("echo", change.echo),)


def _half_said(change: Change, memory: Memory) -> Change | None:
    """The answer that changed from, or into, what this message alone repeats."""
    sides = said_sides(change)
    if sides is None or bool(sides[1]) == bool(sides[2]):
        return None
    side = 1 if sides[1] else 2
    return memory.said.get(("half", sides[0], side, sides[side]))


def _thought_before(change: Change, memory: Memory) -> Change | None:
    """The answer whose thinking stands elsewhere now, in the history as well."""
    return given_back_elsewhere(change, memory.moved[-LAST:])


def _sent_before(change: Change, memory: Memory) -> Change | None:
    """The request that was made, or is no longer made, to send this very result of a tool."""
    sides = said_sides(change)
    if sides is None or change.rule != "tool-result-changed":
        return None
    return memory.said.get(("sent", True, sides[2])) or memory.said.get(("sent", False, sides[1]))


def _moved_with_its_call(change: Change, memory: Memory) -> Change | None:
    """The call that was made beside others and is now made in a request of its own, or the other way round, where it is
    its result that stands elsewhere in the history.
    """
    if not isinstance(change.echo, tuple) or change.echo[0] != "moved" or len(change.echo) != 3:
        return None
    roots = (memory.said.get(("half", "call", side, change.echo[2])) for side in (1, 2))
    return next((root for root in roots if root is not None and root.rule in CALLS), None)


def _asked_by_a_tool(change: Change, memory: Memory) -> Change | None:
    """The call of a tool, with other arguments, that a request which is no model's makes: it has them in it."""
    if change.origin != "request" or any(side is None or side.llm is not None for side in interactions_of(change)):
        return None
    if not all(isinstance(side, str | int | float) for side in (change.old, change.new)):
        return None
    called = reversed(memory.called[-LAST:])
    return next((root for root in called if _are_exchanged(str(change.old), str(change.new), root)), None)


def _are_exchanged(old: str, new: str, root: Change) -> bool:
    """Whether one text became another by what was exchanged in the arguments of a call, or within that."""
    return any(
        old.replace(before, after) == new or before.replace(old, new) == after
        for before, after in _exchanged_leaves(root.old, root.new)
    )


def _exchanged_leaves(old: Json, new: Json) -> Iterator[tuple[str, str]]:
    """The values at one path of two documents that are not the same, as words."""
    from cassette_tools.diff.texts.text import leaves

    before, after = leaves(old), leaves(new)
    for path in [each for each in before if each in after]:
        words = str(before[path]), str(after[path])
        if words[0] != words[1] and all(words):
            yield words


def _of_other_results(change: Change, memory: Memory) -> Change | None:
    """What a search found, where a tool gives it to the model, or the model says what it makes of it."""
    if change.rule.startswith(("text-reworded", "text-changed", "text-facts-")) and change.origin == "response":
        return next((root for root in memory.given(change) if id(root) in memory.results), None)
    if change.rule != "tool-result-changed":
        return None
    last = islice(reversed(memory.results.values()), LAST)
    return next((root for root in last if _has_one(change.old, root.old) and _has_one(change.new, root.new)), None)


def _of_a_lone_call(change: Change, memory: Memory) -> Change | None:
    """The added or removed tool call that explains all that the answer says more, or less."""
    return root_of_what_is_said(change, memory.told_by_tools(change))


def _has_one(text: Json, addresses: Json) -> bool:
    """Whether a text has one of the addresses that were found."""
    said = str(text)
    return any(each in said for each in addresses if len(each) >= _ID)


_OF_ANSWERS = (_of_other_results, _of_a_lone_call, said_again)

_OF_REQUESTS = (
    _half_said,
    called_apart,
    sent_for,
    goes_on,
    asked_again,
    _moved_with_its_call,
    _thought_before,
    _sent_before,
    embedded,
    _asked_by_a_tool,
    *_OF_ANSWERS,
)
