"""Which message of one history is which of the other: by what it says, the call it answers, the answer it repeats.

Pairs keep the order. What then stands alone on both sides and says the same has moved, or is said by another role.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.diff.messages.parts import joined_text, tool_calls
from cassette_tools.diff.pairing.asked import alike, message_key, part_key
from cassette_tools.diff.values.freeform import dotted, route_of
from cassette_tools.diff.values.matching import align_by_key, in_order_by_key
from cassette_tools.model import Reasoning, Text, ToolCall, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

    from cassette_tools.diff.values.ids import Correlation
    from cassette_tools.diff.values.matching import Indices
    from cassette_tools.model import Message, Part


@record
class Turn:
    """What one side said before the other spoke again: one message, or the results of tools in a row."""

    role: str
    index: int
    parts: tuple[Part, ...]
    messages: tuple[Message, ...]

    @property
    def at(self) -> str:
        """``request.input_messages[3]``."""
        return f"request.input_messages[{self.index}]"

    @property
    def name(self) -> str:
        """``messages[3]``: where it stands in the body."""
        return name_of(self.messages[0])

    @property
    def subject(self) -> str:
        """What a person calls it."""
        return "the tool results" if self.role == "tool" else f"the {self.role} message"


def name_of(message: Message) -> str:
    """``messages[3]``, ``input[3]``: a message by where it stands in the body."""
    return dotted(route_of(message.pointer)).lstrip(".") or "the prompt"


@record
class Matched:
    """`pairs` in the order of the history. `moved` say the same elsewhere; `regrouped` are the same words, in other
    messages.
    """

    pairs: tuple[Indices, ...]
    moved: tuple[tuple[int, int], ...] = ()
    regrouped: tuple[tuple[range, range], ...] = ()


def turns_of(messages: Sequence[Message], without: Collection[int] = ()) -> list[Turn]:
    """The turns of a history, but for those messages that are spoken of elsewhere."""
    turns: list[Turn] = []
    for index, message in enumerate(messages):
        if index in without:
            continue
        if message.role == "tool" and turns and turns[-1].role == "tool":
            last = turns.pop()
            parts, both = (*last.parts, *message.parts), (*last.messages, message)
            turns.append(Turn(role="tool", index=last.index, parts=parts, messages=both))
        else:
            turns.append(Turn(role=message.role, index=index, parts=message.parts, messages=(message,)))
    return turns


def matched(ids: Correlation, old: Sequence[Turn], new: Sequence[Turn]) -> Matched:
    """Which turn of `old` is which of `new`."""
    left, right = [_Seen(ids, turn, new=False) for turn in old], [_Seen(ids, turn, new=True) for turn in new]
    keys = [each.key for each in left], [each.key for each in right]
    regrouped = tuple(_regrouped(old, new, in_order_by_key(*keys)))
    pairs = [*_paired(_but(left, [both[0] for both in regrouped]), _but(right, [both[1] for both in regrouped]))]
    moved = _moved(pairs, *keys)
    return Matched(pairs=_unmoved(pairs, moved), moved=moved, regrouped=regrouped)


def _but(seen: Sequence[_Seen], without: Sequence[range]) -> list[tuple[int, _Seen]]:
    """The turns but for those in the ranges, each with its number."""
    return [(number, each) for number, each in enumerate(seen) if not any(number in each for each in without)]


def _unmoved(pairs: Sequence[Indices], moved: Iterable[tuple[int, int]]) -> tuple[Indices, ...]:
    """The pairs but for what moved: that stands alone on each side."""
    told = {alone for i, j in moved for alone in ((i, None), (None, j))}
    return tuple(pair for pair in pairs if pair not in told)


def _paired(old: Sequence[tuple[int, _Seen]], new: Sequence[tuple[int, _Seen]]) -> Iterator[Indices]:
    """The turns that are one, in their order, each given with its number."""
    found = align_by_key(
        [seen for _, seen in old], [seen for _, seen in new], lambda seen: seen.key, _likeness, ordered=True
    )
    for a, b in found:
        yield None if a is None else old[a][0], None if b is None else new[b][0]


def _moved(pairs: Sequence[Indices], old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[tuple[int, int], ...]:
    waiting: dict[Hashable, list[int]] = {}
    for i, j in pairs:
        if i is None and j is not None:
            waiting.setdefault(new[j], []).append(j)
    gone = [i for i, j in pairs if j is None and i is not None]
    return tuple((i, waiting[old[i]].pop(0)) for i in gone if waiting.get(old[i]))


def _regrouped(old: Sequence[Turn], new: Sequence[Turn], same: list[tuple[int, int]]) -> Iterator[tuple[range, range]]:
    """What between two equal turns is said by the same role in more or fewer messages: the same text and calls."""
    top = left = 0
    for i, j in [*same, (len(old), len(new))]:
        lefts, rights = range(top, i), range(left, j)
        between = [old[k] for k in lefts], [new[k] for k in rights]
        if i < len(old) and j < len(new) and _is_empty_turn([*between[0], *between[1]], old[i]):
            yield range(top, i + 1), range(left, j + 1)  # an empty one before it is part of it now
        elif 0 < len(lefts) != len(rights) > 0 and _say_the_same(*between):
            yield lefts, rights
        elif lefts and rights:
            yield from _regrouped_runs(between, top, left)
        top, left = i + 1, j + 1


def _regrouped_runs(
    between: tuple[Sequence[Turn], Sequence[Turn]], top: int, left: int
) -> Iterator[tuple[range, range]]:
    """Runs of messages of one role that hold the same words as a run of the other history with more or fewer messages,
    whatever else differs around them.
    """
    runs = [[*_runs(turns)] for turns in between]
    keys = [
        [_key_of_run(turns[run.start : run.stop]) for run in side] for turns, side in zip(between, runs, strict=True)
    ]
    for i, j in in_order_by_key(*keys):
        before, after = runs[0][i], runs[1][j]
        if keys[0][i] is not None and len(before) != len(after):
            yield range(top + before.start, top + before.stop), range(left + after.start, left + after.stop)


def _runs(turns: Sequence[Turn]) -> Iterator[range]:
    """Each run of turns of the same role, by their numbers."""
    start = 0
    for number, turn in enumerate(turns, start=1):
        if number == len(turns) or turns[number].role != turn.role:
            yield range(start, number)
            start = number


def _key_of_run(turns: Sequence[Turn]) -> Hashable:
    """The role and the words of a run; ``None`` if it has none, or parts other than text and calls."""
    said = _said(turns)
    is_known = all(isinstance(part, Text | ToolCall) for turn in turns for part in turn.parts)
    return (turns[0].role, said) if is_known and any(said) else None


def _is_empty_turn(between: Sequence[Turn], following: Turn) -> bool:
    """Whether one message stands alone before an answer of the model, also its own, and says nothing."""
    if len(between) != 1 or not between[0].role == following.role == "assistant":
        return False
    return not _said(between)[0] and not tool_calls(between[0].parts)


def _say_the_same(old: Sequence[Turn], new: Sequence[Turn]) -> bool:
    """Whether one role says the same, in text and calls alone; or whether the same calls are made and answered, one
    after the other or together.
    """
    everyone = (*old, *new)
    roles = {turn.role for turn in everyone}
    known = (Text, ToolCall) if len(roles) == 1 else (Text, ToolCall, ToolCallResponse)
    is_known = all(isinstance(part, known) for turn in everyone for part in turn.parts)
    return is_known and (len(roles) == 1 or roles == _OF_A_ROUND) and _said(old) == _said(new)


_OF_A_ROUND = {"assistant", "tool"}


def _said(turns: Sequence[Turn]) -> tuple[str, tuple[Hashable, ...], tuple[Hashable, ...]]:
    """The letters of what is said, the calls that are made, and what they are answered."""
    letters = "".join("".join(joined_text(turn.parts).split()) for turn in turns)
    calls = tuple(part_key(call) for turn in turns for call in tool_calls(turn.parts))
    return letters, calls, tuple(map(part_key, results_of(turns)))


def results_of(turns: Sequence[Turn]) -> list[ToolCallResponse]:
    """What tools gave, in its order."""
    return [part for turn in turns for part in turn.parts if isinstance(part, ToolCallResponse)]


class _Seen:
    """A turn with what it is known by in both recordings."""

    def __init__(self, ids: Correlation, turn: Turn, *, new: bool) -> None:
        self.role = turn.role
        results = [part for part in turn.parts if isinstance(part, ToolCallResponse)]
        named = [*(call.id for call in tool_calls(turn.parts)), *(result.id for result in results)]
        self.names = tuple(ids.common_name(name, new=new) for name in named)
        said: Hashable = tuple(message_key(message) for message in turn.messages)
        words = repr(said)
        if all(isinstance(part, Text | Reasoning) for part in turn.parts):
            words = joined_text(turn.parts).strip()
            said = (turn.role, ids.common_text(words, new=new))
        self.key = (said, self.names)
        self.words = frozenset(words.split()[:_WORDS])
        self.repeats = None if named else ids.repeated(joined_text(turn.parts), new=new)


def _likeness(old: _Seen, new: _Seen) -> float:
    """0: never the same. Who answers the same call, or repeats the same answer, is the same."""
    if old.repeats is not None and old.repeats == new.repeats:
        return 1.5
    shared = alike(old.words, new.words)
    if old.role != new.role:
        return 0.3 * shared if shared > _SAME else 0.0
    if any(name in new.names for name in old.names if name):
        return 1.8
    likeness = 0.3 + shared
    return likeness / 2 if any(old.names) and any(new.names) else likeness


_WORDS = 400  # of a message that are compared
_SAME = 0.8  # of the words: the same message, said by another role
