"""Steps of an agent that are left out, or new.

A last look at what is done is a call that it makes before it answers, and of which the answer says nothing that was
not known before. With it and without it the loop ends with the same answer. A step on the way is a call after which it
makes the call that it makes at once in the other recording. Steps that it makes in another order are one change.
"""

from __future__ import annotations

import re
from collections import Counter

from cassette_tools._record import replace
from cassette_tools.data.drift import APART, INSTEAD, LAST_CHECK, STEP
from cassette_tools.diff.messages.calls import told_apart
from cassette_tools.diff.messages.parts import joined_text, shown_part, tool_calls
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.model import ABSENT, ToolCallResponse
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Interaction, LLMCall, Message, Part, ToolCall

    _Order = tuple[list[ToolCall], list[ToolCall]]  # the old one and the new one


def told_as_steps(
    changes: Iterable[Change], pair: Pair, pairs: Iterable[Pair], swaps: Mapping[int, _Order]
) -> Iterator[Change]:
    """The changes of a pair; a call in the place of which the answer stands is told as a look at what is done, one in
    the place of which the next call stands as a step that is left out, or new, and one of `swaps` as that.
    """
    step, swap = _step(pair, pairs), swaps.get(id(pair))
    for change in changes:
        call = (change.rule, change.circumstance) if change.origin == "response" else None
        if call in _LONE_CALLS and _is_last_check(pair, pairs, gone=change.rule == "tool-call-removed"):
            yield replace(change, circumstance=LAST_CHECK)
        elif swap is not None and call in _OTHER_CALLS:
            yield _as_swap(change, swap)
            swap = None
        elif step is not None and call in _OTHER_CALLS:
            yield _as_step(change, *step)
            step = None
        else:
            yield change


def swaps_of(pairs: Sequence[Pair]) -> dict[int, _Order]:
    """The steps that are made in another order, in the old one and in the new one, by the `id()` of each pair."""
    found: dict[int, _Order] = {}
    following = _following(pairs)
    for pair in pairs:
        steps: list[Pair] = []
        old: list[ToolCall] = []
        new: list[ToolCall] = []
        for here, left, right in following(pair) if id(pair) not in found else ():
            steps, old, new = [*steps, here], [*old, left], [*new, right]
            if len(steps) == _MOST_STEPS or _are_the_same(old, new):
                break
        if len(steps) > 1 and _are_the_same(old, new):
            found.update((id(each), (old, new)) for each in steps)
    return found


def _following(pairs: Sequence[Pair]) -> Callable[[Pair], Iterator[tuple[Pair, ToolCall, ToolCall]]]:
    """What leads from a pair to those after it: each with the only call of either answer, as long as both make one and
    the requests that send its results are a pair.
    """
    old, new = [each.old for each in pairs if each.old], [each.new for each in pairs if each.new]
    couples = {(id(each.old), id(each.new)): each for each in pairs}

    def following(pair: Pair) -> Iterator[tuple[Pair, ToolCall, ToolCall]]:
        here: Pair | None = pair
        while here is not None:
            left, right = _only_call_of(here.old), _only_call_of(here.new)
            if left is None or right is None:
                return
            yield here, left, right
            here = couples.get((id(_next_request(left, old)), id(_next_request(right, new))))

    return following


def _only_call_of(interaction: Interaction | None) -> ToolCall | None:
    return None if interaction is None else _only_call(interaction.llm)


def _are_the_same(old: Sequence[ToolCall], new: Sequence[ToolCall]) -> bool:
    """Whether both are the same calls, in whatever order."""
    return Counter(map(part_key, old)) == Counter(map(part_key, new))


_MOST_STEPS = 6  # in another order: of more, an order says nothing


def _as_swap(change: Change, order: _Order) -> Change:
    old, new = told_apart(*order)
    return replace(
        change,
        rule="call-order-changed",
        circumstance=APART,
        old=old,
        new=new,
        note=" before ".join(new),
        facts=((), ()),
    )


_OTHER_CALLS = (("tool-call-renamed", INSTEAD), ("tool-arguments-changed", None))
_LONE_CALLS = (("tool-call-removed", None), ("tool-call-added", None))


def _step(pair: Pair, pairs: Iterable[Pair]) -> tuple[list[ToolCall], ToolCall, bool] | None:
    """The calls that one recording makes in requests of their own before it makes the call of the other, that call,
    and whether they are gone.
    """
    old, new = (None if side is None else _only_call(side.llm) for side in (pair.old, pair.new))
    if old is None or new is None or part_key(old) == part_key(new):
        return None
    if old.name == new.name and _shape(old) != _shape(new):
        return None  # a call in another form, that a client refused and the model mended
    gone, come = _alone(pairs, gone=True), _alone(pairs, gone=False)
    skipped = _between(old, new, gone)
    if skipped is not None:
        return skipped, new, True
    skipped = _between(new, old, come)
    return None if skipped is None else (skipped, old, False)


def _alone(pairs: Iterable[Pair], *, gone: bool) -> list[Interaction]:
    """The interactions that only the old recording has, or the new one."""
    sides = [(each.old, each.new) if gone else (each.new, each.old) for each in pairs]
    return [here for here, there in sides if here is not None and there is None]


def _between(call: ToolCall, then: ToolCall, asked: Sequence[Interaction]) -> list[ToolCall] | None:
    """The calls from one on to the other, which is made later; ``None`` where it is not."""
    skipped: list[ToolCall] = []
    following: ToolCall | None = call
    while following is not None and len(skipped) <= len(asked):
        if part_key(following) == part_key(then):
            return skipped
        skipped.append(following)
        following = _next_call(following, asked)
    return None


def _shape(call: ToolCall) -> object:
    given = call.arguments
    return {key: type(value) for key, value in given.items()} if isinstance(given, dict) else type(given)


def _next_call(call: ToolCall, asked: Iterable[Interaction]) -> ToolCall | None:
    """What is called once the result of a call was sent."""
    following = _next_request(call, asked)
    return None if following is None else _only_call(following.llm)


def _next_request(call: ToolCall, asked: Iterable[Interaction]) -> Interaction | None:
    """The request that sends the result of a call."""
    for each in asked:
        if each.llm is not None and _last_result(each.llm):
            made = tool_calls(_said(each.llm.input_messages))
            if made and part_key(made[-1]) == part_key(call):
                return each
    return None


def _only_call(call: LLMCall | None) -> ToolCall | None:
    calls = [] if call is None else tool_calls(_said(call.output_messages))
    return calls[0] if len(calls) == 1 else None


def _as_step(change: Change, skipped: Sequence[ToolCall], then: ToolCall, gone: bool) -> Change:
    shown = [shown_part(call) for call in skipped]
    count = len(skipped)
    listed = ", then ".join(f"{call.name} with {short(call.arguments)}" for call in skipped)
    value = shown[0] if len(shown) == 1 else shown
    return replace(
        change,
        rule="tool-call-removed" if gone else "tool-call-added",
        path=change.path.rpartition(".")[0],
        circumstance=STEP,
        old=value if gone else ABSENT,
        new=ABSENT if gone else value,
        subject=skipped[0].name,
        note=f"{listed} before {then.name}: {count} {'fewer' if gone else 'more'} step{'s' * (count > 1)}",
        facts=((), ()),
    )


def _is_last_check(pair: Pair, pairs: Iterable[Pair], *, gone: bool) -> bool:
    if pair.old is None or pair.new is None or pair.old.llm is None or pair.new.llm is None:
        return False
    checking, ending = (pair.old.llm, pair.new.llm) if gone else (pair.new.llm, pair.old.llm)
    calls = tool_calls(_said(checking.output_messages))
    if len(calls) != 1 or tool_calls(_said(ending.output_messages)) or not _last_result(ending):
        return False
    final = _answer_after(calls[0], _alone(pairs, gone=gone))
    if final is None:
        return False
    new_words = _words(final.input_messages[-1:]) & _words(final.output_messages)
    return not new_words - _words(checking.input_messages)


def _answer_after(call: ToolCall, asked: Iterable[Interaction]) -> LLMCall | None:
    """The call that sends the result of a tool's call, and is answered in words alone."""
    for each in asked:
        if each.llm is None or part_key(call) not in map(part_key, tool_calls(_said(each.llm.input_messages))[-1:]):
            continue
        answer = _said(each.llm.output_messages)
        if joined_text(answer).strip() and not tool_calls(answer):
            return each.llm
    return None


def _last_result(call: LLMCall) -> bool:
    """Whether the request sends what a tool gave: then the client is in the middle of a loop."""
    return any(isinstance(part, ToolCallResponse) for part in _said(call.input_messages[-1:]))


def _said(messages: Iterable[Message]) -> list[Part]:
    return [part for message in messages for part in message.parts]


def _words(messages: Iterable[Message]) -> set[str]:
    return {word for part in _said(messages) for word in re.findall(r"\w+", repr(part_key(part)).lower())}
